"""The operation log as a keyed hash chain: sealing a row, checkpoints, and finding what was tampered with.

What it promises: whoever edits, removes, adds or re-orders rows without the key is found out, and so is who cuts the
log's end, by a checkpoint that was kept elsewhere. Source: the write protocol, *Operation log*.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.orm import aliased

from desktop_admin import secrets
from desktop_admin.controllers.log import beside, seals
from desktop_admin.controllers.log.beside import Said
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.controllers.values.records import RESTORE_BACKUP
from desktop_admin.database.backends.backend import PRACTICE
from desktop_admin.database.seal import BEGINNING, SEALED, LogKey, kept_key, seal
from desktop_admin.database.session import (
    Session,
    has_own_tables,
    kind_of,
    log_key_of,
    needs_sign_in,
    remember_log_key,
    server_now,
)
from desktop_admin.database.tables.own import LARGEST_SEQ, LOG_KEY, GuardClearing, OperationRow, Setting
from desktop_admin.errors import DatabaseUnusable
from desktop_admin.messages import Message
from desktop_admin.rules import Role

_COLUMNS = (*(getattr(OperationRow, name) for name in SEALED), OperationRow.hash)
_NUMBERED = OperationRow.seq.between(1, LARGEST_SEQ)
_KEY_ID = select(Setting.value).where(Setting.name == LOG_KEY)
_ROWS_AT_ONCE = 1000
NO_DEFAULTS: Mapping[str, str] = MappingProxyType({})
_MOST_PROBLEMS = 100
"""Nobody reads further; the first ones say where to look."""
_MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The end of the log at one moment; kept elsewhere, it shows whether the log was cut or rewritten since.

    Attributes:
        seq: the number of the last row; 0 for an empty log.
        hash: the seal of that row.
        at: the database server's time, UTC.
    """

    seq: int
    hash: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Problem:
    """What does not fit in the log, and at which row."""

    seq: int
    what: Message


@dataclass(frozen=True, slots=True)
class Verification:
    """What a look at the whole log found.

    Attributes:
        unsealed: how many of them were written at desks without the key, or before there was one.
        problems: what does not fit, in the order of the log; the first hundred.
        compared: with how many checkpoints it was compared.
        kept: how many of these this desk had kept itself.
        replaced: the checkpoints that were not compared, because a back-up was put back since.
        put_back: when a back-up was last put back, as a sealed row says; None where that never happened.
        notes: what the person should know besides, though it does not speak against the log.
    """

    rows: int
    unsealed: int
    sessions: int
    problems: tuple[Problem, ...]
    end: Checkpoint
    compared: int = 0
    kept: int = 0
    replaced: tuple[Checkpoint, ...] = ()
    put_back: datetime | None = None
    notes: tuple[Message, ...] = ()

    @property
    def intact(self) -> bool:
        """Whether everything fits."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a look at the log has come: so many rows, and so many archived sessions."""

    rows: int
    sessions: int


Told = Callable[[Progress], object]


def append(session: Session, row: dict[str, Any], *, actor: Actor, behind: Last | None = None) -> None:
    """Seal a row of the log and write it behind the last one.

    The creation lock is held, so nobody else takes the same number; an identity would leave gaps when rolled back. The
    first supervisor makes the key. ``row`` has the other sealed columns.

    Args:
        behind: the last row, where this transaction has read it under the lock.
    """
    seq, digest, is_built_on, wanted = last(session)[0] if behind is None else behind
    if not isinstance(digest, str) or is_built_on:
        # Somebody wrote the last row by hand, with a hash that another row builds on already. That is found by its
        # own seal, and must not keep this desk from working.
        digest = hashlib.sha256(f"{seq}:{digest}".encode()).hexdigest()
    key = _key(session, actor, wanted)
    row = {**row, "seq": seq + 1, "prev_hash": digest, "key_id": None if key is None else key.id}
    sealed = seal(row, key=key)
    if key is None:
        seals.note_written(sealed)
    session.execute(insert(OperationRow).values(**row, hash=sealed))


def _key(session: Session, actor: Actor, wanted: str | None) -> LogKey | None:
    if wanted is not None:
        key = log_key_of(session)
        return key if key is not None and key.id == wanted else None
    if actor.role is not Role.SUPERVISOR:
        return None
    key = LogKey.make()
    # Kept before it is used: a row that was sealed with a lost key could never be checked again.
    secrets.keep_log_key(key.id, key.secret)
    session.execute(insert(Setting).values(name=LOG_KEY, value=key.id))
    remember_log_key(session, key)
    return key


