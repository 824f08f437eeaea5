"""Incomplete sessions, and the question sets that they are made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from sqlalchemy import Select, func, or_, select

from desktop_admin.controllers.portal.papers import OWNER
from desktop_admin.database.session import UNNOTED, Session
from desktop_admin.database.statements import sql
from desktop_admin.database.tables.portal import CandidateProfile, ExamQuestion, ExamSession, Question, QuestionPaper
from desktop_admin.database.unchanged import NO_REST, Rest, is_resting, rested
from desktop_admin.messages import Message
from desktop_admin.rules import Paper, QuestionSet

MANY_SESSIONS = 2000
"""Above so many sessions in one operation the plan warns: the locks are held for more than a moment."""


Held = dict[QuestionSet, int]
"""How many questions of which sets a session holds."""


@dataclass(frozen=True, slots=True)
class OpenSession:
    """An incomplete session, as far as a plan needs it."""

    id: int
    user_id: int
    paper: Paper
    exam_type: str
    row_trade_id: int | None
    profile_trade_id: int | None
    started_at: datetime | None


def of_trades(trade_ids: Collection[int]) -> Select[int]:
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


def whose_of_trades(trade_ids: Collection[int]) -> Select[int]:
    """A subquery of the accounts that these sessions are of."""
    return of_trades(trade_ids).with_only_columns(ExamSession.user_id)


def incomplete(
    session: Session, *, users: Select[int] | None = None, among: Select[int] | None = None
) -> list[OpenSession]:
    """Incomplete sessions, of the accounts and among the sessions of these subqueries.

    Newest first: by start, as the portal looks for one to resume.
    """
    one, profile, paper = ExamSession, CandidateProfile, QuestionPaper.question_paper
    wanted = (
        select(one.id, one.user_id, paper, one.exam_type, one.trade_id, profile.trade_id, one.started_at)
        .join(QuestionPaper, QuestionPaper.id == one.paper_id)
        .outerjoin(profile, profile.user_id == one.user_id)
        .where(one.completed_at.is_(None), paper.in_(list(Paper)))
        .order_by(one.started_at.desc(), one.id.desc())
    )
    if users is not None:
        wanted = wanted.where(ExamSession.user_id.in_(users))
    if among is not None:
        wanted = wanted.where(ExamSession.id.in_(among))
    return [
        OpenSession(id_, user_id, Paper(of), kind, row_trade, profile_trade, started)
        for id_, user_id, of, kind, row_trade, profile_trade, started in session.execute(wanted)
    ]


def by_user(sessions: Iterable[OpenSession]) -> dict[int, list[OpenSession]]:
    """The sessions of each account, in the given order."""
    grouped: dict[int, list[OpenSession]] = {}
    for one in sessions:
        grouped.setdefault(one.user_id, []).append(one)
    return grouped


@dataclass(frozen=True, slots=True)
class _Known:
    """What sessions were made of when that was read last: it is worked out again only where anything else is read.

    Attributes:
        sets: whose set each question is of, by its id as text; None where it is gone.
        held: of each session, the questions as they were read, and their sets.
        settled: the questions of sessions that held any when all were read: they are not read again while that rests.
        last: the newest row of a session's question then, or since.
        rest: how long that may rest.
    """

    sets: dict[str, QuestionSet | None] = field(default_factory=dict)
    held: dict[int, tuple[str, Held]] = field(default_factory=dict)
    settled: Mapping[int, str] = field(default_factory=dict)
    last: int = 0
    rest: Rest = NO_REST


def sets_of(session: Session, *, session_ids: Set[int], whole: bool = False) -> dict[int, Held]:
    """How many questions of which sets these sessions hold; one without questions is missing. Nobody changes it.

    The questions of a session come out of an index alone; what they are is read once of each, and not of each session.

    Args:
        whole: these are all that anybody looks at, so that nothing is kept of others. A session gets its questions
            once, in new rows; whether somebody has changed those of an older one may rest.
    """
    known = session.behind.kept.get(_Known)
    if not isinstance(known, _Known):
        known = _Known()
    last, settled, rest = known.last, known.settled, known.rest
    if not whole:
        texts: Mapping[int, str] = _listed(session, session_ids)
    elif is_resting(session, rest):
        newer, last = _newer(session, last)
        settled = {id_: text for id_, text in settled.items() if id_ in session_ids and id_ not in newer}
        texts = settled | _listed(session, session_ids - settled.keys())
    else:
        # What comes while they are listed is newer.
        last = session.execute(select(func.max(ExamQuestion.id)), execution_options=UNNOTED).scalar_one() or 0
        settled, rest = rested(session, partial(_listed, session, session_ids))
        texts = settled
    sets, held = _judged(session, known, texts)
    found = {id_: of for id_ in texts if (of := held[id_][1])}
    if not whole and sets.items() >= known.sets.items():
        held = known.held | held
    session.behind.kept[_Known] = _Known(sets, held, settled, last, rest)
    return found


def _newer(session: Session, last: int) -> tuple[Set[int], int]:
    """The sessions with questions in rows that are newer than this one, and the newest row."""
    one = ExamQuestion
    # SQLite would go through the whole index of the sessions to group by it.
    session_id = one.session_id + 0
    query = select(session_id, func.max(one.id)).where(one.id > last).group_by(session_id)
    rows = session.execute(query, execution_options=UNNOTED).all()
    return {id_ for id_, _ in rows}, max((newest for _, newest in rows), default=last)


def _listed(session: Session, session_ids: Set[int]) -> dict[int, str]:
    """The questions of these sessions, as far as they have any."""
    if not session_ids:
        return {}
    one = ExamQuestion.__table__.c
    # By their ids, because MariaDB would look anew for each question whether its session is wanted.
    of_these = sql.one_of(sql.dialect(session), session_ids)(one.session_id)
    query = select(one.session_id, sql.number_list(one.question_id)).where(of_these).group_by(one.session_id)
    return dict(session.execute(query, execution_options=UNNOTED).all())


def _judged(
    session: Session, known: _Known, texts: Mapping[int, str]
) -> tuple[dict[str, QuestionSet | None], dict[int, tuple[str, Held]]]:
    """Whose set each question is of, and of each session its questions and their sets."""
    before = known.held
    unknown = {number for id_, text in texts.items() if before.get(id_, _NONE)[0] != text for number in text.split(",")}
    sets = _sets(session, known.sets.keys() | unknown)
    if any(sets[number] != of for number, of in known.sets.items()):
        # Somebody has moved a question into another set.
        before = {}
    held = {}
    for id_, text in texts.items():
        entry = before.get(id_, _NONE)
        held[id_] = entry if entry[0] == text else (text, _counted(sets, text))
    return sets, held


_NONE: tuple[str, Held] = ("", {})


def _sets(session: Session, numbers: Set[str]) -> dict[str, QuestionSet | None]:
    """Whose set these questions are of."""
    # A file holds anything, also what is no id.
    ids = [int(number) for number in numbers if number.isdecimal()]
    wanted = select(Question.id, OWNER, Question.question_set).where(Question.id.in_(sql.numbers(ids)))
    sets = {str(id_): QuestionSet(trade_id, letter.upper()) for id_, trade_id, letter in session.execute(wanted)}
    return {number: sets.get(number) for number in numbers}


def _counted(sets: Mapping[str, QuestionSet | None], text: str) -> Held:
    """So many of these questions are of each set."""
    return {of: count for of, count in Counter(map(sets.__getitem__, text.split(","))).items() if of is not None}


def inactive_questions(session: Session, *, session_ids: Collection[int]) -> list[int]:
    """The questions that the sessions hold and that are not active, ascending."""
    if not session_ids:
        return []
    held = select(ExamQuestion.question_id).where(ExamQuestion.session_id.in_(sql.numbers(session_ids)))
    inactive = select(Question.id).where(~Question.is_active, Question.id.in_(held)).order_by(Question.id)
    return list(session.execute(inactive).scalars())


def set_label(question_set: QuestionSet, *, own: QuestionSet, trades: dict[int, str]) -> str:
    """How a set is named beside the set that the session should be of: the letter alone where the trade is right."""
    if question_set.trade_id == own.trade_id:
        return question_set.letter
    if question_set.trade_id is None:
        return f"common {question_set.letter}"
    return f"{trades.get(question_set.trade_id, 'no trade')} {question_set.letter}"


def notes_on_size(count: int) -> tuple[Message, ...]:
    """The warning for an operation that clears very many sessions, or nothing."""
    return (Message.of("note_many_sessions", n=count),) if count > MANY_SESSIONS else ()
