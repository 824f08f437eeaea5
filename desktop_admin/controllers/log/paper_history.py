"""What was set of one trade's paper here: which letter, how long, open or closed, when and by whom."""

from __future__ import annotations

from sqlalchemy import select

from desktop_admin.controllers.log import seals
from desktop_admin.controllers.values.lines import PaperChoice
from desktop_admin.controllers.values.records import PaperChange, operation_name
from desktop_admin.database.session import Session, has_own_tables
from desktop_admin.database.tables.own import OperationPaper, OperationRow
from desktop_admin.rules import Paper

_MOST = 200


def of_paper(session: Session, *, trade_id: int, paper: Paper) -> tuple[PaperChange, ...]:
    """The newest changes of a trade's paper that were made here, newest first, with those that were taken back."""
    if not has_own_tables(session):
        return ()
    one, row = OperationPaper, OperationRow
    found = session.execute(
        select(one, row)
        .join(row, row.op_id == one.op_id)
        .where(one.trade_id == trade_id, one.paper == paper, one.applied)
        .order_by(row.seq.desc())
        .limit(_MOST)
    ).all()
    op_ids = [entry.op_id for _, entry in found]
    undone = set(session.execute(select(row.undoes).where(row.undoes.in_(op_ids))).scalars())
    return tuple(
        PaperChange(
            op_id=entry.op_id,
            at=entry.at,
            person=seals.of_row(session, entry).mark(entry.person),
            released_by=entry.released_by,
            operation=operation_name(entry.operation),
            told=PaperChoice(trade_id, paper, wish.letter, wish.opens, wish.minutes).told,
            reason=entry.reason,
            undone=entry.op_id in undone,
        )
        for wish, entry in found
    )
