"""For whom a command is meant: the options checked, the sessions that belong, and the guided questions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import click

from desktop_admin.cli.context import has_terminal
from desktop_admin.cli.words import say
from desktop_admin.controllers.portal import candidates
from desktop_admin.controllers.portal.open_sessions import OpenSession
from desktop_admin.database.session import Session
from desktop_admin.errors import NothingAsked, UsageProblem
from desktop_admin.messages import phrase

_OFFERS = {
    "1": "cli.guide.candidate",
    "2": "cli.guide.trade",
    "3": "cli.guide.everything",
    "4": "cli.guide.statistics",
    "q": "cli.guide.quit",
}


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


def belonging(session: Session, *, army_nos: Sequence[str], trades: Sequence[str]) -> Callable[[OpenSession], bool]:
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


def guided(*, json: bool) -> tuple[tuple[str, ...], tuple[str, ...], bool, bool]:
    """Ask what to put right: (army numbers, trades, everyone, statistics only).

    Args:
        json: questions go to stderr, because stdout is for the object.

    Raises:
        NothingAsked: the person wants nothing, or there is nobody to ask.
    """
    if not has_terminal():
        raise NothingAsked("no_terminal_for_guide")
    say("cli.guide.what", err=json)
    for key, what in _OFFERS.items():
        click.echo(f"  {key}  {phrase(what)}", err=json)
    answer = click.prompt(phrase("cli.guide.choose"), type=click.Choice(tuple(_OFFERS)), err=json)
    if answer == "1":
        return (click.prompt(phrase("cli.guide.army_no"), err=json),), (), False, False
    if answer == "2":
        return (), (click.prompt(phrase("cli.guide.which_trade"), err=json),), False, False
    if answer == "q":
        raise NothingAsked("declined")
    return (), (), answer == "3", answer == "4"
