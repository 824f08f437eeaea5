"""Back-ups on the command line: the safety copy is named, a back-up is made and put back by a supervisor alone."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from desktop_admin.cli import cli
from desktop_admin.controllers.log import entries
from desktop_admin.controllers.operations.deeds import backups as copies
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.errors import DatabaseBusy
from desktop_admin.rules import Role
from desktop_admin.settings import data_folder
from tests import raw
from tests.cli.runs import PASSWORD, SUPERVISOR, answer, backups, complaint, run
from tests.newer_program import newer_program

SWITCH = ("activate-set", "--paper", "PRIMARY", "--set", "A", "--trade", "TTC", "--yes")


def test_the_safety_copy_is_named_in_json_and_to_people(real_file: Path) -> None:
    done = answer(real_file, *SWITCH)
    assert [Path(done["safety_copy"])] == backups()
    told = run(real_file, *SWITCH[:4], "E", *SWITCH[5:])
    assert told.exit_code == 0
    assert str(backups()[1]) in told.stderr
    assert answer(real_file, "reset-slots", "--army-no", "T-STUCK", "--yes")["safety_copy"] is None


def test_a_back_up_is_made_and_put_back_and_the_log_says_by_whom(real_file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "kept" / "copy.sqlite3"
    assert answer(real_file, "backup", str(copy)) == {"backup": str(copy)}
    assert "already" in complaint(run(real_file, "backup", str(copy)), code=2)
    before = raw.content(real_file)
    answer(real_file, *SWITCH)
    switched = raw.content(real_file)
    shown = answer(real_file, "restore-backup", str(copy), "--dry-run")
    assert shown["replaced"] is None
    # The back-up itself, and the switch.
    assert shown["in_place"]["rows"] - shown["in_backup"]["rows"] == 2
    assert shown["in_place"]["newest"] > shown["in_backup"]["newest"]
    told = run(real_file, "restore-backup", str(copy), "--dry-run").stdout
    assert "In the back-up: " in told
    assert "In the database now: " in told
    assert raw.content(real_file) == switched
    done = answer(real_file, "restore-backup", str(copy), "--yes", "--reason", "by mistake")
    assert raw.differences(before, raw.content(real_file)) == {}
    assert raw.content(Path(done["replaced"])) == switched
    (record,) = answer(real_file, "history")
    assert (record["operation"], record["person"], record["reason"]) == ("restore-backup", "admin", "by mistake")
    assert answer(real_file, "verify-log")["intact"]


def test_a_back_up_without_a_name_goes_to_the_data_folder(real_file: Path) -> None:
    assert [Path(answer(real_file, "backup")["backup"])] == backups()


def test_a_damaged_database_is_replaced_by_who_signs_in_with_the_accounts_of_its_copy(real_file: Path) -> None:
    copy = answer(real_file, "backup")["backup"]
    before = raw.content(real_file)
    real_file.write_bytes(b"broken" * 1000)
    assert run(real_file, "sessions").exit_code == 69
    assert answer(real_file, "restore-backup", copy, "--dry-run")["in_place"] is None
    answer(real_file, "restore-backup", copy, "--yes")
    assert raw.differences(before, raw.content(real_file)) == {}


@pytest.mark.parametrize("mode", ["wal", "delete"])
def test_a_copy_with_pages_of_another_size_is_put_back_and_the_file_keeps_its_mode(real_file: Path, mode: str) -> None:
    copy = answer(real_file, "backup")["backup"]
    before = raw.content(real_file)
    to_mode = f"PRAGMA journal_mode={mode}"
    for file, statements in ((copy, ("PRAGMA page_size=8192", "VACUUM", to_mode)), (real_file, (to_mode,))):
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            for statement in statements:
                connection.execute(statement)
    answer(real_file, *SWITCH)
    answer(real_file, "restore-backup", copy, "--yes")
    assert raw.differences(before, raw.content(real_file)) == {}
    assert raw.query(real_file, "PRAGMA journal_mode") == [(mode,)]
    assert answer(real_file, "check")


def test_wrong_passwords_are_counted_for_the_file_and_change_no_copy_of_it(real_file: Path) -> None:
    """Who guesses at a file that is past reading could bring any number of copies of it."""
    both = [Path(answer(real_file, "backup")["backup"]) for _ in range(2)]
    before = [raw.digest(copy) for copy in both]
    real_file.write_bytes(b"broken" * 1000)
    guess = ["--db", str(real_file), *SUPERVISOR, "restore-backup"]
    for copy in both:
        told = CliRunner().invoke(cli, [*guess, str(copy), "--yes"], input="wrong\n", catch_exceptions=False)
        assert "wrong" in complaint(told, code=77)
    own = data_folder() / "refused-sign-ins"
    counted = "SELECT username, desk, failures FROM desktop_admin_sign_in_failure"
    assert raw.query(own, counted) == [("admin", str(real_file), 2)]
    raw.change(own, "UPDATE desktop_admin_sign_in_failure SET failures = 8")
    for copy in both:
        assert "Too many" in complaint(run(real_file, "restore-backup", str(copy), "--yes"), code=77)
    assert [raw.digest(copy) for copy in both] == before


def test_a_database_whose_accounts_are_damaged_is_replaced_as_well(real_file: Path) -> None:
    copy = answer(real_file, "backup")["backup"]
    before = raw.content(real_file)
    with closing(sqlite3.connect(real_file)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'accounts_user'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with real_file.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    answer(real_file, "restore-backup", copy, "--yes")
    assert raw.differences(before, raw.content(real_file)) == {}


def test_a_database_that_is_held_by_somebody_is_asked_itself_who_is_a_supervisor(
    real_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_admin.database.backends.sqlite._BUSY_SECONDS", 0.02)
    forged = answer(real_file, "backup")["backup"]
    raw.change(real_file, "UPDATE accounts_user SET is_superuser = 0, role = 'CENTER_ADMIN' WHERE is_staff")
    before = raw.digest(real_file)
    with closing(sqlite3.connect(real_file, isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        assert "busy" in complaint(run(real_file, "restore-backup", forged, "--yes"), code=69)
        who = Actor(name="admin", role=Role.SUPERVISOR, user_id=1, verified=True)
        with pytest.raises(DatabaseBusy):
            copies.restore(Path(forged), path=real_file, actor=who)
    assert raw.digest(real_file) == before


def test_what_is_no_portal_or_the_database_itself_is_not_put_back(real_file: Path, tmp_path: Path) -> None:
    before = raw.digest(real_file)
    other = tmp_path / "other.sqlite3"
    with closing(sqlite3.connect(other)) as made:
        made.execute("CREATE TABLE something (id)")
    (tmp_path / "text").write_text("text")
    for wrong, code in ((other, 69), (tmp_path / "text", 69), (tmp_path / "missing", 69), (real_file, 2)):
        complaint(run(real_file, "restore-backup", str(wrong), "--yes"), code=code)
    assert raw.digest(real_file) == before


def test_a_copy_from_before_an_update_is_updated_when_it_is_put_back(real_file: Path) -> None:
    copy = answer(real_file, "backup")["backup"]
    with newer_program():
        answer(real_file, "restore-backup", copy, "--yes")
        assert [one["operation"] for one in answer(real_file, "history")] == ["restore-backup"]
    assert raw.query(real_file, "SELECT note FROM desktop_admin_setting WHERE name = 'log_key'") == [(None,)]


def test_a_copy_of_a_newer_program_is_refused_before_anything_is_replaced(real_file: Path) -> None:
    copy = answer(real_file, "backup")["backup"]
    raw.change(Path(copy), "UPDATE desktop_admin_version SET version_num = '9999'")
    before = raw.digest(real_file)
    assert "Update this program" in complaint(run(real_file, "restore-backup", copy, "--yes"), code=69)
    assert (raw.digest(real_file), list(real_file.parent.glob("*replaced*"))) == (before, [])


def test_what_could_not_be_recorded_is_not_put_back(real_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = answer(real_file, "backup")["backup"]
    before = raw.digest(real_file), raw.folder(real_file)

    def full(*_row: object, **_how: object) -> None:
        raise DatabaseBusy("disk_full", path=real_file)

    monkeypatch.setattr(entries, "record_deed", full)
    complaint(run(real_file, "restore-backup", copy, "--yes"), code=69)
    assert (raw.digest(real_file), raw.folder(real_file)) == before


@pytest.mark.parametrize("how", ["--dry-run", "--yes"])
@pytest.mark.parametrize("where", ["/", "pipe", "/dev/null", "missing/portal.sqlite3"])
def test_a_dry_run_refuses_every_place_that_the_real_run_would(
    real_file: Path, tmp_path: Path, where: str, how: str
) -> None:
    copy = answer(real_file, "backup")["backup"]
    os.mkfifo(tmp_path / "pipe")
    complaint(run(tmp_path / where, "restore-backup", copy, how), code=69)
    assert not (tmp_path / "missing").exists()


def with_passphrase(file: Path, typed: str, *arguments: str) -> Result:
    """A command whose stdin holds the password of the sign-in, and behind it a passphrase."""
    given = [*SUPERVISOR, "--db", str(file), *arguments]
    return CliRunner().invoke(cli, given, input=f"{PASSWORD}{typed}\n", catch_exceptions=False)


def test_a_back_up_is_encrypted_and_put_back_with_its_passphrase_only(real_file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.age"
    assert with_passphrase(real_file, "three words here", "backup", str(copy), "--encrypt").exit_code == 0
    assert (copy.stat().st_mode & 0o777, b"T-STUCK" in copy.read_bytes()) == (0o600, False)
    before = raw.content(real_file)
    answer(real_file, *SWITCH)
    # The passphrase comes first: who signs in may be known to nobody but the copy.
    put_back = "restore-backup", str(copy), "--yes"
    swapped = [*SUPERVISOR, "--db", str(real_file), *put_back]
    for typed, code in (("another", 2), ("", 2), ("three words here", 0)):
        told = CliRunner().invoke(cli, swapped, input=f"{typed}\n{PASSWORD}", catch_exceptions=False)
        assert told.exit_code == code, told.output
    assert raw.differences(before, raw.content(real_file)) == {}
    assert [one.name for one in real_file.parent.glob("*.part*")] == []
    assert str(copy) in answer(real_file, "history")[0]["told"]


def test_nothing_is_put_back_while_the_portal_writes(real_file: Path) -> None:
    copy = answer(real_file, "backup")["backup"]
    with closing(sqlite3.connect(real_file, isolation_level=None)) as portal:
        portal.execute("BEGIN IMMEDIATE")
        assert "Stop the portal" in complaint(run(real_file, "restore-backup", copy, "--yes"), code=1)


def test_only_a_supervisor_copies_and_puts_back(real_file: Path) -> None:
    copy = answer(real_file, "backup")["backup"]
    raw.change(real_file, "UPDATE accounts_user SET is_superuser = 0, role = 'CENTER_ADMIN' WHERE is_staff")
    for command in (["backup"], ["restore-backup", copy, "--yes"]):
        assert "Ask a supervisor" in complaint(run(real_file, *command), code=77)


def test_without_yes_and_without_a_terminal_nothing_is_put_back(real_file: Path) -> None:
    copy = answer(real_file, "backup")["backup"]
    before = raw.digest(real_file)
    stopped = run(real_file, "restore-backup", copy, "--json")
    assert (stopped.exit_code, stopped.stdout) == (3, "")
    assert raw.digest(real_file) == before
    assert json.loads(run(real_file, "backup", "--json").stdout)
