"""Who may do what: the domain's table as data, tried for every operation, role and release."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from desktop_admin import controllers
from desktop_admin.controllers.log import chain, checkpoints, keys
from desktop_admin.controllers.operations import apply
from desktop_admin.controllers.operations.activate import work as sets
from desktop_admin.controllers.operations.clear import work as clearing
from desktop_admin.controllers.operations.reopen import work as reopening
from desktop_admin.controllers.operations.restore import work as restoring
from desktop_admin.controllers.operations.sign_out import work as signing_out
from desktop_admin.controllers.operations.slots import work as slots
from desktop_admin.controllers.operations.undo import work as undoing
from desktop_admin.controllers.people import staff
from desktop_admin.controllers.upkeep import backups, guard, policies
from desktop_admin.controllers.values.plans import Actor, Chosen, Plan, SetChoice, new_op_id
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.errors import AdminError, NotPermitted
from desktop_admin.rules import Operation, Paper, Role
from tests import portal, raw
from tests.controllers import doing
from tests.controllers.actors import signed_in

STAFF, INVIGILATOR, SUPERVISOR = Role
EVERYBODY = {STAFF, INVIGILATOR, SUPERVISOR}
FEW = {INVIGILATOR, SUPERVISOR}
ALONE = {SUPERVISOR}
# For each operation: who may do it to 20 candidates, who to 21, and who each of these with a supervisor's release.
MAY = {
    Operation.ASSIGN: (EVERYBODY, EVERYBODY, EVERYBODY, EVERYBODY),
    Operation.RESET: (FEW, ALONE, FEW, FEW),
    Operation.REASSIGN: (FEW, ALONE, FEW, FEW),
    Operation.CLEAR: (FEW, ALONE, FEW, FEW),
    Operation.SIGN_OUT: (FEW, ALONE, FEW, FEW),
    Operation.UNDO: (FEW, ALONE, FEW, FEW),
    Operation.RESTORE: (ALONE, ALONE, FEW, FEW),
    Operation.ACTIVATE: (ALONE, ALONE, ALONE, ALONE),
    Operation.REOPEN: (ALONE, ALONE, ALONE, ALONE),
    # No release is ever taken for these.
    Operation.GUARD_INSTALL: (ALONE,),
    Operation.GUARD_REMOVE: (ALONE,),
    Operation.SET_ROLE: (ALONE,),
    Operation.SET_POLICY: (ALONE,),
    Operation.VERIFY_LOG: (ALONE,),
    Operation.BACKUP: (ALONE,),
    Operation.RESTORE_BACKUP: (ALONE,),
}
NOBODY = 999_999
"""An account that a switch's plan may name."""
CHOSEN = Chosen(trade_ids=(1,))


class Permitted(Exception):
    """Nobody objected; the transaction is undone, so that the next one finds everything as it was."""


@pytest.fixture
def portal_database(portal_file: Path) -> Iterator[Database]:
    """The small portal as a real one, for which people sign in."""
    raw.change(portal_file, "DELETE FROM desktop_admin_database")
    opened = Database.open(portal_file)
    yield opened
    opened.close()


@pytest.fixture
def people(portal_database: Database) -> dict[Role, Actor]:
    """Somebody who signed in, for each role."""
    return {role: signed_in(portal_database, role) for role in Role}


def plan_of(database: Database, operation: Operation, chief: Actor) -> Plan:
    """A plan in which somebody is applied; what must be done before is done by the supervisor."""
    (mine,) = doing.sessions_of(database, "T-FINE")
    planners: dict[Operation, Callable[[], Callable[[Session], Plan]]] = {
        Operation.ASSIGN: lambda: partial(slots.plan_assign, chosen=CHOSEN),
        Operation.RESET: lambda: partial(slots.plan_reset, chosen=CHOSEN),
        Operation.REASSIGN: lambda: partial(slots.plan_reassign, chosen=CHOSEN),
        Operation.CLEAR: lambda: partial(clearing.plan_clear, session_ids=[mine]),
        Operation.SIGN_OUT: lambda: partial(signing_out.plan_sign_out, chosen=CHOSEN),
        Operation.ACTIVATE: lambda: partial(sets.plan_activate, choices=[SetChoice(1, Paper.PRIMARY, "A")]),
        Operation.REOPEN: lambda: partial(
            reopening.plan_reopen, chosen=doing.chosen(database, "T-DONE"), paper=Paper.PRIMARY
        ),
        Operation.UNDO: lambda: partial(
            undoing.plan_undo, undoes=doing.slot(database, chief, Operation.ASSIGN, "T-NONE").op_id or ""
        ),
        Operation.RESTORE: lambda: partial(
            restoring.plan_restore, session_ids=doing.clear(database, chief, mine).session_ids
        ),
    }
    return database.read(planners[operation]())


