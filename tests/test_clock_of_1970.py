"""A computer whose clock has stopped says 1970: all that can be done is done all the same, or told in a sentence."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.runs import SUPERVISOR

CLOCK = """\
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

int clock_gettime(clockid_t which, struct timespec *now) {
    int (*real)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT, "clock_gettime");
    int result = real(which, now);
    if (which == CLOCK_REALTIME) now->tv_sec -= atoll(getenv("SECONDS_BACK"));
    return result;
}

time_t time(time_t *where) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (where) *where = now.tv_sec;
    return now.tv_sec;
}
"""
"""What libc says the time is, so many seconds earlier."""
DAYS = 40
COMPILER = shutil.which("cc")

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or COMPILER is None, reason="without cc on Linux there is no clock of 1970"
)


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a program for which it is February 1970."""
    folder = tmp_path_factory.mktemp("clock")
    (folder / "clock.c").write_text(CLOCK, encoding="utf-8")
    library = folder / "clock.so"
    command = [str(COMPILER), "-shared", "-fPIC", "-o", str(library), str(folder / "clock.c"), "-ldl"]
    subprocess.run(command, check=True, capture_output=True)
    return {"LD_PRELOAD": str(library), "SECONDS_BACK": str(int(time.time()) - DAYS * 24 * 60 * 60)}


@pytest.mark.parametrize(
    "arguments",
    [
        "self-check",
        pytest.param("create new.sqlite3", marks=pytest.mark.long),
        pytest.param("problem-report report.zip", marks=pytest.mark.long),
        "DB check",
        "DB reset-slots --army-no T-STUCK --yes",
        "DB checklist",
        pytest.param("DB board", marks=pytest.mark.long),
        "DB incident --category power --text Dark",
        "DB backup copy.sqlite3",
        pytest.param("DB export candidates table.xlsx", marks=pytest.mark.long),
        pytest.param("DB report shift paper.pdf", marks=pytest.mark.long),
        "DB close-day day.zip.age --yes",
        "DB verify-log",
    ],
)
def test_each_command_does_its_work_in_1970(
    portal_file: Path, tmp_path: Path, clock: dict[str, str], arguments: str
) -> None:
    named = [*SUPERVISOR, "--db", str(portal_file)] if arguments.startswith("DB ") else []
    told = subprocess.run(
        [sys.executable, "-m", "desktop_admin", *named, *arguments.removeprefix("DB ").split()],
        input="three words here\n",
        capture_output=True,
        encoding="utf-8",
        cwd=tmp_path,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", **clock},
        timeout=300,
        check=False,
    )
    # There the checklist finds something, the clock for one.
    assert told.returncode == (1 if arguments == "DB checklist" else 0), told.stderr
    assert "Traceback" not in told.stderr
