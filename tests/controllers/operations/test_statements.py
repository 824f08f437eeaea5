"""The number of SQL statements of an operation does not grow with the candidates."""

from __future__ import annotations

import random
import re
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from types import FrameType
from typing import Any

import pytest
from sqlalchemy import Engine, event, literal, update

from desktop_admin.controllers.day import attendance
from desktop_admin.controllers.findings import health
from desktop_admin.controllers.listings import panes
from desktop_admin.controllers.operations import apply, board, card
from desktop_admin.controllers.operations.accept import ACCEPT, AcceptAsked
from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.operations.check_in import CHECK_IN, CheckInAsked
from desktop_admin.controllers.operations.clear import CLEAR, ClearAsked
from desktop_admin.controllers.operations.kind import Asked, CandidatesAsked, Operation
from desktop_admin.controllers.operations.papers import ACTIVATE, PapersAsked
from desktop_admin.controllers.operations.restore import RESTORE
from desktop_admin.controllers.operations.restore import work as restoring
from desktop_admin.controllers.operations.sign_out import SIGN_OUT
from desktop_admin.controllers.operations.slots import ASSIGN, REASSIGN, RESET
from desktop_admin.controllers.operations.time import GIVE_TIME, TimeAsked
from desktop_admin.controllers.operations.undo import UNDO
from desktop_admin.controllers.operations.undo import work as undoing
from desktop_admin.controllers.portal.facts import Facts
from desktop_admin.controllers.values.lines import Actor, Chosen, PaperChoice, PaperSetting
from desktop_admin.database.backends import postgresql
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session, server_now
from desktop_admin.database.tables.portal import ExamSession
from desktop_admin.practice import sample
from desktop_admin.practice.sample_sessions import Pool, add_session
from desktop_admin.rules import Paper
from tests import accounts, planning, raw
from tests.controllers import doing

EVERYONE = Chosen(everyone=True)
Act = Callable[[Database, Actor], Any]
AS_ONE = re.compile(
    r"INTO (desktop_admin_(operation_paper|given_time|accommodation|accepted_session|check_in|restored_session)"
    r"|questions_examsession|django_session)\b"
)
WHOLE = re.compile(r"SCAN questions_exam(session|question)\b")
EVERYBODY = re.compile(r"SCAN registration_candidateprofile\b")
"""How SQLite says that it looks through all rows of a table."""


def fill(session: Session, number: int) -> None:
    now, pick = datetime.now(UTC), random.Random(5)
    ttc = sample.trade_id(session, name="TTC")
    pool = Pool.read(session)
    for place in range(number):
        user_id = sample.add_candidate(session, army_no=f"B-{place:04}", name="N", trade_id=ttc, now=now)
        sample.give_slot(session, user_id=user_id, at=now, attempting_at=now)
        add_session(
            session,
            pool,
            user_id=user_id,
            trade_id=ttc,
            paper=Paper.PRIMARY,
            letter="EC"[place % 2],
            started_at=now,
            pick=pick,
        )
        sample.add_login(session, user_id=user_id, key=f"bulk{place}", until=now + timedelta(hours=1))


def carried_out(
    database: Database, actor: Actor, kind: Operation, asked: Asked | Callable[[Session], Asked]
) -> Changes:
    """Planned and applied under one lock, as a command with ``--yes`` does it."""

    def job(session: Session) -> Changes:
        facts = Facts(session, noting=True)
        plan = apply.plan(session, kind, asked if isinstance(asked, Asked) else asked(session), facts=facts)
        return apply.apply(session, plan=plan, actor=actor, shown=False, facts=facts)

    return database.write(job)


def everybody(kind: Operation, asked: Asked | None = None) -> Act:
    return lambda database, actor: carried_out(database, actor, kind, asked or CandidatesAsked(EVERYONE))


def clear(database: Database, actor: Actor) -> Changes:
    ids = [row[0] for row in raw.query(database, "SELECT id FROM questions_examsession")]
    return carried_out(database, actor, CLEAR, ClearAsked(tuple(sorted(ids))))


