"""What somebody could try who has the shipped account of a desk and works past the program: refused, or found."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from desktop_admin.controllers.log import chain, history
from desktop_admin.controllers.operations.ladder import Confirmation, confirmation
from desktop_admin.controllers.operations.slots import ASSIGN, RESET
from desktop_admin.controllers.operations.undo import past
from desktop_admin.controllers.people import staff
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.controllers.values.records import Sealed
from desktop_admin.database.engine import Database
from desktop_admin.database.session import stored_password
from desktop_admin.database.tables.own import LARGEST_SEQ, OperationRow
from tests import accounts, planning, portal, raw
from tests.controllers import doing

pytestmark = pytest.mark.parametrize("engine_name", accounts.AS_A_DESK, indirect=True, scope="session")

LOG = "desktop_admin_operation"


def by_the_desk(database: Database, statement: str) -> None:
    with database.backend.writer.begin() as connection:
        connection.execute(text(statement))


def refusal(database: Database, statement: str) -> str | None:
    """The code of the sentence for what the server refuses; None where it does not."""
    try:
        by_the_desk(database, statement)
    except DBAPIError as failure:
        return database.backend.sentence(failure) or str(failure.orig)
    return None


def forged(**values: str) -> str:
    """A statement that adds a copy of the newest row to the log, with another id and without a seal."""
    mark = values.get("seq", "seq + 1")
    changed = {"op_id": "'by-hand'", "seq": mark, "prev_hash": "'x'", "hash": "'y'", "key_id": "NULL"} | values
    names = [column.name for column in OperationRow.__table__.columns]
    copied = ", ".join(changed.get(name, name) for name in names)
    return f"INSERT INTO {LOG} ({', '.join(names)}) SELECT {copied} FROM {LOG} ORDER BY seq DESC LIMIT 1"


def test_a_row_in_a_supervisors_name_is_shown_without_a_seal_and_no_plain_undo_obeys_it(
    any_database: Database, actor: Actor
) -> None:
    done = doing.slot(any_database, actor, RESET, "T-FINE")
    by_the_desk(any_database, forged())
    forgery, honest = any_database.read(history.operations)
    assert (forgery.person, forgery.seal, honest.seal) == (actor.name, Sealed.UNSEALED, Sealed.SEALED)
    assert any_database.read(partial(past.last_of, actor=actor)) == done.op_id
    plan = any_database.read(partial(planning.plan_undo, undoes="by-hand"))
    assert "note_row_unsealed" in [note.code for note in plan.notes]
    assert confirmation(plan) is not Confirmation.NONE
    assert not any_database.read(chain.verify).intact


def test_no_row_with_another_number_or_time_is_taken_into_the_log(any_database: Database, actor: Actor) -> None:
    doing.slot(any_database, actor, RESET, "T-FINE")
    hour = "INTERVAL '1' HOUR" if raw.engine(any_database) == "postgresql" else "INTERVAL 1 HOUR"
    for seq in (2**63 - 1, LARGEST_SEQ, -1, 0, 3):
        assert refusal(any_database, forged(seq=str(seq))) == "trigger_refused", seq
    for at in (f"at + {hour}", f"at - {hour}", "'9999-12-31 23:59:59'"):
        assert refusal(any_database, forged(at=at)) == "trigger_refused", at
    assert doing.slot(any_database, actor, ASSIGN, "T-FINE").applied == 1
    assert any_database.read(chain.verify).intact


def test_rows_of_refused_sign_ins_are_written_in_nobody_elses_name_and_lock_nobody_out(any_database: Database) -> None:
    now = "current_timestamp" if raw.engine(any_database) == "postgresql" else "utc_timestamp(6)"
    add = f"INSERT INTO {{}} (username, desk, failures, last_at) VALUES ('{portal.SUPERVISOR}', '{{}}', 99, {now})"
    for desk in ("hall1_desk2", "hall1_desk3", "desk-1"):
        assert refusal(any_database, add.format("desktop_admin_sign_in_failure", desk)) == "not_granted"
        assert refusal(any_database, add.format("desktop_admin_my_failure", desk)) is not None
    me = str(any_database.backend.writer.url.username)
    assert refusal(any_database, add.format("desktop_admin_my_failure", me)) is None
    assert refusal(any_database, "UPDATE desktop_admin_my_failure SET desk = 'hall1_desk2'") is not None
    # What other desks' accounts have counted keeps nobody out here.
    raw.change(any_database, f"UPDATE desktop_admin_sign_in_failure SET desk = 'hall1_desk2' WHERE desk = '{me}'")
    for desk in ("hall1_desk3", "hall1_desk4"):
        raw.change(any_database, add.format("desktop_admin_sign_in_failure", desk))
    assert refusal(any_database, "DELETE FROM desktop_admin_my_failure") is None
    assert len(raw.query(any_database, "SELECT desk FROM desktop_admin_sign_in_failure")) == 3
    signed_in = staff.sign_in(any_database, username=portal.SUPERVISOR, password=portal.SUPERVISOR, desk="desk-1")
    assert signed_in.verified


def test_the_score_of_a_completed_session_is_not_rewritten(any_database: Database) -> None:
    before = raw.content(any_database)
    ((session_id,),) = raw.query(
        any_database, "SELECT min(id) FROM questions_examsession WHERE completed_at IS NOT NULL"
    )
    columns = "id, started_at, duration, total_questions, paper_id, trade_id, user_id, exam_type, completed_at, score"
    copied = columns.replace("id,", f"id + {10**6},", 1).replace("score", "100")
    with_score = f"INSERT INTO questions_examsession ({columns}) SELECT {copied} FROM questions_examsession LIMIT 1"
    assert refusal(any_database, with_score) == "not_granted"
    assert refusal(any_database, "UPDATE questions_examsession SET score = 100") == "not_granted"
    if raw.engine(any_database) == "postgresql":
        assert refusal(any_database, f"DELETE FROM questions_examsession WHERE id = {session_id}") == "not_granted"
        by_the_desk(any_database, f"SELECT desktop_admin_delete_examsession(ARRAY[{session_id}]::bigint[])")
        by_the_desk(any_database, f"SELECT desktop_admin_delete_examquestion(ARRAY[{session_id}]::bigint[])")
    assert raw.differences(before, raw.content(any_database)) == {}


def test_no_candidates_password_is_read(any_database: Database) -> None:
    user_id = doing.user(any_database, "T-FINE")
    assert any_database.read(partial(stored_password, user_id=user_id)) is None
    assert any_database.read(partial(stored_password, user_id=portal.SUPERVISOR_ID)) is not None
    assert refusal(any_database, f"SELECT password FROM accounts_user WHERE id = {user_id}") == "not_granted"
