"""Who sits at the desk: the portal's staff accounts, their roles, and the brake on guessing passwords.

Source: the domain specification, *Who may do what*; the write protocol, *Sign-in and secrets*.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.orm import Session

from desktop_admin import passwords
from desktop_admin.controllers import history
from desktop_admin.controllers.plans import Actor, new_op_id
from desktop_admin.database.engine import Database
from desktop_admin.database.own import RoleRow, SignInFailure
from desktop_admin.database.portal import User
from desktop_admin.database.session import has_own_tables, require_own_tables, server_now
from desktop_admin.errors import NotPermitted, UsageProblem
from desktop_admin.rules import Operation, Role, check_may, sign_in_wait

_PORTAL_ROLES = {"OIC_ADMIN": Role.SUPERVISOR, "CENTER_ADMIN": Role.INVIGILATOR, "PO_ADMIN": Role.STAFF}
_LONGEST_USERNAME = 150
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


@dataclass(frozen=True, slots=True)
class Tries:
    """How often a user name was refused at a desk in a row, and when last."""

    failures: int
    last_at: datetime


def sign_in(database: Database, *, username: str, password: str, desk: str) -> Actor:
    """Check a staff account's password, and give back the person; to be run beside the window's own thread.

    Each refusal is counted, and the next try must wait: 0, 0, 1, 2, 4, 8 seconds, and 15 minutes after 8 in a row.

    Raises:
        NotPermitted: unknown, wrong, switched off, no staff account, without a role, or too early.
    """
    account, tries, now = database.read(lambda session: _look_up(session, username=username, desk=desk))
    if tries is not None:
        ready = tries.last_at + sign_in_wait(tries.failures)
        # A clock that was set back must not keep anybody out for longer than the wait itself.
        if now < ready and now >= tries.last_at:
            raise NotPermitted("sign_in_wait", seconds=int((ready - now).total_seconds()) + 1)
    right = passwords.is_right(password, stored=account.stored if account else None)
    if not right or account is None:
        _count(database, username=username, desk=desk, failed=True)
        raise NotPermitted("sign_in_refused")
    if tries is not None:
        _count(database, username=username, desk=desk, failed=False)
    return _person(account, desk)


def _person(account: Account, desk: str) -> Actor:
    if not account.is_active:
        raise NotPermitted("account_inactive", username=account.username)
    if not account.is_staff:
        raise NotPermitted("account_no_staff", username=account.username)
    if account.role is None:
        raise NotPermitted("account_no_role", username=account.username)
    return Actor(name=account.name, role=account.role, user_id=account.user_id, verified=True, desk=desk)


def check_still(session: Session, actor: Actor) -> None:
    """Refuse what a person who signed in may no longer do: the account was switched off, or its role changed.

    Raises:
        NotPermitted: sign in again.
    """
    if not actor.verified:
        return
    account = _account(session, User.id == actor.user_id)
    if account is None or not account.is_active or not account.is_staff or account.role is not actor.role:
        raise NotPermitted("account_changed", name=actor.name)


def check_release(session: Session, *, by: Actor, actor: Actor) -> None:
    """Refuse a release that is not another person's, a supervisor's who signed in for it.

    Raises:
        NotPermitted: it is no release, or the account was changed since the password was typed.
    """
    if not by.verified or by.role is not Role.SUPERVISOR or by.user_id == actor.user_id:
        raise NotPermitted("no_release", name=by.name)
    check_still(session, by)


def set_role(session: Session, *, username: str, role: Role | None, actor: Actor, now: datetime | None = None) -> None:
    """Give a staff account another role at the desk than its portal role means; None takes it back.

    Raises:
        NotPermitted: the actor is no supervisor.
        UsageProblem: there is no such staff account.
    """
    check_may(role=actor.role, operation=Operation.SET_ROLE, candidates=0)
    check_still(session, actor)
    require_own_tables(session)
    account = _account(session, User.username == username)
    if account is None or not account.is_staff:
        raise UsageProblem("no_such_account", username=username)
    before = session.execute(select(RoleRow.role).where(RoleRow.user_id == account.user_id)).scalar_one_or_none()
    session.execute(delete(RoleRow).where(RoleRow.user_id == account.user_id))
    if role is not None:
        session.execute(insert(RoleRow).values(user_id=account.user_id, role=role))
    told = {"username": account.username, "before": before, "after": role}
    history.record_change(
        session, operation=Operation.SET_ROLE, op_id=new_op_id(), actor=actor, now=now or server_now(session), told=told
    )


def staff(session: Session) -> tuple[Account, ...]:
    """Every staff account with its role, by user name."""
    return tuple(_accounts(session, User.is_staff.is_(True)))


def _look_up(session: Session, *, username: str, desk: str) -> tuple[Account | None, Tries | None, datetime]:
    tries = None
    if has_own_tables(session):
        row = session.execute(
            select(SignInFailure.failures, SignInFailure.last_at).where(_is(username, desk))
        ).one_or_none()
        tries = None if row is None else Tries(row.failures, row.last_at)
    return _account(session, User.username == username), tries, server_now(session)


def _account(session: Session, wanted: ColumnElement[bool]) -> Account | None:
    found = _accounts(session, wanted)
    return found[0] if len(found) == 1 else None


def _accounts(session: Session, wanted: ColumnElement[bool]) -> list[Account]:
    own = {}
    if has_own_tables(session):
        own = {user_id: Role(role) for user_id, role in session.execute(select(RoleRow.user_id, RoleRow.role))}
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
            role=own.get(row.id) or (Role.SUPERVISOR if row.is_superuser else _PORTAL_ROLES.get(row.role)),
        )
        for row in rows
    ]


def _count(database: Database, *, username: str, desk: str, failed: bool) -> None:
    """Note a refusal, or that the right password came; not where the database cannot take it."""
    if database.description.view_only is not None or not database.has_own_tables:
        return
    database.write(lambda session: _note(session, username=username, desk=desk, failed=failed))


def _note(session: Session, *, username: str, desk: str, failed: bool) -> None:
    if not failed:
        session.execute(delete(SignInFailure).where(_is(username, desk)))
        return
    again = {"failures": SignInFailure.failures + 1, "last_at": server_now(session)}
    if not session.execute(select(func.count()).select_from(SignInFailure).where(_is(username, desk))).scalar_one():
        first = {"username": username[:150], "desk": desk[:150], "failures": 1, "last_at": again["last_at"]}
        session.execute(insert(SignInFailure).values(first))
    else:
        session.execute(update(SignInFailure).where(_is(username, desk)).values(again))


def _is(username: str, desk: str) -> ColumnElement[bool]:
    return (SignInFailure.username == username[:150]) & (SignInFailure.desk == desk[:150])


def first_supervisor_wanted(session: Session) -> bool:
    """Whether a database that this program made has nobody yet who could sign in."""
    return not any(account.is_active and account.role is Role.SUPERVISOR for account in staff(session))


def create_first_supervisor(session: Session, *, username: str, password: str, now: datetime | None = None) -> None:
    """Make the account of the first supervisor in a database that this program made; nobody else could sign in.

    Raises:
        UsageProblem: the user name is empty or taken, or the password is empty.
        NotPermitted: somebody can sign in already.
    """
    if not first_supervisor_wanted(session):
        raise NotPermitted("sign_in_refused")
    taken = session.execute(select(User.id).where(User.username == username)).scalar()
    if not username.strip() or not password or len(username) > _LONGEST_USERNAME or taken is not None:
        raise UsageProblem("bad_first_supervisor")
    session.execute(
        insert(User).values(
            username=username,
            password=passwords.hashed(password),
            first_name="",
            last_name="",
            email="",
            is_superuser=True,
            is_staff=True,
            is_active=True,
            role="OIC_ADMIN",
            date_joined=now or server_now(session),
        )
    )
