"""What works on a database: who is inside, the panes, what they do, and what is told of it.

All of it needs the controllers, and they need SQLAlchemy, which takes longer to import than the window takes to paint.
So the window imports this module in the worker, once it has been painted.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from desktop_admin.controllers.values.checks import Amiss, Leads
from desktop_admin.controllers.values.lines import Actor, PaperChoice
from desktop_admin.controllers.values.views import FindingKind
from desktop_admin.gui.changing.carrying_out import CarryingOut
from desktop_admin.gui.changing.taking_back import TakingBack
from desktop_admin.gui.changing.telling import Teller
from desktop_admin.gui.connection.link import DatabaseLink
from desktop_admin.gui.day.attendance_page import AttendancePage
from desktop_admin.gui.day.day_pane import DayPane
from desktop_admin.gui.desk.candidate_pane import CandidatePane
from desktop_admin.gui.history.history_pane import HistoryPane
from desktop_admin.gui.kit.bars import MessageBar
from desktop_admin.gui.kit.dialogs import PasteDialog
from desktop_admin.gui.kit.pane import Pane
from desktop_admin.gui.kit.tasks import TaskRunner
from desktop_admin.gui.kit.widgets import ReasonBox
from desktop_admin.gui.kit.words import Words
from desktop_admin.gui.paper.paper_actions import PaperActions, Selection
from desktop_admin.gui.people.entrance import Entrance
from desktop_admin.gui.register.register_actions import RegisterActions
from desktop_admin.gui.sessions.session_pane import SessionPane
from desktop_admin.gui.sets.activation_pane import ActivationPane
from desktop_admin.gui.tables.concerns import State
from desktop_admin.gui.window.backup_actions import BackupActions
from desktop_admin.gui.window.cases_board import Cases
from desktop_admin.gui.window.frame import Frame
from desktop_admin.gui.window.keeping_logins import KeepingLogins
from desktop_admin.gui.window.menus import WindowActions
from desktop_admin.gui.window.navigation import PaneStack
from desktop_admin.gui.window.problem_reports import ProblemReports
from desktop_admin.gui.window.silent_keys import SilentKeys
from desktop_admin.gui.window.upkeep_actions import CheckpointKeeper, UpkeepActions
from desktop_admin.messages import phrase
from desktop_admin.settings import Settings


class Workplace(QObject):
    """Builds the panes and their helpers, and connects what belongs together whatever the window does.

    All of it goes with the frame; only the entrance stays with the window, for the workplace that comes after this one.

    Args:
        settings: gives those of the desk as they are at the moment.

    Attributes:
        panes: in the order of the navigation.
    """

    def __init__(
        self,
        *,
        tasks: TaskRunner,
        link: DatabaseLink,
        words: Words,
        person: Actor,
        frame: Frame,
        stack: PaneStack,
        window: QWidget,
        entrance: Entrance | None = None,
        settings: Callable[[], Settings],
    ) -> None:
        super().__init__(frame)
        self._stack = stack
        self._search = frame.search
        self._frame = frame
        bar = frame.messages
        self.entrance = entrance or Entrance(tasks=tasks, link=link, words=words, person=person, window=window)
        self.carrying_out = CarryingOut(tasks=tasks, link=link, entrance=self.entrance, words=words, window=frame)
        self.desk = CandidatePane(
            tasks=tasks, carrying_out=self.carrying_out, words=words, media_folder=lambda: settings().media_folder
        )
        self.sessions = SessionPane(tasks=tasks, carrying_out=self.carrying_out, words=words)
        self.sets = ActivationPane(tasks=tasks, carrying_out=self.carrying_out, words=words)
        self.teller = Teller(bar=bar, carrying_out=self.carrying_out, link=link)
        self.taking_back = TakingBack(bar=bar, carrying_out=self.carrying_out)
        self.history = HistoryPane(
            tasks=tasks, carrying_out=self.carrying_out, taking_back=self.taking_back, words=words
        )
        self.day = DayPane(
            tasks=tasks, carrying_out=self.carrying_out, words=words, media_folder=lambda: settings().media_folder
        )
        self.panes: tuple[Pane, ...] = (self.desk, self.sessions, self.sets, self.day, self.history)
        CheckpointKeeper(bar=bar, carrying_out=self.carrying_out)
        self.keeping_logins = KeepingLogins(bar=bar, carrying_out=self.carrying_out)
        self.upkeep = UpkeepActions(carrying_out=self.carrying_out, bar=bar, window=frame)
        self.backups = BackupActions(carrying_out=self.carrying_out, bar=bar, window=frame)
        papers = PaperActions(
            tasks=tasks,
            link=link,
            entrance=self.entrance,
            words=words,
            bar=bar,
            selection=self._selection,
            centre=lambda: settings().centre,
            window=frame,
        )
        self.cases = Cases(tasks=tasks, link=link, words=words, window=frame)
        self.register = RegisterActions(carrying_out=self.carrying_out, papers=papers, bar=bar, window=frame)
        self.reports = ProblemReports(tasks=tasks, bar=bar, settings=settings, zone=words.zone, window=frame)
        self.commands = WindowActions(
            panes=frame.navigation.panes,
            papers=papers,
            upkeep=self.upkeep,
            backups=self.backups,
            register=self.register,
            reports=self.reports,
            not_back=self.desk.not_back.entry,
            cases=self.cases.entry,
            carrying_out=self.carrying_out,
            looked_at=self._looked_at,
            window=frame,
        )
        self.silent_keys = SilentKeys(
            carrying_out=self.carrying_out,
            candidate=self.desk.candidate_actions,
            undo=bar.undo,
            lock=self.commands.lock,
            window=frame,
        )
        stack.add(self.panes)
        self._connect(link=link, bar=bar)
        self._offer_papers(papers)

    def _connect(self, *, link: DatabaseLink, bar: MessageBar) -> None:
        carrying_out = self.carrying_out
        for changes in (carrying_out.changed, self.upkeep.changed, self.backups.changed):
            # Noted before anything is read again.
            changes.connect(link.note_own)
        carrying_out.changed.connect(self.read_changed)
        carrying_out.changed.connect(self.sets.forget_applied)
        for causes in (
            link.restored,
            link.changed_outside,
            self.upkeep.changed,
            self.backups.changed,
            self.entrance.returned,
            self.commands.refresh.triggered,
        ):
            causes.connect(self.read_all)
        link.aged.connect(self._read_aged)
        for answers in (link.restored, link.changed_outside, link.aged):
            answers.connect(carrying_out.look_up)
        self.sessions.candidate_asked.connect(self._show_candidate)
        self.sessions.draft_asked.connect(self._show_draft)
        self.desk.not_back.candidate_asked.connect(self._show_candidate)
        self.desk.card.operation_asked.connect(self._show_operation)
        self.day.checklist.led.connect(self._lead)
        self.sessions.not_surveyed.connect(link.note)
        self.sessions.keeping_asked.connect(self.upkeep.keep_logins)
        for begins in (self.entrance.entered, self.upkeep.changed, link.restored):
            begins.connect(self.keeping_logins.look)
        self.entrance.remarked.connect(bar.show_plain)
        for refusing in (self.desk.candidate_actions, self.day.attendance, self.silent_keys):
            refusing.refused.connect(bar.show_refusal)
        for turns in (self.desk.turned, self.day.attendance.turned, self._stack.currentChanged):
            turns.connect(bar.let_go)
        for table in (self.sessions.table, self.history.table):
            table.chosen.connect(bar.let_go_once_read)
        self.history.check_asked.connect(self.upkeep.check_log)
        self.upkeep.log_checked.connect(self.history.show_check)
        self.commands.sign_out.triggered.connect(self.entrance.sign_out)
        self.commands.paste.triggered.connect(self._paste)
        self.commands.reason_asked.connect(self._choose_reason)

    def _offer_papers(self, papers: PaperActions) -> None:
        candidate = self.desk.candidate_actions
        self.desk.list.table.offer(candidate.every_action)
        self.history.table.offer([self.history.undo])
        self.history.cleared.offer([self.history.restore])
        for table, actions in (
            (self.history.table, papers.slips),
            (self.desk.list.table, [*papers.slips, *papers.histories]),
        ):
            table.offer(actions)
        self.sessions.table.offer([self.commands.findings])
        self.day.attendance.list.offer_papers(papers.of_day)
        self.day.checklist.offer_papers([papers.checklist])
        self.history.offer_papers(papers.export_listed, papers.slips[0])

    def _selection(self) -> Selection:
        operations = self.history.table.selected()
        return Selection(
            in_history=self._stack.currentWidget() is self.history,
            op_id=operations[0].op_id if operations else None,
            user_id=self.desk.user_ids[0] if len(self.desk.user_ids) == 1 else None,
            narrowing=self.history.filters.narrowing,
            shift_id=self.day.attendance.list.shift_id,
        )

    def _looked_at(self) -> FindingKind | None:
        """The kind of the finding that is selected among the sessions, or of the candidate on the desk."""
        if self._stack.currentWidget() is self.sessions:
            return self.sessions.finding_of_selected()
        return self.sessions.finding_of(self.desk.user_ids) if self._stack.currentWidget() is self.desk else None

    @property
    def finder(self) -> CandidatePane | AttendancePage:
        """What takes whatever is scanned and typed: the page that is seen, where it has a card, else the desk."""
        page = self.day.attendance
        return page if self._stack.currentWidget() is self.day and page.isVisibleTo(self.day) else self.desk

    @property
    def engaged(self) -> bool:
        """Whether an operation is under way, or drafted."""
        return self.carrying_out.busy or bool(self.sets.model.drafts)

    def resume(self, before: Workplace) -> None:
        """Show what was shown before everything was built anew."""
        self.start()
        self.taking_back.offer(before.taking_back.last)
        self._search.setText(before._search.text())
        self.desk.show_as(before.desk)
        self._stack.setCurrentIndex(before._stack.currentIndex())
        self.read_all()

    def start(self) -> None:
        """Begin anew for somebody who has come in."""
        for box in self._reason_boxes():
            box.forget()
        for pane in self.panes:
            pane.start()

    # From one pane to another

    @Slot(int, str)
    def _show_candidate(self, user_id: int, army_no: str) -> None:
        self._stack.show_pane(1)
        self._search.setText(army_no)
        self.desk.select(user_id, army_no=army_no)

    @Slot(str, str)
    def _show_operation(self, op_id: str, army_no: str) -> None:
        self._stack.show_pane(5)
        self.history.show_operation(op_id, army_no=army_no)

    @Slot(object)
    def _show_draft(self, choice: PaperChoice) -> None:
        self._stack.show_pane(3)
        self.sets.propose(choice)

    @Slot(object)
    def _lead(self, amiss: Amiss) -> None:
        """Lead to the cure of what the checklist found."""
        if amiss.draft is not None:
            self._show_draft(amiss.draft)
        elif amiss.user_id is not None and amiss.army_no is not None and amiss.leads is Leads.CANDIDATE:
            self._show_candidate(amiss.user_id, amiss.army_no)
        elif amiss.leads is Leads.SESSIONS:
            self._stack.show_pane(2)
            self.sessions.narrow_to(State.STUCK)
        elif amiss.leads is Leads.SETS:
            self._stack.show_pane(3)
        else:
            opens = {
                Leads.RULES: self.upkeep.policies.trigger,
                Leads.BACKUP: self.backups.make.trigger,
                Leads.GUARD: self.upkeep.guard.trigger,
                Leads.LOG: self.upkeep.check_log,
            }
            opens[amiss.leads]()

    @Slot()
    def _paste(self) -> None:
        dialog = PasteDialog(parent=self._frame)
        dialog.pasted.connect(self.desk.paste)
        self._stack.show_pane(1)
        dialog.open()

    # What is read again

    @Slot()
    def read_all(self) -> None:
        """Another desk may have changed anything."""
        if self.entrance.inside:
            self.read_changed()
            self.upkeep.look_at_guard()

    @Slot()
    def read_changed(self) -> None:
        """An operation has changed what the panes show; session health is read whatever is seen, for its badge."""
        if self.entrance.inside:
            self._stack.read((self.desk, self.sets, self.day, self.history))
            self._read_always()

    @Slot()
    def _read_aged(self) -> None:
        """Time goes by in every pane but the history."""
        if self.entrance.inside:
            self._stack.read((self.desk, self.sets))
            if self._stack.currentWidget() is self.day:
                self.day.age()
            self._read_always()

    def _read_always(self) -> None:
        """Read what is counted, or shown by itself, whatever pane is seen."""
        self.sessions.refresh()
        self.desk.not_back.refresh()
        self.cases.refresh()

    @Slot(int)
    def _choose_reason(self, number: int) -> None:
        """Choose the reason with this number in the pane that is shown."""
        boxes = [box for box in self._reason_boxes() if box.isVisible() and box.isEnabled()]
        for box in boxes:
            box.choose(number)
        if not boxes:
            self._frame.messages.show_refusal(phrase("window.no_reason_here"))

    def _reason_boxes(self) -> tuple[ReasonBox, ...]:
        panes = (self.desk.candidate_actions, self.sessions, self.sets.panel, self.day.attendance, self.history)
        return tuple(pane.reason_box for pane in panes)
