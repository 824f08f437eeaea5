"""Recording in the operation log what was done, once and for all: each row is sealed behind the one before it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import insert, literal, select

from desktop_admin import __version__
from desktop_admin.controllers.archive import images as before_images
from desktop_admin.controllers.archive import sums
from desktop_admin.controllers.archive.images import Images
from desktop_admin.controllers.log import bodies, chain
from desktop_admin.controllers.log.desk_versions import VERSION
from desktop_admin.controllers.values.lines import Actor, Line
from desktop_admin.database.session import Session, has_own_tables
from desktop_admin.database.statements import packed, sql
from desktop_admin.database.tables.own import GuardClearing, OperationCandidate, OperationPaper, OperationRow
from desktop_admin.errors import AdminError, UsageProblem
from desktop_admin.messages import Message, shortened
from desktop_admin.rules import Refusal

NOTHING: Mapping[str, str | None] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """Who did what, when and why, whatever it was.

    Attributes:
        operation: as the log names it.
        behind: the row of the log that it follows, where that is known.
    """

    operation: str
    op_id: str
    actor: Actor
    now: datetime
    reason: str | None = None
    released_by: Actor | None = None
    behind: chain.Last | None = None


def find(session: Session, *, op_id: str, operation: str | None = None) -> OperationRow | None:
    """The row of the operation that carries this id, or None.

    Raises:
        AdminError: it is not the ``operation`` that is meant.
    """
    if not has_own_tables(session):
        return None
    row = session.execute(select(OperationRow).where(OperationRow.op_id == op_id)).scalar_one_or_none()
    if row is not None and operation not in (None, row.operation):
        raise AdminError("op_id_taken")
    return row


SHORTEST_ID = 4
"""So many characters of an operation's id are enough, where no other begins so."""


def id_of(session: Session, *, text: str) -> str:
    """The whole id of the operation, or of what the guard cleared, that is meant by it or by its beginning.

    Raises:
        UsageProblem: there is none, or there are several.
    """
    if has_own_tables(session) and len(text) >= SHORTEST_ID:
        found: set[str] = set()
        for one in (OperationRow, GuardClearing):
            alike = select(one.op_id).where(one.op_id.startswith(text, autoescape=True))
            found |= set(session.execute(alike.order_by(one.op_id).limit(_FEW)).scalars())
        if text in found or len(found) == 1:
            return text if text in found else found.pop()
        if found:
            raise UsageProblem("operation_unclear", op_id=text, known=tuple(sorted(found)[:_FEW]))
    raise UsageProblem("no_such_operation", op_id=shortened(text))


_FEW = 5


def record(
    session: Session,
    entry: Entry,
    *,
    asked: Mapping[str, Any],
    lines: Sequence[Line],
    images: Sequence[Images],
    inactive: Sequence[int],
    beside: Mapping[str, Collection[sums.Row]],
    user_ids: Collection[int],
    undoes: str | None,
    with_answers: bool,
    logins: Collection[str],
    keeps: str = "",
    **counted: int,
) -> None:
    """Write the row of an operation on candidates and papers with what it counted, and the indexes of both.

    Args:
        inactive: the questions of its cleared sessions that were not active then; later nothing tells since when.
        beside: what the log's sums cover of the rows that it is known to have written beside the log, by their table.
        with_answers: whether it has archived answers.
        logins: the hashes of the logins that it ended.
        keeps: the table beside the log that its kind writes.
    """
    known = {
        **beside,
        sums.CANDIDATES: _index_candidates(session, entry.op_id, user_ids),
        sums.PAPERS: _index_papers(session, entry.op_id, lines),
    }
    written = [sums.GIVEN] if any(line.given is not None and not line.kept for line in lines) else []
    written += [sums.ACCOMMODATIONS] if any(line.kept for line in lines) else []
    written += [sums.ANSWERS] if with_answers else []
    written += [keeps] if keeps else []
    body = {
        "asked": asked,
        "lines": [bodies.body_of(line) for line in lines],
        "images": [before_images.body(image) for image in images],
        "inactive": inactive,
        "archive": sums.of_operation(session, op_id=entry.op_id, known=known, written=written),
        "logins": sorted(map(sums.digest, logins)),
        "sessions": sorted(sums.digest(sha256) for _, sha256 in beside[sums.SESSIONS]),
    }
    _write_row(session, entry, body, undoes=undoes, **counted)


def _is_kept(line: Line) -> bool:
    """Whether a trade's paper was set, or shall be remembered as one that stays open until its writers are done."""
    return line.reason is None or line.reason.code == Refusal.STILL_WRITING


def _index_candidates(session: Session, op_id: str, user_ids: Collection[int]) -> list[sums.Row]:
    """Write whom the operation is about, and give back what the log's sum covers of these rows."""
    if not user_ids:
        return []
    users = sql.numbers(user_ids).subquery()
    listed = insert(OperationCandidate).from_select(["op_id", "user_id"], select(literal(op_id), users.c.value))
    written = sql.changed(session, listed)
    if written != len(user_ids):
        raise RuntimeError(f"{len(user_ids)} candidates to note, {written} written")
    return [(user_id,) for user_id in user_ids]


def _index_papers(session: Session, op_id: str, lines: Sequence[Line]) -> list[sums.Row]:
    """The same of the papers that it has set."""
    choices = [(line.choice, line.outcome == "applied") for line in lines if line.choice is not None and _is_kept(line)]
    rows = [
        {
            "op_id": op_id,
            "trade_id": one.trade_id,
            "paper": one.paper.value,
            "letter": one.letter,
            "opens": one.opens,
            "minutes": one.minutes,
            "applied": applied,
        }
        for one, applied in choices
    ]
    packed.insert(session, OperationPaper, rows)
    return sums.covered(sums.PAPERS, rows)


def record_deed(
    session: Session,
    entry: Entry,
    *,
    told: Message,
    set_to: Mapping[str, str | None] = NOTHING,
    incident: Mapping[str, Any] | None = None,
    closing: Mapping[str, Any] | None = None,
    user_ids: Collection[int] = (),
) -> None:
    """Write the row of something that was done to the database itself, or happened, and was done to no candidate.

    Args:
        set_to: roles and rules that it set, by what ``beside`` calls them; None where one was taken back.
        incident: what is written into the incident book.
        closing: which day was closed, and what file was made of it.
        user_ids: the candidates whom that concerns.
    """
    body: dict[str, Any] = {"lines": [], "images": [], "told": bodies.body_of_message(told)}
    if set_to:
        body["set"] = set_to
    if closing is not None:
        body["closing"] = closing
    if incident is not None:
        known = {sums.CANDIDATES: _index_candidates(session, entry.op_id, user_ids)}
        body["incident"] = incident
        body["archive"] = sums.of_operation(session, op_id=entry.op_id, known=known)
    _write_row(session, entry, body, applied=0, refused=0, ended_logins=0, undoes=None)


def _write_row(session: Session, entry: Entry, body: Mapping[str, Any], **columns: int | str | None) -> None:
    actor = entry.actor
    body = {**body, VERSION: __version__}
    row = {
        "op_id": entry.op_id,
        "at": entry.now,
        "desk_at": datetime.now(UTC),
        "person": actor.name[:150],
        "person_id": actor.user_id,
        "verified": actor.verified,
        "released_by": None if entry.released_by is None else entry.released_by.name[:150],
        "desk": actor.desk[:150],
        "operation": entry.operation,
        "reason": entry.reason,
        "body": json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
        **columns,
    }
    chain.append(session, row, actor=actor, behind=entry.behind)