def enlarged(plan: Plan, number: int) -> Plan:
    """The plan with so many applied candidates."""
    line = next(one for one in plan.lines if one.outcome == "applied" and (one.user_id or plan.choices))
    people = (replace(line, choice=None, user_id=(line.user_id or NOBODY) + other) for other in range(number))
    return replace(plan, lines=(*[one for one in plan.lines if one.is_trade], *people))


def owned(database: Database, plan: Plan, person: Actor) -> Plan:
    """The plan; where it is an undo, of what this person has done himself."""
    if plan.undoes is None:
        return plan
    whose = "UPDATE desktop_admin_operation SET person = ?, person_id = ?"
    raw.change(database, whose, values=[person.name, person.user_id])
    return replace(plan, undone_by=(person.name, person.user_id))


def may(database: Database, job: Callable[[Session], object]) -> bool:
    def run(session: Session) -> None:
        try:
            job(session)
        except NotPermitted:
            raise
        except AdminError:
            # Whatever comes after the question of who may.
            pass
        raise Permitted

    try:
        database.write(run)
    except NotPermitted:
        return False
    except Permitted:
        return True
    raise AssertionError


def releaser(database: Database) -> Actor:
    """Another supervisor, who typed his password at this desk."""
    return staff.sign_in(database, username=portal.SUPERVISOR, password=portal.SUPERVISOR, desk="desk-1")


def test_every_operation_stands_in_the_table() -> None:
    assert set(MAY) == set(Operation)


APPLIED = [one for one in MAY if len(MAY[one]) > 1]
BESIDE = [one for one in MAY if len(MAY[one]) == 1]


@pytest.mark.parametrize("operation", APPLIED)
def test_an_operation_is_for_whom_the_table_says(
    portal_database: Database, people: dict[Role, Actor], operation: Operation
) -> None:
    plan, release = plan_of(portal_database, operation, people[SUPERVISOR]), releaser(portal_database)
    found = tuple(
        {
            role
            for role, person in people.items()
            if may(
                portal_database,
                partial(
                    apply.apply,
                    plan=enlarged(owned(portal_database, plan, person), number),
                    actor=person,
                    released_by=released_by,
                ),
            )
        }
        for released_by in (None, release)
        for number in (20, 21)
    )
    assert found == MAY[operation]


def entry(database: Database, operation: Operation, actor: Actor) -> Callable[[Session], object]:
    """The entry points beside ``operations.apply``."""
    file = raw.path(database)
    other: dict[Operation, Callable[[Session], object]] = {
        Operation.GUARD_INSTALL: partial(guard.install, actor=actor, op_id=new_op_id()),
        Operation.GUARD_REMOVE: partial(guard.remove, actor=actor, op_id=new_op_id()),
        Operation.SET_ROLE: partial(staff.set_role, username=portal.SUPERVISOR, role=Role.STAFF, actor=actor),
        Operation.SET_POLICY: partial(policies.change, name="idle-lock", value="10", actor=actor),
        Operation.VERIFY_LOG: partial(chain.verify, actor=actor),
        Operation.BACKUP: lambda _session: backups.make(database, actor=actor, to=file),
        Operation.RESTORE_BACKUP: lambda _session: backups.restore(copy_of(file), path=file, actor=actor),
    }
    return other[operation]


def copy_of(file: Path) -> Path:
    return Path(shutil.copy(file, file.with_name("copy.sqlite3")))


@pytest.mark.parametrize("operation", BESIDE)
def test_what_is_done_to_the_database_itself_is_for_supervisors(
    portal_database: Database, people: dict[Role, Actor], operation: Operation
) -> None:
    found = {role for role, person in people.items() if may(portal_database, entry(portal_database, operation, person))}
    assert (found,) == MAY[operation]


def test_the_log_and_its_key_are_for_supervisors(
    portal_database: Database, people: dict[Role, Actor], tmp_path: Path
) -> None:
    file = tmp_path / "anything"
    for look in (
        partial(checkpoints.verify, files=()),
        partial(checkpoints.take, file=file),
        partial(keys.export, file=file),
        partial(keys.bring, file=file),
    ):
        for actor in (people[STAFF], people[INVIGILATOR], replace(people[SUPERVISOR], verified=False)):
            with pytest.raises(NotPermitted):
                portal_database.read(partial(look, actor=actor))
    assert not file.exists()


@pytest.mark.parametrize("operation", MAY)
def test_nobody_gets_past_the_sign_in(
    portal_database: Database, people: dict[Role, Actor], operation: Operation
) -> None:
    chief = people[SUPERVISOR]
    intruders = {
        "sign_in_needed": Actor(name=chief.name, role=SUPERVISOR, user_id=chief.user_id, desk=chief.desk),
        "account_changed": replace(people[INVIGILATOR], role=SUPERVISOR),
        "account_changed ": replace(chief, user_id=NOBODY),
    }
    plan = plan_of(portal_database, operation, chief) if operation in APPLIED else None
    for told, intruder in intruders.items():
        job = (
            partial(apply.apply, plan=plan, actor=intruder)
            if plan is not None
            else entry(portal_database, operation, intruder)
        )
        with pytest.raises(NotPermitted) as refused:
            portal_database.write(job)
        assert refused.value.code == told.strip()


