"""Our own tables, all with the prefix ``desktop_admin_``; made by the Alembic revisions in ``migrations``.

They have no foreign keys into the portal's tables, because those would make the portal's own deletes fail.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Boolean, Integer, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from desktop_admin.database.tables.types import NO_TIME, LongText, UtcDateTime

PREFIX = "desktop_admin_"
VERSION_TABLE = "desktop_admin_version"
REVISION = "0001"
"""The newest Alembic revision; a test compares it with the scripts, so that opening need not import Alembic."""

LOG_KEY = "log_key"
"""The setting that names the key of the operation log."""
WRITING_NODE = "writing-node"
"""The setting that names the one node of a cluster that portal and desks write to."""
LARGEST_SEQ = 2**53
"""No honest row of the log has a larger number; what lies beyond, or before 1, is somebody's who wrote by hand."""

_TABLE: Any = {"mysql_charset": "utf8mb4"}
_FOUND_BY_KEY = _TABLE | {"sqlite_with_rowid": False}
"""Rows of which the key is all that they are found by."""


class Own(DeclarativeBase):
    """Base of our own tables."""

    metadata = MetaData(naming_convention={"ix": "%(table_name)s_%(column_0_name)s"})
    __table_args__ = _TABLE
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        bool: Boolean(),
        int: BigInteger(),
        str: Text(),
        dt.datetime: UtcDateTime(otherwise=NO_TIME),
    }


class DatabaseKind(Own):
    """One row that marks a database as made by us, as one of ``compat.KINDS``."""

    __tablename__ = "desktop_admin_database"

    id: Mapped[int] = mapped_column(Integer(), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[dt.datetime]


class OperationRow(Own):
    """One applied operation: who, when, why, what, and what every changed column held before.

    ``seq`` is the last one plus 1, not an identity: rolled-back identities leave gaps. ``body`` is canonical JSON with
    the lines as they were told and the before-images; ``at`` is the server's time, ``desk_at`` the desk's. ``hash``
    seals the row and, with ``prev_hash``, every row before it (``controllers/log/chain.py``); ``key_id`` names the key,
    and is NULL where the desk had none. ``undoes`` is the ``op_id`` of the operation that this one undid.
    """

    __tablename__ = "desktop_admin_operation"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    op_id: Mapped[str] = mapped_column(String(36), unique=True)
    at: Mapped[dt.datetime]
    desk_at: Mapped[dt.datetime]
    person: Mapped[str] = mapped_column(String(150))
    person_id: Mapped[int | None]
    verified: Mapped[bool]
    released_by: Mapped[str | None] = mapped_column(String(150))
    desk: Mapped[str] = mapped_column(String(150))
    operation: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str | None] = mapped_column(LongText)
    applied: Mapped[int] = mapped_column(Integer())
    refused: Mapped[int] = mapped_column(Integer())
    ended_logins: Mapped[int] = mapped_column(Integer())
    body: Mapped[str] = mapped_column(LongText)
    prev_hash: Mapped[str] = mapped_column(String(64), unique=True, index=True)
    hash: Mapped[str] = mapped_column(String(64))
    key_id: Mapped[str | None] = mapped_column(String(16))
    undoes: Mapped[str | None] = mapped_column(String(36), unique=True, index=True)


class OperationCandidate(Own):
    """Which candidates an operation was applied to; an index over ``OperationRow.body``, never the truth itself."""

    __tablename__ = "desktop_admin_operation_candidate"
    __table_args__ = _FOUND_BY_KEY

    op_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, index=True)


class OperationPaper(Own):
    """What an operation set of a trade's paper, or left open for its writers; an index over ``OperationRow.body``."""

    __tablename__ = "desktop_admin_operation_paper"
    __table_args__ = _FOUND_BY_KEY

    op_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    trade_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, index=True)
    paper: Mapped[str] = mapped_column(String(20), primary_key=True)
    letter: Mapped[str | None] = mapped_column(String(1))
    opens: Mapped[bool | None]
    minutes: Mapped[int | None]
    applied: Mapped[bool]


class ArchivedSession(Own):
    """A cleared session. Never deleted by the program.

    ``questions`` is JSON: the names of what is kept of an exam question, and behind it a line for each, by question.
    ``body`` is JSON: every column of the session (``database/statements/stored.py``), and the army number, name, trade,
    set and paper that a complaint needs a week later. ``sha256`` is of all the others (``HASHED``).
    """

    HASHED: ClassVar = ("op_id", "session_id", "user_id", "paper_id", "questions", "body")

    __tablename__ = "desktop_admin_archived_session"
    __table_args__ = _FOUND_BY_KEY

    op_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    session_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, index=True)
    user_id: Mapped[int]
    paper_id: Mapped[int]
    questions: Mapped[str] = mapped_column(LongText)
    body: Mapped[str] = mapped_column(LongText)
    sha256: Mapped[str] = mapped_column(String(64))


