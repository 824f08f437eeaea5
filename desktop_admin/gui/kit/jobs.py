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

from desktop_admin import secrets
from desktop_admin.controllers.operations.activate import ACTIVATE, SetsAsked
from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.operations.clear import CLEAR, ClearAsked
from desktop_admin.controllers.operations.kind import Asked, CandidatesAsked, Kind, Operation, Place, Plan
from desktop_admin.controllers.operations.slots import REASSIGN, RESET
from desktop_admin.controllers.operations.table import OPERATIONS
from desktop_admin.controllers.values.guard_state import GuardCheck
from desktop_admin.controllers.values.lines import Actor, Chosen
from desktop_admin.controllers.values.views import CandidateList, CandidateReading, Shift, Survey, Trade, TradeSets
from desktop_admin.gui.kit.tasks import Report
from desktop_admin.rules import SlotState
from desktop_admin.server_url import ServerUrl

if TYPE_CHECKING:
    from desktop_admin.controllers.portal.candidates import Found
    from desktop_admin.controllers.portal.panes import SwitchPreview
    from desktop_admin.database.backend import Description
    from desktop_admin.database.engine import Database


@dataclass(frozen=True, slots=True)
class Filters:
    """What the candidate list is narrowed to."""

    text: str = ""
    trade_id: int | None = None
    shift_id: int | None = None
    slot: SlotState | None = None
    problems_only: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """What the candidate pane shows of the selection.

    Attributes:
        user_ids: the selected candidates.
        reading: of the one candidate, None for several.
        plans: what each operation would do, so that each button can say it.
    """

    user_ids: tuple[int, ...]
    reading: CandidateReading | None
    plans: dict[Operation, Plan]


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters of the candidate list offer."""

    trades: tuple[Trade, ...]
    shifts: tuple[Shift, ...]


@dataclass(frozen=True, slots=True)
class Switch:
    """A planned set switch with the sessions in progress that it meets, at one moment of the database's clock."""

    plan: Plan
    preview: SwitchPreview
    at: datetime


@dataclass(frozen=True, slots=True)
class Tested:
    """What a connection that was tried out found.

    Attributes:
        description: the database.
        candidates: how many are in it.
    """

    description: Description
    candidates: int


def open_database(target: str, _report: Report, *, password: str | None = None) -> Database:
    """Open a database; the other controllers are imported on the way, so that no pane waits for them.

    Args:
        target: path or URL.
        password: of a server's database user; without it the keyring is asked.
    """
    from desktop_admin.controllers.portal import panes  # noqa: F401
    from desktop_admin.database.engine import Database

    if password is None and ServerUrl.read(target) is not None:
        password = secrets.password_for(target)
    return Database.open(target, thorough=True, password=password)


def try_out(target: str, report: Report, *, password: str | None) -> Tested:
    """Open a database, look at it, and close it again."""
    from desktop_admin.controllers.portal import candidates

    database = open_database(target, report, password=password)
    try:
        return Tested(database.description, database.read(candidates.count))
    finally:
        database.close()


def keyring_available(_report: Report) -> bool:
    """Whether this computer has a keyring for passwords."""
    return secrets.available()


def keep_password(url: str, _report: Report, *, password: str) -> bool:
    """Put the password into the keyring, and say whether it is there."""
    return secrets.remember(url, password)


def forget_password(url: str, _report: Report) -> None:
    """Keep no password for this database any more."""
    secrets.forget(url)


def create_database(path: Path, _report: Report) -> Database:
    """Make a new, empty local database and open it."""
    from desktop_admin.controllers.portal import panes  # noqa: F401
    from desktop_admin.database.create import create

    return create(path)


def open_demo(path: Path, report: Report) -> Database:
    """Open the demo's exam day, making it first where there is none; its stages are reported."""
    if not path.exists():
        from desktop_admin.practice import demo

        demo.make(path, on_stage=report)
    return open_database(str(path), report)


def close_database(database: Database) -> None:
    """Give a database back that another one takes the place of."""
    database.close()


def close_unwanted(database: Database, _report: Report) -> None:
    """Give a database back that was opened too late."""
    database.close()


def changed_by_others(database: Database) -> bool:
    """Whether someone else has written since the last question; a database that is lost is told in words."""
    return database.changed_by_others()


def prepare(database: Database, *, actor: Actor) -> Path | None:
    """Create our own tables after a back-up, and say where that is."""
    from desktop_admin.controllers.operations.deeds import tables

    return tables.prepare(database, actor=actor)


def list_candidates(session: Any, *, filters: Filters) -> CandidateList:
    """The candidates that match the filters."""
    from desktop_admin.controllers.portal import panes

    return panes.list_candidates(
        session,
        text=filters.text,
        trade_id=filters.trade_id,
        shift_id=filters.shift_id,
        slot=filters.slot,
        problems_only=filters.problems_only,
    )


