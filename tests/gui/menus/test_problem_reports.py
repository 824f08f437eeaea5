"""The problem report in the window: read part by part first, and nobody's name in it but in a picture that was seen."""

from __future__ import annotations

import zipfile
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPlainTextEdit
from pytestqt.qtbot import QtBot

from desktop_admin import journal
from desktop_admin.gui.app import MistakeCatcher
from desktop_admin.gui.kit.dialogs import CrashDialog
from desktop_admin.gui.menus.problem_reports import ProblemReportDialog
from desktop_admin.gui.window.main_window import MainWindow
from tests import portal
from tests.gui.driving import WAIT_MS, button, click, find, open_dialog, press, sessions_of, settle, sign_in
from tests.test_journal import NUMBER, SECRET, nothing_of, personal, written

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def _kept() -> None:
    journal.begin("info")


def report(qtbot: QtBot, window: MainWindow) -> ProblemReportDialog:
    window.commands.reports.make.trigger()
    return open_dialog(qtbot, ProblemReportDialog)


def saved(qtbot: QtBot, window: MainWindow, dialog: ProblemReportDialog, path: Path) -> list[str]:
    """Press the button and name the file; gives what is in it."""
    click(qtbot, button(dialog, "Save the report…"))
    chooser = window.frame.findChild(QFileDialog)
    assert chooser is not None
    chooser.fileSelected.emit(str(path))
    chooser.reject()
    qtbot.waitUntil(lambda: str(path) in window.messages.text, timeout=WAIT_MS)
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def test_whatever_is_done_in_the_window_nothing_personal_comes_into_journal_and_report(
    qtbot: QtBot, door: MainWindow, real_file: Path, tmp_path: Path
) -> None:
    secrets = personal(real_file)
    sign_in(qtbot, door, portal.SUPERVISOR, SECRET)
    sign_in(qtbot, door, portal.SUPERVISOR, portal.SUPERVISOR)
    find(qtbot, door, "T-STUCK")
    press(qtbot, door, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: sessions_of(real_file, "T-STUCK") == 0 and door.tasks.idle, timeout=WAIT_MS)
    press(qtbot, door, Qt.Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: sessions_of(real_file, "T-STUCK") == 1 and door.tasks.idle, timeout=WAIT_MS)
    find(qtbot, door, NUMBER)
    door.tasks.read(partial(_fail, SECRET), lambda _done: None)
    catcher = MistakeCatcher()
    with qtbot.captureExceptions() as mistakes:
        settle(qtbot, door)
    catcher.catch(*mistakes[0])
    open_dialog(qtbot, CrashDialog).reject()
    door.open_database(str(tmp_path / NUMBER))
    settle(qtbot, door)
    text = written()
    for noted in (
        "opened engine=SqliteFile",
        "changed what=reset-slots.name applied=1",
        "changed what=undo",
        "refused",
    ):
        assert noted in text
    assert "mistake\n  RuntimeError\n    at" in text
    nothing_of(secrets, text)
    dialog = report(qtbot, door)
    (shown,) = dialog.findChildren(QPlainTextEdit)
    for row in range(dialog.parts.count() - 1):
        dialog.parts.setCurrentRow(row)
        assert shown.isVisible()
        nothing_of(secrets, shown.toPlainText())
    dialog.parts.setCurrentRow(dialog.parts.count() - 1)
    assert not shown.isVisible()
    assert "window.png" not in saved(qtbot, door, dialog, tmp_path / "report.zip")


def _fail(said: str, _session: object) -> None:
    raise RuntimeError(said)


def test_the_picture_is_put_in_where_it_is_asked_for(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    dialog = report(qtbot, window)
    assert not dialog.with_picture.isChecked()
    dialog.with_picture.setChecked(True)
    assert "window.png" in saved(qtbot, window, dialog, tmp_path / "report.zip")
