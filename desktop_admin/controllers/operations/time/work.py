"""What giving time would do, and the durations that it writes.

Refusals are checked in the order of the domain's table *Operations*.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from desktop_admin.controllers.archive.images import Images
from desktop_admin.controllers.findings import health
from desktop_admin.controllers.operations import profiles
from desktop_admin.controllers.operations import time as face
from desktop_admin.controllers.operations.plan import Plan, Planned, Work
from desktop_admin.controllers.operations.time import DURATION, TimeAsked
from desktop_admin.controllers.portal import candidates
from desktop_admin.controllers.portal.facts import Facts
from desktop_admin.controllers.portal.would_get import would_get
from desktop_admin.controllers.values.lines import Actor, Chosen, GivenTime, Line
from desktop_admin.controllers.values.people import Candidate
from desktop_admin.controllers.values.sessions import SessionRow
from desktop_admin.database.session import Session
from desktop_admin.database.statements import packed, sql
from desktop_admin.database.tables import own
from desktop_admin.database.tables.portal import ExamSession, Portal
from desktop_admin.errors import TryAgain, UsageProblem
from desktop_admin.messages import Message
from desktop_admin.rules import MOST_MINUTES, Refusal, SlotState, ends_at, minutes_given, minutes_up


def _plan(facts: Facts, asked: TimeAsked) -> Planned:
    """A line for each candidate: how many minutes instead of how many, and until when."""
    if asked.as_of is not None and asked.as_of > facts.now:
        raise UsageProblem("time_not_past", at=asked.as_of)
    people = facts.people(asked.chosen)
    rows: defaultdict[int, list[SessionRow]] = defaultdict(list)
    for row in health.examine(facts, user_ids=[one.user_id for one in people]):
        if row.incomplete:
            rows[row.user_id].append(row)
    lines = tuple(_line(facts, one, rows[one.user_id], asked) for one in people)
    given = any(line.signs_out for line in lines)
    return Planned(lines, screen=None if given else face.GIVE_TIME.say("screen_kept"))


def _line(facts: Facts, one: Candidate, rows: Sequence[SessionRow], asked: TimeAsked) -> Line:
    get = would_get(one, papers=facts.papers, incomplete=rows)
    if rows and get.reason is not None:
        return one.line("refused", reason=Message.of(Refusal.CANNOT_COME_BACK, why=get.reason))
    row = next((row for row in rows if row.id == get.session_id), None)
    if row is None:
        return _kept(one, asked)
    # What is to be cleared needs no time; among many nobody would see that somebody got it.
    stuck = Message.of(Refusal.STUCK) if row.stuck and not asked.named else None
    refusal = stuck or _refuses_as_of(row, asked)
    minutes = _minutes(row, asked, now=facts.now)
    if refusal is None and not 1 <= minutes <= MOST_MINUTES:
        refusal = Message.of(Refusal.MINUTES_OUTSIDE, n=minutes, most=MOST_MINUTES)
    if refusal is not None:
        return one.line("refused", reason=refusal)
    return _given(facts, one, row, minutes, asked)


def _kept(one: Candidate, asked: TimeAsked) -> Line:
    """An accommodation is kept for who has no session yet, and offered when there is one."""
    if asked.extra is None or not asked.planned:
        return one.line("refused", reason=Message.of(Refusal.NO_OPEN_SESSION))
    if one.next_paper is None:
        return one.line("refused", reason=Message.of(Refusal.ALL_COMPLETED))
    notes = [face.GIVE_TIME.say("note_kept", n=asked.extra)]
    if one.slot is SlotState.NONE:
        notes.append(face.GIVE_TIME.say("note_no_slot"))
    return one.line("applied", notes=tuple(notes), given=GivenTime(None, asked.extra, planned=True))


def _refuses_as_of(row: SessionRow, asked: TimeAsked) -> Message | None:
    """Why somebody does not get back what was left then."""
    at = asked.as_of
    if at is None:
        return None
    if row.started_at is not None and row.started_at > at:
        return Message.of(Refusal.NOT_WRITING_THEN, at=row.started_at)
    if row.given is not None and row.given.at > at:
        return Message.of(Refusal.TIME_GIVEN_SINCE, at=row.given.at)
    since = _signed_in_since(row, asked)
    return None if since is None or asked.named else Message.of(Refusal.SIGNED_IN_SINCE, at=since)


def _signed_in_since(row: SessionRow, asked: TimeAsked) -> datetime | None:
    """When the candidate has logged in after the moment that is asked for."""
    logged_in = row.last_login
    return logged_in if logged_in is not None and asked.as_of is not None and logged_in > asked.as_of else None


def _minutes(row: SessionRow, asked: TimeAsked, *, now: datetime) -> int:
    """The whole minutes that the session gets from now on."""
    if asked.as_of is None:
        return minutes_given(left=_left(row, now=now), minutes_left=asked.minutes_left, extra=asked.extra)
    logged_in = row.last_login if row.last_login is not None and row.last_login <= asked.as_of else None
    given_at = None if row.given is None else row.given.at
    end = ends_at(started_at=row.started_at, duration=row.duration, given_at=given_at, last_login=logged_in)
    return 0 if end is None else minutes_up(end - asked.as_of)


def _left(row: SessionRow, *, now: datetime) -> timedelta:
    return timedelta() if row.ends_at is None else row.ends_at - now


def _given(facts: Facts, one: Candidate, row: SessionRow, minutes: int, asked: TimeAsked) -> Line:
    end, since, planned = facts.now + timedelta(minutes=minutes), _signed_in_since(row, asked), asked.planned
    told = {
        "paper": row.paper,
        "before": 0 if row.duration is None else minutes_up(row.duration),
        "left": minutes_up(_left(row, now=facts.now)),
        "n": minutes,
        "at": end,
    }
    notes = [face.GIVE_TIME.say("note_planned" if planned else "note_incident", **told)]
    if since is not None:
        notes.append(face.GIVE_TIME.say("note_typed_since", at=since))
    if row.stuck:
        notes.append(face.GIVE_TIME.say("note_stuck"))
    return one.line(
        "applied",
        notes=tuple(notes),
        given=GivenTime(row.id, minutes, planned=planned, ended=row.ends_at),
        ended_logins=facts.live_logins(one.user_id),
    )


def _ask(session: Session, options: Mapping[str, Any], _actor: Actor) -> TimeAsked:
    if options["shift"]:
        chosen = Chosen(shift_id=candidates.require_shift(session, name=options["shift"]).id)
    else:
        chosen = profiles.chosen(session, options)
    return TimeAsked(
        chosen,
        minutes_left=options["minutes_left"],
        extra=options["extra"],
        as_of=options["as_of"],
        planned=options["planned"],
        named=bool(options["army_nos"]),
    )


def _change(session: Session, plan: Plan, _actor: Actor, now: datetime) -> list[Images]:
    """Write the durations, and beside the log what was given and what is kept."""
    of_session, kept = {}, []
    for user_id, line in plan.people.items():
        assert line.given is not None
        if line.given.session_id is None:
            kept.append({"op_id": plan.op_id, "user_id": user_id, "kept_at": now, "extra": line.given.minutes})
        else:
            of_session[line.given.session_id] = (user_id, line.given)
    given = [
        {
            "op_id": plan.op_id,
            "session_id": session_id,
            "user_id": user_id,
            "given_at": now,
            "minutes": one.minutes,
            "planned": one.planned,
        }
        for session_id, (user_id, one) in of_session.items()
    ]
    for table, rows in ((own.GivenTime, given), (own.Accommodation, kept)):
        packed.insert(session, table, rows)
    minutes = {session_id: one.minutes for session_id, (_, one) in of_session.items()}
    return [_write(session, minutes)] if minutes else []


def _write(session: Session, minutes: Mapping[int, int]) -> Images:
    """Write the durations of incomplete sessions as they were given, and give back what they held before.

    Raises:
        TryAgain: somebody completed or removed one of them before it was locked.
        RuntimeError: a count does not agree; the caller's transaction is rolled back.
    """
    incomplete = ExamSession.id.in_(sql.numbers(minutes)) & ExamSession.completed_at.is_(None)
    if sql.is_mariadb(session):
        # Elsewhere the creation lock holds the whole table already.
        sql.lock_keys(session, ExamSession, sorted(minutes))
    found = session.execute(select(ExamSession.id, ExamSession.duration).where(incomplete).order_by(ExamSession.id))
    before = tuple((session_id, duration) for session_id, duration in found)
    if len(before) != len(minutes):
        raise TryAgain
    after = tuple((session_id, timedelta(minutes=minutes[session_id])) for session_id, _ in before)
    written = packed.update(session, Portal.metadata.tables[DURATION.table], ("id", "duration"), after)
    if written != len(minutes):
        raise RuntimeError(f"{len(minutes)} durations to write, {written} written")
    return Images(DURATION, ("id", "duration"), before=before, after_rows=after)


WORKS = (Work(kind=face.GIVE_TIME, plan=_plan, ask=_ask, change=_change),)
