"""Commands that only read."""

from __future__ import annotations

from functools import partial

import click

from desktop_admin.cli import output
from desktop_admin.cli.context import Workstation
from desktop_admin.cli.options import json_option
from desktop_admin.cli.words import command, echo, option, say, worded
from desktop_admin.controllers.findings import health
from desktop_admin.controllers.listings import panes
from desktop_admin.controllers.operations import not_back
from desktop_admin.controllers.portal import candidates
from desktop_admin.controllers.values.columns import CANDIDATES, FINDINGS, NOT_BACK, SESSIONS, heading, whole_minutes
from desktop_admin.controllers.values.people import CandidateReading, WouldGet
from desktop_admin.controllers.values.records import operation_name
from desktop_admin.controllers.values.sessions import NO_QUESTIONS, QUIET_KINDS
from desktop_admin.controllers.values.sets import SetCell
from desktop_admin.messages import Message, phrase
from desktop_admin.rules import SlotState


@command("candidates", "cli.candidates", "cli.candidates.more")
@option("--search", default="", metavar="TEXT", help="cli.option.search")
@option("--trade", metavar="TRADE", help="cli.option.trade")
@option("--slot", type=click.Choice([state.value for state in SlotState]), help="cli.option.slot")
@option("--problems", is_flag=True, help="cli.option.problems")
@json_option
def _candidates(
    here: Workstation, search: str, trade: str | None, slot: str | None, problems: bool, as_json: bool
) -> None:
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
    told = partial(output.listing, CANDIDATES, found.rows, empty="cli.none.candidates")
    output.give(found.rows, told, as_json=as_json)


@command("candidate", "cli.candidate", "cli.candidate.more")
@click.argument("army_no")
@json_option
def _candidate(here: Workstation, army_no: str, as_json: bool) -> None:
    with here.database() as database:
        user_id = database.read(partial(candidates.require, army_nos=[army_no]))[0]
        reading = database.read(partial(panes.read_candidate, user_id=user_id))
    output.give(reading, partial(_tell_candidate, reading), as_json=as_json)


def _tell_candidate(reading: CandidateReading) -> None:
    one, last = reading.candidate, reading.last_action
    trade = one.trade or phrase("cli.candidate.no_trade")
    echo(f"{output.plain(one.name, most=80)}  {output.plain(one.army_no)}  {trade}")
    say(Message.of("cli.candidate.stuck", diagnosis=reading.diagnosis) if reading.stuck else reading.diagnosis)
    slot, paper = output.slot(one.slot), one.next_paper or "–"
    if one.slot is SlotState.NONE:
        say("cli.candidate.no_slot", slot=slot, paper=paper)
    else:
        say("cli.candidate.slot", slot=slot, at=one.slot_assigned_at or "–", paper=paper)
    say(_told(reading.would_get))
    for note in reading.would_get.notes:
        echo(f"  {worded(note)}")
    for finding in reading.findings:
        echo(f"  {worded(finding.reason)} {worded(finding.cure)}")
    if last is not None:
        who = last.seal.mark(last.person)
        say("cli.candidate.last", operation=operation_name(last.operation), person=who, at=last.at)
    output.listing(SESSIONS, reading.sessions, empty="cli.none.sessions")


def _told(get: WouldGet) -> Message:
    if get.reason is not None:
        return Message.of("cli.get_refused", why=get.reason)
    minutes = Message.of("cli.count_minutes", n=whole_minutes(get.duration))
    if not get.questions:
        return Message.of("cli.get_empty", paper=get.paper, minutes=minutes)
    questions = Message.of("cli.count_questions", n=get.questions)
    return Message.of(f"cli.get_{get.action}", paper=get.paper, set=get.set, questions=questions, minutes=minutes)


@command("sets", "cli.sets", "cli.sets.more")
@json_option
def _sets(here: Workstation, as_json: bool) -> None:
    with here.database() as database:
        rows = database.read(panes.matrix)
    if as_json:
        output.write_json(rows)
        return
    numbers = phrase("cli.sets.writing"), phrase("cli.sets.elsewhere")
    output.table(
        (worded(heading("trade")), "PRIMARY", *numbers, "SECONDARY", *numbers),
        [(row.trade.code, *_cell(row.primary), *_cell(row.secondary)) for row in rows],
        empty="cli.none.trades",
    )


def _cell(cell: SetCell) -> tuple[str, int, str]:
    if not cell.has_paper:
        return (phrase("cli.sets.no_paper"), cell.writing, "")
    state = "cli.sets.open" if cell.is_open else "cli.sets.closed"
    facts = [phrase(state, set=cell.active, present=cell.present, required=cell.required)]
    if cell.disagrees:
        facts.append(phrase("cli.sets.disagrees", set=cell.disagrees))
    elsewhere = (
        phrase("cli.sets.without_questions" if label == NO_QUESTIONS else "cli.sets.on", n=count, set=label)
        for label, count in cell.elsewhere
    )
    accepted = (phrase("cli.sets.accepted", n=count, set=label) for label, count in cell.accepted)
    return ("; ".join(facts), cell.writing, ", ".join((*elsewhere, *accepted)))


@command("sessions", "cli.sessions", "cli.sessions.more")
@option("--stuck", is_flag=True, help="cli.option.stuck")
@option("--incomplete", is_flag=True, help="cli.option.incomplete")
@json_option
def _sessions(here: Workstation, stuck: bool, incomplete: bool, as_json: bool) -> None:
    with here.database() as database:
        seen = database.read(partial(health.survey, finished=0 if stuck or incomplete else None))
    rows = [row for row in seen.sessions if (row.stuck or not stuck) and (row.incomplete or not incomplete)]
    output.give(rows, partial(output.listing, SESSIONS, rows, empty="cli.none.sessions"), as_json=as_json)


@command("not-back", "cli.not-back", "cli.not-back.more")
@json_option
def _not_back(here: Workstation, as_json: bool) -> None:
    with here.database() as database:
        found = database.read(not_back.find)
    output.give(found, partial(output.listing, NOT_BACK, found, empty="cli.none.not_back"), as_json=as_json)


@command("findings", "cli.findings", "cli.findings.more")
@json_option
def _findings(here: Workstation, as_json: bool) -> None:
    with here.database() as database:
        seen = database.read(partial(health.survey, finished=0, thorough=True))
    if as_json:
        output.write_json(seen.findings)
        return
    output.listing(FINDINGS, [one for one in seen.findings if one.kind not in QUIET_KINDS], empty="cli.none.findings")
    if seen.ending:
        say("cli.findings.logins", n=seen.ending)
    if seen.waiting:
        say("cli.findings.waiting", n=seen.waiting)


COMMANDS = (_candidates, _candidate, _sets, _sessions, _not_back, _findings)
