"""What an operation is: everything that differs between operations, as one value of a table, and the plan of one.

An operation's *face* (``Kind``) says what it is called, who may do it, how it is confirmed, what it writes and where it
stands in window and command line; rights, words, commands, menus and undo follow from it, and nothing of it needs a
database. Its *work* (``Work``) plans and changes; only it knows SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import Enum, auto
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from desktop_admin.controllers.values.lines import Actor, Chosen, Line, new_op_id
from desktop_admin.controllers.values.written import Written
from desktop_admin.messages import Message, has_sentence
from desktop_admin.rules import Paper

if TYPE_CHECKING:
    from datetime import datetime

    from desktop_admin.controllers.archive.images import Images
    from desktop_admin.controllers.portal.facts import Facts
    from desktop_admin.database.session import Session


class Right(Enum):
    """Whose an operation is (domain specification, *Who may do what*)."""

    ANYBODY = auto()
    """Nobody need sign in: the database's own account decides."""
    EVERYBODY = auto()
    INVIGILATOR = auto()
    """For up to 20 candidates; for more with a supervisor's release."""
    RELEASED = auto()
    """A supervisor's, and an invigilator's with a release."""
    SUPERVISOR = auto()
    """Whatever is released."""


class Counts(Enum):
    """What *applied* and *refused* count."""

    CANDIDATES = auto()
    TRADES = auto()


class Clears(Enum):
    """Which sessions an operation takes into the archive."""

    INCOMPLETE = auto()
    SUBMITTED = auto()
    """Completed ones, whose answers go into the archive with them."""


class Undo(Enum):
    """How an operation is taken back."""

    NEVER = auto()
    ROWS = auto()
    """Columns, sessions, answers and logins become what they were."""
    CLEARING = auto()
    """What it put back is cleared again."""


class Ladder(Enum):
    """Where the confirmation of one candidate begins (the ladder for more of them is the same for all)."""

    AT_ONCE = auto()
    """One candidate is done without a question, because it can be undone."""
    IF_MORE_HAPPENS = auto()
    """A dialog where somebody is refused, or a session is cleared."""
    DIALOG = auto()


class Place(Enum):
    """Where the window offers an operation."""

    NOWHERE = auto()
    CARD = auto()
    """A button at the candidates who are selected."""
    SESSIONS = auto()
    """A button at the candidates who are selected, for sessions of theirs."""
    SUBMITTED = auto()
    """A button at a paper that a candidate has submitted."""
    MATRIX = auto()
    HISTORY = auto()


class Option(Enum):
    """What a command asks for; ``cli.options`` knows how each is written."""

    CANDIDATES = auto()
    """Candidates, whole trades or everyone."""
    ARMY_NOS = auto()
    """Candidates by army number alone."""
    PAPER = auto()
    SET = auto()
    TRADES = auto()
    TOO_FEW = auto()
    OP_ID = auto()
    SESSION_ID = auto()
    OVERRIDE = auto()


@dataclass(frozen=True)
class Asked:
    """What was asked of an operation; each kind has its own."""

    @property
    def overrides(self) -> bool:
        """Whether something that a plan would refuse is let through, which only a supervisor may ask."""
        return False

    @property
    def takes_back(self) -> Earlier | None:
        """The earlier operation that this one takes back."""
        return None

    @property
    def told(self) -> dict[str, object]:
        """The values of what was asked for the sentences about it."""
        return {}

    def narrowed(self, _user_ids: tuple[int, ...]) -> Self:
        """The same for the candidates who were shown."""
        return self

    def logged(self) -> dict[str, Any]:
        """What was asked as the log keeps it."""
        return asdict(self)


@dataclass(frozen=True)
class CandidatesAsked(Asked):
    """The operation is asked for candidates."""

    chosen: Chosen

    def narrowed(self, user_ids: tuple[int, ...]) -> Self:
        """The same for these accounts."""
        return replace(self, chosen=Chosen(user_ids=user_ids))


