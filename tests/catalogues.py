"""The catalogues as the translators see them, and the glossary that they keep to."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as BabelMessage
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from desktop_admin import language
from desktop_admin.language import LANGUAGES, Language
from desktop_admin.once import once

_ROOT = Path(__file__).parents[1]

PATHS = {
    spoken: _ROOT / "resources" / "catalogues" / spoken / "LC_MESSAGES" / "desktop_admin.po" for spoken in LANGUAGES
}
ENGLISH = PATHS["en"]


def read(po: Path) -> Catalog:
    """The catalogue in this file; what does not read as one is a failure."""
    with po.open("rb") as file:
        return read_po(file, abort_invalid=True)


def forms(message: BabelMessage) -> tuple[str, tuple[str, ...]]:
    """The key of a message, and its sentence in the forms that it has: one, or one and many."""
    if isinstance(message.id, str):
        return message.id, (str(message.string),)
    return message.id[0], tuple(message.string or ())


SENTENCES = {spoken: dict(forms(message) for message in read(po) if message.id) for spoken, po in PATHS.items()}
"""The sentences of each language by key, in each of their forms."""

FORMS, HINDI_FORMS = SENTENCES["en"], SENTENCES["hi"]

TEXTS = {key: texts[-1] for key, texts in FORMS.items()}
"""The English sentences by key, as said of many."""


def placeholders(text: str) -> set[str]:
    """The names in braces."""
    return set(re.findall(r"{([^}]*)}", text))


@contextmanager
def speaking(spoken: Language) -> Iterator[None]:
    """The program speaks this language inside the block."""
    before = language.used()
    language.use(spoken)
    try:
        yield
    finally:
        language.use(before)


@dataclass(frozen=True)
class Term:
    """A row of the glossary.

    Attributes:
        english: its forms; empty where a remark says that the word has other uses, too.
        hindi: its forms.
    """

    english: tuple[str, ...]
    hindi: tuple[str, ...]

    def in_english(self, text: str) -> bool:
        """Whether an English sentence has the term, with a regular ending or without."""
        return bool(self.english) and self._in_english.search(text) is not None

    def in_hindi(self, text: str) -> bool:
        """Whether a Hindi sentence has it, in any case, number or tense."""
        return self._in_hindi.search(text) is not None

    @once
    def _in_english(self) -> re.Pattern[str]:
        return re.compile(rf"\b({'|'.join(map(_english, self.english))})\b", re.IGNORECASE)

    @once
    def _in_hindi(self) -> re.Pattern[str]:
        return re.compile(rf"(^|[\s“(/:])({'|'.join(map(_hindi, self.hindi))})")


def _english(form: str) -> str:
    stem = form.removesuffix("e")
    ending = "(e|es|ed|ing)" if form != stem else f"(s|es|ed|ing|{form[-1]}ed|{form[-1]}ing)?"
    return re.escape(stem) + ending


def _hindi(form: str) -> str:
    """The form without its endings: a Hindi word changes behind its last consonant only."""
    words = form.split()
    if len(words) > 1 and words[-1] in ("करना", "होना", "देना", "लेना"):
        words.pop()
    stems = (re.sub("[ािीुूेैोौई]$", "", word.removesuffix("ना")) for word in words)
    return r"\S*\s+".join(map(re.escape, stems))


def glossary() -> list[Term]:
    """The rows of ``docs/glossary.md``, in their order."""
    found = []
    for line in (_ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and cells[0] != "English" and not cells[0].startswith("-"):
            english, hindi = (tuple(form.strip() for form in cell.split(",")) for cell in cells[:2])
            found.append(Term(() if "(" in cells[0] else english, hindi))
    return found


def mark(resources: Path) -> None:
    """Make a folder of resources whose English is ours, and whose Hindi is English with ⟦ and ⟧ around all it says."""
    folders = [resources / "catalogues" / spoken / "LC_MESSAGES" for spoken in LANGUAGES]
    for folder in folders:
        folder.mkdir(parents=True)
    shutil.copy(ENGLISH.with_suffix(".mo"), folders[0])
    catalogue = read(ENGLISH)
    for message in catalogue:
        if message.id:
            _key, said = forms(message)
            marked = tuple(f"⟦{text}⟧" for text in said)
            message.string = marked[0] if isinstance(message.id, str) else marked
    with (folders[1] / "desktop_admin.mo").open("wb") as file:
        write_mo(file, catalogue)
