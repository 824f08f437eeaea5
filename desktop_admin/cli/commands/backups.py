"""Commands for back-ups of a database file."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from desktop_admin.cli import output
from desktop_admin.cli.carry_out import agreed
from desktop_admin.cli.commands.listing import json_option
from desktop_admin.cli.context import Workstation
from desktop_admin.cli.options import write_options
from desktop_admin.controllers.operations.deeds import RESTORE_BACKUP, backups
from desktop_admin.controllers.operations.rights import check_may
from desktop_admin.controllers.portal import candidates
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.backends.address import database_path
from desktop_admin.database.engine import Database
from desktop_admin.errors import AdminError, DatabaseBusy, DatabaseUnusable, UsageProblem
from desktop_admin.server_url import ServerUrl


@click.command("backup", short_help="Copy the database while the portal runs.")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@json_option
@click.pass_obj
def backup_command(here: Workstation, file: Path | None, as_json: bool) -> None:
    """Make a verified copy of the database file, also while the portal runs. Supervisors only."""
    with here.database() as database:
        copy = backups.make(database, actor=here.actor(), to=file)
    if as_json:
        output.as_json({"backup": str(copy)})
    else:
        click.echo(f"Back-up: {copy}")


@click.command("restore-backup", short_help="Put a back-up in the database's place.")
@click.argument("file", type=click.Path(path_type=Path))
@write_options
@click.pass_obj
def restore_backup_command(
    here: Workstation, file: Path, yes: bool, dry_run: bool, reason: str | None, as_json: bool
) -> None:
    """Put a back-up in the database file's place, which is kept beside it. Stop the portal first. Supervisors only."""
    path = _path(here)
    with closing(Database.open(file, thorough=True)) as copy:
        actor = _person(here, copy)
        check_may(role=actor.role, kind=RESTORE_BACKUP, candidates=0)
        count = copy.read(candidates.count)
    if dry_run or not yes:
        told = f"{file}: a sound portal database with {count} candidates. It would replace {path}, which is kept."
        click.echo(f"{told} Stop the portal first.", err=as_json)
    kept = None
    if not dry_run:
        if not yes:
            agreed()
        kept = backups.restore(file, path=path, actor=actor, reason=reason)
    if as_json:
        output.as_json({"restored": str(file), "replaced": None if kept is None else str(kept), "dry_run": dry_run})
    elif kept is not None:
        click.echo(f"{path} is now as in {file}; what was there is in {kept}. Start the portal again.")
        click.echo("The rows of the log since that back-up are only in what was replaced, and verify-log says so.")


def _path(here: Workstation) -> Path:
    if here.target is None:
        raise UsageProblem("no_database_given")
    if ServerUrl.read(here.target) is not None:
        raise AdminError("backup_on_server", path=here.target)
    return database_path(here.target)


def _person(here: Workstation, copy: Database) -> Actor:
    """Who signs in; where the database itself is past reading, with the accounts of its copy."""
    try:
        with here.database(thorough=True):
            return here.actor()
    except DatabaseBusy:
        # It is there, and its own accounts count.
        raise
    except DatabaseUnusable:
        return here.sign_in(copy)


COMMANDS = (backup_command, restore_backup_command)
