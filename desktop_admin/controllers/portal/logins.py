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
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial, reduce
from operator import xor

from sqlalchemy import ColumnElement, delete, insert, literal, literal_column, select

from desktop_admin.controllers.archive import sums
from desktop_admin.database.session import Session
from desktop_admin.database.statements import inserted, sql, stored
from desktop_admin.database.statements.archive_rows import hashed, is_sound
from desktop_admin.database.statements.as_sent import Sent, as_sent, digest_of, meaning
from desktop_admin.database.statements.stored import Value
from desktop_admin.database.tables.own import EndedLogin
from desktop_admin.database.tables.portal import PortalLogin
from desktop_admin.database.tables.types import UtcDateTime
from desktop_admin.database.unchanged import unless_changed
from desktop_admin.errors import TryAgain

_KEPT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Login:
    """One portal login: its key, the account that it signs in, and when it ends."""

    key: str
    user_id: int
    expires: datetime


@dataclass(frozen=True, slots=True)
class Logins:
    """Every login that names an account, expired or not.

    Attributes:
        of: those of each account.
        last: when the last one of each account ends, or has ended.
    """

    every: tuple[Login, ...]
    of: Mapping[int, Sequence[Login]]
    last: Mapping[int, datetime]


@dataclass(frozen=True, slots=True)
class _Unpacked:
    """The portal's logins as they were sent last.

    Attributes:
        digest: of the rows, on MariaDB.
        sent: the rows: key, ``session_data`` and end.
        accounts: whom they sign in, by their ``session_data``.
        read: what they mean.
    """

    digest: tuple[int, int, int] | None = None
    sent: list[Sent] = field(default_factory=list)
    accounts: dict[str, int | None] = field(default_factory=dict)
    read: Logins = field(default_factory=lambda: Logins((), {}, {}))


