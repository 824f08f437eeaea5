"""Applying a plan: the order inside every write (write protocol), once for all operations.

The caller's transaction holds the write lock before anything here runs (``Database.write``). Then: was this operation
applied already? → plan again and compare with the plan shown → archive and clear the sessions → end the candidates'
logins → update → record. Nothing is written where nothing is applied.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from desktop_admin.controllers import permissions
from desktop_admin.controllers.archive.images import Images
from desktop_admin.controllers.log import desk_clock, entries
from desktop_admin.controllers.operations.activate import copies
from desktop_admin.controllers.operations.activate import work as sets
from desktop_admin.controllers.operations.clear import work as clearing
from desktop_admin.controllers.operations.reopen import work as reopening
from desktop_admin.controllers.operations.restore import work as restoring
from desktop_admin.controllers.operations.sign_out import work as signing_out
from desktop_admin.controllers.operations.slots import work as slots
from desktop_admin.controllers.operations.undo import work as undoing
from desktop_admin.controllers.portal import logins, open_sessions
from desktop_admin.controllers.values.plans import Actor, Changes, Line, Plan, PlanChanged, line_key
from desktop_admin.database import sql
from desktop_admin.database.own import EndedLogin
from desktop_admin.database.portal import ActivateSets, CandidateProfile
from desktop_admin.database.session import Session, require_own_tables, safety_copy, server_now
from desktop_admin.messages import Message
from desktop_admin.rules import FEW_CANDIDATES, Operation, Refusal, check_may, check_override, check_own, right_needed

_LOGINS_KEPT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class _Kind:
    """What differs between operations: how one is planned again, and which columns it writes besides clearing."""

    again: Callable[[Session, Plan, datetime], Plan]
    change: Callable[[Session, Plan, Actor, datetime], list[Images]]


_KINDS = {
    Operation.ASSIGN: _Kind(slots.plan_again, slots.give),
    Operation.RESET: _Kind(slots.plan_again, slots.empty),
    Operation.REASSIGN: _Kind(slots.plan_again, slots.give),
    Operation.CLEAR: _Kind(clearing.plan_again, clearing.change_nothing),
    Operation.SIGN_OUT: _Kind(signing_out.plan_again, clearing.change_nothing),
    Operation.ACTIVATE: _Kind(sets.plan_again, copies.write),
    Operation.REOPEN: _Kind(reopening.plan_again, reopening.reopen),
    Operation.RESTORE: _Kind(restoring.plan_again, restoring.put_back),
    Operation.UNDO: _Kind(undoing.plan_again, undoing.take_back),
}


def apply(
    session: Session,
    *,
    plan: Plan,
    actor: Actor,
    reason: str | None = None,
    released_by: Actor | None = None,
    shown: bool = True,
    now: datetime | None = None,
) -> Changes:
    """Carry out a plan inside the caller's write transaction.

    Args:
        session: a session in a write transaction.
        plan: the plan as it was made.
        actor: who does it.
        reason: what the person gave as the reason.
        released_by: the supervisor who typed his password at the actor's desk, for this operation alone.
        shown: whether a person saw the plan; one made inside this very transaction needs no comparison.
        now: the database's time, UTC; asked from the database where not given.

    Returns:
        What was done; ``op_id`` is None where everything was refused. For an operation that was applied before
        (a second attempt with the same id), what was done then.

    Raises:
        NotPermitted: the actor's role may not do it, or what was given as a release is none.
        PlanChanged: the plan that was shown no longer holds; it carries the new one.
        OwnTablesMissing: something would be applied, and there are no tables to record it in.
        DatabaseUnusable: no room on the disk, or a table of a newer portal cannot be written.
    """
    moment = now or server_now(session)
    kind = _KINDS[plan.operation]
    _check_role(plan, actor, released_by)
    permissions.check(session, actor=actor, operation=_right(plan), released_by=released_by)
    done_before = entries.recorded(session, op_id=plan.op_id)
    if done_before is not None:
        return done_before
    copy = safety_copy(session) if _wants_copy(plan) else None
    locked = lock_rows(session, plan)
    if shown:
        plan = settled(shown=plan, again=kind.again(session, plan, moment))
    elif locked:
        # What was planned before these rows were locked may have changed on a server; on a file nothing could.
        plan = kind.again(session, plan, moment)
    if plan.applied == 0:
        return Changes.of(plan, op_id=None, reason=reason)
    # A plan that nobody saw may have grown until its rows were locked.
    _check_role(plan, actor, released_by)
    require_own_tables(session)
    session.execute(delete(EndedLogin).where(EndedLogin.ended_at < moment - _LOGINS_KEPT))
    reopens = plan.operation is Operation.REOPEN
    open_sessions.clear(session, session_ids=plan.session_ids, op_id=plan.op_id, completed=reopens)
    logins.end(session, user_ids=signed_out(plan), op_id=plan.op_id, now=moment)
    images = kind.change(session, plan, actor, moment)
    clock = desk_clock.look(session, desk=actor.desk)
    if clock is not None:
        plan = replace(plan, notes=(*plan.notes, clock))
    entries.record(session, plan=plan, actor=actor, released_by=released_by, reason=reason, images=images, now=moment)
    return replace(Changes.of(plan, op_id=plan.op_id, reason=reason), safety_copy=copy)


def _check_role(plan: Plan, actor: Actor, released_by: Actor | None) -> None:
    """Refuse what the actor's role may not do; a release stands in for a supervisor only where the table says so."""
    released = released_by is not None
    check_may(role=actor.role, operation=_right(plan), candidates=_named(plan), released=released)
    if plan.override:
        check_override(role=actor.role)
    if plan.undone_by is not None:
        check_own(role=actor.role, by=plan.undone_by, person=(actor.name, actor.user_id))


