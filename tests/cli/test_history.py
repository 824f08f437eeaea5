"""``history``: what was done, newest first, with every session that was cleared and its questions."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from tests import raw
from tests.cli.runs import STRANGER, answer, run

KEYS = {"op_id", "operation", "at", "person", "reason", "applied", "refused", "lines", "sessions"}


def _questions(file: Path, session_id: int) -> list[int]:
    rows = raw.query(
        file, 'SELECT question_id FROM questions_examquestion WHERE session_id = ? ORDER BY "order"', [session_id]
    )
    return [id_ for (id_,) in rows]


def test_an_operation_is_listed_with_the_sessions_it_cleared_and_their_questions(portal_file: Path) -> None:
    questions = _questions(portal_file, 1)
    done = answer(portal_file, "reset-slots", "--army-no", "T-STUCK", "--army-no", "T-DONE", "--yes", "--reason", "PC")

    [record] = answer(portal_file, "history")

    assert record.keys() >= KEYS
    assert (record["op_id"], record["operation"], record["reason"]) == (done["op_id"], "reset-slots", "PC")
    assert (record["applied"], record["refused"]) == (1, 1)
    [cleared] = record["sessions"]
    assert (cleared["id"], cleared["army_no"], cleared["paper"], cleared["set"]) == (1, "T-STUCK", "PRIMARY", "C")
    assert len(questions) == 43
    assert cleared["questions"] == questions


def test_the_lines_are_those_that_the_operation_printed(portal_file: Path) -> None:
    switch = ("activate-set", "--paper", "PRIMARY", "--set", "C", "--all-trades", "--yes")
    done = answer(portal_file, *switch)

    assert answer(portal_file, "history")[0]["lines"] == done["lines"]


def test_the_newest_operation_comes_first(portal_file: Path) -> None:
    for command in ("reset-slots", "assign-slots", "reassign-slots"):
        answer(portal_file, command, "--army-no", "T-STUCK", "--yes")

    records = answer(portal_file, "history")

    assert [one["operation"] for one in records] == ["reassign-slots", "assign-slots", "reset-slots"]
    times = [datetime.fromisoformat(one["at"]) for one in records]
    assert times == sorted(times, reverse=True)
    assert all(one["at"].endswith("Z") for one in records)
    assert all(one["person"] and one["reason"] is None for one in records)


def test_what_was_not_applied_is_not_in_the_history(unchanged: Path) -> None:
    answer(unchanged, "reset-slots", "--army-no", "T-NONE", "--yes", code=3)
    answer(unchanged, "reset-slots", "--army-no", "T-STUCK", "--dry-run")
    run(unchanged, "reset-slots", "--army-no", "T-STUCK")

    assert answer(unchanged, "history") == []


def test_a_session_without_a_candidate_is_listed_without_a_number(stranger_file: Path) -> None:
    answer(stranger_file, "fix-stuck-sessions", "--all", "--yes")

    sessions = answer(stranger_file, "history")[0]["sessions"]

    [his] = [one for one in sessions if one["id"] == 8]
    assert (his["army_no"], his["name"], his["trade"]) == (None, STRANGER, "TTC")
    assert len(his["questions"]) == 43


def test_the_history_keeps_what_the_portal_has_forgotten(portal_file: Path) -> None:
    answer(portal_file, "reset-slots", "--army-no", "T-STUCK", "--yes")
    raw.change(portal_file, "DELETE FROM registration_candidateprofile WHERE army_no = 'T-STUCK'")

    [record] = answer(portal_file, "history")

    assert (record["sessions"][0]["army_no"], record["sessions"][0]["name"]) == ("T-STUCK", "Ramesh Kumar")


def test_the_candidates_last_action_is_told(portal_file: Path) -> None:
    done = answer(portal_file, "reset-slots", "--army-no", "T-STUCK", "--yes")

    last = answer(portal_file, "candidate", "T-STUCK")["last_action"]

    assert (last["op_id"], last["operation"]) == (done["op_id"], "reset-slots")
    assert answer(portal_file, "candidate", "T-FINE")["last_action"] is None
