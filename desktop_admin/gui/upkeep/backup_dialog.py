"""Asks where a back-up is to be made, and whether it is encrypted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QWidget

from desktop_admin import secrets
from desktop_admin.database.backends import backup
from desktop_admin.errors import AdminError
from desktop_admin.files import age
from desktop_admin.files.new_files import free_name
from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import OVERDUE, Words
from desktop_admin.gui.kit.dialogs import Dialog
from desktop_admin.gui.kit.parts import fill
from desktop_admin.gui.kit.widgets import ToneLabel
from desktop_admin.gui.upkeep.backup_fields import add_file, choose_file, fields_form, path_in, text_line
from desktop_admin.messages import phrase

_NOTE_LINES = 2


@dataclass(frozen=True, slots=True)
class BackupWanted:
    """A back-up as it was asked for; where it is ``encrypted`` without a passphrase, with the one in the keyring."""

    file: Path
    encrypted: bool
    passphrase: str | None = field(repr=False)


class BackupDialog(Dialog):
    """A dated name that is free, and lines for a passphrase.

    Signals:
        wanted: a ``BackupWanted``; the dialog has closed then, and holds no passphrase any more.

    Attributes:
        file, encrypted, passphrase, again: what is typed and chosen.
        note: what is missing.
        deed: the button that makes the back-up.
    """

    wanted = Signal(object)

    def __init__(self, database: Path, *, tasks: TaskRunner, words: Words, parent: QWidget | None) -> None:
        super().__init__(title=phrase("upkeep.backup"), parent=parent)
        self._in_keyring = False
        self._stem = f"{database.stem}-{datetime.now(words.zone):%Y-%m-%d}"
        self.file = text_line(phrase("upkeep.backup.file"), self._follow)
        self.encrypted = QCheckBox(phrase("upkeep.backup.encrypt"))
        self.encrypted.setAccessibleName(self.encrypted.text())
        self.passphrase = text_line(phrase("upkeep.backup.passphrase"), self._follow, secret=True)
        self.again = text_line(phrase("upkeep.backup.again"), self._follow, secret=True)
        form = fields_form()
        add_file(form, self.file, self._browse)
        form.addRow("", self.encrypted)
        for line in (self.passphrase, self.again):
            form.add(line.accessibleName(), line)
        self.note = ToneLabel()
        self.note.setMinimumHeight(_NOTE_LINES * self.note.fontMetrics().lineSpacing())
        about = ToneLabel(phrase("upkeep.about_backup", path=database), tone=Tone.MUTED)
        fill(self.column, about, form, self.note, None)
        self.deed = self.add_buttons(phrase("upkeep.backup.deed"))
        self.encrypted.toggled.connect(self._name)
        self._name()
        self.file.setFocus()
        tasks.call(partial(secrets.password_for, secrets.BACKUP_PASSPHRASE), self._know_keyring, self._no_keyring)
        self.fit(characters=96)

    def accept(self) -> None:
        """The deed's button was pressed: the work begins once the dialog has closed, or it says what is missing."""
        missing = self._missing
        if missing:
            self.note.show_text(f"{OVERDUE} {phrase(missing, least=age.SHORTEST)}", Tone.STUCK)
            return
        file = path_in(self.file)
        assert file is not None
        encrypted = self.encrypted.isChecked()
        wanted = BackupWanted(file, encrypted, (self.passphrase.text() if encrypted else "") or None)
        super().accept()
        self.wanted.emit(wanted)

    def done(self, result: int) -> None:
        """Close, however that comes about; no passphrase stays."""
        self.passphrase.clear()
        self.again.clear()
        super().done(result)

    @property
    def _missing(self) -> str:
        """What is still to be typed, as a sentence's key; empty where nothing is."""
        if path_in(self.file) is None:
            return "upkeep.backup.no_file"
        if not self.encrypted.isChecked():
            return ""
        if self.passphrase.text() != self.again.text():
            return "upkeep.backup.differ"
        if self.passphrase.text() and not age.long_enough(self.passphrase.text()):
            return "passphrase_short"
        return "" if self.passphrase.text() or self._in_keyring else "upkeep.backup.no_passphrase"

    @Slot()
    def _name(self) -> None:
        """Name the file by its kind, in the folder that is named already."""
        encrypted, before = self.encrypted.isChecked(), path_in(self.file)
        folder = before.parent if before is not None else backup.folder()
        self.file.setText(str(folder / free_name(folder, self._stem, backup.ending(encrypted=encrypted))))
        for line in (self.passphrase, self.again):
            line.setEnabled(encrypted)
        self._follow()

    @Slot()
    def _follow(self) -> None:
        """Something was typed: what was missing is said again only when the button is pressed."""
        told = "upkeep.backup.keep_passphrase" if self.encrypted.isChecked() else "upkeep.backup.not_encrypted"
        if self.encrypted.isChecked() and self._in_keyring and not self.passphrase.text():
            told = "upkeep.backup.from_keyring"
        self.note.show_text(phrase(told, least=age.SHORTEST), Tone.MUTED)

    @Slot()
    def _browse(self) -> None:
        choose_file(self, self.file, new=True)

    @Slot(object)
    def _know_keyring(self, kept: str | None) -> None:
        self._in_keyring = bool(kept)
        self._follow()

    @Slot(object)
    def _no_keyring(self, _error: AdminError) -> None:
        self._know_keyring(None)