def give_back(database: Database, actor: Actor) -> Changes:
    """Everybody had another number of minutes left; half of them are stuck, and passed by."""
    now = database.read(server_now)
    (first,) = raw.query(database, "SELECT min(id) FROM questions_examsession")[0]
    lasts = literal(timedelta(minutes=1), ExamSession.duration.type) * (ExamSession.id - first + 31)
    spread = update(ExamSession).values(started_at=now - timedelta(minutes=30), duration=lasts)
    accounts.write(database, lambda session: session.execute(spread))
    changes = carried_out(database, actor, GIVE_TIME, TimeAsked(EVERYONE, as_of=now - timedelta(minutes=10)))
    given = {line.given.minutes for line in changes.lines if line.given is not None}
    assert len(given) == changes.applied >= 4
    return changes


def switch(*wishes: tuple[str, str], **sparing: Any) -> Act:
    def act(database: Database, actor: Actor) -> Changes:
        choices = tuple(PaperChoice(doing.trade(database, name), Paper.PRIMARY, letter) for name, letter in wishes)
        return carried_out(database, actor, ACTIVATE, PapersAsked(choices, **sparing))

    return act


OPERATIONS: dict[str, Act] = {
    "assign": everybody(ASSIGN),
    "reset": everybody(RESET),
    "reassign": everybody(REASSIGN),
    "clear": clear,
    "sign out": everybody(SIGN_OUT),
    "give time": everybody(GIVE_TIME, TimeAsked(EVERYONE, extra=10, planned=True)),
    "give time as of": give_back,
    "check in": everybody(CHECK_IN, CheckInAsked(EVERYONE, "2026-11-28")),
    "activate": switch(("TTC", "C"), ("OCC", "A")),
    "activate and spare": switch(("TTC", "A"), let_finish_under=600),
    "accept": everybody(ACCEPT, AcceptAsked(EVERYONE)),
}
LOOKS: dict[str, Act] = {
    "attendance": lambda database, _actor: database.read(partial(attendance.read, zone=UTC)),
    "board": lambda database, _actor: database.read(partial(board.read, zone=UTC)),
    "survey": lambda database, _actor: database.read(partial(health.survey, finished=None)),
    "candidate list": lambda database, _actor: database.read(partial(panes.list_candidates, limit=None)),
    "matrix": lambda database, _actor: database.read(panes.matrix),
}


ENGINES = ("sqlite", "postgresql", "mariadb")
MOST = {
    "assign": (13, 19, 19),
    "reset": (19, 25, 28),
    "reassign": (21, 29, 32),
    "clear": (19, 27, 30),
    "sign out": (12, 17, 19),
    "give time": (29, 39, 42),
    "give time as of": (31, 42, 44),
    "check in": (13, 17, 17),
    "activate": (33, 38, 41),
    "activate and spare": (35, 49, 53),
    "accept": (24, 32, 34),
    "attendance": (3, 4, 4),
    "survey": (25, 25, 25),
    "candidate list": (16, 16, 16),
    "matrix": (16, 16, 16),
    "undo of assign": (21, 24, 25),
    "undo of reset": (26, 30, 31),
    "undo of reassign": (26, 30, 31),
    "undo of clear": (24, 28, 29),
    "undo of sign out": (21, 25, 26),
    "undo of give time": (24, 28, 30),
    "undo of give time as of": (24, 28, 30),
    "undo of check in": (19, 22, 23),
    "undo of activate": (32, 38, 40),
    "undo of activate and spare": (29, 34, 36),
    "undo of accept": (21, 24, 25),
    "restore of clear": (24, 27, 28),
}
"""How many statements each needs on the three engines, those included that open the transaction."""
RARELY = {name for name in MOST if name.startswith("undo") and name not in ("undo of reset", "undo of activate")}
"""An undo needs no others for one operation than for another, but for its rows."""


def taken_back(database: Database, actor: Actor, done: Changes) -> Changes:
    assert done.op_id is not None
    return carried_out(database, actor, UNDO, partial(undoing.asked, op_id=done.op_id))


def restored(database: Database, actor: Actor, done: Changes) -> Changes:
    asked = partial(restoring.asked, session_ids=done.session_ids, archived_by=done.op_id, override=True)
    changes = carried_out(database, actor, RESTORE, asked)
    assert changes.applied >= 5
    return changes


