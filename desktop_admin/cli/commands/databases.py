"""Commands that make or examine a whole database."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import click

from desktop_admin.cli import output
from desktop_admin.cli.carry_out import prepared
from desktop_admin.cli.commands.listing import json_option
from desktop_admin.cli.context import Workstation
from desktop_admin.controllers.log import desk_clock
from desktop_admin.controllers.operations.deeds.tables import prepare
from desktop_admin.controllers.portal import health
from desktop_admin.controllers.upkeep import guard as guarding
from desktop_admin.controllers.upkeep import policies
from desktop_admin.controllers.values.guard_state import GuardState
from desktop_admin.controllers.values.views import QUIET_KINDS
from desktop_admin.database.backends.address import database_path
from desktop_admin.database.create import create
from desktop_admin.rules import Role
from desktop_admin.settings import data_folder


@click.command("create", short_help="Make a new local database.")
@click.argument("target", metavar="[PATH]", required=False)
@json_option
@click.pass_obj
def create_command(here: Workstation, target: str | None, as_json: bool) -> None:
    """Make a new local database with the portal's tables; refuses a file that exists."""
    named = here.named if target is None else target
    path = data_folder() / "exam.sqlite3" if named is None else database_path(named)
    create(path).close()
    if as_json:
        output.as_json({"created": str(path.resolve())})
    else:
        click.echo(f"Created {path.resolve()}")


@click.command("check", short_help="Examine the database.")
@json_option
@click.pass_obj
def check_command(here: Workstation, as_json: bool) -> None:
    """Examine the database: whether it can be worked with, and what to know about it."""
    with here.database(thorough=True, anybody=True) as database:
        database.probe()
        about = database.description
        seen = database.read(partial(health.survey, finished=0, thorough=True))
        guard = database.read(guarding.check)
        clock = database.read(partial(desk_clock.look, desk=here.settings.desk_name))
        rules = database.read(policies.read)
    warnings = (*about.warnings, *((clock,) if clock else ()), *rules.damaged)
    values = {
        "database": database.backend.name,
        "engine": about.engine,
        "kind": about.kind,
        "own_tables": database.has_own_tables,
        "view_only": about.view_only.english() if about.view_only else None,
        "guard": guard.state,
        "warnings": [warning.english() for warning in warnings],
        "sessions": {
            "stuck": len(seen.stuck),
            "running": seen.running,
            "finished": seen.finished,
            "waiting": seen.waiting,
        },
        "findings": len(seen.findings),
    }
    if as_json:
        output.as_json(values)
        return
    ending = sum(one.kind in QUIET_KINDS for one in seen.findings)
    name = database.backend.name
    click.echo(f"{name}: a portal database that this program can work with ({about.engine}, kind {about.kind}).")
    for sentence in (about.view_only, *warnings):
        if sentence is not None:
            click.echo(sentence.english())
    if guard.state is GuardState.INSTALLED or guard.alarming:
        click.echo(guard.told.english(zone=here.settings.zone()))
    if not database.has_own_tables:
        when = "the first change makes them, after a back-up" if about.path else "“prepare” makes them"
        click.echo(f"The desktop_admin tables are not there yet, in this version; {when}.")
    click.echo(
        f"Sessions: {len(seen.stuck)} stuck, {seen.running} running, {seen.finished} finished; "
        f"{seen.waiting} candidates wait to restart. Findings: {len(seen.findings) - ending}; logins that end before "
        f"the paper: {ending}."
    )


@click.command("prepare", short_help="Make or update the program's own tables.")
@json_option
@click.pass_obj
def prepare_command(here: Workstation, as_json: bool) -> None:
    """Make or update the program's own tables, as the first change does; on a server, its administrator does it."""
    with here.database(anybody=True) as database:
        needed = not database.has_own_tables
        # Whoever has not signed in is nobody's supervisor, and makes no key of the log.
        copy = prepare(database, actor=replace(here.unverified(), role=Role.STAFF))
    if as_json:
        output.as_json({"created": needed, "backup": None if copy is None else str(copy)})
    else:
        click.echo(prepared(copy) if needed else "The desktop_admin tables are there already, in this version.")


COMMANDS = (create_command, check_command, prepare_command)
