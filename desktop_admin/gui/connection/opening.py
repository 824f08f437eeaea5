"""Opening and making databases, as jobs for the worker.

The window shows its ways to open one before it has loaded what works on them, so these jobs import it themselves.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from desktop_admin import secrets
from desktop_admin.gui.kit.tasks import Report
from desktop_admin.server_url import ServerUrl

if TYPE_CHECKING:
    from desktop_admin.database.backends.backend import Description
    from desktop_admin.database.engine import Database


def open_database(target: str, *, password: str | None = None) -> Database:
    """Open what this path or URL names; where no password is given, the keyring is asked."""
    from desktop_admin.database.engine import Database

    if password is None and ServerUrl.read(target) is not None:
        password = secrets.password_for(target)
    return Database.open(target, thorough=True, password=password)


def try_out(target: str, *, password: str | None) -> tuple[Description, int]:
    """Open a database, count its candidates, and close it again."""
    from desktop_admin.controllers.portal import candidates

    database = open_database(target, password=password)
    try:
        return database.description, database.read(candidates.count)
    finally:
        database.close()


def create_database(path: Path) -> Database:
    """Make a new, empty local database and open it."""
    from desktop_admin.database.create import create

    return create(path)


def open_demo(path: Path, *, told: Report) -> Database:
    """Open the demo's exam day, making it first where there is none; its stages are told."""
    if not path.exists():
        from desktop_admin.practice import demo

        demo.make(path, on_stage=told)
    return open_database(str(path))