def key_id(session: Session) -> str | None:
    """The id of this log's key, whether this desk has the key or not; None before the first supervisor made one."""
    if not has_own_tables(session):
        return None
    return session.execute(_KEY_ID).scalar_one_or_none()


def end(session: Session) -> Checkpoint:
    """The log's end as it is now."""
    newest = last(session)[0] if has_own_tables(session) else NO_ROW
    return Checkpoint(newest.seq, newest.digest, server_now(session))


class Last(NamedTuple):
    """The last row, or what stands for it in front of the first.

    Attributes:
        is_built_on: whether another row follows its hash all the same.
        key_id: of the log's key, where there is one.
    """

    seq: int
    digest: Any
    is_built_on: bool
    key_id: str | None


NO_ROW = Last(0, BEGINNING, False, None)
"""What stands for the last row where there are no tables."""


def last(session: Session, *asked: ColumnElement[Any]) -> tuple[Last, Sequence[Any]]:
    """The last row of the log, and what else is ``asked`` of our own tables, in one statement.

    Rows with a number that nobody writes honestly are passed over. Where one stands at the very end of the numbers,
    the log goes on behind the rows that follow each other.
    """
    after = aliased(OperationRow)

    def is_built_on(digest: Any) -> ColumnElement[bool]:
        return select(after.seq).where(after.prev_hash == digest).exists()

    key_id = _KEY_ID.scalar_subquery()
    rows = select(OperationRow.seq, OperationRow.hash, is_built_on(OperationRow.hash), key_id, *asked).limit(1)
    newest = rows.where(_NUMBERED).order_by(OperationRow.seq.desc())
    found: Any = session.execute(newest).one_or_none()
    if found is not None and found.seq == LARGEST_SEQ:
        followed = select(after.seq).where(after.seq == OperationRow.seq + 1).exists()
        newest = rows.where(OperationRow.seq.between(1, LARGEST_SEQ - 1), ~followed).order_by(OperationRow.seq)
        found = session.execute(newest).one_or_none()
    if found is None:
        found = (0, BEGINNING, *session.execute(select(is_built_on(BEGINNING), key_id, *asked)).one())
    of_row = len(Last._fields)
    return Last(*found[:of_row]), found[of_row:]


def verify(
    session: Session,
    *,
    checkpoints: Sequence[Checkpoint] = (),
    told: Told | None = None,
    defaults: Mapping[str, str] = NO_DEFAULTS,
) -> Verification:
    """Look at every row of the log and all that stands beside it, and compare it with ends that were kept elsewhere.

    Every thousand rows and sessions it is ``told``, in this thread, how far the look has come. ``defaults`` are the
    rules of the centre where nobody has set them.

    Raises:
        DatabaseUnusable: this desk does not have the log's key, so that it cannot be checked here.
    """
    look, beside_it = _Look(checkpoints, told), beside.Compared(0, set())
    if has_own_tables(session):
        look.key = _key_for_checking(session, look)
        odd: Sequence[Any] = session.execute(select(OperationRow.seq).where(~_NUMBERED)).scalars().all()
        for seq in odd:
            look.found(seq if isinstance(seq, int) else 0, "log_number_odd")
        # In pieces, so that on a file no long look keeps the portal from committing.
        while rows := _rows_behind(session, look.seq):
            for row in rows:
                look.at(row)
            look.tell(0)
        beside_it = beside.compare(
            session,
            look.said,
            found=look.found,
            since=partial(_recorded_since, session, seq=look.seq),
            told=look.tell,
            defaults=defaults,
        )
        if kind_of(session) in PRACTICE and needs_sign_in(session):
            look.found(0, "log_kind_not_made_here", kind=kind_of(session))
    look.finish()
    return Verification(
        rows=look.rows,
        unsealed=look.unsealed,
        sessions=beside_it.sessions,
        problems=tuple(sorted(look.problems, key=lambda one: one.seq)[:_MOST_PROBLEMS]),
        end=Checkpoint(look.seq, look.hash, server_now(session)),
        compared=len(checkpoints) - len(look.replaced),
        replaced=tuple(look.replaced),
        put_back=max(look.put_back, default=None),
        notes=tuple(_notes(look, beside_it.unvouched)),
    )


