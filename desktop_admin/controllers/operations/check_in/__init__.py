"""Checking in at the door, and withdrawing a check-in: our own table alone, nothing of the portal's is written."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_admin.controllers.operations.kind import CandidatesAsked, Ladder, Operation, Option, Right, Undo
from desktop_admin.controllers.values.written import CHECK_INS

LONGEST_SEAT = 40


@dataclass(frozen=True)
class DayAsked(CandidatesAsked):
    """Candidates on a day.

    Attributes:
        day: in the portal's zone, as YYYY-MM-DD.
    """

    day: str


@dataclass(frozen=True)
class CheckInAsked(DayAsked):
    """Who is at the door.

    Attributes:
        shift_id: of which shift it is the door; None where none is named: that of the candidate.
        seat: the seat or PC that is given, or empty.
    """

    shift_id: int | None = None
    seat: str = ""


CHECK_IN = Operation(
    name="check-in",
    home=__name__,
    right=Right.EVERYBODY,
    undo=Undo.ROWS,
    ladder=Ladder.IF_TOLD,
    keeps=CHECK_INS,
    options=(Option.NUMBERS, Option.DOOR),
)
WITHDRAW_CHECK_IN = Operation(
    name="withdraw-check-in",
    home=__name__,
    right=Right.EVERYBODY,
    undo=Undo.ROWS,
    keeps=CHECK_INS,
    needs_reason=True,
    options=(Option.NUMBERS,),
)
