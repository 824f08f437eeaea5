"""Every sentence that a controller, a rule or an error gives to a person, by code.

Controllers and errors carry a ``Message`` (code and values); the sentence is made at the edge, from the catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from desktop_admin.language import ENGLISH, Language, template, used

_LONGEST_PATH = 200
"""Nobody reads further, and somebody may have pasted a whole page."""


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence not yet worded: its code, the key in the catalogue, and the values for its placeholders."""

    code: str
    values: tuple[tuple[str, object], ...] = ()

    @classmethod
    def of(cls, code: str, /, **values: object) -> Message:
        """A message; raises KeyError at once for a code that has no sentence."""
        template(code)
        return cls(code, tuple(values.items()))

    def english(self, *, zone: tzinfo | None = None) -> str:
        """The sentence in English, whatever language is spoken; without a zone for programs: times as ISO 8601."""
        return _filled(self, zone, ENGLISH)


def has_sentence(code: str) -> bool:
    """Whether there is a sentence for this code."""
    try:
        template(code)
    except KeyError:
        return False
    return True


def phrase(key: str, /, **values: object) -> str:
    """The words of this key for people, in the language that is spoken, where there is no time in them."""
    return sentence(Message(key, tuple(values.items())), zone=UTC)


def sentence(message: Message, *, zone: tzinfo) -> str:
    """The message for people, in the language that is spoken.

    Where a sentence has forms for one and for many, the value ``n`` chooses.

    Args:
        message: what to say.
        zone: the zone in which times are shown (24 h, ISO dates).
    """
    return _filled(message, zone, used())


def _filled(message: Message, zone: tzinfo | None, language: Language) -> str:
    values = dict(message.values)
    n = values.get("n")
    if isinstance(n, int):
        values["n"] = f"{n:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    text = template(message.code, n=n if isinstance(n, int) else None, language=language)
    return text.format(**{key: _worded(value, zone, language) for key, value in values.items()})


def shortened(text: str, *, most: int = 50) -> str:
    """The text for a sentence; somebody may have pasted a whole letter into it."""
    return f"{text[:most]}…" if len(text) > most else text


def _worded(value: object, zone: tzinfo | None, language: Language) -> str:
    if isinstance(value, Message):
        return _filled(value, zone, language)
    if isinstance(value, datetime) and zone is None:
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, Path):
        return shortened(str(value), most=_LONGEST_PATH)
    if isinstance(value, tuple | list):
        return ", ".join(_worded(part, zone, language) for part in value)
    return str(value)
