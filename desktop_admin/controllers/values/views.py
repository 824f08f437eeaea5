"""The read models: what a pane or a listing shows of the portal's database, frozen when the transaction ends.

All times are UTC-aware; durations are ``timedelta``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from desktop_admin.controllers.values.lines import Line, Outcome, PaperChoice, PaperSetting
from desktop_admin.controllers.values.records import LastAction
from desktop_admin.messages import Message
from desktop_admin.rules import Paper, SlotState

NO_QUESTIONS = "none"
"""The label of a session without questions, where sets are counted."""


class FindingKind(StrEnum):
    """What session health can find; the first seven make an incomplete session *stuck*."""

    OTHER_SET = "other_set"
    MIXED_SETS = "mixed_sets"
    NO_QUESTIONS = "no_questions"
    NO_SLOT = "no_slot"
    OLDER_SESSION = "older_session"
    PAPER_SUBMITTED = "paper_submitted"
    NO_TRADE = "no_trade"
    OVERDUE = "overdue"
    LATE_SUBMISSION = "late_submission"
    SETS_DISAGREE = "sets_disagree"
    SWITCHES_DISAGREE = "switches_disagree"
    COMPLETED_BY_MARKS = "completed_by_marks"
    SUBMITTED_NOT_COMPLETED = "submitted_not_completed"
    LOGIN_ENDS_EARLY = "login_ends_early"
    LOGIN_ENDED = "login_ended"
    LOGINS_END = "logins_end"
    ACCOMMODATION = "accommodation"
    SET_TOO_SMALL = "set_too_small"
    TYPE_DISAGREES = "type_disagrees"
    WRITING_CLOSED = "writing_closed"
    PAPER_CHANGED = "paper_changed"
    STAYED_OPEN = "stayed_open"
    SLOT_WITHOUT_TIME = "slot_without_time"
    NUMBERS_ALIKE = "numbers_alike"
    DATA_ERASED = "data_erased"
    UNREADABLE = "unreadable"


STUCK_KINDS = frozenset(
    {
        FindingKind.OTHER_SET,
        FindingKind.MIXED_SETS,
        FindingKind.NO_QUESTIONS,
        FindingKind.NO_SLOT,
        FindingKind.OLDER_SESSION,
        FindingKind.PAPER_SUBMITTED,
        FindingKind.NO_TRADE,
    }
)


ACCEPTABLE_KINDS = frozenset({FindingKind.OTHER_SET, FindingKind.MIXED_SETS})
"""What is no finding where a supervisor has accepted that the session is finished."""


QUIET_KINDS = frozenset({FindingKind.LOGIN_ENDS_EARLY, FindingKind.LOGIN_ENDED})
"""True of nearly everyone who writes a long paper, so it is listed but not counted among the problems."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be, with its reason and its cure in words.

    Attributes:
        session_id, user_id, army_no, name, trade: what it is about, as far as it applies.
        draft: what to set of a trade's paper, where that is the cure.
        extra: the minutes to give, where that is the cure.
    """

    kind: FindingKind
    reason: Message
    cure: Message
    session_id: int | None = None
    user_id: int | None = None
    army_no: str | None = None
    name: str = ""
    trade: str | None = None
    draft: PaperChoice | None = None
    extra: int | None = None

    @property
    def stuck(self) -> bool:
        """Whether the finding makes its session stuck; the cure is then always to clear that session."""
        return self.kind in STUCK_KINDS


@dataclass(frozen=True, slots=True)
class Trade:
    """A trade, as it is listed and chosen."""

    id: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift (date, start, centre) as it is listed in a filter."""

    id: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose a session is or was: the account, with the candidate that it belongs to, as they are now.

    Attributes:
        profile_id, army_no: None where the account has no candidate's profile.
        name: the candidate's, else the account's.
        trade: the trade's code, or None without a trade.
        submitted: the papers whose consumed column is set.
    """

    user_id: int
    username: str
    profile_id: int | None
    army_no: str | None
    name: str
    trade_id: int | None
    trade: str | None
    slot: SlotState
    slot_assigned_at: datetime | None
    slot_attempting_at: datetime | None
    submitted: frozenset[Paper]

    def line(self, outcome: Outcome, **told: Any) -> Line:
        """A line of a plan about them."""
        return Line(outcome, self.user_id, self.army_no, self.username, self.name, self.trade, **told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate(Owner):
    """A candidate with slot and paper states.

    Attributes:
        next_paper: the paper that the slot stands for, or None when all papers are completed.
        completed: the papers whose completed column is set.
        photograph: the file's name below the portal's media folder, or empty.
    """

    profile_id: int
    army_no: str
    rank: str
    trade_name: str | None
    shift_id: int | None
    account_active: bool
    slot_assigned_by: str | None
    next_paper: Paper | None
    completed: frozenset[Paper]
    photograph: str


@dataclass(frozen=True, slots=True)
class Given:
    """Minutes that a session was given last, counted from then.

    Attributes:
        accommodated: among all that it was given is an accommodation of the candidate's.
    """

    user_id: int
    at: datetime
    minutes: int
    accommodated: bool


@dataclass(frozen=True, slots=True)
class Acceptance:
    """By whom and when it was accepted that a session is finished on another set than the active one."""

    person: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session of one candidate, with what is wrong with it.

    Attributes:
        paper: from ``paper_id``; ``exam_type`` is what the portal's session row says beside it.
        sets: labels of the sets that its questions are of: the letter for the right trade, else ``OCC B`` or
            ``common B``.
        active_set: the letter that is active for the candidate's trade and this paper.
        duration: its own, or the paper's where it has none.
        ends_at: when the time is over, at the earliest (``rules.ends_at``).
        last_login: of the account, whatever it was for.
        given: the time that it was given last.
        findings: of this session only; ``stuck`` ones first.
        accepted: where it is on another set, and may be finished there.
    """

    id: int
    user_id: int
    army_no: str | None
    username: str
    name: str
    trade_id: int | None
    trade: str | None
    paper: Paper
    exam_type: str
    sets: tuple[str, ...]
    questions: int
    active_set: str
    started_at: datetime | None
    completed_at: datetime | None
    duration: timedelta | None
    ends_at: datetime | None
    last_login: datetime | None = None
    given: Given | None = None
    findings: tuple[Finding, ...] = ()
    accepted: Acceptance | None = None

    @property
    def acceptable(self) -> bool:
        """Whether the session is stuck on another set, and has a trade for whose switch it could be accepted."""
        return self.trade_id is not None and any(one.kind is FindingKind.OTHER_SET for one in self.findings)

    @property
    def hindrances(self) -> tuple[Finding, ...]:
        """What makes the session stuck, whatever set it is on."""
        return tuple(one for one in self.findings if one.stuck and one.kind not in ACCEPTABLE_KINDS)

    @property
    def acceptance(self) -> Message | None:
        """That it may be finished on its own set, and who said so."""
        if self.accepted is None:
            return None
        return Message.of("session_accepted", sets="+".join(self.sets), **asdict(self.accepted))

    @property
    def stuck(self) -> bool:
        """Whether the session is incomplete and should not be resumed."""
        return any(finding.stuck for finding in self.findings)

    @property
    def problems(self) -> tuple[Finding, ...]:
        """What is wrong with the session that somebody should look at."""
        return tuple(one for one in self.findings if one.kind not in QUIET_KINDS)

    @property
    def problem(self) -> bool:
        """Whether there is anything of that."""
        return any(finding.kind not in QUIET_KINDS for finding in self.findings)

    @property
    def incomplete(self) -> bool:
        """Whether the session has not been completed."""
        return self.completed_at is None


