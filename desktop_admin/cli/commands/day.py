"""Commands of the exam day: who is there, what must be so before a shift, and what happened in the hall."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import click

from desktop_admin.cli import output
from desktop_admin.cli.carry_out import with_own_tables
from desktop_admin.cli.context import FOUND, Workstation
from desktop_admin.cli.options import every_line, json_option, shift_of_day, time_given
from desktop_admin.cli.words import command, echo, option, say, worded
from desktop_admin.controllers.day import attendance, checklist, incidents
from desktop_admin.controllers.operations import board
from desktop_admin.controllers.operations.deeds import incidents as book
from desktop_admin.controllers.portal import candidates
from desktop_admin.controllers.values.attending import Attendance, Attending
from desktop_admin.controllers.values.board import Board, By
from desktop_admin.controllers.values.checks import Checklist
from desktop_admin.controllers.values.columns import ATTENDEES, BOARD, BOARD_FIGURES, FIGURES
from desktop_admin.controllers.values.happened import Incident, category_word
from desktop_admin.controllers.values.lines import new_op_id
from desktop_admin.database.session import Session, server_now
from desktop_admin.errors import ResultUnknown


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
    output.listing(FIGURES, found.figures, empty="cli.none.shifts")
    if found.shift is None:
        say("cli.attendance.absent_all")
        return
    absent = found.in_state(Attending.ABSENT)
    say("cli.attendance.absent", n=len(absent))
    if absent:
        output.listing(ATTENDEES, absent, names=("army no", "name", "trade"), empty="cli.none.candidates")
    if found.guests:
        say("cli.attendance.guests", n=len(found.guests))
        output.listing(ATTENDEES, found.guests, empty="cli.none.candidates")


@command("board", "cli.board", "cli.board.more")
@shift_of_day
@option("--by", type=click.Choice([by.value for by in By]), default=By.TRADE.value, help="cli.option.board_by")
@json_option
def _board(here: Workstation, shift: str | None, by: str, as_json: bool) -> None:
    arranged = By(by)

    def read(session: Session) -> Board:
        shift_id = candidates.require_shift(session, name=shift).id if shift else None
        return board.read(session, zone=here.settings.zone(), shift_id=shift_id, by=arranged)

    with here.database() as database:
        found = database.read(read)
    told = {"figures": found.figures(arranged)}
    if as_json:
        output.write_json(output.values(found) | told)
        return
    output.listing(BOARD, found.rows, empty="cli.none.board")
    if found.elsewhere:
        say("board.elsewhere", n=found.elsewhere)
    echo("")
    output.listing(BOARD_FIGURES, found.figures(arranged), empty="cli.none.shifts")


@command("checklist", "cli.checklist", "cli.checklist.more")
@shift_of_day
@every_line
@json_option
def _checklist(here: Workstation, shift: str | None, everything: bool, as_json: bool) -> None:
    def read(session: Session) -> Checklist:
        shift_id = candidates.require_shift(session, name=shift).id if shift else None
        return checklist.read(session, zone=here.settings.zone(), actor=here.actor(), shift_id=shift_id)

    with here.database() as database:
        found = database.read(read)
    output.give(found, partial(_tell_checklist, here, found, everything), as_json=as_json)
    click.get_current_context().exit(0 if found.green else FOUND)


def _tell_checklist(here: Workstation, found: Checklist, everything: bool) -> None:
    output.tell_checklist(found, typed=here.typed, everything=everything)
    say("checklist.all_green" if found.green else "checklist.not_green")


_text = option("--text", required=True, metavar="TEXT", help="cli.option.incident_text")
_done = option("--done", default="", metavar="TEXT", help="cli.option.incident_done")
_about = option("--op", "about", multiple=True, metavar="OP_ID", help="cli.option.incident_op")
_concerned = option("--army-no", "army_nos", multiple=True, metavar="NUMBER", help="cli.option.incident_army_no")


@command("incident", "cli.incident", "cli.incident.more")
@option("--category", required=True, metavar="CATEGORY", help="cli.option.incident_category")
@_text
@_done
@option("--at", metavar="TIME", help="cli.option.incident_at")
@_concerned
@_about
@json_option
def _incident(
    here: Workstation,
    category: str,
    text: str,
    done: str,
    at: str | None,
    army_nos: tuple[str, ...],
    about: tuple[str, ...],
    as_json: bool,
) -> None:
    def write(session: Session, **told: Any) -> str:
        happened = time_given(at, now=server_now(session), zone=here.settings.zone()) if at else None
        return book.write(session, category=category, at=happened, **told)

    _write_down(here, write, army_nos=army_nos, as_json=as_json, text=text, done=done, about=about)


@command("amend-incident", "cli.amend-incident", "cli.amend-incident.more")
@click.argument("incident", metavar="INCIDENT")
@_text
@_done
@_concerned
@_about
@json_option
def _amend(
    here: Workstation,
    incident: str,
    text: str,
    done: str,
    army_nos: tuple[str, ...],
    about: tuple[str, ...],
    as_json: bool,
) -> None:
    write = partial(book.amend, incident=incident)
    _write_down(here, write, army_nos=army_nos, as_json=as_json, text=text, done=done, about=about)


def _write_down(
    here: Workstation, write: Callable[..., str], *, army_nos: tuple[str, ...], as_json: bool, **told: Any
) -> None:
    # Made once, because a job that is tried again knows by it what it has written.
    op_id = new_op_id()

    def job(session: Session) -> str:
        user_ids = candidates.require(session, army_nos=army_nos) if army_nos else ()
        return write(session, user_ids=user_ids, op_id=op_id, actor=here.actor(), **told)

    with here.database() as database:
        try:
            with_own_tables(database, here.actor(), lambda: database.write(job))
        except ResultUnknown:
            say("cli.incident.unknown", op_id=op_id[:8], err=True)
            raise
    output.give({"op_id": op_id}, partial(say, "cli.incident.written", op_id=op_id), as_json=as_json)


@command("incidents", "cli.incidents", "cli.incidents.more")
@option("--since", metavar="TIME", help="cli.option.since")
@json_option
def _incidents(here: Workstation, since: str | None, as_json: bool) -> None:
    zone = here.settings.zone()

    def read(session: Session) -> tuple[Incident, ...]:
        begin = time_given(since, now=server_now(session), zone=zone) if since else None
        return incidents.listed(session, since=begin)

    with here.database() as database:
        found = database.read(read)
    output.give(found, partial(_tell_incidents, found), as_json=as_json)


def _tell_incidents(found: tuple[Incident, ...]) -> None:
    if not found:
        say("cli.none.incidents")
    for one in found:
        category = category_word(one.category)
        named = output.plain(category) if isinstance(category, str) else worded(category)
        echo(f"{output.local(one.happened_at)}  {named}  {one.op_id[:8]}")
        people = ", ".join(output.plain(f"{who.army_no} {who.name}") for who in one.people)
        if people:
            echo(f"    {people}")
        for part in (one.first, *one.additions):
            echo(f"    {output.local(part.at)} {output.plain(part.seal.mark(part.person))}: {output.plain(part.text)}")
            if part.done:
                echo(f"    → {output.plain(part.done)}")
        for op_id in one.about:
            echo(f"    {op_id}")


COMMANDS = (_attendance, _board, _checklist, _incident, _incidents, _amend)
