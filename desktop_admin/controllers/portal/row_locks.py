"""Locks on rows of the portal's, on a server: what will be written stays as it was read until COMMIT (L2)."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from desktop_admin.database.session import Session
from desktop_admin.database.statements import sql
from desktop_admin.database.tables.portal import ActivateSets, CandidateProfile, TradePaperActivation


def lock_trades(session: Session, trade_ids: Collection[int]) -> None:
    """Lock the switches and the active sets of these trades, in this order."""
    sql.lock_where(session, TradePaperActivation, TradePaperActivation.trade_id.in_(sql.numbers(trade_ids)))
    wanted = ActivateSets.trade_id.in_(sql.numbers(trade_ids))
    session.execute(select(ActivateSets.trade_id).where(wanted).order_by(ActivateSets.trade_id).with_for_update())


def lock_candidates(session: Session, user_ids: Collection[int]) -> None:
    """Lock the candidates of these accounts, by id."""
    sql.lock_where(session, CandidateProfile, CandidateProfile.user_id.in_(sql.numbers(user_ids)))