def _right(plan: Plan) -> Operation:
    return right_needed(plan.operation, undone=plan.undone)


def _wants_copy(plan: Plan) -> bool:
    """Whether a file is copied first: a set switch, or more candidates than one person oversees."""
    switch = Operation.ACTIVATE in (plan.operation, plan.undone)
    return plan.applied > 0 and (switch or _named(plan) > FEW_CANDIDATES)


def lock_rows(session: Session, plan: Plan) -> bool:
    """L2: lock what will be written (active sets, then candidates by id), so that it stays as planned until COMMIT.

    Returns:
        False on a file, whose one lock is held already.
    """
    if sql.is_file(session):
        return False
    trades = {choice.trade_id for choice in plan.choices}
    if trades:
        wanted = ActivateSets.trade_id.in_(sql.numbers(trades))
        session.execute(select(ActivateSets.trade_id).where(wanted).order_by(ActivateSets.trade_id).with_for_update())
    sql.lock_where(session, CandidateProfile, CandidateProfile.user_id.in_(sql.numbers(plan.user_ids)))
    return True


def signed_out(plan: Plan) -> set[int]:
    """The accounts whose logins end: whose sessions are cleared, and for *sign out* every one."""
    return {
        line.user_id
        for line in plan.lines
        if line.user_id is not None
        and line.outcome == "applied"
        and (line.cleared or plan.operation is Operation.SIGN_OUT)
    }


def settled(*, shown: Plan, again: Plan) -> Plan:
    """The plan to carry out, when the one shown is compared with the one made under the lock.

    Compared are the outcome and the session ids of each line, never times. Less than was shown (a session gone, a
    line refused by now) is carried out and told. A set switch also clears the sessions that were started since.
    Anything else that grew is more than the person agreed to.

    Raises:
        PlanChanged: something grew.
    """
    before = {line_key(line): line for line in shown.lines}
    switch = again.operation is Operation.ACTIVATE
    named_before = set(shown.lines)
    lines: list[Line] = []
    for line in again.lines:
        if line.user_id is None and not line.is_trade and line not in named_before:
            # A session that is gone names nobody any more; the line that was shown of it tells whose it was.
            continue
        old = before.pop(line_key(line), None)
        if switch and not line.is_trade:
            lines.append(line if old is not None else _told(line, "started_since"))
            continue
        was_applied = old is not None and old.outcome == "applied"
        seen = {*old.cleared, *old.restored} if old is not None else set()
        if line.outcome == "applied" and (not was_applied or not {*line.cleared, *line.restored} <= seen):
            raise PlanChanged(again)
        changed = old is not None and (old.outcome, old.cleared) != (line.outcome, line.cleared)
        lines.append(_told(line, "changed_since") if changed else line)
    # The others' sessions were completed or removed in the meantime, so there is nothing left to do for them.
    lines.extend(old.as_refused(Message.of(Refusal.SESSION_GONE)) for old in before.values())
    return replace(again, lines=tuple(lines))


def _told(line: Line, code: str) -> Line:
    return replace(line, notes=(*line.notes, Message.of(code)))


def _named(plan: Plan) -> int:
    return len(plan.user_ids)
