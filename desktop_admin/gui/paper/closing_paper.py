"""The paper of a closed day, in both languages, each with lines to sign on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop

from desktop_admin.controllers.values.checks import rows
from desktop_admin.controllers.values.columns import ABSENTEES, CHECKS, FIGURES
from desktop_admin.gui.paper import day_words, pages, paper_html
from desktop_admin.gui.paper.pages import Printout
from desktop_admin.gui.paper.paper_words import PaperWords
from desktop_admin.language import LANGUAGES, speaking
from desktop_admin.messages import phrase

if TYPE_CHECKING:
    from desktop_admin.controllers.handing_out.closing import DayReport

MOST_OPERATIONS = 1000
"""So many operations are on the paper, the last ones; the table beside it in the file has them all."""
MOST_LEFT = 100
"""The same of what is left."""
_SIGN = ("paper.supervisor", "paper.officer_in_charge")


def as_pdf(words: PaperWords, report: DayReport) -> bytes:
    """The paper as one PDF file: all of it in one language, and then in the other.

    It is drawn in whatever thread asks for it, and speaks each language in that thread alone.

    Raises:
        AdminError: there are no fonts to write it in.
    """
    # Never run: with it the thread has what the timers of Qt's documents need, which a worker has not by itself.
    _loop = QEventLoop()
    papers = []
    for language in LANGUAGES:
        with speaking(language):
            papers.append(day_closed(words, report))
    return pages.as_pdf(*papers)


def day_closed(words: PaperWords, report: DayReport) -> Printout:
    """What a day was, to be signed; in the language that is spoken."""
    left = report.left
    parts = (
        paper_html.facts(_facts(words, report)),
        paper_html.heading("paper.left_of_day"),
        _left(words, report),
        paper_html.heading("day.attendance"),
        words.table(FIGURES, left.attendance.figures, widths=(22, 9, 10, 10, 10, 8, 11, 11, 9)),
        paper_html.heading("paper.absent"),
        words.table(ABSENTEES, left.absent, widths=(18, 8, 24, 9, 29, 12), empty=phrase("paper.nobody_absent")),
        paper_html.note(phrase("paper.what_absent_means_closed")),
        paper_html.heading("paper.incidents"),
        *_incidents(words, report),
        paper_html.heading("heading_operations"),
        words.operations(report.records[-MOST_OPERATIONS:], empty=phrase("paper.nothing_in_this_time")),
        _more(len(report.records) - MOST_OPERATIONS, "paper.more_operations"),
        paper_html.heading("paper.checkpoint"),
        paper_html.facts((("paper.log_row", report.end.seq), ("paper.seal", report.end.hash))),
        paper_html.note(phrase("paper.keep_this")),
        paper_html.note(phrase("paper.in_sealed_file")),
        paper_html.signatures(*_SIGN),
    )
    title = phrase("paper.day_closed", day=left.day)
    return words.printout(title, parts, at=left.checklist.at, file_name=f"day-{left.day}")


def _facts(words: PaperWords, report: DayReport) -> paper_html.Facts:
    left = report.left
    before = left.closing
    return (
        ("heading_day", str(left.day)),
        ("paper.as_of", words.words.full_moment(left.checklist.at)),
        ("paper.closed_by", words.actor.name),
        ("heading_desk", words.actor.desk),
        ("heading_outcome", phrase("day_end.nothing_left" if left.checklist.green else "day_end.something_left")),
        *((("paper.closed_before", words.words.full_moment(before.at)),) if before else ()),
        *((("heading_reason", report.reason),) if report.reason else ()),
    )


def _left(words: PaperWords, report: DayReport) -> str:
    listed = rows(report.left.checklist)
    table = words.table(CHECKS, listed[:MOST_LEFT], widths=(14, 26, 36, 24))
    return table + _more(len(listed) - MOST_LEFT, "paper.more_left")


def _incidents(words: PaperWords, report: DayReport) -> list[str]:
    parts = [part for one in report.left.incidents for part in day_words.incident_parts(words, one)]
    return parts or [paper_html.note(phrase("paper.no_incident"))]


def _more(count: int, key: str) -> str:
    """What is said of the lines that did not find room."""
    return paper_html.note(phrase(key, n=count)) if count > 0 else ""
