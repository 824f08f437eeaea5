"""What every command needs: the database that was named, the person, and how to open both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from desktop_admin import settings
from desktop_admin.controllers.plans import Actor
from desktop_admin.database.engine import Database
from desktop_admin.errors import UsageProblem
from desktop_admin.settings import Settings


@dataclass(frozen=True, slots=True)
class Desk:
    """This workstation as the command line sees it.

    Attributes:
        named: what ``--db`` said, or None.
        settings: the desk's own settings.
    """

    named: str | None
    settings: Settings

    @classmethod
    def at(cls, named: str | None) -> Desk:
        """The desk with its settings loaded."""
        return cls(named, settings.load())

    @property
    def target(self) -> str | None:
        """The database to work on, or None where neither ``--db`` nor a default connection names one."""
        return self.named if self.named is not None else self.settings.default_database()

    def actor(self) -> Actor:
        """Until sign-in exists: the operating system's user, unverified, with a supervisor's rights."""
        return Actor(name=settings.person(), desk=self.settings.desk_name)

    @contextmanager
    def database(self, *, thorough: bool = False) -> Iterator[Database]:
        """The named database, open.

        Raises:
            UsageProblem: none was named.
            DatabaseUnusable: it cannot be worked with.
        """
        if self.target is None:
            raise UsageProblem("no_database_given")
        database = Database.open(self.target, thorough=thorough)
        try:
            yield database
        finally:
            database.close()
