"""An operation of the log with all that it did: what an undo takes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import aliased

from desktop_admin.controllers.archive import cleared, images, sums
from desktop_admin.controllers.archive.cleared import Archived
from desktop_admin.controllers.archive.images import Held, Images
from desktop_admin.controllers.log import bodies, seals
from desktop_admin.controllers.operations.kind import Earlier, Operation, Undo
from desktop_admin.controllers.operations.plan import Lines
from desktop_admin.controllers.operations.table import KINDS, OPERATIONS, UNKNOWN, operation_named
from desktop_admin.controllers.operations.undo import UNDO
from desktop_admin.controllers.portal import logins
from desktop_admin.controllers.portal.logins import Ended
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.controllers.values.records import Sealed
from desktop_admin.controllers.values.written import Whose
from desktop_admin.database.session import Session, has_own_tables
from desktop_admin.database.statements import sql, stored
from desktop_admin.database.tables.own import LARGEST_SEQ, AcceptedSession, OperationRow
from desktop_admin.database.tables.portal import ExamSession
from desktop_admin.errors import AdminError, TryAgain, UsageProblem
from desktop_admin.once import once

_ROWS_AT_ONCE = 20


class Around(NamedTuple):
    """What else there is, so that what is not there need not be read.

    Attributes:
        is_undone: whether the operation was taken back.
        has_later: whether anything was recorded after it.
        has_accepted: whether any session was ever accepted.
    """

    is_undone: bool
    has_later: bool
    has_accepted: bool


@dataclass(frozen=True)
class Past(Lines):
    """An operation of the log, with all that it did.

    Attributes:
        inactive: the questions of its cleared sessions that were not active before it.
        logins: those that it ended and that are still kept.
    """

    row: OperationRow
    around: Around
    sealed: Sealed
    images: tuple[Images, ...]
    archived: tuple[Archived, ...]
    inactive: frozenset[int]
    logins: tuple[Ended, ...]

    @property
    def earlier(self) -> Earlier:
        """The operation, for the plan that takes it back."""
        row = self.row
        return Earlier(row.op_id, self.kind, (row.person, row.person_id), self.sealed.certain)

    @once
    def made(self) -> frozenset[int]:
        """The accounts that it made."""
        return frozenset(key for image in self.images if image.of.whose is Whose.MADE for key in image.keys)


def last_of(session: Session, *, actor: Actor) -> str:
    """The ``op_id`` of the person's last operation that can still be undone.

    Rows of which nobody can say here that the program wrote them are passed over: whoever may insert one names any
    person in it.

    Raises:
        UsageProblem: there is none.
    """
    if not has_own_tables(session):
        raise UsageProblem("nothing_to_undo")
    undone = select(OperationRow.undoes).where(OperationRow.undoes.is_not(None))
    own = OperationRow.person_id == actor.user_id
    if actor.user_id is None:
        own = (OperationRow.person == actor.name) & (OperationRow.desk == actor.desk)
    wanted = (
        select(OperationRow)
        .where(own, OperationRow.undoes.is_(None), OperationRow.op_id.not_in(undone))
        .where(OperationRow.operation.in_([kind.name for kind in OPERATIONS if kind.undo is not Undo.NEVER]))
        .order_by(OperationRow.seq.desc())
        .limit(_ROWS_AT_ONCE)
    )
    before = LARGEST_SEQ + 1
    while rows := session.execute(wanted.where(OperationRow.seq < before)).scalars().all():
        found = next((row.op_id for row in rows if seals.of_row(session, row).certain), None)
        if found is not None:
            return found
        before = rows[-1].seq
    raise UsageProblem("nothing_to_undo")


def read(session: Session, *, op_id: str) -> Past:
    """The operation with all that it did, where it can be undone at all.

    Log and archive never change, and nobody else writes them while a plan is carried out: they are read once for it.

    Raises:
        UsageProblem: the log has no such operation.
        AdminError: it has been undone already, is of a kind that is not undone, or its row is damaged.
    """
    known: dict[str, Past] = session.info.setdefault("past", {})
    if op_id not in known:
        known[op_id] = _read(session, op_id)
    return known[op_id]


def look(session: Session, past: Past) -> list[Held]:
    """Read what the rows that the operation wrote hold now, and remember it for the change that is planned from it."""
    found = session.info["held"] = images.held(session, past.images)
    return found


def still_held(session: Session, past: Past) -> list[Held]:
    """What ``look`` found last in this transaction, where it still is so when it is to be written.

    On a file nothing can have changed. On a server copies of sets are locked by nobody, and sessions not everywhere.

    Raises:
        TryAgain: it is no longer so.
    """
    found: list[Held] = session.info["held"]
    if sql.is_file(session):
        return found
    if sql.is_mariadb(session):
        # Elsewhere the creation lock holds the whole table already.
        written = {key for one in past.images if one.of.whose is Whose.SESSION for key in one.keys}
        if written:
            sql.lock_keys(session, ExamSession, sorted(written))
    if images.held(session, past.images) != found:
        raise TryAgain
    return found


def _row(session: Session, op_id: str) -> tuple[OperationRow, Around, Operation, Sealed]:
    other = aliased(OperationRow)
    around = (
        select(other.seq).where(other.undoes == op_id).exists(),
        select(other.seq).where(other.seq > OperationRow.seq).exists(),
        select(AcceptedSession.session_id).exists(),
    )
    wanted = select(OperationRow, *around).where(OperationRow.op_id == op_id)
    found = session.execute(wanted).one_or_none() if has_own_tables(session) else None
    if found is None:
        raise UsageProblem("no_such_operation", op_id=op_id)
    row, *rest = found
    if row.operation == UNDO.name:
        raise AdminError("undo_of_undo")
    kind = operation_named(row.operation)
    if kind is None or kind.undo is Undo.NEVER:
        name = next((one for one in KINDS if one.name == row.operation), UNKNOWN).say("name")
        raise AdminError("not_undoable", operation=name)
    if Around(*rest).is_undone:
        raise AdminError("already_undone")
    sealed = seals.of_row(session, row)
    if sealed is Sealed.CHANGED:
        raise AdminError("undo_damaged", seq=row.seq)
    return row, Around(*rest), kind, sealed


def _read(session: Session, op_id: str) -> Past:
    row, around, kind, sealed = _row(session, op_id)
    try:
        body = stored.read_json(row.body)
        lines = bodies.lines_of(body)
        written = images.together(images.read(image, writes=kind.writes) for image in body["images"])
        inactive = frozenset(map(int, body.get("inactive", ())))
        ended = frozenset(body.get("logins", ()))
    except (ValueError, TypeError, LookupError) as failure:
        raise AdminError("undo_damaged", seq=row.seq) from failure
    return Past(
        kind=kind,
        lines=lines,
        row=row,
        around=around,
        sealed=sealed,
        images=written,
        archived=tuple(cleared.to_undo(session, op_id=op_id, said=sums.said(row.body))),
        inactive=inactive,
        logins=logins.ended_by(session, op_id=op_id, listed=ended),
    )
