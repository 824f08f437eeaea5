"""Papers: every word on them, page by page, from the window to the file and the printer."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QDesktopServices, QFont, QPdfWriter, QTextDocument, QTextTable
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from desktop_admin.controllers.handing_out.reports import ShiftReport, Slip
from desktop_admin.controllers.log.chain import Checkpoint
from desktop_admin.controllers.operations.slots import RESET
from desktop_admin.controllers.operations.time import GIVE_TIME
from desktop_admin.controllers.values.lines import Actor, GivenTime, Line
from desktop_admin.controllers.values.records import ClearedSession, OperationRecord
from desktop_admin.files.new_files import free_name
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.kit import looks
from desktop_admin.gui.paper import pages
from desktop_admin.gui.paper.pages import Printout
from desktop_admin.gui.paper.paper_html import table
from desktop_admin.gui.paper.paper_words import MOST_LINES, PaperWords
from desktop_admin.gui.paper.preview_dialog import PreviewDialog
from desktop_admin.gui.window.main_window import MainWindow
from desktop_admin.messages import Message
from tests.gui.driving import WAIT_MS, find, look, press, settle

D = TypeVar("D", bound=QObject)
# Qt's own dialogs ask for sizes that the offscreen platform cannot give.
qts_dialog = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
NOON = datetime(2026, 3, 1, 6, 30, tzinfo=UTC)
WORDS = PaperWords(
    words=Words(zone=ZoneInfo("Asia/Kolkata")), database="portal @ hall2", kind="portal", actor=Actor(name="Asha")
)
RECORD = OperationRecord(
    seq=7,
    op_id="0f0e0d0c-1111-2222-3333-444455556666",
    operation=RESET.name,
    at=NOON,
    person="Asha",
    verified=True,
    desk="desk-1",
    reason="<b>& हड़ताल",
    applied=1,
    refused=0,
    ended_logins=1,
    lines=(Line("applied", 1, "T-1", "t1", "देवेंद्र सिंह", "TTC", cleared=(5,)),),
    sessions=(ClearedSession(5, 1, "T-1", "देवेंद्र सिंह", "TTC", "PRIMARY", "C", (1, 2)),),
    released_by="Major Rao",
)
EMPTY_SHIFT = ShiftReport(
    since=NOON - timedelta(hours=8),
    until=NOON,
    records=(),
    more=False,
    people=(),
    counts=(),
    problems=(),
    ending=0,
    running=0,
    accepted=0,
    waiting=0,
    finished=0,
    end=Checkpoint(0, "0" * 64, NOON),
)


@pytest.fixture(autouse=True)
def fonts(qapp: QApplication) -> None:
    """What the papers are written in."""
    looks.prepare(qapp)


def many(number: int) -> OperationRecord:
    lines = [Line("applied", n, f"T-{n}", name="देवेंद्र सिंह") for n in range(number)]
    return replace(RECORD, lines=tuple(lines), sessions=(), applied=number)


def text_of(paper: Printout) -> str:
    document = QTextDocument()
    document.setHtml(paper.html)
    return document.toPlainText()


def pages_of(path: Path) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", path.read_bytes()))


def slip(record: OperationRecord) -> Printout:
    return WORDS.slip(Slip(record, "ab" * 32, None, NOON))


def test_a_slip_says_everything_about_its_operation(qapp: QApplication) -> None:
    paper = slip(RECORD)
    text = text_of(paper)
    wanted = ("Reset slot", "2026-03-01 12:00:00", "Asha", "Major Rao", "desk-1", "<b>& हड़ताल", RECORD.op_id, "ab" * 32)
    assert [part for part in (*wanted, "T-1 देवेंद्र सिंह", "1 session cleared", "#5") if part not in text] == []
    assert (paper.origin, paper.printed) == ("portal @ hall2", "Printed 2026-03-01 12:00:00 (Asia/Kolkata) by Asha")


def test_a_paper_of_what_is_not_the_exam_says_so(qapp: QApplication) -> None:
    paper = replace(WORDS, kind="rehearsal").slip(Slip(RECORD, None, None, NOON))
    assert paper.origin == "REHEARSAL · portal @ hall2"


def test_a_paper_with_hindi_on_it_is_known_not_to_be_searchable(qapp: QApplication) -> None:
    plain = replace(RECORD, lines=(), sessions=(), reason="retake")
    assert [slip(record).searchable for record in (RECORD, plain)] == [False, True]


def test_a_paper_names_the_centre_where_the_desk_knows_it(qapp: QApplication) -> None:
    paper = replace(WORDS, centre="Centre 12, Pune").slip(Slip(RECORD, None, None, NOON))
    assert paper.origin == "Centre 12, Pune · portal @ hall2"


def test_a_slip_says_that_it_was_undone(qapp: QApplication) -> None:
    undone_by = replace(RECORD, person="Second", at=NOON + timedelta(minutes=5))
    assert "2026-03-01 12:05:00 by Second" in text_of(WORDS.slip(Slip(RECORD, None, undone_by, NOON)))


def test_a_slip_of_very_many_lists_the_first_and_counts_the_others(qapp: QApplication) -> None:
    text = text_of(slip(many(10_000)))
    assert text.count("देवेंद्र सिंह") == MOST_LINES
    assert "and 9 800 more" in text


def test_a_slip_counts_those_who_are_refused_for_the_same_reason(qapp: QApplication) -> None:
    why = Message.of("refused_has_slot")
    refused = tuple(Line("refused", n, f"R-{n}", name="Kumar", reason=why) for n in range(500))
    text = text_of(slip(replace(RECORD, lines=(*refused, *RECORD.lines), refused=500)))
    assert "Kumar" not in text
    assert "500 candidates" in text
    assert "The candidate already has a slot." in text
    assert "T-1 देवेंद्र सिंह" in text


def test_what_changed_a_session_stands_before_what_did_not(qapp: QApplication) -> None:
    quiet = tuple(Line("applied", n, f"Q-{n}") for n in range(2 * MOST_LINES))
    assert "T-1 देवेंद्र सिंह" in text_of(slip(replace(RECORD, lines=(*quiet, *RECORD.lines))))


def test_a_slip_tells_an_accommodation_from_what_was_given_after_an_incident(qapp: QApplication) -> None:
    told = {"paper": "PRIMARY", "before": 90, "left": 12, "n": 30, "at": NOON}
    lines = (
        Line(
            "applied", 1, "T-1", notes=(GIVE_TIME.say("note_incident", **told),), given=GivenTime(5, 30, planned=False)
        ),
        Line("applied", 2, "T-2", notes=(GIVE_TIME.say("note_planned", **told),), given=GivenTime(6, 30, planned=True)),
        Line("applied", 3, "T-3", notes=(GIVE_TIME.say("note_kept", n=30),), given=GivenTime(None, 30, planned=True)),
    )
    text = text_of(slip(replace(RECORD, operation=GIVE_TIME.name, lines=lines, sessions=())))
    until = "until 2026-03-01 12:00 at the earliest; 12 were left."
    assert f"Was given time · PRIMARY: 90 → 30 min, {until} Incident." in text
    assert f"Was given time · PRIMARY: 90 → 30 min, {until} Accommodation." in text
    assert "Kept for later · Once a paper is started, this desk offers to give 30 more minutes in it." in text


def test_an_empty_shift_says_so_and_can_be_signed(qapp: QApplication, tmp_path: Path) -> None:
    paper = WORDS.shift(EMPTY_SHIFT)
    text = text_of(paper)
    for part in ("Nothing was done in this span of time.", "Nothing is open.", "0" * 64, "Handing over", "Taking over"):
        assert part in text
    pages.save_pdf(paper, tmp_path / "shift.pdf")
    assert pages_of(tmp_path / "shift.pdf") == 1


def test_an_id_that_is_copied_out_of_a_file_has_its_own_letters(qapp: QApplication, tmp_path: Path) -> None:
    document = pages.laid_out(slip(RECORD), QPdfWriter(str(tmp_path / "slip.pdf")))
    font, ligatures = document.defaultFont(), QFont.Tag("liga")
    assert (font.isFeatureSet(ligatures), font.featureValue(ligatures)) == (True, 0), "ff would be one character"


def test_the_lines_for_signatures_are_never_cut_by_the_end_of_a_page(qapp: QApplication, tmp_path: Path) -> None:
    writer = QPdfWriter(str(tmp_path / "slip.pdf"))
    # The lines are as high as several rows, so that every second number meets each place where they could be cut.
    for number in range(20, 50, 2):
        document = pages.laid_out(slip(many(number)), writer)
        layout, height = document.documentLayout(), document.pageSize().height()
        place = layout.frameBoundingRect(document.rootFrame().childFrames()[-1])
        assert place.top() // height == (place.bottom() - 1) // height, number


def test_the_last_row_of_a_page_has_its_line_below(qapp: QApplication, tmp_path: Path) -> None:
    html = table(["", ""], [["T-1", "TTC"]] * 80, widths=[50, 50])
    document = pages.laid_out(Printout("", "", "", html, ""), QPdfWriter(str(tmp_path / "slip.pdf")))
    (rows,) = document.rootFrame().childFrames()
    assert isinstance(rows, QTextTable)
    assert document.pageCount() == 3
    below = {
        rows.cellAt(row, column).format().toTableCellFormat().bottomBorder() for row in (1, 80) for column in (0, 1)
    }
    assert below == {1.0}


def test_lines_of_both_scripts_have_one_height_so_that_the_end_of_a_page_cuts_no_row(
    qapp: QApplication, tmp_path: Path
) -> None:
    html = table([""], [["T-1"], ["हटाया"], ["T-2"]], widths=[100])
    document = pages.laid_out(Printout("", "", "", html, ""), QPdfWriter(str(tmp_path / "slip.pdf")))
    (rows,) = document.rootFrame().childFrames()
    assert isinstance(rows, QTextTable)
    blocks = [rows.cellAt(row, 0).firstCursorPosition().block() for row in (1, 2, 3)]
    first, second, third = (document.documentLayout().blockBoundingRect(block).top() for block in blocks)
    assert second - first == pytest.approx(third - second, abs=1)


def test_a_name_is_never_taken_for_markup(qapp: QApplication) -> None:
    (line,) = RECORD.lines
    assert "T-1 <b>R & D</b>" in text_of(slip(replace(RECORD, lines=(replace(line, name="<b>R & D</b>"),))))


def test_every_page_of_a_long_paper_is_in_the_file(qapp: QApplication, tmp_path: Path) -> None:
    pages.save_pdf(slip(many(MOST_LINES)), tmp_path / "slip.pdf")
    assert pages_of(tmp_path / "slip.pdf") >= 5


def shown(qtbot: QtBot, window: MainWindow, kind: type[D]) -> D:
    qtbot.waitUntil(lambda: bool([one for one in window.findChildren(kind) if one.isVisible()]), timeout=WAIT_MS)  # type: ignore[attr-defined]
    return next(one for one in window.findChildren(kind) if one.isVisible())  # type: ignore[attr-defined]


def save_as(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    dialog = shown(qtbot, window, QFileDialog)
    name = dialog.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(name, QLineEdit)
    name.setText(str(path))
    dialog.accept()
    settle(qtbot, window)


def reset_stuck(qtbot: QtBot, window: MainWindow) -> None:
    find(qtbot, window, "T-STUCK")
    press(qtbot, window, Qt.Key.Key_F9)
    look(qtbot, window)
    press(qtbot, window, Qt.Key.Key_F9)
    settle(qtbot, window)


@qts_dialog
def test_a_slip_is_printed_from_the_desk_with_one_key(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    reset_stuck(qtbot, window)
    press(qtbot, window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    dialog = shown(qtbot, window, QPrintDialog)
    name = dialog.findChild(QLineEdit, "filename")
    assert isinstance(name, QLineEdit)
    name.setText(str(tmp_path / "printed.pdf"))
    dialog.accept()
    assert window.messages.text == "✓ Printed: Incident slip: Reset slot."
    assert pages_of(tmp_path / "printed.pdf") == 1


@qts_dialog
def test_the_pages_can_be_looked_at_before_they_are_printed(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    reset_stuck(qtbot, window)
    window.commands.papers.slips[2].trigger()
    dialog = shown(qtbot, window, PreviewDialog)
    assert (dialog.windowTitle(), dialog.pages.pageCount()) == ("Incident slip: Reset slot", 1)
    dialog._save()
    save_as(qtbot, window, tmp_path / "slip.pdf")
    assert pages_of(tmp_path / "slip.pdf") == 1
    window.commands.papers.slips[2].trigger()
    shown(qtbot, window, PreviewDialog).accept()
    shown(qtbot, window, QPrintDialog).reject()


@qts_dialog
def test_the_slip_of_the_selected_operation_is_saved_and_replaces_nothing(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    reset_stuck(qtbot, window)
    window.show_pane(5)
    settle(qtbot, window)
    for told in ("✓ Saved: ", "There is a file "):
        window.commands.papers.slips[1].trigger()
        save_as(qtbot, window, tmp_path / "slip.pdf")
        assert told in window.messages.text
    assert pages_of(tmp_path / "slip.pdf") == 1


@qts_dialog
def test_the_history_of_the_selected_candidate_is_saved(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    find(qtbot, window, "T-LOST")
    window.commands.papers.histories[1].trigger()
    save_as(qtbot, window, tmp_path / "candidate")
    assert pages_of(tmp_path / "candidate.pdf") == 1


def test_without_a_selection_it_is_said_what_to_select(qtbot: QtBot, window: MainWindow) -> None:
    papers = window.commands.papers
    for action in (*papers.slips, *papers.histories):
        window.messages.hide()
        action.trigger()
        assert window.messages.text.startswith("Select "), action.text()


@qts_dialog
def test_the_report_of_a_shift_is_saved_since_the_time_that_is_chosen(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    dialog = window.commands.papers.ask_shift()
    dialog.since.setDateTime(dialog.since.dateTime().addDays(-1))
    dialog._save()
    save_as(qtbot, window, tmp_path / "shift.pdf")
    assert pages_of(tmp_path / "shift.pdf") == 1


@qts_dialog
def test_each_table_is_exported(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    for action in window.commands.papers.exports:
        path = tmp_path / f"{action.data()}.xlsx"
        action.trigger()
        save_as(qtbot, window, path)
        assert window.messages.text == f"✓ Saved: {path}"
        assert path.read_bytes().startswith(b"PK")
    for name in ("Open", "Show in folder"):
        (offered,) = (one for one in window.messages.findChildren(QPushButton) if one.text() == name)
        assert offered.isVisible()
        offered.click()
    assert opened == [str(path), str(tmp_path)]
    window.messages.show_good("Something else.")
    assert offered.isHidden()


def test_the_name_that_is_offered_for_a_file_has_the_day_and_is_free(tmp_path: Path) -> None:
    names = []
    for _ in range(3):
        names.append(free_name(tmp_path, "slip-2026-03-01", ".pdf"))
        (tmp_path / names[-1]).touch()
    assert names == ["slip-2026-03-01.pdf", "slip-2026-03-01-2.pdf", "slip-2026-03-01-3.pdf"]


def test_papers_need_a_database(empty_window: MainWindow) -> None:
    assert not any(action.isEnabled() for action in empty_window.commands.papers.all)


def test_a_long_paper_is_laid_out_once_and_not_after_each_of_its_lines(qapp: QApplication, tmp_path: Path) -> None:
    """Eight times the lines take about eight times as long; after each line they took fifty times."""
    writer, spent = QPdfWriter(str(tmp_path / "slip.pdf")), []
    for number in (25, MOST_LINES):
        began = time.process_time()
        pages.laid_out(slip(many(number)), writer)
        spent.append(time.process_time() - began)
    assert spent[1] < 25 * spent[0]
