"""The catalogues as the translators see them."""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

ENGLISH = Path(__file__).parents[1] / "resources" / "catalogues" / "en" / "LC_MESSAGES" / "desktop_admin.po"


def read(po: Path) -> Catalog:
    """The catalogue in this file; what does not read as one is a failure."""
    with po.open("rb") as file:
        return read_po(file, abort_invalid=True)


TEXTS = {str(message.id): str(message.string) for message in read(ENGLISH) if message.id}
"""The English sentences by key."""
