"""Checking the log in the window: told as it goes, stopped, compared, remembered; and the checkpoint of each day."""

from __future__ import annotations

import json
import shutil
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_admin import settings
from desktop_admin.controllers.log import chain
from desktop_admin.controllers.log.chain import Verification
from desktop_admin.gui.history.log_dialog import LogDialog
from desktop_admin.gui.kit.widgets import ToneLabel
from desktop_admin.gui.window.main_window import MainWindow
from tests.gui.driving import WAIT_MS, click, find, open_dialog, press, settle, tell


def reset(qtbot: QtBot, window: MainWindow, army_no: str) -> None:
    """Reset the candidate's slot, and look at the history."""
    find(qtbot, window, army_no)
    press(qtbot, window, Qt.Key.Key_F9)
    settle(qtbot, window)
    window.show_pane(5)
    settle(qtbot, window)


def checked(qtbot: QtBot, window: MainWindow) -> LogDialog:
    """The dialog, when it has looked."""
    window.history.check.trigger()
    dialog = open_dialog(qtbot, LogDialog)
    settle(qtbot, window)
    return dialog


def kept() -> list[Path]:
    return sorted((settings.data_folder() / "checkpoints").glob("*/*.json"))


def test_a_whole_log_is_intact_and_its_checkpoint_is_kept(
    qtbot: QtBot, window: MainWindow, portal_file: Path, tmp_path: Path
) -> None:
    reset(qtbot, window, "T-STUCK")
    window.history.check.trigger()
    dialog = open_dialog(qtbot, LogDialog)
    settle(qtbot, window)
    assert dialog.compared.text() == "Compared with 1 checkpoint that this desk kept."
    assert dialog.verdict.text() == "● The log is intact: 1 row and 1 archived session were checked."
    dialog.save_to(tmp_path / "kept.json")
    settle(qtbot, window)
    assert json.loads((tmp_path / "kept.json").read_text())["seq"] == 1
    dialog.save_to(tmp_path / "kept.json")
    settle(qtbot, window)
    assert "already" in dialog.saved.text()
    dialog.reject()
    tell(portal_file, "UPDATE desktop_admin_operation SET person = 'nobody'")
    window.history.check.trigger()
    dialog = open_dialog(qtbot, LogDialog)
    settle(qtbot, window)
    assert dialog.verdict.text().startswith("◆ The log was tampered with")
    assert dialog.details.toPlainText() == "Row 1 was changed after it was written."
    dialog.reject()


