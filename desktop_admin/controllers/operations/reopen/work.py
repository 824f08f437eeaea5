"""What reopening a submitted paper would do, and the columns and answers that it takes out of the portal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from desktop_admin.controllers.archive import answers
from desktop_admin.controllers.archive.images import Images
from desktop_admin.controllers.operations import profiles
from desktop_admin.controllers.operations import reopen as face
from desktop_admin.controllers.operations.kind import PaperAsked
from desktop_admin.controllers.operations.plan import Plan, Planned, Work
from desktop_admin.controllers.operations.reopen import COMPLETION
from desktop_admin.controllers.portal import candidates, open_sessions
from desktop_admin.controllers.portal.facts import Facts
from desktop_admin.controllers.portal.open_sessions import OpenSession
from desktop_admin.controllers.values.lines import Actor, Line
from desktop_admin.controllers.values.views import Candidate
from desktop_admin.database.session import Session
from desktop_admin.database.statements import sql
from desktop_admin.database.tables.portal import ExamSession, QuestionPaper
from desktop_admin.messages import Message
from desktop_admin.rules import Paper, Refusal


def _plan(facts: Facts, asked: PaperAsked) -> Planned:
    """A line for each candidate; refused where the paper was not submitted."""
    people = facts.people(asked.chosen)
    user_ids = [one.user_id for one in people]
    completed = _completed(facts.session, user_ids, asked.paper)
    given = answers.counts(facts.session, user_ids=user_ids, paper=asked.paper)
    writing = facts.open_sessions(asked.chosen)
    lines = tuple(
        _line(
            one,
            asked.paper,
            completed.get(one.user_id, ()),
            given.get(one.user_id, 0),
            writing.get(one.user_id, ()),
            facts.live_logins.get(one.user_id, 0),
        )
        for one in people
    )
    return Planned(lines, notes=open_sessions.notes_on_size(sum(len(line.cleared) for line in lines)))


def _ask(session: Session, options: Mapping[str, Any], _actor: Actor) -> PaperAsked:
    return PaperAsked(profiles.chosen(session, options), Paper(options["paper"]))


def _change(session: Session, plan: Plan, _actor: Actor, _now: datetime) -> list[Images]:
    """Archive and remove the answers, and empty the completion columns; the sessions are archived already."""
    assert isinstance(plan.asked, PaperAsked)
    paper = plan.asked.paper
    answers.remove(session, user_ids=plan.user_ids, paper=paper, op_id=plan.op_id)
    emptied = {f"is_{paper.lower()}_completed": False, f"{paper.lower()}_slot_consumed_at": None}
    return [profiles.write(session, plan, COMPLETION, emptied)]


def _completed(session: Session, user_ids: Sequence[int], paper: Paper) -> dict[int, tuple[int, ...]]:
    rows = session.execute(
        select(ExamSession.user_id, ExamSession.id)
        .join(QuestionPaper, QuestionPaper.id == ExamSession.paper_id)
        .where(
            ExamSession.user_id.in_(sql.numbers(user_ids)),
            ExamSession.completed_at.is_not(None),
            QuestionPaper.question_paper == paper,
        )
        .order_by(ExamSession.id)
    )
    found: dict[int, tuple[int, ...]] = {}
    for user_id, session_id in rows:
        found[user_id] = (*found.get(user_id, ()), session_id)
    return found


def _line(
    one: Candidate, paper: Paper, completed: tuple[int, ...], given: int, open_: Sequence[OpenSession], signed_in: int
) -> Line:
    if paper not in one.submitted:
        return candidates.refused_line(one, Message.of(Refusal.NOT_SUBMITTED, paper=paper))
    kept = sorted({other.paper for other in open_}) if completed else []
    return candidates.applied_line(
        one,
        notes=(
            Message.of("note_answers_archived", n=given),
            *(Message.of("note_keeps_writing", paper=other) for other in kept),
        ),
        cleared=completed,
        ended_logins=signed_in if completed else 0,
        keeps_writing=bool(kept),
    )


WORKS = (Work(kind=face.REOPEN, plan=_plan, ask=_ask, change=_change),)
