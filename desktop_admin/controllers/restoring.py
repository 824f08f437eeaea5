"""Putting cleared sessions back: what restoring would do, and the eleven ways in which it has become impossible.

Source of the refusals R1 to R11: the write protocol, *Archive and restore*.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_admin.controllers import archive, policies, sessions
from desktop_admin.controllers.archive import Archived
from desktop_admin.controllers.images import Images
from desktop_admin.controllers.papers import Papers, read_papers
from desktop_admin.controllers.plans import Actor, Line, Plan, new_op_id
from desktop_admin.controllers.sessions import OpenSession
from desktop_admin.database import sql
from desktop_admin.database.own import RestoredSession
from desktop_admin.database.portal import (
    CandidateProfile,
    ExamQuestion,
    ExamSession,
    Question,
    QuestionPaper,
    Trade,
    User,
)
from desktop_admin.database.session import has_own_tables, last_id, server_now
from desktop_admin.errors import UsageProblem
from desktop_admin.messages import Message
from desktop_admin.rules import Operation, Paper, QuestionSet, Refusal


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose session it was, as he is now."""

    user_id: int
    username: str
    profile_id: int | None
    army_no: str | None
    name: str
    trade_id: int | None
    trade: str | None
    has_exam_slot: bool
    slot_assigned_at: datetime | None
    submitted: frozenset[Paper]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the refusals are decided by, read once for all sessions that are asked for."""

    restored: frozenset[tuple[str, int]]
    owners: Mapping[int, Owner]
    used_sessions: frozenset[int]
    used_questions: frozenset[int]
    last_session: int
    last_question: int
    open_sessions: Mapping[int, Sequence[OpenSession]]
    questions: Mapping[int, QuestionSet]
    papers: Papers
    paper_ids: frozenset[int]
    restore_age: timedelta


def plan_restore(
    session: Session,
    *,
    session_ids: Collection[int],
    archived_by: str | None = None,
    override: bool = False,
    op_id: str | None = None,
    now: datetime | None = None,
) -> Plan:
    """What putting these cleared sessions back would do, a line for each.

    Args:
        session: the database session.
        session_ids: the sessions as the archive knows them.
        archived_by: the ``op_id`` of the clearing that is meant; without it, the last one of each session.
        override: let an old archive, and one whose set is not active any more, through (a supervisor's decision).
        op_id: the operation's id, where it has one already.
        now: the database's time, UTC.

    Raises:
        UsageProblem: the archive knows no such session, or not from that operation.
    """
    archived = archive.of_sessions(session, session_ids=session_ids) if has_own_tables(session) else []
    found = {one.session_id: one for one in archived if archived_by in (None, one.op_id)}
    missing = sorted(set(session_ids) - set(found))
    if missing:
        raise UsageProblem("not_archived", sessions=", ".join(map(str, missing)))
    return _plan(session, list(found.values()), override=override, op_id=op_id, now=now or server_now(session))


def plan_again(session: Session, plan: Plan, now: datetime) -> Plan:
    """The same plan from the rows as they are now."""
    wanted = set(plan.archived)
    found = archive.of_sessions(session, session_ids=[session_id for _, session_id in wanted])
    chosen = [one for one in found if one.key in wanted]
    return _plan(session, chosen, override=plan.override, op_id=plan.op_id, now=now)


def put_back(session: Session, plan: Plan, _actor: Actor, _now: datetime) -> list[Images]:
    """Write the applied lines' sessions back."""
    applied = set(plan.restored_ids)
    wanted = set(plan.archived)
    found = archive.of_sessions(session, session_ids=applied)
    chosen = [one for one in found if one.key in wanted and one.session_id in applied]
    archive.put_back(session, archived=chosen, by_op_id=plan.op_id)
    return []


def _plan(session: Session, wanted: list[Archived], *, override: bool, op_id: str | None, now: datetime) -> Plan:
    facts = read_facts(session, wanted)
    lines = tuple(line_of(one, facts, _reason(one, wanted, facts, override=override, now=now)) for one in wanted)
    return Plan(
        operation=Operation.RESTORE,
        lines=lines,
        op_id=op_id or new_op_id(),
        archived=tuple(one.key for one in wanted),
        override=override,
        screen=Message.of("screen_restore"),
        notes=sessions.notes_on_size(len(wanted)),
    )


def line_of(one: Archived, facts: Facts, reason: Message | None) -> Line:
    """The line of one archived session: put back, or refused with the reason."""
    owner, body = facts.owners.get(one.user_id), one.body or {}
    return Line(
        outcome="applied" if reason is None else "refused",
        user_id=one.user_id if owner else None,
        army_no=owner.army_no if owner else body.get("army_no"),
        username=owner.username if owner else body.get("username"),
        name=owner.name if owner else str(body.get("name") or f"#{one.session_id}"),
        trade=owner.trade if owner else body.get("trade"),
        session_id=one.session_id,
        reason=reason,
        restored=() if reason else (one.session_id,),
    )


def _reason(one: Archived, asked: list[Archived], facts: Facts, *, override: bool, now: datetime) -> Message | None:
    """Why a session cannot be restored, in the protocol's order, or None."""
    return impossible(one, asked, facts) or _unwise(one, facts, override=override, now=now)


def impossible(one: Archived, asked: Iterable[Archived], facts: Facts) -> Message | None:
    """R1 to R7 and R9, and a paper or trade that is gone: what neither a restore nor an undo can get over.

    Args:
        one: the archived session.
        asked: all sessions that are put back together with it.
        facts: as they are now.
    """
    if one.key in facts.restored:
        return _refused(Refusal.ALREADY_RESTORED, one)
    if one.body is None:
        return _refused(Refusal.ARCHIVE_DAMAGED, one)
    owner = facts.owners.get(one.user_id)
    if owner is None or (owner.profile_id is None and one.body["army_no"] is not None):
        return _refused(Refusal.CANDIDATE_GONE, one)
    row_trade = one.body["trade_id"]
    if one.body["paper_id"] not in facts.paper_ids or (row_trade is not None and row_trade not in facts.papers.trades):
        return _refused(Refusal.PAPER_GONE, one)
    trade = owner.trade or facts.papers.trades.get(row_trade, (None, None))[0]
    if trade != one.body["trade"] and not _renamed(one, owner, facts):
        return _refused(Refusal.TRADE_CHANGED, one, then=one.body["trade"] or "–", now=trade or "–")
    paper = _paper(one)
    if paper in owner.submitted:
        return _refused(Refusal.SUBMITTED_SINCE, one, paper=paper)
    if _id_taken(one, facts):
        return _refused(Refusal.ID_IN_USE, one)
    if _in_the_way(one, asked, facts):
        return _refused(Refusal.NEWER_SESSION, one, paper=paper)
    if any(question.question_id not in facts.questions for question in one.questions):
        return _refused(Refusal.QUESTION_GONE, one)
    return None


def _renamed(one: Archived, owner: Owner, facts: Facts) -> bool:
    """Whether only the code of his trade was corrected: it is the row's trade, and no trade has the old code now."""
    assert one.body is not None
    codes = {code for code, _ in facts.papers.trades.values()}
    row_trade = one.body["trade_id"]
    return row_trade is not None and owner.trade_id in (None, row_trade) and one.body["trade"] not in codes


def _id_taken(one: Archived, facts: Facts) -> bool:
    return (
        one.session_id in facts.used_sessions
        or one.session_id > facts.last_session
        or any(part.id in facts.used_questions or part.id > facts.last_question for part in one.questions)
    )


def _in_the_way(one: Archived, asked: Iterable[Archived], facts: Facts) -> bool:
    """Whether the candidate has, or would get by the same operation, a newer incomplete session of the paper."""
    paper = _paper(one)
    if any(other.paper is paper and _is_newer(other, one) for other in facts.open_sessions.get(one.user_id, ())):
        return True
    return any(
        other.user_id == one.user_id and other.body is not None and _paper(other) is paper and _newer(other, one)
        for other in asked
    )


def _is_newer(other: OpenSession, one: Archived) -> bool:
    """Whether an incomplete session is newer; beside a completed one it was there, unless it was started since."""
    assert one.body is not None
    if one.body["completed_at"] is None or other.started_at is None or one.cleared_at is None:
        return other.id > one.session_id
    return other.started_at > one.cleared_at


def _newer(other: Archived, one: Archived) -> bool:
    """Two sessions of one candidate were cleared together: both come back only where they were both there before."""
    return other.op_id != one.op_id and other.session_id > one.session_id


def _unwise(one: Archived, facts: Facts, *, override: bool, now: datetime) -> Message | None:
    """R8, R10 and R11: what a restore needs besides, and an undo brings along itself."""
    if one.body is not None and one.body["completed_at"] is not None:
        return _refused(Refusal.WAS_COMPLETED, one)
    owner, paper = facts.owners[one.user_id], _paper(one)
    if not owner.has_exam_slot:
        return _refused(Refusal.NO_SLOT, one)
    if override:
        return None
    if owner.trade_id is not None and held(one, facts) != {
        facts.papers.active_set(trade_id=owner.trade_id, paper=paper)
    }:
        return _refused(Refusal.SET_NOT_ACTIVE, one)
    if one.cleared_at is not None and now - one.cleared_at > facts.restore_age:
        return _refused(Refusal.ARCHIVE_OLD, one, at=one.cleared_at)
    if one.cleared_at is not None and owner.slot_assigned_at is not None and owner.slot_assigned_at > one.cleared_at:
        return _refused(Refusal.SLOT_NEWER, one)
    return None


def held(one: Archived, facts: Facts) -> set[QuestionSet]:
    """The sets of which an archived session holds questions, all of them being there and active."""
    return {facts.questions[part.question_id] for part in one.questions}


def _paper(one: Archived) -> Paper:
    assert one.body is not None
    return Paper(one.body["paper"])


def _refused(refusal: Refusal, one: Archived, **values: object) -> Message:
    return Message.of(refusal, session=one.session_id, **values)


def read_facts(session: Session, wanted: Sequence[Archived], *, also: Iterable[int] = ()) -> Facts:
    """Read what the refusals are decided by; as many statements for one session as for a thousand.

    Args:
        session: the database session.
        wanted: the archived sessions.
        also: more accounts whose owners are wanted.
    """
    user_ids = {one.user_id for one in wanted} | set(also)
    session_ids = {one.session_id for one in wanted}
    parts = {part.id for one in wanted for part in one.questions}
    question_ids = {part.question_id for one in wanted for part in one.questions}
    again = RestoredSession.session_id.in_(sql.numbers(session_ids))
    restored = session.execute(select(RestoredSession.op_id, RestoredSession.session_id).where(again)).all()
    return Facts(
        restored=frozenset((op_id, session_id) for op_id, session_id in restored),
        owners=owners(session, user_ids=user_ids),
        used_sessions=_present(session, ExamSession, session_ids),
        used_questions=_present(session, ExamQuestion, parts),
        last_session=last_id(session, ExamSession.__tablename__),
        last_question=last_id(session, ExamQuestion.__tablename__),
        open_sessions=sessions.by_user(sessions.incomplete(session, users=sql.numbers(user_ids))),
        questions=_usable(session, question_ids),
        papers=read_papers(session),
        paper_ids=frozenset(session.execute(select(QuestionPaper.id)).scalars()),
        restore_age=policies.read(session).restore_age,
    )


def _present(session: Session, kind: type[ExamSession] | type[ExamQuestion], ids: Collection[int]) -> frozenset[int]:
    return frozenset(session.execute(select(kind.id).where(kind.id.in_(sql.numbers(ids)))).scalars())


def _usable(session: Session, ids: Collection[int]) -> dict[int, QuestionSet]:
    """The sets of the questions that are still there and active."""
    rows = session.execute(
        select(Question.id, Question.is_common, Question.trade_id, Question.question_set).where(
            Question.id.in_(sql.numbers(ids)), Question.is_active
        )
    )
    return {
        id_: QuestionSet(None if is_common else trade_id or 0, letter.upper())
        for id_, is_common, trade_id, letter in rows
    }


def owners(session: Session, *, user_ids: Collection[int]) -> dict[int, Owner]:
    """The accounts that are still there, with the candidates that they belong to."""
    one = CandidateProfile
    rows = session.execute(
        select(
            User.id,
            User.username,
            one.id,
            one.army_no,
            one.name,
            Trade.id,
            Trade.code,
            one.has_exam_slot,
            one.slot_assigned_at,
            one.primary_slot_consumed_at,
            one.secondary_slot_consumed_at,
        )
        .outerjoin(one, one.user_id == User.id)
        .outerjoin(Trade, Trade.id == one.trade_id)
        .where(User.id.in_(sql.numbers(user_ids)))
    )
    return {row[0]: _owner(*row) for row in rows}


def _owner(
    user_id: int,
    username: str,
    profile_id: int | None,
    army_no: str | None,
    name: str | None,
    trade_id: int | None,
    trade: str | None,
    has_exam_slot: Any,
    slot_assigned_at: datetime | None,
    primary: datetime | None,
    secondary: datetime | None,
) -> Owner:
    submitted = {Paper.PRIMARY: primary, Paper.SECONDARY: secondary}
    return Owner(
        user_id=user_id,
        username=username,
        profile_id=profile_id,
        army_no=army_no,
        name=name or username,
        trade_id=trade_id,
        trade=trade,
        has_exam_slot=bool(has_exam_slot),
        slot_assigned_at=slot_assigned_at,
        submitted=frozenset(paper for paper, at in submitted.items() if at is not None),
    )