WAYS_BACK = {"undo": taken_back, "restore": restored}


def statements(
    target: str, number: int, act: Act, actor: Actor, *, back: Callable[..., Changes] | None = None
) -> list[str]:
    """What is sent to the database for so many candidates; what takes it ``back``, where that is asked for."""
    database = Database.open(target)
    database.write(partial(fill, number=number))
    # The first supervisor's first operation makes the log's key.
    doing.slot(database, actor, RESET, "T-STUCK")
    if back is not None:
        act = partial(back, done=act(database, actor))
    seen: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, _values: Any, _context: Any, many: bool) -> None:
        seen.append(f"{'executemany ' if many else ''}{statement}")

    event.listen(Engine, "before_cursor_execute", count)
    try:
        act(database, actor)
    finally:
        event.remove(Engine, "before_cursor_execute", count)
        database.close()
    return seen


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.long] if name in RARELY else []) for name in MOST]
)
def test_the_statements_for_many_candidates_are_those_for_5(
    fresh: Callable[[], str], engine_name: str, actor: Actor, name: str
) -> None:
    number = 60 if engine_name == "sqlite" else 20
    way, _, of = name.rpartition(" of ")
    act = {**OPERATIONS, **LOOKS}[of]
    few, many = (statements(fresh(), count, act, actor, back=WAYS_BACK.get(way)) for count in (5, number))
    assert many == few
    assert len(few) <= MOST[name][ENGINES.index(engine_name)]
    repeated = [statement for statement in few if statement.startswith("executemany")]
    assert all(AS_ONE.search(statement) for statement in repeated), "the driver sends these as one"


def test_the_card_of_one_candidate_plans_everything_from_facts_that_are_read_once(
    fresh: Callable[[], str], engine_name: str, actor: Actor
) -> None:
    def read(database: Database, _actor: Actor) -> None:
        user_id = doing.user(database, "B-0001")
        seen.append(len(database.read(partial(card.read_card, user_ids=(user_id,))).plans))

    seen: list[int] = []
    told = statements(fresh(), 5, read, actor)
    (plans,) = seen
    assert plans >= 5, "its session is stuck, so it can be cleared as well"
    # One of them looks the candidate up.
    assert len(told) - 1 <= 16


