"""Recording in the operation log what was done, once and for all: each row is sealed behind the one before it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, literal, select

from desktop_admin.controllers.archive import images as before_images
from desktop_admin.controllers.archive.images import Images
from desktop_admin.controllers.log import bodies, chain
from desktop_admin.controllers.values.plans import Actor, Changes, Plan
from desktop_admin.database import sql
from desktop_admin.database.own import OperationCandidate, OperationRow
from desktop_admin.database.session import Session, has_own_tables
from desktop_admin.messages import Message
from desktop_admin.rules import Operation


def recorded(session: Session, *, op_id: str) -> Changes | None:
    """The result of an operation that was already applied under this id, or None."""
    if not has_own_tables(session):
        return None
    row = session.execute(select(OperationRow).where(OperationRow.op_id == op_id)).scalar_one_or_none()
    if row is None:
        return None
    return Changes(
        operation=Operation(row.operation),
        lines=bodies.lines_of(json.loads(row.body)),
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
        "lines": [bodies.body_of(line) for line in plan.lines],
        "images": [before_images.body(image) for image in images],
        "archive": chain.archive_seal(session, op_id=plan.op_id),
        "answers": chain.answers_seal(session, op_id=plan.op_id) if plan.paper else None,
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
    chain.append(session, row, actor=actor)


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
