"""The options of the commands, and the commands of the operations, which are made from their table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

import click

from desktop_admin.cli.carry_out import Order, carry_out
from desktop_admin.cli.context import Workstation
from desktop_admin.cli.words import command, option
from desktop_admin.controllers.operations.apply import ask, plan
from desktop_admin.controllers.operations.kind import Operation, Option, Right
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.portal.facts import Facts
from desktop_admin.errors import UsageProblem
from desktop_admin.rules import MOST_MINUTES, Paper, exam_minutes, set_letter

Command = Callable[..., Any]
Decorator = Callable[[Command], Command]

json_option = option("--json", "as_json", is_flag=True, help="cli.option.json")
new_file = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
every_line = option("--everyone", "everything", is_flag=True, help="cli.option.every_line")
shift_of_day = option("--shift", metavar="SHIFT", help="cli.option.shift_of_day")
_PAPERS = click.Choice([paper.value for paper in Paper], case_sensitive=False)
_MINUTES = click.IntRange(1, MOST_MINUTES)
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
    Option.SHIFT: (option("--shift", metavar="SHIFT", help="cli.option.shift"),),
    Option.TIME: (
        option("--planned", is_flag=True, help="cli.option.planned"),
        option("--as-of", metavar="TIME", help="cli.option.as_of"),
        option("--extra", type=_MINUTES, metavar="MINUTES", help="cli.option.extra"),
        option("--minutes-left", type=_MINUTES, metavar="MINUTES", help="cli.option.minutes_left"),
    ),
    Option.ARMY_NOS: (_army_no(required=True),),
    Option.NUMBERS: (click.argument("army_nos", nargs=-1, required=True, metavar="NUMBER…"),),
    Option.DOOR: (
        option("--seat", metavar="TEXT", help="cli.option.seat"),
        option("--shift", metavar="SHIFT", help="cli.option.door"),
    ),
    Option.PAPER: (option("--paper", type=_PAPERS, metavar=_METAVAR, required=True, help="cli.option.paper"),),
    Option.SET: (option("--set", "letter", required=True, metavar="LETTER", help="cli.option.set"),),
    Option.TRADES: (
        option("--all-trades", is_flag=True, help="cli.option.all_trades"),
        option("--trade", "trades", multiple=True, metavar="TRADE", help="cli.option.trades"),
    ),
    Option.TOO_FEW: (option("--allow-too-few", is_flag=True, help="cli.option.allow_too_few"),),
    Option.FORCE: (option("--force", is_flag=True, help="cli.option.force"),),
    Option.MINUTES: (option("--minutes", type=int, required=True, metavar="N", help="cli.option.minutes"),),
    Option.LET_FINISH: (
        option(
            "--let-finish-under",
            type=click.IntRange(1, MOST_MINUTES),
            metavar="MINUTES",
            help="cli.option.let_finish_under",
        ),
        option("--let-finish", multiple=True, metavar="NUMBER", help="cli.option.let_finish"),
    ),
    Option.OP_ID: (click.argument("op_id", required=False),),
    Option.SESSION_ID: (
        option("--op", "archived_by", metavar="OP_ID", help="cli.option.op"),
        click.argument("session_id", type=click.IntRange(1, 2**63 - 1), metavar="SESSION_ID"),
    ),
    Option.OVERRIDE: (option("--override", is_flag=True, help="cli.option.override"),),
    Option.NOT: (option("--not", "is_not", is_flag=True, help="cli.option.not"),),
}


def time_given(text: str, *, now: datetime, zone: tzinfo) -> datetime:
    """A time of today, or of the day that is named; one without an offset is of the portal's zone.

    Raises:
        UsageProblem: it is no time.
    """
    try:
        found = datetime.fromisoformat(text if "-" in text else f"{now.astimezone(zone):%Y-%m-%d}T{text}")
        found = found if found.tzinfo else found.replace(tzinfo=zone)
        # The databases are asked in UTC, in which it may lie outside the calendar, and people are told in the zone.
        return found.astimezone(UTC).astimezone(zone)
    except (ValueError, OverflowError) as wrong:
        raise UsageProblem("not_a_time", text=text[:40]) from wrong


def asking(*options: Option) -> Decorator:
    """A decorator that lets a command ask what these options ask, in their order."""

    def decorated(asks: Command) -> Command:
        for one in reversed(options):
            for decorator in _DECORATORS[one]:
                asks = decorator(asks)
        return asks

    return decorated


def one_way(*, army_nos: Sequence[str], trades: Sequence[str], everyone: bool, required: bool) -> bool:
    """Whether candidates were chosen.

    Raises:
        UsageProblem: chosen in two ways at once, or not at all where that is required.
    """
    given = bool(army_nos) + bool(trades) + everyone
    if given > 1:
        raise UsageProblem("choose_one_way")
    if required and not given:
        raise UsageProblem("choose_candidates")
    return bool(given)


def _checked(options: tuple[Option, ...], given: dict[str, Any]) -> dict[str, Any]:
    """What was given, where it makes sense together.

    Raises:
        UsageProblem: it does not.
    """
    if Option.SHIFT in options:
        ways = (given["army_nos"], given["trades"], given["everyone"], given["shift"])
        if sum(map(bool, ways)) != 1:
            raise UsageProblem("choose_candidates_or_shift")
    elif Option.CANDIDATES in options:
        one_way(army_nos=given["army_nos"], trades=given["trades"], everyone=given["everyone"], required=True)
    if Option.SET in options:
        given["letter"] = set_letter(given["letter"])
    if Option.MINUTES in options:
        given["minutes"] = exam_minutes(given["minutes"])
    if Option.TRADES in options and bool(given["trades"]) == given["all_trades"]:
        raise UsageProblem("choose_trades")
    if Option.TIME in options:
        if sum(given[name] is not None for name in ("minutes_left", "extra", "as_of")) != 1:
            raise UsageProblem("choose_time")
        if given["planned"] and given["as_of"] is not None:
            raise UsageProblem("planned_as_of")
    return given


def _moment(given: dict[str, Any], *, now: datetime, zone: tzinfo) -> dict[str, Any]:
    """The same, with the time that was typed as a moment of the database's day, and with that day."""
    text, today = given.get("as_of"), now.astimezone(zone).date().isoformat()
    return given | {"today": today, "as_of": None if text is None else time_given(text, now=now, zone=zone)}


