"""Everything in which words stand, but the panes: frame, menus, status line, settings, and the ways to a database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMainWindow, QMenuBar

from desktop_admin.gui.connection.connections import Connections
from desktop_admin.gui.connection.link import DatabaseLink
from desktop_admin.gui.core.sentences import Sentences
from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.gui.menus.openings import FirstRun, Openings
from desktop_admin.gui.settings.preferences import Preferences
from desktop_admin.gui.window.frame import Frame
from desktop_admin.gui.window.navigation import FIRST_PAGE, PaneStack
from desktop_admin.gui.window.status import StatusLine
from desktop_admin.messages import phrase
from desktop_admin.settings import Settings

if TYPE_CHECKING:
    from desktop_admin.controllers.values.lines import Actor

_MENUS = ("window.file", "window.edit", "window.candidate", "window.view", "window.help")


class Surroundings:
    """What stands around the panes; it is built anew where another language is chosen.

    Attributes:
        stack: where the panes come; what is seen without a database is its first page.
        menus: still empty, in their order.
    """

    def __init__(
        self, settings: Settings, *, tasks: TaskRunner, link: DatabaseLink, connections: Connections, words: Sentences
    ) -> None:
        self.stack = PaneStack()
        self.frame = Frame(self.stack, words=words)
        self.preferences = Preferences(settings, parent=self.frame)
        self.openings = Openings(link=link, connections=connections, preferences=self.preferences, window=self.frame)
        self.stack.add_later(lambda: self.stack.place(FIRST_PAGE, FirstRun(self.openings)))
        self.status = StatusLine()
        self.bar = QMenuBar()
        self.menus = [self.bar.addMenu(phrase(title)) for title in _MENUS]
        frame, preferences = self.frame, self.preferences
        self.stack.currentChanged.connect(frame.navigation.show_current)
        tasks.stage_changed.connect(frame.stage.follow)
        frame.stage.cancelled.connect(tasks.cancel)
        preferences.failed.connect(tasks.failed)
        preferences.refused.connect(frame.messages.show_refusal)
        preferences.scanner_learned.connect(frame.search.set_gap)
        frame.search.set_gap(preferences.settings.scanner_gap)
        connections.connected.connect(preferences.remember)
        connections.remarked.connect(frame.messages.show_plain)

    def show_link(self, link: DatabaseLink, *, person: Actor | None) -> None:
        """Show what is open, and who works on it; nobody, where it is covered."""
        description = link.description
        self.frame.show_link(link, inside=person is not None)
        self.status.show_database(description)
        self.status.show_person(person)
        of_exam = description is not None and not description.is_rehearsal
        self.openings.offer_copies(person is not None and link.lost_since is None and of_exam)
        if description is None:
            self.stack.show_pane(FIRST_PAGE)

    def put_around(self, window: QMainWindow) -> None:
        """Put everything into the window; what was there before goes."""
        # A dialog that closes gives the focus back to what it stood before.
        for before in (window, self.frame):
            before.setFocusProxy(self.frame.search)
        window.setCentralWidget(self.frame)
        window.setStatusBar(self.status)
        window.setMenuBar(self.bar)
