"""Making candidates, and removing those who were made: an account and a profile each, however many in few statements.

In a file the tables are written themselves. On a server the owner's function does it (``migrations/for_desks``): it
says by itself that an account is a candidate's, and removes only those that an import of the log's has made and that
nobody has used since.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, delete, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from desktop_admin.database.statements import sql
from desktop_admin.database.tables.own import PREFIX
from desktop_admin.database.tables.portal import CandidateProfile, User
from desktop_admin.errors import AdminError, TryAgain

ADD = f"{PREFIX}add_candidates"
REMOVE = f"{PREFIX}remove_candidates"
"""PostgreSQL's functions, and MariaDB's procedures, by which the owner makes and removes candidates for the desks."""
_AT_ONCE = 5_000
"""So many candidates are a statement of a few megabytes, which every server takes."""
_ACCOUNT = {
    "is_superuser": False,
    "first_name": "",
    "last_name": "",
    "email": "",
    "is_staff": False,
    "is_active": True,
    "role": "CANDIDATE",
    "last_login": None,
    "center_id": None,
}
_PROFILE = {
    "has_exam_slot": False,
    "is_primary_completed": False,
    "is_secondary_completed": False,
    "primary_bypass_allowed": False,
}
_OF_ACCOUNT = ("username", "password")
GIVEN = (
    *("army_no", "rank", "unit", "brigade", "corps", "command", "name", "dob", "doe", "aadhar_number", "father_name"),
    *("photograph", "nsqf_level", "exam_center", "training_center", "state", "district"),
    *("primary_qualification", "primary_duration", "primary_credits"),
    *("secondary_qualification", "secondary_duration", "secondary_credits"),
    *("shift_id", "trade_id", "mobile_no", "apaar_id"),
)
"""The columns of a profile that a register gives; all others are as in a profile that was made a moment ago."""


def add(session: Session, rows: Sequence[Mapping[str, Any]], *, now: dt.datetime) -> dict[str, int]:
    """Make an account and a profile of each row.

    Args:
        rows: ``username``, ``password`` (the hash), and the columns of ``GIVEN``.
        now: when they are made; a server says so itself.

    Returns:
        The accounts, by user name.

    Raises:
        AdminError: somebody else makes one of them at this moment, or the server's owner has not let desks do it.
    """
    names = [row["username"] for row in rows]
    try:
        if sql.is_file(session):
            listed = [{**_ACCOUNT, "date_joined": now, **{name: row[name] for name in _OF_ACCOUNT}} for row in rows]
            session.connection().execute(insert(_table(User)), listed)
            made = accounts(session, names)
            profiles = [
                {**_PROFILE, "created_at": now, "user_id": made[row["username"]], **{name: row[name] for name in GIVEN}}
                for row in rows
            ]
            session.connection().execute(insert(_table(CandidateProfile)), profiles)
            return made
        for part in _parts(rows):
            _call(session, ADD, json.dumps(part, default=dt.date.isoformat, ensure_ascii=False))
    except IntegrityError as failure:
        raise AdminError("register_meanwhile") from failure
    return accounts(session, names)


def accounts(session: Session, usernames: Collection[str]) -> dict[str, int]:
    """The accounts of these user names."""
    found = select(User.username, User.id).where(User.username.in_(sql.texts(usernames)))
    return dict(iter(session.execute(found)))


def remove(session: Session, user_ids: Collection[int]) -> None:
    """Remove candidates with whom nobody has ever signed in.

    Raises:
        TryAgain: somebody has signed in with one of them meanwhile, or has got a slot; nobody is removed.
        AdminError: the server keeps one of them, or its owner has not let desks do it.
    """
    profiles = CandidateProfile.user_id.in_(sql.numbers(user_ids))
    if sql.is_file(session):
        never = select(User.id).where(User.id.in_(sql.numbers(user_ids)), User.last_login.is_(None))
        sql.changed(session, delete(CandidateProfile).where(CandidateProfile.user_id.in_(never)))
        sql.changed(session, delete(User).where(User.id.in_(sql.numbers(user_ids)), User.last_login.is_(None)))
    else:
        for part in _parts(sorted(user_ids)):
            _call(session, REMOVE, json.dumps(part))
    one = CandidateProfile
    left = select(one.army_no, User.last_login, one.has_exam_slot).join(User, User.id == one.user_id).where(profiles)
    kept = session.execute(left.order_by(one.id).limit(1)).first()
    if kept is None:
        return
    if kept.last_login is not None or kept.has_exam_slot:
        raise TryAgain
    raise AdminError("register_kept", army_no=kept.army_no)


def _parts(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for first in range(0, len(values), _AT_ONCE):
        yield values[first : first + _AT_ONCE]


def _call(session: Session, name: str, argument: str) -> None:
    words = f"CALL {name}(:given)" if sql.is_mariadb(session) else f"SELECT {name}(CAST(:given AS jsonb))"
    try:
        session.execute(text(words), {"given": argument})
    except IntegrityError:
        raise
    except DBAPIError as failure:
        if _is_missing(failure):
            raise AdminError("register_not_granted") from failure
        raise


def _is_missing(failure: DBAPIError) -> bool:
    """Whether the server has no such function, or does not let this account call it."""
    state = getattr(failure.orig, "sqlstate", None)
    number = failure.orig.args[0] if failure.orig is not None and failure.orig.args else None
    return state in ("42883", "42501") or number in (1305, 1370)


def _table(mapped: type[User] | type[CandidateProfile]) -> Table:
    table = mapped.__table__
    assert isinstance(table, Table)
    return table
