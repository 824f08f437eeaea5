"""The operation log: recording what was done, and reading it back."""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, literal, select
from sqlalchemy.orm import Session

from desktop_admin.controllers import images as before_images
from desktop_admin.controllers import log_chain
from desktop_admin.controllers.images import Images
from desktop_admin.controllers.plans import Actor, Changes, Line, Plan, SetChoice
from desktop_admin.controllers.records import GUARD_CLEARING, ClearedSession, LastAction, OperationRecord
from desktop_admin.database import sql
from desktop_admin.database.own import ArchivedSession, GuardClearing, OperationCandidate, OperationRow
from desktop_admin.database.portal import Trade
from desktop_admin.database.session import has_own_tables
from desktop_admin.messages import Message
from desktop_admin.rules import Operation, Paper


def recorded(session: Session, *, op_id: str) -> Changes | None:
    """The result of an operation that was already applied under this id, or None."""
    if not has_own_tables(session):
        return None
    row = session.execute(select(OperationRow).where(OperationRow.op_id == op_id)).scalar_one_or_none()
    if row is None:
        return None
    return Changes(
        operation=Operation(row.operation),
        lines=lines_of(json.loads(row.body)),
        op_id=row.op_id,
        reason=row.reason,
        notes=(Message.of("already_applied"),),
    )


def record(
    session: Session,
    *,
    plan: Plan,
    actor: Actor,
    released_by: Actor | None = None,
    reason: str | None,
    images: Sequence[Images],
    now: datetime,
) -> None:
    """Write the operation row, with before-images of every changed column, and the index of its candidates."""
    body = {
        "asked": _asked(plan),
        "lines": [_line_body(line) for line in plan.lines],
        "images": [before_images.body(image) for image in images],
        "archive": log_chain.archive_seal(session, op_id=plan.op_id),
        "answers": log_chain.answers_seal(session, op_id=plan.op_id) if plan.paper else None,
    }
    counts = {"applied": plan.applied, "refused": plan.refused, "ended_logins": plan.ended_logins}
    released = None if released_by is None else released_by.name[:150]
    _write_row(
        session, plan.op_id, plan.operation, actor, reason, now, body, undoes=plan.undoes, released=released, **counts
    )
    users = sql.numbers(plan.user_ids).subquery()
    session.execute(
        insert(OperationCandidate).from_select(["op_id", "user_id"], select(literal(plan.op_id), users.c.value))
    )


def record_change(
    session: Session,
    *,
    operation: str,
    op_id: str,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
    told: dict[str, Any] | None = None,
) -> None:
    """Write the operation row of something that was done to the database itself, and to no candidate."""
    body: dict[str, Any] = {"lines": [], "images": [], "told": told}
    _write_row(session, op_id, operation, actor, reason, now, body, applied=0, refused=0, ended_logins=0)


def _write_row(
    session: Session,
    op_id: str,
    operation: str,
    actor: Actor,
    reason: str | None,
    now: datetime,
    body: dict[str, Any],
    *,
    undoes: str | None = None,
    released: str | None = None,
    **counts: int,
) -> None:
    row = {
        "op_id": op_id,
        "at": now,
        "desk_at": datetime.now(UTC),
        "person": actor.name[:150],
        "person_id": actor.user_id,
        "verified": actor.verified,
        "released_by": released,
        "desk": actor.desk[:150],
        "operation": str(operation),
        "reason": reason,
        **counts,
        "body": json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
        "undoes": undoes,
    }
    log_chain.append(session, row, actor=actor)


