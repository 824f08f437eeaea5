"""What the papers of an exam day say: who comes to the door, who sits where, who is absent, and what happened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from desktop_admin.controllers.values.attending import Attendance, Attendee, Attending
from desktop_admin.controllers.values.checks import Checklist, rows
from desktop_admin.controllers.values.columns import ATTENDEES, CHECKS, FIGURES
from desktop_admin.controllers.values.happened import Incident
from desktop_admin.gui.core.words import person
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
    own: dict[str, Callable[[Attendee], str]] = {"checked in": partial(_seen, words), "signature": lambda _row: ""}
    empty = phrase("paper.nobody_expected")
    table = words.table(DOOR, rows, widths=(16, 8, 26, 10, 10, 10, 20), own=own, empty=empty)
    return _printout(words, found, "door_list", (table,))


def seating_list(words: PaperWords, found: Attendance) -> Printout:
    """Who was checked in, by seat."""
    own, empty = {"checked in": partial(_seen, words)}, phrase("paper.nobody_checked_in")
    table = words.table(SEATING, found.seated, widths=(12, 20, 10, 30, 12, 16), own=own, empty=empty)
    return _printout(words, found, "seating_list", (table,))


def absentees(words: PaperWords, found: Attendance) -> Printout:
    """Who has a slot and a shift on this day, and was not seen; with the figures, to be signed."""
    absent = found.in_state(Attending.ABSENT)
    parts = (
        words.table(FIGURES, found.figures, widths=(22, 9, 10, 10, 10, 8, 11, 11, 9)),
        paper_html.heading("paper.absent"),
        words.table(ABSENT, absent, widths=(20, 10, 30, 12, 28), empty=phrase("paper.nobody_absent")),
        paper_html.note(phrase("paper.what_absent_means")),
    )
    return _printout(words, found, "absentees", parts)


def _seen(words: PaperWords, row: Attendee) -> str:
    """When somebody was checked in, in few letters."""
    return words.words.moment(row.checked_in.at if row.checked_in else None)


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


def incidents(words: PaperWords, found: Sequence[Incident]) -> Printout:
    """Incidents, each with what was added to it, to be signed; of one, or of a span of time."""
    parts = [part for one in found for part in incident_parts(words, one)] or [
        paper_html.note(phrase("paper.no_incident"))
    ]
    at = max((one.happened_at for one in found), default=datetime.now(UTC))
    title = phrase("paper.incident" if len(found) == 1 else "paper.incidents")
    return words.printout(title, (*parts, paper_html.signatures(*_SIGN)), at=at, file_name="incidents")


def incident_parts(words: PaperWords, one: Incident) -> tuple[str, ...]:
    """One incident, with what was added to it."""
    people = ", ".join(person(who.army_no, who.name) for who in one.people)
    facts: list[tuple[str, str | int | None]] = [
        ("paper.category", words.words.category(one.category)),
        ("heading_when", words.words.full_moment(one.happened_at)),
        ("paper.concerned", people),
        ("paper.belongs_to_it", ", ".join(one.about)),
    ]
    for part in (one.first, *one.additions):
        who = phrase("desk.action", time=words.words.full_moment(part.at), operation=part.desk, person=part.person)
        facts += [("paper.written_down", part.seal.mark(who)), ("paper.what_happened", part.text)]
        facts += [("paper.what_was_done", part.done)] if part.done else []
        facts.append(("paper.log_row", part.seq))
    return paper_html.facts(facts), paper_html.note(one.op_id)


PAPERS: dict[str, Callable[[PaperWords, Attendance], Printout]] = {
    "door_list": door_list,
    "seating_list": seating_list,
    "absentees": absentees,
}
"""The papers that are made of who is there, by the last part of the names of their sentences."""
