"""How the window and the papers show the value of a column."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from desktop_admin.controllers.values.columns import HeldSets, Person
from desktop_admin.controllers.values.lines import Line
from desktop_admin.controllers.values.people import CandidateStatus
from desktop_admin.controllers.values.records import Sealed
from desktop_admin.gui.core.sentences import NOTHING
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import STATUS_LOOKS, Words, person
from desktop_admin.messages import Message, phrase

_WORST_FIRST = {status: place for place, status in enumerate(CandidateStatus)}


class Cell(NamedTuple):
    """One worded cell; a tuple, because thousands are made where a long list is sorted.

    Attributes:
        hint: what its tip says.
        order: what it is sorted by where that is not its text.
    """

    text: str
    tone: Tone = Tone.PLAIN
    bold: bool = False
    hint: str = ""
    order: Any = None


def worded(column: str, value: object, words: Words) -> Cell:
    """The value of a column in words; a dash for nothing, and a blank where no time runs."""
    match value:
        case CandidateStatus():
            return Cell(words.status(value), STATUS_LOOKS[value][1], bold=True, order=_WORST_FIRST[value])
        case None | "":
            return Cell("" if column == "minutes left" else NOTHING)
        case str():
            text = str(value)
        case HeldSets():
            return Cell(held_sets(value), Tone.STUCK if value.stuck else Tone.PLAIN)
        case Person():
            return Cell(person(value.number, value.name) or NOTHING, hint=value.name)
        case datetime():
            return Cell(words.moment(value), order=value)
        case timedelta():
            return Cell(words.time_left(value), order=value)
        case Line():
            text = words.switch(value) if value.is_trade else words.line_name(value)
        case Message():
            text = words.say(value)
        case _:
            return Cell(f"#{value}" if column == "session" else str(value), order=value)
    return Cell(text, hint=text)


def doer(person: str, *, verified: bool, seal: Sealed | None = None) -> str:
    """Who did something, and that no password was checked where none was, or that no seal says that it was they."""
    who = person if verified else phrase("kit.not_signed_in", person=person)
    return who if seal is None else seal.mark(who)


def outcome(line: Line, operation: str, *, planned: bool, words: Words) -> str:
    """What happens or happened to one line, with what the person should know."""
    told = words.outcome(line, operation, planned=planned)
    return " · ".join(part for part in (told, words.lines(line.notes)) if part)


def held_sets(held: HeldSets) -> str:
    """The sets that a session is made of, beside the active one where it is another: *C ≠ E*."""
    sets = "+".join(held.sets)
    if not sets:
        return NOTHING
    return sets if held.active is None or sets == held.active else f"{sets} ≠ {held.active}"
