"""History: every recorded operation, opening to its candidates and the sessions that it cleared."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QSplitter, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from desktop_admin.controllers.readings import OperationRecord
from desktop_admin.gui import jobs, messages
from desktop_admin.gui.messages import Words
from desktop_admin.gui.table_models import ClearedModel, HistoryModel, Impact, ImpactModel
from desktop_admin.gui.tables import Table
from desktop_admin.gui.tasks import TaskRunner
from desktop_admin.gui.themes import Tone
from desktop_admin.gui.widgets import ToneLabel


class HistoryPane(QWidget):
    """The operation log, for reading."""

    def __init__(self, *, tasks: TaskRunner, words: Words) -> None:
        super().__init__()
        self._tasks = tasks
        self._words = words
        self.table = Table(
            HistoryModel(words), widths=(18, 18, 12, 14, 20, 8, 8, 15), stretch=4, name=self.tr("Recorded operations")
        )
        self.lines = Table(ImpactModel(words), widths=(34, 12, 40), stretch=2, name=self.tr("Candidates"))
        self.cleared = Table(ClearedModel(words), widths=(11, 34, 12, 12, 8, 16), stretch=1, name=self.tr("Sessions"))
        self._heading = ToneLabel(bold=True)
        self._tabs = QTabWidget()
        self._tabs.setAccessibleName(self.tr("What the operation did"))
        self._tabs.addTab(self.lines, self.tr("Candidates"))
        self._tabs.addTab(self.cleared, self.tr("Sessions cleared"))
        detail = QWidget()
        inner = QVBoxLayout(detail)
        inner.setContentsMargins(0, 4, 0, 0)
        inner.addWidget(self._heading)
        inner.addWidget(self._tabs, 1)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.table)
        splitter.addWidget(detail)
        splitter.setSizes([300, 260])
        empty = ToneLabel(
            self.tr("Nothing is recorded yet. Every operation of this program appears here, with who did it and why."),
            tone=Tone.MUTED,
        )
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        self._stack.addWidget(empty)
        self._stack.addWidget(splitter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(ToneLabel(self.tr("History"), bold=True, scale=1.35))
        column.addWidget(self._stack, 1)
        self.table.chosen.connect(self._open)

    def start(self) -> None:
        """Begin anew on a database that was just opened."""
        self.table.rows.set_rows(())
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Read the log again."""
        self._tasks.read(jobs.read_history, self._show, key="history")

    @Slot(object)
    def _show(self, records: tuple[OperationRecord, ...]) -> None:
        self.table.refresh(records)
        self._stack.setCurrentIndex(1 if records else 0)
        if records and not self.table.selected():
            self.table.selectRow(0)

    @Slot()
    def _open(self) -> None:
        selected: list[OperationRecord] = self.table.selected()
        record = selected[0] if selected else None
        # Emptied first: the same candidate in another operation is another line.
        self.lines.rows.set_rows(())
        self.cleared.rows.set_rows(())
        if record is not None:
            self.lines.rows.set_rows([Impact(line, record.operation, planned=False) for line in record.lines])
            self.cleared.rows.set_rows(record.sessions)
        self._tabs.setTabText(1, self.tr("Sessions cleared ({n})").format(n=len(record.sessions) if record else 0))
        if record is not None:
            text = self.tr("{operation} at {time} by {person}")
            self._heading.show_text(
                text.format(
                    operation=messages.operation_name(record.operation),
                    time=self._words.full_moment(record.at),
                    person=record.person,
                )
            )
