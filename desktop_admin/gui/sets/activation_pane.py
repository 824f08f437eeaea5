"""Question sets: how each trade's papers stand; a change is a draft, previewed in place, all in one transaction."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLineEdit

from desktop_admin.controllers.listings import panes
from desktop_admin.controllers.log import paper_history
from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.operations.kind import Place
from desktop_admin.controllers.operations.papers import PapersAsked, kind_of, preview
from desktop_admin.controllers.operations.papers.preview import Switch
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.values.lines import Line, PaperChoice
from desktop_admin.controllers.values.records import PaperChange
from desktop_admin.controllers.values.sets import SetCell, TradeSets
from desktop_admin.gui.changing.carrying_out import CarryingOut
from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.kit.parts import ActingPane, heading, in_column
from desktop_admin.gui.kit.widgets import ToneLabel
from desktop_admin.gui.sets.all_trades import AllTrades
from desktop_admin.gui.sets.cell_dialogs import CellHistory, MinutesDialog
from desktop_admin.gui.sets.matrix_model import MatrixModel
from desktop_admin.gui.sets.matrix_table import OTHER_MINUTES, MatrixTable
from desktop_admin.gui.sets.switch_preview import SwitchPanel
from desktop_admin.messages import phrase
from desktop_admin.rules import Paper, Refusal

_SO_ALREADY = (Refusal.OPEN_ALREADY, Refusal.CLOSED_ALREADY, Refusal.LASTS_ALREADY)


class ActivationPane(ActingPane):
    """The matrix of question sets and, below it, the preview of the drafts."""

    def __init__(self, *, tasks: TaskRunner, carrying_out: CarryingOut, words: Words) -> None:
        super().__init__()
        self._tasks = tasks
        self._carrying_out = carrying_out
        self._words = words
        self._proposed: PaperChoice | None = None
        self._drafted = False
        self._spared: tuple[int, ...] = ()
        self.model = MatrixModel(words)
        self.table = MatrixTable(self.model)
        self.panel = SwitchPanel(words=words)
        self.panel.hide()
        self._summary = ToneLabel(tone=Tone.MUTED)
        self.everywhere = AllTrades(self.model)
        title = heading(phrase("sets.title"), self._summary, self.everywhere)
        in_column(title, (self.table, 5), (self.panel, 6), inside=self, spacing=8)
        self.model.drafted.connect(self._draft)
        for box in (self.panel.allow_too_few, self.panel.force):
            box.toggled.connect(self._preview)
        self.panel.sparing.chosen.connect(self._spare)
        self.table.asked.connect(self._ask)
        self.panel.discard.clicked.connect(self.model.discard)
        self.panel.confirmed.connect(self._apply)
        carrying_out.busy_changed.connect(self._update)

    def empty(self) -> None:
        """Show no sets and forget the drafts."""
        self.model.set_rows(())
        self.model.discard()

    @Slot()
    def _update(self) -> None:
        why = self._carrying_out.why_not_for(kind_of(self.model.drafts), candidates=0)
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
        """Drop the drafts once they were applied; what was refused of them stays, and the preview says why."""
        if changes.kind.place is not Place.MATRIX:
            return
        # What somebody insisted on, or spared, was for what is done now.
        self.panel.forget()
        self._spared = ()
        self.model.keep({line.choice.place for line in changes.lines if line.choice is not None and _is_left(line)})
        # Nothing new was drafted: nobody is asked to type.
        self._drafted = False

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
            self._spared = ()
            return
        self._update()
        allow_too_few, force = self.panel.allow_too_few.isChecked(), self.panel.force.isChecked()
        asked = PapersAsked(tuple(drafts), allow_too_few, force, spared=self._spared)
        job = partial(preview.switch, asked=asked)
        self._tasks.read(job, self._show_preview, key="preview", stage=phrase("sets.looking"))

    @Slot(object)
    def _spare(self, session_ids: tuple[int, ...]) -> None:
        self._spared = session_ids
        self._preview()

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

    @Slot(object, str)
    def _ask(self, cell: SetCell, what: str) -> None:
        if what == OTHER_MINUTES:
            dialog = MinutesDialog(cell, trade=self.model.source_of(cell).trade.code, parent=self.window())
            dialog.chosen.connect(self.model.draft)
            dialog.open()
        else:
            job = partial(paper_history.of_paper, trade_id=cell.trade_id, paper=cell.paper)
            self._tasks.read(
                job, partial(self._show_history, cell), key="cell history", stage=phrase("sets.looking_back")
            )

    def _show_history(self, cell: SetCell, changes: tuple[PaperChange, ...]) -> None:
        trade = self.model.source_of(cell).trade.code
        CellHistory(cell, changes, trade=trade, words=self._words, parent=self.window()).open()

    @Slot(object)
    def _apply(self, plan: Plan) -> None:
        reason = self.panel.reason_box.reason
        self._carrying_out.apply_confirmed(plan, reason=reason, on_changed_plan=self._plan_changed)

    @Slot(object)
    def _plan_changed(self, plan: Plan) -> None:
        self._tasks.read(partial(preview.switch_of, plan=plan), self._show_preview, key="preview")


def _is_left(line: Line) -> bool:
    """Whether what was drafted is still to be done."""
    return line.reason is not None and line.reason.code not in _SO_ALREADY


def _how_many_open(matrix: tuple[TradeSets, ...], paper: Paper) -> str:
    cells = [row.cell(paper) for row in matrix if row.cell(paper).has_paper]
    opened = sum(cell.is_open for cell in cells)
    return phrase("sets.open_for" if opened else "sets.all_closed", paper=paper, open=opened, n=len(cells))
