"""What a plan remarks beside what it does: who signed in, who started just now, how much it is, what is closed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from desktop_admin.controllers.operations.kind import Operation
from desktop_admin.controllers.operations.slots import REASSIGN, RESET
from desktop_admin.controllers.portal import candidates, open_sessions
from desktop_admin.controllers.values.lines import Actor, Chosen
from desktop_admin.database.engine import Database
from desktop_admin.messages import Message
from tests import accounts, raw
from tests.controllers import doing

ACCOUNTS = accounts.AS_A_DESK
NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@pytest.mark.parametrize("operation", [RESET, REASSIGN])
def test_nobody_is_said_to_be_signed_out_who_is_not_signed_in(
    database: Database, actor: Actor, operation: Operation
) -> None:
    doing.sign_out(database, actor, "T-MOVED")
    plan = database.read(doing.slots_plan(operation, doing.chosen(database, "T-MOVED", "T-STUCK")))
    moved, stuck = (doing.line_of(plan.lines, name) for name in ("T-MOVED", "T-STUCK"))
    assert (len(moved.cleared), moved.ended_logins) == (1, 0)
    assert (len(stuck.cleared), stuck.ended_logins) == (1, 1)
    assert plan.ended_logins == 1


def test_a_closed_paper_is_remarked_where_a_slot_is_given_and_nowhere_else(database: Database) -> None:
    raw.change(database, "UPDATE questions_tradepaperactivation SET is_active = FALSE")
    everyone = Chosen(everyone=True)
    for operation in doing.SLOT_KINDS:
        lines = database.read(doing.slots_plan(operation, everyone)).lines
        remarked = {line.army_no for line in lines if line.outcome == "applied" and line.notes}
        given = {line.army_no for line in lines if line.outcome == "applied"}
        assert given
        assert remarked == (set() if operation is RESET else given)


@pytest.mark.parametrize(("seconds", "recent"), [(-1, False), (0, True), (299, True), (300, False), (86_400, False)])
def test_who_started_less_than_five_minutes_ago_has_just_started(seconds: int, recent: bool) -> None:
    assert candidates.started_recently(NOW - timedelta(seconds=seconds), now=NOW) is recent


def test_who_has_not_started_has_not_just_started() -> None:
    assert candidates.started_recently(None, now=NOW) is False


def test_more_than_two_thousand_sessions_are_remarked() -> None:
    assert open_sessions.notes_on_size(2_000) == ()
    assert open_sessions.notes_on_size(2_001) == (Message.of("note_many_sessions", n=2_001),)
