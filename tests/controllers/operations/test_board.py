"""The board of a shift: who stands where on it, in which order, and what stays where somebody reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from desktop_admin.controllers.operations import board
from desktop_admin.controllers.values.board import Board, BoardRow, By, Standing, held, news
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session, server_now
from desktop_admin.practice import sample
from tests import accounts, raw
from tests.controllers import doing

ZONE = ZoneInfo("Asia/Kolkata")
PROFILE = "UPDATE registration_candidateprofile SET"
on_a_file = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session")


@pytest.fixture
def halls(database: Database) -> dict[str, int]:
    """Two shifts of today; T-MOVED and T-MUSIC are in the second, T-LOST in none, and the others in the first."""
    today = database.read(server_now).astimezone(ZONE).date()

    def add(session: Session) -> dict[str, int]:
        return {
            centre: sample.add_shift(session, centre=centre, day=today, start=time(9))
            for centre in ("Hall One", "Hall Two")
        }

    made = accounts.write(database, add)
    raw.change(database, f"{PROFILE} shift_id = {made['Hall One']} WHERE army_no <> 'T-LOST'")
    raw.change(database, f"{PROFILE} shift_id = {made['Hall Two']} WHERE army_no IN ('T-MOVED', 'T-MUSIC')")
    return made


def read(database: Database, shift_id: int | None = None, by: By = By.TRADE) -> Board:
    return database.read(partial(board.read, zone=ZONE, shift_id=shift_id, by=by))


def standing(found: Board) -> dict[str, str]:
    return {row.army_no: row.standing.value for row in found.people if row.army_no}


def test_each_candidate_stands_once_where_they_come_first(
    database: Database, actor: Actor, halls: dict[str, int]
) -> None:
    doing.clear(database, actor, *doing.sessions_of(database, "T-SECOND")[-1:])
    found = read(database)
    assert standing(found) == {
        "T-STUCK": "problem",
        "T-MOVED": "problem",
        "T-SECOND": "not_back",
        "T-SLOT": "absent",
        "T-MUSIC": "absent",
        "T-FINE": "writing",
        "T-NONE": "not_expected",
        "T-DONE": "done",
    }
    places = [list(Standing).index(row.standing) for row in found.people]
    assert places == sorted(places)
    assert [row.army_no for row in found.rows][:2] == ["T-MOVED", "T-STUCK"]
    assert {"T-NONE", "T-DONE"}.isdisjoint(row.army_no for row in found.rows)
    by_number = {row.army_no: row for row in found.people}
    assert by_number["T-STUCK"].stuck
    assert by_number["T-STUCK"].told[0].code == "other_set"
    assert by_number["T-SECOND"].told[0].code == "board.not_back"
    left = by_number["T-FINE"].left
    assert left is not None
    assert timedelta() < left <= timedelta(minutes=180)


@on_a_file
def test_a_board_of_one_shift_counts_the_problems_of_others_and_that_of_the_day_lists_all(
    database: Database, halls: dict[str, int]
) -> None:
    one = read(database, halls["Hall One"])
    assert "T-MOVED" not in standing(one)
    assert one.elsewhere == 1
    raw.change(database, f"{PROFILE} shift_id = NULL WHERE army_no IN ('T-FINE', 'T-STUCK')")
    everywhere = read(database)
    assert everywhere.elsewhere == 0
    assert {row.army_no: row.shift for row in everywhere.rows if row.army_no in ("T-FINE", "T-STUCK")} == {
        "T-FINE": "",
        "T-STUCK": "",
    }
    assert standing(everywhere)["T-MOVED"] == "problem"


@on_a_file
def test_who_writes_without_belonging_to_today_is_on_the_board_of_the_day(
    database: Database, halls: dict[str, int]
) -> None:
    next_week = database.read(server_now).astimezone(ZONE).date() + timedelta(days=7)
    later = accounts.write(database, partial(sample.add_shift, centre="Hall One", day=next_week, start=time(9)))
    raw.change(database, f"{PROFILE} shift_id = {later} WHERE army_no IN ('T-FINE', 'T-STUCK')")
    found = read(database)
    assert [standing(found)[army_no] for army_no in ("T-FINE", "T-STUCK")] == ["writing", "problem"]
    assert found.elsewhere == 0, "whatever is wrong stands on the board of the day itself"
    assert "T-FINE" not in standing(read(database, halls["Hall One"]))


@on_a_file
def test_what_concerns_a_trade_and_no_candidate_stands_on_every_board(
    database: Database, halls: dict[str, int]
) -> None:
    raw.change(database, "UPDATE questions_question SET is_active = (1 = 0) WHERE question_set = 'E'")
    for shift_id in (None, *halls.values()):
        alone = [row for row in read(database, shift_id).rows if row.user_id is None]
        assert {row.standing for row in alone} == {Standing.PROBLEM}
        assert ("TTC", "set_too_small") in {(row.trade, row.told[0].code) for row in alone}


@on_a_file
def test_the_numbers_are_by_trade_shift_or_row_of_seats(
    database: Database, actor: Actor, halls: dict[str, int]
) -> None:
    today = database.read(server_now).astimezone(ZONE).date().isoformat()
    for army_no, seat in (("T-SLOT", "B-2"), ("T-FINE", "A 10"), ("T-STUCK", "A 9")):
        doing.check_in(database, actor, army_no, seat=seat, day=today)
    found = read(database, by=By.SEAT)
    counted = {one.group: (one.problem, one.writing, one.present) for one in found.figures(By.SEAT)}
    assert counted == {"A": (1, 1, 0), "B": (0, 0, 1), "": (1, 1, 0)}
    assert [one.group for one in found.figures(By.SEAT)] == ["A", "B", ""]
    assert {one.group: one.absent for one in found.figures(By.TRADE)} == {"Musician": 1, "OCC": 0, "TTC": 0}
    shifts = [one.group for one in found.figures(By.SHIFT)]
    assert [one.rsplit(" ", 1)[1] for one in shifts] == ["One", "Two"]
    for by in By:
        assert sum(one.problem + one.writing for one in found.figures(by)) == 4


NOW = datetime(2026, 11, 28, 10, tzinfo=UTC)


def line(army_no: str, standing: Standing = Standing.WRITING, **more: object) -> BoardRow:
    return replace(BoardRow(standing=standing, user_id=int(army_no), army_no=army_no), **more)  # type: ignore[arg-type]


def arranged(by: By, *rows: BoardRow) -> list[str | None]:
    return [row.army_no for row in Board(NOW, date(2026, 11, 28), None, rows).arranged(by).people]


def test_lines_that_stand_alike_are_arranged_by_what_was_chosen_and_then_by_who_needs_somebody_first() -> None:
    rows = (
        line("1", trade="TTC", seat="10", left=timedelta(minutes=5)),
        line("2", trade="TTC", seat="9", left=timedelta(minutes=2)),
        line("3", trade="OCC"),
        line("4", trade="OCC", seat="11", left=timedelta(minutes=9)),
        line("5", Standing.NOT_BACK, trade="TTC", since=NOW),
        line("6", Standing.NOT_BACK, trade="TTC", since=NOW - timedelta(minutes=1)),
        line("7", Standing.PROBLEM, trade="OCC"),
        line("8", Standing.PROBLEM, trade="TTC", stuck=True),
    )
    assert arranged(By.TRADE, *rows) == ["8", "7", "6", "5", "4", "3", "2", "1"]
    assert arranged(By.SEAT, *rows) == ["8", "7", "6", "5", "2", "1", "4", "3"]


def test_where_somebody_reads_lines_keep_their_places_and_new_ones_wait() -> None:
    shown = (line("1", Standing.ABSENT), line("2"), line("3"))
    placed = {row.key: row.standing for row in shown}
    newest = (line("3", Standing.PROBLEM), line("4", Standing.PROBLEM), line("2", left=timedelta(minutes=4)))
    kept = held(shown, newest)
    assert [(row.army_no, row.standing.value, row.over) for row in kept] == [
        ("1", "absent", True),
        ("2", "writing", False),
        ("3", "problem", False),
    ]
    assert kept[1].left == timedelta(minutes=4)
    # The third would stand further up, and the fourth is new.
    assert news(placed, newest) == 2
    # Who goes on as before, or is needed less than before, is no news.
    assert news(placed, (line("1"), line("2"))) == 0
