"""Everything that can be done, done with the shipped accounts of both servers: what works, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from functools import partial
from pathlib import Path

import pytest

from desktop_admin.controllers.day import closings
from desktop_admin.controllers.handing_out import closing as handing_out
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
from desktop_admin.controllers.operations.kind import Kind, Operation
from desktop_admin.controllers.operations.papers import ACTIVATE, ARRANGE, CLOSE, OPEN, SET_DURATION
from desktop_admin.controllers.operations.register import IMPORT
from desktop_admin.controllers.operations.reopen import REOPEN
from desktop_admin.controllers.operations.restore import RESTORE
from desktop_admin.controllers.operations.sign_out import SIGN_OUT
from desktop_admin.controllers.operations.slots import ASSIGN, REASSIGN, RESET
from desktop_admin.controllers.operations.table import KINDS
from desktop_admin.controllers.operations.time import GIVE_TIME
from desktop_admin.controllers.operations.undo import UNDO
from desktop_admin.controllers.values.lines import Actor, new_op_id
from desktop_admin.database.engine import Database
from desktop_admin.errors import AdminError
from desktop_admin.rules import Paper, Role
from tests import accounts, planning, portal, raw, registers
from tests.controllers import doing

ACCOUNTS = [*accounts.AS_A_DESK, *accounts.AS_A_SUPERVISOR]
NOT_GRANTED = "not_granted"
_SUPERVISED = (ACCEPT, ACTIVATE, OPEN, CLOSE, SET_DURATION, ARRANGE, REOPEN, SET_COMPLETED, SET_NOT_COMPLETED)
FOR_SUPERVISORS = dict.fromkeys((*_SUPERVISED, SET_ROLE, SET_POLICY), NOT_GRANTED)
"""What only the account of a supervisor's desk does."""
FOR_OWNERS = {GUARD_INSTALL: "guard_not_granted", BACKUP: "backup_on_server"}
FOR_FILES = {RESTORE_BACKUP}
"""What has nothing to do with a server."""


def ways(database: Database, actor: Actor, folder: Path) -> dict[Kind, Callable[[], object]]:
    """How each is done, so that something is applied; in this order, because some build on those before."""
    key = folder / "key"

    def now(planner: doing.Planner) -> None:
        assert doing.apply_now(database, actor, planner, reason="as told").applied > 0

    def slot(kind: Kind, army_no: str) -> Callable[[], object]:
        return lambda: now(doing.slots_plan(kind, doing.chosen(database, army_no)))  # type: ignore[arg-type]

    def of_paper(kind: Operation, army_no: str, paper: Paper) -> Callable[[], object]:
        chosen = doing.chosen(database, army_no)
        return lambda: now(partial(planning.plan_paper, kind=kind, chosen=chosen, paper=paper))

    def deed(job: Callable[..., object], **values: object) -> Callable[[], object]:
        return lambda: database.write(partial(job, actor=actor, **values))

    (mine,) = doing.sessions_of(database, "T-FINE")
    done = [""]

    def register() -> None:
        wanted = registers.asked(registers.rows_of([registers.sound(1)]))
        assert registers.imported(database, actor, wanted).applied == 1

    def clear() -> None:
        done[0] = doing.clear(database, actor, mine).op_id or ""
        assert done[0]

    return {
        PREPARE: lambda: tables.prepare(database, actor=actor),
        ACCEPT: lambda: now(partial(planning.plan_accept, chosen=doing.chosen(database, "T-STUCK"))),
        SIGN_OUT: lambda: now(partial(planning.plan_sign_out, chosen=doing.chosen(database, "T-FINE"))),
        GIVE_TIME: lambda: now(
            partial(planning.plan_time, chosen=doing.chosen(database, "T-FINE", "T-NONE"), extra=5, planned=True)
        ),
        CLEAR: clear,
        RESTORE: lambda: now(partial(planning.plan_restore, session_ids=[mine])),
        ASSIGN: slot(ASSIGN, "T-NONE"),
        REASSIGN: slot(REASSIGN, "T-STUCK"),
        RESET: slot(RESET, "T-FINE"),
        IMPORT: register,
        CHECK_IN: lambda: now(partial(planning.plan_check_in, chosen=doing.chosen(database, "T-NONE"))),
        WITHDRAW_CHECK_IN: lambda: now(partial(planning.plan_withdrawal, chosen=doing.chosen(database, "T-NONE"))),
        UNDO: lambda: now(partial(planning.plan_undo, undoes=last(database))),
        ACTIVATE: lambda: now(doing.activation(database, ("TTC", "C"))),
        OPEN: lambda: now(doing.papers_plan(database, paper=Paper.SECONDARY, opens=True)),
        CLOSE: lambda: now(doing.papers_plan(database, "Musician", paper=Paper.PRIMARY, opens=False)),
        SET_DURATION: lambda: now(doing.papers_plan(database, paper=Paper.PRIMARY, minutes=80)),
        ARRANGE: lambda: now(doing.papers_plan(database, "TTC", paper=Paper.PRIMARY, letter="E", minutes=90)),
        SET_COMPLETED: of_paper(SET_COMPLETED, "T-NONE", Paper.SECONDARY),
        SET_NOT_COMPLETED: of_paper(SET_NOT_COMPLETED, "T-MUSIC", Paper.SECONDARY),
        REOPEN: of_paper(REOPEN, "T-DONE", Paper.PRIMARY),
        SET_ROLE: deed(roles.set_role, username=portal.SUPERVISOR, role=Role.SUPERVISOR),
        SET_POLICY: deed(rules.change, name="idle-lock", value="10"),
        VERIFY_LOG: lambda: database.read(partial(log.verify, actor=actor)),
        EXPORT_KEY: lambda: log.export_key(database, actor=actor, file=key),
        BRING_KEY: lambda: log.bring_key(database, actor=actor, file=key),
        INCIDENT: deed(incidents.write, category="power", text="dark", user_ids=[doing.user(database, "T-FINE")]),
        AMEND_INCIDENT: lambda: deed(incidents.amend, incident=last(database), text="light again")(),
        CLOSE_DAY: lambda: closed(database, actor),
        BACKUP: lambda: backups.make(database, actor=actor, to=folder / "copy"),
        GUARD_INSTALL: deed(guarding.change, kind=GUARD_INSTALL, op_id=new_op_id()),
        GUARD_REMOVE: deed(guarding.change, kind=GUARD_REMOVE, op_id=new_op_id()),
    }


