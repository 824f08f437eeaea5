"""Question sets: which set is active where; a change is a draft, previewed in place and applied in one transaction."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRect, Qt, QTimer, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLineEdit,
    QStyle,
    QStyleOption,
    QStyleOptionViewItem,
    QWidget,
)

from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.operations.kind import Place
from desktop_admin.controllers.operations.papers import ACTIVATE, PapersAsked, preview
from desktop_admin.controllers.operations.papers.preview import Switch
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.portal import panes
from desktop_admin.controllers.values.lines import PaperChoice
from desktop_admin.controllers.values.views import TradeSets
from desktop_admin.gui.changing.carrying_out import CarryingOut
from desktop_admin.gui.kit.parts import ActingPane, heading, in_column, in_row, named
from desktop_admin.gui.kit.tasks import TaskRunner
from desktop_admin.gui.kit.themes import Tone
from desktop_admin.gui.kit.widgets import ToneLabel, button
from desktop_admin.gui.kit.words import Words
from desktop_admin.gui.sets.matrix_model import PAPER_COLUMNS, MatrixModel
from desktop_admin.gui.sets.switch_preview import SwitchPanel
from desktop_admin.gui.tables.rows_model import Index
from desktop_admin.gui.tables.table import Table, ToneDelegate
from desktop_admin.messages import phrase
from desktop_admin.rules import Paper


class ActivationPane(ActingPane):
    """The matrix of question sets and, below it, the preview of the drafts."""

    def __init__(self, *, tasks: TaskRunner, carrying_out: CarryingOut, words: Words) -> None:
        super().__init__()
        self._tasks = tasks
        self._carrying_out = carrying_out
        self._proposed: PaperChoice | None = None
        self._drafted = False
        self.model = MatrixModel(words)
        self.table = MatrixTable(self.model)
        self.panel = SwitchPanel(words=words)
        self.panel.hide()
        self._summary = ToneLabel(tone=Tone.MUTED)
        self.everywhere = AllTrades(self.model)
        title = heading(phrase("sets.title"), self._summary, self.everywhere)
        in_column(title, (self.table, 5), (self.panel, 6), inside=self, spacing=8)
        self.model.drafted.connect(self._draft)
        self.panel.allow_too_few.toggled.connect(self._preview)
        self.panel.discard.clicked.connect(self.model.discard)
        self.panel.confirmed.connect(self._apply)
        carrying_out.busy_changed.connect(self._update)

    def empty(self) -> None:
        """Show no sets and forget the drafts."""
        self.model.set_rows(())
        self.model.discard()

    @Slot()
    def _update(self) -> None:
        why = self._carrying_out.why_not_for(ACTIVATE, candidates=0)
        self.panel.set_available(self._writable and not self._carrying_out.busy and not why, why=why)

    @Slot()
    def refresh(self) -> None:
        """Read the matrix again, and the preview of the drafts; drafts and selection stay."""
        if not self.table.choosing:
            self._tasks.read(panes.matrix, self._show, key="matrix")

    def propose(self, choice: PaperChoice) -> None:
        """Draft this in the matrix as it is now."""
        self._proposed = choice
        self.refresh()

    @Slot(object)
    def _show(self, matrix: tuple[TradeSets, ...]) -> None:
        self.table.refresh(matrix)
        proposed, self._proposed = self._proposed, None
        if proposed is not None:
            self.model.draft([proposed])
        self.everywhere.follow()
        self._summary.show_text(" · ".join(_how_many_open(matrix, paper) for paper in Paper))
        if self.model.drafts:
            self._preview()

    @Slot(object)
    def forget_applied(self, changes: Changes) -> None:
        """Drop the drafts that have just been applied; those that were refused stay to be seen."""
        if changes.kind.place is Place.MATRIX:
            self.model.discard()

    @Slot()
    def _draft(self) -> None:
        """Something was drafted: once its preview is there, it is confirmed."""
        self._drafted = True
        self._preview()

    @Slot()
    def _preview(self) -> None:
        drafts = self.model.drafts
        if not drafts:
            self.panel.hide()
            self.panel.forget()
            return
        job = partial(preview.switch, asked=PapersAsked(tuple(drafts), self.panel.allow_too_few.isChecked()))
        self._tasks.read(job, self._show_preview, key="preview", stage=phrase("sets.looking"))

    @Slot(object)
    def _show_preview(self, switch: Switch) -> None:
        if self.model.drafts:
            self.panel.show_switch(switch)
            if self.panel.isHidden():
                self.panel.show()
                # Once the panel has taken its part of the window.
                QTimer.singleShot(0, self._scroll_to_draft)
            drafted, self._drafted = self._drafted, False
            focus = QApplication.focusWidget()
            # Whoever types somewhere else meanwhile goes on there.
            if drafted and (not isinstance(focus, QLineEdit) or self.isAncestorOf(focus)):
                self.panel.ask()

    @Slot()
    def _scroll_to_draft(self) -> None:
        for draft in self.model.drafts[:1]:
            row = self.model.row_of(draft.trade_id)
            if row is not None:
                self.table.scrollTo(self.model.index(row, 0), QAbstractItemView.ScrollHint.PositionAtCenter)

    @Slot(object)
    def _apply(self, plan: Plan) -> None:
        self._carrying_out.apply(plan, reason=self.panel.reason_box.reason, on_changed_plan=self._plan_changed)

    @Slot(object)
    def _plan_changed(self, plan: Plan) -> None:
        self._tasks.read(partial(preview.switch_of, plan=plan), self._show_preview, key="preview")


def _how_many_open(matrix: tuple[TradeSets, ...], paper: Paper) -> str:
    cells = [row.cell(paper) for row in matrix if row.cell(paper).has_paper]
    opened = sum(cell.is_open for cell in cells)
    return phrase("sets.open_for" if opened else "sets.all_closed", paper=paper, open=opened, n=len(cells))


class AllTrades(QWidget):
    """*Set for all trades*: one letter of one paper, drafted in every trade at once."""

    def __init__(self, model: MatrixModel) -> None:
        super().__init__()
        self._model = model
        self.paper = named(QComboBox(), phrase("sets.paper_for_all"))
        self.paper.addItems(list(Paper))
        sizes = QComboBox.SizeAdjustPolicy
        self.letter = named(QComboBox(sizeAdjustPolicy=sizes.AdjustToContents), phrase("sets.set_for_all"))
        # It is seen before the letters are read; an empty box would be wider than one with a letter, and stay so.
        self.letter.addItem("")
        self.button = button(phrase("sets.set_for_all"), self._draft)
        self.button.setEnabled(False)
        in_row(self.paper, self.letter, self.button, inside=self)
        self.paper.currentIndexChanged.connect(self.follow)

    @Slot()
    def follow(self) -> None:
        """Offer the letters that some trade has; what is chosen stays while they do."""
        letters = self._model.letters(Paper(self.paper.currentText()))
        if letters != [self.letter.itemText(place) for place in range(self.letter.count())]:
            self.letter.clear()
            self.letter.addItems(letters)
        self.button.setEnabled(bool(letters))

    @Slot()
    def _draft(self) -> None:
        paper = Paper(self.paper.currentText())
        self._model.draft(self._model.everywhere(paper, self.letter.currentText()))


_KEYS = Qt.Key
_OPENING = (_KEYS.Key_Return, _KEYS.Key_Enter, _KEYS.Key_Space, _KEYS.Key_F2)
_MOVING = (_KEYS.Key_Left, _KEYS.Key_Right, _KEYS.Key_Up, _KEYS.Key_Down, _KEYS.Key_Home, _KEYS.Key_End)


class MatrixTable(Table):
    """The matrix as a table whose set cells are opened by a click; where keys led there, by Enter, Space or F2 as well.

    A scanner types, too: where a click has led there, its keys are not meant for the matrix.
    """

    _by_mouse = False

    def __init__(self, model: MatrixModel) -> None:
        super().__init__(model, stretch="ready", name=phrase("sets.by_trade"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        delegate = LetterDelegate(self)
        for column in PAPER_COLUMNS:
            self.setItemDelegateForColumn(column, delegate)
        self.clicked.connect(self._edit)

    def extra_room(self, column: str) -> int:
        # For the arrow behind the letter.
        return self.fontMetrics().height() if column.endswith(" set") else 0

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


class LetterDelegate(ToneDelegate):
    """Chooses a letter from those that have questions, each with its count; an arrow says that there is a choice."""

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
        box = named(QComboBox(parent), phrase("sets.question_set"))
        model = index.model()
        assert isinstance(model, MatrixModel)
        cell = model.cell(index)
        for count in cell.letters if cell else ():
            told = model.words.questions(count.present, required=cell.required if cell else 0)
            box.addItem(f"{count.letter}   {told}", count.letter)
        box.activated.connect(self._chosen)
        return box

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        if isinstance(editor, QComboBox):
            editor.setCurrentIndex(editor.findData(index.data(2)))
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
