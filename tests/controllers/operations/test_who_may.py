"""Who may do what: the domain's table as data, tried for every operation, role and release."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest

from desktop_admin import controllers
from desktop_admin.controllers.day import checklist, day_end
from desktop_admin.controllers.handing_out import closing as handing_out
from desktop_admin.controllers.handing_out.closing import CloseWanted
from desktop_admin.controllers.log import chain
from desktop_admin.controllers.operations import apply
from desktop_admin.controllers.operations.accept import ACCEPT
from desktop_admin.controllers.operations.check_in import CHECK_IN, WITHDRAW_CHECK_IN
from desktop_admin.controllers.operations.clear import CLEAR
from desktop_admin.controllers.operations.completed import SET_COMPLETED, SET_NOT_COMPLETED
from desktop_admin.controllers.operations.deeds import (
    AMEND_INCIDENT,
    BACKUP,
    BRING_KEY,
    CLOSE_DAY,
    EXPORT_KEY,
    GUARD_INSTALL,
    GUARD_REMOVE,
    INCIDENT,
    PREPARE,
    RESTORE_BACKUP,
    SET_POLICY,
    SET_ROLE,
    VERIFY_LOG,
    backups,
    closing,
    guarding,
    incidents,
    log,
    roles,
    rules,
    tables,
)
from desktop_admin.controllers.operations.deeds.closing import Made
from desktop_admin.controllers.operations.kind import Kind, Operation, Right
from desktop_admin.controllers.operations.papers import ACTIVATE, ARRANGE, CLOSE, OPEN, SET_DURATION, PapersAsked
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.operations.register import IMPORT
from desktop_admin.controllers.operations.reopen import REOPEN
from desktop_admin.controllers.operations.restore import RESTORE, RestoreAsked
from desktop_admin.controllers.operations.rights import May, check_may
from desktop_admin.controllers.operations.rights import may as may_do
from desktop_admin.controllers.operations.sign_out import SIGN_OUT
from desktop_admin.controllers.operations.slots import ASSIGN, REASSIGN, RESET
from desktop_admin.controllers.operations.table import KINDS
from desktop_admin.controllers.operations.time import GIVE_TIME
from desktop_admin.controllers.operations.undo import UNDO, UndoAsked
from desktop_admin.controllers.people import staff
from desktop_admin.controllers.values.lines import Actor, Chosen, PaperChoice, new_op_id
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.errors import AdminError, NotPermitted
from desktop_admin.rules import Paper, Role
from tests import planning, portal, raw, registers
from tests.controllers import doing
from tests.controllers.actors import signed_in

STAFF, INVIGILATOR, SUPERVISOR = Role
EVERYBODY = {STAFF, INVIGILATOR, SUPERVISOR}
FEW = {INVIGILATOR, SUPERVISOR}
ALONE = {SUPERVISOR}
# For each operation: who may do it to 20 candidates, who to 21, and who each of these with a supervisor's release.
MAY: dict[Kind, tuple[set[Role], ...]] = {
    ASSIGN: (EVERYBODY, EVERYBODY, EVERYBODY, EVERYBODY),
    IMPORT: (EVERYBODY, EVERYBODY, EVERYBODY, EVERYBODY),
    CHECK_IN: (EVERYBODY, EVERYBODY, EVERYBODY, EVERYBODY),
    WITHDRAW_CHECK_IN: (EVERYBODY, EVERYBODY, EVERYBODY, EVERYBODY),
    RESET: (FEW, ALONE, FEW, FEW),
    REASSIGN: (FEW, ALONE, FEW, FEW),
    CLEAR: (FEW, ALONE, FEW, FEW),
    SIGN_OUT: (FEW, ALONE, FEW, FEW),
    GIVE_TIME: (FEW, ALONE, FEW, FEW),
    ACCEPT: (ALONE, ALONE, ALONE, ALONE),
    UNDO: (FEW, ALONE, FEW, FEW),
    RESTORE: (ALONE, ALONE, FEW, FEW),
    ACTIVATE: (ALONE, ALONE, ALONE, ALONE),
    OPEN: (ALONE, ALONE, ALONE, ALONE),
    CLOSE: (ALONE, ALONE, ALONE, ALONE),
    SET_DURATION: (ALONE, ALONE, ALONE, ALONE),
    ARRANGE: (ALONE, ALONE, ALONE, ALONE),
    REOPEN: (ALONE, ALONE, ALONE, ALONE),
    SET_COMPLETED: (ALONE, ALONE, ALONE, ALONE),
    SET_NOT_COMPLETED: (ALONE, ALONE, ALONE, ALONE),
    # No release is ever taken for these.
    EXPORT_KEY: (ALONE,),
    BRING_KEY: (ALONE,),
    GUARD_INSTALL: (ALONE,),
    GUARD_REMOVE: (ALONE,),
    SET_ROLE: (ALONE,),
    SET_POLICY: (ALONE,),
    VERIFY_LOG: (ALONE,),
    BACKUP: (ALONE,),
    CLOSE_DAY: (ALONE,),
    RESTORE_BACKUP: (ALONE,),
    PREPARE: (EVERYBODY,),
    INCIDENT: (EVERYBODY,),
    AMEND_INCIDENT: (EVERYBODY,),
}
DAY: dict[str, Any] = {
    "made": Made(Path("day.zip.age"), "0" * 64, row=0, as_of=datetime(2026, 3, 1, tzinfo=UTC)),
    "day": date(2026, 3, 1),
    "zone": UTC,
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
    done = doing.chosen(database, "T-DONE")
    of_paper = partial(planning.plan_paper, kind=operation, chosen=done, paper=Paper.PRIMARY)
    planners: dict[Operation, Callable[[], Callable[[Session], Plan]]] = {
        CLEAR: lambda: partial(planning.plan_clear, session_ids=[mine]),
        GIVE_TIME: lambda: partial(planning.plan_time, chosen=CHOSEN, minutes_left=30),
        CHECK_IN: lambda: partial(planning.plan_check_in, chosen=CHOSEN),
        WITHDRAW_CHECK_IN: lambda: partial(planning.plan_withdrawal, chosen=CHOSEN),
        ACCEPT: lambda: partial(planning.plan_accept, chosen=doing.chosen(database, "T-STUCK")),
        ACTIVATE: of_papers(letter="A"),
        OPEN: of_papers(paper=Paper.SECONDARY, opens=True),
        CLOSE: of_papers(opens=False),
        SET_DURATION: of_papers(minutes=60),
        ARRANGE: of_papers(letter="A", minutes=60),
        REOPEN: lambda: of_paper,
        SET_COMPLETED: lambda: of_paper,
        SET_NOT_COMPLETED: lambda: of_paper,
        IMPORT: lambda: partial(
            apply.plan, kind=IMPORT, asked=registers.asked(registers.rows_of([registers.sound(1)]))
        ),
        UNDO: lambda: partial(planning.plan_undo, undoes=doing.slot(database, chief, ASSIGN, "T-NONE").op_id or ""),
        RESTORE: lambda: partial(planning.plan_restore, session_ids=doing.clear(database, chief, mine).session_ids),
    }
    if operation not in planners:
        return database.read(partial(planning.plan_slots, kind=operation, chosen=CHOSEN))
    return database.read(planners[operation]())


def of_papers(*, paper: Paper = Paper.PRIMARY, **wish: bool | int | str) -> Callable[[], Callable[[Session], Plan]]:
    """How something that is set of a trade's paper is planned, whoever is writing it."""
    choice = PaperChoice(1, paper, **wish)  # type: ignore[arg-type]
    asked = PapersAsked((choice,), force=True)
    return lambda: partial(planning.plan_papers, asked=asked)


