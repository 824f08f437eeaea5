"""Importing a register from the window: chosen in the File menu, or dropped on it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop_admin.controllers.operations.register.file_kinds import KINDS
from desktop_admin.gui.changing.carrying_out import CarryingOut
from desktop_admin.gui.kit.actions import entry
from desktop_admin.gui.kit.bars import MessageBar
from desktop_admin.gui.paper.paper_actions import PaperActions
from desktop_admin.messages import phrase
from desktop_admin.once import once

if TYPE_CHECKING:
    from desktop_admin.gui.register.importing import Importing


class RegisterActions(QObject):
    """The entry *Import a register*, which a file that is dropped on the window stands for, too.

    Attributes:
        open: the entry.
    """

    def __init__(self, *, carrying_out: CarryingOut, papers: PaperActions, bar: MessageBar, window: QWidget) -> None:
        super().__init__(window)
        self._carrying_out = carrying_out
        self._papers = papers
        self._bar = bar
        self._window = window
        self.open = entry(phrase("register.ask"), self, self._choose, hint=phrase("register.ask_tip"))
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    @once
    def importing(self) -> Importing:
        """What follows from it; a register is imported once in many starts."""
        from desktop_admin.gui.register.importing import Importing

        return Importing(carrying_out=self._carrying_out, papers=self._papers, bar=self._bar, window=self._window)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDropEvent) and (path := _dropped(event)) is not None and self.open.isEnabled():
            event.acceptProposedAction()
            if not isinstance(event, QDragEnterEvent) and event.type() is QEvent.Type.Drop:
                self.importing.read(path)
            return True
        return super().eventFilter(watched, event)

    @Slot()
    def _choose(self) -> None:
        kinds = f"{phrase('register.kinds')} ({' '.join(f'*{kind}' for kind in KINDS)})"
        dialog = QFileDialog(self._window, phrase("register.ask_file"), "", kinds)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._chosen)
        dialog.open()

    @Slot(str)
    def _chosen(self, name: str) -> None:
        self.importing.read(Path(name))


def _dropped(event: QDropEvent) -> Path | None:
    """The one register that is dragged, or None where it is something else."""
    urls: list[Any] = event.mimeData().urls()
    path = Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None
    return path if path is not None and path.suffix.lower() in KINDS else None
