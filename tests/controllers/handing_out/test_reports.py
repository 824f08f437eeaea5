"""What the papers and exports say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from desktop_admin.controllers.handing_out import exports, reports
from desktop_admin.controllers.handing_out.reports import CandidateHistory, ShiftReport, Slip
from desktop_admin.controllers.log import chain, history
from desktop_admin.controllers.operations.slots import ASSIGN, REASSIGN, RESET
from desktop_admin.controllers.operations.undo import UNDO
from desktop_admin.controllers.people import staff
from desktop_admin.controllers.values.columns import heading
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.controllers.values.sessions import FindingKind
from desktop_admin.database.engine import Database
from desktop_admin.database.session import server_now
from desktop_admin.errors import UsageProblem
from desktop_admin.messages import Message
from tests import planning, raw
from tests.cli.runs import without_own_tables
from tests.controllers import actors, doing

HOUR = timedelta(hours=1)


def slip(database: Database, op_id: str | None) -> Slip:
    return database.read(partial(reports.slip, op_id=op_id or ""))


def of_candidate(database: Database, army_no: str) -> CandidateHistory:
    return database.read(partial(reports.candidate_history, user_id=doing.user(database, army_no)))


def shift(database: Database, *, since: datetime | None = None, until: datetime | None = None) -> ShiftReport:
    beginning = since or database.read(server_now) - HOUR
    return database.read(partial(reports.shift_report, since=beginning, until=until))


def test_a_slip_names_the_operation_with_its_seal_in_the_log(database: Database, actor: Actor) -> None:
    done = doing.slot(database, actor, RESET, "T-STUCK", "T-NONE")
    seen = slip(database, done.op_id)
    assert (seen.record.op_id, seen.record.person, seen.record.applied, seen.record.refused) == (
        done.op_id,
        "tester",
        1,
        1,
    )
    assert [one.army_no for one in seen.record.sessions] == ["T-STUCK"]
    assert seen.seal == database.read(chain.end).hash
    assert seen.undone_by is None


def test_a_slip_says_that_its_operation_was_undone(database: Database, actor: Actor) -> None:
    done = doing.slot(database, actor, RESET, "T-STUCK")
    doing.apply_now(database, actors.person(database, "second"), partial(planning.plan_undo, undoes=done.op_id or ""))
    undone_by = slip(database, done.op_id).undone_by
    assert undone_by is not None
    assert (undone_by.operation, undone_by.person) == (UNDO.name, "second")


def test_an_operation_that_is_not_recorded_has_no_slip(database: Database) -> None:
    with pytest.raises(UsageProblem) as unknown:
        slip(database, "no such thing")
    assert unknown.value.code == "no_such_operation"


def test_a_candidate_to_whom_nothing_was_done_has_no_last_slip(database: Database) -> None:
    with pytest.raises(UsageProblem) as nothing:
        database.read(partial(reports.last_op_id, user_id=doing.user(database, "T-FINE")))
    assert nothing.value.code == "nothing_done_yet"


def test_the_paper_about_a_candidate_names_nobody_else(database: Database, actor: Actor) -> None:
    first = doing.slot(database, actor, RESET, "T-STUCK", "T-FINE")
    second = doing.slot(database, actor, ASSIGN, "T-STUCK", "T-NONE")
    doing.slot(database, actor, RESET, "T-SLOT")
    seen = of_candidate(database, "T-STUCK")
    assert [record.op_id for record in seen.records] == [first.op_id, second.op_id]
    assert {line.army_no for record in seen.records for line in record.lines} == {"T-STUCK"}
    assert {one.army_no for record in seen.records for one in record.sessions} == {"T-STUCK"}
    assert seen.reading.candidate.army_no == "T-STUCK"


def test_the_paper_about_a_candidate_names_the_switch_that_cleared_him(database: Database, actor: Actor) -> None:
    doing.activate(database, actor, ("TTC", "A"))
    (record,) = of_candidate(database, "T-FINE").records
    assert [line.army_no or line.trade for line in record.lines] == ["TTC", "T-FINE"]


def test_a_shift_report_holds_what_was_done_in_its_span_and_what_is_open(any_database: Database, actor: Actor) -> None:
    doing.slot(any_database, actor, RESET, "T-FINE")
    supervisor = staff.sign_in(any_database, username="admin", password="admin", desk="desk-2")
    doing.slot(any_database, supervisor, ASSIGN, "T-NONE")
    seen = shift(any_database)
    assert [record.operation for record in seen.records] == [RESET.name, ASSIGN.name]
    assert [(one.person, one.verified, one.desks, one.operations, one.released) for one in seen.people] == [
        ("admin", True, ("desk-2",), 1, 0),
        ("tester", True, ("desk-1",), 1, 0),
    ]
    counts = dict(seen.counts)
    assert counts[FindingKind.OTHER_SET] == 2
    assert counts == Counter(one.kind for one in seen.problems)
    assert FindingKind.LOGIN_ENDS_EARLY not in counts, "true of nearly everyone, and so no finding of this shift"
    assert seen.ending > 0
    assert seen.end.seq == 2
    assert seen.end.hash == any_database.read(chain.end).hash


def test_a_shift_report_leaves_out_what_was_done_before_and_after(database: Database, actor: Actor) -> None:
    doing.slot(database, actor, RESET, "T-FINE")
    now = database.read(server_now)
    assert shift(database, since=now + timedelta(seconds=1), until=now + HOUR).records == ()
    assert shift(database, since=now - 2 * HOUR, until=now - HOUR).records == ()
    assert len(shift(database, since=now - HOUR, until=now + HOUR).records) == 1


def test_a_shift_report_names_who_released_what(database: Database, actor: Actor) -> None:
    doing.slot(database, actor, RESET, "T-FINE")
    raw.change(database, "UPDATE desktop_admin_operation SET released_by = 'Major Rao'")
    seen = shift(database)
    assert [record.released_by for record in seen.records] == ["Major Rao"]
    assert [(one.person, one.operations, one.released) for one in seen.people] == [
        ("Major Rao", 0, 1),
        ("tester", 1, 0),
    ]


def test_a_shift_that_ends_before_it_begins_is_refused(database: Database) -> None:
    with pytest.raises(UsageProblem) as wrong:
        shift(database, since=database.read(server_now) + HOUR)
    assert wrong.value.code == "shift_ends_before"


def test_papers_are_made_of_a_portal_that_was_never_written_to(portal_file: Path) -> None:
    database = Database.open(without_own_tables(portal_file))
    try:
        seen = shift(database)
        assert (seen.records, seen.people, seen.end.seq) == ((), (), 0)
        assert of_candidate(database, "T-FINE").records == ()
    finally:
        database.close()


def test_the_exported_history_has_a_row_for_each_candidate_of_an_operation(database: Database, actor: Actor) -> None:
    doing.slot(database, actor, RESET, "T-STUCK", "T-NONE")
    doing.activate(database, actor, ("TTC", "A"))
    sheet = database.read(exports.history_sheet)
    names = ("row", "army no", "trade", "outcome", "sessions cleared")
    row, army_no, trade, outcome, cleared = (sheet.headings.index(heading(name)) for name in names)
    told = [(one[row], one[army_no] or one[trade], one[outcome], one[cleared]) for one in sheet.rows]
    applied, refused = Message("outcome.applied"), Message("outcome.refused")
    assert told == [
        (1, "T-NONE", refused, 0),
        (1, "T-STUCK", applied, 1),
        (2, "TTC", applied, 0),
        (2, "T-FINE", applied, 1),
        (2, "T-MOVED", applied, 1),
    ]


def test_every_export_has_a_cell_for_each_heading(any_database: Database, actor: Actor) -> None:
    doing.slot(any_database, actor, RESET, "T-STUCK")
    doing.clear(any_database, actor, *doing.sessions_of(any_database, "T-SECOND"))
    for name, read in exports.SHEETS.items():
        sheet = any_database.read(read)
        assert sheet.rows, name
        assert {len(row) for row in sheet.rows} == {len(sheet.headings)}, name


READINGS: dict[str, Callable[[Database], object]] = {
    "slip": lambda database: slip(database, database.read(history.operations)[0].op_id),
    "candidate": lambda database: of_candidate(database, "T-STUCK"),
    "shift": lambda database: shift(database),
    **{what: (lambda database, read=read: database.read(read)) for what, read in exports.SHEETS.items()},  # type: ignore[misc]
}


def statements(database: Database, read: Callable[[Database], object]) -> list[str]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    # What is kept in memory is read by whoever comes first.
    database.kept.clear()
    event.listen(Engine, "before_cursor_execute", note)
    try:
        read(database)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return seen


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session")
@pytest.mark.parametrize("name", READINGS)
def test_the_statements_of_a_paper_do_not_grow_with_the_operations(database: Database, actor: Actor, name: str) -> None:
    doing.slot(database, actor, RESET, "T-STUCK")
    few = statements(database, READINGS[name])
    for _ in range(3):
        doing.slot(database, actor, REASSIGN, "T-STUCK", "T-FINE", "T-SLOT", "T-NONE")
    assert statements(database, READINGS[name]) == few
    assert len(few) < 46
