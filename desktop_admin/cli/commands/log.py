"""Commands that show that the log is whole, keep its end elsewhere, and carry its key to another desk."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from desktop_admin.cli import output
from desktop_admin.cli.commands.listing import json_option
from desktop_admin.cli.context import Workstation, is_watched
from desktop_admin.controllers.log import checkpoints
from desktop_admin.controllers.log.chain import Progress
from desktop_admin.controllers.operations.deeds import log as deeds


@click.command("verify-log", short_help="Check that the log was not tampered with.")
@click.option(
    "--checkpoint",
    "files",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A checkpoint that was kept elsewhere; repeatable. Only that shows a cut end.",
)
@json_option
@click.pass_obj
def verify_log_command(here: Workstation, files: tuple[Path, ...], as_json: bool) -> None:
    """Check every row of the log and every archived session: 0 intact, 1 tampered, 69 cannot be checked here."""
    told = _tell_progress if is_watched() else None
    with here.database() as database:
        found = database.read(partial(deeds.verify, actor=here.actor(), files=files, told=told))
    if told is not None:
        click.echo(err=True)
    zone = here.settings.zone()
    if as_json:
        output.as_json(
            {
                "intact": found.intact,
                "rows": found.rows,
                "unsealed": found.unsealed,
                "sessions": found.sessions,
                "problems": [{"seq": one.seq, "what": one.what.english()} for one in found.problems],
                "checkpoints": found.compared,
                "notes": [note.english() for note in found.notes],
                "end": checkpoints.values(found.end),
            }
        )
    else:
        state = "The log is intact" if found.intact else "The log was tampered with"
        click.echo(f"{state}: {found.rows} rows and {found.sessions} archived sessions were checked.")
        if found.unsealed:
            click.echo(f"{found.unsealed} rows were written without the key: whoever has no key could have made them.")
        click.echo(f"Checkpoints compared, those kept at this desk and those given: {found.compared}.")
        for note in found.notes:
            click.echo(f"  ▲ {note.english(zone=zone)}")
        for one in found.problems:
            click.echo(f"  ✗ {one.what.english(zone=zone)}")
    click.get_current_context().exit(0 if found.intact else 1)


def _tell_progress(progress: Progress) -> None:
    """Tell somebody who waits at a terminal how far it has come, over what was told before."""
    click.echo(f"\r{progress.rows} rows, {progress.sessions} sessions …", nl=False, err=True)


@click.command("checkpoint", short_help="Keep the log's end in a file.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def checkpoint_command(here: Workstation, file: Path) -> None:
    """Write the log's end to a file, to be kept elsewhere; verify-log --checkpoint FILE compares it later."""
    with here.database() as database:
        point = database.read(partial(deeds.take, actor=here.actor(), file=file))
    click.echo(f"Row {point.seq}: {point.hash}")


@click.group("log-key", short_help="Carry the log's key to another desk.")
def log_key_group() -> None:
    """The key of the operation log: a desk without it works, but cannot check the log."""


@log_key_group.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def export_key(here: Workstation, file: Path) -> None:
    """Write the key to a file that only you may read; carry it to the other desk by hand, then destroy the file."""
    with here.database() as database:
        key_id = deeds.export_key(database, actor=here.actor(), file=file)
    click.echo(f"The key {key_id} is in {file}. Whoever has it can forge the log: destroy the file after use.")


@log_key_group.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_obj
def import_key(here: Workstation, file: Path) -> None:
    """Take the key from a file that was exported at another desk."""
    with here.database() as database:
        key_id, kept = deeds.bring_key(database, actor=here.actor(), file=file)
    click.echo(f"The key {key_id} is kept in {kept or 'the keyring'}.")


COMMANDS = (verify_log_command, checkpoint_command, log_key_group)
