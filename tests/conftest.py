"""What all tests share: an isolated desk, and real portal databases to work on."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from sqlalchemy import URL, select

from desktop_admin import language
from desktop_admin.controllers.archive import cleared as archive
from desktop_admin.controllers.archive.sums import Row
from desktop_admin.controllers.portal import candidates
from desktop_admin.controllers.values.lines import Actor, Chosen
from desktop_admin.database import unchanged
from desktop_admin.database.backends import place
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.database.tables.own import DatabaseKind
from desktop_admin.database.tables.portal import Question
from desktop_admin.files import age
from tests import accounts, light_age, portal, raw, servers
from tests.keyrings import no_keyring, ring  # noqa: F401

pytest_plugins = ("tests.qt", "tests.plugin")


@pytest.fixture(scope="session", autouse=True)
def _isolated_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nor does what is made once for many tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data of all")))
        yield


@pytest.fixture(autouse=True)
def _isolated_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test reads or writes the settings, back-ups or databases of the person who runs it."""
    monkeypatch.setenv("DESKTOP_ADMIN_CONFIG", str(tmp_path / "desk.toml"))
    data = tmp_path.with_name(f"{tmp_path.name} data")
    monkeypatch.setenv("XDG_DATA_HOME", str(data))
    yield
    # A window may have been asked for another language.
    language.use("en")
    # Thousands of folders beside each other make the next one slow to number.
    shutil.rmtree(data, ignore_errors=True)


@pytest.fixture
def full_work() -> None:
    """For tests in which files are encrypted, and passwords hashed, with as much work as by the program."""


