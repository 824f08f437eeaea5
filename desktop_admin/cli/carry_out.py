"""One way for every command that changes something: plan, ask, apply, print, exit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import click

from desktop_admin.cli import output
from desktop_admin.cli.context import Workstation, has_terminal, is_watched
from desktop_admin.cli.words import echo, say, worded
from desktop_admin.controllers.findings import sweep
from desktop_admin.controllers.log import checkpoints
from desktop_admin.controllers.operations import apply
from desktop_admin.controllers.operations.changes import Changes, PlanChanged
from desktop_admin.controllers.operations.deeds.tables import prepare
from desktop_admin.controllers.operations.kind import Operation
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.portal import logins
from desktop_admin.controllers.portal.facts import Facts
from desktop_admin.controllers.values.lines import Actor, new_op_id
from desktop_admin.controllers.values.sessions import Finding
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session, has_own_tables
from desktop_admin.errors import AdminError, DoneAllTheSame, NothingAsked, OwnTablesMissing
from desktop_admin.messages import Message, phrase

T = TypeVar("T")
Planner = Callable[[Facts], Plan]


@dataclass(frozen=True, slots=True)
class Order:
    """How a command was given: by whom, asked or not, with which reason, released by which supervisor."""

    here: Workstation
    yes: bool
    dry_run: bool
    reason: str | None
    as_json: bool
    released_by: str | None = None


def print_nothing_asked(order: Order, kind: Operation) -> None:
    """Print the object of an operation that nobody could be, or wanted to be, asked about; people get a sentence."""
    if order.as_json:
        nothing = Changes(kind, (), reason=order.reason, dry_run=order.dry_run)
        output.write_json(output.values(nothing) | {"findings": ()})


@dataclass(frozen=True, slots=True)
class Around:
    """What an operation needs between being agreed to and being applied, and when it is done.

    Attributes:
        ready: completes the plan before any lock is taken, which may take long.
        done: takes what was done, in the database that it was done in.
    """

    ready: Callable[[Plan], Plan] = lambda plan: plan
    done: Callable[[Database, Changes], None] = lambda _database, _changes: None


def carry_out(order: Order, planner: Planner, *, assigns: bool = False, around: Around | None = None) -> None:
    """Plan and, as the order says, apply; print one object and exit with the code that it means.

    Where an operation ``assigns`` slots, those who are stuck are told before it, too.
    """
    with order.here.database() as database:
        if assigns:
            found = database.read(lambda session: sweep.late_arrivals(session, lines=planner(Facts(session)).lines))
            output.findings(found, count="cli.stuck_before")
        changes = _changes(order, database, planner, around)
        if around is not None:
            around.done(database, changes)
        changes.note()
        found = _read_after(database, partial(sweep.late_arrivals, lines=changes.lines)) or ()
    try:
        _print(order, changes, found)
    except DoneAllTheSame as failure:
        if changes.op_id is None or not changes.applied:
            raise
        raise DoneAllTheSame("cli.applied_not_told", op_id=changes.op_id, **dict(failure.message.values)) from failure
    # Nothing to do is no failure.
    click.get_current_context().exit(0 if changes.applied or not changes.refused else NothingAsked.exit_code)


def _read_after(database: Database, job: Callable[[Session], T]) -> T | None:
    """What is read once all is over; where that fails, what was applied must be told all the same."""
    try:
        return database.read(job)
    except AdminError as failure:
        say(failure.message, err=True)
        return None


def _changes(order: Order, database: Database, planner: Planner, around: Around | None) -> Changes:
    if order.dry_run:
        return Changes.of(_planned(database, planner), op_id=None, reason=order.reason, dry_run=True)
    if order.yes and around is None:
        return _apply(order, database, planner, shown=None)
    around = around or Around()
    plan = _planned(database, planner)
    while plan.applied:
        try:
            if not order.yes:
                _ask(order, database, plan)
        except NothingAsked as stopped:
            # For people, the one sentence is enough.
            if order.as_json:
                lines = tuple(
                    line if line.outcome == "same" else line.as_refused(stopped.message) for line in plan.lines
                )
                _print(order, Changes.of(replace(plan, lines=lines), op_id=None, reason=order.reason), ())
            raise
        try:
            return _apply(order, database, planner, shown=around.ready(plan))
        except PlanChanged as changed:
            say(changed.message, err=True)
            plan = changed.plan
    return Changes.of(plan, op_id=None, reason=order.reason)


def _planned(database: Database, planner: Planner) -> Plan:
    return database.read(lambda session: planner(Facts(session)))


def _apply(order: Order, database: Database, planner: Planner, *, shown: Plan | None) -> Changes:
    """Apply the plan that was shown; one that nobody saw is made under the lock, so it needs no comparison."""
    actor = order.here.actor()
    # A supervisor releases what is known now, so a plan that has grown is released again.
    released_by = None if order.released_by is None else order.here.release(database, order.released_by)
    op_id = shown.op_id if shown else new_op_id()
    if shown is None:
        # Whose logins they are only their texts tell; under the lock none is left to be unpacked but the newest.
        database.read(logins.all_logins)

    def job(session: Session) -> Changes:
        # The link may have been lost after the COMMIT, and what is done cannot be planned once more.
        done = apply.recorded(session, op_id=op_id)
        if done is not None:
            return done
        facts = Facts(session, noting=shown is None)
        return apply.apply(
            session,
            plan=shown or replace(planner(facts), op_id=op_id),
            actor=actor,
            reason=order.reason,
            released_by=released_by,
            shown=shown is not None,
            facts=None if shown else facts,
        )

    return with_own_tables(database, actor, partial(database.write, job, told=_tell_stage))


def with_own_tables(database: Database, actor: Actor, write: Callable[[], T]) -> T:
    """Write; where our own tables are missing, create them first. The person has agreed: --yes, or the question."""
    try:
        done = write()
    except OwnTablesMissing:
        say(prepared(prepare(database, actor=actor)), err=True)
        done = write()
    _read_after(database, checkpoints.keep_daily)
    return done


def prepared(copy: Path | None) -> Message:
    """That our own tables were made, and where the back-up is that was made before; a server has none."""
    return Message.of("prepare.told_with_copy", path=copy) if copy else Message.of("prepare.told")


def agreed() -> None:
    """Ask whether to go ahead.

    Raises:
        NothingAsked: the person declined, or there is nobody to ask.
    """
    if not has_terminal():
        raise NothingAsked("no_terminal")
    try:
        yes = click.prompt(
            phrase("cli.go_ahead"), default="", show_default=False, prompt_suffix=" ", value_proc=_is_yes, err=True
        )
    except click.Abort:
        yes = False
    if not yes:
        raise NothingAsked("declined")


def _is_yes(answer: str) -> bool:
    """Whether the answer means yes, in English or in the language that is spoken; Enter means no."""
    given = answer.strip().casefold()
    if given in ("y", "yes", *phrase("cli.yes").split()):
        return True
    if given in ("", "n", "no", *phrase("cli.no").split()):
        return False
    raise click.UsageError(phrase("cli.yes_or_no"))


def _tell_stage(stage: Message) -> None:
    """Tell somebody who waits at a terminal what the write waits for."""
    if is_watched():
        echo(f"{worded(stage)} …", err=True)


def _ask(order: Order, database: Database, plan: Plan) -> None:
    if not has_terminal():
        raise NothingAsked("no_terminal")
    output.told(Changes.of(plan, op_id=None, reason=order.reason, dry_run=True), err=order.as_json)
    if not database.read(has_own_tables):
        say("cli.tables_first", err=True)
    agreed()


def _print(order: Order, changes: Changes, found: Sequence[Finding]) -> None:
    if order.as_json:
        output.write_json(output.values(changes) | {"findings": found})
        return
    output.told(changes)
    if changes.safety_copy is not None:
        say("cli.safety_copy", path=changes.safety_copy, err=True)
    if changes.op_id is not None:
        output.findings(found, count="cli.stuck_now")
