"""Who stands in the candidate list, and in which order: their accounts alone, because they may be a million."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, case, func, or_, select

from desktop_admin.controllers.findings import health, people_findings
from desktop_admin.controllers.listings.directory import directory
from desktop_admin.controllers.portal import candidates
from desktop_admin.controllers.portal.facts import Facts
from desktop_admin.controllers.values.lines import Chosen
from desktop_admin.controllers.values.people import CandidateStatus, ListOrder
from desktop_admin.controllers.values.sessions import SessionRow
from desktop_admin.database.statements import sql
from desktop_admin.database.tables.portal import CandidateProfile, Shift, Trade
from desktop_admin.rules import Paper, SlotState, next_paper, slot_state

_WORST_FIRST = {status: place for place, status in enumerate(CandidateStatus)}
_STORED = {
    "rank": (CandidateProfile.rank,),
    "name": (CandidateProfile.name,),
    "trade": (Trade.code,),
    "shift": (Shift.date, Shift.start_time),
}
"""The columns of the list that the portal stores, by which it can sort."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What the candidate list is narrowed to; a text is the beginning of a number or a part of a name."""

    text: str = ""
    trade_id: int | None = None
    shift_id: int | None = None
    slot: SlotState | None = None
    problems_only: bool = False


def matching(
    facts: Facts, narrowed: Narrowing, *, besides: Collection[int], order: ListOrder | None, anew: bool
) -> Sequence[int]:
    """The accounts of all candidates who match, and of some ``besides``, by army number or as they are to be sorted.

    Args:
        anew: somebody's name or number may have changed.
    """
    known = directory(facts.session, anew=anew)
    listed = known.matching(narrowed.text)
    allowed = _filtered(facts, narrowed)
    if allowed is not None:
        listed = _among(listed, allowed)
    if besides and listed is not known.user_ids:
        there = set(listed)
        if not there.issuperset(besides):
            listed = _among(known.user_ids, there.union(besides))
    return listed if order is None else in_order(facts, listed, order)


def _among(user_ids: Iterable[int], allowed: Collection[int]) -> array[int]:
    return array("q", (user_id for user_id in user_ids if user_id in allowed))


def _filtered(facts: Facts, narrowed: Narrowing) -> Collection[int] | None:
    """The accounts that the filters let through, or None where there is no filter."""
    one = CandidateProfile
    wanted: list[SQLColumnExpression[bool]] = []
    if narrowed.trade_id is not None:
        wanted.append(one.trade_id == narrowed.trade_id)
    if narrowed.shift_id is not None:
        wanted.append(one.shift_id == narrowed.shift_id)
    if narrowed.slot is not None:
        wanted.append(one.has_exam_slot if narrowed.slot is not SlotState.NONE else ~one.has_exam_slot)
    if narrowed.slot in (SlotState.ATTEMPTING, SlotState.ASSIGNED):
        attempting = one.slot_attempting_at.is_not(None)
        wanted.append(attempting if narrowed.slot is SlotState.ATTEMPTING else ~attempting)
    if narrowed.problems_only:
        wanted.append(_has_problem(facts))
    if not wanted:
        return None
    return set(facts.session.execute(select(one.user_id).where(*wanted)).scalars())


def _has_problem(facts: Facts) -> ColumnElement[bool]:
    ill = {row.user_id for row in health.examine(facts) if row.problem}
    of_people = CandidateProfile.user_id.in_(people_findings.with_slot_without_time())
    return or_(CandidateProfile.user_id.in_(sql.numbers(ill)), of_people)


def by_number(facts: Facts, user_ids: Collection[int]) -> Sequence[int]:
    """These accounts, as far as they are candidates, by army number."""
    one = CandidateProfile
    chosen = candidates.users(Chosen(user_ids=tuple(user_ids)))
    return facts.session.execute(chosen.order_by(sql.in_bytes(one.army_no))).scalars().all()


# The order


def in_order(facts: Facts, listed: Sequence[int], order: ListOrder) -> Sequence[int]:
    """These accounts, which stand by number, sorted by a column of the list; what says nothing comes last."""
    if order.column == "army no":
        return listed[::-1] if order.descending else listed
    if order.column in _STORED:
        return _among(_as_stored(facts, order), set(listed))
    keys = _places(facts) if order.column == "status" else _of_open(facts, order.column)
    telling = sorted((one for one in listed if one in keys), key=keys.__getitem__, reverse=order.descending)
    return array("q", [*telling, *(one for one in listed if one not in keys)])


