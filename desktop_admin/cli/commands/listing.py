"""Commands that only read."""

from __future__ import annotations

from functools import partial

import click

from desktop_admin.cli import output
from desktop_admin.cli.context import Workstation
from desktop_admin.controllers.portal import candidates, health, panes
from desktop_admin.controllers.values.columns import CANDIDATES, FINDINGS, SESSIONS
from desktop_admin.controllers.values.views import NO_QUESTIONS, QUIET_KINDS, CandidateReading, FindingKind, SetCell
from desktop_admin.rules import SlotState

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.command("candidates", short_help="List candidates.")
@click.option("--search", default="", metavar="TEXT", help="Beginning of an army number, or part of a name.")
@click.option("--trade", metavar="TRADE", help="Only this trade.")
@click.option("--slot", type=click.Choice([state.value for state in SlotState]), help="Only this slot state.")
@click.option("--problems", is_flag=True, help="Only candidates with a stuck or otherwise wrong session.")
@json_option
@click.pass_obj
def candidates_command(
    here: Workstation, search: str, trade: str | None, slot: str | None, problems: bool, as_json: bool
) -> None:
    """List candidates with slot, next paper and status."""
    with here.database() as database:
        trade_id = None
        if trade is not None:
            trade_id = database.read(partial(candidates.require_trades, names=[trade]))[0].id
        found = database.read(
            partial(
                panes.list_candidates,
                text=search,
                trade_id=trade_id,
                slot=SlotState(slot) if slot else None,
                problems_only=problems,
                limit=None,
            )
        )
    if as_json:
        output.as_json(found.rows)
    else:
        output.listing(CANDIDATES, found.rows, zone=here.settings.zone())


@click.command("candidate", short_help="Show one candidate and what the portal would give.")
@click.argument("army_no")
@json_option
@click.pass_obj
def candidate_command(here: Workstation, army_no: str, as_json: bool) -> None:
    """Show one candidate: slot, sessions, what is wrong, and what the portal would give now."""
    with here.database() as database:
        user_id = database.read(partial(candidates.require, army_nos=[army_no]))[0]
        reading = database.read(partial(panes.read_candidate, user_id=user_id))
    if as_json:
        output.as_json(reading)
    else:
        _tell_candidate(here, reading)


def _tell_candidate(here: Workstation, reading: CandidateReading) -> None:
    zone = here.settings.zone()
    one, get, last = reading.candidate, reading.would_get, reading.last_action
    click.echo(f"{output.plain(one.name, most=80)}  {output.plain(one.army_no)}  {one.trade or 'no trade'}")
    click.echo(f"{'◆ Stuck: ' if reading.stuck else ''}{reading.diagnosis.english(zone=zone)}")
    assigned = f", assigned {output.local(one.slot_assigned_at, zone)}" if one.slot is not SlotState.NONE else ""
    click.echo(f"Slot: {one.slot}{assigned}. Next paper: {one.next_paper or 'none'}.")
    if get.reason is not None:
        click.echo(f"Would get now: refused. {get.reason.english()}")
    else:
        held = f"set {get.set}, {get.questions} questions" if get.questions else "a session without questions"
        click.echo(f"Would get now: {get.action} {get.paper}, {held}, {output.minutes(get.duration)} minutes")
    for note in get.notes:
        click.echo(f"  {note.english()}")
    for finding in reading.findings:
        click.echo(f"  {finding.reason.english(zone=zone)} {finding.cure.english(zone=zone)}")
    if last is not None:
        click.echo(f"Last action: {last.operation} by {last.person}, {output.local(last.at, zone)}")
    output.listing(SESSIONS, reading.sessions, zone=zone)


@click.command("sets", short_help="Show the active sets.")
@json_option
@click.pass_obj
def sets_command(here: Workstation, as_json: bool) -> None:
    """Show the active set of each trade and paper, with questions present and who is writing."""
    with here.database() as database:
        rows = database.read(panes.matrix)
    if as_json:
        output.as_json(rows)
        return
    output.table(
        ("trade", "PRIMARY", "writing", "on other sets", "SECONDARY", "writing", "on other sets"),
        [(row.trade.code, *_cell(row.primary), *_cell(row.secondary)) for row in rows],
    )


def _cell(cell: SetCell) -> tuple[str, int, str]:
    if not cell.has_paper:
        return ("no paper", cell.writing, "")
    state = "open" if cell.is_open else "closed"
    other = f", list shows {cell.disagrees}" if cell.disagrees else ""
    elsewhere = ", ".join(
        f"{count} without questions" if label == NO_QUESTIONS else f"{count} on {label}"
        for label, count in cell.elsewhere
    )
    return (f"{cell.active}, {cell.present} present ({cell.required} needed), {state}{other}", cell.writing, elsewhere)


@click.command("sessions", short_help="List sessions, problems first.")
@click.option("--stuck", is_flag=True, help="Only incomplete sessions that should not be resumed.")
@click.option("--incomplete", is_flag=True, help="Only incomplete sessions.")
@json_option
@click.pass_obj
def sessions_command(here: Workstation, stuck: bool, incomplete: bool, as_json: bool) -> None:
    """List sessions with their question sets and findings; problems first."""
    with here.database() as database:
        seen = database.read(partial(health.survey, finished=0 if stuck or incomplete else None))
    rows = [row for row in seen.sessions if (row.stuck or not stuck) and (row.incomplete or not incomplete)]
    if as_json:
        output.as_json(rows)
    else:
        output.listing(SESSIONS, rows, zone=here.settings.zone())


@click.command("findings", short_help="List what is not as it should be.")
@json_option
@click.pass_obj
def findings_command(here: Workstation, as_json: bool) -> None:
    """List everything that is not as it should be, each with its reason and its cure."""
    with here.database() as database:
        seen = database.read(partial(health.survey, finished=0, thorough=True))
    if as_json:
        output.as_json(seen.findings)
        return
    listed = [one for one in seen.findings if one.kind not in QUIET_KINDS]
    output.listing(FINDINGS, listed, zone=here.settings.zone())
    ending = sum(one.kind is FindingKind.LOGIN_ENDS_EARLY for one in seen.findings)
    if ending:
        click.echo(
            f"{ending} candidates are signed in only until before their paper ends (the portal's logins last 60 "
            "minutes). Each must press Submit before then; “findings --json” names them."
        )
    if seen.waiting:
        click.echo(f"Waiting to restart (no problem): {seen.waiting}")


COMMANDS = (candidates_command, candidate_command, sets_command, sessions_command, findings_command)
