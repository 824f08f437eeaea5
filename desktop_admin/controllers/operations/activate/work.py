"""What switching active sets would do."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Select, or_, select

from desktop_admin.controllers.operations import activate as face
from desktop_admin.controllers.operations.activate import SetsAsked, copies, last_change
from desktop_admin.controllers.operations.clear import work as clearing
from desktop_admin.controllers.operations.plan import Plan, Planned, Work
from desktop_admin.controllers.portal import candidates, open_sessions
from desktop_admin.controllers.portal.facts import Facts
from desktop_admin.controllers.portal.open_sessions import Held, OpenSession
from desktop_admin.controllers.portal.papers import Papers
from desktop_admin.controllers.values.lines import Actor, Line, SetChoice
from desktop_admin.database.session import Session
from desktop_admin.database.statements import sql
from desktop_admin.database.tables.portal import CandidateProfile, ExamSession
from desktop_admin.messages import Message
from desktop_admin.rules import Paper, Refusal, belonging_set


def _plan(facts: Facts, asked: SetsAsked) -> Planned:
    """A line for each trade's paper, then one for each candidate whose session is cleared."""
    papers = facts.papers
    of_trades = _incomplete_of({choice.trade_id for choice in asked.choices})
    sessions = open_sessions.incomplete(facts.session, among=of_trades)
    held = facts.held(sessions, among=of_trades)
    choices = tuple(
        replace(one, before=one.before or papers.letter(trade_id=one.trade_id, paper=one.paper))
        for one in sorted(asked.choices, key=lambda choice: (choice.paper, papers.trades[choice.trade_id][0]))
    )
    trades = [_trade_line(choice, facts, sessions, asked.allow_too_few) for choice in choices]
    # Where most are writing it matters most that the set was not switched.
    trades.sort(key=lambda line: (line.outcome == "applied", -_count_writing(line.choice, sessions)))
    accepted = [line.choice for line in trades if line.outcome == "applied" and line.choice]
    ids = {one.id for one in sessions if any(_leaves_behind(choice, one, held.get(one.id, {})) for choice in accepted)}
    people = clearing.lines_for(facts, session_ids=ids) if ids else ()
    notes = open_sessions.notes_on_size(len(ids))
    return Planned((*trades, *people), notes=notes, asked=replace(asked, choices=choices))


def _plan_again(facts: Facts, plan: Plan) -> Planned:
    """The same from the rows as they are now.

    A candidate whose session would have been cleared and is not any more, because the trade is refused by now or the
    candidate was moved to another one, is told that it stays.
    """
    assert isinstance(plan.asked, SetsAsked)
    again = _plan(facts, plan.asked)
    cleared = {session_id for line in again.lines for session_id in line.cleared}
    named = {line.user_id for line in again.lines if line.outcome == "applied"}
    spared = sql.numbers(set(plan.session_ids) - cleared)
    staying = {one.user_id for one in open_sessions.incomplete(facts.session, among=spared)} - named
    stays = Message.of(Refusal.SESSION_STAYS)
    told = tuple(line.as_refused(stays) for line in plan.lines if line.user_id in staying)
    return replace(again, lines=(*again.lines, *told))


def _incomplete_of(trade_ids: Collection[int]) -> Select[int]:
    """A subquery of the incomplete sessions that belong to the trades: by the candidate's profile or the row."""
    listed = sql.numbers(trade_ids)
    return (
        select(ExamSession.id)
        .outerjoin(CandidateProfile, CandidateProfile.user_id == ExamSession.user_id)
        .where(
            ExamSession.completed_at.is_(None),
            or_(CandidateProfile.trade_id.in_(listed), ExamSession.trade_id.in_(listed)),
        )
    )


def _belongs(choice: SetChoice, one: OpenSession) -> bool:
    """Whether the session is of the choice's paper and of its trade, by the candidate's profile or its own row."""
    return one.paper is choice.paper and choice.trade_id in (one.profile_trade_id, one.row_trade_id)


def _leaves_behind(choice: SetChoice, one: OpenSession, held: Held) -> bool:
    """Whether the switch must clear the session: it holds a question of another set, or none."""
    wanted = belonging_set(paper=choice.paper, trade_id=choice.trade_id, letter=choice.letter)
    return _belongs(choice, one) and set(held) != {wanted}


def _trade_line(choice: SetChoice, facts: Facts, sessions: Sequence[OpenSession], allow_too_few: bool) -> Line:
    papers = facts.papers
    code = papers.trades[choice.trade_id][0]
    of_trade: dict[str, Any] = {"name": code, "trade": code, "choice": choice}
    present = papers.present(trade_id=choice.trade_id, paper=choice.paper, letter=choice.letter)
    # F 0 of 10, E 2 of 3
    parts = papers.short_parts(trade_id=choice.trade_id, paper=choice.paper, letter=choice.letter)
    if not present or (parts and not allow_too_few):
        named = {"trade": code, "paper": choice.paper, "letter": choice.letter}
        too_few = {"parts": parts} if present else {}
        reason = Message.of(Refusal.TOO_FEW if present else Refusal.NO_QUESTIONS, **too_few, **named)
        return Line("refused", **of_trade, reason=reason, notes=_still_writing(choice, papers, sessions))
    active = papers.letter(trade_id=choice.trade_id, paper=choice.paper)
    if active != choice.before:
        last = last_change.told(facts.session, choice, active=active)
        switched: dict[str, object] = {"trade": code, "paper": choice.paper, "then": choice.before, "now": active}
        return Line("refused", **of_trade, reason=Message.of(Refusal.SWITCHED_SINCE, **switched, last=last))
    return Line("applied", **of_trade, notes=(Message.of("note_too_few", parts=parts),) if parts else ())


def _count_writing(choice: SetChoice | None, sessions: Sequence[OpenSession]) -> int:
    return sum(choice is not None and _belongs(choice, one) for one in sessions)


def _still_writing(choice: SetChoice, papers: Papers, sessions: Sequence[OpenSession]) -> tuple[Message, ...]:
    """For a refused trade: how many still write its old set."""
    writing = _count_writing(choice, sessions)
    old = papers.letter(trade_id=choice.trade_id, paper=choice.paper)
    return (Message.of("note_still_writing", n=writing, letter=old),) if writing else ()


def _ask(session: Session, options: Mapping[str, Any], _actor: Actor) -> SetsAsked:
    names = options["trades"]
    named = candidates.require_trades(session, names=names) if names else candidates.trades(session)
    paper, letter = Paper(options["paper"]), options["letter"]
    choices = tuple(SetChoice(trade.id, paper, letter) for trade in named)
    return SetsAsked(choices, allow_too_few=options["allow_too_few"])


WORKS = (Work(kind=face.ACTIVATE, plan=_plan, again=_plan_again, ask=_ask, change=copies.write),)
