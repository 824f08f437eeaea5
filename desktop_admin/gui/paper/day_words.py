"""What the papers of an exam day say: who comes to the door, who sits where, who is absent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from desktop_admin.controllers.values.attending import Attendance, Attending
from desktop_admin.controllers.values.checks import Checklist, rows
from desktop_admin.controllers.values.columns import ATTENDEES, CHECKS, FIGURES
from desktop_admin.gui.paper import paper_html
from desktop_admin.gui.paper.pages import Printout
from desktop_admin.gui.paper.paper_words import PaperWords
from desktop_admin.messages import phrase

DOOR = replace(ATTENDEES, paper=("army no", "rank", "name", "trade", "seat", "checked in", "signature"))
SEATING = replace(ATTENDEES, paper=("seat", "army no", "rank", "name", "trade", "checked in"))
ABSENT = replace(ATTENDEES, paper=("army no", "rank", "name", "trade", "shift"))
_SIGN = ("paper.person_at_desk", "paper.supervisor")


def door_list(words: PaperWords, found: Attendance) -> Printout:
    """Everybody who is expected, to be ticked off and signed at the door."""
    rows = [row for row in found.rows if row.state is not Attending.NOT_EXPECTED]
    table = words.table(DOOR, rows, widths=(16, 8, 24, 10, 8, 14, 20), empty=phrase("paper.nobody_expected"))
    return _printout(words, found, "door_list", (table,))


def seating_list(words: PaperWords, found: Attendance) -> Printout:
    """Who was checked in, by seat."""
    table = words.table(SEATING, found.seated, widths=(12, 20, 10, 30, 12, 16), empty=phrase("paper.nobody_checked_in"))
    return _printout(words, found, "seating_list", (table,))


def absentees(words: PaperWords, found: Attendance) -> Printout:
    """Who has a slot and a shift on this day, and was not seen; with the figures, to be signed."""
    absent = found.in_state(Attending.ABSENT)
    parts = (
        words.table(FIGURES, found.figures, widths=(16, 12, 12, 12, 12, 12, 12, 12)),
        paper_html.heading("paper.absent"),
        words.table(ABSENT, absent, widths=(20, 10, 30, 12, 28), empty=phrase("paper.nobody_absent")),
        paper_html.note(phrase("paper.what_absent_means")),
    )
    return _printout(words, found, "absentees", parts)


def _printout(words: PaperWords, found: Attendance, name: str, parts: tuple[str, ...]) -> Printout:
    facts = (
        ("heading_shift", found.shift.label if found.shift else phrase("paper.every_shift_of", day=found.day)),
        ("paper.as_of", words.words.full_moment(found.at)),
    )
    html = (paper_html.facts(facts), *parts, paper_html.signatures(*_SIGN))
    file_name = f"{name}-{found.day}"
    return words.printout(phrase(f"paper.{name}"), html, at=found.at, file_name=file_name)


def checklist(words: PaperWords, found: Checklist) -> Printout:
    """What must be so before a shift, as it was looked at, to be signed."""
    facts = (
        ("heading_shift", found.shift.label if found.shift else phrase("day.every_shift")),
        ("paper.as_of", words.words.full_moment(found.at)),
        ("heading_outcome", phrase("checklist.all_green" if found.green else "checklist.not_green")),
    )
    table = words.table(CHECKS, rows(found), widths=(14, 26, 36, 24))
    html = (paper_html.facts(facts), table, paper_html.signatures(*_SIGN))
    return words.printout(phrase("paper.checklist"), html, at=found.at, file_name="checklist")


PAPERS: dict[str, Callable[[PaperWords, Attendance], Printout]] = {
    "door_list": door_list,
    "seating_list": seating_list,
    "absentees": absentees,
}
"""The papers that are made of who is there, by the last part of the names of their sentences."""
