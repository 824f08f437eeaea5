"""The tour of the demo's exam day: look at the stuck, cure one, preview and apply a set switch, read the history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.listings import panes
from desktop_admin.controllers.log import history
from desktop_admin.controllers.operations import apply
from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.operations.kind import CandidatesAsked
from desktop_admin.controllers.operations.papers import ACTIVATE, PapersAsked
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.operations.slots import REASSIGN
from desktop_admin.controllers.operations.table import UNKNOWN, operation_named
from desktop_admin.controllers.values.lines import Actor, Chosen, PaperChoice
from desktop_admin.controllers.values.records import OperationRecord, recorded_reason
from desktop_admin.controllers.values.sessions import SessionRow
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.messages import Message
from desktop_admin.practice import sample
from desktop_admin.rules import Paper


@dataclass(frozen=True, slots=True)
class Scene:
    """One scene of the tour: what it is about, what is seen, and what was done or would be done."""

    title: Message
    sentences: tuple[Message, ...] = ()
    changes: tuple[Changes, ...] = ()


def play(database: Database, *, actor: Actor) -> Iterator[Scene]:
    """Play the tour on a demo database, scene by scene.

    Args:
        database: a database made by ``demo.make``.
        actor: who does it.
    """
    stuck = database.read(partial(health.survey, finished=0)).stuck
    yield Scene(Message.of("tour_stuck", count=len(stuck)), tuple(_stuck_line(row) for row in stuck))

    cured = next(row for row in stuck if row.trade == "TTC")
    plan = database.read(partial(apply.plan, kind=REASSIGN, asked=CandidatesAsked(Chosen(user_ids=(cured.user_id,)))))
    done = database.write(partial(apply.apply, plan=plan, actor=actor, reason=recorded_reason("tour_reason_stuck")))
    after = database.read(partial(panes.read_candidate, user_id=cured.user_id))
    get = after.would_get
    questions = Message.of("count.questions", n=get.questions)
    gets = Message.of("tour_gets", paper=get.paper, set=get.set, questions=questions)
    yield Scene(Message.of("tour_cure", army_no=cured.army_no), (after.diagnosis, gets), (done,))

    switch = database.read(_plan_switch)
    preview = database.read(partial(panes.preview, lines=switch.lines))
    told = Message.of(
        "tour_preview", cleared=len(preview.cleared), spared=len(preview.spared), waiting=preview.not_started
    )
    yield Scene(Message.of("tour_switch_plan"), (told,), (Changes.of(switch, op_id=None, reason=None, dry_run=True),))

    applied = database.write(
        partial(apply.apply, plan=switch, actor=actor, reason=recorded_reason("tour_reason_switch"))
    )
    left = database.read(partial(health.survey, finished=0))
    counted = Message.of("tour_switched", cleared=applied.cleared_sessions, stuck=len(left.stuck))
    yield Scene(Message.of("tour_switch"), (counted,))

    records = database.read(history.operations)
    yield Scene(Message.of("tour_history", count=len(records)), tuple(_record_line(one) for one in records))


def _plan_switch(session: Session) -> Plan:
    choice = PaperChoice(sample.trade_id(session, name="DTMN"), Paper.PRIMARY, "B")
    return apply.plan(session, ACTIVATE, PapersAsked((choice,)))


def _record_line(one: OperationRecord) -> Message:
    operation, sessions = (operation_named(one.operation) or UNKNOWN).say("name"), len(one.sessions)
    return Message.of("tour_record", at=one.at, operation=operation, person=one.person, sessions=sessions)


def _stuck_line(row: SessionRow) -> Message:
    who = row.army_no or row.username
    return Message.of("tour_stuck_line", who=who, trade=row.trade or "–", reason=row.findings[0].reason)
