"""The commands that clear incomplete sessions: chosen ones, and stuck ones with questions that guide."""

from __future__ import annotations

from functools import partial
from typing import Any

import click

from desktop_admin.cli import guide, options, output
from desktop_admin.cli.carry_out import Order, carry_out, print_nothing_asked
from desktop_admin.cli.context import Workstation
from desktop_admin.cli.words import command, option, worded
from desktop_admin.controllers.operations.apply import plan
from desktop_admin.controllers.operations.clear import CLEAR, ClearAsked
from desktop_admin.controllers.operations.kind import Option
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.portal import health, open_sessions
from desktop_admin.controllers.portal.facts import Facts
from desktop_admin.controllers.values.columns import heading
from desktop_admin.errors import NothingAsked
from desktop_admin.messages import phrase
from desktop_admin.rules import Paper


@command("clear-incomplete-sessions", "cli.clear-incomplete-sessions", "cli.clear-incomplete-sessions.more")
@options.asking(Option.CANDIDATES)
@options.paper_type_option
@options.release_option
@options.write_options
@click.pass_obj
def _clear_incomplete_sessions(
    here: Workstation,
    /,
    army_nos: tuple[str, ...],
    trades: tuple[str, ...],
    everyone: bool,
    paper_type: str | None,
    **how: Any,
) -> None:
    paper = Paper(paper_type) if paper_type else None
    if not guide.one_way(army_nos=army_nos, trades=trades, everyone=everyone, required=False):
        _statistics(here, paper=paper, as_json=how["as_json"])
        return

    def planner(facts: Facts) -> Plan:
        belongs = guide.belonging(facts.session, army_nos=army_nos, trades=trades)
        found = open_sessions.incomplete(facts.session)
        return _plan(facts, [one.id for one in found if belongs(one) and paper in (None, one.paper)])

    carry_out(Order(here, **how), planner)


@command("fix-stuck-sessions", "cli.fix-stuck-sessions", "cli.fix-stuck-sessions.more")
@options.asking(Option.CANDIDATES)
@option("--statistics", is_flag=True, help="cli.option.statistics")
@options.release_option
@options.write_options
@click.pass_obj
def _fix_stuck_sessions(
    here: Workstation,
    /,
    army_nos: tuple[str, ...],
    trades: tuple[str, ...],
    everyone: bool,
    statistics: bool,
    **how: Any,
) -> None:
    if not statistics and not guide.one_way(army_nos=army_nos, trades=trades, everyone=everyone, required=False):
        try:
            army_nos, trades, everyone, statistics = guide.guided(json=how["as_json"])
        except NothingAsked:
            print_nothing_asked(Order(here, **how), CLEAR)
            raise
    if statistics:
        _statistics(here, paper=None, as_json=how["as_json"])
        return

    def planner(facts: Facts) -> Plan:
        belongs = guide.belonging(facts.session, army_nos=army_nos, trades=trades)
        stuck = {row.id for row in health.survey(facts.session, finished=0).stuck}
        found = open_sessions.incomplete(facts.session)
        return _plan(facts, [one.id for one in found if one.id in stuck and belongs(one)])

    carry_out(Order(here, **how), planner)


def _plan(facts: Facts, session_ids: list[int]) -> Plan:
    return plan(facts.session, CLEAR, ClearAsked(tuple(sorted(session_ids))), facts=facts)


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
    headings = *(worded(heading(name)) for name in ("paper", "trade")), phrase("cli.incomplete"), phrase("cli.stuck")
    output.table(headings, [(*key, *count) for key, count in groups])


COMMANDS = (_clear_incomplete_sessions, _fix_stuck_sessions)
