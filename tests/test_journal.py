"""The journal and the problem report: no way leads a name, a number, a password, a path or a host into them."""

from __future__ import annotations

import io
import json
import logging
import re
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import click
import minisign
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_admin import installation, journal, problem_report, updating
from desktop_admin.cli import announced, carry_out, cli
from desktop_admin.journal import Event
from desktop_admin.messages import has_sentence
from desktop_admin.settings import Settings
from tests import portal, raw, registers, updates
from tests.cli.runs import COMMANDS, PASSWORD, SUPERVISOR, run
from tests.keyrings import MemoryKeyring

SECRETS = ("Xq-Geheim-77", "Zebulon Okonkwo", "QX9911223Z", "hall-host.example", "Centre Quixote", "/srv/quixote")
"""A password, a name, an army number, a host, a centre and a path, as nothing else is called."""
SECRET, NAME, NUMBER, HOST, CENTRE, FOLDER = SECRETS


@pytest.fixture(autouse=True)
def _kept() -> None:
    journal.begin("info")


def written() -> str:
    return "".join(path.read_text(encoding="utf-8") for path in journal.files())


def personal(file: Path) -> set[str]:
    """Every name, number and login that stands in a database, and what the tests type beside them."""
    found = {NAME, NUMBER, SECRET, HOST, CENTRE, FOLDER, str(file), file.name}
    for question in (
        "SELECT army_no FROM registration_candidateprofile",
        "SELECT name FROM registration_candidateprofile",
        "SELECT username FROM accounts_user",
        "SELECT password FROM accounts_user",
        "SELECT session_key FROM django_session",
    ):
        found |= {str(value) for (value,) in raw.query(file, question)}
    # An account may be called as the program is, or have no password.
    return {one for one in found if len(one) > 3} - {"admin"}


def nothing_of(secrets: set[str], text: str) -> None:
    """None of them stands in the text; T-SLOT is no part of reset-slots."""
    found = {one for one in secrets if re.search(rf"(?<!\w){re.escape(one)}(?!\w)", text, re.IGNORECASE)}
    assert found == set()


@given(st.text())
@settings(max_examples=40)
def test_no_text_but_a_key_of_the_catalogue_can_be_noted(text: str) -> None:
    if has_sentence(text):
        journal.note(Event.REFUSED, code=text)
    else:
        with pytest.raises(ValueError, match="only keys"):
            journal.note(Event.REFUSED, code=text)


def test_what_libraries_say_and_a_mistake_in_a_call_are_noted_without_their_text() -> None:
    logging.getLogger("some.library").error("the password of %s is %s", NAME, SECRET)
    logging.getLogger("desktop_admin").warning("%s", NUMBER)
    logging.getLogger("desktop_admin").warning(NUMBER)
    logging.getLogger("some.library").exception(NAME, exc_info=ValueError(SECRET))
    text = written()
    assert text.count("library some.library test_journal:") == 2
    assert text.count("library desktop_admin test_journal:") == 2
    nothing_of(set(SECRETS), text)


def test_of_a_mistake_kinds_and_places_are_noted_and_nothing_that_was_said() -> None:
    def inner() -> None:
        raise KeyError(SECRET)

    try:
        try:
            inner()
        except KeyError as first:
            raise ValueError(NAME, NUMBER) from first
    except ValueError as error:
        error.__cause__.__context__ = error  # type: ignore[union-attr]  # a circle must end
        journal.mistake(error)
    text = written()
    assert "ValueError\n    at tests.test_journal:" in text
    assert "KeyError\n    at tests.test_journal:" in text
    assert text.rstrip().endswith("inner")
    nothing_of(set(SECRETS), text)


def test_files_are_turned_and_private_and_the_oldest_goes() -> None:
    journal.file().parent.mkdir(parents=True, exist_ok=True)
    for number in range(8):
        journal.file().write_bytes(b"%d\n" % number + b"x" * 256 * 1024)
        journal.note(Event.RESTORED)
    kept = journal.files()
    assert [path.read_bytes()[:1] for path in kept[1:]] == [b"7", b"6", b"5", b"4"]
    assert "restored" in kept[0].read_text(encoding="utf-8")
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept[:1]} == {0o600}


