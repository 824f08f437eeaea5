"""The incident book in a real window: written down, added to, tied to an operation, and on paper."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_admin.controllers.operations.slots import RESET
from desktop_admin.database.engine import Database
from desktop_admin.errors import ResultUnknown
from desktop_admin.gui.changing.consent_dialog import ConsentDialog
from desktop_admin.gui.day import incident_dialog
from desktop_admin.gui.day.incident_dialog import IncidentDialog
from desktop_admin.gui.day.incident_page import IncidentPage
from desktop_admin.gui.paper.preview_dialog import PreviewDialog
from desktop_admin.gui.window.main_window import MainWindow
from tests.gui.driving import WAIT_MS, ask, button, click, find, open_dialog, press, settle, sign_in, tell
from tests.newer_program import newer_program

DAY, HISTORY = 4, 5
BOOK = "SELECT count(*) FROM desktop_admin_operation WHERE operation IN ('incident', 'amend-incident')"

OWN = "FROM sqlite_master WHERE type = 'table' AND name LIKE 'desktop_admin_%'"


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow) -> IncidentPage:
    return book(qtbot, window)


def book(qtbot: QtBot, window: MainWindow) -> IncidentPage:
    """The page, brought to the front."""
    window.show_pane(DAY)
    next(entry for entry in window.day.pages if entry.text() == "Incidents").trigger()
    settle(qtbot, window)
    return window.day.incidents


def fill(qtbot: QtBot, window: MainWindow, *, text: str, done: str = "", numbers: str = "") -> IncidentDialog:
    """Type into the dialog that opens, press its button, and wait for what becomes of it."""
    dialog = begin(qtbot, text=text, done=done, numbers=numbers)
    settle(qtbot, window)
    return dialog


def begin(qtbot: QtBot, *, text: str, done: str = "", numbers: str = "") -> IncidentDialog:
    """Type into the dialog that opens, and press its button."""
    dialog = open_dialog(qtbot, IncidentDialog)
    dialog.text.setPlainText(text)
    dialog.done_about_it.setPlainText(done)
    dialog.army_nos.setText(numbers)
    click(qtbot, button(dialog, "Write it down"))
    return dialog


@contextmanager
def held_up(window: MainWindow) -> Iterator[None]:
    """Let what is asked of the database wait until the end."""
    free = Event()
    window.tasks.use(lambda _database: free.wait(WAIT_MS / 1000), lambda _answer: None)
    try:
        yield
    finally:
        free.set()


def without_tables(path: Path) -> None:
    for name in ask(path, f"SELECT group_concat(name) {OWN}").split(","):
        tell(path, f"DROP TABLE {name}")


def agree(consent: ConsentDialog) -> None:
    assert consent.supervisor is not None
    consent.supervisor.user.setText("admin")
    consent.supervisor.password.setText("admin")
    consent.accept()


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


def test_tables_for_the_first_incident_need_a_supervisors_consent(
    qtbot: QtBot, empty_window: MainWindow, real_file: Path
) -> None:
    without_tables(real_file)
    empty_window.open_database(str(real_file))
    sign_in(qtbot, empty_window, "staff", "staff")
    page = book(qtbot, empty_window)
    page.write.trigger()
    dialog = fill(qtbot, empty_window, text="The lights went out.")
    open_dialog(qtbot, ConsentDialog).reject()
    settle(qtbot, empty_window)
    assert ask(real_file, f"SELECT count(*) {OWN}") == 0
    assert "no desktop_admin tables" in dialog.note.text()
    click(qtbot, button(dialog, "Write it down"))
    agree(open_dialog(qtbot, ConsentDialog))
    closed(qtbot)
    settle(qtbot, empty_window)
    assert [row[1] for row in shown(page)] == ["The lights went out."]
    assert "A back-up was made" in empty_window.messages.text


def test_a_supervisor_is_asked_before_the_first_incident_makes_tables(
    qtbot: QtBot, empty_window: MainWindow, real_file: Path
) -> None:
    without_tables(real_file)
    empty_window.open_database(str(real_file))
    sign_in(qtbot, empty_window, "admin", "admin")
    book(qtbot, empty_window).write.trigger()
    fill(qtbot, empty_window, text="The lights went out.")
    consent = open_dialog(qtbot, ConsentDialog)
    assert consent.supervisor is None
    assert ask(real_file, f"SELECT count(*) {OWN}") == 0
    consent.accept()
    closed(qtbot)
    assert ask(real_file, BOOK) == 1


def test_an_incident_updates_older_tables_where_a_supervisor_agrees(
    qtbot: QtBot, empty_window: MainWindow, real_file: Path
) -> None:
    with newer_program():
        empty_window.open_database(str(real_file))
        sign_in(qtbot, empty_window, "inv", "inv")
        book(qtbot, empty_window).write.trigger()
        fill(qtbot, empty_window, text="The lights went out.")
        consent = open_dialog(qtbot, ConsentDialog)
        assert ask(real_file, BOOK) == 0
        agree(consent)
        closed(qtbot)
        by = "SELECT person || '/' || coalesce(released_by, '') FROM desktop_admin_operation WHERE operation = ?"
        assert [ask(real_file, by, kind) for kind in ("prepare", "incident")] == ["Inv Rao/admin", "Inv Rao/"]


def test_what_becomes_of_an_incident_is_told_also_where_its_dialog_was_left(
    qtbot: QtBot, window: MainWindow, page: IncidentPage, portal_file: Path
) -> None:
    page.write.trigger()
    open_dialog(qtbot, IncidentDialog)
    with held_up(window):
        begin(qtbot, text="The lights went out.", numbers="T-NOBODY")
        press(qtbot, window, Qt.Key.Key_Escape)
        closed(qtbot)
    settle(qtbot, window)
    assert "T-NOBODY" in window.messages.text
    page.write.trigger()
    dialog = open_dialog(qtbot, IncidentDialog)
    assert (dialog.text.toPlainText(), dialog.army_nos.text()) == ("The lights went out.", "T-NOBODY")
    with held_up(window):
        begin(qtbot, text="The lights went out.", numbers="T-FINE")
        press(qtbot, window, Qt.Key.Key_Escape)
        closed(qtbot)
    settle(qtbot, window)
    assert ask(portal_file, BOOK) == 1
    assert [one.first.text for one in page.table.selected()] == ["The lights went out."]
    page.write.trigger()
    assert open_dialog(qtbot, IncidentDialog).told.empty, "what is written down is no draft"


def test_what_is_being_typed_waits_behind_the_lock_for_the_same_person(
    qtbot: QtBot, door: MainWindow, real_file: Path
) -> None:
    sign_in(qtbot, door, "inv", "inv")
    page = book(qtbot, door)
    page.write.trigger()
    fill(qtbot, door, text="The switch of row 3 is dead.")
    closed(qtbot)
    page.write.trigger()
    dialog = open_dialog(qtbot, IncidentDialog)
    dialog.category.setCurrentIndex(dialog.category.findText("Network"))
    dialog.at.setDateTime(dialog.at.dateTime().addDays(-1))
    dialog.text.setPlainText("The lights went out.")
    dialog.done_about_it.setPlainText("Candles.")
    dialog.army_nos.setText("T-FINE, T-SLOT")
    typed = dialog.told
    door.entrance.lock()
    sign_in(qtbot, door, "inv", "inv")
    page.amend.trigger()
    amending = open_dialog(qtbot, IncidentDialog)
    assert amending.told.empty, "it is not about another incident"
    amending.reject()
    page.write.trigger()
    assert open_dialog(qtbot, IncidentDialog).told == typed
    door.entrance.lock()
    sign_in(qtbot, door, "admin", "admin")
    book(qtbot, door).write.trigger()
    assert open_dialog(qtbot, IncidentDialog).told.empty, "nobody reads what another person typed"


def test_what_was_written_while_nobody_knew_is_not_written_again(
    qtbot: QtBot, window: MainWindow, page: IncidentPage, portal_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = incident_dialog.write
    unknown = [ResultUnknown(path="the server")]

    def write(database: Database, **how: Any) -> str:
        op_id = written(database, **how)
        if unknown:
            raise unknown.pop()
        return op_id

    monkeypatch.setattr(incident_dialog, "write", write)
    page.write.trigger()
    dialog = fill(qtbot, window, text="No light.")
    assert "not known yet" in dialog.note.text()
    click(qtbot, button(dialog, "Write it down"))
    settle(qtbot, window)
    assert (ask(portal_file, BOOK), page.isVisible()) == (1, True)

    unknown.append(ResultUnknown(path="the server"))
    page.write.trigger()
    dialog = fill(qtbot, window, text="Light again.")
    dialog.reject()
    page.write.trigger()
    again = open_dialog(qtbot, IncidentDialog)
    assert again.text.toPlainText() == "Light again."
    again.text.setPlainText("Light again, since noon.")
    click(qtbot, button(again, "Write it down"))
    settle(qtbot, window)
    assert "written down after all" in again.note.text()
    assert ask(portal_file, BOOK) == 2
    click(qtbot, button(again, "Write it down"))
    settle(qtbot, window)
    assert ask(portal_file, BOOK) == 3
