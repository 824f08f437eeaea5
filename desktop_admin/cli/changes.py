"""Commands that change something: each plans, asks (unless told ``--yes``), applies and prints one object."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import click

from desktop_admin.cli import guide, output
from desktop_admin.cli.carry_out import Order, carry_out, print_nothing_asked
from desktop_admin.cli.context import Workstation
from desktop_admin.cli.listing import json_option
from desktop_admin.controllers.operations.activate import work as sets
from desktop_admin.controllers.operations.clear import work as clearing
from desktop_admin.controllers.operations.sign_out import work as signing_out
from desktop_admin.controllers.operations.slots import work as slots
from desktop_admin.controllers.portal import candidates, health, open_sessions
from desktop_admin.controllers.values.plans import Chosen, Plan, SetChoice
from desktop_admin.database.session import Session
from desktop_admin.errors import NothingAsked, UsageProblem
from desktop_admin.rules import Operation, Paper, set_letter

_Command = Callable[..., Any]
_Planner = Callable[..., Plan]


def write_options(command: _Command) -> _Command:
    """The options of every command that changes something."""
    for option in (
        json_option,
        click.option("--reason", metavar="TEXT", help="Why; stands in the operation log."),
        click.option("--dry-run", is_flag=True, help="Show what would happen; change nothing."),
        click.option("--yes", is_flag=True, help="Do not ask."),
    ):
        command = option(command)
    return command


def release_option(command: _Command) -> _Command:
    """The option of what an invigilator may do with a supervisor's release."""
    text = "A supervisor who releases it; his password is asked, or is the next line with --password-stdin."
    return click.option("--released-by", metavar="USER", help=text)(command)


def _whose(command: _Command) -> _Command:
    """The options that say for which candidates."""
    for option in (
        click.option("--all", "everyone", is_flag=True, help="All candidates."),
        click.option("--trade", "trades", multiple=True, metavar="TRADE", help="A trade's candidates; repeatable."),
        click.option("--army-no", "army_nos", multiple=True, metavar="NUMBER", help="A candidate; repeatable."),
    ):
        command = option(command)
    return command


def _slot_command(name: str, planner: _Planner, short: str, more: str) -> click.Command:
    @click.command(name, short_help=short, help=f"{short} {more}")
    @_whose
    @release_option
    @write_options
    @click.pass_obj
    def command(
        here: Workstation, /, army_nos: tuple[str, ...], trades: tuple[str, ...], everyone: bool, **how: Any
    ) -> None:
        guide.one_way(army_nos=army_nos, trades=trades, everyone=everyone, required=True)

        def plan(session: Session) -> Plan:
            return planner(session, chosen=_chosen(session, army_nos, trades))

        carry_out(Order(here, **how), plan, assigns=planner in (slots.plan_assign, slots.plan_reassign))

    return command


def _chosen(session: Session, army_nos: tuple[str, ...], trades: tuple[str, ...]) -> Chosen:
    if army_nos:
        return Chosen(user_ids=candidates.require(session, army_nos=army_nos))
    if trades:
        return Chosen(trade_ids=tuple(trade.id for trade in candidates.require_trades(session, names=trades)))
    return Chosen(everyone=True)


@click.command("activate-set", short_help="Switch active question sets.")
@click.option(
    "--paper",
    type=click.Choice([paper.value for paper in Paper], case_sensitive=False),
    metavar="PRIMARY|SECONDARY",
    required=True,
)
@click.option("--set", "letter", required=True, metavar="LETTER", help="The question set, A to Z.")
@click.option("--trade", "trades", multiple=True, metavar="TRADE", help="A trade; repeatable.")
@click.option("--all-trades", is_flag=True, help="Every trade; those that lack the set are named and left alone.")
@click.option("--allow-too-few", is_flag=True, help="Activate a set with too few questions (a supervisor's override).")
@write_options
@click.pass_obj
def activate_set(
    here: Workstation,
    /,
    paper: str,
    letter: str,
    trades: tuple[str, ...],
    all_trades: bool,
    allow_too_few: bool,
    **how: Any,
) -> None:
    """Make a question set active and clear the incomplete sessions of that paper on any other set."""
    wanted = set_letter(letter)
    if bool(trades) == all_trades:
        raise UsageProblem("choose_trades")

    def plan(session: Session) -> Plan:
        named = candidates.require_trades(session, names=trades) if trades else candidates.trades(session)
        choices = [SetChoice(trade.id, Paper(paper), wanted) for trade in named]
        return sets.plan_activate(session, choices=choices, allow_too_few=allow_too_few)

    carry_out(Order(here, **how), plan)


