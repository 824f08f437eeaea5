"""What a controller may ask about the database behind its session."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from desktop_admin.errors import DatabaseUnusable, OwnTablesMissing

if TYPE_CHECKING:
    from desktop_admin.database.engine import Database


def require_own_tables(session: Session) -> None:
    """Raise OwnTablesMissing where a recording controller would find no table to record in."""
    if not has_own_tables(session):
        raise OwnTablesMissing


def has_own_tables(session: Session) -> bool:
    """Whether the database of this session has our own tables; another desk may have made them since it was opened."""
    database: Database = session.info["database"]
    if not database.has_own_tables:
        database.look_again(session.connection())
    return database.has_own_tables


def refuse_unknown_columns(session: Session, *tables: str) -> None:
    """Refuse an insert into tables of a newer portal, whose new NOT NULL columns we do not know.

    Raises:
        DatabaseUnusable: one of the tables has such a column.
    """
    database: Database = session.info["database"]
    for table in tables:
        column = database.compatibility.unknown_required.get(table)
        if column is not None:
            raise DatabaseUnusable("portal_newer", what=f"{table}.{column}")


def require_room(session: Session, needed: int) -> None:
    """Refuse a write for which the disk has not enough room, before anything is written.

    Args:
        session: the session that is going to write.
        needed: bytes.

    Raises:
        DatabaseUnusable: it says how much to free.
    """
    database: Database = session.info["database"]
    free = database.backend.free_bytes()
    if free is not None and free < needed:
        megabytes = (needed - free) // 1_000_000 + 1
        raise DatabaseUnusable("no_room", path=database.backend.name, megabytes=megabytes)


def kind_of(session: Session) -> str:
    """The kind of this session's database: ``portal``, ``local``, ``demo``, ``rehearsal`` or ``scratch``."""
    database: Database = session.info["database"]
    return database.description.kind


def server_now(session: Session) -> datetime:
    """The database server's time, UTC; for a file that is this machine's."""
    database: Database = session.info["database"]
    return database.backend.now(session.connection())
