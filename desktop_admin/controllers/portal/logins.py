"""Portal logins: whose a row of ``django_session`` is, and ending them together with a clearing.

A page whose session was cleared stays armed as long as its login lives: Submit would hand in the new paper with the
old answers. Without the login it only leads to the login page.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections import Counter
from collections.abc import Collection, Set
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import delete, insert, literal, select

from desktop_admin.controllers.archive import sums
from desktop_admin.database.session import Session
from desktop_admin.database.statements import sql, stored
from desktop_admin.database.statements.archive_rows import hashed, is_sound
from desktop_admin.database.statements.stored import Value
from desktop_admin.database.tables.own import EndedLogin
from desktop_admin.database.tables.portal import PortalLogin
from desktop_admin.database.tables.types import UtcDateTime
from desktop_admin.errors import TryAgain


@dataclass(frozen=True, slots=True)
class Login:
    """One portal login: its key, the account that it signs in, and when it ends."""

    key: str
    user_id: int
    expires: datetime


@lru_cache(maxsize=20_000)
def account_of(session_data: str) -> int | None:
    """The account that a row of ``django_session`` signs in, or None where it signs in nobody.

    The format is ``[.]base64(json):timestamp:signature``, URL-safe without padding; a leading dot means zlib.
    Remembered, because the same rows are read for every plan, sweep and write.
    """
    payload = session_data.split(":", 1)[0]
    compressed = payload.startswith(".")
    payload = payload.removeprefix(".")
    try:
        raw = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
        content = json.loads(zlib.decompress(raw) if compressed else raw)
        return int(content["_auth_user_id"])
    except (binascii.Error, zlib.error, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        # Rows that are not signed in, or not the portal's, are nobody's login.
        return None


def all_logins(session: Session) -> tuple[Login, ...]:
    """Every login that names an account, expired or not."""
    rows = session.execute(select(PortalLogin.session_key, PortalLogin.session_data, PortalLogin.expire_date))
    named = ((key, account_of(data), expires) for key, data, expires in rows)
    return tuple(Login(key, user_id, expires) for key, user_id, expires in named if user_id is not None)


def end(session: Session, *, user_ids: Collection[int], op_id: str, now: datetime) -> list[str]:
    """End every login of these accounts, keeping the rows for 24 hours.

    Expired rows go too: the portal's clock decides whether they have expired, and it may run behind the database's.
    They are not counted: what plans and records call ended logins are the live ones (``Facts.live_logins``).

    Returns:
        The hashes of the rows that were kept.
    """
    wanted = set(user_ids)
    rows = session.execute(select(PortalLogin.session_key, PortalLogin.session_data))
    whose = [(key, user_id) for key, data in rows if (user_id := account_of(data)) in wanted]
    if not whose:
        return []
    _keep(session, whose, op_id=op_id, now=now)
    kept = list(session.execute(select(EndedLogin.sha256).where(EndedLogin.op_id == op_id)).scalars())
    chosen = PortalLogin.session_key.in_(select(EndedLogin.session_key).where(EndedLogin.op_id == op_id))
    gone = sql.delete_where(session, PortalLogin, chosen, wanted=len(kept))
    if not len(whose) == len(kept) == gone:
        # The creation lock keeps nobody from signing out of the portal.
        raise TryAgain
    return kept


def _keep(session: Session, whose: Collection[tuple[str, int]], *, op_id: str, now: datetime) -> None:
    """Copy these logins, with their accounts, to those that an operation ends; no row of them leaves the server."""
    connection, name = session.connection(), PortalLogin.__tablename__
    dialect = connection.dialect.name
    listed = sql.pairs(whose).c
    body = stored.row(dialect, stored.columns(connection, name), of=name)
    found = select(PortalLogin.session_key, listed.number.label("user_id"), body.label("body"))
    made = sql.made_once(dialect, found.join(listed.word.table, listed.word == PortalLogin.session_key)).c
    values = (literal(op_id), made.session_key, made.user_id, made.body)
    rows = select(*values, hashed(*values), literal(now, UtcDateTime()))
    session.execute(insert(EndedLogin).from_select([*EndedLogin.HASHED, "sha256", "ended_at"], rows))


def returnable(session: Session, *, op_id: str, now: datetime) -> Counter[int]:
    """How many of the logins that an operation ended could be put back, by account: kept, and not expired."""
    return Counter(user_id for user_id, _ in _kept(session, op_id=op_id, now=now))


def give_back(session: Session, *, user_ids: Collection[int], op_id: str, now: datetime) -> None:
    """Put the logins of these accounts back that an operation ended; the rows are the same as before."""
    chosen = set(user_ids)
    rows = [row for user_id, row in _kept(session, op_id=op_id, now=now) if user_id in chosen]
    if rows:
        stored.put_back(session.connection(), PortalLogin.__tablename__, rows)
        _forget(session, {str(row["session_key"]) for row in rows}, op_id=op_id)


def _forget(session: Session, keys: Set[str], *, op_id: str) -> None:
    """Remove kept logins that were put back: most often all; MariaDB looks through a list again for each row."""
    of_operation = EndedLogin.op_id == op_id
    left = set(session.execute(select(EndedLogin.session_key).where(of_operation)).scalars()) - keys
    gone = delete(EndedLogin).where(of_operation)
    if len(keys) < len(left):
        gone = gone.where(EndedLogin.session_key.in_(sql.texts(keys)))
    elif left:
        gone = gone.where(EndedLogin.session_key.not_in(sql.texts(left)))
    session.execute(gone)


def _kept(session: Session, *, op_id: str, now: datetime) -> list[tuple[int, dict[str, Value]]]:
    """The accounts and rows of the logins that an operation ended: of which the log speaks, and that have not expired.

    Any desk's account may add rows there. A row whose end cannot be read is not put back.
    """
    listed = sums.listed(session, op_id=op_id, of="logins") or set()
    query = select(EndedLogin.user_id, EndedLogin.body, EndedLogin.sha256)
    rows = session.execute(query.where(EndedLogin.op_id == op_id, is_sound(EndedLogin)))
    found = [(user_id, stored.read_json(body)) for user_id, body, sha256 in rows if sums.digest(sha256) in listed]
    ends = ((user_id, row, stored.moment(row["expire_date"])) for user_id, row in found)
    return [(user_id, row) for user_id, row, end in ends if end is not None and end > now]
