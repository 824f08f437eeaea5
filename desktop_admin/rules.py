"""Pure rules of the exam: no database, no clock, no Qt.

Source of every rule: the domain specification, sections *Slot and paper states*, *Operations* and *What the
candidate would get now*.
"""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from desktop_admin.errors import UsageProblem
from desktop_admin.messages import shortened

FEW_CANDIDATES = 20
"""An invigilator acts alone on up to this many candidates at once."""


class Paper(StrEnum):
    """One of the two papers; the value is the portal's ``paper_type``."""

    PRIMARY = "PRIMARY"
    SECONDARY = "SECONDARY"


class SlotState(StrEnum):
    """The state of a slot, from ``has_exam_slot`` and ``slot_attempting_at`` alone."""

    NONE = "none"
    ASSIGNED = "assigned"
    ATTEMPTING = "attempting"


class Role(StrEnum):
    """The three roles at the desk."""

    STAFF = "staff"
    INVIGILATOR = "invigilator"
    SUPERVISOR = "supervisor"


class Refusal(StrEnum):
    """Why an operation leaves a candidate or a trade as it is; the value is the key of the sentence."""

    NO_TRADE = "refused_no_trade"
    ALL_COMPLETED = "refused_all_completed"
    SUBMITTED_ALREADY = "refused_submitted_already"
    HAS_SLOT = "refused_has_slot"
    NOTHING_TO_RESET = "refused_nothing_to_reset"
    SESSION_COMPLETED = "refused_session_completed"
    SESSION_GONE = "refused_session_gone"
    SESSION_STAYS = "refused_session_stays"
    NO_LOGIN = "refused_no_login"
    NO_QUESTIONS = "refused_no_questions"
    TOO_FEW = "refused_too_few"
    ALREADY_RESTORED = "refused_already_restored"
    ARCHIVE_DAMAGED = "refused_archive_damaged"
    CANDIDATE_GONE = "refused_candidate_gone"
    TRADE_CHANGED = "refused_trade_changed"
    SUBMITTED_SINCE = "refused_submitted_since"
    ID_IN_USE = "refused_id_in_use"
    NEWER_SESSION = "refused_newer_session"
    NO_SLOT = "refused_no_slot"
    QUESTION_GONE = "refused_question_gone"
    PAPER_GONE = "refused_paper_gone"
    SET_NOT_ACTIVE = "refused_set_not_active"
    WITHOUT_QUESTIONS = "refused_without_questions"
    ARCHIVE_OLD = "refused_archive_old"
    NOT_SEALED = "refused_not_sealed"
    SLOT_NEWER = "refused_slot_newer"
    CHANGED_SINCE = "refused_changed_since"
    SETS_CHANGED_SINCE = "refused_sets_changed_since"
    PAPER_SET_SINCE = "refused_paper_set_since"
    SWITCHED_SINCE = "refused_switched_since"
    PAPER_CHANGED_SINCE = "refused_paper_changed_since"
    STILL_WRITING = "refused_still_writing"
    OPEN_ALREADY = "refused_open_already"
    CLOSED_ALREADY = "refused_closed_already"
    LASTS_ALREADY = "refused_lasts_already"
    NO_SUCH_PAPER = "refused_no_such_paper"
    NOT_SUBMITTED = "refused_not_submitted"
    WAS_COMPLETED = "refused_was_completed"
    SAT_SINCE = "refused_sat_since"
    NEITHER_SUBMITTED_NOR_MARKS = "refused_neither_submitted_nor_marks"
    CLEAR_FIRST = "refused_clear_first"
    COMPLETED_ALREADY = "refused_completed_already"
    REOPEN_IT = "refused_reopen_it"
    NOT_COMPLETED_ANYWAY = "refused_not_completed_anyway"
    NO_OPEN_SESSION = "refused_no_open_session"
    CANNOT_COME_BACK = "refused_cannot_come_back"
    MINUTES_OUTSIDE = "refused_minutes_outside"
    NOT_WRITING_THEN = "refused_not_writing_then"
    TIME_GIVEN_SINCE = "refused_time_given_since"
    SIGNED_IN_SINCE = "refused_signed_in_since"
    STUCK = "refused_stuck"
    REGISTERED_SIGNED_IN = "refused_registered_signed_in"
    REGISTERED_CHECKED_IN = "refused_registered_checked_in"
    NOT_WRITING = "refused_not_writing"
    NOT_ON_ANOTHER_SET = "refused_not_on_another_set"
    ACCEPTED_ALREADY = "refused_accepted_already"
    NOTHING_TO_SPARE = "refused_nothing_to_spare"


DEFAULT_LETTER = "A"
"""A trade without an ActivateSets row has A in both papers."""

_HAS_PRIMARY = {"WASHERMAN": True, "HOUSE KEEPER": True, "MUSICIAN": False, "HAIR DRESSER": False}
"""What the portal looks for in a trade's name, in its order."""
_LONG = ("OCC", "DMV")
_PARTS_LONG = {"A": 20, "C": 5, "D": 15, "E": 4, "F": 10}
_PARTS_SHORT = {"A": 15, "C": 5, "D": 10, "E": 3, "F": 10}


def slot_state(*, has_exam_slot: bool, slot_attempting_at: datetime | None) -> SlotState:
    """The slot's state; a stale ``slot_attempting_at`` without a slot is still *none*."""
    if not has_exam_slot:
        return SlotState.NONE
    return SlotState.ASSIGNED if slot_attempting_at is None else SlotState.ATTEMPTING


