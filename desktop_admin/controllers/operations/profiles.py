"""What operations on candidates share: whom the command line asked for, and writing columns of their profiles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from desktop_admin.controllers.archive.images import Images
from desktop_admin.controllers.operations.kind import CandidatesAsked
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.portal import candidates
from desktop_admin.controllers.values.lines import Actor, Chosen
from desktop_admin.controllers.values.written import Written
from desktop_admin.database.session import Session
from desktop_admin.database.statements import sql
from desktop_admin.database.tables.portal import CandidateProfile


def asked_candidates(session: Session, options: Mapping[str, Any], _actor: Actor) -> CandidatesAsked:
    """Whom the options of a command name: candidates by army number, whole trades, or everyone.

    Raises:
        UsageProblem: an army number or a trade is unknown or ambiguous.
    """
    return CandidatesAsked(chosen(session, options))


def chosen(session: Session, options: Mapping[str, Any]) -> Chosen:
    """The same as ``asked_candidates``, for an operation that asks for more than candidates."""
    if options["army_nos"]:
        return Chosen(user_ids=candidates.require(session, army_nos=options["army_nos"]))
    if options["trades"]:
        named = candidates.require_trades(session, names=options["trades"])
        return Chosen(trade_ids=tuple(trade.id for trade in named))
    return Chosen(everyone=True)


def write(session: Session, plan: Plan, written: Written, values: Mapping[str, Any]) -> Images:
    """Write these columns of every applied candidate's profile, and give back what they held before.

    Raises:
        RuntimeError: a count does not agree; the caller's transaction is rolled back.
    """
    columns = (CandidateProfile.id, *(getattr(CandidateProfile, name) for name in values))
    of_applied = CandidateProfile.user_id.in_(sql.numbers(plan.user_ids))
    found = session.execute(select(*columns).where(of_applied).order_by(CandidateProfile.id))
    before = tuple(tuple(row) for row in found)
    count = sql.update_keys(session, CandidateProfile, [row[0] for row in before], dict(values))
    if not count == len(before) == plan.applied:
        raise RuntimeError(f"{plan.applied} profiles to write, {len(before)} read, {count} written")
    return Images(written, ("id", *values), before=before, after=tuple(values.values()))
