"""The checklist in the terminal: a line for each kind, whom it is about, and cures that can be typed as they stand."""

from __future__ import annotations

import shlex
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result

from desktop_admin.cli import cli
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.practice import sample
from tests import portal, raw
from tests.cli.runs import PASSWORD, SUPERVISOR, answer, run

MANY = 30
ZONE = ZoneInfo("Asia/Kolkata")


@pytest.fixture
def crowd(real_file: Path) -> Path:
    """A shift of today with thirty who have neither slot nor photograph, and one who is stuck."""

    def add(session: Session) -> None:
        today = datetime.now(ZONE)
        shift = sample.add_shift(session, centre="Hall", day=today.date(), start=today.time())
        trade = sample.trade_id(session, name="TTC")
        for n in range(MANY):
            sample.add_candidate(
                session, army_no=f"C-{n:02}", name=f"Soldier {n}", trade_id=trade, shift_id=shift, now=datetime.now(UTC)
            )

    with closing(Database.open(real_file)) as database:
        database.write(add)
    raw.change(
        real_file,
        "UPDATE registration_candidateprofile SET photograph = '' WHERE army_no LIKE 'C-%'",
        "UPDATE registration_candidateprofile SET shift_id = (SELECT max(id) FROM exams_shift) "
        "WHERE army_no = 'T-STUCK'",
    )
    return real_file


def typing(command: str) -> Result:
    """A command as it was printed, behind which the password is read."""
    program, *words = shlex.split(command)
    assert program == "desktop-admin"
    return CliRunner().invoke(cli, [*words, "--password-stdin"], input=PASSWORD, catch_exceptions=False)


def lines_below(told: str, heading: str) -> list[str]:
    """What is said below the line of the checklist that begins so."""
    lines = told.splitlines()
    place = next(n for n, line in enumerate(lines) if line[2:].startswith(heading))
    below = lines[place + 1 :]
    end = next((n for n, line in enumerate(below) if not line.startswith("    ")), len(below))
    return [lines[place], *(line.strip() for line in below[:end])]


def test_what_is_wrong_with_many_is_one_line_with_the_first_few_and_how_many_more(crowd: Path) -> None:
    found = run(crowd, "checklist")
    heading, *names, more, cure = lines_below(found.stdout, "Every candidate has a photograph")
    assert heading.endswith(f"({MANY})")
    assert [f"C-{n:02} Soldier {n} " in name for n, name in enumerate(names)] == [True] * 3
    assert f"{MANY - 3} more" in more
    assert "uploaded" in cure
    everything = lines_below(run(crowd, "checklist", "--everyone").stdout, "Every candidate has a photograph")
    assert len(everything) == 1 + MANY + 1
    assert len(found.stdout.splitlines()) < 80


def test_a_red_checklist_exits_with_1_and_its_object_has_everybody(crowd: Path) -> None:
    found = answer(crowd, "checklist", code=1)
    (photographs,) = (check for check in found["checks"] if check["name"] == "photographs")
    assert len(photographs["problems"]) == MANY
    assert run(crowd, "checklist").exit_code == 1


def test_a_cure_is_printed_for_this_database_and_person_and_can_be_typed_as_it_stands(crowd: Path) -> None:
    told = run(crowd, "checklist").stdout
    slots = lines_below(told, "The candidates have their slots")
    assert "the first 20" in slots[-1]
    done = typing(f"{slots[-2]} --yes")
    assert "20 applied" in done.stdout, done.output
    assert (
        raw.query(
            crowd, "SELECT count(*) FROM registration_candidateprofile WHERE army_no LIKE 'C-%' AND has_exam_slot"
        )[0][0]
        == 20
    )


def test_who_is_stuck_is_named_and_the_cure_is_of_that_candidate_alone(crowd: Path) -> None:
    before = {name for (name,) in raw.query(crowd, STUCK)}
    assert {"T-STUCK", "T-MOVED"} <= before
    raw.change(
        crowd,
        "UPDATE registration_candidateprofile SET trade_id = (SELECT trade_id FROM questions_examsession "
        "WHERE user_id = registration_candidateprofile.user_id) WHERE army_no = 'T-MOVED'",
    )
    stuck = lines_below(run(crowd, "checklist").stdout, "No session is stuck")
    assert any("T-STUCK" in line for line in stuck[1:-2])
    assert "fix-stuck-sessions --army-no T-STUCK" in stuck[-1]
    typing(f"{stuck[-1]} --yes")
    assert {name for (name,) in raw.query(crowd, STUCK)} == before - {"T-STUCK"}


STUCK = (
    "SELECT p.army_no FROM questions_examsession s JOIN registration_candidateprofile p ON p.user_id = s.user_id "
    "WHERE s.completed_at IS NULL"
)


def test_what_is_left_of_a_day_is_grouped_and_a_dry_run_of_closing_says_so_by_its_code(
    crowd: Path, tmp_path: Path
) -> None:
    shown = run(crowd, "close-day", str(tmp_path / "day"), "--dry-run")
    assert shown.exit_code == 1
    left = lines_below(shown.stdout, "No session is left incomplete")
    assert any(f"--db {crowd} --as admin clear-incomplete-sessions" in line for line in left)


@pytest.mark.parametrize("place", ["before", "behind"])
def test_what_is_said_of_the_whole_program_stands_before_a_command_or_behind_it(real_file: Path, place: str) -> None:
    said = [*SUPERVISOR, "--db", str(real_file)]
    words = [*said, "sets"] if place == "before" else ["sets", *said]
    assert CliRunner().invoke(cli, words, input=PASSWORD).exit_code == 0
    nested = [*said, "guard", "check"] if place == "before" else ["guard", "check", *said]
    assert CliRunner().invoke(cli, nested, input=PASSWORD).exit_code == 0
    assert portal.SUPERVISOR in said
