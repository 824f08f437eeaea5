"""Ways to run the command line: inside this process, as a process of its own, and at an interactive terminal."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner, Result

from desktop_admin.cli import cli
from desktop_admin.cli.announced import Announced
from tests import portal, raw

PROJECT = Path(__file__).parents[2]
SUPERVISOR = ("--as", portal.SUPERVISOR, "--password-stdin")
PASSWORD = f"{portal.SUPERVISOR}\n"
STRANGER = "walk-in"
"""In ``stranger_file``, the account that has a session of TTC on set C and no candidate profile."""


def run(file: Path | str | None, *arguments: str) -> Result:
    """A command inside this process, without a terminal; an exception that is no sentence fails the test.

    The portal's supervisor signs in where the database asks for somebody.
    """
    database = () if file is None else ("--db", str(file))
    return CliRunner().invoke(cli, [*SUPERVISOR, *database, *arguments], input=PASSWORD, catch_exceptions=False)


COMMANDS = tuple(cli.list_commands(click.Context(cli)))
"""The names of all commands."""


def announced_as(name: str) -> click.Command:
    """A command as the list of commands has it."""
    found = cli.get_command(click.Context(cli), name)
    assert found is not None
    return found


def loaded(name: str) -> click.Command:
    """The command itself, which the command line only announces until it is asked for."""
    announced = announced_as(name)
    assert isinstance(announced, Announced)
    return announced.load()


def values(result: Result, *, code: int = 0) -> Any:
    """What a command printed as JSON, nothing else being on stdout."""
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def answer(file: Path | str | None, *arguments: str, code: int = 0) -> Any:
    """The JSON of a command."""
    return values(run(file, *arguments, "--json"), code=code)


def complaint(result: Result, *, code: int) -> str:
    """The sentence of a failed command: on stderr, one line, nothing on stdout."""
    assert (result.exit_code, result.stdout) == (code, ""), result.output
    assert len(result.stderr.splitlines()) == 1, result.stderr
    assert result.stderr.rstrip().endswith("."), result.stderr
    return result.stderr.strip()


def process(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A command as a process of its own, with no terminal and these additional environment variables."""
    return subprocess.run(
        [sys.executable, "-m", "desktop_admin", *SUPERVISOR, *arguments],
        input=PASSWORD,
        capture_output=True,
        encoding="utf-8",
        cwd=PROJECT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **more},
        timeout=300,
        check=False,
    )


def at_terminal(*arguments: str, answers: Sequence[tuple[str, str]], stdout: Path | None = None) -> tuple[int, str]:
    """A command at an interactive terminal; each answer is typed when its question is seen.

    Args:
        arguments: of the command.
        answers: what the screen must show, and what is typed then.
        stdout: a file that takes stdout away from the screen, as ``command > file`` does.

    Returns:
        The exit code and all that was on the screen.
    """
    import pty

    near, far = pty.openpty()
    taken = None if stdout is None else stdout.open("wb")
    child = subprocess.Popen(
        [sys.executable, "-m", "desktop_admin", *SUPERVISOR[:2], *arguments],
        stdin=far,
        stdout=taken or far,
        stderr=far,
        cwd=PROJECT,
        env={**os.environ, "TERM": "dumb", "PYTHONIOENCODING": "utf-8"},
        start_new_session=True,
        preexec_fn=_own_terminal,
    )
    os.close(far)
    if taken is not None:
        taken.close()
    screen = ""
    try:
        for question, typed in answers:
            seen = len(screen)
            while question not in screen[seen:]:
                screen += _read(near)
            os.write(near, typed.encode())
        while more := _read(near):
            screen += more
        return child.wait(120), screen.replace("\r\n", "\n")
    finally:
        child.kill()
        child.wait()
        os.close(near)


def _own_terminal() -> None:
    """Make the terminal the child's own, so that Ctrl-C reaches it even where the test runner ignores Ctrl-C."""
    import fcntl
    import termios

    signal.signal(signal.SIGINT, signal.default_int_handler)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _read(terminal: int) -> str:
    """What comes next on the screen; empty at the end."""
    import select

    if not select.select([terminal], [], [], 120)[0]:
        raise TimeoutError("the command says nothing and does not end")
    try:
        return os.read(terminal, 65536).decode(errors="replace")
    except OSError:  # Linux says so when the other side is closed.
        return ""


def own_tables(file: Path) -> list[str]:
    """Names of the program's own tables in a database file."""
    return [name for (name,) in raw.query(file, "SELECT name FROM sqlite_master WHERE name LIKE 'desktop_admin_%'")]


def without_own_tables(file: Path) -> Path:
    """Take the program's own tables out of a database, as a portal has it that this program never wrote to."""
    tables = [name for name in own_tables(file) if raw.query(file, f"PRAGMA table_info({name})")]
    raw.change(file, *(f"DROP TABLE {name}" for name in tables))
    assert own_tables(file) == []
    return file


def backups() -> list[Path]:
    """The back-ups that were made on this desk."""
    return sorted(Path(os.environ["XDG_DATA_HOME"]).rglob("*.sqlite3"))


def incomplete(file: Path) -> list[int]:
    """Ids of the incomplete sessions that the portal's table holds."""
    rows = raw.query(file, "SELECT id FROM questions_examsession WHERE completed_at IS NULL ORDER BY id")
    return [id_ for (id_,) in rows]