@dataclass(frozen=True, slots=True)
class Survey:
    """Session health at one moment.

    Attributes:
        at: the database's time of the survey.
        sessions: stuck ones, then others with a finding, then running, then finished ones (newest first, as many as
            were asked for).
        findings: all findings, of sessions and of trades and switches.
        running, finished, waiting: how many sessions are incomplete and not stuck, how many completed, and how many
            candidates wait to restart after an operation of ours (attempting slot without a session).
        keeps_logins: whether the rule is on that lets logins last as long as their candidates write.
    """

    at: datetime
    sessions: tuple[SessionRow, ...]
    findings: tuple[Finding, ...]
    running: int
    finished: int
    waiting: int
    keeps_logins: bool = False

    @property
    def ending(self) -> int:
        """How many portal logins end, or have ended, before the paper does."""
        return sum(one.kind in QUIET_KINDS for one in self.findings)

    @property
    def accepted(self) -> int:
        """How many of those that run may be finished on another set than the active one."""
        return sum(row.accepted is not None and not row.stuck for row in self.sessions)

    @property
    def stuck(self) -> tuple[SessionRow, ...]:
        """The stuck sessions."""
        return tuple(row for row in self.sessions if row.stuck)


@dataclass(frozen=True, slots=True)
class WouldGet:
    """What the candidate would get on pressing Start now.

    Attributes:
        action: ``start`` a new session, ``resume`` one, or be ``refused``.
        set: label of the question set (a resumed session of several sets: joined with ``+``), or None.
        duration: the session's, or for a new one the trade's, else the paper's.
        notes: what else the person at the desk should know.
    """

    action: str
    paper: Paper | None = None
    set: str | None = None
    questions: int | None = None
    duration: timedelta | None = None
    session_id: int | None = None
    reason: Message | None = None
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class CandidateReading:
    """Everything the candidate pane shows.

    Attributes:
        diagnosis: one sentence; ``stuck`` says whether it is a problem.
        sessions, last_actions: newest first; of the operations that were applied to the candidate only some.
    """

    candidate: Candidate
    would_get: WouldGet
    sessions: tuple[SessionRow, ...]
    findings: tuple[Finding, ...]
    live_logins: int
    last_actions: tuple[LastAction, ...]
    diagnosis: Message
    at: datetime

    @property
    def stuck(self) -> bool:
        """Whether one of the sessions is stuck."""
        return any(row.stuck for row in self.sessions)

    @property
    def problems(self) -> tuple[Finding, ...]:
        """The findings that somebody should look at."""
        return tuple(one for one in self.findings if one.kind not in QUIET_KINDS)

    @property
    def remarks(self) -> tuple[Finding, ...]:
        """The findings that are true of nearly everyone."""
        return tuple(one for one in self.findings if one.kind in QUIET_KINDS)

    @property
    def last_action(self) -> LastAction | None:
        """The newest of the operations that were applied to the candidate."""
        return next(iter(self.last_actions), None)

    @property
    def incomplete(self) -> tuple[SessionRow, ...]:
        """The incomplete sessions, newest first."""
        return tuple(row for row in self.sessions if row.incomplete)


