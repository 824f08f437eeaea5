"""Setting a paper completed or not completed: one column, and what stands against it."""

from __future__ import annotations

from functools import partial

import pytest

from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.operations.completed import SET_COMPLETED, SET_NOT_COMPLETED
from desktop_admin.controllers.operations.kind import Operation
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from desktop_admin.errors import NotPermitted
from desktop_admin.rules import Paper, Role
from tests import accounts, planning, raw
from tests.cli import runs
from tests.controllers import doing

ACCOUNTS = accounts.AS_A_SUPERVISOR
PROFILE = "registration_candidateprofile"


def done(database: Database, actor: Actor, kind: Operation, *army_nos: str, paper: Paper = Paper.SECONDARY) -> Changes:
    chosen = doing.chosen(database, *army_nos)
    return doing.apply_now(database, actor, partial(planning.plan_paper, kind=kind, chosen=chosen, paper=paper))


def saved_in_the_portal(database: Database, army_no: str, **columns: object) -> None:
    values = ", ".join(f"{name} = {value}" for name, value in columns.items())
    raw.change(database, f"UPDATE {PROFILE} SET {values} WHERE army_no = '{army_no}'")


@pytest.mark.parametrize(
    ("kind", "before", "after"), [(SET_COMPLETED, "FALSE", True), (SET_NOT_COMPLETED, "TRUE", False)], ids=str
)
def test_the_completed_column_alone_is_written_and_an_undo_puts_it_back(
    database: Database, actor: Actor, kind: Operation, before: str, after: bool
) -> None:
    saved_in_the_portal(
        database, "T-NONE", is_secondary_completed=before, secondary_viva_marks=40, secondary_practical_marks=41
    )
    content = raw.content(database)
    changes = done(database, actor, kind, "T-NONE")
    written = raw.differences(content, raw.content(database))
    (gone,), (come,) = written[PROFILE].gone, written[PROFILE].come
    assert list(written) == [PROFILE]
    assert {name for name in gone if gone[name] != come[name]} == {"is_secondary_completed"}
    assert bool(come["is_secondary_completed"]) is after
    assert changes.op_id is not None
    doing.apply_now(database, actor, partial(planning.plan_undo, undoes=changes.op_id))
    assert raw.differences(content, raw.content(database)) == {}


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session")
def test_what_stands_against_it_is_named(database: Database, actor: Actor) -> None:
    people = ("T-DONE", "T-NONE", "T-SECOND", "T-MUSIC")
    saved_in_the_portal(database, "T-SECOND", secondary_viva_marks=40, secondary_practical_marks=41)
    saved_in_the_portal(database, "T-MUSIC", secondary_viva_marks=40)
    assert doing.refusals(done(database, actor, SET_COMPLETED, *people).lines) == {
        "T-DONE": "refused_completed_already",
        "T-NONE": "refused_neither_submitted_nor_marks",
        "T-SECOND": "refused_clear_first",
        "T-MUSIC": "refused_neither_submitted_nor_marks",
    }
    assert doing.refusals(done(database, actor, SET_NOT_COMPLETED, "T-DONE", "T-NONE").lines) == {
        "T-DONE": "refused_reopen_it",
        "T-NONE": "refused_not_completed_anyway",
    }


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session")
@pytest.mark.parametrize(
    ("kind", "paper", "marks", "noted"),
    [
        (SET_COMPLETED, Paper.SECONDARY, False, True),
        (SET_COMPLETED, Paper.SECONDARY, True, False),
        (SET_COMPLETED, Paper.PRIMARY, False, False),
        (SET_NOT_COMPLETED, Paper.PRIMARY, True, True),
        (SET_NOT_COMPLETED, Paper.PRIMARY, False, False),
    ],
    ids=str,
)
def test_where_the_portals_form_would_take_it_back_that_is_said(
    database: Database, actor: Actor, kind: Operation, paper: Paper, marks: bool, noted: bool
) -> None:
    name, mark = paper.lower(), 40 if marks else "NULL"
    completed = "FALSE" if kind is SET_COMPLETED else "TRUE"
    saved_in_the_portal(
        database,
        "T-DONE" if kind is SET_COMPLETED else "T-FINE",
        **{f"is_{name}_completed": completed, f"{name}_viva_marks": mark, f"{name}_practical_marks": mark},
    )
    (line,) = done(database, actor, kind, "T-DONE" if kind is SET_COMPLETED else "T-FINE", paper=paper).lines
    assert (line.outcome, doing.notes(line)) == ("applied", [f"{kind.name}.note"] if noted else [])


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session")
def test_the_command_line_sets_it_and_takes_it_back(database: Database, any_target: str, actor: Actor) -> None:
    on = partial(runs.answer, None, "--db", any_target)
    saved_in_the_portal(database, "T-FINE", is_primary_completed="TRUE")
    taken = on("set-completed", "--not", "--army-no", "t-fine", "--paper", "primary", "--yes")
    assert (taken["operation"], taken["applied"]) == ("set-not-completed", 1)
    assert on("undo", "--yes")["applied"] == 1
    with pytest.raises(NotPermitted, match="Set completed"):
        done(database, Actor(name="x", role=Role.INVIGILATOR), SET_COMPLETED, "T-FINE")
