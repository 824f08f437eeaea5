"""A new local database: the portal's tables as the portal makes them, and nothing where one cannot be made."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from desktop_admin.database import create as creation
from desktop_admin.database.create import create
from desktop_admin.database.engine import Database
from desktop_admin.errors import AdminError, UsageProblem
from tests import raw

MAPPED = (
    "accounts_user", "centers_center", "django_migrations", "django_session", "exams_shift", "questions_activatesets",
    "questions_examquestion", "questions_examsession", "questions_globalpapertypecontrol", "questions_question",
    "questions_questionpaper", "questions_questionsetactivation", "questions_tradepaperactivation",
    "questions_universalsetactivation", "reference_trade", "registration_candidateprofile", "results_candidateanswer",
)  # fmt: skip
REFERRING = (
    "accounts_user_groups", "accounts_user_user_permissions", "django_admin_log", "exams_answer",
    "exams_examassignment", "exams_examdayavailability_trades",
)  # fmt: skip


@pytest.fixture
def new(tmp_path: Path) -> Path:
    path = tmp_path / "new" / "local.sqlite3"
    create(path, kind="local").close()
    return path


SAME = {"BOOLEAN": "BOOL", "INTEGER UNSIGNED": "INTEGER"}
"""Names that SQLite treats alike, number for number."""


def columns(path: Path, table: str) -> dict[str, tuple[str, int, int]]:
    """Declared type, NOT NULL and key of each column."""
    rows = raw.query(path, f"SELECT name, upper(type), \"notnull\", pk FROM pragma_table_info('{table}')")
    return {name: (SAME.get(declared, declared), required, key) for name, declared, required, key in rows}


def uniques(path: Path, table: str) -> set[tuple[str, ...]]:
    """The columns of every unique index, whatever its name, and of the primary key."""
    found: set[tuple[str, ...]] = {(column,) for column, (_, _, key) in columns(path, table).items() if key}
    for (name,) in raw.query(path, f"SELECT name FROM pragma_index_list('{table}') WHERE \"unique\""):
        found.add(
            tuple(sorted(column for (column,) in raw.query(path, f"SELECT name FROM pragma_index_info('{name}')")))
        )
    return found


def keys(path: Path, table: str) -> set[tuple[str, ...]]:
    """Every foreign key, with what happens on delete."""
    sql = f'SELECT "table", "from", "to", on_delete FROM pragma_foreign_key_list(\'{table}\')'
    return set(raw.query(path, sql))


@pytest.mark.parametrize("table", MAPPED)
def test_a_created_table_has_the_portals_columns_keys_and_constraints(new: Path, sample_file: Path, table: str) -> None:
    assert columns(new, table) == columns(sample_file, table)
    assert uniques(new, table) == uniques(sample_file, table)
    assert keys(new, table) == keys(sample_file, table)


@pytest.mark.parametrize("table", REFERRING)
def test_every_table_with_a_key_into_these_is_made_as_well(new: Path, sample_file: Path, table: str) -> None:
    assert columns(new, table).keys() == columns(sample_file, table).keys()
    known = {key for key in keys(sample_file, table) if key[0] in MAPPED}
    assert known <= keys(new, table)


@pytest.mark.parametrize("table", [*MAPPED, *REFERRING])
def test_ids_are_never_given_twice_where_the_portal_never_does(new: Path, sample_file: Path, table: str) -> None:
    sql = "SELECT sql LIKE '%AUTOINCREMENT%' FROM sqlite_master WHERE name = ?"
    assert raw.query(new, sql, [table]) == raw.query(sample_file, sql, [table])


def test_the_migrations_are_those_of_the_current_portal(new: Path, sample_file: Path) -> None:
    sql = "SELECT app, name FROM django_migrations ORDER BY app, name"
    assert raw.query(new, sql) == raw.query(sample_file, sql)


def test_a_new_database_is_marked_sound_and_ready(new: Path) -> None:
    database = Database.open(new, thorough=True)
    assert (database.description.kind, database.description.view_only) == ("local", None)
    assert database.has_own_tables
    assert database.compatibility.unknown_required == {}
    database.close()
    assert raw.folder(new) == {"local.sqlite3"}


@pytest.mark.parametrize("content", [b"", b"somebody's letter"])
def test_an_existing_file_is_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "there.sqlite3"
    path.write_bytes(content)
    with pytest.raises(UsageProblem) as told:
        create(path)
    assert told.value.code == "file_exists"
    assert path.read_bytes() == content


def test_an_existing_folder_is_left_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem):
        create(tmp_path)
    assert tmp_path.is_dir()


def test_a_path_through_a_file_cannot_be_created(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("x")
    with pytest.raises(UsageProblem) as told:
        create(tmp_path / "letter.txt" / "new.sqlite3")
    assert told.value.exit_code == 2
    assert [one.name for one in tmp_path.iterdir()] == ["letter.txt"]


def test_a_name_that_is_too_long_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(AdminError):
        create(tmp_path / ("n" * 10_000))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["परीक्षा केंद्र.sqlite3", 'it\'s "new".sqlite3', "50% done?.sqlite3", "a b#c.sqlite3", "x?mode=memory.sqlite3"]
)
def test_a_strange_name_is_a_name_like_any_other(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "folder %20 (x)"
    database = create(folder / name)
    assert database.description.path == folder / name
    database.close()
    assert [one.name for one in folder.iterdir()] == [name]
    assert [one.name for one in tmp_path.iterdir()] == [folder.name]


@pytest.mark.parametrize(
    "failure", [OSError(28, "No space left on device"), sqlite3.OperationalError("disk full"), RuntimeError("bug")]
)
def test_nothing_half_made_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: Exception) -> None:
    def fail(*_given: object, **_named: object) -> None:
        raise failure

    monkeypatch.setattr(creation, "_mark", fail)
    path = tmp_path / "new.sqlite3"
    with pytest.raises((AdminError, type(failure))):
        create(path)
    assert list(tmp_path.iterdir()) == []
