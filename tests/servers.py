"""Portal databases on real servers, made by the tests: an empty one for each test module, dropped afterwards.

``DESKTOP_ADMIN_TEST_POSTGRESQL`` and ``DESKTOP_ADMIN_TEST_MARIADB`` name the servers; where the first is not set, a
server is started out of a wheel (``tests/embedded.py``).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import pytest
from sqlalchemy import (
    URL,
    Connection,
    Engine,
    ForeignKeyConstraint,
    NullPool,
    Row,
    Table,
    create_engine,
    exists,
    insert,
    literal,
    make_url,
    select,
    text,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import DDLCompiler

from desktop_admin.database.engine import Database
from desktop_admin.database.tables.own import DatabaseKind, Own
from desktop_admin.database.tables.portal_rest import METADATA
from tests import embedded, portal

ENGINES = ("sqlite", "postgresql", "mariadb")
_NAMES = {"postgresql": "PostgreSQL", "mariadb": "MariaDB"}
HOSTS = ("localhost", "%")
"""A MariaDB server may know this computer by its name or by its address."""
_VARIABLES = {"postgresql": "DESKTOP_ADMIN_TEST_POSTGRESQL", "mariadb": "DESKTOP_ADMIN_TEST_MARIADB"}


@compiles(ForeignKeyConstraint, "mysql", "mariadb")
def _not_deferrable(element: Any, compiler: DDLCompiler, **kw: Any) -> str:
    """MariaDB knows no deferrable foreign keys; the portal's are checked at once there."""
    kept = element.deferrable, element.initially
    element.deferrable = element.initially = None
    try:
        return compiler.visit_foreign_key_constraint(element, **kw)
    finally:
        element.deferrable, element.initially = kept


def server_url(engine: str) -> URL:
    """The URL of the test server; skips by name, or fails where every engine must be tested."""
    if named := os.environ.get(_VARIABLES[engine]):
        return make_url(named)
    why = f"{_VARIABLES[engine]} names none"
    if engine == "postgresql":
        try:
            return URL.create("postgresql+psycopg", username="postgres", host=embedded.HOST, port=embedded.port())
        except embedded.Impossible as impossible:
            why = f"{why}, and {impossible}"
    message = f"no {_NAMES[engine]} server: {why}"
    if os.environ.get("DESKTOP_ADMIN_REQUIRE_ENGINES"):
        pytest.fail(message)
    pytest.skip(message)


def client(tool: str, *, engine: str) -> str:
    """Where the server's own tool is; skips by name where that is not installed."""
    theirs = engine == "postgresql" and not os.environ.get(_VARIABLES[engine])
    found = shutil.which(tool, path=embedded.programs() if theirs else None)
    if found is None:
        pytest.skip(f"{tool} is not installed")
    return found


@contextmanager
def empty_portal(engine: str) -> Iterator[URL]:
    """A new database with the portal's tables on the test server, dropped at the end."""
    with empty_database(engine) as made:
        make_tables(made)
        yield made


@contextmanager
def small_portal(engine: str) -> Iterator[URL]:
    """The small portal database (``tests/portal.py``) on the test server, dropped at the end."""
    with empty_portal(engine) as made:
        fill(made)
        yield made


def make_tables(url: URL) -> None:
    """Make the portal's tables in a database that has none."""
    engine = create_engine(url, poolclass=NullPool)
    METADATA.create_all(engine)
    engine.dispose()


def fill(url: URL) -> None:
    """Write the small portal into the portal's tables, and make our own."""
    made = Database.open(target(url))
    made.migrate()
    made.write(lambda session: portal.fill(session, datetime.now(UTC).replace(microsecond=123456)))
    made.close()


@contextmanager
def empty_database(engine: str) -> Iterator[URL]:
    """A new database without a table on the test server, dropped at the end."""
    url = server_url(engine)
    name = f"desktop_admin_{uuid.uuid4().hex[:12]}"
    made = url.set(database=name)
    administer(url, f"CREATE DATABASE {name}")
    try:
        yield made
    finally:
        force = " WITH (FORCE)" if engine == "postgresql" else ""
        administer(url, f"DROP DATABASE {name}{force}")


@contextmanager
def database_user(url: URL, *, password: str, rights: str = "ALL") -> Iterator[str]:
    """A new user of a MariaDB database who needs this password, dropped at the end; gives back his name."""
    name = f"desk_{uuid.uuid4().hex[:12]}"
    known_as = [f"'{name}'@'{host}'" for host in HOSTS]
    for account in known_as:
        administer(url, f"CREATE USER {account} IDENTIFIED BY '{password}'")
        administer(url, f"GRANT {rights} ON {url.database}.* TO {account}")
    try:
        yield name
    finally:
        for account in known_as:
            administer(url, f"DROP USER IF EXISTS {account}")


