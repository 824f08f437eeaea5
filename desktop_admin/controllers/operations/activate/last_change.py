"""Who switched a set last, and when: from our log, or from the portal's row."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import or_, select

from desktop_admin.controllers.log import bodies
from desktop_admin.controllers.operations.activate import ACTIVATE
from desktop_admin.controllers.values.lines import SetChoice
from desktop_admin.database.session import Session, has_own_tables
from desktop_admin.database.tables.own import OperationRow
from desktop_admin.database.tables.portal import ActivateSets, User
from desktop_admin.messages import Message

_MOST = 100
"""So far back the log is looked through."""


def told(session: Session, choice: SetChoice, *, active: str) -> Message:
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


def _logged(session: Session, choice: SetChoice, *, active: str, written: datetime) -> tuple[str, datetime] | None:
    """The same from our log; None where the trade's row was ``written`` by somebody else since."""
    if not has_own_tables(session):
        return None
    one = OperationRow
    switches = select(one.op_id).where(one.operation == ACTIVATE.name)
    rows = session.execute(
        select(one.person, one.at, one.body)
        .where(or_(one.operation == ACTIVATE.name, one.undoes.in_(switches)))
        .order_by(one.seq.desc())
        .limit(_MOST)
    )
    ours = False
    for person, at, body in rows:
        letters = _switched(body)
        # A switch of ours writes the time of its row in the log; its undo puts the time before it back.
        ours = ours or (at >= written and any(trade_id == choice.trade_id for trade_id, _ in letters))
        letter = letters.get((choice.trade_id, choice.paper))
        if letter is not None:
            return (person, at) if ours and letter == active else None
    return None


def _switched(body: str) -> dict[tuple[int, str], str]:
    """The letters that a row of the log put in place, by trade and paper; none where it is damaged."""
    try:
        lines = bodies.lines_of(json.loads(body))
    except ValueError:
        return {}
    choices = (line.choice for line in lines if line.outcome == "applied")
    return {(choice.trade_id, choice.paper): choice.letter for choice in choices if choice is not None}
