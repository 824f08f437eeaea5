"""Who switched a set last, and when: from our log, or from the portal's row."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from desktop_admin.controllers.values.lines import PaperChoice
from desktop_admin.database.session import Session, has_own_tables
from desktop_admin.database.tables.own import OperationPaper, OperationRow
from desktop_admin.database.tables.portal import ActivateSets, User
from desktop_admin.messages import Message


def told(session: Session, choice: PaperChoice, *, active: str) -> Message:
    """Who made this letter the active one of the choice's trade and paper, and when, as far as it was recorded."""
    row = session.execute(
        select(ActivateSets.last_updated, User.username)
        .outerjoin(User, User.id == ActivateSets.updated_by_id)
        .where(ActivateSets.trade_id == choice.trade_id)
    ).first()
    if row is None:
        return Message.of("last_change_unknown")
    person, at = _logged(session, choice, active=active, written=row.last_updated) or (row.username, row.last_updated)
    return Message.of("last_change_by", person=person, at=at) if person else Message.of("last_change_at", at=at)


def _logged(session: Session, choice: PaperChoice, *, active: str, written: datetime) -> tuple[str, datetime] | None:
    """The same from our log; None where the trade's row was ``written`` by somebody else since."""
    if not has_own_tables(session):
        return None
    one, row = OperationPaper, OperationRow
    switches = select(row.person, row.at, one.letter).join(row, row.op_id == one.op_id).order_by(row.seq.desc())
    of_trade = switches.where(one.trade_id == choice.trade_id, one.applied, one.letter.is_not(None))
    # A switch of ours writes the time of its row in the log; its undo puts the time before it back.
    ours = session.execute(of_trade.where(row.at >= written).limit(1)).first() is not None
    last = session.execute(of_trade.where(one.paper == choice.paper).limit(1)).first()
    return (last.person, last.at) if ours and last is not None and last.letter == active else None
