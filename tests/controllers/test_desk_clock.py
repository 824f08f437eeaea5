"""A desk's clock that would make the log hard to read is told; nothing is refused for it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from desktop_admin import settings
from desktop_admin.controllers import desk_clock
from desktop_admin.controllers.plans import Actor
from desktop_admin.database.engine import Database
from desktop_admin.database.session import server_now
from desktop_admin.rules import Operation
from tests import raw
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
    doing.slot(file_database, actor, Operation.RESET, "T-FINE")
    now = file_database.read(server_now)
    back = partial(desk_clock.look, now=now, desk_now=now - timedelta(seconds=60))
    told = file_database.read(partial(back, desk=actor.desk))
    assert told is not None
    assert told.code == "clock_backwards"
    assert file_database.read(partial(back, desk="another desk")) is None


def test_it_is_told_where_an_operation_is_recorded_and_by_check(file_database: Database, actor: Actor) -> None:
    fine = doing.slot(file_database, actor, Operation.RESET, "T-FINE")
    assert fine.notes == ()
    ahead = file_database.read(server_now) + timedelta(hours=1)
    raw.change(file_database, "UPDATE desktop_admin_operation SET desk_at = ?, desk = 'desk-1'", values=[ahead])
    done = doing.slot(file_database, actor, Operation.RESET, "T-STUCK")
    assert [note.code for note in done.notes] == ["clock_backwards"]
    raw.change(file_database, "UPDATE desktop_admin_operation SET desk_at = ?", values=[ahead])
    raw.change(file_database, "UPDATE desktop_admin_operation SET desk = ?", values=[settings.load().desk_name])
    assert any("ran backwards" in warning for warning in runs.answer(raw.path(file_database), "check")["warnings"])
