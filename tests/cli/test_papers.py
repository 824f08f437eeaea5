"""Opening and closing papers, and setting durations, on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import raw
from tests.cli.runs import answer, run

OPEN = "SELECT count(*) FROM questions_tradepaperactivation WHERE is_active AND paper_type = ?"


def test_a_paper_is_closed_where_nobody_writes_it_and_who_writes_is_named(portal_file: Path) -> None:
    done = answer(portal_file, "close-paper", "--paper", "PRIMARY", "--all-trades", "--yes")
    assert (done["operation"], done["applied"], done["refused"]) == ("close-paper", 1, 2)
    told = {line["trade"]: line["reason"] for line in done["lines"] if line["outcome"] == "refused"}
    assert "T-FINE Suresh Yadav" in told["TTC"]
    assert raw.query(portal_file, OPEN, ["PRIMARY"]) == [(2,)]


def test_force_closes_what_is_being_written(portal_file: Path) -> None:
    done = answer(portal_file, "close-paper", "--paper", "PRIMARY", "--trade", "TTC", "--force", "--yes")
    (line,) = done["lines"]
    assert (line["opens"], len(line["writing"])) == (False, 3)
    assert "what was typed is lost" in line["notes"][0]


def test_a_paper_is_opened_and_says_so_once(portal_file: Path) -> None:
    wanted = ("open-paper", "--paper", "SECONDARY", "--trade", "musician", "--yes")
    assert "✓ Musician SECONDARY opens" in run(portal_file, *wanted).stdout
    (line,) = answer(portal_file, *wanted, code=3)["lines"]
    assert line["reason"] == "SECONDARY of Musician is open already."


@pytest.mark.parametrize("minutes", ["0", "-5", "601", "ten"])
def test_minutes_that_no_paper_lasts_are_complained_of(portal_file: Path, minutes: str) -> None:
    before = raw.digest(portal_file)
    given = run(portal_file, "set-duration", "--paper", "PRIMARY", "--all-trades", "--minutes", minutes, "--yes")
    assert (given.exit_code, given.stdout) == (2, "")
    told = "'ten' is not a whole number" if minutes == "ten" else f"from 1 to 600 minutes, not {minutes}"
    assert told in given.stderr
    assert raw.digest(portal_file) == before


def test_a_duration_is_set_for_trades(portal_file: Path) -> None:
    done = answer(portal_file, "set-duration", "--paper", "PRIMARY", "--trade", "OCC", "--minutes", "75", "--yes")
    assert done["lines"][0]["minutes"] == 75
    asked = "SELECT count(*) FROM questions_tradepaperactivation WHERE exam_duration = 75 * :minute"
    assert raw.query(portal_file, asked) == [(1,)]
