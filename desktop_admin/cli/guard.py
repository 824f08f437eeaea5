"""The guard's commands: look, install, remove."""

from __future__ import annotations

from functools import partial
from typing import Any

import click

from desktop_admin.cli import output
from desktop_admin.cli.carry_out import agreed, with_own_tables
from desktop_admin.cli.changes import write_options
from desktop_admin.cli.context import Desk
from desktop_admin.cli.listing import json_option
from desktop_admin.controllers.upkeep import guard as guarding
from desktop_admin.controllers.values.guard_state import COSTS, DOES, GuardCheck, GuardState
from desktop_admin.controllers.values.plans import new_op_id
from desktop_admin.database.engine import Database
from desktop_admin.errors import AdminError
from desktop_admin.rules import Operation, check_may

_DEEDS = {Operation.GUARD_INSTALL: guarding.install, Operation.GUARD_REMOVE: guarding.remove}


@click.group("guard", short_help="Look at, install or remove the guard.")
def guard_group() -> None:
    """Triggers with which a server's database itself refuses stale sessions, whoever writes."""


@guard_group.command("check", short_help="Say whether it is installed.")
@json_option
@click.pass_obj
def check_command(here: Desk, as_json: bool) -> None:
    """Say whether the guard is installed, and as this version makes it."""
    with here.database() as database:
        found = database.read(guarding.check)
    if as_json:
        output.as_json(found)
    else:
        click.echo(found.told.english(zone=here.settings.zone()))


def _deed(operation: Operation, short: str) -> click.Command:
    @click.command(operation.value.removeprefix("guard-"), short_help=short, help=f"{short} Supervisors only.")
    @write_options
    @click.pass_obj
    def command(here: Desk, /, yes: bool, dry_run: bool, reason: str | None, as_json: bool) -> None:
        with here.database() as database:
            # Refused before anybody is asked.
            check_may(role=here.actor().role, operation=operation, candidates=0)
            before = database.read(guarding.check)
            if before.state is GuardState.NOT_HERE:
                raise AdminError("guard_not_on_file")
            if not yes:
                _tell(here, before, operation, err=as_json)
            op_id = None
            if not dry_run:
                if not yes:
                    agreed()
                op_id = _carry_out(here, database, operation, reason)
            after = database.read(guarding.check)
        if as_json:
            told = {"operation": operation, "op_id": op_id, "dry_run": dry_run, "operator_reason": reason}
            output.as_json(told | output.values(after))
        else:
            click.echo("Nothing is changed yet." if dry_run else after.told.english(zone=here.settings.zone()))

    return command


def _tell(here: Desk, before: GuardCheck, operation: Operation, *, err: bool) -> None:
    """Say what is there and, before it is installed, what it does."""
    zone = here.settings.zone()
    click.echo(before.told.english(zone=zone), err=err)
    if operation is Operation.GUARD_INSTALL:
        for sentence in DOES:
            click.echo(f"  - {sentence.english(zone=zone)}", err=err)
        click.echo(COSTS.english(zone=zone), err=err)


def _carry_out(here: Desk, database: Database, operation: Operation, reason: str | None) -> str | None:
    op_id = new_op_id()
    work: Any = partial(_DEEDS[operation], actor=here.actor(), op_id=op_id, reason=reason)
    return op_id if with_own_tables(database, partial(database.write, work)) else None


guard_group.add_command(_deed(Operation.GUARD_INSTALL, "Make the guard's triggers."))
guard_group.add_command(_deed(Operation.GUARD_REMOVE, "Remove the guard's triggers."))

COMMANDS = (guard_group,)
