"""Slots: what assign, reset and reassign would do, and the columns that they write.

Refusals are checked in the order of the domain's table *Operations*; a refused candidate keeps everything.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from desktop_admin.controllers.archive.images import Images
from desktop_admin.controllers.operations import profiles
from desktop_admin.controllers.operations.kind import CandidatesAsked, Operation
from desktop_admin.controllers.operations.plan import Plan, Planned, Work
from desktop_admin.controllers.operations.slots import ASSIGN, REASSIGN, RESET, SLOT
from desktop_admin.controllers.portal import candidates, open_sessions
from desktop_admin.controllers.portal.facts import Facts
from desktop_admin.controllers.portal.open_sessions import OpenSession
from desktop_admin.controllers.portal.papers import PaperSettings
from desktop_admin.controllers.values.lines import Actor, Line
from desktop_admin.controllers.values.people import Candidate
from desktop_admin.database.session import Session
from desktop_admin.messages import Message
from desktop_admin.rules import Refusal, SlotState

Refuses = Callable[[Candidate, Sequence[OpenSession]], Refusal | None]


def _plan(facts: Facts, asked: CandidatesAsked, *, kind: Operation, refuses: Refuses) -> Planned:
    sessions = facts.open_sessions(asked.chosen)
    lines = tuple(
        _line(facts, one, sessions.get(one.user_id, ()), kind=kind, refuses=refuses)
        for one in facts.people(asked.chosen)
    )
    return Planned(lines, notes=open_sessions.notes_on_size(sum(len(line.cleared) for line in lines)))


def _line(facts: Facts, one: Candidate, sessions: Sequence[OpenSession], *, kind: Operation, refuses: Refuses) -> Line:
    refusal = refuses(one, sessions)
    if refusal is not None:
        return one.line("refused", reason=Message.of(refusal))
    return one.line(
        "applied",
        notes=_note_closed_paper(one, facts.paper_settings) if kind.gives_slots else (),
        cleared=tuple(sorted(session.id for session in sessions)),
        ended_logins=facts.live_logins(one.user_id) if sessions else 0,
        recent=any(candidates.started_recently(session.started_at, now=facts.now) for session in sessions),
    )


def _note_closed_paper(one: Candidate, papers: PaperSettings) -> tuple[Message, ...]:
    """A closed paper is a note, not a refusal: slots are prepared the day before."""
    if one.trade_id is None or one.next_paper is None or papers.is_open(trade_id=one.trade_id, paper=one.next_paper):
        return ()
    return (Message.of("note_paper_closed", paper=one.next_paper, trade=one.trade),)


def _refuses_assign(one: Candidate, _sessions: Sequence[OpenSession]) -> Refusal | None:
    if one.trade_id is None:
        return Refusal.NO_TRADE
    if one.next_paper is None:
        return Refusal.ALL_COMPLETED
    if one.next_paper in one.submitted:
        return Refusal.SUBMITTED_ALREADY
    return None if one.slot is SlotState.NONE else Refusal.HAS_SLOT


def _refuses_reset(one: Candidate, sessions: Sequence[OpenSession]) -> Refusal | None:
    if one.next_paper is None:
        return Refusal.ALL_COMPLETED
    return Refusal.NOTHING_TO_RESET if one.slot is SlotState.NONE and not sessions else None


def _refuses_reassign(one: Candidate, _sessions: Sequence[OpenSession]) -> Refusal | None:
    if one.next_paper is None:
        return Refusal.ALL_COMPLETED
    if one.next_paper in one.submitted:
        return Refusal.SUBMITTED_ALREADY
    return Refusal.NO_TRADE if one.trade_id is None else None


def _give(session: Session, plan: Plan, actor: Actor, now: datetime) -> list[Images]:
    """Write a fresh slot for every applied candidate."""
    return [profiles.write(session, plan, SLOT, dict(zip(SLOT.columns, (True, now, actor.user_id, None), strict=True)))]


def _empty(session: Session, plan: Plan, _actor: Actor, _now: datetime) -> list[Images]:
    """Empty the slot of every applied candidate."""
    return [profiles.write(session, plan, SLOT, dict(zip(SLOT.columns, (False, None, None, None), strict=True)))]


WORKS = tuple(
    Work(kind=kind, plan=partial(_plan, kind=kind, refuses=refuses), ask=profiles.asked_candidates, change=change)
    for kind, refuses, change in (
        (ASSIGN, _refuses_assign, _give),
        (RESET, _refuses_reset, _empty),
        (REASSIGN, _refuses_reassign, _give),
    )
)
