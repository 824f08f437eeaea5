"""Checkpoints of the operation log as files: kept by each desk day by day, and written to be kept elsewhere.

Source: the write protocol, *Operation log*. A cut end of the log shows only beside a checkpoint, so each desk keeps one
a day of every log that it works with, in the user's data folder, by the id of the log's key.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from desktop_admin.controllers import log_chain, permissions
from desktop_admin.controllers.log_chain import Checkpoint, Told, Verification
from desktop_admin.controllers.plans import Actor
from desktop_admin.errors import AdminError, UsageProblem
from desktop_admin.messages import Message
from desktop_admin.new_files import write_new
from desktop_admin.rules import Operation
from desktop_admin.settings import data_folder

_MOST_KEPT = 400
"""More than a year of them."""
_KEY_ID = re.compile(r"[0-9a-f]{16}")
"""The id comes from the database, and must not name any other folder."""


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
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError) as broken:
        raise UsageProblem("not_a_checkpoint", path=file) from broken


def take(session: Session, *, actor: Actor, file: Path) -> Checkpoint:
    """Write the log's end as it is now to a new file, to be kept elsewhere.

    Raises:
        NotPermitted: the actor is no supervisor.
        UsageProblem: there is such a file already.
        AdminError: it cannot be written.
    """
    permissions.check(session, actor=actor, operation=Operation.VERIFY_LOG)
    point = log_chain.end(session)
    write(file, point)
    return point


def folder_of(key_id: str) -> Path:
    """Where this desk keeps the checkpoints of the log with this key."""
    return data_folder() / "checkpoints" / key_id


def keep_daily(session: Session) -> None:
    """Keep the log's end of today at this desk, unless that was done before; a log without a key has nothing to keep.

    The day is the database server's, in UTC. Only the newest 400 of a log stay.

    Args:
        session: a reading session.

    Raises:
        AdminError: it could not be kept; whatever the person does goes on.
    """
    key_id = log_chain.key_id(session)
    if key_id is None or not _KEY_ID.fullmatch(key_id):
        return
    folder, point = folder_of(key_id), log_chain.end(session)
    file = folder / f"{point.at.astimezone(UTC):%Y-%m-%d}.json"
    try:
        if file.exists():
            return
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write(file, point)
        for old in _kept(key_id)[:-_MOST_KEPT]:
            old.unlink(missing_ok=True)
    except UsageProblem:
        # Another window of this desk was faster by a moment.
        return
    except (AdminError, OSError) as failure:
        raise AdminError("checkpoint_not_kept", path=folder) from failure


def verify(session: Session, *, actor: Actor, files: Sequence[Path] = (), told: Told | None = None) -> Verification:
    """Look at the whole log, and compare it with the checkpoints that this desk has kept, and with those in files.

    One of this desk's own that cannot be read is told and left out.

    Args:
        session, actor, told: as for ``log_chain.verify``.
        files: checkpoints that were kept elsewhere.

    Raises:
        UsageProblem: one of the files holds no checkpoint.
        NotPermitted, DatabaseUnusable: as ``log_chain.verify``.
    """
    points = [read(file) for file in files]
    notes = []
    for file in _kept(log_chain.key_id(session) or ""):
        try:
            points.append(read(file))
        except UsageProblem:
            notes.append(Message.of("kept_checkpoint_damaged", path=file))
    found = log_chain.verify(session, actor=actor, checkpoints=points, told=told)
    return replace(found, notes=(*found.notes, *notes))


def _kept(key_id: str) -> list[Path]:
    """The checkpoints of a log that this desk has kept, the oldest first."""
    return sorted(folder_of(key_id).glob("*.json")) if _KEY_ID.fullmatch(key_id) else []
