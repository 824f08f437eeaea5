"""The one way in which something is done to the database itself: the gate, once and no more, and the record."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from desktop_admin.controllers.log import entries
from desktop_admin.controllers.operations import gate
from desktop_admin.controllers.operations.kind import Kind
from desktop_admin.controllers.values.lines import Actor, new_op_id
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session, require_own_tables, server_now
from desktop_admin.errors import AdminError, DoneAllTheSame, ResultUnknown
from desktop_admin.messages import Message


def do(
    session: Session,
    kind: Kind,
    work: Callable[[], Message | None],
    *,
    actor: Actor,
    op_id: str,
    released_by: Actor | None = None,
    check: Callable[[], object] | None = None,
    reason: str | None = None,
    now: datetime | None = None,
    set_to: Mapping[str, str | None] = entries.NOTHING,
    incident: Mapping[str, Any] | None = None,
    closing: Mapping[str, Any] | None = None,
    user_ids: Collection[int] = (),
) -> bool:
    """Do something to the database itself, and record it.

    Args:
        released_by: the second person whose password was typed for it, where one was.
        work: does it, and says what it was, for the log; None where nothing had to be done, and nothing is recorded.
        set_to: the roles and rules that the work has set, which notes them here, for the log to be compared with.
        incident: what is written into the incident book, and ``user_ids`` whom that concerns.
        closing: which day was closed, and what file was made of it.
        check: refuses what makes no sense, whether there are tables to record it in or not, and before any are made.

    Returns:
        Whether anything was done, now or under this id before.

    Raises:
        NotPermitted: the actor may not do it, or what was given as a release is none.
        AdminError: something else is recorded under this id.
        OwnTablesMissing: there is no table to record it in.
    """
    gate.check(session, actor=actor, kind=kind)
    if released_by is not None:
        gate.check_release(session, by=released_by, actor=actor)
    if check is not None:
        check()
    require_own_tables(session)
    if entries.find(session, op_id=op_id, operation=kind.name) is not None:
        return True
    told = work()
    if told is None:
        return False
    now = now or server_now(session)
    entry = entries.Entry(
        operation=kind.name, op_id=op_id, actor=actor, released_by=released_by, reason=reason, now=now
    )
    entries.record_deed(session, entry, told=told, set_to=set_to, incident=incident, closing=closing, user_ids=user_ids)
    return True


def record(
    database: Database,
    kind: Kind,
    told: Message,
    *,
    actor: Actor,
    reason: str | None = None,
    released_by: Actor | None = None,
) -> None:
    """Record what was done outside any transaction; not where the database cannot be written, or has no log yet.

    Raises:
        DoneAllTheSame: it could not be recorded; that says what was done all the same.
    """
    if database.description.view_only is None and database.has_own_tables:
        job = partial(
            do, kind=kind, work=lambda: told, actor=actor, op_id=new_op_id(), reason=reason, released_by=released_by
        )
        write_record(database, job, told)


def write_record(database: Database, job: Callable[[Session], object], told: Message) -> None:
    """Write the record of what is done already, which ``told`` says.

    Raises:
        DoneAllTheSame: it could not be recorded, or nobody knows whether it was; that says what was done all the same.
    """
    try:
        database.write(job)
    except ResultUnknown as failure:
        raise DoneAllTheSame("record_unknown", told=told, path=database.backend.name) from failure
    except AdminError as failure:
        raise DoneAllTheSame("not_recorded", told=told, why=failure.message) from failure