def test_what_somebody_else_did_is_no_invigilators_to_undo_whatever_the_plan_says(
    portal_database: Database, people: dict[Role, Actor]
) -> None:
    invigilator = people[INVIGILATOR]
    plan = plan_of(portal_database, Operation.UNDO, people[SUPERVISOR])
    for pretended in (
        plan,
        replace(plan, undone_by=(invigilator.name, invigilator.user_id)),
        replace(plan, undone_by=None),
    ):
        with pytest.raises(NotPermitted) as told:
            portal_database.write(partial(apply.apply, plan=pretended, actor=invigilator))
        assert told.value.code == "not_ones_own"


def test_a_controller_that_names_an_actor_stands_in_the_table() -> None:
    # Whoever adds an entry point adds it to the table above, or says here that another one has asked already.
    asked_already = {
        "desktop_admin.controllers.log.entries.record",
        "desktop_admin.controllers.log.entries.record_change",
        "desktop_admin.controllers.log.chain.append",
        "desktop_admin.controllers.permissions.check",
        "desktop_admin.controllers.permissions.check_release",
        "desktop_admin.controllers.operations.activate.copies.write",
        "desktop_admin.controllers.operations.slots.work.give",
        "desktop_admin.controllers.operations.undo.past.last_of",
        "desktop_admin.practice.tour.play",
    }
    tried = {apply.apply, guard.install, guard.remove, staff.set_role, chain.verify}
    tried |= {backups.make, backups.restore, policies.change}
    tried |= {keys.export, keys.bring, checkpoints.take, checkpoints.verify}
    named = set()
    for module in pkgutil.iter_modules(controllers.__path__, f"{controllers.__name__}."):
        for name, function in inspect.getmembers(importlib.import_module(module.name), inspect.isfunction):
            public = function.__module__ == module.name and not name.startswith("_")
            if public and "actor" in inspect.signature(function).parameters:
                named.add(f"{module.name}.{name}")
    assert named == asked_already | {f"{one.__module__}.{one.__name__}" for one in tried}


def test_a_release_is_another_supervisors_who_typed_his_password(
    portal_database: Database, people: dict[Role, Actor]
) -> None:
    plan, real = plan_of(portal_database, Operation.RESTORE, people[SUPERVISOR]), releaser(portal_database)
    invigilator = people[INVIGILATOR]
    no_releases = (
        (invigilator, replace(real, verified=False)),
        (invigilator, replace(real, role=INVIGILATOR)),
        (replace(invigilator, user_id=real.user_id), real),
    )
    for actor, release in no_releases:
        with pytest.raises(NotPermitted) as told:
            portal_database.write(partial(apply.apply, plan=plan, actor=actor, released_by=release))
        assert told.value.code == "no_release"
    raw.change(portal_database, "UPDATE accounts_user SET is_active = 0 WHERE username = ?", values=[portal.SUPERVISOR])
    assert not may(portal_database, partial(apply.apply, plan=plan, actor=invigilator, released_by=real))


def test_both_names_are_recorded_and_sealed(portal_database: Database, people: dict[Role, Actor]) -> None:
    plan, real = plan_of(portal_database, Operation.RESTORE, people[SUPERVISOR]), releaser(portal_database)
    portal_database.write(partial(apply.apply, plan=plan, actor=people[INVIGILATOR], released_by=real))
    names = raw.query(portal_database, "SELECT person, released_by FROM desktop_admin_operation ORDER BY seq DESC")
    assert names[0] == (INVIGILATOR, portal.SUPERVISOR)
    assert portal_database.read(partial(chain.verify, actor=real)).intact


def test_a_release_overrides_nothing(portal_database: Database, people: dict[Role, Actor]) -> None:
    plan, real = plan_of(portal_database, Operation.RESTORE, people[SUPERVISOR]), releaser(portal_database)
    overriding = partial(apply.apply, plan=replace(plan, override=True), released_by=real)
    assert not may(portal_database, partial(overriding, actor=people[INVIGILATOR]))
    assert may(portal_database, partial(overriding, actor=people[SUPERVISOR]))


def test_a_plan_that_grows_under_the_lock_is_asked_about_again(
    portal_database: Database, people: dict[Role, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_of(portal_database, Operation.RESET, people[SUPERVISOR])
    few, many = (enlarged(plan, number) for number in (20, 21))
    monkeypatch.setattr(apply, "settled", lambda **_plans: many)
    with pytest.raises(NotPermitted) as told:
        portal_database.write(partial(apply.apply, plan=few, actor=people[INVIGILATOR]))
    assert told.value.code == "not_permitted_many"
