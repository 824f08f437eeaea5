"""What all tests share: an isolated desk, and real portal databases to work on."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import URL

from desktop_admin.controllers import candidates
from desktop_admin.controllers.plans import Actor, Chosen
from desktop_admin.database.engine import Database
from desktop_admin.database.own import DatabaseKind
from tests import portal, servers

pytest_plugins = ("tests.qt",)


@pytest.fixture(autouse=True)
def _isolated_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the settings, back-ups or databases of the person who runs it."""
    monkeypatch.setenv("DESKTOP_ADMIN_CONFIG", str(tmp_path / "desk.toml"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture(scope="session")
def _portal_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "portal.sqlite3"
    portal.build(path)
    return path


@pytest.fixture
def portal_file(tmp_path: Path, _portal_template: Path) -> Path:
    """A fresh copy of the small portal database (``tests/portal.py``), with our own tables."""
    return Path(shutil.copy(_portal_template, tmp_path / "portal.sqlite3"))


@pytest.fixture
def database(portal_file: Path) -> Iterator[Database]:
    """The small portal database, open."""
    opened = Database.open(portal_file)
    yield opened
    opened.close()


@pytest.fixture
def actor() -> Actor:
    """The person at the desk."""
    return Actor(name="tester", desk="desk-1")


@pytest.fixture
def sample_file(tmp_path: Path) -> Path:
    """A copy of the portal's own sample database; skipped by name where the samples are not there."""
    folder = os.environ.get("DESKTOP_ADMIN_SAMPLES")
    if folder is None:
        pytest.skip("DESKTOP_ADMIN_SAMPLES does not name the folder with the portal's sample databases")
    copy = tmp_path / "sample.sqlite3"
    copy.write_bytes((Path(folder) / "portal_sample.sqlite3").read_bytes())
    return copy


@pytest.fixture(scope="session", params=servers.ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """The engine that a test runs on; tests that use it run on all three."""
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def _server_portal(engine_name: str) -> Iterator[tuple[URL, servers.Rows] | None]:
    """The small portal database on the server, with the rows that it begins each test with."""
    if engine_name == "sqlite":
        yield None
        return
    with servers.empty_portal(engine_name) as url:
        made = Database.open(servers.target(url))
        made.migrate()
        now = datetime.now(UTC).replace(microsecond=123456)
        made.write(lambda session: portal.fill(session, now))
        made.write(lambda session: session.add(DatabaseKind(id=1, kind="scratch", created_at=now)))
        made.close()
        yield url, servers.keep_rows(url)


@pytest.fixture
def fresh(_server_portal: tuple[URL, servers.Rows] | None, _portal_template: Path, tmp_path: Path) -> Callable[[], str]:
    """Makes a fresh small portal database on each engine, and gives its path or URL; the one before it is lost."""
    if _server_portal is None:
        return lambda: str(shutil.copy(_portal_template, tmp_path / "portal.sqlite3"))
    url, rows = _server_portal

    def put_back() -> str:
        servers.put_back(url, rows)
        return servers.target(url)

    return put_back


@pytest.fixture
def any_target(fresh: Callable[[], str]) -> str:
    """Path or URL of a fresh small portal database, on each engine."""
    return fresh()


@pytest.fixture
def any_database(any_target: str) -> Iterator[Database]:
    """The small portal database, open, on each engine."""
    opened = Database.open(any_target)
    yield opened
    opened.close()


def choose(database: Database, *army_nos: str) -> Chosen:
    """The candidates of these army numbers."""
    return Chosen(user_ids=database.read(partial(candidates.require, army_nos=army_nos)))
