"""Commands that make, examine, copy and guard a whole database."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from pathlib import Path

import click

from desktop_admin.cli import output
from desktop_admin.cli.carry_out import agreed, prepared, with_own_tables
from desktop_admin.cli.context import Workstation
from desktop_admin.cli.options import json_option, write_options
from desktop_admin.cli.words import Group, command, echo, option, say, worded
from desktop_admin.controllers.findings import health
from desktop_admin.controllers.log import desk_clock
from desktop_admin.controllers.operations.deeds import (
    GUARD_INSTALL,
    GUARD_REMOVE,
    backups,
    guarding,
    tables,
)
from desktop_admin.controllers.operations.kind import Kind
from desktop_admin.controllers.operations.rights import check_may
from desktop_admin.controllers.upkeep import guard, policies
from desktop_admin.controllers.values.guard_state import COSTS, DOES, GuardCheck, GuardState
from desktop_admin.controllers.values.lines import Actor, new_op_id
from desktop_admin.controllers.values.sessions import QUIET_KINDS, FindingKind
from desktop_admin.database.backends import backup
from desktop_admin.database.backends.address import database_path
from desktop_admin.database.create import create
from desktop_admin.database.engine import Database
from desktop_admin.errors import AdminError, DatabaseBusy, DatabaseUnusable, UsageProblem
from desktop_admin.messages import Message, phrase
from desktop_admin.server_url import ServerUrl
from desktop_admin.settings import data_folder


@command("create", "cli.create", "cli.create.more")
@click.argument("target", metavar="[PATH]", required=False)
@json_option
def _create(here: Workstation, target: str | None, as_json: bool) -> None:
    named = here.named if target is None else target
    path = data_folder() / "exam.sqlite3" if named is None else database_path(named)
    create(path).close()
    made = path.resolve()
    output.give({"created": made}, partial(say, "cli.create.did", path=made), as_json=as_json)


@command("check", "cli.check", "cli.check.more")
@json_option
def _check(here: Workstation, as_json: bool) -> None:
    with here.database(thorough=True, anybody=True) as database:
        database.probe()
        about = database.description
        seen = database.read(partial(health.survey, finished=0, thorough=True))
        guarded = database.read(guard.check)
        clock = database.read(partial(desk_clock.look, desk=here.settings.desk_name))
        rules = database.read(policies.read)
    alike = [one.reason for one in seen.findings if one.kind is FindingKind.NUMBERS_ALIKE]
    warnings = (*about.warnings, *((clock,) if clock else ()), *rules.damaged, *alike)
    if as_json:
        output.write_json(
            {
                "database": database.backend.name,
                "engine": about.engine,
                "kind": about.kind,
                "own_tables": database.has_own_tables,
                "view_only": about.view_only,
                "guard": guarded.state,
                "warnings": warnings,
                "sessions": {
                    "stuck": len(seen.stuck),
                    "running": seen.running,
                    "accepted": seen.accepted,
                    "finished": seen.finished,
                    "waiting": seen.waiting,
                },
                "findings": len(seen.findings),
            }
        )
        return
    say("cli.check.sound", path=database.backend.name, engine=about.engine, kind=phrase(f"cli.kind_{about.kind}"))
    for sentence in (about.view_only, *warnings):
        if sentence is not None:
            say(sentence)
    if guarded.installed or guarded.alarming:
        say(guarded.told)
    if not database.has_own_tables:
        say("cli.check.change_makes_tables" if about.path else "cli.check.prepare_makes_tables")
    counts = {"running": seen.running, "accepted": seen.accepted, "finished": seen.finished, "waiting": seen.waiting}
    say(Message.of("cli.check.sessions", stuck=len(seen.stuck), **counts))
    ending = sum(one.kind in QUIET_KINDS for one in seen.findings)
    say("cli.check.findings", count=len(seen.findings) - ending, ending=ending)


@command("prepare", "cli.prepare", "cli.prepare.more")
@json_option
def _prepare(here: Workstation, as_json: bool) -> None:
    with here.database() as database:
        needed = not database.has_own_tables
        copy = tables.prepare(database, actor=here.actor())
    told = prepared(copy) if needed else "cli.prepare.there_already"
    output.give({"created": needed, "backup": copy}, partial(say, told), as_json=as_json)


@command("backup", "cli.backup", "cli.backup.more")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@option("--encrypt", is_flag=True, help="cli.option.encrypt")
@json_option
def _backup(here: Workstation, file: Path | None, encrypt: bool, as_json: bool) -> None:
    with here.database() as database:
        passphrase = here.passphrase(new=True) if encrypt else None
        copy = backups.make(database, actor=here.actor(), to=file, passphrase=passphrase)
    output.give({"backup": copy}, partial(say, "backup.told", path=copy), as_json=as_json)


@command("restore-backup", "cli.restore-backup", "cli.restore-backup.more")
@click.argument("file", type=click.Path(path_type=Path))
@write_options
def _restore_backup(here: Workstation, file: Path, yes: bool, dry_run: bool, reason: str | None, as_json: bool) -> None:
    path = _path(here)
    backup.check_place(path)
    passphrase = here.passphrase(new=False) if backup.is_encrypted(file) else None
    kept = None
    with backups.readable(file, path=path, passphrase=passphrase) as copy:
        with closing(Database.open(copy, thorough=True)) as opened:
            actor = _person(here, opened, path)
        held, there = backups.compare(copy, path=path, actor=actor)
        if dry_run or not yes:
            count = Message.of("count.candidates", n=held.candidates)
            say("replacing.would", file=file, candidates=count, path=path, err=as_json)
            say(held.told("replacing.in_backup"), err=as_json)
            say(there.told("replacing.in_place") if there else "replacing.place_unread", err=as_json)
        if not dry_run:
            if not yes:
                agreed()
            kept = backups.restore(copy, path=path, actor=actor, reason=reason, named=file)
    if as_json:
        output.write_json(
            {"restored": file, "replaced": kept, "dry_run": dry_run, "in_backup": held, "in_place": there}
        )
    elif kept is not None:
        say("replacing.did", path=path, file=file, kept=kept)


def _path(here: Workstation) -> Path:
    if here.target is None:
        raise UsageProblem("no_database_given")
    server = ServerUrl.read(here.target)
    if server is not None:
        named = Message.of("database_on_server", database=server.database, host=server.host)
        raise AdminError("backup_on_server", path=named)
    return database_path(here.target)


def _person(here: Workstation, copy: Database, path: Path) -> Actor:
    """Who signs in; where the database itself is past reading, with the accounts of its copy."""
    try:
        with here.database(thorough=True):
            return here.actor()
    except DatabaseBusy:
        # It is there, and its own accounts count.
        raise
    except DatabaseUnusable:
        return here.sign_in(copy, instead_of=path)


@command("check", "cli.guard.check")
@json_option
def _check_guard(here: Workstation, as_json: bool) -> None:
    with here.database() as database:
        found = database.read(guard.check)
    output.give(found, partial(say, found.told), as_json=as_json)


def _deed(kind: Kind, name: str, what: str) -> click.Command:
    @command(name, what, "cli.supervisors_only")
    @write_options
    def deed(here: Workstation, /, yes: bool, dry_run: bool, reason: str | None, as_json: bool) -> None:
        with here.database() as database:
            # Refused before anybody is asked.
            check_may(role=here.actor().role, kind=kind, candidates=0)
            before = database.read(guard.check)
            if before.state is GuardState.NOT_HERE:
                raise AdminError("guard_not_on_file")
            if not yes:
                _tell_before(before, kind, err=as_json)
            op_id = None
            if not dry_run:
                if not yes:
                    agreed()
                op_id = _change_guard(here, database, kind, reason)
            after = database.read(guard.check)
        done = {"operation": kind.name, "op_id": op_id, "dry_run": dry_run, "operator_reason": reason}
        told = "cli.nothing_changed" if dry_run else after.told
        output.give(done | output.values(after), partial(say, told), as_json=as_json)

    return deed


def _tell_before(before: GuardCheck, kind: Kind, *, err: bool) -> None:
    """Say what is there and, before it is installed, what it does."""
    say(before.told, err=err)
    if kind is GUARD_INSTALL:
        for sentence in DOES:
            echo(f"  - {worded(sentence)}", err=err)
        say(COSTS, err=err)


def _change_guard(here: Workstation, database: Database, kind: Kind, reason: str | None) -> str | None:
    op_id = new_op_id()
    job = partial(guarding.change, kind=kind, actor=here.actor(), op_id=op_id, reason=reason)
    return op_id if with_own_tables(database, here.actor(), partial(database.write, job)) else None


_INSTALL = _deed(GUARD_INSTALL, "install", "cli.guard.install")
_REMOVE = _deed(GUARD_REMOVE, "remove", "cli.guard.remove")
_GUARD = Group("guard", says=("cli.guard", "cli.guard.more"), commands=[_check_guard, _INSTALL, _REMOVE])

COMMANDS = (_create, _check, _prepare, _backup, _restore_backup, _GUARD)
