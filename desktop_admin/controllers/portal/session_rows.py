"""Sessions with everything that their health depends on, read in two statements."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import aliased

from desktop_admin.controllers.portal import open_sessions
from desktop_admin.controllers.portal.open_sessions import Held
from desktop_admin.database.session import Session
from desktop_admin.database.statements import as_sent, sql
from desktop_admin.database.statements.as_sent import meaning
from desktop_admin.database.tables.portal import CandidateProfile, ExamSession, QuestionPaper, Trade, User
from desktop_admin.database.unchanged import now_and_then
from desktop_admin.rules import Paper


class StoredSession(NamedTuple):
    """A session's row, with what its candidate's rows say beside it.

    Attributes:
        profile_id: None, as all that a profile has, where the candidate has none.
        active_trade_id: the trade whose active set counts.
        submitted, completed: what the profile says of this paper.
    """

    id: int
    user_id: int
    paper_id: int
    username: str
    last_login: datetime | None
    paper: str
    exam_type: str
    started_at: datetime | None
    completed_at: datetime | None
    duration: timedelta | None
    profile_id: int | None
    army_no: str | None
    name: str | None
    trade_id: int | None
    active_trade_id: int | None
    trade: str | None
    has_exam_slot: bool | None
    submitted: bool
    completed: bool | None


@dataclass(slots=True)
class _Seen:
    """The rows that were sent last, by session, each with what it was told apart by."""

    rows: dict[int, tuple[object, StoredSession]] = field(default_factory=dict)


def read(
    session: Session, *, user_ids: Collection[int] | None, finished: int | None, also: Collection[int] = ()
) -> list[tuple[StoredSession, Held]]:
    """Incomplete sessions, so many of the newest finished ones (None: all), and those that are ``also`` named.

    With them, all sessions of whoever has submitted a paper that does not count as completed.
    Newest start first, as the database orders it, and of several that were started at once the one that the portal
    would resume; of each its row, the same object as before where it has not changed, and what it holds.
    """
    theirs = None if user_ids is None else sql.one_of(sql.dialect(session), user_ids)
    wanted = _FROM if theirs is None else _FROM.where(theirs(_ONE.user_id))
    if finished is not None:
        wanted = wanted.where(_incomplete_or(session, finished=finished, also=also, theirs=theirs))
    rows = _as_the_portal_finds_them(session, _rows(session, wanted, whole=user_ids is None))
    held = open_sessions.sets_of(session, session_ids={row.id for row in rows}, whole=user_ids is None)
    return [(row, held.get(row.id, {})) for row in rows]


_ONE, _PAPER, _USER = ExamSession.__table__.c, QuestionPaper.__table__.c, User.__table__.c
_PROFILE, _TRADE = CandidateProfile.__table__.c, Trade.__table__.c


def _columns() -> list[ColumnElement[Any]]:
    """Those of a ``StoredSession``, in its order."""
    one, profile, is_primary = _ONE, _PROFILE, _PAPER.question_paper == Paper.PRIMARY
    consumed = case((is_primary, profile.primary_slot_consumed_at), else_=profile.secondary_slot_consumed_at)
    completed = case((is_primary, profile.is_primary_completed), else_=profile.is_secondary_completed)
    of_session = [one.id, one.user_id, one.paper_id, _USER.username, _USER.last_login, _PAPER.question_paper]
    of_course = [one.exam_type, one.started_at, one.completed_at, one.duration]
    of_candidate = [profile.id, profile.army_no, profile.name, profile.trade_id]
    # Its active set counts: the profile's trade, without one the row's.
    of_trade = [func.coalesce(profile.trade_id, one.trade_id), _TRADE.code]
    return [
        *of_session,
        *of_course,
        *of_candidate,
        *of_trade,
        profile.has_exam_slot,
        consumed.is_not(None),
        completed,
    ]


_COLUMNS = _columns()
_FROM = (
    select()
    .select_from(ExamSession.__table__)
    .join(QuestionPaper.__table__, _PAPER.id == _ONE.paper_id)
    .join(User.__table__, _USER.id == _ONE.user_id)
    .outerjoin(CandidateProfile.__table__, _PROFILE.user_id == _ONE.user_id)
    .outerjoin(Trade.__table__, _TRADE.id == _PROFILE.trade_id)
    .where(_PAPER.question_paper.in_(list(Paper)))
    .order_by(_ONE.started_at.desc(), _ONE.id.desc())
)


def _rows(session: Session, wanted: Select[*tuple[Any, ...]], *, whole: bool) -> list[StoredSession]:
    """The rows of these sessions; no others are remembered where these are the ``whole``."""
    seen = session.behind.kept.setdefault(_Seen, _Seen())
    assert isinstance(seen, _Seen)
    before = seen.rows
    values = meaning(session.connection().dialect, _COLUMNS)
    told = as_sent.told(session, wanted, _COLUMNS, known=before, many=whole)
    found = {
        id_: before[id_] if sent is None else (by, StoredSession(*values(sent))) for id_, (by, sent) in told.items()
    }
    if whole:
        seen.rows = found
    else:
        before.update(found)
    return [row for _, row in found.values()]


def _as_the_portal_finds_them(session: Session, rows: list[StoredSession]) -> list[StoredSession]:
    """Put the one that the portal would resume in front of incomplete sessions of the same start.

    Which of them it is, only the engine can tell: the portal orders by the start alone and takes the first.
    """
    first: dict[tuple[int, int, str], int] = {}
    tied: dict[int, int] = {}
    for place, row in enumerate(rows):
        if row.completed_at is None:
            front = first.setdefault((row.user_id, row.paper_id, row.exam_type), place)
            if front != place and rows[front].started_at == row.started_at:
                tied[row.id] = place
    if not tied:
        return rows
    one, other = ExamSession, aliased(ExamSession)
    taken = (
        select(other.id)
        .where(other.user_id == one.user_id, other.paper_id == one.paper_id, other.exam_type == one.exam_type)
        .where(other.completed_at.is_(None))
        .order_by(other.started_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    for id_ in session.execute(select(one.id).where(one.id.in_(sql.numbers(tied)), one.id == taken)).scalars():
        place = tied[id_]
        front = first[rows[place].user_id, rows[place].paper_id, rows[place].exam_type]
        rows[front], rows[place] = rows[place], rows[front]
    return rows


def _incomplete_or(
    session: Session, *, finished: int, also: Collection[int], theirs: Callable[[Any], ColumnElement[bool]] | None
) -> ColumnElement[bool]:
    """Whether a session is incomplete, or one of those that ``read`` looks at besides.

    Args:
        theirs: whether an account is one of those that are looked at, where these are not all.
    """
    one, unsettled = _ONE, _unsettled()
    if theirs is None:
        # No index finds them, and there are few of them, if any.
        whose = now_and_then(session, _unsettled, lambda: session.execute(unsettled).scalars().all())
        unsettled = sql.numbers(whose)
    else:
        unsettled = unsettled.where(theirs(_PROFILE.user_id))
    newest = select(one.id).where(one.completed_at.is_not(None)).order_by(one.completed_at.desc()).limit(finished)
    listed = (one.id.in_(select(newest.subquery().c.id)), one.id.in_(sql.numbers(also)), one.user_id.in_(unsettled))
    return or_(one.completed_at.is_(None), *listed)


def _unsettled() -> Select[int]:
    """Who has submitted a paper that does not count as completed."""
    profile = _PROFILE
    primary = profile.primary_slot_consumed_at.is_not(None) & ~profile.is_primary_completed
    secondary = profile.secondary_slot_consumed_at.is_not(None) & ~profile.is_secondary_completed
    return select(profile.user_id).where(or_(primary, secondary))
