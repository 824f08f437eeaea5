"""Giving time: after a power cut, the failure of a PC, or because it was planned for a candidate.

A session's duration is written and its candidate's logins end with it, because the page's clock begins at the duration
whenever the page is opened, and an open page keeps its old one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from desktop_admin.controllers.operations.kind import CandidatesAsked, Ladder, Operation, Option, Place, Right, Undo
from desktop_admin.controllers.values.written import Whose, Written

DURATION = Written(table="questions_examsession", key="id", columns=("duration",), whose=Whose.SESSION)


@dataclass(frozen=True)
class TimeAsked(CandidatesAsked):
    """How much time, in exactly one of three ways.

    Attributes:
        minutes_left: so many minutes from now.
        extra: so many more than what is left now.
        as_of: what was left at that moment.
        planned: an accommodation; kept for those who have no session yet.
        named: the candidates were chosen one by one, so that even who has logged in again since gets what was left,
            and who is stuck as well.
    """

    minutes_left: int | None = None
    extra: int | None = None
    as_of: datetime | None = None
    planned: bool = False
    named: bool = False

    def __post_init__(self) -> None:
        if sum(one is not None for one in (self.minutes_left, self.extra, self.as_of)) != 1:
            raise ValueError("say how much time in one way")

    def logged(self) -> dict[str, Any]:
        """What was asked, with the moment as text."""
        at = self.as_of
        return super().logged() | {"as_of": None if at is None else at.astimezone(UTC).isoformat()}


GIVE_TIME = Operation(
    name="give-time",
    home=__name__,
    right=Right.INVIGILATOR,
    undo=Undo.ROWS,
    # What is typed on an open page is lost.
    ladder=Ladder.DIALOG,
    writes=(DURATION,),
    options=(Option.CANDIDATES, Option.SHIFT, Option.TIME),
    place=Place.TIME,
)
