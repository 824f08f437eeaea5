"""What the reading commands print as JSON."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from desktop_admin.controllers.findings import health
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from tests import locks, raw
from tests.cli.runs import answer, complaint, own_tables, run

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def _moment(value: Any) -> bool:
    return isinstance(value, str) and MOMENT.fullmatch(value) is not None


LOOKS = (
    "sessions",
    "findings",
    "candidates",
    "candidate T-FINE",
    "sets",
    "history",
    "check",
    "reset-slots --all --dry-run",
)


def test_a_look_and_its_sign_in_wait_for_nothing_that_the_portal_holds(any_database: Database, any_target: str) -> None:
    # A real portal, at which everybody signs in.
    raw.change(any_database, "DELETE FROM desktop_admin_database")
    with locks.held(any_database):
        told = {look: run(None, "--db", any_target, *look.split()) for look in LOOKS}
    assert {look: one.exit_code for look, one in told.items()} == dict.fromkeys(LOOKS, 0), told


def test_a_look_keeps_nothing_that_the_portal_waits_for(any_database: Database) -> None:
    ((session_id,),) = raw.query(any_database, "SELECT min(id) FROM questions_examsession")

    def look(session: Session) -> None:
        health.survey(session)
        with locks.held(any_database) as portal:
            portal.cursor().execute(f"UPDATE questions_examsession SET score = 1 WHERE id = {session_id}")
            portal.commit()

    any_database.read(look)
    assert raw.query(any_database, f"SELECT score FROM questions_examsession WHERE id = {session_id}") == [(1,)]


def test_sessions_tell_what_there_is_to_know_of_each(unchanged: Path) -> None:
    sessions = answer(unchanged, "sessions")

    [stuck] = [one for one in sessions if one["army_no"] == "T-STUCK"]
    assert stuck["id"] == 1
    assert (stuck["trade"], stuck["paper"], stuck["sets"], stuck["active_set"]) == ("TTC", "PRIMARY", ["C"], "E")
    assert _moment(stuck["started_at"])
    assert stuck["completed_at"] is None
    assert stuck["stuck"] is True
    assert {"kind", "reason", "cure"} <= stuck["findings"][0].keys()
    assert stuck["findings"][0]["kind"] == "other_set"


def test_a_finished_session_tells_when_it_was_completed(unchanged: Path) -> None:
    finished = [one for one in answer(unchanged, "sessions") if one["army_no"] == "T-DONE"]

    assert len(finished) == 2
    assert all(_moment(one["completed_at"]) and one["stuck"] is False for one in finished)


def test_sessions_lists_every_session_once(unchanged: Path) -> None:
    ids = [one["id"] for one in answer(unchanged, "sessions")]

    assert sorted(ids) == [id_ for (id_,) in raw.query(unchanged, "SELECT id FROM questions_examsession ORDER BY id")]


def test_stuck_and_incomplete_narrow_the_list(unchanged: Path) -> None:
    stuck = {one["army_no"] for one in answer(unchanged, "sessions", "--stuck")}
    incomplete = {one["army_no"] for one in answer(unchanged, "sessions", "--incomplete")}

    assert stuck == {"T-STUCK", "T-MOVED"}
    assert incomplete == {"T-STUCK", "T-MOVED", "T-FINE", "T-SECOND"}


def test_a_candidate_is_one_object_with_what_he_would_get(unchanged: Path) -> None:
    one = answer(unchanged, "candidate", "T-STUCK")

    assert (one["army_no"], one["name"], one["trade"], one["next_paper"]) == (
        "T-STUCK",
        "Ramesh Kumar",
        "TTC",
        "PRIMARY",
    )
    slot = one["slot"]
    assert (slot["state"], slot["assigned_by"]) == ("attempting", None)
    assert _moment(slot["assigned_at"])
    assert _moment(slot["attempting_at"])
    get = one["would_get"]
    assert set(get) == {
        "action", "paper", "set", "questions", "duration_minutes", "session_id", "reason", "notes",
    }  # fmt: skip
    assert (get["action"], get["session_id"], get["set"], get["questions"]) == ("resume", 1, "C", 43)
    assert (get["paper"], get["duration_minutes"], get["reason"], get["notes"]) == ("PRIMARY", 180, None, [])
    assert one["findings"][0]["kind"] == "other_set"
    assert [session["id"] for session in one["sessions"]] == [1]


@pytest.mark.parametrize(
    ("army_no", "action", "letter", "reason"),
    [
        ("T-SLOT", "start", "E", None),
        ("T-NONE", "refused", None, "slot"),
        ("T-LOST", "refused", None, "trade"),
        ("T-DONE", "refused", None, "slot"),
    ],
)
def test_would_get_says_what_happens_next(
    unchanged: Path, army_no: str, action: str, letter: str | None, reason: str | None
) -> None:
    get = answer(unchanged, "candidate", army_no)["would_get"]

    assert get["action"] == action
    assert (get["set"] == letter) if action == "start" else get["session_id"] is None
    assert (get["reason"] is None) if reason is None else reason in get["reason"]


def test_the_army_number_is_trimmed_and_its_case_ignored(unchanged: Path) -> None:
    assert answer(unchanged, "candidate", "  t-stuck ")["army_no"] == "T-STUCK"


def test_candidates_can_be_searched_and_narrowed(unchanged: Path) -> None:
    def numbers(*how: str) -> list[str]:
        return [one["army_no"] for one in answer(unchanged, "candidates", *how)]

    assert len(numbers()) == 9
    assert numbers("--search", "t-st") == ["T-STUCK"]
    assert numbers("--search", "yadav") == ["T-FINE"]
    assert numbers("--search", "सिंह") == ["T-LOST"]
    assert numbers("--trade", "occ") == ["T-MOVED"]
    assert numbers("--slot", "assigned") == ["T-MUSIC", "T-SLOT"]
    assert numbers("--search", "%") == []


def test_sets_shows_each_trade_and_paper(unchanged: Path) -> None:
    by_trade = {one["trade"]: one for one in answer(unchanged, "sets")}

    assert set(by_trade) == {"TTC", "OCC", "Musician"}
    primary = by_trade["TTC"]["primary"]
    assert (primary["active"], primary["present"], primary["required"], primary["open"]) == ("E", 53, 43, True)
    assert primary["letters"] == {"A": 53, "B": 35, "C": 53, "E": 53}
    assert by_trade["Musician"]["primary"]["has_paper"] is False
    assert by_trade["TTC"]["secondary"]["active"] == "A"


def test_the_board_lists_problems_first_and_counts_by_what_was_chosen(unchanged: Path) -> None:
    found = answer(unchanged, "board", "--by", "seat")
    standings = [one["standing"] for one in found["lines"]]
    assert standings == sorted(standings, key=["problem", "not_back", "absent", "writing"].index)
    stuck = next(one for one in found["lines"] if one["army_no"] == "T-STUCK")
    assert stuck["stuck"]
    assert "set C" in stuck["told"][0]
    assert [one["group"] for one in found["figures"]] == [""], "nobody has a seat"
    by_trade = {one["group"]: one for one in answer(unchanged, "board")["figures"]}
    assert (by_trade["OCC"]["problem"], by_trade["OCC"]["writing"]) == (1, 0)
    told = run(unchanged, "board").stdout.splitlines()
    assert next(one for one in told if "T-STUCK" in one).startswith("Problem")
    assert any(one.startswith("Writing") and "T-FINE" in one for one in told)


def test_findings_name_candidate_reason_and_cure(unchanged: Path) -> None:
    found = answer(unchanged, "findings")

    [other] = [one for one in found if one["army_no"] == "T-STUCK" and one["kind"] == "other_set"]
    assert other["stuck"] is True
    assert other["session_id"] == 1
    assert "set C" in other["reason"]
    assert other["cure"] == "Clear this session."


def test_a_time_inside_a_sentence_of_the_json_is_the_portals(unchanged: Path) -> None:
    [early] = [one for one in answer(unchanged, "findings") if one["kind"] == "login_ends_early"][:1]
    [session] = [one for one in answer(unchanged, "sessions") if one["army_no"] == early["army_no"]]
    end = datetime.fromisoformat(session["ends_at"]).astimezone(ZoneInfo("Asia/Kolkata"))
    assert f"before the paper does at {end:%Y-%m-%d %H:%M}." in early["reason"]


def test_check_says_what_the_database_is(unchanged: Path) -> None:
    seen = answer(unchanged, "check")

    assert (seen["database"], seen["kind"], seen["own_tables"]) == (str(unchanged), "scratch", True)
    assert (seen["view_only"], seen["warnings"]) == (None, [])
    assert seen["sessions"] == {"stuck": 2, "running": 2, "accepted": 0, "finished": 3, "waiting": 0}


@pytest.mark.parametrize(
    "command",
    [["check"], ["sessions"], ["sets"], ["findings"], ["candidates"], ["candidate", "T-FINE"], ["history"]],
    ids=lambda command: str(command[0]),
)
def test_reading_works_without_own_tables_and_makes_none(bare_file: Path, command: list[str]) -> None:
    before = raw.digest(bare_file)

    told = answer(bare_file, *command)

    assert told or command == ["history"]
    assert raw.digest(bare_file) == before
    assert own_tables(bare_file) == []


def test_an_unknown_candidate_is_a_usage_problem_that_names_him(unchanged: Path) -> None:
    assert "T-NOBODY" in complaint(run(unchanged, "candidate", "T-NOBODY", "--json"), code=2)


def test_an_unknown_trade_is_a_usage_problem_that_names_the_known_ones(unchanged: Path) -> None:
    told = complaint(run(unchanged, "candidates", "--trade", "COOK"), code=2)

    assert "COOK" in told
    assert all(trade in told for trade in ("TTC", "OCC", "Musician"))


def test_a_late_submission_is_a_finding_but_no_incomplete_session(portal_file: Path) -> None:
    # T-FINE hands in his new session with one answer to a question of the set that he had before.
    raw.change(portal_file, "UPDATE questions_examsession SET completed_at = started_at WHERE id = 2")
    raw.change(
        portal_file,
        "INSERT INTO results_candidateanswer (answer, submitted_at, candidate_id, paper_id, question_id, exam_type)"
        " SELECT 'b', s.started_at, p.id, s.paper_id, q.question_id, 'PRIMARY' FROM questions_examsession s"
        " JOIN registration_candidateprofile p ON p.user_id = s.user_id"
        " JOIN questions_examquestion q ON q.session_id = 1 WHERE s.id = 2 LIMIT 1",
    )

    assert "late_submission" in {one["kind"] for one in answer(portal_file, "findings")}
    assert {one["id"] for one in answer(portal_file, "sessions", "--incomplete")} == {1, 6, 7}
    assert {one["id"] for one in answer(portal_file, "sessions", "--stuck")} == {1, 7}
