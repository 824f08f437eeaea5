"""Commands that close an exam day, list the days that are closed, and read the file of one."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

import click

from desktop_admin.cli import output
from desktop_admin.cli.carry_out import agreed, with_own_tables
from desktop_admin.cli.commands.reports import papers
from desktop_admin.cli.context import FOUND, Workstation, is_watched
from desktop_admin.cli.options import every_line, json_option, new_file, write_options
from desktop_admin.cli.words import command, echo, option, say, worded
from desktop_admin.controllers.day import closings
from desktop_admin.controllers.handing_out import closing
from desktop_admin.controllers.handing_out.closing import CloseWanted, DayReport, ReadBack
from desktop_admin.controllers.operations.deeds import CLOSE_DAY
from desktop_admin.controllers.operations.deeds.closing import Made
from desktop_admin.controllers.operations.rights import check_may
from desktop_admin.controllers.values.closed import Closing
from desktop_admin.controllers.values.columns import CLOSINGS
from desktop_admin.database.engine import Database
from desktop_admin.errors import UsageProblem
from desktop_admin.files.new_files import refuse_existing
from desktop_admin.messages import Message, shortened

_day_option = option("--day", metavar="YYYY-MM-DD", help="cli.option.day")


def _day_given(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as wrong:
        raise UsageProblem("not_a_day", text=shortened(text or "")) from wrong


@command("close-day", "cli.close-day", "cli.close-day.more")
@new_file
@_day_option
@every_line
@write_options
def _close_day(
    here: Workstation,
    file: Path,
    day: str | None,
    everything: bool,
    yes: bool,
    dry_run: bool,
    reason: str | None,
    as_json: bool,
) -> None:
    wanted_day, off_screen = _day_given(day), papers()
    with here.database() as database:
        check_may(role=here.actor().role, kind=CLOSE_DAY, candidates=0)
        read = partial(closing.read, day=wanted_day, zone=here.settings.zone(), actor=here.actor(), reason=reason)
        report = database.read(read)
        if dry_run or not yes:
            _tell_left(here, report, everything=everything, err=as_json)
        made = None
        if not dry_run:
            if not yes:
                agreed()
            passphrase = here.closing_passphrase(new=True)
            pages = off_screen.closing_pages(about=database.description, actor=here.actor(), settings=here.settings)
            wanted = CloseWanted(report.left.day, file, passphrase, reason)
            made = with_own_tables(database, here.actor(), partial(_close, here, database, wanted, pages))
    done = {
        "day": report.left.day,
        "file": file,
        "sha256": made.digest if made else None,
        "op_id": wanted.op_id if made else None,
        "row": made.row if made else report.end.seq,
        "dry_run": dry_run,
        "left": report.left.checklist.checks,
    }
    day_closed = {"day": report.left.day, "file": file, "digest": made.digest if made else ""}
    told = CLOSE_DAY.say("told", **day_closed) if made else Message.of("cli.nothing_changed")
    output.give(done, partial(say, told), as_json=as_json)
    click.get_current_context().exit(FOUND if dry_run and not report.left.checklist.green else 0)


def _close(here: Workstation, database: Database, wanted: CloseWanted, pages: closing.Pages) -> Made:
    told = partial(say, err=True) if is_watched() else closing.nobody
    return closing.close(database, wanted, zone=here.settings.zone(), actor=here.actor(), pages=pages, told=told)


def _tell_left(here: Workstation, report: DayReport, *, everything: bool, err: bool) -> None:
    """Say what is left of the day, and whether it was closed before."""
    left = report.left
    say("cli.close-day.left", day=left.day, err=err)
    output.tell_checklist(left.checklist, typed=here.typed, everything=everything, err=err)
    say("day_end.nothing_left" if left.checklist.green else "day_end.something_left", err=err)
    for told in left.told:
        say(told, err=err)


@command("closings", "cli.closings", "cli.closings.more")
@_day_option
@json_option
def _closings(here: Workstation, day: str | None, as_json: bool) -> None:
    read = partial(closings.listed, zone=here.settings.zone(), day=_day_given(day))
    with here.database() as database:
        found: tuple[Closing, ...] = database.read(read)
    output.give(found, partial(output.listing, CLOSINGS, found, empty="cli.none.closings"), as_json=as_json)


@command("read-closing", "cli.read-closing", "cli.read-closing.more")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@option("--save", metavar="FOLDER", type=click.Path(path_type=Path), help="cli.option.save_closing")
@json_option
def _read_closing(here: Workstation, file: Path, save: Path | None, as_json: bool) -> None:
    if save is not None:
        refuse_existing(save)
    closing.check_kind(file)
    found = closing.opened(file, here.closing_passphrase(new=False))
    if save is not None:
        closing.save(found, save)
    about = {"file": found.file, "sha256": found.digest, "checkpoint": found.checkpoint, "about": found.about}
    members = [{"name": name, "bytes": len(content)} for name, content in found.members.items()]
    output.give({**about, "members": members, "saved": save}, partial(_tell_read_back, found, save), as_json=as_json)


def _tell_read_back(found: ReadBack, save: Path | None) -> None:
    say("cli.read-closing.whole", path=found.file)
    for told in found.told:
        echo(output.plain(worded(told)))
    say("cli.log.end", row=found.checkpoint.seq, seal=found.checkpoint.hash)
    for name, content in found.members.items():
        echo(f"  {len(content):>12}  {output.plain(name)}")
    echo(f"SHA-256 {found.digest}")
    if save is not None:
        say("closed_day.saved", path=save)


COMMANDS = (_close_day, _closings, _read_closing)
