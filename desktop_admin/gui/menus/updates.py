"""The entry that unpacks a newer version of the program beside the one that runs."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop_admin import updating
from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.gui.kit.actions import entry
from desktop_admin.gui.kit.bars import MessageBar
from desktop_admin.installation import update_key
from desktop_admin.messages import phrase


class Updates(QObject):
    """Asks for the file, and has it proved and unpacked in the worker.

    Attributes:
        ask: the entry; it is seen only in a build that has a key for updates.
    """

    def __init__(self, *, tasks: TaskRunner, bar: MessageBar, window: QWidget) -> None:
        super().__init__(window)
        self._tasks = tasks
        self._bar = bar
        self._window = window
        self.ask = entry(phrase("update.entry"), self, self._choose)
        self.ask.setVisible(update_key().is_file())

    @Slot()
    def _choose(self) -> None:
        dialog = QFileDialog(self._window, phrase("update.ask_file"), "", f"{phrase('update.kind')} (*.tar.xz)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._update)
        dialog.open()

    @Slot(str)
    def _update(self, name: str) -> None:
        file = Path(name)
        stage = phrase("update.under_way", file=file.name)
        self._tasks.call(partial(_update, file), self._done, stage=stage)

    @Slot(object)
    def _done(self, folder: Path) -> None:
        self._bar.show_saved(phrase("update.done", path=folder), folder)


def _update(file: Path) -> Path:
    return updating.update(file, folder=updating.here())
