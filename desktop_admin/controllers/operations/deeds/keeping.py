"""Keeping portal logins alive while their candidates write, under a rule that a supervisor has turned on.

The portal's logins end after an hour, whatever a paper takes, and what is submitted without one is lost. Nobody is
asked, and nobody's right is needed: a desk moves the end of a login because the rule says so, and records it under the
rule's name. Only ends are moved, never before where they were, and never that of a login of staff.

Source: the domain specification, *Operations*.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update

from desktop_admin.controllers.log import beside, entries
from desktop_admin.controllers.operations.deeds import SET_POLICY
from desktop_admin.controllers.portal import given_time, logins
from desktop_admin.controllers.portal.logins import Login
from desktop_admin.controllers.upkeep import policies
from desktop_admin.controllers.upkeep.policies import KEEP_LOGINS
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.controllers.values.records import KEEPING_LOGINS
from desktop_admin.database.session import Session, server_now
from desktop_admin.database.statements import stored
from desktop_admin.database.tables.own import OperationRow
from desktop_admin.database.tables.portal import ExamSession, PortalLogin, QuestionPaper, User
from desktop_admin.errors import AdminError
from desktop_admin.messages import Message
from desktop_admin.rules import Role, ends_at

BEYOND = timedelta(minutes=15)
"""So long after its paper, or after the pass while the paper is not handed in, a login ends."""
URGENT = timedelta(minutes=30)
"""A desk makes a pass by itself only where a login ends so soon."""
APART = timedelta(minutes=5)
"""Two passes that desks make by themselves are so far from each other, whichever desks they are."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a pass has done."""

    logins: int
    candidates: int


@dataclass(frozen=True, slots=True)
class _Writing:
    """An account that has an incomplete session.

    Attributes:
        since: when it started, or the first of several; a login that had ended before cannot be the one in use.
        until: to when its logins are to last.
    """

    since: datetime | None
    until: datetime


@dataclass(frozen=True, slots=True)
class _Move:
    """A login that ends too early, and to when it is to last."""

    login: Login
    until: datetime


def is_due(session: Session, *, now: datetime | None = None) -> bool:
    """Whether a desk makes a pass by itself now; only a look, which holds no lock."""
    if not policies.read(session).keep_logins:
        return False
    now = now or server_now(session)
    return _is_due(session, _moves(session, now), now)


def keep(session: Session, *, desk: str, op_id: str, if_due: bool = False, now: datetime | None = None) -> Kept | None:
    """One pass, inside the caller's write transaction: let logins last as long as their candidates write.

    Args:
        desk: at which it is made.
        if_due: only where ``is_due`` holds under the lock, too: another desk may have made it a moment ago.

    Returns:
        What was done, or None where nothing had to be.

    Raises:
        AdminError: the rule is off, and the pass was asked for.
    """
    if not policies.read(session).keep_logins:
        if if_due:
            return None
        raise AdminError("keep_logins_off")
    if entries.find(session, op_id=op_id, operation=KEEPING_LOGINS) is not None:
        return None
    now = now or server_now(session)
    moves = _moves(session, now)
    if not moves or (if_due and not _is_due(session, moves, now)):
        return None
    statement = update(PortalLogin).where(
        PortalLogin.session_key == bindparam("of_key"), PortalLogin.expire_date < bindparam("until")
    )
    values = [{"of_key": one.login.key, "until": one.until} for one in moves]
    written = session.connection().execute(statement.values(expire_date=bindparam("until")), values).rowcount
    kept = Kept(logins=written, candidates=len({one.login.user_id for one in moves}))
    _record(session, kept, until=max(one.until for one in moves), desk=desk, op_id=op_id, now=now)
    return kept


def _is_due(session: Session, moves: list[_Move], now: datetime) -> bool:
    if not any(one.login.expires < now + URGENT for one in moves):
        return False
    last = select(OperationRow.at).where(OperationRow.operation == KEEPING_LOGINS).order_by(OperationRow.seq.desc())
    at = session.execute(last.limit(1)).scalar()
    # A row from the future is no reason to wait until then.
    return at is None or not timedelta() <= now - at < APART


def _moves(session: Session, now: datetime) -> list[_Move]:
    """Every login that ends too early, in the order of its keys, so that no two writers wait for each other."""
    writing = _writing(session, now)
    found = []
    for login in logins.all_logins(session).every if writing else ():
        one = writing.get(login.user_id)
        if one is not None and login.expires < one.until and (one.since is None or one.since <= login.expires):
            found.append(_Move(login, one.until))
    return sorted(found, key=lambda move: move.login.key)


def _writing(session: Session, now: datetime) -> Mapping[int, _Writing]:
    """Whoever has an incomplete session, whatever its health, and is no staff."""
    one = ExamSession
    rows = session.execute(
        select(one.id, one.user_id, one.started_at, one.duration, QuestionPaper.exam_duration, User.last_login)
        .join(User, User.id == one.user_id)
        .join(QuestionPaper, QuestionPaper.id == one.paper_id)
        .where(one.completed_at.is_(None), ~User.is_staff, ~User.is_superuser)
    ).all()
    given = given_time.latest(session, session_ids=[row.id for row in rows])
    of_user: defaultdict[int, list[tuple[datetime | None, datetime]]] = defaultdict(list)
    for row in rows:
        time = given.get(row.id)
        end = ends_at(
            started_at=row.started_at,
            duration=row.duration or row.exam_duration,
            given_at=time.at if time is not None and time.user_id == row.user_id else None,
            last_login=row.last_login,
        )
        # However long the paper is over: only who hands it in, or whoever clears it, ends it.
        of_user[row.user_id].append((row.started_at, max(end or now, now) + BEYOND))
    return {
        user_id: _Writing(
            since=None if any(start is None for start, _ in theirs) else min(start for start, _ in theirs if start),
            until=max(until for _, until in theirs),
        )
        for user_id, theirs in of_user.items()
    }


def _record(session: Session, kept: Kept, *, until: datetime, desk: str, op_id: str, now: datetime) -> None:
    told = Message.of(
        f"{KEEPING_LOGINS}.told",
        logins=Message.of("count.logins", n=kept.logins),
        candidates=Message.of("count.candidates", n=kept.candidates),
        until=until,
        person=_set_by(session) or "–",
    )
    # Nobody did it: the rule did, and whoever set that had signed in.
    rule = Actor(name=KEEP_LOGINS.name, role=Role.STAFF, verified=True, desk=desk)
    entry = entries.Entry(operation=KEEPING_LOGINS, op_id=op_id, actor=rule, now=now)
    entries.record_deed(session, entry, told=told)


def _set_by(session: Session) -> str | None:
    """Who turned the rule on, as the log knows it."""
    one, key = OperationRow, beside.rule_key(KEEP_LOGINS.name)
    rows = session.execute(
        select(one.person, one.body)
        .where(one.operation == SET_POLICY.name, one.body.contains(key, autoescape=True))
        .order_by(one.seq.desc())
    ).all()
    return next((row.person for row in rows if _sets(row.body, key)), None)


def _sets(body: str, key: str) -> bool:
    try:
        return key in stored.read_json(body).get("set", ())
    except (ValueError, AttributeError):
        # A damaged row is told by the log's verification.
        return False
