"""The catalogue of sentences, by key: read when the first is needed, because a start of the program says none.

The source is ``resources/catalogues/en/LC_MESSAGES/desktop_admin.po``; ``hatch_build.py`` compiles it to the ``.mo``
beside it, in the wheel and in the editable install.
"""

from __future__ import annotations

import gettext
import struct
from functools import cache
from pathlib import Path

from desktop_admin.installation import resources_folder


class CatalogueUnusable(Exception):
    """The catalogue cannot be read: as there are no sentences, this failure brings its own, in English."""

    exit_code = 1

    def __init__(self, path: Path) -> None:
        super().__init__(f"The catalogue of sentences {path} is missing or damaged: install the program again.")


def template(key: str) -> str:
    """The sentence of this key, with names in braces where values go.

    Raises:
        KeyError: no sentence has this key.
        CatalogueUnusable: there is no catalogue, or it is damaged.
    """
    found = _catalogue().gettext(key)
    # Without a key the reader gives the heading of the whole catalogue.
    if found == key or not key:
        raise KeyError(f"no sentence for the message code {key!r}")
    return found


@cache
def _catalogue() -> gettext.GNUTranslations:
    path = resources_folder() / "catalogues" / "en" / "LC_MESSAGES" / "desktop_admin.mo"
    try:
        with path.open("rb") as file:
            return gettext.GNUTranslations(file)
    # What the reader raises, according to the place where a damaged file stops making sense.
    except (OSError, ValueError, LookupError, struct.error) as damage:
        raise CatalogueUnusable(path) from damage
