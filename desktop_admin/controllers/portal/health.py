"""Session health: which sessions are stuck and what else is not as it should be. Derived, never stored.

Source: the domain specification, *Session health*. It reports; each cure is an operation of its own.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select

from desktop_admin.controllers.archive import cleared
from desktop_admin.controllers.portal import open_sessions, session_rows
from desktop_admin.controllers.portal.facts import Facts
from desktop_admin.controllers.portal.papers import Papers
from desktop_admin.controllers.portal.session_rows import Examined
from desktop_admin.controllers.values.lines import SetChoice
from desktop_admin.controllers.values.views import Finding, FindingKind, SessionRow, Survey
from desktop_admin.database.session import Session, has_own_tables
from desktop_admin.database.statements import answer_rows, sql
from desktop_admin.database.statements.archive_rows import is_sound
from desktop_admin.database.tables.own import ArchivedSession
from desktop_admin.database.tables.portal import (
    CandidateAnswer,
    CandidateProfile,
    ExamQuestion,
    ExamSession,
    Question,
    QuestionPaper,
    User,
)
from desktop_admin.messages import Message
from desktop_admin.rules import Paper, QuestionSet

_ORDER = {kind: place for place, kind in enumerate(FindingKind)}
_CURES = {
    FindingKind.OVERDUE: "cure_overdue",
    FindingKind.LATE_SUBMISSION: "cure_late_submission",
    FindingKind.COMPLETED_BY_MARKS: "cure_completed_by_marks",
    FindingKind.LOGIN_ENDS_EARLY: "cure_login_ends_early",
}
"""Cures of what is not stuck; a stuck session is always cured by clearing it."""


def examine(facts: Facts, *, user_ids: Collection[int] | None = None, finished: int | None = 0) -> list[SessionRow]:
    """Sessions with their findings, newest start first as the database orders ``started_at DESC``.

    Args:
        facts: the portal as it is.
        user_ids: only these candidates' sessions.
        finished: how many of the newest finished sessions without a finding are listed; None for all.
    """
    late = late_submissions(facts.session, user_ids=user_ids)
    found = session_rows.read(facts.session, user_ids=user_ids, finished=finished, also=late)
    logged_in, newest = _last_logins(facts), _newest(found)
    return [_row(one, facts.papers, newest, late, logged_in, facts.now) for one in found]


def survey(
    session: Session, *, now: datetime | None = None, finished: int | None = 500, thorough: bool = False
) -> Survey:
    """All findings, and the sessions that they are about, at one moment.

    Args:
        session: a reading session.
        now: the database's time, UTC.
        finished: how many of the newest finished sessions without a finding are listed; None for all.
        thorough: also look for each archived question in the portal, which reads the whole archive.
    """
    facts = Facts(session, now=now)
    erased = _erased(session, thorough=thorough)
    rows = examine(facts, finished=finished)
    rows.sort(key=_listed_first)
    return Survey(
        at=facts.now,
        sessions=tuple(rows),
        findings=(*(finding for row in rows for finding in row.findings), *_of_papers(facts.papers), *erased),
        running=sum(row.incomplete and not row.stuck for row in rows),
        finished=_count_finished(session),
        waiting=_count_waiting(session),
    )


def late_submissions(session: Session, *, user_ids: Collection[int] | None = None) -> frozenset[int]:
    """Completed sessions whose candidate answered, after the session started, a question that it does not hold.

    Which of the answers are given at all is asked only for those few, because a desk's account may not read answers.
    """
    held = select(ExamQuestion.id).where(
        ExamQuestion.session_id == ExamSession.id, ExamQuestion.question_id == CandidateAnswer.question_id
    )
    foreign = (
        CandidateProfile.user_id == ExamSession.user_id,
        CandidateAnswer.candidate_id == CandidateProfile.id,
        CandidateAnswer.paper_id == ExamSession.paper_id,
        CandidateAnswer.submitted_at >= ExamSession.started_at,
        ~held.correlate(ExamSession, CandidateAnswer).exists(),
    )
    has_foreign = select(CandidateAnswer.id).where(*foreign).correlate(ExamSession).exists()
    wanted = select(ExamSession.id).where(ExamSession.completed_at.is_not(None), has_foreign)
    if user_ids is not None:
        wanted = wanted.where(ExamSession.user_id.in_(sql.numbers(user_ids)))
    suspected = session.execute(wanted).scalars().all()
    if not suspected:
        return frozenset()
    of_suspected = select(ExamSession.id, CandidateAnswer.id).where(
        ExamSession.id.in_(sql.numbers(suspected)), *foreign
    )
    rows = session.execute(of_suspected).all()
    given = answer_rows.given(session, ids={answer_id for _, answer_id in rows})
    return frozenset(session_id for session_id, answer_id in rows if answer_id in given)


def _listed_first(row: SessionRow) -> tuple[int, str, str, int]:
    """Stuck, then other problems, then running by candidate; finished ones newest first."""
    group = 0 if row.stuck else 1 if row.problem else 2 if row.incomplete else 3
    if group == 3:
        return (group, "", "", -row.id)
    return (group, row.trade or "", row.army_no or row.username, row.id)


def _newest(examined: list[Examined]) -> dict[tuple[int, Paper, str], int]:
    """The incomplete session that the portal would resume, by candidate, paper and exam type.

    They come newest first, in the order of the database's own ``started_at DESC``.
    """
    newest: dict[tuple[int, Paper, str], int] = {}
    for one in examined:
        if one.completed_at is None:
            newest.setdefault((one.user_id, one.paper, one.exam_type), one.id)
    return newest


def _row(
    one: Examined,
    papers: Papers,
    newest: dict[tuple[int, Paper, str], int],
    late: frozenset[int],
    logged_in: dict[int, datetime],
    now: datetime,
) -> SessionRow:
    codes = {trade_id: code for trade_id, (code, _) in papers.trades.items()}
    own = papers.active_set(trade_id=one.active_trade_id, paper=one.paper)
    labels = {held: open_sessions.set_label(held, own=own, trades=codes) for held in one.held}
    row = session_rows.as_row(one, labels=labels, active=own.letter)
    if one.completed_at is None:
        found = [*_stuck(one, own, labels, newest, codes), *_running(one, row, logged_in, now)]
    else:
        found = (
            [(FindingKind.LATE_SUBMISSION, Message.of("late_submission", paper=one.paper))] if one.id in late else []
        )
    findings = tuple(_finding(kind, reason, row) for kind, reason in sorted(found, key=lambda f: _ORDER[f[0]]))
    return replace(row, findings=findings)


def _finding(kind: FindingKind, reason: Message, row: SessionRow) -> Finding:
    return Finding(
        kind, reason, Message.of(_CURES.get(kind, "cure_clear")), row.id, row.user_id, row.army_no, row.name, row.trade
    )


def _stuck(
    one: Examined,
    own: QuestionSet,
    labels: dict[QuestionSet, str],
    newest: dict[tuple[int, Paper, str], int],
    codes: dict[int, str],
) -> list[tuple[FindingKind, Message]]:
    """Every way in which an incomplete session should not be resumed, in the domain's order."""
    found: list[tuple[FindingKind, Message]] = []
    others = sorted(label for held, label in labels.items() if held != own)
    if others:
        found.append((FindingKind.OTHER_SET, _other_set(one, own, others, codes)))
    if len(labels) > 1:
        found.append((FindingKind.MIXED_SETS, Message.of("mixed_sets", sets=", ".join(sorted(labels.values())))))
    if not labels:
        found.append((FindingKind.NO_QUESTIONS, Message.of("no_questions")))
    if one.profile_id is not None and not one.has_exam_slot:
        found.append((FindingKind.NO_SLOT, Message.of("no_slot")))
    resumed = newest[one.user_id, one.paper, one.exam_type]
    if resumed != one.id:
        found.append((FindingKind.OLDER_SESSION, Message.of("older_session", session=resumed)))
    if one.submitted:
        found.append((FindingKind.PAPER_SUBMITTED, Message.of("paper_submitted", paper=one.paper)))
    if one.profile_id is None or one.profile_trade_id is None:
        found.append((FindingKind.NO_TRADE, Message.of("no_trade" if one.profile_id else "no_profile")))
    return found


