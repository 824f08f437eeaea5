"""What the panes read: the candidate list, one candidate, the matrix of sets, the preview of a switch."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from desktop_admin.controllers.listings import panes as desk
from desktop_admin.controllers.operations.slots import REASSIGN, RESET
from desktop_admin.controllers.portal import candidates
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.controllers.values.people import CandidateList, CandidateRow, CandidateStatus
from desktop_admin.controllers.values.sets import SetCell
from desktop_admin.database.engine import Database
from desktop_admin.errors import UsageProblem
from desktop_admin.rules import Paper, SlotState
from tests import raw
from tests.controllers import doing


def listed(database: Database, **filters: Any) -> CandidateList:
    return database.read(partial(desk.list_candidates, **filters))


def army_nos(found: CandidateList) -> list[str]:
    return [row.army_no for row in found.rows]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"text": "t-s"}, ["T-SECOND", "T-SLOT", "T-STUCK"]),
        ({"text": " T-STUCK "}, ["T-STUCK"]),
        ({"text": "kumar"}, ["T-STUCK"]),
        ({"text": "देव"}, ["T-LOST"]),
        ({"text": "%"}, []),
        ({"text": "_-STUCK"}, []),
        ({"text": "' OR 1=1 --"}, []),
        ({"slot": SlotState.NONE}, ["T-DONE", "T-LOST", "T-NONE"]),
        ({"slot": SlotState.ASSIGNED}, ["T-MUSIC", "T-SLOT"]),
        ({"slot": SlotState.ATTEMPTING}, ["T-FINE", "T-MOVED", "T-SECOND", "T-STUCK"]),
        ({"problems_only": True}, ["T-MOVED", "T-STUCK"]),
        ({"problems_only": True, "text": "T-ST"}, ["T-STUCK"]),
    ],
)
def test_the_list_is_filtered(database: Database, filters: dict[str, Any], expected: list[str]) -> None:
    assert army_nos(listed(database, **filters)) == expected


def test_the_list_is_filtered_by_the_profiles_trade(database: Database) -> None:
    assert army_nos(listed(database, trade_id=doing.trade(database, "OCC"))) == ["T-MOVED"]


def test_all_are_listed_and_the_rows_are_read_of_those_who_are_seen(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "PAGE", 2)
    now = datetime.now(UTC)
    everybody = listed(database, limit=None, now=now)
    assert [row.user_id for row in everybody.rows] == list(everybody.user_ids)
    some = listed(database, limit=2, pages=(0, 3), now=now)
    assert list(some.user_ids) == list(everybody.user_ids)
    assert some.rows == everybody.rows[:2] + everybody.rows[6:8]


def test_another_list_of_the_same_database_has_its_own_rows(database: Database) -> None:
    told = [army_nos(listed(database, text=text)) for text in ("T-S", "T-F", "T-S")]
    assert told == [["T-SECOND", "T-SLOT", "T-STUCK"], ["T-FINE"], ["T-SECOND", "T-SLOT", "T-STUCK"]]


def test_rows_that_are_read_again_are_as_they_are_by_then(database: Database, actor: Actor) -> None:
    def fine(now: datetime) -> CandidateRow:
        return next(row for row in listed(database, now=now).rows if row.army_no == "T-FINE")

    now = datetime.now(UTC)
    first = fine(now)
    assert first.time_left is not None
    assert (first.status, fine(now).time_left) == (CandidateStatus.RUNNING, first.time_left)
    # Nobody has written anything, and time has gone by, at last more than there was.
    minute = timedelta(minutes=1)
    assert fine(now + minute).time_left == first.time_left - minute
    assert fine(now + first.time_left + minute).status is CandidateStatus.OVERDUE
    doing.slot(database, actor, RESET, "T-FINE")
    assert fine(now + minute).time_left is None


def test_each_candidate_has_one_word(database: Database, actor: Actor) -> None:
    doing.clear(database, actor, *doing.sessions_of(database, "T-SECOND"))
    raw.change(
        database,
        "UPDATE questions_examsession SET duration = :minute WHERE user_id = "
        "(SELECT user_id FROM registration_candidateprofile WHERE army_no = 'T-FINE')",
    )
    assert {row.army_no: row.status for row in listed(database).rows} == {
        "T-STUCK": CandidateStatus.STUCK,
        "T-MOVED": CandidateStatus.STUCK,
        "T-FINE": CandidateStatus.OVERDUE,
        "T-SECOND": CandidateStatus.WAITING,
        "T-SLOT": CandidateStatus.NOT_STARTED,
        "T-MUSIC": CandidateStatus.NOT_STARTED,
        "T-DONE": CandidateStatus.FINISHED,
        "T-NONE": CandidateStatus.NO_SLOT,
        "T-LOST": CandidateStatus.NO_SLOT,
    }
    # Whoever has submitted one paper and has no slot for the next has not finished.
    doing.slot(database, actor, RESET, "T-SECOND")
    assert {row.army_no: row.status for row in listed(database).rows}["T-SECOND"] is CandidateStatus.NO_SLOT


@pytest.mark.parametrize(
    ("army_no", "diagnosis"),
    [
        ("T-STUCK", "The incomplete session is on set C, the active set is E."),
        ("T-FINE", "Writing PRIMARY, set E."),
        ("T-SECOND", "Writing SECONDARY, set A."),
        ("T-SLOT", "Has a slot for PRIMARY and has not started."),
        ("T-MUSIC", "Has a slot for SECONDARY and has not started."),
        ("T-NONE", "No slot. The next paper is PRIMARY."),
        ("T-DONE", "All papers are completed."),
    ],
)
def test_one_sentence_says_how_things_stand(database: Database, army_no: str, diagnosis: str) -> None:
    reading = database.read(partial(desk.read_candidate, user_id=doing.user(database, army_no)))
    assert reading.diagnosis.english() == diagnosis


def test_a_reading_has_the_sessions_logins_and_the_last_action(database: Database, actor: Actor) -> None:
    doing.apply_now(database, actor, doing.slots_plan(REASSIGN, doing.chosen(database, "T-SECOND")), reason="PC failed")
    reading = database.read(partial(desk.read_candidate, user_id=doing.user(database, "T-SECOND")))
    assert [row.paper for row in reading.sessions] == [Paper.PRIMARY]
    assert reading.live_logins == 0
    assert reading.last_action is not None
    assert (reading.last_action.operation, reading.last_action.reason) == (REASSIGN.name, "PC failed")
    raw.change(database, "UPDATE desktop_admin_operation SET operation = 'of-a-newer-program'")
    reading = database.read(partial(desk.read_candidate, user_id=doing.user(database, "T-SECOND")))
    assert reading.last_action is not None
    assert reading.last_action.operation == "of-a-newer-program"


def test_a_candidate_who_left_the_portal_is_told_so(database: Database) -> None:
    with pytest.raises(UsageProblem, match="no longer in the portal"):
        database.read(partial(desk.read_candidate, user_id=987_654))


def cell(database: Database, trade: str, paper: Paper = Paper.PRIMARY) -> SetCell:
    rows = database.read(desk.matrix)
    return next(row.cell(paper) for row in rows if row.trade.code == trade)


def test_a_cell_of_the_matrix_counts_who_writes_on_which_set(database: Database) -> None:
    found = cell(database, "TTC")
    assert (found.active, found.present, found.required, found.is_open, found.disagrees) == ("E", 53, 43, True, None)
    assert [(letter.letter, letter.present) for letter in found.letters] == [("A", 53), ("B", 35), ("C", 53), ("E", 53)]
    assert [letter.short for letter in found.letters if letter.short] == [(("F", 2, 10),)]
    assert (found.writing, found.elsewhere) == (1, (("C", 1),))


def test_a_moved_candidate_is_counted_in_his_profiles_trade(database: Database) -> None:
    assert (cell(database, "OCC").writing, cell(database, "OCC").elsewhere) == (0, (("TTC E", 1),))


def test_a_trade_without_a_primary_paper_has_no_such_cell(database: Database) -> None:
    assert not cell(database, "Musician").has_paper
    assert cell(database, "Musician", Paper.SECONDARY).has_paper
    assert not cell(database, "Musician", Paper.SECONDARY).is_open


def test_the_preview_of_a_switch_shows_who_is_touched_and_who_is_not(database: Database) -> None:
    plan = database.read(doing.activation(database, ("TTC", "C")))
    preview = database.read(partial(desk.preview, lines=plan.lines))
    assert sorted(row.army_no or "" for row in preview.cleared) == ["T-FINE", "T-MOVED"]
    assert sorted(row.army_no or "" for row in preview.spared) == ["T-SECOND", "T-STUCK"]
    assert preview.not_started == 1


@pytest.mark.parametrize("name", [" ttc ", "TTC", "tTc"])
def test_trades_are_found_without_case_and_blanks(database: Database, name: str) -> None:
    assert [one.code for one in database.read(partial(candidates.require_trades, names=[name]))] == ["TTC"]


@pytest.mark.parametrize("name", ["", "TT", "T" * 10_000, "' OR 1=1", "देव"])
def test_an_unknown_trade_is_refused_with_the_known_ones(database: Database, name: str) -> None:
    with pytest.raises(UsageProblem) as problem:
        database.read(partial(candidates.require_trades, names=[name]))
    assert problem.value.code == "unknown_trade"
    assert "Musician, OCC, TTC" in str(problem.value)
    assert len(str(problem.value)) < 300
