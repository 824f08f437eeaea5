"""The brake on guessing passwords: how long a user name must wait at a desk, and where its refusals are counted.

Each desk has a row of its own for a user name, and writes under the lock of that row alone. On a server the desk is
the account with which it is connected, which nobody invents, and whose rows no other account can write. Where nothing
can be written into the database, or nothing can be written yet, a file of the desk counts.

A desk with eight refusals in a row is blocked for 15 minutes. What is refused at other desks only slows it down: else
whoever has the account of one desk could keep a supervisor out of all of them.

Source: the write protocol, *Sign-in and secrets*.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Table, create_engine, delete, event, insert, orm, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from desktop_admin.controllers.log import entries
from desktop_admin.controllers.values.lines import Actor, new_op_id
from desktop_admin.controllers.values.records import SIGN_IN_BLOCKED
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session, has_own_tables, place_of, server_now
from desktop_admin.database.statements import owners, sql
from desktop_admin.database.tables.own import SignInFailure
from desktop_admin.errors import AdminError, TryAgain
from desktop_admin.messages import Message
from desktop_admin.rules import Role, is_locked_out, sign_in_wait
from desktop_admin.settings import data_folder

T = TypeVar("T")

_MOST_OF_ONE_DESK = 8
_MOST_AT_ALL_DESKS = 24
"""So many refusals of a user name lately, at three desks or more, slow it down at every desk."""
_LATELY = sign_in_wait(_MOST_OF_ONE_DESK)
_SLOWED = sign_in_wait(_MOST_OF_ONE_DESK - 1)
_LONGEST = 150
_FAILURES: Table = SignInFailure.__table__  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Tries:
    """How often a user name was refused in a row at a desk, this one or another, and when last."""

    here: bool
    failures: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the refusals of a desk are counted, and by which name."""

    table: Table
    name: str
    invented: bool
    """Whether another name would be another desk: then it is slowed by whatever was refused under any name."""


@dataclass(slots=True)
class _Judged:
    """What the refusal of one try was counted as, and what the log is to say of it."""

    counted: Tries | None = None
    told: Message | None = None


def waiting(database: Database, *, username: str, desk: str, instead_of: Path | None = None) -> timedelta | None:
    """How long the next try must still wait; None where it need not.

    Args:
        instead_of: the file whose accounts are past reading, where the database is a copy of it.

    Raises:
        AdminError: the desk's own file, where that counts, cannot be used.
    """

    def job(session: Session) -> timedelta | None:
        if not has_own_tables(session):
            return None
        here = _desk(session, desk)
        return _too_early(_tries(session, username, here), now=server_now(session), slowed_by_all=here.invented)

    waits = [database.read(job)]
    if instead_of is not None or not _counts(database):
        there = partial(_early_there, username=username, place=_place(database, instead_of))
        waits.append(_in_own_file(there) if _is_there() else None)
    return max(filter(None, waits), default=None)


def _early_there(session: orm.Session, *, username: str, place: str) -> timedelta | None:
    tries = _tries(session, username, _own_desk(place))
    return _too_early(tries, now=datetime.now(UTC), slowed_by_all=False)


def count(
    database: Database, *, username: str, desk: str, right: bool, instead_of: Path | None = None
) -> timedelta | None:
    """Count a refusal, or forget those before the right password.

    Tries that were checked side by side are let in one by one by the lock, and judged as if they had come so. Into a
    copy nothing is written: it must stay as it is, and whoever guesses could bring another one.

    Returns:
        How long the try should have waited, which is neither counted nor told whether it was right; None for in time.

    Raises:
        AdminError: it could not be counted.
    """
    if instead_of is not None or not _counts(database):
        # Who signs in without a slip leaves no file behind.
        if right and not _is_there():
            return None
        own = _own_desk(_place(database, instead_of))
        there = partial(_judge, username=username, desk=own, right=right, now=datetime.now(UTC))
        return _in_own_file(there)[0]

    judged = _Judged()

    def job(session: Session) -> tuple[timedelta | None, Message | None]:
        now, here = server_now(session), _desk(session, desk)
        return _judge(session, username=username, desk=here, right=right, now=now, judged=judged)

    # A right password with nothing to forget takes no lock: the portal is not kept waiting by who signs in.
    if right and not database.read(lambda session: _tries(session, username, _desk(session, desk))):
        return None
    early, told = database.write(job, creating=False)
    if told is not None:
        database.write(partial(_log, username=username, desk=desk, told=told, op_id=new_op_id()))
    return early


def _counts(database: Database) -> bool:
    return database.description.view_only is None and database.has_own_tables


def _place(database: Database, instead_of: Path | None) -> str:
    return database.read(place_of) if instead_of is None else str(instead_of.resolve())


