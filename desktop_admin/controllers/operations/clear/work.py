"""What clearing sessions would do; it writes no column."""

from __future__ import annotations

from collections.abc import Collection, Sequence, Set

from sqlalchemy import Select, select

from desktop_admin.controllers.operations import clear as face
from desktop_admin.controllers.operations.clear import ClearAsked
from desktop_admin.controllers.operations.plan import Planned, Work
from desktop_admin.controllers.portal import candidates, open_sessions
from desktop_admin.controllers.portal.facts import Facts
from desktop_admin.controllers.values.lines import Line
from desktop_admin.database.session import Session
from desktop_admin.database.statements import sql
from desktop_admin.database.tables.portal import ExamSession
from desktop_admin.messages import Message
from desktop_admin.rules import Refusal


def _plan(facts: Facts, asked: ClearAsked) -> Planned:
    """A session that is completed by now is refused; one that is gone is refused as well."""
    lines = lines_for(facts, session_ids=set(asked.session_ids))
    refused = _refused(facts.session, session_ids=asked.session_ids, lines=lines)
    return Planned((*lines, *refused), notes=open_sessions.notes_on_size(sum(len(line.cleared) for line in lines)))


def lines_for(facts: Facts, *, session_ids: Set[int]) -> tuple[Line, ...]:
    """A line for each candidate whose incomplete sessions these are, by army number.

    A candidate who keeps another incomplete session is told so: the login ends there, too.
    """
    found = facts.open_beside(session_ids, whose=_whose(session_ids))
    writing = {user_id for user_id, theirs in found.items() if any(one.id in session_ids for one in theirs)}
    lines = []
    for user_id, owner in facts.owners(writing).items():
        cleared = [one for one in found[user_id] if one.id in session_ids]
        kept = sorted({one.paper for one in found[user_id] if one.id not in session_ids})
        lines.append(
            owner.line(
                "applied",
                notes=tuple(Message.of("note_keeps_writing", paper=paper) for paper in kept),
                cleared=tuple(sorted(one.id for one in cleared)),
                ended_logins=facts.live_logins(user_id),
                keeps_writing=bool(kept),
                recent=any(candidates.started_recently(one.started_at, now=facts.now) for one in cleared),
            )
        )
    return tuple(lines)


def _whose(session_ids: Collection[int]) -> Select[int]:
    """Whose sessions these are, completed or not."""
    return select(ExamSession.user_id).where(ExamSession.id.in_(sql.numbers(session_ids)))


def _refused(session: Session, *, session_ids: Collection[int], lines: Sequence[Line]) -> tuple[Line, ...]:
    """Lines for what was asked for and cannot be cleared: completed by now, or gone."""
    applied = {line.user_id for line in lines}
    left = set(session_ids).difference(*(line.cleared for line in lines))
    if not left:
        return ()
    there = set(session.execute(select(ExamSession.id).where(ExamSession.id.in_(sql.numbers(left)))).scalars())
    completed, gone = Message.of(Refusal.SESSION_COMPLETED), Message.of(Refusal.SESSION_GONE)
    whose = candidates.owners(session, user_ids=_whose(there))
    return (
        *(owner.line("refused", reason=completed) for user_id, owner in whose.items() if user_id not in applied),
        *(Line("refused", name=f"#{session_id}", reason=gone) for session_id in sorted(left - there)),
    )


WORKS = (Work(kind=face.CLEAR, plan=_plan),)
