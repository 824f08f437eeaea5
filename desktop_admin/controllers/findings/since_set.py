"""What became of the papers that were opened, closed or timed here: the portal may have changed them since.

Source: the domain specification, *Session health* and *open / close paper*.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from desktop_admin.controllers.portal import open_sessions
from desktop_admin.controllers.portal.papers import Papers
from desktop_admin.controllers.values.lines import PaperChoice
from desktop_admin.controllers.values.sessions import Finding, FindingKind
from desktop_admin.database.session import Session, has_own_tables
from desktop_admin.database.tables.own import OperationPaper, OperationRow
from desktop_admin.messages import Message
from desktop_admin.rules import Paper


def find(session: Session, *, papers: Papers) -> list[Finding]:
    """Papers that are no longer as they were set here, and those that stayed open for writers who have submitted."""
    if not has_own_tables(session):
        return []
    one = OperationPaper
    found = [_switched(papers, row) for row in _last(session, one.opens, one.applied)]
    found += [_timed(papers, row) for row in _last(session, one.minutes, one.applied)]
    left = [row for row in _last(session, one.opens) if _is_left_open(papers, row)]
    writing = _writing(session, {row.trade_id for row in left}) if left else set()
    found += [_left_open(papers, row) for row in left if (row.trade_id, row.paper) not in writing]
    return [finding for finding in found if finding is not None]


def _last(session: Session, column: InstrumentedAttribute[Any], *among: InstrumentedAttribute[bool]) -> list[Any]:
    """The newest row of each trade's paper that speaks of this column, as far as it was not taken back."""
    one, operation, undo = OperationPaper, OperationRow, aliased(OperationRow)
    newest = (
        select(func.max(operation.seq))
        .join(one, one.op_id == operation.op_id)
        .where(column.is_not(None), *among)
        .group_by(one.trade_id, one.paper)
    )
    wished = (one.trade_id, one.paper, one.letter, one.opens, one.minutes, one.applied)
    rows = session.execute(
        select(*wished, operation.undoes, operation.person, operation.at)
        .join(operation, operation.op_id == one.op_id)
        .outerjoin(undo, undo.undoes == one.op_id)
        .where(operation.seq.in_(newest), column.is_not(None), *among, undo.op_id.is_(None))
        .order_by(operation.seq.desc(), one.trade_id)
    ).all()
    seen: dict[tuple[int, str], Any] = {}
    for row in rows:
        seen.setdefault((row.trade_id, row.paper), row)
    return list(seen.values())


def _switched(papers: Papers, row: Any) -> Finding | None:
    paper = Paper(row.paper)
    is_open = papers.is_open(trade_id=row.trade_id, paper=paper)
    if row.trade_id not in papers.trades or is_open is bool(row.opens):
        return None
    told = "portal_opened" if is_open else "portal_closed"
    return _changed(papers, row, told, PaperChoice(row.trade_id, paper, opens=bool(row.opens)))


def _timed(papers: Papers, row: Any) -> Finding | None:
    paper = Paper(row.paper)
    minutes = papers.setting(trade_id=row.trade_id, paper=paper).minutes or 0
    if row.trade_id not in papers.trades or minutes == row.minutes:
        return None
    wish = PaperChoice(row.trade_id, paper, minutes=row.minutes)
    return _changed(papers, row, "portal_timed", wish, n=minutes)


def _changed(papers: Papers, row: Any, told: str, wish: PaperChoice, **values: object) -> Finding:
    code, name = papers.trades[row.trade_id]
    named: dict[str, object] = {"trade": code, "paper": row.paper}
    reason = Message.of(told, **named, **values, person=row.person, at=row.at)
    cure = Message.of("cure_portal_changed", what=wish.told, **named)
    return Finding(FindingKind.PAPER_CHANGED, reason, cure, name=name, trade=code, draft=wish)


def _is_left_open(papers: Papers, row: Any) -> bool:
    """Whether a paper was to be closed, stayed open for those who were writing it, and is open."""
    if row.applied or row.opens or row.letter is not None or row.undoes is not None:
        return False
    return row.trade_id in papers.trades and papers.trade_open.get((row.trade_id, Paper(row.paper)), False)


def _writing(session: Session, trade_ids: Collection[int]) -> set[tuple[int | None, str]]:
    """The trades' papers that somebody is writing, by the profile or by the session's row: nobody closes those."""
    found = open_sessions.incomplete(session, among=open_sessions.of_trades(trade_ids))
    return {(trade_id, one.paper) for one in found for trade_id in (one.profile_trade_id, one.row_trade_id)}


def _left_open(papers: Papers, row: Any) -> Finding:
    code, name = papers.trades[row.trade_id]
    named: dict[str, object] = {"trade": code, "paper": row.paper}
    reason = Message.of("stayed_open", **named, person=row.person, at=row.at)
    wish = PaperChoice(row.trade_id, Paper(row.paper), opens=False)
    cure = Message.of("cure_stayed_open", **named)
    return Finding(FindingKind.STAYED_OPEN, reason, cure, name=name, trade=code, draft=wish)
