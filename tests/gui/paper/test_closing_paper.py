"""The paper of a closed day: all of it in both languages, made in any thread, with what finds no room counted."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QApplication

from desktop_admin import language
from desktop_admin.controllers.handing_out.closing import DayReport
from desktop_admin.controllers.log.chain import Checkpoint
from desktop_admin.controllers.values.attending import Attendance, Attendee, Attending
from desktop_admin.controllers.values.checks import Amiss, Check, Checklist
from desktop_admin.controllers.values.closed import Closing, DayEnd
from desktop_admin.controllers.values.happened import Concerned, Incident, Written
from desktop_admin.controllers.values.records import Sealed
from desktop_admin.gui.kit import looks
from desktop_admin.gui.paper import closing_paper, pages
from desktop_admin.gui.paper.closing_paper import MOST_LEFT, MOST_OPERATIONS
from desktop_admin.language import speaking
from desktop_admin.messages import Message, phrase
from tests.gui.paper.test_papers import NOON, RECORD, WORDS, text_of

ABSENT = Attendee(
    user_id=1,
    army_no="T-9",
    rank="Sep",
    name="<b>Ravi",
    trade="TTC",
    shift_id=1,
    shift="Hall",
    state=Attending.ABSENT,
    has_slot=False,
)
INCIDENT = Incident(
    "power",
    NOON,
    Written(
        "0f0e", 3, NOON, "Asha", "desk-1", "No <light>", "A fuse", (Concerned(1, "T-9", "Ravi"),), (), Sealed.SEALED
    ),
)
CLOSED = Closing(
    "a", NOON.date(), NOON - timedelta(hours=1), "Major Rao", "d", "day.zip.age", "0" * 64, 1, NOON, None, Sealed.SEALED
)
LEFT = tuple(Amiss(Message.of("day_end.absentees", n=n), Message.of("day_end.withdraw")) for n in range(MOST_LEFT + 3))
REPORT = DayReport(
    left=DayEnd(
        NOON.date(),
        Checklist(NOON, None, (Check("absentees", LEFT), Check("log"))),
        Attendance(NOON, NOON.date(), None, (ABSENT,)),
        (ABSENT,),
        (),
        (INCIDENT,),
        (CLOSED,),
    ),
    end=Checkpoint(7, "ab" * 32, NOON),
    records=(RECORD,),
    reason="A slot was given late.",
)


@pytest.fixture(autouse=True)
def fonts(qapp: QApplication) -> None:
    """What the papers are written in."""
    looks.prepare(qapp)


def test_the_paper_says_all_of_the_day() -> None:
    text = text_of(closing_paper.day_closed(WORDS, REPORT))
    wanted = ("2026-03-01", "T-9", "<b>Ravi", "No <light>", "A fuse", "Reset slot", "ab" * 32, "A slot was given late.")
    signed = (phrase("paper.supervisor"), phrase("paper.officer_in_charge"), phrase("paper.sign_here"))
    assert [part for part in (*wanted, *signed, "11:00:00") if part not in text] == []
    # Two of them have no room, besides that of the log.
    assert "4 more are left" in text


def test_what_finds_no_room_is_counted() -> None:
    many = replace(REPORT, records=tuple(replace(RECORD, seq=n) for n in range(MOST_OPERATIONS + 2)))
    text = text_of(closing_paper.day_closed(WORDS, many))
    assert "2 earlier operations" in text
    assert "earlier operation" not in text_of(closing_paper.day_closed(WORDS, REPORT))


def test_it_is_in_both_languages_one_behind_the_other_whatever_is_spoken_and_in_whatever_thread() -> None:
    made, spoken = list[bytes](), list[str]()
    # Laying a long list out takes long, and shows nothing of languages.
    report = replace(REPORT, left=replace(REPORT.left, checklist=Checklist(NOON, None, (Check("log"),))))

    def make() -> None:
        made.append(closing_paper.as_pdf(WORDS, report))
        spoken.append(phrase("paper.supervisor"))

    worker = threading.Thread(target=make)
    worker.start()
    while worker.is_alive():
        # What is said here meanwhile stays in the language of the window.
        assert phrase("paper.supervisor") == "Supervisor"
        worker.join(0.001)
    assert spoken == ["Supervisor"]
    papers = []
    for one in language.LANGUAGES:
        with speaking(one):
            papers.append(closing_paper.day_closed(WORDS, report))
    assert [paper.language for paper in papers] == ["en", "hi"]
    assert ["Supervisor" in papers[0].html, "पर्यवेक्षक" in papers[1].html] == [True, True]
    count = len(re.findall(rb"/Type /Page\b", made[0]))
    each = [len(re.findall(rb"/Type /Page\b", pages.as_pdf(paper))) for paper in papers]
    assert (count, language.used()) == (sum(each), "en")
