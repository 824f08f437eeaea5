"""Who may do what: the domain's table as data, tried for every operation, role and release."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy.orm import Session

from desktop_admin.controllers import (
    clearing,
    copies,
    guarding,
    log_chain,
    operations,
    operators,
    reopening,
    restoring,
    sets,
    signing_out,
    slots,
    undoing,
)
from desktop_admin.controllers.plans import Actor, Chosen, Plan, SetChoice, new_op_id
from desktop_admin.database.engine import Database
from desktop_admin.errors import AdminError, NotPermitted
from desktop_admin.rules import Operation, Paper, Role
from tests import portal, raw
from tests.controllers import doing

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
    Operation.VERIFY_LOG: (ALONE,),
    Operation.BACKUP: (ALONE,),
    Operation.RESTORE_BACKUP: (ALONE,),
}
NOBODY = 999_999
"""An account that a switch's plan may name."""
CHOSEN = Chosen(trade_ids=(1,))


class Permitted(Exception):
    """Nobody objected; the transaction is undone, so that the next one finds everything as it was."""


def person(role: Role) -> Actor:
    return Actor(name="x", role=role, desk="desk-1")


def plan_of(database: Database, operation: Operation) -> Plan:
    """A plan in which somebody is applied; what must be done before it is done by the person himself."""
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
            undoing.plan_undo, undoes=doing.slot(database, person(SUPERVISOR), Operation.ASSIGN, "T-NONE").op_id or ""
        ),
        Operation.RESTORE: lambda: partial(
            restoring.plan_restore, session_ids=doing.clear(database, person(SUPERVISOR), mine).session_ids
        ),
    }
    return database.read(planners[operation]())


def enlarged(plan: Plan, number: int) -> Plan:
    """The plan with so many applied candidates."""
    line = next(one for one in plan.lines if one.outcome == "applied" and (one.user_id or plan.choices))
    people = replace(line, choice=None, user_id=line.user_id or NOBODY)
    return replace(plan, lines=(*[one for one in plan.lines if one.is_trade], *[people] * number))


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


def supervisor(database: Database) -> Actor:
    return operators.sign_in(database, username=portal.SUPERVISOR, password=portal.SUPERVISOR, desk="desk-1")


def test_every_operation_stands_in_the_table() -> None:
    assert set(MAY) == set(Operation)


@pytest.mark.parametrize("operation", [one for one in MAY if len(MAY[one]) > 1])
def test_an_operation_is_for_whom_the_table_says(file_database: Database, operation: Operation) -> None:
    plan, releaser = plan_of(file_database, operation), supervisor(file_database)
    found = tuple(
        {
            role
            for role in Role
            if may(
                file_database,
                partial(operations.apply, plan=enlarged(plan, number), actor=person(role), released_by=release),
            )
        }
        for release in (None, releaser)
        for number in (20, 21)
    )
    assert found == MAY[operation]


def entry(database: Database, operation: Operation, actor: Actor) -> Callable[[Session], object]:
    """The entry points beside ``operations.apply``."""
    file = raw.path(database)
    other: dict[Operation, Callable[[Session], object]] = {
        Operation.GUARD_INSTALL: partial(guarding.install, actor=actor, op_id=new_op_id()),
        Operation.GUARD_REMOVE: partial(guarding.remove, actor=actor, op_id=new_op_id()),
        Operation.SET_ROLE: partial(operators.set_role, username=portal.SUPERVISOR, role=Role.STAFF, actor=actor),
        Operation.VERIFY_LOG: partial(log_chain.verify, actor=actor),
        Operation.BACKUP: lambda _session: copies.make(database, actor=actor, to=file),
        Operation.RESTORE_BACKUP: lambda _session: copies.restore(file, path=file, actor=actor),
    }
    return other[operation]


@pytest.mark.parametrize("operation", [one for one in MAY if len(MAY[one]) == 1])
def test_what_is_done_to_the_database_itself_is_for_supervisors(file_database: Database, operation: Operation) -> None:
    found = {role for role in Role if may(file_database, entry(file_database, operation, person(role)))}
    assert (found,) == MAY[operation]


def test_a_release_is_another_supervisors_who_typed_his_password(file_database: Database) -> None:
    plan, real = plan_of(file_database, Operation.RESTORE), supervisor(file_database)
    invigilator = replace(person(INVIGILATOR), user_id=real.user_id)
    no_releases = (
        (person(INVIGILATOR), person(SUPERVISOR)),
        (person(INVIGILATOR), replace(real, role=INVIGILATOR)),
        (invigilator, real),
    )
    for actor, release in no_releases:
        with pytest.raises(NotPermitted) as told:
            file_database.write(partial(operations.apply, plan=plan, actor=actor, released_by=release))
        assert told.value.code == "no_release"
    raw.change(file_database, "UPDATE accounts_user SET is_active = 0 WHERE is_staff")
    assert not may(file_database, partial(operations.apply, plan=plan, actor=person(INVIGILATOR), released_by=real))


def test_both_names_are_recorded_and_sealed(file_database: Database) -> None:
    plan, real = plan_of(file_database, Operation.RESTORE), supervisor(file_database)
    file_database.write(partial(operations.apply, plan=plan, actor=person(INVIGILATOR), released_by=real))
    names = raw.query(file_database, "SELECT person, released_by FROM desktop_admin_operation ORDER BY seq DESC")
    assert names[0] == ("x", portal.SUPERVISOR)
    assert file_database.read(partial(log_chain.verify, actor=real)).intact


def test_a_release_overrides_nothing(file_database: Database) -> None:
    plan, real = plan_of(file_database, Operation.RESTORE), supervisor(file_database)
    overriding = replace(plan, override=True)
    assert not may(
        file_database, partial(operations.apply, plan=overriding, actor=person(INVIGILATOR), released_by=real)
    )
