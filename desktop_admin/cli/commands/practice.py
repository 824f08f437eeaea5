"""Commands that try the program where nothing is real."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click

from desktop_admin import passwords, resources
from desktop_admin.cli import output
from desktop_admin.cli.commands.window import exit_with_window, no_screen
from desktop_admin.cli.context import Workstation
from desktop_admin.cli.options import json_option
from desktop_admin.cli.words import command, echo, option, say, worded
from desktop_admin.controllers.findings import health
from desktop_admin.database.engine import Database
from desktop_admin.errors import UsageProblem
from desktop_admin.installation import INSTALL_LINE
from desktop_admin.messages import Message, phrase
from desktop_admin.practice import cases, demo, rehearsal, selfcheck, tour
from desktop_admin.practice.cases import Case
from desktop_admin.settings import data_folder


@command("self-check", "cli.self-check", "cli.self-check.more")
@json_option
def _self_check(_here: Workstation, as_json: bool) -> None:
    def tell(step: selfcheck.Step) -> None:
        if not as_json:
            told = Message.of("cli.self-check.step", number=step.number, title=step.title, seen=step.seen)
            echo(f"{'✓' if step.passed else '✗'} {worded(told)}")

    files = resources.check_folder()
    if files is not None and not as_json:
        say("cli.self-check.folder", n=files)
    steps = selfcheck.run(tell)
    passed = all(step.passed for step in steps)
    if as_json:
        output.write_json({"files": files, "passed": passed, "steps": steps})
    click.get_current_context().exit(0 if passed else 1)


@command("demo", "cli.demo", "cli.demo.more")
@option("--pictures", type=click.Path(path_type=Path), metavar="FOLDER", help="cli.option.pictures")
@option("--terminal", is_flag=True, help="cli.option.terminal")
@json_option
def _demo(here: Workstation, pictures: Path | None, terminal: bool, as_json: bool) -> None:
    folder = data_folder() / "demo"
    shown_in = pictures or folder / "pictures"
    # Before there is any work to be lost.
    with _creating(shown_in):
        shown_in.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=shown_in).close()
    path = folder / "exam-day.sqlite3"
    with _creating(path):
        for yesterdays in folder.glob(f"{path.name}*"):
            yesterdays.unlink()
    demo.make(path, on_stage=_tell_stage)
    why = Message.of("cli.demo.terminal_asked") if terminal else no_screen()
    if why is None:
        exit_with_window(str(path))
    say("cli.demo.no_window", why=why, path=path, err=as_json)
    database = Database.open(path)
    try:
        for scene in tour.play(database, actor=here.unverified()):
            if not as_json:
                _tell_scene(scene)
        left = database.read(partial(health.survey, finished=0))
    finally:
        database.close()
    saved = _pictures(path, shown_in)
    if as_json:
        output.write_json({"database": str(path), "stuck": len(left.stuck), "pictures": [str(one) for one in saved]})


def _tell_stage(stage: Message) -> None:
    echo(f"{worded(stage)} …", err=True)


@contextmanager
def _creating(path: Path) -> Iterator[None]:
    """Around what makes a file or folder, or removes an old one, which another program may have open.

    Raises:
        UsageProblem: the system refuses it.
    """
    try:
        yield
    except OSError as failure:
        raise UsageProblem("cannot_create", path=path, why=failure.strerror or str(failure)) from failure


def _tell_scene(scene: tour.Scene) -> None:
    echo(f"\n— {worded(scene.title)}")
    for sentence in scene.sentences:
        echo(f"  {worded(sentence)}")
    for changes in scene.changes:
        output.told(changes)


def _pictures(path: Path, folder: Path) -> list[Path]:
    """Pictures of every pane, where Qt can draw them; they are drawn off the screen."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        from desktop_admin.gui.pictures import save_pictures
    except ImportError as missing:
        say("cli.demo.no_pictures", what=missing, line=INSTALL_LINE, err=True)
        return []
    saved = save_pictures(str(path), folder)
    echo(f"\n{phrase('cli.demo.pictures', path=folder)}", err=True)
    return saved


@command("rehearse", "cli.rehearse", "cli.rehearse.more")
@click.argument("path", metavar="[PATH]", required=False, type=click.Path(path_type=Path))
@option("--cases", "with_cases", is_flag=True, help="cli.option.cases")
@json_option
def _rehearse(here: Workstation, path: Path | None, with_cases: bool, as_json: bool) -> None:
    with here.database() as database:
        make = rehearsal.make_newest if path is None else partial(rehearsal.make, path=path)
        copy = make(database, with_cases=with_cases, on_stage=_tell_stage)
        copy.close()
    made = copy.description.path
    password = passwords.REHEARSAL if copy.description.needs_sign_in else None
    told = partial(say, "cli.rehearse.did", path=made, password=password)
    if password is None:
        told = partial(say, "cli.rehearse.did_practice", path=made)
    output.give({"rehearsal": made, "password": password}, told, as_json=as_json)


@command("cases", "cli.cases", "cli.cases.more")
@json_option
def _cases(here: Workstation, as_json: bool) -> None:
    with here.database() as database:
        found = database.read(cases.find)
    output.give(found, partial(_tell_cases, found), as_json=as_json)


def _tell_cases(found: Sequence[Case]) -> None:
    for one in found:
        echo(f"{'✓' if one.cured else '○'} {one.number}  {worded(one.told)}")
    echo(worded(cases.result(found)))


COMMANDS = (_self_check, _demo, _rehearse, _cases)