def test_a_desk_without_the_key_says_that_it_cannot_check(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    reset(qtbot, window, "T-STUCK")
    shutil.move(settings.data_folder() / "log-keys", tmp_path / "away")
    database = window.tasks.database
    assert database is not None
    window.open_database(str(database.description.path))
    settle(qtbot, window)
    window.show_pane(5)
    window.history.check.trigger()
    dialog = open_dialog(qtbot, LogDialog)
    settle(qtbot, window)
    assert "cannot be checked here" in dialog.verdict.text()
    assert not dialog.save.isEnabled()
    dialog.reject()


def test_the_pane_says_what_the_last_check_found(qtbot: QtBot, window: MainWindow, portal_file: Path) -> None:
    def told() -> list[str]:
        labels = window.history.findChildren(ToneLabel)
        return [label.text() for label in labels if "Log checked" in label.text()]

    reset(qtbot, window, "T-STUCK")
    assert told() == []
    checked(qtbot, window).reject()
    assert [text[-14:] for text in told()] == [" intact, 1 row"]
    tell(portal_file, "UPDATE desktop_admin_operation SET person = 'nobody'")
    checked(qtbot, window).reject()
    assert [text[0] for text in told()] == ["◆"]
    window.history.start()
    assert told() == []
    settle(qtbot, window)


def test_the_log_is_compared_with_a_chosen_checkpoint(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    reset(qtbot, window, "T-STUCK")
    dialog = checked(qtbot, window)
    other = tmp_path / "other.json"
    other.write_text("[]", encoding="utf-8")
    dialog.compare_with(other)
    settle(qtbot, window)
    assert "is no checkpoint" in dialog.saved.text()
    assert dialog.verdict.text().startswith("● The log is intact")
    other.write_text(json.dumps({"seq": 9, "hash": "0" * 64, "at": "2026-03-01T06:30:00Z"}), encoding="utf-8")
    dialog.compare_with(other)
    settle(qtbot, window)
    assert dialog.compared.text().endswith("Compared with other.json.")
    assert dialog.verdict.text().startswith("◆ The log was tampered with")
    assert "knows row 9, and it is gone" in dialog.details.toPlainText()
    dialog.reject()


def test_what_was_compared_is_told_as_it_was_also_beside_checkpoints_of_a_file_that_was_replaced(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    reset(qtbot, window, "T-STUCK")
    dialog = checked(qtbot, window)
    seen: list[Verification] = []
    dialog.checked.connect(seen.append)
    dialog.save_to(tmp_path / "kept.json")
    settle(qtbot, window)
    dialog.compare_with(tmp_path / "kept.json")
    settle(qtbot, window)
    assert dialog.compared.text() == "Compared with 1 checkpoint that this desk kept. Compared with kept.json."
    (found,) = seen
    points = (found.end, found.end)
    for compared, kept, replaced, told in (
        (1, 1, points[:1], "Compared with 1 checkpoint that this desk kept. Compared with 0 of the files."),
        (1, 0, points[:1], "Compared with kept.json."),
        (0, 0, points, "Compared with 0 of the files."),
    ):
        dialog._show(replace(found, compared=compared, kept=kept, replaced=replaced))
        assert dialog.compared.text() == told
    dialog.reject()


@pytest.fixture
def slow_look(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Lets the look at the log wait behind its first piece of rows until it is let go."""
    go_on = threading.Event()
    really = chain._rows_behind

    def wait(session: Any, seq: int) -> Any:
        if seq:
            assert go_on.wait(WAIT_MS / 1000)
        return really(session, seq)

    monkeypatch.setattr(chain, "_rows_behind", wait)
    return go_on


def test_the_look_is_told_as_it_goes_and_can_be_stopped(
    qtbot: QtBot, window: MainWindow, slow_look: threading.Event
) -> None:
    reset(qtbot, window, "T-STUCK")
    window.history.check.trigger()
    dialog = open_dialog(qtbot, LogDialog)
    qtbot.waitUntil(lambda: dialog.verdict.text() == "Looking: 1 row, 0 archived sessions …", timeout=WAIT_MS)
    assert not dialog.compare.isEnabled()
    click(qtbot, dialog.stop)
    database = window.tasks.database
    assert database is not None
    qtbot.waitUntil(database._cancelled.is_set, timeout=WAIT_MS)
    slow_look.set()
    settle(qtbot, window)
    assert dialog.verdict.text() == "▲ Stopped before the end: nothing can be said about the log."
    assert not dialog.save.isEnabled()
    dialog.reject()


def test_closing_the_dialog_stops_the_look(qtbot: QtBot, window: MainWindow, slow_look: threading.Event) -> None:
    reset(qtbot, window, "T-STUCK")
    window.history.check.trigger()
    dialog = open_dialog(qtbot, LogDialog)
    qtbot.waitUntil(lambda: "1 row" in dialog.verdict.text(), timeout=WAIT_MS)
    dialog.reject()
    database = window.tasks.database
    assert database is not None
    qtbot.waitUntil(database._cancelled.is_set, timeout=WAIT_MS)
    slow_look.set()
    settle(qtbot, window)
    assert window.messages.text.startswith("✓"), "nobody is told about what he stopped himself"


def test_a_checkpoint_is_kept_after_the_first_operation_and_at_the_next_entrance(
    qtbot: QtBot, window: MainWindow, portal_file: Path
) -> None:
    assert kept() == []
    reset(qtbot, window, "T-STUCK")
    (file,) = kept()
    assert json.loads(file.read_text())["seq"] == 1
    file.unlink()
    window.open_database(str(portal_file))
    settle(qtbot, window)
    assert kept() == [file]


def test_a_checkpoint_that_cannot_be_kept_is_said_once_beside_the_result(qtbot: QtBot, window: MainWindow) -> None:
    settings.data_folder().mkdir(parents=True, exist_ok=True)
    (settings.data_folder() / "checkpoints").write_text("in the way", encoding="utf-8")
    reset(qtbot, window, "T-STUCK")
    assert window.messages.text.startswith("✓ Slot reset")
    assert "could not be kept" in window.messages.text
    reset(qtbot, window, "T-FINE")
    assert "could not be kept" not in window.messages.text
