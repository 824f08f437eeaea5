"""Which commands there are; a command's module is imported when the command is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from typing import Any

import click


class Announced(click.Command):
    """A command of which only the name and the short help are known, until it is run or asked for its own help.

    Args:
        name: as it is typed.
        short_help: its line in the list of commands.
        load: gives the command itself.
    """

    def __init__(self, name: str, *, short_help: str, load: Callable[[], click.Command]) -> None:
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
        "candidate": "Show one candidate and what he would get.",
        "sets": "Show the active sets.",
        "sessions": "List sessions, problems first.",
        "findings": "List what is not as it should be.",
    },
    "history": {
        "history": "List what was done, newest first; show one operation.",
    },
    "changes": {
        "assign-slots": "Give slots.",
        "reset-slots": "Empty slots.",
        "reassign-slots": "Reset and assign in one step.",
        "sign-out": "End portal logins (PC failure).",
        "activate-set": "Switch active question sets.",
        "clear-incomplete-sessions": "Clear incomplete sessions, or count them.",
        "fix-stuck-sessions": "Clear stuck sessions, guided.",
    },
    "taking_back": {
        "undo": "Take an operation back.",
        "restore": "Put a cleared session back.",
        "reopen-paper": "Let a submitted paper be sat again.",
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
"""The commands that each module of this package has in its ``COMMANDS``, with their short help."""


def of_modules() -> Iterator[Announced]:
    """The commands that stand in a module of this package."""
    for module, commands in _MODULES.items():
        for name, short_help in commands.items():
            yield Announced(name, short_help=short_help, load=partial(_load, module, name))


def _load(module: str, name: str) -> click.Command:
    commands: tuple[click.Command, ...] = import_module(f"desktop_admin.cli.{module}").COMMANDS
    return next(command for command in commands if command.name == name)
