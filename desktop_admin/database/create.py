"""Making a new local database with the portal's tables, so that the program works where no portal runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, insert
from sqlalchemy.exc import DBAPIError

from desktop_admin import resources
from desktop_admin.database.backends import place
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.database.tables.own import DatabaseKind
from desktop_admin.database.tables.portal import AppliedMigration
from desktop_admin.database.tables.portal_rest import METADATA
from desktop_admin.errors import UsageProblem
from desktop_admin.files.new_files import PRIVATE


def create(
    path: Path,
    *,
    kind: str = "local",
    now: datetime | None = None,
    fill: Callable[[Connection], None] | None = None,
) -> Database:
    """Make a new database file with the portal's tables and ours, which only this user may read, and open it.

    Args:
        path: where; must not exist yet. Missing folders are made.
        kind: one of ``compat.KINDS``.
        now: the moment that it is marked with, UTC.
        fill: writes what it begins with, in one transaction, and with no foreign key looked at.

    Raises:
        UsageProblem: there is a file already, or the folder cannot be written.
    """
    if place.exists(path):
        raise UsageProblem("file_exists", path=path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=PRIVATE, exist_ok=False)
    except OSError as failure:
        raise UsageProblem("cannot_create", path=path, why=failure.strerror or str(failure)) from failure
    try:
        return _filled(path, kind=kind, now=now or datetime.now(UTC), fill=fill)
    except BaseException as failure:
        # Nothing half-made is left behind.
        path.unlink()
        if isinstance(failure, OSError | DBAPIError):
            raise UsageProblem("cannot_create", path=path, why=getattr(failure, "orig", failure)) from failure
        raise


def _filled(path: Path, *, kind: str, now: datetime, fill: Callable[[Connection], None] | None) -> Database:
    engine = create_engine(URL.create("sqlite", database=str(path)), hide_parameters=True)
    METADATA.create_all(engine)
    with engine.begin() as connection:
        applied = resources.sections("portal/migrations.txt")
        rows = [{"app": app, "name": name, "applied": now} for app, names in applied.items() for name in names]
        connection.execute(insert(AppliedMigration), rows)
    database = Database.open(path)
    database.migrate()
    database.write(lambda session: _mark(session, kind=kind, now=now))
    place.list_made(path, now)
    database.close()
    if fill is not None:
        with engine.begin() as connection:
            fill(connection)
    engine.dispose()
    return Database.open(path)


def _mark(session: Session, *, kind: str, now: datetime) -> None:
    session.add(DatabaseKind(id=1, kind=kind, created_at=now))
