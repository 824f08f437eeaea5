"""What works on a database: who is inside, the panes, what they do, and what is told of it.

All of it needs the controllers, and they need SQLAlchemy, which takes longer to import than the window takes to paint.
So the window imports this module in the worker, once it has been painted.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QWidget

from desktop_admin.controllers.log.chain import Verification
from desktop_admin.controllers.values.checks import Amiss, Leads
from desktop_admin.controllers.values.lines import Actor, PaperChoice
from desktop_admin.controllers.values.views import FindingKind
from desktop_admin.gui.changing.carrying_out import CarryingOut
from desktop_admin.gui.changing.taking_back import TakingBack
from desktop_admin.gui.changing.telling import Teller
from desktop_admin.gui.connection.link import DatabaseLink
from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.day.attendance_page import AttendancePage
from desktop_admin.gui.day.day_pane import DayPane
from desktop_admin.gui.desk.candidate_pane import CandidatePane
from desktop_admin.gui.history.history_pane import HistoryPane
from desktop_admin.gui.kit.actions import entry
from desktop_admin.gui.kit.bars import MessageBar
from desktop_admin.gui.kit.dialogs import PasteDialog
from desktop_admin.gui.kit.pane import Pane
from desktop_admin.gui.kit.widgets import ReasonBox
from desktop_admin.gui.menus.backup_actions import BackupActions
from desktop_admin.gui.menus.menus import WindowActions
from desktop_admin.gui.menus.problem_reports import ProblemReports
from desktop_admin.gui.menus.updates import Updates
from desktop_admin.gui.menus.upkeep_actions import CheckpointKeeper, UpkeepActions
from desktop_admin.gui.paper.paper_actions import PaperActions, Selection
from desktop_admin.gui.people.entrance import Entrance
from desktop_admin.gui.register.register_actions import RegisterActions
from desktop_admin.gui.sessions.session_pane import SessionPane
from desktop_admin.gui.sets.activation_pane import ActivationPane
from desktop_admin.gui.tables.concerns import State
from desktop_admin.gui.window.cases_board import Cases
from desktop_admin.gui.window.frame import Frame
from desktop_admin.gui.window.keeping_logins import KeepingLogins
from desktop_admin.gui.window.navigation import PaneStack
from desktop_admin.gui.window.silent_keys import SilentKeys
from desktop_admin.messages import phrase
from desktop_admin.once import once
from desktop_admin.settings import Settings

AHEAD_MS = 3_000
"""After so long the next pane is made that nobody has asked for."""


class Workplace(QObject):
    """Builds the panes and their helpers, and connects what belongs together whatever the window does.

    All of it goes with the frame; only the entrance stays with the window, for the workplace that comes after this one.

    Args:
        settings: gives those of the desk as they are at the moment.

    Attributes:
        sets, day, history: are made when they are first needed.
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
        self._tasks = tasks
        self._link = link
        self._words = words
        self._settings = settings
        self._stack = stack
        self._writable = False
        self._reachable = True
        self._search = frame.search
        self._frame = frame
        bar = frame.messages
        self.entrance = entrance or Entrance(tasks=tasks, link=link, words=words, person=person, window=window)
        self.carrying_out = CarryingOut(tasks=tasks, link=link, entrance=self.entrance, words=words, window=frame)
        self.desk = CandidatePane(
            tasks=tasks, carrying_out=self.carrying_out, words=words, media_folder=self._media_folder
        )
        self.sessions = SessionPane(tasks=tasks, carrying_out=self.carrying_out, words=words)
        self.teller = Teller(bar=bar, carrying_out=self.carrying_out, link=link)
        self.taking_back = TakingBack(bar=bar, carrying_out=self.carrying_out)
        CheckpointKeeper(bar=bar, carrying_out=self.carrying_out)
        self.keeping_logins = KeepingLogins(bar=bar, carrying_out=self.carrying_out)
        self.upkeep = UpkeepActions(carrying_out=self.carrying_out, bar=bar, window=frame)
        self.backups = BackupActions(carrying_out=self.carrying_out, bar=bar, window=frame)
        self.papers = PaperActions(
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
        self.register = RegisterActions(carrying_out=self.carrying_out, papers=self.papers, bar=bar, window=frame)
        self.reports = ProblemReports(tasks=tasks, bar=bar, settings=settings, zone=words.zone, window=frame)
        updates = Updates(tasks=tasks, bar=bar, window=frame)
        self.commands = WindowActions(
            panes=frame.navigation.panes,
            papers=self.papers,
            upkeep=self.upkeep,
            backups=self.backups,
            register=self.register,
            reports=self.reports,
            updates=updates,
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
        self.write_about = entry(phrase("incidents.about_entry"), self, self._write_about)
        stack.add(self.desk)
        stack.add(self.sessions)
        for make in (lambda: self.sets, lambda: self.day, lambda: self.history):
            stack.add_later(make)
        # One by one, while the person reads: whoever comes to them later does not wait for them.
        self._ahead = QTimer(self, interval=AHEAD_MS)
        self._ahead.timeout.connect(self._make_ahead)
        self._connect(link=link, bar=bar)
        self._offer_papers()

    def _connect(self, *, link: DatabaseLink, bar: MessageBar) -> None:
        carrying_out = self.carrying_out
        for changes in (carrying_out.changed, self.upkeep.changed, self.backups.changed):
            # Noted before anything is read again.
            changes.connect(link.note_own)
        carrying_out.changed.connect(self.read_changed)
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
        self.sessions.not_surveyed.connect(link.note)
        self.sessions.keeping_asked.connect(self.upkeep.keep_logins)
        for begins in (self.entrance.entered, self.upkeep.changed, link.restored):
            begins.connect(self.keeping_logins.look)
        self.entrance.remarked.connect(bar.show_plain)
        for refusing in (self.desk.candidate_actions, self.silent_keys):
            refusing.refused.connect(bar.show_refusal)
        for turns in (self.desk.turned, self._stack.currentChanged):
            turns.connect(bar.let_go)
        self.sessions.table.chosen.connect(bar.let_go_once_read)
        self.upkeep.log_checked.connect(self._show_check)
        self.commands.sign_out.triggered.connect(self.entrance.sign_out)
        self.commands.paste.triggered.connect(self._paste)
        self.commands.reason_asked.connect(self._choose_reason)

    def _offer_papers(self) -> None:
        candidate, papers = self.desk.candidate_actions, self.papers
        for actions in (candidate.every_action, [*papers.slips, *papers.histories]):
            self.desk.list.table.offer(actions)
        self.sessions.table.offer([self.commands.findings])

    # The panes that are made when they are first needed

    @once
    def sets(self) -> ActivationPane:
        """The question sets."""
        pane = ActivationPane(tasks=self._tasks, carrying_out=self.carrying_out, words=self._words)
        self.carrying_out.changed.connect(pane.forget_applied)
        self._place(3, pane)
        return pane

    @once
    def day(self) -> DayPane:
        """The exam day."""
        pane = DayPane(
            tasks=self._tasks,
            carrying_out=self.carrying_out,
            words=self._words,
            media_folder=self._media_folder,
            centre=lambda: self._settings().centre,
        )
        bar, attendance = self._frame.messages, pane.attendance
        attendance.refused.connect(bar.show_refusal)
        attendance.turned.connect(bar.let_go)
        attendance.found.connect(self._search.show_found)
        attendance.list.offer_papers(self.papers.of_day)
        attendance.note_field(self._search.text())
        self._search.textChanged.connect(attendance.note_field)
        for page in (pane.checklist, pane.closing):
            page.led.connect(self._lead)
        pane.closing.told.connect(bar.show_good)
        pane.closing.closed.connect(self._link.note_own)
        pane.closing.closed.connect(self.read_all)
        pane.checklist.offer_papers([self.papers.checklist])
        pane.board.candidate_asked.connect(self._show_candidate)
        pane.incidents.changed.connect(self._written_down)
        pane.incidents.paper_asked.connect(self.papers.show_incidents)
        self._place(4, pane)
        return pane

    @once
    def history(self) -> HistoryPane:
        """The history."""
        pane = HistoryPane(
            tasks=self._tasks, carrying_out=self.carrying_out, taking_back=self.taking_back, words=self._words
        )
        pane.table.chosen.connect(self._frame.messages.let_go_once_read)
        pane.check_asked.connect(self.upkeep.check_log)
        pane.table.offer([pane.undo, self.write_about])
        pane.cleared.offer([pane.restore])
        pane.table.offer(self.papers.slips)
        pane.offer_papers(self.papers.export_listed, self.papers.slips[0])
        self._place(5, pane)
        return pane

    def _place(self, number: int, pane: Pane) -> None:
        self._stack.place(number, pane)
        pane.start()
        pane.set_writable(self._writable)
        pane.setEnabled(self._reachable)

    @Slot()
    def _make_ahead(self) -> None:
        """The next pane, as long as there is one; whoever signs in later finds them all, and nothing ticks."""
        self._stack.make_next()
        if self._stack.all_made:
            self._ahead.stop()

    def set_available(self, *, writable: bool, reachable: bool) -> None:
        """Switch the panes on or off with the database: whether it can be changed, and whether it can be read."""
        self._writable, self._reachable = writable, reachable
        self.write_about.setEnabled(writable)
        for pane in self._stack.panes:
            pane.set_writable(writable)
            pane.setEnabled(reachable)

    def empty(self) -> None:
        """Show nothing of what was read."""
        for pane in self._stack.panes:
            pane.empty()

    def _media_folder(self) -> str:
        return self._settings().media_folder

    # What is looked at

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
        pane = self._stack.currentWidget()
        if isinstance(pane, DayPane) and pane.attendance.isVisibleTo(pane):
            return pane.attendance
        return self.desk

    @property
    def engaged(self) -> bool:
        """Whether an operation is under way, or drafted."""
        return self.carrying_out.busy or (self._stack.is_made(3) and bool(self.sets.model.drafts))

    def toggle_wall(self) -> bool:
        """Put the board up on the wall, or take it down, where it is what is seen; False where it is not."""
        pane = self._stack.currentWidget()
        if not isinstance(pane, DayPane) or not pane.board.isVisibleTo(pane):
            return False
        pane.board.toggle_wall()
        return True

    def resume(self, before: Workplace) -> None:
        """Show what was shown before everything was built anew."""
        self.start()
        self.taking_back.offer(before.taking_back.last)
        self._search.setText(before._search.text())
        self.desk.show_as(before.desk)
        if before._stack.is_made(4):
            self.day.show_as(before.day)
        self._stack.setCurrentIndex(before._stack.currentIndex())
        self.read_all()

    def start(self) -> None:
        """Begin anew for somebody who has come in."""
        for box in self._reason_boxes():
            box.forget()
        for pane in self._stack.panes:
            pane.start()
        self._ahead.start()

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

    @Slot(object)
    def _show_check(self, found: Verification) -> None:
        self.history.show_check(found)

    @Slot()
    def _write_about(self) -> None:
        """Write down an incident about the operation that is selected in the history."""
        for record in self.history.table.selected()[:1]:
            self.day.incidents.write_down_about(record.op_id)

    @Slot()
    def _written_down(self) -> None:
        """Something was written into the incident book."""
        self._link.note_own()
        self.read_all()

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
            self._stack.read(but=self.sessions)
            self._read_always()

    @Slot()
    def _read_aged(self) -> None:
        if self.entrance.inside:
            self._stack.age()
            self._read_always()

    def _read_always(self) -> None:
        """Read what is counted, or shown by itself, whatever pane is seen."""
        self.sessions.refresh()
        self.desk.not_back.refresh()
        if self._stack.is_made(4):
            self.day.board.follow()
        self.cases.refresh()

    @Slot(int)
    def _choose_reason(self, number: int) -> None:
        """Choose the reason with this number in the pane that is shown."""
        boxes = [box for box in self._reason_boxes() if box.isVisible() and box.isEnabled()]
        for box in boxes:
            box.choose(number)
        if not boxes:
            self._frame.messages.show_refusal(phrase("window.no_reason_here"))

    def _reason_boxes(self) -> list[ReasonBox]:
        return [box for pane in self._stack.panes for box in pane.findChildren(ReasonBox)]
