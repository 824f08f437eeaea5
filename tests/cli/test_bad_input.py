"""Numbers, names and texts that are wrong, strange or hostile."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import raw
from tests.cli.runs import answer, backups, complaint, process, run

STRANGE = {
    "sql": "T-STUCK' OR '1'='1",
    "sql comment": "'; DELETE FROM questions_examsession; --",
    "like": "T-%",
    "quotes": "\"'`",
    "hindi": "देवेंद्र सिंह",
    "long": "9" * 10_000,
    "blank": "   ",
    "empty": "",
    "braces": "{army_nos}",
}


@pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE.keys())
@pytest.mark.parametrize("command", ["reset-slots", "fix-stuck-sessions"])
def test_a_strange_army_number_is_an_unknown_one(unchanged: Path, command: str, text: str) -> None:
    told = complaint(run(unchanged, command, "--army-no", text, "--yes", "--json"), code=2)

    assert len(told) < 400
    assert text.strip()[:50] in told


@pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE.keys())
def test_a_strange_trade_is_an_unknown_one(unchanged: Path, text: str) -> None:
    told = complaint(run(unchanged, "reset-slots", "--trade", text, "--yes", "--json"), code=2)

    assert len(told) < 400
    assert "TTC" in told


@pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE.keys())
def test_a_strange_search_finds_nothing_or_everything_but_never_fails(unchanged: Path, text: str) -> None:
    found = answer(unchanged, "candidates", "--search", text)

    assert len(found) == (9 if not text.strip() else 1 if text == STRANGE["hindi"] else 0)


@pytest.mark.parametrize("text", [STRANGE["quotes"], STRANGE["hindi"], STRANGE["sql comment"], "x" * 10_000])
def test_a_reason_is_kept_word_for_word(portal_file: Path, text: str) -> None:
    answer(portal_file, "reset-slots", "--army-no", "T-STUCK", "--yes", "--reason", text)

    [record] = answer(portal_file, "history")
    assert record["reason"] == text


@pytest.mark.parametrize("text", ['O\'Brien "Bob"', "देवेंद्र सिंह", "N" * 10_000, "a\tb\nc"])
def test_a_strange_name_is_shown_and_archived_as_it_is(portal_file: Path, text: str) -> None:
    raw.change(
        portal_file, "UPDATE registration_candidateprofile SET name = ? WHERE army_no = 'T-STUCK'", values=(text,)
    )

    assert answer(portal_file, "candidate", "T-STUCK")["name"] == text
    answer(portal_file, "reset-slots", "--army-no", "T-STUCK", "--yes")
    assert run(portal_file, "candidates").exit_code == 0

    [record] = answer(portal_file, "history")
    assert record["lines"][0]["army_no"] == "T-STUCK"


def test_a_blank_number_is_an_unknown_one(unchanged: Path) -> None:
    complaint(run(unchanged, "reset-slots", "--army-no", "", "--army-no", "T-FINE", "--yes", "--json"), code=2)


def test_one_unknown_number_among_many_stops_all(unchanged: Path) -> None:
    numbers = [part for number in ("T-STUCK", "T-FINE", "T-NOBODY", "T-SLOT") for part in ("--army-no", number)]

    told = complaint(run(unchanged, "reset-slots", *numbers, "--yes", "--json"), code=2)

    assert "T-NOBODY" in told
    assert "T-FINE" not in told


def test_an_unknown_number_stops_a_dry_run_too(unchanged: Path) -> None:
    complaint(run(unchanged, "reset-slots", "--army-no", "T-NOBODY", "--dry-run", "--json"), code=2)


def test_numbers_are_trimmed_their_case_is_ignored_and_a_repeated_one_counts_once(portal_file: Path) -> None:
    numbers = [part for number in ("T-STUCK", " t-stuck ", "t-Stuck") for part in ("--army-no", number)]

    done = answer(portal_file, "reset-slots", *numbers, "--yes")

    assert [line["army_no"] for line in done["lines"]] == ["T-STUCK"]
    assert done["applied"] == 1


@pytest.mark.parametrize("number", ["T-STUCK", "t-Stuck", "t-stuck"])
def test_two_numbers_that_differ_only_in_case_are_listed_and_none_is_chosen(twins_file: Path, number: str) -> None:
    before = raw.digest(twins_file)

    told = complaint(run(twins_file, "reset-slots", "--army-no", number, "--yes", "--json"), code=2)

    assert "T-STUCK" in told
    assert "t-Stuck" in told
    assert raw.digest(twins_file) == before
    complaint(run(twins_file, "candidate", number), code=2)


def test_text_in_another_encoding_is_a_usage_problem(bare_file: Path) -> None:
    before = raw.digest(bare_file)
    latin = "caf\udce9"  # How Python gives the byte E9 of a terminal that is not set up for UTF-8.

    told = process("--db", str(bare_file), "reset-slots", "--army-no", "T-STUCK", "--reason", latin, "--yes", "--json")

    assert (told.returncode, told.stdout) == (2, "")
    assert "UTF-8" in told.stderr
    assert len(told.stderr.splitlines()) == 1
    assert (raw.digest(bare_file), backups()) == (before, [])


def test_a_name_in_hindi_is_printed_on_a_terminal_set_up_for_ascii(unchanged: Path) -> None:
    told = process("--db", str(unchanged), "candidates", PYTHONIOENCODING="ascii", LC_ALL="C", PYTHONUTF8="0")

    assert told.returncode == 0, told.stderr
    assert "T-LOST" in told.stdout
