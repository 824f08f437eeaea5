"""The slot commands: what they print, with which exit code they end, and what they leave alone."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from tests import raw
from tests.cli.runs import answer, backups, complaint, incomplete, own_tables, run

KEYS = {
    "operation", "op_id", "dry_run", "operator_reason", "applied", "refused", "cleared_sessions", "ended_logins",
    "lines", "findings",
}  # fmt: skip
LINE = {"army_no", "outcome", "reason", "notes", "cleared"}
EACH_WRITE = [
    ("assign-slots", "T-NONE"),
    ("reset-slots", "T-STUCK"),
    ("reassign-slots", "T-STUCK"),
    ("sign-out", "T-STUCK"),
    ("clear-incomplete-sessions", "T-STUCK"),
    ("fix-stuck-sessions", "T-STUCK"),
]


def test_a_write_prints_one_object_of_the_agreed_shape(portal_file: Path) -> None:
    done = answer(portal_file, "reset-slots", "--army-no", "T-STUCK", "--yes", "--reason", "PC failed")

    assert done.keys() >= KEYS
    assert (done["operation"], done["dry_run"], done["operator_reason"]) == ("reset-slots", False, "PC failed")
    assert str(uuid.UUID(done["op_id"])) == done["op_id"]
    assert [done[count] for count in ("applied", "refused", "cleared_sessions", "ended_logins")] == [1, 0, 1, 1]
    [line] = done["lines"]
    assert line.keys() >= LINE
    assert (line["army_no"], line["outcome"], line["reason"]) == ("T-STUCK", "applied", None)
    assert (line["notes"], line["cleared"]) == ([], [1])


@pytest.mark.parametrize(("command", "army_no"), EACH_WRITE)
def test_each_write_is_applied_recorded_and_exits_with_0(portal_file: Path, command: str, army_no: str) -> None:
    done = answer(portal_file, command, "--army-no", army_no, "--yes")

    assert (done["applied"], done["refused"], done["operator_reason"]) == (1, 0, None)
    recorded = raw.query(portal_file, "SELECT op_id, operation FROM desktop_admin_operation")
    assert recorded == [(done["op_id"], done["operation"])]


@pytest.mark.parametrize(("command", "army_no"), EACH_WRITE)
def test_a_dry_run_tells_the_same_needs_no_yes_and_changes_not_a_byte(
    portal_file: Path, command: str, army_no: str
) -> None:
    before = (raw.digest(portal_file), raw.folder(portal_file))
    dry = answer(portal_file, command, "--army-no", army_no, "--dry-run", "--reason", "only looking")
    assert (raw.digest(portal_file), raw.folder(portal_file)) == before

    real = answer(portal_file, command, "--army-no", army_no, "--yes", "--reason", "only looking")

    assert (dry["dry_run"], dry["op_id"]) == (True, None)
    assert real["op_id"] is not None
    # What is stuck is told as it is now, in both.
    differs = {"op_id": None, "dry_run": None, "findings": None}
    assert {**dry, **differs} == {**real, **differs}


def test_a_dry_run_wins_over_yes(unchanged: Path) -> None:
    assert answer(unchanged, "reset-slots", "--all", "--yes", "--dry-run")["dry_run"] is True


@pytest.mark.parametrize(
    ("command", "army_no", "reason"),
    [
        ("assign-slots", "T-LOST", "no trade"),
        ("assign-slots", "T-DONE", "completed"),
        ("assign-slots", "T-FINE", "already has a slot"),
        ("reset-slots", "T-DONE", "completed"),
        ("reset-slots", "T-NONE", "Nothing to reset"),
        ("reassign-slots", "T-DONE", "completed"),
        ("reassign-slots", "T-LOST", "no trade"),
        ("sign-out", "T-SLOT", "not signed in"),
    ],
)
@pytest.mark.parametrize("how", ["--yes", "--dry-run"])
def test_a_refusal_prints_the_object_exits_with_3_and_records_nothing(
    unchanged: Path, command: str, army_no: str, reason: str, how: str
) -> None:
    done = answer(unchanged, command, "--army-no", army_no, how, code=3)

    assert (done["op_id"], done["applied"], done["refused"]) == (None, 0, 1)
    [line] = done["lines"]
    assert (line["outcome"], line["cleared"]) == ("refused", [])
    assert reason in line["reason"]


def test_a_refusal_makes_no_own_table_and_no_back_up(bare_file: Path) -> None:
    before = raw.digest(bare_file)

    answer(bare_file, "reset-slots", "--army-no", "T-NONE", "--yes", code=3)

    assert raw.digest(bare_file) == before
    assert own_tables(bare_file) == []
    assert backups() == []


def test_some_refused_is_still_a_success_and_a_refused_one_keeps_everything(portal_file: Path) -> None:
    before = raw.content(portal_file)

    done = answer(portal_file, "reset-slots", "--army-no", "T-STUCK", "--army-no", "T-DONE", "--yes")

    assert (done["applied"], done["refused"]) == (1, 1)
    changed = raw.differences(before, raw.content(portal_file))
    slots = changed["registration_candidateprofile"]
    assert [row["army_no"] for row in slots.gone] == ["T-STUCK"]
    assert [row["id"] for row in changed["questions_examsession"].gone] == [1]
    assert changed.keys() == {
        "registration_candidateprofile", "questions_examsession", "questions_examquestion", "django_session",
    }  # fmt: skip


def test_the_same_command_a_second_time_is_refused(portal_file: Path) -> None:
    reset = ("reset-slots", "--army-no", "T-STUCK", "--yes")
    answer(portal_file, *reset)
    before = raw.digest(portal_file)

    again = answer(portal_file, *reset, code=3)

    assert (again["op_id"], again["refused"]) == (None, 1)
    assert raw.digest(portal_file) == before


@pytest.mark.parametrize(("command", "army_no"), EACH_WRITE)
def test_without_a_terminal_and_without_yes_nothing_is_done(unchanged: Path, command: str, army_no: str) -> None:
    result = run(unchanged, command, "--army-no", army_no, "--json")

    assert result.exit_code == 3
    assert "--yes" in result.stderr


def test_without_yes_the_object_is_printed_all_the_same(unchanged: Path) -> None:
    done = answer(unchanged, "reset-slots", "--army-no", "T-STUCK", "--army-no", "T-DONE", code=3)

    assert (done["op_id"], done["applied"], done["refused"], done["cleared_sessions"]) == (None, 0, 2, 0)
    assert done["ended_logins"] == 0
    assert {line["army_no"]: line["cleared"] for line in done["lines"]} == {"T-STUCK": [], "T-DONE": []}


def test_by_trade_means_the_profile(portal_file: Path) -> None:
    done = answer(portal_file, "reset-slots", "--trade", "OCC", "--yes")

    assert [line["army_no"] for line in done["lines"]] == ["T-MOVED"]


def test_all_means_every_candidate(portal_file: Path) -> None:
    done = answer(portal_file, "reset-slots", "--all", "--yes")

    assert (done["applied"], done["refused"], done["cleared_sessions"]) == (6, 3, 4)
    assert len(done["lines"]) == 9
    assert incomplete(portal_file) == []


@pytest.mark.parametrize("command", ["assign-slots", "reset-slots", "reassign-slots", "sign-out"])
def test_one_must_say_for_whom_and_in_one_way(unchanged: Path, command: str) -> None:
    complaint(run(unchanged, command, "--yes"), code=2)
    complaint(run(unchanged, command, "--all", "--trade", "TTC", "--yes"), code=2)
    complaint(run(unchanged, command, "--army-no", "T-FINE", "--trade", "TTC", "--yes"), code=2)


def test_sign_out_keeps_session_and_slot(portal_file: Path) -> None:
    before = raw.content(portal_file)

    done = answer(portal_file, "sign-out", "--army-no", "T-FINE", "--yes")

    assert (done["ended_logins"], done["cleared_sessions"]) == (1, 0)
    assert raw.differences(before, raw.content(portal_file)).keys() == {"django_session"}


def test_a_role_without_the_right_exits_with_77(unchanged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from desktop_admin.cli.context import Workstation
    from desktop_admin.controllers.values.lines import Actor
    from desktop_admin.rules import Role

    monkeypatch.setattr(Workstation, "actor", lambda _here: Actor(name="helper", role=Role.STAFF))

    told = complaint(run(unchanged, "reset-slots", "--army-no", "T-STUCK", "--yes", "--json"), code=77)

    assert "supervisor" in told


@pytest.fixture
def late_request(portal_file: Path) -> Path:
    """A portal whose request for a session of T-STUCK, on its way when his session is cleared, makes one more."""
    raw.change(
        portal_file,
        "CREATE TRIGGER late AFTER INSERT ON desktop_admin_operation BEGIN INSERT INTO questions_examsession "
        "(exam_type, started_at, duration, total_questions, paper_id, trade_id, user_id) "
        "SELECT 'PRIMARY', '2026-01-01 10:00:00', 1, 43, 1, 1, user_id FROM registration_candidateprofile "
        "WHERE army_no = 'T-STUCK'; END",
    )
    return portal_file


def test_a_session_that_arrives_late_is_told_after_the_operation(late_request: Path) -> None:
    done = answer(late_request, "reset-slots", "--army-no", "T-STUCK", "--yes")
    assert done["cleared_sessions"] == 1
    assert [(one["army_no"], one["kind"]) for one in done["findings"]] == [
        ("T-STUCK", "no_questions"),
        ("T-STUCK", "no_slot"),
    ]
    told = run(late_request, "activate-set", "--paper", "PRIMARY", "--set", "E", "--trade", "TTC", "--yes")
    assert (
        "  ◆ T-STUCK Ramesh Kumar: The incomplete session has no questions. Clear this session."
        in told.stderr.splitlines()
    )
    assert "T-MOVED" not in told.stderr, "that trade is another one"


def test_nobody_stuck_among_those_named_is_no_word(portal_file: Path) -> None:
    told = run(portal_file, "reset-slots", "--army-no", "T-FINE", "--yes")
    assert told.stderr == ""
    assert answer(portal_file, "sign-out", "--army-no", "T-SECOND", "--yes")["findings"] == []


@pytest.mark.parametrize("command", ["assign-slots", "reassign-slots"])
def test_who_is_stuck_is_told_before_slots_are_given(portal_file: Path, command: str) -> None:
    told = run(portal_file, command, "--army-no", "T-STUCK", "--dry-run")
    assert told.stderr.splitlines() == [
        "Stuck before: 1",
        "  ◆ T-STUCK Ramesh Kumar: The incomplete session is on set C, the active set is E. Clear this session.",
    ]
    refused = answer(portal_file, "assign-slots", "--army-no", "T-STUCK", "--yes", code=3)
    assert [one["army_no"] for one in refused["findings"]] == ["T-STUCK"]
