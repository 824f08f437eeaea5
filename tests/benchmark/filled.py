"""The small portal with many candidates more, on each engine: writing a session of 43 questions, and signed in."""

from __future__ import annotations

import base64
import hashlib
import json
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, text

from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.database.statements import sql
from desktop_admin.database.tables.own import DatabaseKind
from desktop_admin.database.tables.portal import Portal, PortalLogin
from tests import portal, raw, servers

QUESTIONS = 43
FIRST = 100_000
"""The first id of what is added."""


@contextmanager
def database(engine: str, number: int, *, writing: int | None = None) -> Iterator[Database]:
    """Such a database with so many candidates more, open; gone at the end.

    Args:
        writing: how many of them have a session and a login; None for all.
    """
    writing = number if writing is None else writing
    if engine == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "portal.sqlite3"
            portal.build(path)
            yield from _filled(str(path), number, writing)
        return
    with servers.small_portal(engine) as url:
        yield from _filled(servers.target(url), number, writing)


def _filled(target: str, number: int, writing: int) -> Iterator[Database]:
    opened = Database.open(target)
    try:
        if opened.description.path is None:
            # No safety copy of a file, and nobody must sign in.
            now = datetime.now(UTC)
            opened.write(lambda session: session.add(DatabaseKind(id=1, kind="rehearsal", created_at=now)))
        opened.write(lambda session: fill(session, number, writing))
        analyse(opened)
        yield opened
    finally:
        opened.close()


def analyse(database: Database) -> None:
    """Let the server know its tables, and forget the rows that are gone; a server does so by itself, some time."""
    kind = raw.engine(database)
    if kind == "sqlite":
        return
    with database.backend.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        tables = "questions_examquestion, questions_examsession, registration_candidateprofile, django_session"
        connection.execute(text(f"VACUUM ANALYZE {tables}" if kind == "postgresql" else f"ANALYZE TABLE {tables}"))


def fill(session: Session, number: int, writing: int) -> None:
    """Add so many candidates; some are signed in and write a session of the size that TTC has on the set C."""
    everybody, writers = (_numbers(session, many) for many in (number, writing))
    quote = session.connection().dialect.identifier_preparer.quote
    army_no = "concat('B', value)" if sql.is_mariadb(session) else "'B' || value"
    for numbers, table, model, own in (
        (everybody, "accounts_user", "username = 'T-STUCK'", {"id": "value", "username": army_no}),
        (
            everybody,
            "registration_candidateprofile",
            "army_no = 'T-STUCK'",
            {"id": "value", "army_no": army_no, "user_id": "value"},
        ),
        (writers, "questions_examsession", "user_id = 1", {"id": "value", "user_id": "value"}),
    ):
        names = [column.name for column in Portal.metadata.tables[table].c]
        columns, values = ", ".join(map(quote, names)), ", ".join(own.get(name, f"m.{quote(name)}") for name in names)
        rows = f"SELECT {values} FROM {table} m JOIN {numbers} ON 1 = 1 WHERE m.{model}"
        session.execute(text(f"INSERT INTO {table} ({columns}) {rows}"))
    place = (
        "SELECT id, row_number() OVER (ORDER BY id) AS place FROM questions_question "
        f"WHERE question_set = 'C' ORDER BY id LIMIT {QUESTIONS}"
    )
    rows = f"SELECT k.place, k.id, value FROM {writers} JOIN ({place}) k ON 1 = 1 ORDER BY value, (k.id * value) % 41"
    session.execute(text(f"INSERT INTO questions_examquestion ({quote('order')}, question_id, session_id) {rows}"))
    if sql.dialect(session) == "postgresql":
        for table in ("questions_examsession", "questions_examquestion"):
            session.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"))
    until = datetime.now(UTC) + timedelta(days=1)
    logins = (
        {"session_key": f"bulk{id_}", "session_data": login_data(id_), "expire_date": until}
        for id_ in range(FIRST, FIRST + writing)
    )
    session.execute(insert(PortalLogin), list(logins))


def _numbers(session: Session, many: int) -> str:
    """The ids of so many, as a part of a statement."""
    listed = sql.numbers(range(FIRST, FIRST + many))
    return f"({listed.compile(session.connection(), compile_kwargs={'literal_binds': True})}) n"


def login_data(user_id: int) -> str:
    """``session_data`` as the portal's own Django writes it, compressed, with a signature that nobody has made."""
    content = {
        "_auth_user_id": str(user_id),
        "_auth_user_backend": "django.contrib.auth.backends.ModelBackend",
        "_auth_user_hash": hashlib.sha256(str(user_id).encode()).hexdigest(),
    }
    packed = zlib.compress(json.dumps(content, separators=(",", ":")).encode())
    return f".{base64.urlsafe_b64encode(packed).rstrip(b'=').decode()}:1vAbCd:signature-of-user-{user_id}"
