"""What people read: aligned tables, plain sentences, times in the portal's zone."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

from tests import raw
from tests.cli.runs import at_terminal, run

LISTS = [
    ("sessions",), ("sessions", "--stuck"), ("candidates",), ("sets",), ("clear-incomplete-sessions",),
]  # fmt: skip


def _columns(line: str) -> list[int]:
    """Where each column begins on the screen: after two blanks or more, signs without a width left out."""
    seen = "".join(sign for sign in line if unicodedata.category(sign) not in ("Mn", "Me", "Cf"))
    return [0] + [found.end() for found in re.finditer(r" {2,}(?=\S)", seen)]


@pytest.mark.parametrize("command", LISTS, ids=" ".join)
def test_the_columns_of_a_list_stand_under_their_headings(unchanged: Path, command: tuple[str, ...]) -> None:
    heading, *rows = run(unchanged, *command).stdout.splitlines()

    assert rows
    for row in rows:
        assert _columns(row) == _columns(heading)[: len(_columns(row))], row


def test_a_list_with_nothing_in_it_says_so(bare_file: Path) -> None:
    assert run(bare_file, "history").stdout == "The history has nothing that matches what was asked for.\n"
    assert "There is no closed day to list." in run(bare_file, "closings").stdout
    assert "There is no incident" in run(bare_file, "incidents").stdout


@pytest.mark.parametrize("name", ["N" * 10_000, "two\nlines", "a\ttab", "two\r\nlines"])
@pytest.mark.parametrize("command", ["candidates", "sessions", "findings", "reset-slots --all --dry-run"])
def test_a_strange_name_does_not_break_the_list(portal_file: Path, command: str, name: str) -> None:
    raw.change(
        portal_file, "UPDATE registration_candidateprofile SET name = ? WHERE army_no = 'T-STUCK'", values=(name,)
    )

    lines = run(portal_file, *command.split()).stdout.splitlines()

    assert [line for line in lines if "T-STUCK" in line]
    assert all(len(line) < 400 for line in lines)
    assert not [line for line in lines if line.startswith("lines") or "\t" in line]


def test_a_name_cannot_steer_the_terminal(portal_file: Path) -> None:
    name = "\x1b[31mred\x07"
    raw.change(
        portal_file, "UPDATE registration_candidateprofile SET name = ? WHERE army_no = 'T-STUCK'", values=(name,)
    )

    for command in (["candidates"], ["reset-slots", "--army-no", "T-STUCK", "--dry-run"]):
        _, screen = at_terminal("--db", str(portal_file), *command, answers=[])

        assert "red" in screen
        assert not set(screen) & {"\x1b", "\x07"}


def test_times_are_in_the_portals_zone(unchanged: Path) -> None:
    raw_started = raw.query(unchanged, "SELECT started_at FROM questions_examsession WHERE id = 1")
    assert raw_started

    told = run(unchanged, "sessions", "--stuck").stdout

    [[hour, minute]] = re.findall(r" (\d\d):(\d\d)", str(raw_started[0][0]))[:1]
    indian = (int(hour) * 60 + int(minute) + 330) % 1440
    assert f" {indian // 60:02}:{indian % 60:02}" in told


def test_a_candidate_is_told_in_words(unchanged: Path) -> None:
    told = run(unchanged, "candidate", "T-STUCK").stdout

    assert "Ramesh Kumar" in told
    assert "Stuck: The incomplete session is on set C, the active set is E." in told
    assert "Would get now: resume PRIMARY, set C, 43 questions, 180 minutes" in told
    assert "Clear this session." in told


def test_a_candidate_who_gets_nothing_is_told_why(unchanged: Path) -> None:
    assert "Would get now: refused. The candidate has no slot." in run(unchanged, "candidate", "T-NONE").stdout


def test_a_plan_names_each_candidate_and_what_happens_on_his_screen(unchanged: Path) -> None:
    result = run(unchanged, "reset-slots", "--army-no", "T-STUCK", "--army-no", "T-DONE", "--dry-run")

    assert "T-STUCK Ramesh Kumar" in result.stdout
    assert "session 1" in result.stdout
    assert "T-DONE P. Das: All papers are completed." in result.stdout
    assert "On the candidate's screen" in result.stdout


def test_a_switch_names_the_trades_and_the_candidates(portal_file: Path) -> None:
    told = run(portal_file, "activate-set", "--paper", "PRIMARY", "--set", "A", "--trade", "TTC", "--yes").stdout

    assert "TTC PRIMARY → A" in told
    assert "T-STUCK Ramesh Kumar" in told


def test_the_check_is_told_in_words(unchanged: Path) -> None:
    told = run(unchanged, "check").stdout

    assert str(unchanged) in told
    assert "2 stuck, 2 running (of which accepted on another set: 0), 3 finished" in told


def test_the_self_check_is_told_step_by_step() -> None:
    told = run(None, "self-check").stdout.splitlines()

    assert [line[:4] for line in told] == [f"✓ {number}." for number in range(1, 8)]
    assert "set E" in told[-1]


def test_the_history_is_told_in_a_table(portal_file: Path) -> None:
    run(portal_file, "reset-slots", "--army-no", "T-STUCK", "--yes", "--reason", "PC failed")

    heading, row = run(portal_file, "history").stdout.splitlines()

    assert heading.split()[:3] == ["No.", "When", "What"]
    assert "Reset slot" in row
    assert "PC failed" in row


def test_a_session_without_questions_is_told_in_words(portal_file: Path) -> None:
    raw.change(portal_file, "DELETE FROM questions_examquestion WHERE session_id = 1")

    [gets] = [line for line in run(portal_file, "candidate", "T-STUCK").stdout.splitlines() if "Would get" in line]
    [ttc] = [line for line in run(portal_file, "sets").stdout.splitlines() if line.startswith("TTC")]

    assert "None" not in gets
    assert "1 without questions" in ttc
