"""Commands that try the program where nothing is real."""

from __future__ import annotations

import os
import tempfile
from functools import partial
from pathlib import Path

import click

from desktop_admin.cli import output
from desktop_admin.cli.commands.listing import json_option
from desktop_admin.cli.commands.window import exit_with_window, no_screen
from desktop_admin.cli.context import Workstation
from desktop_admin.controllers.portal import health
from desktop_admin.database.engine import Database
from desktop_admin.errors import UsageProblem
from desktop_admin.practice import demo, selfcheck, tour
from desktop_admin.settings import data_folder


@click.command("self-check", short_help="Try the main job on a scratch database.")
@json_option
def self_check_command(as_json: bool) -> None:
    """Try the main job in seven steps on a scratch database; live rows are never touched."""

    def tell(step: selfcheck.Step) -> None:
        if not as_json:
            mark = "✓" if step.passed else "✗"
            click.echo(f"{mark} {step.number}. {step.title.english()}. {step.seen.english()}")

    steps = selfcheck.run(tell)
    passed = all(step.passed for step in steps)
    if as_json:
        output.as_json({"passed": passed, "steps": steps})
    click.get_current_context().exit(0 if passed else 1)


@click.command("demo", short_help="Play a made-up exam day.")
@click.option("--pictures", type=click.Path(path_type=Path), help="Folder for the pictures of the panes.")
@click.option("--terminal", is_flag=True, help="Play it in the terminal even where there is a screen.")
@json_option
@click.pass_obj
def demo_command(here: Workstation, pictures: Path | None, terminal: bool, as_json: bool) -> None:
    """Make a realistic exam day and open the window on it; without a screen, play it here and save pictures."""
    folder = data_folder() / "demo"
    shown_in = pictures or folder / "pictures"
    _make_folder(shown_in)
    path = _without_yesterday(folder / "exam-day.sqlite3")
    demo.make(path, on_stage=lambda stage: click.echo(f"{stage.english()} …", err=True))
    why = "the terminal was asked for" if terminal else no_screen()
    if why is None:
        exit_with_window(str(path))
    click.echo(f"No window ({why}), so the day is played here. The database: {path}", err=as_json)
    database = Database.open(path)
    try:
        for scene in tour.play(database, actor=here.unverified()):
            if not as_json:
                _tell_scene(here, scene)
        left = database.read(partial(health.survey, finished=0))
    finally:
        database.close()
    saved = _pictures(path, shown_in)
    if as_json:
        output.as_json({"database": str(path), "stuck": len(left.stuck), "pictures": [str(one) for one in saved]})


def _make_folder(folder: Path) -> None:
    """Make a folder, and make sure that files can be written there, before there is any work to be lost.

    Raises:
        UsageProblem: it cannot be made, or not be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as failure:
        raise UsageProblem("cannot_create", path=folder, why=failure.strerror or str(failure)) from failure


def _without_yesterday(path: Path) -> Path:
    """The path of the demo's database, once the day that lies there from before is removed.

    Raises:
        UsageProblem: another program has it open, where the system then keeps it.
    """
    try:
        for left in path.parent.glob(f"{path.name}*"):
            left.unlink()
    except OSError as failure:
        raise UsageProblem("cannot_create", path=path, why=failure.strerror or str(failure)) from failure
    return path


def _tell_scene(here: Workstation, scene: tour.Scene) -> None:
    click.echo(f"\n— {scene.title.english(zone=here.settings.zone())}")
    for sentence in scene.sentences:
        click.echo(f"  {sentence.english(zone=here.settings.zone())}")
    for changes in scene.changes:
        output.told(changes)


def _pictures(path: Path, folder: Path) -> list[Path]:
    """Pictures of every pane, where Qt can draw them; they are drawn off the screen."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        from desktop_admin.gui.pictures import save_pictures
    except ImportError as missing:
        click.echo(f"No pictures: Qt's system libraries are missing ({missing}). The README lists them.", err=True)
        return []
    saved = save_pictures(str(path), folder)
    click.echo(f"\nPictures of the panes: {folder}", err=True)
    return saved


COMMANDS = (self_check_command, demo_command)