@click.command("clear-incomplete-sessions", short_help="Clear incomplete sessions, or count them.")
@_whose
@click.option(
    "--paper-type",
    type=click.Choice([paper.value for paper in Paper], case_sensitive=False),
    metavar="PRIMARY|SECONDARY",
    help="Only this paper.",
)
@release_option
@write_options
@click.pass_obj
def clear_incomplete_sessions(
    here: Workstation,
    /,
    army_nos: tuple[str, ...],
    trades: tuple[str, ...],
    everyone: bool,
    paper_type: str | None,
    **how: Any,
) -> None:
    """Clear incomplete sessions into the archive; slots stay. Without candidates: statistics."""
    paper = Paper(paper_type) if paper_type else None
    if not guide.one_way(army_nos=army_nos, trades=trades, everyone=everyone, required=False):
        _statistics(here, paper=paper, as_json=how["as_json"])
        return

    def plan(session: Session) -> Plan:
        belongs = guide.belonging(session, army_nos=army_nos, trades=trades)
        ids = [one.id for one in open_sessions.incomplete(session) if belongs(one) and paper in (None, one.paper)]
        return clearing.plan_clear(session, session_ids=ids)

    carry_out(Order(here, **how), plan)


@click.command("fix-stuck-sessions", short_help="Clear stuck sessions, guided.")
@_whose
@click.option("--statistics", is_flag=True, help="Count stuck sessions by paper and trade; change nothing.")
@release_option
@write_options
@click.pass_obj
def fix_stuck_sessions(
    here: Workstation,
    /,
    army_nos: tuple[str, ...],
    trades: tuple[str, ...],
    everyone: bool,
    statistics: bool,
    **how: Any,
) -> None:
    """Clear stuck sessions, guided: one candidate, a trade, or everything."""
    if not statistics and not guide.one_way(army_nos=army_nos, trades=trades, everyone=everyone, required=False):
        try:
            army_nos, trades, everyone, statistics = guide.guided(json=how["as_json"])
        except NothingAsked:
            print_nothing_asked(Order(here, **how), Operation.CLEAR)
            raise
    if statistics:
        _statistics(here, paper=None, as_json=how["as_json"])
        return

    def plan(session: Session) -> Plan:
        belongs = guide.belonging(session, army_nos=army_nos, trades=trades)
        stuck = {row.id for row in health.survey(session, finished=0).stuck}
        ids = [one.id for one in open_sessions.incomplete(session) if one.id in stuck and belongs(one)]
        return clearing.plan_clear(session, session_ids=ids)

    carry_out(Order(here, **how), plan)


def _statistics(here: Workstation, *, paper: Paper | None, as_json: bool) -> None:
    with here.database() as database:
        seen = database.read(partial(health.survey, finished=0))
    counts: dict[tuple[str, str], list[int]] = {}
    for row in seen.sessions:
        if row.incomplete and paper in (None, row.paper):
            count = counts.setdefault((row.paper, row.trade or ""), [0, 0])
            count[0] += 1
            count[1] += row.stuck
    groups = sorted(counts.items())
    if as_json:
        output.as_json(
            {
                "incomplete_sessions": sum(count[0] for _, count in groups),
                "stuck_sessions": sum(count[1] for _, count in groups),
                "groups": [
                    {"paper": key[0], "trade": key[1] or None, "incomplete": count[0], "stuck": count[1]}
                    for key, count in groups
                ],
            }
        )
        return
    output.table(("paper", "trade", "incomplete", "stuck"), [(*key, *count) for key, count in groups])


COMMANDS = (
    _slot_command("assign-slots", slots.plan_assign, "Give slots.", "Clears the candidates' incomplete sessions."),
    _slot_command("reset-slots", slots.plan_reset, "Empty slots.", "Clears the candidates' incomplete sessions."),
    _slot_command(
        "reassign-slots", slots.plan_reassign, "Reset and assign in one step.", "The candidates start afresh at once."
    ),
    _slot_command("sign-out", signing_out.plan_sign_out, "End portal logins (PC failure).", "Sessions and slots stay."),
    activate_set,
    clear_incomplete_sessions,
    fix_stuck_sessions,
)