def _other_set(one: Examined, own: QuestionSet, others: list[str], codes: dict[int, str]) -> Message:
    foreign = sorted({codes.get(held.trade_id or 0, "?") for held in one.held if held.trade_id != own.trade_id})
    if one.paper is Paper.PRIMARY and foreign and one.active_trade_id is not None:
        return Message.of("other_trade", sets=", ".join(others), trade=codes[one.active_trade_id], letter=own.letter)
    return Message.of("other_set", sets=", ".join(others), letter=own.letter)


def _running(
    one: Examined, row: SessionRow, logged_in: dict[int, datetime], now: datetime
) -> list[tuple[FindingKind, Message]]:
    """What may be wrong with an incomplete session besides being stuck."""
    found: list[tuple[FindingKind, Message]] = []
    if row.ends_at is not None and row.ends_at < now:
        found.append((FindingKind.OVERDUE, Message.of("overdue", at=row.ends_at)))
    if one.completed and not one.submitted:
        found.append((FindingKind.COMPLETED_BY_MARKS, Message.of("completed_by_marks", paper=one.paper)))
    login_ends = logged_in.get(one.user_id)
    if login_ends is not None and row.ends_at is not None and now < row.ends_at and login_ends < row.ends_at:
        found.append((FindingKind.LOGIN_ENDS_EARLY, Message.of("login_ends_early", at=login_ends, end=row.ends_at)))
    return found


