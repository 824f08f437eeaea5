"""History: every recorded operation, opening to its candidates and the sessions that it cleared; undo and restore."""

from __future__ import annotations

from datetime import tzinfo
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSplitter, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from desktop_admin.controllers.log import history
from desktop_admin.controllers.log.chain import Verification
from desktop_admin.controllers.operations.deeds import VERIFY_LOG
from desktop_admin.controllers.operations.kind import Undo
from desktop_admin.controllers.operations.restore import RESTORE
from desktop_admin.controllers.operations.table import operation_named
from desktop_admin.controllers.values.records import ClearedSession, HistoryPage, OperationRecord
from desktop_admin.database.session import Session
from desktop_admin.gui.changing.carrying_out import CarryingOut
from desktop_admin.gui.changing.taking_back import TakingBack
from desktop_admin.gui.history.history_filters import HistoryFilterRow
from desktop_admin.gui.kit import words as messages
from desktop_admin.gui.kit.narrowing import Narrowing
from desktop_admin.gui.kit.pane import Pane
from desktop_admin.gui.kit.table_models import ClearedModel, HistoryModel, Impact, ImpactModel
from desktop_admin.gui.kit.tables import Table
from desktop_admin.gui.kit.tasks import TaskRunner
from desktop_admin.gui.kit.themes import Tone
from desktop_admin.gui.kit.widgets import ActionButton, ToneLabel, tip
from desktop_admin.gui.kit.words import OVERDUE, RUNNING, STUCK, Words, by_count
from desktop_admin.messages import Message


