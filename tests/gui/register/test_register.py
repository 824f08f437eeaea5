"""Importing a register from the window: seen, confirmed, handed out and taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from desktop_admin import passwords, settings
from desktop_admin.gui.paper.shift_dialog import Use
from desktop_admin.gui.register.headings_dialog import HeadingsDialog
from desktop_admin.gui.register.register_dialog import RegisterDialog
from desktop_admin.gui.register.slips_dialog import SlipsDialog
from desktop_admin.gui.window.main_window import MainWindow
from tests import raw, registers
from tests.gui.driving import ask, click, open_dialog, settle, sign_in

COUNT = "SELECT count(*) FROM accounts_user WHERE username LIKE '1556%'"
HASH = "SELECT password FROM accounts_user WHERE username = '15560001K'"


def opened(qtbot: QtBot, window: MainWindow, path: Path) -> RegisterDialog:
    window.commands.register.importing.read(path)
    dialog = open_dialog(qtbot, RegisterDialog)
    settle(qtbot, window)
    return dialog


def shown(dialog: RegisterDialog) -> list[tuple[str, str, str]]:
    """Row, standing and remark of each line."""
    rows = dialog.table.rows
    return [tuple(rows.index(one, column).data() for column in (0, 1, 6)) for one in range(rows.rowCount())]


def test_a_register_is_seen_imported_handed_out_and_taken_back(
    qtbot: QtBot, window: MainWindow, portal_file: Path, tmp_path: Path
) -> None:
    rows = [registers.sound(1), registers.sound(2, trade="TCC"), registers.sound(3, army_no="T-NONE", name="M. Singh")]
    dialog = opened(qtbot, window, registers.written(tmp_path, rows))
    trades = ", ".join(code for (code,) in raw.query(portal_file, "SELECT code FROM reference_trade ORDER BY name"))
    assert shown(dialog) == [
        ("3", "◆ Problem", f"Unknown trade “TCC”; there are {trades}"),
        ("2", "● New", ""),
        ("4", "■ There, the same", ""),
    ]
    assert dialog.standing.itemText(0) == "All rows (3)"
    dialog.standing.setCurrentIndex(1)
    assert [row for row, *_ in shown(dialog)] == ["3"]
    assert dialog.deed.text() == "Import the candidate"
    dialog.generate.setChecked(True)
    click(qtbot, dialog.deed)
    slips = open_dialog(qtbot, SlipsDialog)
    assert ask(portal_file, COUNT) == 1
    (slip,) = slips.slips
    assert passwords.is_right(slip.password, stored=ask(portal_file, HASH))
    assert slip.password != "07-02-1995"
    slips.reject()
    assert "Neither printed nor saved" in slips.left.text()
    assert not slips.discard.isDefault()
    click(qtbot, slips.discard)
    settle(qtbot, window)
    assert QApplication.activeModalWidget() is None
    window.messages.undo.trigger()
    settle(qtbot, window)
    assert ask(portal_file, COUNT) == 0


@pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
def test_passwords_that_nobody_has_yet_are_shown_again_after_a_lock(
    qtbot: QtBot, door: MainWindow, tmp_path: Path
) -> None:
    sign_in(qtbot, door, "admin", "admin")
    dialog = opened(qtbot, door, registers.written(tmp_path, [registers.sound(1)]))
    dialog.generate.setChecked(True)
    click(qtbot, dialog.deed)
    made = open_dialog(qtbot, SlipsDialog).slips
    door.entrance.lock()
    sign_in(qtbot, door, "inv", "inv")
    settle(qtbot, door)
    assert QApplication.activeModalWidget() is None
    door.entrance.sign_out()
    sign_in(qtbot, door, "admin", "admin")
    again = open_dialog(qtbot, SlipsDialog)
    assert again.slips == made
    click(qtbot, again.uses[Use.SAVE])
    asking, path = QApplication.activeModalWidget(), tmp_path / "slips.pdf"
    assert isinstance(asking, QFileDialog)
    asking.fileSelected.emit(str(path))
    assert path.read_bytes().startswith(b"%PDF")
    asking.reject()
    again.reject()
    door.entrance.lock()
    sign_in(qtbot, door, "admin", "admin")
    settle(qtbot, door)
    assert QApplication.activeModalWidget() is None


@pytest.mark.usefixtures("full_work")
def test_cancelled_while_passwords_are_hashed_nothing_is_imported(
    qtbot: QtBot, window: MainWindow, portal_file: Path, tmp_path: Path
) -> None:
    dialog = opened(qtbot, window, registers.written(tmp_path, [registers.sound(one) for one in range(40)]))
    click(qtbot, dialog.deed)
    qtbot.waitUntil(lambda: "of 40" in dialog.note.text())
    dialog.reject()
    settle(qtbot, window)
    assert QApplication.activeModalWidget() is None
    assert ask(portal_file, COUNT) == 0


def test_a_dropped_register_with_headings_of_its_own_is_asked_about_once(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    path = registers.written(tmp_path, [registers.sound(1)])
    path.write_text(path.read_text().replace("Date of Birth", "Born on"))
    drop(window, tmp_path / "picture.png")
    settle(qtbot, window)
    assert QApplication.activeModalWidget() is None
    drop(window, path)
    asking = open_dialog(qtbot, HeadingsDialog)
    assert not asking.deed.isEnabled()
    asking.choices["dob"].setCurrentText("Born on")
    click(qtbot, asking.deed)
    open_dialog(qtbot, RegisterDialog).reject()
    assert settings.load().register_headings == {"dob": "Born on"}
    assert opened(qtbot, window, path).deed.isEnabled()


def test_what_cannot_be_read_is_told_in_the_bar(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    path.write_bytes(b"no book")
    window.commands.register.importing.read(path)
    settle(qtbot, window)
    assert "is damaged" in window.messages.text


def drop(window: MainWindow, path: Path) -> None:
    """A file from elsewhere is dropped on the window."""
    what, move = QMimeData(), Qt.DropAction.CopyAction
    what.setUrls([QUrl.fromLocalFile(str(path))])
    frame = window.commands.register.parent()
    assert isinstance(frame, QWidget)
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(frame, QDragEnterEvent(QPointF(9, 9).toPoint(), move, what, buttons, keys))
    QApplication.sendEvent(frame, QDropEvent(QPointF(9, 9), move, what, buttons, keys))
