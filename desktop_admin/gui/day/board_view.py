"""The lines and numbers of the board, which stay where they are while somebody reads them."""

from __future__ import annotations

from collections import Counter
from operator import attrgetter
from typing import ClassVar

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from desktop_admin.controllers.values.attending import Attending
from desktop_admin.controllers.values.board import Board, BoardFigures, BoardRow, By, Standing, held, news
from desktop_admin.controllers.values.columns import BOARD, BOARD_FIGURES
from desktop_admin.gui.core.sentences import FINISHED, OVERDUE, STUCK, said
from desktop_admin.gui.core.speech import announce
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import Words, finding_name
from desktop_admin.gui.day.models import LOOKS
from desktop_admin.gui.kit.actions import entry
from desktop_admin.gui.kit.parts import dotted, fixed, in_column, tell
from desktop_admin.gui.kit.room import Flow
from desktop_admin.gui.kit.widgets import ActionButton, ToneLabel
from desktop_admin.gui.tables.cells import Cell
from desktop_admin.gui.tables.rows_model import RowsModel
from desktop_admin.gui.tables.table import Table
from desktop_admin.messages import phrase

ROWS_SHARE, FIGURES_SHARE = 3, 1
_ORDER = {standing: place for place, standing in enumerate(Standing)}
REST_MS = 60_000
"""A mouse that lies still on a wall for so long is nobody's who reads, and neither is a line that was clicked then."""
_MOVES = (QEvent.Type.MouseMove, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel, QEvent.Type.KeyPress)
_LEAVES = (QEvent.Type.Leave, QEvent.Type.FocusOut, QEvent.Type.Hide)


def look_of(standing: Standing, *, stuck: bool = False) -> tuple[str, Tone]:
    """Glyph and tone of how it stands with a candidate."""
    if standing is Standing.PROBLEM:
        return (STUCK, Tone.STUCK) if stuck else (OVERDUE, Tone.OVERDUE)
    if standing is Standing.NOT_BACK:
        return OVERDUE, Tone.OVERDUE
    return LOOKS[Attending(standing.value)]


class BoardModel(RowsModel[BoardRow]):
    """The lines of the board.

    Attributes:
        keeps_places: rows stay as they are given, however the person has them sorted.
    """

    table = BOARD
    identity = attrgetter("key")
    keeps_places = False

    def shown(self, column: str, source: BoardRow) -> Cell:
        if source.over:
            return Cell(self._over(column, source), Tone.MUTED)
        match column:
            case "state":
                glyph, tone = look_of(source.standing, stuck=source.stuck)
                return Cell(f"{glyph} {said(source.standing.said)}", tone, bold=True, order=_ORDER[source.standing])
            case "remark":
                return self._remark(source)
            case "minutes left" if source.left is not None and source.left.total_seconds() < 0:
                return super().shown(column, source)._replace(tone=Tone.OVERDUE)
        return super().shown(column, source)

    def _over(self, column: str, source: BoardRow) -> str:
        if column == "state":
            return f"{FINISHED} {phrase('board_over')}"
        return (self._remark(source) if column == "remark" else super().shown(column, source)).text

    def _remark(self, source: BoardRow) -> Cell:
        text = self.words.lines(source.told)
        return Cell(text, hint=text)

    def _in_order(self, sources: tuple[BoardRow, ...]) -> tuple[BoardRow, ...]:  # type: ignore[override]
        return sources if self.keeps_places else tuple(super()._in_order(sources))


class WallModel(BoardModel):
    """The same on a wall, in few words, among which are no names."""

    def _remark(self, source: BoardRow) -> Cell:
        since = phrase("board.since", time=self.words.moment(source.since)) if source.since else ""
        text = dotted(*map(finding_name, source.kinds))
        return Cell(text or since, hint=text)


class BoardFiguresModel(RowsModel[BoardFigures]):
    """How many stand how, by trade, shift or row of seats."""

    table = BOARD_FIGURES
    identity = attrgetter("group")
    _TONES: ClassVar = {"problem": Tone.STUCK, "not back": Tone.OVERDUE, "absent": Tone.OVERDUE}

    def shown(self, column: str, source: BoardFigures) -> Cell:
        cell = super().shown(column, source)
        tone = self._TONES.get(column)
        return cell._replace(tone=tone, bold=True) if tone is not None and cell.order else cell


