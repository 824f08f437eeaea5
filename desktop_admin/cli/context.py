"""What every command needs: the database that was named, the person, and how to open both."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import click

from desktop_admin import secrets, settings
from desktop_admin.controllers.plans import Actor
from desktop_admin.database.engine import Database
from desktop_admin.errors import DatabaseUnusable, UsageProblem
from desktop_admin.server_url import ServerUrl
from desktop_admin.settings import Settings


def has_terminal() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin is not None and sys.stdin.isatty()


def is_watched() -> bool:
    """Whether somebody sees what is told while a command runs."""
    return sys.stderr is not None and sys.stderr.isatty()


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
        if self.named is None:
            return self.settings.default_database()
        return self.settings.connections.get(self.named, self.named)

    def actor(self) -> Actor:
        """Until sign-in exists: the operating system's user, unverified, with a supervisor's rights."""
        return Actor(name=settings.person(), desk=self.settings.desk_name)

    def _open(self, target: str, *, thorough: bool) -> Database:
        """The database, with the password from the keyring; where the server refuses it, it is asked for once."""
        kept = secrets.password_for(target) if ServerUrl.read(target) else None
        try:
            return Database.open(target, thorough=thorough, password=kept)
        except DatabaseUnusable as refused:
            if refused.code != "login_refused" or not has_terminal():
                raise
            click.echo(refused.message.english(), err=True)
        password = click.prompt("Password of the database user", hide_input=True, err=True)
        return Database.open(target, thorough=thorough, password=password)

    @contextmanager
    def database(self, *, thorough: bool = False) -> Iterator[Database]:
        """The named database, open.

        Raises:
            UsageProblem: none was named.
            DatabaseUnusable: it cannot be worked with.
        """
        if self.target is None:
            raise UsageProblem("no_database_given")
        database = self._open(self.target, thorough=thorough)
        try:
            yield database
        finally:
            database.close()
