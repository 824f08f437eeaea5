"""Commands that make or examine a whole database, and the window."""

from __future__ import annotations

import ctypes
import os
import sys
import tempfile
from functools import partial
from pathlib import Path

import click

from desktop_admin.cli import output
from desktop_admin.cli.carry_out import prepared
from desktop_admin.cli.context import Desk
from desktop_admin.cli.listing import json_option
from desktop_admin.controllers.log import desk_clock
from desktop_admin.controllers.portal import health
from desktop_admin.controllers.upkeep import guard as guarding
from desktop_admin.controllers.upkeep import policies
from desktop_admin.controllers.values.guard_state import GuardState
from desktop_admin.controllers.values.views import QUIET_KINDS
from desktop_admin.database.address import database_path
from desktop_admin.database.create import create
from desktop_admin.database.engine import Database
from desktop_admin.errors import AdminError, UsageProblem
from desktop_admin.practice import demo, selfcheck, tour
from desktop_admin.settings import data_folder


@click.command("create", short_help="Make a new local database.")
@click.argument("target", metavar="[PATH]", required=False)
@json_option
@click.pass_obj
def create_command(here: Desk, target: str | None, as_json: bool) -> None:
    """Make a new local database with the portal's tables; refuses a file that exists."""
    named = here.named if target is None else target
    path = data_folder() / "exam.sqlite3" if named is None else database_path(named)
    create(path).close()
    if as_json:
        output.as_json({"created": str(path.resolve())})
    else:
        click.echo(f"Created {path.resolve()}")


@click.command("check", short_help="Examine the database.")
@json_option
@click.pass_obj
def check_command(here: Desk, as_json: bool) -> None:
    """Examine the database: whether it can be worked with, and what to know about it."""
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
        "view_only": about.view_only.english() if about.view_only else None,
        "guard": guard.state,
        "warnings": [warning.english() for warning in warnings],
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
    ending = sum(one.kind in QUIET_KINDS for one in seen.findings)
    name = database.backend.name
    click.echo(f"{name}: a portal database that this program can work with ({about.engine}, kind {about.kind}).")
    for sentence in (about.view_only, *warnings):
        if sentence is not None:
            click.echo(sentence.english())
    if guard.state is GuardState.INSTALLED or guard.alarming:
        click.echo(guard.told.english(zone=here.settings.zone()))
    if not database.has_own_tables:
        when = "the first change makes them, after a back-up" if about.path else "“prepare” makes them"
        click.echo(f"The desktop_admin tables are not there yet, in this version; {when}.")
    click.echo(
        f"Sessions: {len(seen.stuck)} stuck, {seen.running} running, {seen.finished} finished; "
        f"{seen.waiting} candidates wait to restart. Findings: {len(seen.findings) - ending}; logins that end before "
        f"the paper: {ending}."
    )


@click.command("prepare", short_help="Make or update the program's own tables.")
@json_option
@click.pass_obj
def prepare_command(here: Desk, as_json: bool) -> None:
    """Make or update the program's own tables, as the first change does; on a server, its administrator does it."""
    with here.database(anybody=True) as database:
        needed = not database.has_own_tables
        copy = database.prepare()
    if as_json:
        output.as_json({"created": needed, "backup": None if copy is None else str(copy)})
    else:
        click.echo(prepared(copy) if needed else "The desktop_admin tables are there already, in this version.")


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
def demo_command(here: Desk, pictures: Path | None, terminal: bool, as_json: bool) -> None:
    """Make a realistic exam day and open the window on it; without a screen, play it here and save pictures."""
    folder = data_folder() / "demo"
    shown_in = pictures or folder / "pictures"
    _make_folder(shown_in)
    path = _without_yesterday(folder / "exam-day.sqlite3")
    demo.make(path, on_stage=lambda stage: click.echo(f"{stage.english()} …", err=True))
    why = "the terminal was asked for" if terminal else _no_screen()
    if why is None:
        _exit_with_window(str(path))
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


def _tell_scene(here: Desk, scene: tour.Scene) -> None:
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


def _no_screen() -> str | None:
    """Why no window can be shown, or None where one can."""
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    if platform in ("offscreen", "minimal"):
        return f"QT_QPA_PLATFORM is {platform}"
    has_screen = sys.platform in ("win32", "darwin") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))
    if not has_screen and not platform:
        return "there is no display"
    return _display_problem() if sys.platform.startswith("linux") and platform in ("", "xcb") else None


def _display_problem() -> str | None:
    """Why the X display does not answer, or None; Qt would end the process without a word about it."""
    if os.environ.get("WAYLAND_DISPLAY") or not os.environ.get("DISPLAY"):
        return None
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        # The window's own check names the library.
        return None
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    broken = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return f"the display {os.environ['DISPLAY']} does not answer" if broken else None


def open_window(here: Desk) -> None:
    """Open the window on the named database, or on the first-run choices; ends the process with its exit code.

    Raises:
        DatabaseUnusable: there is no screen.
    """
    why = _no_screen()
    if why is not None and not why.startswith("QT_QPA_PLATFORM"):
        raise AdminError("no_display", why=why)
    _exit_with_window(here.target)


def _exit_with_window(target: str | None) -> None:
    try:
        from desktop_admin.gui.app import run
    except ImportError as missing:
        raise AdminError("qt_missing", what=missing) from missing
    click.get_current_context().exit(run(target))


COMMANDS = (create_command, check_command, prepare_command, self_check_command, demo_command)
