"""Signing in: the portal's staff accounts, their roles, and the brake on guessing passwords.

Source: the domain specification, *Who may do what*; the write protocol, *Sign-in and secrets*.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import ColumnElement, insert, literal, select

from desktop_admin import passwords
from desktop_admin.controllers.log import entries
from desktop_admin.controllers.people import brake
from desktop_admin.controllers.values.lines import Actor, new_op_id
from desktop_admin.controllers.values.records import FIRST_SUPERVISOR
from desktop_admin.database.engine import Database
from desktop_admin.database.session import (
    Session,
    has_own_tables,
    kind_of,
    require_own_tables,
    server_now,
    stored_password,
)
from desktop_admin.database.tables.own import RoleRow
from desktop_admin.database.tables.portal import User
from desktop_admin.errors import NotPermitted, UsageProblem
from desktop_admin.messages import Message
from desktop_admin.rules import Role

_PORTAL_ROLES = {"OIC_ADMIN": Role.SUPERVISOR, "CENTER_ADMIN": Role.INVIGILATOR, "PO_ADMIN": Role.STAFF}
_LONGEST_USERNAME = 150


@dataclass(frozen=True, slots=True)
class Account:
    """A portal account, as far as signing in needs it.

    Attributes:
        role: what it may do at the desk; None where it may not sign in there at all.
        in_portal: what its role in the portal means, which holds where no supervisor gave it another.
        is_given: whether a supervisor did.
    """

    user_id: int
    username: str
    name: str
    is_active: bool
    is_staff: bool
    role: Role | None
    in_portal: Role | None
    is_given: bool


def sign_in(database: Database, *, username: str, password: str, desk: str, instead_of: Path | None = None) -> Actor:
    """Check a staff account's password, and give back the person; to be run beside the window's own thread.

    Each refusal is counted, and the next try must wait: 0, 0, 1, 2, 4, 8 seconds, and 15 minutes after 8 in a row,
    which stands in the log as well (``brake``).

    Args:
        instead_of: the file whose accounts are past reading, where the database is a copy of it, which stays as it is.

    Raises:
        NotPermitted: unknown, wrong, switched off, no staff account, without a role, or too early.
        AdminError: no refusal could be counted.
    """
    if not username.isprintable():
        # No database keeps NUL or a lone surrogate, not even to count the refusal.
        raise NotPermitted("sign_in_refused")
    _refuse_early(brake.waiting(database, username=username, desk=desk, instead_of=instead_of))
    account, stored = database.read(partial(_look_up, username=username))
    right = passwords.is_right(password, stored=stored)
    _refuse_early(brake.count(database, username=username, desk=desk, right=right, instead_of=instead_of))
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
    one, given = User, literal(None).label("given")
    columns = (one.id, one.username, one.first_name, one.last_name, one.is_active, one.is_staff)
    query = select(*columns, one.is_superuser, one.role, given).where(wanted).order_by(one.username)
    if has_own_tables(session):
        query = query.with_only_columns(*columns, one.is_superuser, one.role, RoleRow.role.label("given"))
        query = query.outerjoin(RoleRow, RoleRow.user_id == one.id)
    rows = session.execute(query).all()
    in_portal = {row.id: Role.SUPERVISOR if row.is_superuser else _PORTAL_ROLES.get(row.role) for row in rows}
    # A word that is no role, of a newer program or by hand, gives no right at all.
    own = {row.id: Role(row.given) if row.given in set(Role) else None for row in rows if row.given is not None}
    return [
        Account(
            user_id=row.id,
            username=row.username,
            name=" ".join(filter(None, (row.first_name, row.last_name))).strip() or row.username,
            is_active=bool(row.is_active),
            is_staff=bool(row.is_staff),
            role=own.get(row.id, in_portal[row.id]),
            in_portal=in_portal[row.id],
            is_given=row.id in own,
        )
        for row in rows
    ]


def staff(session: Session) -> tuple[Account, ...]:
    """Every staff account with its role, by user name."""
    return tuple(accounts(session, User.is_staff.is_(True)))


def _look_up(session: Session, username: str) -> tuple[Account | None, str | None]:
    account = account_named(session, username)
    return account, None if account is None else stored_password(session, user_id=account.user_id)


def first_supervisor_wanted(session: Session) -> bool:
    """Whether this is a database that the program made, and nobody can sign in to it as a supervisor yet."""
    return kind_of(session) == "local" and not has_supervisor(session)


def has_supervisor(session: Session) -> bool:
    """Whether anybody could sign in as a supervisor."""
    return any(account.is_active and account.role is Role.SUPERVISOR for account in staff(session))


def create_first_supervisor(
    session: Session,
    *,
    username: str,
    password: str,
    desk: str = "",
    now: datetime | None = None,
    op_id: str | None = None,
) -> None:
    """Make the account of the first supervisor in a database that this program made; nobody else could sign in as one.

    It is recorded: where supervisors were switched off, this is a way past them.

    Args:
        op_id: made before ``Database.write``, since a job that is tried again knows by it what it has done.

    Raises:
        UsageProblem: the user name is empty or taken, or the password is empty.
        NotPermitted: somebody can sign in already.
    """
    op_id = op_id or new_op_id()
    if entries.find(session, op_id=op_id, operation=FIRST_SUPERVISOR) is not None:
        return
    if not first_supervisor_wanted(session):
        raise NotPermitted("sign_in_refused")
    taken = session.execute(select(User.id).where(User.username == username)).scalar()
    if not username.strip() or not password or len(username) > _LONGEST_USERNAME or taken is not None:
        raise UsageProblem("bad_first_supervisor")
    require_own_tables(session)
    now = now or server_now(session)
    before = [one.username for one in staff(session) if one.role is Role.SUPERVISOR]
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
            date_joined=now,
        )
    )
    (user_id,) = session.execute(select(User.id).where(User.username == username)).scalars()
    actor = Actor(name=username, role=Role.SUPERVISOR, user_id=user_id, desk=desk)
    entry = entries.Entry(operation=FIRST_SUPERVISOR, op_id=op_id, actor=actor, now=now)
    told = Message.of("first-supervisor.told_again" if before else "first-supervisor.told", others=tuple(before))
    entries.record_deed(session, entry, told=told)