def enlarged(plan: Plan, number: int) -> Plan:
    """The plan with so many applied candidates."""
    applied = (one for one in plan.lines if one.outcome == "applied" and (one.user_id or one.is_trade))
    line = replace(next(applied, plan.lines[0]), outcome="applied", reason=None, choice=None)
    people = (replace(line, user_id=(line.user_id or NOBODY) + other) for other in range(number))
    return replace(plan, lines=(*[one for one in plan.lines if one.is_trade], *people))


def owned(database: Database, plan: Plan, person: Actor) -> Plan:
    """The plan; where it is an undo, of what this person has done."""
    if plan.asked.takes_back is None:
        return plan
    whose = "UPDATE desktop_admin_operation SET person = ?, person_id = ?"
    raw.change(database, whose, values=[person.name, person.user_id])
    return pretended(plan, person)


def pretended(plan: Plan, person: Actor) -> Plan:
    """An undo's plan that says that it is of what this person has done."""
    assert isinstance(plan.asked, UndoAsked)
    return replace(plan, asked=UndoAsked(replace(plan.asked.earlier, by=(person.name, person.user_id))))


def may(database: Database, job: Callable[[Session], object], kind: Kind | None = None) -> bool:
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
        way_in(database, kind)(run)
    except NotPermitted:
        return False
    except Permitted:
        return True
    raise AssertionError


def releaser(database: Database) -> Actor:
    """Another supervisor, who typed his password at this desk."""
    return staff.sign_in(database, username=portal.SUPERVISOR, password=portal.SUPERVISOR, desk="desk-1")


def test_every_operation_stands_in_the_table() -> None:
    assert set(MAY) == set(KINDS)


def named(kind: Kind) -> str:
    return kind.name


APPLIED = [one for one in MAY if isinstance(one, Operation)]
BESIDE = [one for one in MAY if not isinstance(one, Operation)]


