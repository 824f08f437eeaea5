from functools import partial

from desktop_admin.controllers.findings import health
from desktop_admin.database.engine import Database


def test_the_small_portal_has_exactly_the_problems_it_is_said_to_have(database: Database) -> None:
    survey = database.read(partial(health.survey, finished=None))
    assert {row.army_no: [f.kind for f in row.findings if f.stuck] for row in survey.stuck} == {
        "T-STUCK": ["other_set"],
        "T-MOVED": ["other_set"],
    }
    assert survey.running == 2
    assert survey.finished == 3