def _last_logins(facts: Facts) -> dict[int, datetime]:
    """When the last live login of each account ends."""
    last: dict[int, datetime] = {}
    for login in facts.logins:
        last[login.user_id] = max(login.expires, last.get(login.user_id, login.expires))
    return last


def _of_papers(papers: Papers) -> tuple[Finding, ...]:
    """Where the portal's copies of the active set, or its paper switches, contradict each other."""
    found = []
    for trade_id, (code, name) in sorted(papers.trades.items()):
        for paper in Paper:
            copy = papers.disagreeing(trade_id=trade_id, paper=paper)
            if copy is not None:
                active = papers.letter(trade_id=trade_id, paper=paper)
                reason = Message.of("sets_disagree", trade=code, paper=paper, copy=copy, letter=active)
                cure = Message.of("cure_sets_disagree", trade=code, paper=paper, letter=active)
                again = SetChoice(trade_id, paper, active)
                found.append(Finding(FindingKind.SETS_DISAGREE, reason, cure, name=name, trade=code, activate=again))
    found.extend(_switches(papers))
    return tuple(found)


def _switches(papers: Papers) -> list[Finding]:
    found = []
    if len(papers.forced) > 1:
        found.append(_switch("two_forced_papers", "cure_two_forced_papers"))
    for paper in Paper:
        open_for = sorted(
            papers.trades[t][0] for (t, p), is_open in papers.trade_open.items() if p is paper and is_open
        )
        if open_for and not papers.paper_open.get(paper, False):
            found.append(_switch("paper_closed_trades_open", "cure_paper_closed", paper=paper, trades=open_for))
        forced_away = [forced for forced in papers.forced if forced != paper]
        if open_for and papers.paper_open.get(paper, False) and forced_away and len(papers.forced) == 1:
            found.append(
                _switch("paper_forced_away", "cure_forced", paper=paper, trades=open_for, forced=forced_away[0])
            )
    return found


def _switch(reason: str, cure: str, *, trades: list[str] | None = None, **values: object) -> Finding:
    listed = {"trades": ", ".join(trades)} if trades else {}
    return Finding(
        FindingKind.SWITCHES_DISAGREE, Message.of(reason, **values, **listed), Message.of(cure, **values, **listed)
    )


def _erased(session: Session, *, thorough: bool) -> tuple[Finding, ...]:
    """Whether the archive knows candidates, papers or questions that the portal no longer has."""
    if not has_own_tables(session):
        return ()
    accounts = select(func.count(func.distinct(ArchivedSession.user_id))).where(
        ArchivedSession.user_id.not_in(select(User.id))
    )
    papers = select(func.count(func.distinct(ArchivedSession.paper_id))).where(
        ArchivedSession.paper_id.not_in(select(QuestionPaper.id))
    )
    archived = session.execute(select(func.count()).select_from(ArchivedSession)).scalar_one()
    no_question = session.execute(select(func.count(Question.id))).scalar_one() == 0
    gone = {
        "candidates": session.execute(accounts).scalar_one(),
        "papers": session.execute(papers).scalar_one(),
        "questions": int(archived > 0 and no_question),
        "some_questions": _erased_questions(session) if thorough and not no_question else 0,
    }
    return tuple(
        Finding(FindingKind.DATA_ERASED, Message.of(f"erased_{what}", n=count), Message.of("cure_data_erased"))
        for what, count in gone.items()
        if count
    )


def _erased_questions(session: Session) -> int:
    """How many different questions of archived sessions the portal no longer has."""
    known: set[int] = set()
    for text, sound in session.execute(select(ArchivedSession.body, is_sound(ArchivedSession))):
        # One that is damaged is told by the log's verification.
        body = cleared.body_of(text, sound=sound) or {}
        known.update(int(one.rpartition(":")[2]) for one in (body.get("questions") or "").split())
    there = session.execute(select(func.count(Question.id)).where(Question.id.in_(sql.numbers(known)))).scalar_one()
    return len(known) - there


def _count_finished(session: Session) -> int:
    return session.execute(select(func.count(ExamSession.id)).where(ExamSession.completed_at.is_not(None))).scalar_one()


def _count_waiting(session: Session) -> int:
    """Candidates with an attempting slot and no incomplete session: a state, not a problem."""
    writing = select(ExamSession.user_id).where(ExamSession.completed_at.is_(None))
    return session.execute(
        select(func.count(CandidateProfile.id)).where(
            CandidateProfile.has_exam_slot,
            CandidateProfile.slot_attempting_at.is_not(None),
            CandidateProfile.user_id.not_in(writing),
        )
    ).scalar_one()
