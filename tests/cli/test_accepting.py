"""``accept-session``: what it prints, and whom it refuses."""

from __future__ import annotations

from pathlib import Path

from tests import raw
from tests.cli.runs import answer, run

ACCEPT = ("accept-session", "--army-no", "T-STUCK")


def _rows(file: Path) -> int:
    return int(raw.query(file, "SELECT count(*) FROM desktop_admin_accepted_session")[0][0])


def test_an_accepted_session_is_listed_as_accepted_and_not_as_stuck(portal_file: Path) -> None:
    done = answer(portal_file, *ACCEPT, "--army-no", "T-FINE", "--yes")

    assert (done["operation"], done["applied"], done["refused"]) == ("accept-session", 1, 1)
    assert {line["army_no"]: line["accepted"] for line in done["lines"]} == {"T-STUCK": [1], "T-FINE": []}
    listed = {row["id"]: row for row in answer(portal_file, "sessions", "--incomplete")}
    assert (listed[1]["stuck"], listed[2]["accepted"]) == (False, None)
    person = listed[1]["accepted"]["person"]
    assert answer(portal_file, "check")["sessions"]["accepted"] == 1
    told = run(portal_file, "candidate", "T-STUCK").stdout
    assert f"May be finished on set C: accepted by {person}" in told
    in_hindi = run(portal_file, "--language", "hi", "candidate", "T-STUCK").stdout
    assert "सेट C पर पूरा हो सकता है" in in_hindi


def test_a_dry_run_accepts_nothing(portal_file: Path) -> None:
    done = answer(portal_file, *ACCEPT, "--dry-run")

    assert done["applied"] == 1
    assert _rows(portal_file) == 0


def test_the_command_takes_its_own_acceptance_back(portal_file: Path) -> None:
    answer(portal_file, *ACCEPT, "--yes")
    assert answer(portal_file, "undo", "--yes")["applied"] == 1
    assert {row["id"] for row in answer(portal_file, "sessions", "--stuck")} == {1, 7}