@dataclass(frozen=True)
class PaperAsked(CandidatesAsked):
    """A paper of these candidates."""

    paper: Paper

    @property
    def told(self) -> dict[str, object]:
        """The paper."""
        return {"paper": self.paper}


@dataclass(frozen=True, slots=True)
class Earlier:
    """A recorded operation that is taken back.

    Attributes:
        by: who did it, as (name, account's id).
    """

    op_id: str
    kind: Kind
    by: tuple[str, int | None]


@dataclass(frozen=True, slots=True)
class Planned:
    """What planning finds: a line for each candidate and trade, and what holds for the whole.

    Attributes:
        screen: the sentence about what happens on the candidate's screen, where it is not the kind's own.
        asked: what was asked, where planning has completed it.
    """

    lines: tuple[Line, ...]
    notes: tuple[Message, ...] = ()
    screen: Message | None = None
    asked: Asked | None = None


def change_nothing(_session: Session, _plan: Plan, _actor: Actor, _now: datetime) -> list[Images]:
    """For an operation that writes no column of a row that stays."""
    return []


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """What an operation does.

    Attributes:
        kind: its face.
        plan: what it would do, from the facts and what was asked.
        ask: what was asked on the command line, from its options by name.
        change: writes what the plan's applied lines mean, behind the archiving, clearing and ending of logins that the
            lines name; gives back what the changed columns held before.
        again: plans once more under the lock, where it is not enough to ask the same for those who were shown.
    """

    kind: Operation
    plan: Callable[[Facts, Any], Planned]
    ask: Callable[[Session, Mapping[str, Any], Actor], Asked] | None = None
    change: Callable[[Session, Plan, Actor, datetime], list[Images]] = change_nothing
    again: Callable[[Facts, Plan], Planned] | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Kind:
    """The face of what can be done: what rights, records and words need to know of it.

    Attributes:
        name: in the log, in ``--json``, and in front of the codes of its sentences.
        right: whose it is.
        undo: how it is taken back.
        undo_right: whose its undo is, where that is not ``right``.
        safety_copy: a file is copied before it, whatever the number of candidates.
    """

    name: str
    right: Right
    undo: Undo = Undo.NEVER
    undo_right: Right | None = None
    safety_copy: bool = False

    def say(self, what: str, **values: object) -> Message:
        """Its own sentence of this name, or the one that all operations share."""
        own = f"{self.name}.{what}"
        return Message.of(own if has_sentence(own) else f"operation.{what}", **values)

    def has(self, what: str) -> bool:
        """Whether it has a sentence of this name."""
        return has_sentence(f"{self.name}.{what}")


@dataclass(frozen=True, kw_only=True, eq=False)
class Operation(Kind):
    """What is done to candidates and sets: planned, confirmed and applied in one transaction (``apply``).

    Attributes:
        home: the package that it stands in; what it does is the module ``work`` there.
        counts: what its numbers count.
        ladder: where its confirmation begins.
        clears: which sessions its lines take into the archive.
        ends_every_login: the logins of all its candidates end, not only of those whose sessions are cleared.
        takes_newcomers: whoever has started since it was shown is cleared as well, and told.
        restarts: nothing happens on any screen where nobody was writing.
        says_what_it_clears: its name on a button counts the sessions itself.
        gives_slots: those who are stuck are told before it.
        writes: the columns that it writes.
        options: what its command asks for; None where its commands stand in a module of their own.
        place: where the window offers it.
        key: its key there.
    """

    home: str
    counts: Counts = Counts.CANDIDATES
    ladder: Ladder = Ladder.AT_ONCE
    clears: Clears = Clears.INCOMPLETE
    ends_every_login: bool = False
    takes_newcomers: bool = False
    restarts: bool = False
    says_what_it_clears: bool = False
    gives_slots: bool = False
    writes: tuple[Written, ...] = ()
    options: tuple[Option, ...] | None = None
    place: Place = Place.NOWHERE
    key: str = ""

    @property
    def writes_slots(self) -> bool:
        """Whether it gives or takes slots."""
        return any("has_exam_slot" in written.columns for written in self.writes)


