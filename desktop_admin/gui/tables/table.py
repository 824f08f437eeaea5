"""The list view that all panes share: sorted, dragged, chosen, copied from and remembered in one way."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import Any

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QAction,
    QFont,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QPalette,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
)

from desktop_admin.files.spreadsheets import harmless
from desktop_admin.gui.core.speech import announce
from desktop_admin.gui.kit.actions import entry
from desktop_admin.gui.tables import columns
from desktop_admin.gui.tables.cells import Cell
from desktop_admin.gui.tables.rows_model import Index, RowsModel, wrapping_tip
from desktop_admin.messages import phrase

LEAST_ROWS = 3
"""A list is never so low that fewer are seen; what is around it scrolls instead."""

HEADING_PADDING = 18
"""Pixels above and below a heading."""


class ToneDelegate(QStyledItemDelegate):
    """Keeps the colour of a status in a selected row, and tells what is cut off in a tip."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        palette = QPalette(option.palette)
        if not option.state & QStyle.StateFlag.State_Enabled:
            # What a lost database showed last is greyed, statuses too.
            grey = QApplication.palette().brush(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
            palette.setBrush(QPalette.ColorRole.Text, grey)
        palette.setBrush(QPalette.ColorRole.HighlightedText, palette.brush(QPalette.ColorRole.Text))
        option.palette = palette

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        text, hint = str(index.data() or ""), index.data(Qt.ItemDataRole.ToolTipRole)
        if hint or self.sizeHint(option, index).width() <= option.rect.width():
            return super().helpEvent(event, view, option, index)
        QToolTip.showText(event.globalPos(), wrapping_tip(text) or "", view)
        return True


class Table(columns.Arranged):
    """A read-only list with fixed row heights that stays where it is when it is refreshed.

    A click on a heading sorts, another one the other way round, a third one not at all; headings are dragged to other
    places and widths, and chosen by a right-click on them. All of that is remembered.

    Args:
        stretch: the column that takes what room is left, and gives way first.
        hidden: columns that are not seen until they are chosen.

    Signals:
        chosen: the selection changed.
        opened: Enter or a double-click on a row.
    """

    chosen = Signal()
    opened = Signal()

    def __init__(
        self, model: RowsModel[Any], *, stretch: str, name: str, many: bool = False, hidden: tuple[str, ...] = ()
    ) -> None:
        super().__init__()
        self.rows = model
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
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setAccessibleName(name)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(40)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionsMovable(True)
        # To paint itself beside selected columns, a header asks every cell of every column whether it is selected.
        header.setSelectionModel(QItemSelectionModel(model, header))
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSortIndicatorClearable(True)
        self.setSortingEnabled(True)
        self.columns = columns.Arrangement(self, stretch=stretch, hidden=hidden)
        self._offer_own(many=many)
        self._measure()
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._choose_columns)
        self._kept: set[object] = set()
        model.modelAboutToBeReset.connect(self._remember_selection)
        model.modelReset.connect(self._recall_selection)
        model.modelReset.connect(self.columns.look)
        model.reworded.connect(self.columns.look)
        self.selectionModel().selectionChanged.connect(self.chosen)
        self.doubleClicked.connect(self.opened)

    def _offer_own(self, *, many: bool) -> None:
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        copy = self._own_action("kit.copy_rows", "Ctrl+C")
        copy.triggered.connect(self.copy)
        self._first_own = copy
        self.addAction(copy)
        if many:
            everything = self._own_action("kit.select_all", "Ctrl+A")
            everything.triggered.connect(self.select_everything)
            self.addAction(everything)
        self._menu = QMenu(phrase("kit.columns"), self)
        self._menu.aboutToShow.connect(self._fill_menu)
        self.addAction(self._menu.menuAction())

    def _own_action(self, name: str, key: str) -> QAction:
        made = entry(phrase(name), self, key=key)
        made.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        return made

    def offer(self, actions: Iterable[QAction]) -> None:
        """Offer by a right-click on the rows what the buttons offer."""
        line = QAction(self)
        line.setSeparator(True)
        self.insertActions(self._first_own, [*actions, line])

    def refresh(self, sources: tuple[Any, ...]) -> None:
        """Show these rows; the selection and the first visible row stay."""
        with self._staying():
            self.rows.set_rows(sources)

    @contextmanager
    def _staying(self) -> Iterator[None]:
        """Meanwhile other rows are shown; the first visible one stays where it is."""
        top = self.rowAt(0)
        anchor = self.rows.key(top) if top > 0 else None
        yield
        if anchor is not None and (row := self.rows.row_of(anchor)) is not None:
            self.scrollTo(self.rows.index(row, 0), QAbstractItemView.ScrollHint.PositionAtTop)

    def selected(self) -> list[Any]:
        """What the selected rows show, from top to bottom."""
        return [self.rows.source(row) for row in self._selected_rows()]

    def _selected_rows(self) -> list[int]:
        # The stretches, because an index for each of thousands of rows takes its time.
        stretches = self.selectionModel().selection().toList()
        return sorted({row for one in stretches for row in range(one.top(), one.bottom() + 1)})

    @Slot()
    def _remember_selection(self) -> None:
        self._kept = {self.rows.key(row) for row in self._selected_rows()}

    @Slot()
    def _recall_selection(self) -> None:
        """Rows that are shown anew are selected as they were."""
        kept, self._kept = self._kept, set()
        if not kept:
            return
        rows = (row for row in range(self.rows.rowCount()) if self.rows.key(row) in kept)
        self.selectionModel().select(self._stretches(rows), QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _stretches(self, rows: Iterable[int]) -> QItemSelection:
        """These rows, which ascend, as Qt selects them."""
        last, chosen = self.rows.columnCount() - 1, QItemSelection()
        # One stretch for rows below each other: their distance to their number among the chosen ones is the same.
        for _, stretch in groupby(enumerate(rows), key=lambda one: one[1] - one[0]):
            together = [row for _, row in stretch]
            chosen.select(self.rows.index(together[0], 0), self.rows.index(together[-1], last))
        return chosen

    def select_key(self, key: object) -> bool:
        """Select the row with this key alone; False where there is none."""
        row = self.rows.row_of(key)
        if row is None:
            return False
        self.selectRow(row)
        self.scrollTo(self.rows.index(row, 0))
        return True

    def select_keys(self, keys: Collection[object]) -> None:
        """Select the rows with these keys and no others, and show the first of them."""
        rows = self.rows.rows_of(keys)
        if rows == self._selected_rows():
            return
        flags = QItemSelectionModel.SelectionFlag
        if rows:
            self.selectionModel().setCurrentIndex(self.rows.index(rows[0], 0), flags.NoUpdate)
            self.scrollTo(self.rows.index(rows[0], 0))
        self.selectionModel().select(self._stretches(rows), flags.ClearAndSelect)

    @Slot()
    def select_everything(self) -> None:
        """Select all that there is."""
        self.selectAll()

    @Slot()
    def copy(self) -> None:
        """Copy the selected rows with their headings, as a spreadsheet takes them; where none is selected, say so."""
        selected = self._selected_rows()
        if selected:
            self._copy(self.rows.cells(row) for row in selected)
        else:
            self._tell_nothing_selected()

    def _tell_nothing_selected(self) -> None:
        # What was copied before stays, and a dialog has no other place to say it.
        told = phrase("kit.nothing_to_copy")
        QToolTip.showText(self.viewport().mapToGlobal(self.viewport().rect().center()), told, self)
        announce(self, told)

    def _copy(self, rows: Iterable[Sequence[Cell]]) -> None:
        seen = self.columns.seen()
        lines = [[self.rows.headers()[column] for column in seen]]
        lines += [[harmless(cells[column].text) for column in seen] for cells in rows]
        told = ("\t".join(" ".join(text.split()) for text in line) for line in lines)
        QGuiApplication.clipboard().setText("\n".join(told))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.columns.fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.rows.restyle()
        elif event.type() == QEvent.Type.FontChange and self.font() != self._measured:
            # Qt tells it several times, where a look changes.
            self._measure()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.columns.follow_person()
        self._measure()

    def _measure(self) -> None:
        """Row height and column widths follow the font, so that zoom needs nothing else."""
        self._measured = QFont(self.font())
        height = round(self.fontMetrics().height() * 1.55)
        self.verticalHeader().setDefaultSectionSize(height)
        around = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent) + 2 * self.frameWidth() + 4
        # The headings take a new font only after this.
        heading = max(self.bold_metrics().height() + HEADING_PADDING, self.horizontalHeader().sizeHint().height())
        self.setMinimumHeight(heading + height * LEAST_ROWS + around)
        self.columns.measure()

    @Slot()
    def _fill_menu(self) -> None:
        self._menu.clear()
        self.columns.fill(self._menu)

    @Slot(QPoint)
    def _choose_columns(self, where: QPoint) -> None:
        self._menu.popup(self.horizontalHeader().mapToGlobal(where))
