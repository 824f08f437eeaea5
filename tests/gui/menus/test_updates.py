"""Updating from the window: offered in a build with a key alone, and what is refused is told in the bar."""

from __future__ import annotations

from pathlib import Path

import minisign
import pytest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from desktop_admin import installation, updating
from desktop_admin.gui.app import make_window
from desktop_admin.gui.kit import looks
from desktop_admin.gui.window.main_window import MainWindow
from desktop_admin.settings import Settings
from tests import updates
from tests.gui.driving import WAIT_MS, settle

KEYS = minisign.KeyPair.generate()


def choose(window: MainWindow, file: Path) -> None:
    window.commands.updates.ask.trigger()
    dialog = window.frame.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(file))
    dialog.deleteLater()


def test_a_build_without_a_key_offers_no_update(empty_window: MainWindow) -> None:
    assert not empty_window.commands.updates.ask.isVisible()


def test_an_update_is_unpacked_and_what_is_none_is_refused(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = updates.running(tmp_path)
    (running / installation.UPDATE_KEY).write_bytes(bytes(KEYS.public_key))
    monkeypatch.setattr(installation, "resources_folder", lambda: running)
    monkeypatch.setattr(updating, "here", lambda: running)
    looks.prepare(qapp)
    window = make_window(Settings())
    qtbot.addWidget(window)
    with qtbot.waitSignal(window.painted, timeout=WAIT_MS):
        window.show()
    settle(qtbot, window)
    assert window.commands.updates.ask.isVisible()
    file = updates.update(tmp_path, KEYS)
    whole = file.read_bytes()
    file.write_bytes(whole[:-1])
    choose(window, file)
    qtbot.waitUntil(lambda: "cut or changed" in window.messages.text, timeout=WAIT_MS)
    file.write_bytes(whole)
    choose(window, file)
    made = running.with_name(f"desktop-admin-{updates.NEWER}")
    qtbot.waitUntil(lambda: str(made) in window.messages.text, timeout=WAIT_MS)
    assert made.is_dir()
    window.close()
