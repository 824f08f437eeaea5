"""The guard's commands: look, install, remove."""

from __future__ import annotations

from functools import partial

import click

from desktop_admin.cli import output
from desktop_admin.cli.carry_out import agreed, with_own_tables
from desktop_admin.cli.context import Workstation
from desktop_admin.cli.options import json_option, write_options
from desktop_admin.cli.words import Group, command, say, worded
from desktop_admin.controllers.operations.deeds import GUARD_INSTALL, GUARD_REMOVE, guarding
from desktop_admin.controllers.operations.kind import Kind
from desktop_admin.controllers.operations.rights import check_may
from desktop_admin.controllers.upkeep import guard
from desktop_admin.controllers.values.guard_state import COSTS, DOES, GuardCheck, GuardState
from desktop_admin.controllers.values.lines import new_op_id
from desktop_admin.database.engine import Database
from desktop_admin.errors import AdminError


@command("check", "cli.guard.check")
@json_option
@click.pass_obj
def _check(here: Workstation, as_json: bool) -> None:
    with here.database() as database:
        found = database.read(guard.check)
    if as_json:
        output.as_json(found)
    else:
        say(found.told)


def _deed(kind: Kind, name: str, what: str) -> click.Command:
    @command(name, what, "cli.supervisors_only")
    @write_options
    @click.pass_obj
    def deed(here: Workstation, /, yes: bool, dry_run: bool, reason: str | None, as_json: bool) -> None:
        with here.database() as database:
            # Refused before anybody is asked.
            check_may(role=here.actor().role, kind=kind, candidates=0)
            before = database.read(guard.check)
            if before.state is GuardState.NOT_HERE:
                raise AdminError("guard_not_on_file")
            if not yes:
                _tell(before, kind, err=as_json)
            op_id = None
            if not dry_run:
                if not yes:
                    agreed()
                op_id = _carry_out(here, database, kind, reason)
            after = database.read(guard.check)
        if as_json:
            told = {"operation": kind.name, "op_id": op_id, "dry_run": dry_run, "operator_reason": reason}
            output.as_json(told | output.values(after))
        else:
            say("cli.nothing_changed" if dry_run else after.told)

    return deed


def _tell(before: GuardCheck, kind: Kind, *, err: bool) -> None:
    """Say what is there and, before it is installed, what it does."""
    say(before.told, err=err)
    if kind is GUARD_INSTALL:
        for sentence in DOES:
            click.echo(f"  - {worded(sentence)}", err=err)
        say(COSTS, err=err)


def _carry_out(here: Workstation, database: Database, kind: Kind, reason: str | None) -> str | None:
    op_id = new_op_id()
    job = partial(guarding.change, kind=kind, actor=here.actor(), op_id=op_id, reason=reason)
    return op_id if with_own_tables(database, here.actor(), partial(database.write, job)) else None


_GUARD = Group(
    "guard",
    says=("cli.guard", "cli.guard.more"),
    commands=[
        _check,
        _deed(GUARD_INSTALL, "install", "cli.guard.install"),
        _deed(GUARD_REMOVE, "remove", "cli.guard.remove"),
    ],
)

COMMANDS = (_GUARD,)
