"""Who switched sets last, and when: from our log, or from the portal's rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import func, select

from desktop_admin.controllers.values.lines import PaperChoice
from desktop_admin.database.session import Session, has_own_tables
from desktop_admin.database.statements import sql
from desktop_admin.database.tables.own import OperationPaper, OperationRow
from desktop_admin.database.tables.portal import ActivateSets, User
from desktop_admin.messages import Message

_Place = tuple[int, str]


def told(session: Session, active: Mapping[PaperChoice, str]) -> dict[PaperChoice, Message]:
    """Who made these letters the active ones of the choices' trades and papers, and when, as far as it was recorded."""
    trade_ids = {choice.trade_id for choice in active}
    rows = session.execute(
        select(ActivateSets.trade_id, ActivateSets.last_updated, User.username)
        .outerjoin(User, User.id == ActivateSets.updated_by_id)
        .where(ActivateSets.trade_id.in_(sql.numbers(trade_ids)))
    )
    written = {row.trade_id: row for row in rows}
    logged = _logged(session, trade_ids)
    return {choice: _told(choice, letter, written.get(choice.trade_id), logged) for choice, letter in active.items()}


def _told(choice: PaperChoice, letter: str, written: Any, logged: Mapping[_Place, Any]) -> Message:
    if written is None:
        return Message.of("last_change_unknown")
    person, at = written.username, written.last_updated
    last, ours = logged.get(choice.place), [row.newest for of, row in logged.items() if of[0] == choice.trade_id]
    # A switch of ours writes the time of its row in the log; its undo puts the time before it back. Where the trade's
    # row was written since, it was by somebody else.
    if last is not None and last.letter == letter and any(newest >= at for newest in ours):
        person, at = last.person, last.at
    return Message.of("last_change_by", person=person, at=at) if person else Message.of("last_change_at", at=at)


def _logged(session: Session, trade_ids: Collection[int]) -> dict[_Place, Any]:
    """The last switch of each of the trades' papers in our log, with the time of the ``newest`` beside it."""
    if not has_own_tables(session):
        return {}
    one, row = OperationPaper, OperationRow
    last = (
        select(one.trade_id, one.paper, func.max(row.seq).label("seq"), func.max(row.at).label("newest"))
        .join(row, row.op_id == one.op_id)
        .where(one.trade_id.in_(sql.numbers(trade_ids)), one.applied, one.letter.is_not(None))
        .group_by(one.trade_id, one.paper)
        .subquery()
    )
    rows = session.execute(
        select(one.trade_id, one.paper, one.letter, row.person, row.at, last.c.newest)
        .join(row, row.op_id == one.op_id)
        .join(last, (last.c.seq == row.seq) & (last.c.trade_id == one.trade_id) & (last.c.paper == one.paper))
    )
    return {(found.trade_id, found.paper): found for found in rows}
