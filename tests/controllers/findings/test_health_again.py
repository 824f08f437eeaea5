"""Session health is found anew as if it had never been looked at, whatever is kept of the last look."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from functools import partial
from itertools import product

import pytest

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.portal.logins import all_logins
from desktop_admin.controllers.values.sessions import Survey
from desktop_admin.database.engine import Database
from desktop_admin.database.session import server_now
from tests import raw

CHANGES = (
    "DELETE FROM django_session",
    "UPDATE registration_candidateprofile SET name = 'Another Name' WHERE army_no = 'T-FINE'",
    "UPDATE registration_candidateprofile SET primary_slot_consumed_at = slot_assigned_at WHERE army_no = 'T-FINE'",
    "UPDATE registration_candidateprofile SET trade_id = 2 WHERE army_no = 'T-SECOND'",
    "UPDATE registration_candidateprofile SET has_exam_slot = (1 = 0) WHERE army_no = 'T-MOVED'",
    "UPDATE questions_examsession SET duration = :minute WHERE completed_at IS NULL",
    "UPDATE accounts_user SET last_login = (SELECT max(slot_assigned_at) FROM registration_candidateprofile)",
    "UPDATE questions_question SET question_set = 'B' WHERE id = {question}",
    "DELETE FROM questions_examquestion WHERE question_id = {question}",
    "UPDATE questions_activatesets SET active_primary_set = 'A', active_secondary_set = 'B'",
    "UPDATE questions_tradepaperactivation SET is_active = (1 = 0)",
    "UPDATE questions_examsession SET completed_at = started_at WHERE id = {session}",
)

LATER = (0, 70, 400)
"""Minutes from now."""

FIRST = """
SELECT session_id, min(question_id) FROM questions_examquestion
 WHERE session_id = (SELECT min(id) FROM questions_examsession WHERE completed_at IS NULL) GROUP BY session_id
"""


@pytest.mark.parametrize(
    "engine_name",
    ["sqlite", pytest.param("mariadb", marks=pytest.mark.long), pytest.param("postgresql", marks=pytest.mark.long)],
    indirect=True,
    scope="session",
)
def test_after_each_change_health_is_what_somebody_finds_who_looks_for_the_first_time(
    any_target: str,
) -> None:
    with closing(Database.open(any_target)) as database:
        ((session_id, question_id),) = raw.query(database, FIRST)
        now = database.read(server_now)

        def look(*, minutes: int = 0) -> Survey:
            return database.read(partial(health.survey, now=now + timedelta(minutes=minutes)))

        def same() -> Survey:
            # Now, once the logins have ended, and once the papers are over.
            known = [look(minutes=later) for later in LATER]
            for later, one in zip(LATER, known, strict=True):
                database.kept.clear()
                assert one == look(minutes=later)
            return known[0]

        before = same()
        for change in CHANGES:
            raw.change(database, change.format(question=question_id, session=session_id))
            found = same()
            assert found != before, change
            before = found


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session")
def test_whenever_somebody_looks_again_what_follows_from_the_time_is_as_of_then(any_target: str) -> None:
    with closing(Database.open(any_target)) as database, closing(Database.open(any_target)) as fresh:
        now = database.read(server_now)
        ends = {row.ends_at for row in database.read(partial(health.survey, now=now)).sessions if row.incomplete}
        logins_end = database.read(all_logins).last.values()
        instant = timedelta(microseconds=1)
        moments = sorted(
            {end + by for end in {*filter(None, ends), *logins_end} for by in (-instant, 0 * instant, instant)}
        )
        assert len(moments) >= 6
        for first, second in product([now, *moments], repeat=2):
            database.read(partial(health.survey, now=first))
            fresh.kept.clear()
            assert database.read(partial(health.survey, now=second)) == fresh.read(partial(health.survey, now=second))
