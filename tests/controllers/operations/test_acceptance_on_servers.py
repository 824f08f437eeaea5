"""The main job on the portal's own sample database, restored on each server with that server's own tool."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.people import staff
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from tests import raw, servers
from tests.controllers import doing
from tests.controllers.operations.test_acceptance import give_one_of_two_time_and_take_it_back, switched

pytestmark = pytest.mark.parametrize("engine_name", ["postgresql", "mariadb"], indirect=True, scope="session")

_DUMPS = {"postgresql": "portal_sample.pg.sql", "mariadb": "portal_sample.mariadb.sql"}


@pytest.fixture
def actor(sample: Database) -> Actor:
    """A supervisor of the sample, signed in."""
    return staff.sign_in(sample, username="admin", password="admin", desk="desk-1")


@pytest.fixture
def sample(engine_name: str) -> Iterator[Database]:
    """The portal's sample database on the server; skipped by name where the sample or the tool is not there."""
    folder = os.environ.get("DESKTOP_ADMIN_SAMPLES")
    if folder is None:
        pytest.skip("DESKTOP_ADMIN_SAMPLES does not name the folder with the portal's sample databases")
    with servers.empty_database(engine_name) as url:
        servers.run_client(url, (Path(folder) / _DUMPS[engine_name]).read_bytes())
        database = Database.open(servers.target(url))
        database.prepare()
        yield database
        database.close()


def test_the_same_sessions_are_stuck_and_a_switch_clears_the_same_ones_as_on_a_file(
    sample: Database, sample_file: Path, actor: Actor
) -> None:
    stuck = sample.read(health.survey).stuck
    assert sorted(row.id for row in stuck) == [18, 19, 20, 21, 22, 23, 39, 40]
    trade = doing.trade(sample, "TTC")
    for letter in ("C", "E"):
        expected = switched(sample_file, paper="PRIMARY", trade=trade, letter=letter)
        assert list(sample.read(doing.activation(sample, ("TTC", letter))).session_ids) == expected

    before = raw.content(sample)
    changes = doing.activate(sample, actor, ("TTC", "C"))
    after = raw.content(sample)
    expected = switched(sample_file, paper="PRIMARY", trade=trade, letter="C")
    assert list(changes.session_ids) == expected != []
    found = raw.differences(before, after)
    assert [row["id"] for row in found["questions_examsession"].gone] == expected
    held = [row["id"] for row in before["questions_examquestion"] if row["session_id"] in expected]
    assert [row["id"] for row in found["questions_examquestion"].gone] == held
    assert found["questions_examsession"].come == found["questions_examquestion"].come == []
    assert found.keys() <= {
        "questions_examsession", "questions_examquestion", "django_session",
        "questions_activatesets", "questions_questionsetactivation", "questions_universalsetactivation",
    }  # fmt: skip
    (row,) = found["questions_activatesets"].come
    assert (row["trade_id"], row["active_primary_set"]) == (trade, "C")
    assert abs(raw.moment(row["last_updated"]) - datetime.now(UTC)).total_seconds() < 60
    assert sorted(row["session_id"] for row in after["desktop_admin_archived_session"]) == expected
    assert not {row.id for row in sample.read(health.survey).stuck} & set(expected)


def test_one_of_two_gets_30_minutes_as_the_server_stores_them(sample: Database, actor: Actor) -> None:
    give_one_of_two_time_and_take_it_back(sample, actor)
