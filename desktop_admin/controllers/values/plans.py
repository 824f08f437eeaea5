"""The values that travel between a controller and its callers: who, for whom, what would happen, what happened."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

from desktop_admin.errors import AdminError
from desktop_admin.messages import Message
from desktop_admin.rules import Operation, Paper, Role

Outcome = Literal["applied", "refused"]


def new_op_id() -> str:
    """A fresh operation id: a UUID, made when the operation is first shown or asked for."""
    return str(uuid.uuid4())


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who acts.

    Attributes:
        name: how the log names the person.
        role: what the person may do.
        user_id: the portal account's id, or None while nobody has signed in; it is what goes into the portal's
            ``slot_assigned_by_id``, ``updated_by_id`` and ``activated_by_id``.
        verified: whether a password was checked; the operating system's user is not verified.
        desk: the name of the workstation.
    """

    name: str
    role: Role = Role.SUPERVISOR
    user_id: int | None = None
    verified: bool = False
    desk: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which candidates an operation is asked for: accounts by id, whole trades, or everyone.

    Exactly one is given. ``trade_ids`` means the candidates whose profile has one of these trades.
    """

    user_ids: tuple[int, ...] | None = None
    trade_ids: tuple[int, ...] | None = None
    everyone: bool = False

    def __post_init__(self) -> None:
        given = (self.user_ids is not None) + (self.trade_ids is not None) + self.everyone
        if given != 1:
            raise ValueError("choose candidates by account, by trade, or everyone")


@dataclass(frozen=True, slots=True)
class SetChoice:
    """One wish of a set switch: this trade's paper shall use this letter."""

    trade_id: int
    paper: Paper
    letter: str


@dataclass(frozen=True, slots=True)
class Line:
    """What happens, or happened, to one candidate or to one trade's paper.

    Attributes:
        outcome: ``applied`` or ``refused``.
        user_id: the candidate's account; None on a trade's line.
        army_no: None for a trade's line and for a candidate without a profile.
        username: the account's name.
        name: the candidate's name, or the trade's.
        trade: the trade's code, or None.
        choice: on a trade's line, the set that is wished for.
        session_id: on a line of a restore, the cleared session.
        reason: why it is refused, else None.
        notes: what the person should know, in order.
        cleared: ids of the sessions that are cleared.
        restored: ids of the sessions that are put back.
        ended_logins: how many live portal logins end.
        returned_logins: how many portal logins are put back.
        keeps_writing: the candidate keeps another incomplete session, so his typed answers there are lost as well.
        recent: the candidate started less than five minutes ago.
    """

    outcome: Outcome
    user_id: int | None = None
    army_no: str | None = None
    username: str | None = None
    name: str = ""
    trade: str | None = None
    choice: SetChoice | None = None
    session_id: int | None = None
    reason: Message | None = None
    notes: tuple[Message, ...] = ()
    cleared: tuple[int, ...] = ()
    restored: tuple[int, ...] = ()
    ended_logins: int = 0
    returned_logins: int = 0
    keeps_writing: bool = False
    recent: bool = False

    @property
    def is_trade(self) -> bool:
        """Whether the line speaks of a trade's paper instead of a candidate."""
        return self.choice is not None

    def as_refused(self, reason: Message) -> Line:
        """The same candidate or trade, for whom nothing is done; one that was refused already keeps its own reason."""
        return replace(
            self,
            outcome="refused",
            reason=self.reason or reason,
            notes=(),
            cleared=(),
            restored=(),
            ended_logins=0,
            returned_logins=0,
            keeps_writing=False,
            recent=False,
        )


@dataclass(frozen=True)
class _Lines:
    """Counts over lines, shared by what is planned and what was done."""

    operation: Operation
    lines: tuple[Line, ...]

    @cached_property
    def _counted(self) -> tuple[Line, ...]:
        """The lines that ``applied`` and ``refused`` count: the trades of a set switch, else the candidates."""
        trades = tuple(line for line in self.lines if line.is_trade)
        return trades if self.operation is Operation.ACTIVATE else self.lines

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
    def touches_screens(self) -> bool:
        """Whether anything happens on a candidate's screen: not where a restart was ordered and nobody was writing."""
        restarts = self.operation in (Operation.REASSIGN, Operation.CLEAR, Operation.ACTIVATE)
        return self.applied > 0 and (bool(self.session_ids) or not restarts)

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
class Plan(_Lines):
    """What an operation would do, candidate by candidate; nothing has happened yet.

    Attributes:
        op_id: the id that the operation will carry; a second attempt with the same id is recognised.
        chosen: for whom it was asked; what applying plans again.
        choices: for a set switch, what was asked.
        requested_sessions: for clearing, the session ids that were asked for.
        allow_too_few: for a set switch, whether sets with too few questions are let through.
        override: for restoring, whether an old archive or a set that is not active is let through.
        paper: for reopening, which paper.
        archived: for restoring, the archived sessions that were asked for, each as (op_id, session id).
        undoes: for undo, the ``op_id`` of the operation that is undone.
        undone: for undo, what kind of operation that is; whoever may do it may undo it.
        undone_by: for undo, who did that operation, as (name, account's id).
        screen: the sentence about what happens on the candidate's screen.
        notes: what holds for the whole operation.
    """

    op_id: str = field(default_factory=new_op_id)
    chosen: Chosen | None = None
    choices: tuple[SetChoice, ...] = ()
    requested_sessions: tuple[int, ...] = ()
    allow_too_few: bool = False
    paper: Paper | None = None
    archived: tuple[tuple[str, int], ...] = ()
    override: bool = False
    undoes: str | None = None
    undone: Operation | None = None
    undone_by: tuple[str, int | None] | None = None
    screen: Message | None = None
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True)
class Changes(_Lines):
    """What an operation did.

    Attributes:
        op_id: the recorded operation, or None where nothing was applied (then nothing is recorded).
        reason: what the person gave as the reason, or None.
        dry_run: nothing was done; the lines are the plan's.
        screen: the sentence about what happens on the candidate's screen.
        notes: what holds for the whole operation.
        safety_copy: the copy of the file that was made before, where one was.
    """

    op_id: str | None = None
    reason: str | None = None
    dry_run: bool = False
    screen: Message | None = None
    notes: tuple[Message, ...] = ()
    safety_copy: Path | None = None

    @classmethod
    def of(cls, plan: Plan, *, op_id: str | None, reason: str | None, dry_run: bool = False) -> Changes:
        """The changes that carrying out (or dry-running) the plan means."""
        return cls(
            operation=plan.operation,
            lines=plan.lines,
            op_id=op_id,
            reason=reason,
            dry_run=dry_run,
            screen=plan.screen,
            notes=plan.notes,
        )


class PlanChanged(AdminError):
    """The plan that was shown no longer holds; nothing was written.

    Attributes:
        plan: the plan as it stands now, to be shown instead.
    """

    def __init__(self, plan: Plan) -> None:
        super().__init__("plan_changed")
        self.plan = plan


def line_key(line: Line) -> tuple[int | None, SetChoice | None, int | None]:
    """What identifies a line between two plans of the same operation."""
    return (line.user_id, line.choice, line.session_id)
