"""Papers as PDF files, and tables as CSV and xlsx files."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click

from desktop_admin import spreadsheets
from desktop_admin.cli.commands.history import time_given
from desktop_admin.cli.context import Workstation
from desktop_admin.controllers.handing_out import exports, reports
from desktop_admin.controllers.portal import candidates
from desktop_admin.database.session import Session, server_now
from desktop_admin.errors import AdminError

T = TypeVar("T")
Read = Callable[[Session], T]
new_file = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.group("report", short_help="Save a paper as PDF.")
def report_group() -> None:
    """Papers for the file and for signature, as PDF: the slip of an operation, a candidate's history, a shift."""


@report_group.command("slip", short_help="The slip of one operation.")
@click.argument("op_id")
@new_file
@click.pass_obj
def slip_command(here: Workstation, op_id: str, file: Path) -> None:
    """Save the slip of one operation; history names its op_id."""
    _save(here, file, partial(reports.slip, op_id=op_id), "slip")


@report_group.command("candidate", short_help="The history of one candidate.")
@click.argument("army_no")
@new_file
@click.pass_obj
def candidate_report_command(here: Workstation, army_no: str, file: Path) -> None:
    """Save what is known of one candidate, and everything that was done."""

    def read(session: Session) -> reports.CandidateHistory:
        return reports.candidate_history(session, user_id=candidates.require(session, army_nos=[army_no])[0])

    _save(here, file, read, "candidate")


@report_group.command("shift", short_help="What one shift hands over to the next.")
@new_file
@click.option("--since", metavar="TIME", help="When the shift began: 08:30, or 2026-03-01T08:30; else today at 0:00.")
@click.pass_obj
def shift_command(here: Workstation, file: Path, since: str | None) -> None:
    """Save the report of a shift: operations, releases, open findings, the log's end, and lines for two signatures."""
    zone = here.settings.zone()

    def read(session: Session) -> reports.ShiftReport:
        begin = time_given(since or "00:00", now=server_now(session), zone=zone)
        return reports.shift_report(session, since=begin)

    _save(here, file, read, "shift")


def _save(here: Workstation, file: Path, read: Read[Any], paper: str) -> None:
    """Read a report and save it; its pages are made off the screen.

    Raises:
        AdminError: Qt's libraries are missing, or the file cannot be written.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    try:
        from desktop_admin.gui.paper import off_screen
    except ImportError as missing:
        raise AdminError("qt_missing_for_papers", what=missing) from missing
    with here.database() as database:
        report = database.read(read)
        off_screen.save(report, paper, file, about=database.description, actor=here.actor(), zone=here.settings.zone())
    click.echo(f"Saved {file}")


@click.command("export", short_help="Save a table as CSV or xlsx.")
@click.argument("what", type=click.Choice(list(exports.SHEETS)))
@new_file
@click.pass_obj
def export_command(here: Workstation, what: str, file: Path) -> None:
    """Save a table to a new file, as its name ends: .csv or .xlsx. No cell of it is ever a formula."""
    spreadsheets.check_name(file)
    with here.database() as database:
        sheet = database.read(exports.SHEETS[what])
    spreadsheets.save(sheet, file, zone=here.settings.zone())
    click.echo(f"Saved {len(sheet.rows)} rows: {file}")


COMMANDS = (report_group, export_command)
