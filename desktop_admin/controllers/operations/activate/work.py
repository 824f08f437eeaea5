"""Question sets: what switching active sets would do.

ActivateSets decides; QuestionSetActivation and the universal wish follow, so that all copies say the same. A switch
of one paper never writes the other paper's columns.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Select, or_, select

from desktop_admin.controllers.operations.clear import work as clearing
from desktop_admin.controllers.portal import open_sessions as sessions
from desktop_admin.controllers.portal.open_sessions import OpenSession
from desktop_admin.controllers.portal.papers import Papers, read_papers
from desktop_admin.controllers.values.plans import Line, Plan, SetChoice, new_op_id
from desktop_admin.database import sql
from desktop_admin.database.portal import CandidateProfile, ExamSession
from desktop_admin.database.session import Session, server_now
from desktop_admin.messages import Message
from desktop_admin.rules import Operation, QuestionSet, Refusal, belonging_set


def plan_activate(
    session: Session,
    *,
    choices: Sequence[SetChoice],
    allow_too_few: bool = False,
    op_id: str | None = None,
    now: datetime | None = None,
) -> Plan:
    """What a set switch would do: a line for each trade's paper, then one for each candidate whose session is cleared.

    Args:
        session: the database session.
        choices: which trade's paper shall use which letter; a trade's paper at most once.
        allow_too_few: let sets through that have too few questions in a part (a supervisor's override).
        op_id: the operation's id, where it has one already.
        now: the database's time, UTC.
    """
    moment = now or server_now(session)
    papers = read_papers(session)
    of_trades = _incomplete_of({choice.trade_id for choice in choices})
    open_sessions = sessions.incomplete(session, among=of_trades)
    held = _held(session, open_sessions, among=of_trades)
    ordered = sorted(choices, key=lambda choice: (choice.paper, papers.trades[choice.trade_id][0]))
    trade_lines = [_trade_line(choice, papers, open_sessions, held, allow_too_few) for choice in ordered]
    accepted = [line.choice for line in trade_lines if line.outcome == "applied" and line.choice]
    ids = {
        one.id for one in open_sessions if any(_leaves_behind(choice, one, held.get(one.id, {})) for choice in accepted)
    }
    candidate_lines = clearing.lines_for(session, session_ids=ids, now=moment) if ids else ()
    return Plan(
        operation=Operation.ACTIVATE,
        lines=(*trade_lines, *candidate_lines),
        op_id=op_id or new_op_id(),
        choices=tuple(ordered),
        allow_too_few=allow_too_few,
        screen=Message.of("screen_restart"),
        notes=sessions.notes_on_size(len(ids)),
    )


def plan_again(session: Session, plan: Plan, now: datetime) -> Plan:
    """The same plan from the rows as they are now.

    A candidate whose session would have been cleared and is not any more, because his trade is refused by now or he
    was moved to another one, is told that it stays.
    """
    again = plan_activate(session, choices=plan.choices, allow_too_few=plan.allow_too_few, op_id=plan.op_id, now=now)
    spared = sql.numbers(set(plan.session_ids) - set(again.session_ids))
    staying = {one.user_id for one in sessions.incomplete(session, among=spared)} - set(again.user_ids)
    stays = Message.of(Refusal.SESSION_STAYS)
    told = tuple(line.as_refused(stays) for line in plan.lines if line.user_id in staying)
    return replace(again, lines=(*again.lines, *told))


def _held(
    session: Session, open_sessions: Sequence[OpenSession], *, among: Select[int]
) -> dict[int, dict[QuestionSet, int]]:
    """What the incomplete sessions are made of; read once where the same transaction plans twice.

    Under the creation lock no exam question comes or goes, and this is what takes longest to read.
    """
    known: dict[int, dict[QuestionSet, int]] = session.info.setdefault("held", {})
    if any(one.id not in known for one in open_sessions):
        found = sessions.sets_of(session, sessions=among)
        known.update({one.id: found.get(one.id, {}) for one in open_sessions})
    return known


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


def _leaves_behind(choice: SetChoice, one: OpenSession, held: dict[QuestionSet, int]) -> bool:
    """Whether the switch must clear the session: it holds a question of another set, or none."""
    wanted = belonging_set(paper=choice.paper, trade_id=choice.trade_id, letter=choice.letter)
    return _belongs(choice, one) and set(held) != {wanted}


def _trade_line(
    choice: SetChoice,
    papers: Papers,
    open_sessions: Sequence[OpenSession],
    held: dict[int, dict[QuestionSet, int]],
    allow_too_few: bool,
) -> Line:
    code = papers.trades[choice.trade_id][0]
    present = papers.present(trade_id=choice.trade_id, paper=choice.paper, letter=choice.letter)
    short = papers.short(trade_id=choice.trade_id, paper=choice.paper, letter=choice.letter)
    told = _short_message(short) if short else None
    if not present or (told is not None and not allow_too_few):
        named = {"trade": code, "paper": choice.paper, "letter": choice.letter}
        reason = (
            Message.of(Refusal.TOO_FEW, parts=told, **named) if present else Message.of(Refusal.NO_QUESTIONS, **named)
        )
        notes = _still_writing(choice, papers, open_sessions)
        return Line("refused", name=code, trade=code, choice=choice, reason=reason, notes=notes)
    notes = (Message.of("note_too_few", parts=told),) if told is not None else ()
    return Line("applied", name=code, trade=code, choice=choice, notes=notes)


def _short_message(short: Sequence[tuple[str, int, int]]) -> str:
    """The parts with too few questions, for a sentence: ``F 0 of 10, E 2 of 3``."""
    return ", ".join(f"{part} {present} of {required}" for part, present, required in short)


def _still_writing(choice: SetChoice, papers: Papers, open_sessions: Sequence[OpenSession]) -> tuple[Message, ...]:
    """For a refused trade: how many still write its old set."""
    writing = sum(_belongs(choice, one) for one in open_sessions)
    old = papers.letter(trade_id=choice.trade_id, paper=choice.paper)
    return (Message.of("note_still_writing", count=writing, letter=old),) if writing else ()
