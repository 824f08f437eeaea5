"""Closing a day: what is left of it, how it was closed so far, and the button that closes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, tzinfo
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QDate, QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QDateEdit, QWidget

from desktop_admin.controllers.day import day_end
from desktop_admin.controllers.handing_out import closing
from desktop_admin.controllers.handing_out.closing import CloseWanted
from desktop_admin.controllers.operations import apply
from desktop_admin.controllers.operations.deeds import CLOSE_DAY, tables
from desktop_admin.controllers.operations.deeds.closing import Made
from desktop_admin.controllers.operations.kind import CandidatesAsked
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.operations.slots import RESET
from desktop_admin.controllers.values.checks import Amiss, Leads
from desktop_admin.controllers.values.closed import DayEnd
from desktop_admin.controllers.values.lines import Actor, Chosen
from desktop_admin.controllers.values.records import recorded_reason
from desktop_admin.database.engine import Database
from desktop_admin.errors import AdminError
from desktop_admin.gui.changing.carrying_out import CarryingOut
from desktop_admin.gui.core.sentences import OVERDUE, RUNNING
from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.day.checks_list import ChecksList
from desktop_admin.gui.day.closed_day_dialog import ClosedDayDialog
from desktop_admin.gui.day.closing_dialog import ClosingDialog
from desktop_admin.gui.kit.actions import entry
from desktop_admin.gui.kit.parts import allow, fixed, heading, in_column, named
from desktop_admin.gui.kit.room import Flow
from desktop_admin.gui.kit.widgets import ActionButton, ToneLabel
from desktop_admin.gui.paper import closing_paper
from desktop_admin.gui.paper.paper_words import PaperWords
from desktop_admin.messages import Message, phrase


class _Day(QDateEdit):
    """A day that the calendar and the arrows choose: a card that is scanned here is looked for, and is no day."""

    def __init__(self, day: QDate) -> None:
        super().__init__(day)
        self.setDisplayFormat("yyyy-MM-dd")
        self.setCalendarPopup(True)
        self.lineEdit().setReadOnly(True)

    def stepBy(self, steps: int) -> None:
        self.setDate(self.date().addDays(steps))


class ClosingPage(QWidget):
    """What is left of a day, and the end of it.

    Signals:
        led: an ``Amiss``, to whose cure the window is to lead.
        closed: the day was closed, and recorded.
        told: what came of it, in words.
    """

    led = Signal(object)
    closed = Signal()
    told = Signal(str)

    def __init__(
        self, *, tasks: TaskRunner, carrying_out: CarryingOut, words: Words, centre: Callable[[], str]
    ) -> None:
        super().__init__()
        self._tasks = tasks
        self._carrying_out = carrying_out
        self._words = words
        self._centre = centre
        self._writable = False
        self._closing = False
        self._day: date | None = None
        self._left: DayEnd | None = None
        self.close_day = entry(phrase("day_end.close_ask"), self, self._ask)
        self.read_closed = entry(phrase("closed_day.ask"), self, self.ask_for_closed)
        self.again = entry(phrase("checklist.again"), self, self.refresh)
        self.day = named(_Day(QDate.currentDate()), phrase("heading_day"), style="field")
        buttons = Flow(
            fixed(self.day),
            fixed(ActionButton(self.again)),
            fixed(ActionButton(self.read_closed)),
            fixed(ActionButton(self.close_day, style="primary")),
        )
        self.state = ToneLabel(bold=True)
        self._summary = ToneLabel(bold=True)
        self.checks = ChecksList(self.state, buttons, name=phrase("paper.left_of_day"), words=words)
        in_column(heading(phrase("day.closing"), self._summary), (self.checks, 1), inside=self, spacing=8)
        self.day.dateChanged.connect(self._choose_day)
        self.checks.led.connect(self._lead)
        carrying_out.busy_changed.connect(self._update)
        self.empty()

    def empty(self) -> None:
        """Show nothing."""
        self._left = self._day = None
        self._wanted = False
        self._summary.show_text("")
        self.state.show_text("")
        self.checks.empty()
        self._update()

    def set_writable(self, writable: bool) -> None:
        """Switch closing on or off with the database."""
        self._writable = writable
        self._update()

    @Slot()
    def refresh(self) -> None:
        """Look once more, at the day that is chosen, or at today."""
        self._wanted = True
        actor, zone = self._carrying_out.actor, self._words.zone
        self._tasks.read(partial(day_end.read, zone=zone, actor=actor, day=self._day), self._show, key="day end")

    @Slot(object)
    def _show(self, left: DayEnd) -> None:
        if not self._wanted:
            # Whoever asked has left meanwhile.
            return
        self._left = left
        shown = QDate(left.day.year, left.day.month, left.day.day)
        with QSignalBlocker(self.day):
            if self._day is None:
                # No day to come is closed.
                self.day.setMaximumDate(shown)
            self.day.setDate(shown)
        green = left.checklist.green
        text = phrase("day_end.nothing_left" if green else "day_end.something_left")
        self._summary.show_text(f"{RUNNING if green else OVERDUE} {text}", Tone.RUNNING if green else Tone.OVERDUE)
        current = left.closing is not None and left.closing.is_current
        sign, tone = (RUNNING, Tone.RUNNING) if current else (OVERDUE, Tone.OVERDUE)
        told = self._words.lines(left.told)
        self.state.show_text(*((told, Tone.PLAIN) if left.closing is None else (f"{sign} {told}", tone)))
        self.checks.show_found(left.checklist)
        self._update()

    @Slot(QDate)
    def _choose_day(self, day: QDate) -> None:
        self._day = date(day.year(), day.month(), day.day())
        self._left = None
        self._update()
        self.refresh()

    @Slot()
    def _update(self) -> None:
        ready = self._writable and self._left is not None and not self._closing and not self._carrying_out.busy
        allow(self.close_day, ready, why=self._carrying_out.why_not_for(CLOSE_DAY, candidates=0))

    # What is put in order

    @Slot(object)
    def _lead(self, amiss: Amiss) -> None:
        if amiss.leads is not Leads.ABSENTEES:
            self.led.emit(amiss)
        elif self._left is not None and self._writable:
            # The page may be hours old: who has come since is not absent.
            self._tasks.read(partial(_plan_withdrawal, zone=self._words.zone), self._withdraw, key="absentees")

    @Slot(object)
    def _withdraw(self, plan: Plan | None) -> None:
        """Reset the slots of the absent candidates, as the plan that is shown says."""
        self.refresh()
        if plan is None:
            return
        reason = recorded_reason("reason_absent")
        self._carrying_out.ask_and_apply(plan, reason=reason, on_changed_plan=self._withdraw, seen=False)

    # Reading

    @Slot()
    def ask_for_closed(self) -> None:
        """Ask which file of a closed day is to be read."""
        dialog = ClosedDayDialog(tasks=self._tasks, words=self._words, parent=self.window())
        dialog.saved.connect(self._tell_saved)
        dialog.open()

    @Slot(Path)
    def _tell_saved(self, folder: Path) -> None:
        self.told.emit(phrase("closed_day.saved", path=folder))

    # Closing

    @Slot()
    def _ask(self) -> None:
        database = self._tasks.database
        if self._left is None or database is None or not self._carrying_out.entrance.inside:
            return
        makes_tables = not database.has_own_tables
        dialog = ClosingDialog(self._left, makes_tables=makes_tables, words=self._words, parent=self.window())
        dialog.wanted.connect(self._close)
        dialog.open()

    @Slot(object)
    def _close(self, wanted: CloseWanted) -> None:
        actor, centre = self._carrying_out.actor, self._centre()
        job = partial(_close, wanted=wanted, words=self._words, actor=actor, centre=centre)
        self._closing = True
        self._update()
        stage = self._words.say(Message.of("closing.reading"))
        self._tasks.use(job, self._closed, self._failed, on_report=self._staged, on_broken=self._end, stage=stage)

    @Slot(object)
    def _staged(self, stage: Message) -> None:
        self._tasks.show_stage(self._words.say(stage))

    def _end(self) -> None:
        self._closing = False
        self._update()

    @Slot(object)
    def _closed(self, made: Made) -> None:
        self._end()
        self.told.emit(phrase("day_end.done", path=made.file))
        self.closed.emit()

    @Slot(object)
    def _failed(self, error: AdminError) -> None:
        self._end()
        self._tasks.failed.emit(error)


def _plan_withdrawal(session: Any, *, zone: tzinfo) -> Plan | None:
    """What resetting the slots of those would do who are absent now; None where nobody is."""
    absent = day_end.absent_with_slot(session, zone=zone)
    chosen = Chosen(user_ids=tuple(one.user_id for one in absent))
    return apply.plan(session, RESET, CandidatesAsked(chosen)) if absent else None


def _close(
    database: Database, *, wanted: CloseWanted, words: Words, actor: Actor, centre: str, told: Callable[[Any], None]
) -> Made:
    """Close a day, creating our own tables first; the paper is made in the worker, too."""
    tables.prepare(database, actor=actor)
    papers = PaperWords.of(database.description, words=words, actor=actor, centre=centre)
    pages = partial(closing_paper.as_pdf, papers)
    return closing.close(database, wanted, zone=words.zone, actor=actor, pages=pages, told=told)
