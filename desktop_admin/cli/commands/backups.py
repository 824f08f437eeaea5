"""Commands for back-ups of a database file."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from desktop_admin.cli import output
from desktop_admin.cli.carry_out import agreed
from desktop_admin.cli.context import Workstation
from desktop_admin.cli.options import json_option, write_options
from desktop_admin.cli.words import command, say
from desktop_admin.controllers.operations.deeds import RESTORE_BACKUP, backups
from desktop_admin.controllers.operations.rights import check_may
from desktop_admin.controllers.portal import candidates
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.backends.address import database_path
from desktop_admin.database.engine import Database
from desktop_admin.errors import AdminError, DatabaseBusy, DatabaseUnusable, UsageProblem
from desktop_admin.messages import Message
from desktop_admin.server_url import ServerUrl


@command("backup", "cli.backup", "cli.backup.more")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@json_option
@click.pass_obj
def _backup(here: Workstation, file: Path | None, as_json: bool) -> None:
    with here.database() as database:
        copy = backups.make(database, actor=here.actor(), to=file)
    if as_json:
        output.as_json({"backup": str(copy)})
    else:
        say("backup.told", path=copy)


@command("restore-backup", "cli.restore-backup", "cli.restore-backup.more")
@click.argument("file", type=click.Path(path_type=Path))
@write_options
@click.pass_obj
def _restore_backup(here: Workstation, file: Path, yes: bool, dry_run: bool, reason: str | None, as_json: bool) -> None:
    path = _path(here)
    with closing(Database.open(file, thorough=True)) as copy:
        actor = _person(here, copy)
        check_may(role=actor.role, kind=RESTORE_BACKUP, candidates=0)
        count = copy.read(candidates.count)
    if dry_run or not yes:
        counted = Message.of("count.candidates", n=count)
        say("cli.restore-backup.would", file=file, candidates=counted, path=path, err=as_json)
    kept = None
    if not dry_run:
        if not yes:
            agreed()
        kept = backups.restore(file, path=path, actor=actor, reason=reason)
    if as_json:
        output.as_json({"restored": str(file), "replaced": None if kept is None else str(kept), "dry_run": dry_run})
    elif kept is not None:
        say("cli.restore-backup.did", path=path, file=file, kept=kept)


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


COMMANDS = (_backup, _restore_backup)
