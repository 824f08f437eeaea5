"""What a scanned text may mean: scanners add marks of their own, and write on the keyboard layout of the computer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_SYMBOLOGY = re.compile(r"\A\][A-Za-z][0-9]")
"""Which kind of bar code it was, as AIM has it: ``]C0`` for Code 128."""
_US = "qwertyuiopasdfghjklzxcvbnmQWERTYUIOPASDFGHJKLZXCVBNM"
_LAYOUTS = (
    # French: digits need Shift there, which the scanner does not press.
    str.maketrans("&é\"'(-è_çà)aqzwAQZW,?", "1234567890-qawzQAWZmM"),
    # Hindi (InScript); its digits are understood everywhere.
    str.maketrans("ौैाीूबहगदजोे्िुपरकतॆंमनवलसऔऐआईऊभङघधझओएअइउफऱखथऎँणऩऴळश", _US),
)
"""What the keys of a US keyboard write on other layouts."""


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan as it arrived: what it wrote, and the longest time between two keys in milliseconds."""

    text: str
    slowest: int


@dataclass(frozen=True, slots=True)
class Marks:
    """What a scanner adds to a number, and the longest time between two of its keys in milliseconds."""

    prefix: str
    suffix: str
    slowest: int


def learned(number: str, scans: Sequence[Scan]) -> Marks | None:
    """What several scans of the card with this number tell of the scanner; None where they do not agree."""
    texts = {scan.text for scan in scans}
    if len(texts) != 1 or not number:
        return None
    (text,) = texts
    place = text.casefold().find(number.casefold())
    if place < 0:
        return None
    return Marks(text[:place], text[place + len(number) :], max(scan.slowest for scan in scans))


def readings(scanned: str, *, prefix: str = "", suffix: str = "") -> tuple[str, ...]:
    """What a scanned text may mean, first as it is, then without the scanner's marks and as another layout has it.

    Args:
        scanned: the text as it arrived.
        prefix, suffix: what this desk's scanner is known to add.
    """
    bare = scanned.strip().removeprefix(prefix).removesuffix(suffix).strip()
    plain = _SYMBOLOGY.sub("", bare)
    if len(plain) > 2 and plain[0] == plain[-1] == "*":
        # The first and the last bar of Code 39.
        plain = plain[1:-1]
    every = (scanned.strip(), bare, plain, *(plain.translate(layout) for layout in _LAYOUTS))
    return tuple(dict.fromkeys(text for text in every if text))
