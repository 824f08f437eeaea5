"""What a failure of the database means: try again, tell the person, or let it look like the bug it is.

Source: the table *Retry, and the commit whose answer is lost* of the write protocol.
"""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError

from desktop_admin.errors import AdminError, Cancelled, DatabaseUnusable

_AGAIN = ("SQLITE_BUSY", "SQLITE_LOCKED")
_SENTENCES = {
    "SQLITE_FULL": "disk_full",
    "SQLITE_READONLY": "became_read_only",
    "SQLITE_IOERR": "disk_error",
    "SQLITE_CANTOPEN": "disk_error",
    "SQLITE_CORRUPT": "file_damaged",
    "SQLITE_NOTADB": "file_damaged",
    "SQLITE_BUSY": "database_busy",
    "SQLITE_LOCKED": "database_busy",
}


def _name(failure: BaseException) -> str:
    """SQLite's name of the error, or an empty text for anything else."""
    cause = failure.orig if isinstance(failure, DBAPIError) else failure
    return getattr(cause, "sqlite_errorname", "") if isinstance(cause, sqlite3.Error) else ""


def may_be_retried(failure: BaseException) -> bool:
    """Whether the same work may be tried again in a new transaction (busy, locked; also at COMMIT)."""
    return _name(failure).startswith(_AGAIN)


def explained(failure: DBAPIError, *, name: str) -> AdminError | None:
    """The failure as a sentence for the person, or None where it is a bug.

    Args:
        failure: what SQLAlchemy raised.
        name: how to call the database in the sentence.
    """
    error = _name(failure)
    if error == "SQLITE_INTERRUPT":
        return Cancelled()
    for prefix, code in _SENTENCES.items():
        if error.startswith(prefix):
            return DatabaseUnusable(code, path=name)
    return None
