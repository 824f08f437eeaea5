"""Signing a candidate out: his portal logins end, his session and slot stay.

For a PC failure: he logs in on another PC, gets the same questions, and the old PC can no longer submit over him.
"""

from __future__ import annotations

from datetime import datetime

from desktop_admin.controllers.portal import candidates, logins
from desktop_admin.controllers.values.plans import Chosen, Plan, new_op_id
from desktop_admin.database.session import Session, server_now
from desktop_admin.messages import Message
from desktop_admin.rules import Operation, Refusal


def plan_sign_out(session: Session, *, chosen: Chosen, op_id: str | None = None, now: datetime | None = None) -> Plan:
    """What signing out would do; refused for a candidate without a login (expired ones do not count)."""
    moment = now or server_now(session)
    signed_in = logins.live_counts(session, now=moment)
    lines = tuple(
        candidates.applied_line(one, ended_logins=signed_in[one.user_id])
        if one.user_id in signed_in
        else candidates.refused_line(one, Message.of(Refusal.NO_LOGIN))
        for one in candidates.load(session, users=candidates.users(chosen))
    )
    return Plan(
        operation=Operation.SIGN_OUT,
        lines=lines,
        op_id=op_id or new_op_id(),
        chosen=chosen,
        screen=Message.of("screen_sign_out"),
    )


def plan_again(session: Session, plan: Plan, now: datetime) -> Plan:
    """The same plan from the rows as they are now, for the same candidates as were shown."""
    shown = Chosen(user_ids=tuple(line.user_id for line in plan.lines if line.user_id is not None))
    return plan_sign_out(session, chosen=shown, op_id=plan.op_id, now=now)
