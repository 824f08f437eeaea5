"""Closing a day in the window: what is left is put in order, the file is made in the worker, and the page says more."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from desktop_admin.files import sealed_file
from desktop_admin.gui.changing.impact_dialog import ImpactDialog
from desktop_admin.gui.day.closed_day_dialog import ClosedDayDialog
from desktop_admin.gui.day.closing_dialog import ClosingDialog
from desktop_admin.gui.day.closing_page import ClosingPage
from desktop_admin.gui.window.main_window import MainWindow
from tests import hall, portal
from tests.gui.driving import WAIT_MS, ask, click, looked_up, open_dialog, settle, sign_in, tell
from tests.gui.keyboard import ENTER, scan, strike

DAY = 4
PHRASE = "three words here"
SEALING = {"Encrypting the file …", "Reading the file back …"}
CLOSED = "SELECT count(*) FROM desktop_admin_operation WHERE operation = 'close-day'"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "hall.sqlite3"
    # Now, so that it is of today at any hour.
    hall.build(made, number=12, begins=timedelta())
    return made


def show_closing(window: MainWindow) -> None:
    next(one for one in window.day.pages if one.text() == "Close the day").trigger()


@pytest.fixture
def shown(qtbot: QtBot, empty_window: MainWindow, file: Path) -> MainWindow:
    """A shift of twelve of whom nobody has come, with the page *Close the day*."""
    window = empty_window
    window.open_database(str(file))
    settle(qtbot, window)
    window.show_pane(DAY)
    show_closing(window)
    settle(qtbot, window)
    return window


def names_of(page: ClosingPage) -> list[str]:
    """The lines that are not green."""
    rows = page.checks.table.rows
    lines = [rows.source(number) for number in range(rows.rowCount())]
    return [line.check.name for line in lines if line.amiss is not None]


def press_close(qtbot: QtBot, window: MainWindow) -> ClosingDialog:
    window.day.closing.close_day.trigger()
    return open_dialog(qtbot, ClosingDialog)


def test_absentees_are_reset_and_the_day_is_closed_and_closed_again(
    qtbot: QtBot, shown: MainWindow, file: Path, tmp_path: Path
) -> None:
    page = shown.day.closing
    assert names_of(page) == ["absentees"]
    page.checks.table.selectRow(0)
    assert page.checks.go.text() == "Reset their slots…"
    page.checks.go.trigger()
    dialog = open_dialog(qtbot, ImpactDialog)
    dialog.accept()
    settle(qtbot, shown)
    assert ask(file, "SELECT reason FROM desktop_admin_operation ORDER BY seq DESC") == "Absent"
    assert names_of(page) == []
    assert "not closed yet" in page.state.text()
    closing, stages = press_close(qtbot, shown), list[str]()
    shown.tasks.stage_changed.connect(stages.append)
    to = tmp_path / "day.zip.age"
    for line, text in (
        (closing.file, str(to)),
        (closing.passphrase, "three words here"),
        (closing.again, "three wrods here"),
    ):
        line.setText(text)
    click(qtbot, closing.deed)
    assert "not the same" in closing.note.text()
    closing.again.setText("three words here")
    click(qtbot, closing.deed)
    assert (closing.passphrase.text(), closing.again.text()) == ("", "")
    assert not page.close_day.isEnabled()
    qtbot.waitUntil(lambda: shown.tasks.idle and "reads back whole" in shown.messages.text, timeout=4 * WAIT_MS)
    settle(qtbot, shown)
    assert "Encrypting the file …" in stages
    members = sealed_file.opened(to.read_bytes(), "three words here")
    assert members["absentees.csv"].count(b"\n") == 1 + 13
    assert len(re.findall(rb"/Type /Page\b", members["report.pdf"])) >= 2
    assert ("tells all of the day" in page.state.text(), ask(file, CLOSED)) == (True, 1)
    assert page.close_day.isEnabled()
    again = press_close(qtbot, shown)
    again.passphrase.setText("three words here")
    again.again.setText("three words here")
    click(qtbot, again.deed)
    assert "why it is closed once more" in again.note.text()
    again.reject()


def test_what_is_done_afterwards_is_said_on_the_page(qtbot: QtBot, shown: MainWindow, file: Path) -> None:
    page = shown.day.closing
    body = '{"closing":{"as_of":"2026-01-01T00:00:00+00:00","day":"%s","file":"day.zip.age","row":0,"sha256":"00"}}'
    columns = "seq, op_id, prev_hash, at, desk_at, person, verified, desk, operation, applied, refused, ended_logins"
    row = f"INSERT INTO desktop_admin_operation ({columns}, body, hash) VALUES (?, ?, ?, datetime('now'), "
    row += "datetime('now'), 'x', 0, 'd', ?, 0, 0, 0, ?, ?)"
    day = page.day.date().toString("yyyy-MM-dd")
    tell(file, row, 1, "a", "0", "close-day", body % day, "1")
    page.again.trigger()
    settle(qtbot, shown)
    assert "tells all of the day" in page.state.text()
    tell(file, row, 2, "b", "1", "reset-slots", "{}", "2")
    page.again.trigger()
    settle(qtbot, shown)
    assert "out of date. Since then: 1 operation, 0 submitted papers" in page.state.text()


def test_another_day_is_looked_at_and_a_lock_forgets_it(qtbot: QtBot, shown: MainWindow) -> None:
    page = shown.day.closing
    today = page.day.date()
    page.day.setDate(today.addDays(-1))
    settle(qtbot, shown)
    assert (names_of(page), page.day.date()) == ([], today.addDays(-1))
    shown.day.start()
    show_closing(shown)
    settle(qtbot, shown)
    assert page.day.date() == today


def test_the_arrows_change_the_day_and_a_card_that_is_scanned_there_is_looked_for(
    qtbot: QtBot, shown: MainWindow
) -> None:
    page = shown.day.closing
    today = page.day.date()
    page.day.setFocus()
    strike(Qt.Key.Key_Down)
    settle(qtbot, shown)
    assert page.day.date() == today.addDays(-1)
    scan("H-002", end=ENTER)
    looked_up(qtbot, shown)
    assert page.day.date() == today.addDays(-1)
    assert shown.desk.card.who == "H-002"


def test_only_a_supervisor_has_the_button(qtbot: QtBot, door: MainWindow) -> None:
    for username, able in (("inv", False), (portal.SUPERVISOR, True)):
        sign_in(qtbot, door, username, username)
        settle(qtbot, door)
        door.show_pane(DAY)
        show_closing(door)
        settle(qtbot, door)
        assert door.day.closing.close_day.isEnabled() is able, door.day.closing.close_day.statusTip()
        door.commands.sign_out.trigger()
        settle(qtbot, door)


def test_who_has_come_since_the_page_was_read_keeps_the_slot(qtbot: QtBot, shown: MainWindow, file: Path) -> None:
    page = shown.day.closing
    tell(file, "UPDATE registration_candidateprofile SET slot_attempting_at = slot_assigned_at WHERE army_no = 'H-003'")
    page.checks.table.selectRow(0)
    page.checks.go.trigger()
    dialog = open_dialog(qtbot, ImpactDialog)
    dialog.accept()
    settle(qtbot, shown)
    kept = "SELECT group_concat(army_no) FROM registration_candidateprofile WHERE has_exam_slot AND army_no < 'H-902'"
    assert ask(file, kept) == "H-003"


def test_what_comes_after_somebody_left_is_shown_to_nobody(qtbot: QtBot, shown: MainWindow) -> None:
    page = shown.day.closing
    page.refresh()
    shown.day.empty()
    settle(qtbot, shown)
    assert (names_of(page), page.close_day.isEnabled()) == ([], False)


@pytest.mark.usefixtures("full_work")
def test_the_window_goes_on_while_a_day_is_closed_and_its_file_is_read_and_saved(
    qtbot: QtBot, shown: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = [time.monotonic()]
    timer = QTimer(shown, interval=5)
    timer.timeout.connect(lambda: ticks.append(time.monotonic()))
    closing, to = press_close(qtbot, shown), tmp_path / "day.zip.age"
    for line, text in ((closing.file, str(to)), (closing.passphrase, PHRASE), (closing.again, PHRASE)):
        line.setText(text)
    sealing: list[float] = []
    shown.tasks.stage_changed.connect(lambda stage: sealing.extend([time.monotonic()] if stage in SEALING else []))
    timer.start()
    click(qtbot, closing.deed)
    qtbot.waitUntil(lambda: shown.tasks.idle and "reads back whole" in shown.messages.text, timeout=8 * WAIT_MS)
    # From the beginning of the encryption to the end of reading back.
    took = time.monotonic() - sealing[0]
    stood = max(after - before for before, after in pairwise(ticks) if after > sealing[0])
    assert stood < took / 4
    timer.stop()

    shown.day.closing.read_closed.trigger()
    dialog = open_dialog(qtbot, ClosedDayDialog)
    dialog.file.setText(str(to))
    dialog.passphrase.setText("another passphrase")
    click(qtbot, dialog.deed)
    qtbot.waitUntil(lambda: "passphrase is wrong" in dialog.note.text(), timeout=4 * WAIT_MS)
    dialog.passphrase.setText(PHRASE)
    click(qtbot, dialog.deed)
    qtbot.waitUntil(dialog.report.isEnabled, timeout=4 * WAIT_MS)
    assert "report.pdf" in dialog.found.text()
    opened: list[QUrl] = []

    def show(url: QUrl) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", show)
    click(qtbot, dialog.report)
    report = Path(opened[0].toLocalFile())
    assert report.read_bytes().startswith(b"%PDF")
    assert report.parent.stat().st_mode & 0o077 == 0
    click(qtbot, dialog.deed)
    (chooser,) = dialog.findChildren(QFileDialog)
    chooser.fileSelected.emit(str(tmp_path))
    settle(qtbot, shown)
    saved = {one.name: one.read_bytes() for one in (tmp_path / "day").iterdir()}
    assert saved == sealed_file.opened(to.read_bytes(), PHRASE)
    assert not report.exists()
    assert str(tmp_path / "day") in shown.messages.text


def test_a_passphrase_of_a_few_letters_closes_no_day(qtbot: QtBot, shown: MainWindow, tmp_path: Path) -> None:
    closing = press_close(qtbot, shown)
    assert "12 characters" in closing.note.text()
    for line in (closing.passphrase, closing.again):
        line.setText("short words")
    click(qtbot, closing.deed)
    assert "too short" in closing.note.text()
    assert closing.isVisible()
    closing.reject()
