"""What every command needs: the database that was named, the person, and how to open both."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desktop_admin import secrets
from desktop_admin.cli.words import say
from desktop_admin.errors import DatabaseUnusable, NotPermitted, UsageProblem
from desktop_admin.files import age
from desktop_admin.messages import phrase
from desktop_admin.server_url import ServerUrl
from desktop_admin.settings import Settings, person

if TYPE_CHECKING:
    from desktop_admin.controllers.values.lines import Actor
    from desktop_admin.database.engine import Database


FOUND = 1
"""What a command exits with that changes nothing, and found what is not as it must be."""


def has_terminal() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin is not None and sys.stdin.isatty()


def is_watched() -> bool:
    """Whether somebody sees what is told while a command runs."""
    return sys.stderr is not None and sys.stderr.isatty()


def _typed_line() -> str:
    """The next line of stdin, for a password.

    Raises:
        NotPermitted: there is none, or it is no text, so that it is nobody's password.
    """
    if sys.stdin is None:
        # A program that was started without one.
        raise NotPermitted("sign_in_needed")
    try:
        return sys.stdin.readline().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as failure:
        raise NotPermitted("sign_in_refused") from failure


def _asked_passphrase(question: str, *, new: bool) -> str:
    """The passphrase that is typed; a new one twice, and told before how long it must be."""
    if new:
        say("passphrase_least", least=age.SHORTEST, err=True)
    typed: str = click.prompt(phrase(question), hide_input=True, confirmation_prompt=new, err=True)
    return typed


def _checked_passphrase(typed: str, *, new: bool) -> str:
    if new and not age.long_enough(typed):
        raise UsageProblem("passphrase_short", least=age.SHORTEST)
    return typed


@dataclass(slots=True)
class Workstation:
    """The computer at which a command was typed: what was named there, who is at it, and its settings.

    Attributes:
        named: what ``--db`` said, or None.
        settings: its own settings.
        user: what ``--as`` said, or None.
        password_stdin: whether the password is the first line of stdin.
    """

    named: str | None
    settings: Settings
    user: str | None = None
    password_stdin: bool = False
    _actor: Actor | None = field(default=None, init=False)

    @property
    def target(self) -> str | None:
        """The database to work on, or None where neither ``--db`` nor a default connection names one."""
        if self.named is None:
            return self.settings.default_database()
        return self.settings.connections.get(self.named, self.named)

    def typed(self, words: Sequence[str]) -> str:
        """A command as it is typed here: for the database that was named, by the person who was."""
        # Few commands print one, and none should wait for it.
        from desktop_admin.controllers.values.checks import typed

        named = ("--db", self.named) if self.named is not None else ()
        by = ("--as", self.user) if self.user is not None else ()
        return typed(("desktop-admin", *named, *by, *words))

    def actor(self) -> Actor:
        """The person who signed in when the database was opened."""
        assert self._actor is not None, "the database is not open"
        return self._actor

    def unverified(self) -> Actor:
        """The operating system's user, for databases in which nothing is real."""
        # The window, which is opened from here, is painted without.
        from desktop_admin.controllers.values.lines import Actor

        return Actor(name=person(), desk=self.settings.desk_name)

    def sign_in(self, database: Database, *, instead_of: Path | None = None) -> Actor:
        """The staff account that ``--as`` names, checked; where nothing is real, the operating system's user.

        Args:
            instead_of: the file whose accounts are past reading, where the database is a copy of it; nobody becomes
                the first supervisor of a copy.

        Raises:
            NotPermitted: nobody was named and there is nobody to ask, or the account may not.
        """
        from desktop_admin.controllers.people import staff
        from desktop_admin.controllers.values.lines import new_op_id

        if not database.description.needs_sign_in:
            return self.unverified()
        if self.user is None and not has_terminal():
            raise NotPermitted("sign_in_needed")
        username = self.user or click.prompt(phrase("cli.ask_user"), err=True)
        first = instead_of is None and database.read(staff.first_supervisor_wanted)
        if first:
            # Whoever mistyped a name, or opened another file, would otherwise make an account without knowing it.
            say("cli.first_supervisor_wanted", username=username, path=database.backend.name, err=True)
        password = self._password(username, new=first)
        if first:
            made = partial(staff.create_first_supervisor, desk=self.settings.desk_name, op_id=new_op_id())
            database.write(partial(made, username=username, password=password))
            say("cli.first_supervisor", username=username, err=True)
        desk = self.settings.desk_name
        return staff.sign_in(database, username=username, password=password, desk=desk, instead_of=instead_of)

    def release(self, database: Database, username: str) -> Actor:
        """The supervisor whose password is typed here for one operation; with ``--password-stdin``, its next line.

        Raises:
            NotPermitted: the account may not sign in, it is no supervisor's, or there is nobody to ask.
        """
        from desktop_admin.controllers.operations import gate
        from desktop_admin.controllers.people import staff

        if self.password_stdin:
            password = _typed_line()
        elif has_terminal():
            # Never from the keyring: that the supervisor is here is the point.
            password = click.prompt(phrase("cli.ask_release", username=username), hide_input=True, err=True)
        else:
            raise NotPermitted("sign_in_needed")
        supervisor = staff.sign_in(database, username=username, password=password, desk=self.settings.desk_name)
        database.read(partial(gate.check_release, by=supervisor, actor=self.actor()))
        return supervisor

    def _password(self, username: str, *, new: bool) -> str:
        if self.password_stdin:
            return _typed_line()
        kept = None if new else secrets.password_for(f"sign-in {username}")
        if kept is not None:
            return kept
        if not has_terminal():
            raise NotPermitted("sign_in_needed")
        question = phrase("cli.ask_new_password" if new else "cli.ask_password", username=username)
        typed: str = click.prompt(question, hide_input=True, confirmation_prompt=new, err=True)
        return typed

    def passphrase(self, *, new: bool) -> str:
        """The passphrase of a back-up: from stdin with ``--password-stdin``, from the keyring, or typed.

        Args:
            new: it is chosen now, and so is typed twice.

        Raises:
            UsageProblem: there is none, and nobody to ask; or a new one is too short.
        """
        line = _typed_line() if self.password_stdin else ""
        kept = line or secrets.password_for(secrets.BACKUP_PASSPHRASE)
        if not kept and has_terminal():
            kept = _asked_passphrase("cli.ask_passphrase", new=new)
        if not kept:
            raise UsageProblem("passphrase_needed")
        return _checked_passphrase(kept, new=new)

    def closing_passphrase(self, *, new: bool) -> str:
        """The passphrase of the file of a closed day: from stdin with ``--password-stdin``, else typed; kept nowhere.

        Args:
            new: it is chosen now, and so is typed twice.

        Raises:
            UsageProblem: there is none, and nobody to ask; or a new one is too short.
        """
        typed = _typed_line() if self.password_stdin else ""
        if not typed and has_terminal():
            typed = _asked_passphrase("cli.ask_closing_passphrase", new=new)
        if not typed.strip():
            raise UsageProblem("closing_passphrase_needed")
        return _checked_passphrase(typed, new=new)

    def _open(self, target: str, *, thorough: bool) -> Database:
        """The database, with the password from the keyring; where the server refuses it, it is asked for once."""
        # A start of the window, which opens its database later, must not wait for SQLAlchemy.
        from desktop_admin.database.engine import Database

        kept = secrets.password_for(target) if ServerUrl.read(target) else None
        try:
            return Database.open(target, thorough=thorough, password=kept)
        except DatabaseUnusable as refused:
            if refused.code != "login_refused" or not has_terminal():
                raise
            say(refused.message, err=True)
        password = click.prompt(phrase("cli.ask_database_password"), hide_input=True, err=True)
        return Database.open(target, thorough=thorough, password=password)

    @contextmanager
    def database(self, *, thorough: bool = False, anybody: bool = False) -> Iterator[Database]:
        """The named database, open, with the person signed in.

        Args:
            thorough: look for damage as well.
            anybody: nobody need sign in; for looking at the database itself.

        Raises:
            UsageProblem: none was named.
            DatabaseUnusable: it cannot be worked with.
            NotPermitted: the person could not sign in.
        """
        from desktop_admin.database import pulse

        if self.target is None:
            raise UsageProblem("no_database_given")
        database = self._open(self.target, thorough=thorough)
        try:
            with pulse.watched(database):
                if not anybody:
                    self._actor = self.sign_in(database)
                yield database
        finally:
            database.close()
