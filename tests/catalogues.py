"""The catalogues as the translators see them."""

from __future__ import annotations

import shutil
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as BabelMessage
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ENGLISH = Path(__file__).parents[1] / "resources" / "catalogues" / "en" / "LC_MESSAGES" / "desktop_admin.po"


def read(po: Path) -> Catalog:
    """The catalogue in this file; what does not read as one is a failure."""
    with po.open("rb") as file:
        return read_po(file, abort_invalid=True)


def forms(message: BabelMessage) -> tuple[str, tuple[str, ...]]:
    """The key of a message, and its sentence in the forms that it has: one, or one and many."""
    if isinstance(message.id, str):
        return message.id, (str(message.string),)
    return message.id[0], tuple(message.string or ())


FORMS = dict(forms(message) for message in read(ENGLISH) if message.id)
"""The English sentences by key, in each of their forms."""

TEXTS = {key: texts[-1] for key, texts in FORMS.items()}
"""The English sentences by key, as said of many."""


def mark(resources: Path) -> None:
    """Make a folder of resources whose English is ours, and whose Hindi is English with ⟦ and ⟧ around all it says."""
    folders = [resources / "catalogues" / language / "LC_MESSAGES" for language in ("en", "hi")]
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
