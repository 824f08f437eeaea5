"""Commands that show what was done, prove that its log is whole, and carry the log's key to another desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import tzinfo
from functools import partial
from pathlib import Path
from typing import Any

import click

from desktop_admin.cli import output
from desktop_admin.cli.context import Workstation, is_watched
from desktop_admin.cli.options import json_option, new_file, time_given
from desktop_admin.cli.words import Group, command, echo, option, say, worded
from desktop_admin.controllers.log import entries, history
from desktop_admin.controllers.log.chain import Progress
from desktop_admin.controllers.operations.deeds import log as deeds
from desktop_admin.controllers.operations.table import KINDS
from desktop_admin.controllers.portal import candidates
from desktop_admin.controllers.values.columns import CLEARED, HISTORY
from desktop_admin.controllers.values.records import (
    FIRST_SUPERVISOR,
    GUARD_CLEARING,
    KEEPING_LOGINS,
    SIGN_IN_BLOCKED,
    HistoryFilters,
    OperationRecord,
    operation_name,
    told_reason,
)
from desktop_admin.database.session import Session, server_now
from desktop_admin.errors import UsageProblem
from desktop_admin.messages import phrase

_KINDS = [*(kind.name for kind in KINDS), GUARD_CLEARING, SIGN_IN_BLOCKED, FIRST_SUPERVISOR, KEEPING_LOGINS]


@command("history", "cli.history", "cli.history.more")
@click.argument("op_id", required=False)
@option("--army-no", metavar="NUMBER", help="cli.option.applied_to")
@option("--operation", type=click.Choice(_KINDS), metavar="KIND", help="cli.option.operation", names=_KINDS)
@option("--person", metavar="NAME", help="cli.option.person")
@option("--since", metavar="TIME", help="cli.option.since")
@option("--until", metavar="TIME", help="cli.option.until")
@option("--limit", type=click.IntRange(min=1), metavar="N", help="cli.option.limit")
@json_option
def _history(here: Workstation, /, op_id: str | None, limit: int | None, as_json: bool, **narrowed: Any) -> None:
    zone = here.settings.zone()

    def read(session: Session) -> tuple[tuple[OperationRecord, ...], int]:
        filters = _filters(session, zone, **narrowed)
        named = None if op_id is None else entries.id_of(session, text=op_id)
        records = history.operations(session, filters=filters, op_id=named, limit=limit)
        if op_id is not None and not records:
            raise UsageProblem("no_such_operation", op_id=op_id)
        cut = op_id is None and len(records) == limit
        return records, history.count(session, filters=filters) if cut else len(records)

    with here.database() as database:
        records, count = database.read(read)
    if as_json:
        output.write_json(records if op_id is None else records[0])
    elif op_id is not None:
        _tell(records[0])
    else:
        _list(records)
        if len(records) < count:
            say("cli.history.newest", n=len(records), count=count, err=True)


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


def _list(records: tuple[OperationRecord, ...]) -> None:
    """The operations, a line for each; a column says who released them only where somebody did."""
    released = any(record.released_by for record in records)
    names = [name for name in HISTORY.terminal if released or name != "released by"]
    made = {**HISTORY.made, "when": _when, "person": lambda record: record.who}
    output.listing(replace(HISTORY, made=made), records, names=names, empty="cli.none.history")
    if any(record.warnings for record in records):
        echo(f"▲ {phrase('cli.history.warned')}")


def _when(record: OperationRecord) -> str:
    return f"{'▲ ' if record.warnings else ''}{output.local(record.at)}"


def _tell(record: OperationRecord) -> None:
    """One operation: what is known of it, its candidates and trades, and the sessions that it cleared."""
    say("cli.history.what", operation=operation_name(record.operation), at=record.at, person=record.who)
    for key, value in (
        ("cli.history.released_by", record.released_by),
        ("cli.history.op_id", record.op_id),
        ("cli.history.row", record.seq),
        ("cli.history.desk", record.desk),
        ("cli.history.reason", told_reason(record.reason)),
        ("cli.history.undoes", record.undoes),
        ("cli.history.undone_in_part_by" if record.undone_in_part else "cli.history.undone_by", record.undone_by),
    ):
        if value:
            say(key, value=output.plain(str(value)))
    if record.told is not None:
        echo(output.plain(worded(record.told)))
    for warning in record.warnings:
        echo(f"▲ {worded(warning)}")
    for line in output.told_lines(record.lines):
        echo(line)
    if record.sessions:
        say("cli.history.cleared")
        damaged = f"◆ {phrase('cli.history.damaged')}"
        cleared = [replace(one, name=damaged) if one.damaged else one for one in record.sessions]
        output.listing(CLEARED, cleared, empty="cli.none.sessions")


_EXISTING = click.Path(path_type=Path, exists=True, dir_okay=False)


@command("verify-log", "cli.verify-log", "cli.verify-log.more")
@option("--checkpoint", "files", multiple=True, type=_EXISTING, help="cli.option.checkpoint")
@json_option
def _verify_log(here: Workstation, files: tuple[Path, ...], as_json: bool) -> None:
    told = _tell_progress if is_watched() else None
    with here.database() as database:
        found = database.read(partial(deeds.verify, actor=here.actor(), files=files, told=told))
    if told is not None:
        echo(err=True)
    if as_json:
        names = ("intact", "rows", "unsealed", "sessions", "problems", "notes", "end")
        output.write_json({name: getattr(found, name) for name in names} | {"checkpoints": found.compared})
    else:
        say("cli.log.intact" if found.intact else "cli.log.tampered", rows=found.rows, sessions=found.sessions)
        if found.unsealed:
            say("cli.log.unsealed", n=found.unsealed)
        say("cli.log.compared", n=found.compared)
        for note in found.notes:
            echo(f"  ▲ {worded(note)}")
        for one in found.problems:
            echo(f"  ✗ {worded(one.what)}")
    click.get_current_context().exit(0 if found.intact else 1)


def _tell_progress(progress: Progress) -> None:
    """Tell somebody who waits at a terminal how far it has come, over what was told before."""
    told = phrase("cli.log.progress", rows=progress.rows, sessions=progress.sessions)
    echo(f"\r{told} …", nl=False, err=True)


@command("checkpoint", "cli.checkpoint", "cli.checkpoint.more")
@new_file
def _checkpoint(here: Workstation, file: Path) -> None:
    with here.database() as database:
        point = database.read(partial(deeds.take, actor=here.actor(), file=file))
    say("cli.log.end", row=point.seq, seal=point.hash)


@command("export", "cli.log-key.export", "cli.log-key.export.more")
@new_file
def _export_key(here: Workstation, file: Path) -> None:
    with here.database() as database:
        key_id = deeds.export_key(database, actor=here.actor(), file=file)
    say("cli.log.exported", key=key_id, path=file)


@command("import", "cli.log-key.import")
@click.argument("file", type=_EXISTING)
def _import_key(here: Workstation, file: Path) -> None:
    with here.database() as database:
        key_id, kept = deeds.bring_key(database, actor=here.actor(), file=file)
    if kept is None:
        say("cli.log.kept_in_keyring", key=key_id)
    else:
        say("cli.log.kept", key=key_id, path=kept)


_LOG_KEY = Group("log-key", says=("cli.log-key", "cli.log-key.more"), commands=[_export_key, _import_key])


COMMANDS = (_history, _verify_log, _checkpoint, _LOG_KEY)
