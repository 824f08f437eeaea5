"""A COMMIT whose answer never arrives: the operation is applied exactly once, whichever way the server decided."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from desktop_admin.controllers.day import incidents
from desktop_admin.controllers.operations import apply
from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.operations.papers import PapersAsked
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.values.lines import Actor, Chosen, PaperChoice, new_op_id
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.practice import sample
from desktop_admin.rules import Paper
from tests import planning, raw
from tests.cli.runs import run
from tests.conftest import choose
from tests.proxy import CuttingProxy
from tests.simulation import invariants

Planner = Callable[..., Plan]


def plan_papers(session: Session, *, chosen: Chosen, op_id: str) -> Plan:
    """Papers are opened, timed and switched, whoever is chosen."""
    assert chosen.everyone
    ttc, music = (sample.trade_id(session, name=name) for name in ("TTC", "Musician"))
    choices = (PaperChoice(ttc, Paper.PRIMARY, "C", minutes=45), PaperChoice(music, Paper.SECONDARY, "A", opens=True))
    return planning.plan_papers(session, asked=PapersAsked(choices), op_id=op_id)


PLANNERS: dict[str, Planner] = {
    "reassigned": planning.plan_reassign,
    "papers": plan_papers,
    "given time": partial(planning.plan_time, minutes_left=45),
}


def cut_commits(
    database: Database,
    target: str,
    actor: Actor,
    engine: str,
    *,
    deliver: bool,
    cuts: int,
    planner: Planner = planning.plan_reassign,
) -> None:
    """Let an operation's COMMIT be cut, again and again, and check after each that it was applied exactly once."""
    if engine == "sqlite":
        pytest.skip("a file has no link that can be cut")
    proxy = CuttingProxy(target)
    desk = Database.open(proxy.target)
    ever = invariants.sessions_in_portal(database)
    applied: list[str] = []
    try:
        for _ in range(cuts):
            proxy.deliver, proxy.cuts = deliver, 1
            plan = desk.read(partial(planner, chosen=Chosen(everyone=True), op_id=new_op_id()))
            changes: Changes = desk.write(partial(apply.apply, plan=plan, actor=actor))
            assert proxy.cuts == 0
            assert changes.op_id == plan.op_id
            told = ["already_applied"] if deliver else []
            assert [note.code for note in changes.notes if note.code == "already_applied"] == told
            applied.append(plan.op_id)
            invariants.check_log(database, applied=applied)
            invariants.check_nothing_lost(database, ever)
    finally:
        desk.close()
        proxy.close()


@pytest.mark.parametrize("planner", PLANNERS.values(), ids=PLANNERS.keys())
@pytest.mark.parametrize("deliver", [True, False], ids=["COMMIT arrived", "COMMIT lost"])
def test_a_cut_commit_is_applied_exactly_once(
    any_target: str, any_database: Database, actor: Actor, engine_name: str, deliver: bool, planner: Planner
) -> None:
    cut_commits(any_database, any_target, actor, engine_name, deliver=deliver, cuts=3, planner=planner)


@pytest.mark.parametrize("deliver", [True, False], ids=["COMMIT arrived", "COMMIT lost"])
def test_a_session_whose_acceptance_was_cut_is_accepted_once(
    any_target: str, any_database: Database, actor: Actor, engine_name: str, deliver: bool
) -> None:
    if engine_name == "sqlite":
        pytest.skip("a file has no link that can be cut")
    proxy = CuttingProxy(any_target)
    desk = Database.open(proxy.target)
    try:
        plan = desk.read(partial(planning.plan_accept, chosen=choose(any_database, "T-STUCK")))
        proxy.deliver, proxy.cuts = deliver, 1
        changes: Changes = desk.write(partial(apply.apply, plan=plan, actor=actor))
    finally:
        desk.close()
        proxy.close()
    assert (proxy.cuts, changes.op_id, changes.accepted_ids) == (0, plan.op_id, plan.accepted_ids)
    rows = raw.query(any_database, "SELECT session_id, op_id FROM desktop_admin_accepted_session")
    assert rows == [(session_id, plan.op_id) for session_id in plan.accepted_ids]
    invariants.check_log(any_database, applied=[plan.op_id])


@pytest.mark.long
@pytest.mark.parametrize("deliver", [True, False], ids=["COMMIT arrived", "COMMIT lost"])
def test_five_hundred_cut_commits_are_applied_exactly_once(
    any_target: str, any_database: Database, actor: Actor, engine_name: str, deliver: bool
) -> None:
    cut_commits(any_database, any_target, actor, engine_name, deliver=deliver, cuts=500)


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True, scope="session")
def test_what_a_command_writes_into_the_incident_book_is_written_once_though_the_answer_is_cut(
    any_target: str, any_database: Database
) -> None:
    proxy = CuttingProxy(any_target)
    try:
        proxy.cuts = 1
        result = run(proxy.target, "incident", "--category", "power", "--text", "No light.")
        assert (proxy.cuts, result.exit_code) == (0, 0), result.output
        (first,) = any_database.read(incidents.listed)
        assert first.op_id in result.output
        proxy.cuts = 1
        result = run(proxy.target, "amend-incident", first.op_id, "--text", "Light again.")
        assert (proxy.cuts, result.exit_code) == (0, 0), result.output
    finally:
        proxy.close()
    (first,) = any_database.read(incidents.listed)
    assert len(first.additions) == 1
