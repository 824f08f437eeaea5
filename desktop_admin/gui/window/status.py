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
from desktop_admin.rules import Role

if TYPE_CHECKING:
    from desktop_admin.database.backends.backend import Description

STALE_SECONDS = 15
MINUTES_FROM = 120


class StatusLine(QStatusBar):
    """The line at the foot of the window."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Status"))
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
        if description is None:
            self._database.show_text(self.tr("no database"))
            self.show_guard(GuardCheck(GuardState.NOT_HERE))
            return
        text = f"{description.engine}  {description.name}"
        if description.host is not None:
            tls = "TLS" if description.tls else self.tr("no TLS")
            if description.authority is not None:
                tls = self.tr("TLS, server checked")
            text = f"{description.engine}  {description.name} @ {description.host}  ({tls})"
        self._database.show_text(text)
        self._database.setToolTip(tip(str(description.path) if description.path else text))

    @property
    def person_text(self) -> str:
        """What is said about the person."""
        return self._person.text()

    def show_person(self, actor: Actor | None) -> None:
        """Name the person and the role; None while nobody has signed in."""
        self._person.show_text(self._who(actor) if actor else self.tr("nobody signed in"))

    def show_guard(self, found: GuardCheck) -> None:
        """Say whether the guard is in the database; nothing where there is none and none is missing."""
        text = self.tr("guard on") if found.state is GuardState.INSTALLED else ""
        if found.alarming:
            text = f"{OVERDUE} " + self.tr("guard incomplete")
        self._guard.show_text(text, Tone.OVERDUE if found.alarming else Tone.PLAIN)

    def show_age(self, seconds: int, *, lost: bool) -> None:
        """Say how old the data is."""
        if lost:
            text = self.tr("not connected, {age} old").format(age=self._age_in_words(seconds))
            self._age.show_text(f"{OVERDUE} {text}", Tone.STUCK)
        elif self._database.text() == self.tr("no database"):
            self._age.show_text("")
        elif seconds > STALE_SECONDS:
            self._age.show_text(
                f"{OVERDUE} " + self.tr("{age} old").format(age=self._age_in_words(seconds)), Tone.OVERDUE
            )
        else:
            self._age.show_text(f"{RUNNING} " + self.tr("live, {n} s ago").format(n=seconds), Tone.RUNNING)

    def _age_in_words(self, seconds: int) -> str:
        if seconds < MINUTES_FROM:
            return self.tr("{n} s").format(n=seconds)
        return self.tr("{n} min").format(n=seconds // 60)

    def _who(self, actor: Actor) -> str:
        role = {
            Role.STAFF: self.tr("Staff"),
            Role.INVIGILATOR: self.tr("Invigilator"),
            Role.SUPERVISOR: self.tr("Supervisor"),
        }[actor.role]
        name = actor.name or self.tr("unknown")
        text = "{role}: {name}" if actor.verified else self.tr("{role}: {name} (not signed in)")
        return text.format(role=role, name=name)