@pytest.fixture(autouse=True)
def _little_work(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Elsewhere it is done with little work, and read by the same libraries."""
    if "full_work" not in request.fixturenames:
        monkeypatch.setattr(age, "_encrypt", light_age.encrypt)
        monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 1_000)


@pytest.fixture(autouse=True)
def _nothing_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look sees everything as it is, however slow the computer that tests it."""
    monkeypatch.setattr(unchanged, "RESTS", 0)


@pytest.fixture
def rests(monkeypatch: pytest.MonkeyPatch, _nothing_rests: None) -> None:
    """What looks through everybody rests for longer than any test takes."""
    monkeypatch.setattr(unchanged, "RESTS", 1e9)


@pytest.fixture(scope="session")
def _portal_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "portal.sqlite3"
    portal.build(path)
    return path


@pytest.fixture
def portal_file(tmp_path: Path, _portal_template: Path) -> Path:
    """A fresh copy of the small portal database (``tests/portal.py``), with our own tables."""
    return copied(_portal_template, tmp_path / "portal.sqlite3")


def copied(template: Path, path: Path) -> Path:
    """A copy of a file that the program made, listed as if it had been made there."""
    shutil.copy(template, path)
    ((marked_at,),) = raw.query(path, "SELECT created_at FROM desktop_admin_database")
    place.list_made(path, raw.moment(marked_at))
    return path


@pytest.fixture
def database(portal_file: Path) -> Iterator[Database]:
    """The small portal database, open."""
    opened = Database.open(portal_file)
    yield opened
    opened.close()


@pytest.fixture
def actor() -> Actor:
    """The person at the desk: the small portal's supervisor, signed in."""
    return Actor(name="tester", user_id=portal.SUPERVISOR_ID, verified=True, desk="desk-1")


@pytest.fixture
def sample_file(tmp_path: Path) -> Path:
    """A copy of the portal's own sample database; skipped by name where the samples are not there."""
    folder = os.environ.get("DESKTOP_ADMIN_SAMPLES")
    if folder is None:
        pytest.skip("DESKTOP_ADMIN_SAMPLES does not name the folder with the portal's sample databases")
    copy = tmp_path / "sample.sqlite3"
    copy.write_bytes((Path(folder) / "portal_sample.sqlite3").read_bytes())
    return copy


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What needs an engine runs on all three, and with the module's ``ACCOUNTS``, unless a mark says on which.

    That the shipped accounts can do everything is tried in ``test_desk_accounts.py``; modules that try every corner
    with them as well name them ``MORE_ACCOUNTS``, which takes long.
    """
    marks = metafunc.definition.iter_markers("parametrize")
    if "engine_name" in metafunc.fixturenames and not any("engine_name" in mark.args[0] for mark in marks):
        names = [*servers.ENGINES, *getattr(metafunc.module, "ACCOUNTS", ())]
        more = [pytest.param(name, marks=pytest.mark.long) for name in getattr(metafunc.module, "MORE_ACCOUNTS", ())]
        metafunc.parametrize("engine_name", [*names, *more], indirect=True, scope="session")


@pytest.fixture(scope="session")
def engine_name(request: pytest.FixtureRequest) -> str:
    """The engine that a test runs on, perhaps followed by the account, as ``accounts.AS_A_DESK`` names it."""
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def _kept() -> Iterator[ExitStack]:
    """What lasts until the last test."""
    with ExitStack() as kept:
        yield kept


@pytest.fixture(scope="session")
def _portal_on(_kept: ExitStack) -> Callable[[str], tuple[URL, servers.Rows]]:
    """Makes the small portal database on a server, once, and gives the rows that it begins each test with."""
    return cache(lambda engine: _kept.enter_context(_small_portal(engine)))


@pytest.fixture(scope="session")
def _accounts_of(_kept: ExitStack) -> Callable[[URL], dict[str, URL]]:
    """Makes the accounts of a desk and of a supervisor's desk, once for a database."""
    return cache(lambda url: _kept.enter_context(accounts.made(url)))


@contextmanager
def _small_portal(engine: str) -> Iterator[tuple[URL, servers.Rows]]:
    with servers.empty_portal(engine) as url:
        made = Database.open(servers.target(url))
        made.migrate()
        now = datetime.now(UTC).replace(microsecond=123456)
        made.write(lambda session: portal.fill(session, now))
        made.write(lambda session: session.add(DatabaseKind(id=1, kind="rehearsal", created_at=now)))
        made.close()
        yield url, servers.keep_rows(url)


@pytest.fixture
def fresh(
    engine_name: str,
    _portal_on: Callable[[str], tuple[URL, servers.Rows]],
    _accounts_of: Callable[[URL], dict[str, URL]],
    _portal_template: Path,
    tmp_path: Path,
) -> Callable[[], str]:
    """Makes a fresh small portal database on each engine, and gives its path or URL; the one before it is lost."""
    if engine_name == "sqlite":
        return lambda: str(copied(_portal_template, tmp_path / "portal.sqlite3"))
    engine, _, account = engine_name.partition(" as a ")
    url, rows = _portal_on(engine)
    seen_as = _accounts_of(url)[account] if account else url

    def put_back() -> str:
        servers.put_back(url, rows)
        return servers.target(seen_as)

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


@pytest.fixture
def unprepared(engine_name: str) -> Iterator[dict[str, str]]:
    """A portal without our own tables, although a desk has its rights: its URL for the owner and for the desk."""
    with servers.empty_portal(engine_name) as url:
        database = Database.open(servers.target(url))
        database.prepare()
        database.write(lambda session: portal.fill(session, datetime.now(UTC)))
        with accounts.made(url) as made:
            raw.drop_own(database)
            database.close()
            yield {"owner": servers.target(url), "desk": servers.target(made["desk"])}


def choose(database: Database, *army_nos: str) -> Chosen:
    """The candidates of these army numbers."""
    return Chosen(user_ids=database.read(partial(candidates.require, army_nos=army_nos)))


NOT_DISTURBED = (
    "test_archive",
    "test_statements",
    "test_faults",
    "test_guard",
    "test_bulk",
    "test_locks",
    "test_submissions",
)
"""Modules that count, hit or time single statements, or look at whether the guard is passed by."""


@pytest.fixture(autouse=True)
def _whatever_is_cleared_can_come_back(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every session that any test clears is put back at once, compared column by column, and cleared again."""
    if request.module.__name__.rpartition(".")[2] in NOT_DISTURBED:
        return
    really_clear = archive.clear

    def clear(session: Session, *, session_ids: Collection[int], op_id: str, **how: bool) -> list[Row]:
        before = _rows(session, session_ids)
        rows = really_clear(session, session_ids=session_ids, op_id=op_id, **how)
        with session.begin_nested() as savepoint:
            archived = archive.of_operation(session, op_id=op_id)
            known = set(session.execute(select(Question.id)).scalars())
            whole = [one for one in archived if known.issuperset(one.questions.question_ids)]
            archive.put_back(session, archived=whole, by_op_id="a test")
            assert len(whole) < len(archived) or _rows(session, session_ids) == before
            savepoint.rollback()
        return rows

    monkeypatch.setattr(archive, "clear", clear)


def _rows(session: Session, session_ids: Collection[int]) -> list[tuple[object, ...]]:
    """The sessions and their questions as the driver gives them, with no type of ours in between."""
    if not session_ids:
        return []
    listed = ", ".join(map(str, session_ids))
    connection = session.connection()
    tables = (("questions_examsession", "id"), ("questions_examquestion", "session_id"))
    return [
        tuple(row)
        for table, column in tables
        for row in connection.exec_driver_sql(f"SELECT * FROM {table} WHERE {column} IN ({listed}) ORDER BY id")
    ]
