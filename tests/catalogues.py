"""The catalogues as the translators see them."""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as BabelMessage
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
