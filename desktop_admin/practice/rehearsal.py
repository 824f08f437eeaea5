"""The rehearsal: a local copy of the open database in which everybody has one password and nothing reaches the portal.

Of practice data it is practice data, too: nobody need sign in there, because nobody could.

It holds what a desk may look at (``resources/grants``) and nothing else: Aadhaar, APAAR and mobile numbers, questions,
answers and portal logins stay behind, as do the log and the archive. So it can be made with the account of any desk.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, insert, select

from desktop_admin import passwords
from desktop_admin.database.backends import backup
from desktop_admin.database.backends.backend import PRACTICE_REHEARSAL
from desktop_admin.database.create import create
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session, has_own_tables
from desktop_admin.database.statements import answer_rows
from desktop_admin.database.tables.own import LOG_KEY, RoleRow, Setting
from desktop_admin.database.tables.portal import (
    ActivateSets,
    CandidateAnswer,
    CandidateProfile,
    Center,
    ExamQuestion,
    ExamSession,
    GlobalPaperTypeControl,
    Question,
    QuestionPaper,
    QuestionSetActivation,
    Shift,
    Trade,
    TradePaperActivation,
    UniversalSetActivation,
    User,
)
from desktop_admin.database.tables.types import Day, PortalDecimal, UtcDateTime
from desktop_admin.errors import UsageProblem
from desktop_admin.files.new_files import free_name
from desktop_admin.messages import Message
from desktop_admin.practice import cases
from desktop_admin.settings import data_folder

ANSWERED = "-"
"""Stands for every answer that is not blank."""

_WHOLE = (
    Center, Shift, Trade, QuestionPaper, TradePaperActivation, GlobalPaperTypeControl, ActivateSets,
    QuestionSetActivation, UniversalSetActivation, ExamSession, ExamQuestion,
)  # fmt: skip
_PARTS: Mapping[Any, Collection[str]] = {
    User: ("id", "username", "first_name", "last_name", "is_active", "is_staff", "is_superuser", "role", "last_login"),
    CandidateProfile: (
        "id", "user_id", "army_no", "rank", "name", "photograph", "trade_id", "shift_id",
        "has_exam_slot", "slot_assigned_at", "slot_assigned_by_id", "slot_attempting_at",
        "is_primary_completed", "is_secondary_completed", "primary_bypass_allowed",
        "primary_slot_consumed_at", "secondary_slot_consumed_at",
    ),
    Question: ("id", "trade_id", "is_common", "paper_type", "question_set", "part", "is_active"),
    CandidateAnswer: ("id", "candidate_id", "paper_id", "question_id", "exam_type", "submitted_at"),
}  # fmt: skip
"""What is copied of the tables that hold more than a desk may read; the other columns are blank in the copy."""
KEPT = 86_400
"""Seconds for which a rehearsal is kept that another one follows; it may be open beside it."""
_ROWS = 5_000
"""So many rows are read and written at a time."""


def is_rehearsal(database: Database) -> bool:
    """Whether this was made by ``make``."""
    return database.description.is_rehearsal and database.description.path is not None


def make_newest(source: Database, **how: Any) -> Database:
    """Make a rehearsal where nobody has named a place, in the user's own data; those of earlier days are removed then.

    The others as for ``make``, with the same failures.
    """
    folder = data_folder() / "rehearsals"
    name = free_name(folder, f"rehearsal-{datetime.now(UTC):%Y%m%d-%H%M%S}", ".sqlite3")
    copy = make(source, folder / name, **how)
    for earlier in folder.glob("rehearsal-*.sqlite3*"):
        # One that is open on a system that locks files stays until the next time.
        with suppress(OSError):
            if earlier.stat().st_mtime < time.time() - KEPT:
                earlier.unlink()
    return copy


def make(
    source: Database,
    path: Path,
    *,
    with_cases: bool = False,
    now: datetime | None = None,
    on_stage: Callable[[Message], None] = lambda _stage: None,
) -> Database:
    """Copy what a rehearsal needs of a database, as of one moment, while the portal and other desks go on; open it.

    Args:
        source: of any engine; nothing is written there.
        path: of the copy; must not exist yet.
        with_cases: let ten cases happen in it (``cases``).
        now: the moment that the copy is marked with, UTC.
        on_stage: told of each stage as it begins.

    Raises:
        UsageProblem: it is a rehearsal already, there is a file already, or none can be made there.
        DatabaseUnusable: no room, or the database cannot be read.
        Cancelled: it was stopped; nothing is left of the copy.
        AdminError: there is no trade in which a case could happen.
    """
    if is_rehearsal(source):
        raise UsageProblem("is_rehearsal", path=source.backend.name)
    moment = now or datetime.now(UTC)

    def fill(copy: Connection) -> None:
        on_stage(Message.of("stage_copying"))
        with _still(source, beside=path) as read:
            on_stage(Message.of("stage_rehearsal"))
            read(lambda session: _copy(session, copy, moment))

    # Where nobody signs in, there may be no account to sign in with.
    kind = "rehearsal" if source.description.needs_sign_in else PRACTICE_REHEARSAL
    copy = create(path, kind=kind, now=moment, fill=fill)
    if with_cases:
        try:
            copy.write(partial(cases.add, now=moment))
        except BaseException:
            copy.close()
            path.unlink()
            raise
    return copy


@contextmanager
def _still(source: Database, *, beside: Path) -> Iterator[Callable[[Callable[[Session], None]], None]]:
    """What reads the database as of one moment.

    A server keeps the moment by itself. A file that is read for long would keep the portal from writing, so it is
    copied first, page by page, to one that only this user may read and that is gone at the end.
    """
    file = source.description.path
    if file is None:
        yield partial(source.read, as_of_one_moment=True)
        return
    with backup.part_of(beside) as part:
        backup.pour(file, part, stopped=source.stoppable())
        with closing(Database.open(part)) as poured:
            yield poured.read


def _copy(source: Session, copy: Connection, now: datetime) -> None:
    for mapped in (*_WHOLE, *_PARTS):
        table = mapped.__table__
        wanted = _PARTS.get(mapped, table.columns.keys())
        kept = [column for column in table.columns if column.name in wanted]
        blank = {column.name: _blank(column, now) for column in table.columns if column.name not in wanted}
        if mapped is User:
            blank["password"] = passwords.hashed(passwords.REHEARSAL)
        for rows in _read(source, kept):
            if mapped is CandidateAnswer:
                given = answer_rows.given(source, ids=[row["id"] for row in rows])
                rows = [row | {"answer": ANSWERED if row["id"] in given else ""} for row in rows]
            copy.execute(insert(table), [blank | row for row in rows])
    if has_own_tables(source):
        _copy_rules(source, copy)


def _read(source: Session, columns: Sequence[Column[Any]]) -> Iterator[list[dict[str, Any]]]:
    """All rows of a table, some at a time, by its key: never more than those are held in memory."""
    (key,) = (column for column in columns if column.primary_key)
    asked, last = select(*columns).order_by(key).limit(_ROWS), None
    while True:
        found = source.execute(asked if last is None else asked.where(key > last)).mappings()
        rows = [dict(row) for row in found]
        if rows:
            yield rows
        if len(rows) < _ROWS:
            return
        last = rows[-1][key.name]


def _blank(column: Column[Any], now: datetime) -> object:
    """What stands in the copy for what a desk may not read."""
    if column.nullable:
        return None
    match column.type:
        case UtcDateTime():
            return now
        case Day():
            return now.date()
        case PortalDecimal():
            return Decimal()
        case _:
            return ""


def _copy_rules(source: Session, copy: Connection) -> None:
    """The centre's rules and the roles of its staff; a log of its own begins, with a key of its own."""
    for mapped in (Setting, RoleRow):
        found = source.execute(select(*mapped.__table__.columns)).mappings()
        if rows := [dict(row) for row in found if row.get("name") != LOG_KEY]:
            copy.execute(insert(mapped), rows)
