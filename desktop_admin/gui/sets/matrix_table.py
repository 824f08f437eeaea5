"""The matrix as a table in whose cells sets are chosen, papers opened and closed, and durations set."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QStyle, QStyleOption, QStyleOptionViewItem, QWidget

from desktop_admin.controllers.values.sets import SetCell
from desktop_admin.gui.kit.parts import named
from desktop_admin.gui.sets.matrix_model import PAPER_COLUMNS, SET_COLUMNS, MatrixModel
from desktop_admin.gui.tables.rows_model import EDIT, Index
from desktop_admin.gui.tables.table import Table, ToneDelegate
from desktop_admin.messages import phrase

_USUAL_MINUTES = (60, 90, 120, 150, 180)
OTHER_MINUTES, HISTORY = "other minutes", "history"
"""What is chosen in the cell of a paper that is no wish yet."""
_KEYS = Qt.Key
_OPENING = (_KEYS.Key_Return, _KEYS.Key_Enter, _KEYS.Key_Space, _KEYS.Key_F2)
_MOVING = (_KEYS.Key_Left, _KEYS.Key_Right, _KEYS.Key_Up, _KEYS.Key_Down, _KEYS.Key_Home, _KEYS.Key_End)


class MatrixTable(Table):
    """The matrix as a table whose cells are opened by a click; where keys led there, by Enter, Space or F2 as well.

    A scanner types, too: where a click has led there, its keys are not meant for the matrix.

    Signals:
        asked: for this cell, for ``OTHER_MINUTES`` or ``HISTORY``.
    """

    asked = Signal(object, str)
    _by_mouse = False

    def __init__(self, model: MatrixModel) -> None:
        super().__init__(model, stretch="ready", name=phrase("sets.by_trade"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        for columns, delegate in ((SET_COLUMNS, LetterDelegate(self)), (PAPER_COLUMNS, PaperDelegate(self))):
            for column in columns:
                self.setItemDelegateForColumn(column, delegate)
        self.clicked.connect(self._edit)

    def extra_room(self, column: str) -> int:
        # For the arrow behind the letter.
        return self.fontMetrics().height() if column.endswith((" set", " paper")) else 0

    @property
    def choosing(self) -> bool:
        """Whether a person is choosing a letter, which a refresh would disturb."""
        return self.state() == QAbstractItemView.State.EditingState

    @Slot()
    def _edit(self) -> None:
        index, model = self.currentIndex(), self.model()
        if isinstance(model, MatrixModel) and model.cell(index) is not None and not self.choosing:
            self.edit(index)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        # A list that closes gives the focus back, too, which changes nothing.
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self._by_mouse = False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._by_mouse = True
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _MOVING:
            self._by_mouse = False
        if event.key() in _OPENING and not self._by_mouse:
            self._edit()
            return
        super().keyPressEvent(event)


class _ChoosingDelegate(ToneDelegate):
    """Lets a person choose from a list in the cell; an arrow says that there is a choice."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        model = index.model()
        if not isinstance(model, MatrixModel) or model.cell(index) is None:
            return
        size = option.fontMetrics.height() // 2
        arrow = QStyleOption()
        arrow.initFrom(option.widget)
        arrow.rect = QRect(0, 0, size, size)
        arrow.rect.moveCenter(option.rect.center())
        arrow.rect.moveRight(option.rect.right() - size)
        option.widget.style().drawPrimitive(
            QStyle.PrimitiveElement.PE_IndicatorArrowDown, arrow, painter, option.widget
        )

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: Index) -> QWidget:
        model = index.model()
        assert isinstance(model, MatrixModel)
        box, cell = QComboBox(parent), model.cell(index)
        if cell is not None:
            self.fill(box, cell, model)
        box.activated.connect(self._chosen)
        return box

    def fill(self, box: QComboBox, cell: SetCell, model: MatrixModel) -> None:
        """Name the box, and add what can be chosen."""
        raise NotImplementedError

    def setEditorData(self, editor: QWidget, _index: Index) -> None:
        if isinstance(editor, QComboBox):
            editor.showPopup()

    def setModelData(self, editor: QWidget, model: object, index: Index) -> None:
        if isinstance(editor, QComboBox) and isinstance(model, MatrixModel) and editor.currentIndex() >= 0:
            model.setData(index, editor.currentData())

    @Slot()
    def _chosen(self) -> None:
        box = self.sender()
        if isinstance(box, QComboBox):
            self.commitData.emit(box)
            self.closeEditor.emit(box)


class LetterDelegate(_ChoosingDelegate):
    """Chooses a letter from those that have questions, each with its count."""

    def fill(self, box: QComboBox, cell: SetCell, model: MatrixModel) -> None:
        named(box, phrase("sets.question_set"))
        for count in cell.letters:
            told = model.words.questions(count.present, required=cell.required)
            box.addItem(f"{count.letter}   {told}", {"letter": count.letter})

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        if isinstance(editor, QComboBox):
            letters = [editor.itemData(place)["letter"] for place in range(editor.count())]
            letter = index.data(EDIT)
            editor.setCurrentIndex(letters.index(letter) if letter in letters else -1)
        super().setEditorData(editor, index)


class PaperDelegate(_ChoosingDelegate):
    """Opens and closes a paper, sets how long it lasts, and leads to what was set before."""

    def fill(self, box: QComboBox, cell: SetCell, model: MatrixModel) -> None:
        named(box, phrase("sets.column_paper", paper=cell.paper))
        box.setPlaceholderText(str(model.shown(f"{cell.paper.lower()} paper", model.source_of(cell)).text))
        if not cell.is_open or not cell.switches_agree:
            box.addItem(phrase("sets.open_it"), {"opens": True})
        if cell.is_open or not cell.switches_agree:
            box.addItem(phrase("sets.close_it"), {"opens": False})
        for minutes in _USUAL_MINUTES:
            if minutes != cell.setting.minutes:
                box.addItem(phrase("sets.lasts", n=minutes), {"minutes": minutes})
        box.addItem(phrase("sets.other_minutes"), OTHER_MINUTES)
        box.addItem(phrase("sets.cell_history"), HISTORY)
        box.setCurrentIndex(-1)

    def setModelData(self, editor: QWidget, model: object, index: Index) -> None:
        chosen: Any = editor.currentData() if isinstance(editor, QComboBox) else None
        if isinstance(chosen, dict):
            super().setModelData(editor, model, index)
        elif chosen is not None and isinstance(model, MatrixModel):
            table = self.parent()
            assert isinstance(table, MatrixTable)
            table.asked.emit(model.cell(index), chosen)