def closed(database: Database, actor: Actor) -> None:
    """A day read and recorded as for its file, which is written without the database."""
    report = database.read(partial(handing_out.read, day=None, zone=UTC, actor=actor))
    made = closing.Made(Path("day.zip.age"), "0" * 64, row=report.end.seq, as_of=report.left.checklist.at)
    record = partial(closing.record, made=made, day=report.left.day, zone=UTC, actor=actor, reason=None)
    database.write(partial(record, op_id=new_op_id()))
    (one,) = database.read(partial(closings.listed, zone=UTC))
    assert (one.row, one.is_current) == (report.end.seq, True)


def last(database: Database) -> str:
    return str(raw.query(database, "SELECT op_id FROM desktop_admin_operation ORDER BY seq DESC LIMIT 1")[0][0])


def refused(database: Database, actor: Actor, folder: Path) -> dict[str, str]:
    found = {}
    for kind, do in ways(database, actor, folder).items():
        try:
            do()
        except AdminError as failure:
            found[kind.name] = failure.code
    return found


@pytest.mark.parametrize("engine_name", ACCOUNTS, indirect=True, scope="session")
def test_every_kind_is_done_with_the_rights_of_the_scripts_or_refused_in_a_sentence(
    any_database: Database, engine_name: str, actor: Actor, tmp_path: Path
) -> None:
    assert {*ways(any_database, actor, tmp_path), *FOR_FILES} == set(KINDS)
    marks = "secondary_viva_marks = 40, secondary_practical_marks = 41"
    completed = f"is_secondary_completed = army_no = 'T-MUSIC', {marks} WHERE army_no IN ('T-NONE', 'T-MUSIC')"
    raw.change(any_database, f"UPDATE registration_candidateprofile SET {completed}")
    # As the script for desks leaves it.
    raw.change(any_database, "INSERT INTO desktop_admin_setting (name, value) VALUES ('idle-lock', '15')")
    expected = FOR_OWNERS | (FOR_SUPERVISORS if engine_name in accounts.AS_A_DESK else {})
    found = refused(any_database, actor, tmp_path)
    # Where no guard is, there is none to remove.
    assert found == {kind.name: code for kind, code in expected.items()}
