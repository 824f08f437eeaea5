"""In which language the command line speaks, and that everything it says comes out of the catalogue.

The other language is the English catalogue with every sentence between ⟦ and ⟧, so that nothing here depends on a
translation.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import pytest
from babel.messages.mofile import write_mo
from click.testing import CliRunner, Result
from wcwidth import wcswidth

import hatch_build
from desktop_admin import language
from desktop_admin.cli import carry_out, cli, click_words, output
from desktop_admin.cli.announced import Announced
from desktop_admin.installation import resources_folder
from desktop_admin.messages import phrase
from tests import catalogues, raw
from tests.catalogues import ENGLISH, TEXTS
from tests.cli.runs import run, values

MO = Path("LC_MESSAGES") / "desktop_admin.mo"
USAGE = "⟦Usage:⟧"


def _mark(catalogues_folder: Path) -> None:
    """Put a marked catalogue where the other language's is read."""
    catalogue = catalogues.read(ENGLISH)
    for message in catalogue:
        if message.id:
            text = message.string
            message.string = f"⟦{text}⟧" if isinstance(text, str) else tuple(f"⟦{form}⟧" for form in text or ())
    marked = catalogues_folder / "hi" / MO
    marked.parent.mkdir(parents=True, exist_ok=True)
    with marked.open("wb") as file:
        write_mo(file, catalogue)


