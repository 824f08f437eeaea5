"""Locks on rows of the portal's, on a server: what will be written stays as it was read until COMMIT (L2)."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from desktop_admin.database.session import Session, is_busy
from desktop_admin.database.statements import sql
from desktop_admin.database.tables.portal import ActivateSets, CandidateProfile, TradePaperActivation
from desktop_admin.errors import CandidatesHeld


def lock_trades(session: Session, trade_ids: Collection[int]) -> None:
    """Lock the switches and the active sets of these trades, in this order."""
    sql.lock_where(session, TradePaperActivation, TradePaperActivation.trade_id.in_(sql.numbers(trade_ids)))
    wanted = ActivateSets.trade_id.in_(sql.numbers(trade_ids))
    session.execute(select(ActivateSets.trade_id).where(wanted).order_by(ActivateSets.trade_id).with_for_update())


def lock_candidates(session: Session, user_ids: Collection[int]) -> None:
    """Lock the candidates of these accounts, by id; a file has one lock for all.

    MariaDB locks papers first (L0). A submission of the portal locks its candidate and then its paper, as their foreign
    keys come: whoever holds the papers and waits for that candidate deadlocks with it, and the submission may be what
    the server gives up. So nobody is waited for here; the next attempt waits before it holds anything else.

    Raises:
        CandidatesHeld: on MariaDB, somebody else holds one of them.
    """
    chosen = CandidateProfile.user_id.in_(sql.numbers(user_ids))
    if not sql.is_mariadb(session):
        sql.lock_where(session, CandidateProfile, chosen)
        return
    ids = sql.keys_where(session, CandidateProfile, chosen)
    try:
        sql.lock_keys(session, CandidateProfile, ids, waits=False)
    except DBAPIError as failure:
        if is_busy(session, failure):
            raise CandidatesHeld(ids) from failure
        raise
