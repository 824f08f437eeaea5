"""The seal of a single row of the log, wherever one is shown, or picked to be undone.

Whoever has a desk's account of a server, or may write the file, can add rows; without the log's key none of them is
sealed. Desks without the key write such rows, too: so each desk notes which ones it wrote, in its user's data folder,
by their hashes, which cover all of a row and, through the row before it, its place.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from sqlalchemy import select

from desktop_admin.controllers.values.records import Sealed
from desktop_admin.database.seal import SEALED, seal
from desktop_admin.database.session import Session, log_key_of
from desktop_admin.database.statements import sql
from desktop_admin.database.tables.own import LARGEST_SEQ, GuardClearing, OperationRow
from desktop_admin.database.tables.types import NO_TIME
from desktop_admin.messages import Message
from desktop_admin.settings import data_folder


def of_row(session: Session, row: OperationRow) -> Sealed:
    """What is known of who wrote a row, by the key that this desk has, or by what it wrote itself."""
    key = None
    if row.key_id is not None:
        key = log_key_of(session)
        if key is None or key.id != row.key_id:
            return Sealed.UNCHECKED
    fits = row.hash == seal({name: getattr(row, name) for name in SEALED}, key=key)
    if key is not None:
        return Sealed.SEALED if fits else Sealed.CHANGED
    return Sealed.OWN if fits and row.hash in written_here() else Sealed.UNSEALED


def sealed(session: Session, *, op_ids: Collection[str]) -> set[str] | None:
    """Those of the operations whose row is as it was sealed; None where this desk does not have the key.

    What the guard has cleared on a server counts as sealed: no desk's account may write where that stands.
    """
    if log_key_of(session) is None:
        return None
    named = OperationRow.op_id.in_(sql.texts(op_ids))
    rows = session.execute(select(OperationRow).where(named)).scalars().all()
    found = {row.op_id for row in rows if of_row(session, row) is Sealed.SEALED}
    left = set(op_ids) - found
    if left and not sql.is_file(session):
        by_guard = select(GuardClearing.op_id).where(GuardClearing.op_id.in_(sql.texts(left)))
        found |= set(session.execute(by_guard).scalars())
    return found


def odd(row: OperationRow) -> tuple[Message, ...]:
    """What nobody writes honestly into a row."""
    seq: object = row.seq
    wrong = {
        "record_odd_number": not isinstance(seq, int) or not 0 < seq <= LARGEST_SEQ,
        "record_odd_time": NO_TIME in (row.at, row.desk_at),
    }
    return tuple(Message.of(code, seq=seq) for code, holds in wrong.items() if holds)


def doubts(found: Sealed) -> tuple[Message, ...]:
    """What whoever takes an operation back should know of its row first."""
    return () if found.certain else (Message.of(f"note_row_{found}"),)


def note_written(digest: str) -> None:
    """Note the hash of a row that this desk writes without a key; where nothing can be noted, it picks none later."""
    with suppress(OSError):
        data_folder().mkdir(parents=True, exist_ok=True)
        with _file().open("a", encoding="ascii") as file:
            file.write(f"{digest}\n")


def written_here() -> frozenset[str]:
    """The hashes of the rows that this desk wrote without a key."""
    try:
        changed = _file().stat().st_mtime_ns
    except OSError:
        return frozenset()
    return _read(_file(), changed)


@lru_cache(maxsize=1)
def _read(file: Path, _changed: int) -> frozenset[str]:
    return frozenset(file.read_text(encoding="ascii", errors="replace").split())


def _file() -> Path:
    return data_folder() / "written-without-key"
