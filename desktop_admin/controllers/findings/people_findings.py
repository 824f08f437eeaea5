"""What is not as it should be with candidates themselves, whether they have a session or not."""

from __future__ import annotations

import unicodedata
from functools import partial

from sqlalchemy import Select, select

from desktop_admin.controllers.portal import candidates
from desktop_admin.controllers.values.people import Candidate
from desktop_admin.controllers.values.sessions import Finding, FindingKind
from desktop_admin.database.session import Session
from desktop_admin.database.statements import sql
from desktop_admin.database.tables.portal import CandidateProfile
from desktop_admin.database.unchanged import now_and_then
from desktop_admin.messages import Message
from desktop_admin.rules import SlotState, clean, normal_army_no


def find(session: Session) -> list[Finding]:
    """Of all candidates, by army number; what others have changed is seen a little later."""
    return now_and_then(session, find, partial(_find, session))


def _find(session: Session) -> list[Finding]:
    # There are hardly ever any: to look for nobody alone spares MariaDB a look at everybody's account.
    ids = session.execute(with_slot_without_time()).scalars().all()
    without_time = candidates.load(session, users=sql.numbers(ids)) if ids else []
    return [*(finding for one in without_time for finding in of(one)), *_numbers(session)]


def of(one: Candidate) -> tuple[Finding, ...]:
    """What the candidate's own row shows."""
    if one.slot is SlotState.NONE or one.slot_assigned_at is not None:
        return ()
    reason, cure = Message.of("slot_without_time"), Message.of("cure_slot_without_time")
    about = (None, one.user_id, one.army_no, one.name, one.trade)
    return (Finding(FindingKind.SLOT_WITHOUT_TIME, reason, cure, *about),)


def with_slot_without_time() -> Select[int]:
    """A subquery of the accounts that have a slot which nobody gave: an old form was saved in the portal."""
    one = CandidateProfile
    return select(one.user_id).where(one.has_exam_slot, one.slot_assigned_at.is_(None))


def _numbers(session: Session) -> list[Finding]:
    """Army numbers that people take for the same, and those in which something stands that nobody sees."""
    one = CandidateProfile
    columns = select(one.army_no, one.user_id, one.name)
    ids = session.execute(candidates.with_odd_number()).scalars().all()
    odd = _read(session, columns.where(one.id.in_(sql.numbers(ids)))) if ids else set()
    # Whose number is not odd is like another only where that one is cleaned to it.
    meant = {key.upper() for army_no, _, _ in odd if (key := _alike(army_no)).isascii()}
    others = _read(session, columns.where(one.army_no.in_(sql.texts(meant)))) if odd else set()
    alike: dict[str, list[tuple[str, int, str]]] = {}
    for army_no, user_id, name in sorted(odd | others):
        alike.setdefault(_alike(army_no), []).append((army_no, user_id, name))
    found = []
    for group in alike.values():
        army_no, user_id, name = group[0]
        shown = tuple(f"“{_seen(number)}”" for number, _, _ in group)
        if len(group) > 1:
            reason = Message.of("numbers_alike", numbers=shown)
        elif army_no != clean(army_no):
            reason = Message.of("number_unclean", number=shown[0])
        else:
            continue
        cure = Message.of("cure_numbers_alike")
        found.append(Finding(FindingKind.NUMBERS_ALIKE, reason, cure, None, user_id, army_no, name))
    return found


def _read(session: Session, query: Select[str, int, str]) -> set[tuple[str, int, str]]:
    return {(army_no, user_id, name) for army_no, user_id, name in session.execute(query)}


def _alike(army_no: str) -> str:
    """An army number without what people do not tell numbers apart by."""
    return "".join(normal_army_no(army_no).split())


def _seen(text: str) -> str:
    """The text with a sign for each character that nobody sees."""
    hidden = ("Cc", "Cf", "Zl", "Zp")
    return "".join(
        f"⟨U+{ord(one):04X}⟩" if one == "\N{NO-BREAK SPACE}" or unicodedata.category(one) in hidden else one
        for one in text
    )
