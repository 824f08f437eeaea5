"""The matrix of question sets, in which a change is a draft until it is applied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QBrush, QColor

from desktop_admin.controllers.values.lines import PaperChoice
from desktop_admin.controllers.values.sessions import NO_QUESTIONS
from desktop_admin.controllers.values.sets import SetCell, TradeSets
from desktop_admin.gui.core import themes
from desktop_admin.gui.core.sentences import NOTHING, OVERDUE, RUNNING, STUCK
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.tables.cells import Cell
from desktop_admin.gui.tables.rows_model import EDIT, Index, RowsModel
from desktop_admin.messages import phrase
from desktop_admin.rules import Paper

BACKGROUND = int(Qt.ItemDataRole.BackgroundRole)
SET_COLUMNS = {1: Paper.PRIMARY, 3: Paper.SECONDARY}
PAPER_COLUMNS = {2: Paper.PRIMARY, 4: Paper.SECONDARY}
"""Where a paper is opened and closed, and gets its duration."""


class MatrixModel(RowsModel[TradeSets]):
    """Trades and their two papers; what is chosen in a cell becomes a draft.

    Signals:
        drafted: the drafts changed.
    """

    drafted = Signal()
    identity = attrgetter("trade.id")

    def __init__(self, words: Words, parent: QObject | None = None) -> None:
        super().__init__(words, parent)
        self._drafts: dict[tuple[int, Paper], PaperChoice] = {}

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(_CELLS)

    def headers(self) -> tuple[str, ...]:
        papers = [phrase(key, paper=paper) for paper in Paper for key in ("sets.column_set", "sets.column_paper")]
        others = phrase("sets.writing_now"), phrase("sets.other_set"), phrase("sets.ready")
        return (phrase("heading_trade"), *papers, *others)

    def shown(self, column: str, source: TradeSets) -> Cell:
        return _CELLS[column](self, source)

    def _trade(self, source: TradeSets) -> Cell:
        return Cell(source.trade.code, hint=source.trade.name, bold=True)

    def _writing(self, source: TradeSets) -> Cell:
        papers = (source.primary, source.secondary)
        writing = [f"{cell.writing} {cell.paper}" for cell in papers if cell.writing]
        total = sum(cell.writing for cell in papers)
        tone = Tone.PLAIN if total else Tone.MUTED
        return Cell(str(total or NOTHING), tone, hint=", ".join(writing), order=total)

    def _elsewhere(self, source: TradeSets) -> Cell:
        cells = (source.primary, source.secondary)
        elsewhere = [
            phrase("sets.without_questions", n=count)
            if label == NO_QUESTIONS
            else phrase("sets.on_label", n=count, label=label)
            for cell in cells
            for label, count in cell.elsewhere
        ]
        accepted = [
            phrase("sets.accepted_on", n=count, label=label) for cell in cells for label, count in cell.accepted
        ]
        return Cell(", ".join((*elsewhere, *accepted)) or NOTHING, Tone.STUCK if elsewhere else Tone.MUTED)

    def _set_cell(self, cell: SetCell) -> Cell:
        if not cell.has_paper:
            return Cell(phrase("sets.no_paper", paper=cell.paper), Tone.MUTED)
        choice = self.drafted_of(cell)
        draft = choice.letter if choice else None
        letter = draft or cell.active
        present = cell.present
        if draft is not None:
            present = next((count.present for count in cell.letters if count.letter == draft), 0)
        text = f"{cell.active} → {letter}" if draft and draft != cell.active else letter
        if draft == cell.active:
            # Activated again, so that the portal's copies agree.
            text = phrase("sets.again", letter=letter)
        count = self.words.questions(present, required=cell.required)
        hint = phrase("sets.cell_tip", n=cell.required)
        return Cell(f"{text}   {count}", Tone.ACCENT if draft else Tone.PLAIN, bold=bool(draft), hint=hint)

    def _paper_cell(self, cell: SetCell) -> Cell:
        if not cell.has_paper:
            return Cell("")
        state, lasts = phrase("sets.open" if cell.is_open else "sets.closed"), self.words.minutes(cell.duration)
        hint = phrase("sets.paper_tip")
        choice = self.drafted_of(cell)
        if choice is None or not self._is_of(choice, of_set=False):
            return Cell(f"{state} · {lasts}", Tone.PLAIN if cell.is_open else Tone.MUTED, hint=hint)
        if choice.opens is not None:
            state = f"{state} → {phrase('sets.open' if choice.opens else 'sets.closed')}"
        if choice.minutes is not None:
            lasts = f"{cell.setting.minutes} → {phrase('kit.minutes', n=choice.minutes)}"
        return Cell(f"{state} · {lasts}", Tone.ACCENT, bold=True, hint=hint)

    def drafted_of(self, cell: SetCell) -> PaperChoice | None:
        """What is drafted for this trade's paper, if anything is."""
        return self._drafts.get((cell.trade_id, cell.paper))

    @staticmethod
    def _is_of(choice: PaperChoice, *, of_set: bool) -> bool:
        """Whether the draft is about the set, or about the paper itself."""
        return choice.letter is not None if of_set else (choice.opens, choice.minutes) != (None, None)

    def _ready(self, source: TradeSets) -> Cell:
        cells = [cell for cell in (source.primary, source.secondary) if cell.has_paper]
        stuck = Counter[str]()
        for label, count in (one for cell in cells for one in cell.elsewhere):
            stuck["sets.without_questions" if label == NO_QUESTIONS else "sets.elsewhere"] += count
        if stuck:
            told = ", ".join(phrase(key, n=count) for key, count in sorted(stuck.items()))
            return Cell(f"{STUCK} {told}", Tone.STUCK, bold=True)
        problems = [text for cell in cells if (text := self._problem(cell))]
        if problems:
            told = "; ".join(problems)
            return Cell(f"{OVERDUE} {told}", Tone.OVERDUE, bold=True, hint=told)
        return Cell(f"{RUNNING} {phrase('sets.ready')}", Tone.RUNNING, bold=True)

    def _problem(self, cell: SetCell) -> str:
        if cell.disagrees:
            return phrase("sets.copy_says", paper=cell.paper, letter=cell.disagrees)
        if not cell.present:
            return phrase("sets.no_questions", paper=cell.paper)
        if cell.short:
            parts = ", ".join(f"{part} {present}/{required}" for part, present, required in cell.short)
            return phrase("sets.too_few", paper=cell.paper, parts=parts)
        return ""

    def data(self, index: Index, role: int = 0) -> Any:
        if role == BACKGROUND:
            cell = self.cell(index)
            draft = self.drafted_of(cell) if cell else None
            drafted = draft is not None and self._is_of(draft, of_set=index.column() in SET_COLUMNS)
            return QBrush(QColor(themes.current().selection)) if drafted else None
        if role == EDIT:
            cell = self.cell(index)
            draft = self.drafted_of(cell) if cell else None
            return (draft and draft.letter) or (cell and cell.active)
        return super().data(index, role)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if self.cell(index) else flags

    def setData(self, index: Index, value: Any, role: int = EDIT) -> bool:
        cell = self.cell(index)
        if cell is None or role != EDIT:
            return False
        self.draft([PaperChoice(cell.trade_id, cell.paper, **value)])
        return True

    def cell(self, index: Index) -> SetCell | None:
        """The trade's paper in this cell, or None where there is nothing to choose."""
        paper = (SET_COLUMNS | PAPER_COLUMNS).get(index.column()) if index.isValid() else None
        if paper is None:
            return None
        cell = self.source(index.row()).cell(paper)
        return cell if cell.has_paper else None

    def source_of(self, cell: SetCell) -> TradeSets:
        """The row that a cell stands in."""
        row = self.row_of(cell.trade_id)
        assert row is not None
        return self.source(row)

    @property
    def drafts(self) -> tuple[PaperChoice, ...]:
        """The changes that are not applied yet, in the order of the matrix."""
        return tuple(
            draft for row in self._rows for paper in Paper if (draft := self._drafts.get((row.source.trade.id, paper)))
        )

    def draft(self, choices: Sequence[PaperChoice]) -> None:
        """Draft these, from what is shown, beside what is drafted for the same papers already.

        Choosing what is so already takes the draft back, unless the portal contradicts itself about it.
        """
        for choice in choices:
            row = self.row_of(choice.trade_id)
            cell = None if row is None else self.source(row).cell(choice.paper)
            if cell is not None and (cell.has_paper or choice.opens is False):
                self._draft(cell, choice)
        self._reword()

    def _draft(self, cell: SetCell, choice: PaperChoice) -> None:
        draft, now = self.drafted_of(cell) or PaperChoice(*choice.place), cell.setting
        before = draft.before or now
        if choice.letter is not None:
            is_so = choice.letter == now.letter and not cell.disagrees
            before = replace(before, letter=now.letter)
            draft = replace(draft, letter=None if is_so else choice.letter, before=before)
        if choice.opens is not None:
            is_so = choice.opens is now.is_open and cell.switches_agree
            before = replace(before, is_open=now.is_open)
            draft = replace(draft, opens=None if is_so else choice.opens, before=before)
        if choice.minutes is not None:
            is_so = choice.minutes == now.minutes
            before = replace(before, minutes=now.minutes)
            draft = replace(draft, minutes=None if is_so else choice.minutes, before=before)
        if draft.told:
            self._drafts[choice.place] = draft
        else:
            self._drafts.pop(choice.place, None)

    def discard(self) -> None:
        """Take all drafts back."""
        self._drafts.clear()
        self._reword()

    def keep(self, places: Collection[tuple[int, Paper]]) -> None:
        """Take all drafts back but those of these trades' papers."""
        self._drafts = {place: draft for place, draft in self._drafts.items() if place in places}
        self._reword()

    def _reword(self) -> None:
        self.set_rows(self._sources)
        self.restyle()
        self.drafted.emit()

    def letters(self, paper: Paper) -> list[str]:
        """Every letter that some trade has questions of, for this paper, in order."""
        return sorted({count.letter for row in self._rows for count in row.source.cell(paper).letters})

    def everywhere(self, paper: Paper, **wish: Any) -> tuple[PaperChoice, ...]:
        """The wish to have this in all trades that have the paper; refusals are the plan's business."""
        rows = (row.source for row in self._rows)
        return tuple(PaperChoice(row.trade.id, paper, **wish) for row in rows if row.cell(paper).has_paper)


_CELLS: dict[str, Callable[[MatrixModel, TradeSets], Cell]] = {
    "trade": MatrixModel._trade,
    "primary set": lambda model, row: model._set_cell(row.primary),
    "primary paper": lambda model, row: model._paper_cell(row.primary),
    "secondary set": lambda model, row: model._set_cell(row.secondary),
    "secondary paper": lambda model, row: model._paper_cell(row.secondary),
    "writing": MatrixModel._writing,
    "elsewhere": MatrixModel._elsewhere,
    "ready": MatrixModel._ready,
}
"""What stands in each column."""
