"""The status bar: database and host, person and role, age of the data, version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStatusBar

from desktop_admin import __version__
from desktop_admin.controllers.values.guard_state import GuardCheck, GuardState
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.gui.kit.themes import Tone
from desktop_admin.gui.kit.widgets import ToneLabel, tip
from desktop_admin.gui.kit.words import OVERDUE, RUNNING
from desktop_admin.messages import phrase

if TYPE_CHECKING:
    from desktop_admin.database.backends.backend import Description

STALE_SECONDS = 15
MINUTES_FROM = 120


class StatusLine(QStatusBar):
    """The line at the foot of the window."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(phrase("window.status"))
        self._open = False
        self._database = self._label()
        self._guard = self._label()
        self._person = self._label()
        self._age = self._label()
        self._label().show_text(__version__)

    def _label(self) -> ToneLabel:
        label = ToneLabel()
        label.setWordWrap(False)
        label.setContentsMargins(8, 2, 8, 2)
        self.addPermanentWidget(label)
        return label

    @property
    def age_text(self) -> str:
        """What is said about the age of the data."""
        return self._age.text()

    @property
    def guard_text(self) -> str:
        """What is said about the guard."""
        return self._guard.text()

    @property
    def database_text(self) -> str:
        """What is said about the database."""
        return self._database.text()

    def show_database(self, description: Description | None) -> None:
        """Name the database that is open."""
        self._open = description is not None
        if description is None:
            self._database.show_text(phrase("window.no_database"))
            self.show_guard(GuardCheck(GuardState.NOT_HERE))
            return
        text = f"{description.engine}  {description.name}"
        if description.host is not None:
            tls = "TLS" if description.tls else phrase("window.no_tls")
            if description.authority is not None:
                tls = phrase("window.tls_checked")
            text = f"{description.engine}  {description.name} @ {description.host}  ({tls})"
        self._database.show_text(text)
        self._database.setToolTip(tip(str(description.path) if description.path else text))

    @property
    def person_text(self) -> str:
        """What is said about the person."""
        return self._person.text()

    def show_person(self, actor: Actor | None) -> None:
        """Name the person and the role; None while nobody has signed in."""
        self._person.show_text(self._who(actor) if actor else phrase("window.nobody"))

    def show_guard(self, found: GuardCheck) -> None:
        """Say whether the guard is in the database; nothing where there is none and none is missing."""
        text = phrase("window.guard_on") if found.state is GuardState.INSTALLED else ""
        if found.alarming:
            text = f"{OVERDUE} {phrase('window.guard_incomplete')}"
        self._guard.show_text(text, Tone.OVERDUE if found.alarming else Tone.PLAIN)

    def show_age(self, seconds: int, *, lost: bool) -> None:
        """Say how old the data is."""
        age = self._age_in_words(seconds)
        if lost:
            self._age.show_text(f"{OVERDUE} {phrase('window.not_connected', age=age)}", Tone.STUCK)
        elif not self._open:
            self._age.show_text("")
        elif seconds > STALE_SECONDS:
            self._age.show_text(f"{OVERDUE} {phrase('window.old', age=age)}", Tone.OVERDUE)
        else:
            self._age.show_text(f"{RUNNING} {phrase('window.live', n=seconds)}", Tone.RUNNING)

    def _age_in_words(self, seconds: int) -> str:
        if seconds < MINUTES_FROM:
            return phrase("window.seconds", n=seconds)
        return phrase("kit.minutes", n=seconds // 60)

    def _who(self, actor: Actor) -> str:
        role, name = phrase(f"role.{actor.role}"), actor.name or phrase("window.unknown_person")
        if actor.verified:
            return phrase("window.who", role=role, name=name)
        return phrase("window.who_not_signed_in", role=role, name=name)