def account_of(session_data: str) -> int | None:
    """The account that a row of ``django_session`` signs in, or None where it signs in nobody.

    The format is ``[.]base64(json):timestamp:signature``, URL-safe without padding; a leading dot means zlib.
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


_COLUMNS = (
    PortalLogin.__table__.c.session_key,
    PortalLogin.__table__.c.session_data,
    PortalLogin.__table__.c.expire_date,
)
_SENT = select(*as_sent(_COLUMNS))
_MD5 = "md5(concat_ws(',', CONVERT(session_key USING utf8mb4), CONVERT(session_data USING utf8mb4), expire_date))"
_SENT_WITH_MD5 = select(*as_sent(_COLUMNS), literal_column(_MD5))
_DIGEST = digest_of("django_session", md5=_MD5)


def all_logins(session: Session) -> Logins:
    """Every login.

    What a row says is remembered as long as it is there, because the same rows are read for every plan, sweep and
    write: under a lock only those are unpacked that are new.
    """
    return unless_changed(session, Logins, partial(_read, session))


def _read(session: Session) -> Logins:
    before = session.behind.kept.get(_Unpacked)
    known = before if isinstance(before, _Unpacked) else _Unpacked()
    if sql.is_mariadb(session):
        return _read_by_digest(session, known)
    sent = [tuple(row) for row in session.execute(_SENT).all()]
    if sent != known.sent:
        known = session.behind.kept[_Unpacked] = _unpacked(session, sent, known.accounts)
    return known.read


def _read_by_digest(session: Session, known: _Unpacked) -> Logins:
    if known.digest is not None and tuple(session.execute(_DIGEST).one()) == known.digest:
        return known.read
    sent = [tuple(row) for row in session.execute(_SENT_WITH_MD5).all()]
    # As the server makes it of the same rows.
    every = reduce(xor, (int(row[-1], 16) for row in sent), 0)
    digest = (len(sent), every >> 64, every & (2**64 - 1))
    read = _unpacked(session, [row[:-1] for row in sent], known.accounts)
    session.behind.kept[_Unpacked] = replace(read, digest=digest)
    return read.read


def _unpacked(session: Session, sent: list[Sent], known: Mapping[str, int | None]) -> _Unpacked:
    rows = list(map(meaning(session.connection().dialect, _COLUMNS), sent))
    accounts = {data: known[data] if data in known else account_of(data) for _, data, _ in rows}
    named = ((key, accounts[data], expires) for key, data, expires in rows)
    every = tuple(Login(key, user_id, expires) for key, user_id, expires in named if user_id is not None)
    theirs: dict[int, list[Login]] = {}
    for login in every:
        theirs.setdefault(login.user_id, []).append(login)
    last = {user_id: max(login.expires for login in of_one) for user_id, of_one in theirs.items()}
    return _Unpacked(None, sent, accounts, Logins(every, theirs, last))


def are_old(*, now: datetime) -> ColumnElement[bool]:
    """Whether there are logins that were ended longer ago than they are kept."""
    return select(EndedLogin.op_id).where(_is_old(now)).exists()


def forget_old(session: Session, *, now: datetime) -> None:
    """Remove the logins that were ended longer ago than they are kept."""
    session.execute(delete(EndedLogin).where(_is_old(now)))


def _is_old(now: datetime) -> ColumnElement[bool]:
    return EndedLogin.ended_at < now - _KEPT


def end(session: Session, *, among: Iterable[Login], user_ids: Collection[int], op_id: str, now: datetime) -> list[str]:
    """End every login ``among`` these that is of one of the accounts, and keep the rows for a while.

    Expired rows go too: the portal's clock decides whether they have expired, and it may run behind the database's.
    They are not counted: what plans and records call ended logins are the live ones (``Facts.live_logins``).

    Returns:
        The hashes of the rows that were kept.
    """
    wanted = set(user_ids)
    whose = [(one.key, one.user_id) for one in among if one.user_id in wanted]
    if not whose:
        return []
    kept = _keep(session, whose, op_id=op_id, now=now)
    chosen = PortalLogin.session_key.in_(select(EndedLogin.session_key).where(EndedLogin.op_id == op_id))
    gone = sql.delete_where(session, PortalLogin, chosen, wanted=len(kept), keys=sorted(kept))
    if not len(whose) == len(kept) == gone:
        # The creation lock keeps nobody from signing out of the portal.
        raise TryAgain
    return list(kept.values())


def _keep(session: Session, whose: Collection[tuple[str, int]], *, op_id: str, now: datetime) -> dict[str, str]:
    """Copy these logins, with their accounts, to those that an operation ends; no row of them leaves the server.

    Returns:
        The hash of each that was there, by its key.
    """
    dialect, name = sql.dialect(session), PortalLogin.__tablename__
    listed = sql.pairs(whose).c
    body = stored.row(dialect, stored.columns(session, name), of=name)
    found = select(PortalLogin.session_key, listed.number.label("user_id"), body.label("body"))
    made = sql.made_once(dialect, found.join(listed.word.table, listed.word == PortalLogin.session_key)).c
    values = (literal(op_id), made.session_key, made.user_id, made.body)
    rows = select(*values, hashed(*values), literal(now, UtcDateTime()))
    keeping = insert(EndedLogin).from_select([*EndedLogin.HASHED, "sha256", "ended_at"], rows)
    kept = inserted.rows(session, keeping, EndedLogin.session_key, EndedLogin.sha256, of=EndedLogin.op_id == op_id)
    return dict(iter(kept))


@dataclass(frozen=True, slots=True)
class Ended:
    """A login that an operation ended, as it is kept.

    Attributes:
        at: when it was ended.
        row: all of it; None where the log does not speak of it: any desk's account may add rows there.
    """

    key: str
    user_id: int
    at: datetime
    row: dict[str, Value] | None

    def is_returnable(self, now: datetime) -> bool:
        """Whether it could be put back: it has not expired. One whose end cannot be read is not put back."""
        end = None if self.row is None else stored.moment(self.row["expire_date"])
        return end is not None and end > now and self.at >= now - _KEPT


def ended_by(session: Session, *, op_id: str, listed: Collection[str]) -> tuple[Ended, ...]:
    """The logins that an operation ended, as far as they are still kept.

    Args:
        listed: the digests of those of which the log speaks.
    """
    one = EndedLogin
    columns = (one.session_key, one.user_id, one.ended_at, one.body, one.sha256, is_sound(one))
    rows = session.execute(select(*columns).where(one.op_id == op_id))
    return tuple(
        Ended(key, user_id, at, stored.read_json(body) if sound and sums.digest(sha256) in listed else None)
        for key, user_id, at, body, sha256, sound in rows
    )


def returnable(ended: Iterable[Ended], *, now: datetime) -> Counter[int]:
    """How many of these logins could be put back, by account."""
    return Counter(one.user_id for one in ended if one.is_returnable(now))


def give_back(
    session: Session, *, ended: Collection[Ended], user_ids: Collection[int], op_id: str, now: datetime
) -> None:
    """Put those of the logins that an operation ended back that are of these accounts; the rows are as before."""
    back = {one.key: one.row for one in ended if one.user_id in user_ids and one.is_returnable(now)}
    if back:
        stored.put_back(session, PortalLogin.__tablename__, [row for row in back.values() if row is not None])
        _forget(session, back.keys(), left={one.key for one in ended} - back.keys(), op_id=op_id)


def _forget(session: Session, keys: Set[str], *, left: Set[str], op_id: str) -> None:
    """Remove kept logins that were put back: most often all; MariaDB looks through a list again for each row."""
    gone = delete(EndedLogin).where(EndedLogin.op_id == op_id)
    if len(keys) < len(left):
        gone = gone.where(EndedLogin.session_key.in_(sql.texts(keys)))
    elif left:
        gone = gone.where(EndedLogin.session_key.not_in(sql.texts(left)))
    session.execute(gone)
