"""Accepted sessions: incomplete ones on another set that may be finished, each for one switch of its paper.

Only here is it decided whether one is accepted. Its row stays for ever; what ends it is found in the log: that the
operation was taken back for the candidate, or that the session was cleared and restored since. Another switch asks
again, so it holds only while the letter is active for which it was given.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import aliased

from desktop_admin.controllers.log.taken_back import taken_back
from desktop_admin.controllers.values.sessions import Acceptance
from desktop_admin.database.session import Session, has_own_tables
from desktop_admin.database.statements import sql
from desktop_admin.database.tables.own import AcceptedSession, OperationRow, RestoredSession
from desktop_admin.rules import Paper


@dataclass(frozen=True, slots=True)
class Accepted:
    """What was accepted: a session, and the trade, paper and letter that it may be finished beside."""

    trade_id: int
    paper: str
    letter: str
    by: Acceptance

    def holds(self, *, trade_id: int | None, paper: Paper, active: str) -> bool:
        """Whether it does, for a session of this trade's paper while this letter is the active one."""
        return (self.trade_id, self.paper, self.letter) == (trade_id, paper, active)


def find(
    session: Session, *, user_ids: Collection[int] | None = None, session_ids: Collection[int] | None = None
) -> dict[int, Accepted]:
    """The last acceptance of each session that was not taken back; whether it ``holds`` depends on the active set.

    Of these accounts, or of these sessions, or of all.
    """
    if not has_own_tables(session):
        return {}
    one, done = AcceptedSession, OperationRow
    back, restoring = RestoredSession, aliased(OperationRow)
    # An undo brings the session back as it was; a restore brings it back from having been cleared.
    restored_since = (
        select(restoring.seq)
        .join(back, back.by_op_id == restoring.op_id)
        .where(back.session_id == one.session_id, restoring.undoes.is_(None), restoring.seq > done.seq)
        .correlate(one, done)
        .exists()
    )
    wanted = (
        select(one.session_id, one.trade_id, one.paper, one.letter, done.person, done.at)
        .join(done, done.op_id == one.op_id)
        .where(~taken_back(one), ~restored_since)
        .order_by(done.seq)
    )
    if user_ids is not None:
        wanted = wanted.where(one.user_id.in_(sql.numbers(user_ids)))
    if session_ids is not None:
        wanted = wanted.where(one.session_id.in_(sql.numbers(session_ids)))
    return {
        session_id: Accepted(trade_id, paper, letter, Acceptance(person, at))
        for session_id, trade_id, paper, letter, person, at in session.execute(wanted)
    }
