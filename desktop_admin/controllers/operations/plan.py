"""The plan of an operation, and the work that makes plans and carries them out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from desktop_admin.controllers.operations.kind import Asked, Counts, Kind, Operation, Right, undo_right
from desktop_admin.controllers.values.lines import Actor, Line, PaperChoice, new_op_id
from desktop_admin.messages import Message
from desktop_admin.once import once

if TYPE_CHECKING:
    from datetime import datetime

    from desktop_admin.controllers.archive.cleared import Archived
    from desktop_admin.controllers.archive.images import Images
    from desktop_admin.controllers.portal.facts import Facts
    from desktop_admin.database.session import Session


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


def as_planned(_session: Session, plan: Plan) -> Plan:
    """For an operation whose plan names everybody already."""
    return plan


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """What an operation does.

    Attributes:
        plan: what it would do, from the facts and what was asked.
        ask: what was asked on the command line, from its options by name.
        back: the archived sessions that come back, as the applied lines say; before anything is changed, so that they
            see whether the disk has room, and the guard leaves alone what is written from then on.
        change: writes what the plan's applied lines mean, behind the archiving, clearing and ending of logins that the
            lines name; gives back what the changed columns held before.
        named: the plan with the accounts that only the change has made.
        again: plans once more under the lock, where it is not enough to ask the same for those who were shown.
    """

    kind: Operation
    plan: Callable[[Facts, Any], Planned]
    ask: Callable[[Session, Mapping[str, Any], Actor], Asked] | None = None
    back: Callable[[Session, Plan], list[Archived]] | None = None
    change: Callable[[Session, Plan, Actor, datetime], list[Images]] = change_nothing
    named: Callable[[Session, Plan], Plan] = as_planned
    again: Callable[[Facts, Plan], Planned] | None = None


@dataclass(frozen=True)
class Lines:
    """Counts over the lines of an operation, shared by what is planned and what was done."""

    kind: Operation
    lines: tuple[Line, ...]

    @once
    def _counted(self) -> tuple[Line, ...]:
        """The lines that ``applied`` and ``refused`` count: the trades of a set switch, else all."""
        if self.kind.counts is Counts.TRADES:
            return tuple(line for line in self.lines if line.is_trade)
        return self.lines

    @once
    def applied(self) -> int:
        """How many candidates (for a set switch: trades) the operation is applied to."""
        return sum(line.outcome == "applied" for line in self._counted)

    @once
    def refused(self) -> int:
        """How many candidates (for a set switch: trades) are refused."""
        return sum(line.outcome == "refused" for line in self._counted)

    @once
    def same(self) -> int:
        """For how many it is so already: they are neither refused nor applied to."""
        return len(self._counted) - self.applied - self.refused

    @once
    def session_ids(self) -> tuple[int, ...]:
        """Ids of all sessions that are cleared, ascending."""
        return tuple(sorted(i for line in self.lines if not line.is_trade for i in line.cleared))

    @once
    def closed_ids(self) -> tuple[int, ...]:
        """Ids of all sessions that are running on a paper that closes, ascending."""
        return tuple(sorted({i for line in self.lines if line.outcome == "applied" for i in line.writing}))

    @once
    def restored_ids(self) -> tuple[int, ...]:
        """Ids of all sessions that are put back, ascending."""
        return tuple(sorted(i for line in self.lines for i in line.restored))

    @once
    def accepted_ids(self) -> tuple[int, ...]:
        """Ids of all sessions on another set that may be finished, ascending."""
        return tuple(sorted(i for line in self.lines for i in line.accepted))

    @once
    def people(self) -> dict[int, Line]:
        """The line of each account that the operation is applied to; sessions put back together have a line each."""
        return {line.user_id: line for line in self.lines if line.user_id is not None and line.outcome == "applied"}

    @property
    def only_kept(self) -> bool:
        """Whether nothing but time is kept for later, so that nothing happens on any screen."""
        return bool(self.people) and all(line.kept for line in self.people.values())

    @property
    def user_ids(self) -> tuple[int, ...]:
        """Accounts of the candidates that the operation is applied to, each once, ascending."""
        return tuple(sorted(self.people))

    @once
    def switched(self) -> dict[PaperChoice, Line]:
        """The line of each trade's paper that the operation is applied to, by its set."""
        return {line.choice: line for line in self.lines if line.choice is not None and line.outcome == "applied"}

    @property
    def trade_ids(self) -> set[int]:
        """The trades whose papers it names, refused or not."""
        return {line.choice.trade_id for line in self.lines if line.choice is not None}

    @property
    def touches_screens(self) -> bool:
        """Whether anything happens on a candidate's screen: not where a restart was ordered and nobody was writing."""
        taken = self.session_ids or self.closed_ids
        return self.applied > 0 and (bool(taken) or not self.kind.restarts)

    @property
    def cleared_sessions(self) -> int:
        """How many sessions are cleared."""
        return len(self.session_ids)

    @once
    def ended_logins(self) -> int:
        """How many live portal logins end."""
        return sum(line.ended_logins for line in self.lines if not line.is_trade)

    @once
    def returned_logins(self) -> int:
        """How many portal logins are put back."""
        return sum(line.returned_logins for line in self.lines)


@dataclass(frozen=True)
class Plan(Lines):
    """What an operation would do, candidate by candidate; nothing has happened yet.

    Attributes:
        asked: what applying plans again.
        op_id: the id that the operation will carry.
        notes: what holds for the whole operation.
        two_persons: the rule of two persons holds, so that a second supervisor must release it, whoever does it.
    """

    asked: Asked
    op_id: str = field(default_factory=new_op_id)
    screen: Message | None = None
    notes: tuple[Message, ...] = ()
    two_persons: bool = False

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
    def takes_newcomers(self) -> bool:
        """Whether who has started since it was shown is cleared as well, as a switch does and its switch back."""
        earlier = self.asked.takes_back
        return self.kind.takes_newcomers or (earlier is not None and earlier.kind.takes_newcomers)

    @property
    def wants_safety_copy(self) -> bool:
        """Whether its kind, or that of the operation which it takes back, wants the file copied first."""
        earlier = self.asked.takes_back
        return self.kind.safety_copy or (earlier is not None and earlier.kind.safety_copy)
