"""The incident book in a real window: written down, added to, tied to an operation, and on paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_admin.controllers.operations.slots import RESET
from desktop_admin.gui.day.incident_dialog import IncidentDialog
from desktop_admin.gui.day.incident_page import IncidentPage
from desktop_admin.gui.paper.preview_dialog import PreviewDialog
from desktop_admin.gui.window.main_window import MainWindow
from tests.gui.driving import WAIT_MS, ask, button, click, find, open_dialog, settle

DAY, HISTORY = 4, 5
BOOK = "SELECT count(*) FROM desktop_admin_operation WHERE operation IN ('incident', 'amend-incident')"


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow) -> IncidentPage:
    window.show_pane(DAY)
    next(entry for entry in window.day.pages if entry.text() == "Incidents").trigger()
    settle(qtbot, window)
    return window.day.incidents


def fill(qtbot: QtBot, window: MainWindow, *, text: str, done: str = "", numbers: str = "") -> IncidentDialog:
    """Type into the dialog that opens, and press its button."""
    dialog = open_dialog(qtbot, IncidentDialog)
    dialog.text.setPlainText(text)
    dialog.done_about_it.setPlainText(done)
    dialog.army_nos.setText(numbers)
    click(qtbot, button(dialog, "Write it down"))
    settle(qtbot, window)
    return dialog


def shown(page: IncidentPage) -> list[list[str]]:
    rows = page.table.rows
    return [[rows.index(row, column).data() for column in range(1, 6)] for row in range(rows.rowCount())]


def closed(qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None, timeout=WAIT_MS)


def test_an_incident_is_written_down_added_to_and_shown_on_paper(
    qtbot: QtBot, window: MainWindow, page: IncidentPage, portal_file: Path
) -> None:
    assert "No incident" in page.nothing.text()
    assert not page.all_on_paper.isEnabled()
    page.write.trigger()
    dialog = open_dialog(qtbot, IncidentDialog)
    dialog.category.setCurrentIndex(dialog.category.findText("Network"))
    # What is refused stays as it was typed.
    fill(qtbot, window, text="The switch of row 3 is dead.", numbers="T-FINE, T-NOBODY")
    assert "T-NOBODY" in dialog.note.text()
    assert ask(portal_file, BOOK) == 0
    assert dialog.text.toPlainText() == "The switch of row 3 is dead."
    fill(qtbot, window, text="The switch of row 3 is dead.", done="Another one.", numbers="T-FINE T-SLOT")
    closed(qtbot)
    assert [row[:4] for row in shown(page)] == [["Network", "The switch of row 3 is dead.", "T-FINE, T-SLOT", "–"]]
    (one,) = page.table.selected()
    page.amend.trigger()
    dialog = open_dialog(qtbot, IncidentDialog)
    assert not dialog.category.isVisible(), "of what was written nothing is changed"
    fill(qtbot, window, text="Row 3 writes again.")
    closed(qtbot)
    assert [row[3] for row in shown(page)] == ["1"]
    assert page.table.selected()[0].op_id == one.op_id
    told = page._told.text()
    assert told.index("→ Another one.") < told.index("Row 3 writes again.")
    page.on_paper.trigger()
    preview = open_dialog(qtbot, PreviewDialog)
    assert preview.windowTitle() == "Incident"
    preview.reject()
    page.period.setCurrentIndex(1)
    settle(qtbot, window)
    assert len(shown(page)) == 1
    page.all_on_paper.trigger()
    open_dialog(qtbot, PreviewDialog).reject()


def test_an_incident_about_an_operation_is_tied_to_it(
    qtbot: QtBot, window: MainWindow, page: IncidentPage, portal_file: Path
) -> None:
    find(qtbot, window, "T-SLOT")
    window.desk.candidate_actions.actions_by_operation[RESET].trigger()
    settle(qtbot, window)
    window.show_pane(HISTORY)
    settle(qtbot, window)
    (record,) = window.history.table.selected()
    work = window._work
    assert work is not None
    work.write_about.trigger()
    dialog = open_dialog(qtbot, IncidentDialog)
    assert "T-SLOT" in dialog.about.currentText()
    fill(qtbot, window, text="Wrong candidate.")
    closed(qtbot)
    window.show_pane(DAY)
    settle(qtbot, window)
    page.table.selectRow(0)
    assert page.table.selected()[0].about == (record.op_id,)
    assert f"Operations: {record.op_id[:8]}" in page._told.text()


def test_without_a_text_nothing_is_written_and_it_is_said(
    qtbot: QtBot, window: MainWindow, page: IncidentPage, portal_file: Path
) -> None:
    page.write.trigger()
    dialog = fill(qtbot, window, text="  ")
    assert dialog.note.isVisible()
    assert ask(portal_file, BOOK) == 0
    dialog.reject()
    page.set_writable(False)
    assert not page.write.isEnabled()
