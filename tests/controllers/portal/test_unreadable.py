"""A value that its column cannot mean hides no other row: it counts as missing, and is a finding with table and id."""

from __future__ import annotations

from functools import partial

from desktop_admin.controllers.operations.slots import RESET
from desktop_admin.controllers.portal import health
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.controllers.values.views import FindingKind
from desktop_admin.database.engine import Database
from tests import raw
from tests.controllers import doing

SESSION = (
    "SELECT s.id FROM questions_examsession s JOIN registration_candidateprofile p ON p.user_id = s.user_id "
    "WHERE p.army_no = 'T-FINE'"
)
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
