"""A desk's clock that would make the log hard to read is told; nothing is refused for it."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from functools import partial

import pytest

from desktop_admin import settings
from desktop_admin.controllers.log import chain, desk_clock, entries, history
from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.operations.slots import ASSIGN, REASSIGN, RESET
from desktop_admin.controllers.portal import facts
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.backends import sqlite
from desktop_admin.database.engine import Database
from desktop_admin.database.session import server_now
from tests import planning, raw
from tests.cli import runs
from tests.controllers import doing


@pytest.mark.parametrize(
    ("seconds", "code"), [(0, None), (119, None), (-119, None), (121, "clock_differs"), (-121, "clock_differs")]
)
def test_more_than_two_minutes_from_the_servers_clock_are_told(
    database: Database, seconds: int, code: str | None
) -> None:
    now = database.read(server_now)
    told = database.read(partial(desk_clock.look, desk="desk-1", now=now, desk_now=now + timedelta(seconds=seconds)))
    assert (told.code if told else None) == code


def test_a_clock_that_ran_backwards_since_its_last_operation_is_told(file_database: Database, actor: Actor) -> None:
    doing.slot(file_database, actor, RESET, "T-FINE")
    now = file_database.read(server_now)
    back = partial(desk_clock.look, now=now, desk_now=now - timedelta(seconds=60))
    told = file_database.read(partial(back, desk=actor.desk))
    assert told is not None
    assert told.code == "clock_backwards"
    assert file_database.read(partial(back, desk="another desk")) is None


def test_it_is_told_where_an_operation_is_recorded_and_by_check(file_database: Database, actor: Actor) -> None:
    fine = doing.slot(file_database, actor, RESET, "T-FINE")
    assert fine.notes == ()
    ahead = file_database.read(server_now) + timedelta(hours=1)
    raw.change(file_database, "UPDATE desktop_admin_operation SET desk_at = ?, desk = 'desk-1'", values=[ahead])
    done = doing.slot(file_database, actor, RESET, "T-STUCK")
    assert [note.code for note in done.notes] == ["clock_backwards"]
    raw.change(file_database, "UPDATE desktop_admin_operation SET desk_at = ?", values=[ahead])
    raw.change(file_database, "UPDATE desktop_admin_operation SET desk = ?", values=[settings.load().desk_name])
    assert any("ran backwards" in warning for warning in runs.answer(raw.path(file_database), "check")["warnings"])


# A desk whose clock is days away -------------------------------------------------------------------------------------

DAYS = timedelta(days=2)
ENDED = "SELECT count(*) FROM desktop_admin_ended_login"


class DeskClock:
    """The clock of this computer, which can be set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch = monkeypatch

    def differs(self, by: timedelta) -> None:
        class Shifted(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
                return datetime.now(tz) + by

        for module in (desk_clock, entries, facts, sqlite):
            self._patch.setattr(module, "datetime", Shifted)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> DeskClock:
    return DeskClock(monkeypatch)


def undo(database: Database, actor: Actor, done: Changes) -> Changes:
    return doing.apply_now(database, actor, partial(planning.plan_undo, undoes=done.op_id or ""))


def restore(database: Database, actor: Actor, cleared: Changes, *, override: bool = False) -> Changes:
    planner = partial(planning.plan_restore, session_ids=cleared.session_ids, override=override)
    return doing.apply_now(database, actor, planner)


def age(database: Database, table: str, column: str) -> None:
    """Let what is in this column have happened 25 hours ago."""
    before = database.read(server_now) - timedelta(hours=25)
    raw.change(database, f"UPDATE {table} SET {column} = ?", values=[before])


def times(database: Database) -> list[tuple[int, datetime, datetime]]:
    """Number, server's and desk's time of each row of the log, in the log's order."""
    rows = raw.query(database, "SELECT seq, at, desk_at FROM desktop_admin_operation ORDER BY seq")
    return [(seq, raw.moment(at), raw.moment(desk_at)) for seq, at, desk_at in rows]


@pytest.mark.parametrize("engine_name", ["postgresql", "mariadb"], indirect=True, scope="session")
@pytest.mark.parametrize("by", [-DAYS, DAYS], ids=["behind", "ahead"])
def test_on_a_server_a_desk_that_is_days_away_works_by_the_servers_clock(
    database: Database, actor: Actor, clock: DeskClock, by: timedelta
) -> None:
    before = raw.content(database)
    clock.differs(by)
    done = doing.slot(database, actor, RESET, "T-FINE")
    assert [note.code for note in done.notes] == ["clock_differs"]
    other = doing.slot(database, actor, RESET, "T-STUCK")
    undo(database, actor, other)
    # The logins that the first one ended are younger than 24 hours, so nobody removed them.
    undo(database, actor, done)
    assert raw.differences(before, raw.content(database)) == {}
    cleared = doing.clear(database, actor, *doing.sessions_of(database, "T-FINE"))
    assert restore(database, actor, cleared).applied == 1
    log = times(database)
    assert [seq for seq, _, _ in log] == list(range(1, 7))
    assert log == sorted(log, key=lambda row: row[1])
    assert all(abs(desk_at - at - by) < timedelta(minutes=1) for _, at, desk_at in log)
    assert database.read(chain.verify).intact
    # What is really old is old, whatever this desk believes.
    again = doing.clear(database, actor, *cleared.session_ids)
    age(database, "desktop_admin_operation", "at")
    assert doing.refusals(restore(database, actor, again).lines) == {"T-FINE": "refused_archive_old"}
    age(database, "desktop_admin_ended_login", "ended_at")
    doing.slot(database, actor, ASSIGN, "T-NONE")
    assert raw.query(database, ENDED) == [(0,)]


def test_on_a_file_a_clock_that_jumps_costs_a_login_and_nothing_else(
    file_database: Database, actor: Actor, clock: DeskClock
) -> None:
    """A file's server is this computer, so its clock decides; what is undone later is all there but for the login."""
    before = raw.content(file_database)
    done = doing.slot(file_database, actor, RESET, "T-FINE")
    clock.differs(DAYS)
    ahead = doing.slot(file_database, actor, RESET, "T-STUCK")
    clock.differs(timedelta())
    assert doing.notes(undo(file_database, actor, done).lines[0]) == ["note_logins_gone"]
    undo(file_database, actor, ahead)
    assert set(raw.differences(before, raw.content(file_database))) == {"django_session"}
    assert [seq for seq, _, _ in times(file_database)] == [1, 2, 3, 4]
    assert [one.seq for one in file_database.read(history.operations)] == [4, 3, 2, 1]
    assert file_database.read(chain.verify).intact


def test_on_a_file_a_clock_that_jumps_makes_a_restore_a_supervisors_decision_at_most(
    file_database: Database, actor: Actor, clock: DeskClock
) -> None:
    clear = partial(doing.clear, file_database, actor)
    cleared = clear(*doing.sessions_of(file_database, "T-FINE"))
    clock.differs(DAYS)
    assert doing.refusals(restore(file_database, actor, cleared).lines) == {"T-FINE": "refused_archive_old"}
    assert restore(file_database, actor, cleared, override=True).applied == 1
    # Cleared in what is the future from now on, and once more before that.
    clear(*cleared.session_ids)
    clock.differs(timedelta())
    assert restore(file_database, actor, cleared).applied == 1
    clear(*cleared.session_ids)
    assert restore(file_database, actor, cleared).applied == 1
    clock.differs(DAYS)
    doing.slot(file_database, actor, REASSIGN, "T-STUCK")
    clock.differs(timedelta())
    third = clear(doing.start(file_database, "T-STUCK", trade_name="TTC", letter="E"))
    assert doing.refusals(restore(file_database, actor, third).lines) == {"T-STUCK": "refused_slot_newer"}
    assert undo(file_database, actor, third).applied == 1
