"""The lists of the exam day."""

from __future__ import annotations

from operator import attrgetter

from desktop_admin.controllers.values.attending import Attendee, Attending, Figures, seat_order
from desktop_admin.controllers.values.columns import ATTENDEES, FIGURES
from desktop_admin.gui.core.sentences import FINISHED, NOT_STARTED, NOTHING, OVERDUE, RUNNING
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.tables.cells import Cell
from desktop_admin.gui.tables.rows_model import RowsModel
from desktop_admin.messages import phrase

LOOKS = {
    Attending.ABSENT: (OVERDUE, Tone.OVERDUE),
    Attending.PRESENT: (NOT_STARTED, Tone.PLAIN),
    Attending.WRITING: (RUNNING, Tone.RUNNING),
    Attending.DONE: (FINISHED, Tone.MUTED),
    Attending.NOT_EXPECTED: (NOTHING, Tone.MUTED),
}
"""Glyph and tone of each state."""
_ORDER = {state: place for place, state in enumerate(Attending)}


def state_words(state: Attending) -> str:
    """Glyph and word of a state."""
    return f"{LOOKS[state][0]} {phrase(f'attending_{state}')}"


class AttendeeModel(RowsModel[Attendee]):
    """Who belongs to a shift, and who was checked in at its door."""

    table = ATTENDEES
    identity = attrgetter("user_id")

    def shown(self, column: str, source: Attendee) -> Cell:
        match column:
            case "state":
                return Cell(state_words(source.state), LOOKS[source.state][1], bold=True, order=_ORDER[source.state])
            case "seat" if source.seat:
                return Cell(source.seat, order=seat_order(source.seat))
            case "shift" if source.guest:
                return super().shown(column, source)._replace(tone=Tone.OVERDUE)
        return super().shown(column, source)


class FiguresModel(RowsModel[Figures]):
    """How many are there, by shift and trade."""

    table = FIGURES
    identity = attrgetter("shift", "trade")

    def shown(self, column: str, source: Figures) -> Cell:
        cell = super().shown(column, source)
        return cell._replace(tone=Tone.OVERDUE, bold=True) if column == "absent" and source.absent else cell
