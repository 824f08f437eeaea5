"""Incidents: what happened in the hall, as a pane, a command or a paper shows it. All times are UTC-aware."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desktop_admin.controllers.values.records import Sealed
from desktop_admin.messages import Message

CATEGORIES = ("power", "computer", "network", "paper", "conduct", "health", "identity", "other")
"""Of what an incident may be, until a supervisor keeps other categories."""


def category_word(category: str) -> Message | str:
    """What a category is called; one that a supervisor added is called as they wrote it."""
    return Message.of(f"incident_category_{category}") if category in CATEGORIES else category


@dataclass(frozen=True, slots=True)
class Concerned:
    """A candidate whom an incident concerns, as they were called when it was written down."""

    user_id: int
    army_no: str
    name: str


@dataclass(frozen=True, slots=True)
class Written:
    """What was written down at once: the incident, or what was added to it later.

    Attributes:
        op_id: of its row in the log.
        at: when it was written down, by the database server's clock.
        about: the operations that belong to it, by their ids.
        seal: what is known of who wrote the row.
    """

    op_id: str
    seq: int
    at: datetime
    person: str
    desk: str
    text: str
    done: str
    people: tuple[Concerned, ...]
    about: tuple[str, ...]
    seal: Sealed


@dataclass(frozen=True, slots=True)
class Incident:
    """Something that happened in the hall.

    Attributes:
        happened_at: when, as the person says.
        first: as it was written down first.
        additions: what was added, oldest first; nothing of it is ever changed.
    """

    category: str
    happened_at: datetime
    first: Written
    additions: tuple[Written, ...] = ()

    @property
    def op_id(self) -> str:
        """What it is called by."""
        return self.first.op_id

    @property
    def is_open(self) -> bool:
        """Whether nothing is written down yet of what was done about it."""
        return not any(part.done for part in (self.first, *self.additions))

    @property
    def people(self) -> tuple[Concerned, ...]:
        """Everybody whom it concerns, each once."""
        return tuple(dict.fromkeys(one for part in (self.first, *self.additions) for one in part.people))

    @property
    def about(self) -> tuple[str, ...]:
        """The operations that belong to it."""
        return tuple(dict.fromkeys(one for part in (self.first, *self.additions) for one in part.about))


@dataclass(frozen=True, slots=True)
class IncidentPart:
    """What was written down at once, beside the incident that it belongs to."""

    incident: Incident
    part: Written
