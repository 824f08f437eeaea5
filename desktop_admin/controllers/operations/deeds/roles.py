"""Giving a staff account another role at the desk than its portal role means."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select

from desktop_admin.controllers.log import beside
from desktop_admin.controllers.operations.deeds import SET_ROLE
from desktop_admin.controllers.operations.deeds.doing import do
from desktop_admin.controllers.people import staff
from desktop_admin.controllers.values.lines import Actor, new_op_id
from desktop_admin.database.session import Session
from desktop_admin.database.tables.own import RoleRow
from desktop_admin.errors import AdminError, UsageProblem
from desktop_admin.messages import Message
from desktop_admin.rules import Role


def set_role(session: Session, *, username: str, role: Role | None, actor: Actor, now: datetime | None = None) -> None:
    """Give a staff account a role at the desk; None takes it back.

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

    do(session, SET_ROLE, work, actor=actor, op_id=new_op_id(), now=now, set_to=set_to)


def _told(role: str | None) -> Message | str:
    if role is None:
        return Message.of("as_in_portal")
    # What somebody wrote by hand may be no role.
    return Message.of(f"role_{role}") if role in set(Role) else role