@pytest.mark.parametrize(("look", "asked"), [("survey", (1, 2)), ("matrix", (5, 6))])
def test_where_nobody_has_committed_anything_sessions_are_not_read_again(
    fresh: Callable[[], str],
    engine_name: str,
    actor: Actor,
    look: str,
    asked: tuple[int, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # On the server others are at work in databases of their own, and it does not tell them apart.
    monkeypatch.setattr(postgresql, "_SEEN", "SELECT 'nobody'")
    once = statements(fresh(), 5, LOOKS[look], actor)
    twice = statements(fresh(), 5, lambda *desk: (LOOKS[look](*desk), LOOKS[look](*desk)), actor)
    again = twice[len(once) :]
    assert twice[: len(once)] == once
    if engine_name == "mariadb":
        # It does not tell whether anything has changed; of sessions it sends digests.
        assert len(again) <= len(once)
    else:
        assert len(again) <= asked[engine_name == "postgresql"]
        assert not any("questions_examsession" in statement for statement in again)


def test_who_switched_sets_since_is_asked_once_for_all_trades(
    fresh: Callable[[], str], engine_name: str, actor: Actor
) -> None:
    def plan(database: Database, _actor: Actor, names: tuple[str, ...]) -> None:
        seen = PaperSetting("Z", True, 90)
        choices = [PaperChoice(doing.trade(database, name), Paper.PRIMARY, "A", before=seen) for name in names]
        found = database.read(partial(planning.plan_activate, choices=choices, allow_too_few=True))
        assert [line.reason and line.reason.code for line in found.lines] == ["refused_switched_since"] * len(names)

    one, both = (
        statements(fresh(), 1, partial(plan, names=names), actor)[len(names) :] for names in (("TTC",), ("TTC", "OCC"))
    )
    assert len(one) == len(both)


@pytest.mark.parametrize("engine_name", ["postgresql as a desk"], indirect=True, scope="session")
def test_the_ids_of_the_questions_that_a_desk_removes_never_leave_the_server(
    any_database: Database, actor: Actor
) -> None:
    sent: list[int] = []

    def measure(_connection: Any, _cursor: Any, _statement: str, values: Any, _context: Any, _many: bool) -> None:
        texts = [value for value in values.values() if isinstance(value, str)]
        sent.extend(value.count(",") + 1 for value in texts if re.fullmatch(r"\{[\d,]+\}", value))

    event.listen(any_database.backend.writer, "before_cursor_execute", measure)
    assert doing.clear(any_database, actor, *doing.sessions_of(any_database, "T-FINE")).applied == 1
    assert max(sent) == 1, "the session, of 43 questions"


@pytest.mark.parametrize("engine_name", ["postgresql as a desk"], indirect=True, scope="session")
def test_a_desk_reads_the_questions_that_it_removes_only_to_archive_them(any_database: Database, actor: Actor) -> None:
    reading: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, _values: Any, _context: Any, _many: bool) -> None:
        if statement.startswith(("INSERT", "DELETE")) or "desktop_admin_delete" in statement or "LIMIT" in statement:
            reading.extend(statement.split()[0] for _ in re.findall("FROM questions_examquestion\\b", statement))

    event.listen(any_database.backend.writer, "before_cursor_execute", note)
    ids = [row[0] for row in raw.query(any_database, "SELECT id FROM questions_examsession")]
    assert doing.clear(any_database, actor, *ids).applied > 1
    assert set(reading) == {"INSERT"}, reading


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session")
def test_planning_what_comes_back_takes_no_longer_for_each_session_the_more_there_are(
    fresh: Callable[[], str], actor: Actor
) -> None:
    few, many = (planning_back(fresh(), number, actor) for number in (25, 150))
    assert many < few * 6


def planning_back(target: str, number: int, actor: Actor) -> int:
    """How many instructions of the operations it takes to plan a restore, and an undo, of so many sessions."""
    database = Database.open(target)
    database.write(partial(fill, number=number))
    done = doing.apply_now(database, actor, doing.slots_plan(RESET, EVERYONE))
    taken, before = 0, sys.gettrace()

    def trace(frame: FrameType, event: str, _value: object) -> Any:
        nonlocal taken
        if "controllers/operations" not in frame.f_code.co_filename:
            return None
        frame.f_trace_opcodes = True
        taken += event == "opcode"
        return trace

    sys.settrace(trace)
    try:
        plan = database.read(partial(planning.plan_restore, session_ids=done.session_ids, override=True))
        assert plan.refused >= number, "there are no slots"
        assert database.read(partial(planning.plan_undo, undoes=done.op_id or "")).applied >= number
    finally:
        sys.settrace(before)
        database.close()
    return taken


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session")
def test_for_one_candidate_nobody_looks_through_all_sessions_and_questions(
    any_database: Database, actor: Actor
) -> None:
    with looked_through(WHOLE, any_database, any_database.backend.writer) as found:
        done = doing.slot(any_database, actor, RESET, "T-STUCK")
        assert doing.undo(any_database, actor, done).applied == done.applied == 1
    assert found == []


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session")
def test_to_look_at_one_candidate_nobody_looks_through_all_of_them(any_database: Database) -> None:
    user_id = doing.user(any_database, "T-STUCK")
    with looked_through(EVERYBODY, any_database, any_database.backend.reader) as found:
        assert any_database.read(partial(panes.rows, user_ids=(user_id,)))
        any_database.read(partial(panes.read_candidate, user_id=user_id))
    assert found == []


@contextmanager
def looked_through(whole: re.Pattern[str], database: Database, engine: Engine) -> Iterator[list[str]]:
    """The statements that are sent meanwhile and look through a whole table."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        if not many and statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
            asked.append((statement, values))

    found: list[str] = []
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)
    with closing(sqlite3.connect(raw.path(database))) as connection:
        connection.create_function("sha256_hex", 1, str)
        connection.create_function("is_readable", 2, str)
        plans = {one: connection.execute(f"EXPLAIN QUERY PLAN {one}", values).fetchall() for one, values in asked}
    found += [one for one, plan in plans.items() if any(whole.match(step[-1]) for step in plan)]
