"""What all tests share: an isolated desk, and real portal databases to work on."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from desktop_admin.controllers import candidates
from desktop_admin.controllers.plans import Actor, Chosen
from desktop_admin.database.engine import Database
from tests import portal

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


def choose(database: Database, *army_nos: str) -> Chosen:
    """The candidates of these army numbers."""
    return Chosen(user_ids=database.read(partial(candidates.require, army_nos=army_nos)))
