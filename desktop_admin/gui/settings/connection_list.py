"""The connections that this desk knows: which is opened by itself, what they are called and where they lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QWidget

from desktop_admin import secrets
from desktop_admin.gui.core.sentences import OVERDUE
from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.kit.parts import in_column, in_row, named, side_button, tell
from desktop_admin.gui.kit.widgets import Form, ToneLabel
from desktop_admin.gui.settings.preferences import Preferences
from desktop_admin.messages import phrase
from desktop_admin.server_url import ServerUrl
from desktop_admin.settings import Settings


class ConnectionList(QWidget):
    """A list, and what is selected in it to be changed. Passwords stand in none of it: the keyring has them.

    Attributes:
        rows: the names; the one that is opened by itself is marked.
        name, target: of the selected one.
        default, remove: the buttons.
        note: why something that was typed is not kept.
    """

    def __init__(self, preferences: Preferences, *, tasks: TaskRunner) -> None:
        super().__init__()
        self._tasks = tasks
        self._preferences = preferences
        self.rows = named(QListWidget(), phrase("window.settings.connections"))
        self.name = self._line(phrase("connection.name"))
        self.target = self._line(phrase("window.settings.target"))
        form = Form()
        form.setHorizontalSpacing(16)
        form.add(self.name.accessibleName(), self.name)
        form.add(self.target.accessibleName(), self.target)
        self.default = side_button(phrase("window.settings.make_default"), self._make_default)
        self.remove = side_button(phrase("window.settings.remove"), self._remove)
        self.note = ToneLabel(tone=Tone.STUCK)
        buttons = in_row(self.default, self.remove, None)
        in_column((self.rows, 1), form, self.note, buttons, inside=self, margins=(14, 14, 14, 10), spacing=8)
        self.rows.currentItemChanged.connect(self._show)
        preferences.connections_changed.connect(self._list)
        self._list()

    def _line(self, name: str) -> QLineEdit:
        line = named(QLineEdit(), name, style="field")
        line.editingFinished.connect(self._edit)
        return line

    @property
    def _selected(self) -> str | None:
        # Nothing is selected where there is nothing, which Qt's annotations do not say.
        chosen = [str(item.data(Qt.ItemDataRole.UserRole)) for item in self.rows.selectedItems()]
        return chosen[0] if chosen else None

    @Slot()
    def _list(self) -> None:
        """Show the connections as they are; what was selected stays so."""
        settings, selected = self._preferences.settings, self._selected
        with QSignalBlocker(self.rows):
            self.rows.clear()
            for name in settings.connections:
                marked = name == settings.default_connection
                item = QListWidgetItem(phrase("window.settings.default_one", name=name) if marked else name)
                item.setData(Qt.ItemDataRole.UserRole, name)
                self.rows.addItem(item)
        names = list(settings.connections)
        self.rows.setCurrentRow(names.index(selected) if selected in names else 0)
        self._show()

    @Slot()
    def _show(self) -> None:
        name, settings = self._selected, self._preferences.settings
        self.name.setText(name or "")
        self.target.setText(settings.connections[name] if name else "")
        for part in (self.name, self.target, self.remove):
            part.setEnabled(name is not None)
        self.default.setEnabled(name is not None and name != settings.default_connection)
        tell(self.note, "" if name else phrase("window.settings.no_connection"), Tone.MUTED)

    @Slot()
    def _edit(self) -> None:
        """Keep what was typed where it makes sense."""
        before, known = self._selected, self._preferences.settings.connections
        name, target = self.name.text().strip(), self.target.text().strip()
        if before is None or (name, target) == (before, known[before]):
            return
        why = _wrong(name, target, others=[one for one in known if one != before])
        if why:
            tell(self.note, f"{OVERDUE} {why}", Tone.STUCK)
            return
        if target != known[before]:
            self._forget(known[before])
        self.rows.currentItem().setData(Qt.ItemDataRole.UserRole, name)
        self._preferences.change(partial(_edited, before=before, name=name, target=target))

    @Slot()
    def _make_default(self) -> None:
        self._preferences.change(partial(replace, default_connection=self._selected))
        self._list()

    @Slot()
    def _remove(self) -> None:
        """The database stays; only this desk forgets it, and the password that it kept for it."""
        name = self._selected
        assert name is not None, "the button is off without a connection"
        self._forget(self._preferences.settings.connections[name])
        self._preferences.change(partial(_without, name=name))

    def _forget(self, target: str) -> None:
        # The keyring may ask its owner first, which the window must not wait for.
        self._tasks.call(partial(secrets.forget, target), self._forgotten)

    @Slot(object)
    def _forgotten(self, _nothing: None) -> None:
        """Where no password was kept there is nothing to forget, and nothing to say."""


def _wrong(name: str, target: str, *, others: list[str]) -> str:
    if not (name and target):
        return phrase("window.settings.incomplete")
    if name in others:
        return phrase("window.settings.name_taken", name=name)
    if "://" in target and ServerUrl.read(target) is None:
        return phrase("window.settings.wrong_target")
    return ""


def _edited(settings: Settings, *, before: str, name: str, target: str) -> Settings:
    """With another name or target for one connection, at the place where it stood."""
    connections: Mapping[str, str] = {
        name if one == before else one: target if one == before else led for one, led in settings.connections.items()
    }
    default = name if settings.default_connection == before else settings.default_connection
    return replace(settings, connections=connections, default_connection=default)


def _without(settings: Settings, *, name: str) -> Settings:
    connections = {one: led for one, led in settings.connections.items() if one != name}
    default = None if settings.default_connection == name else settings.default_connection
    return replace(settings, connections=connections, default_connection=default)
