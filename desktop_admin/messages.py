"""Every sentence that a controller, a rule or an error gives to a person, by code.

Controllers and errors carry a ``Message`` (code and values); the sentence is made at the edge: translated in the
window, in English on the command line. ``QT_TRANSLATE_NOOP`` only marks the texts for the translators' tool.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path

_LONGEST_PATH = 200
"""Nobody reads further, and somebody may have pasted a whole page."""


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence not yet worded: its code in ``texts.TEXTS`` and the values for its placeholders."""

    code: str
    values: tuple[tuple[str, object], ...] = ()

    @classmethod
    def of(cls, code: str, **values: object) -> Message:
        """A message; raises KeyError at once for a code that has no sentence."""
        if code not in _texts():
            raise KeyError(f"no sentence for the message code {code!r}")
        return cls(code, tuple(values.items()))

    def english(self, *, zone: tzinfo | None = None) -> str:
        """The sentence in English; ``zone`` as for ``sentence``."""
        return sentence(self, zone=zone)


def has_sentence(code: str) -> bool:
    """Whether there is a sentence for this code."""
    return code in _texts()


def sentence(message: Message, *, translate: Callable[[str], str] = str, zone: tzinfo | None = None) -> str:
    """The message in words.

    Args:
        message: what to say.
        translate: gives the translated template for the English one.
        zone: the zone in which times are shown to people (24 h, ISO dates); None for programs: ISO 8601 with Z.
    """
    template = translate(_texts()[message.code])
    return template.format(**{key: _worded(value, translate, zone) for key, value in message.values})


def shortened(text: str, *, most: int = 50) -> str:
    """The text for a sentence; somebody may have pasted a whole letter into it."""
    return f"{text[:most]}…" if len(text) > most else text


def _texts() -> dict[str, str]:
    """The sentences by code; read when the first is needed, because a start of the program says none."""
    from desktop_admin.texts import TEXTS

    return TEXTS


def _worded(value: object, translate: Callable[[str], str], zone: tzinfo | None) -> str:
    if isinstance(value, Message):
        return sentence(value, translate=translate, zone=zone)
    if isinstance(value, datetime) and zone is None:
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, Path):
        return shortened(str(value), most=_LONGEST_PATH)
    if isinstance(value, tuple | list):
        return ", ".join(_worded(part, translate, zone) for part in value)
    return str(value)
