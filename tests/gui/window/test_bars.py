"""The message bar: a success goes away by itself once it could be read, a problem with what it is about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop_admin.gui.kit.bars import About, MessageBar
from desktop_admin.gui.window.main_window import MainWindow
from tests.gui.driving import WAIT_MS, find, press, search, settle

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
    bar.let_go_once_read()
    qtbot.wait(50)
    assert bar.text == "▲ The database is busy."
    bar.let_go()
    assert bar.text == "", "the person has turned to somebody else"


def test_a_message_lives_as_long_as_what_it_is_about(bar: MessageBar) -> None:
    bar.show_bad("The guard is not whole.", About.MORE)
    bar.let_go()
    bar.end(About.LINK)
    assert bar.text == "▲ The guard is not whole."
    bar.show_bad("The link was lost.", About.LINK)
    bar.let_go()
    assert bar.text == "▲ The link was lost."
    bar.end(About.LINK)
    assert bar.text == ""
    bar.show_good("Slot reset.")
    bar.add("No checkpoint could be kept.", About.MORE)
    bar.let_go()
    assert bar.text == "✓ Slot reset. No checkpoint could be kept."


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


def test_what_went_wrong_with_a_candidate_goes_with_the_candidate_and_stays_in_its_pane(
    qtbot: QtBot, window: MainWindow
) -> None:
    find(qtbot, window, "T-NONE")
    window.carrying_out.not_applied.emit("Assign slot: not applied.")
    assert window.messages.text == "▲ Assign slot: not applied."
    find(qtbot, window, "T-FINE")
    assert window.messages.text == ""
    window.carrying_out.not_applied.emit("Assign slot: not applied.")
    window.show_pane(5)
    assert window.messages.text == ""
    settle(qtbot, window)


def test_no_message_moves_what_is_under_the_mouse(qtbot: QtBot, window: MainWindow) -> None:
    find(qtbot, window, "T-NONE")
    place = window.stack.geometry()
    for text in ("Short.", "A sentence that needs many lines. " * 30):
        window.messages.show_bad(text)
        window.frame.stage.follow("Reading …")
        window.frame.stage.show()
        # The layouts of the window do their work when the event loop comes to it.
        QApplication.processEvents()
        assert window.stack.geometry() == place
        assert window.messages.height() >= window.messages.heightForWidth(window.messages.width())
        lines = [strip.geometry() for strip in (window.messages, window.frame.stage)]
        assert not lines[0].intersects(lines[1])
        assert all(window.frame.rect().contains(line) for line in lines)
        window.frame.stage.follow("")
    window.messages.put_away()
    QApplication.processEvents()
    assert window.stack.geometry() == place


def test_a_lost_link_is_told_and_moves_nothing(qtbot: QtBot, window: MainWindow, portal_file: Path) -> None:
    find(qtbot, window, "T-NONE")
    parts = (window.stack, window.search, window.frame.navigation, window.desk, window.desk.list)
    places = [one.geometry() for one in parts]
    away = portal_file.rename(portal_file.with_suffix(".away"))
    band = window.frame.problem_band
    qtbot.waitUntil(lambda: "cannot be reached since" in band.text, timeout=WAIT_MS)
    settle(qtbot, window)
    QApplication.processEvents()
    assert [one.geometry() for one in parts] == places
    assert window.frame.rect().contains(band.geometry())
    assert band.visibleRegion().boundingRect() == band.rect(), "all of it is seen"
    assert band.height() >= band.heightForWidth(band.width())
    window.messages.show_bad("Something that was said meanwhile.")
    QApplication.processEvents()
    assert not band.geometry().intersects(window.messages.geometry())
    away.rename(portal_file)
    qtbot.waitUntil(lambda: band.text == "", timeout=WAIT_MS)


def test_what_is_said_is_announced_without_its_glyph(bar: MessageBar, heard: list[tuple[str, str]]) -> None:
    bar.show_good("Slot reset.")
    bar.add("A copy was made.")
    bar.show_bad("Nobody has this number.")
    assert heard == [
        ("Slot reset.", "Polite"),
        ("A copy was made.", "Polite"),
        ("Nobody has this number.", "Assertive"),
    ]
    assert [label.accessibleName() for label in bar.findChildren(QLabel)] == ["Nobody has this number."]


def test_what_was_found_is_announced_once(qtbot: QtBot, window: MainWindow, heard: list[tuple[str, str]]) -> None:
    find(qtbot, window, "T-STUCK")
    window.commands.refresh.trigger()
    settle(qtbot, window)
    [(told, _)] = heard
    assert told.startswith("Ramesh Kumar")
    assert "Stuck" in told
    assert "◆" not in told
    heard.clear()
    search(qtbot, window, "T-S", hits=3)
    settle(qtbot, window)
    search(qtbot, window, "zzz", hits=0)
    settle(qtbot, window)
    assert [told for told, _ in heard] == [
        "3 candidates match “T-S”: choose from the list, or type more.",
        "No candidate matches “zzz”. Nobody is selected.",
    ]


def test_what_is_wrong_with_a_database_stays_when_a_candidate_is_chosen(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    window.open_database(str(tmp_path / "missing.sqlite3"))
    settle(qtbot, window)
    told = window.messages.text
    assert told.startswith("▲ There is no file")
    find(qtbot, window, "T-FINE")
    assert window.messages.text == told
