"""The commands that clear incomplete sessions: chosen ones, and stuck ones with questions that guide."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import click

from desktop_admin.cli import options, output
from desktop_admin.cli.carry_out import Order, carry_out, print_nothing_asked
from desktop_admin.cli.context import Workstation, has_terminal
from desktop_admin.cli.words import command, echo, option, say, worded
from desktop_admin.controllers.findings import health
from desktop_admin.controllers.operations.apply import plan
from desktop_admin.controllers.operations.clear import CLEAR, ClearAsked
from desktop_admin.controllers.operations.kind import Option
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.portal import candidates, open_sessions
from desktop_admin.controllers.portal.facts import Facts
from desktop_admin.controllers.portal.open_sessions import OpenSession
from desktop_admin.controllers.values.columns import heading
from desktop_admin.database.session import Session
from desktop_admin.errors import NothingAsked
from desktop_admin.messages import phrase
from desktop_admin.rules import Paper

Names = tuple[str, ...]

_OFFERS = {
    "1": "cli.guide.candidate",
    "2": "cli.guide.trade",
    "3": "cli.guide.everything",
    "4": "cli.guide.statistics",
    "q": "cli.guide.quit",
}


@command("clear-incomplete-sessions", "cli.clear-incomplete-sessions", "cli.clear-incomplete-sessions.more")
@options.asking(Option.CANDIDATES)
@options.paper_type_option
@options.release_option
@options.write_options
def _clear_incomplete_sessions(
    here: Workstation, /, army_nos: Names, trades: Names, everyone: bool, paper_type: str | None, **how: Any
) -> None:
    paper = Paper(paper_type) if paper_type else None
    if options.one_way(army_nos=army_nos, trades=trades, everyone=everyone, required=False):
        _clear(Order(here, **how), army_nos, trades, paper=paper)
    else:
        _statistics(here, paper=paper, as_json=how["as_json"])


@command("fix-stuck-sessions", "cli.fix-stuck-sessions", "cli.fix-stuck-sessions.more")
@options.asking(Option.CANDIDATES)
@option("--statistics", is_flag=True, help="cli.option.statistics")
@options.release_option
@options.write_options
def _fix_stuck_sessions(
    here: Workstation, /, army_nos: Names, trades: Names, everyone: bool, statistics: bool, **how: Any
) -> None:
    order = Order(here, **how)
    if not statistics and not options.one_way(army_nos=army_nos, trades=trades, everyone=everyone, required=False):
        try:
            army_nos, trades, statistics = _guided(json=order.as_json)
        except NothingAsked:
            print_nothing_asked(order, CLEAR)
            raise
    if statistics:
        _statistics(here, paper=None, as_json=order.as_json)
    else:
        _clear(order, army_nos, trades, stuck_only=True)


def _clear(
    order: Order, army_nos: Names, trades: Names, *, paper: Paper | None = None, stuck_only: bool = False
) -> None:
    """Clear the incomplete sessions of these candidates or trades, or of everyone, narrowed as is said."""

    def planner(facts: Facts) -> Plan:
        belongs = _belonging(facts.session, army_nos=army_nos, trades=trades)
        found = [one for one in open_sessions.incomplete(facts.session) if belongs(one) and paper in (None, one.paper)]
        ids = {one.id for one in found}
        if stuck_only:
            ids &= {row.id for row in health.survey(facts.session, finished=0).stuck}
        return plan(facts.session, CLEAR, ClearAsked(tuple(sorted(ids))), facts=facts)

    carry_out(order, planner)


def _belonging(session: Session, *, army_nos: Names, trades: Names) -> Callable[[OpenSession], bool]:
    """A test for the sessions of these candidates, or of these trades; of everyone where neither is given.

    A session belongs to a trade by the candidate's profile or by its own row.
    """
    if army_nos:
        accounts = set(candidates.require(session, army_nos=army_nos))
        return lambda one: one.user_id in accounts
    if trades:
        ids = {trade.id for trade in candidates.require_trades(session, names=trades)}
        return lambda one: bool(ids & {one.profile_trade_id, one.row_trade_id})
    return lambda _one: True


def _guided(*, json: bool) -> tuple[Names, Names, bool]:
    """Ask what to put right: (army numbers, trades, statistics only); of everyone where nothing of it is said.

    Args:
        json: questions go to stderr, because stdout is for the object.

    Raises:
        NothingAsked: the person wants nothing, or there is nobody to ask.
    """
    if not has_terminal():
        raise NothingAsked("no_terminal_for_guide")
    say("cli.guide.what", err=json)
    for key, what in _OFFERS.items():
        echo(f"  {key}  {phrase(what)}", err=json)
    answer = click.prompt(phrase("cli.guide.choose"), type=click.Choice(tuple(_OFFERS)), err=json)
    if answer == "1":
        return (click.prompt(phrase("cli.guide.army_no"), err=json),), (), False
    if answer == "2":
        return (), (click.prompt(phrase("cli.guide.which_trade"), err=json),), False
    if answer == "q":
        raise NothingAsked("declined")
    return (), (), answer == "4"


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
        incomplete, stuck = (sum(count[place] for count in counts.values()) for place in range(2))
        listed = [
            {"paper": key[0], "trade": key[1] or None, "incomplete": count[0], "stuck": count[1]}
            for key, count in groups
        ]
        output.write_json({"incomplete_sessions": incomplete, "stuck_sessions": stuck, "groups": listed})
        return
    headings = *(worded(heading(name)) for name in ("paper", "trade")), phrase("cli.incomplete"), phrase("cli.stuck")
    output.table(headings, [(*key, *count) for key, count in groups], empty="cli.none.incomplete")


COMMANDS = (_clear_incomplete_sessions, _fix_stuck_sessions)
