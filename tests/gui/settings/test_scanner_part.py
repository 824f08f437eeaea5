"""What three scans of one card tell of the scanner, and that it is used from then on."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from desktop_admin import settings
from desktop_admin.gui.core.barcodes import Marks, Scan, learned, readings
from desktop_admin.gui.window.main_window import MainWindow
from tests.gui.driving import WAIT_MS, click, looked_up
from tests.gui.keyboard import ENTER, NOTHING, TAB, scan


def test_marks_are_learned_only_from_scans_that_agree_and_hold_the_number() -> None:
    scans = [Scan("##15560005m/7", 20), Scan("##15560005m/7", 85), Scan("##15560005m/7", 30)]
    assert learned("15560005M", scans) == Marks("##", "/7", 85)
    assert learned("15560005M", [*scans[:2], Scan("##15560010A/7", 20)]) is None
    assert learned("15560006M", scans) is None
    assert learned("", scans) is None
    assert "15560005m" in readings("##15560005m/7", prefix="##", suffix="/7")


def test_a_scanner_that_was_learned_is_understood_and_remembered(qtbot: QtBot, window: MainWindow) -> None:
    settings_dialog = window.show_settings()
    part = settings_dialog.scanner
    settings_dialog.tabs.setCurrentWidget(part)
    qtbot.waitUntil(settings_dialog.isActiveWindow, timeout=WAIT_MS)
    part.number.setText("T-STUCK")
    part.card.setFocus()
    deed = part.deed
    for number, end in enumerate((ENTER, TAB, NOTHING)):
        assert not deed.isEnabled()
        assert f"{number} of 3 scans" in part.text
        scan("#1T-STUCK/9", gap=120, end=end)
        qtbot.waitUntil(lambda: part.card.text() == "", timeout=WAIT_MS)
        assert part.card.hasFocus()
    assert "Received “#1T-STUCK/9”, up to 120 ms between two keys" in part.text
    assert "Before the number: “#1”, behind it: “/9”" in part.text
    click(qtbot, deed)
    assert not deed.isEnabled()
    assert part.text == "\nKept for this desk. Before the number: “#1”, behind it: “/9”"
    settings_dialog.reject()
    kept = settings.load()
    assert (kept.scanner_prefix, kept.scanner_suffix, kept.scanner_gap) == ("#1", "/9", 142)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=WAIT_MS)
    window.focus_search()
    scan("#1T-STUCK/9", gap=120)
    looked_up(qtbot, window)
    assert (window.search.text(), window.desk.card.who) == ("T-STUCK", "T-STUCK")