def _log(session: Session, *, username: str, desk: str, told: Message, op_id: str) -> None:
    if entries.find(session, op_id=op_id) is not None:
        # The answer to its COMMIT was lost.
        return
    nobody = Actor(name=username, role=Role.STAFF, desk=desk)
    entry = entries.Entry(operation=SIGN_IN_BLOCKED, op_id=op_id, actor=nobody, now=server_now(session))
    entries.record_deed(session, entry, told=told)


def _desk(session: Session, desk: str) -> Desk:
    user = owners.database_user(session)
    return Desk(owners.my_failures(session), (user or desk)[:_LONGEST], invented=user is None)


def _tries(session: orm.Session, username: str, desk: Desk) -> list[Tries]:
    one = SignInFailure
    # The database says which is this desk: MariaDB takes DESK for desk, here as in the table's key.
    wanted = select(one.desk == desk.name, one.failures, one.last_at).where(one.username == username[:_LONGEST])
    return [Tries(bool(here), failures, last_at) for here, failures, last_at in session.execute(wanted)]


def _too_early(tries: list[Tries], *, now: datetime, slowed_by_all: bool) -> timedelta | None:
    """How long the next try must still wait; None where it need not."""
    waits = [(one.last_at, sign_in_wait(one.failures)) for one in tries if one.here]
    if _at_all_desks(tries, now) >= _MOST_AT_ALL_DESKS:
        waits += [(one.last_at, _SLOWED) for one in tries if one.failures and (one.here or slowed_by_all)]
    # A clock that was set back must not keep anybody out for longer than the wait itself.
    left = [last_at + wait - now for last_at, wait in waits if last_at <= now < last_at + wait]
    return max(left, default=None)


def _at_all_desks(tries: list[Tries], now: datetime) -> int:
    """The refusals at all desks lately; one desk, which tries again whenever it may, does not slow the others alone."""
    return sum(min(one.failures, _MOST_OF_ONE_DESK) for one in tries if now - _LATELY < one.last_at)


def _judge(
    session: orm.Session, *, username: str, desk: Desk, right: bool, now: datetime, judged: _Judged | None = None
) -> tuple[timedelta | None, Message | None]:
    """The wait that the try did not keep, and what the log is to say of it.

    Args:
        judged: what an attempt has counted before, the answer to whose COMMIT may have been lost.
    """
    judged = judged or _Judged()
    table, key = desk.table, {"username": username[:_LONGEST], "desk": desk.name}
    here = (table.c.username == key["username"]) & (table.c.desk == key["desk"])
    # From here on the row is locked, and no other row of the database.
    if sql.changed(session, update(table).where(here).values(failures=table.c.failures)) == 0:
        try:
            session.execute(insert(table).values(**key, failures=0, last_at=now))
        except IntegrityError as failure:
            raise TryAgain from failure
    tries = _tries(session, username, desk)
    if judged.counted is not None and judged.counted in tries:
        return None, judged.told
    early = _too_early(tries, now=now, slowed_by_all=desk.invented)
    if early is not None:
        return early, None
    if right:
        session.execute(delete(table).where(here))
        return None, None
    session.execute(update(table).where(here).values(failures=table.c.failures + 1, last_at=now))
    before, after = _at_all_desks(tries, now), _at_all_desks(after_it := _tries(session, username, desk), now)
    judged.told = None
    judged.counted = next(one for one in after_it if one.here)
    failures = judged.counted.failures
    if is_locked_out(failures) or before < _MOST_AT_ALL_DESKS <= after:
        desks = sum(now - _LATELY < one.last_at for one in after_it)
        judged.told = Message.of("told_blocked", n=failures, desks=desks)
    return None, judged.told


def _own_desk(place: str) -> Desk:
    """This desk in its own file, where each database has a row instead of each desk."""
    return Desk(_FAILURES, place[-_LONGEST:], invented=False)


def _in_own_file(job: Callable[[orm.Session], T]) -> T:
    """Run a job in one transaction on the desk's own file."""
    path = _own_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        with _opened(f"sqlite:///{path}") as session:
            return job(session)
    except (OSError, DBAPIError) as failure:
        raise AdminError("sign_in_not_counted", path=path) from failure


def _is_there() -> bool:
    try:
        return _own_file().exists()
    except OSError as failure:
        raise AdminError("sign_in_not_counted", path=_own_file()) from failure


def _own_file() -> Path:
    return data_folder() / "refused-sign-ins"


@contextmanager
def _opened(url: str) -> Iterator[orm.Session]:
    engine = create_engine(url, connect_args={"isolation_level": None}, hide_parameters=True)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with engine.begin() as connection, orm.Session(connection) as session:
            _FAILURES.create(connection, checkfirst=True)
            yield session
    finally:
        engine.dispose()