@pytest.mark.parametrize("role", Role)
def test_what_nobody_knows_nobody_may(role: Role) -> None:
    unknown = cast("Right", "unknown")
    assert all(may_do(role=role, right=unknown, candidates=number) is May.NEVER for number in (0, 20, 21))
    with pytest.raises(NotPermitted):
        check_may(role=role, kind=Kind(name="unknown", right=unknown), candidates=0, released=True)


@pytest.mark.parametrize("operation", APPLIED, ids=named)
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


def amend(session: Session, *, actor: Actor) -> str:
    first = incidents.write(session, category="power", text="dark", actor=actor)
    return incidents.amend(session, incident=first, text="light again", actor=actor)


def entry(database: Database, kind: Kind, actor: Actor) -> Callable[[Session], object]:
    """The entry points beside ``apply``."""
    file = raw.path(database)
    other: dict[Kind, Callable[[Session], object]] = {
        GUARD_INSTALL: partial(guarding.change, kind=GUARD_INSTALL, actor=actor, op_id=new_op_id()),
        GUARD_REMOVE: partial(guarding.change, kind=GUARD_REMOVE, actor=actor, op_id=new_op_id()),
        SET_ROLE: partial(roles.set_role, username=portal.SUPERVISOR, role=Role.STAFF, actor=actor),
        SET_POLICY: partial(rules.change, name="idle-lock", value="10", actor=actor),
        VERIFY_LOG: partial(log.verify, actor=actor),
        EXPORT_KEY: lambda _session: log.export_key(database, actor=actor, file=file),
        BRING_KEY: lambda _session: log.bring_key(database, actor=actor, file=file),
        BACKUP: lambda _session: backups.make(database, actor=actor, to=file),
        RESTORE_BACKUP: lambda _session: backups.restore(copy_of(file), path=file, actor=actor),
        INCIDENT: partial(incidents.write, category="power", text="dark", actor=actor),
        AMEND_INCIDENT: partial(amend, actor=actor),
        CLOSE_DAY: partial(closing.record, actor=actor, reason=None, op_id=new_op_id(), **DAY),
        PREPARE: lambda _session: tables.prepare(database, actor=actor),
    }
    return other[kind]


BESIDE_ANY_WRITE = {EXPORT_KEY, BRING_KEY, BACKUP, RESTORE_BACKUP, PREPARE}
"""What opens the file by itself would wait for the lock of the write that it is tried in."""


def way_in(database: Database, kind: Kind | None) -> Callable[[Callable[[Session], object]], object]:
    return database.read if kind in BESIDE_ANY_WRITE else database.write


def copy_of(file: Path) -> Path:
    return Path(shutil.copy(file, file.with_name("copy.sqlite3")))


@pytest.mark.parametrize("operation", BESIDE, ids=named)
def test_what_is_done_to_the_database_itself_is_for_supervisors(
    portal_database: Database, people: dict[Role, Actor], operation: Kind
) -> None:
    found = {
        role
        for role, person in people.items()
        if may(portal_database, entry(portal_database, operation, person), operation)
    }
    assert (found,) == MAY[operation]


def test_the_log_is_for_supervisors_to_check(
    portal_database: Database, people: dict[Role, Actor], tmp_path: Path
) -> None:
    file = tmp_path / "anything"
    for look in (log.verify, partial(log.take, file=file), roles.listed):
        for actor in (people[STAFF], people[INVIGILATOR], replace(people[SUPERVISOR], verified=False)):
            with pytest.raises(NotPermitted):
                portal_database.read(partial(look, actor=actor))
    assert not file.exists()


@pytest.mark.parametrize("operation", [one for one in MAY if one is not PREPARE], ids=named)
def test_nobody_gets_past_the_sign_in(portal_database: Database, people: dict[Role, Actor], operation: Kind) -> None:
    chief = people[SUPERVISOR]
    intruders = {
        "sign_in_needed": Actor(name=chief.name, role=SUPERVISOR, user_id=chief.user_id, desk=chief.desk),
        "account_changed": replace(people[INVIGILATOR], role=SUPERVISOR),
        "account_changed ": replace(chief, user_id=NOBODY),
    }
    plan = plan_of(portal_database, operation, chief) if isinstance(operation, Operation) else None
    for told, intruder in intruders.items():
        job = (
            partial(apply.apply, plan=plan, actor=intruder)
            if plan is not None
            else entry(portal_database, operation, intruder)
        )
        with pytest.raises(NotPermitted) as refused:
            way_in(portal_database, operation)(job)
        assert refused.value.code == told.strip()


