"""Files in one archive (ZIP), which every computer opens."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime

_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""A ZIP archive knows no earlier moment; a computer whose clock has stopped says 1970."""


def zipped(members: Mapping[str, bytes]) -> bytes:
    """The archive of these members, by name, each from this moment (UTC)."""
    whole = io.BytesIO()
    at = max(datetime.now(UTC).timetuple()[:6], _EARLIEST)
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, at), content, zipfile.ZIP_DEFLATED)
    return whole.getvalue()
