"""The columns of a register: which there are, how long they may be, and how their headings are known again."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from desktop_admin import resources
from desktop_admin.messages import Message
from desktop_admin.rules import clean


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a register.

    Attributes:
        name: as the portal's profile calls it; ``trade``, ``shift`` and ``password`` stand for something else there.
        most: how many letters the portal's column takes.
        required: whether every row must have it.
        secret: whether it is written and never shown.
    """

    name: str
    most: int
    required: bool = False
    secret: bool = False

    @property
    def told(self) -> Message:
        """What people call it."""
        return Message.of(f"register.column_{self.name}")


COLUMNS = {
    column.name: column
    for column in (
        Column("army_no", 50, required=True),
        Column("rank", 50, required=True),
        Column("name", 150, required=True),
        Column("trade", 80, required=True),
        Column("dob", 10, required=True),
        Column("doe", 10, required=True),
        Column("aadhar_number", 12, required=True, secret=True),
        Column("apaar_id", 12, required=True, secret=True),
        Column("father_name", 150, required=True),
        Column("state", 100, required=True),
        Column("district", 100, required=True),
        Column("unit", 50),
        Column("brigade", 100),
        Column("corps", 100),
        Column("command", 100),
        Column("exam_center", 150),
        Column("training_center", 100),
        Column("mobile_no", 10, secret=True),
        Column("shift", 200),
        Column("password", 128, secret=True),
    )
}
"""All of them, in the order in which people are told of them."""
_FEWEST = 3
"""A row with fewer known headings is a title, or a candidate."""
_HEADINGS_WITHIN = 30
"""Above the headings stand at most so many rows of titles."""


@dataclass(frozen=True, slots=True)
class Headings:
    """Where a sheet has which column.

    Attributes:
        at: the place of each known column in a row, by its name.
        texts: the headings as they are, by place.
        ends: how many rows stand above the first candidate.
    """

    at: Mapping[str, int]
    texts: tuple[str, ...]
    ends: int

    @property
    def missing(self) -> tuple[Column, ...]:
        """The required columns that it does not have."""
        return tuple(one for one in COLUMNS.values() if one.required and one.name not in self.at)

    @property
    def unused(self) -> tuple[str, ...]:
        """The headings that nothing is read under."""
        used = set(self.at.values())
        return tuple(text for place, text in enumerate(self.texts) if text and place not in used)


def normal_heading(text: str) -> str:
    """A heading as it is compared: only letters, their vowel signs and digits, without case."""
    known = unicodedata.normalize("NFKC", clean(text)).casefold()
    return "".join(one for one in known if one.isalnum() or unicodedata.category(one).startswith("M"))


@cache
def _known() -> dict[str, str]:
    listed = tomllib.loads(resources.path("register/headings.toml").read_text(encoding="utf-8"))
    return {normal_heading(text): name for name, texts in listed.items() for text in texts}


def find(rows: Sequence[Sequence[str]], own: Mapping[str, str]) -> Headings | None:
    """The headings of a sheet, which may stand in one row or in two, below titles; None where there are none.

    Args:
        rows: the first rows of the sheet, as texts.
        own: the headings of this centre, by the column that they head.
    """
    known = _known() | {normal_heading(text): name for name, text in own.items()}
    best: Headings | None = None
    above = rows[:_HEADINGS_WITHIN]
    for number, row in enumerate(above):
        two = above[number : number + 2]
        for ends, texts in ((number + 1, row), (number + 2, [" ".join(pair) for pair in zip(*two, strict=False)])):
            at = _places(texts, known)
            if len(at) >= _FEWEST and (best is None or len(at) > len(best.at)):
                best = Headings(at, tuple(clean(text) for text in texts), ends)
    if best is None:
        return None
    # Below them the same may stand once more, in the other language.
    ends = best.ends
    while ends < len(rows) and is_heading(rows[ends], known):
        ends += 1
    return Headings(best.at, best.texts, ends)


def is_heading(row: Sequence[str], known: Mapping[str, str] | None = None) -> bool:
    """Whether a row holds headings once more, as at the top of each printed page."""
    return len(_places(row, known or _known())) >= _FEWEST


def _places(texts: Sequence[str], known: Mapping[str, str]) -> dict[str, int]:
    at: dict[str, int] = {}
    for place, text in enumerate(texts):
        name = known.get(normal_heading(text))
        if name is not None:
            at.setdefault(name, place)
    return at