@pytest.fixture
def marked(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The language that ``--language hi`` speaks has a mark around each sentence."""
    folder = tmp_path_factory.mktemp("resources")
    (folder / "catalogues" / "en" / MO.parent).mkdir(parents=True)
    shutil.copy(ENGLISH.with_suffix(".mo"), folder / "catalogues" / "en" / MO)
    _mark(folder / "catalogues")
    monkeypatch.setattr(language, "resources_folder", lambda: folder)
    language._catalogue.cache_clear()
    yield
    language.use("en")
    language._catalogue.cache_clear()


def _outside(text: str) -> str:
    """What does not stand between marks; a marked sentence may stand inside another."""
    while (shorter := re.sub(r"⟦[^⟦⟧]*⟧", "", text)) != text:
        text = shorter
    assert not set(text) & set("⟦⟧"), text
    return text


def _commands(command: click.Command, *path: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """A command, as it is typed, and all that stand in it."""
    if isinstance(command, Announced):
        command = command.load()
    yield path, command
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            below = command.get_command(click.Context(command), name)
            assert below is not None
            yield from _commands(below, *path, name)


def _names(command: click.Command) -> set[str]:
    """What a help shows as it is typed: names of commands, options, and what stands for their values."""
    context = click.Context(command)
    names = {"desktop-admin", "OPTIONS", "COMMAND", "ARGS", "x>=1", "1<=x<=600", "-h", "--help"}
    for one in command.params:
        names |= {*one.opts, one.make_metavar(context)}
    return names | {*(command.list_commands(context) if isinstance(command, click.Group) else ())}


@pytest.mark.usefixtures("marked")
@pytest.mark.parametrize(
    ("path", "command"), [pytest.param(*one, id=" ".join(one[0]) or "none") for one in _commands(cli)]
)
def test_every_word_of_every_help_comes_out_of_the_catalogue(path: tuple[str, ...], command: click.Command) -> None:
    told = CliRunner().invoke(cli, ["--language", "hi", *path, "--help"], prog_name="desktop-admin")

    assert told.exit_code == 0, told.output
    known = {part.strip("[].,") for name in (*_names(command), *path) for part in name.split()}
    typed = {part.strip("[].,") for part in _outside(told.stdout).split()}
    assert {one for one in typed - known if re.search(r"[^\W\d_]", one)} == set()
    assert told.stdout.count("⟦") > 2


@pytest.mark.usefixtures("marked")
@pytest.mark.parametrize(
    "typed",
    [
        "--nonsense", "nonsense", "exprt", "undo a b", "reset-slots", "candidates --serch x", "candidates --slot x",
        "history --limit 0", "history --limit x", "history --limit", "activate-set", "candidate", "sets --json=1",
        "log-key import nowhere", "log-key import .", "log-key nonsense", "verify-log --checkpoint .",
        "history --language hi", "role x nobody",
    ],
)  # fmt: skip
def test_every_complaint_about_what_was_typed_comes_out_of_the_catalogue(typed: str) -> None:
    told = CliRunner().invoke(cli, ["--language", "hi", *typed.split()], prog_name="desktop-admin")

    assert (told.exit_code, told.stdout) == (2, "")
    *usage, complaint = told.stderr.replace("\n\t", " ").splitlines()
    assert not usage or USAGE in usage[0]
    quoted = re.sub(r"'[^']*'", "", _outside(complaint))
    assert not re.search(r"[^\W\d_]", quoted), told.stderr


@pytest.mark.usefixtures("marked")
def test_what_is_printed_for_people_comes_out_of_the_catalogue(portal_file: Path) -> None:
    """Outside the catalogue stand only names that people gave, and the portal's own words."""
    for command in ("self-check", "guard check", "prepare", "verify-log", "undo --yes", "history"):
        told = run(portal_file, "--language", "hi", *command.split())
        assert "⟦" in told.output
        assert not re.search(r"[^\W\d_]", _outside(told.output)), told.output
    [heading, *_rows] = run(portal_file, "--language", "hi", "sessions").stdout.splitlines()
    assert not re.search(r"[^\W\d_]", _outside(heading))
    told = run(portal_file, "--language", "hi", "reset-slots", "--army-no", "T-STUCK", "--yes")
    assert _outside(told.output).split() == ["✓", "T-STUCK", "Ramesh", "Kumar:"]


READS = (
    *("candidates", "candidate T-STUCK", "candidate T-NONE", "sets", "sessions", "findings", "check", "guard check"),
    *("history", "verify-log", "policy", "roles", "self-check", "clear-incomplete-sessions", "prepare"),
)
DEEDS = (
    *("assign-slots --army-no T-NONE --dry-run", "reset-slots --all --dry-run", "reset-slots --army-no T-DONE --yes"),
    *("reset-slots --army-no T-STUCK --reason broken --yes", "undo --dry-run", "undo --yes"),
    *("activate-set --paper PRIMARY --set A --trade TTC --yes", "restore 1 --yes", "policy restore-age 30"),
    *("candidate NOBODY", "role admin staff", "fix-stuck-sessions", "guard install --yes"),
)
VARIES = re.compile(
    rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?"  # moments
    rb"|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"  # ids of operations
    rb"|\b([0-9a-f]{64}|[0-9a-f]{32}|[0-9a-f]{16})\b"  # keys' names, seals, hashes
    rb'|(?<="minutes_left": )\d+'
)


@pytest.mark.usefixtures("marked")
def test_json_exit_codes_and_the_log_are_the_same_in_every_language(portal_file: Path, tmp_path: Path) -> None:
    before = shutil.copy(portal_file, tmp_path / "before.sqlite3")
    seen = {}
    for spoken in language.LANGUAGES:
        shutil.copy(before, portal_file)
        # What this desk has kept of the log belongs to the database that was put back.
        shutil.rmtree(os.environ["XDG_DATA_HOME"])
        results = {one: run(portal_file, "--language", spoken, *one.split(), "--json") for one in (*READS, *DEEDS)}
        results |= {
            f"{one}, then": run(portal_file, "--language", spoken, one, "--json") for one in ("history", "sessions")
        }
        log = raw.query(
            portal_file,
            "SELECT operation, person, reason, applied, refused, body FROM desktop_admin_operation ORDER BY seq",
        )
        seen[spoken] = {name: (one.exit_code, VARIES.sub(b"", one.stdout_bytes)) for name, one in results.items()}
        seen[spoken]["log"] = len(log), VARIES.sub(b"", repr(log).encode())
        assert any("⟦" in one.stderr for one in results.values()) == (spoken == "hi")

    assert {name: value for name, value in seen["hi"].items() if value != seen["en"][name]} == {}
    assert {code for code, _ in seen["en"].values()} >= {0, 1, 2, 3}


@pytest.mark.usefixtures("marked")
@pytest.mark.parametrize(
    ("typed", "set_to", "is_marked"),
    [
        ("--help", "en", False),
        ("--help", "hi", True),
        ("--language en --help", "hi", False),
        ("--help --language hi", "en", True),
        ("--language=hi reset-slots --help", "en", True),
        ("sets --help", "hi", True),
        ("sets --nonsense", "hi", True),
        ("sets", "hi", True),
    ],
)
def test_the_language_is_the_one_asked_for_else_that_of_the_settings(
    typed: str, set_to: str, is_marked: bool, tmp_path: Path
) -> None:
    (tmp_path / "desk.toml").write_text(f'language = "{set_to}"\n', encoding="utf-8")

    assert ("⟦" in CliRunner().invoke(cli, typed.split()).output) == is_marked


def test_a_language_that_is_not_spoken_is_a_usage_problem() -> None:
    told = run(None, "--language", "xx", "sets")

    assert told.exit_code == 2
    assert "'xx' is not one of 'en', 'hi'." in told.stderr


@pytest.fixture
def marked_copy(tmp_path: Path) -> Path:
    """A copy of the program with a marked catalogue."""
    shutil.copytree(
        hatch_build.ROOT / "desktop_admin", tmp_path / "desktop_admin", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copytree(resources_folder() / "catalogues", tmp_path / "resources" / "catalogues")
    _mark(tmp_path / "resources" / "catalogues")
    return tmp_path


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
@pytest.mark.parametrize("typed", ["--help", "sets"])
def test_a_terminal_without_the_letters_is_told_so_and_spoken_to_in_english(
    marked_copy: Path, encoding: str, typed: str
) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "desktop_admin", "--language", "hi", typed],
        cwd=marked_copy,
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": encoding},
        timeout=60,
        check=False,
    )

    first, *others = told.stderr.decode(encoding).splitlines()
    assert first == TEXTS["cli.not_shown"]
    if typed == "--help":
        assert (told.returncode, others) == (0, [])
        assert told.stdout.startswith(b"Usage: desktop-admin")
    else:
        assert (told.returncode, others) == (2, [TEXTS["no_database_given"]])


