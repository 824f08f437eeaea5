"""The values that travel between a controller and its callers: who, for whom, and what happens to each of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from desktop_admin.messages import Message
from desktop_admin.rules import Paper, Role

Outcome = Literal["applied", "refused", "same"]


def new_op_id() -> str:
    """A fresh operation id: a UUID, made when the operation is first shown or asked for."""
    # Not above, because the list of commands needs none.
    import uuid

    return str(uuid.uuid4())


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who acts.

    Attributes:
        name: how the log names the person.
        user_id: the portal account's id, or None while nobody has signed in; it is what goes into the portal's
            ``slot_assigned_by_id``, ``updated_by_id`` and ``activated_by_id``.
        verified: whether a password was checked; the operating system's user is not verified.
    """

    name: str
    role: Role = Role.SUPERVISOR
    user_id: int | None = None
    verified: bool = False
    desk: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which candidates an operation is asked for: accounts by id, whole trades, a shift, or everyone.

    Exactly one is given. ``trade_ids`` means the candidates whose profile has one of these trades.
    """

    user_ids: tuple[int, ...] | None = None
    trade_ids: tuple[int, ...] | None = None
    everyone: bool = False
    shift_id: int | None = None

    def __post_init__(self) -> None:
        given = sum(one is not None for one in (self.user_ids, self.trade_ids, self.shift_id)) + self.everyone
        if given != 1:
            raise ValueError("choose candidates by account, by trade, by shift, or everyone")


@dataclass(frozen=True, slots=True)
class PaperSetting:
    """How a trade's paper stands.

    Attributes:
        letter: of its active set.
        is_open: whether it may be started.
        minutes: how long a new session of it lasts; None where the portal has no such paper.
    """

    letter: str
    is_open: bool
    minutes: int | None

    @classmethod
    def of(cls, *, letter: str, is_open: bool, lasts: timedelta | None) -> PaperSetting:
        """The same, of a duration as the portal has it."""
        return cls(letter, is_open, None if lasts is None else round(lasts / timedelta(minutes=1)))


@dataclass(frozen=True, slots=True)
class PaperChoice:
    """What a trade's paper shall become; what is None stays as it is.

    Attributes:
        letter: the set that becomes active.
        opens: whether it is opened, or closed.
        minutes: how long new sessions of it last.
        before: how it stood when this was chosen; None: as it is found when it is planned.
    """

    trade_id: int
    paper: Paper
    letter: str | None = None
    opens: bool | None = None
    minutes: int | None = None
    before: PaperSetting | None = field(default=None, compare=False)

    @property
    def place(self) -> tuple[int, Paper]:
        """Which trade's which paper."""
        return (self.trade_id, self.paper)

    @property
    def told(self) -> tuple[Message, ...]:
        """What it shall become, in words."""
        letter = () if self.letter is None else (Message.of("paper_to_set", letter=self.letter),)
        opens = () if self.opens is None else (Message.of("paper_opens" if self.opens else "paper_closes"),)
        minutes = () if self.minutes is None else (Message.of("paper_to_minutes", n=self.minutes),)
        return (*letter, *opens, *minutes)


@dataclass(frozen=True, slots=True)
class GivenTime:
    """Minutes that a candidate gets.

    Attributes:
        session_id: the session that gets them; None where they are kept until there is one.
        planned: an accommodation.
        ended: when the session ended at the earliest, before it got them: what the minutes were counted from.
    """

    session_id: int | None
    minutes: int
    planned: bool
    ended: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """What happens, or happened, to one candidate or to one trade's paper.

    Attributes:
        outcome: ``applied``, ``refused``, or ``same`` where it is so already and nothing is to be done.
        user_id: the candidate's account; None on a trade's line.
        army_no: None for a trade's line and for a candidate without a profile.
        name: the candidate's name, or the trade's.
        trade: the trade's code, or None.
        choice: on a trade's line, what its paper shall become.
        session_id: on a line of a restore, the cleared session.
        reason: why it is refused, or what is the same; else None.
        given: the time that is given.
        accepted: sessions on another set that may be finished.
        ended_logins: how many live portal logins end.
        returned_logins: how many portal logins are put back.
        keeps_writing: the candidate keeps another incomplete session, so the answers typed there are lost as well.
        recent: the candidate started less than five minutes ago.
        writing: on a trade's line, the sessions that are running on a paper that closes.
    """

    outcome: Outcome
    user_id: int | None = None
    army_no: str | None = None
    username: str | None = None
    name: str = ""
    trade: str | None = None
    choice: PaperChoice | None = None
    session_id: int | None = None
    reason: Message | None = None
    notes: tuple[Message, ...] = ()
    cleared: tuple[int, ...] = ()
    restored: tuple[int, ...] = ()
    given: GivenTime | None = None
    accepted: tuple[int, ...] = ()
    ended_logins: int = 0
    returned_logins: int = 0
    keeps_writing: bool = False
    recent: bool = False
    writing: tuple[int, ...] = ()

    @property
    def is_trade(self) -> bool:
        """Whether the line speaks of a trade's paper instead of a candidate."""
        return self.choice is not None

    @property
    def names_nobody(self) -> bool:
        """Whether it speaks of a session whose candidate is gone, and not of somebody who is to be registered."""
        return self.user_id is None and not self.is_trade and (self.army_no is None or self.session_id is not None)

    @property
    def session_ids(self) -> frozenset[int]:
        """Every session that something is done to."""
        given = () if self.given is None or self.given.session_id is None else (self.given.session_id,)
        return frozenset((*self.cleared, *self.restored, *self.accepted, *given))

    @property
    def kept(self) -> bool:
        """Whether what is given is kept until there is a session."""
        return self.given is not None and self.given.session_id is None

    @property
    def signs_out(self) -> bool:
        """Whether what is done to its session ends the candidate's logins."""
        return bool(self.cleared) or (self.given is not None and not self.kept)

    def afresh(self, **told: Any) -> Line:
        """The same candidate or trade, of whom nothing else is told yet but what is ``told``."""
        return Line("applied", self.user_id, self.army_no, self.username, self.name, self.trade, self.choice, **told)

    def as_refused(self, reason: Message) -> Line:
        """The same candidate or trade, for whom nothing is done; one that was refused already keeps its own reason."""
        return replace(self.afresh(), outcome="refused", session_id=self.session_id, reason=self.reason or reason)


def line_key(line: Line) -> tuple[int | str | None, PaperChoice | None, int | None]:
    """What identifies a line between two plans of the same operation; who has no account yet is known by the number."""
    return (line.army_no if line.user_id is None else line.user_id, line.choice, line.session_id)
