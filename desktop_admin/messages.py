"""Every sentence that a controller, a rule or an error gives to a person, by code.

Controllers and errors carry a ``Message`` (code and values); the sentence is made at the edge, from the catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from desktop_admin.language import template

_LONGEST_PATH = 200
"""Nobody reads further, and somebody may have pasted a whole page."""


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence not yet worded: its code, the key in the catalogue, and the values for its placeholders."""

    code: str
    values: tuple[tuple[str, object], ...] = ()

    @classmethod
    def of(cls, code: str, **values: object) -> Message:
        """A message; raises KeyError at once for a code that has no sentence."""
        template(code)
        return cls(code, tuple(values.items()))

    def english(self, *, zone: tzinfo | None = None) -> str:
        """The sentence in English; ``zone`` as for ``sentence``."""
        return sentence(self, zone=zone)


def has_sentence(code: str) -> bool:
    """Whether there is a sentence for this code."""
    try:
        template(code)
    except KeyError:
        return False
    return True


def sentence(message: Message, *, zone: tzinfo | None = None) -> str:
    """The message in words.

    Args:
        message: what to say.
        zone: the zone in which times are shown to people (24 h, ISO dates); None for programs: ISO 8601 with Z.
    """
    return template(message.code).format(**{key: _worded(value, zone) for key, value in message.values})


def shortened(text: str, *, most: int = 50) -> str:
    """The text for a sentence; somebody may have pasted a whole letter into it."""
    return f"{text[:most]}…" if len(text) > most else text


def _worded(value: object, zone: tzinfo | None) -> str:
    if isinstance(value, Message):
        return sentence(value, zone=zone)
    if isinstance(value, datetime) and zone is None:
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, Path):
        return shortened(str(value), most=_LONGEST_PATH)
    if isinstance(value, tuple | list):
        return ", ".join(_worded(part, zone) for part in value)
    return str(value)
