"""The options of commands that change something: those of every one, and what each ``Option`` of the table asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click

from desktop_admin.cli import guide
from desktop_admin.cli.words import option
from desktop_admin.controllers.operations.kind import Kind, Option, Right
from desktop_admin.errors import UsageProblem
from desktop_admin.rules import Paper, set_letter

Command = Callable[..., Any]
Decorator = Callable[[Command], Command]

json_option = option("--json", "as_json", is_flag=True, help="cli.option.json")
_PAPERS = click.Choice([paper.value for paper in Paper], case_sensitive=False)
_METAVAR = "PRIMARY|SECONDARY"
paper_type_option = option("--paper-type", type=_PAPERS, metavar=_METAVAR, help="cli.option.paper_type")


def _army_no(*, required: bool = False) -> Decorator:
    return option(
        *("--army-no", "army_nos"), multiple=True, required=required, metavar="NUMBER", help="cli.option.army_nos"
    )


_DECORATORS: dict[Option, tuple[Decorator, ...]] = {
    Option.CANDIDATES: (
        option("--all", "everyone", is_flag=True, help="cli.option.all"),
        option("--trade", "trades", multiple=True, metavar="TRADE", help="cli.option.of_trades"),
        _army_no(),
    ),
    Option.ARMY_NOS: (_army_no(required=True),),
    Option.PAPER: (option("--paper", type=_PAPERS, metavar=_METAVAR, required=True, help="cli.option.paper"),),
    Option.SET: (option("--set", "letter", required=True, metavar="LETTER", help="cli.option.set"),),
    Option.TRADES: (
        option("--all-trades", is_flag=True, help="cli.option.all_trades"),
        option("--trade", "trades", multiple=True, metavar="TRADE", help="cli.option.trades"),
    ),
    Option.TOO_FEW: (option("--allow-too-few", is_flag=True, help="cli.option.allow_too_few"),),
    Option.OP_ID: (click.argument("op_id", required=False),),
    Option.SESSION_ID: (
        option("--op", "archived_by", metavar="OP_ID", help="cli.option.op"),
        click.argument("session_id", type=click.IntRange(1, 2**63 - 1), metavar="SESSION_ID"),
    ),
    Option.OVERRIDE: (option("--override", is_flag=True, help="cli.option.override"),),
}


def asking(*options: Option) -> Decorator:
    """A decorator that lets a command ask what these options ask, in their order."""

    def decorated(command: Command) -> Command:
        for one in reversed(options):
            for decorator in _DECORATORS[one]:
                command = decorator(command)
        return command

    return decorated


def checked(options: tuple[Option, ...], given: Mapping[str, Any]) -> dict[str, Any]:
    """What was given, where it makes sense together.

    Raises:
        UsageProblem: it does not.
    """
    found = dict(given)
    if Option.CANDIDATES in options:
        guide.one_way(army_nos=found["army_nos"], trades=found["trades"], everyone=found["everyone"], required=True)
    if Option.SET in options:
        found["letter"] = set_letter(found["letter"])
    if Option.TRADES in options and bool(found["trades"]) == found["all_trades"]:
        raise UsageProblem("choose_trades")
    return found


def write_options(command: Command) -> Command:
    """The options of every command that changes something."""
    for one in (
        json_option,
        option("--reason", metavar="TEXT", help="cli.option.reason"),
        option("--dry-run", is_flag=True, help="cli.option.dry_run"),
        option("--yes", is_flag=True, help="cli.option.yes"),
    ):
        command = one(command)
    return command


release_option = option("--released-by", metavar="USER", help="cli.option.released_by")
"""The option of what an invigilator may do with a supervisor's release."""


def is_releasable(kind: Kind) -> bool:
    """Whether a supervisor's release may stand in for the right to this."""
    return kind.right in (Right.EVERYBODY, Right.INVIGILATOR, Right.RELEASED)
