"""What reopening a submitted paper would do, and the columns and answers that it takes out of the portal."""

from __future__ import annotations

from collections import defaultdict
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
from desktop_admin.controllers.portal import open_sessions
from desktop_admin.controllers.portal.facts import Facts
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.session import Session
from desktop_admin.database.statements import sql
from desktop_admin.database.tables.portal import ExamSession, QuestionPaper
from desktop_admin.messages import Message
from desktop_admin.rules import Paper, Refusal


def _plan(facts: Facts, asked: PaperAsked) -> Planned:
    """A line for each candidate; refused where the paper was not submitted."""
    people, paper = facts.people(asked.chosen), asked.paper
    user_ids = [one.user_id for one in people]
    completed = _completed(facts.session, user_ids, paper)
    given = answers.counts(facts.session, user_ids=user_ids, paper=paper)
    writing = facts.open_sessions(asked.chosen)
    lines = []
    for one in people:
        if paper not in one.submitted:
            lines.append(one.line("refused", reason=Message.of(Refusal.NOT_SUBMITTED, paper=paper)))
            continue
        cleared = tuple(completed[one.user_id])
        kept = sorted({other.paper for other in writing.get(one.user_id, ())}) if cleared else []
        notes = [Message.of("note_answers_archived", n=given.get(one.user_id, 0))]
        notes += [Message.of("note_keeps_writing", paper=other) for other in kept]
        signed_in = facts.live_logins(one.user_id) if cleared else 0
        lines.append(
            one.line("applied", notes=tuple(notes), cleared=cleared, ended_logins=signed_in, keeps_writing=bool(kept))
        )
    return Planned(tuple(lines), notes=open_sessions.notes_on_size(sum(len(line.cleared) for line in lines)))


def _ask(session: Session, options: Mapping[str, Any], _actor: Actor) -> PaperAsked:
    return PaperAsked(profiles.chosen(session, options), Paper(options["paper"]))


def _change(session: Session, plan: Plan, _actor: Actor, _now: datetime) -> list[Images]:
    """Archive and remove the answers, and empty the completion columns; the sessions are archived already."""
    assert isinstance(plan.asked, PaperAsked)
    paper = plan.asked.paper
    answers.remove(session, user_ids=plan.user_ids, paper=paper, op_id=plan.op_id)
    emptied = {f"is_{paper.lower()}_completed": False, f"{paper.lower()}_slot_consumed_at": None}
    return [profiles.write(session, plan, COMPLETION, emptied)]


def _completed(session: Session, user_ids: Sequence[int], paper: Paper) -> defaultdict[int, list[int]]:
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
    found: defaultdict[int, list[int]] = defaultdict(list)
    for user_id, session_id in rows:
        found[user_id].append(session_id)
    return found


WORKS = (Work(kind=face.REOPEN, plan=_plan, ask=_ask, change=_change),)
