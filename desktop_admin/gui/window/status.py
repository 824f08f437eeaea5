"""The status bar: database and host, person and role, age of the data, version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStatusBar

from desktop_admin import __version__
from desktop_admin.gui.connection.link import POLL_MS
from desktop_admin.gui.core.sentences import OVERDUE, RUNNING
from desktop_admin.gui.core.speech import announce
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.kit.labels import ShortLabel
from desktop_admin.messages import phrase

if TYPE_CHECKING:
    from desktop_admin.controllers.values.guard_state import GuardCheck
    from desktop_admin.controllers.values.lines import Actor
    from desktop_admin.controllers.values.sessions import Survey
    from desktop_admin.database.backends.backend import Description

STALE_SECONDS = 2 * POLL_MS // 1000
"""What is older than two polls is not called live: the database should have answered by then."""
MINUTES_FROM = 120
COUNT_DOWN_MS = 60_000
"""So long before an unused window is locked, it says when."""


class StatusLine(QStatusBar):
    """The line at the foot of the window.

    Attributes:
        database, guard, logins, person, age: what is said about each.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(phrase("window.status"))
        self._open = False
        self._person = ""
        self._counting = False
        self.database, self.guard, self.logins, self.person, self.age = (self._label() for _ in range(5))
        self._label().show_text(__version__)

    def _label(self) -> ShortLabel:
        label = ShortLabel()
        label.setContentsMargins(8, 2, 8, 2)
        self.addPermanentWidget(label)
        return label

    def show_database(self, description: Description | None) -> None:
        """Name the database that is open."""
        self._open = description is not None
        if description is None:
            self.database.show_text(phrase("window.no_database"))
            self.guard.show_text("")
            self.show_logins(None)
            return
        text = f"{description.engine}  {description.name}"
        if description.host is not None:
            tls = "TLS" if description.tls else phrase("window.no_tls")
            tls = tls if description.authority is None else phrase("window.tls_checked")
            text = f"{text} @ {description.host}  ({tls})"
        self.database.show_text(text)
        self.database.set_hint(str(description.path) if description.path else text)

    def show_person(self, actor: Actor | None) -> None:
        """Name the person and the role; None while nobody has signed in."""
        text = phrase("window.nobody")
        if actor is not None:
            values = {"role": phrase(f"role.{actor.role}"), "name": actor.name or phrase("window.unknown_person")}
            text = phrase("window.who" if actor.verified else "window.who_not_signed_in", **values)
        self._person, self._counting = text, False
        self.person.show_text(text, Tone.PLAIN)

    def count_down(self, left_ms: int) -> None:
        """In the last minute before the window is locked, say when that will be; -1 where it never is."""
        if not 0 <= left_ms <= COUNT_DOWN_MS:
            if self._counting:
                self._counting = False
                self.person.show_text(self._person, Tone.PLAIN)
            return
        if not self._counting:
            self._counting = True
            announce(self.person, phrase("window.locks_soon"))
        told = phrase("window.locks_in", person=self._person, n=-(-left_ms // 1000))
        self.person.show_text(f"{OVERDUE} {told}", Tone.OVERDUE)

    def show_guard(self, found: GuardCheck) -> None:
        """Say whether the guard is in the database; nothing where there is none and none is missing."""
        text = phrase("window.guard_on") if found.installed else ""
        if found.alarming:
            text = f"{OVERDUE} {phrase('window.guard_incomplete')}"
        self.guard.show_text(text, Tone.OVERDUE if found.alarming else Tone.PLAIN)

    def show_logins(self, survey: Survey | None) -> None:
        """Say that portal logins are kept alive, or that they end before their papers do; nothing where neither is."""
        if survey is not None and survey.ending:
            text = f"{OVERDUE} {phrase('window.logins_end', n=survey.ending)}"
            self.logins.show_text(text, Tone.OVERDUE)
            self.logins.set_hint(phrase("window.logins_hint"))
            return
        self.logins.set_hint("")
        kept = survey is not None and survey.keeps_logins
        self.logins.show_text(phrase("window.logins_kept") if kept else "", Tone.PLAIN)

    def show_age(self, seconds: int, *, lost: bool) -> None:
        """Say how old the data is."""
        minutes = seconds >= MINUTES_FROM
        age = phrase("kit.minutes", n=seconds // 60) if minutes else phrase("window.seconds", n=seconds)
        if lost:
            self.age.show_text(f"{OVERDUE} {phrase('window.not_connected', age=age)}", Tone.STUCK)
        elif not self._open:
            self.age.show_text("")
        elif seconds > STALE_SECONDS:
            self.age.show_text(f"{OVERDUE} {phrase('window.old', age=age)}", Tone.OVERDUE)
        else:
            self.age.show_text(f"{RUNNING} {phrase('window.live', n=seconds)}", Tone.RUNNING)
