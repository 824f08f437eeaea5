"""What a pane or a listing shows of the operation log and the archive, frozen when the transaction ends.

All times are UTC-aware.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache

from desktop_admin.controllers.values.lines import Line
from desktop_admin.messages import Message, has_sentence, phrase

BACKUP = "backup"
INCIDENT, AMEND_INCIDENT = "incident", "amend-incident"
CLOSE_DAY = "close-day"
RESTORE_BACKUP, GUARD_INSTALL, GUARD_REMOVE = "restore-backup", "guard-install", "guard-remove"
"""Kinds of records that whoever reads the log looks for."""
GUARD_CLEARING = "guard-clearing"
"""The kind of a record that the guard's trigger wrote: somebody else switched a set."""
SIGN_IN_BLOCKED = "sign-in-blocked"
"""The kind of a record of somebody who typed so many wrong passwords that the desk lets nobody try for a while."""
FIRST_SUPERVISOR = "first-supervisor"
"""The kind of a record of somebody who made the account of a supervisor, because nobody could sign in as one."""
KEEPING_LOGINS = "keep-logins"
"""The kind of a record of a pass that let portal logins last longer, which is done under a rule and by nobody."""

REASONS = (
    *("reason_old_set", "reason_wrong_set", "reason_wrong_candidate", "reason_misconduct", "reason_retake"),
    "reason_other",
)
"""The reasons to choose from, by key, in order."""
_KNOWN_REASONS = (*REASONS, "tour_reason_stuck", "tour_reason_switch", "reason_absent")


def recorded_reason(key: str) -> str:
    """A reason as the log keeps it: in English, whatever language is spoken."""
    return Message.of(key).english()


@cache
def _recorded_reasons() -> dict[str, str]:
    return {recorded_reason(key): key for key in _KNOWN_REASONS}


def told_reason(recorded: str | None) -> str | None:
    """A recorded reason for people: one of those to choose from in the language that is spoken, any other as typed."""
    key = _recorded_reasons().get(recorded or "")
    return recorded if key is None else phrase(key)


def operation_name(recorded: str) -> Message:
    """What an operation is called that the log calls so; a newer version may have written of one unknown here."""
    return Message.of(f"{recorded}.name" if has_sentence(f"{recorded}.name") else "operation.name")


class Sealed(StrEnum):
    """What is known of who wrote a row of the log."""

    SEALED = "sealed"
    OWN = "own"
    """Without a seal, and as this desk wrote it."""
    UNSEALED = "unsealed"
    UNCHECKED = "unchecked"
    """This desk does not have the key that it names."""
    CHANGED = "changed"
    """It does not fit its seal, or its hash."""

    @property
    def certain(self) -> bool:
        """Whether the program itself wrote it, and nobody touched it since."""
        return self in (Sealed.SEALED, Sealed.OWN)

    @property
    def doubted(self) -> bool:
        """Whether it is said wherever the row is shown that no seal says who wrote it."""
        return self not in (Sealed.SEALED, Sealed.UNCHECKED)

    def mark(self, person: str) -> str:
        """Who is said to have done it, and that no seal says so."""
        key = "row_changed" if self is Sealed.CHANGED else "row_unsealed"
        return phrase(key, person=person) if self.doubted else person


@dataclass(frozen=True, slots=True)
class LastAction:
    """The newest recorded operation that touched a candidate; its kind as the log names it."""

    op_id: str
    operation: str
    at: datetime
    person: str
    reason: str | None
    seal: Sealed


@dataclass(frozen=True, slots=True)
class PutBack:
    """The operation that put a cleared session back."""

    op_id: str
    operation: str
    at: datetime
    person: str


@dataclass(frozen=True, slots=True)
class ClearedSession:
    """A cleared session as the archive keeps it.

    Attributes:
        questions: ids of its questions, in the order in which the candidate saw them.
        put_back: what put it back since, or None.
        damaged: the archive no longer says more of it than this.
    """

    id: int
    user_id: int
    army_no: str | None = None
    name: str = ""
    trade: str | None = None
    paper: str = ""
    set: str = ""
    questions: tuple[int, ...] = ()
    started_at: datetime | None = None
    put_back: PutBack | None = None
    damaged: bool = False


@dataclass(frozen=True, slots=True)
class OperationRecord:
    """One recorded operation.

    Attributes:
        seq: its number in the log; None for what the guard cleared.
        at: the database server's time.
        lines: what was told about each candidate and trade.
        person_id: the account of who did it, where somebody had signed in.
        undoes: for undo, the ``op_id`` of what it took back.
        undone_by: the ``op_id`` of the undo that took it back, or None.
        undone_in_part: whether that undo left somebody, or a trade, as they were.
        released_by: who released it with a password, where the person's role was not enough.
        desk_at: the desk's own time; None for what the guard cleared.
        warnings: that the row is odd or damaged, and what was wrong with the desk's clock then.
        told: what was done, where it was done to no candidate and no trade.
        seal: what is known of who wrote the row; None for what the guard cleared.
    """

    seq: int | None
    op_id: str
    operation: str
    at: datetime
    person: str
    verified: bool
    desk: str
    reason: str | None
    applied: int
    refused: int
    ended_logins: int
    lines: tuple[Line, ...]
    sessions: tuple[ClearedSession, ...]
    person_id: int | None = None
    undoes: str | None = None
    undone_by: str | None = None
    undone_in_part: bool = False
    released_by: str | None = None
    desk_at: datetime | None = None
    warnings: tuple[Message, ...] = ()
    told: Message | None = None
    seal: Sealed | None = None

    @property
    def who(self) -> str:
        """Who is said to have done it, and that no seal says so."""
        return self.person if self.seal is None else self.seal.mark(self.person)


@dataclass(frozen=True, slots=True)
class PaperChange:
    """What was set of a trade's paper once.

    Attributes:
        person: who is said to have done it, and that no seal says so where none does.
        told: what it became, in words.
        undone: it was taken back.
    """

    op_id: str
    at: datetime
    person: str
    released_by: str | None
    operation: Message
    told: tuple[Message, ...]
    reason: str | None
    undone: bool


@dataclass(frozen=True, slots=True)
class HistoryFilters:
    """What the history is narrowed to; without any, everything.

    Attributes:
        text: the beginning of the army number, or part of the name, of a candidate to whom something was done.
        user_id: the account of such a candidate.
        operation: the kind of operation, as the log names it.
        person: who did it, or released it.
        since, until: by the database server's clock; both ends count.
    """

    text: str = ""
    user_id: int | None = None
    operation: str | None = None
    person: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """The newest operations that match the filters, and what the filters can choose from.

    Attributes:
        records: newest first.
        count: how many match, shown here or not.
        operations, people: that stand in the log, in alphabetical order.
    """

    records: tuple[OperationRecord, ...]
    count: int
    operations: tuple[str, ...]
    people: tuple[str, ...]
