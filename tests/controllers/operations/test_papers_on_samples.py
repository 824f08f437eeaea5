"""Opening and closing papers on the portal's own sample databases, on each engine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.listings import panes
from desktop_admin.controllers.people import staff
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.controllers.values.sessions import FindingKind
from desktop_admin.database.engine import Database
from desktop_admin.rules import Paper
from tests import raw, servers
from tests.controllers import doing
from tests.controllers.operations.test_papers import switches

_DUMPS = {"postgresql": "portal_sample.pg.sql", "mariadb": "portal_sample.mariadb.sql"}
WRITING_SECONDARY = ("17580001F", "17580002H")
WRITING = ("CLK SD", "OCC", "TTC")
"""The trades in which somebody writes PRIMARY."""


@contextmanager
def opened(engine: str, folder: Path, file: Path) -> Iterator[Database]:
    """The sample on this engine."""
    if engine == "sqlite":
        file.write_bytes((folder / "portal_sample.sqlite3").read_bytes())
        database = Database.open(file)
        yield database
        database.close()
        return
    with servers.empty_database(engine) as url:
        servers.run_client(url, (folder / _DUMPS[engine]).read_bytes())
        database = Database.open(servers.target(url))
        yield database
        database.close()


@pytest.fixture
def sample(engine_name: str, tmp_path: Path) -> Iterator[Database]:
    """A copy of the portal's sample; skipped by name where the samples are not there."""
    folder = os.environ.get("DESKTOP_ADMIN_SAMPLES")
    if folder is None:
        pytest.skip("DESKTOP_ADMIN_SAMPLES does not name the folder with the portal's sample databases")
    with opened(engine_name, Path(folder), tmp_path / "sample.sqlite3") as database:
        database.prepare()
        yield database


@pytest.fixture
def chief(sample: Database) -> Actor:
    """A supervisor of the sample, signed in."""
    return staff.sign_in(sample, username="admin", password="admin", desk="desk-1")


def test_a_paper_is_opened_for_one_trade_only_and_closed_again(sample: Database, chief: Actor) -> None:
    ids = [session_id for one in WRITING_SECONDARY for session_id in doing.sessions_of(sample, one)]
    assert len(ids) == 2
    doing.clear(sample, chief, *ids)
    before, was = raw.content(sample), switches(sample)
    doing.set_papers(sample, chief, "Musician", paper=Paper.SECONDARY, opens=True)
    changed = raw.differences(before, raw.content(sample))
    (row,) = changed["questions_tradepaperactivation"].come
    assert (row["paper_type"], row["trade_id"]) == ("SECONDARY", doing.trade(sample, "Musician"))
    assert changed.keys() == {
        "questions_tradepaperactivation",
        "questions_questionpaper",
        "questions_globalpapertypecontrol",
    }
    trades, own, forced = switches(sample)
    assert [one for one in trades if one.endswith("SECONDARY")] == ["Musician SECONDARY"]
    assert (own, forced) == (["PRIMARY", "SECONDARY"], [])
    doing.set_papers(sample, chief, "Musician", paper=Paper.SECONDARY, opens=False)
    assert switches(sample) == was
    assert was[1:] == (["PRIMARY"], ["PRIMARY"])


def test_a_paper_is_closed_for_all_but_those_who_are_writing_it(sample: Database, chief: Actor) -> None:
    done = doing.set_papers(sample, chief, paper=Paper.PRIMARY, opens=False)
    refused = {line.trade or "": line for line in done.lines if line.outcome == "refused"}
    assert tuple(sorted(refused)) == WRITING
    said = {trade: line.reason.english() for trade, line in refused.items() if line.reason is not None}
    assert "stays open: 3 candidates are writing it (" in said["CLK SD"]
    assert "15560010A" in said["CLK SD"]
    assert done.applied == 14
    trades, own, forced = switches(sample)
    assert trades == [f"{trade} PRIMARY" for trade in WRITING]
    assert (own, forced) == (["PRIMARY"], ["PRIMARY"])


def test_whoever_insists_closes_it_under_them_and_the_same_sessions_resume_once_it_is_open(
    sample: Database, chief: Actor
) -> None:
    look = partial(panes.read_candidate, user_id=doing.user(sample, "14550006N"))
    before = raw.content(sample)
    was = sample.read(look).would_get
    assert was.action == "resume"
    done = doing.set_papers(sample, chief, paper=Paper.PRIMARY, opens=False, force=True)
    assert done.refused == 0
    changed = raw.differences(before, raw.content(sample))
    assert not {"questions_examsession", "questions_examquestion", "django_session"} & changed.keys()
    found = [one for one in sample.read(health.survey).findings if one.kind is FindingKind.WRITING_CLOSED]
    # Musician's SECONDARY and TTC's are closed in the sample as it is, while somebody writes them.
    assert {one.trade for one in found} == {*WRITING, "Musician"}
    doing.set_papers(sample, chief, *WRITING, paper=Paper.PRIMARY, opens=True)
    assert sample.read(look).would_get == was
    found = [one for one in sample.read(health.survey).findings if one.kind is FindingKind.WRITING_CLOSED]
    assert {one.trade for one in found} == {"TTC", "Musician"}
