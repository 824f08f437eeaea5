"""The settings window: each change acts at once and is kept, and what makes no sense is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_admin import language, settings
from desktop_admin.gui.core.barcodes import Scan
from desktop_admin.gui.settings.settings_dialog import SettingsDialog
from desktop_admin.gui.window.main_window import MainWindow
from desktop_admin.settings import Settings
from tests.gui.driving import WAIT_MS
from tests.gui.measuring import complaints

HALL = "postgresql://exam@hall/portal"
KNOWN = Settings(connections={"Hall": HALL, "File": "/srv/portal.sqlite3"}, default_connection="Hall")


@pytest.fixture
def dialog(empty_window: MainWindow) -> SettingsDialog:
    """The dialog of a desk that knows two connections."""
    empty_window.preferences.change(lambda _before: KNOWN)
    return empty_window.show_settings()


def test_what_is_set_for_the_desk_acts_and_is_kept(
    qtbot: QtBot, empty_window: MainWindow, dialog: SettingsDialog, tmp_path: Path
) -> None:
    dialog.desk.setText("Desk 4")
    dialog.centre.setText(" Centre 12, Pune ")
    dialog.media.setText(str(tmp_path))
    for line in (dialog.desk, dialog.centre, dialog.media):
        line.editingFinished.emit()
    dialog.zone.textActivated.emit("Europe/Berlin")
    dialog.zoom.setValue(120)
    dialog.theme.setCurrentIndex(2)
    dialog.theme.activated.emit(2)
    kept = settings.load()
    assert (kept.desk_name, kept.centre, kept.media_folder) == ("Desk 4", "Centre 12, Pune", str(tmp_path))
    assert (kept.time_zone, kept.zoom, kept.theme) == ("Europe/Berlin", 1.2, "dark")
    assert empty_window.font().pointSizeF() == pytest.approx(11 * 1.2)
    dialog.desk.setText("  ")
    dialog.desk.editingFinished.emit()
    assert (dialog.desk.text(), settings.load().desk_name) == ("Desk 4", "Desk 4")
    empty_window.preferences.usual_size.trigger()
    assert settings.load().zoom == 1.0
    dialog.theme.activated.emit(1)


@pytest.mark.parametrize("zoom", [1.0, pytest.param(2.0, marks=pytest.mark.long)])
def test_nothing_is_cut_in_any_tab(qtbot: QtBot, empty_window: MainWindow, dialog: SettingsDialog, zoom: float) -> None:
    empty_window.preferences.set_zoom(zoom)
    dialog.scanner.card.scanned.emit(Scan("##15560005M/7", 60))
    for tab in range(dialog.tabs.count()):
        dialog.tabs.setCurrentIndex(tab)
        QApplication.processEvents()
        assert not complaints(dialog), dialog.tabs.tabText(tab)
    empty_window.preferences.set_zoom(1.0)


def test_the_language_changes_under_the_open_settings(qtbot: QtBot, empty_window: MainWindow) -> None:
    empty_window.show_settings().language.activated.emit(1)
    qtbot.waitUntil(lambda: language.used() == "hi", timeout=WAIT_MS)
    again = empty_window.frame.findChild(SettingsDialog)
    assert isinstance(again, SettingsDialog)
    assert (again.windowTitle(), again.language.currentText()) == ("सेटिंग", "हिन्दी")
    again.language.activated.emit(0)
    qtbot.waitUntil(lambda: language.used() == "en", timeout=WAIT_MS)
    assert settings.load().language == "en"


def test_once_the_settings_are_closed_nothing_of_them_listens_to_the_menus(
    qtbot: QtBot, empty_window: MainWindow, dialog: SettingsDialog
) -> None:
    with qtbot.waitSignal(dialog.destroyed, timeout=WAIT_MS):
        dialog.reject()
    for choices in (empty_window.preferences.themes, empty_window.preferences.languages):
        for action in (choices[-1], choices[0]):
            action.trigger()
            qtbot.waitUntil(action.isChecked, timeout=WAIT_MS)


def test_connections_are_renamed_led_elsewhere_forgotten_and_chosen(
    qtbot: QtBot, empty_window: MainWindow, dialog: SettingsDialog
) -> None:
    part = dialog.connections
    assert (part.name.text(), part.target.text(), part.default.isEnabled()) == ("Hall", HALL, False)
    for name, target, why in (
        ("File", HALL, "already"),
        ("", HALL, "Give a name"),
        ("Hall", "postgresql://exam:secret@hall/portal", "password"),
        ("Hall", "http://hall/portal", "no address"),
    ):
        part.name.setText(name)
        part.target.setText(target)
        part.target.editingFinished.emit()
        assert why in part.note.text()
        assert settings.load() == KNOWN
    part.name.setText("Big hall")
    part.target.setText("postgresql://exam@hall2/portal")
    part.target.editingFinished.emit()
    kept = settings.load()
    assert next(iter(kept.connections.items())) == ("Big hall", "postgresql://exam@hall2/portal")
    assert (kept.default_connection, part.note.text()) == ("Big hall", "")
    assert [action.text() for action in empty_window.openings.known.actions()] == ["Big hall", "File"]
    part.rows.setCurrentRow(1)
    part.default.click()
    assert settings.load().default_connection == "File"
    assert [part.rows.item(row).text() for row in (0, 1)] == ["Big hall", "File: opened by itself"]
    part.remove.click()
    part.remove.click()
    assert (dict(settings.load().connections), settings.load().default_connection) == ({}, None)
    assert (part.remove.isEnabled(), part.name.isEnabled()) == (False, False)
    assert "File menu" in part.note.text()
    qtbot.waitUntil(lambda: not empty_window.tasks.stage, timeout=WAIT_MS)