class ArchivedAnswer(Own):
    """An answer of a paper that was opened again. Never deleted by the program.

    ``body`` is JSON: every column of the answer; ``sha256`` is of all the others (``HASHED``).
    """

    HASHED: ClassVar = ("op_id", "answer_id", "user_id", "body")

    __tablename__ = "desktop_admin_archived_answer"
    __table_args__ = _FOUND_BY_KEY

    op_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    answer_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    user_id: Mapped[int]
    body: Mapped[str] = mapped_column(LongText)
    sha256: Mapped[str] = mapped_column(String(64))


class EndedLogin(Own):
    """A portal login that an operation ended, kept for 24 hours so that an undo at once is invisible.

    ``body`` is JSON: every column of it; ``sha256`` is of all the others but ``ended_at`` (``HASHED``), which is the
    operation's.
    """

    HASHED: ClassVar = ("op_id", "session_key", "user_id", "body")

    __tablename__ = "desktop_admin_ended_login"

    op_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    session_key: Mapped[str] = mapped_column(String(40), primary_key=True)
    user_id: Mapped[int]
    body: Mapped[str] = mapped_column(LongText)
    sha256: Mapped[str] = mapped_column(String(64))
    ended_at: Mapped[dt.datetime] = mapped_column(index=True)


class GuardClearing(Own):
    """Sessions that the guard's trigger took into the archive when somebody else switched a set.

    ``database_user`` is whoever switched it, as the server knows them. ``archive`` is a hash over the hashes of the
    sessions that stand in the archive under this ``op_id``: no desk's account may write here, and so add one of them.
    """

    __tablename__ = "desktop_admin_guard_clearing"

    op_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    at: Mapped[dt.datetime]
    trade_id: Mapped[int]
    paper: Mapped[str] = mapped_column(String(20))
    letter: Mapped[str] = mapped_column(String(1))
    database_user: Mapped[str] = mapped_column(String(150))
    sessions: Mapped[int]
    archive: Mapped[str] = mapped_column(String(64))


class RestoredSession(Own):
    """A cleared session that was put back: which one, out of which operation's archive, and by which operation.

    The key lets only one of two desks put it back.
    """

    __tablename__ = "desktop_admin_restored_session"
    __table_args__ = _FOUND_BY_KEY

    op_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    session_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    by_op_id: Mapped[str] = mapped_column(String(36), index=True)


class AcceptedSession(Own):
    """An incomplete session on another set that may be finished, as an operation accepted it for one switch.

    ``trade_id``, ``paper`` and ``letter`` say for which: it holds while that letter is the active one there. Never
    deleted; the log tells what was taken back (``controllers/portal/accepted.py``).
    """

    __tablename__ = "desktop_admin_accepted_session"
    __table_args__ = _FOUND_BY_KEY

    op_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    session_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, index=True)
    user_id: Mapped[int] = mapped_column(index=True)
    trade_id: Mapped[int]
    paper: Mapped[str] = mapped_column(String(20))
    letter: Mapped[str] = mapped_column(String(1))


class GivenTime(Own):
    """Minutes that a session was given, which its ``duration`` counts from ``given_at``; who keeps the log knows why.

    ``planned``: an accommodation of the candidate's, and not for what went wrong in the hall.
    """

    __tablename__ = "desktop_admin_given_time"
    __table_args__ = _FOUND_BY_KEY

    op_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    session_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, index=True)
    user_id: Mapped[int]
    given_at: Mapped[dt.datetime]
    minutes: Mapped[int] = mapped_column(Integer())
    planned: Mapped[bool]


class Accommodation(Own):
    """More minutes that a candidate is to get in each paper; the portal has no place for them before the start."""

    __tablename__ = "desktop_admin_accommodation"
    __table_args__ = _FOUND_BY_KEY

    op_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, index=True)
    kept_at: Mapped[dt.datetime]
    extra: Mapped[int] = mapped_column(Integer())


class CheckIn(Own):
    """A candidate who was seen at the door, or of whom that was withdrawn. Never deleted; the newest row counts.

    ``day`` is the day in the portal's zone, as YYYY-MM-DD, ``shift_id`` the shift at whose door it was, ``seat`` the
    seat or PC that was given, or empty. When, where and by whom says the operation.
    """

    __tablename__ = "desktop_admin_check_in"
    __table_args__ = _FOUND_BY_KEY

    op_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, index=True)
    day: Mapped[str] = mapped_column(String(10), index=True)
    shift_id: Mapped[int | None]
    seat: Mapped[str] = mapped_column(String(40))
    present: Mapped[bool]


class Setting(Own):
    """What holds for every desk on this database, by name; changes are recorded in the operation log."""

    __tablename__ = "desktop_admin_setting"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(LongText)


class RoleRow(Own):
    """A role that a supervisor gave a staff account at the desk, in place of what its portal role means."""

    __tablename__ = "desktop_admin_role"

    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    role: Mapped[str] = mapped_column(String(20))


class SignInFailure(Own):
    """How often in a row a user name was refused at a desk; removed when the right password comes."""

    __tablename__ = "desktop_admin_sign_in_failure"

    username: Mapped[str] = mapped_column(String(150), primary_key=True)
    desk: Mapped[str] = mapped_column(String(150), primary_key=True)
    failures: Mapped[int] = mapped_column(Integer())
    last_at: Mapped[dt.datetime]
