"""History: every recorded operation, opening to its candidates and the sessions that it cleared; undo and restore."""

from __future__ import annotations

from datetime import tzinfo
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QSplitter, QStackedWidget, QTabWidget, QWidget

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
from desktop_admin.gui.core.sentences import OVERDUE, RUNNING, STUCK
from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import Words, operation_name
from desktop_admin.gui.history.history_filters import HistoryFilterRow
from desktop_admin.gui.kit.actions import entry
from desktop_admin.gui.kit.narrowing import Narrowing
from desktop_admin.gui.kit.parts import ActingPane, allow, dotted, fixed, heading, in_column, in_row, named, tell
from desktop_admin.gui.kit.reason_box import ReasonBox
from desktop_admin.gui.kit.room import Flow, Tall
from desktop_admin.gui.kit.widgets import ActionButton, ToneLabel, tip
from desktop_admin.gui.tables.models import ClearedModel, HistoryModel, Impact, ImpactModel
from desktop_admin.gui.tables.table import Table
from desktop_admin.messages import phrase


class HistoryPane(ActingPane):
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
        self._wanted = ""
        self._words = words
        self.table = Table(HistoryModel(words), stretch="to whom", name=phrase("history.recorded"))
        self.lines = Table(ImpactModel(words), stretch="outcome", name=phrase("history.candidates"))
        self.cleared = Table(ClearedModel(words), stretch="put back", name=phrase("history.sessions"), many=True)
        self.filters = HistoryFilterRow()
        self._checked = ToneLabel()
        self._warning = ToneLabel(tone=Tone.OVERDUE)
        self._heading = ToneLabel(bold=True)
        self.undo = entry(phrase("history.undo"), self, self._undo)
        self.restore = entry("", self, self._restore)
        self.check = QAction(phrase("history.check"), self)
        self.reason_box = ReasonBox()
        self.override = named(QCheckBox(phrase("history.override")), phrase("history.override"))
        self._build()
        self.filters.narrowed.connect(self.refresh)
        self.table.chosen.connect(self._open)
        self.cleared.chosen.connect(self._update)
        self.check.triggered.connect(self.check_asked)
        carrying_out.busy_changed.connect(self._update)

    def _build(self) -> None:
        splitter = QSplitter(Qt.Orientation.Vertical, childrenCollapsible=False)
        splitter.addWidget(self.table)
        splitter.addWidget(self._detail())
        splitter.setSizes([280, 280])
        self._stack = QStackedWidget()
        self._stack.addWidget(splitter)
        for key in ("history.empty", "history.no_match"):
            label = ToneLabel(phrase(key), tone=Tone.MUTED)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._stack.addWidget(label)
        self._checked.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._title = heading(phrase("history.title"), self._checked, fixed(ActionButton(self.check)))
        in_column(self._title, self.filters, (self._stack, 1), inside=self, spacing=8)

    def offer_papers(self, *actions: QAction) -> None:
        """Put buttons for what is made of the history beside the heading."""
        for action in actions:
            self._title.addWidget(fixed(ActionButton(action)))

    def _detail(self) -> QWidget:
        sessions, detail = QWidget(), Tall()
        sessions.setObjectName("cardBody")
        restoring = Flow(self.override, fixed(ActionButton(self.restore)), right=True)
        in_column((self.cleared, 1), inside=sessions)
        self._tabs = named(QTabWidget(), phrase("history.what_it_did"))
        self._tabs.addTab(self.lines, phrase("history.candidates"))
        self._tabs.addTab(sessions, "")
        undoing = in_row((self._heading, 1), self.reason_box, fixed(ActionButton(self.undo)))
        in_column(undoing, self._warning, (self._tabs, 1), restoring, inside=detail, margins=(0, 4, 0, 0))
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

    @Slot()
    def refresh(self) -> None:
        """Read the log again."""
        narrowing = self.filters.narrowing
        job = partial(_read, narrowing=narrowing, zone=self._words.zone, limit=self.filters.limit)
        self._tasks.read(job, partial(self._show, narrowing), key="history")

    def age(self) -> None:
        """What is recorded does not change with time."""

    @Slot(object)
    def show_check(self, found: Verification) -> None:
        """Say what the last check of the log found."""
        glyph, key, tone = STUCK, "history.checked_tampered", Tone.STUCK
        if found.intact:
            glyph, key, tone = RUNNING, "history.checked_intact", Tone.RUNNING
        text = phrase(key, time=self._words.moment(found.end.at), n=found.rows)
        self._checked.show_text(f"{glyph} {text}", tone)

    def show_operation(self, op_id: str, *, army_no: str) -> None:
        """Show this operation, whatever the filters say: among those of the candidate, where it is not in the list."""
        self._wanted = op_id
        if self.table.select_key(op_id):
            return
        self.filters.show_candidate(army_no)

    @property
    def _record(self) -> OperationRecord | None:
        selected: list[OperationRecord] = self.table.selected()
        return selected[0] if selected else None

    def _show(self, narrowing: Narrowing, page: HistoryPage) -> None:
        before, records = self._record, page.records
        self.filters.show_page(page)
        self.table.refresh(records)
        nothing = 1 if narrowing == Narrowing() else 2
        self._stack.setCurrentIndex(0 if records else nothing)
        wanted, self._wanted = self._wanted, ""
        if wanted and self.table.select_key(wanted):
            return
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
        tell(self._warning, "")
        self.override.setChecked(False)
        if record is not None:
            self.lines.rows.set_rows([Impact(line, record.operation, planned=False) for line in record.lines])
            self.cleared.rows.set_rows(record.sessions)
            if len(record.sessions) == 1:
                self.cleared.selectRow(0)
            self._heading.show_text(self._told(record))
            tell(self._warning, f"{OVERDUE} {self._words.lines(record.warnings)}" if record.warnings else "")
        self._tabs.setTabText(1, phrase("history.sessions_cleared", n=len(record.sessions) if record else 0))
        self._update()

    def _told(self, record: OperationRecord) -> str:
        """What was done, by whom and where, and the operations of the list that it took back or that undid it."""
        others = {other.op_id: other for other in map(self.table.rows.source, range(self.table.rows.rowCount()))}
        return dotted(
            self._named("history.done", record),
            self._words.concerned(record).rstrip(".।"),
            phrase("history.row", row=record.seq) if record.seq is not None else "",
            record.desk,
            phrase("history.released_by", person=record.released_by) if record.released_by else "",
            self._named("history.took_back", others.get(record.undoes)),
            self._named("history.undone", others.get(record.undone_by)),
        )

    def _named(self, key: str, record: OperationRecord | None) -> str:
        if record is None:
            return ""
        time, operation = self._words.full_moment(record.at), operation_name(record.operation)
        return phrase(key, operation=operation, time=time, person=record.who)

    @Slot()
    def _update(self) -> None:
        ready = self._writable and not self._carrying_out.busy
        record = self._record
        why = self._why_no_undo(record) if record else ""
        allow(self.undo, ready and record is not None, why=why)
        chosen: list[ClearedSession] = self.cleared.selected()
        self.restore.setText(phrase("history.restore", n=len(chosen) or 1))
        people = len({one.user_id for one in chosen})
        why = self._carrying_out.why_not_for(RESTORE, candidates=people)
        release = self._carrying_out.release_tip_for(RESTORE.right, candidates=people)
        allow(self.restore, ready, why=why or ("" if chosen else phrase("history.choose_sessions")), hint=release)
        why = self._carrying_out.why_not_override()
        self.override.setEnabled(not why)
        self.override.setToolTip(tip(why or phrase("history.override_tip")))
        # While an operation is under way, stopping the check would stop that as well.
        allow(self.check, not self._carrying_out.busy, why=self._carrying_out.why_not_for(VERIFY_LOG, candidates=0))

    def _why_no_undo(self, record: OperationRecord) -> str:
        """Why the operation cannot be undone from here, in a sentence; empty where it may be tried."""
        if record.undoes is not None:
            return phrase("undo_of_undo")
        if record.undone_by is not None:
            return phrase("already_undone")
        kind = operation_named(record.operation)
        if kind is None or kind.undo is Undo.NEVER:
            return phrase("not_undoable", operation=operation_name(record.operation))
        people = {line.user_id for line in record.lines if line.user_id is not None and line.outcome == "applied"}
        why = self._carrying_out.why_not_undo(kind, candidates=len(people))
        return why or self._carrying_out.why_not_own((record.person, record.person_id))

    @Slot()
    def _undo(self) -> None:
        record = self._record
        if record is not None:
            self._taking_back.undo(record.op_id, reason=self.reason_box.reason)

    @Slot()
    def _restore(self) -> None:
        record = self._record
        if record is not None:
            chosen = tuple(one.id for one in self.cleared.selected())
            override, reason = self.override.isChecked(), self.reason_box.reason
            self._taking_back.restore(chosen, op_id=record.op_id, override=override, reason=reason)


def _read(session: Session, *, narrowing: Narrowing, zone: tzinfo, limit: int) -> HistoryPage:
    return history.page(session, filters=narrowing.filters(session, zone=zone), limit=limit)