def _notes(look: _Look, unvouched: set[int]) -> Iterator[Message]:
    if look.replaced:
        yield Message.of("log_put_back", n=len(look.replaced))
    if unvouched:
        first = sorted(unvouched)[:_MOST_NAMED]
        more = ("…",) if len(unvouched) > len(first) else ()
        yield Message.of("log_not_vouched", n=len(unvouched), rows=(*first, *more))


def _key_for_checking(session: Session, look: _Look) -> LogKey | None:
    wanted = key_id(session)
    sealed = session.execute(select(OperationRow.key_id).where(OperationRow.key_id.is_not(None)).limit(1)).scalar()
    key = log_key_of(session)
    if key is None and sealed != wanted:
        # Nobody takes a key from a database: without its name, no row of it could be checked any more.
        key = kept_key(sealed)
        if key is not None:
            look.found(0, "log_key_unnamed", key=key.id)
    if (wanted or sealed) is not None and key is None:
        raise DatabaseUnusable("log_key_missing", key=wanted or sealed)
    return key


def _rows_behind(session: Session, seq: int) -> Sequence[Any]:
    query = select(*_COLUMNS).where(OperationRow.seq > seq, _NUMBERED).order_by(OperationRow.seq).limit(_ROWS_AT_ONCE)
    return session.execute(query).mappings().all()


class _Look:
    """What a walk along the log has seen so far."""

    def __init__(self, checkpoints: Sequence[Checkpoint], told: Told | None) -> None:
        self.key: LogKey | None = None
        self._checkpoints, self._told = checkpoints, told
        self._of_row: defaultdict[int, list[Checkpoint]] = defaultdict(list)
        for point in checkpoints:
            self._of_row[point.seq].append(point)
        self.rows = self.unsealed = self.seq = 0
        self.hash = BEGINNING
        self.put_back: list[datetime] = []
        self.replaced: list[Checkpoint] = []
        self.problems: list[Problem] = []
        self.said = Said()
        self._told_last = 0

    def tell(self, sessions: int) -> None:
        if self._told is not None and (not sessions or sessions // _ROWS_AT_ONCE > self._told_last // _ROWS_AT_ONCE):
            self._told(Progress(self.rows, sessions))
        self._told_last = sessions

    def found(self, seq: int, code: str, **values: object) -> None:
        self.problems.append(Problem(seq, Message.of(code, seq=seq, **values)))

    def at(self, row: Any) -> None:
        """Look at the next row."""
        seq = row["seq"]
        if seq != self.seq + 1:
            self.found(seq, "log_rows_missing", before=self.seq)
        elif row["prev_hash"] != self.hash:
            self.found(seq, "log_chain_broken")
        key = self.key if row["key_id"] is not None else None
        fits = row["hash"] == seal(row, key=key)
        if row["key_id"] is not None and (self.key is None or row["key_id"] != self.key.id):
            self.found(seq, "log_other_key")
        elif not fits:
            self.found(seq, "log_row_changed")
        if key is None:
            self.unsealed += 1
        elif row["operation"] == RESTORE_BACKUP:
            self.put_back.append(row["at"])
        self._compare(seq, row["hash"])
        self.rows, self.seq, self.hash = self.rows + 1, seq, row["hash"]
        self.said.by(row, sealed=fits and key is not None)

    def finish(self) -> None:
        """Whatever checkpoint lies behind the last row: the end is missing."""
        for point in self._checkpoints:
            if point.seq > self.seq and not self._is_replaced(point):
                self.found(point.seq, "log_cut", at=point.at)
        self._compare(0, BEGINNING)

    def _compare(self, seq: int, digest: str | None) -> None:
        for point in self._of_row.get(seq, ()):
            if point.hash != digest and not self._is_replaced(point):
                self.found(seq, "log_not_as_checkpoint", at=point.at)

    def _is_replaced(self, point: Checkpoint) -> bool:
        """Whether a back-up was put back after the checkpoint, whose rows are in the file that it replaced.

        Only such rows of the log count as were seen so far: what the back-up brought along must fit as ever.
        """
        replaced = any(point.at <= at for at in self.put_back)
        if replaced:
            self.replaced.append(point)
        return replaced


def _recorded_since(session: Session, op_id: str, *, seq: int) -> bool:
    """Whether another desk, or the guard, recorded it behind the last row that was looked at, while this one looked."""
    behind = select(OperationRow.op_id).where(OperationRow.op_id == op_id, OperationRow.seq > seq)
    by_guard = select(GuardClearing.op_id).where(GuardClearing.op_id == op_id)
    return session.execute(behind.union_all(by_guard)).first() is not None
