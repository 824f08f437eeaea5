"""Checkpoints of the operation log as files: kept by each desk day by day, and written to be kept elsewhere.

Source: the write protocol, *Operation log*. A cut end of the log shows only beside a checkpoint, so each desk keeps one
a day of every log that it works with, in the user's data folder, by the id of the log's key. Beside them it notes in
which databases it saw that key, so that a key that is taken out of a database does not take its checkpoints along.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from desktop_admin.controllers.log import chain
from desktop_admin.controllers.log.chain import Checkpoint, Problem, Told, Verification
from desktop_admin.database.seal import is_key_id
from desktop_admin.database.session import Session, place_of
from desktop_admin.errors import AdminError, UsageProblem
from desktop_admin.files.new_files import write_new
from desktop_admin.messages import Message
from desktop_admin.settings import data_folder

_MOST_KEPT = 400
"""More than a year of them."""


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
    write_new(file, (json.dumps(values(point), indent=2) + "\n").encode())


def read(file: Path) -> Checkpoint:
    """The checkpoint in a file.

    Raises:
        UsageProblem: the file holds none.
    """
    try:
        return of_values(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError) as broken:
        raise UsageProblem("not_a_checkpoint", path=file) from broken


def of_values(kept: Mapping[str, Any]) -> Checkpoint:
    """A checkpoint, as its file holds it.

    Raises:
        ValueError: it is none; also TypeError, KeyError or OverflowError.
    """
    point = Checkpoint(int(kept["seq"]), str(kept["hash"]), datetime.fromisoformat(kept["at"]))
    if point.seq < 0 or point.at.tzinfo is None:
        raise ValueError("no row of a log, or no moment")
    return point


def folder_of(key_id: str) -> Path:
    """Where this desk keeps the checkpoints of the log with this key."""
    return data_folder() / "checkpoints" / key_id


def keep_daily(session: Session) -> None:
    """Keep the log's end of today at this desk, unless that was done before; a log without a key has nothing to keep.

    The day is the database server's, in UTC. Only the newest 400 of a log stay.

    Raises:
        AdminError: it could not be kept; whatever the person does goes on.
    """
    key_id = chain.key_id(session)
    if key_id is None or not is_key_id(key_id):
        return
    folder, point = folder_of(key_id), chain.end(session)
    file, seen = folder / f"{point.at.astimezone(UTC):%Y-%m-%d}.json", folder / _seen_in(session)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        seen.touch(mode=0o600)
        if file.exists():
            return
        write(file, point)
        for old in _kept(key_id)[:-_MOST_KEPT]:
            old.unlink(missing_ok=True)
    except UsageProblem:
        # Another window of this desk was faster by a moment.
        return
    except (AdminError, OSError) as failure:
        raise AdminError("checkpoint_not_kept", path=folder) from failure


def verify(
    session: Session,
    *,
    files: Sequence[Path] = (),
    told: Told | None = None,
    defaults: Mapping[str, str] = chain.NO_DEFAULTS,
) -> Verification:
    """Look at the whole log, and compare it with the checkpoints that this desk has kept, and with those in files.

    One of this desk's own that cannot be read is told and left out.

    ``told`` and ``defaults`` are as for ``chain.verify``.

    Raises:
        UsageProblem: one of the files holds no checkpoint.
        DatabaseUnusable: as ``chain.verify``.
    """
    given, notes = [read(file) for file in files], []
    key_id, keys = chain.key_id(session), _keys_seen(session)
    kept: dict[str, list[Checkpoint]] = {}
    for one in sorted({*keys, *filter(is_key_id, [key_id or ""])}):
        kept[one] = []
        for file in _kept(one):
            try:
                kept[one].append(read(file))
            except UsageProblem:
                notes.append(Message.of("kept_checkpoint_damaged", path=file))
    own = [point for points in kept.values() for point in points]
    found = chain.verify(session, checkpoints=[*given, *own], told=told, defaults=defaults)
    gone = [
        Problem(0, Message.of("log_key_gone", key=one, path=keys[one]))
        for one in keys
        if one != key_id and not _replaced_since(found, kept[one])
    ]
    replaced = {id(point) for point in found.replaced}
    return replace(
        found,
        problems=(*gone, *found.problems),
        kept=sum(id(point) not in replaced for point in own),
        notes=(*found.notes, *notes),
    )


def forget(session: Session) -> None:
    """Forget which keys this desk has seen here: it has put a new database itself in the place of one that was.

    Raises:
        AdminError: what was kept of them cannot be removed.
    """
    for seen in _keys_seen(session).values():
        try:
            seen.unlink(missing_ok=True)
        except OSError as failure:
            raise AdminError("checkpoint_not_kept", path=seen) from failure


def _replaced_since(found: Verification, points: Sequence[Checkpoint]) -> bool:
    """Whether a back-up was put back after the newest of these checkpoints."""
    newest = max((point.at for point in points), default=datetime.min.replace(tzinfo=UTC))
    return found.put_back is not None and newest <= found.put_back


def _seen_in(session: Session) -> str:
    """The name of the file beside the checkpoints that says in which database this desk saw the key."""
    return f"{hashlib.sha256(place_of(session).encode()).hexdigest()[:16]}.seen"


def _keys_seen(session: Session) -> dict[str, Path]:
    """The ids of the keys that this desk has seen in this database, each with the file that says so."""
    return {file.parent.name: file for file in folder_of("").glob(f"*/{_seen_in(session)}")}


def _kept(key_id: str) -> list[Path]:
    """The checkpoints of a log that this desk has kept, the oldest first."""
    return sorted(folder_of(key_id).glob("*.json"))
