"""Short ways to plan each operation, with what is asked of it as arguments."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from desktop_admin.controllers.operations import apply
from desktop_admin.controllers.operations.accept import ACCEPT, AcceptAsked
from desktop_admin.controllers.operations.check_in import CHECK_IN, WITHDRAW_CHECK_IN, CheckInAsked, DayAsked
from desktop_admin.controllers.operations.clear import CLEAR, ClearAsked
from desktop_admin.controllers.operations.kind import CandidatesAsked, Operation, PaperAsked
from desktop_admin.controllers.operations.papers import ACTIVATE, PapersAsked, kind_of
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.operations.reopen import REOPEN
from desktop_admin.controllers.operations.restore import RESTORE
from desktop_admin.controllers.operations.restore import work as restoring
from desktop_admin.controllers.operations.sign_out import SIGN_OUT
from desktop_admin.controllers.operations.slots import ASSIGN, REASSIGN, RESET
from desktop_admin.controllers.operations.time import GIVE_TIME, TimeAsked
from desktop_admin.controllers.operations.undo import UNDO
from desktop_admin.controllers.operations.undo import work as undoing
from desktop_admin.controllers.values.lines import Chosen, PaperChoice
from desktop_admin.database.session import Session
from desktop_admin.rules import Paper


def plan_slots(
    session: Session, *, kind: Operation, chosen: Chosen, op_id: str | None = None, now: datetime | None = None
) -> Plan:
    """Plan an operation that asks for candidates alone."""
    return apply.plan(session, kind, CandidatesAsked(chosen), op_id=op_id, now=now)


def plan_assign(session: Session, *, chosen: Chosen, op_id: str | None = None, now: datetime | None = None) -> Plan:
    """Plan assigning slots."""
    return plan_slots(session, kind=ASSIGN, chosen=chosen, op_id=op_id, now=now)


def plan_reset(session: Session, *, chosen: Chosen, op_id: str | None = None, now: datetime | None = None) -> Plan:
    """Plan resetting slots."""
    return plan_slots(session, kind=RESET, chosen=chosen, op_id=op_id, now=now)


def plan_reassign(session: Session, *, chosen: Chosen, op_id: str | None = None, now: datetime | None = None) -> Plan:
    """Plan reassigning slots."""
    return plan_slots(session, kind=REASSIGN, chosen=chosen, op_id=op_id, now=now)


def plan_sign_out(session: Session, *, chosen: Chosen, op_id: str | None = None, now: datetime | None = None) -> Plan:
    """Plan signing candidates out."""
    return plan_slots(session, kind=SIGN_OUT, chosen=chosen, op_id=op_id, now=now)


def plan_check_in(session: Session, *, chosen: Chosen, day: str = "2026-11-28", **asked: Any) -> Plan:
    """Plan checking in; at which door and seat, as ``CheckInAsked`` has it."""
    return apply.plan(session, CHECK_IN, CheckInAsked(chosen, day, **asked))


def plan_withdrawal(session: Session, *, chosen: Chosen, day: str = "2026-11-28") -> Plan:
    """Plan withdrawing check-ins."""
    return apply.plan(session, WITHDRAW_CHECK_IN, DayAsked(chosen, day))


def plan_time(
    session: Session, *, chosen: Chosen, op_id: str | None = None, now: datetime | None = None, **asked: Any
) -> Plan:
    """Plan giving time; how much, as ``TimeAsked`` has it."""
    return apply.plan(session, GIVE_TIME, TimeAsked(chosen, **asked), op_id=op_id, now=now)


def plan_clear(
    session: Session, *, session_ids: Collection[int], op_id: str | None = None, now: datetime | None = None
) -> Plan:
    """Plan clearing sessions."""
    return apply.plan(session, CLEAR, ClearAsked(tuple(sorted(session_ids))), op_id=op_id, now=now)


def plan_accept(
    session: Session,
    *,
    chosen: Chosen,
    session_ids: Collection[int] | None = None,
    op_id: str | None = None,
    now: datetime | None = None,
) -> Plan:
    """Plan accepting sessions."""
    asked = AcceptAsked(chosen, None if session_ids is None else tuple(session_ids))
    return apply.plan(session, ACCEPT, asked, op_id=op_id, now=now)


def plan_activate(
    session: Session,
    *,
    choices: Sequence[PaperChoice],
    allow_too_few: bool = False,
    op_id: str | None = None,
    now: datetime | None = None,
    **sparing: Any,
) -> Plan:
    """Plan a set switch; what it spares as ``PapersAsked`` names it."""
    asked = PapersAsked(tuple(choices), allow_too_few, **sparing)
    return apply.plan(session, ACTIVATE, asked, op_id=op_id, now=now)


def plan_papers(session: Session, *, asked: PapersAsked, op_id: str | None = None, now: datetime | None = None) -> Plan:
    """Plan whatever is asked of papers, as the operation that carries it out."""
    return apply.plan(session, kind_of(asked.choices), asked, op_id=op_id, now=now)


def plan_paper(session: Session, *, kind: Operation, chosen: Chosen, paper: Paper) -> Plan:
    """Plan an operation that asks for candidates and a paper."""
    return apply.plan(session, kind, PaperAsked(chosen, paper))


def plan_reopen(session: Session, *, chosen: Chosen, paper: Paper) -> Plan:
    """Plan reopening a paper."""
    return plan_paper(session, kind=REOPEN, chosen=chosen, paper=paper)


def plan_restore(
    session: Session,
    *,
    session_ids: Collection[int],
    archived_by: str | None = None,
    override: bool = False,
    op_id: str | None = None,
    now: datetime | None = None,
) -> Plan:
    """Plan putting cleared sessions back."""
    asked = restoring.asked(session, session_ids=session_ids, archived_by=archived_by, override=override)
    return apply.plan(session, RESTORE, asked, op_id=op_id, now=now)


def plan_undo(session: Session, *, undoes: str, op_id: str | None = None, now: datetime | None = None) -> Plan:
    """Plan taking an operation back."""
    return apply.plan(session, UNDO, undoing.asked(session, op_id=undoes), op_id=op_id, now=now)
