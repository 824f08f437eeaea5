"""Session health: which sessions are stuck and what else is not as it should be. Derived, never stored.

Source: the domain specification, *Session health*. It reports; each cure is an operation of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import chain

from sqlalchemy import func, select

from desktop_admin.controllers.findings import data_findings, login_findings, paper_findings, people_findings
from desktop_admin.controllers.findings.judged import judged
from desktop_admin.controllers.portal import accepted, given_time, late_submissions, open_sessions, session_rows
from desktop_admin.controllers.portal.accepted import Accepted
from desktop_admin.controllers.portal.facts import Facts
from desktop_admin.controllers.portal.open_sessions import Held
from desktop_admin.controllers.portal.papers import Papers
from desktop_admin.controllers.portal.session_rows import StoredSession
from desktop_admin.controllers.values.sessions import ACCEPTABLE_KINDS, Finding, FindingKind, Given, SessionRow, Survey
from desktop_admin.database.session import Session
from desktop_admin.database.tables.portal import CandidateProfile, ExamSession
from desktop_admin.database.unchanged import now_and_then, unless_changed
from desktop_admin.messages import Message
from desktop_admin.rules import Paper, QuestionSet, ends_at

_CURES = {
    FindingKind.OVERDUE: "cure_overdue",
    FindingKind.LATE_SUBMISSION: "cure_late_submission",
    FindingKind.COMPLETED_BY_MARKS: "cure_completed_by_marks",
    FindingKind.SUBMITTED_NOT_COMPLETED: "cure_submitted_not_completed",
    FindingKind.ACCOMMODATION: "cure_accommodation",
    FindingKind.LOGIN_ENDS_EARLY: "cure_login_ends_early",
    FindingKind.LOGIN_ENDED: "cure_login_ended",
    FindingKind.TYPE_DISAGREES: "cure_type_disagrees",
}
"""Cures of what is not stuck; a stuck session is always cured by clearing it."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What the findings of every session are decided by.

    Attributes:
        newest: the incomplete session that the portal would resume, by candidate, paper and exam type.
        finished: the completed session that was started last, by candidate and paper.
        late: completed sessions that were submitted late, as ``late_submissions.find`` gives them.
        accepted: what was accepted, by session, as ``accepted.find`` gives it.
        logged_in: when the last login of each account ends, or has ended.
        given: the time that sessions were given last.
        keep_logins: logins last as long as their candidates write, because a rule says so.
        accommodations: how many more minutes are kept for candidates.
    """

    papers: Papers
    codes: dict[int, str]
    newest: dict[tuple[int, str, str], int]
    finished: dict[tuple[int, str], int]
    late: dict[int, int | None]
    accepted: dict[int, Accepted]
    logged_in: Mapping[int, datetime]
    given: dict[int, Given]
    keep_logins: bool
    accommodations: dict[int, int]
    now: datetime


def examine(facts: Facts, *, user_ids: Collection[int] | None = None, finished: int | None = 0) -> list[SessionRow]:
    """Sessions with their findings, newest start first as the database orders ``started_at DESC``.

    So many of the newest ``finished`` ones without a finding are among them; None for all.
    """
    key = (None if user_ids is None else frozenset(user_ids), finished)
    if key not in facts.examined:
        facts.examined[key] = _known(facts, finished) if user_ids is None else _examine(facts, user_ids, finished)
    return facts.examined[key]


@dataclass(frozen=True, slots=True)
class Examined:
    """Sessions with their findings, and when these follow from the same.

    Attributes:
        since, until: at this moment, and after it as long as the other has not come; None where none will.
    """

    rows: list[SessionRow]
    since: datetime
    until: datetime | None

    def holds(self, now: datetime) -> bool:
        """Whether nothing has come to its end since."""
        return now == self.since or (self.since < now and (self.until is None or now < self.until))


def _known(facts: Facts, finished: int | None) -> list[SessionRow]:
    """The same of everybody, as it is known already where nothing has changed; the same list then."""

    def look() -> Examined:
        return examined(facts, _examine(facts, None, finished))

    return unless_changed(facts.session, (Examined, finished), look, holds=lambda one: one.holds(facts.now)).rows


def examined(facts: Facts, rows: list[SessionRow]) -> Examined:
    """What was examined, with the moment from which on time alone makes something else of it."""
    ends = (row.ends_at for row in rows if row.completed_at is None and row.ends_at is not None)
    to_come = (end for end in chain(facts.logins.last.values(), ends) if end >= facts.now)
    return Examined(rows, facts.now, min(to_come, default=None))


def _examine(facts: Facts, user_ids: Collection[int] | None, finished: int | None) -> list[SessionRow]:
    late = late_submissions.find(facts.session, user_ids=user_ids)
    found = session_rows.read(facts.session, user_ids=user_ids, finished=finished, also=late)
    newest: dict[tuple[int, str, str], int] = {}
    completed: dict[tuple[int, str], int] = {}
    for one, _ in found:
        if one.completed_at is not None:
            completed.setdefault((one.user_id, one.paper), one.id)
        else:
            newest.setdefault((one.user_id, one.paper, one.exam_type), one.id)
    logged_in = facts.logins.last
    codes = {trade_id: code for trade_id, (code, _) in facts.papers.trades.items()}
    given = given_time.latest(facts.session, session_ids=[one.id for one, _ in found])
    alive, kept = facts.rules.keep_logins, facts.accommodations
    may_finish = accepted.find(facts.session, user_ids=user_ids)
    papers = facts.papers
    known = _Known(papers, codes, newest, completed, late, may_finish, logged_in, given, alive, kept, facts.now)
    memory = judged(facts.session, world=(papers, alive), whole=user_ids is None)
    return [
        memory.row(one.id, _follows_from(one, held, known), known.now, partial(_row, one, held, known))
        for one, held in found
    ]


def _follows_from(one: StoredSession, held: Held, known: _Known) -> tuple[object, ...]:
    """All that ``_row`` looks at, besides when the session's time is over and what concerns every session."""
    place, login_ends = (one.user_id, one.paper), known.logged_in.get(one.user_id)
    return (
        one,
        held,
        known.newest.get((*place, one.exam_type)),
        known.finished.get(place),
        known.late.get(one.id, False),
        known.accepted.get(one.id),
        login_ends,
        login_ends is not None and login_ends > known.now,
        known.given.get(one.id),
        known.accommodations.get(one.user_id),
    )


