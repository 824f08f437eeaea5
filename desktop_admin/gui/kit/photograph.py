"""The candidate's photograph on the card, read in a worker: the folder may be on another computer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPixmap

from desktop_admin.gui.core.sentences import OVERDUE
from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.kit.parts import tell
from desktop_admin.gui.kit.widgets import ToneLabel
from desktop_admin.messages import phrase

LINES = 6
"""How many lines of text high a photograph is."""
_MOST_PIXELS = 40_000_000
"""A larger picture is no passport photograph, and would fill the memory."""


class Photograph(ToneLabel):
    """A picture, or in words why there is none; nothing where this desk does not know the portal's media folder.

    Args:
        folder: gives that folder as it is set at the moment, or an empty text.
    """

    def __init__(self, *, tasks: TaskRunner, folder: Callable[[], str]) -> None:
        super().__init__(tone=Tone.MUTED)
        self._tasks = tasks
        self._folder = folder
        self._wanted = ""
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        self.hide()

    def show_of(self, photograph: str, *, name: str) -> None:
        """Show this photograph of a candidate, as the portal's row names it, once it is read."""
        folder, self._wanted = self._folder(), photograph
        height = self.fontMetrics().lineSpacing() * LINES
        self.clear()
        self.setVisible(bool(folder))
        if not folder:
            return
        self.setFixedWidth(height)
        if not photograph:
            # That the portal fails for this candidate stands among the notes.
            tell(self, phrase("desk.photograph.none"), Tone.MUTED)
            return
        job = partial(read, Path(folder), photograph, most=round(height * self.devicePixelRatio()))
        self._tasks.call(job, partial(self._show, photograph, name), key="photograph")

    def show_nothing(self) -> None:
        """There is no candidate, or there are several."""
        self._wanted = ""
        self.clear()
        self.hide()

    def _show(self, photograph: str, name: str, found: QImage | str) -> None:
        if photograph != self._wanted:
            return
        if isinstance(found, str):
            tell(self, f"{OVERDUE} {phrase(found)}", Tone.OVERDUE)
            return
        picture = QPixmap.fromImage(found)
        picture.setDevicePixelRatio(self.devicePixelRatio())
        self.setPixmap(picture)
        self.setAccessibleName(phrase("desk.photograph.of", name=name))


def read(folder: Path, photograph: str, *, most: int) -> QImage | str:
    """A photograph that is at most so many pixels wide and high; else the key of the sentence that says why not.

    What the portal's row names is looked for in the portal's folder only, whatever stands in it.
    """
    root = folder.resolve()
    try:
        path = (root / photograph).resolve()
        there = path.is_relative_to(root) and path.is_file()
    except (OSError, ValueError):  # a name that is none, or a folder that does not answer
        there = False
    if not there:
        return "desk.photograph.missing"
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid() or size.width() * size.height() > _MOST_PIXELS:
        return "desk.photograph.broken"
    reader.setScaledSize(size.scaled(QSize(most, most), Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return "desk.photograph.broken" if image.isNull() else image
