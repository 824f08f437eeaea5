"""How wide a table's columns are, in which order they stand and which are seen; kept as a person arranged them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction, QFontMetrics
from PySide6.QtWidgets import QMenu, QTableView

from desktop_admin.gui.core import memory
from desktop_admin.gui.tables.rows_model import RowsModel
from desktop_admin.messages import phrase

SAMPLE = 200
"""So many rows of a long list, from all over it, decide how wide its columns are."""
LONGEST = 4
"""So many of the longest texts of a column are measured: the widest is nearly always among them."""
MARGIN, TIGHT, ARROW = 13, 7, 16
"""Pixels beside a text, those without which it is cut, and for the arrow of a heading by which the rows are sorted."""
MOST, LEAST = 60, 18
"""Characters: where there is no room for all, no column is wider, and the one that gives way stays as wide as this."""


_NUMBER = re.compile(r"(\w*\d{4,})[A-Z]")
"""A number that ends with a letter, as army numbers do; all of a column are of one length."""


def _at_its_widest(text: str) -> str:
    """A number with the widest letter: another one, which is not among those that are measured, may have it."""
    return _NUMBER.sub(r"\1W", text)


class Arranged(QTableView):
    """A table whose columns are arranged, as far as the arrangement must know it."""

    rows: RowsModel[Any]

    def extra_room(self, _column: str) -> int:
        """How many pixels a column needs beside its text."""
        return 0

    def bold_metrics(self) -> QFontMetrics:
        """Of the headings, and of what is printed bold in rows."""
        font = self.font()
        font.setBold(True)
        return QFontMetrics(font)


class Arrangement(QObject):
    """Fits the columns of one table to what stands in them, and to the room that there is.

    Widths only grow while the list is looked at, so that nothing jumps at a refresh. A column that a person has dragged
    keeps its width.
    """

    def __init__(self, table: Arranged, *, stretch: str, hidden: tuple[str, ...]) -> None:
        super().__init__(table)
        self._table = table
        self._header = table.horizontalHeader()
        self._names = table.rows.columns
        self._stretch = self._names.index(stretch)
        self._hidden_at_first = hidden
        self._dragged: dict[int, float] = {}
        self._content = [0] * len(self._names)
        self._ours = True
        self._key = f"tables/{type(table.rows).__name__}"
        self._recall()
        self._ours = False
        self._header.sectionResized.connect(self._resized)
        self._header.sectionMoved.connect(self._keep)
        self._header.sortIndicatorChanged.connect(self.fit)
        self._header.sortIndicatorChanged.connect(self._keep)
        self._header.sectionHandleDoubleClicked.connect(self._let_go)

    def seen(self) -> list[int]:
        """The columns that are seen, as they stand."""
        order = map(self._header.logicalIndex, range(len(self._names)))
        return [column for column in order if not self._header.isSectionHidden(column)]

    def measure(self) -> None:
        """The font has changed: everything is measured anew."""
        self._content = [0] * len(self._names)
        self.look()

    def follow_person(self) -> None:
        """Somebody else may have come in since the table was seen last: arrange it as they did."""
        if self._whose != memory.whose():
            self._ours = True
            self._recall()
            self._ours = False

    @Slot()
    @Slot(object)
    def look(self, rows: Sequence[int] | None = None) -> None:
        """Measure what stands in these rows now, or in all; what nobody sees is measured once it is shown."""
        if not self._table.isVisible():
            return
        sample, seen = self._table.rows.sample(SAMPLE, among=rows), self.seen()
        plain, bold = self._table.fontMetrics(), self._table.bold_metrics()
        for column in seen:
            longest = sorted({cells[column][:3:2] for cells in sample}, key=lambda one: len(one[0]), reverse=True)
            texts = [(_at_its_widest(text), is_bold) for text, is_bold in longest[:LONGEST]]
            widths = [(bold if is_bold else plain).horizontalAdvance(text) for text, is_bold in texts]
            extra = self._table.extra_room(self._names[column])
            self._content[column] = max(self._content[column], *(width + extra for width in widths), 0)
        self.fit()

    @Slot()
    def fit(self) -> None:
        """Share out the room: no text is cut while there are pixels that another one does without."""
        room = self._table.viewport().width()
        widths = self._wanted(MARGIN)
        if sum(widths.values()) > room:
            widths = self._wanted(TIGHT)
        spare = room - sum(widths.values())
        if spare < 0:
            self._give_way(widths, -spare)
        elif self._stretch in widths and self._stretch not in self._dragged:
            widths[self._stretch] += spare
        self._ours = True
        for column, width in widths.items():
            self._table.setColumnWidth(column, width)
        self._ours = False

    def _give_way(self, widths: dict[int, int], missing: int) -> None:
        """Take so many pixels from the columns that are very wide, and then from the one that gives way."""
        unit = self._table.fontMetrics().averageCharWidth()
        for column, least in (*((column, MOST) for column in widths), (self._stretch, LEAST)):
            if column in widths and column not in self._dragged:
                given = max(0, min(missing, widths[column] - least * unit))
                widths[column] -= given
                missing -= given

    def _wanted(self, margin: int) -> dict[int, int]:
        """How wide each column that is seen would be with so many pixels beside its text, or as a person dragged it."""
        headings, bold = self._table.rows.headers(), self._table.bold_metrics()
        unit, widths = self._table.fontMetrics().averageCharWidth(), {}
        for column in self.seen():
            arrow = ARROW if column == self._header.sortIndicatorSection() else 0
            # Qt makes no column narrower than that, and the sum would be more than there is room for.
            least = max(bold.horizontalAdvance(headings[column]) + MARGIN + arrow, self._header.minimumSectionSize())
            dragged = self._dragged.get(column)
            widths[column] = max(least, self._content[column] + margin) if dragged is None else round(dragged * unit)
        return widths

    # What a person arranges

    def fill(self, menu: QMenu) -> None:
        """Offer every column to be seen or not, and the way back."""
        for column, title in enumerate(self._table.rows.headers()):
            action = menu.addAction(title)
            action.setCheckable(True)
            action.setChecked(not self._header.isSectionHidden(column))
            # One column stays, to choose the others from.
            action.setEnabled(not action.isChecked() or len(self.seen()) > 1)
            action.setData(column)
            action.triggered.connect(self._choose)
        menu.addSeparator()
        menu.addAction(phrase("kit.columns_as_at_first")).triggered.connect(self.forget)

    @Slot()
    def _choose(self) -> None:
        action = self.sender()
        assert isinstance(action, QAction)
        self._header.setSectionHidden(action.data(), not action.isChecked())
        self.look()
        self._keep()

    @Slot(int, int, int)
    def _resized(self, column: int, before: int, width: int) -> None:
        # Nought is the width of a column that is hidden.
        if not self._ours and before and width:
            self._dragged[column] = width / self._table.fontMetrics().averageCharWidth()
            self._keep()

    @Slot(int)
    def _let_go(self, column: int) -> None:
        self._dragged.pop(column, None)
        self.look()
        self._keep()

    @Slot()
    def forget(self) -> None:
        """Arrange everything as it is at first."""
        self._dragged.clear()
        self._arrange(list(self._names), set(self._hidden_at_first))
        self._header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.look()
        self._keep()

    def _arrange(self, order: list[str], hidden: set[str]) -> None:
        for place, name in enumerate(order):
            self._header.moveSection(self._header.visualIndex(self._names.index(name)), place)
        for column, name in enumerate(self._names):
            self._header.setSectionHidden(column, name in hidden)

    @Slot()
    def _keep(self) -> None:
        if self._ours:
            return
        sorted_by, order = self._header.sortIndicatorSection(), self._header.sortIndicatorOrder()
        kept = {
            "order": [self._names[self._header.logicalIndex(place)] for place in range(len(self._names))],
            "hidden": [name for column, name in enumerate(self._names) if self._header.isSectionHidden(column)],
            "widths": {self._names[column]: round(width, 1) for column, width in self._dragged.items()},
            "sorted": [self._names[sorted_by], order == Qt.SortOrder.DescendingOrder] if sorted_by >= 0 else None,
        }
        memory.remember(self._key, kept)

    def _recall(self) -> None:
        self._whose = memory.whose()
        self._dragged.clear()
        kept = memory.recall(self._key)
        if not isinstance(kept, dict) or sorted(kept["order"]) != sorted(self._names):
            # Nobody arranged anything yet, or it was in a version that had other columns.
            self._arrange(list(self._names), set(self._hidden_at_first))
            return
        self._arrange(kept["order"], set(kept["hidden"]))
        self._dragged = {self._names.index(name): width for name, width in kept["widths"].items()}
        if kept["sorted"]:
            name, descending = kept["sorted"]
            order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
            self._header.setSortIndicator(self._names.index(name), order)
