"""What this desk has set, to look at and to change: each change acts at once, and is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from zoneinfo import available_timezones

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QFileDialog, QFormLayout, QLineEdit, QSpinBox, QTabWidget, QWidget

from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.kit.actions import without_access_key
from desktop_admin.gui.kit.dialogs import Dialog
from desktop_admin.gui.kit.parts import in_column, in_row, named, side_button
from desktop_admin.gui.kit.widgets import Form, ToneLabel
from desktop_admin.gui.settings.connection_list import ConnectionList
from desktop_admin.gui.settings.preferences import ZOOM_STEP, Preferences
from desktop_admin.gui.settings.scanner_part import ScannerPart
from desktop_admin.messages import phrase
from desktop_admin.settings import LARGEST_ZOOM, SMALLEST_ZOOM, is_line


class SettingsDialog(Dialog):
    """A tab for the look, for the desk itself, for its scanner, and for the connections that it knows.

    Attributes:
        language, theme, zoom: the tab of the look.
        desk, centre, zone, media: the tab of the desk.
        scanner, connections: those of the scanner and the connections.
        tabs: all of them.
    """

    def __init__(self, preferences: Preferences, *, tasks: TaskRunner, parent: QWidget | None) -> None:
        super().__init__(title=phrase("window.settings.title"), parent=parent)
        self._preferences = preferences
        self.tabs = tabs = named(QTabWidget(), phrase("window.settings.title"))
        self.scanner = ScannerPart(preferences)
        self.connections = ConnectionList(preferences, tasks=tasks)
        tabs.addTab(self._looks(), phrase("window.settings.looks"))
        tabs.addTab(self._desk(), phrase("window.settings.desk"))
        tabs.addTab(self.scanner, phrase("scanner.title"))
        tabs.addTab(self.connections, phrase("window.settings.connections"))
        self.column.addWidget(tabs, 1)
        self.add_close()
        self.fit(characters=84, lines=17)

    def _looks(self) -> QWidget:
        self.language = _Choice(phrase("window.settings.language"), self._preferences.languages)
        self.theme = _Choice(phrase("window.settings.theme"), self._preferences.themes)
        least, most, step = (round(100 * zoom) for zoom in (SMALLEST_ZOOM, LARGEST_ZOOM, ZOOM_STEP))
        zoom = QSpinBox(minimum=least, maximum=most, singleStep=step, suffix=" %")
        self.zoom = named(zoom, phrase("window.settings.zoom"))
        self.zoom.setValue(round(100 * self._preferences.settings.zoom))
        # A number that is being typed is none yet.
        self.zoom.setKeyboardTracking(False)
        self.zoom.valueChanged.connect(self._set_zoom)
        return _tab(_form(self.language, self.theme, self.zoom))

    def _desk(self) -> QWidget:
        settings = self._preferences.settings
        self.desk = self._line(phrase("window.settings.desk_name"), settings.desk_name, self._set_desk)
        self.centre = self._line(phrase("window.settings.centre"), settings.centre, self._set_centre)
        self.zone = named(QComboBox(), phrase("window.settings.zone"))
        self.zone.addItems(sorted({*available_timezones(), settings.time_zone}))
        self.zone.setCurrentText(settings.time_zone)
        self.zone.textActivated.connect(self._set_zone)
        self.media = self._line(phrase("window.settings.media"), settings.media_folder, self._set_media)
        form = _form(self.desk, self.centre, self.zone)
        browse = side_button(phrase("window.settings.browse"), self._browse)
        form.add(self.media.accessibleName(), in_row((self.media, 1), browse))
        self.note = ToneLabel(phrase("window.settings.from_next_start"), tone=Tone.MUTED)
        return _tab(form, self.note)

    def _line(self, name: str, text: str, keep: Callable[[], None]) -> QLineEdit:
        line = named(QLineEdit(text), name, style="field")
        line.editingFinished.connect(keep)
        return line

    @Slot(int)
    def _set_zoom(self, percent: int) -> None:
        self._preferences.set_zoom(percent / 100)

    @Slot()
    def _set_desk(self) -> None:
        name = self.desk.text().strip()
        if is_line(name):
            self._keep(desk_name=name)
        # A desk is always called something in the log.
        self.desk.setText(self._preferences.settings.desk_name)

    @Slot()
    def _set_centre(self) -> None:
        self._keep(centre=self.centre.text().strip())

    @Slot(str)
    def _set_zone(self, zone: str) -> None:
        self._keep(time_zone=zone)

    @Slot()
    def _set_media(self) -> None:
        self._keep(media_folder=self.media.text().strip())

    @Slot()
    def _browse(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.media.accessibleName(), self.media.text())
        if folder:
            self.media.setText(folder)
            self._set_media()

    def _keep(self, **values: str) -> None:
        settings = self._preferences.settings
        if any(getattr(settings, name) != value for name, value in values.items()):
            self._preferences.change(partial(replace, **values))


class _Choice(QComboBox):
    """The entries of a menu of which one is chosen, as a box that follows them for as long as it is there."""

    def __init__(self, name: str, actions: Sequence[QAction]) -> None:
        super().__init__()
        named(self, name)
        self._actions = actions
        for action in actions:
            self.addItem(without_access_key(action.text()))
            # The menu stays when the box is gone, so that nothing but a slot of the box may listen to it.
            action.toggled.connect(self._follow)
        self._follow()
        self.activated.connect(self._choose)

    @Slot()
    def _follow(self) -> None:
        chosen = next((number for number, action in enumerate(self._actions) if action.isChecked()), None)
        if chosen is not None:
            self.setCurrentIndex(chosen)

    @Slot(int)
    def _choose(self, number: int) -> None:
        self._actions[number].trigger()


def _form(*fields: QWidget) -> Form:
    form = Form()
    form.setHorizontalSpacing(16)
    form.setVerticalSpacing(10)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    for field in fields:
        form.add(field.accessibleName(), field)
    return form


def _tab(form: Form, note: ToneLabel | None = None) -> QWidget:
    page = QWidget()
    in_column(form, *([note] if note else []), None, inside=page, margins=(14, 14, 14, 10), spacing=12)
    return page
