"""The one writer that makes JSON of what was read, and the cells of a listing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from desktop_admin.cli import output
from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.operations.slots import RESET
from desktop_admin.controllers.values.columns import Columns
from desktop_admin.controllers.values.guard_state import GuardCheck, GuardState
from desktop_admin.controllers.values.lines import Line, PaperChoice
from desktop_admin.controllers.values.people import CandidateRow, CandidateStatus
from desktop_admin.messages import Message
from desktop_admin.rules import Paper, SlotState

INDIA = timezone(timedelta(hours=5, minutes=30))
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=INDIA)


@dataclass(frozen=True)
class _Any:
    first: tuple[Message, ...]
    at: datetime | None = None


def test_a_class_of_no_particular_form_is_written_with_every_attribute() -> None:
    said = Message.of("get_no_slot")
    assert output.values([_Any((said,), NOON), _Any(())]) == [
        {"first": ["The candidate has no slot."], "at": "2026-03-01T06:30:00Z"},
        {"first": [], "at": None},
    ]


@pytest.mark.parametrize(
    ("thing", "value"),
    [
        (timedelta(minutes=90), 90),
        (timedelta(seconds=30), 0.5),
        (Path("/a/b"), "/a/b"),
        (frozenset("FACEBD"), list("ABCDEF")),
        ({"at": NOON}, {"at": "2026-03-01T06:30:00Z"}),
        (True, True),
        (None, None),
        (7, 7),
    ],
)
def test_a_plain_value_is_written_as_what_it_is(thing: object, value: object) -> None:
    assert output.values(thing) == value


def test_an_account_is_never_written_by_its_number() -> None:
    row = CandidateRow(
        99, "T-1", "A", None, SlotState.NONE, None, CandidateStatus.NO_SLOT, (), None, timedelta(seconds=-1)
    )
    written = output.values(row)
    assert 99 not in written.values()
    assert written["minutes_left"] == -1


def test_a_trades_line_names_the_set_and_a_candidates_line_the_candidate() -> None:
    trade = output.values(Line("applied", name="Tailor", trade="TTC", choice=PaperChoice(1, Paper.PRIMARY, "C")))
    one = output.values(Line("refused", user_id=1, army_no="T-1", reason=Message.of("get_no_slot")))
    assert (trade["trade"], trade["paper"], trade["set"]) == ("TTC", "PRIMARY", "C")
    assert "army_no" not in trade
    assert (one["army_no"], one["reason"]) == ("T-1", "The candidate has no slot.")
    assert not {"trade", "session_id"} & one.keys()
    assert output.values(Line("applied", session_id=5))["session_id"] == 5


def test_what_happens_on_no_screen_is_not_told() -> None:
    screen = Message.of("get_no_slot")
    applied = Changes(RESET, (Line("applied", user_id=1),), screen=screen, safety_copy=Path("/c"))
    refused = Changes(RESET, (Line("refused", user_id=1),), screen=screen)
    told = output.values(applied)
    assert (told["screen"], told["safety_copy"]) == ("The candidate has no slot.", "/c")
    assert output.values(refused)["screen"] is None


def test_a_guard_that_nobody_installed_names_nobody() -> None:
    assert output.values(GuardCheck(GuardState.ABSENT))["person"] is None
    assert output.values(GuardCheck(GuardState.INSTALLED, person="Asha"))["person"] == "Asha"


def test_a_listing_shows_each_value_as_people_read_it(capsys: pytest.CaptureFixture[str]) -> None:
    said = Message.of("overdue", at=NOON)
    columns: Columns[object] = Columns(
        {"when": lambda _: NOON, "cure": lambda _: (said, said), "name": lambda _: "n\n" * 30, "slot": lambda _: None},
        terminal=("when", "cure", "slot", "name"),
    )
    output.listing(columns, [object()], empty="")
    _headings, row = capsys.readouterr().out.splitlines()
    assert row.startswith("2026-03-01 06:30  The time was over at 2026-03-01 06:30 at the earliest; the")
    assert row.endswith("–     " + "n " * 20 + "…")
