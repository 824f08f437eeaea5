"""Commands of the exam day: who is there, and what must be so before a shift."""

from __future__ import annotations

from functools import partial

from desktop_admin.cli import output
from desktop_admin.cli.context import Workstation
from desktop_admin.cli.options import json_option, shift_of_day
from desktop_admin.cli.words import command, echo, say, worded
from desktop_admin.controllers.day import attendance, checklist
from desktop_admin.controllers.portal import candidates
from desktop_admin.controllers.values.attending import Attendance, Attending
from desktop_admin.controllers.values.checks import Checklist, rows
from desktop_admin.controllers.values.columns import ATTENDEES, FIGURES
from desktop_admin.database.session import Session
from desktop_admin.messages import phrase

_GLYPHS = {"green": "✓", "amiss": "✗", "unknown": "?"}


@command("attendance", "cli.attendance", "cli.attendance.more")
@shift_of_day
@json_option
def _attendance(here: Workstation, shift: str | None, as_json: bool) -> None:
    def read(session: Session) -> Attendance:
        shift_id = candidates.require_shift(session, name=shift).id if shift else None
        return attendance.read(session, zone=here.settings.zone(), shift_id=shift_id)

    with here.database() as database:
        found = database.read(read)
    output.give(found, partial(_tell_attendance, found), as_json=as_json)


def _tell_attendance(found: Attendance) -> None:
    output.listing(FIGURES, found.figures)
    if found.shift is None:
        say("cli.attendance.absent_all")
        return
    absent = found.in_state(Attending.ABSENT)
    say("cli.attendance.absent", n=len(absent))
    if absent:
        output.listing(ATTENDEES, absent, names=("army no", "name", "trade"))
    if found.guests:
        say("cli.attendance.guests", n=len(found.guests))
        output.listing(ATTENDEES, found.guests)


@command("checklist", "cli.checklist", "cli.checklist.more")
@shift_of_day
@json_option
def _checklist(here: Workstation, shift: str | None, as_json: bool) -> None:
    def read(session: Session) -> Checklist:
        shift_id = candidates.require_shift(session, name=shift).id if shift else None
        return checklist.read(session, zone=here.settings.zone(), actor=here.actor(), shift_id=shift_id)

    with here.database() as database:
        found = database.read(read)
    output.give(found, partial(_tell_checklist, found), as_json=as_json)


def _tell_checklist(found: Checklist) -> None:
    for row in rows(found):
        echo(f"{_GLYPHS[row.check.state]} {phrase(f'checklist_{row.check.name}')}")
        amiss = row.amiss
        told = [amiss.told, amiss.cure] if amiss else [row.check.unknown] if row.check.unknown else []
        for one in told:
            echo(f"    {worded(one)}")
        if amiss is not None and amiss.command:
            echo(f"    desktop-admin {amiss.command}")
    say("checklist.all_green" if found.green else "checklist.not_green")


COMMANDS = (_attendance, _checklist)
