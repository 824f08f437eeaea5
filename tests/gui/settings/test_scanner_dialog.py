"""What three scans of one card tell of the scanner, and that it is used from then on."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from desktop_admin import settings
from desktop_admin.gui.kit.barcodes import Marks, Scan, learned, readings
from desktop_admin.gui.settings.scanner_dialog import ScannerDialog
from desktop_admin.gui.window.main_window import MainWindow
from tests.gui.driving import WAIT_MS, button, click, looked_up, open_dialog
from tests.gui.keyboard import ENTER, NOTHING, TAB, scan


def test_marks_are_learned_only_from_scans_that_agree_and_hold_the_number() -> None:
    scans = [Scan("##15560005m/7", 20), Scan("##15560005m/7", 85), Scan("##15560005m/7", 30)]
    assert learned("15560005M", scans) == Marks("##", "/7", 85)
    assert learned("15560005M", [*scans[:2], Scan("##15560010A/7", 20)]) is None
    assert learned("15560006M", scans) is None
    assert learned("", scans) is None
    assert "15560005m" in readings("##15560005m/7", prefix="##", suffix="/7")


def test_a_scanner_that_was_learned_is_understood_and_remembered(qtbot: QtBot, window: MainWindow) -> None:
    window.preferences.scanner.trigger()
    dialog = open_dialog(qtbot, ScannerDialog)
    qtbot.waitUntil(dialog.number.hasFocus, timeout=WAIT_MS)
    dialog.number.setText("T-STUCK")
    dialog.card.setFocus()
    deed = button(dialog, "Keep this for this desk")
    for number, end in enumerate((ENTER, TAB, NOTHING)):
        assert not deed.isEnabled()
        assert f"{number} of 3 scans" in dialog.text
        scan("#1T-STUCK/9", gap=120, end=end)
        qtbot.waitUntil(lambda: dialog.card.text() == "", timeout=WAIT_MS)
        assert dialog.card.hasFocus()
    assert "Received “#1T-STUCK/9”, up to 120 ms between two keys" in dialog.text
    assert "Before the number: “#1”, behind it: “/9”" in dialog.text
    click(qtbot, deed)
    kept = settings.load()
    assert (kept.scanner_prefix, kept.scanner_suffix, kept.scanner_gap) == ("#1", "/9", 142)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=WAIT_MS)
    window.focus_search()
    scan("#1T-STUCK/9", gap=120)
    looked_up(qtbot, window)
    assert (window.search.text(), window.desk.card.who) == ("T-STUCK", "T-STUCK")