@dataclass(frozen=True)
class Lines:
    """Counts over the lines of an operation, shared by what is planned and what was done."""

    kind: Operation
    lines: tuple[Line, ...]

    @cached_property
    def _counted(self) -> tuple[Line, ...]:
        """The lines that ``applied`` and ``refused`` count: the trades of a set switch, else all."""
        if self.kind.counts is Counts.TRADES:
            return tuple(line for line in self.lines if line.is_trade)
        return self.lines

    @cached_property
    def applied(self) -> int:
        """How many candidates (for a set switch: trades) the operation is applied to."""
        return sum(line.outcome == "applied" for line in self._counted)

    @cached_property
    def refused(self) -> int:
        """How many candidates (for a set switch: trades) are refused."""
        return len(self._counted) - self.applied

    @cached_property
    def session_ids(self) -> tuple[int, ...]:
        """Ids of all sessions that are cleared, ascending."""
        return tuple(sorted(i for line in self.lines if not line.is_trade for i in line.cleared))

    @cached_property
    def restored_ids(self) -> tuple[int, ...]:
        """Ids of all sessions that are put back, ascending."""
        return tuple(sorted(i for line in self.lines for i in line.restored))

    @cached_property
    def user_ids(self) -> tuple[int, ...]:
        """Accounts of the candidates that the operation is applied to, each once, ascending."""
        # Two sessions of one candidate that are put back together have a line each.
        return tuple(
            sorted({line.user_id for line in self.lines if line.user_id is not None and line.outcome == "applied"})
        )

    @property
    def trade_ids(self) -> set[int]:
        """The trades whose papers it names, refused or not."""
        return {line.choice.trade_id for line in self.lines if line.choice is not None}

    @property
    def touches_screens(self) -> bool:
        """Whether anything happens on a candidate's screen: not where a restart was ordered and nobody was writing."""
        return self.applied > 0 and (bool(self.session_ids) or not self.kind.restarts)

    @property
    def cleared_sessions(self) -> int:
        """How many sessions are cleared."""
        return len(self.session_ids)

    @cached_property
    def ended_logins(self) -> int:
        """How many live portal logins end."""
        return sum(line.ended_logins for line in self.lines if not line.is_trade)

    @cached_property
    def returned_logins(self) -> int:
        """How many portal logins are put back."""
        return sum(line.returned_logins for line in self.lines)


@dataclass(frozen=True)
class Plan(Lines):
    """What an operation would do, candidate by candidate; nothing has happened yet.

    Attributes:
        asked: what was asked; what applying plans again.
        op_id: the id that the operation will carry; a second attempt with the same id is recognised.
        screen: the sentence about what happens on the candidate's screen.
        notes: what holds for the whole operation.
    """

    asked: Asked
    op_id: str = field(default_factory=new_op_id)
    screen: Message | None = None
    notes: tuple[Message, ...] = ()

    @property
    def right(self) -> Right:
        """Whose it is to carry this out; what was done is taken back by whoever may do it."""
        earlier = self.asked.takes_back
        return self.kind.right if earlier is None else undo_right(earlier.kind)

    @property
    def named(self) -> Kind:
        """What is named where somebody may not carry it out."""
        earlier = self.asked.takes_back
        return self.kind if earlier is None or earlier.kind.undo_right is not None else earlier.kind

    @property
    def wants_safety_copy(self) -> bool:
        """Whether its kind, or that of the operation which it takes back, wants the file copied first."""
        earlier = self.asked.takes_back
        return self.kind.safety_copy or (earlier is not None and earlier.kind.safety_copy)


def undo_right(kind: Kind) -> Right:
    """Whose it is to take back what this kind of operation did."""
    return kind.undo_right or kind.right
