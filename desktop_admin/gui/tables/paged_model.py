"""The item model of a list that may have a million rows: it knows who stands where, and asks for what is seen."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from desktop_admin.gui.core.speech import spoken
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.tables.cells import Cell
from desktop_admin.gui.tables.rows_model import _EMPTY, ACCESSIBLE, DISPLAY, Index, Row, RowsModel
from desktop_admin.messages import phrase

T = TypeVar("T")

PAGE = 256
"""So many rows are read at once."""
MOST_PAGES = 64
"""So many pages are kept; of more, the one that was looked at longest ago is given up."""


class PagedModel(RowsModel[T]):
    """Rows known by their keys alone until they are looked at; then a page of them is asked for, and they are dots.

    Signals:
        asked: the rows of these keys are to be read, and given to ``take`` with them.
        sorted_anew: the list is to be given again, as ``sorted_by`` says.
    """

    asked = Signal(object)
    sorted_anew = Signal()

    def __init__(self, words: Words, parent: QObject | None = None) -> None:
        super().__init__(words, parent)
        self._keys: Sequence[int] = ()
        self._pages: OrderedDict[int, list[Row[T] | None]] = OrderedDict()
        self._missing: dict[int, None] = {}
        self._under_way: tuple[int, ...] = ()
        self._asked: list[int] = []
        self._unread = tuple(Cell("…", Tone.MUTED) for _ in self.columns)
        # Qt asks cell by cell; once it has painted, all that is missing is asked for together.
        self._asking = QTimer(self, singleShot=True, interval=0)
        self._asking.timeout.connect(self._ask)

    @property
    def sorted_by(self) -> tuple[str, bool] | None:
        """The column by which the list is sorted, and whether the other way round; None as it is given."""
        return None if self._sorted_by is None else (self.columns[self._sorted_by[0]], self._sorted_by[1])

    @property
    def keys(self) -> Sequence[int]:
        """What identifies each row, in order; nobody changes it."""
        return self._keys

    def show(self, keys: Sequence[int], sources: Iterable[T]) -> bool:
        """Show these instead; what is not among the sources is read when it is looked at.

        Returns:
            Whether they are others, or stand elsewhere, so that what was selected must be selected again.
        """
        known = {self.identity(source): Row(self.identity(source), source) for source in sources}
        others = keys is not self._keys and (len(keys) != len(self._keys) or keys != self._keys)
        if others:
            self.beginResetModel()
        before = OrderedDict[int, list[Row[T] | None]]() if others else self._pages
        self._keys, self._pages = keys, OrderedDict()
        self._missing.clear()
        self._under_way = ()
        for number in self._numbers(known):
            self._pages[number] = [known.get(key) for key in self._of(number)]
        if others:
            self.endResetModel()
        else:
            self._tell_others(before)
        return others

    def _tell_others(self, before: Mapping[int, list[Row[T] | None]]) -> None:
        """Tell of the rows that look otherwise now; one that looks as before keeps its cells.

        Time goes by in a list that is read again and again, and most of what it shows stays.
        """
        others = []
        for number, page in self._pages.items():
            for place, (row, was) in enumerate(zip(page, before.get(number, [None] * len(page)), strict=True)):
                if row is not None and was is not None and self.looks(row.source) == self.looks(was.source):
                    row.cells = was.cells
                else:
                    others.append(number * PAGE + place)
        if before.keys() - self._pages.keys():
            # Nobody sees them, or they would have been read.
            self._tell_changed()
        elif others:
            self.dataChanged.emit(self.index(others[0], 0), self.index(others[-1], self.columnCount() - 1))
        self.reworded.emit(others)

    def _numbers(self, known: Collection[int]) -> list[int]:
        """The pages of which all rows are known, or as many as there are."""
        found: list[int] = []
        for number in range(-(-len(self._keys) // PAGE)):
            if len(found) * PAGE >= len(known):
                break
            if all(key in known for key in self._of(number)):
                found.append(number)
        return found

    def take(self, asked: list[int], sources: Iterable[T]) -> None:
        """The rows that were asked for; whoever is missing is nowhere any more."""
        if asked is not self._asked or not self._under_way:
            # Meanwhile others are shown.
            return
        known = {self.identity(source): Row(self.identity(source), source) for source in sources}
        read, self._under_way = self._under_way, ()
        rows: list[int] = []
        for number in read:
            self._pages[number] = [known.get(key) for key in self._of(number)]
            rows += range(number * PAGE, min(len(self._keys), (number + 1) * PAGE))
            self.dataChanged.emit(self.index(number * PAGE, 0), self.index(rows[-1], self.columnCount() - 1))
        while len(self._pages) > MOST_PAGES:
            self._pages.popitem(last=False)
        self.reworded.emit(rows)
        if self._missing:
            self._asking.start()

    def give_up(self) -> None:
        """What was asked for could not be read; it is asked for again when it is looked at again."""
        self._under_way = ()

    def _of(self, number: int) -> Sequence[int]:
        return self._keys[number * PAGE : (number + 1) * PAGE]

    def _row(self, row: int) -> Row[T] | None:
        number, place = divmod(row, PAGE)
        page = self._pages.get(number)
        return None if page is None else page[place]

    def _seen(self, row: int) -> Row[T] | None:
        """A row that somebody looks at, or None while it is being read."""
        number = row // PAGE
        if number in self._pages:
            self._pages.move_to_end(number)
        elif number not in self._under_way:
            self._missing.pop(number, None)
            self._missing[number] = None
            self._asking.start()
        return self._row(row)

    @Slot()
    def _ask(self) -> None:
        """Ask for what is looked at; what was only scrolled past is not read."""
        if self._under_way or not self._missing:
            return
        # No screen shows so many rows that more than two pages are seen at once.
        self._under_way = tuple(sorted([*self._missing][-2:]))
        self._missing.clear()
        self._asked = [key for number in self._under_way for key in self._of(number)]
        self.asked.emit(self._asked)

    def cells(self, row: int) -> tuple[Cell, ...]:
        one = self._seen(row)
        if one is None:
            return self._unread
        if one.cells is None:
            one.cells = self.worded(one.source)
        return one.cells

    def worded(self, source: T) -> tuple[Cell, ...]:
        """What stands in a row that shows this."""
        return tuple(self.shown(column, source) for column in self.columns)

    def looks(self, source: T) -> object:
        """What is the same of two sources only where both look the same in a row."""
        return source

    def reword(self) -> None:
        """Word every row anew: what they are worded by is another."""
        for page in self._pages.values():
            for row in filter(None, page):
                row.cells = None
        self._tell_changed()
        self.reworded.emit(self.known())

    def known(self) -> Sequence[int]:
        return [number * PAGE + place for number, page in self._pages.items() for place in range(len(page))]

    def data(self, index: Index, role: int = DISPLAY) -> Any:
        if role == ACCESSIBLE and self._seen(index.row()) is None:
            return spoken(phrase("kit.being_read"))
        return super().data(index, role)

    def rowCount(self, parent: Index = _EMPTY) -> int:
        return 0 if parent.isValid() else len(self._keys)

    def source(self, row: int) -> T:
        one = self._row(row)
        if one is None:
            raise LookupError(row)
        return one.source

    def is_read(self, row: int) -> bool:
        """Whether what the row shows is known."""
        return self._row(row) is not None

    def key(self, row: int) -> int:
        return self._keys[row]

    def row_of(self, key: object) -> int | None:
        try:
            return self._keys.index(key)
        except ValueError:
            return None

    def rows_of(self, keys: Collection[object]) -> list[int]:
        if len(keys) > 1:
            return [row for row, key in enumerate(self._keys) if key in keys]
        return [row for key in keys if (row := self.row_of(key)) is not None]

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        before = self._sorted_by
        self._sorted_by = None if column < 0 else (column, order == Qt.SortOrder.DescendingOrder)
        if self._sorted_by != before:
            self.sorted_anew.emit()

    def _tell_changed(self) -> None:
        if self._keys:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._keys) - 1, self.columnCount() - 1))
