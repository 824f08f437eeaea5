"""Which commands there are; a command's module is imported when the command is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from desktop_admin.cli import words
from desktop_admin.installation import update_key

if TYPE_CHECKING:
    from desktop_admin.controllers.operations.kind import Operation


class Announced(words.Command):
    """A command of which only the name and its line in the list are known, until it is run or asked for its help.

    Args:
        name: as it is typed.
        line: the key of its line in the list of commands.
        load: gives the command itself.
    """

    def __init__(self, name: str, line: str, *, load: Callable[[], click.Command]) -> None:
        super().__init__(name, says=(line,))
        self.load = load

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """The context of the command itself, in which click goes on with it."""
        return self.load().make_context(info_name, args, parent, **extra)


_MODULES = {
    "listing": ("candidates", "candidate", "sets", "sessions", "not-back", "findings"),
    "clearing": ("clear-incomplete-sessions", "fix-stuck-sessions"),
    "log": ("history", "verify-log", "checkpoint", "log-key"),
    "register": ("import-register",),
    "day": ("attendance", "board", "checklist", "incident", "incidents", "amend-incident"),
    "closing": ("close-day", "closings", "read-closing"),
    "reports": ("report", "export"),
    "problems": ("problem-report",),
    "updating": ("update",),
    "centre": ("roles", "role", "policy", "keep-logins"),
    "databases": ("create", "check", "prepare", "backup", "restore-backup", "guard"),
    "practice": ("self-check", "demo", "rehearse", "cases"),
}
"""The commands that each module of ``commands`` has in its ``COMMANDS``."""


def of_operations() -> Iterator[Announced]:
    """The commands that are made from the table of operations."""
    # Not above, because nothing of it is needed to say the version.
    from desktop_admin.controllers.operations.table import OPERATIONS

    for kind in OPERATIONS:
        if kind.options is not None:
            yield Announced(kind.name, kind.say("help").code, load=partial(_made, kind))


def _made(kind: Operation) -> click.Command:
    from desktop_admin.cli.options import command_of

    return command_of(kind)


def of_modules() -> Iterator[Announced]:
    """The commands that stand in a module of ``commands``."""
    for module, names in _MODULES.items():
        for name in names:
            if name == "update" and not update_key().is_file():
                continue
            yield Announced(name, f"cli.{name}", load=partial(_load, module, name))


def _load(module: str, name: str) -> click.Command:
    commands: tuple[click.Command, ...] = import_module(f"desktop_admin.cli.commands.{module}").COMMANDS
    return next(command for command in commands if command.name == name)
