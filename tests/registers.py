"""Registers as centres keep them, made up: sound rows, and short ways to plan the import of some."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from django.contrib.auth.hashers import MD5PasswordHasher

from desktop_admin.controllers.operations import apply
from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.operations.register import IMPORT, RegisterAsked, reading, rows
from desktop_admin.controllers.operations.register.rows import Row
from desktop_admin.controllers.values.lines import Actor, new_op_id
from desktop_admin.database.engine import Database

TODAY = dt.date(2026, 11, 28)
HEADINGS = {
    "army_no": "Army No",
    "rank": "Rank",
    "name": "Name",
    "trade": "Trade",
    "dob": "Date of Birth",
    "doe": "Date of Enrolment",
    "aadhar_number": "Aadhaar No",
    "apaar_id": "APAAR ID",
    "father_name": "Father's Name",
    "state": "State",
    "district": "District",
}
AADHAAR, APAAR = 900_000_000_000, 100_000_000_000


def sound(number: int, **instead: object) -> dict[str, object]:
    """A row without a fault, of a candidate who is nowhere yet."""
    row: dict[str, object] = {
        "army_no": f"1556{number:04}K",
        "rank": "Sep",
        "name": f"R. Pal {number}",
        "trade": "TTC",
        "dob": "07-02-1995",
        "doe": "05-03-2015",
        "aadhar_number": str(AADHAAR + number),
        "apaar_id": str(APAAR + number),
        "father_name": "S. Pal",
        "state": "Delhi",
        "district": "New Delhi",
    }
    return row | instead


def csv_of(listed: Sequence[Mapping[str, object]], *, delimiter: str = ",") -> str:
    """A CSV of these rows, with the headings of all columns that they have."""
    names = list(dict.fromkeys(name for row in listed for name in row))
    lines = [[HEADINGS.get(name, name) for name in names]]
    lines += [[str(row.get(name, "")) for name in names] for row in listed]
    return "".join(delimiter.join(line) + "\r\n" for line in lines)


def written(folder: Path, listed: Sequence[Mapping[str, object]], name: str = "register.csv") -> Path:
    """The same as a file."""
    path = folder / name
    path.write_bytes(csv_of(listed).encode())
    return path


def read(path: Path) -> tuple[Row, ...]:
    """The rows of a register's file, as they are meant."""
    return rows.of_table(reading.read(path, own={}), today=TODAY)


def rows_of(listed: Sequence[Mapping[str, object]]) -> tuple[Row, ...]:
    """These rows as a CSV would hold them, as they are meant."""
    with TemporaryDirectory() as folder:
        return read(written(Path(folder), listed))


def asked(found: Sequence[Row], *, shift_id: int | None = None, moves: bool = False) -> RegisterAsked:
    """The import of these rows, with the form of hash that takes the least time."""
    hasher = MD5PasswordHasher()
    hashes = {row.army_no: hasher.encode(row.password, "salt") for row in found}
    return RegisterAsked("register.csv", "0" * 64, tuple(found), shift_id=shift_id, moves=moves, hashes=hashes)


def plan(database: Database, wanted: RegisterAsked) -> Plan:
    """What importing them would do."""
    return database.read(partial(apply.plan, kind=IMPORT, asked=wanted))


def imported(database: Database, actor: Actor, wanted: RegisterAsked) -> Changes:
    """Import them, as somebody who has seen the plan."""
    return database.write(partial(apply.apply, plan=plan(database, wanted), actor=actor))


def apply_with(database: Database, actor: Actor, shown: Plan, wanted: RegisterAsked) -> Changes:
    """Import these rows, although another plan was shown."""
    return database.write(partial(apply.apply, plan=replace(shown, asked=wanted, op_id=new_op_id()), actor=actor))
