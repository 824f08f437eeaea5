"""What the program's own tables say before an operation writes anything, in one statement."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from desktop_admin.controllers.log import chain, desk_clock
from desktop_admin.controllers.portal import logins
from desktop_admin.database.session import Session, has_own_tables
from desktop_admin.database.tables.own import OperationRow


class Beforehand(NamedTuple):
    """What is known under the creation lock, and stays so until the operation's own row is written.

    Attributes:
        last: the last row of the log.
        is_recorded: whether something is recorded under the operation's id.
        desk_at: what the desk's clock showed at its last operation, if there was one lately.
        has_old_logins: whether ended logins are there that need not be kept any longer.
    """

    last: chain.Last
    is_recorded: bool
    desk_at: datetime | None
    has_old_logins: bool


def read(session: Session, *, op_id: str, desk: str, now: datetime) -> Beforehand:
    """Look at the log, and whether ended logins are old by ``now``; where there are no tables, nothing is known."""
    if not has_own_tables(session):
        return Beforehand(chain.NO_ROW, is_recorded=False, desk_at=None, has_old_logins=False)
    is_recorded = select(OperationRow.seq).where(OperationRow.op_id == op_id).exists()
    last, (recorded, *others) = chain.last(session, is_recorded, desk_clock.time_of_last(desk), logins.are_old(now=now))
    return Beforehand(last, recorded, *others)
