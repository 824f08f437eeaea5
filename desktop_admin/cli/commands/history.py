"""The command that shows what was done."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import Any

import click

from desktop_admin.cli import output
from desktop_admin.cli.commands.listing import json_option
from desktop_admin.cli.context import Workstation
from desktop_admin.controllers.log import history
from desktop_admin.controllers.operations.table import KINDS
from desktop_admin.controllers.portal import candidates
from desktop_admin.controllers.values.columns import CLEARED, HISTORY
from desktop_admin.controllers.values.records import GUARD_CLEARING, SIGN_IN_BLOCKED, HistoryFilters, OperationRecord
from desktop_admin.database.session import Session, server_now
from desktop_admin.errors import UsageProblem

_KINDS = [*(kind.name for kind in KINDS), GUARD_CLEARING, SIGN_IN_BLOCKED]


def time_given(text: str, *, now: datetime, zone: tzinfo) -> datetime:
    """A time of today, or of the day that is named; one without an offset is of the portal's zone.

    Raises:
        UsageProblem: it is no time.
    """
    try:
        found = datetime.fromisoformat(text if "-" in text else f"{now.astimezone(zone):%Y-%m-%d}T{text}")
        found = found if found.tzinfo else found.replace(tzinfo=zone)
        # The databases are asked in UTC, in which it may lie outside the calendar, and people are told in the zone.
        return found.astimezone(UTC).astimezone(zone)
    except (ValueError, OverflowError) as wrong:
        raise UsageProblem("not_a_time", text=text[:40]) from wrong


@click.command("history", short_help="List what was done, newest first; show one operation.")
@click.argument("op_id", required=False)
@click.option("--army-no", metavar="NUMBER", help="Only what was applied to this candidate.")
@click.option("--operation", type=click.Choice(_KINDS), metavar="KIND", help=f"Only this: {', '.join(_KINDS)}.")
@click.option("--person", metavar="NAME", help="Only what this person did or released, as the history writes the name.")
@click.option("--since", metavar="TIME", help="Only from then on: 08:30 (of today), or 2026-03-01T08:30.")
@click.option("--until", metavar="TIME", help="Only until then.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Only the newest so many.")
@json_option
@click.pass_obj
def history_command(here: Workstation, /, op_id: str | None, limit: int | None, as_json: bool, **narrowed: Any) -> None:
    """List recorded operations, newest first; with OP_ID, one of them with its candidates and cleared sessions."""
    zone = here.settings.zone()

    def read(session: Session) -> tuple[tuple[OperationRecord, ...], int]:
        filters = _filters(session, zone, **narrowed)
        records = history.operations(session, filters=filters, op_id=op_id, limit=limit)
        if op_id is not None and not records:
            raise UsageProblem("no_such_operation", op_id=op_id)
        cut = op_id is None and len(records) == limit
        return records, history.count(session, filters=filters) if cut else len(records)

    with here.database() as database:
        records, count = database.read(read)
    if as_json:
        output.as_json(records if op_id is None else records[0])
    elif op_id is not None:
        _tell(records[0], zone)
    else:
        _list(records, zone)
        if len(records) < count:
            click.echo(f"The newest {len(records)} of {count}.", err=True)


def _filters(
    session: Session, zone: tzinfo, *, army_no: str | None, since: str | None, until: str | None, **named: Any
) -> HistoryFilters:
    now = server_now(session)
    return HistoryFilters(
        user_id=None if army_no is None else candidates.require(session, army_nos=[army_no])[0],
        since=None if since is None else time_given(since, now=now, zone=zone),
        until=None if until is None else time_given(until, now=now, zone=zone),
        **named,
    )


def _list(records: tuple[OperationRecord, ...], zone: tzinfo) -> None:
    """The operations, a line for each; a column says who released them only where somebody did."""
    released = any(record.released_by for record in records)
    names = [name for name in HISTORY.terminal if released or name != "released by"]
    marked = replace(HISTORY, made={**HISTORY.made, "when": partial(_when, zone=zone)})
    output.listing(marked, records, zone=zone, names=names)
    if any(record.warnings for record in records):
        click.echo("▲ The desk's clock was wrong then, or the row is damaged: “history OP_ID” says which.")


def _when(record: OperationRecord, *, zone: tzinfo) -> str:
    return f"{'▲ ' if record.warnings else ''}{output.local(record.at, zone)}"


def _tell(record: OperationRecord, zone: tzinfo) -> None:
    """One operation: what is known of it, its candidates and trades, and the sessions that it cleared."""
    released = f", released by {record.released_by}" if record.released_by else ""
    click.echo(f"{record.operation} at {output.local(record.at, zone)} by {record.person}{released}")
    row = "" if record.seq is None else f"Row {record.seq} of the log, "
    click.echo(f"{row}{record.op_id}{f', at {record.desk}' if record.desk else ''}")
    if record.reason:
        click.echo(f"Reason: {output.plain(record.reason)}")
    if record.undoes:
        click.echo(f"It took back {record.undoes}.")
    if record.undone_by:
        click.echo(f"It was taken back by {record.undone_by}.")
    if record.told is not None:
        click.echo(output.plain(record.told.english(zone=zone)))
    for warning in record.warnings:
        click.echo(f"▲ {warning.english(zone=zone)}")
    for line in output.told_lines(record.lines):
        click.echo(line)
    if not record.sessions:
        return
    click.echo("Sessions cleared into the archive:")
    sessions = [replace(one, name="◆ damaged") if one.damaged else one for one in record.sessions]
    output.listing(CLEARED, sessions, zone=zone)


COMMANDS = (history_command,)
