"""Who is there on an exam day: what a pane, a command or a paper shows of it, frozen when the transaction ends."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from enum import StrEnum
from operator import itemgetter


class Attending(StrEnum):
    """How it stands with a candidate on a day, in the order in which somebody looks for them."""

    ABSENT = "absent"
    """A slot and a shift on this day, and nothing seen: no check-in, no start, no incomplete session."""
    PRESENT = "present"
    """Checked in, or started and waiting to restart."""
    WRITING = "writing"
    DONE = "done"
    """Has handed in on this day, and has no slot for another paper."""
    NOT_EXPECTED = "not_expected"


@dataclass(frozen=True, slots=True)
class DayShift:
    """A shift with its day and beginning, neither of which has a zone; both are of the portal's."""

    id: int
    label: str
    day: date | None
    start: time | None

    def begins(self, zone: tzinfo) -> datetime | None:
        """When it begins; None where the portal's row cannot be read."""
        if self.day is None or self.start is None:
            return None
        return datetime.combine(self.day, self.start, tzinfo=zone)


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """That a candidate was seen at the door on a day.

    Attributes:
        shift_id: the shift at whose door; None where none was named and the candidate has none.
        seat: the seat or PC that was given, or empty.
    """

    user_id: int
    shift_id: int | None
    seat: str
    at: datetime
    person: str
    desk: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """A candidate of a shift, or one who was checked in at its door.

    Attributes:
        shift_id, shift: the candidate's own.
        guest: belongs to another shift than the one that was asked for, at whose door they were checked in.
        checked_in: None where nobody did.
        late: seconds between the beginning of the shift and the check-in; 0 for who was in time.
    """

    user_id: int
    army_no: str
    rank: str
    name: str
    trade: str | None
    shift_id: int | None
    shift: str
    state: Attending
    has_slot: bool
    guest: bool = False
    checked_in: CheckedIn | None = None
    late: int = 0

    @property
    def seat(self) -> str:
        """The seat or PC that was given at the door, or empty."""
        return self.checked_in.seat if self.checked_in else ""


@dataclass(frozen=True, slots=True)
class Figures:
    """How many candidates of one shift and trade are in each state.

    Attributes:
        shift: empty for those who have none; they are expected on no day.
        late: how many were checked in after the shift had begun.
        expected: how many have a slot, or were seen.
    """

    shift: str
    trade: str | None
    present: int
    writing: int
    done: int
    absent: int
    not_expected: int
    late: int

    @property
    def expected(self) -> int:
        """How many have a slot, or were seen."""
        return self.present + self.writing + self.done + self.absent


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who is there, of one shift or of a whole day.

    Attributes:
        at: the database's time of the reading.
        shift: the one that was asked for; None for the day.
        rows: by shift and army number; guests last.
    """

    at: datetime
    day: date
    shift: DayShift | None
    rows: tuple[Attendee, ...]

    @property
    def figures(self) -> tuple[Figures, ...]:
        """The numbers, by shift and trade; guests are counted with their own shift."""
        groups: defaultdict[tuple[str, str], list[Attendee]] = defaultdict(list)
        for row in self.rows:
            if not row.guest:
                groups[row.shift, row.trade or ""].append(row)
        return tuple(self._figures(*group, rows) for group, rows in sorted(groups.items(), key=itemgetter(0)))

    def _figures(self, shift: str, trade: str, rows: Sequence[Attendee]) -> Figures:
        count = Counter(row.state for row in rows)
        late = sum(row.late > 0 for row in rows)
        return Figures(shift, trade or None, **{state.value: count[state] for state in Attending}, late=late)

    def in_state(self, state: Attending) -> tuple[Attendee, ...]:
        """The candidates in this state who belong here."""
        return tuple(row for row in self.rows if row.state is state and not row.guest)

    @property
    def guests(self) -> tuple[Attendee, ...]:
        """Who was checked in here and belongs to another shift, or to none."""
        return tuple(row for row in self.rows if row.guest)

    @property
    def seated(self) -> tuple[Attendee, ...]:
        """Who was checked in here, by seat; those without a seat last."""
        here = (row for row in self.rows if row.checked_in is not None and self._is_here(row))
        return tuple(sorted(here, key=lambda row: (not row.seat, seat_order(row.seat), row.army_no)))

    def _is_here(self, row: Attendee) -> bool:
        """Whether the check-in was at this door; one of a shift's own where no door was named."""
        at = row.checked_in.shift_id if row.checked_in else None
        return self.shift is None or at == self.shift.id


def seat_order(seat: str) -> tuple[str, int, str]:
    """What seats are sorted by: PC-9 before PC-10."""
    stem = seat.rstrip("0123456789")
    return stem.casefold(), int(seat[len(stem) :] or 0), seat


def next_seat(seat: str) -> str:
    """The seat behind this one: PC-10 behind PC-9, 07 behind 06; the same where it ends with no number."""
    stem = seat.rstrip("0123456789")
    number = seat[len(stem) :]
    return f"{stem}{int(number) + 1:0{len(number)}d}" if number else seat
