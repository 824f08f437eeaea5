"""*Set for all trades*: one change of one paper, drafted in every trade at once."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QWidget

from desktop_admin.gui.kit.parts import in_row, named
from desktop_admin.gui.kit.widgets import button
from desktop_admin.gui.sets.matrix_model import MatrixModel
from desktop_admin.messages import phrase
from desktop_admin.rules import Paper


class AllTrades(QWidget):
    """Which paper, and what it shall become: a letter, open, or closed."""

    def __init__(self, model: MatrixModel) -> None:
        super().__init__()
        self._model = model
        self.paper = named(QComboBox(), phrase("sets.paper_for_all"))
        self.paper.addItems(list(Paper))
        sizes = QComboBox.SizeAdjustPolicy
        self.wish = named(QComboBox(sizeAdjustPolicy=sizes.AdjustToContents), phrase("sets.set_for_all"))
        # It is seen before the letters are read; what can always be chosen is there at once.
        self._offer([])
        self.button = button(phrase("sets.set_for_all"), self._draft)
        self.button.setEnabled(False)
        in_row(self.paper, self.wish, self.button, inside=self)
        self.paper.currentIndexChanged.connect(self.follow)

    @Slot()
    def follow(self) -> None:
        """Offer the letters that some trade has; what is chosen stays while they do."""
        letters = self._model.letters(Paper(self.paper.currentText()))
        if letters != [one["letter"] for one in map(self.wish.itemData, range(self.wish.count())) if "letter" in one]:
            self._offer(letters)
        self.button.setEnabled(self._model.rowCount() > 0)

    def _offer(self, letters: list[str]) -> None:
        wishes: list[tuple[str, dict[str, Any]]] = [(letter, {"letter": letter}) for letter in letters]
        wishes += [(phrase("sets.open_it"), {"opens": True}), (phrase("sets.close_it"), {"opens": False})]
        self.wish.clear()
        for text, wish in wishes:
            self.wish.addItem(text, wish)

    @Slot()
    def _draft(self) -> None:
        self._model.draft(self._model.everywhere(Paper(self.paper.currentText()), **self.wish.currentData()))
