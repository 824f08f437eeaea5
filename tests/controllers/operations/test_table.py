"""The table of operations: whole for each of them, cheap to read, and asked instead of naming one of them."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import desktop_admin
from desktop_admin import resources
from desktop_admin.controllers.operations import apply
from desktop_admin.controllers.operations.kind import Clears, Kind, Operation, Undo
from desktop_admin.controllers.operations.table import KINDS, OPERATIONS, UNKNOWN, operation_named
from desktop_admin.controllers.values.written import Whose
from desktop_admin.database.tables.portal import Portal
from desktop_admin.gui.tables.concerns import CURED_AT

PACKAGE = Path(desktop_admin.__file__).parent
NAMES = {kind.home.rpartition(".")[2]: kind.home for kind in OPERATIONS}


def test_the_table_is_read_without_a_database() -> None:
    script = (
        "import sys\n"
        "from desktop_admin.controllers.operations.table import KINDS\n"
        "print([name for name in ('sqlalchemy', 'PySide6', 'desktop_admin.database') if name in sys.modules])\n"
    )
    told = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True, timeout=120)
    assert told.stdout.strip() == "[]"


def test_no_two_kinds_share_a_name_and_each_operation_is_found_by_its_own() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS)
    assert [operation_named(kind.name) for kind in OPERATIONS] == list(OPERATIONS)
    assert operation_named("of-a-newer-version") is None


def test_a_kind_says_whose_it_is() -> None:
    with pytest.raises(TypeError, match="right"):
        Kind(name="anybody's")  # type: ignore[call-arg]  # that is the point
    with pytest.raises(TypeError, match="right"):
        Operation(name="anybody's", home=__name__)  # type: ignore[call-arg]  # that is the point


@pytest.mark.parametrize("kind", OPERATIONS, ids=lambda kind: kind.name)
def test_an_operation_is_whole(kind: Operation) -> None:
    work = apply.work_of(kind)
    assert work.kind is kind
    assert (work.ask is not None) is (kind.options is not None), "a command asks for something"
    wanted = {"name", "one", "many"}
    # Where sessions are cleared and nothing else is done, the count of them says it.
    wanted |= {"will", "done"} if kind.writes or not kind.says_what_it_clears else set()
    wanted |= {"help", "more"} if kind.options is not None else set()
    wanted |= {"offer", "offer_tip"} if kind.place in CURED_AT else set()
    assert {what for what in wanted if not kind.has(what)} == set()
    assert kind.has("screen") or kind.undo is Undo.NEVER, "it says what happens on the candidate's screen"
    assert kind.clears is Clears.INCOMPLETE or kind.has("clears")


@pytest.mark.parametrize("kind", OPERATIONS, ids=lambda kind: kind.name)
def test_what_an_operation_writes_is_there_and_granted(kind: Operation) -> None:
    for written in kind.writes:
        columns = Portal.metadata.tables[written.table].c
        assert {written.key, *written.columns} <= set(columns.keys())
        # Of who is made the columns are only looked at: the owner writes and removes the row.
        for server in ("postgresql", "mariadb") if written.whose is not Whose.MADE else ():
            granted = set(_granted(server, written.table))
            assert granted.issuperset(columns[name].name for name in written.columns), (server, written.table)


def _granted(server: str, table: str) -> Iterator[str]:
    """The columns of a table that the two scripts let a supervisor's desk update."""
    for role in ("desk", "supervisor"):
        script = resources.path(f"grants/{server}-{role}.sql").read_text(encoding="utf-8")
        for columns in re.findall(rf"UPDATE \(([^)]*)\)\s+ON (?:\w+\.)?{table}\b", script):
            yield from re.findall(r"\w+", columns)


def test_no_operation_is_asked_for_by_name_outside_its_own_package() -> None:
    named = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        imported = {
            alias.asname or alias.name: node.module or ""
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
            if (node.module or "") in NAMES.values()
        }
        constants = {name for name in imported if name.isupper()} - {"SLOT", "COMPLETION", "SETS", "COPIES", "WISH"}
        for node in ast.walk(tree):
            if isinstance(node, ast.Compare):
                compared = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)} & constants
                foreign = {name for name in compared if not _is_at_home(file, imported[name])}
                if foreign:
                    named[f"{file.relative_to(PACKAGE)}:{node.lineno}"] = foreign
    assert named == {}


def _is_at_home(file: Path, home: str) -> bool:
    return file.is_relative_to(PACKAGE / Path(*home.split(".")[1:]))


def test_what_nobody_knows_is_nobodys() -> None:
    assert UNKNOWN not in OPERATIONS
    assert UNKNOWN.undo is Undo.NEVER
