"""Checkpoints of the operation log as files, to be kept elsewhere (write protocol, *Operation log*)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from desktop_admin.controllers.log_chain import Checkpoint
from desktop_admin.errors import UsageProblem
from desktop_admin.new_files import write_new


def values(point: Checkpoint) -> dict[str, Any]:
    """A checkpoint as its file holds it."""
    at = point.at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return {"seq": point.seq, "hash": point.hash, "at": at}


def write(file: Path, point: Checkpoint) -> None:
    """Write a checkpoint to a new file that only this user may read.

    Raises:
        UsageProblem: there is such a file already.
        AdminError: it cannot be written.
    """
    write_new(file, (json.dumps(values(point), indent=2) + "\n").encode(), private=True)


def read(file: Path) -> Checkpoint:
    """The checkpoint in a file.

    Raises:
        UsageProblem: the file holds none.
    """
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        return Checkpoint(int(kept["seq"]), str(kept["hash"]), datetime.fromisoformat(kept["at"]))
    except (OSError, ValueError, KeyError, TypeError) as broken:
        raise UsageProblem("not_a_checkpoint", path=file) from broken
