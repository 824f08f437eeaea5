"""The main window: what is seen at first, and then the panes in it. Wiring only."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QPaintEvent, QShortcut
from PySide6.QtWidgets import QMainWindow
from shiboken6 import isValid

from desktop_admin import journal, language
from desktop_admin.gui.connection.connections import Connections
from desktop_admin.gui.connection.link import DatabaseLink
from desktop_admin.gui.core.sentences import STUCK, Sentences
from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.gui.core.watching import looking_away
from desktop_admin.gui.window import place
from desktop_admin.gui.window.finder import Finder
from desktop_admin.gui.window.surroundings import Surroundings
from desktop_admin.journal import Event
from desktop_admin.language import CatalogueUnusable, Language
from desktop_admin.messages import phrase
from desktop_admin.settings import Settings

if TYPE_CHECKING:
    from desktop_admin.gui.changing.carrying_out import CarryingOut
    from desktop_admin.gui.core.words import Words
    from desktop_admin.gui.day.day_pane import DayPane
    from desktop_admin.gui.desk.candidate_pane import CandidatePane
    from desktop_admin.gui.history.history_pane import HistoryPane
    from desktop_admin.gui.menus.menus import WindowActions
    from desktop_admin.gui.people.entrance import Entrance
    from desktop_admin.gui.sessions.session_pane import SessionPane
    from desktop_admin.gui.sets.activation_pane import ActivationPane
    from desktop_admin.gui.settings.settings_dialog import SettingsDialog
    from desktop_admin.gui.window.workplace import Workplace


class MainWindow(QMainWindow):
    """The one window of the program.

    It is painted first, and only then loads the panes; whoever asks for a database before that waits for them. Where
    another language is chosen, all that has words is built anew; the tasks, the link and who is inside stay.

    Attributes:
        words, entrance, carrying_out, desk, sessions, sets, day, history, commands: there once the panes are loaded.

    Signals:
        painted: it is seen for the first time.
    """

    painted = Signal()
    words: Words
    entrance: Entrance
    carrying_out: CarryingOut
    desk: CandidatePane
    sessions: SessionPane
    commands: WindowActions

    def __init__(self, *, settings: Settings) -> None:
        super().__init__()
        self._seen = False
        self._loading = False
        self._work: Workplace | None = None
        self._settings_dialog: SettingsDialog | None = None
        self._sentences = Sentences(zone=settings.zone())
        self.tasks = TaskRunner(self)
        self.link = DatabaseLink(tasks=self.tasks, words=self._sentences, parent=self)
        self.connections = Connections(link=self.link, tasks=self.tasks, words=self._sentences, window=self)
        self.setWindowTitle("desktop-admin")
        self.resize(1366, 768)
        # What the panes need at least is scrolled to, so the window itself may be as small as somebody likes.
        self.setMinimumSize(640, 400)
        QShortcut(QKeySequence("Esc"), self, self._back_to_search)
        self.link.opening.connect(self._load)
        self.link.lost.connect(self._show_availability)
        self.link.restored.connect(self._show_availability)
        self.link.allowed.connect(self._show_availability)
        self.link.ticked.connect(self._tick)
        self.link.opened.connect(self._note_used)
        self._build(settings)

    def _build(self, settings: Settings) -> None:
        """Build everything in which words stand, but the panes."""
        self._around = around = Surroundings(
            settings, tasks=self.tasks, link=self.link, connections=self.connections, words=self._sentences
        )
        self.stack, self.frame, self.status = around.stack, around.frame, around.status
        self.search, self.messages = around.frame.search, around.frame.messages
        self.preferences, self.openings, self.menus = around.preferences, around.openings, around.menus
        self._finder = Finder(
            self.search,
            messages=self.messages,
            preferences=self.preferences,
            panes=lambda: self._inside().panes if self.at_work else None,
            parent=self.frame,
        )
        around.put_around(self)
        self.frame.navigation.asked.connect(self.show_pane)
        # Nothing can be built anew while the entry that was chosen is still being told of it.
        self.preferences.language_asked.connect(self._speak, Qt.ConnectionType.QueuedConnection)
        self.openings.asked.connect(self.open_database)
        self.openings.creation_asked.connect(self.create_database)
        self._show_availability()

    # How it comes to its panes

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._seen:
            self._seen = True
            QTimer.singleShot(0, self._tell_painted)

    @Slot()
    def _tell_painted(self) -> None:
        journal.note(Event.PAINTED)
        self.painted.emit()
        self._load()

    @Slot()
    def _load(self) -> None:
        """Import the panes in the worker that opens databases, so that they are there before any is open."""
        if not self._loading:
            self._loading = True
            self.tasks.call(_import_workplace, self._furnish)

    @Slot(object)
    def _furnish(self, kind: type[Workplace]) -> None:
        """Build the panes and fill the menus."""
        before = self._work
        work = kind(
            tasks=self.tasks,
            link=self.link,
            zone=self._sentences.zone,
            frame=self.frame,
            stack=self.stack,
            window=self,
            entrance=before.entrance if before else None,
            settings=lambda: self.preferences.settings,
        )
        self._work = work
        self.words = work.words
        self.entrance, self.carrying_out, self.commands = work.entrance, work.carrying_out, work.commands
        self.desk, self.sessions = work.panes.desk, work.panes.sessions
        self.commands.fill(
            self.menus,
            openings=self.openings,
            preferences=self.preferences,
            candidate=self.desk.candidate_actions,
            undo=self.messages.undo,
        )
        if before is None:
            self._connect_entrance()
        self._connect_work(work)
        self._show_availability()
        if before is not None and self.at_work:
            work.resume(before)

    def _connect_entrance(self) -> None:
        self.entrance.covered.connect(self._cover)
        self.entrance.entered.connect(self._begin)
        self.entrance.returned.connect(self._show_availability)
        self.entrance.left.connect(self._leave)
        self.entrance.last = self.preferences.settings.last_user
        self.entrance.recognised.connect(self._note_user)

    def _connect_work(self, work: Workplace) -> None:
        self.search.textChanged.connect(self.desk.note_field)
        self.desk.found.connect(self.search.show_found)
        self.search.below.connect(self.desk.list.move_into)
        self.search.pasted.connect(self.desk.paste)
        work.carrying_out.changed.connect(self.search.keep)
        self.sessions.surveyed.connect(self._show_badge)
        work.upkeep.guard_seen.connect(self.status.show_guard)
        work.backups.replaced.connect(self._reopen)
        work.commands.quit.triggered.connect(self.close)
        work.commands.lock.triggered.connect(self.entrance.lock)
        work.commands.search.triggered.connect(self.focus_search)
        work.commands.settings.triggered.connect(self.show_settings)
        work.commands.full_screen.triggered.connect(self._toggle_full_screen)
        for hears in (work.teller.show_refused, work.backups.offer_instead):
            self.connections.refused.connect(hears)

    @property
    def sets(self) -> ActivationPane:
        """The question sets, made where nobody has needed them yet, as are the two below."""
        return self._inside().panes.sets

    @property
    def day(self) -> DayPane:
        """The exam day."""
        return self._inside().panes.day

    @property
    def history(self) -> HistoryPane:
        """The history."""
        return self._inside().panes.history

    def _inside(self) -> Workplace:
        assert self._work is not None, "the panes are not loaded yet"
        return self._work

    # What the person asks for

    @Slot(str)
    def open_database(self, target: str) -> None:
        """Open a database by path or URL."""
        self.link.open(target, stage=phrase("window.opening", name=Path(target).name))

    @Slot(str)
    def _reopen(self, path: str) -> None:
        """Open a file whose content was replaced; nothing of the old one is shown any more, whatever comes of it."""
        self._leave()
        self.open_database(path)

    @Slot(str)
    def create_database(self, name: str) -> None:
        """Create an empty local database and open it."""
        self.link.create(Path(name), stage=phrase("window.creating", name=Path(name).name))

    @property
    def at_work(self) -> bool:
        """Whether a database is open, and somebody may see what is in it."""
        return self.link.description is not None and self.entrance.inside

    @Slot(int)
    def show_pane(self, number: int) -> None:
        """Show the pane with this number, from 1; without a database there is only the empty state."""
        if self.at_work:
            self.stack.show_pane(number)

    @Slot(str)
    def scan(self, text: str) -> None:
        """Show the candidate whose number was scanned."""
        self._finder.scan(text)

    def take_key(self, event: QKeyEvent) -> None:
        """Give a key to the search field that was pressed elsewhere, and whatever comes behind it."""
        self._finder.take_key(event)

    @Slot()
    def tell_ignored(self) -> None:
        """Say that something was scanned while a question is waiting for its answer."""
        self._finder.tell_ignored()

    @Slot()
    def focus_search(self) -> None:
        """Put the cursor into the search field, ready to type over what is there."""
        self._finder.focus()

    @Slot()
    def _back_to_search(self) -> None:
        self._finder.come_back()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A key that nobody took may be that of an entry which is off now."""
        if self._work is not None and not event.isAutoRepeat():
            self._work.silent_keys.tell(QKeySequence(event.keyCombination()))
        super().keyPressEvent(event)

    @Slot(str)
    def _speak(self, chosen: Language) -> None:
        """Speak another language from now on, unless that would end what is under way or forget what is drafted."""
        work = self._work
        if self.tasks.stage or (work is not None and work.engaged):
            why = phrase("window.language_later")
        else:
            why = _unspeakable(chosen)
        if why:
            self.messages.show_bad(why)
            self.preferences.show_language()
            return
        settings_shown = self._settings_dialog is not None and isValid(self._settings_dialog)
        # Qt shows the new frame afterwards.
        with looking_away():
            self._build(replace(self.preferences.settings, language=chosen))
            if work is not None:
                self._furnish(type(work))
        if work is not None:
            self.focus_search()
        # Only now somebody is there to tell that they could not be kept.
        self.preferences.change(partial(replace, language=chosen))
        if settings_shown:
            self.show_settings()

    @Slot()
    def show_settings(self) -> SettingsDialog:
        """Open the settings of the desk."""
        # No start waits for what most starts do not show.
        from desktop_admin.gui.settings.settings_dialog import SettingsDialog

        self._settings_dialog = dialog = SettingsDialog(self.preferences, tasks=self.tasks, parent=self.frame)
        dialog.open()
        return dialog

    @Slot()
    def _toggle_full_screen(self) -> None:
        if self._work is None or not self._work.panes.toggle_wall():
            self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    # What happened

    @Slot()
    def _begin(self) -> None:
        """Somebody has come in."""
        self._inside().welcome()
        self._show_availability()
        self.focus_search()

    @Slot(bool)
    def _cover(self, forget: bool) -> None:
        """Nobody may see the contents; what was shown is forgotten, or waits for the person to come back."""
        if forget:
            self._inside().forget()
        self._show_availability()

    @Slot(str)
    def _note_user(self, username: str) -> None:
        self.preferences.note_user(username)

    @Slot()
    def _note_used(self) -> None:
        self.preferences.note_used(self.link.asked)

    @Slot()
    def _leave(self) -> None:
        self.link.leave()
        self._show_availability()

    @Slot()
    def _show_badge(self) -> None:
        stuck = len(self.sessions.stuck)
        told = phrase("sessions.stuck", n=stuck) if stuck else ""
        self.frame.navigation.set_badge(1, f"{STUCK} {stuck}" if stuck else "", told=told)
        self.status.show_logins(self.sessions.survey)
        self._tick()

    @Slot()
    def _tick(self) -> None:
        self.status.show_age(self.link.age, lost=self.link.lost_since is not None)
        if self._work is not None:
            self.status.count_down(self.entrance.left_ms())

    @Slot()
    def _show_availability(self) -> None:
        """Show what is open, and switch off what cannot be done with it now."""
        inside = self._work is not None and self.at_work
        self._around.show_link(self.link, person=self.entrance.actor if inside else None)
        if self._work is not None:
            self._work.set_available(inside=inside)
        self._tick()

    def closeEvent(self, event: QCloseEvent) -> None:
        place.keep(self)
        self.link.close()
        super().closeEvent(event)


def _import_workplace() -> type[Workplace]:
    from desktop_admin.gui.window.workplace import Workplace

    return Workplace


def _unspeakable(chosen: Language) -> str:
    """Speak this language; gives why that cannot be, or an empty text."""
    try:
        language.use(chosen)
    except CatalogueUnusable as damage:
        return str(damage)
    return ""
