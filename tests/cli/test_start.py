"""What a start of the program imports, and how long it takes: each test starts it as a person does."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import pytest

from desktop_admin import __version__
from tests.cli.runs import PROJECT
from tests.qt import NO_QT

MOST = 2.0
"""The version and the help may take this many times as long as only importing click."""
ROUNDS = 15
HEAVY = frozenset(
    (
        "PySide6",
        "alembic",
        "argon2",
        "babel",
        "bcrypt",
        "django",
        "keyring",
        "psycopg",
        "pymysql",
        "sqlalchemy",
        "ssl",
        "tenacity",
        "tomli_w",
        "wcwidth",
        "xlsxwriter",
    )
)
WAITING = frozenset(
    (
        "desktop_admin.cli.context",
        "desktop_admin.controllers",
        "desktop_admin.database",
        "desktop_admin.gui",
        "desktop_admin.practice",
        "desktop_admin.rules",
        "desktop_admin.settings",
    )
)
"""What the version does not need."""
FACES = frozenset(("desktop_admin.controllers", "desktop_admin.rules", "desktop_admin.settings"))
"""What the list of commands needs of these: the faces of the operations, and the language in the settings."""
ROOMS = ("archive", "log", "people", "portal", "upkeep", "handing_out", "operations.apply")
WORKS = frozenset(f"desktop_admin.controllers.{room}" for room in ROOMS)
LAST_BEFORE_THE_WINDOW = "desktop_admin.gui.app"


@pytest.fixture(params=["script", "module"])
def program(request: pytest.FixtureRequest) -> list[str]:
    """The two ways to start the program."""
    if request.param == "module":
        return [sys.executable, "-m", "desktop_admin"]
    script = shutil.which("desktop-admin", path=sysconfig.get_path("scripts"))
    assert script is not None, "the program is not installed in the Python that runs the tests"
    return [script]


@pytest.mark.parametrize("question", ["--version", "--help", "-h"])
def test_the_version_and_the_help_import_nothing_that_they_do_not_need(program: list[str], question: str) -> None:
    told = start(*program, question, PYTHONPROFILEIMPORTTIME="1")

    assert told.returncode == 0
    assert imported(told.stderr) >= {"click", "desktop_admin.cli.announced"}
    unneeded = HEAVY | WAITING if question == "--version" else HEAVY | (WAITING - FACES) | WORKS
    assert among(imported(told.stderr), unneeded) == set()


@pytest.mark.skipif(bool(NO_QT), reason=f"Qt cannot be loaded: {NO_QT}")
def test_the_window_is_made_before_anything_is_imported_that_only_its_database_needs(program: list[str]) -> None:
    seen = imported_up_to_the_window(*program)

    assert seen >= {"desktop_admin.cli.commands.window", LAST_BEFORE_THE_WINDOW, "PySide6.QtWidgets"}
    assert among(seen, HEAVY - {"PySide6"}) == set()


@pytest.mark.parametrize("question", ["--version", "--help"])
def test_damaged_settings_keep_nobody_from_the_version_and_the_help(
    program: list[str], question: str, tmp_path: Path
) -> None:
    damaged = tmp_path / "damaged.toml"
    damaged.write_text("theme = ", encoding="utf-8")
    assert "damaged.toml" in start(*program, "sets", DESKTOP_ADMIN_CONFIG=str(damaged)).stderr

    told = start(*program, question, DESKTOP_ADMIN_CONFIG=str(damaged))

    assert (told.returncode, told.stderr) == (0, "")
    assert (__version__ if question == "--version" else "candidates") in told.stdout


@pytest.mark.benchmark
@pytest.mark.parametrize("question", ["--version", "--help"])
def test_the_version_and_the_help_take_at_most_twice_the_import_of_click(program: list[str], question: str) -> None:
    def ratio() -> float:
        return seconds(*program, question) / seconds(sys.executable, "-c", "import click")

    ratio()  # The first run of each finds nothing in the system's memory.
    # In turn, and one by one, so that other work on the machine weighs on both.
    assert statistics.median(ratio() for _ in range(ROUNDS)) <= MOST


def start(*command: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A process with these additional environment variables, run to its end."""
    return subprocess.run(
        command,
        capture_output=True,
        encoding="utf-8",
        cwd=PROJECT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **more},
        timeout=60,
        check=False,
    )


def seconds(*command: str) -> float:
    begun = time.perf_counter()
    assert start(*command).returncode == 0
    return time.perf_counter() - begun


def imported_up_to_the_window(*program: str) -> set[str]:
    """The modules that a start without a command has imported when the next thing is to make the window."""
    lines = []
    with subprocess.Popen(
        program,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        cwd=PROJECT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPROFILEIMPORTTIME": "1"},
    ) as child:
        assert child.stderr is not None
        for line in child.stderr:
            lines.append(line)
            if name_in(line) == LAST_BEFORE_THE_WINDOW:
                break
        child.kill()
    return imported("".join(lines))


def imported(report: str) -> set[str]:
    """The modules in what Python prints about its imports."""
    return {name_in(line) for line in report.splitlines() if line.startswith("import time:")}


def name_in(line: str) -> str:
    return line.rpartition("|")[2].strip()


def among(modules: set[str], packages: frozenset[str]) -> set[str]:
    """Those of the packages of which at least one module is there."""
    return {package for package in packages for name in modules if f"{name}.".startswith(f"{package}.")}
