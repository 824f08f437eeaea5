"""Portal logins: whose a row of ``django_session`` is, and ending them together with a clearing.

A page whose session was cleared stays armed as long as its login lives: Submit would hand in the new paper with the
old answers. Without the login it only leads to the login page.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import delete, func, insert, select

from desktop_admin.database.session import Session, refuse_unknown_columns
from desktop_admin.database.statements import sql
from desktop_admin.database.tables.own import EndedLogin
from desktop_admin.database.tables.portal import PortalLogin


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


def end(session: Session, *, user_ids: Collection[int], op_id: str, now: datetime) -> None:
    """End every login of these accounts, keeping the rows for 24 hours.

    Expired rows go too: the portal's clock decides whether they have expired, and it may run behind the database's.
    They are not counted: what plans and records call ended logins are the live ones (``Facts.live_logins``).
    """
    wanted = set(user_ids)
    rows = session.execute(select(PortalLogin.session_key, PortalLogin.session_data, PortalLogin.expire_date))
    ending = [
        {**row._mapping, "op_id": op_id, "user_id": user_id, "ended_at": now}
        for row in rows
        if (user_id := account_of(row.session_data)) in wanted
    ]
    if not ending:
        return
    # Past the mapping of rows to objects, which takes longer than the insert itself.
    session.connection().execute(insert(EndedLogin), ending)
    of_ending = PortalLogin.session_key.in_(sql.texts(str(one["session_key"]) for one in ending))
    gone = sql.delete_where(session, PortalLogin, of_ending)
    if gone != len(ending):
        raise RuntimeError(f"{len(ending)} logins to end, {gone} removed")


def returnable(session: Session, *, op_id: str, now: datetime) -> dict[int, int]:
    """How many of the logins that an operation ended could be put back, by account: kept, and not expired."""
    rows = session.execute(
        select(EndedLogin.user_id, func.count())
        .where(EndedLogin.op_id == op_id, EndedLogin.expire_date > now)
        .group_by(EndedLogin.user_id)
    )
    return dict(iter(rows))


def give_back(session: Session, *, user_ids: Collection[int], op_id: str, now: datetime) -> None:
    """Put the logins of these accounts back that an operation ended; the rows are the same as before."""
    if not user_ids:
        return
    refuse_unknown_columns(session, PortalLogin.__tablename__)
    one = EndedLogin
    chosen = (one.op_id == op_id) & one.user_id.in_(sql.numbers(user_ids)) & (one.expire_date > now)
    kept = select(one.session_key, one.session_data, one.expire_date).where(chosen)
    session.execute(insert(PortalLogin).from_select(["session_key", "session_data", "expire_date"], kept))
    session.execute(delete(one).where(chosen))
