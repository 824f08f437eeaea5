"""Signing in: the portal's staff accounts, their roles, and the brake on guessing passwords.

Source: the domain specification, *Who may do what*; the write protocol, *Sign-in and secrets*.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, insert, select, update

from desktop_admin import passwords
from desktop_admin.controllers.log import entries
from desktop_admin.controllers.values.lines import Actor, new_op_id
from desktop_admin.controllers.values.records import SIGN_IN_BLOCKED
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session, has_own_tables, kind_of, server_now
from desktop_admin.database.tables.own import RoleRow, SignInFailure
from desktop_admin.database.tables.portal import User
from desktop_admin.errors import NotPermitted, UsageProblem
from desktop_admin.messages import Message
from desktop_admin.rules import Role, is_locked_out, sign_in_wait

_PORTAL_ROLES = {"OIC_ADMIN": Role.SUPERVISOR, "CENTER_ADMIN": Role.INVIGILATOR, "PO_ADMIN": Role.STAFF}
_LONGEST_USERNAME = 150
_MOST_OF_ONE_DESK = 8
_MOST_AT_ALL_DESKS = 24
"""So many refusals of a user name lately, at three desks or more, stop it at every desk."""
_STOP = sign_in_wait(_MOST_AT_ALL_DESKS)


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
    """How often a user name was refused in a row at a desk, this one or another, and when last."""

    here: bool
    failures: int
    last_at: datetime


def sign_in(database: Database, *, username: str, password: str, desk: str) -> Actor:
    """Check a staff account's password, and give back the person; to be run beside the window's own thread.

    Each refusal is counted, and the next try must wait: 0, 0, 1, 2, 4, 8 seconds, and 15 minutes after 8 in a row,
    which stands in the log as well. A desk's name is its own setting, so the refusals of all desks are summed, too.

    Raises:
        NotPermitted: unknown, wrong, switched off, no staff account, without a role, or too early.
        DatabaseUnusable: it is kept busy by another program, so that no refusal could be counted.
    """
    if not username.isprintable():
        # No database keeps NUL or a lone surrogate, not even to count the refusal.
        raise NotPermitted("sign_in_refused")
    account, early = database.read(lambda session: _look_up(session, username=username, desk=desk))
    _refuse_early(early)
    right = passwords.is_right(password, stored=account.stored if account else None)
    _refuse_early(_counted(database, username=username, desk=desk, right=right))
    if not right or account is None:
        raise NotPermitted("sign_in_refused")
    return _person(account, desk)


def _refuse_early(wait: timedelta | None) -> None:
    if wait is not None:
        raise NotPermitted("sign_in_wait", seconds=int(wait.total_seconds()) + 1)


def _person(account: Account, desk: str) -> Actor:
    if not account.is_active:
        raise NotPermitted("account_inactive", username=account.username)
    if not account.is_staff:
        raise NotPermitted("account_no_staff", username=account.username)
    if account.role is None:
        raise NotPermitted("account_no_role", username=account.username)
    return Actor(name=account.name, role=account.role, user_id=account.user_id, verified=True, desk=desk)


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


def staff(session: Session) -> tuple[Account, ...]:
    """Every staff account with its role, by user name."""
    return tuple(accounts(session, User.is_staff.is_(True)))


def _look_up(session: Session, *, username: str, desk: str) -> tuple[Account | None, timedelta | None]:
    early = None
    if has_own_tables(session):
        early = _too_early(_tries(session, username, desk), now=server_now(session))
    return account_named(session, username), early


def _tries(session: Session, username: str, desk: str) -> list[Tries]:
    one = SignInFailure
    # The database says which is this desk: MariaDB takes DESK for desk, here as in the table's key.
    wanted = select(one.desk == desk[:150], one.failures, one.last_at).where(one.username == username[:150])
    return [Tries(bool(here), failures, last_at) for here, failures, last_at in session.execute(wanted)]


def _too_early(tries: list[Tries], *, now: datetime) -> timedelta | None:
    """How long the next try must still wait; None where it need not."""
    waits = [(one.last_at, sign_in_wait(one.failures)) for one in tries if one.here]
    lately = [one for one in tries if now - _STOP < one.last_at]
    if _at_all_desks(lately) >= _MOST_AT_ALL_DESKS:
        waits.append((max(one.last_at for one in lately), _STOP))
    # A clock that was set back must not keep anybody out for longer than the wait itself.
    left = [last_at + wait - now for last_at, wait in waits if last_at <= now < last_at + wait]
    return max(left, default=None)


def _at_all_desks(tries: list[Tries]) -> int:
    """The refusals at all desks; one desk, which tries again whenever it may, does not stop the others alone."""
    return sum(min(one.failures, _MOST_OF_ONE_DESK) for one in tries)


def _counted(database: Database, *, username: str, desk: str, right: bool) -> timedelta | None:
    """Count a refusal, or forget those before the right password; not where the database cannot take it.

    Tries that were checked side by side are let in one by one by the lock, and judged as if they had come so.

    Returns:
        How long the try should have waited, which is neither counted nor told whether it was right; None for in time.
    """
    if database.description.view_only is not None or not database.has_own_tables:
        return None
    # A right password with nothing to forget takes no lock: the portal is not kept waiting by who signs in.
    if right and not database.read(lambda session: _tries(session, username, desk)):
        return None
    return database.write(lambda session: _judge(session, username=username, desk=desk, right=right))


def _judge(session: Session, *, username: str, desk: str, right: bool) -> timedelta | None:
    now, tries = server_now(session), _tries(session, username, desk)
    early = _too_early(tries, now=now)
    if early is not None:
        return early
    here = (SignInFailure.username == username[:150]) & (SignInFailure.desk == desk[:150])
    before = next((one.failures for one in tries if one.here), None)
    if right:
        if before is not None:
            session.execute(delete(SignInFailure).where(here))
        return None
    counted = Tries(True, (before or 0) + 1, now)
    if before is None:
        first = {"username": username[:150], "desk": desk[:150], "failures": 1, "last_at": now}
        session.execute(insert(SignInFailure).values(first))
    else:
        session.execute(update(SignInFailure).where(here).values(failures=counted.failures, last_at=now))
    lately = [counted, *(one for one in tries if not one.here and now - _STOP < one.last_at)]
    if is_locked_out(counted.failures) or _at_all_desks(lately) >= _MOST_AT_ALL_DESKS:
        nobody = Actor(name=username, role=Role.STAFF, desk=desk)
        entry = entries.Entry(operation=SIGN_IN_BLOCKED, op_id=new_op_id(), actor=nobody, now=now)
        told = Message.of("told_blocked", n=counted.failures, desks=len(lately))
        entries.record_deed(session, entry, told=told)
    return None


def first_supervisor_wanted(session: Session) -> bool:
    """Whether this is a database that the program made, and nobody can sign in to it as a supervisor yet."""
    return kind_of(session) == "local" and not has_supervisor(session)


def has_supervisor(session: Session) -> bool:
    """Whether anybody could sign in as a supervisor."""
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
