"""Who may do what: the one gate that every writing controller, and every look that is for supervisors, passes.

Source: the domain specification, *Who may do what*; the write protocol, *Sign-in and secrets*.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select

from desktop_admin.controllers.values.plans import Actor
from desktop_admin.database.own import RoleRow
from desktop_admin.database.portal import User
from desktop_admin.database.session import Session, has_own_tables, kind_of
from desktop_admin.errors import NotPermitted
from desktop_admin.rules import Operation, Role, check_may

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


def check(session: Session, *, actor: Actor, operation: Operation, released_by: Actor | None = None) -> None:
    """Refuse what this person may not do in this database, whatever window or command asks for it.

    How many candidates a role may act on is for the plan's own check (``operations.apply``).

    Args:
        session: the session in which it is going to be done.
        actor: who wants to do it.
        operation: what is asked for.
        released_by: the supervisor who typed his password at the actor's desk, for this operation alone.

    Raises:
        NotPermitted: the role may not, nobody signed in, the account was changed since, or the release is none.
    """
    if released_by is not None:
        check_release(session, by=released_by, actor=actor)
    check_may(role=actor.role, operation=operation, candidates=0, released=released_by is not None)
    _check_account(session, actor)


def _check_account(session: Session, actor: Actor) -> None:
    """Refuse whoever did not sign in where people must, and whose account was switched off or changed its role."""
    if not actor.verified:
        if kind_of(session) not in NO_SIGN_IN:
            raise NotPermitted("sign_in_needed")
        return
    account = next(iter(accounts(session, User.id == actor.user_id)), None)
    if account is None or not account.is_active or not account.is_staff or account.role is not actor.role:
        raise NotPermitted("account_changed", name=actor.name)


def check_release(session: Session, *, by: Actor, actor: Actor) -> None:
    """Refuse a release that is not another person's, a supervisor's who signed in for it.

    Raises:
        NotPermitted: it is no release, or the account was changed since the password was typed.
    """
    if not by.verified or by.role is not Role.SUPERVISOR or by.user_id == actor.user_id:
        raise NotPermitted("no_release", name=by.name)
    _check_account(session, by)


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
    rows = session.execute(
        select(
            User.id,
            User.username,
            User.first_name,
            User.last_name,
            User.password,
            User.is_active,
            User.is_staff,
            User.is_superuser,
            User.role,
        )
        .where(wanted)
        .order_by(User.username)
    )
    return [
        Account(
            user_id=row.id,
            username=row.username,
            name=" ".join(filter(None, (row.first_name, row.last_name))).strip() or row.username,
            stored=row.password,
            is_active=bool(row.is_active),
            is_staff=bool(row.is_staff),
            role=own[row.id]
            if row.id in own
            else (Role.SUPERVISOR if row.is_superuser else _PORTAL_ROLES.get(row.role)),
        )
        for row in rows
    ]
