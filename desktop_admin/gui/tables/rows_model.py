"""The item model that every list builds on: rows worded when they are looked at, which stay through a refresh."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from operator import attrgetter, itemgetter
from typing import Any, ClassVar, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QBrush, QFont

from desktop_admin.controllers.values.columns import Columns, heading
from desktop_admin.gui.core import themes
from desktop_admin.gui.core.sentences import NOTHING
from desktop_admin.gui.core.speech import spoken
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.tables.cells import Cell, worded
from desktop_admin.messages import shortened

Index = QModelIndex | QPersistentModelIndex
T = TypeVar("T")

# data() is called for every visible cell of every frame: comparing plain ints is several times faster than enums.
DISPLAY = int(Qt.ItemDataRole.DisplayRole)
EDIT = int(Qt.ItemDataRole.EditRole)
FOREGROUND = int(Qt.ItemDataRole.ForegroundRole)
FONT = int(Qt.ItemDataRole.FontRole)
TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
HORIZONTAL = Qt.Orientation.Horizontal
_EMPTY = QModelIndex()
LONGEST_TIP = 400
MOST_GAPS = 40
"""In so many places at once rows go or come as they are; where there are more, all are shown anew."""
MOST_MOVED = 1000
"""So many rows change their places as they are."""


@dataclass(slots=True)
class Row(Generic[T]):
    """One row: what it shows, and its cells once somebody has looked at it."""

    key: object
    source: T
    cells: tuple[Cell, ...] | None = None


def wrapping_tip(text: str) -> str | None:
    """A tip that wraps, and that shows a name with < in it as it is."""
    return f"<p>{escape(shortened(text, most=LONGEST_TIP))}</p>" if text else None


class RowsModel(QAbstractTableModel, Generic[T]):
    """Rows that keep their identity by key, so that selection and scroll position survive a refresh.

    Attributes:
        table: its columns.
        identity: what identifies a row.

    Signals:
        reworded: these rows, by their numbers, may show something else now.
    """

    reworded = Signal(object)
    table: ClassVar[Columns[Any]]
    identity: ClassVar[attrgetter[Any]]

    def __init__(self, words: Words, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.words = words
        self._rows: list[Row[T]] = []
        self._sources: Sequence[T] = ()
        self._sorted_by: tuple[int, bool] | None = None
        self._brushes: dict[Tone, QBrush] = themes.current().brushes()
        self._bold = QFont()
        self._bold.setBold(True)
        self._headings = self.headers()

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""
        return self.table.window

    def headers(self) -> tuple[str, ...]:
        """The titles of the columns."""
        return tuple(self.words.say(heading(column)) for column in self.columns)

    def shown(self, column: str, source: T) -> Cell:
        """What stands in one column of the source's row."""
        return self.plain(column, source)

    def plain(self, column: str, row: object) -> Cell:
        """What the table's column has for a row, with nothing added."""
        return worded(column, self.table.read[column](row), self.words)

    def order(self, column: str, source: T) -> tuple[bool, Any] | None:
        """What a row is sorted by in this column: a value that has an order, else the text; None for no text."""
        cell = self.shown(column, source)
        if cell.order is not None:
            return False, cell.order
        return None if cell.text in ("", NOTHING) else (True, cell.text.casefold())

    def cells(self, row: int) -> tuple[Cell, ...]:
        """What stands in a row; it is worded when it is first looked at, because most rows of a long list never are."""
        one = self._rows[row]
        if one.cells is None:
            one.cells = tuple(self.shown(column, one.source) for column in self.columns)
        return one.cells

    def sample(self, most: int, *, among: Sequence[int] | None = None) -> list[tuple[Cell, ...]]:
        """What stands in about so many rows from all over the list, or from among these."""
        rows = self.known() if among is None else among
        return [self.cells(row) for row in rows[:: max(1, len(rows) // most)]]

    def known(self) -> Sequence[int]:
        """The rows of which it is known what stands in them."""
        return range(self.rowCount())

    def rowCount(self, parent: Index = _EMPTY) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _EMPTY) -> int:
        return 0 if parent.isValid() else len(self._headings)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        if orientation == HORIZONTAL and role == DISPLAY:
            return self._headings[section]
        if orientation == HORIZONTAL and role == int(Qt.ItemDataRole.TextAlignmentRole):
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = DISPLAY) -> Any:
        if role == DISPLAY:
            return self.cells(index.row())[index.column()].text
        if role == FOREGROUND:
            return self._brushes[self.cells(index.row())[index.column()].tone]
        if role == FONT:
            return self._bold if self.cells(index.row())[index.column()].bold else None
        if role == TOOLTIP:
            return wrapping_tip(self.cells(index.row())[index.column()].hint)
        if role == ACCESSIBLE:
            return spoken(self.cells(index.row())[index.column()].text)
        return None

    def source(self, row: int) -> T:
        """What the row shows."""
        return self._rows[row].source

    def key(self, row: int) -> object:
        """What identifies the row."""
        return self._rows[row].key

    def row_of(self, key: object) -> int | None:
        """Where the row with this key is, or None."""
        return next((number for number, row in enumerate(self._rows) if row.key == key), None)

    def rows_of(self, keys: Collection[object]) -> list[int]:
        """Where the rows with these keys are, from top to bottom."""
        return [number for number, row in enumerate(self._rows) if row.key in keys]

    def restyle(self) -> None:
        """Take the colours of the look in use."""
        self._brushes = themes.current().brushes()
        self._tell_changed()

    def set_rows(self, sources: Sequence[T]) -> None:
        """Show these instead, in this order where none was chosen; rows that stay keep their selection."""
        self._sources = sources
        new = [Row(self.identity(source), source) for source in self._in_order(sources)]
        if new and [row.key for row in new] == [row.key for row in self._rows]:
            self._rows = new
            self._tell_changed()
            self.reworded.emit(self.known())
            return
        keys = {row.key for row in new}
        if self._is_much(new, keys):
            self.beginResetModel()
            self._rows = new
            self.endResetModel()
            return
        self._drop_all_but(keys)
        self._reorder([row.key for row in new])
        self._fill_in(new)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column from now on; by -1 the rows stand again in the order in which they were given."""
        self._sorted_by = None if column < 0 else (column, order == Qt.SortOrder.DescendingOrder)
        self.set_rows(self._sources)

    def _in_order(self, sources: Sequence[T]) -> Sequence[T]:
        if self._sorted_by is None:
            return sources
        column, descending = self._sorted_by
        name = self.columns[column]
        known = [(self.order(name, source), source) for source in sources]
        telling = [one for one in known if one[0] is not None]
        telling.sort(key=itemgetter(0), reverse=descending)
        # What says nothing comes last, whichever way it is sorted.
        return [source for _, source in telling] + [source for order, source in known if order is None]

    def _is_much(self, new: list[Row[T]], keys: set[object]) -> bool:
        """Whether so much changes that all is shown anew sooner than Qt tells each view of one change after the other.

        Rows come and go one stretch after the other; and where thousands change places, Qt notes where each cell was.
        """
        known = {row.key for row in self._rows}
        stay, came = [row.key in keys for row in self._rows], [row.key in known for row in new]
        gaps = sum(one != other for stretch in (stay, came) for one, other in pairwise(stretch)) // 2
        if gaps > MOST_GAPS or not any(stay):
            return True
        before = [row.key for row, stays in zip(self._rows, stay, strict=True) if stays]
        return len(before) > MOST_MOVED and before != [row.key for row, was in zip(new, came, strict=True) if was]

    def _drop_all_but(self, keys: set[object]) -> None:
        end = len(self._rows)
        while end > 0:
            start = end
            while start > 0 and self._rows[start - 1].key not in keys:
                start -= 1
            if start < end:
                self.beginRemoveRows(_EMPTY, start, end - 1)
                del self._rows[start:end]
                self.endRemoveRows()
            end = start - 1

    def _reorder(self, keys: list[object]) -> None:
        place = {key: number for number, key in enumerate(keys)}
        ordered = sorted(self._rows, key=lambda row: place[row.key])
        if [row.key for row in ordered] == [row.key for row in self._rows]:
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        moved = {row.key: number for number, row in enumerate(ordered)}
        after = [self.index(moved[self._rows[index.row()].key], index.column()) for index in before]
        self._rows = ordered
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _fill_in(self, new: list[Row[T]]) -> None:
        """Bring the rows that stayed, now in order, up to date and put the new ones between them."""
        known = {row.key for row in self._rows}
        start = 0
        while start < len(new):
            if new[start].key in known:
                self._rows[start] = new[start]
                start += 1
                continue
            end = start
            while end < len(new) and new[end].key not in known:
                end += 1
            self.beginInsertRows(_EMPTY, start, end - 1)
            self._rows[start:start] = new[start:end]
            self.endInsertRows()
            start = end
        self._tell_changed()
        self.reworded.emit(self.known())

    def _tell_changed(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, self.columnCount() - 1))
