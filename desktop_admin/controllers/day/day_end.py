"""What is left of an exam day when it is to be closed: named, and put in order by the operations that there are.

Source: the domain specification, *The exam day* (absent, close the day).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, tzinfo

from sqlalchemy import select

from desktop_admin.controllers.day import attendance, check_ins, checklist, closings, incidents
from desktop_admin.controllers.day.checklist import Looking
from desktop_admin.controllers.day.closings import span
from desktop_admin.controllers.day.day_facts import DayFacts
from desktop_admin.controllers.values.attending import Attendance, Attendee, Attending
from desktop_admin.controllers.values.checks import MOST_NAMED, NUMBER, Amiss, Leads
from desktop_admin.controllers.values.closed import DayEnd
from desktop_admin.controllers.values.happened import Incident, category_word
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.controllers.values.sessions import SessionRow
from desktop_admin.database.session import Session, has_own_tables, server_now
from desktop_admin.database.statements import sql, stored
from desktop_admin.database.tables.own import OperationRow
from desktop_admin.database.tables.portal import CandidateProfile
from desktop_admin.messages import Message, shortened

_SLOT, _ATTEMPTING = "has_exam_slot", "slot_attempting_at"


def read(
    session: Session, *, zone: tzinfo, actor: Actor, day: date | None = None, now: datetime | None = None
) -> DayEnd:
    """Look at what is left of a day, or of today; reads the whole log for a supervisor.

    Args:
        zone: the portal's, in which days begin and end.
        actor: who looks; only a supervisor has the log checked.
    """
    now = now or server_now(session)
    day = day or now.astimezone(zone).date()
    begin, end = span(day, zone)
    facts = DayFacts(session, zone=zone, actor=actor, day=day, now=now)
    facts.attendance = _with_withdrawn(facts.attendance, withdrawn(session, since=begin, until=end))
    happened = incidents.listed(session, since=begin, until=end)
    with_slot = _with_slot(session, facts.attendance, zone=zone)
    left = (row for row in facts.survey.sessions if row.incomplete)
    leftovers = tuple(row for row in left if row.started_at is None or row.started_at < end)
    looks: Mapping[str, Looking] = {
        "leftovers": lambda _facts: _leftovers(leftovers, now),
        "absentees": lambda _facts: _absentees(with_slot),
        "incidents": lambda _facts: map(_incident, (one for one in happened if one.is_open)),
        "log": checklist.log_intact,
    }
    return DayEnd(
        day=day,
        checklist=checklist.look_at(facts, looks),
        attendance=facts.attendance,
        with_slot=with_slot,
        leftovers=leftovers,
        incidents=happened,
        closings=closings.listed(session, zone=zone, day=day),
    )


def absent_with_slot(session: Session, *, zone: tzinfo) -> tuple[Attendee, ...]:
    """Those who are absent now from a shift of today that has begun, and still have their slot."""
    return _with_slot(session, attendance.read(session, zone=zone), zone=zone)


def _with_slot(session: Session, found: Attendance, *, zone: tzinfo) -> tuple[Attendee, ...]:
    if found.day != found.at.astimezone(zone).date():
        return ()
    starts = {id_: shift.begins(zone) for id_, shift in check_ins.shifts(session).items()}
    begun = {id_ for id_, start in starts.items() if start is not None and start <= found.at}
    return tuple(one for one in found.in_state(Attending.ABSENT) if one.has_slot and one.shift_id in begun)


def withdrawn(session: Session, *, since: datetime, until: datetime) -> set[int]:
    """The accounts whose slot was taken away in this time, before Start was pressed on it."""
    if not has_own_tables(session):
        return set()
    row = OperationRow
    of_slots = row.body.contains(_SLOT, autoescape=True)
    bodies = session.execute(select(row.body).where(row.at >= since, row.at < until, of_slots)).scalars()
    profiles = {profile for body in bodies for profile in _emptied(body)}
    if not profiles:
        return set()
    one = CandidateProfile
    return set(session.execute(select(one.user_id).where(one.id.in_(sql.numbers(profiles)))).scalars())


def _emptied(body: str) -> set[int]:
    """The profiles whose slot an operation emptied while nobody had pressed Start on it, as its row says."""
    found: set[int] = set()
    try:
        for image in stored.read_json(body)["images"]:
            columns, after = image["columns"], image["after"]
            # Behind the key, which stands first.
            if _SLOT not in columns or not after or after[columns.index(_SLOT) - 1]:
                continue
            slot, attempting = (columns.index(name) for name in (_SLOT, _ATTEMPTING))
            found |= {row[0] for row in image["before"] if row[slot] and row[attempting] is None}
    except (ValueError, TypeError, LookupError):
        # A damaged row is told by the log's verification.
        return set()
    return found


def _with_withdrawn(found: Attendance, user_ids: set[int]) -> Attendance:
    """The same, with those as absent whose slot was withdrawn before they were seen."""

    def state(row: Attendee) -> Attending:
        unseen = row.state is Attending.NOT_EXPECTED and not row.guest and row.shift_id is not None
        return Attending.ABSENT if unseen and row.user_id in user_ids else row.state

    return replace(found, rows=tuple(replace(row, state=state(row)) for row in found.rows))


def _leftovers(rows: tuple[SessionRow, ...], now: datetime) -> Iterator[Amiss]:
    """Every incomplete session; who still writes is waited for, and nothing is offered that would end it."""
    command: tuple[str, ...]
    for row in rows:
        named = {"army_no": row.army_no or row.username, "name": row.name, "paper": row.paper}
        stuck = any(one.stuck for one in row.findings)
        if not stuck and row.ends_at is not None and row.ends_at > now:
            told = Message.of("day_end.writing", until=row.ends_at, **named)
            cure, command = Message.of("day_end.wait"), ()
        else:
            told = Message.of("day_end.leftover", started=row.started_at or "–", **named)
            cure = Message.of("day_end.clear_or_leave")
            command = ("clear-incomplete-sessions", NUMBER, row.army_no) if row.army_no else ()
        leads = Leads.CANDIDATE if row.army_no else Leads.SESSIONS
        yield Amiss(told, cure, leads, command, user_id=row.user_id, army_no=row.army_no)


def _absentees(rows: tuple[Attendee, ...]) -> Iterator[Amiss]:
    """All whose slot is still there, in one line: they are withdrawn together."""
    if rows:
        # One of them after the other would be typed by nobody.
        named = [word for one in rows for word in (NUMBER, one.army_no)] if len(rows) <= MOST_NAMED else []
        command = ("reset-slots", *named) if named else ()
        told = Message.of("day_end.absentees", n=len(rows))
        yield Amiss(told, Message.of("day_end.withdraw"), Leads.ABSENTEES, command)


def _incident(one: Incident) -> Amiss:
    text = shortened(" ".join(one.first.text.split()), most=80)
    told = Message.of("day_end.incident", category=category_word(one.category), at=one.happened_at, text=text)
    command = ("amend-incident", one.op_id[:8], "--text", "TEXT", "--done", "TEXT")
    return Amiss(told, Message.of("day_end.tell_what_was_done"), command=command)