def read_choices(session: Any) -> Choices:
    """The trades and shifts to choose from."""
    from desktop_admin.controllers.portal import candidates

    return Choices(trades=candidates.trades(session), shifts=candidates.shifts(session))


def find(session: Any, *, army_nos: Sequence[str]) -> Found:
    """The candidates with these army numbers, and what was not found."""
    from desktop_admin.controllers.portal import candidates

    return candidates.find(session, army_nos=army_nos)


def find_one(session: Any, *, army_no: str) -> int:
    """The account of the candidate with this army number."""
    from desktop_admin.controllers.portal import candidates

    return candidates.require(session, army_nos=[army_no])[0]


def read_card(session: Any, *, user_ids: tuple[int, ...]) -> Card:
    """The selection with what every operation would do to it, planned from the same facts."""
    from desktop_admin.controllers.operations.apply import plan
    from desktop_admin.controllers.portal import panes
    from desktop_admin.controllers.portal.facts import Facts

    facts, chosen = Facts(session), CandidatesAsked(Chosen(user_ids=user_ids))
    reading = panes.read_candidate(session, user_id=user_ids[0], facts=facts) if len(user_ids) == 1 else None
    plans = {kind: plan(session, kind, chosen, facts=facts) for kind in OPERATIONS if kind.place is Place.CARD}
    session_ids = plans[REASSIGN].session_ids or plans[RESET].session_ids
    if reading is not None:
        # The cure of a stuck session clears that one; a healthy one beside it is left alone.
        session_ids = tuple(row.id for row in reading.incomplete if row.stuck or not reading.stuck)
    if session_ids:
        plans[CLEAR] = plan(session, CLEAR, ClearAsked(session_ids), facts=facts)
    return Card(user_ids=user_ids, reading=reading, plans=plans)


def plan_operation(session: Any, *, kind: Operation, asked: Asked) -> Plan:
    """What an operation would do."""
    from desktop_admin.controllers.operations.apply import plan

    return plan(session, kind, asked)


def read_survey(session: Any) -> Survey:
    """Session health now."""
    from desktop_admin.controllers.portal import health

    return health.survey(session)


def read_matrix(session: Any) -> tuple[TradeSets, ...]:
    """Which set is active where."""
    from desktop_admin.controllers.portal import panes

    return panes.matrix(session)


def preview_switch(session: Any, *, asked: SetsAsked) -> Switch:
    """What activating these sets would do, session by session."""
    return preview_plan(session, plan=plan_operation(session, kind=ACTIVATE, asked=asked))


def preview_plan(session: Any, *, plan: Plan) -> Switch:
    """The preview of a set switch that has been planned."""
    from desktop_admin.controllers.portal import panes
    from desktop_admin.database.session import server_now

    moment = server_now(session)
    return Switch(plan=plan, preview=panes.preview(session, lines=plan.lines, now=moment), at=moment)


def carry_out(
    session: Any, *, plan: Plan, actor: Actor, reason: str | None, released_by: Actor | None = None
) -> Changes:
    """Apply a plan that was shown and confirmed, and released where the actor's role needs it.

    Raises:
        PlanChanged: it no longer holds.
        OwnTablesMissing: there is nowhere to record it yet.
    """
    from desktop_admin.controllers.operations.apply import apply

    return apply(session, plan=plan, actor=actor, reason=reason, released_by=released_by)


def check_guard(session: Any) -> GuardCheck:
    """Whether the guard is in the database."""
    from desktop_admin.controllers.upkeep import guard as guarding

    return guarding.check(session)


def change_guard(database: Database, *, kind: Kind, actor: Actor, op_id: str) -> GuardCheck:
    """Install or remove the guard, creating our own tables first, and look at it again.

    Raises:
        AdminError: the role, the database account or the server does not allow it.
    """
    from desktop_admin.controllers.operations.deeds import guarding
    from desktop_admin.controllers.upkeep import guard

    prepare(database, actor=actor)
    database.write(partial(guarding.change, kind=kind, actor=actor, op_id=op_id))
    return database.read(guard.check)


def look_up(session: Any, *, op_id: str) -> Changes | None:
    """What an operation did whose result was not known, or None where it was not applied.

    To be asked in a write transaction, whose lock waits for a COMMIT that may still be on its way.
    """
    from desktop_admin.controllers.operations.apply import recorded

    return recorded(session, op_id=op_id)


def run_selfcheck(report: Report) -> None:
    """Run the self-check; every step is reported as it is done."""
    from desktop_admin.practice import selfcheck

    selfcheck.run(report)
