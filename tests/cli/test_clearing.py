"""``clear-incomplete-sessions`` and ``fix-stuck-sessions``: scope, statistics, and what they leave alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import raw
from tests.cli.runs import STRANGER, answer, complaint, incomplete, run

CLEAR = "clear-incomplete-sessions"
FIX = "fix-stuck-sessions"
GROUPS = [
    {"paper": "PRIMARY", "trade": "OCC", "incomplete": 1, "stuck": 1},
    {"paper": "PRIMARY", "trade": "TTC", "incomplete": 2, "stuck": 1},
    {"paper": "SECONDARY", "trade": "TTC", "incomplete": 1, "stuck": 0},
]


def test_without_a_scope_there_are_statistics_by_paper_and_trade(unchanged: Path) -> None:
    told = answer(unchanged, CLEAR)

    assert (told["incomplete_sessions"], told["stuck_sessions"]) == (4, 2)
    assert told["groups"] == GROUPS


def test_yes_alone_clears_nothing(unchanged: Path) -> None:
    assert "groups" in answer(unchanged, CLEAR, "--yes")


def test_statistics_are_narrowed_by_the_paper_type(unchanged: Path) -> None:
    told = answer(unchanged, CLEAR, "--paper-type", "secondary")

    assert (told["incomplete_sessions"], told["groups"]) == (1, GROUPS[2:])


def test_all_clears_every_incomplete_session_and_keeps_the_slots(portal_file: Path) -> None:
    before = raw.content(portal_file)

    done = answer(portal_file, CLEAR, "--all", "--yes")

    assert (done["operation"], done["applied"], done["cleared_sessions"]) == ("clear-sessions", 4, 4)
    assert incomplete(portal_file) == []
    changed = raw.differences(before, raw.content(portal_file))
    assert changed.keys() == {"questions_examsession", "questions_examquestion", "django_session"}
    assert {row["id"] for row in changed["questions_examsession"].gone} == {1, 2, 6, 7}


def test_the_paper_type_narrows_what_is_cleared(portal_file: Path) -> None:
    done = answer(portal_file, CLEAR, "--all", "--paper-type", "SECONDARY", "--yes")

    assert [line["army_no"] for line in done["lines"]] == ["T-SECOND"]
    assert incomplete(portal_file) == [1, 2, 7]


@pytest.mark.parametrize(
    ("trade", "cleared"),
    [("OCC", {"T-MOVED"}), ("TTC", {"T-FINE", "T-MOVED", "T-SECOND", "T-STUCK"}), ("Musician", set())],
)
def test_by_trade_means_the_profile_or_the_session_row(unchanged: Path, trade: str, cleared: set[str]) -> None:
    done = answer(unchanged, CLEAR, "--trade", trade, "--dry-run")

    assert {line["army_no"] for line in done["lines"]} == cleared


def test_a_trade_finds_the_session_of_an_account_without_a_profile(stranger_file: Path) -> None:
    done = answer(stranger_file, CLEAR, "--trade", "TTC", "--yes")

    [line] = [line for line in done["lines"] if line["username"] == STRANGER]
    assert (line["army_no"], line["cleared"]) == (None, [8])


def test_nothing_to_clear_is_no_failure_and_records_nothing(unchanged: Path) -> None:
    done = answer(unchanged, CLEAR, "--army-no", "T-NONE", "--yes")

    assert (done["op_id"], done["applied"], done["refused"], done["lines"]) == (None, 0, 0, [])


def test_clearing_a_second_time_finds_nothing_to_do(portal_file: Path) -> None:
    answer(portal_file, CLEAR, "--all", "--yes")
    before = raw.digest(portal_file)

    assert answer(portal_file, CLEAR, "--all", "--yes")["lines"] == []
    assert raw.digest(portal_file) == before


def test_a_completed_session_is_never_cleared(portal_file: Path) -> None:
    done = answer(portal_file, CLEAR, "--army-no", "T-DONE", "--army-no", "T-SECOND", "--yes")

    assert {line["army_no"]: line["cleared"] for line in done["lines"]} == {"T-SECOND": [6]}
    assert raw.query(portal_file, "SELECT count(*) FROM questions_examsession WHERE completed_at IS NOT NULL") == [(3,)]


def test_fixing_everything_clears_only_the_stuck_ones(portal_file: Path) -> None:
    done = answer(portal_file, FIX, "--all", "--yes")

    assert {line["army_no"]: line["cleared"] for line in done["lines"]} == {"T-MOVED": [7], "T-STUCK": [1]}
    assert incomplete(portal_file) == [2, 6]
    assert answer(portal_file, "sessions", "--stuck") == []


def test_fixing_is_recorded_as_clearing(portal_file: Path) -> None:
    answer(portal_file, FIX, "--all", "--yes")

    assert [one["operation"] for one in answer(portal_file, "history")] == ["clear-sessions"]


def test_fixing_a_healthy_candidate_does_nothing(unchanged: Path) -> None:
    done = answer(unchanged, FIX, "--army-no", "T-FINE", "--yes")

    assert (done["op_id"], done["lines"]) == (None, [])


@pytest.mark.parametrize(("trade", "fixed"), [("OCC", ["T-MOVED"]), ("TTC", ["T-MOVED", "T-STUCK"]), ("Musician", [])])
def test_fixing_a_trade_means_the_profile_or_the_session_row(unchanged: Path, trade: str, fixed: list[str]) -> None:
    done = answer(unchanged, FIX, "--trade", trade, "--dry-run")

    assert [line["army_no"] for line in done["lines"]] == fixed


def test_fixing_finds_a_session_without_a_profile(stranger_file: Path) -> None:
    done = answer(stranger_file, FIX, "--all", "--yes")

    [line] = [line for line in done["lines"] if line["army_no"] is None]
    assert (line["username"], line["cleared"]) == (STRANGER, [8])


def test_a_candidate_who_keeps_another_session_is_told_so(portal_file: Path) -> None:
    raw.change(portal_file, "UPDATE questions_examsession SET completed_at = NULL WHERE id = 5")

    done = answer(portal_file, CLEAR, "--army-no", "T-SECOND", "--paper-type", "PRIMARY", "--dry-run")

    assert done["lines"][0]["cleared"] == [5]
    assert any("SECONDARY" in note and "lost" in note for note in done["lines"][0]["notes"])


def test_statistics_of_the_guided_tool_change_nothing(unchanged: Path) -> None:
    assert answer(unchanged, FIX, "--statistics")["groups"] == GROUPS


def test_the_guide_needs_a_terminal_and_prints_its_object_all_the_same(unchanged: Path) -> None:
    result = run(unchanged, FIX, "--json")
    told = answer(unchanged, FIX, code=3)

    assert "--all" in result.stderr
    assert (told["operation"], told["op_id"], told["applied"], told["lines"]) == ("clear-sessions", None, 0, [])


@pytest.mark.parametrize("command", [CLEAR, FIX])
def test_a_scope_is_given_in_one_way_only(unchanged: Path, command: str) -> None:
    complaint(run(unchanged, command, "--all", "--army-no", "T-FINE", "--yes"), code=2)
    complaint(run(unchanged, command, "--trade", "TTC", "--army-no", "T-FINE", "--yes"), code=2)


def test_an_unknown_paper_type_is_a_usage_problem(unchanged: Path) -> None:
    assert run(unchanged, CLEAR, "--all", "--paper-type", "BOTH", "--yes").exit_code == 2