def _as_stored(facts: Facts, order: ListOrder) -> Iterable[int]:
    one, columns = CandidateProfile, _STORED[order.column]
    first: ColumnElement[Any] = columns[0].expression
    is_text = order.column != "shift"
    silent = case((or_(first.is_(None), first == "") if is_text else first.is_(None), 1), else_=0)
    keys = [func.lower(first)] if is_text else list(columns)
    ranked = [key.desc() if order.descending else key.asc() for key in keys]
    joined = select(one.user_id).outerjoin(Trade, Trade.id == one.trade_id).outerjoin(Shift, Shift.id == one.shift_id)
    return facts.session.execute(joined.order_by(silent, *ranked, sql.in_bytes(one.army_no))).scalars()


def _of_open(facts: Facts, column: str) -> Mapping[int, Any]:
    """The set, or the time left, of the session that the list shows for a candidate."""
    keys: dict[int, Any] = {}
    for user_id, sessions in by_user(health.examine(facts)).items():
        shown = shown_of(sessions)
        if shown is not None and column == "set" and shown.sets:
            keys[user_id] = "+".join(shown.sets).casefold()
        elif shown is not None and column == "minutes left" and shown.ends_at is not None:
            keys[user_id] = shown.ends_at
    return keys


def _places(facts: Facts) -> Mapping[int, int]:
    """The place of each candidate's status, the worst first."""
    one, sessions = CandidateProfile, by_user(health.examine(facts))
    completed = (one.is_primary_completed, one.is_secondary_completed, one.primary_bypass_allowed)
    slot = (one.has_exam_slot, one.slot_assigned_at.is_(None), one.slot_attempting_at)
    columns = select(one.user_id, Trade.name, *completed, *slot).outerjoin(Trade, Trade.id == one.trade_id)
    places = {}
    for user_id, trade, primary, secondary, bypass, has_slot, without_time, attempting_at in facts.session.execute(
        columns
    ):
        paper = next_paper(
            trade_name=trade, primary_completed=primary, secondary_completed=secondary, primary_bypass_allowed=bypass
        )
        state = slot_state(has_exam_slot=has_slot, slot_attempting_at=attempting_at)
        theirs = sessions.get(user_id, ())
        ill = any(row.problem for row in theirs) or bool(has_slot and without_time)
        shown = shown_of(theirs)
        left = shown.ends_at - facts.now if shown is not None and shown.ends_at is not None else None
        places[user_id] = _WORST_FIRST[status(state, paper, shown, left, finding=ill)]
    return places


# What a row shows


def by_user(found: Iterable[SessionRow]) -> Mapping[int, list[SessionRow]]:
    """The sessions of each account."""
    theirs: defaultdict[int, list[SessionRow]] = defaultdict(list)
    for row in found:
        theirs[row.user_id].append(row)
    return theirs


def shown_of(sessions: Sequence[SessionRow]) -> SessionRow | None:
    """Which of a candidate's sessions the list shows: a stuck one, else the newest that is incomplete."""
    incomplete = [row for row in sessions if row.incomplete]
    return next((row for row in incomplete if row.stuck), None) or next(iter(incomplete), None)


def status(
    slot: SlotState, paper: Paper | None, shown: SessionRow | None, left: timedelta | None, *, finding: bool
) -> CandidateStatus:
    """A candidate in one word.

    Args:
        slot, paper: the candidate's slot and next paper.
        shown: the session that the list shows, and how much time is ``left`` of it.
        finding: whether anything is not as it should be.
    """
    if shown is not None:
        if shown.stuck:
            return CandidateStatus.STUCK
        if left and left < timedelta():
            return CandidateStatus.OVERDUE
        return CandidateStatus.RUNNING if shown.accepted is None else CandidateStatus.ACCEPTED
    if finding:
        return CandidateStatus.FINDING
    if slot is SlotState.NONE:
        return CandidateStatus.FINISHED if paper is None else CandidateStatus.NO_SLOT
    return CandidateStatus.WAITING if slot is SlotState.ATTEMPTING else CandidateStatus.NOT_STARTED
