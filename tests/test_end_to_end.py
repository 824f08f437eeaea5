"""The main job from end to end, told as it happens at the desk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop_admin import settings
from tests import raw
from tests.cli.runs import answer, backups, process, run, without_own_tables
from tests.qt import NO_QT

STUCK = """
    SELECT p.army_no, s.id FROM questions_examsession s
    JOIN registration_candidateprofile p ON p.user_id = s.user_id
    JOIN questions_activatesets a ON a.trade_id = p.trade_id
    JOIN questions_questionpaper q ON q.id = s.paper_id
    WHERE s.completed_at IS NULL AND EXISTS (
        SELECT * FROM questions_examquestion e JOIN questions_question n ON n.id = e.question_id
        WHERE e.session_id = s.id AND (
            n.question_set <> CASE q.question_paper WHEN 'PRIMARY' THEN a.active_primary_set
                                                    ELSE a.active_secondary_set END
            OR NOT n.is_common AND n.trade_id <> p.trade_id))
    ORDER BY s.id
"""


def test_a_morning_at_the_desk_on_the_portals_own_database(sample_file: Path) -> None:
    # In the morning the supervisor looks who is stuck; the hand-written query says the same.
    stuck = answer(sample_file, "sessions", "--stuck")
    assert sorted((one["army_no"], one["id"]) for one in stuck) == sorted(raw.query(sample_file, STUCK))
    assert len(stuck) == 8

    # The first of them would get yesterday's questions again.
    his = stuck[0]
    before = answer(sample_file, "candidate", his["army_no"])["would_get"]
    assert (before["action"], before["session_id"]) == ("resume", his["id"])

    # A look at what a reset would do changes nothing.
    untouched = raw.digest(sample_file)
    reset = ("reset-slots", "--army-no", his["army_no"].lower(), "--reason", "stuck on an old set")
    assert answer(sample_file, *reset, "--dry-run")["cleared_sessions"] == 1
    assert raw.digest(sample_file) == untouched

    # The reset clears his session, after a back-up, and he needs a slot again.
    done = answer(sample_file, *reset, "--yes")
    assert [line["cleared"] for line in done["lines"]] == [[his["id"]]]
    assert len(backups()) == 1
    after = answer(sample_file, "candidate", his["army_no"])
    assert (after["slot"]["state"], after["would_get"]["action"]) == ("none", "refused")

    # With a slot he starts afresh, on the active set.
    answer(sample_file, "reassign-slots", "--army-no", his["army_no"], "--yes")
    fresh = answer(sample_file, "candidate", his["army_no"])["would_get"]
    assert (fresh["action"], fresh["set"], fresh["session_id"]) == ("start", his["active_set"], None)

    # A set is switched. The incomplete sessions of the trade and paper that hold another set go, and no others.
    running = answer(sample_file, "sessions", "--incomplete")
    moved = {one["id"] for one in running if "OCC" in (one["trade"], *one["sets"][0].split()[:1])}
    expected = {
        one["id"] for one in running if one["id"] in moved and one["paper"] == "PRIMARY" and one["sets"] != ["B"]
    }
    switch = answer(sample_file, "activate-set", "--paper", "PRIMARY", "--set", "B", "--trade", "occ", "--yes")
    assert {id_ for line in switch["lines"] for id_ in line["cleared"]} == expected
    assert {one["id"] for one in answer(sample_file, "sessions", "--incomplete")} == {
        one["id"] for one in running
    } - expected

    # What is left is cured at one stroke.
    answer(sample_file, "fix-stuck-sessions", "--all", "--yes")
    assert answer(sample_file, "sessions", "--stuck") == []
    assert raw.query(sample_file, STUCK) == []

    # The history tells it all, newest first, each cleared session with its questions.
    history = answer(sample_file, "history")
    done = [one["operation"] for one in history]
    assert done == ["clear-sessions", "activate-set", "reassign-slots", "reset-slots", "prepare"]
    assert history[3]["reason"] == "stuck on an old set"
    cleared = [session for one in history for session in one["sessions"]]
    assert all(len(session["questions"]) in (43, 54) for session in cleared)
    assert raw.query(sample_file, "PRAGMA foreign_key_check") == []


def test_a_person_in_front_of_a_new_desk_can_try_it_all_by_hand(portal_file: Path) -> None:
    portal = without_own_tables(portal_file)

    # As processes, in the form that people type.
    def desk(*arguments: str) -> str:
        told = process("--db", str(portal), *arguments)
        assert told.returncode == 0, told.stderr
        return told.stdout

    assert "T-STUCK" in desk("sessions", "--stuck")
    assert "clears session 1" in desk("reassign-slots", "--army-no", "T-STUCK", "--yes", "--reason", "PC failed")
    assert "Would get now: start PRIMARY, set E" in desk("candidate", "T-STUCK")
    assert json.loads(desk("history", "--json"))[0]["reason"] == "PC failed"


def test_the_self_check_leaves_the_desk_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))

    assert run(None, "self-check").exit_code == 0
    assert list(scratch.iterdir()) == []


# What README promises of the demo is run with every check; here it is looked at what it says.
@pytest.mark.long
def test_the_demo_plays_in_the_terminal_and_saves_a_picture_of_every_pane(tmp_path: Path) -> None:
    told = process("demo", TMPDIR=str(tmp_path), QT_QPA_PLATFORM="offscreen", LANG="C.UTF-8")

    assert told.returncode == 0, told.stderr
    assert "Stuck sessions: 12" in told.stdout
    assert "Traceback" not in told.stderr
    scenes = [line for line in told.stdout.splitlines() if line.startswith("—")]
    assert len(scenes) == 5
    pictures = list(settings.data_folder().rglob("*.png"))
    assert (len(pictures) >= 4 and all(one.stat().st_size > 5_000 for one in pictures)) or (NO_QT and not pictures)