def test_a_day_is_read_and_closed_by_supervisors_alone(
    portal_database: Database, people: dict[Role, Actor], tmp_path: Path
) -> None:
    wanted = CloseWanted(date(2026, 3, 1), tmp_path / "day.zip.age", "three words here")
    for actor in (people[STAFF], people[INVIGILATOR], replace(people[SUPERVISOR], verified=False)):
        with pytest.raises(NotPermitted):
            portal_database.read(partial(handing_out.read, day=wanted.day, zone=UTC, actor=actor))
        with pytest.raises(NotPermitted):
            portal_database.read(
                partial(closing.check_may_close, day=wanted.day, zone=UTC, actor=actor, reason="again")
            )
        with pytest.raises(NotPermitted):
            handing_out.close(portal_database, wanted, zone=UTC, actor=actor, pages=lambda _report: b"")
    assert not wanted.file.exists()


def test_what_somebody_else_did_is_no_invigilators_to_undo_whatever_the_plan_says(
    portal_database: Database, people: dict[Role, Actor]
) -> None:
    invigilator = people[INVIGILATOR]
    plan = plan_of(portal_database, UNDO, people[SUPERVISOR])
    for given in (plan, pretended(plan, invigilator)):
        with pytest.raises(NotPermitted) as told:
            portal_database.write(partial(apply.apply, plan=given, actor=invigilator))
        assert told.value.code == "not_ones_own"


def test_a_controller_that_names_an_actor_stands_in_the_table() -> None:
    # Whoever adds an entry point adds it to the table above, or says here that another one has asked already.
    asked_already = {
        "desktop_admin.controllers.log.chain.append",
        "desktop_admin.controllers.operations.gate.check",
        "desktop_admin.controllers.operations.gate.check_operation",
        "desktop_admin.controllers.operations.gate.check_release",
        "desktop_admin.controllers.operations.apply.ask",
        "desktop_admin.controllers.operations.papers.copies.write",
        "desktop_admin.controllers.operations.papers.switches.agree",
        "desktop_admin.controllers.operations.papers.switches.write",
        "desktop_admin.controllers.operations.papers.wish.follow",
        "desktop_admin.controllers.operations.deeds.backups.compare",
        "desktop_admin.controllers.operations.deeds.doing.do",
        "desktop_admin.controllers.operations.deeds.doing.record",
        "desktop_admin.controllers.operations.undo.past.last_of",
    }
    tried: set[Callable[..., object]] = {apply.apply, guarding.change, roles.set_role, rules.change, tables.prepare}
    tried |= {incidents.write, incidents.amend, checklist.read, day_end.read}
    tried |= {closing.record, closing.check_may_close, handing_out.read, handing_out.close}
    tried |= {
        roles.listed,
        backups.make,
        backups.restore,
        log.verify,
        log.take,
        log.export_key,
        log.bring_key,
    }
    found = set()
    for module in pkgutil.walk_packages(controllers.__path__, f"{controllers.__name__}."):
        for name, function in inspect.getmembers(importlib.import_module(module.name), inspect.isfunction):
            public = function.__module__ == module.name and not name.startswith("_")
            if public and "actor" in inspect.signature(function).parameters:
                found.add(f"{module.name}.{name}")
    assert found == asked_already | {f"{one.__module__}.{one.__name__}" for one in tried}


def test_a_release_is_another_supervisors_who_typed_his_password(
    portal_database: Database, people: dict[Role, Actor]
) -> None:
    plan, real = plan_of(portal_database, RESTORE, people[SUPERVISOR]), releaser(portal_database)
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
    plan, real = plan_of(portal_database, RESTORE, people[SUPERVISOR]), releaser(portal_database)
    portal_database.write(partial(apply.apply, plan=plan, actor=people[INVIGILATOR], released_by=real))
    names = raw.query(portal_database, "SELECT person, released_by FROM desktop_admin_operation ORDER BY seq DESC")
    assert names[0] == (INVIGILATOR, portal.SUPERVISOR)
    assert portal_database.read(chain.verify).intact


def test_a_release_overrides_nothing(portal_database: Database, people: dict[Role, Actor]) -> None:
    plan, real = plan_of(portal_database, RESTORE, people[SUPERVISOR]), releaser(portal_database)
    assert isinstance(plan.asked, RestoreAsked)
    overriding = partial(apply.apply, plan=replace(plan, asked=replace(plan.asked, override=True)), released_by=real)
    assert not may(portal_database, partial(overriding, actor=people[INVIGILATOR]))
    assert may(portal_database, partial(overriding, actor=people[SUPERVISOR]))


def test_a_plan_that_grows_under_the_lock_is_asked_about_again(
    portal_database: Database, people: dict[Role, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_of(portal_database, RESET, people[SUPERVISOR])
    few, many = (enlarged(plan, number) for number in (20, 21))
    monkeypatch.setattr(apply, "settled", lambda **_plans: many)
    with pytest.raises(NotPermitted) as told:
        portal_database.write(partial(apply.apply, plan=few, actor=people[INVIGILATOR]))
    assert told.value.code == "not_permitted_many"
