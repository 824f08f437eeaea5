"""Which commands there are; a command's module is imported when the command is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from desktop_admin.controllers.operations.kind import Operation


class Announced(click.Command):
    """A command of which only the name and the short help are known, until it is run or asked for its own help.

    Args:
        name: as it is typed.
        short_help: its line in the list of commands.
        load: gives the command itself.
    """

    def __init__(self, name: str, *, short_help: str | None, load: Callable[[], click.Command]) -> None:
        super().__init__(name, short_help=short_help)
        self.load = load

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """The context of the command itself, in which click goes on with it."""
        return self.load().make_context(info_name, args, parent, **extra)


_MODULES = {
    "listing": {
        "candidates": "List candidates.",
        "candidate": "Show one candidate and what the portal would give.",
        "sets": "Show the active sets.",
        "sessions": "List sessions, problems first.",
        "findings": "List what is not as it should be.",
    },
    "history": {
        "history": "List what was done, newest first; show one operation.",
    },
    "clearing": {
        "clear-incomplete-sessions": "Clear incomplete sessions, or count them.",
        "fix-stuck-sessions": "Clear stuck sessions, guided.",
    },
    "log": {
        "verify-log": "Check that the log was not tampered with.",
        "checkpoint": "Keep the log's end in a file.",
        "log-key": "Carry the log's key to another desk.",
    },
    "reports": {
        "report": "Save a paper as PDF.",
        "export": "Save a table as CSV or xlsx.",
    },
    "roles": {
        "roles": "List the staff accounts and their roles.",
        "role": "Give a staff account a role at the desk.",
    },
    "policies": {
        "policy": "List or set the rules of the centre.",
    },
    "backups": {
        "backup": "Copy the database while the portal runs.",
        "restore-backup": "Put a back-up in the database's place.",
    },
    "guard": {
        "guard": "Look at, install or remove the guard.",
    },
    "databases": {
        "create": "Make a new local database.",
        "check": "Examine the database.",
        "prepare": "Make or update the program's own tables.",
    },
    "practice": {
        "self-check": "Try the main job on a scratch database.",
        "demo": "Play a made-up exam day.",
    },
}
"""The commands that each module of ``commands`` has in its ``COMMANDS``, with their short help."""


def of_operations() -> Iterator[Announced]:
    """The commands that are made from the table of operations."""
    # Not above, because nothing of it is needed to say the version.
    from desktop_admin.controllers.operations.table import OPERATIONS

    for kind in OPERATIONS:
        if kind.options is not None:
            yield _OfTable(kind)


class _OfTable(Announced):
    """The command of an operation; its sentence is said when it is asked for."""

    def __init__(self, kind: Operation) -> None:
        super().__init__(kind.name, short_help=None, load=partial(_made, kind))
        self._kind = kind

    def get_short_help_str(self, limit: int = 45) -> str:
        """Its line in the list of commands."""
        return self._kind.say("help").english()


def _made(kind: Operation) -> click.Command:
    from desktop_admin.cli.derived import command_of

    return command_of(kind)


def of_modules() -> Iterator[Announced]:
    """The commands that stand in a module of ``commands``."""
    for module, commands in _MODULES.items():
        for name, short_help in commands.items():
            yield Announced(name, short_help=short_help, load=partial(_load, module, name))


def _load(module: str, name: str) -> click.Command:
    commands: tuple[click.Command, ...] = import_module(f"desktop_admin.cli.commands.{module}").COMMANDS
    return next(command for command in commands if command.name == name)
