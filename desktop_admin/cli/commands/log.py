"""Commands that show that the log is whole, keep its end elsewhere, and carry its key to another desk."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from desktop_admin.cli import output
from desktop_admin.cli.context import Workstation, is_watched
from desktop_admin.cli.options import json_option
from desktop_admin.cli.words import Group, command, option, say, worded
from desktop_admin.controllers.log import checkpoints
from desktop_admin.controllers.log.chain import Progress
from desktop_admin.controllers.operations.deeds import log as deeds
from desktop_admin.messages import phrase

_EXISTING = click.Path(path_type=Path, exists=True, dir_okay=False)
_new_file = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@command("verify-log", "cli.verify-log", "cli.verify-log.more")
@option("--checkpoint", "files", multiple=True, type=_EXISTING, help="cli.option.checkpoint")
@json_option
@click.pass_obj
def _verify_log(here: Workstation, files: tuple[Path, ...], as_json: bool) -> None:
    told = _tell_progress if is_watched() else None
    with here.database() as database:
        found = database.read(partial(deeds.verify, actor=here.actor(), files=files, told=told))
    if told is not None:
        click.echo(err=True)
    if as_json:
        output.as_json(
            {
                "intact": found.intact,
                "rows": found.rows,
                "unsealed": found.unsealed,
                "sessions": found.sessions,
                "problems": [{"seq": one.seq, "what": one.what} for one in found.problems],
                "checkpoints": found.compared,
                "notes": found.notes,
                "end": checkpoints.values(found.end),
            }
        )
    else:
        say("cli.log.intact" if found.intact else "cli.log.tampered", rows=found.rows, sessions=found.sessions)
        if found.unsealed:
            say("cli.log.unsealed", n=found.unsealed)
        say("cli.log.compared", n=found.compared)
        for note in found.notes:
            click.echo(f"  ▲ {worded(note)}")
        for one in found.problems:
            click.echo(f"  ✗ {worded(one.what)}")
    click.get_current_context().exit(0 if found.intact else 1)


def _tell_progress(progress: Progress) -> None:
    """Tell somebody who waits at a terminal how far it has come, over what was told before."""
    told = phrase("cli.log.progress", rows=progress.rows, sessions=progress.sessions)
    click.echo(f"\r{told} …", nl=False, err=True)


@command("checkpoint", "cli.checkpoint", "cli.checkpoint.more")
@_new_file
@click.pass_obj
def _checkpoint(here: Workstation, file: Path) -> None:
    with here.database() as database:
        point = database.read(partial(deeds.take, actor=here.actor(), file=file))
    say("cli.log.end", row=point.seq, seal=point.hash)


@command("export", "cli.log-key.export", "cli.log-key.export.more")
@_new_file
@click.pass_obj
def _export_key(here: Workstation, file: Path) -> None:
    with here.database() as database:
        key_id = deeds.export_key(database, actor=here.actor(), file=file)
    say("cli.log.exported", key=key_id, path=file)


@command("import", "cli.log-key.import")
@click.argument("file", type=_EXISTING)
@click.pass_obj
def _import_key(here: Workstation, file: Path) -> None:
    with here.database() as database:
        key_id, kept = deeds.bring_key(database, actor=here.actor(), file=file)
    if kept is None:
        say("cli.log.kept_in_keyring", key=key_id)
    else:
        say("cli.log.kept", key=key_id, path=kept)


_LOG_KEY = Group("log-key", says=("cli.log-key", "cli.log-key.more"), commands=[_export_key, _import_key])

COMMANDS = (_verify_log, _checkpoint, _LOG_KEY)