def operations(
    session: Session,
    *,
    user_id: int | None = None,
    op_id: str | None = None,
    between: tuple[datetime, datetime] | None = None,
    limit: int | None = 200,
) -> tuple[OperationRecord, ...]:
    """Recorded operations, newest first, and what the guard cleared; none where nothing was ever recorded.

    Args:
        session: a reading session.
        user_id: only those that were applied to this candidate.
        op_id: only this one.
        between: only those from one time to another, by the database server's clock.
        limit: at most so many; None for all.
    """
    if not has_own_tables(session):
        return ()
    wanted = select(OperationRow).order_by(OperationRow.seq.desc()).limit(limit)
    by_guard = (
        select(GuardClearing, Trade.code)
        .outerjoin(Trade, Trade.id == GuardClearing.trade_id)
        .order_by(GuardClearing.at.desc(), GuardClearing.op_id)
        .limit(limit)
    )
    if user_id is not None:
        touched = select(OperationCandidate.op_id).where(OperationCandidate.user_id == user_id)
        wanted = wanted.where(OperationRow.op_id.in_(touched))
        by_guard = by_guard.where(GuardClearing.op_id.in_(touched))
    if op_id is not None:
        wanted = wanted.where(OperationRow.op_id == op_id)
        by_guard = by_guard.where(GuardClearing.op_id == op_id)
    if between is not None:
        wanted = wanted.where(OperationRow.at.between(*between))
        by_guard = by_guard.where(GuardClearing.at.between(*between))
    rows = session.execute(wanted).scalars().all()
    clearings = session.execute(by_guard).all()
    archived = _archived(session, [row.op_id for row in rows] + [clearing.op_id for clearing, _ in clearings])
    undone = _undone(session, [row.op_id for row in rows])
    recorded = [_operation_record(row, archived.get(row.op_id, ()), undone.get(row.op_id)) for row in rows]
    cleared = [_clearing_record(clearing, code, archived.get(clearing.op_id, ())) for clearing, code in clearings]
    # Both kinds have the server's time; the log's own order is kept, whatever its times say.
    return tuple(heapq.merge(recorded, cleared, key=lambda record: record.at, reverse=True))[:limit]


def last_action(session: Session, *, user_id: int) -> LastAction | None:
    """The newest operation that was applied to a candidate, or None."""
    newest = last_actions(session, user_id=user_id, limit=1)
    return newest[0] if newest else None


def last_actions(session: Session, *, user_id: int, limit: int) -> tuple[LastAction, ...]:
    """The newest operations that were applied to a candidate, newest first; at most ``limit``."""
    if not has_own_tables(session):
        return ()
    touched = select(OperationCandidate.op_id).where(OperationCandidate.user_id == user_id)
    rows = session.execute(
        select(OperationRow.op_id, OperationRow.operation, OperationRow.at, OperationRow.person, OperationRow.reason)
        .where(OperationRow.op_id.in_(touched))
        .order_by(OperationRow.seq.desc())
        .limit(limit)
    )
    return tuple(LastAction(row.op_id, Operation(row.operation), row.at, row.person, row.reason) for row in rows)


def _undone(session: Session, op_ids: Sequence[str]) -> dict[str, str]:
    """Which of these operations were undone, and by which operation each."""
    rows = session.execute(
        select(OperationRow.undoes, OperationRow.op_id).where(OperationRow.undoes.in_(sql.texts(op_ids)))
    )
    return {undoes: op_id for undoes, op_id in rows if undoes is not None}


def _operation_record(row: OperationRow, sessions: Iterable[ClearedSession], undone_by: str | None) -> OperationRecord:
    return OperationRecord(
        seq=row.seq,
        op_id=row.op_id,
        operation=row.operation,
        at=row.at,
        person=row.person,
        verified=row.verified,
        desk=row.desk,
        reason=row.reason,
        applied=row.applied,
        refused=row.refused,
        ended_logins=row.ended_logins,
        lines=lines_of(json.loads(row.body)),
        sessions=tuple(sessions),
        person_id=row.person_id,
        undoes=row.undoes,
        undone_by=undone_by,
        released_by=row.released_by,
    )


