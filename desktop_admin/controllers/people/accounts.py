"""The portal's staff accounts, with their roles at the desk (domain specification, *Who may do what*)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select

from desktop_admin.database.session import Session, has_own_tables
from desktop_admin.database.tables.own import RoleRow
from desktop_admin.database.tables.portal import User
from desktop_admin.rules import Role

_PORTAL_ROLES = {"OIC_ADMIN": Role.SUPERVISOR, "CENTER_ADMIN": Role.INVIGILATOR, "PO_ADMIN": Role.STAFF}
NO_SIGN_IN = frozenset({"demo", "scratch"})
"""Kinds of databases in which nothing is real, so nobody signs in."""


@dataclass(frozen=True, slots=True)
class Account:
    """A portal account, as far as signing in needs it.

    Attributes:
        stored: the portal's hash of the password.
        role: what it may do at the desk; None where it may not sign in there at all.
    """

    user_id: int
    username: str
    name: str
    stored: str
    is_active: bool
    is_staff: bool
    role: Role | None


def account_named(session: Session, username: str) -> Account | None:
    """The account with exactly this user name, or None."""
    # MariaDB takes ADMIN for admin, but their refusals are counted apart; and no database looks for NUL.
    found = accounts(session, User.username == username) if username.isprintable() else []
    return next((one for one in found if one.username == username), None)


def accounts(session: Session, wanted: ColumnElement[bool]) -> list[Account]:
    """The accounts for which this holds with their roles at the desk, by user name."""
    own: dict[int, Role | None] = {}
    if has_own_tables(session):
        given = session.execute(select(RoleRow.user_id, RoleRow.role))
        # A word that is no role, of a newer program or by hand, gives no right at all.
        own = {user_id: Role(role) if role in set(Role) else None for user_id, role in given}
    one = User
    columns = (one.id, one.username, one.first_name, one.last_name, one.password, one.is_active, one.is_staff)
    rows = session.execute(select(*columns, one.is_superuser, one.role).where(wanted).order_by(one.username))
    return [
        Account(
            user_id=row.id,
            username=row.username,
            name=" ".join(filter(None, (row.first_name, row.last_name))).strip() or row.username,
            stored=row.password,
            is_active=bool(row.is_active),
            is_staff=bool(row.is_staff),
            role=own.get(row.id, Role.SUPERVISOR if row.is_superuser else _PORTAL_ROLES.get(row.role)),
        )
        for row in rows
    ]
