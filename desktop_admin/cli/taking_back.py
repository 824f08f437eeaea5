"""Commands that take something back, and those that show that the log is whole."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import click

from desktop_admin.cli import output
from desktop_admin.cli.carry_out import Order, carry_out
from desktop_admin.cli.changes import release_option, write_options
from desktop_admin.cli.context import Workstation, is_watched
from desktop_admin.cli.listing import json_option
from desktop_admin.controllers.log import checkpoints, keys
from desktop_admin.controllers.log.chain import Progress
from desktop_admin.controllers.operations.reopen import work as reopening
from desktop_admin.controllers.operations.restore import work as restoring
from desktop_admin.controllers.operations.undo import work as undoing
from desktop_admin.controllers.portal import candidates
from desktop_admin.controllers.values.plans import Chosen, Plan
from desktop_admin.database.session import Session
from desktop_admin.rules import Paper


@click.command("undo", short_help="Take an operation back.")
@click.argument("op_id", required=False)
@release_option
@write_options
@click.pass_obj
def undo_command(here: Workstation, /, op_id: str | None, **how: Any) -> None:
    """Take an operation back, one's own last one where none is named; who was touched since is named and left."""

    def plan(session: Session) -> Plan:
        return undoing.plan_undo(session, undoes=op_id or undoing.last_of(session, actor=here.actor()))

    carry_out(Order(here, **how), plan)


@click.command("restore", short_help="Put a cleared session back.")
@click.argument("session_id", type=click.IntRange(1, 2**63 - 1), metavar="SESSION_ID")
@click.option("--op", "archived_by", metavar="OP_ID", help="The clearing that is meant, where there was more than one.")
@click.option("--override", is_flag=True, help="Also an old archive, a newer slot, another set (a supervisor's).")
@release_option
@write_options
@click.pass_obj
def restore_command(here: Workstation, /, session_id: int, archived_by: str | None, override: bool, **how: Any) -> None:
    """Put a cleared session back, row for row; it is refused, with the reason, where that has become impossible."""
    planner = partial(restoring.plan_restore, session_ids=[session_id], archived_by=archived_by, override=override)
    carry_out(Order(here, **how), planner)


@click.command("reopen-paper", short_help="Let a submitted paper be sat again.")
@click.option("--army-no", "army_nos", multiple=True, required=True, metavar="NUMBER", help="A candidate; repeatable.")
@click.option(
    "--paper",
    type=click.Choice([paper.value for paper in Paper], case_sensitive=False),
    metavar="PRIMARY|SECONDARY",
    required=True,
)
@write_options
@click.pass_obj
def reopen_command(here: Workstation, /, army_nos: tuple[str, ...], paper: str, **how: Any) -> None:
    """Let a submitted paper be sat again: its session and answers go into the archive. Supervisors only."""

    def plan(session: Session) -> Plan:
        chosen = Chosen(user_ids=candidates.require(session, army_nos=army_nos))
        return reopening.plan_reopen(session, chosen=chosen, paper=Paper(paper))

    carry_out(Order(here, **how), plan)


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
        found = database.read(partial(checkpoints.verify, actor=here.actor(), files=files, told=told))
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
        point = database.read(partial(checkpoints.take, actor=here.actor(), file=file))
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
        key_id = database.read(partial(keys.export, actor=here.actor(), file=file))
    click.echo(f"The key {key_id} is in {file}. Whoever has it can forge the log: destroy the file after use.")


@log_key_group.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_obj
def import_key(here: Workstation, file: Path) -> None:
    """Take the key from a file that was exported at another desk."""
    with here.database() as database:
        key_id, kept = database.read(partial(keys.bring, actor=here.actor(), file=file))
    click.echo(f"The key {key_id} is kept in {kept or 'the keyring'}.")


COMMANDS = (undo_command, restore_command, reopen_command, verify_log_command, checkpoint_command, log_key_group)
