"""The view of a list that may have a million rows, of which those are read that somebody looks at."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from PySide6.QtCore import QSignalBlocker, Signal, Slot

from desktop_admin.gui.tables.cells import Cell
from desktop_admin.gui.tables.paged_model import PAGE, PagedModel
from desktop_admin.gui.tables.table import Table


class PagedTable(Table):
    """A table over a ``PagedModel``; whoever shows other rows says which of them are selected.

    Signals:
        copy_asked: the rows of these keys are to be read, worded, and given to ``copy_rows``.
    """

    copy_asked = Signal(object)

    def __init__(self, model: PagedModel[Any], *, stretch: str, name: str, hidden: tuple[str, ...] = ()) -> None:
        super().__init__(model, stretch=stretch, name=name, many=True, hidden=hidden)
        self.paged = model

    def show_keys(self, keys: Sequence[int], sources: Iterable[Any], *, chosen: Collection[int]) -> None:
        """Show these rows, and select the chosen ones; the first visible row stays."""
        with QSignalBlocker(self):
            with self._staying():
                self.paged.show(keys, sources)
            self.select_keys(chosen)

    def selected_keys(self) -> tuple[int, ...]:
        """The keys of the selected rows, from top to bottom."""
        keys = self.paged.keys
        return tuple(keys[row] for row in self._selected_rows())

    def selected(self) -> list[Any]:
        """What the selected rows show, as far as they are read."""
        return [self.paged.source(row) for row in self._selected_rows() if self.paged.is_read(row)]

    def pages_seen(self) -> tuple[int, ...]:
        """The pages of the rows that are seen."""
        top, last = max(0, self.rowAt(0)), self.rowAt(self.viewport().height() - 1)
        return tuple(range(top // PAGE, max(top, last) // PAGE + 1))

    @Slot()
    def copy(self) -> None:
        """Copy the selected rows with their headings; those that nobody has looked at are read first."""
        if all(self.paged.is_read(row) for row in self._selected_rows()):
            super().copy()
        else:
            self.copy_asked.emit(self.selected_keys())

    def copy_rows(self, rows: Iterable[Sequence[Cell]]) -> None:
        """Copy these rows, which were worded elsewhere."""
        self._copy(rows)

    @Slot()
    def _remember_selection(self) -> None:
        """Whoever shows other rows selects them: keys would be asked of a million rows."""

    @Slot()
    def _recall_selection(self) -> None:
        """Nothing was remembered."""
