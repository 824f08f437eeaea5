"""Asks which heading stands for which column, where a register has words of its own; that is remembered."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QWidget

from desktop_admin.controllers.operations.register.reading import ColumnsMissing
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.kit.dialogs import Dialog
from desktop_admin.gui.kit.parts import fill, named
from desktop_admin.gui.kit.widgets import Form, ToneLabel
from desktop_admin.messages import phrase


class HeadingsDialog(Dialog):
    """A choice among the headings that are not known, for each column that is missing.

    Signals:
        chosen: the headings, by the column that they head.

    Attributes:
        choices: by the name of the column.
        deed: the button that reads the register once more.
    """

    chosen = Signal(object)

    def __init__(self, refused: ColumnsMissing, *, words: Words, parent: QWidget | None) -> None:
        super().__init__(title=phrase("register.headings"), parent=parent)
        self.choices: dict[str, QComboBox] = {}
        form = Form()
        for column in refused.missing:
            box = named(QComboBox(), words.say(column.told))
            box.addItem(phrase("register.not_there"))
            for text in refused.unused:
                box.addItem(text, text)
            box.currentIndexChanged.connect(self._offer)
            form.add(box.accessibleName(), box)
            self.choices[column.name] = box
        fill(self.column, ToneLabel(phrase("register.about_headings"), tone=Tone.MUTED), form, None)
        self.deed = self.add_buttons(phrase("register.read_again"))
        self._offer()
        self.fit(characters=70)

    @property
    def _headings(self) -> dict[str, str]:
        return {name: box.currentData() for name, box in self.choices.items() if box.currentData()}

    @Slot()
    def _offer(self) -> None:
        """What is missing must be chosen, each from another heading."""
        found = self._headings
        self.deed.setEnabled(len(found) == len(self.choices) == len(set(found.values())))

    def accept(self) -> None:
        """The deed's button was pressed."""
        found = self._headings
        super().accept()
        self.chosen.emit(found)
