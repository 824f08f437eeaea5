"""Commands of the exam day: who is there."""

from __future__ import annotations

from functools import partial

from desktop_admin.cli import output
from desktop_admin.cli.context import Workstation
from desktop_admin.cli.options import json_option, shift_of_day
from desktop_admin.cli.words import command, say
from desktop_admin.controllers.day import attendance
from desktop_admin.controllers.portal import candidates
from desktop_admin.controllers.values.attending import Attendance, Attending
from desktop_admin.controllers.values.columns import ATTENDEES, FIGURES
from desktop_admin.database.session import Session


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


COMMANDS = (_attendance,)
