"""The options of commands that change something: those of every one, and what each ``Option`` of the table asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click

from desktop_admin.cli import guide
from desktop_admin.controllers.operations.kind import Kind, Option, Right
from desktop_admin.errors import UsageProblem
from desktop_admin.rules import Paper, set_letter

Command = Callable[..., Any]
Decorator = Callable[[Command], Command]

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_ALL = click.option("--all", "everyone", is_flag=True, help="All candidates.")
_TRADE = click.option("--trade", "trades", multiple=True, metavar="TRADE", help="A trade's candidates; repeatable.")
_ARMY_NO = click.option("--army-no", "army_nos", multiple=True, metavar="NUMBER", help="A candidate; repeatable.")
_PAPERS = click.Choice([paper.value for paper in Paper], case_sensitive=False)
_METAVAR = "PRIMARY|SECONDARY"
paper_type_option = click.option("--paper-type", type=_PAPERS, metavar=_METAVAR, help="Only this paper.")

_DECORATORS: dict[Option, tuple[Decorator, ...]] = {
    Option.CANDIDATES: (_ALL, _TRADE, _ARMY_NO),
    Option.ARMY_NOS: (
        click.option(
            "--army-no", "army_nos", multiple=True, required=True, metavar="NUMBER", help="A candidate; repeatable."
        ),
    ),
    Option.PAPER: (click.option("--paper", type=_PAPERS, metavar=_METAVAR, required=True),),
    Option.SET: (click.option("--set", "letter", required=True, metavar="LETTER", help="The question set, A to Z."),),
    Option.TRADES: (
        click.option(
            "--all-trades", is_flag=True, help="Every trade; those that lack the set are named and left alone."
        ),
        click.option("--trade", "trades", multiple=True, metavar="TRADE", help="A trade; repeatable."),
    ),
    Option.TOO_FEW: (
        click.option(
            "--allow-too-few", is_flag=True, help="Activate a set with too few questions (a supervisor's override)."
        ),
    ),
    Option.OP_ID: (click.argument("op_id", required=False),),
    Option.SESSION_ID: (
        click.option(
            "--op", "archived_by", metavar="OP_ID", help="The clearing that is meant, where there was more than one."
        ),
        click.argument("session_id", type=click.IntRange(1, 2**63 - 1), metavar="SESSION_ID"),
    ),
    Option.OVERRIDE: (
        click.option(
            "--override", is_flag=True, help="Also an old archive, a newer slot, another set (a supervisor's)."
        ),
    ),
}


def decorated(command: Command, *options: Option) -> Command:
    """The command with what these options ask for, in their order."""
    for option in reversed(options):
        for decorator in _DECORATORS[option]:
            command = decorator(command)
    return command


def candidates_options(command: Command) -> Command:
    """The options that say for which candidates."""
    return decorated(command, Option.CANDIDATES)


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
    for option in (
        json_option,
        click.option("--reason", metavar="TEXT", help="Why; stands in the operation log."),
        click.option("--dry-run", is_flag=True, help="Show what would happen; change nothing."),
        click.option("--yes", is_flag=True, help="Do not ask."),
    ):
        command = option(command)
    return command


def release_option(command: Command) -> Command:
    """The option of what an invigilator may do with a supervisor's release."""
    text = "A supervisor who releases it; the password is asked, or is the next line with --password-stdin."
    return click.option("--released-by", metavar="USER", help=text)(command)


def is_releasable(kind: Kind) -> bool:
    """Whether a supervisor's release may stand in for the right to this."""
    return kind.right in (Right.EVERYBODY, Right.INVIGILATOR, Right.RELEASED)
