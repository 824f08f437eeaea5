"""Opening: what is refused, in which words, and that refusing changes nothing."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from desktop_admin.controllers.findings import health
from desktop_admin.database.engine import Database
from desktop_admin.errors import AdminError, DatabaseUnusable, UsageProblem
from tests import raw


def refusal(target: Path | str, *, thorough: bool = False) -> AdminError:
    """The refusal of opening; nothing beside the file comes into being."""
    with pytest.raises(AdminError) as refused:
        Database.open(target, thorough=thorough)
    return refused.value


def refused_unchanged(path: Path, *, thorough: bool = False) -> str:
    """The code of the refusal, with the file as it was and nothing new beside it."""
    before, beside = raw.digest(path), raw.folder(path)
    told = refusal(path, thorough=thorough)
    assert told.exit_code == 69
    assert str(path) in str(told)
    assert raw.digest(path) == before
    assert raw.folder(path) == beside
    return told.code


def test_a_missing_file_is_refused_and_not_made(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "portal.sqlite3"
    assert refusal(path).code == "no_such_file"
    assert not path.parent.exists()


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path).code == "not_a_file"


@pytest.mark.parametrize("name", ["a" * 10_000, "देवेंद्र.sqlite3", 'it\'s "it".sqlite3', "a\nb", "x?mode=memory", "%00"])
def test_a_strange_name_of_a_missing_file_is_refused_in_words(tmp_path: Path, name: str) -> None:
    assert refusal(tmp_path / name).code == "no_such_file"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name",
    ["हिन्दी परीक्षा.sqlite3", 'it\'s a "portal".sqlite3', "a b?mode=memory#x%20y.sqlite3", "n" * 200 + ".sqlite3"],
)
def test_a_strange_name_of_a_portal_is_opened(portal_file: Path, name: str) -> None:
    path = portal_file.rename(portal_file.parent / name)
    database = Database.open(path, thorough=True)
    assert len(database.read(health.survey).stuck) == 2
    database.close()
    assert [one.name for one in path.parent.iterdir() if one.is_file()] == [name]


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.sqlite3"
    path.touch()
    assert refused_unchanged(path) == "file_empty"


@pytest.mark.parametrize(
    "content", [b"x", b"SQLite format 3", b"PK\x03\x04" * 500, b"SQLite format 3\x00" + b"\x00" * 20]
)
def test_a_file_that_is_not_sqlite_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.sqlite3"
    path.write_bytes(content)
    assert refused_unchanged(path) == "not_sqlite"


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite3"
    raw.change(path, "CREATE TABLE django_migrations (id INTEGER)", "CREATE TABLE notes (id INTEGER)")
    assert refused_unchanged(path) == "not_a_portal"


@pytest.mark.parametrize("part", [0.3, 0.9])
def test_a_truncated_file_is_refused(portal_file: Path, part: float) -> None:
    content = portal_file.read_bytes()
    portal_file.write_bytes(content[: int(len(content) * part)])
    assert refused_unchanged(portal_file) == "file_truncated"


def test_a_file_that_lost_one_byte_is_refused(portal_file: Path) -> None:
    portal_file.write_bytes(portal_file.read_bytes()[:-1])
    assert refused_unchanged(portal_file) == "file_truncated"


def test_a_damaged_page_is_found_by_the_thorough_check(portal_file: Path) -> None:
    ((page,),) = raw.query(portal_file, "SELECT rootpage FROM sqlite_master WHERE name = 'questions_examquestion'")
    ((size,),) = raw.query(portal_file, "PRAGMA page_size")
    content = bytearray(portal_file.read_bytes())
    content[(page - 1) * size : page * size] = b"\xaa" * size
    portal_file.write_bytes(content)
    assert refused_unchanged(portal_file, thorough=True) == "file_damaged"


def test_a_damaged_page_met_while_reading_is_told_in_a_sentence(portal_file: Path) -> None:
    ((page,),) = raw.query(portal_file, "SELECT rootpage FROM sqlite_master WHERE name = 'questions_examsession'")
    ((size,),) = raw.query(portal_file, "PRAGMA page_size")
    content = bytearray(portal_file.read_bytes())
    content[(page - 1) * size : page * size] = b"\xaa" * size
    portal_file.write_bytes(content)
    database = Database.open(portal_file)
    with pytest.raises(DatabaseUnusable) as told:
        database.read(health.survey)
    database.close()
    assert told.value.code == "file_damaged"


def test_a_damaged_schema_is_refused(portal_file: Path) -> None:
    content = bytearray(portal_file.read_bytes())
    content[100:140] = b"\xff" * 40
    portal_file.write_bytes(content)
    assert refused_unchanged(portal_file) == "file_damaged"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("oracle://desk@host/portal", "server_not_supported"),
        ("postgresql://desk:secret@host/portal", "password_in_url"),
        ("mariadb://desk@host/portal?passwd=secret", "password_in_url"),
        ("sqlite://", "bad_url"),
        ("sqlite:///", "bad_url"),
        ("://x", "bad_url"),
        ("what is://this", "bad_url"),
        ("", "no_database_given"),
    ],
)
def test_a_url_that_cannot_be_opened_is_refused_without_its_password(url: str, code: str) -> None:
    told = refusal(url)
    assert told.code == code
    assert "secret" not in str(told)
    assert isinstance(told, UsageProblem | DatabaseUnusable)


def test_a_url_of_a_file_is_opened(portal_file: Path) -> None:
    database = Database.open(f"sqlite:///{portal_file}")
    assert database.description.path == portal_file
    database.close()


def test_opening_and_reading_changes_no_byte_and_leaves_nothing_behind(sample_file: Path) -> None:
    before, beside = raw.digest(sample_file), raw.folder(sample_file)
    database = Database.open(sample_file, thorough=True)
    database.probe()
    database.read(health.survey)
    assert database.description.view_only is None
    assert database.description.kind == "portal"
    assert not database.has_own_tables
    database.close()
    assert raw.digest(sample_file) == before
    assert raw.folder(sample_file) == beside


def test_the_reader_cannot_write(portal_file: Path) -> None:
    before = raw.digest(portal_file)
    database = Database.open(portal_file)
    with pytest.raises(DatabaseUnusable) as told:
        database.read(lambda session: session.connection().exec_driver_sql("DELETE FROM django_session"))
    database.close()
    assert told.value.code == "became_read_only"
    assert raw.digest(portal_file) == before


@pytest.mark.parametrize("mode", ["delete", "truncate", "persist", "wal"])
def test_the_journal_mode_of_the_file_is_kept_and_wal_warned_of(portal_file: Path, mode: str) -> None:
    raw.change(portal_file, f"PRAGMA journal_mode={mode}")
    database = Database.open(portal_file)
    warnings = [warning.code for warning in database.description.warnings]
    database.write(lambda session: None)
    database.close()
    with closing(sqlite3.connect(portal_file)) as connection:
        (found,) = connection.execute("PRAGMA journal_mode").fetchone()
    assert (found == "wal") is (mode == "wal")
    unsafe = mode == "wal" and sqlite3.sqlite_version_info < (3, 51, 3)
    assert warnings == (["old_sqlite_with_wal"] if unsafe else [])


def test_changes_of_others_are_noticed_once(portal_file: Path) -> None:
    database = Database.open(portal_file)
    seen = [database.changed_by_others(), database.changed_by_others()]
    raw.change(portal_file, "UPDATE django_session SET session_key = session_key || 'x'")
    seen += [database.changed_by_others(), database.changed_by_others()]
    database.close()
    assert seen == [False, False, True, False]


def test_a_copy_in_a_synchronised_folder_is_warned_of(portal_file: Path, tmp_path: Path) -> None:
    place = tmp_path / "Dropbox (Centre 4)"
    place.mkdir()
    copy = Path(shutil.copy(portal_file, place))
    database = Database.open(copy)
    database.close()
    assert [warning.code for warning in database.description.warnings] == ["synchronised_folder"]
    assert database.description.view_only is None