def test_where_the_folder_cannot_be_written_the_program_works_without_a_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, portal_file: Path
) -> None:
    (tmp_path / "a file").write_text("", encoding="utf-8")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "a file"))
    assert run(portal_file, "sets").exit_code == 0
    assert journal.files() == []


def test_a_level_leaves_out_what_is_less_urgent() -> None:
    journal.begin("warning")
    before = written()
    journal.note(Event.RESTORED)
    journal.note(Event.LOST, level=logging.WARNING, code="cancelled")
    assert written().removeprefix(before).split()[3:] == ["lost", "code=cancelled"]


def _typed(command: click.Command) -> list[str]:
    """Something for each argument and option of a command that takes a text."""
    context = click.Context(command)
    given: list[str] = []
    for param in command.get_params(context):
        if isinstance(param, click.Option) and not param.is_flag and not isinstance(param.type, click.Choice):
            given += [param.opts[0], NUMBER]
        elif isinstance(param, click.Argument):
            given.append(NUMBER)
    return given


def test_whatever_is_typed_at_the_command_line_nothing_personal_comes_into_the_journal(
    portal_file: Path, ring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    raw.change(portal_file, f"UPDATE registration_candidateprofile SET name = '{NAME}' WHERE army_no = 'T-FINE'")
    secrets = personal(portal_file)
    known = ("T-STUCK", "T-FINE", "T-NONE")
    for name in COMMANDS:
        if name in ("demo", "self-check", "restore-backup"):
            continue
        announced = cli.get_command(click.Context(cli), name)
        assert announced is not None
        command = getattr(announced, "load")()  # noqa: B009 - the list only announces them
        run(portal_file, name, *_typed(command))
        if any("--army-no" in param.opts for param in command.params):
            run(portal_file, name, *(part for no in known for part in ("--army-no", no)), "--yes", "--reason", NAME)
    for arguments in (("report", "candidate", "T-FINE", f"{NAME}.pdf"), ("export", "candidates", f"{NUMBER}.xlsx")):
        assert run(portal_file, *arguments).exit_code == 0
    raw.change(portal_file, "UPDATE desktop_admin_database SET kind = 'portal'")
    for user, password in ((NAME, SECRET), (portal.SUPERVISOR, SECRET), (portal.SUPERVISOR, portal.SUPERVISOR)):
        CliRunner().invoke(cli, ["--db", str(portal_file), "--as", user, "--password-stdin", "sets"], input=password)
    for target in (f"postgresql://{NAME}:{SECRET}@{HOST}/x", f"mariadb://{NUMBER}@127.0.0.1:1/{NUMBER}", FOLDER):
        run(target, "sets")

    def fail(*_: object) -> None:
        raise RuntimeError(f"{NAME} {NUMBER} {SECRET}")

    monkeypatch.setattr(carry_out, "_changes", fail)
    with pytest.raises(RuntimeError):
        run(portal_file, "reset-slots", "--army-no", "T-FINE", "--yes")
    text = written()
    for noted in ("begun version", "command does", "opened engine", "changed what", "refused code", "ended exit_code"):
        assert f"{noted}=" in text
    assert "mistake\n  RuntimeError\n    at" in text
    nothing_of(secrets, text)


def test_what_the_exam_day_writes_down_comes_not_into_the_journal(
    portal_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of these does what it is for: what is refused while it is read would show nothing."""
    monkeypatch.chdir(tmp_path)
    # Who signs in and types a password does so only where something is real.
    raw.change(portal_file, "UPDATE desktop_admin_database SET kind = 'portal'")
    person = registers.sound(1, name=NAME, army_no=NUMBER)
    register = registers.written(tmp_path, [person]).rename(tmp_path / f"{NUMBER}.csv")
    slips, left = tmp_path / f"{NAME}.pdf", tmp_path / f"{CENTRE}.csv"

    def done(*arguments: str, typed: str = "", code: int = 0) -> str:
        said = CliRunner().invoke(
            cli, [*SUPERVISOR, "--db", str(portal_file), *arguments], input=PASSWORD + typed, catch_exceptions=False
        )
        assert said.exit_code == code, said.output
        return said.stdout

    done(
        "import-register",
        str(register),
        "--generate-passwords",
        "--slips",
        str(slips),
        "--problems",
        str(left),
        "--yes",
    )
    done("assign-slots", "--army-no", NUMBER, "--yes", "--reason", NAME)
    done("check-in", NUMBER, "--seat", HOST, "--yes")
    done("withdraw-check-in", NUMBER, "--yes", "--reason", NAME)
    about = ("--text", f"{NAME} at {HOST}", "--done", SECRET, "--army-no", NUMBER)
    incident = json.loads(done("incident", "--category", "power", *about, "--json"))["op_id"]
    done("amend-incident", incident, *about)
    done("policy", "incident-categories", NAME)
    for looked in ("board", "attendance", "incidents", "not-back", "closings"):
        done(looked)
    done("checklist", code=1)
    for paper in ("door-list", "seating-list", "absentees", "incidents", "checklist"):
        done("report", paper, str(tmp_path / f"{paper} {NAME}.pdf"))
    done("close-day", f"{NAME}.age", "--yes", "--reason", CENTRE, typed=f"{SECRET} {NAME}\n")
    read = [*SUPERVISOR[-1:], "read-closing", f"{NAME}.age"]
    for phrase, code in ((f"{SECRET} {NAME}", 0), (SECRET, 1)):
        assert CliRunner().invoke(cli, read, input=f"{phrase}\n", catch_exceptions=False).exit_code == code
    made = updates.running(tmp_path)
    keys = minisign.KeyPair.generate()
    (made / installation.UPDATE_KEY).write_bytes(bytes(keys.public_key))
    monkeypatch.setattr(installation, "resources_folder", lambda: made)
    monkeypatch.setattr(updating, "here", lambda: made)
    update = next(one for one in announced.of_modules() if one.name == "update")
    monkeypatch.setitem(cli.commands, "update", update)
    file = updates.update(tmp_path / "updates", keys)
    for archive, code in ((file, 0), (file, 2), (tmp_path / NAME, 2)):
        assert run(None, "update", str(archive)).exit_code == code
    text = written()
    assert "code=update_there" in text
    assert "exit_code=0" in text
    nothing_of(personal(portal_file) | {str(tmp_path), incident, file.name}, text)


def test_the_report_names_no_host_no_person_no_place_and_can_be_read(portal_file: Path, tmp_path: Path) -> None:
    run(portal_file, "candidate", "T-FINE")
    desk = Settings(
        connections={NAME: f"postgresql://{NUMBER}@{HOST}/portal?sslrootcert={FOLDER}", HOST: FOLDER},
        default_connection=NAME,
        centre=CENTRE,
        desk_name=HOST,
        last_user=NAME,
        scanner_prefix=NUMBER,
        media_folder=FOLDER,
    )
    parts = problem_report.parts(desk, more=["screen 1x1"])
    path = tmp_path / "report.zip"
    problem_report.save(path, [*parts, problem_report.picture(b"PNG")])
    with zipfile.ZipFile(path) as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    assert list(inside) == ["read-me.txt", "versions.txt", "settings.txt", "journal/desktop-admin.log", "window.png"]
    whole = b"".join(inside.values()).decode()
    nothing_of(personal(portal_file), whole)
    assert "connection 1: postgresql\nconnection 2: file\n" in whole
    assert "centre: set\n" in whole
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {f"{part.file}: {part.title}" for part in parts} <= set(inside["read-me.txt"].decode().splitlines())


def test_the_command_makes_the_report_and_replaces_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "report.zip"
    told = run(None, "problem-report", str(file))
    assert told.exit_code == 0
    assert "versions.txt" in told.output
    assert zipfile.is_zipfile(io.BytesIO(file.read_bytes()))
    assert run(None, "problem-report", str(file)).exit_code == 2


def test_two_programs_may_write_at_the_same_time() -> None:
    script = (
        "from desktop_admin import journal\n"
        "journal.begin('info')\n"
        "for _ in range(2000): journal.note(journal.Event.RESTORED)\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", script]) for _ in range(2)]
    assert [one.wait(120) for one in writers] == [0, 0]
    lines = written().splitlines()
    assert sum(line.endswith("] restored") for line in lines) == 4000