def _clearing_record(clearing: GuardClearing, trade: str | None, sessions: Sequence[ClearedSession]) -> OperationRecord:
    switch = SetChoice(clearing.trade_id, Paper(clearing.paper), clearing.letter)
    candidates = (
        Line("applied", one.user_id, one.army_no, None, one.name, one.trade, cleared=(one.id,)) for one in sessions
    )
    return OperationRecord(
        seq=None,
        op_id=clearing.op_id,
        operation=GUARD_CLEARING,
        at=clearing.at,
        person=clearing.database_user,
        verified=True,
        desk="",
        reason=None,
        applied=1,
        refused=0,
        ended_logins=0,
        lines=(Line("applied", name=trade or "", trade=trade, choice=switch), *candidates),
        sessions=tuple(sessions),
    )


def _archived(session: Session, op_ids: Sequence[str]) -> dict[str, list[ClearedSession]]:
    found: dict[str, list[ClearedSession]] = {}
    rows = session.execute(
        select(ArchivedSession.op_id, ArchivedSession.body)
        .where(ArchivedSession.op_id.in_(sql.texts(op_ids)))
        .order_by(ArchivedSession.op_id, ArchivedSession.session_id)
    )
    for op_id, text in rows:
        found.setdefault(op_id, []).append(_cleared_session(json.loads(text)))
    return found


def _cleared_session(body: dict[str, Any]) -> ClearedSession:
    questions = sorted((part.split(":") for part in (body["questions"] or "").split()), key=lambda q: int(q[1]))
    return ClearedSession(
        id=body["id"],
        user_id=body["user_id"],
        army_no=body["army_no"],
        name=body["name"] or body["username"],
        trade=body["trade"],
        paper=body["paper"],
        set=body["set"] or "",
        questions=tuple(int(question[2]) for question in questions),
    )


def _asked(plan: Plan) -> dict[str, Any]:
    chosen = plan.chosen
    return {
        "user_ids": chosen.user_ids if chosen else None,
        "trade_ids": chosen.trade_ids if chosen else None,
        "everyone": bool(chosen and chosen.everyone),
        "choices": [[choice.trade_id, choice.paper, choice.letter] for choice in plan.choices],
        "sessions": list(plan.requested_sessions),
        "allow_too_few": plan.allow_too_few,
        "archived": [list(key) for key in plan.archived],
        "override": plan.override,
        "paper": plan.paper,
    }


def _line_body(line: Line) -> dict[str, Any]:
    choice = line.choice
    return {
        "outcome": line.outcome,
        "user_id": line.user_id,
        "army_no": line.army_no,
        "username": line.username,
        "name": line.name,
        "trade": line.trade,
        "choice": [choice.trade_id, choice.paper, choice.letter] if choice else None,
        "session_id": line.session_id,
        "reason": _message_body(line.reason) if line.reason else None,
        "notes": [_message_body(note) for note in line.notes],
        "cleared": list(line.cleared),
        "restored": list(line.restored),
        "ended_logins": line.ended_logins,
        "returned_logins": line.returned_logins,
    }


def lines_of(body: dict[str, Any]) -> tuple[Line, ...]:
    """The lines of an operation, as its row in the log keeps them."""
    return tuple(
        Line(
            outcome=line["outcome"],
            user_id=line["user_id"],
            army_no=line["army_no"],
            username=line["username"],
            name=line["name"],
            trade=line["trade"],
            choice=SetChoice(line["choice"][0], Paper(line["choice"][1]), line["choice"][2])
            if line["choice"]
            else None,
            # Rows of the log from before sessions could be put back do not speak of it.
            session_id=line.get("session_id"),
            reason=_message(line["reason"]) if line["reason"] else None,
            notes=tuple(_message(note) for note in line["notes"]),
            cleared=tuple(line["cleared"]),
            restored=tuple(line.get("restored", ())),
            ended_logins=line["ended_logins"],
            returned_logins=line.get("returned_logins", 0),
        )
        for line in body["lines"]
    )


def _message_body(message: Message) -> list[Any]:
    return [message.code, {key: value if isinstance(value, int) else str(value) for key, value in message.values}]


def _message(body: list[Any]) -> Message:
    return Message(body[0], tuple(body[1].items()))
