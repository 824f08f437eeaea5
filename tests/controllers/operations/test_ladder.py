"""The confirmation ladder: what a plan asks of the person before it is carried out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop_admin.controllers.operations.kind import Operation
from desktop_admin.controllers.operations.ladder import Confirmation, confirmation, to_type
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.operations.reopen import REOPEN
from desktop_admin.controllers.operations.restore import RESTORE, RestoreAsked
from desktop_admin.controllers.operations.slots import RESET
from desktop_admin.controllers.operations.table import OPERATIONS
from desktop_admin.controllers.operations.time import GIVE_TIME
from desktop_admin.controllers.operations.undo import UNDO
from desktop_admin.controllers.values.lines import Line, PaperChoice
from desktop_admin.rules import Paper

ONE = Line("applied", user_id=1, cleared=(1,))
NONE, DIALOG, TYPED = Confirmation.NONE, Confirmation.DIALOG, Confirmation.TYPED
REFUSED = Line("refused", user_id=99)


def plan(
    number: int, operation: Operation = RESET, *, line: Line = ONE, refused: int = 0, override: bool = False
) -> Plan:
    lines = tuple(replace(line, user_id=user_id) for user_id in range(1, number + 1))
    return Plan(operation, (*lines, *[REFUSED] * refused), RestoreAsked((), override=override))


@pytest.mark.parametrize(
    ("number", "rung"), [(0, NONE), (1, NONE), (2, DIALOG), (20, DIALOG), (21, TYPED), (600, TYPED)]
)
def test_one_is_done_at_once_up_to_twenty_are_confirmed_and_of_more_the_number_is_typed(
    number: int, rung: Confirmation
) -> None:
    assert confirmation(plan(number)) is rung
    assert confirmation(plan(number, refused=30)) is rung, "who is refused does not count"


def test_what_is_overridden_is_typed_if_anything_is_done_at_all() -> None:
    assert confirmation(plan(1, RESTORE, override=True)) is TYPED
    assert confirmation(plan(0, RESTORE, refused=1, override=True)) is NONE


@pytest.mark.parametrize(
    ("line", "rung"),
    [
        (replace(ONE, recent=True), DIALOG),
        (replace(ONE, recent=True, cleared=()), NONE),
        (replace(ONE, keeps_writing=True, cleared=()), DIALOG),
        (ONE, NONE),
    ],
    ids=["just started", "just started, but keeps the session", "loses another paper's answers", "one session"],
)
def test_one_candidate_is_confirmed_where_an_undo_does_not_bring_everything_back(
    line: Line, rung: Confirmation
) -> None:
    assert confirmation(plan(1, line=line)) is rung


ASKED = (REOPEN, GIVE_TIME)


@pytest.mark.parametrize("operation", [one for one in OPERATIONS if one not in ASKED], ids=lambda kind: kind.name)
def test_what_the_person_has_not_seen_is_confirmed(operation: Operation) -> None:
    quiet = plan(1, operation, line=replace(ONE, cleared=()))
    assert (confirmation(quiet), confirmation(quiet, seen=False)) == (NONE, DIALOG)


@pytest.mark.parametrize("operation", ASKED, ids=lambda kind: kind.name)
def test_no_paper_is_reopened_and_no_time_given_without_a_question(operation: Operation) -> None:
    assert confirmation(plan(1, operation, line=replace(ONE, cleared=()))) is DIALOG


def test_an_undo_is_confirmed_where_somebody_is_left_or_a_session_goes_again() -> None:
    quiet = replace(ONE, cleared=())
    assert confirmation(plan(1, UNDO, line=quiet)) is NONE
    assert confirmation(plan(1, UNDO, line=quiet, refused=1)) is DIALOG
    assert confirmation(plan(1, UNDO)) is DIALOG
    assert confirmation(plan(1, RESET, refused=1)) is NONE


TRADE = Line("applied", choice=PaperChoice(1, Paper.PRIMARY, "C"), trade="TTC")


@pytest.mark.parametrize(("people", "trades", "rung"), [(20, 30, DIALOG), (0, 30, DIALOG), (21, 1, TYPED)])
def test_the_undo_of_a_switch_is_typed_for_its_candidates_alone_and_by_their_number(
    people: int, trades: int, rung: Confirmation
) -> None:
    of_people = plan(people, UNDO, line=replace(ONE, cleared=(), restored=(1,)))
    undo = replace(of_people, lines=(*[TRADE] * trades, *of_people.lines))
    assert confirmation(undo) is rung
    assert to_type(undo) == str(people)
