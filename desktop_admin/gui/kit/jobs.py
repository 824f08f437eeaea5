"""What the window asks of the controllers, as jobs for the worker.

The controllers bring SQLAlchemy along, which takes longer to import than the window takes to paint; so they are
imported here, inside the jobs, by the worker.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop_admin.controllers.values.guard_state import GuardCheck
from desktop_admin.controllers.values.plans import Actor, Changes, Chosen, Plan, SetChoice
from desktop_admin.controllers.values.records import LastAction
from desktop_admin.controllers.values.views import CandidateReading
from desktop_admin.rules import Operation, Paper

if TYPE_CHECKING:
    from desktop_admin.controllers.portal.panes import SwitchPreview
    from desktop_admin.database.engine import Database


MOST_ACTIONS = 4
"""Of one candidate on the card; the history pane has them all."""


@dataclass(frozen=True, slots=True)
class Card:
    """What the candidate pane shows of the selection.

    Attributes:
        user_ids: the selected candidates.
        reading: of the one candidate, None for several.
        plans: what each operation would do, so that each button can say it.
        actions: what was last done to the one candidate, newest first.
    """

    user_ids: tuple[int, ...]
    reading: CandidateReading | None
    plans: dict[Operation, Plan]
    actions: tuple[LastAction, ...] = ()


@dataclass(frozen=True, slots=True)
class Switch:
    """A planned set switch with the sessions in progress that it meets, at one moment of the database's clock."""

    plan: Plan
    preview: SwitchPreview
    at: datetime


def prepare(database: Database) -> Path | None:
    """Create our own tables after a back-up, and say where that is."""
    return database.prepare()


def read_card(session: Any, *, user_ids: tuple[int, ...]) -> Card:
    """The selection with what every operation would do to it."""
    from desktop_admin.controllers.log import history
    from desktop_admin.controllers.operations.clear import work as clearing
    from desktop_admin.controllers.operations.sign_out import work as signing_out
    from desktop_admin.controllers.operations.slots import work as slots
    from desktop_admin.controllers.portal import panes

    chosen = Chosen(user_ids=user_ids)
    reading = panes.read_candidate(session, user_id=user_ids[0]) if len(user_ids) == 1 else None
    plans = {
        Operation.ASSIGN: slots.plan_assign(session, chosen=chosen),
        Operation.RESET: slots.plan_reset(session, chosen=chosen),
        Operation.REASSIGN: slots.plan_reassign(session, chosen=chosen),
        Operation.SIGN_OUT: signing_out.plan_sign_out(session, chosen=chosen),
    }
    session_ids = plans[Operation.REASSIGN].session_ids or plans[Operation.RESET].session_ids
    if reading is not None:
        # The cure of a stuck session clears that one; a healthy one beside it is left alone.
        session_ids = tuple(row.id for row in reading.incomplete if row.stuck or not reading.stuck)
    if session_ids:
        plans[Operation.CLEAR] = clearing.plan_clear(session, session_ids=session_ids)
    actions = history.last_actions(session, user_id=user_ids[0], limit=MOST_ACTIONS) if reading is not None else ()
    return Card(user_ids=user_ids, reading=reading, plans=plans, actions=actions)


def plan_clear(session: Any, *, session_ids: Sequence[int]) -> Plan:
    """What clearing these sessions would do."""
    from desktop_admin.controllers.operations.clear import work as clearing

    return clearing.plan_clear(session, session_ids=session_ids)


def preview_switch(session: Any, *, choices: Sequence[SetChoice], allow_too_few: bool) -> Switch:
    """What activating these sets would do, session by session."""
    from desktop_admin.controllers.operations.activate import work as sets

    return preview_plan(session, plan=sets.plan_activate(session, choices=choices, allow_too_few=allow_too_few))


def preview_plan(session: Any, *, plan: Plan) -> Switch:
    """The preview of a set switch that has been planned."""
    from desktop_admin.controllers.portal import panes
    from desktop_admin.database.session import server_now

    moment = server_now(session)
    return Switch(plan=plan, preview=panes.preview(session, plan=plan, now=moment), at=moment)


def plan_reopen(session: Any, *, user_id: int, paper: Paper) -> Plan:
    """What opening a paper again that this candidate has submitted would do."""
    from desktop_admin.controllers.operations.reopen import work as reopening

    return reopening.plan_reopen(session, chosen=Chosen(user_ids=(user_id,)), paper=paper)


def carry_out(
    session: Any, *, plan: Plan, actor: Actor, reason: str | None, released_by: Actor | None = None
) -> Changes:
    """Apply a plan that was shown and confirmed, and released where the actor's role needs it.

    Raises:
        PlanChanged: it no longer holds.
        OwnTablesMissing: there is nowhere to record it yet.
    """
    from desktop_admin.controllers.operations import apply

    return apply.apply(session, plan=plan, actor=actor, reason=reason, released_by=released_by)


def check_guard(session: Any) -> GuardCheck:
    """Whether the guard is in the database."""
    from desktop_admin.controllers.upkeep import guard as guarding

    return guarding.check(session)


def change_guard(database: Database, *, operation: Operation, actor: Actor, op_id: str) -> GuardCheck:
    """Install or remove the guard, creating our own tables first, and look at it again.

    Raises:
        AdminError: the role, the database account or the server does not allow it.
    """
    from desktop_admin.controllers.upkeep import guard as guarding

    database.prepare()
    deed = guarding.install if operation is Operation.GUARD_INSTALL else guarding.remove
    database.write(partial(deed, actor=actor, op_id=op_id))
    return database.read(guarding.check)


def look_up(session: Any, *, op_id: str) -> Changes | None:
    """What an operation did whose result was not known, or None where it was not applied.

    To be asked in a write transaction, whose lock waits for a COMMIT that may still be on its way.
    """
    from desktop_admin.controllers.log import entries

    return entries.recorded(session, op_id=op_id)
