"""What the dialog with the rules of the centre asks of the controllers, as jobs for the worker, as in ``jobs``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from desktop_admin.controllers.values.lines import Actor

if TYPE_CHECKING:
    from desktop_admin.controllers.upkeep.policies import Policies
    from desktop_admin.database.engine import Database


def read(session: Any) -> Policies:
    """The rules that hold now."""
    from desktop_admin.controllers.upkeep import policies

    return policies.read(session)


def change(database: Database, *, numbers: Mapping[str, int], actor: Actor) -> Policies:
    """Set these rules in one transaction, creating our own tables first, and read all of them again.

    Raises:
        AdminError: the role or the database account does not allow it, or a number makes no sense.
    """
    from desktop_admin.controllers.operations.deeds import rules, tables
    from desktop_admin.controllers.upkeep import policies

    def job(session: Any) -> None:
        for name, number in numbers.items():
            rules.change(session, name=name, value=str(number), actor=actor)

    tables.prepare(database, actor=actor)
    database.write(job)
    return database.read(policies.read)
