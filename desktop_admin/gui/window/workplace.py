"""What works on a database: who is inside, the panes, what they do, and what is told of it. Wiring only.

All of it needs the controllers, and they need SQLAlchemy, which takes longer to import than the window takes to paint.
So the window imports this module in the worker, once it has been painted.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from desktop_admin import settings as desk_settings
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.gui.changing.carrying_out import CarryingOut
from desktop_admin.gui.changing.taking_back import TakingBack
from desktop_admin.gui.changing.telling import Teller
from desktop_admin.gui.connection.link import DatabaseLink
from desktop_admin.gui.core import memory
from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.kit.actions import entry
from desktop_admin.gui.kit.bars import About
from desktop_admin.gui.menus.backup_actions import BackupActions
from desktop_admin.gui.menus.menus import WindowActions
from desktop_admin.gui.menus.problem_reports import ProblemReports
from desktop_admin.gui.menus.updates import Updates
from desktop_admin.gui.menus.upkeep_actions import CheckpointKeeper, UpkeepActions
from desktop_admin.gui.paper.paper_actions import PaperActions
from desktop_admin.gui.people.entrance import Entrance
from desktop_admin.gui.register.register_actions import RegisterActions
from desktop_admin.gui.window.cases_board import Cases
from desktop_admin.gui.window.frame import Frame
from desktop_admin.gui.window.keeping_logins import KeepingLogins
from desktop_admin.gui.window.navigation import PaneStack
from desktop_admin.gui.window.panes import DAY, DESK, HISTORY, Panes
from desktop_admin.gui.window.refresher import Refresher
from desktop_admin.gui.window.silent_keys import SilentKeys
from desktop_admin.gui.window.ways import Ways
from desktop_admin.messages import phrase
from desktop_admin.settings import Settings

if TYPE_CHECKING:
    from desktop_admin.gui.day.day_pane import DayPane
    from desktop_admin.gui.history.history_pane import HistoryPane

PANE = "pane"
"""Under this name is remembered where a person was last."""


class Workplace(QObject):
    """Builds the panes and their helpers, and connects what belongs together whatever the window does.

    All of it goes with the frame; only the entrance stays with the window, for the workplace that comes after this one.

    Args:
        zone: in which times are shown.
        settings: gives those of the desk as they are at the moment.

    Attributes:
        words: what all of them make words with.
    """

    def __init__(
        self,
        *,
        tasks: TaskRunner,
        link: DatabaseLink,
        zone: tzinfo,
        frame: Frame,
        stack: PaneStack,
        window: QWidget,
        entrance: Entrance | None = None,
        settings: Callable[[], Settings],
    ) -> None:
        super().__init__(frame)
        self._tasks = tasks
        self._link = link
        self.words = words = Words(zone=zone)
        self._settings = settings
        self._frame = frame
        person = Actor(name=desk_settings.person(), desk=settings().desk_name)
        self.entrance = entrance or Entrance(tasks=tasks, link=link, words=words, person=person, window=window)
        self.carrying_out = CarryingOut(tasks=tasks, link=link, entrance=self.entrance, words=words, window=frame)
        self.teller = Teller(bar=frame.messages, carrying_out=self.carrying_out, link=link)
        self.taking_back = TakingBack(bar=frame.messages, carrying_out=self.carrying_out)
        self.panes = Panes(
            stack,
            tasks=tasks,
            carrying_out=self.carrying_out,
            taking_back=self.taking_back,
            words=words,
            settings=settings,
            parent=self,
        )
        self._build_helpers()
        self._build_entries()
        self._connect_telling()
        self._connect_ways()
        self._connect_reading()

    def _build_helpers(self) -> None:
        """What tells, asks and prints beside the panes."""
        carrying_out, frame, bar = self.carrying_out, self._frame, self._frame.messages
        CheckpointKeeper(bar=bar, carrying_out=carrying_out)
        self.keeping_logins = KeepingLogins(bar=bar, carrying_out=carrying_out)
        self.upkeep = UpkeepActions(carrying_out=carrying_out, bar=bar, window=frame)
        self.backups = BackupActions(carrying_out=carrying_out, bar=bar, window=frame)
        self.papers = PaperActions(
            tasks=self._tasks,
            link=self._link,
            entrance=self.entrance,
            words=self.words,
            bar=bar,
            selection=lambda: self.panes.selection,
            centre=lambda: self._settings().centre,
            window=frame,
        )
        self.cases = Cases(tasks=self._tasks, link=self._link, words=self.words, window=frame)
        self.ways = Ways(self.panes, search=frame.search, upkeep=self.upkeep, backups=self.backups, window=frame)
        self.refresher = Refresher(self.panes, entrance=self.entrance, upkeep=self.upkeep, cases=self.cases)

    def _build_entries(self) -> None:
        """What stands in the menus, and says why it does nothing."""
        carrying_out, frame, bar, desk = self.carrying_out, self._frame, self._frame.messages, self.panes.desk
        self.commands = WindowActions(
            panes=frame.navigation.panes,
            papers=self.papers,
            upkeep=self.upkeep,
            backups=self.backups,
            register=RegisterActions(carrying_out=carrying_out, papers=self.papers, bar=bar, window=frame),
            reports=ProblemReports(
                tasks=self._tasks, bar=bar, settings=self._settings, zone=self.words.zone, window=frame
            ),
            updates=Updates(tasks=self._tasks, bar=bar, window=frame),
            not_back=desk.not_back.entry,
            cases=self.cases.entry,
            carrying_out=carrying_out,
            looked_at=self.panes.finding,
            window=frame,
        )
        self.silent_keys = SilentKeys(
            carrying_out=carrying_out,
            candidate=desk.candidate_actions,
            undo=bar.undo,
            lock=self.commands.lock,
            window=frame,
        )
        self.write_about = entry(phrase("incidents.about_entry"), self, self.ways.write_about)
        candidate = [*desk.candidate_actions.every_action, *self.papers.slips, *self.papers.histories]
        self.panes.offer(candidate, [self.commands.findings])

    def _connect_telling(self) -> None:
        """What the message bar says, and how long."""
        bar, desk = self._frame.messages, self.panes.desk
        self.entrance.remarked.connect(bar.show_plain)
        for refusing in (desk.candidate_actions, self.silent_keys):
            refusing.refused.connect(bar.show_refusal)
        for turns in (desk.turned, self.panes.stack.currentChanged):
            turns.connect(bar.let_go)
        self.panes.sessions.table.chosen.connect(bar.let_go_once_read)

    def _connect_ways(self) -> None:
        """What leads from one place to another."""
        panes, ways, commands = self.panes, self.ways, self.commands
        panes.sessions.candidate_asked.connect(ways.show_candidate)
        panes.sessions.draft_asked.connect(ways.show_draft)
        panes.sessions.keeping_asked.connect(self.upkeep.keep_logins)
        panes.desk.not_back.candidate_asked.connect(ways.show_candidate)
        panes.desk.card.operation_asked.connect(ways.show_operation)
        self.upkeep.log_checked.connect(ways.show_check)
        commands.paste.triggered.connect(ways.paste)
        commands.sign_out.triggered.connect(self.entrance.sign_out)
        commands.reason_asked.connect(self._choose_reason)
        panes.made.connect(self._connect_made)
        panes.stack.currentChanged.connect(self._note_pane)

    def _connect_reading(self) -> None:
        """What is read again because of what."""
        link, carrying_out, refresher = self._link, self.carrying_out, self.refresher
        for changes in (carrying_out.changed, self.upkeep.changed, self.backups.changed):
            # Noted before anything is read again.
            changes.connect(link.note_own)
        carrying_out.changed.connect(refresher.read_changed)
        # Woken before anything is read again.
        self.commands.refresh.triggered.connect(link.look_at_everything)
        for causes in (
            link.restored,
            link.changed_outside,
            self.upkeep.changed,
            self.backups.changed,
            self.entrance.returned,
            self.commands.refresh.triggered,
        ):
            causes.connect(refresher.read_all)
        link.aged.connect(refresher.read_aged)
        for answers in (link.restored, link.changed_outside, link.aged):
            answers.connect(carrying_out.look_up)
        self.panes.sessions.not_surveyed.connect(link.note)
        for begins in (self.entrance.entered, self.upkeep.changed, link.restored):
            begins.connect(self.keeping_logins.look)

    @Slot(int, object)
    def _connect_made(self, number: int, pane: Any) -> None:
        if number == DAY:
            self._connect_day(pane)
        elif number == HISTORY:
            self._connect_history(pane)

    def _connect_day(self, pane: DayPane) -> None:
        bar, search, attendance = self._frame.messages, self._frame.search, pane.attendance
        attendance.refused.connect(bar.show_refusal)
        attendance.turned.connect(bar.let_go)
        attendance.found.connect(search.show_found)
        attendance.note_field(search.text())
        search.textChanged.connect(attendance.note_field)
        pane.offer_papers(self.papers.of_day, [self.papers.checklist])
        pane.candidate_asked.connect(self.ways.show_candidate)
        pane.led.connect(self.ways.lead)
        pane.paper_asked.connect(self.papers.show_incidents)
        pane.told.connect(bar.show_good)
        for recorded in (pane.closed, pane.written):
            recorded.connect(self._link.note_own)
            recorded.connect(self.refresher.read_all)

    def _connect_history(self, pane: HistoryPane) -> None:
        pane.table.chosen.connect(self._frame.messages.let_go_once_read)
        pane.check_asked.connect(self.upkeep.check_log)
        pane.table.offer([pane.undo, self.write_about])
        pane.cleared.offer([pane.restore])
        pane.table.offer(self.papers.slips)
        pane.offer_papers(self.papers.export_listed, self.papers.slips[0])

    @Slot(int)
    def _choose_reason(self, number: int) -> None:
        if not self.panes.choose_reason(number):
            self._frame.messages.show_refusal(phrase("window.no_reason_here"))

    # Who works here

    def welcome(self) -> None:
        """Somebody has come in: everything begins anew, in the pane where this person was last, else at the desk."""
        actor, description, bar = self.entrance.actor, self._link.description, self._frame.messages
        memory.belongs_to(actor.name if actor.verified else "")
        self.panes.start()
        bar.put_away()
        kept = memory.recall(PANE)
        self.panes.stack.show_pane(kept if isinstance(kept, int) and DESK <= kept <= HISTORY else DESK)
        self.refresher.read_changed()
        if description is not None and description.warnings:
            bar.show_plain(self.words.lines(description.warnings), About.MORE)
        self.upkeep.look_at_guard(first=True)

    @Slot(int)
    def _note_pane(self, number: int) -> None:
        if number >= DESK and self.entrance.inside and self._link.description is not None:
            memory.remember(PANE, number)

    def resume(self, before: Workplace) -> None:
        """Show what was shown before everything was built anew."""
        self.panes.start()
        self.taking_back.offer(before.taking_back.last)
        self._frame.search.setText(before._frame.search.text())
        self.panes.show_as(before.panes)
        self.panes.stack.setCurrentIndex(before.panes.stack.currentIndex())
        self.refresher.read_all()

    def forget(self) -> None:
        """Nobody is inside any more, and nothing of what was shown stays."""
        self.panes.empty()
        self._frame.search.clear()
        self._frame.messages.put_away()
        self._frame.navigation.set_badge(1, "")

    def set_available(self, *, inside: bool) -> None:
        """Switch everything on or off with the database; ``inside``: one is open, and somebody may see it."""
        reachable, writable = self._link.lost_since is None, self._link.writable
        self.commands.set_open(inside, signed_in=self.entrance.actor.verified, reachable=reachable)
        self.write_about.setEnabled(writable)
        self.panes.set_available(writable=writable, reachable=reachable)

    @property
    def engaged(self) -> bool:
        """Whether an operation is under way, or drafted."""
        return self.carrying_out.busy or self.panes.drafted
