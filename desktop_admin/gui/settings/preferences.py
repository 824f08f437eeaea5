"""What this desk remembers between two starts: its language and look, the size of the text, and its connections."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QApplication, QWidget

from desktop_admin import language
from desktop_admin import settings as desk_settings
from desktop_admin.errors import AdminError
from desktop_admin.gui.kit import looks
from desktop_admin.gui.kit.actions import entry
from desktop_admin.language import Language
from desktop_admin.messages import phrase
from desktop_admin.settings import (
    LARGEST_ZOOM,
    SLOWEST_SCANNER_GAP,
    SMALLEST_ZOOM,
    USUAL_SCANNER_GAP,
    Settings,
    Theme,
)

if TYPE_CHECKING:
    from desktop_admin.gui.core.barcodes import Marks

ZOOM_STEP = 0.1
LANGUAGE_NAMES: tuple[tuple[Language, str], ...] = (("en", "English"), ("hi", "हिन्दी"))
"""Each in itself, for who reads no other."""


class Preferences(QObject):
    """The settings of the desk, and the entries that change them.

    Attributes:
        settings: as they are now.
        languages, themes: to choose from.
        larger, smaller, usual_size: the size of the text.

    Signals:
        scanner_learned: how many milliseconds the scanner needs for a key at most.
        language_asked: the language that was chosen.
        connections_changed: another connection is known.
        failed: an ``AdminError``: the settings could not be kept.
        refused: why a key changed nothing.
    """

    scanner_learned = Signal(int)
    language_asked = Signal(str)
    connections_changed = Signal()
    failed = Signal(object)
    refused = Signal(str)

    def __init__(self, settings: Settings, *, parent: QWidget) -> None:
        super().__init__(parent)
        self.settings = settings
        self.languages = self._choices(LANGUAGE_NAMES, language.used(), self._ask_language)
        names: dict[Theme, str] = {"system": "window.look_of_desktop", "light": "window.light", "dark": "window.dark"}
        looks_by_choice = ((theme, phrase(name)) for theme, name in names.items())
        self.themes = self._choices(looks_by_choice, settings.theme, self._choose_theme)
        self.larger = entry(phrase("window.larger"), self, self._enlarge, key="Ctrl+=")
        self.smaller = entry(phrase("window.smaller"), self, self._reduce, key="Ctrl+-")
        self.usual_size = entry(phrase("window.usual_size"), self, self._reset_zoom, key="Ctrl+0")

    def use_scanner(self, learned: Marks) -> None:
        """Keep what the scanner adds, and how slow it may be."""
        gap = min(max(USUAL_SCANNER_GAP, learned.slowest + USUAL_SCANNER_GAP // 4), SLOWEST_SCANNER_GAP)
        prefix, suffix = learned.prefix, learned.suffix
        self.change(partial(replace, scanner_prefix=prefix, scanner_suffix=suffix, scanner_gap=gap))
        self.scanner_learned.emit(gap)

    def _choices(
        self, names: Iterable[tuple[str, str]], chosen: str, choose: Callable[[QAction], None]
    ) -> list[QAction]:
        """Entries of which one is chosen."""
        group = QActionGroup(self)
        for choice, name in names:
            action = group.addAction(name)
            action.setCheckable(True)
            action.setData(choice)
            action.setChecked(choice == chosen)
        group.triggered.connect(choose)
        return group.actions()

    @Slot(str, str)
    def remember(self, name: str, url: str) -> None:
        """Keep a new connection by its name, and open it from now on when none is asked for."""
        self.change(lambda now: replace(now, connections=_first(name, url, now), default_connection=name))

    def note_used(self, target: str) -> None:
        """The database at this path or URL was opened: of the connections that are known, it is offered first."""
        known = self.settings.connections
        name = next((name for name, other in known.items() if other == target), None)
        if name is not None and name != next(iter(known)):
            # Another window may have forgotten it meanwhile.
            self.change(
                lambda now: replace(now, connections=_first(name, target, now)) if name in now.connections else now
            )

    @Slot(str)
    def note_user(self, username: str) -> None:
        """Somebody has signed in, who is offered first the next time."""
        if username != self.settings.last_user and username.isprintable():
            self.change(partial(replace, last_user=username))

    @Slot(QAction)
    def _ask_language(self, action: QAction) -> None:
        self.language_asked.emit(action.data())

    def show_language(self) -> None:
        """Mark the language that is spoken, whichever was asked for."""
        for action in self.languages:
            action.setChecked(action.data() == language.used())

    @Slot(QAction)
    def _choose_theme(self, action: QAction) -> None:
        self.change(partial(replace, theme=action.data()))

    @Slot()
    def _enlarge(self) -> None:
        self._zoom_to(self.settings.zoom + ZOOM_STEP)

    @Slot()
    def _reduce(self) -> None:
        self._zoom_to(self.settings.zoom - ZOOM_STEP)

    @Slot()
    def _reset_zoom(self) -> None:
        self._zoom_to(1.0)

    def _zoom_to(self, zoom: float) -> None:
        before = self.settings.zoom
        self.set_zoom(zoom)
        if self.settings.zoom == before:
            self.refused.emit(phrase("window.same_size"))

    def set_zoom(self, zoom: float) -> None:
        """Take this size of text, or the nearest that there is."""
        self.change(partial(replace, zoom=round(min(max(zoom, SMALLEST_ZOOM), LARGEST_ZOOM), 2)))

    def change(self, how: Callable[[Settings], Settings]) -> None:
        """Change the settings and keep them; where they cannot be kept, they are changed for as long as this window."""
        before, app = self.settings, QCoreApplication.instance()
        try:
            self.settings = desk_settings.change(how)
        except AdminError as error:
            self.settings = how(before)
            self.failed.emit(error)
        if isinstance(app, QApplication) and _look(self.settings) != _look(before):
            looks.apply(app, theme=self.settings.theme, zoom=self.settings.zoom)
        # Their order tells which is offered first.
        if list(self.settings.connections.items()) != list(before.connections.items()):
            self.connections_changed.emit()


def _first(name: str, target: str, settings: Settings) -> dict[str, str]:
    """The connections with this one before the others."""
    return {name: target} | {other: led for other, led in settings.connections.items() if other != name}


def _look(settings: Settings) -> tuple[Theme, float]:
    return settings.theme, settings.zoom
