"""``history``: what was done, newest first, with every session that was cleared and its questions."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from tests import raw
from tests.cli.runs import STRANGER, answer, complaint, process, run

RESET = ("reset-slots", "--army-no", "T-STUCK", "--yes")
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


def test_a_sentence_of_a_newer_version_is_told_in_json_and_does_not_stop_the_slip(
    portal_file: Path, tmp_path: Path
) -> None:
    pytest.importorskip("PySide6.QtWidgets", exc_type=ImportError)
    done = answer(portal_file, "reset-slots", "--army-no", "T-STUCK", "--army-no", "T-NONE", "--yes")
    newer = "replace(body, 'refused_nothing_to_reset', 'of-tomorrow.refused')"
    raw.change(portal_file, f"UPDATE desktop_admin_operation SET body = {newer}")

    [record] = answer(portal_file, "history")

    told = "A sentence that this version of the program does not know (of-tomorrow.refused)."
    assert [line["reason"] for line in record["lines"] if line["reason"]] == [told]
    slip = process("--db", str(portal_file), "report", "slip", done["op_id"], str(tmp_path / "slip.pdf"))
    assert (slip.returncode, slip.stderr) == (0, "")


def operations(file: Path, *narrowed: str) -> list[str]:
    return [one["operation"] for one in answer(file, "history", *narrowed)]


def test_the_history_is_narrowed(portal_file: Path) -> None:
    answer(portal_file, *RESET)
    answer(portal_file, "sign-out", "--army-no", "T-FINE", "--yes")
    raw.change(portal_file, "UPDATE desktop_admin_operation SET at = '2020-01-01 06:30:00' WHERE seq = 1")
    assert operations(portal_file, "--operation", "sign-out") == ["sign-out"]
    assert operations(portal_file, "--person", "nobody") == []
    assert operations(portal_file, "--limit", "1") == ["sign-out"]
    assert operations(portal_file, "--since", "00:00") == ["sign-out"]
    # 12:00 in the portal's zone.
    assert operations(portal_file, "--until", "2020-01-01T12:00") == ["reset-slots"]
    assert operations(portal_file, "--until", "2020-01-01T11:59") == []
    assert "The newest 1 of 2." in run(portal_file, "history", "--limit", "1").stderr
    for wrong in ("yesterday", "0001-01-01", "9999-12-31T23:59:59-05:00", "0001-01-01T00:00+05:00"):
        assert "not a time" in complaint(run(portal_file, "history", "--since", wrong), code=2)


def test_one_operation_is_opened(portal_file: Path) -> None:
    done = answer(portal_file, *RESET)
    answer(portal_file, "sign-out", "--army-no", "T-FINE", "--yes")
    undone = answer(portal_file, "undo", done["op_id"], "--yes")

    record = answer(portal_file, "history", done["op_id"])

    assert (record["op_id"], record["undone_by"], record["released_by"]) == (done["op_id"], undone["op_id"], None)
    (cleared,) = record["sessions"]
    assert cleared["restored_by"] == undone["op_id"]
    assert cleared["started_at"].endswith("Z")
    shown = run(portal_file, "history", done["op_id"]).stdout
    assert [part for part in ("T-STUCK Ramesh Kumar", undone["op_id"], "PRIMARY", "43") if part not in shown] == []
    assert "no operation" in complaint(run(portal_file, "history", "nothing"), code=2)


def test_who_released_and_a_wrong_clock_are_told_where_they_are(portal_file: Path) -> None:
    done = answer(portal_file, *RESET)
    plain = run(portal_file, "history").stdout
    assert ("Released by" in plain, "▲" in plain) == (False, False)
    change = "UPDATE desktop_admin_operation SET released_by = 'Major Rao', desk_at = '2020-01-01 06:30:00'"
    raw.change(portal_file, change)
    told = run(portal_file, "history").stdout
    assert [part for part in ("Released by", "Major Rao", "▲") if part not in told] == []
    record = answer(portal_file, "history", done["op_id"])
    assert (record["released_by"], record["desk_at"]) == ("Major Rao", "2020-01-01T06:30:00Z")
    assert "clock differed" in record["notes"][0]


def test_the_beginning_of_an_id_is_enough_where_no_other_begins_so(portal_file: Path) -> None:
    for army_no in ("T-STUCK", "T-SLOT"):
        answer(portal_file, "reset-slots", "--army-no", army_no, "--yes")
    newest, oldest = answer(portal_file, "history")
    assert answer(portal_file, "history", oldest["op_id"][:8])["op_id"] == oldest["op_id"]
    assert answer(portal_file, "undo", newest["op_id"][:8], "--dry-run")["applied"] == 1
    raw.change(portal_file, "UPDATE desktop_admin_operation SET op_id = 'same-' || seq")
    told = complaint(run(portal_file, "undo", "same", "--yes"), code=2)
    assert "same-1" in told
    assert "same-2" in told
    for no_id in ("sam", "s%", "%%%%", "none-such"):
        assert "same-" not in complaint(run(portal_file, "undo", no_id, "--yes"), code=2)
    assert len(answer(portal_file, "history")) == 2
    incident = ("incident", "--category", "power", "--text", "Dark", "--op")
    assert "same-1" in complaint(run(portal_file, *incident, "same-"), code=2)
    assert run(portal_file, *incident, "same-1").exit_code == 0