class HistoryPane(Pane):
    """The operation log, and what can be taken back.

    Signals:
        check_asked: the log is to be checked.
    """

    check_asked = Signal()

    def __init__(self, *, tasks: TaskRunner, carrying_out: CarryingOut, taking_back: TakingBack, words: Words) -> None:
        super().__init__()
        self._tasks = tasks
        self._carrying_out = carrying_out
        self._taking_back = taking_back
        self._words = words
        self._writable = False
        self.table = Table(
            HistoryModel(words),
            widths=(20, 15, 13, 9, 19, 12, 7, 7, 7),
            stretch=5,
            name=self.tr("Recorded operations"),
        )
        self.lines = Table(ImpactModel(words), widths=(34, 12, 40), stretch=2, name=self.tr("Candidates"))
        self.cleared = Table(
            ClearedModel(words),
            widths=(9, 22, 8, 11, 6, 15, 10, 30),
            stretch=1,
            name=self.tr("Sessions"),
            many=True,
        )
        self.filters = HistoryFilterRow()
        self._checked = ToneLabel()
        self._warning = ToneLabel(tone=Tone.OVERDUE)
        self._heading = ToneLabel(bold=True)
        self.undo = QAction(self.tr("Undo this operation"), self)
        self.restore = QAction(self.tr("Restore session"), self)
        self.check = QAction(self.tr("Check the log…"), self)
        self.override = QCheckBox(self.tr("also from an old archive, into a newer slot, or of another set"))
        self.override.setAccessibleName(self.override.text())
        self._build()
        self.filters.narrowed.connect(self.refresh)
        self.table.chosen.connect(self._open)
        self.cleared.chosen.connect(self._update)
        self.undo.triggered.connect(self._undo)
        self.restore.triggered.connect(self._restore)
        self.check.triggered.connect(self.check_asked)
        carrying_out.busy_changed.connect(self._update)

    def _build(self) -> None:
        empty = ToneLabel(
            self.tr("Nothing is recorded yet. Every operation of this program appears here, with who did it and why."),
            tone=Tone.MUTED,
        )
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.table)
        splitter.addWidget(self._detail())
        splitter.setSizes([280, 280])
        nothing = ToneLabel(self.tr("No operation matches the filters. “Show all” takes them away."), tone=Tone.MUTED)
        nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        for page in (empty, splitter, nothing):
            self._stack.addWidget(page)
        heading = QHBoxLayout()
        heading.addWidget(ToneLabel(self.tr("History"), bold=True, scale=1.35))
        self._checked.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        heading.addWidget(self._checked, 1)
        heading.addWidget(_narrow(self.check))
        self._heading_row = heading
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(heading)
        column.addWidget(self.filters)
        column.addWidget(self._stack, 1)

    def offer_papers(self, *actions: QAction) -> None:
        """Put buttons for what is made of the history beside the heading."""
        for action in actions:
            self._heading_row.addWidget(_narrow(action))

    def _detail(self) -> QWidget:
        restoring = QHBoxLayout()
        restoring.addStretch(1)
        restoring.addWidget(self.override)
        restoring.addWidget(_narrow(self.restore))
        sessions = QWidget()
        sessions.setObjectName("cardBody")
        column = QVBoxLayout(sessions)
        column.setContentsMargins(0, 0, 0, 4)
        column.addWidget(self.cleared, 1)
        column.addLayout(restoring)
        self._tabs = QTabWidget()
        self._tabs.setAccessibleName(self.tr("What the operation did"))
        self._tabs.addTab(self.lines, self.tr("Candidates"))
        self._tabs.addTab(sessions, self.tr("Sessions cleared"))
        heading = QHBoxLayout()
        heading.addWidget(self._heading, 1)
        heading.addWidget(_narrow(self.undo))
        detail = QWidget()
        inner = QVBoxLayout(detail)
        inner.setContentsMargins(0, 4, 0, 0)
        inner.addLayout(heading)
        inner.addWidget(self._warning)
        inner.addWidget(self._tabs, 1)
        return detail

    def empty(self) -> None:
        """Show no operations."""
        self.table.rows.set_rows(())
        self._open()

    def start(self) -> None:
        """Begin anew with everything that is recorded."""
        self.empty()
        self.filters.start()
        self._checked.show_text("")

    def set_writable(self, writable: bool) -> None:
        """Switch undo and restore on or off with the database."""
        self._writable = writable
        self._update()

    @Slot()
    def refresh(self) -> None:
        """Read the log again."""
        narrowing = self.filters.narrowing
        job = partial(_read, narrowing=narrowing, zone=self._words.zone, limit=self.filters.limit)
        self._tasks.read(job, partial(self._show, narrowing), key="history")

    @Slot(object)
    def show_check(self, found: Verification) -> None:
        """Say what the last check of the log found."""
        rows = by_count(found.rows, one=self.tr("1 row"), many=self.tr("{n} rows"))
        values = {"time": self._words.moment(found.end.at), "rows": rows}
        if found.intact:
            text, tone = self.tr("{glyph} Log checked {time}: intact, {rows}"), Tone.RUNNING
        else:
            text, tone = self.tr("{glyph} Log checked {time}: tampered with, {rows}"), Tone.STUCK
        self._checked.show_text(text.format(glyph=RUNNING if found.intact else STUCK, **values), tone)

    @property
    def _record(self) -> OperationRecord | None:
        selected: list[OperationRecord] = self.table.selected()
        return selected[0] if selected else None

    def _show(self, narrowing: Narrowing, page: HistoryPage) -> None:
        before, records = self._record, page.records
        self.filters.show_page(page)
        self.table.refresh(records)
        nothing = 0 if narrowing == Narrowing() else 2
        self._stack.setCurrentIndex(1 if records else nothing)
        if records and not self.table.selected():
            self.table.selectRow(0)
        elif before != self._record:
            # It was undone meanwhile.
            self._open()

    @Slot()
    def _open(self) -> None:
        record = self._record
        # Emptied first: the same candidate in another operation is another line.
        self.lines.rows.set_rows(())
        self.cleared.rows.set_rows(())
        self._heading.show_text("")
        self._warning.hide()
        self.override.setChecked(False)
        if record is not None:
            self.lines.rows.set_rows([Impact(line, record.operation, planned=False) for line in record.lines])
            self.cleared.rows.set_rows(record.sessions)
            self._heading.show_text(self._told(record))
            if record.warnings:
                self._warning.show_text(f"{OVERDUE} {self._words.lines(record.warnings)}")
                self._warning.show()
        self._tabs.setTabText(1, self.tr("Sessions cleared ({n})").format(n=len(record.sessions) if record else 0))
        self._update()

    def _told(self, record: OperationRecord) -> str:
        text = self.tr("{operation} at {time} by {person}")
        first = self._named(text, record)
        if record.seq is not None:
            first += " · " + self.tr("row {n} of the log").format(n=record.seq)
        if record.desk:
            first += " · " + record.desk
        if record.released_by:
            first += " · " + self.tr("released by {person}").format(person=record.released_by)
        told = [first] if record.told is None else [first, self._words.say(record.told).rstrip(".")]
        others = {other.op_id: other for other in map(self.table.rows.source, range(self.table.rows.rowCount()))}
        if record.undoes in others:
            told.append(self._named(self.tr("Took back: {operation} at {time} by {person}"), others[record.undoes]))
        if record.undone_by in others:
            told.append(self._named(self.tr("Undone at {time} by {person}"), others[record.undone_by]))
        return ". ".join(told)

    def _named(self, text: str, record: OperationRecord) -> str:
        operation = messages.operation_name(record.operation)
        return text.format(operation=operation, time=self._words.full_moment(record.at), person=record.person)

    @Slot()
    def _update(self) -> None:
        ready = self._writable and not self._carrying_out.busy
        record = self._record
        why = self._why_no_undo(record) if record else ""
        _allow(self.undo, ready and record is not None, why)
        chosen = len(self._chosen())
        many = self.tr("Restore {n} sessions")
        self.restore.setText(by_count(max(chosen, 1), one=self.tr("Restore session"), many=many))
        why = self._carrying_out.why_not_for(RESTORE, candidates=chosen)
        _allow(self.restore, ready and chosen > 0, why or ("" if chosen else self.tr("Choose sessions in the list.")))
        if chosen and not why:
            self.restore.setStatusTip(self._carrying_out.release_tip_for(RESTORE.right, candidates=chosen))
        why = self._carrying_out.why_not_override()
        self.override.setEnabled(not why)
        self.override.setToolTip(tip(why or self.tr("A supervisor decides; the number is typed to confirm.")))
        # While an operation is under way, stopping the check would stop that as well.
        _allow(self.check, not self._carrying_out.busy, self._carrying_out.why_not_for(VERIFY_LOG, candidates=0))

    def _why_no_undo(self, record: OperationRecord) -> str:
        """Why the operation cannot be undone from here, in a sentence; empty where it may be tried."""
        if record.undoes is not None:
            return self._words.say(Message.of("undo_of_undo"))
        if record.undone_by is not None:
            return self._words.say(Message.of("already_undone"))
        kind = operation_named(record.operation)
        if kind is None or kind.undo is Undo.NEVER:
            name = messages.operation_name(record.operation)
            return self._words.say(Message.of("not_undoable", operation=name))
        people = {line.user_id for line in record.lines if line.user_id is not None and line.outcome == "applied"}
        return self._carrying_out.why_not_undo(kind, candidates=len(people)) or (
            self._carrying_out.why_not_own((record.person, record.person_id))
        )

    def _chosen(self) -> tuple[int, ...]:
        selected: list[ClearedSession] = self.cleared.selected()
        return tuple(one.id for one in selected)

    @Slot()
    def _undo(self) -> None:
        record = self._record
        if record is not None:
            self._taking_back.undo(record.op_id)

    @Slot()
    def _restore(self) -> None:
        record = self._record
        if record is not None:
            self._taking_back.restore(self._chosen(), op_id=record.op_id, override=self.override.isChecked())


def _read(session: Session, *, narrowing: Narrowing, zone: tzinfo, limit: int) -> HistoryPage:
    return history.page(session, filters=narrowing.filters(session, zone=zone), limit=limit)


def _allow(action: QAction, ready: bool, why: str) -> None:
    action.setEnabled(ready and not why)
    action.setStatusTip(why)


def _narrow(action: QAction) -> ActionButton:
    button = ActionButton(action)
    button.setSizePolicy(button.sizePolicy().Policy.Fixed, button.sizePolicy().Policy.Fixed)
    return button
