"""Files and URLs that are no portal database: one sentence, the right exit code, and nothing changed or created."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from desktop_admin.controllers.portal import candidates as portal_candidates
from desktop_admin.database.engine import Database
from tests import raw
from tests.cli.runs import answer, backups, complaint, process, run

COMMANDS = [
    ("check", "--json"),
    ("sessions", "--stuck"),
    ("reset-slots", "--all", "--yes", "--json"),
]


def _nothing(path: Path) -> None:
    path.unlink()


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _text(path: Path) -> None:
    path.write_text("army_no,name\n" * 500, encoding="utf-8")


def _short(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\0")


def _half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2 // 4096 * 4096])


def _header_only(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


def _overwritten(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:100] + bytes(3996) + content[4096:])


def _other_program(path: Path) -> None:
    path.unlink()
    raw.change(
        path, "CREATE TABLE bookmarks (id INTEGER PRIMARY KEY, url TEXT)", "INSERT INTO bookmarks VALUES (1, 'x')"
    )


def _other_django_program(path: Path) -> None:
    path.unlink()
    raw.change(path, "CREATE TABLE django_migrations (id INTEGER PRIMARY KEY, app TEXT, name TEXT, applied TEXT)")


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


BAD = [
    (_nothing, "no file"),
    (_empty, "empty"),
    (_text, "not a SQLite database"),
    (_short, "not a SQLite database"),
    (_half, "cut off"),
    (_header_only, "cut off"),
    (_overwritten, "damaged"),
    (_other_program, "not an exam portal database"),
    (_other_django_program, "not an exam portal database"),
    (_folder, "not a file"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: str(command[0]))
@pytest.mark.parametrize(("spoil", "what"), BAD, ids=[str(spoil.__name__).strip("_") for spoil, _ in BAD])
def test_a_bad_file_is_told_in_a_sentence_and_left_as_it_is(
    portal_file: Path, spoil: Callable[[Path], None], what: str, command: tuple[str, ...]
) -> None:
    spoil(portal_file)
    before = (portal_file.is_file() and raw.digest(portal_file), raw.folder(portal_file))

    told = complaint(run(portal_file, *command), code=69)

    assert str(portal_file) in told
    assert what in told
    assert (portal_file.is_file() and raw.digest(portal_file), raw.folder(portal_file)) == before
    assert backups() == []


def test_as_a_process_it_is_the_same_sentence_without_a_traceback(portal_file: Path) -> None:
    _overwritten(portal_file)

    told = process("--db", str(portal_file), "reset-slots", "--all", "--yes", "--json")

    assert (told.returncode, told.stdout) == (69, "")
    assert len(told.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("statement", "missing"),
    [
        ("ALTER TABLE questions_examsession DROP COLUMN exam_type", "questions_examsession.exam_type"),
        ("ALTER TABLE registration_candidateprofile DROP COLUMN primary_bypass_allowed", "primary_bypass_allowed"),
        ("DROP TABLE questions_activatesets", "questions_activatesets"),
    ],
)
def test_an_older_portal_is_refused_with_what_it_lacks_and_which_migration_brings_it(
    portal_file: Path, statement: str, missing: str
) -> None:
    raw.change(portal_file, statement)
    before = raw.digest(portal_file)

    told = complaint(run(portal_file, "sessions", "--json"), code=69)

    assert missing in told
    assert "migration" in told
    assert raw.digest(portal_file) == before


def _no_utf8(path: Path) -> None:
    raw.change(path, "CREATE INDEX strange ON questions_examsession (id)")
    path.write_bytes(path.read_bytes().replace(b"INDEX strange ON", b"INDEX str\xffnge ON"))


def _view(path: Path) -> None:
    raw.change(
        path, "ALTER TABLE questions_activatesets RENAME TO x", "CREATE VIEW questions_activatesets AS SELECT * FROM x"
    )


def _no_own_table(path: Path) -> None:
    raw.change(path, "DROP TABLE desktop_admin_operation", "DROP TABLE desktop_admin_archived_session")


def _own_view(path: Path) -> None:
    raw.change(
        path,
        "ALTER TABLE desktop_admin_operation RENAME TO x",
        "CREATE VIEW desktop_admin_operation AS SELECT * FROM x",
    )


def _no_version(path: Path) -> None:
    raw.change(path, "UPDATE desktop_admin_version SET version_num = x'ff00'")


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (_no_utf8, "damaged"),
        (_view, "questions_activatesets"),
        (_no_own_table, "no such table: desktop_admin_operation"),
        (_own_view, "desktop_admin_operation"),
        (_no_version, "own tables"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_schema_that_is_not_as_it_should_be_is_told_in_a_sentence(
    portal_file: Path, spoil: Callable[[Path], None], what: str
) -> None:
    spoil(portal_file)
    before = raw.digest(portal_file)
    told = complaint(run(portal_file, "reset-slots", "--army-no", "T-STUCK", "--yes", "--json"), code=69)
    assert what in told
    assert raw.digest(portal_file) == before
    for command in ("check", "sessions", "history"):
        assert run(portal_file, command).exit_code in (0, 69)


def test_an_empty_version_row_is_written_anew_by_the_first_change(portal_file: Path) -> None:
    raw.change(portal_file, "DELETE FROM desktop_admin_version")
    assert answer(portal_file, "reset-slots", "--army-no", "T-STUCK", "--yes")["applied"] == 1
    assert [one["operation"] for one in answer(portal_file, "history")] == ["reset-slots", "prepare"]


def test_one_bad_row_hides_no_other(portal_file: Path) -> None:
    raw.change(
        portal_file,
        "UPDATE registration_candidateprofile SET army_no = x'ff41' WHERE army_no = 'T-LOST'",
        "UPDATE registration_candidateprofile SET trade_id = 'none' WHERE army_no = 'T-NONE'",
        "INSERT INTO centers_center (id, comd, \"exam_Center\", is_active) VALUES (1, '', 'Hall', 1)",
        "INSERT INTO exams_shift (id, date, start_time, exam_center_id) VALUES (7, '2026-02-30', 'nine', 1)",
    )
    found = {one["reason"] for one in answer(portal_file, "findings") if one["kind"] == "unreadable"}
    assert len([reason for reason in found if "of registration_candidateprofile has a value that" in reason]) == 2
    assert "Row 7 of exams_shift has a value that cannot be read. Columns: date, start_time." in found
    with closing(Database.open(portal_file)) as database:
        assert [shift.label for shift in database.read(portal_candidates.shifts)] == ["– – Hall"]
    assert len(answer(portal_file, "candidates")) == 9
    assert answer(portal_file, "check")["sessions"]["stuck"] == 2
    assert answer(portal_file, "reset-slots", "--army-no", "T-STUCK", "--yes")["applied"] == 1


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("mysql://desk:secret@hall/portal", 2),
        ("sqlite://desk:secret@/portal.sqlite3", 2),
        ("postgresql://hall/portal?password=secret", 2),
        ("postgresql://hall/portal?pass=secret", 2),
        ("postgresql://desk:secret", 2),
        ("postgresql:desk:secret@hall/portal", 2),
        ("desk:secret@hall/portal", 2),
        ("postgresql//desk:secret@hall/portal", 2),
        ("postgresql:///desk:secret@/portal", 2),
        ("mariadb:///desk:secret@hall/portal", 2),
        ("sqlite:///desk:secret@hall/portal", 2),
        ("somewhere/desk:secret@hall/portal", 2),
        ("mysql://desk:secret@hall:door/portal", 2),
        ("://secret", 2),
        ("sqlite://", 2),
        ("postgresql://desk@hall/portal", 69),
    ],
)
def test_a_url_that_cannot_be_opened_is_told_in_a_sentence(tmp_path: Path, url: str, code: int) -> None:
    told = complaint(run(None, "--db", url, "check", "--json"), code=code)

    assert "desk:secret" not in told
    assert "=secret" not in told
    assert list(tmp_path.iterdir()) == []


def test_a_file_can_be_named_by_a_url(portal_file: Path) -> None:
    assert answer(None, "--db", f"sqlite:///{portal_file}", "check")["database"] == str(portal_file)


@pytest.mark.parametrize("name", ['it\'s "odd" 100% #?&.db', "परीक्षा दिन.sqlite3", "n" * 200])
def test_a_strange_file_name_opens(portal_file: Path, name: str) -> None:
    strange = portal_file.rename(portal_file.with_name(name))

    assert len(answer(strange, "sessions", "--stuck")) == 2
    assert answer(strange, "reset-slots", "--army-no", "T-STUCK", "--yes")["applied"] == 1


@pytest.mark.parametrize("folder", ["", "sub/"])
def test_a_name_of_10_000_characters_is_no_file(tmp_path: Path, folder: str) -> None:
    told = complaint(run(tmp_path / (folder + "n" * 10_000), "check"), code=69)

    assert "…" in told
    assert len(told) < 1_000


@contextmanager
def _somebody_else() -> Iterator[None]:
    """Without the administrator's right to write everything, for as long as the block lasts."""
    if os.geteuid() != 0:
        yield
        return
    nobody = 65534
    os.setresuid(nobody, nobody, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


@pytest.fixture
def locked_away(portal_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The small portal database in a folder that this account may read only."""
    top = Path(tempfile.mkdtemp(prefix="desktop-admin-test-"))
    top.chmod(0o755)
    folder, data = top / "portal", top / "data"
    folder.mkdir()
    data.mkdir()
    data.chmod(0o777)
    file = Path(shutil.copy(portal_file, folder / "portal.sqlite3"))
    monkeypatch.setenv("DESKTOP_ADMIN_CONFIG", str(folder / "desk.toml"))
    monkeypatch.setenv("XDG_DATA_HOME", str(data))
    file.chmod(0o444)
    folder.chmod(0o555)
    yield file
    folder.chmod(0o755)
    shutil.rmtree(top)


@pytest.mark.skipif(not hasattr(os, "setresuid"), reason="needs an account without the right to write")
def test_a_read_only_file_is_read_but_never_written(locked_away: Path) -> None:
    before = raw.digest(locked_away)
    run(locked_away, "check")  # Whatever is imported late is imported with the rights to read it.

    with _somebody_else():
        seen = answer(locked_away, "check")
        stuck = answer(locked_away, "sessions", "--stuck")
        dry = answer(locked_away, "reset-slots", "--army-no", "T-STUCK", "--dry-run")
        told = complaint(run(locked_away, "reset-slots", "--army-no", "T-STUCK", "--yes", "--json"), code=69)

    assert "read-only" in seen["view_only"]
    assert (len(stuck), dry["applied"]) == (2, 1)
    assert "read-only" in told
    assert (raw.digest(locked_away), raw.folder(locked_away)) == (before, {"portal.sqlite3"})


def test_a_database_that_another_program_keeps_busy_is_told_in_a_sentence(
    portal_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_admin.database.backends.sqlite._BUSY_SECONDS", 0.05)
    monkeypatch.setattr("desktop_admin.database.attempts.TRIES", 2)
    with closing(sqlite3.connect(portal_file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        told = complaint(run(portal_file, "reset-slots", "--all", "--yes"), code=69)
        monkeypatch.setattr("desktop_admin.cli.carry_out.is_watched", lambda: True)
        watched = run(portal_file, "reset-slots", "--all", "--yes").stderr

    assert "busy" in told
    assert "Waiting" not in told, "only at a terminal is it told what is waited for"
    assert watched.splitlines() == ["Waiting for the database, attempt 2 of 2 …", told.strip()]
    assert answer(portal_file, "history") == []


def test_a_name_that_is_no_utf8_is_shown_with_a_mark_and_archived_to_the_byte(portal_file: Path) -> None:
    """SQLite stores whatever bytes it is given."""
    broken = "UPDATE registration_candidateprofile SET name = CAST(X'52FF6D' AS TEXT) WHERE army_no = 'T-STUCK'"
    raw.change(portal_file, broken)
    assert [row["name"] for row in answer(portal_file, "candidates", "--search", "T-STUCK")] == ["R\ufffdm"]
    assert "R\ufffdm" in run(portal_file, "sessions").output
    assert answer(portal_file, "check")["sessions"]["stuck"] == 2

    told = answer(portal_file, "reset-slots", "--army-no", "T-STUCK", "--yes")

    assert [line["name"] for line in told["lines"]] == ["R\ufffdm"]
    assert answer(portal_file, "history")[0]["sessions"][0]["name"] == "R\ufffdm"
    assert answer(portal_file, "verify-log")["intact"]
    ids = "op_id || ' ' || session_id || ' ' || user_id || ' ' || paper_id || ' ' || questions || ' '"
    archive = f"SELECT CAST({ids} || body AS BLOB), sha256 FROM desktop_admin_archived_session"
    ((row, checksum),) = raw.query(portal_file, archive)
    assert b'"name":"R\xffm"' in row
    assert hashlib.sha256(row).hexdigest() == checksum
