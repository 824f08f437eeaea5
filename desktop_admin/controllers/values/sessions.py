"""The read models of exam sessions and of what session health finds, frozen when the transaction ends.

All times are UTC-aware; durations are ``timedelta``.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from desktop_admin.controllers.values.lines import PaperChoice
from desktop_admin.messages import Message
from desktop_admin.rules import Paper

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
    def whom(self) -> str:
        """Number and name of the candidate, as far as they are known; an empty text for a trade."""
        return " ".join(filter(None, (self.army_no, self.name)))

    @property
    def stuck(self) -> bool:
        """Whether the finding makes its session stuck; the cure is then always to clear that session."""
        return self.kind in STUCK_KINDS


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
        stuck: whether it is incomplete and should not be resumed.
        problem: whether anything is wrong with it that somebody should look at.
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
    stuck: bool = field(init=False, repr=False, compare=False)
    problem: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Say once what thousands of rows are sorted and counted by."""
        kinds = {one.kind for one in self.findings}
        object.__setattr__(self, "stuck", not STUCK_KINDS.isdisjoint(kinds))
        object.__setattr__(self, "problem", not QUIET_KINDS.issuperset(kinds))

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
    def problems(self) -> tuple[Finding, ...]:
        """What is wrong with the session that somebody should look at."""
        return tuple(one for one in self.findings if one.kind not in QUIET_KINDS)

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
