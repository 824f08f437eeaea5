"""``activate-set``: what it prints, whom it touches, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import raw
from tests.cli.runs import STRANGER, answer, complaint, incomplete, run

TO_A = ("activate-set", "--paper", "PRIMARY", "--set", "A")
COUNTS = ("applied", "refused", "cleared_sessions", "ended_logins")


def _active(file: Path) -> dict[str, tuple[str, str]]:
    rows = raw.query(
        file,
        "SELECT t.code, a.active_primary_set, a.active_secondary_set FROM questions_activatesets a"
        " JOIN reference_trade t ON t.id = a.trade_id",
    )
    return {code: (primary, secondary) for code, primary, secondary in rows}


def test_a_switch_has_a_line_for_the_trade_and_one_for_each_cleared_candidate(portal_file: Path) -> None:
    done = answer(portal_file, *TO_A, "--trade", "TTC", "--yes", "--reason", "leak")

    assert (done["operation"], done["operator_reason"]) == ("activate-set", "leak")
    assert [done[count] for count in COUNTS] == [1, 0, 3, 3]
    trade, *candidates = done["lines"]
    assert (trade["trade"], trade["outcome"], trade["reason"], trade["cleared"]) == ("TTC", "applied", None, [])
    assert "army_no" not in trade
    assert {line["army_no"]: line["cleared"] for line in candidates} == {"T-FINE": [2], "T-MOVED": [7], "T-STUCK": [1]}
    assert all(line["outcome"] == "applied" and "trade" not in line for line in candidates)


def test_a_switch_leaves_the_other_paper_and_other_trades_alone(portal_file: Path) -> None:
    answer(portal_file, *TO_A, "--trade", "TTC", "--yes")

    assert _active(portal_file) == {"TTC": ("A", "A"), "OCC": ("A", "A"), "Musician": ("A", "A")}
    assert incomplete(portal_file) == [6]


def test_a_session_on_the_new_set_is_spared(portal_file: Path) -> None:
    done = answer(portal_file, "activate-set", "--paper", "PRIMARY", "--set", "C", "--trade", "TTC", "--yes")

    assert 1 not in {id_ for line in done["lines"] for id_ in line["cleared"]}
    assert 1 in incomplete(portal_file)


def test_a_candidate_without_a_profile_has_no_army_number_but_a_username(stranger_file: Path) -> None:
    done = answer(stranger_file, *TO_A, "--trade", "TTC", "--yes")

    [line] = [line for line in done["lines"] if line.get("username") == STRANGER]
    assert line["army_no"] is None
    assert line["cleared"] == [8]


def test_a_small_letter_means_the_capital_one(portal_file: Path) -> None:
    done = answer(portal_file, "activate-set", "--paper", "PRIMARY", "--set", "c", "--trade", "TTC", "--yes")

    assert done["applied"] == 1
    assert _active(portal_file)["TTC"] == ("C", "A")


@pytest.mark.parametrize("trade", ["ttc", "  TTC ", "Ttc", "TTC"])
def test_a_trade_is_found_without_case_and_blanks(unchanged: Path, trade: str) -> None:
    done = answer(unchanged, *TO_A, "--trade", trade, "--dry-run")

    assert done["lines"][0]["trade"] == "TTC"


def test_a_trade_is_found_by_its_name_with_repeated_blanks(portal_file: Path) -> None:
    raw.change(portal_file, "UPDATE reference_trade SET name = 'Telegraph  Technician  Cipher' WHERE code = 'TTC'")

    done = answer(portal_file, *TO_A, "--trade", "telegraph technician   CIPHER", "--dry-run")

    assert done["lines"][0]["trade"] == "TTC"


def test_a_trade_given_twice_counts_once(unchanged: Path) -> None:
    done = answer(unchanged, *TO_A, "--trade", "TTC", "--trade", "ttc", "--dry-run")

    assert [line["trade"] for line in done["lines"] if "trade" in line] == ["TTC"]


def test_two_trades_that_a_name_fits_are_listed_and_none_is_chosen(portal_file: Path) -> None:
    raw.change(portal_file, "UPDATE reference_trade SET name = 'ttc' WHERE code = 'OCC'")

    told = complaint(run(portal_file, *TO_A, "--trade", "TTC", "--yes"), code=2)

    assert "TTC" in told
    assert "OCC" in told


@pytest.mark.parametrize("how", ["--yes", "--dry-run"])
def test_a_letter_without_questions_prints_the_object_and_exits_with_3(unchanged: Path, how: str) -> None:
    done = answer(unchanged, "activate-set", "--paper", "PRIMARY", "--set", "Z", "--trade", "TTC", how, code=3)

    assert (done["op_id"], [done[count] for count in COUNTS]) == (None, [0, 1, 0, 0])
    [line] = done["lines"]
    assert (line["trade"], line["outcome"]) == ("TTC", "refused")
    assert "no active questions" in line["reason"]
    assert any("still writing" in note for note in line["notes"])


def test_for_all_trades_those_without_the_set_are_named_and_the_rest_is_switched(portal_file: Path) -> None:
    done = answer(portal_file, "activate-set", "--paper", "PRIMARY", "--set", "C", "--all-trades", "--yes")

    outcomes = {line["trade"]: line["outcome"] for line in done["lines"] if "trade" in line}
    assert outcomes == {"TTC": "applied", "OCC": "refused", "Musician": "refused"}
    assert (done["applied"], done["refused"]) == (1, 2)
    assert _active(portal_file)["OCC"] == ("A", "A")


def test_too_few_questions_are_refused_and_yes_does_not_override_that(unchanged: Path) -> None:
    done = answer(unchanged, "activate-set", "--paper", "PRIMARY", "--set", "B", "--trade", "TTC", "--yes", code=3)

    assert "too few" in done["lines"][0]["reason"]
    assert "F 2 of 10" in done["lines"][0]["reason"]


def test_allow_too_few_lets_the_set_through_and_notes_it(portal_file: Path) -> None:
    switch = ("activate-set", "--paper", "PRIMARY", "--set", "B", "--trade", "TTC", "--allow-too-few")

    done = answer(portal_file, *switch, "--yes")

    assert done["applied"] == 1
    assert any("F 2 of 10" in note for note in done["lines"][0]["notes"])
    assert _active(portal_file)["TTC"] == ("B", "A")


def test_allow_too_few_does_not_let_an_empty_set_through(unchanged: Path) -> None:
    switch = ("activate-set", "--paper", "PRIMARY", "--set", "Z", "--trade", "TTC", "--allow-too-few")

    assert answer(unchanged, *switch, "--yes", code=3)["applied"] == 0


def test_the_same_switch_a_second_time_clears_nobody(portal_file: Path) -> None:
    switch = (*TO_A, "--trade", "TTC", "--yes")
    answer(portal_file, *switch)
    before = raw.query(portal_file, "SELECT * FROM questions_examsession")

    again = answer(portal_file, *switch)

    assert (again["cleared_sessions"], again["ended_logins"]) == (0, 0)
    assert raw.query(portal_file, "SELECT * FROM questions_examsession") == before


@pytest.mark.parametrize(
    "letter", ["", "1", "AB", "Ä", "ı", "ſ", "क", "'; DROP TABLE questions_activatesets; --", "A" * 10_000]
)
def test_what_is_not_a_letter_a_to_z_is_a_usage_problem(unchanged: Path, letter: str) -> None:
    result = run(unchanged, "activate-set", "--paper", "PRIMARY", "--set", letter, "--trade", "TTC", "--yes", "--json")

    told = complaint(result, code=2)
    assert "A to Z" in told
    assert len(told) < 300


def test_trades_must_be_said_in_one_way(unchanged: Path) -> None:
    complaint(run(unchanged, *TO_A, "--yes"), code=2)
    complaint(run(unchanged, *TO_A, "--trade", "TTC", "--all-trades", "--yes"), code=2)


def test_one_unknown_trade_among_several_stops_all(unchanged: Path) -> None:
    told = complaint(run(unchanged, *TO_A, "--trade", "TTC", "--trade", "COOK", "--yes", "--json"), code=2)

    assert "COOK" in told


def test_an_unknown_paper_is_a_usage_problem(unchanged: Path) -> None:
    result = run(unchanged, "activate-set", "--paper", "TERTIARY", "--set", "A", "--all-trades", "--yes")

    assert result.exit_code == 2
    assert "TERTIARY" in result.stderr


def test_a_candidate_who_is_named_finishes_on_the_old_set(portal_file: Path) -> None:
    done = answer(portal_file, *TO_A, "--trade", "TTC", "--let-finish", "T-FINE", "--let-finish", "T-NONE", "--yes")

    lines = {line.get("army_no"): line for line in done["lines"]}
    assert (lines["T-FINE"]["accepted"], lines["T-FINE"]["cleared"]) == ([2], [])
    assert lines["T-FINE"]["notes"] == ["Finishes PRIMARY on set E."]
    assert (lines["T-NONE"]["outcome"], lines["T-STUCK"]["cleared"]) == ("refused", [1])
    assert 2 in incomplete(portal_file)
    assert 2 not in {row["id"] for row in answer(portal_file, "sessions", "--stuck")}


def test_whoever_has_little_time_left_finishes_on_the_old_set(portal_file: Path) -> None:
    less, more = (
        answer(portal_file, *TO_A, "--trade", "TTC", "--let-finish-under", minutes, "--dry-run")
        for minutes in ("1", "600")
    )
    assert [done["cleared_sessions"] for done in (less, more)] == [3, 0]
    assert sorted(id_ for line in more["lines"] for id_ in line["accepted"]) == [1, 2, 7]


@pytest.mark.parametrize("minutes", ["0", "-5", "601", "soon"])
def test_minutes_that_are_none_spare_nobody_and_switch_nothing(portal_file: Path, minutes: str) -> None:
    before = _active(portal_file)
    result = run(portal_file, *TO_A, "--trade", "TTC", "--let-finish-under", minutes, "--yes")
    assert result.exit_code == 2
    assert result.stderr
    assert _active(portal_file) == before


def test_a_number_that_is_unknown_spares_nobody_and_switches_nothing(portal_file: Path) -> None:
    before = _active(portal_file)
    result = run(portal_file, *TO_A, "--trade", "TTC", "--let-finish", "NOBODY", "--yes")
    assert "NOBODY" in complaint(result, code=2)
    assert _active(portal_file) == before
