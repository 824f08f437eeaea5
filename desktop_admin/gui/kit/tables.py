"""The list view that all panes share."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from desktop_admin.gui.kit.rows_model import Index, RowsModel


class ToneDelegate(QStyledItemDelegate):
    """Keeps the colour of a status in a selected row."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        palette = QPalette(option.palette)
        if not option.state & QStyle.StateFlag.State_Enabled:
            # What a lost database showed last is greyed, statuses too.
            grey = QApplication.palette().brush(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
            palette.setBrush(QPalette.ColorRole.Text, grey)
        palette.setBrush(QPalette.ColorRole.HighlightedText, palette.brush(QPalette.ColorRole.Text))
        option.palette = palette


class Table(QTableView):
    """A read-only list with fixed row heights that stays where it is when it is refreshed.

    Signals:
        chosen: the selection changed.
        opened: Enter or a double-click on a row.
    """

    chosen = Signal()
    opened = Signal()

    def __init__(
        self, model: RowsModel[Any], *, widths: tuple[int, ...], stretch: int, name: str, many: bool = False
    ) -> None:
        super().__init__()
        self.rows = model
        self._widths = widths
        self._stretch = stretch
        model.setParent(self)
        self.setModel(model)
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        mode = QAbstractItemView.SelectionMode
        self.setSelectionMode(mode.ExtendedSelection if many else mode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setItemDelegate(ToneDelegate(self))
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setAccessibleName(name)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(40)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._measure()
        self.selectionModel().selectionChanged.connect(self.chosen)
        self.doubleClicked.connect(self.opened)

    def refresh(self, sources: tuple[Any, ...]) -> None:
        """Show these rows; the selection and the first visible row stay."""
        top = self.rowAt(0)
        anchor = self.rows.key(top) if top > 0 else None
        self.rows.set_rows(sources)
        if anchor is not None and (row := self.rows.row_of(anchor)) is not None:
            self.scrollTo(self.rows.index(row, 0), QAbstractItemView.ScrollHint.PositionAtTop)

    def selected(self) -> list[Any]:
        """What the selected rows show, from top to bottom."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self.rows.source(row) for row in rows]

    def select_key(self, key: object) -> bool:
        """Select the row with this key alone; False where there is none."""
        row = self.rows.row_of(key)
        if row is None:
            return False
        self.selectRow(row)
        self.scrollTo(self.rows.index(row, 0))
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fill_width()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.rows.restyle()
        elif event.type() == QEvent.Type.FontChange:
            self._measure()

    def _measure(self) -> None:
        """Row height and column widths follow the font, so that zoom needs nothing else."""
        metrics = self.fontMetrics()
        self.verticalHeader().setDefaultSectionSize(round(metrics.height() * 1.55))
        for column, characters in enumerate(self._widths):
            heading = self.horizontalHeader().sectionSizeHint(column)
            self.setColumnWidth(column, max(heading, metrics.averageCharWidth() * characters + 14))
        self._fill_width()

    def _fill_width(self) -> None:
        """Give the stretching column what the others leave, but never less than its own width."""
        least = self.fontMetrics().averageCharWidth() * self._widths[self._stretch] + 14
        others = sum(self.columnWidth(column) for column in range(len(self._widths)) if column != self._stretch)
        self.setColumnWidth(self._stretch, max(least, self.viewport().width() - others))
