"""An update from a stick, in a build that knows whose updates it may trust."""

from __future__ import annotations

from pathlib import Path

import click

from desktop_admin import updating
from desktop_admin.cli import output
from desktop_admin.cli.context import Workstation
from desktop_admin.cli.options import json_option
from desktop_admin.cli.words import command, say


@command("update", "cli.update", "cli.update.more")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
def _update(_here: Workstation, file: Path, as_json: bool) -> None:
    running = updating.here()
    made = updating.update(file, folder=running)
    output.give({"folder": made, "running": running}, lambda: say("update.done", path=made), as_json=as_json)


COMMANDS = (_update,)