def test_an_undo_names_the_moment_in_the_portals_zone(portal_file: Path) -> None:
    run(portal_file, "reset-slots", "--army-no", "T-STUCK", "--yes")
    [record] = values(run(portal_file, "history", "--json"))
    at = datetime.fromisoformat(record["at"]).astimezone(ZoneInfo("Asia/Kolkata"))

    told = run(portal_file, "undo", record["op_id"], "--dry-run").stdout

    assert f"Takes back: Reset slot of {at:%Y-%m-%d %H:%M} by " in told


def test_columns_of_wide_and_of_combining_letters_line_up(capsys: pytest.CaptureFixture[str]) -> None:
    output.table(["क्रम", "नाम", "end"], [["1", "हिन्दी", "|"], ["22", "é漢", "|"], ["333", "plain", "|"]], empty="")
    lines = capsys.readouterr().out.splitlines()

    assert len({wcswidth(line.rstrip("end|")) for line in lines}) == 1


@pytest.mark.parametrize(
    ("answer", "code"), [("y", 0), ("YES", 0), ("haan", 0), ("n", 3), ("nahin", 3), ("", 3), ("what\nhaan", 0)]
)
def test_yes_and_no_are_understood_in_english_and_in_the_language_that_is_spoken(
    portal_file: Path, monkeypatch: pytest.MonkeyPatch, answer: str, code: int
) -> None:
    words = {"cli.yes": "haan ha", "cli.no": "nahin"}
    monkeypatch.setattr(carry_out, "phrase", lambda key: words.get(key) or phrase(key))
    monkeypatch.setattr(carry_out, "has_terminal", lambda: True)
    asked: Result = CliRunner().invoke(
        cli, ["--db", str(portal_file), "reset-slots", "--army-no", "T-STUCK"], input=f"{answer}\n"
    )

    assert asked.exit_code == code
    assert asked.stderr.count(TEXTS["cli.yes_or_no"]) == answer.count("what")


UNSAID = {
    # Of kinds of options and of failures that no command of ours has.
    *("Argument {name!r} takes {nargs} values.", "Choice({choices})", "Could not open file {filename!r}: {message}"),
    *("DeprecationWarning: The command {name!r} is deprecated.{extra_message}", "Error: invalid input"),
    *("DeprecationWarning: The {param_type} {name!r} is deprecated.{extra_message}", "deprecated", "unknown error"),
    *("Missing parameter", "Missing parameter: {param_name}", "Missing {param_type}", "Positional arguments"),
    *("Press any key to continue...", "Takes {nargs} values but 1 was given.", "Unknown color {colour!r}"),
    *("Value must be an iterable.", "default: {default}", "env var: {var}", "(dynamic)"),
    *("{len_type} values are required, but {len_value} was given.", "{name} {filename!r} is not executable."),
    *("{name} {filename!r} is not writable.", "{value!r} does not match the format {format}."),
    *("{value!r} is not a valid UUID.", "{value!r} is not a valid boolean. Recognized values: {states}"),
    # Mistakes of whoever writes a command.
    *("Invalid start character for option ({option})", "Name '{name}' defined twice"),
    "No options defined but a name was passed ({name}). Did you mean to declare an argument instead? "
    "Did you mean to pass '--{name}'?",
    "Could not determine name for option with declarations {decls!r}",
    "Boolean option {decl!r} cannot use the same flag for true/false.",
    "Arguments take exactly one parameter declaration, got {length}: {decls}.",
    # Names of kinds of values, which our sentences leave out.
    *("directory", "file", "path"),
}  # fmt: skip


def _said_by_click() -> Iterator[str]:
    for module in (click.core, click.exceptions, click.formatting, click.parser, click.termui, click.types):
        for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="_" | "ngettext"), args=[ast.Constant(value=str(text)), *_]):
                    yield text


def test_what_click_says_is_known_by_its_words() -> None:
    said = {*_said_by_click(), "required"}

    assert click_words._KEYS.keys() - said == set()
    assert said - click_words._KEYS.keys() - UNSAID == set()