def has_primary(trade_name: str) -> bool:
    """Whether the trade has a PRIMARY paper at all: the first of these words in its name decides, as in the portal."""
    name = trade_name.strip().upper()
    return next((has_it for word, has_it in _HAS_PRIMARY.items() if word in name), True)


def next_paper(
    *,
    trade_name: str | None,
    primary_completed: bool,
    secondary_completed: bool,
    primary_bypass_allowed: bool,
) -> Paper | None:
    """The paper that the candidate sits next, or None when all papers are completed.

    PRIMARY until it is completed, unless it is bypassed or the trade has none; then SECONDARY; then nothing.
    A candidate without a trade is treated as if the trade had a PRIMARY paper.
    """
    skips_primary = primary_bypass_allowed or (trade_name is not None and not has_primary(trade_name))
    if not primary_completed and not skips_primary:
        return Paper.PRIMARY
    return None if secondary_completed else Paper.SECONDARY


def forced_paper(opened: Collection[Paper]) -> Paper | None:
    """The type that the portal forces on every new session: the paper that is open, where only one is in any trade."""
    return next(iter(opened)) if len(opened) == 1 else None


def required_parts(*, trade_name: str, trade_code: str, paper: Paper) -> dict[str, int]:
    """How many questions of each part (A, C, D, E, F) one session of the paper needs.

    The portal knows a trade by its name, with or without blanks, or by its code.
    """
    known_by = ("".join(trade_name.split()).upper(), trade_code.strip().upper())
    is_long = paper is Paper.PRIMARY and any(one in _LONG for one in known_by)
    return dict(_PARTS_LONG if is_long else _PARTS_SHORT)


def set_letter(text: str) -> str:
    """The letter of a question set, in capitals.

    Raises:
        UsageProblem: not one letter A–Z.
    """
    letter = text.strip()
    # Tested before it is made a capital: ı and ſ would become I and S.
    if len(letter) != 1 or letter not in string.ascii_letters:
        raise UsageProblem("not_a_set_letter", text=shortened(text))
    return letter.upper()


MOST_MINUTES = 600
"""No paper lasts longer; nought, nothing and less mean 180 minutes, or no clock at all, in the portal."""


def exam_minutes(minutes: int) -> int:
    """How long a paper lasts, in whole minutes.

    Raises:
        UsageProblem: not from 1 to 600.
    """
    if not 1 <= minutes <= MOST_MINUTES:
        raise UsageProblem("not_exam_minutes", given=minutes)
    return minutes


def clean(text: str) -> str:
    """Text as people mean it: NFKC, trimmed, without what cannot be seen, with ASCII digits."""
    if text.isascii() and text.isprintable():
        return text.strip()
    seen = "".join(one for one in text if one != "\N{NO-BREAK SPACE}" and unicodedata.category(one) not in ("Cc", "Cf"))
    normal = unicodedata.normalize("NFKC", seen).strip()
    return "".join(one if one.isascii() else str(unicodedata.decimal(one, one)) for one in normal)


def normal_army_no(text: str) -> str:
    """An army number as it is compared: cleaned, case ignored."""
    return clean(text).casefold()


def normal_trade(text: str) -> str:
    """A trade's name or code as it is compared: case and repeated blanks ignored."""
    return " ".join(text.split()).casefold()


def ends_at(
    *,
    started_at: datetime | None,
    duration: timedelta | None,
    given_at: datetime | None = None,
    last_login: datetime | None = None,
    completed_at: datetime | None = None,
) -> datetime | None:
    """When a session's time is over, at the earliest; None where its start or its duration is not known.

    The page's clock begins at the full duration whenever the page is opened: at the start, and again after each login.
    A reload begins it once more and leaves no trace. What came behind the end of a completed session is not its own.

    Args:
        duration: the session's own, or the paper's where it has none.
        given_at: when time was given last, which the duration counts from.
        last_login: of the candidate's account, whatever it was for.
    """
    if not duration or (started_at is None and given_at is None):
        return None
    begun = (one for one in (started_at, given_at, last_login) if one is not None)
    own = [one for one in begun if completed_at is None or one <= completed_at]
    return max(own) + duration if own else None


def minutes_up(span: timedelta) -> int:
    """A span in whole minutes, rounded up; 0 where it is negative."""
    return max(0, -(-span // timedelta(minutes=1)))


def minutes_given(*, left: timedelta, minutes_left: int | None = None, extra: int | None = None) -> int:
    """The whole minutes that a session gets from now on: those that are asked for, or so many beyond what is left."""
    return minutes_up(left) + (extra or 0) if minutes_left is None else minutes_left


class QuestionSet(NamedTuple):
    """A version of a paper: the trade (None: common to all) and the letter."""

    trade_id: int | None
    letter: str


def belonging_set(*, paper: Paper, trade_id: int | None, letter: str) -> QuestionSet:
    """The set that a session of the paper must be made of: PRIMARY questions are the trade's, SECONDARY common."""
    return QuestionSet(trade_id if paper is Paper.PRIMARY else None, letter)


_WAITS = (0, 0, 0, 1, 2, 4, 8, 8)
_LOCKED_OUT = timedelta(minutes=15)


def sign_in_wait(failures: int) -> timedelta:
    """How long the next sign-in must wait after so many refusals in a row: at last 15 minutes after each.

    Source: the write protocol, *Sign-in and secrets*.
    """
    return _LOCKED_OUT if is_locked_out(failures) else timedelta(seconds=_WAITS[failures])


def is_locked_out(failures: int) -> bool:
    """Whether so many refusals in a row are more than mistyping."""
    return failures >= len(_WAITS)
