"""What a person narrowed a list to, remembered for the next time."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox

from desktop_admin.gui.core import memory
from desktop_admin.gui.kit.widgets import FilterBox


class FilterMemory(QObject):
    """Keeps the filters of one pane as a person sets them, and sets them so again.

    Only choices: what is typed into a field is meant for the moment, and so is what the program narrows a list to by
    itself. A choice is kept by its text: another database has other keys for the same trade.

    Args:
        pane: under this name they are kept.
        boxes, marks: the filters, by a name of their own.
    """

    def __init__(
        self, pane: str, *, boxes: Mapping[str, FilterBox], marks: Mapping[str, QCheckBox | QAction], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._key = f"filters/{pane}"
        self._boxes = boxes
        self._marks = marks
        for box in boxes.values():
            box.activated.connect(self.keep)
        for mark in marks.values():
            (mark.clicked if isinstance(mark, QCheckBox) else mark.triggered).connect(self.keep)

    def recall(self) -> None:
        """Choose what the person had chosen, as soon as it is offered, and mark what they had marked."""
        kept = memory.recall(self._key)
        chosen, marked = (kept.get("chosen", {}), kept.get("marked", [])) if isinstance(kept, dict) else ({}, [])
        for name, box in self._boxes.items():
            box.wish(str(chosen.get(name, "")))
        for name, mark in self._marks.items():
            if name in marked:
                mark.setChecked(True)

    @Slot()
    def keep(self) -> None:
        """Remember the filters as they are now."""
        chosen = {name: box.currentText() for name, box in self._boxes.items() if box.currentIndex() > 0}
        marked = [name for name, mark in self._marks.items() if mark.isChecked()]
        memory.remember(self._key, {"chosen": chosen, "marked": marked})
