"""Signing in: the portal's staff accounts, their roles, and the brake on guessing passwords.

Source: the domain specification, *Who may do what*; the write protocol, *Sign-in and secrets*.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.orm import Session

from desktop_admin import passwords
from desktop_admin.controllers import permissions, recording
from desktop_admin.controllers.permissions import Account
from desktop_admin.controllers.plans import Actor, new_op_id
from desktop_admin.controllers.records import SIGN_IN_BLOCKED
from desktop_admin.database.engine import Database
from desktop_admin.database.own import RoleRow, SignInFailure
from desktop_admin.database.portal import User
from desktop_admin.database.session import has_own_tables, kind_of, require_own_tables, server_now
from desktop_admin.errors import AdminError, NotPermitted, UsageProblem
from desktop_admin.rules import Operation, Role, is_locked_out, sign_in_wait

_LONGEST_USERNAME = 150


@dataclass(frozen=True, slots=True)
class Tries:
    """How often a user name was refused at a desk in a row, and when last."""

    failures: int
    last_at: datetime


def sign_in(database: Database, *, username: str, password: str, desk: str) -> Actor:
    """Check a staff account's password, and give back the person; to be run beside the window's own thread.

    Each refusal is counted, and the next try must wait: 0, 0, 1, 2, 4, 8 seconds, and 15 minutes after 8 in a row,
    which stands in the log as well.

    Raises:
        NotPermitted: unknown, wrong, switched off, no staff account, without a role, or too early.
    """
    if not username.isprintable():
        # No database keeps NUL or a lone surrogate, not even to count the refusal.
        raise NotPermitted("sign_in_refused")
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


def set_role(session: Session, *, username: str, role: Role | None, actor: Actor, now: datetime | None = None) -> None:
    """Give a staff account another role at the desk than its portal role means; None takes it back.

    Raises:
        NotPermitted: the actor is no supervisor.
        UsageProblem: there is no such staff account.
        AdminError: nobody would be a supervisor any more.
    """
    permissions.check(session, actor=actor, operation=Operation.SET_ROLE)
    require_own_tables(session)
    account = permissions.account_named(session, username)
    if account is None or not account.is_staff:
        raise UsageProblem("no_such_account", username=username)
    before = session.execute(select(RoleRow.role).where(RoleRow.user_id == account.user_id)).scalar_one_or_none()
    session.execute(delete(RoleRow).where(RoleRow.user_id == account.user_id))
    if role is not None:
        session.execute(insert(RoleRow).values(user_id=account.user_id, role=role))
    if not _has_supervisor(session):
        raise AdminError("last_supervisor", username=username)
    told = {"username": account.username, "before": before, "after": role}
    recording.record_change(
        session, operation=Operation.SET_ROLE, op_id=new_op_id(), actor=actor, now=now or server_now(session), told=told
    )


def staff(session: Session) -> tuple[Account, ...]:
    """Every staff account with its role, by user name."""
    return tuple(permissions.accounts(session, User.is_staff.is_(True)))


def _look_up(session: Session, *, username: str, desk: str) -> tuple[Account | None, Tries | None, datetime]:
    tries = None
    if has_own_tables(session):
        row = session.execute(
            select(SignInFailure.failures, SignInFailure.last_at).where(_is(username, desk))
        ).one_or_none()
        tries = None if row is None else Tries(row.failures, row.last_at)
    return permissions.account_named(session, username), tries, server_now(session)


def _count(database: Database, *, username: str, desk: str, failed: bool) -> None:
    """Note a refusal, or that the right password came; not where the database cannot take it."""
    if database.description.view_only is not None or not database.has_own_tables:
        return
    database.write(lambda session: _note(session, username=username, desk=desk, failed=failed))


def _note(session: Session, *, username: str, desk: str, failed: bool) -> None:
    if not failed:
        session.execute(delete(SignInFailure).where(_is(username, desk)))
        return
    now = server_now(session)
    before = session.execute(select(SignInFailure.failures).where(_is(username, desk))).scalar_one_or_none()
    if before is None:
        first = {"username": username[:150], "desk": desk[:150], "failures": 1, "last_at": now}
        session.execute(insert(SignInFailure).values(first))
        return
    session.execute(update(SignInFailure).where(_is(username, desk)).values(failures=before + 1, last_at=now))
    if is_locked_out(before + 1):
        nobody = Actor(name=username, role=Role.STAFF, desk=desk)
        told = {"failures": before + 1}
        recording.record_change(session, operation=SIGN_IN_BLOCKED, op_id=new_op_id(), actor=nobody, now=now, told=told)


def _is(username: str, desk: str) -> ColumnElement[bool]:
    return (SignInFailure.username == username[:150]) & (SignInFailure.desk == desk[:150])


def first_supervisor_wanted(session: Session) -> bool:
    """Whether this is a database that the program made, and nobody can sign in to it as a supervisor yet."""
    return kind_of(session) == "local" and not _has_supervisor(session)


def _has_supervisor(session: Session) -> bool:
    return any(account.is_active and account.role is Role.SUPERVISOR for account in staff(session))


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
