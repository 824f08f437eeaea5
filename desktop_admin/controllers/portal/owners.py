"""Whose sessions are: accounts with and without a candidate's profile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from desktop_admin.controllers.values.lines import Line
from desktop_admin.database.session import Session
from desktop_admin.database.tables.portal import CandidateProfile, Trade, User
from desktop_admin.rules import Paper


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a session is or was, as the account, and the candidate that it belongs to, are now.

    Attributes:
        profile_id, army_no: None where the account has no candidate's profile.
        name: the candidate's, else the account's.
        trade: the trade's code.
    """

    user_id: int
    username: str
    profile_id: int | None
    army_no: str | None
    name: str
    trade_id: int | None
    trade: str | None
    has_exam_slot: bool
    slot_assigned_at: datetime | None
    submitted: frozenset[Paper]

    def line(self, **told: Any) -> Line:
        """A line about them."""
        return Line(
            user_id=self.user_id, army_no=self.army_no, username=self.username, name=self.name, trade=self.trade, **told
        )


def of(session: Session, *, user_ids: Select[int]) -> dict[int, Owner]:
    """The accounts that are still there, with the candidates that they belong to, by army number, then account."""
    one = CandidateProfile
    rows = session.execute(
        select(
            User.id,
            User.username,
            one.id.label("profile_id"),
            one.army_no,
            one.name,
            Trade.id.label("trade_id"),
            Trade.code,
            one.has_exam_slot,
            one.slot_assigned_at,
            one.primary_slot_consumed_at,
            one.secondary_slot_consumed_at,
        )
        .outerjoin(one, one.user_id == User.id)
        .outerjoin(Trade, Trade.id == one.trade_id)
        .where(User.id.in_(user_ids))
        .order_by(one.army_no, User.username)
    )
    return {row.id: _owner(row) for row in rows}


def _owner(row: Any) -> Owner:
    consumed = {Paper.PRIMARY: row.primary_slot_consumed_at, Paper.SECONDARY: row.secondary_slot_consumed_at}
    return Owner(
        user_id=row.id,
        username=row.username,
        profile_id=row.profile_id,
        army_no=row.army_no,
        name=row.name or row.username,
        trade_id=row.trade_id,
        trade=row.code,
        has_exam_slot=bool(row.has_exam_slot),
        slot_assigned_at=row.slot_assigned_at,
        submitted=frozenset(paper for paper, at in consumed.items() if at is not None),
    )
