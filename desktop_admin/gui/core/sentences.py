"""What the window says before it has panes: glyphs, and messages as sentences. Importing it needs no controller."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from desktop_admin.messages import Message, sentence

GLYPHS = STUCK, OVERDUE, ACCEPTED, RUNNING, NOT_STARTED, FINISHED, DONE = "◆", "▲", "◐", "●", "○", "■", "✓"
NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Sentences:
    """Makes sentences of messages; times are shown in the portal's zone.

    Attributes:
        zone: the zone of all times on screen.
    """

    zone: tzinfo

    def say(self, message: Message) -> str:
        """The message as a sentence."""
        return sentence(message, zone=self.zone)

    def lines(self, messages: Sequence[Message]) -> str:
        """Several messages, one after the other."""
        return " ".join(self.say(message) for message in messages)

    def full_moment(self, at: datetime) -> str:
        """Date and time with seconds."""
        return at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M:%S")


def said(message: Message) -> str:
    """The message as a sentence, where there is no time in it."""
    return sentence(message, zone=UTC)