class BoardView(QWidget):
    """Lines and numbers. Where the mouse or the focus is, and where it is scrolled, no line moves.

    A line that is no longer true says so and stays; those that have come, or would stand further up, are counted on a
    button that shows them. All of it is as it is again once nobody reads there.

    Args:
        scale: how much larger everything is written than elsewhere.

    Signals:
        candidate_asked: a candidate's account and army number, to be shown on the desk.
    """

    candidate_asked = Signal(int, str)

    def __init__(self, *, words: Words, on_wall: bool = False, scale: float = 1.0) -> None:
        super().__init__()
        self._newest: Board | None = None
        self._by = By.TRADE
        self._placed: dict[object, Standing] = {}
        self._on_wall = on_wall
        self._moved = QElapsedTimer()
        self._moved.start()
        model = WallModel(words) if on_wall else BoardModel(words)
        self.table = Table(model, stretch="remark", name=phrase("board.title"), hidden=("shift",))
        self.figures = Table(BoardFiguresModel(words), stretch="group", name=phrase("board.figures"))
        self.totals = {standing: ToneLabel(bold=True, scale=scale) for standing in Standing}
        for label in self.totals.values():
            label.setWordWrap(False)
        self.remark = ToneLabel(tone=Tone.MUTED, scale=scale)
        self.show_news = entry("", self, self.take_newest)
        button = fixed(ActionButton(self.show_news, style="chip"))
        button.keep_room_for(phrase("board.news", n=100), phrase("board.up_to_date"))
        top = Flow(*self.totals.values(), button, spacing=16)
        in_column(top, (self.table, ROWS_SHARE), self.remark, (self.figures, FIGURES_SHARE), inside=self, spacing=8)
        for table in () if on_wall else (self.table, self.figures):
            # Where there is little room both are as low as lists may be; nothing is scrolled around them for more.
            table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._enlarge(scale)
        # On a wall there is room for the lines, and the numbers of all.
        self.figures.setHidden(on_wall)
        self.table.opened.connect(self._open)
        self.table.verticalScrollBar().valueChanged.connect(self._look_away)
        for widget in (self.table, self.table.viewport()):
            widget.installEventFilter(self)
        self.table.viewport().setMouseTracking(on_wall)
        self.empty()

    def _enlarge(self, scale: float) -> None:
        if scale == 1.0:
            return
        font = QFont(QApplication.font())
        font.setPointSizeF(font.pointSizeF() * scale)
        self.table.setFont(font)
        # The style sheet of the application gives headings a font of their own.
        self.table.horizontalHeader().setStyleSheet(f"QHeaderView::section {{ font-size: {font.pointSizeF()}pt; }}")

    def empty(self) -> None:
        """Show nothing of what was read."""
        self._newest = None
        self._placed = {}
        self.table.rows.set_rows(())
        self.figures.rows.set_rows(())
        self._show_totals(None)
        tell(self.remark, phrase("board.reading"))
        self._count(0)

    def show_board(self, found: Board, *, by: By, anew: bool = False) -> None:
        """Show the board as it is now.

        Args:
            anew: something else was asked for, so that nothing of what was shown stays.
        """
        self._newest, self._by = found, by
        self.figures.refresh(found.figures(by))
        self._show_totals(found)
        tell(self.remark, _remark(found))
        if anew or not self.is_read:
            self.take_newest()
            return
        model = self.table.rows
        shown = tuple(model.source(row) for row in range(model.rowCount()))
        self._set_rows(held(shown, found.people), keeps_places=True)
        self._count(news(self._placed, found.rows))

    def _show_totals(self, found: Board | None) -> None:
        """The number of each, in its colour; what is nobody's, or not known yet, is muted."""
        stuck = any(row.stuck for row in found.people) if found else False
        numbers = found.counts if found else Counter[Standing]()
        for standing, label in self.totals.items():
            number = numbers[standing]
            glyph, tone = look_of(standing, stuck=stuck)
            text = phrase("board.total", standing=said(standing.said), n=number if found else "…")
            label.show_text(f"{glyph} {text}", tone if number else Tone.MUTED)

    @property
    def is_read(self) -> bool:
        """Whether somebody reads there, as far as that can be seen."""
        if self._on_wall and self._moved.elapsed() >= REST_MS:
            return False
        scrolled = self.table.verticalScrollBar().value() > 0
        return bool(self._placed) and (scrolled or self.table.hasFocus() or self.table.underMouse())

    @Slot()
    def take_newest(self) -> None:
        """Show every line where it stands now."""
        found = self._newest
        if found is None:
            return
        rows = found.rows
        self._placed = {row.key: row.standing for row in rows}
        if self._on_wall:
            # Nobody is there to scroll back.
            self.table.scrollToTop()
        self._set_rows(rows, keeps_places=False)
        self._count(0)

    def _set_rows(self, rows: tuple[BoardRow, ...], *, keeps_places: bool) -> None:
        model = self.table.rows
        assert isinstance(model, BoardModel), "the table was made over one"
        model.keeps_places = keeps_places
        self.table.refresh(rows)
        model.keeps_places = False

    def _count(self, number: int) -> None:
        """Say how many lines wait; a screen reader says it when they are more than before."""
        before, text = self.show_news.data() or 0, phrase("board.news" if number else "board.up_to_date", n=number)
        self.show_news.setText(f"{OVERDUE} {text}" if number else text)
        self.show_news.setEnabled(bool(number))
        self.show_news.setData(number)
        if number > before:
            announce(self, text)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVES:
            self._moved.restart()
        elif event.type() in _LEAVES:
            # Only once all of Qt knows where the mouse and the focus are now.
            QApplication.instance().postEvent(self, QEvent(QEvent.Type.User))  # type: ignore[union-attr]
        return False

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.User:
            self._look_away()
            return True
        return super().event(event)

    @Slot()
    def _look_away(self) -> None:
        """Nobody may read there any more."""
        if self._newest is not None and not self.is_read:
            self.take_newest()

    @Slot()
    def _open(self) -> None:
        for row in self.table.selected()[:1]:
            if row.user_id is not None and row.army_no:
                self.candidate_asked.emit(row.user_id, row.army_no)


def _remark(found: Board) -> str:
    """What the lines do not say."""
    nobody = "" if any(row.user_id is not None for row in found.people) else phrase("board.nobody")
    elsewhere = phrase("board.elsewhere", n=found.elsewhere) if found.elsewhere else ""
    return dotted(nobody, elsewhere)