def write_options(asks: Command) -> Command:
    """The options of every command that changes something."""
    for one in (
        json_option,
        option("--reason", metavar="TEXT", help="cli.option.reason"),
        option("--dry-run", is_flag=True, help="cli.option.dry_run"),
        option("--yes", is_flag=True, help="cli.option.yes"),
    ):
        asks = one(asks)
    return asks


release_option = option("--released-by", metavar="USER", help="cli.option.released_by")
"""The option of what an invigilator may do with a supervisor's release."""


def command_of(kind: Operation) -> click.Command:
    """The command of an operation that has one: options in, plan, ask, apply, print."""
    wanted = kind.options
    assert wanted is not None, f"{kind.name} has commands of its own"

    def run(here: Workstation, /, **given: Any) -> None:
        order = Order(here, **{one.name: given.pop(one.name) for one in fields(Order) if one.name in given})
        named = _checked(wanted, given)
        done = kind.opposite if kind.opposite is not None and named["is_not"] else kind

        def planner(facts: Facts) -> Plan:
            options = _moment(named, now=facts.now, zone=here.settings.zone())
            return plan(facts.session, done, ask(facts.session, kind, options, here.actor()), facts=facts)

        carry_out(order, planner, assigns=done.gives_slots)

    asks = write_options(run)
    # What is a supervisor's alone cannot be released, but a second one may have to.
    if kind.two_persons or kind.right in (Right.EVERYBODY, Right.INVIGILATOR, Right.RELEASED):
        asks = release_option(asks)
    return command(kind.name, kind.say("help").code, kind.say("more").code)(asking(*wanted)(asks))
