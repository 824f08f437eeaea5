"""What signing in asks of the controllers, as jobs for the worker."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from functools import partial

from desktop_admin.controllers.operations import gate
from desktop_admin.controllers.people import staff
from desktop_admin.controllers.upkeep import policies
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database


class Entry(Enum):
    """What it takes to work on a database."""

    FREE = auto()
    PASSWORD = auto()
    FIRST_SUPERVISOR = auto()


@dataclass(frozen=True, slots=True)
class Credentials:
    """What was typed to sign in; ``first``: to make the account of a local database's first supervisor with it.

    Attributes:
        op_id: of the record of that; the same for all that is typed into one dialog, so that it is made once.
    """

    username: str
    password: str = field(repr=False)
    first: bool = False
    op_id: str | None = None


def entry(database: Database) -> Entry:
    """What it takes to work on this database: nothing where nothing in it is real."""
    if not database.description.needs_sign_in:
        return Entry.FREE
    if database.read(staff.first_supervisor_wanted):
        return Entry.FIRST_SUPERVISOR
    return Entry.PASSWORD


def sign_in(database: Database, *, typed: Credentials, desk: str) -> tuple[Actor, int]:
    """The person with these credentials, and after how many milliseconds of rest the window is locked for them.

    Checking a password takes up to a second.

    Raises:
        AdminError: refused, or the first account cannot be made.
    """
    if typed.first:
        made = partial(staff.create_first_supervisor, desk=desk, op_id=typed.op_id)
        database.write(partial(made, username=typed.username, password=typed.password))
    actor = staff.sign_in(database, username=typed.username, password=typed.password, desk=desk)
    return actor, int(database.read(policies.read).lock_after(actor.role).total_seconds() * 1000)


def release(database: Database, *, typed: Credentials, actor: Actor) -> Actor:
    """The supervisor with these credentials, who releases one operation of another person.

    Raises:
        AdminError: refused, or it is no release.
    """
    supervisor = staff.sign_in(database, username=typed.username, password=typed.password, desk=actor.desk)
    database.read(partial(gate.check_release, by=supervisor, actor=actor))
    return supervisor
