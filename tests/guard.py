"""The guard in a test's database: put there, taken out again, and how its refusals look to the portal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from sqlalchemy.exc import DBAPIError

from desktop_admin.controllers.operations.deeds import GUARD_INSTALL, GUARD_REMOVE, guarding
from desktop_admin.controllers.values.lines import Actor, new_op_id
from desktop_admin.database.engine import Database
from tests import portal

SUPERVISOR = Actor(name="tester", user_id=portal.SUPERVISOR_ID, verified=True, desk="desk-1")


def install(database: Database, actor: Actor = SUPERVISOR) -> bool:
    """Install the guard."""
    return database.write(partial(guarding.change, kind=GUARD_INSTALL, actor=actor, op_id=new_op_id()))


def remove(database: Database, actor: Actor = SUPERVISOR) -> bool:
    """Remove the guard."""
    return database.write(partial(guarding.change, kind=GUARD_REMOVE, actor=actor, op_id=new_op_id()))


@contextmanager
def installed(database: Database) -> Iterator[None]:
    """The guard is in the database, and afterwards nothing of it is left for the next test."""
    assert install(database)
    try:
        yield
    finally:
        remove(database)


def is_refusal(failure: BaseException) -> bool:
    """Whether the guard refused, going by what the portal's driver says."""
    cause = failure.orig if isinstance(failure, DBAPIError) else None
    by_number = bool(cause and cause.args and cause.args[0] == 1644)
    return by_number or getattr(cause, "sqlstate", "") == "DA001"
