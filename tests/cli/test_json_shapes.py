"""The keys and kinds of value in the JSON of every command: what others rely on, kept in ``json_shapes.txt``.

A line of that file is one place in what a command prints, as ``[].sessions[].started_at: moment``. The commands run
one after the other on one small portal database.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.cli.runs import run, values

KEPT = Path(__file__).with_name("json_shapes.txt")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
COMMANDS = (
    *("check", "prepare", "candidates", "candidate T-STUCK", "candidate T-SLOT", "candidate T-LOST", "sets"),
    *("sessions", "findings", "roles", "policy", "guard check", "history", "verify-log", "self-check"),
    *("assign-slots --army-no T-NONE --dry-run", "assign-slots --army-no T-FINE --dry-run"),
    *("reset-slots --army-no T-STUCK --dry-run", "reassign-slots --army-no T-STUCK --dry-run"),
    "give-time --army-no T-FINE --army-no T-SLOT --army-no T-DONE --extra 10 --planned --dry-run",
    *("sign-out --army-no T-STUCK --dry-run", "reopen-paper --army-no T-DONE --paper PRIMARY --dry-run"),
    *("clear-incomplete-sessions", "clear-incomplete-sessions --all --dry-run"),
    *("fix-stuck-sessions --statistics", "fix-stuck-sessions --all --dry-run"),
    "activate-set --paper PRIMARY --set A --all-trades --dry-run",
    *("open-paper --paper SECONDARY --trade Musician --dry-run", "close-paper --paper PRIMARY --all-trades --dry-run"),
    "close-paper --paper PRIMARY --trade TTC --force --dry-run",
    "set-duration --paper PRIMARY --trade TTC --minutes 60 --dry-run",
    *(
        "policy restore-age 30",
        "policy keep-logins on",
        "keep-logins",
        "role admin supervisor",
        "backup {folder}/copy.sqlite3",
    ),
    "restore-backup {folder}/copy.sqlite3 --dry-run",
    *("reset-slots --army-no T-STUCK --reason broken --yes", "restore 1 --dry-run", "undo --dry-run", "undo --yes"),
    *("activate-set --paper PRIMARY --set A --trade TTC --yes", "not-back", "restore 2 --override --yes"),
    "accept-session --army-no T-FINE --yes",
    *("candidate T-FINE", "sessions", "history", "history {op_id}", "verify-log", "create {folder}/new.sqlite3"),
    "rehearse {folder}/rehearsal.sqlite3",
    *("attendance", "board", "checklist", "check-in T-SLOT --dry-run", "incident --category power --text Dark"),
    *("incidents", "amend-incident {incident} --text Light", "close-day {folder}/day.zip.age --dry-run", "closings"),
)


def shape(value: Any, place: str = "") -> Iterator[str]:
    """Each place in a value, with the kind of what stands there."""
    if isinstance(value, dict):
        yield f"{place}: object"
        for key, one in value.items():
            yield from shape(one, f"{place}.{key}")
    elif isinstance(value, list):
        yield f"{place}: list"
        for one in value:
            yield from shape(one, f"{place}[]")
    elif isinstance(value, str) and MOMENT.fullmatch(value):
        yield f"{place}: moment"
    else:
        yield f"{place}: {'null' if value is None else type(value).__name__}"


def printed(file: Path, folder: Path) -> Iterator[str]:
    """The shapes of all commands, as the file keeps them."""
    op_id = incident = ""
    for command in COMMANDS:
        given = command.format(folder=folder, op_id=op_id, incident=incident)
        result = run(file, *given.split(), "--json")
        assert result.stdout, (command, result.output)
        told = values(result, code=result.exit_code)
        if command == "history":
            op_id = told[0]["op_id"] if told else ""
        if command.startswith("incident "):
            incident = told["op_id"]
        yield f"{command} -> {result.exit_code}"
        yield from (f"    {line}" for line in sorted(set(shape(told))))


def test_what_commands_print_as_json_keeps_its_keys_and_kinds(portal_file: Path, tmp_path: Path) -> None:
    kept = KEPT.read_text(encoding="utf-8").splitlines()
    assert list(printed(portal_file, tmp_path)) == kept