def survey(
    session: Session, *, now: datetime | None = None, finished: int | None = 500, thorough: bool = False
) -> Survey:
    """All findings, and the sessions that they are about, at one moment.

    The sessions as for ``examine``. A ``thorough`` one also looks for each archived question in the portal, and for
    values that cannot be read, which reads the whole archive and every row.
    """
    facts = Facts(session, now=now)
    found = examine(facts, finished=finished)
    seen = unless_changed(
        session,
        (Survey, finished, thorough),
        partial(_survey, facts, found, thorough=thorough),
        # From the time nothing follows but what was found of sessions.
        holds=lambda before: before.found is found,
    ).survey
    return replace(seen, at=facts.now)


@dataclass(frozen=True, slots=True)
class _Surveyed:
    """A survey, and the sessions that it was made of."""

    found: list[SessionRow]
    survey: Survey


def _survey(facts: Facts, found: list[SessionRow], *, thorough: bool) -> _Surveyed:
    session, rows = facts.session, sorted(found, key=_listed_first)
    completed = select(func.count(ExamSession.id)).where(ExamSession.completed_at.is_not(None))
    seen = Survey(
        at=facts.now,
        sessions=tuple(rows),
        findings=(
            *(finding for row in rows for finding in row.findings),
            *login_findings.together(rows),
            *paper_findings.find(session, papers=facts.papers, rows=rows),
            *people_findings.find(session),
            *data_findings.find(session, thorough=thorough),
        ),
        running=sum(row.incomplete and not row.stuck for row in rows),
        finished=session.execute(completed).scalar_one(),
        waiting=now_and_then(session, _count_waiting, partial(_count_waiting, session)),
        keeps_logins=facts.rules.keep_logins,
    )
    return _Surveyed(found, seen)


