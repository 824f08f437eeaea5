"""The catalogues of sentences, one a language, by key: read when the first is needed, because a start says none.

The sources are ``resources/catalogues/LANGUAGE/LC_MESSAGES/desktop_admin.po``; ``hatch_build.py`` compiles each to the
``.mo`` beside it, in the wheel and in the editable install.
"""

from __future__ import annotations

import gettext
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from desktop_admin.installation import resources_folder

Language = Literal["en", "hi"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
ENGLISH: Language = "en"

_used: Language = ENGLISH
_meanwhile: ContextVar[Language | None] = ContextVar("language spoken meanwhile", default=None)


class CatalogueUnusable(Exception):
    """The catalogue cannot be read: as there are no sentences, this failure brings its own, in English."""

    exit_code = 1

    def __init__(self, path: Path) -> None:
        super().__init__(f"The catalogue of sentences {path} is missing or damaged: install the program again.")


def use(language: Language) -> None:
    """Speak this language from now on, in the window, in the terminal and on paper.

    Raises:
        CatalogueUnusable: its catalogue is missing or damaged; the language stays as it was.
    """
    global _used
    _catalogue(language)
    _used = language


def used() -> Language:
    """The language that is spoken."""
    return _meanwhile.get() or _used


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Speak this language meanwhile, in this thread alone: a paper may be in both.

    Raises:
        CatalogueUnusable: its catalogue is missing or damaged.
    """
    _catalogue(language)
    before = _meanwhile.set(language)
    try:
        yield
    finally:
        _meanwhile.reset(before)


def template(key: str, *, n: int | None = None, language: Language | None = None) -> str:
    """The sentence of this key, with names in braces where values go.

    Args:
        key: of the sentence, the same in every language.
        n: what is counted, for a sentence that has forms for one and for many.
        language: another language than the one that is spoken.

    Raises:
        KeyError: no sentence has this key.
        CatalogueUnusable: there is no catalogue, or it is damaged.
    """
    catalogue = _catalogue(language or used())
    found = key if n is None else catalogue.ngettext(key, key, n)
    if found == key:
        found = catalogue.gettext(key)
    # Without a key the reader gives the heading of the whole catalogue.
    if found == key or not key:
        raise KeyError(f"no sentence for the message code {key!r}")
    return found


@cache
def _catalogue(language: Language) -> gettext.GNUTranslations:
    path = resources_folder() / "catalogues" / language / "LC_MESSAGES" / "desktop_admin.mo"
    try:
        with path.open("rb") as file:
            return gettext.GNUTranslations(file)
    # What the reader raises, according to the place where a damaged file stops making sense.
    except (OSError, ValueError, LookupError, struct.error) as damage:
        raise CatalogueUnusable(path) from damage
