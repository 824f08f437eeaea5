"""Accounts with no more rights than the shipped scripts give, and the portal beside them, which may do everything."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import TypeVar

from sqlalchemy import URL, NullPool, create_engine

from desktop_admin import resources
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from tests import servers

T = TypeVar("T")

AS_A_DESK = ("postgresql as a desk", "mariadb as a desk")
AS_A_SUPERVISOR = ("postgresql as a supervisor", "mariadb as a supervisor")
"""Names for the fixture ``engine_name``, which a test module adds as its ``ACCOUNTS`` or ``MORE_ACCOUNTS``."""

_ROLES = ("desk", "supervisor")


@contextmanager
def made(url: URL) -> Iterator[dict[str, URL]]:
    """An account with the rights of each script, dropped at the end; gives back the URL of the database for each.

    A server's roles are common to all its databases, and other tests run at the same time. So these have names of
    their own.
    """
    mark = uuid.uuid4().hex[:8]
    try:
        for role in _ROLES:
            run(
                url, script(url, role, mark=mark), *_account(url, f"{role}_{mark}", role=f"desktop_admin_{role}_{mark}")
            )
        yield {role: url.set(username=f"{role}_{mark}", password=None) for role in _ROLES}
    finally:
        people, roles = ([f"{prefix}{role}_{mark}" for role in _ROLES] for prefix in ("", "desktop_admin_"))
        if _is_postgresql(url):
            everyone = ", ".join(people + roles)
            run(url, f"DROP OWNED BY {everyone}", f"DROP ROLE {everyone}")
        else:
            run(url, *(f"DROP USER '{name}'@'{host}'" for name in people for host in servers.HOSTS))
            run(url, *(f"DROP ROLE {role}" for role in roles))


def script(url: URL, role: str, *, mark: str) -> str:
    """The shipped script for this server, with the mark in the names of its roles."""
    engine = "postgresql" if _is_postgresql(url) else "mariadb"
    text = resources.path(f"grants/{engine}-{role}.sql").read_text(encoding="utf-8")
    return re.sub(r"\bdesktop_admin_(desk|supervisor)\b", rf"desktop_admin_\1_{mark}", text)


def run(url: URL, *scripts: str) -> None:
    """Run statements, or whole scripts of them, as the server's administrator."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    # Past SQLAlchemy, for which a percent sign has a meaning.
    with engine.connect() as connection, closing(connection.connection.cursor()) as cursor:
        for one in scripts:
            for statement in [one] if _is_postgresql(url) else filter(str.strip, one.split(";\n")):
                cursor.execute(statement)


def _account(url: URL, name: str, *, role: str) -> Iterator[str]:
    if _is_postgresql(url):
        yield f"CREATE ROLE {name} LOGIN IN ROLE {role}"
        return
    for host in servers.HOSTS:
        yield f"CREATE USER '{name}'@'{host}'"
        yield f"GRANT {role} TO '{name}'@'{host}'"
        yield f"SET DEFAULT ROLE {role} FOR '{name}'@'{host}'"


def _is_postgresql(url: URL) -> bool:
    return url.get_backend_name() == "postgresql"


def write(database: Database, job: Callable[[Session], T]) -> T:
    """Write as the portal does, whatever account has opened the database."""
    url = database.backend.writer.url
    if url.get_backend_name() == "sqlite" or url == servers.of_owner(url):
        return database.write(job)
    owners = Database.open(servers.target(servers.of_owner(url)))
    try:
        return owners.write(job)
    finally:
        owners.close()
