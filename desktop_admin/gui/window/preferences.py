"""What this desk remembers between two starts: its look, the size of the text, and its connections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QApplication

from desktop_admin import settings as desk_settings
from desktop_admin.errors import AdminError
from desktop_admin.gui.kit import looks
from desktop_admin.gui.kit.actions import entry
from desktop_admin.settings import LARGEST_ZOOM, SMALLEST_ZOOM, Settings, Theme

ZOOM_STEP = 0.1


class Preferences(QObject):
    """The settings of the desk, and the entries that change them.

    Attributes:
        themes: the looks to choose from.
        larger, smaller: the size of the text.

    Signals:
        connections_changed: another connection is known.
        failed: an ``AdminError``: the settings could not be kept.
    """

    connections_changed = Signal()
    failed = Signal(object)

    def __init__(self, settings: Settings, *, parent: QObject) -> None:
        super().__init__(parent)
        self._settings = settings
        self.themes = self._theme_actions()
        self.larger = entry(self.tr("Larger text"), self, self._enlarge, key="Ctrl+=")
        self.smaller = entry(self.tr("Smaller text"), self, self._reduce, key="Ctrl+-")

    def _theme_actions(self) -> list[QAction]:
        group = QActionGroup(self)
        names: tuple[tuple[Theme, str], ...] = (
            ("system", self.tr("Look of the desktop")),
            ("light", self.tr("Light")),
            ("dark", self.tr("Dark")),
        )
        for choice, name in names:
            action = group.addAction(name)
            action.setCheckable(True)
            action.setData(choice)
            action.setChecked(choice == self._settings.theme)
        group.triggered.connect(self._choose_theme)
        return group.actions()

    @property
    def connections(self) -> Mapping[str, str]:
        """Path or URL of each known connection, by its name."""
        return self._settings.connections

    @Slot(str, str)
    def remember(self, name: str, url: str) -> None:
        """Keep a new connection by its name, and open it from now on when none is asked for."""
        known = {**self._settings.connections, name: url}
        self._save(replace(self._settings, connections=known, default_connection=name))
        self.connections_changed.emit()

    @Slot(QAction)
    def _choose_theme(self, action: QAction) -> None:
        self._change(replace(self._settings, theme=action.data()))

    @Slot()
    def _enlarge(self) -> None:
        self._zoom(ZOOM_STEP)

    @Slot()
    def _reduce(self) -> None:
        self._zoom(-ZOOM_STEP)

    def _zoom(self, step: float) -> None:
        zoom = round(min(max(self._settings.zoom + step, SMALLEST_ZOOM), LARGEST_ZOOM), 2)
        self._change(replace(self._settings, zoom=zoom))

    def _change(self, settings: Settings) -> None:
        app = QCoreApplication.instance()
        if isinstance(app, QApplication):
            looks.apply(app, theme=settings.theme, zoom=settings.zoom)
        self._save(settings)

    def _save(self, settings: Settings) -> None:
        self._settings = settings
        try:
            desk_settings.save(settings)
        except AdminError as error:
            self.failed.emit(error)
