"""What an operation is: everything that differs between operations, as one value of a table.

An operation's *face* (``Kind``) says what it is called, who may do it, how it is confirmed, what it writes and where it
stands in window and command line; rights, words, commands, menus and undo follow from it, and nothing of it needs a
database. Its *work* (``plan.Work``) plans and changes; only it knows SQLAlchemy.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from enum import Enum, auto
from typing import Any, Self

from desktop_admin.controllers.values.lines import Chosen
from desktop_admin.controllers.values.written import Written
from desktop_admin.messages import Message, has_sentence
from desktop_admin.rules import Paper


class Right(Enum):
    """Whose an operation is (domain specification, *Who may do what*)."""

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
    IF_TOLD = auto()
    """A dialog where something is told of the candidate."""
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
    SUBMITTED_NOT_COMPLETED = auto()
    """A button at one that was submitted and does not count as completed."""
    COMPLETED_BY_MARKS = auto()
    """A button at one that counts as completed and was not submitted."""
    TIME = auto()
    """A field with minutes at the candidates who are selected."""
    MATRIX = auto()
    HISTORY = auto()


class Option(Enum):
    """What a command asks for; ``cli.options`` knows how each is written."""

    CANDIDATES = auto()
    """Candidates, whole trades or everyone."""
    ARMY_NOS = auto()
    """Candidates by army number alone."""
    NUMBERS = auto()
    """The same, as arguments."""
    DOOR = auto()
    """At the door of which shift, and the seat that is given."""
    SHIFT = auto()
    """A whole shift, in place of candidates."""
    TIME = auto()
    """How many minutes, in one of three ways, and whether it was planned."""
    PAPER = auto()
    SET = auto()
    TRADES = auto()
    TOO_FEW = auto()
    FORCE = auto()
    """Close what somebody is writing."""
    MINUTES = auto()
    LET_FINISH = auto()
    """Sessions that a switch spares."""
    OP_ID = auto()
    SESSION_ID = auto()
    OVERRIDE = auto()
    NOT = auto()
    """The operation's opposite."""


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

    def is_other_than(self, _shown: Self) -> bool:
        """Whether planning anew has made something else of it than was shown, although the lines are the same."""
        return False

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
        certain: whether its row in the log is known to be the program's own.
    """

    op_id: str
    kind: Kind
    by: tuple[str, int | None]
    certain: bool = True


@dataclass(frozen=True, kw_only=True, eq=False)
class Kind:
    """The face of what can be done: what rights, records and words need to know of it.

    Attributes:
        name: in the log, in ``--json``, and in front of the codes of its sentences.
        undo_right: whose its undo is, where that is not ``right``.
        safety_copy: a file is copied before it, whatever the number of candidates.
        takes_newcomers: whoever has started since it was shown is cleared as well, and told.
        two_persons: where the rule of two persons holds, a second supervisor must release it, and its undo.
        keeps: the table beside the log that it writes (``values/written.py``), and nothing of the portal's, so that it
            is in the way of no other operation's undo.
        needs_reason: nobody may do it without one.
    """

    name: str
    right: Right
    undo: Undo = Undo.NEVER
    undo_right: Right | None = None
    safety_copy: bool = False
    takes_newcomers: bool = False
    two_persons: bool = False
    keeps: str = ""
    needs_reason: bool = False

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
        ends_every_login: the logins of all its candidates end, not only of those whose sessions are cleared.
        restarts: nothing happens on any screen where nobody was writing.
        says_what_it_clears: its name on a button counts the sessions itself.
        gives_slots: those who are stuck are told before it.
        options: what its command asks for; None where it has no command, or those stand in a module of their own.
        opposite: what its command does instead where ``Option.NOT`` is given.
    """

    home: str
    counts: Counts = Counts.CANDIDATES
    ladder: Ladder = Ladder.AT_ONCE
    clears: Clears = Clears.INCOMPLETE
    ends_every_login: bool = False
    restarts: bool = False
    says_what_it_clears: bool = False
    gives_slots: bool = False
    writes: tuple[Written, ...] = ()
    options: tuple[Option, ...] | None = None
    opposite: Operation | None = None
    place: Place = Place.NOWHERE
    key: str = ""

    @property
    def writes_slots(self) -> bool:
        """Whether it gives or takes slots."""
        return any("has_exam_slot" in written.columns for written in self.writes)


def undo_right(kind: Kind) -> Right:
    """Whose it is to take back what this kind of operation did."""
    return kind.undo_right or kind.right
