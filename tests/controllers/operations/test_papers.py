"""Opening and closing papers, and how long they last: all of the portal's switches agree afterwards."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_admin.controllers.listings import panes
from desktop_admin.controllers.operations.changes import Changes, PlanChanged
from desktop_admin.controllers.operations.ladder import Confirmation, confirmation, to_type
from desktop_admin.controllers.operations.papers import ARRANGE, PapersAsked
from desktop_admin.controllers.values.lines import Actor, PaperChoice
from desktop_admin.database.engine import Database
from desktop_admin.errors import UsageProblem
from desktop_admin.rules import Paper, exam_minutes, forced_paper
from tests import planning, raw
from tests.controllers import doing

PRIMARY, SECONDARY = Paper.PRIMARY, Paper.SECONDARY

TRADES = "SELECT t.name, a.paper_type FROM questions_tradepaperactivation a JOIN reference_trade t ON t.id = a.trade_id"
OPEN = f"{TRADES} WHERE a.is_active ORDER BY 1, 2"
OWN_SWITCHES = "SELECT question_paper FROM questions_questionpaper WHERE is_active ORDER BY 1"
FORCED = "SELECT paper_type FROM questions_globalpapertypecontrol WHERE is_active ORDER BY 1"
REMEMBERED = "SELECT is_universal_set_active, is_universal_duration_active FROM questions_universalsetactivation"


def switches(database: Database) -> tuple[list[str], list[str], list[str]]:
    """Which trades' papers are open, which papers' own switches, and what is forced."""
    trades = [f"{trade} {paper}" for trade, paper in raw.query(database, OPEN)]
    own, forced = ([paper for (paper,) in raw.query(database, statement)] for statement in (OWN_SWITCHES, FORCED))
    return trades, own, forced


def remember(database: Database, *, sets: bool, lasts: bool, paper: Paper = PRIMARY) -> None:
    columns = "paper_type, universal_set_label, universal_duration_minutes, is_universal_set_active"
    raw.change(
        database,
        f"INSERT INTO questions_universalsetactivation ({columns}, is_universal_duration_active, activated_at) "
        "VALUES (?, 'E', 90, ?, ?, ?)",
        values=[paper.value, sets, lasts, raw.LONG_AGO],
    )


def names(changes: Changes) -> list[str]:
    return sorted(doing.applied(changes.lines))


def test_opening_one_trades_paper_opens_only_that_and_forces_nothing_any_more(database: Database, actor: Actor) -> None:
    before = raw.content(database)
    done = doing.set_papers(database, actor, "Musician", paper=SECONDARY, opens=True)
    assert switches(database) == (
        ["Musician PRIMARY", "Musician SECONDARY", "OCC PRIMARY", "TTC PRIMARY"],
        ["PRIMARY", "SECONDARY"],
        [],
    )
    changed = raw.differences(before, raw.content(database))
    assert {table: len(change.come) for table, change in changed.items()} == {
        "questions_globalpapertypecontrol": 1,
        "questions_questionpaper": 1,
        "questions_tradepaperactivation": 1,
    }
    forced, both = done.notes
    assert forced.code == "note_nothing_forced"
    assert both.english() == "Both papers of Musician are open then: the portal's list of its candidates shows errors."


def test_closing_the_last_one_closes_the_paper_and_forces_the_other(database: Database, actor: Actor) -> None:
    before = switches(database)
    doing.set_papers(database, actor, "Musician", paper=SECONDARY, opens=True)
    doing.set_papers(database, actor, "Musician", paper=SECONDARY, opens=False)
    assert switches(database) == before == (before[0], ["PRIMARY"], ["PRIMARY"])


@pytest.mark.parametrize("wish", [{"opens": True}, {"opens": False}, {"minutes": 45}])
def test_an_undo_puts_every_row_back(database: Database, actor: Actor, wish: dict[str, Any]) -> None:
    remember(database, sets=True, lasts=True, paper=SECONDARY)
    if not wish.get("opens", True):
        doing.set_papers(database, actor, "Musician", paper=SECONDARY, opens=True)
    before = raw.content(database)
    done = doing.set_papers(database, actor, "Musician", paper=SECONDARY, **wish)
    assert raw.differences(before, raw.content(database))
    doing.undo(database, actor, done)
    assert raw.differences(before, raw.content(database)) == {}


def test_an_undo_makes_no_row_and_takes_those_that_were_made(database: Database, actor: Actor) -> None:
    raw.change(
        database,
        "DELETE FROM questions_tradepaperactivation WHERE paper_type = 'SECONDARY'",
        "DELETE FROM questions_globalpapertypecontrol",
    )
    before = raw.content(database)
    done = doing.set_papers(database, actor, "Musician", "TTC", paper=SECONDARY, opens=True)
    assert "Musician SECONDARY" in switches(database)[0]
    doing.undo(database, actor, done)
    assert raw.differences(before, raw.content(database)) == {}


def test_a_global_control_that_has_no_rows_gets_the_one_that_is_forced(database: Database, actor: Actor) -> None:
    raw.change(database, "DELETE FROM questions_globalpapertypecontrol")
    before = raw.content(database)
    done = doing.set_papers(database, actor, "TTC", paper=PRIMARY, opens=True)
    assert switches(database)[2] == ["PRIMARY"]
    doing.undo(database, actor, done)
    assert raw.differences(before, raw.content(database)) == {}


def test_an_undo_beside_another_opening_keeps_the_papers_own_switch_on(database: Database, actor: Actor) -> None:
    done = doing.set_papers(database, actor, "Musician", paper=SECONDARY, opens=True)
    doing.set_papers(database, actor, "OCC", paper=SECONDARY, opens=True)
    doing.undo(database, actor, done)
    trades, own, forced = switches(database)
    assert "OCC SECONDARY" in trades
    assert "Musician SECONDARY" not in trades
    assert (own, forced) == (["PRIMARY", "SECONDARY"], [])


def test_what_was_switched_since_is_not_taken_back(database: Database, actor: Actor) -> None:
    done = doing.set_papers(database, actor, "Musician", "OCC", paper=SECONDARY, opens=True)
    raw.change(
        database,
        "UPDATE questions_tradepaperactivation SET is_active = (1 = 0) WHERE paper_type = 'SECONDARY' "
        "AND trade_id = (SELECT id FROM reference_trade WHERE name = 'OCC')",
    )
    undone = doing.undo(database, actor, done)
    assert doing.refusals(undone.lines) == {"OCC": "refused_paper_set_since"}
    assert switches(database)[1:] == (["PRIMARY"], ["PRIMARY"])


def test_a_paper_that_is_being_written_by_now_is_not_closed_by_taking_its_opening_back(
    database: Database, actor: Actor
) -> None:
    done = doing.set_papers(database, actor, "Musician", "OCC", paper=SECONDARY, opens=True)
    doing.start(database, "T-MUSIC", trade_name="Musician", letter="A", paper=SECONDARY, minutes=-1)
    undone = doing.undo(database, actor, done)
    assert doing.refusals(undone.lines) == {"Musician": "refused_still_writing"}
    assert [one for one in switches(database)[0] if one.endswith("SECONDARY")] == ["Musician SECONDARY"]
    assert switches(database)[1:] == (["PRIMARY", "SECONDARY"], [])


def test_an_undo_after_the_other_paper_was_closed_forces_nothing_twice(database: Database, actor: Actor) -> None:
    done = doing.set_papers(database, actor, "Musician", paper=SECONDARY, opens=True)
    doing.set_papers(database, actor, paper=PRIMARY, opens=False, force=True)
    doing.undo(database, actor, done)
    assert switches(database) == ([], [], [])


def test_an_undo_beside_an_opening_that_made_its_row_keeps_the_papers_own_switch_on(
    database: Database, actor: Actor
) -> None:
    raw.change(
        database,
        "DELETE FROM questions_tradepaperactivation WHERE paper_type = 'SECONDARY' "
        "AND trade_id = (SELECT id FROM reference_trade WHERE name = 'OCC')",
    )
    done = doing.set_papers(database, actor, "Musician", paper=SECONDARY, opens=True)
    doing.set_papers(database, actor, "OCC", paper=SECONDARY, opens=True)
    doing.undo(database, actor, done)
    assert "OCC SECONDARY" in switches(database)[0]
    assert switches(database)[1:] == (["PRIMARY", "SECONDARY"], [])


@pytest.mark.parametrize("first", [{"minutes": 45}, {"opens": True}])
def test_a_row_that_was_made_stays_for_what_was_set_in_it_since(
    database: Database, actor: Actor, first: dict[str, Any]
) -> None:
    raw.change(database, "DELETE FROM questions_tradepaperactivation WHERE paper_type = 'SECONDARY'")
    done = doing.set_papers(database, actor, "OCC", paper=SECONDARY, **first)
    then = {"opens": True} if "minutes" in first else {"minutes": 45}
    doing.set_papers(database, actor, "OCC", paper=SECONDARY, **then)
    doing.undo(database, actor, done)
    asked = "SELECT is_active, exam_duration FROM questions_tradepaperactivation WHERE paper_type = 'SECONDARY'"
    ((is_active, lasts),) = raw.query(database, asked)
    assert (bool(is_active), lasts is None) == ("minutes" in first, "minutes" in first)


def test_an_undo_that_closes_a_paper_under_its_writers_names_them_and_is_typed(
    database: Database, actor: Actor
) -> None:
    # T-SECOND writes SECONDARY, which is closed.
    done = doing.set_papers(database, actor, "TTC", paper=SECONDARY, opens=True)
    plan = database.read(partial(planning.plan_undo, undoes=done.op_id or ""))
    (line,) = plan.lines
    assert "T-SECOND K. Rao" in line.notes[0].english()
    assert (confirmation(plan), to_type(plan)) == (Confirmation.TYPED, "TTC 1")


def test_more_who_would_lose_their_paper_than_were_shown_are_shown_again(database: Database, actor: Actor) -> None:
    plan = database.read(doing.papers_plan(database, "TTC", paper=PRIMARY, opens=False, force=True))
    doing.start(database, "T-SLOT", trade_name="TTC", letter="E")
    with pytest.raises(PlanChanged) as changed:
        doing.apply_shown(database, actor, plan)
    assert len(changed.value.plan.closed_ids) == 4


@pytest.mark.parametrize("rows", ["(1 = 1)", "(1 = 0)", "paper_type = 'SECONDARY'"])
def test_a_global_control_that_agrees_with_nothing_is_mended_by_saying_again_what_is_open(
    database: Database, actor: Actor, rows: str
) -> None:
    raw.change(database, f"UPDATE questions_globalpapertypecontrol SET is_active = {rows}")
    before = raw.content(database)
    done = doing.set_papers(database, actor, "TTC", paper=PRIMARY, opens=True)
    assert switches(database)[1:] == (["PRIMARY"], ["PRIMARY"])
    assert "note_switches_mended" in [note.code for note in done.notes]
    doing.undo(database, actor, done)
    assert raw.differences(before, raw.content(database)) == {}


def test_where_all_agrees_an_open_paper_is_not_opened_again(database: Database, actor: Actor) -> None:
    done = doing.set_papers(database, actor, "TTC", paper=PRIMARY, opens=True)
    assert (done.op_id, doing.refusals(done.lines)) == (None, {"TTC": "refused_open_already"})
    done = doing.set_papers(database, actor, "TTC", paper=SECONDARY, opens=False)
    assert doing.refusals(done.lines) == {"TTC": "refused_closed_already"}
    doing.set_papers(database, actor, "TTC", paper=PRIMARY, minutes=90)
    done = doing.set_papers(database, actor, "TTC", paper=PRIMARY, minutes=90)
    assert doing.refusals(done.lines) == {"TTC": "refused_lasts_already"}


def test_a_paper_that_somebody_is_writing_stays_open_and_names_them(database: Database, actor: Actor) -> None:
    done = doing.set_papers(database, actor, paper=PRIMARY, opens=False)
    assert names(done) == ["Musician"]
    assert doing.refusals(done.lines) == {"TTC": "refused_still_writing", "OCC": "refused_still_writing"}
    told = doing.line_of(done.lines, "TTC").reason
    assert told is not None
    # Who was moved writes TTC's paper by the row of the session.
    who = "T-FINE Suresh Yadav, T-MOVED V. Nair, T-STUCK Ramesh Kumar"
    assert told.english().startswith(f"PRIMARY of TTC stays open: 3 candidates are writing it ({who}).")
    assert "T-MOVED V. Nair" in str(doing.line_of(done.lines, "OCC").reason)
    assert switches(database) == (["OCC PRIMARY", "TTC PRIMARY"], ["PRIMARY"], ["PRIMARY"])


def test_a_supervisor_may_insist_and_the_sessions_stay(database: Database, actor: Actor) -> None:
    before = raw.content(database)
    (mine,) = doing.sessions_of(database, "T-FINE")
    done = doing.set_papers(database, actor, paper=PRIMARY, opens=False, force=True)
    assert (done.refused, switches(database)) == (0, ([], [], []))
    changed = raw.differences(before, raw.content(database))
    assert not {"questions_examsession", "questions_examquestion", "django_session"} & changed.keys()
    assert doing.notes(doing.line_of(done.lines, "TTC")) == ["note_loses_answers"]
    look = partial(panes.read_candidate, user_id=doing.user(database, "T-FINE"))
    assert database.read(look).would_get.action == "refused"
    doing.set_papers(database, actor, "TTC", paper=PRIMARY, opens=True)
    again = database.read(look).would_get
    assert (again.action, again.session_id) == ("resume", mine)


def test_closing_what_somebody_writes_is_confirmed_by_how_many_they_are(database: Database) -> None:
    plan = database.read(doing.papers_plan(database, paper=PRIMARY, opens=False, force=True))
    assert (confirmation(plan), to_type(plan)) == (Confirmation.TYPED, "3")
    plan = database.read(doing.papers_plan(database, "TTC", paper=PRIMARY, opens=False, force=True))
    assert to_type(plan) == "TTC 3"
    harmless = database.read(doing.papers_plan(database, "Musician", paper=PRIMARY, opens=False))
    assert confirmation(harmless) is Confirmation.NONE


def test_a_paper_on_which_nobody_could_be_examined_is_not_opened(database: Database, actor: Actor) -> None:
    raw.change(database, "UPDATE questions_activatesets SET active_primary_set = 'B'")
    done = doing.set_papers(database, actor, paper=PRIMARY, opens=False, force=True)
    assert done.applied == 3
    done = doing.set_papers(database, actor, paper=PRIMARY, opens=True)
    assert doing.refusals(done.lines) == {
        "TTC": "refused_too_few",
        "OCC": "refused_no_questions",
        "Musician": "refused_no_such_paper",
    }
    done = doing.set_papers(database, actor, paper=PRIMARY, opens=True, allow_too_few=True)
    assert (names(done), doing.notes(doing.line_of(done.lines, "TTC"))) == (["TTC"], ["note_opened_too_few"])


def test_a_duration_is_of_new_sessions_and_those_that_run_keep_theirs_by_name(database: Database, actor: Actor) -> None:
    before = raw.content(database)
    done = doing.set_papers(database, actor, "TTC", paper=PRIMARY, minutes=45)
    changed = raw.differences(before, raw.content(database))
    (row,) = changed["questions_tradepaperactivation"].come
    assert list(changed) == ["questions_tradepaperactivation"]
    assert row["exam_duration"] == raw.stored(database, timedelta(minutes=45))
    (note,) = done.lines[0].notes
    assert note.english() == (
        "3 candidates are writing and keep the time of their sessions: "
        "T-FINE Suresh Yadav, T-MOVED V. Nair, T-STUCK Ramesh Kumar."
    )


@pytest.mark.parametrize("wish", [{"opens": False, "force": True}, {"minutes": 45}])
def test_remembered_universal_minutes_are_switched_off_and_the_sets_wish_is_not(
    database: Database, actor: Actor, wish: dict[str, Any]
) -> None:
    remember(database, sets=True, lasts=True)
    done = doing.set_papers(database, actor, "TTC", paper=PRIMARY, **wish)
    assert [tuple(map(bool, row)) for row in raw.query(database, REMEMBERED)] == [(True, False)]
    assert "note_universal_duration_off" in [note.code for note in done.notes]
    doing.undo(database, actor, done)
    assert [tuple(map(bool, row)) for row in raw.query(database, REMEMBERED)] == [(True, True)]


def test_after_an_undo_that_leaves_a_trade_remembered_minutes_stay_off(database: Database, actor: Actor) -> None:
    remember(database, sets=True, lasts=True)
    done = doing.set_papers(database, actor, "TTC", "OCC", paper=PRIMARY, opens=False, force=True)
    doing.set_papers(database, actor, "TTC", paper=PRIMARY, opens=True)
    undone = doing.undo(database, actor, done)
    assert doing.refusals(undone.lines) == {"TTC": "refused_paper_set_since"}
    assert "OCC PRIMARY" in switches(database)[0]
    assert [tuple(map(bool, row)) for row in raw.query(database, REMEMBERED)] == [(True, False)]


def test_several_drafts_are_one_operation_and_one_undo(database: Database, actor: Actor) -> None:
    before = raw.content(database)
    ttc, music = doing.trade(database, "TTC"), doing.trade(database, "Musician")
    choices = (
        PaperChoice(ttc, PRIMARY, "C", minutes=100),
        PaperChoice(music, SECONDARY, "B", opens=True),
        PaperChoice(ttc, SECONDARY, minutes=30),
    )
    done = doing.apply_now(database, actor, partial(planning.plan_papers, asked=PapersAsked(choices)))
    assert (done.kind, done.applied, done.refused) == (ARRANGE, 3, 0)
    # T-FINE and T-MOVED on set E; T-STUCK is on C already.
    assert done.cleared_sessions == 2
    assert "Musician SECONDARY" in switches(database)[0]
    doing.undo(database, actor, done)
    assert raw.differences(before, raw.content(database)) == {}


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ({"opens": True}, {"opens": True}, "it is open now"),
        ({"minutes": 50}, {"minutes": 60}, "it lasts 50 minutes now"),
    ],
)
def test_what_somebody_else_set_since_is_not_overwritten(
    database: Database, actor: Actor, first: dict[str, Any], second: dict[str, Any], told: str
) -> None:
    plan = database.read(doing.papers_plan(database, "Musician", paper=SECONDARY, **second))
    doing.set_papers(database, actor, "Musician", paper=SECONDARY, **first)
    before = raw.content(database)
    with pytest.raises(PlanChanged) as changed:
        doing.apply_shown(database, actor, plan)
    assert raw.differences(before, raw.content(database), own=True) == {}
    (line,) = changed.value.plan.lines
    assert line.reason is not None
    assert told in line.reason.english()


@pytest.mark.parametrize("minutes", [0, -5, 601])
def test_minutes_that_no_paper_lasts_are_refused(minutes: int) -> None:
    with pytest.raises(UsageProblem, match=f"from 1 to 600 minutes, not {minutes}"):
        exam_minutes(minutes)


@given(st.sets(st.sampled_from(list(Paper))))
def test_a_type_is_forced_exactly_where_one_paper_is_open(opened: set[Paper]) -> None:
    assert (forced_paper(opened) is not None) is (len(opened) == 1)
    assert forced_paper(opened) in {None, *opened}
