"""The main window: navigation, search field, bands and status bar around the panes. Wiring only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_admin.controllers.values.guard_state import GuardCheck
from desktop_admin.controllers.values.lines import Actor, SetChoice
from desktop_admin.controllers.values.views import Survey
from desktop_admin.gui.changing.carry_out import Operations
from desktop_admin.gui.changing.taking_back import TakingBack
from desktop_admin.gui.changing.telling import Teller
from desktop_admin.gui.connection.connections import Connections
from desktop_admin.gui.connection.link import DatabaseLink
from desktop_admin.gui.desk.candidate_pane import CandidatePane
from desktop_admin.gui.history.history_pane import HistoryPane
from desktop_admin.gui.kit import jobs
from desktop_admin.gui.kit.bars import MessageBar, ProblemBand, StageStrip, StripedBand
from desktop_admin.gui.kit.tasks import TaskRunner
from desktop_admin.gui.kit.widgets import ReasonBox
from desktop_admin.gui.kit.words import Words
from desktop_admin.gui.people.entrance import Entrance
from desktop_admin.gui.sessions import session_pane
from desktop_admin.gui.sessions.session_pane import SessionPane
from desktop_admin.gui.sets.activation_pane import ActivationPane
from desktop_admin.gui.window.checkpoint_keeper import CheckpointKeeper
from desktop_admin.gui.window.cover import Cover
from desktop_admin.gui.window.first_run import FirstRun
from desktop_admin.gui.window.menus import WindowActions
from desktop_admin.gui.window.navigation import Navigation
from desktop_admin.gui.window.search_field import SearchField
from desktop_admin.gui.window.status import StatusLine
from desktop_admin.settings import Settings

if TYPE_CHECKING:
    from desktop_admin.database.backend import Description


class MainWindow(QMainWindow):
    """The one window of the program."""

    def __init__(self, *, settings: Settings, actor: Actor) -> None:
        super().__init__()
        self.words = Words(zone=settings.zone())
        self.tasks = TaskRunner(self)
        self.link = DatabaseLink(tasks=self.tasks, words=self.words, parent=self)
        self.connections = Connections(link=self.link, tasks=self.tasks, words=self.words, window=self)
        self.entrance = Entrance(tasks=self.tasks, link=self.link, words=self.words, person=actor, window=self)
        self.operations = Operations(tasks=self.tasks, entrance=self.entrance, words=self.words, window=self)
        self.messages = MessageBar()
        self.desk = CandidatePane(tasks=self.tasks, operations=self.operations, words=self.words)
        self.sessions = SessionPane(tasks=self.tasks, operations=self.operations, words=self.words)
        self.sets = ActivationPane(tasks=self.tasks, operations=self.operations, words=self.words)
        self.search = SearchField()
        self.stack = QStackedWidget()
        self.cover = Cover()
        self.stage = StageStrip()
        self.kind_band = StripedBand()
        self.problem_band = ProblemBand()
        self.status = StatusLine()
        self.teller = Teller(
            bar=self.messages, words=self.words, tasks=self.tasks, operations=self.operations, link=self.link
        )
        self.taking_back = TakingBack(
            bar=self.messages, tasks=self.tasks, operations=self.operations, entrance=self.entrance
        )
        self.history = HistoryPane(
            tasks=self.tasks, operations=self.operations, taking_back=self.taking_back, words=self.words
        )
        CheckpointKeeper(
            bar=self.messages,
            tasks=self.tasks,
            entrance=self.entrance,
            operations=self.operations,
            words=self.words,
        )
        self.commands = WindowActions(self, settings=settings)
        self.navigation = Navigation(self.commands.panes)
        self._build()
        self._connect()
        self._show_availability()

    def _build(self) -> None:
        self.setWindowTitle("desktop-admin")
        self.search.setObjectName("search")
        self.search.setPlaceholderText(self.tr("Scan an admit card, or type army number or name   (Ctrl+K)"))
        self.search.setAccessibleName(self.tr("Search by army number or name"))
        self.search.setClearButtonEnabled(True)
        self.search.setMaxLength(200)
        commands = self.commands
        first_run = FirstRun(
            known=commands.known.actions(),
            demo=commands.demo,
            connect=commands.connect_server,
            open_file=commands.open_file,
            create=commands.create,
        )
        self.stack.addWidget(first_run)
        for pane in (self.desk, self.sessions, self.sets, self.history):
            self.stack.addWidget(pane)
        inner = QVBoxLayout()
        inner.setContentsMargins(14, 10, 14, 8)
        inner.setSpacing(8)
        for widget in (self.problem_band, self.search, self.stack, self.stage, self.messages):
            inner.addWidget(widget, 1 if widget is self.stack else 0)
        beside = QHBoxLayout()
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(0)
        beside.addWidget(self.navigation)
        beside.addLayout(inner, 1)
        whole = QVBoxLayout()
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.kind_band)
        contents = QWidget()
        contents.setLayout(beside)
        self._outer = QStackedWidget()
        self._outer.addWidget(contents)
        self._outer.addWidget(self.cover)
        whole.addWidget(self._outer, 1)
        central = QWidget()
        central.setLayout(whole)
        self.setCentralWidget(central)
        self.setStatusBar(self.status)
        self.resize(1366, 768)
        self.setMinimumSize(1000, 600)

    def _connect(self) -> None:
        self.search.textEdited.connect(self._search)
        self.search.returnPressed.connect(self.desk.pick_first)
        QShortcut(QKeySequence("Esc"), self, self._back_to_search)
        self.tasks.stage_changed.connect(self.stage.follow)
        self.stage.cancelled.connect(self.tasks.cancel)
        self.operations.changed.connect(self.refresh)
        self.operations.changed.connect(self.search.keep)
        self.operations.changed.connect(self.sets.forget_applied)
        self.entrance.covered.connect(self._cover)
        self.entrance.entered.connect(self._begin)
        self.entrance.returned.connect(self._uncover)
        self.entrance.left.connect(self._leave)
        self.entrance.remarked.connect(self.messages.show_plain)
        self.connections.refused.connect(self.teller.show_problem)
        self.connections.remarked.connect(self.messages.show_plain)
        self.link.lost.connect(self._show_availability)
        self.link.restored.connect(self._show_availability)
        self.link.restored.connect(self.refresh)
        self.link.ticked.connect(self._tick)
        self.link.changed_outside.connect(self.refresh)
        self.link.surveyed.connect(self._show_survey)
        self.link.surveyed.connect(self.operations.look_up)
        self.sessions.candidate_asked.connect(self.show_candidate)
        self.sessions.draft_asked.connect(self.show_draft)
        self.desk.remarked.connect(self.messages.show_plain)
        self.desk.turned.connect(self.messages.let_go)

    # What the person asks for

    def open_database(self, target: str) -> None:
        """Open a database by path or URL."""
        self.link.open(target, stage=self.tr("Opening and checking {name} …").format(name=Path(target).name))

    def create_database(self, name: str) -> None:
        """Create an empty local database and open it."""
        self.link.create(Path(name), stage=self.tr("Creating {name} …").format(name=Path(name).name))

    @property
    def at_work(self) -> bool:
        """Whether a database is open, and somebody may see what is in it."""
        return self.link.description is not None and self.entrance.inside

    @Slot(int)
    def show_pane(self, number: int) -> None:
        """Show the pane with this number, from 1; without a database there is only the empty state."""
        if not self.at_work:
            return
        self.commands.panes[number - 1].setChecked(True)
        if self.stack.currentIndex() != number:
            self.stack.setCurrentIndex(number)
            self._refresh_pane()

    @Slot(str)
    def scan(self, text: str) -> None:
        """Select the scanned candidate, unless a question is waiting for its answer."""
        if not self.at_work:
            return
        if QApplication.activeModalWidget() is not None:
            self.messages.show_bad(self.tr("The scan was ignored: answer the open question first, then scan again."))
            return
        self.show_pane(1)
        self.search.setText(text)
        self.search.selectAll()
        self.desk.scan(text)

    @Slot()
    def refresh(self) -> None:
        """Read everything again that the window shows; desk and question sets follow the survey."""
        if self.at_work:
            self.link.survey()
            if self.stack.currentWidget() is self.history:
                self.history.refresh()
            # Another desk may have installed or removed it.
            self.tasks.read(jobs.check_guard, self.show_guard, key="guard")

    def _refresh_pane(self) -> None:
        pane = self.stack.currentWidget()
        if pane is self.desk:
            self.desk.refresh()
        elif pane is self.sets:
            self.sets.refresh()
        elif pane is self.history:
            self.history.refresh()
        else:
            self.link.survey()

    @Slot(str)
    def _search(self, text: str) -> None:
        if self.at_work:
            self.show_pane(1)
            self.desk.search(text)

    @Slot()
    def _back_to_search(self) -> None:
        """Esc: go to the search field, else empty it."""
        if self.search.hasFocus() and self.search.text():
            self.search.clear()
            self._search("")
        else:
            self.focus_search()

    @Slot()
    def focus_search(self) -> None:
        """Put the cursor into the search field, ready to type over what is there."""
        self.search.setFocus()
        self.search.selectAll()

    @Slot(int, str)
    def show_candidate(self, user_id: int, army_no: str) -> None:
        """Show this candidate on the desk."""
        self.show_pane(1)
        self.search.setText(army_no)
        self.desk.select(user_id, army_no=army_no)

    @Slot(object)
    def show_draft(self, choice: SetChoice) -> None:
        """Show the question sets with this change as a draft."""
        self.show_pane(3)
        self.sets.propose(choice)

    # What happened

    @Slot()
    def _begin(self) -> None:
        """Somebody has come in: everything begins anew."""
        for box in self._reason_boxes():
            box.forget()
        self.sessions.empty()
        for pane in (self.desk, self.sets, self.history):
            pane.start()
        self.messages.put_away()
        self.show_pane(1)
        self._show_availability()
        self.focus_search()
        self.link.survey()
        description = self.link.description
        if description is not None and description.warnings:
            self.messages.show_plain(self.words.lines(description.warnings))
        self.tasks.read(jobs.check_guard, self._look_at_guard, key="guard at start")

    @Slot(bool)
    def _cover(self, forget: bool) -> None:
        """Nobody may see the contents; what was shown is forgotten, or waits for the person to come back."""
        if forget:
            for pane in (self.desk, self.sessions, self.sets, self.history):
                pane.empty()
            self.search.clear()
            self.messages.put_away()
            self.navigation.set_badge(1, "")
        self._show_availability()

    @Slot()
    def _uncover(self) -> None:
        self._show_availability()
        self.refresh()

    @Slot()
    def _leave(self) -> None:
        self.link.leave()
        self._show_availability()

    @Slot(object)
    def _look_at_guard(self, found: GuardCheck) -> None:
        self.show_guard(found)
        if found.alarming:
            self.messages.show_bad(self.words.say(found.told))

    @Slot(object)
    def show_guard(self, found: GuardCheck) -> None:
        """Say in the status bar whether the guard is there."""
        self.status.show_guard(found)

    @Slot(object)
    def _show_survey(self, survey: Survey) -> None:
        if not self.at_work:
            return
        self.sessions.show_survey(survey)
        # Time goes by in the other panes as well.
        if self.stack.currentWidget() is self.desk:
            self.desk.refresh()
        elif self.stack.currentWidget() is self.sets:
            self.sets.refresh()
        self.navigation.set_badge(1, session_pane.badge(survey))
        self._tick()

    @Slot()
    def _tick(self) -> None:
        self.status.show_age(self.link.age, lost=self.link.lost_since is not None)

    @Slot()
    def _show_availability(self) -> None:
        """Show what is open, and switch off what cannot be done with it now."""
        description = self.link.description
        self._outer.setCurrentIndex(1 if description is not None and not self.entrance.inside else 0)
        self.search.setEnabled(self.at_work)
        self.navigation.setEnabled(self.at_work)
        self.commands.set_open(self.at_work, signed_in=self.entrance.actor.verified)
        for pane in (self.desk, self.sessions, self.sets, self.history):
            pane.set_writable(self.link.writable)
        for widget in (self.desk, self.sessions, self.sets, self.history):
            widget.setEnabled(self.link.lost_since is None)
        self.cover.show_name(description.name if description else "")
        self.status.show_database(description)
        self.status.show_person(self.entrance.actor if self.at_work else None)
        self.kind_band.show_text(self._kind_text(description.kind) if description else "")
        self.problem_band.show_text(self._problem_text(description) if description else "")
        if description is None:
            self.stack.setCurrentIndex(0)
        self._tick()

    def _kind_text(self, kind: str) -> str:
        return {
            "demo": self.tr("DEMO: invented candidates, nothing here is real"),
            "rehearsal": self.tr("REHEARSAL: not the exam"),
            "scratch": self.tr("SCRATCH DATABASE: for trying things out"),
        }.get(kind, "")

    def _problem_text(self, description: Description) -> str:
        if self.link.lost_since is not None:
            text = self.tr("The database cannot be reached since {time}: {reason} What is shown is old.")
            reason = self.words.say(self.link.lost_because) if self.link.lost_because else ""
            return text.format(time=self.words.full_moment(self.link.lost_since)[11:], reason=reason)
        if description.view_only is not None:
            return self.tr("View only: {reason}").format(reason=self.words.say(description.view_only))
        return ""

    def closeEvent(self, event: QCloseEvent) -> None:
        self.link.close()
        super().closeEvent(event)

    @Slot(int)
    def operation_reason(self, number: int) -> None:
        """Choose the reason with this number in the pane that is shown."""
        for box in self._reason_boxes():
            if box.isVisible():
                box.choose(number)

    def _reason_boxes(self) -> tuple[ReasonBox, ...]:
        return (self.desk.operations.reason_box, self.sessions.reason_box, self.sets.panel.reason_box)
