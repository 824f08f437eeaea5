"""The history is narrowed where it lies, on each engine, and says what became of what was cleared."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from desktop_admin.controllers.handing_out import reports
from desktop_admin.controllers.log import chain, checkpoints, history
from desktop_admin.controllers.operations import apply
from desktop_admin.controllers.operations.slots import REASSIGN, RESET
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.controllers.values.records import GUARD_CLEARING, HistoryFilters, OperationRecord
from desktop_admin.database.engine import Database
from desktop_admin.database.tables.own import GuardClearing
from desktop_admin.database.tables.portal import ExamSession
from desktop_admin.rules import Paper
from tests import planning, raw
from tests.accounts import AS_A_DESK
from tests.controllers import actors, doing

ASHA, OM = Actor(name="Asha", desk="desk-1"), Actor(name="Om", desk="desk-2")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def clear_by_guard(database: Database) -> None:
    """What the guard's trigger would have written, without sessions."""
    row = GuardClearing(
        op_id="g",
        at=LONG_AGO,
        trade_id=1,
        paper=Paper.PRIMARY,
        letter="A",
        database_user="portal",
        sessions=0,
        archive="",
    )
    database.write(lambda session: session.add(row))


@pytest.fixture
def log(database: Database) -> Database:
    """Three operations: 1 a reset of T-STUCK, 2 a signing out of T-FINE, released, 3 a reassignment of both."""
    asha, om = actors.person(database, "Asha"), actors.person(database, "Om", desk="desk-2")
    doing.slot(database, asha, RESET, "T-STUCK")
    doing.sign_out(database, om, "T-FINE")
    doing.slot(database, om, REASSIGN, "T-STUCK", "T-FINE")
    raw.change(database, "UPDATE desktop_admin_operation SET released_by = 'Rao' WHERE seq = 2")
    clear_by_guard(database)
    return database


def found(database: Database, filters: HistoryFilters) -> list[int | None]:
    return [record.seq for record in database.read(partial(history.operations, filters=filters))]


WANTED: list[tuple[HistoryFilters, list[int | None]]] = [
    (HistoryFilters(), [3, 2, 1, None]),
    (HistoryFilters(text=" t-stu"), [3, 1]),
    (HistoryFilters(text="suresh"), [3, 2]),
    (HistoryFilters(text="STUCK"), []),
    (HistoryFilters(text="%"), []),
    (HistoryFilters(operation="sign-out"), [2]),
    (HistoryFilters(operation=GUARD_CLEARING), [None]),
    (HistoryFilters(person="Om"), [3, 2]),
    (HistoryFilters(person="Rao"), [2]),
    (HistoryFilters(person="portal"), [None]),
    (HistoryFilters(person="Om", text="T-STUCK"), [3]),
    (HistoryFilters(since=LONG_AGO + timedelta(days=1)), [3, 2, 1]),
    (HistoryFilters(until=LONG_AGO), [None]),
]


def test_only_what_matches_is_found_and_counted(log: Database) -> None:
    for filters, wanted in WANTED:
        assert found(log, filters) == wanted, filters
        assert log.read(partial(history.count, filters=filters)) == len(wanted), filters


def test_a_page_says_how_much_there_is_and_what_can_be_chosen(log: Database) -> None:
    page = log.read(partial(history.page, limit=2))
    assert ([record.seq for record in page.records], page.count) == ([3, 2], 4)
    assert page.operations == ("guard-clearing", "reassign-slots", "reset-slots", "sign-out")
    assert page.people == ("Asha", "Om", "Rao", "portal")


def test_a_candidate_whom_the_portal_forgot_is_found_in_the_archive(log: Database) -> None:
    raw.change(log, "DELETE FROM registration_candidateprofile WHERE army_no = 'T-STUCK'")
    assert found(log, HistoryFilters(text="T-STUCK")) == [3, 1]
    assert found(log, HistoryFilters(text="ramesh")) == [3, 1]


def test_an_archive_that_is_damaged_hides_no_other(database: Database) -> None:
    name = 'Sita "Back\\slash" Rão'
    raw.change(database, "UPDATE registration_candidateprofile SET name = ? WHERE army_no = 'T-FINE'", values=[name])
    doing.slot(database, actors.person(database, "Asha"), RESET, "T-STUCK", "T-FINE")
    raw.change(database, "DELETE FROM registration_candidateprofile WHERE army_no IN ('T-STUCK', 'T-FINE')")
    damaged = "substr(body, 1, 20)"
    raw.change(database, f"UPDATE desktop_admin_archived_session SET body = {damaged} WHERE body LIKE '%T-STUCK%'")
    for text in ("T-FI", '"back\\SL', 'slash" rão', "Rão"):
        assert found(database, HistoryFilters(text=text)) == [1], text
    for text in ("T-STUCK", "PRIMARY", "name"):
        assert found(database, HistoryFilters(text=text)) == [], text


def test_a_cleared_session_says_when_it_began_and_what_put_it_back(database: Database, actor: Actor) -> None:
    (session_id,) = doing.sessions_of(database, "T-FINE")
    began = database.read(
        lambda session: session.execute(select(ExamSession.started_at).where(ExamSession.id == session_id)).scalar_one()
    )
    cleared = doing.clear(database, actor, session_id)

    def archived() -> OperationRecord:
        return database.read(partial(history.operations, op_id=cleared.op_id))[0]

    (before,) = archived().sessions
    assert (before.started_at, before.put_back) == (began, None)
    planner = partial(planning.plan_restore, session_ids=[session_id])
    restored = doing.apply_now(database, actor, planner)
    (after,) = archived().sessions
    assert after.put_back is not None
    assert (after.put_back.op_id, after.put_back.operation) == (restored.op_id, "restore")


