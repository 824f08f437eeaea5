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
from desktop_admin.files.new_files import free_name
from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.kit.parts import fill
from desktop_admin.gui.kit.widgets import ToneLabel
from desktop_admin.gui.upkeep.backup_fields import NewFileDialog, path_in
from desktop_admin.messages import phrase


@dataclass(frozen=True, slots=True)
class BackupWanted:
    """A back-up as it was asked for; where it is ``encrypted`` without a passphrase, with the one in the keyring."""

    file: Path
    encrypted: bool
    passphrase: str | None = field(repr=False)


class BackupDialog(NewFileDialog):
    """A dated name that is free, and lines for a passphrase.

    Signals:
        wanted: a ``BackupWanted``; the dialog has closed then, and holds no passphrase any more.

    Attributes:
        encrypted: what is chosen.
        deed: the button that makes the back-up.
    """

    wanted = Signal(object)

    def __init__(self, database: Path, *, tasks: TaskRunner, words: Words, parent: QWidget | None) -> None:
        super().__init__(title=phrase("upkeep.backup"), parent=parent)
        self._in_keyring = False
        self._stem = f"{database.stem}-{datetime.now(words.zone):%Y-%m-%d}"
        self.encrypted = QCheckBox(phrase("upkeep.backup.encrypt"))
        self.encrypted.setAccessibleName(self.encrypted.text())
        self._form.addRow("", self.encrypted)
        for line in (self.passphrase, self.again):
            self._form.add(line.accessibleName(), line)
        about = ToneLabel(phrase("upkeep.about_backup", path=database), tone=Tone.MUTED)
        fill(self.column, about, self._form, self.note, None)
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
            self._tell_missing(missing)
            return
        file = path_in(self.file)
        assert file is not None
        encrypted = self.encrypted.isChecked()
        wanted = BackupWanted(file, encrypted, (self.passphrase.text() if encrypted else "") or None)
        super().accept()
        self.wanted.emit(wanted)

    @property
    def _missing(self) -> str:
        """What is still to be typed, as a sentence's key; empty where nothing is."""
        if path_in(self.file) is None:
            return "upkeep.backup.no_file"
        if not self.encrypted.isChecked():
            return ""
        from_keyring = self._in_keyring and not self.passphrase.text() and not self.again.text()
        return "" if from_keyring else self._passphrase_missing

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
        told = "upkeep.backup.keep_passphrase" if self.encrypted.isChecked() else "upkeep.backup.not_encrypted"
        if self.encrypted.isChecked() and self._in_keyring and not self.passphrase.text():
            told = "upkeep.backup.from_keyring"
        self._remind(told)

    @Slot(object)
    def _know_keyring(self, kept: str | None) -> None:
        self._in_keyring = bool(kept)
        self._follow()

    @Slot(object)
    def _no_keyring(self, _error: AdminError) -> None:
        self._know_keyring(None)
