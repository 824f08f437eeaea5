"""What setting a paper completed or not completed would do, and the column that it writes.

Refusals are checked in the order of the domain's table *Operations*.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select

from desktop_admin.controllers.archive.images import Images
from desktop_admin.controllers.operations import profiles
from desktop_admin.controllers.operations.completed import COMPLETED, SET_COMPLETED, SET_NOT_COMPLETED
from desktop_admin.controllers.operations.kind import Operation, PaperAsked
from desktop_admin.controllers.operations.plan import Plan, Planned, Work
from desktop_admin.controllers.portal import candidates
from desktop_admin.controllers.portal.facts import Facts
from desktop_admin.controllers.values.lines import Actor, Chosen
from desktop_admin.controllers.values.people import Candidate
from desktop_admin.database.session import Session
from desktop_admin.database.tables.portal import CandidateProfile
from desktop_admin.messages import Message
from desktop_admin.rules import Paper, Refusal


def _plan(facts: Facts, asked: PaperAsked, *, kind: Operation) -> Planned:
    """A line for each candidate; marks that the portal would count at its next saving are noted."""
    refuses = _refuses_completed if kind is SET_COMPLETED else _refuses_not_completed
    marked, writing = _marked(facts.session, asked), facts.open_sessions(asked.chosen)
    lines = []
    for one in facts.people(asked.chosen):
        papers_open = {open_session.paper for open_session in writing.get(one.user_id, ())}
        refusal = refuses(one, asked.paper, has_marks=one.user_id in marked, papers_open=papers_open)
        if refusal is not None:
            lines.append(one.line("refused", reason=Message.of(refusal, paper=asked.paper)))
            continue
        # A paper is completed in the portal's form where both its marks are there; it lets only SECONDARY fall back.
        falls_back = kind is SET_COMPLETED and asked.paper is Paper.SECONDARY and one.user_id not in marked
        returns = falls_back or (kind is SET_NOT_COMPLETED and one.user_id in marked)
        lines.append(one.line("applied", notes=(kind.say("note", paper=asked.paper),) if returns else ()))
    return Planned(tuple(lines))


def _refuses_completed(
    one: Candidate, paper: Paper, *, has_marks: bool, papers_open: Collection[Paper]
) -> Refusal | None:
    if paper not in one.submitted and not has_marks:
        return Refusal.NEITHER_SUBMITTED_NOR_MARKS
    if paper in papers_open:
        return Refusal.CLEAR_FIRST
    return Refusal.COMPLETED_ALREADY if paper in one.completed else None


def _refuses_not_completed(one: Candidate, paper: Paper, **_: Any) -> Refusal | None:
    if paper in one.submitted:
        return Refusal.REOPEN_IT
    return None if paper in one.completed else Refusal.NOT_COMPLETED_ANYWAY


def _marked(session: Session, asked: PaperAsked) -> set[int]:
    """The accounts that have both marks of the paper."""
    one, of = CandidateProfile, asked.paper.lower()
    marks = (getattr(one, f"{of}_viva_marks"), getattr(one, f"{of}_practical_marks"))
    wanted = select(one.user_id).where(one.user_id.in_(candidates.users(asked.chosen)))
    return set(session.execute(wanted.where(*(mark.is_not(None) for mark in marks))).scalars())


def _ask(session: Session, options: Mapping[str, Any], _actor: Actor) -> PaperAsked:
    chosen = Chosen(user_ids=candidates.require(session, army_nos=options["army_nos"]))
    return PaperAsked(chosen, Paper(options["paper"]))


def _change(session: Session, plan: Plan, _actor: Actor, _now: datetime, *, completed: bool) -> list[Images]:
    assert isinstance(plan.asked, PaperAsked)
    return [profiles.write(session, plan, COMPLETED, {f"is_{plan.asked.paper.lower()}_completed": completed})]


WORKS = tuple(
    Work(
        kind=kind,
        plan=partial(_plan, kind=kind),
        # The command is that of *set completed*, whatever it is asked.
        ask=_ask if kind is SET_COMPLETED else None,
        change=partial(_change, completed=kind is SET_COMPLETED),
    )
    for kind in (SET_COMPLETED, SET_NOT_COMPLETED)
)
