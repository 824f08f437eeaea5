"""``give-time``: how much is asked for, and for whom, in one way each; what is refused before anything is planned."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop_admin.settings import Settings
from tests import raw
from tests.cli.runs import answer, complaint, run

TO_ONE = ("give-time", "--army-no", "T-FINE")
DURATION = "SELECT duration FROM questions_examsession WHERE id = 2"
MINUTE = 60_000_000


def duration(file: Path) -> float:
    """Of T-FINE's session, in minutes."""
    return float(raw.query(file, DURATION)[0][0]) / MINUTE


def began(file: Path, *, minutes_ago: int) -> datetime:
    """All sessions began then."""
    at = (datetime.now(UTC) - timedelta(minutes=minutes_ago)).replace(microsecond=0)
    raw.change(file, "UPDATE questions_examsession SET started_at = ?", values=[at.replace(tzinfo=None).isoformat(" ")])
    return at


def test_minutes_are_given_and_taken_back(portal_file: Path) -> None:
    before = duration(portal_file)
    done = answer(portal_file, *TO_ONE, "--minutes-left", "30", "--yes", "--reason", "power")
    assert (done["operation"], done["applied"], done["ended_logins"]) == ("give-time", 1, 1)
    (line,) = done["lines"]
    assert line["given"] == {"session_id": 2, "minutes": 30, "planned": False}
    assert "can no longer hand in" in done["screen"]
    assert duration(portal_file) == 30
    assert answer(portal_file, "undo", "--yes")["returned_logins"] == 1
    assert duration(portal_file) == before


@pytest.mark.parametrize("option", ["--minutes-left", "--extra"])
@pytest.mark.parametrize("number", ["0", "-5", "601", "ten", "1.5", ""])
def test_a_number_that_is_none_of_1_to_600_is_refused(unchanged: Path, option: str, number: str) -> None:
    result = run(unchanged, *TO_ONE, option, number, "--yes")
    assert (result.exit_code, result.stdout) == (2, "")
    assert option in result.stderr


@pytest.mark.parametrize(
    "options",
    [(), ("--extra", "5", "--minutes-left", "5"), ("--as-of", "10:00", "--extra", "5"), ("--planned",)],
    ids=" ".join,
)
def test_how_much_is_said_in_one_way(unchanged: Path, options: tuple[str, ...]) -> None:
    assert "--minutes-left, --extra or --as-of" in complaint(run(unchanged, *TO_ONE, *options, "--yes"), code=2)


@pytest.mark.parametrize(
    "whom", [(), ("--army-no", "T-FINE", "--trade", "TTC"), ("--shift", "2026", "--all")], ids=" ".join
)
def test_for_whom_is_said_in_one_way(unchanged: Path, whom: tuple[str, ...]) -> None:
    told = complaint(run(unchanged, "give-time", *whom, "--extra", "5", "--yes"), code=2)
    assert "--army-no (repeatable), --trade, --shift or --all" in told


@pytest.mark.parametrize("text", ["noon", "25:00", "10:42:99", "2026-02-30T10:00"])
def test_a_moment_that_is_none_is_refused(unchanged: Path, text: str) -> None:
    assert "is not a time" in complaint(run(unchanged, *TO_ONE, "--as-of", text, "--yes"), code=2)


def test_a_moment_to_come_and_a_planned_moment_are_refused(unchanged: Path) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    assert "still to come" in complaint(run(unchanged, *TO_ONE, "--as-of", tomorrow, "--yes"), code=2)
    assert "--planned" in complaint(run(unchanged, *TO_ONE, "--as-of", "00:00", "--planned", "--yes"), code=2)


def test_a_moment_is_of_the_portals_zone_and_gives_back_what_was_left(portal_file: Path) -> None:
    at = began(portal_file, minutes_ago=50)
    cut = (at + timedelta(minutes=20)).astimezone(Settings().zone())
    done = answer(portal_file, "give-time", "--trade", "TTC", "--as-of", f"{cut:%Y-%m-%dT%H:%M:%S}", "--yes")
    given = {line["army_no"]: line["given"]["minutes"] for line in done["lines"] if "given" in line}
    assert given == {"T-FINE": 160}
    (stuck,) = (line["reason"] for line in done["lines"] if line["army_no"] == "T-STUCK")
    assert stuck.startswith("The session is stuck")
    assert duration(portal_file) == 160


def test_who_has_logged_in_since_is_left_alone_unless_named(portal_file: Path) -> None:
    at = began(portal_file, minutes_ago=50)
    cut, login = (at + timedelta(minutes=20)).isoformat(), (at + timedelta(minutes=30)).replace(tzinfo=None)
    raw.change(portal_file, "UPDATE accounts_user SET last_login = ?", values=[login.isoformat(" ")])
    left = answer(portal_file, "give-time", "--trade", "TTC", "--as-of", cut, "--yes", code=3)
    reasons = {line["army_no"]: line["reason"] for line in left["lines"]}
    assert reasons["T-FINE"].startswith("The candidate has logged in since")
    assert answer(portal_file, *TO_ONE, "--as-of", cut, "--yes")["applied"] == 1


def test_a_shift_is_named_by_the_beginning_of_its_label(portal_file: Path) -> None:
    raw.change(
        portal_file, "INSERT INTO centers_center (id, comd, \"exam_Center\", is_active) VALUES (7, 0, 'Pune', 1)"
    )
    for key, day in ((7, "2026-03-01"), (8, "2026-03-02")):
        values = f"VALUES ({key}, 7, '{day}', '08:30')"
        raw.change(portal_file, f"INSERT INTO exams_shift (id, exam_center_id, date, start_time) {values}")
    raw.change(portal_file, "UPDATE registration_candidateprofile SET shift_id = 8 WHERE army_no = 'T-FINE'")
    told = complaint(run(portal_file, "give-time", "--shift", "2026-03", "--extra", "5", "--yes"), code=2)
    assert "“2026-03-01 08:30 Pune”, “2026-03-02 08:30 Pune”" in told
    for unknown in ("2027", "  ", "%"):
        told = complaint(run(portal_file, "give-time", "--shift", unknown, "--extra", "5", "--yes"), code=2)
        assert "There is no shift" in told or "Say for whom" in told
    done = answer(portal_file, "give-time", "--shift", "2026-03-02", "--minutes-left", "5", "--yes")
    assert [line["army_no"] for line in done["lines"]] == ["T-FINE"]
    assert duration(portal_file) == 5


def test_an_accommodation_is_kept_for_who_has_no_slot_and_nothing_is_written_to_the_portal(portal_file: Path) -> None:
    before = raw.content(portal_file)
    done = answer(portal_file, "give-time", "--army-no", "T-NONE", "--extra", "20", "--planned", "--yes")
    (line,) = done["lines"]
    assert line["given"] == {"session_id": None, "minutes": 20, "planned": True}
    assert line["notes"][-1] == "The candidate has no slot yet."
    assert done["screen"].startswith("On the candidate's screen: nothing changes.")
    assert raw.differences(before, raw.content(portal_file)) == {}
    assert answer(portal_file, "undo", "--yes")["applied"] == 1