def _listed_first(row: SessionRow) -> tuple[int, str, str, int]:
    """Stuck, then other problems, then running by candidate; finished ones newest first."""
    group = 0 if row.stuck else 1 if row.problem else 2 if row.incomplete else 3
    if group == 3:
        return (group, "", "", -row.id)
    return (group, row.trade or "", row.army_no or row.username, row.id)


def _row(one: StoredSession, held: Held, known: _Known) -> SessionRow:
    paper = Paper(one.paper)
    own = known.papers.active_set(trade_id=one.active_trade_id, paper=paper)
    duration = one.duration or known.papers.paper_duration.get(paper)
    given = known.given.get(one.id)
    if given is not None and given.user_id != one.user_id:
        # Somebody has written it by hand.
        given = None
    labels = {of: open_sessions.set_label(of, own=own, trades=known.codes) for of in held}
    row = SessionRow(
        id=one.id,
        user_id=one.user_id,
        army_no=one.army_no,
        username=one.username,
        name=one.name or one.username,
        trade_id=one.trade_id,
        trade=one.trade,
        paper=paper,
        exam_type=one.exam_type,
        sets=tuple(sorted(labels.values())),
        questions=sum(held.values()),
        active_set=own.letter,
        started_at=one.started_at,
        completed_at=one.completed_at,
        duration=duration,
        ends_at=ends_at(
            started_at=one.started_at,
            duration=duration,
            given_at=None if given is None else given.at,
            last_login=one.last_login,
            completed_at=one.completed_at,
        ),
        last_login=one.last_login,
        given=given,
    )
    found: dict[FindingKind, Message] = {}
    if one.completed_at is None:
        stuck = _stuck(one, row, own, labels, known)
        row, stuck = _accepted(one, row, stuck, known)
        found = stuck | _running(one, row, known)
    else:
        found = _finished(one, paper, known)
    about = (row.id, row.user_id, row.army_no, row.name, row.trade)
    findings = tuple(
        Finding(
            *(kind, found[kind], Message.of(_CURES.get(kind, "cure_clear"), paper=paper), *about),
            extra=known.accommodations[row.user_id] if kind is FindingKind.ACCOMMODATION else None,
        )
        for kind in FindingKind
        if kind in found
    )
    return replace(row, findings=findings)


def _stuck(
    one: StoredSession, row: SessionRow, own: QuestionSet, labels: dict[QuestionSet, str], known: _Known
) -> dict[FindingKind, Message]:
    """Every way in which an incomplete session should not be resumed."""
    found: dict[FindingKind, Message] = {}
    others = sorted(label for held, label in labels.items() if held != own)
    if others:
        named: dict[str, object] = {"sets": ", ".join(others), "letter": own.letter}
        of_other_trade = one.active_trade_id is not None and any(held.trade_id != own.trade_id for held in labels)
        if row.paper is Paper.PRIMARY and of_other_trade:
            trade = known.codes.get(one.active_trade_id or 0, "–")
            found[FindingKind.OTHER_SET] = Message.of("other_trade", trade=trade, **named)
        else:
            found[FindingKind.OTHER_SET] = Message.of("other_set", **named)
    if len(labels) > 1:
        found[FindingKind.MIXED_SETS] = Message.of("mixed_sets", sets=", ".join(row.sets))
    if not labels:
        found[FindingKind.NO_QUESTIONS] = Message.of("no_questions")
    if one.profile_id is not None and not one.has_exam_slot:
        found[FindingKind.NO_SLOT] = Message.of("no_slot")
    resumed = _resumed(one, known)
    if resumed != one.id:
        found[FindingKind.OLDER_SESSION] = Message.of("older_session", session=resumed)
    if one.submitted:
        found[FindingKind.PAPER_SUBMITTED] = Message.of("paper_submitted", paper=row.paper)
    if one.trade_id is None:
        found[FindingKind.NO_TRADE] = Message.of("no_trade" if one.profile_id else "no_profile")
    return found


