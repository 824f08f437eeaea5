"""Planning and applying: the order inside every write (write protocol), once for all operations.

The caller's transaction holds the write lock before anything here runs (``Database.write``). Then: was this operation
applied already? → plan again and compare with the plan shown → archive and clear the sessions → end the candidates'
logins → accept what may be finished → put sessions back → update → record. Nothing is written where nothing is applied.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from importlib import import_module
from typing import Any

from desktop_admin.controllers.archive import cleared
from desktop_admin.controllers.archive.images import Images
from desktop_admin.controllers.archive.sums import ACCEPTED, RESTORED, SESSIONS, Row
from desktop_admin.controllers.log import bodies, desk_clock, entries
from desktop_admin.controllers.operations import beforehand, gate
from desktop_admin.controllers.operations.accept import rows
from desktop_admin.controllers.operations.changes import Changes, PlanChanged
from desktop_admin.controllers.operations.kind import Asked, Clears, Operation
from desktop_admin.controllers.operations.plan import Plan, Planned, Work
from desktop_admin.controllers.operations.rights import check_plan
from desktop_admin.controllers.operations.table import operation_named
from desktop_admin.controllers.portal import logins, open_sessions
from desktop_admin.controllers.portal.facts import Facts
from desktop_admin.controllers.values.lines import Actor, Line, line_key, new_op_id
from desktop_admin.database.session import Session, require_own_tables, safety_copy
from desktop_admin.database.statements import sql
from desktop_admin.errors import AdminError, UsageProblem
from desktop_admin.messages import Message
from desktop_admin.rules import FEW_CANDIDATES, Refusal

_SET_SINCE = (Refusal.SWITCHED_SINCE, Refusal.PAPER_CHANGED_SINCE)


def plan(
    session: Session,
    kind: Operation,
    asked: Asked,
    *,
    op_id: str | None = None,
    now: datetime | None = None,
    facts: Facts | None = None,
) -> Plan:
    """What an operation would do; nothing is written."""
    facts = facts or Facts(session, now=now)
    planned = work_of(kind).plan(facts, asked)
    made = _plan(facts, kind, asked, planned, op_id or new_op_id())
    facts.stop_noting()
    return made


def work_of(kind: Operation) -> Work:
    """What an operation does: the module beside its face, imported when it is first needed."""
    works: tuple[Work, ...] = import_module(f"{kind.home}.work").WORKS
    return next(work for work in works if work.kind is kind)


def ask(session: Session, kind: Operation, options: Mapping[str, Any], actor: Actor) -> Asked:
    """What the options of its command ask of an operation.

    Raises:
        UsageProblem: they name something that is not there.
    """
    asks = work_of(kind).ask
    assert asks is not None, f"{kind.name} has no command"
    return asks(session, options, actor)


def _plan(facts: Facts, kind: Operation, asked: Asked, planned: Planned, op_id: str) -> Plan:
    asked = planned.asked or asked
    screen = planned.screen or (kind.say("screen", **asked.told) if kind.has("screen") else None)
    two = gate.needs_two(facts, kind=kind, asked=asked)
    return Plan(kind, planned.lines, asked, op_id=op_id, screen=screen, notes=planned.notes, two_persons=two)


def _plan_again(facts: Facts, shown: Plan) -> Plan:
    """The same plan from the rows as they are now, for the same candidates as were shown."""
    work = work_of(shown.kind)
    if work.again is not None:
        return _plan(facts, shown.kind, shown.asked, work.again(facts, shown), shown.op_id)
    user_ids = tuple(line.user_id for line in shown.lines if line.user_id is not None)
    asked = shown.asked.narrowed(user_ids)
    return _plan(facts, shown.kind, asked, work.plan(facts, asked), shown.op_id)


def apply(
    session: Session,
    *,
    plan: Plan,
    actor: Actor,
    reason: str | None = None,
    released_by: Actor | None = None,
    shown: bool = True,
    now: datetime | None = None,
    facts: Facts | None = None,
) -> Changes:
    """Carry out a plan inside the caller's write transaction.

    Args:
        shown: whether a person saw the plan; one made inside this very transaction needs no comparison.
        facts: what the plan was made from, where that was in this very transaction. Where they were noted, and still
            hold when the rows are locked, the plan is not made again.

    Returns:
        What was done; ``op_id`` is None where everything was refused. For an operation that was applied before
        (a second attempt with the same id), what was done then.

    Raises:
        NotPermitted: the actor's role may not do it, or what was given as a release is none.
        UsageProblem: its kind needs a reason, and none was given.
        AdminError: something else is recorded under the plan's id.
        PlanChanged: the plan that was shown no longer holds; it carries the new one.
        OwnTablesMissing: something would be applied, and there are no tables to record it in.
        DatabaseUnusable: no room on the disk, or a table of a newer portal cannot be written.
    """
    known = Facts(session, now=now) if facts is None else facts
    moment, kind = known.now, plan.kind
    gate.check_operation(known, plan=plan, actor=actor, released_by=released_by)
    if kind.needs_reason and not (reason or "").strip():
        raise UsageProblem("reason_needed", operation=kind.say("name"))
    before = beforehand.read(session, op_id=plan.op_id, desk=actor.desk, now=moment)
    done_before = recorded(session, op_id=plan.op_id, kind=kind) if before.is_recorded else None
    if done_before is not None:
        return done_before
    copy = safety_copy(session) if _wants_copy(plan) else None
    locked = known.lock(trade_ids=plan.trade_ids, user_ids=plan.user_ids)
    if shown:
        plan = settled(shown=plan, again=_plan_again(known, plan))
    elif locked and not known.still_hold():
        # What was planned before these rows were locked has changed on a server; on a file nothing could.
        known = known.again()
        plan = _plan_again(known, plan)
    if plan.applied == 0:
        return Changes.of(plan, op_id=None, reason=reason)
    # A plan that nobody saw may have grown until its rows were locked.
    person = (actor.name, actor.user_id)
    check_plan(plan, role=actor.role, person=person, released=released_by is not None)
    require_own_tables(session)
    if before.has_old_logins:
        logins.forget_old(session, now=moment)
    entry = entries.Entry(
        operation=kind.name,
        op_id=plan.op_id,
        actor=actor,
        released_by=released_by,
        reason=reason,
        now=moment,
        behind=before.last,
    )
    plan = _write(known, plan, entry, desk_at=before.desk_at)
    done = Changes.of(plan, op_id=plan.op_id, reason=reason)
    return replace(done, safety_copy=copy, released_by=None if released_by is None else released_by.name)


def _write(known: Facts, plan: Plan, entry: entries.Entry, *, desk_at: datetime | None) -> Plan:
    """Write what is planned, in the order of the write protocol, and its row in the log.

    Args:
        desk_at: what the desk's clock showed at its last operation.

    Returns:
        The plan with what only the writing has told.
    """
    session, work = known.session, work_of(plan.kind)
    completed = plan.kind.clears is Clears.SUBMITTED
    inactive = open_sessions.inactive_questions(session, session_ids=plan.session_ids)
    archived = cleared.clear(session, session_ids=plan.session_ids, op_id=plan.op_id, completed=completed)
    ended = _end_logins(known, plan)
    accepted = rows.write(session, plan, known.paper_settings) if plan.accepted_ids else []
    restored = _put_back(session, plan, work)
    images = work.change(session, plan, entry.actor, entry.now)
    plan = work.named(session, plan)
    rows.check(session, plan)
    clock = desk_clock.warning(now=known.clock.server, desk_now=known.clock.desk, last=desk_at)
    if clock is not None:
        plan = replace(plan, notes=(*plan.notes, clock))
    beside = {SESSIONS: archived, ACCEPTED: accepted, RESTORED: restored}
    _record(session, plan, entry, images, inactive=inactive, beside=beside, ended=ended)
    return plan


def _end_logins(known: Facts, plan: Plan) -> list[str]:
    session, users = known.session, signed_out(plan)
    if not users:
        return []
    # On a server somebody may have signed in while the sessions were cleared.
    current = known.logins if sql.is_file(session) else logins.all_logins(session)
    return logins.end(session, among=current.every, user_ids=users, op_id=plan.op_id, now=known.now)


def _put_back(session: Session, plan: Plan, work: Work) -> list[Row]:
    if work.back is None:
        return []
    return cleared.put_back(session, archived=work.back(session, plan), by_op_id=plan.op_id)


def _record(
    session: Session,
    plan: Plan,
    entry: entries.Entry,
    images: list[Images],
    *,
    inactive: list[int],
    beside: dict[str, list[Row]],
    ended: list[str],
) -> None:
    earlier = plan.asked.takes_back
    entries.record(
        session,
        entry,
        asked=plan.asked.logged(),
        lines=plan.lines,
        images=images,
        inactive=inactive,
        beside=beside,
        applied=plan.applied,
        refused=plan.refused,
        ended_logins=plan.ended_logins,
        user_ids=plan.user_ids,
        undoes=None if earlier is None else earlier.op_id,
        with_answers=plan.kind.clears is Clears.SUBMITTED,
        logins=ended,
        keeps=plan.kind.keeps,
    )


def recorded(session: Session, *, op_id: str, kind: Operation | None = None) -> Changes | None:
    """The result of an operation that was already applied under this id, or None.

    Raises:
        AdminError: something else is recorded under it: no operation, or none of this ``kind``.
    """
    row = entries.find(session, op_id=op_id, operation=None if kind is None else kind.name)
    if row is None:
        return None
    found = operation_named(row.operation)
    if found is None:
        raise AdminError("op_id_taken")
    return Changes(
        kind=found,
        lines=bodies.lines_of(json.loads(row.body)),
        op_id=row.op_id,
        reason=row.reason,
        released_by=row.released_by,
        notes=(Message.of("already_applied"),),
    )


def _wants_copy(plan: Plan) -> bool:
    """Whether a file is copied first: its kind wants it, or it names more candidates than one person oversees."""
    return plan.applied > 0 and (plan.wants_safety_copy or len(plan.user_ids) > FEW_CANDIDATES)


def signed_out(plan: Plan) -> set[int]:
    """The accounts whose logins end: with what is done to their sessions, and where the kind says so every one."""
    return {user_id for user_id, line in plan.people.items() if line.signs_out or plan.kind.ends_every_login}


def settled(*, shown: Plan, again: Plan) -> Plan:
    """The plan to carry out, when the one shown is compared with the one made under the lock.

    Compared are the outcome and the session ids of each line, never the time that passes. Less than was shown (a
    session gone, a line refused by now) is carried out and told. A set switch also clears the sessions that were
    started since. Anything else that grew is more than the person agreed to; so is a set that somebody else switched
    meanwhile, and a session that ends at another time by now, because minutes that are given twice would add up.

    Raises:
        PlanChanged: something grew, was switched, or ends at another time.
    """
    if again.asked.is_other_than(shown.asked):
        raise PlanChanged(again)
    before = {line_key(line): line for line in shown.lines}
    named_before = set(shown.lines)
    lines: list[Line] = []
    for line in again.lines:
        if line.names_nobody and line not in named_before:
            # A session that is gone names nobody any more; the line that was shown of it tells whose it was.
            continue
        old = before.pop(line_key(line), None)
        was_applied = old is not None and old.outcome == "applied"
        if again.takes_newcomers and not line.is_trade and set(line.restored) <= set(old.restored if old else ()):
            was_seen = old is not None and set(line.cleared) <= set(old.cleared)
            lines.append(line if was_seen else _told(line, "started_since"))
            continue
        seen = old.session_ids if old is not None else frozenset()
        if line.outcome == "applied" and (not was_applied or not line.session_ids <= seen):
            raise PlanChanged(again)
        if old is not None and not set(line.writing) <= set(old.writing):
            # More of them would lose what they typed than the person agreed to.
            raise PlanChanged(again)
        if old is not None and line.given is not None and old.given is not None and line.given.ended != old.given.ended:
            # Somebody gave it time, or the candidate logged in again.
            raise PlanChanged(again)
        if was_applied and line.reason is not None and line.reason.code in _SET_SINCE:
            raise PlanChanged(again)
        changed = old is not None and (old.outcome, old.cleared) != (line.outcome, line.cleared)
        lines.append(_told(line, "changed_since") if changed else line)
    # The others' sessions were completed or removed in the meantime, so there is nothing left to do for them.
    lines.extend(old.as_refused(Message.of(Refusal.SESSION_GONE)) for old in before.values())
    return replace(again, lines=tuple(lines))


def _told(line: Line, code: str) -> Line:
    return replace(line, notes=(*line.notes, Message.of(code)))
