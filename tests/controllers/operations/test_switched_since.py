"""A switch starts from the letter that was seen as active; somebody else's switch is never overwritten by it."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import pytest

from desktop_admin.controllers.operations.changes import Changes, PlanChanged
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.values.lines import Actor, PaperChoice, PaperSetting
from desktop_admin.database.engine import Database
from desktop_admin.rules import Paper
from tests import accounts, planning, portal, raw
from tests.controllers import doing

MORE_ACCOUNTS = accounts.AS_A_SUPERVISOR

OTHER = Actor(name="the other", user_id=portal.SUPERVISOR_ID, verified=True, desk="desk-2")
AT = datetime(2026, 3, 1, 10, 42, tzinfo=UTC)
BY_THE_PORTAL = "UPDATE questions_activatesets SET active_primary_set = 'A', last_updated = ?, updated_by_id = ?"


def undo(database: Database, done: Changes) -> Changes:
    return doing.apply_now(database, OTHER, partial(planning.plan_undo, undoes=done.op_id or ""))


def changed(database: Database, actor: Actor, plan: Plan) -> Plan:
    """Apply the plan, by which nothing must be written; gives back the new one."""
    before = raw.content(database)
    with pytest.raises(PlanChanged) as told:
        doing.apply_shown(database, actor, plan)
    assert raw.differences(before, raw.content(database), own=True) == {}
    return told.value.plan


def reason(plan: Plan) -> str:
    line = doing.line_of(plan.lines, "TTC")
    assert line.reason is not None
    return line.reason.english()


def test_a_set_that_somebody_switched_since_the_plan_is_left_and_so_is_who_started_on_it(
    database: Database, actor: Actor
) -> None:
    plan = database.read(doing.activation(database, ("TTC", "C")))
    done = doing.activate(database, OTHER, ("TTC", "A"))
    started = [doing.start(database, one, trade_name="TTC", letter="A", minutes=0) for one in ("T-SLOT", "T-FINE")]
    again = changed(database, actor, plan)
    ((at,),) = raw.query(database, "SELECT at FROM desktop_admin_operation WHERE op_id = ?", [done.op_id])
    moment = raw.moment(at).isoformat(timespec="seconds").replace("+00:00", "Z")
    assert reason(again) == (
        "The active set of TTC PRIMARY was switched from E to A since this was chosen (last change: the other, "
        f"{moment}). Where it shall be switched all the same, choose the set again."
    )
    assert (again.applied, again.session_ids) == (0, ())
    assert [doing.sessions_of(database, one) for one in ("T-SLOT", "T-FINE")] == [[one] for one in started]


def test_whoever_chooses_the_set_again_switches_it(database: Database, actor: Actor) -> None:
    doing.activate(database, OTHER, ("TTC", "A"))
    doing.apply_shown(database, actor, database.read(doing.activation(database, ("TTC", "C"))))
    assert raw.query(database, "SELECT active_primary_set FROM questions_activatesets WHERE trade_id = 1") == [("C",)]


def test_of_several_trades_the_others_are_shown_again_and_can_be_confirmed(database: Database, actor: Actor) -> None:
    plan = database.read(doing.activation(database, ("TTC", "C"), ("OCC", "A")))
    doing.activate(database, OTHER, ("TTC", "A"))
    again = changed(database, actor, plan)
    assert doing.refusals(again.lines) == {"TTC": "refused_switched_since"}
    told = doing.apply_shown(database, actor, again)
    assert doing.applied(told.lines)[0] == "OCC"
    assert raw.query(database, "SELECT active_primary_set FROM questions_activatesets WHERE trade_id = 1") == [("A",)]


def test_a_draft_is_refused_where_the_set_was_switched_before_its_first_preview(database: Database) -> None:
    choice = PaperChoice(doing.trade(database, "TTC"), Paper.PRIMARY, "C", before=PaperSetting("A", True, 90))
    plan = database.read(partial(planning.plan_activate, choices=[choice]))
    assert doing.refusals(plan.lines) == {"TTC": "refused_switched_since"}


def test_the_other_papers_switch_is_nobodys_here(database: Database, actor: Actor) -> None:
    plan = database.read(doing.activation(database, ("TTC", "C")))
    doing.activate(database, OTHER, ("TTC", "B"), paper=Paper.SECONDARY)
    assert doing.apply_shown(database, actor, plan).refused == 0


@pytest.mark.parametrize(
    ("by", "last"),
    [(portal.SUPERVISOR_ID, "admin, 2026-03-01T10:42:00Z"), (None, "2026-03-01T10:42:00Z, by whom is not")],
)
def test_a_switch_by_the_portal_is_told_from_its_row(
    database: Database, actor: Actor, by: int | None, last: str
) -> None:
    doing.activate(database, OTHER, ("TTC", "C"))
    doing.activate(database, OTHER, ("TTC", "E"))
    plan = database.read(doing.activation(database, ("TTC", "C")))
    raw.change(database, BY_THE_PORTAL, values=[AT, by])
    assert f"(last change: {last}" in reason(changed(database, actor, plan))


def test_a_row_that_is_gone_tells_nobody(database: Database, actor: Actor) -> None:
    plan = database.read(doing.activation(database, ("TTC", "C")))
    raw.change(database, "DELETE FROM questions_activatesets")
    assert "from E to A since this was chosen (last change: not recorded)" in reason(changed(database, actor, plan))


def test_whoever_took_a_switch_back_is_told_although_the_portals_row_says_what_was_before(
    database: Database, actor: Actor
) -> None:
    doing.activate(database, actor, ("TTC", "A"))
    done = doing.activate(database, actor, ("TTC", "E"))
    plan = database.read(doing.activation(database, ("TTC", "C")))
    undo(database, done)
    assert "from E to A since this was chosen (last change: the other, " in reason(changed(database, actor, plan))


def test_whoever_switched_the_other_paper_afterwards_is_not_blamed(database: Database, actor: Actor) -> None:
    plan = database.read(doing.activation(database, ("TTC", "C")))
    doing.activate(database, OTHER, ("TTC", "A"))
    doing.activate(database, actor, ("TTC", "B"), paper=Paper.SECONDARY)
    assert "(last change: the other, " in reason(changed(database, actor, plan))


def test_a_switch_that_nobody_was_shown_starts_from_what_is_active(database: Database, actor: Actor) -> None:
    doing.activate(database, OTHER, ("TTC", "A"))
    assert doing.activate(database, actor, ("TTC", "C")).refused == 0
