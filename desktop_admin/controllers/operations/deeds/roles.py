"""Who has which role at the desk, and giving a staff account another one than its portal role means."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select

from desktop_admin.controllers.log import beside, seals
from desktop_admin.controllers.operations import gate
from desktop_admin.controllers.operations.deeds import SET_ROLE
from desktop_admin.controllers.operations.deeds.doing import do
from desktop_admin.controllers.people import staff
from desktop_admin.controllers.values.lines import Actor, new_op_id
from desktop_admin.controllers.values.roles import Giving, HeldRole
from desktop_admin.database.session import Session, has_own_tables
from desktop_admin.database.statements import stored
from desktop_admin.database.tables.own import OperationRow, RoleRow
from desktop_admin.errors import AdminError, UsageProblem
from desktop_admin.messages import Message
from desktop_admin.rules import Role


def listed(session: Session, *, actor: Actor) -> tuple[HeldRole, ...]:
    """Every staff account with its role, by user name; where the log knows who gave it, with that.

    Raises:
        NotPermitted: the actor is no supervisor.
    """
    gate.check(session, actor=actor, kind=SET_ROLE)
    givings = _givings(session)

    def giving(one: staff.Account) -> Giving | None:
        role, row = givings.get(beside.role_key(one.user_id), (None, None))
        # What was written past the program nobody in the log has given.
        known = one.is_given and row is not None and role == one.role
        return Giving(row.person, row.at, seals.of_row(session, row)) if row is not None and known else None

    return tuple(
        HeldRole(
            user_id=one.user_id,
            username=one.username,
            name=one.name,
            is_active=one.is_active,
            role=one.role,
            in_portal=one.in_portal,
            is_given=one.is_given,
            giving=giving(one),
        )
        for one in staff.staff(session)
    )


def _givings(session: Session) -> dict[str, tuple[str | None, OperationRow]]:
    """What the log says was given last, and by which row, by what it calls the role of an account."""
    found: dict[str, tuple[str | None, OperationRow]] = {}
    if not has_own_tables(session):
        return found
    rows = select(OperationRow).where(OperationRow.operation == SET_ROLE.name).order_by(OperationRow.seq)
    for row in session.execute(rows).scalars():
        try:
            given = stored.read_json(row.body)["set"]
            found |= {key: (role, row) for key, role in given.items()}
        except (ValueError, TypeError, AttributeError, LookupError):
            # A damaged row is told by the log's verification.
            continue
    return found


def set_role(
    session: Session,
    *,
    username: str,
    role: Role | None,
    actor: Actor,
    op_id: str | None = None,
    now: datetime | None = None,
) -> None:
    """Give a staff account a role at the desk; None takes it back.

    Args:
        op_id: made before ``Database.write``, since a job that is tried again knows by it what it has done.

    Raises:
        NotPermitted: the actor is no supervisor.
        UsageProblem: there is no such staff account.
        AdminError: nobody would be a supervisor any more.
    """
    set_to: dict[str, str | None] = {}

    def work() -> Message:
        account = staff.account_named(session, username)
        if account is None or not account.is_staff:
            raise UsageProblem("no_such_account", username=username)
        of_account = RoleRow.user_id == account.user_id
        before = session.execute(select(RoleRow.role).where(of_account)).scalar_one_or_none()
        session.execute(delete(RoleRow).where(of_account))
        if role is not None:
            session.execute(insert(RoleRow).values(user_id=account.user_id, role=role))
        set_to[beside.role_key(account.user_id)] = role
        if not staff.has_supervisor(session):
            raise AdminError("last_supervisor", username=username)
        return SET_ROLE.say("told", username=account.username, before=_told(before), after=_told(role))

    do(session, SET_ROLE, work, actor=actor, op_id=op_id or new_op_id(), now=now, set_to=set_to)


def _told(role: str | None) -> Message | str:
    if role is None:
        return Message.of("as_in_portal")
    # What somebody wrote by hand may be no role.
    return Message.of(f"role_{role}") if role in set(Role) else role
