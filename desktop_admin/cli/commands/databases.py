"""Commands that make or examine a whole database."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import click

from desktop_admin.cli import output
from desktop_admin.cli.carry_out import prepared
from desktop_admin.cli.context import Workstation
from desktop_admin.cli.options import json_option
from desktop_admin.cli.words import command, say
from desktop_admin.controllers.log import desk_clock
from desktop_admin.controllers.operations.deeds.tables import prepare
from desktop_admin.controllers.portal import health
from desktop_admin.controllers.upkeep import guard as guarding
from desktop_admin.controllers.upkeep import policies
from desktop_admin.controllers.values.guard_state import GuardState
from desktop_admin.controllers.values.views import QUIET_KINDS
from desktop_admin.database.backends.address import database_path
from desktop_admin.database.create import create
from desktop_admin.messages import phrase
from desktop_admin.rules import Role
from desktop_admin.settings import data_folder


@command("create", "cli.create", "cli.create.more")
@click.argument("target", metavar="[PATH]", required=False)
@json_option
@click.pass_obj
def _create(here: Workstation, target: str | None, as_json: bool) -> None:
    named = here.named if target is None else target
    path = data_folder() / "exam.sqlite3" if named is None else database_path(named)
    create(path).close()
    if as_json:
        output.as_json({"created": str(path.resolve())})
    else:
        say("cli.create.did", path=path.resolve())


@command("check", "cli.check", "cli.check.more")
@json_option
@click.pass_obj
def _check(here: Workstation, as_json: bool) -> None:
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
        "view_only": about.view_only,
        "guard": guard.state,
        "warnings": warnings,
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
    say("cli.check.sound", path=database.backend.name, engine=about.engine, kind=phrase(f"cli.kind_{about.kind}"))
    for sentence in (about.view_only, *warnings):
        if sentence is not None:
            say(sentence)
    if guard.state is GuardState.INSTALLED or guard.alarming:
        say(guard.told)
    if not database.has_own_tables:
        say("cli.check.change_makes_tables" if about.path else "cli.check.prepare_makes_tables")
    say("cli.check.sessions", stuck=len(seen.stuck), running=seen.running, finished=seen.finished, waiting=seen.waiting)
    ending = sum(one.kind in QUIET_KINDS for one in seen.findings)
    say("cli.check.findings", count=len(seen.findings) - ending, ending=ending)


@command("prepare", "cli.prepare", "cli.prepare.more")
@json_option
@click.pass_obj
def _prepare(here: Workstation, as_json: bool) -> None:
    with here.database(anybody=True) as database:
        needed = not database.has_own_tables
        # Whoever has not signed in is nobody's supervisor, and makes no key of the log.
        copy = prepare(database, actor=replace(here.unverified(), role=Role.STAFF))
    if as_json:
        output.as_json({"created": needed, "backup": None if copy is None else str(copy)})
    else:
        say(prepared(copy) if needed else "cli.prepare.there_already")


COMMANDS = (_create, _check, _prepare)
