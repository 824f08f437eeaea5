"""The end of an exam day: what is left of it, and how it was closed. All times are UTC-aware."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from desktop_admin.controllers.values.attending import Attendance, Attendee, Attending
from desktop_admin.controllers.values.checks import Checklist
from desktop_admin.controllers.values.happened import Incident
from desktop_admin.controllers.values.records import Sealed
from desktop_admin.controllers.values.sessions import SessionRow
from desktop_admin.messages import Message


@dataclass(frozen=True, slots=True)
class Closing:
    """That a day was closed, as a row of the log says.

    Attributes:
        day: in the portal's zone.
        at: when, by the database server's clock.
        file, digest: the file that was made, as it was named then, and its SHA-256.
        row: the last row of the log that the file knows; what is recorded behind it, the file does not tell.
        as_of: when the day was read for the file.
        reason: why the day was closed once more; None the first time.
        seal: what is known of who wrote the row.
        operations, submissions: how many operations of that day were recorded since, and how many papers submitted.
    """

    op_id: str
    day: date
    at: datetime
    person: str
    desk: str
    file: str
    digest: str
    row: int
    as_of: datetime
    reason: str | None
    seal: Sealed
    operations: int = 0
    submissions: int = 0

    @property
    def is_current(self) -> bool:
        """Whether the file tells all of the day, as far as the log and the portal know."""
        return not (self.operations or self.submissions)

    @property
    def told(self) -> Message:
        """Whether the file tells all of the day, in words."""
        if self.is_current:
            return Message.of("closing.current")
        operations = Message.of("count.operations", n=self.operations)
        submissions = Message.of("count.submissions", n=self.submissions)
        return Message.of("closing.out_of_date", operations=operations, submissions=submissions)


@dataclass(frozen=True, slots=True)
class DayEnd:
    """What is left of a day.

    Attributes:
        checklist: each line green, or with what is left and how it is put in order.
        attendance: who was there; absent is also whose slot was withdrawn on the day before they were seen.
        with_slot: those absent today from a shift that has begun, whose slot was not withdrawn yet. What a slot of
            another day was nobody knows any more, and a shift to come has nobody absent.
        leftovers: incomplete sessions that were started before the day ended, stuck ones first.
        incidents: of the day, oldest first.
        closings: how the day was closed so far, oldest first.
    """

    day: date
    checklist: Checklist
    attendance: Attendance
    with_slot: tuple[Attendee, ...]
    leftovers: tuple[SessionRow, ...]
    incidents: tuple[Incident, ...]
    closings: tuple[Closing, ...]

    @property
    def absent(self) -> tuple[Attendee, ...]:
        """Whoever had a slot and a shift on the day, and was not seen."""
        return self.attendance.in_state(Attending.ABSENT)

    @property
    def told(self) -> tuple[Message, ...]:
        """Whether the day was closed, and whether its file tells all of it."""
        closing = self.closing
        if closing is None:
            return (Message.of("day_end.not_closed"),)
        told = Message.of("day_end.closed", at=closing.at, person=closing.person, file=closing.file)
        return told, closing.told

    @property
    def closing(self) -> Closing | None:
        """How the day was closed last, or None."""
        return self.closings[-1] if self.closings else None