class CandidateStatus(StrEnum):
    """One word per candidate in a list, worst first."""

    STUCK = "stuck"
    OVERDUE = "overdue"
    FINDING = "finding"
    ACCEPTED = "accepted"
    RUNNING = "running"
    WAITING = "waiting"
    NOT_STARTED = "not_started"
    FINISHED = "finished"
    NO_SLOT = "no_slot"


@dataclass(frozen=True, slots=True)
class NotBack:
    """A candidate who was to start again, or to log in again, and has not yet.

    Attributes:
        operation: what sent them away, as the log names it; ``person``: who did it.
        paper: which they are to go on with; None where the portal no longer has it.
        minutes: since then, whole.
    """

    user_id: int
    army_no: str
    name: str
    trade: str | None
    paper: Paper | None
    operation: str
    person: str
    at: datetime
    minutes: int


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """One line of the candidate list.

    Attributes:
        sets: what the open session is made of, as in ``SessionRow.sets``; empty without one.
        active_set: the letter that is active for the next paper, or None where there is none.
        time_left: of the open session; negative when overdue; None without one.
    """

    user_id: int
    army_no: str
    name: str
    trade: str | None
    slot: SlotState
    next_paper: Paper | None
    status: CandidateStatus
    sets: tuple[str, ...]
    active_set: str | None
    time_left: timedelta | None
    rank: str = ""
    shift_id: int | None = None


@dataclass(frozen=True, slots=True)
class ListOrder:
    """By which column of the candidate list it is sorted; what says nothing comes last either way."""

    column: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class CandidateList:
    """The candidates who match, in the order in which they are listed, and the rows of some of them.

    Attributes:
        user_ids: all of them; nobody changes it.
    """

    user_ids: Sequence[int] = ()
    rows: tuple[CandidateRow, ...] = ()


@dataclass(frozen=True, slots=True)
class LetterCount:
    """Questions of one letter: how many are active, and the parts that are short as (part, present, required)."""

    letter: str
    present: int
    short: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class SetCell:
    """One trade's paper in the matrix of question sets.

    Attributes:
        has_paper: False where the trade has no PRIMARY paper.
        active: the active letter (ActivateSets decides).
        present, required, short: questions of the active letter, what a session needs, parts with too few.
        letters: every letter that has active questions, in order.
        is_open: whether the paper may be started (TradePaperActivation and QuestionPaper).
        writing: incomplete sessions on the active set.
        elsewhere: incomplete sessions on other sets, as (label, count); ``none`` for those without questions.
        accepted: those on other sets that may be finished there, in the same way.
        disagrees: the letter that the portal's other copy names, or None where they agree.
        switches_agree: whether the portal's paper switches agree, of all trades.
    """

    trade_id: int
    paper: Paper
    has_paper: bool
    active: str
    present: int
    required: int
    short: tuple[tuple[str, int, int], ...]
    letters: tuple[LetterCount, ...]
    is_open: bool
    duration: timedelta | None
    writing: int
    elsewhere: tuple[tuple[str, int], ...]
    accepted: tuple[tuple[str, int], ...]
    disagrees: str | None
    switches_agree: bool = True

    @property
    def setting(self) -> PaperSetting:
        """How the paper stands, for what is drafted from it."""
        return PaperSetting.of(letter=self.active, is_open=self.is_open, lasts=self.duration)


@dataclass(frozen=True, slots=True)
class TradeSets:
    """One row of the matrix of question sets."""

    trade: Trade
    primary: SetCell
    secondary: SetCell

    def cell(self, paper: Paper) -> SetCell:
        """The cell of one paper."""
        return self.primary if paper is Paper.PRIMARY else self.secondary
