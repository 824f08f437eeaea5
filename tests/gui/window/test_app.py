"""Starting: missing system libraries, mistakes in the program, pictures, and PySide6 itself."""

from __future__ import annotations

import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_admin import journal, language
from desktop_admin import settings as desk_settings
from desktop_admin.errors import AdminError, UsageProblem
from desktop_admin.gui import app
from desktop_admin.gui.core import memory
from desktop_admin.gui.kit.dialogs import CrashDialog
from desktop_admin.gui.pictures import save_pictures
from desktop_admin.gui.window import place
from desktop_admin.gui.window.main_window import MainWindow
from desktop_admin.language import LANGUAGES
from tests.gui.driving import WAIT_MS, open_dialog

_LOOKS = ("light", "dark")


@pytest.mark.parametrize("wayland", ["", "wayland-0"])
def test_missing_libraries_are_named_with_the_line_that_installs_them(
    monkeypatch: pytest.MonkeyPatch, wayland: str
) -> None:
    assert "libxcb-cursor.so.0" in app._XCB_LIBRARIES, "Qt needs it since 6.5, and few desktops bring it"
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    monkeypatch.setenv("WAYLAND_DISPLAY", wayland)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(app, "_XCB_LIBRARIES", ("libxcb-that-is-not-there.so.0",))
    with pytest.raises(AdminError) as told:
        app.run(None)
    assert "libxcb-that-is-not-there.so.0" in str(told.value)
    assert "sudo apt-get install" in str(told.value)


def test_where_waylands_libraries_are_missing_qt_tries_x11(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QT_QPA_PLATFORM")
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(app, "_WAYLAND_LIBRARIES", ("no-wayland.so",))
    monkeypatch.setattr(app, "_XCB_LIBRARIES", ("no-xcb.so",))
    for display, missing in (("", ["no-wayland.so"]), (":0", ["no-xcb.so"])):
        monkeypatch.setenv("DISPLAY", display)
        assert app.missing_libraries() == missing


def test_no_library_is_asked_for_without_x11(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setattr(app, "_XCB_LIBRARIES", ("libxcb-that-is-not-there.so.0",))
    assert app.missing_libraries() == []


def test_a_mistake_is_logged_and_can_be_copied(qtbot: QtBot) -> None:
    journal.begin("info")
    catcher = app.MistakeCatcher()
    error = ZeroDivisionError("seven by nought")
    catcher.catch(type(error), error, None)
    dialog = open_dialog(qtbot, CrashDialog)
    dialog.copy.click()
    assert "seven by nought" in QApplication.clipboard().text()
    written = journal.file().read_text(encoding="utf-8")
    assert "CRITICAL" in written
    assert "mistake\n  ZeroDivisionError" in written
    assert "seven" not in written
    dialog.reject()


def test_a_known_failure_is_no_crash(qtbot: QtBot) -> None:
    catcher = app.MistakeCatcher()
    error = UsageProblem("cancelled")
    with qtbot.waitSignal(catcher.known, timeout=WAIT_MS):
        catcher.catch(type(error), error, None)
    assert journal.files() == []


def test_every_pane_is_pictured_in_both_languages_and_looks_and_nothing_is_changed(
    qapp: QApplication, demo_file: Path, tmp_path: Path
) -> None:
    before = demo_file.read_bytes()
    pictures = save_pictures(str(demo_file), tmp_path / "pictures")
    panes = ("desk", "sessions", "question-sets", "exam-day", "history", "self-check")
    images = {picture.stem: QImage(str(picture)) for picture in pictures}
    assert set(images) == {f"{pane}-{tongue}-{look}" for pane in panes for tongue in LANGUAGES for look in _LOOKS}
    sizes = {name: (image.width(), image.height()) for name, image in images.items()}
    assert {size for name, size in sizes.items() if not name.startswith("self-check")} == {(1366, 768)}
    for pane, look in product(panes, _LOOKS):
        assert images[f"{pane}-en-{look}"] != images[f"{pane}-hi-{look}"]
    for pane, tongue in product(panes, LANGUAGES):
        assert images[f"{pane}-{tongue}-light"] != images[f"{pane}-{tongue}-dark"]
    assert language.used() == "en"
    assert demo_file.read_bytes() == before
    assert not desk_settings.file().with_name(memory.FILE).exists(), "nobody has arranged these windows"


def test_a_picture_of_what_is_no_portal_says_so(qapp: QApplication, tmp_path: Path) -> None:
    with pytest.raises(AdminError, match=r"missing\.sqlite3"):
        save_pictures(str(tmp_path / "missing.sqlite3"), tmp_path)


def test_pyside_survives_many_calls_and_signals() -> None:
    """6.12.0 on Python 3.11 aborts the process after some five thousand of them."""
    script = (
        "from PySide6.QtCore import QObject, Signal\n"
        "class Sender(QObject):\n"
        "    sent = Signal(bool)\n"
        "sender = Sender()\n"
        "sender.sent.connect(lambda value: None)\n"
        "for number in range(20_000):\n"
        "    sender.setObjectName(str(number))\n"
        "    sender.sent.emit(True)\n"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False, timeout=300).returncode == 0


@pytest.mark.parametrize(
    ("screen", "whole"), [((1366, 728), True), ((1024, 728), True), ((1920, 1040), False), ((3840, 2120), False)]
)
def test_the_first_window_fits_the_screen_that_there_is(screen: tuple[int, int], whole: bool) -> None:
    room = QRect(0, 40, *screen)
    found = place.first_place(room)
    assert (found is None) is whole
    assert found is None or room.contains(found)


def test_the_window_stands_where_it_was(qtbot: QtBot, empty_window: MainWindow) -> None:
    place.take(empty_window)
    assert empty_window.isMaximized(), "this screen is a small one"
    empty_window.showNormal()
    empty_window.setGeometry(10, 40, 700, 450)
    empty_window.close()
    empty_window.setGeometry(0, 0, 650, 410)
    place.take(empty_window)
    assert empty_window.geometry().getRect() == (10, 40, 700, 450)
