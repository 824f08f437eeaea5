"""The self-check: the main job in seven steps on a scratch database, never on live rows.

A candidate with a slot; a session on set C; the switch C → E; the session cleared; reset and reassign; a new
session; all its questions of set E.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import func, select

from desktop_admin import settings
from desktop_admin.controllers.listings import panes
from desktop_admin.controllers.operations import apply
from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.operations.kind import Asked, CandidatesAsked, Operation
from desktop_admin.controllers.operations.papers import ACTIVATE, PapersAsked
from desktop_admin.controllers.operations.slots import REASSIGN, RESET
from desktop_admin.controllers.values.lines import Actor, Chosen, PaperChoice
from desktop_admin.controllers.values.people import CandidateReading
from desktop_admin.database.create import create
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.database.tables.own import ArchivedSession
from desktop_admin.database.tables.portal import ExamQuestion, PortalLogin
from desktop_admin.errors import UsageProblem
from desktop_admin.messages import Message
from desktop_admin.practice import sample
from desktop_admin.practice.starting import start_or_resume
from desktop_admin.rules import Paper, SlotState

_ACTOR = Actor(name="self-check")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the self-check.

    Attributes:
        number: 1 to 7.
        title: what is tried.
        seen: what was seen.
        passed: whether it is what must be seen.
    """

    number: int
    title: Message
    seen: Message
    passed: bool


def run(told: Callable[[Step], None] = lambda _step: None) -> tuple[Step, ...]:
    """Run the seven steps on a scratch database of the portal's layout, which is removed afterwards.

    Its log's key is removed with it: nothing is written into the user's folder, which need not be writable.

    Args:
        told: takes each step as soon as it is done, in the caller's thread.

    Raises:
        UsageProblem: the computer has no room for temporary files.
    """
    done: list[Step] = []
    with _temporary_folder() as folder, settings.data_in(folder):
        database = create(folder / "self-check.sqlite3", kind="scratch")
        try:
            for number, (title, seen, passed) in enumerate(_steps(database), 1):
                step = Step(number, Message.of(title), seen, passed)
                done.append(step)
                told(step)
        finally:
            database.close()
    return tuple(done)


@contextmanager
def _temporary_folder() -> Iterator[Path]:
    try:
        folder = tempfile.TemporaryDirectory(prefix="desktop-admin-")
    except OSError as failure:
        raise UsageProblem("no_temporary_folder", why=failure.strerror or failure) from failure
    with folder as name:
        yield Path(name)


_Seen = tuple[str, Message, bool]


def _steps(database: Database) -> Iterator[_Seen]:
    now = datetime.now(UTC) - timedelta(minutes=30)
    user_id = database.write(lambda session: _layout(session, now))
    slot = _read(database, user_id).candidate.slot
    yield "check_slot", Message.of("seen_slot", state=_slot_words(slot)), slot is SlotState.ASSIGNED

    old = database.write(lambda session: start_or_resume(session, user_id=user_id, now=now + timedelta(minutes=1)))
    letters = _sets(database, user_id)
    yield "check_session", Message.of("seen_session", session=old, sets=letters), letters == ("C",)

    choice = PaperChoice(database.read(partial(sample.trade_id, name="TTC")), Paper.PRIMARY, "E")
    switch = database.write(partial(_apply, kind=ACTIVATE, asked=PapersAsked((choice,))))
    yield "check_switch", Message.of("seen_switch", applied=switch.applied, letter="E"), switch.applied == 1

    left, archived, logins = database.read(partial(_traces, session_id=old, user_id=user_id))
    gone = (left, archived, logins) == (0, 1, 0) and switch.session_ids == (old,)
    yield "check_cleared", Message.of("seen_cleared", left=left, archived=archived, logins=logins), gone

    asked = CandidatesAsked(Chosen(user_ids=(user_id,)))
    reset = database.write(partial(_apply, kind=RESET, asked=asked))
    between = _read(database, user_id).candidate.slot
    again = database.write(partial(_apply, kind=REASSIGN, asked=asked))
    after = _read(database, user_id).candidate.slot
    fine = (reset.applied, between, again.applied, after) == (1, SlotState.NONE, 1, SlotState.ASSIGNED)
    seen = Message.of("seen_reset", between=_slot_words(between), after=_slot_words(after))
    yield "check_reset", seen, fine

    new = database.write(lambda session: start_or_resume(session, user_id=user_id, now=now + timedelta(minutes=5)))
    yield "check_new", Message.of("seen_new", old=old, new=new), new != old

    letters = _sets(database, user_id)
    count = database.read(lambda session: _count(session, session_id=new))
    yield "check_questions", Message.of("seen_questions", count=count, sets=letters), letters == ("E",) and count == 43


def _layout(session: Session, now: datetime) -> int:
    """One trade with sets C and E, C active, both papers' switches, and a candidate who is signed in."""
    trade_id = sample.add_trade(session, name="TTC")
    sample.add_switches(session, trade_ids=[trade_id], now=now)
    for letter in ("C", "E"):
        sample.add_questions(session, trade_id=trade_id, trade_name="TTC", paper=Paper.PRIMARY, letter=letter, now=now)
    sample.add_active(session, trade_id=trade_id, primary="C", secondary="A", now=now)
    user_id = sample.add_candidate(session, army_no="SELF-CHECK-1", name="Self Check", trade_id=trade_id, now=now)
    sample.give_slot(session, user_id=user_id, at=now)
    sample.add_login(session, user_id=user_id, key="self-check", until=datetime.now(UTC) + timedelta(hours=1))
    return user_id


def _apply(session: Session, *, kind: Operation, asked: Asked) -> Changes:
    return apply.apply(session, plan=apply.plan(session, kind, asked), actor=_ACTOR, shown=False)


def _slot_words(slot: SlotState) -> Message:
    return Message.of(f"slot_is_{slot}")


def _read(database: Database, user_id: int) -> CandidateReading:
    return database.read(partial(panes.read_candidate, user_id=user_id))


def _sets(database: Database, user_id: int) -> tuple[str, ...]:
    incomplete = _read(database, user_id).incomplete
    return incomplete[0].sets if incomplete else ()


def _traces(session: Session, *, session_id: int, user_id: int) -> tuple[int, int, int]:
    """How many questions of the session are left, how often it is archived, how many logins there are."""
    archived = select(func.count()).where(ArchivedSession.session_id == session_id, ArchivedSession.user_id == user_id)
    return (
        _count(session, session_id=session_id),
        session.execute(archived).scalar_one(),
        session.execute(select(func.count(PortalLogin.session_key))).scalar_one(),
    )


def _count(session: Session, *, session_id: int) -> int:
    held = select(func.count(ExamQuestion.id)).where(ExamQuestion.session_id == session_id)
    return session.execute(held).scalar_one()