def _resumed(one: StoredSession, known: _Known) -> int:
    """The incomplete session that the portal would resume of this candidate, paper and type."""
    return known.newest[one.user_id, one.paper, one.exam_type]


def _accepted(
    one: StoredSession, row: SessionRow, stuck: dict[FindingKind, Message], known: _Known
) -> tuple[SessionRow, dict[FindingKind, Message]]:
    """The same without that it is on another set, where it may be finished there."""
    given = known.accepted.get(one.id)
    if given is None or FindingKind.OTHER_SET not in stuck:
        return row, stuck
    if not given.holds(trade_id=one.active_trade_id, paper=row.paper, active=row.active_set):
        return row, stuck
    return replace(row, accepted=given.by), {kind: why for kind, why in stuck.items() if kind not in ACCEPTABLE_KINDS}


def _running(one: StoredSession, row: SessionRow, known: _Known) -> dict[FindingKind, Message]:
    """What may be wrong with an incomplete session besides being stuck."""
    found: dict[FindingKind, Message] = {}
    if row.ends_at is not None and row.ends_at < known.now:
        found[FindingKind.OVERDUE] = Message.of("overdue", at=row.ends_at)
    if one.completed and not one.submitted:
        # No trade has the id 0.
        other = (one.active_trade_id or 0, Paper.SECONDARY)
        is_booked = row.paper is Paper.PRIMARY and known.papers.trade_open.get(other, False)
        reason = "completed_by_marks_booked" if is_booked else "completed_by_marks"
        found[FindingKind.COMPLETED_BY_MARKS] = Message.of(reason, paper=row.paper)
    if row.exam_type != row.paper:
        found[FindingKind.TYPE_DISAGREES] = Message.of("type_disagrees", paper=row.paper, other=row.exam_type or "–")
    extra, is_resumed = known.accommodations.get(one.user_id), _resumed(one, known) == one.id
    if extra is not None and is_resumed and not (row.given is not None and row.given.accommodated):
        found[FindingKind.ACCOMMODATION] = Message.of("accommodation", n=extra)
    login_ends = None if known.keep_logins else known.logged_in.get(one.user_id)
    return found | login_findings.of_row(row, login_ends=login_ends, now=known.now)


def _finished(one: StoredSession, paper: Paper, known: _Known) -> dict[FindingKind, Message]:
    """What may be wrong with a completed session."""
    found: dict[FindingKind, Message] = {}
    if one.id in known.late:
        archived = known.late[one.id]
        found[FindingKind.LATE_SUBMISSION] = (
            Message.of("late_submission", paper=paper)
            if archived is None
            else Message.of("late_submission_of", paper=paper, session=archived)
        )
    if one.submitted and not one.completed and known.finished[one.user_id, one.paper] == one.id:
        found[FindingKind.SUBMITTED_NOT_COMPLETED] = Message.of("submitted_not_completed", paper=paper)
    return found


def _count_waiting(session: Session) -> int:
    """Candidates with an attempting slot and no incomplete session: a state, not a problem."""
    one, writing = CandidateProfile, select(ExamSession.user_id).where(ExamSession.completed_at.is_(None))
    attempting = one.has_exam_slot & one.slot_attempting_at.is_not(None)
    return session.execute(select(func.count(one.id)).where(attempting, one.user_id.not_in(writing))).scalar_one()
