"""The message bar: a success goes away by itself once it could be read; a problem stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop_admin.gui.kit.bars import MessageBar
from desktop_admin.gui.window.main_window import MainWindow
from tests.gui.driving import WAIT_MS, find, press, settle

AT_ONCE, NEVER = 1, 10_000_000


@pytest.fixture
def bar(qtbot: QtBot) -> Iterator[MessageBar]:
    window = QWidget()
    qtbot.addWidget(window)
    made = MessageBar()
    made.setParent(window)
    yield made
    window.close()


def test_a_success_goes_away_and_a_problem_stays(
    qtbot: QtBot, bar: MessageBar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MessageBar, "GOOD_MS", 50)
    bar.show_good("Slot reset.")
    assert bar.text == "✓ Slot reset."
    qtbot.waitUntil(lambda: bar.text == "", timeout=WAIT_MS)
    bar.show_good("Slot reset.")
    bar.show_bad("The database is busy.")
    qtbot.wait(150)
    assert bar.text == "▲ The database is busy."
    bar.let_go()
    qtbot.wait(50)
    assert bar.text == "▲ The database is busy."


def test_a_success_stays_until_it_could_be_read(qtbot: QtBot, bar: MessageBar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MessageBar, "GOOD_MS", NEVER)
    bar.show_good("Slot reset.")
    bar.let_go()
    qtbot.wait(150)
    assert bar.text == "✓ Slot reset."
    monkeypatch.setattr(MessageBar, "READ_MS", AT_ONCE)
    bar.let_go()
    qtbot.waitUntil(lambda: bar.text == "", timeout=WAIT_MS)


def test_a_success_goes_when_another_candidate_is_chosen(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MessageBar, "READ_MS", AT_ONCE)
    find(qtbot, window, "T-NONE")
    press(qtbot, window, Qt.Key.Key_F8)
    settle(qtbot, window)
    assert window.messages.text.startswith("✓ Slot assigned")
    find(qtbot, window, "T-FINE")
    qtbot.waitUntil(lambda: window.messages.text == "", timeout=WAIT_MS)


def test_what_went_wrong_stays_when_another_candidate_is_chosen(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    window.open_database(str(tmp_path / "missing.sqlite3"))
    settle(qtbot, window)
    told = window.messages.text
    assert told.startswith("▲ There is no file")
    find(qtbot, window, "T-FINE")
    assert window.messages.text == told
