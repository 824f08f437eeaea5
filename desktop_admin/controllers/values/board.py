"""The board of a shift: who needs somebody first, who is away, who writes, and how many the others are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from desktop_admin.controllers.values.attending import DayShift, seat_order
from desktop_admin.controllers.values.sessions import FindingKind
from desktop_admin.messages import Message


class Standing(StrEnum):
    """How it stands with a candidate, in the order in which somebody is needed; each stands where they come first."""

    PROBLEM = "problem"
    NOT_BACK = "not_back"
    """Was to start again, or to log in again, and has not yet."""
    ABSENT = "absent"
    WRITING = "writing"
    PRESENT = "present"
    DONE = "done"
    NOT_EXPECTED = "not_expected"

    @property
    def said(self) -> Message:
        """It in a word; attendance and board share theirs."""
        own = (Standing.PROBLEM, Standing.NOT_BACK)
        return Message.of(f"board_{self}" if self in own else f"attending_{self}")


COUNTED = frozenset({Standing.PRESENT, Standing.DONE, Standing.NOT_EXPECTED})
"""Of whom the board says only how many they are."""


class By(StrEnum):
    """What the board is arranged by: lines that stand alike, and the numbers."""

    TRADE = "trade"
    SHIFT = "shift"
    SEAT = "seat"


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """A candidate, or something wrong that concerns no candidate alone.

    Attributes:
        user_id, army_no: None where it is about no candidate.
        number: which it is of those that are about no candidate, and otherwise alike.
        trade, shift, seat: empty where there is none.
        stuck: of a problem: whether it is a stuck session.
        kinds: what is wrong, in a word each.
        told: the same with all that there is to know of it, or since when somebody is not back.
        since: when somebody who is not back was sent away.
        left: the time that is left to who writes; None where nothing says it.
        over: what was told of it has passed; it is shown only until nobody reads there.
    """

    standing: Standing
    user_id: int | None = None
    army_no: str | None = None
    number: int = 0
    name: str = ""
    trade: str = ""
    shift: str = ""
    seat: str = ""
    stuck: bool = False
    kinds: tuple[FindingKind, ...] = ()
    told: tuple[Message, ...] = ()
    since: datetime | None = None
    left: timedelta | None = None
    over: bool = False

    @property
    def key(self) -> object:
        """What identifies it: the candidate, else what is wrong with which trade, whatever is told of it."""
        return self.user_id if self.user_id is not None else (self.kinds, self.trade, self.number)

    def group(self, by: By) -> str:
        """Whose number it is counted among; of seats what stands before the number of each."""
        return self.seat.rstrip("0123456789").rstrip(" -/") if by is By.SEAT else getattr(self, by.value)


@dataclass(frozen=True, slots=True)
class BoardFigures:
    """How many candidates of one trade, shift or row of seats stand how.

    Attributes:
        group: the trade, the shift, or what the seats begin with; empty for those without.
    """

    group: str
    problem: int
    not_back: int
    absent: int
    writing: int
    present: int
    done: int
    not_expected: int


@dataclass(frozen=True, slots=True)
class Board:
    """The shift at a glance.

    Attributes:
        at: the database's time of the reading.
        shift: the one that was asked for; None for every shift of the day.
        people: everybody, and what is wrong besides; in the order of ``arranged``.
        elsewhere: how many problems there are of candidates who do not belong to the shift.
    """

    at: datetime
    day: date
    shift: DayShift | None
    people: tuple[BoardRow, ...]
    elsewhere: int = 0

    @property
    def rows(self) -> tuple[BoardRow, ...]:
        """Those who are listed one by one."""
        return tuple(row for row in self.people if row.standing not in COUNTED)

    @property
    def counts(self) -> Counter[Standing]:
        """How many lines stand how."""
        return Counter(row.standing for row in self.people)

    def figures(self, by: By) -> tuple[BoardFigures, ...]:
        """The numbers of candidates, by trade, shift or row of seats; those without one last."""
        counted = Counter((row.group(by), row.standing) for row in self.people if row.user_id is not None)
        groups = sorted({group for group, _ in counted}, key=lambda group: (not group, group.casefold(), group))
        return tuple(
            BoardFigures(group, **{standing.value: counted[group, standing] for standing in Standing})
            for group in groups
        )

    def arranged(self, by: By) -> Board:
        """The same with the lines in this order: by how they stand, and those that stand alike by this."""
        return replace(self, people=tuple(sorted(self.people, key=_ORDER[by])))


def held(shown: Sequence[BoardRow], newest: Sequence[BoardRow]) -> tuple[BoardRow, ...]:
    """What stands where somebody reads: the lines that are shown, in their places, each as it is now.

    A line that is no longer there stays, and says so; one that is new is not among them.
    """
    now = {row.key: row for row in newest}
    return tuple(now[row.key] if row.key in now else replace(row, over=True) for row in shown)


def news(placed: dict[object, Standing], newest: Collection[BoardRow]) -> int:
    """How many lines are new, or would stand further up than where they were placed."""
    order = list(Standing)
    return sum(row.key not in placed or order.index(row.standing) < order.index(placed[row.key]) for row in newest)


def _order(by: By) -> Callable[[BoardRow], tuple[object, ...]]:
    places = {standing: place for place, standing in enumerate(Standing)}

    def order(row: BoardRow) -> tuple[object, ...]:
        alike = (not row.seat, seat_order(row.seat)) if by is By.SEAT else (not row.group(by), row.group(by))
        # Who was sent away first has waited longest, and whose time ends first is looked at first.
        waited = row.since.timestamp() if row.since else 0.0
        left = row.left.total_seconds() if row.left is not None else float("inf")
        return places[row.standing], not row.stuck, *alike, waited, left, row.army_no or ""

    return order


_ORDER = {by: _order(by) for by in By}
