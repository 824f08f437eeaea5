"""Papers as PDF files, and tables as CSV and xlsx files."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import click

from desktop_admin.cli.context import Workstation
from desktop_admin.cli.options import new_file, time_given
from desktop_admin.cli.options import shift_of_day as shift_option
from desktop_admin.cli.words import Group, command, option, say
from desktop_admin.controllers.day import attendance, checklist, incidents
from desktop_admin.controllers.handing_out import exports, reports
from desktop_admin.controllers.log import entries
from desktop_admin.controllers.portal import candidates
from desktop_admin.controllers.values.attending import Attendance
from desktop_admin.controllers.values.checks import Checklist
from desktop_admin.controllers.values.happened import Incident
from desktop_admin.database.session import Session, server_now
from desktop_admin.errors import AdminError
from desktop_admin.files import spreadsheets
from desktop_admin.installation import INSTALL_LINE

T = TypeVar("T")
Read = Callable[[Session], T]


@command("slip", "cli.report.slip", "cli.report.slip.more")
@click.argument("op_id")
@new_file
def _slip(here: Workstation, op_id: str, file: Path) -> None:
    _save(here, file, lambda session: reports.slip(session, op_id=entries.id_of(session, text=op_id)), "slip")


@command("candidate", "cli.report.candidate", "cli.report.candidate.more")
@click.argument("army_no")
@new_file
def _candidate(here: Workstation, army_no: str, file: Path) -> None:
    def read(session: Session) -> reports.CandidateHistory:
        return reports.candidate_history(session, user_id=candidates.require(session, army_nos=[army_no])[0])

    _save(here, file, read, "candidate")


@command("shift", "cli.report.shift", "cli.report.shift.more")
@new_file
@option("--since", metavar="TIME", help="cli.option.shift_since")
def _shift(here: Workstation, file: Path, since: str | None) -> None:
    zone = here.settings.zone()

    def read(session: Session) -> reports.ShiftReport:
        begin = time_given(since or "00:00", now=server_now(session), zone=zone)
        return reports.shift_report(session, since=begin)

    _save(here, file, read, "shift")


def _of_day(paper: str, told: str) -> click.Command:
    """The command of a paper of who is there."""

    @command(paper.replace("_", "-"), told, "cli.report.of_day")
    @new_file
    @shift_option
    def save(here: Workstation, file: Path, shift: str | None) -> None:
        def read(session: Session) -> Attendance:
            shift_id = candidates.require_shift(session, name=shift).id if shift else None
            return attendance.read(session, zone=here.settings.zone(), shift_id=shift_id)

        _save(here, file, read, paper)

    return save


@command("checklist", "cli.checklist", "cli.report.of_day")
@new_file
@shift_option
def _checklist(here: Workstation, file: Path, shift: str | None) -> None:
    def read(session: Session) -> Checklist:
        shift_id = candidates.require_shift(session, name=shift).id if shift else None
        return checklist.read(session, zone=here.settings.zone(), actor=here.actor(), shift_id=shift_id)

    _save(here, file, read, "checklist")


@command("incident", "cli.report.incident", "cli.amend-incident.more")
@click.argument("incident", metavar="INCIDENT")
@new_file
def _incident(here: Workstation, incident: str, file: Path) -> None:
    _save(here, file, lambda session: (incidents.require(session, op_id=incident),), "incidents")


@command("incidents", "cli.report.incidents", "cli.report.incidents.more")
@new_file
@option("--since", metavar="TIME", help="cli.option.shift_since")
def _incidents(here: Workstation, file: Path, since: str | None) -> None:
    zone = here.settings.zone()

    def read(session: Session) -> tuple[Incident, ...]:
        begin = time_given(since or "00:00", now=server_now(session), zone=zone)
        return incidents.listed(session, since=begin)

    _save(here, file, read, "incidents")


_OF_DAY = {
    "door_list": "cli.report.door-list",
    "seating_list": "cli.report.seating-list",
    "absentees": "cli.report.absentees",
}
_REPORT = Group(
    "report",
    says=("cli.report", "cli.report.more"),
    commands=[
        _slip,
        _candidate,
        _shift,
        _checklist,
        _incident,
        _incidents,
        *(_of_day(paper, told) for paper, told in _OF_DAY.items()),
    ],
)


def _save(here: Workstation, file: Path, read: Read[Any], paper: str) -> None:
    """Read a report and save it; its pages are made off the screen.

    Raises:
        AdminError: Qt's libraries are missing, or the file cannot be written.
    """
    off_screen = papers()
    with here.database() as database:
        report = database.read(read)
        about, actor = database.description, here.actor()
        searchable = off_screen.save(report, paper, file, about=about, actor=actor, settings=here.settings)
    say("cli.report.saved", path=file)
    if not searchable:
        say("paper.not_searchable")


def papers() -> ModuleType:
    """What makes papers off the screen.

    Raises:
        AdminError: Qt's libraries are missing.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    try:
        from desktop_admin.gui.paper import off_screen
    except ImportError as missing:
        raise AdminError("qt_missing_for_papers", what=missing, line=INSTALL_LINE) from missing
    return off_screen


@command("export", "cli.export", "cli.export.more")
@click.argument("what", type=click.Choice(list(exports.SHEETS)))
@new_file
def _export(here: Workstation, what: str, file: Path) -> None:
    spreadsheets.check_name(file)
    with here.database() as database:
        sheet = database.read(exports.SHEETS[what])
    spreadsheets.save(sheet, file, zone=here.settings.zone())
    say("cli.export.saved", n=len(sheet.rows), path=file)


COMMANDS = (_REPORT, _export)
