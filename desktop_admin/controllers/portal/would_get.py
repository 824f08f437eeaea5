"""What a candidate would get on pressing Start now: the portal's own decisions, in the portal's order.

Source: the domain specification, *What the candidate would get now*; each step was seen on the running portal.
"""

from __future__ import annotations

from collections.abc import Sequence

from desktop_admin.controllers.portal.papers import Papers
from desktop_admin.controllers.values.people import Candidate, WouldGet
from desktop_admin.controllers.values.sessions import SessionRow
from desktop_admin.messages import Message
from desktop_admin.rules import Paper, SlotState


def would_get(one: Candidate, *, papers: Papers, incomplete: Sequence[SessionRow]) -> WouldGet:
    """What the portal would do for the candidate now.

    The incomplete sessions are the candidate's, the one that the portal would find first in front.
    """
    notes, refusal = _notes(one), _refused_before_paper(one)
    if refusal is not None or one.next_paper is None or one.trade_id is None:
        return WouldGet("refused", reason=refusal, notes=notes)
    paper = one.next_paper
    closed = _closed(paper, trade_id=one.trade_id, papers=papers)
    if closed is not None:
        return WouldGet("refused", paper=paper, reason=closed, notes=notes)
    for row in incomplete:
        if row.paper is paper and row.exam_type == paper:
            return _resumed(row, notes)
    return _started(one, paper, papers, notes, trade_id=one.trade_id)


def _notes(one: Candidate) -> tuple[Message, ...]:
    no_photograph = () if one.photograph else (Message.of("note_no_photograph"),)
    by_marks = (paper for paper in Paper if paper in one.completed and paper not in one.submitted)
    return (*no_photograph, *(Message.of("note_completed_by_marks", paper=paper) for paper in by_marks))


def _refused_before_paper(one: Candidate) -> Message | None:
    if not one.account_active:
        return Message.of("get_account_inactive")
    if one.trade_id is None:
        return Message.of("refused_no_trade")
    if one.slot is SlotState.NONE:
        return Message.of("get_no_slot")
    return Message.of("refused_all_completed") if one.next_paper is None else None


def _closed(paper: Paper, *, trade_id: int, papers: Papers) -> Message | None:
    code = papers.trades[trade_id][0]
    if not papers.trade_open.get((trade_id, paper), False):
        return Message.of("get_paper_closed_for_trade", paper=paper, trade=code)
    if not papers.paper_open.get(paper, False):
        return Message.of("get_paper_closed", paper=paper)
    if not papers.has_questions(trade_id=trade_id, paper=paper):
        return Message.of("get_no_questions", paper=paper, trade=code)
    return None


def _resumed(row: SessionRow, notes: tuple[Message, ...]) -> WouldGet:
    if row.acceptance is not None:
        notes = (*notes, row.acceptance)
    return WouldGet(
        "resume",
        paper=row.paper,
        set="+".join(row.sets) or None,
        questions=row.questions,
        duration=row.duration,
        session_id=row.id,
        notes=notes,
    )


def _started(one: Candidate, paper: Paper, papers: Papers, notes: tuple[Message, ...], *, trade_id: int) -> WouldGet:
    """A new session: its type as the global control says, its set as ActivateSets says."""
    if len(papers.forced) > 1:
        return WouldGet("refused", paper=paper, reason=Message.of("two_forced_papers"), notes=notes)
    made = Paper(papers.forced[0]) if papers.forced else paper
    if made is not paper:
        notes = (*notes, Message.of("note_forced_type", paper=paper, forced=made))
    letter = papers.letter(trade_id=trade_id, paper=made)
    required = papers.required(trade_id=trade_id, paper=made)
    present = papers.present(trade_id=trade_id, paper=made, letter=papers.stored(trade_id=trade_id, paper=made))
    questions = sum(min(present.get(part, 0), needed) for part, needed in required.items())
    if questions == 0:
        reason = Message.of("refused_no_questions", trade=one.trade, paper=made, letter=letter)
        return WouldGet("refused", paper=made, set=letter, reason=reason, notes=notes)
    if questions < sum(required.values()):
        notes = (*notes, Message.of("note_set_too_small", present=questions, required=sum(required.values())))
    return WouldGet(
        "start",
        paper=made,
        set=letter,
        questions=questions,
        duration=papers.duration(trade_id=trade_id, paper=paper),
        notes=notes,
    )
