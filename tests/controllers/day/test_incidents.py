"""The incident book: written down with or without an operation, amended by adding, sealed as the log is."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from desktop_admin.controllers.day import incidents
from desktop_admin.controllers.log import chain, history
from desktop_admin.controllers.operations.deeds import incidents as book
from desktop_admin.controllers.operations.slots import RESET
from desktop_admin.controllers.values.happened import Incident
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.controllers.values.records import HistoryFilters
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session, server_now
from desktop_admin.errors import UsageProblem
from desktop_admin.practice import sample
from tests import accounts, raw
from tests.controllers import doing

ZONE = ZoneInfo("Asia/Kolkata")
on_a_file = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session")


def write(database: Database, actor: Actor, text: str = "No light for ten minutes.", **told: object) -> str:
    told = {"category": "power"} | told
    return database.write(partial(book.write, text=text, actor=actor, **told))  # type: ignore[arg-type]


def amend(database: Database, actor: Actor, incident: str, text: str, **told: object) -> str:
    return database.write(partial(book.amend, incident=incident, text=text, actor=actor, **told))  # type: ignore[arg-type]


def listed(database: Database) -> tuple[Incident, ...]:
    return database.read(incidents.listed)


def test_an_incident_is_kept_with_whom_it_concerns_and_what_belongs_to_it(database: Database, actor: Actor) -> None:
    reset = doing.slot(database, actor, RESET, "T-SLOT")
    earlier = database.read(server_now) - timedelta(minutes=30)
    whom = doing.user(database, "T-FINE")
    first = write(database, actor, done="Called the electrician.", at=earlier, user_ids=[whom, whom])
    amend(database, actor, first[:8], "Light again.", about=[reset.op_id], user_ids=[doing.user(database, "T-SLOT")])
    (one,) = listed(database)
    assert (one.category, one.happened_at, one.first.text) == ("power", earlier, "No light for ten minutes.")
    assert (one.first.done, [part.text for part in one.additions]) == ("Called the electrician.", ["Light again."])
    assert [who.army_no for who in one.people] == ["T-FINE", "T-SLOT"]
    assert one.about == (reset.op_id,)
    assert database.read(chain.verify).intact
    found = database.read(partial(history.operations, filters=HistoryFilters(user_id=whom)))
    assert [record.operation for record in found] == ["incident"]
    assert doing.undo(database, actor, reset).applied == 1, "an incident is in the way of no undo"


@on_a_file
def test_what_was_written_is_never_changed_unseen(database: Database, actor: Actor) -> None:
    first = write(database, actor, user_ids=[doing.user(database, "T-FINE")])
    amend(database, actor, first, "A second time.")
    raw.change(database, "UPDATE desktop_admin_operation SET body = replace(body, 'ten', 'two') WHERE seq = 1")
    assert not database.read(chain.verify).intact
    assert listed(database)[0].first.seal.doubted
    raw.change(database, "UPDATE desktop_admin_operation SET body = replace(body, 'two', 'ten') WHERE seq = 1")
    assert database.read(chain.verify).intact
    raw.change(database, "UPDATE desktop_admin_operation_candidate SET user_id = user_id + 1")
    assert not database.read(chain.verify).intact


@on_a_file
@pytest.mark.parametrize(
    ("of", "body"),
    [
        ("incident", "json_remove(body, '$.incident.category')"),
        ("incident", "json_set(body, '$.incident.category', '')"),
        ("incident", "json_set(body, '$.incident.category', 7)"),
        ("incident", "json_set(body, '$.incident.at', '2026-03-02T08:00:00')"),
        ("incident", "json_set(body, '$.incident.at', 7)"),
        ("incident", "json_set(body, '$.incident.text', 7)"),
        ("amend-incident", "json_remove(body, '$.incident.amends')"),
        ("amend-incident", "json_set(body, '$.incident.amends', json('[]'))"),
    ],
)
def test_a_damaged_row_is_left_out_of_the_book_and_found_by_the_verification(
    database: Database, actor: Actor, of: str, body: str
) -> None:
    whole = write(database, actor, "A lamp went out.")
    damaged = write(database, actor)
    amend(database, actor, damaged, "Light again.")
    last = f"SELECT max(seq) FROM desktop_admin_operation WHERE operation = '{of}'"
    ((seq,),) = raw.query(database, last)
    raw.change(database, f"UPDATE desktop_admin_operation SET body = {body} WHERE seq = {seq}")
    left = [(one.op_id, len(one.additions)) for one in listed(database)]
    assert left == ([(whole, 0)] if of == "incident" else [(whole, 0), (damaged, 0)])
    assert [problem.seq for problem in database.read(chain.verify).problems] == [seq]


@on_a_file
def test_what_makes_no_sense_is_refused_and_nothing_is_written(database: Database, actor: Actor) -> None:
    later = database.read(server_now) + timedelta(hours=1)
    odd: tuple[dict[str, object], ...] = (
        {"category": "weather"},
        {"text": "  "},
        {"at": later},
        {"about": ["nothing"]},
    )
    for told in odd:
        with pytest.raises(UsageProblem):
            write(database, actor, **told)  # type: ignore[arg-type]
    for incident in ("", "nothing"):
        with pytest.raises(UsageProblem):
            amend(database, actor, incident, "Light again.")
    assert listed(database) == ()
    first = write(database, actor)
    assert database.read(partial(incidents.listed, since=later)) == ()
    assert database.read(partial(incidents.require, op_id=first[:6])).op_id == first


@on_a_file
def test_what_happened_belongs_to_the_shift_whose_doors_opened_last(database: Database, actor: Actor) -> None:
    day = database.read(server_now).astimezone(ZONE).date() - timedelta(days=1)

    def at(hour: int, minute: int = 0, *, days: int = 0) -> datetime:
        return datetime.combine(day + timedelta(days=days), time(hour, minute), tzinfo=ZONE)

    def shifts(session: Session) -> list[int]:
        return [sample.add_shift(session, centre="Hall One", day=day, start=time(hour)) for hour in (9, 14)]

    morning, afternoon = accounts.write(database, shifts)
    moments = (at(7, 59), at(8), at(12, 59), at(13), at(23, 59), at(0, days=1))
    for moment in moments:
        write(database, actor, f"{moment:%H:%M}", at=moment)

    def told(shift_id: int | None, now: datetime) -> list[str]:
        found = database.read(partial(incidents.of_shift, zone=ZONE, shift_id=shift_id, now=now))
        return [one.first.text for one in found]

    assert told(morning, at(23)) == ["08:00", "12:59"]
    assert told(afternoon, at(23)) == ["13:00", "23:59"]
    assert told(None, at(23)) == ["07:59", "08:00", "12:59", "13:00", "23:59"], "a day in the portal's zone"
    assert told(None, at(0, days=1)) == ["00:00"]