def run_client(url: URL, statements: bytes) -> None:
    """Run a script with the server's own tool; skips by name where that is not installed."""
    on_postgresql = url.get_backend_name() == "postgresql"
    tool, port = ("psql", 5432) if on_postgresql else ("mariadb", 3306)
    options = ["-q", "-v", "ON_ERROR_STOP=1", "-p"] if on_postgresql else ["-P"]
    where = [*options, str(url.port or port), "-h", url.host or "", "-U" if on_postgresql else "-u", url.username or ""]
    given = {"PGPASSWORD" if on_postgresql else "MYSQL_PWD": str(url.password)} if url.password else {}
    subprocess.run(
        [client(tool, engine="postgresql" if on_postgresql else "mariadb"), *where, str(url.database)],
        input=statements,
        stdout=subprocess.DEVNULL,
        env={**os.environ, **given},
        check=True,
        timeout=300,
    )


def of_owner(url: URL) -> URL:
    """The database with the test server's own account instead of a desk's."""
    owner = server_url("postgresql" if url.get_backend_name() == "postgresql" else "mariadb")
    return url.set(username=owner.username, password=owner.password)


def end_connections(url: URL) -> int:
    """Let the server end everybody's connections to this database, and say how many there were."""
    if url.get_backend_name() == "postgresql":
        listed = "SELECT pid FROM pg_stat_activity WHERE datname = :name AND pid <> pg_backend_pid()"
        end = "SELECT pg_terminate_backend({number})"
    else:
        listed = "SELECT id FROM information_schema.processlist WHERE db = :name AND id <> connection_id()"
        end = "KILL {number}"
    engine = create_engine(server_url(url.get_backend_name().replace("mysql", "mariadb")))
    with engine.connect() as connection:
        numbers = connection.execute(text(listed), {"name": url.database}).scalars().all()
        for number in numbers:
            connection.execute(text(end.format(number=number)))
    engine.dispose()
    return len(numbers)


def let_in(url: URL, *, allowed: bool) -> None:
    """Let the PostgreSQL server take connections to this database, or refuse every new one."""
    administer(server_url("postgresql"), f"ALTER DATABASE {url.database} ALLOW_CONNECTIONS {allowed}")


@contextmanager
def without_changes(url: URL) -> Iterator[None]:
    """Let the PostgreSQL server take no changes of this database, as a standby does."""
    server = server_url("postgresql")
    administer(server, f"ALTER DATABASE {url.database} SET default_transaction_read_only = on")
    try:
        yield
    finally:
        administer(server, f"ALTER DATABASE {url.database} RESET default_transaction_read_only")


def target(url: URL) -> str:
    """The URL as a person gives it to the program."""
    kind = "postgresql" if url.get_backend_name() == "postgresql" else "mariadb"
    return url.set(drivername=kind).render_as_string(hide_password=False)


def administer(url: URL, statement: str) -> None:
    """Run a statement as the server's own account, outside any transaction."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


_UNCHECKED = {
    "postgresql": ("SET LOCAL session_replication_role = replica",),
    "mysql": ("SET SESSION FOREIGN_KEY_CHECKS = 0", "SET @desktop_admin_bypass = 1"),
}
"""What lets rows be written in any order, whatever triggers are there."""


@dataclass(frozen=True)
class Rows:
    """What the portal's tables hold: their rows, and a sum over them."""

    rows: dict[str, list[dict[str, Any]]]
    sums: dict[str, Row[Any]]


_KIND = Own.metadata.tables[DatabaseKind.__tablename__]
_KEPT = [*METADATA.sorted_tables, _KIND]
_EMPTIED = [table for table in Own.metadata.sorted_tables if table is not _KIND]
_FILLED = select(*(exists(select(literal(1)).select_from(table)).label(table.name) for table in _EMPTIED))
_SUMS = {
    "postgresql": " UNION ALL ".join(
        f"SELECT '{table.name}', count(*), sum(hashtextextended(t::text, 0)) FROM {table.name} t" for table in _KEPT
    ),
    "mysql": f"CHECKSUM TABLE {', '.join(table.name for table in _KEPT)}",
}


def keep_rows(url: URL) -> Rows:
    """Every row of every table of the portal, to be put back with ``put_back``, and what tells whether it differs."""
    with _engine(url).connect() as connection:
        rows = {table.name: _rows(connection, table) for table in _KEPT}
        return Rows(rows, _sums(connection))


def _rows(connection: Connection, table: Table) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in connection.execute(table.select().order_by(*table.primary_key))]


def _sums(connection: Connection) -> dict[str, Row[Any]]:
    """A sum over the rows of each table, made by the server."""
    summed = connection.execute(text(_SUMS[connection.dialect.name]))
    return {row[0].rpartition(".")[2]: row for row in summed}


@lru_cache(maxsize=2)
def _engine(url: URL) -> Engine:
    disabled = {"ssl_disabled": True} if url.get_backend_name() == "mysql" else {}
    return create_engine(url, poolclass=NullPool, connect_args=disabled)


def put_back(url: URL, kept: Rows) -> None:
    """Make the portal's tables hold exactly these rows, and ours none, writing only what differs."""
    with _engine(url).begin() as connection:
        for statement in _UNCHECKED[connection.dialect.name]:
            connection.execute(text(statement))
        (filled,) = connection.execute(_FILLED).mappings()
        for table in _EMPTIED:
            if filled[table.name]:
                connection.execute(table.delete())
        sums = _sums(connection)
        for table in _KEPT:
            if sums[table.name] != kept.sums[table.name]:
                connection.execute(table.delete())
                if rows := kept.rows[table.name]:
                    connection.execute(insert(table), rows)
