"""The language is chosen in the window and acts at once; who works on what, and where, stays as it was."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop_admin import language, settings
from desktop_admin.cli import cli
from desktop_admin.controllers.values.lines import PaperChoice
from desktop_admin.gui import app
from desktop_admin.gui.changing.impact_dialog import ImpactDialog
from desktop_admin.gui.window.frame import Frame
from desktop_admin.gui.window.main_window import MainWindow
from desktop_admin.rules import Paper
from tests.gui.driving import WAIT_MS, ask, find, open_dialog, press, settle, sign_in

pytestmark = pytest.mark.usefixtures("marked")


def speak(qtbot: QtBot, window: MainWindow, name: str) -> None:
    """Choose a language in the View menu, and wait until the window has answered."""
    frame = window.frame
    (action,) = (one for one in window.preferences.languages if one.text() == name)
    action.trigger()
    qtbot.waitUntil(lambda: window.frame is not frame or not action.isChecked(), timeout=WAIT_MS)
    settle(qtbot, window)


def chosen(window: MainWindow) -> list[str]:
    """The languages that are marked in the View menu."""
    return [action.text() for action in window.preferences.languages if action.isChecked()]


def test_another_language_acts_at_once_and_everything_else_stays(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(1200, 700)
    find(qtbot, window, "T-STUCK")
    candidate = window.desk.user_ids
    window.show_pane(2)
    settle(qtbot, window)
    before = (window.geometry(), window.link.description, window.entrance.actor, window.stack.currentIndex())
    speak(qtbot, window, "हिन्दी")
    assert language.used() == "hi"
    assert before == (window.geometry(), window.link.description, window.entrance.actor, window.stack.currentIndex())
    assert (window.search.text(), window.desk.user_ids) == ("T-STUCK", candidate)
    assert window.stack.currentWidget() is window.sessions
    assert window.sessions.table.rows.rowCount() > 0
    assert [title.text()[0] for title in window.menuBar().actions()] == ["⟦"] * 5
    assert window.frame.navigation.panes[1].isChecked()
    assert (settings.load().language, chosen(window)) == ("hi", ["हिन्दी"])
    speak(qtbot, window, "English")
    assert [title.text() for title in window.menuBar().actions()] == ["&File", "&Edit", "&Candidate", "&View", "&Help"]
    assert (settings.load().language, chosen(window)) == ("en", ["English"])


def test_nothing_of_the_window_before_is_left(qtbot: QtBot, window: MainWindow) -> None:
    speak(qtbot, window, "हिन्दी")
    qtbot.waitUntil(lambda: len(window.findChildren(Frame)) == 1, timeout=WAIT_MS)
    # The entrance lets somebody in once, and what is read is shown once.
    window.entrance.entered.emit()
    settle(qtbot, window)
    assert window.stack.currentWidget() is window.desk
    find(qtbot, window, "T-STUCK")
    press(qtbot, window, Qt.Key.Key_F9)
    settle(qtbot, window)
    assert window.messages.text.startswith("✓ ⟦")


def test_a_click_on_what_is_made_anew_leaves_the_focus_where_it_is(qtbot: QtBot, window: MainWindow) -> None:
    speak(qtbot, window, "हिन्दी")
    seen = [button for button in window.findChildren(QAbstractButton) if button.isVisible()]
    assert len(seen) >= 10
    assert not [button.text() for button in seen if button.focusPolicy() & Qt.FocusPolicy.ClickFocus]


def test_a_reason_that_was_chosen_is_told_in_the_language_that_is_spoken(qtbot: QtBot, window: MainWindow) -> None:
    find(qtbot, window, "T-STUCK")
    window.desk.candidate_actions.reason_box.choose(1)
    press(qtbot, window, Qt.Key.Key_F9)
    settle(qtbot, window)
    speak(qtbot, window, "हिन्दी")
    assert "(⟦Stuck on an old set⟧)" in "\n".join(label.text() for label in window.desk.findChildren(QLabel))


def test_who_is_signed_in_stays_so(qtbot: QtBot, door: MainWindow) -> None:
    sign_in(qtbot, door, "inv", "inv")
    speak(qtbot, door, "हिन्दी")
    assert (door.entrance.inside, door.entrance.actor.name) == (True, "Inv Rao")
    assert "Inv Rao" in door.status.person.text()
    assert "⟦Invigilator⟧" in door.status.person.text()


def test_what_was_done_last_can_still_be_undone(qtbot: QtBot, window: MainWindow, portal_file: Path) -> None:
    find(qtbot, window, "T-STUCK")
    press(qtbot, window, Qt.Key.Key_F9)
    settle(qtbot, window)
    speak(qtbot, window, "हिन्दी")
    press(qtbot, window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    dialog = open_dialog(qtbot, ImpactDialog)
    assert dialog.windowTitle().startswith("⟦")
    dialog.reject()


def test_the_first_page_speaks_at_once_too(qtbot: QtBot, empty_window: MainWindow) -> None:
    speak(qtbot, empty_window, "हिन्दी")
    assert empty_window.openings.demo.text() == "⟦Open &demo data⟧"
    assert empty_window.stack.currentIndex() == 0


def test_a_draft_is_not_forgotten_for_another_language(qtbot: QtBot, window: MainWindow, portal_file: Path) -> None:
    window.show_pane(3)
    settle(qtbot, window)
    trade = ask(portal_file, "SELECT id FROM reference_trade WHERE code = 'TTC'")
    window.sets.propose(PaperChoice(trade, Paper.PRIMARY, "C"))
    settle(qtbot, window)
    speak(qtbot, window, "हिन्दी")
    assert "Question sets" in window.messages.text
    assert (language.used(), chosen(window), len(window.sets.model.drafts)) == ("en", ["English"], 1)


def test_an_operation_under_way_is_not_disturbed(qtbot: QtBot, window: MainWindow) -> None:
    find(qtbot, window, "T-STUCK")
    frame = window.frame
    press(qtbot, window, Qt.Key.Key_F9)
    assert window.carrying_out.busy
    window._speak("hi")
    assert (window.frame is frame, language.used()) == (True, "en")
    settle(qtbot, window)
    assert window.messages.text.startswith("✓ ")


def test_a_catalogue_that_is_missing_is_told_where_its_language_is_chosen(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    (tmp_path / "resources/catalogues/hi/LC_MESSAGES/desktop_admin.mo").unlink()
    speak(qtbot, window, "हिन्दी")
    assert "hi/LC_MESSAGES/desktop_admin.mo is missing or damaged" in window.messages.text
    assert (language.used(), chosen(window), settings.load().language) == ("en", ["English"], "en")


def test_a_language_that_cannot_be_kept_is_spoken_and_that_is_told(qtbot: QtBot, window: MainWindow) -> None:
    settings.file().mkdir()
    speak(qtbot, window, "हिन्दी")
    assert window.messages.text.startswith("▲ ⟦")
    assert (language.used(), chosen(window)) == ("hi", ["हिन्दी"])


@pytest.fixture
def started(qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> list[MainWindow]:
    """The window that ``app.run`` makes is put in here instead of running."""
    windows: list[MainWindow] = []

    def no_loop(_app: QApplication) -> int:
        windows.extend(one for one in qapp.topLevelWidgets() if isinstance(one, MainWindow) and one.isVisible())
        qtbot.addWidget(windows[0])
        settle(qtbot, windows[0])
        return 0

    monkeypatch.setattr(QApplication, "exec", no_loop)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    return windows


@pytest.mark.parametrize(
    ("file", "spoken", "told"),
    [
        ('language = "hi"', "hi", ""),
        ('language = "xx"', "en", "desk.toml"),
        ('language = "hi" # without catalogue', "en", "missing or damaged"),
    ],
)
def test_the_window_starts_in_the_language_of_the_settings_or_says_why_not(
    tmp_path: Path, started: list[MainWindow], file: str, spoken: str, told: str
) -> None:
    settings.file().write_text(file, encoding="utf-8")
    if "without" in file:
        (tmp_path / "resources/catalogues/hi/LC_MESSAGES/desktop_admin.mo").write_bytes(b"damaged")
    assert app.run(None) == 0
    (window,) = started
    assert language.used() == spoken
    assert told in window.messages.text if told else window.messages.text == ""
    assert window.search.placeholderText().startswith("⟦") is (spoken == "hi")
    window.close()


def test_the_window_starts_in_the_language_that_its_command_was_asked_for(started: list[MainWindow]) -> None:
    settings.file().write_text('language = "hi"', encoding="utf-8")
    assert CliRunner().invoke(cli, ["--language", "en"]).exit_code == 0
    (window,) = started
    assert (language.used(), chosen(window)) == ("en", ["English"])
    assert settings.load().language == "hi", "it was asked for once"
    window.close()
