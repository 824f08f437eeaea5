"""What the owner of a server's tables makes for the desks' accounts, and how the program asks it.

``migrations/for_desks`` makes it. Where it is not there, as in a file, the tables are asked themselves.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, MetaData, Select, String, Table, cast, func, select, text
from sqlalchemy.orm import Session

from desktop_admin.database.statements import sql
from desktop_admin.database.tables.own import PREFIX, SignInFailure

STAFF_PASSWORD = f"{PREFIX}staff_password"
"""The function of PostgreSQL, or MariaDB's view, with the passwords' hashes of staff accounts, and of no candidate."""
MY_FAILURE = f"{PREFIX}my_failure"
"""The refused sign-ins of the account that asks: it can write no others."""

_FAILURES = SignInFailure.__table__
assert isinstance(_FAILURES, Table)
_MINE = _FAILURES.to_metadata(MetaData(), name=MY_FAILURE)
_STAFF = Table(STAFF_PASSWORD, MetaData(), Column("id", BigInteger), Column("password", String))


def my_failures(session: Session) -> Table:
    """Where this account counts refused sign-ins."""
    return _FAILURES if sql.is_file(session) else _MINE  # type: ignore[return-value]


def database_user(session: Session) -> str | None:
    """The account with which a server knows this desk, whatever the desk calls itself; None for a file."""
    if sql.is_file(session):
        return None
    me = "substring_index(user(), '@', 1)" if sql.is_mariadb(session) else "session_user::text"
    return str(session.execute(text(f"SELECT {me}")).scalar_one())


def staff_password(session: Session, *, user_id: int) -> Select[str | None]:
    """Asks for the portal's hash of the password of a staff account; none for anybody else's."""
    if sql.is_mariadb(session):
        return select(_STAFF.c.password).where(_STAFF.c.id == user_id)
    return select(getattr(func, STAFF_PASSWORD)(cast(user_id, BigInteger)))
