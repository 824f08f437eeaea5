"""What stands in the archive, read and altered past the program."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from desktop_admin.database.engine import Database
from desktop_admin.database.tables.own import ArchivedAnswer, ArchivedSession
from tests import raw


def questions_of(questions: str) -> list[dict[str, Any]]:
    """The exam questions of an archived session."""
    names, *rows = json.loads(questions)
    return [dict(zip(names, row, strict=True)) for row in rows]


def fit_hashes(database: Database, one: type[ArchivedSession | ArchivedAnswer] = ArchivedSession) -> None:
    """Give every row the hash that fits it, as whoever altered it would."""
    names = ", ".join(one.HASHED)
    for values in raw.query(database, f"SELECT {names} FROM {one.__tablename__}"):
        digest = hashlib.sha256(" ".join(map(str, values)).encode()).hexdigest()
        raw.change(
            database,
            f"UPDATE {one.__tablename__} SET sha256 = ? WHERE {one.HASHED[0]} = ? AND {one.HASHED[1]} = ?",
            values=[digest, *values[:2]],
        )
