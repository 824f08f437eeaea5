"""Undo never puts a session back over what was done to the candidate, or to his set, since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import pytest

from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.operations.kind import Operation
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.operations.slots import ASSIGN, REASSIGN, RESET
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from tests import planning, raw
from tests.controllers import doing

Verb = Callable[[Database, Actor], Changes]
LATER = datetime(2100, 1, 1, tzinfo=UTC)
on_a_file = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session")


def plan_of(database: Database, done: Changes) -> Plan:
    return database.read(partial(planning.plan_undo, undoes=done.op_id or ""))


def undo(database: Database, actor: Actor, done: Changes) -> Changes:
    return doing.apply_now(database, actor, partial(planning.plan_undo, undoes=done.op_id or ""))


def slot(operation: Operation) -> Verb:
    return lambda database, actor: doing.slot(database, actor, operation, "T-FINE")


def clear(database: Database, actor: Actor) -> Changes:
    return doing.clear(database, actor, *doing.sessions_of(database, "T-FINE"))


def switch(database: Database, actor: Actor) -> Changes:
    return doing.activate(database, actor, ("TTC", "A"))


def portal(statement: str, *values: object) -> Verb:
    def by_the_portal(database: Database, _actor: Actor) -> Changes:
        raw.change(database, statement, values=values)
        return Changes(RESET, ())

    return by_the_portal


EMPTIED = portal("UPDATE registration_candidateprofile SET has_exam_slot = ? WHERE army_no = 'T-FINE'", False)
SWITCHED = portal("UPDATE questions_activatesets SET active_primary_set = 'A', last_updated = ?", LATER)
SINCE: dict[str, tuple[Verb, Verb, str]] = {
    "clear, reset": (clear, slot(RESET), "refused_changed_since"),
    "clear, reassign": (clear, slot(REASSIGN), "refused_changed_since"),
    "switch, reset": (switch, slot(RESET), "refused_changed_since"),
    "reset, switch": (slot(RESET), switch, "refused_set_not_active"),
    "clear, emptied by the portal": (clear, EMPTIED, "refused_no_slot"),
    "switch, emptied by the portal": (switch, EMPTIED, "refused_no_slot"),
    "reset, switched by the portal": (slot(RESET), SWITCHED, "refused_set_not_active"),
}


@pytest.mark.parametrize("which", SINCE)
def test_what_was_done_to_him_since_stays(database: Database, actor: Actor, which: str) -> None:
    first, then, code = SINCE[which]
    done = first(database, actor)
    shown = plan_of(database, done)
    then(database, actor)
    before = raw.content(database)
    told = doing.apply_shown(database, actor, shown)
    assert doing.refusals(told.lines)["T-FINE"] == code
    assert doing.sessions_of(database, "T-FINE") == []
    if "switch," not in which:
        assert raw.differences(before, raw.content(database)) == {}
        assert doing.refusals(undo(database, actor, done).lines) == {"T-FINE": code}


def test_several_operations_on_one_candidate_are_undone_newest_first(database: Database, actor: Actor) -> None:
    before = raw.content(database)
    verbs = (clear, slot(REASSIGN), switch, slot(RESET), slot(ASSIGN))
    done = [verb(database, actor) for verb in verbs]
    undone = [undo(database, actor, one) for one in reversed(done)]
    assert [one.refused for one in undone] == [0] * len(done)
    assert raw.differences(before, raw.content(database)) == {}


@on_a_file
def test_what_was_done_to_others_since_does_not_stand_in_the_way(database: Database, actor: Actor) -> None:
    before = raw.content(database)
    wrong = doing.slot(database, actor, RESET, "T-FINE")
    others = [doing.slot(database, actor, RESET, army_no) for army_no in ("T-STUCK", "T-SECOND")]
    assert undo(database, actor, wrong).refused == 0
    for one in others:
        undo(database, actor, one)
    assert raw.differences(before, raw.content(database)) == {}
