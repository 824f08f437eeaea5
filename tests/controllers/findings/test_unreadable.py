"""A value that its column cannot mean hides no other row: it counts as missing, and is a finding with table and id."""

from __future__ import annotations

from functools import partial

import pytest

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.operations.slots import RESET
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.controllers.values.sessions import FindingKind
from desktop_admin.database.engine import Database
from tests import raw
from tests.controllers import doing

SESSION = (
    "SELECT s.id FROM questions_examsession s JOIN registration_candidateprofile p ON p.user_id = s.user_id "
    "WHERE p.army_no = 'T-FINE'"
)
ON_A_FILE = {
    "questions_examsession.started_at": ("'soon'", "20260101", "1.5", "x'32303236'", "CAST(x'ff' AS TEXT)"),
    "questions_examsession.duration": ("'long'", "1.5", "x'00'", "CAST(x'ff' AS TEXT)"),
    "registration_candidateprofile.doe": ("'soon'", "20260101", "CAST(x'ff' AS TEXT)"),
    "exams_shift.start_time": ("'soon'", "20260101", "CAST(x'ff' AS TEXT)"),
    "registration_candidateprofile.trade_id": ("'TTC'", "1.5", "x'00'", "CAST(x'ff' AS TEXT)"),
    "registration_candidateprofile.army_no": ("x'31'",),
}
NEVER = {"sqlite": ("'soon'", "'long'"), "postgresql": ("'infinity'", "'200000 years'"), "mysql": ("0", "9e18")}


def test_what_cannot_be_read_is_found_and_everything_else_is_worked_with(database: Database, actor: Actor) -> None:
    engine = raw.engine(database)
    time, duration = NEVER[engine]
    at = "UPDATE {} SET {} = {} WHERE {}"
    id_of = partial(raw.query, database)
    ((session_id,),) = id_of(SESSION)
    ((profile_id,),) = id_of("SELECT id FROM registration_candidateprofile WHERE army_no = 'T-SLOT'")
    ((paper_id,),) = id_of("SELECT min(id) FROM questions_tradepaperactivation")
    ((login,),) = id_of("SELECT min(session_key) FROM django_session")
    raw.change(
        database,
        *(["SET SESSION sql_mode = ''"] if engine == "mysql" else []),
        at.format("questions_examsession", "started_at", time, f"id = {session_id}"),
        at.format("questions_examsession", "duration", duration, f"id = {session_id}"),
        at.format("registration_candidateprofile", "slot_assigned_at", time, f"id = {profile_id}"),
        at.format("questions_tradepaperactivation", "exam_duration", duration, f"id = {paper_id}"),
        at.format("django_session", "expire_date", time, f"session_key = '{login}'"),
    )
    seen = database.read(partial(health.survey, finished=0, thorough=True))
    found = {
        tuple(value for key, value in finding.reason.values if key in ("table", "row", "columns"))
        for finding in seen.findings
        if finding.kind is FindingKind.UNREADABLE
    }
    assert found == {
        ("questions_examsession", session_id, ("started_at", "duration")),
        ("registration_candidateprofile", profile_id, ("slot_assigned_at",)),
        ("questions_tradepaperactivation", paper_id, ("exam_duration",)),
        ("django_session", login, ("expire_date",)),
    }
    assert len(seen.stuck) == 2
    assert {"T-FINE", "T-STUCK", "T-MOVED"} <= {row.army_no for row in seen.sessions}
    assert doing.applied(doing.slot(database, actor, RESET, "T-STUCK", "T-SLOT").lines) == ["T-SLOT", "T-STUCK"]


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session")
@pytest.mark.parametrize(("column", "value"), [(name, one) for name, values in ON_A_FILE.items() for one in values])
def test_a_file_may_hold_a_value_of_any_kind_and_each_is_found(database: Database, column: str, value: str) -> None:
    table, name = column.split(".")
    shift = "INSERT INTO exams_shift (date, start_time, exam_center_id) VALUES ('2026-01-01', '09:00:00', 1)"
    raw.change(database, "PRAGMA foreign_keys = OFF", shift)
    ((row,),) = raw.query(database, f"SELECT max(id) FROM {table}")
    raw.change(database, "PRAGMA foreign_keys = OFF", f"UPDATE {table} SET {name} = {value} WHERE id = {row}")
    seen = database.read(partial(health.survey, finished=0, thorough=True))
    found = [dict(finding.reason.values) for finding in seen.findings if finding.kind is FindingKind.UNREADABLE]
    assert [(one["table"], one["row"], one["columns"]) for one in found] == [(table, row, (name,))]


@pytest.mark.parametrize("engine_name", ["mariadb"], indirect=True, scope="session")
@pytest.mark.parametrize("value", ["0000-00-00 00:00:00", "2026-00-10 00:00:00", "2026-01-00 00:00:00"])
def test_a_month_or_a_day_of_zero_is_found_where_a_server_keeps_it(database: Database, value: str) -> None:
    ((row,),) = raw.query(database, "SELECT max(id) FROM questions_examsession")
    change = f"UPDATE questions_examsession SET started_at = '{value}' WHERE id = {row}"
    raw.change(database, "SET SESSION sql_mode = ''", change)
    seen = database.read(partial(health.survey, finished=0, thorough=True))
    found = [dict(finding.reason.values) for finding in seen.findings if finding.kind is FindingKind.UNREADABLE]
    assert [(one["row"], one["columns"]) for one in found] == [(row, ("started_at",))]
