"""A plan that is made under the lock is made once, unless something that it read has changed before its rows
were locked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import combinations
from typing import Any

import pytest
from sqlalchemy import event

from desktop_admin.controllers.operations import apply
from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.operations.kind import Asked, CandidatesAsked, Operation
from desktop_admin.controllers.operations.papers import ACTIVATE, PapersAsked
from desktop_admin.controllers.operations.slots import ASSIGN, REASSIGN
from desktop_admin.controllers.operations.time import GIVE_TIME, TimeAsked
from desktop_admin.controllers.operations.undo import UNDO
from desktop_admin.controllers.operations.undo import work as undoing
from desktop_admin.controllers.portal.facts import Facts
from desktop_admin.controllers.values.lines import Actor, Chosen, PaperChoice
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.rules import Paper
from tests import raw
from tests.controllers import doing

EVERYONE = CandidatesAsked(Chosen(everyone=True))
_LONG_AGO = "'2020-01-01 00:00:00'"
CHANGED = {
    "registration_candidateprofile": {
        "army_no": "'T-OTHER'",
        "name": "'Other'",
        "rank": "'Hav'",
        "trade_id": "2",
        "shift_id": "7",
        "has_exam_slot": "NOT has_exam_slot",
        "slot_assigned_at": _LONG_AGO,
        "slot_assigned_by_id": "10",
        "slot_attempting_at": _LONG_AGO,
        "is_primary_completed": "NOT is_primary_completed",
        "is_secondary_completed": "NOT is_secondary_completed",
        "primary_bypass_allowed": "NOT primary_bypass_allowed",
        "primary_slot_consumed_at": _LONG_AGO,
        "secondary_slot_consumed_at": _LONG_AGO,
        "photograph": "'another.jpg'",
    },
    "accounts_user": {"username": "'T-OTHER'", "is_active": "NOT is_active"},
    "reference_trade": {"code": "'OTHER'", "name": "'Other'"},
    "django_session": {"session_data": "'nobody'", "expire_date": _LONG_AGO},
    "questions_activatesets": {"active_primary_set": "'A'", "active_secondary_set": "'B'"},
    "questions_tradepaperactivation": {"is_active": "NOT is_active", "exam_duration": ":minute"},
}
"""Each column that is read to plan to assign anew, and what it becomes. Sessions are held
by the lock of PostgreSQL, papers by that of MariaDB; sessions are looked at again before they are cleared."""
_WHERE = {
    "registration_candidateprofile": "army_no = 'T-SLOT' OR army_no = 'T-OTHER'",
    "accounts_user": "id = 2",
    "django_session": "session_key = 'login2'",
    "questions_activatesets": "trade_id = 1",
}
SERVERS = ["postgresql", "mariadb"]


def applied(database: Database, actor: Actor, *changed: str) -> tuple[Changes, int]:
    """Assign everybody under one lock, with a change of somebody else behind the plan; and how often it was planned."""
    planned = 0

    def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        nonlocal planned
        planned += "AS account_active" in statement

    def job(session: Session) -> Changes:
        facts = Facts(session, noting=True)
        plan = apply.plan(session, ASSIGN, EVERYONE, facts=facts)
        raw.change(database, *changed)
        return apply.apply(session, plan=plan, actor=actor, shown=False, facts=facts)

    event.listen(database.backend.writer, "before_cursor_execute", count)
    return database.write(job), planned


@pytest.mark.parametrize("engine_name", SERVERS, indirect=True, scope="session")
def test_where_nothing_has_changed_it_is_read_once_more_and_not_made_again(
    any_database: Database, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apply, "_plan_again", lambda *_: pytest.fail("it was planned again"))
    changes, read = applied(any_database, actor)
    assert (doing.applied(changes.lines), read) == (["T-NONE"], 2)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session")
def test_on_a_file_nothing_can_change_and_nothing_is_read_again(any_database: Database, actor: Actor) -> None:
    changes, read = applied(any_database, actor)
    assert (doing.applied(changes.lines), read) == (["T-NONE"], 1)


@pytest.mark.parametrize("engine_name", SERVERS, indirect=True, scope="session")
def test_a_slot_that_somebody_gave_meanwhile_is_seen(any_database: Database, actor: Actor) -> None:
    given = "UPDATE registration_candidateprofile SET has_exam_slot = true WHERE army_no = 'T-NONE'"
    changes, read = applied(any_database, actor, given)
    assert (doing.applied(changes.lines), read) == ([], 3)


@pytest.mark.parametrize("engine_name", SERVERS, indirect=True, scope="session")
def test_a_change_of_any_column_that_the_plan_has_read_is_seen(any_database: Database) -> None:
    quote = any_database.backend.writer.dialect.identifier_preparer.quote
    for table, columns in CHANGED.items():
        first = f"id = (SELECT first FROM (SELECT min(id) AS first FROM {table}) t)"
        for column, value in columns.items():
            change = f"UPDATE {table} SET {quote(column)} = {value} WHERE {_WHERE.get(table, first)}"
            assert held(any_database, change) == (True, False), f"{table}.{column}"


@pytest.mark.parametrize("column", ["question_set = 'Z'", "part = 'G'", "is_active = NOT is_active"])
@pytest.mark.parametrize("engine_name", SERVERS, indirect=True, scope="session")
def test_a_change_of_the_questions_that_a_switch_has_counted_is_seen(any_database: Database, column: str) -> None:
    asked = PapersAsked((PaperChoice(1, Paper.PRIMARY, "A"),))
    first = "id = (SELECT first FROM (SELECT min(id) AS first FROM questions_question) t)"
    change = f"UPDATE questions_question SET {column} WHERE {first}"
    assert held(any_database, change, kind=ACTIVATE, asked=asked) == (True, False)


@pytest.mark.parametrize("engine_name", SERVERS, indirect=True, scope="session")
def test_a_change_of_what_sessions_are_made_of_is_seen_although_their_questions_are_not_read_again(
    any_database: Database,
) -> None:
    asked = TimeAsked(Chosen(everyone=True), extra=10)
    # Two questions change places, so that every set has as many as before.
    kinds: defaultdict[tuple[Any, ...], dict[str, int]] = defaultdict(dict)
    columns = "is_common, is_active, trade_id, paper_type, part, question_set, id"
    for *kind, letter, id_ in raw.query(any_database, f"SELECT {columns} FROM questions_question ORDER BY id DESC"):
        kinds[tuple(kind)][letter] = id_
    held_ones = {id_ for (id_,) in raw.query(any_database, "SELECT question_id FROM questions_examquestion")}
    (first, one), (other, two) = next(
        pair for of_kind in kinds.values() for pair in combinations(of_kind.items(), 2) if pair[0][1] in held_ones
    )
    swap = f"SET question_set = CASE id WHEN {one} THEN '{other}' ELSE '{first}' END WHERE id IN ({one}, {two})"
    assert held(any_database, f"UPDATE questions_question {swap}", kind=GIVE_TIME, asked=asked) == (True, False)


def held(database: Database, change: str, *, kind: Operation = REASSIGN, asked: Asked = EVERYONE) -> tuple[bool, bool]:
    """Whether the facts of a plan hold, and whether they still do behind a change by somebody else."""

    def job(session: Session) -> tuple[bool, bool]:
        facts = Facts(session, noting=True)
        apply.plan(session, kind, asked, facts=facts)
        before = facts.still_hold()
        raw.change(database, change)
        return before, facts.still_hold()

    return database.write(job)


# Rows that a plan knows beforehand -----------------------------------------------------------------------------------


def in_one_write(kind: Operation, asked: Callable[[Session], Asked], actor: Actor) -> Callable[[Session], Changes]:
    """Planned and applied under one lock, as a command with ``--yes`` does it."""

    def job(session: Session) -> Changes:
        facts = Facts(session, noting=True)
        plan = apply.plan(session, kind, asked(session), facts=facts)
        return apply.apply(session, plan=plan, actor=actor, shown=False, facts=facts)

    return job


@contextmanager
def seen(database: Database) -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    event.listen(database.backend.writer, "before_cursor_execute", note)
    yield statements
    event.remove(database.backend.writer, "before_cursor_execute", note)


@pytest.mark.parametrize("engine_name", SERVERS, indirect=True, scope="session")
def test_whom_an_undo_takes_back_is_locked_before_anything_is_read_and_so_read_once(
    any_database: Database, actor: Actor
) -> None:
    done = doing.activate(any_database, actor, ("TTC", "C"))
    assert done.cleared_sessions
    asked = partial(undoing.asked, op_id=done.op_id or "")
    with seen(any_database) as statements:
        back = any_database.write(in_one_write(UNDO, asked, actor))
    assert {one for line in back.lines for one in line.restored} == set(done.session_ids)
    locking = [n for n, one in enumerate(statements) if "FOR UPDATE" in one and "registration_candidateprofile" in one]
    reading = [n for n, one in enumerate(statements) if "OUTER JOIN questions_activatesets" in one]
    assert (len(locking), len(reading)) == (1, 1)
    assert locking < reading


@pytest.mark.parametrize("engine_name", SERVERS, indirect=True, scope="session")
def test_a_switch_is_planned_again_where_whose_session_it_clears_was_changed_before_the_lock_was_reached(
    any_database: Database, actor: Actor
) -> None:
    moved = "UPDATE registration_candidateprofile SET trade_id = 2 WHERE army_no = 'T-FINE'"
    choice = PaperChoice(doing.trade(any_database, "TTC"), Paper.PRIMARY, "C")
    planned: list[None] = []
    locked: list[str] = []

    def ask(_session: Session) -> PapersAsked:
        planned.append(None)
        return PapersAsked((choice,))

    def move(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "FOR UPDATE" in statement and "registration_candidateprofile" in statement:
            locked.append(statement)
            if len(locked) == 1:
                raw.change(any_database, moved)

    event.listen(any_database.backend.writer, "before_cursor_execute", move)
    changes = any_database.write(in_one_write(ACTIVATE, ask, actor))
    assert len(planned) == 2
    assert {"T-FINE"} < set(doing.applied(changes.lines))
    assert doing.sessions_of(any_database, "T-FINE") == []