def test_an_operation_with_a_wrong_desk_clock_is_marked(file_database: Database) -> None:
    """Row 2 is two minutes ahead of the server, row 3 behind its own desk's row 2; row 4 is another desk's."""
    for actor in (ASHA, ASHA, ASHA, OM):
        doing.slot(file_database, actor, REASSIGN, "T-FINE")
    for seq, seconds in ((1, 0), (2, 121), (3, 60), (4, 0)):
        (row,) = raw.query(file_database, f"SELECT at FROM desktop_admin_operation WHERE seq = {seq}")
        desk_at = raw.moment(row[0]) + timedelta(seconds=seconds)
        raw.change(file_database, f"UPDATE desktop_admin_operation SET desk_at = ? WHERE seq = {seq}", values=[desk_at])
    told = {
        record.seq: [warning.code for warning in record.warnings] for record in file_database.read(history.operations)
    }
    assert told == {1: [], 2: ["clock_differed"], 3: ["clock_ran_back"], 4: []}


def test_what_is_damaged_is_shown_as_damaged_and_everything_else_as_it_is(file_database: Database) -> None:
    doing.slot(file_database, ASHA, RESET, "T-FINE", "T-STUCK")
    doing.slot(file_database, ASHA, RESET, "T-MOVED")
    raw.change(file_database, "UPDATE desktop_admin_operation SET body = 'cut' WHERE seq = 2")
    raw.change(
        file_database, "UPDATE desktop_admin_archived_session SET body = substr(body, 1, 50) WHERE body LIKE '%T-FINE%'"
    )
    second, first = file_database.read(history.operations)
    assert (second.lines, [one.code for one in second.warnings]) == ((), ["record_damaged"])
    assert [one.army_no for one in second.sessions] == ["T-MOVED"]
    assert [line.army_no for line in first.lines] == ["T-FINE", "T-STUCK"]
    assert sorted((one.damaged, one.army_no) for one in first.sessions) == [(False, "T-STUCK"), (True, None)]


@pytest.mark.parametrize(
    ("told", "damaged"),
    [
        (["set-policy.told", {}], True),
        ([["set-policy.told"], {}], True),
        (["undo_of", {"operation": {"sentence": ["nowhere"]}, "at": "", "person": "", "op_id": ""}], True),
        (["undo_of", {"operation": {"sentence": ["nowhere", {}]}, "at": "", "person": "", "op_id": ""}], False),
        (["of-a-newer-version.told", {"path": "x"}], False),
    ],
)
def test_a_sentence_that_cannot_be_said_never_stops_the_history(
    file_database: Database, told: list[Any], damaged: bool
) -> None:
    doing.slot(file_database, ASHA, RESET, "T-FINE")
    rewrite(file_database, {"lines": [], "images": [], "told": told})
    (record,) = file_database.read(history.operations)
    codes = [one.code for one in record.warnings]
    assert (record.told is None, codes) == (damaged, ["record_damaged"] if damaged else [])


def rewrite(database: Database, body: dict[str, Any]) -> None:
    """Write what the one row of the log says, as somebody without the key."""
    values = [json.dumps(body, sort_keys=True, separators=(",", ":"))]
    raw.change(database, "UPDATE desktop_admin_operation SET body = ?, key_id = NULL", values=values)


def test_a_sentence_of_a_newer_version_is_told_by_its_key_and_values_wherever_the_row_is_read(
    file_database: Database, actor: Actor
) -> None:
    done = doing.slot(file_database, actor, RESET, "T-FINE", "T-NONE")
    op_id = done.op_id or ""
    ((text,),) = raw.query(file_database, "SELECT body FROM desktop_admin_operation")
    body = json.loads(text)
    told = ["of-tomorrow.refused", {"seat": "B 12", "why": {"sentence": ["of-tomorrow.why", {"n": 7}]}}]
    for line in body["lines"]:
        if "reason" in line:
            line["reason"] = told
    rewrite(file_database, body)

    why = "A sentence that this version of the program does not know (of-tomorrow.why, 7)."
    words = f"A sentence that this version of the program does not know (of-tomorrow.refused, B 12, {why})."
    slip = file_database.read(partial(reports.slip, op_id=op_id))
    again = file_database.read(partial(apply.recorded, op_id=op_id))
    assert again is not None
    for lines in (file_database.read(history.operations)[0].lines, slip.record.lines, again.lines):
        assert [line.reason.english() for line in lines if line.reason] == [words]
    assert [one.what.code for one in file_database.read(chain.verify).problems] == ["log_row_changed"]
    undone = doing.apply_now(file_database, actor, partial(planning.plan_undo, undoes=op_id))
    assert doing.applied(undone.lines) == ["T-FINE"]


@pytest.mark.parametrize("engine_name", AS_A_DESK, indirect=True, scope="session")
def test_a_desks_account_may_search_the_history_and_keep_its_checkpoint(database: Database, actor: Actor) -> None:
    doing.slot(database, actor, RESET, "T-STUCK")
    filters = HistoryFilters(text="ramesh", person=actor.name)
    page = database.read(partial(history.page, filters=filters, limit=1))
    assert (page.count, page.people) == (1, (actor.name,))
    database.read(checkpoints.keep_daily)
    assert database.read(checkpoints.verify).compared == 1
