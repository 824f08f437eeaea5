"""Starting the window: the platform's libraries, looks, what happens to a mistake, and the event loop."""

from __future__ import annotations

import os
import sys
import traceback
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QApplication

from desktop_admin import journal, language
from desktop_admin import settings as desk_settings
from desktop_admin.errors import AdminError
from desktop_admin.gui.core.sentences import said
from desktop_admin.gui.kit import looks
from desktop_admin.gui.window import place, scanning
from desktop_admin.gui.window.main_window import MainWindow
from desktop_admin.installation import INSTALL_LINE
from desktop_admin.language import ENGLISH, CatalogueUnusable, Language
from desktop_admin.messages import phrase
from desktop_admin.settings import Settings

if TYPE_CHECKING:
    from desktop_admin.gui.kit.dialogs import CrashDialog

_XCB_LIBRARIES = (
    "libxcb-cursor.so.0",
    "libxcb-icccm.so.4",
    "libxcb-image.so.0",
    "libxcb-keysyms.so.1",
    "libxcb-render-util.so.0",
    "libxcb-xkb.so.1",
    "libxkbcommon-x11.so.0",
)
_WAYLAND_LIBRARIES = ("libwayland-client.so.0", "libwayland-cursor.so.0")


def run(target: str | None, *, spoken: Language | None = None) -> int:
    """Open the window on a path or URL, or on the ways to begin, until it is closed; gives the program's exit code.

    Args:
        spoken: the language that the window speaks; without it, that of the settings.

    Raises:
        AdminError: the platform's libraries are missing.
    """
    missing = missing_libraries()
    if missing:
        raise AdminError("libraries_missing", names=", ".join(missing), line=INSTALL_LINE)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("desktop-admin")
    settings, problem = _settings()
    problem = _speak(spoken or settings.language) or problem
    looks.prepare(app)
    looks.apply(app, theme=settings.theme, zoom=settings.zoom)
    catcher = MistakeCatcher(parent=app)
    window = make_window(settings)
    catcher.known.connect(window.tasks.failed)
    sys.excepthook = catcher.catch
    if problem:
        window.messages.show_bad(problem)
    if target is not None:
        # After the first paint, so that the window is there while the database is opened.
        window.painted.connect(partial(window.open_database, target))
    place.take(window)
    window.show()
    return app.exec()


def make_window(settings: Settings) -> MainWindow:
    """The main window, with every key sent where it may do something."""
    window = MainWindow(settings=settings)
    # The entrance, which comes later, is asked before it: a key that it sends elsewhere is a sign of life, too.
    router = scanning.KeyRouter(window.take_key, window)
    router.ignored.connect(window.tell_ignored)
    return window


class MistakeCatcher(QObject):
    """Takes every exception that nobody handled: a known failure becomes a message, anything else is a bug.

    Signals:
        known: an ``AdminError`` for the message bar.
    """

    known = Signal(object)

    def __init__(self, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._dialog: CrashDialog | None = None

    def catch(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """The exception hook."""
        if isinstance(error, AdminError):
            self.known.emit(error)
            return
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        journal.mistake(error)
        # Where no terminal is, some desktops keep what is written there in a file.
        if sys.stderr is not None and sys.stderr.isatty():
            sys.__excepthook__(kind, error, trace)
        if self._dialog is None:
            from desktop_admin.gui.kit.dialogs import CrashDialog

            details = "".join(traceback.format_exception(kind, error, trace))
            self._dialog = CrashDialog(details, log=str(journal.file()) if journal.files() else "")
            self._dialog.finished.connect(self._forget)
            self._dialog.open()

    @Slot()
    def _forget(self) -> None:
        self._dialog = None


def missing_libraries() -> list[str]:
    """The system libraries that Qt's platform needs and that are not there.

    Qt aborts the process without them, which cannot be caught; so they are looked for first. Where Wayland's are
    missing, Qt tries X11.
    """
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    x11 = platform.startswith("xcb") or (not platform and bool(os.environ.get("DISPLAY")))
    wayland = platform.startswith("wayland") or (not platform and bool(os.environ.get("WAYLAND_DISPLAY")))
    if not sys.platform.startswith("linux") or not (x11 or wayland):
        return []
    missing = [name for name in _WAYLAND_LIBRARIES if not _loads(name)] if wayland else []
    if wayland and not (missing and x11):
        return missing
    return [name for name in _XCB_LIBRARIES if not _loads(name)]


def _loads(name: str) -> bool:
    import ctypes

    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _settings() -> tuple[Settings, str]:
    """The desk's settings, and what is wrong with them: the window then opens with the defaults, and tells it."""
    try:
        return desk_settings.load(), ""
    except AdminError as error:
        return Settings(), said(error.message)


def _speak(wanted: Language) -> str:
    """Speak this language, or English where its catalogue is damaged; gives what is to be told then.

    Raises:
        CatalogueUnusable: the English one is damaged as well.
    """
    try:
        language.use(wanted)
    except CatalogueUnusable as damage:
        language.use(ENGLISH)
        return phrase("window.english_instead", problem=damage)
    return ""
