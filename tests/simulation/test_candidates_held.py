"""A candidate whom a submission holds is waited for without the papers, which that submission needs next."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, NullPool, create_engine, event, text

from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.operations.slots import REASSIGN, RESET
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from tests import servers
from tests.controllers import doing

HELD = "T-FINE"

Change = Callable[[Database, Actor], Changes]
CHANGES: dict[str, Change] = {
    "reset": lambda database, actor: doing.slot(database, actor, RESET, HELD),
    "switch": lambda database, actor: doing.activate(database, actor, ("TTC", "A")),
    "clearing": lambda database, actor: doing.clear(database, actor, *doing.sessions_of(database, HELD)),
    "time": lambda database, actor: doing.give_time(database, actor, HELD, minutes_left=30),
}


@contextmanager
def deadlocks_of(database: Database) -> Iterator[list[str]]:
    """The deadlocks in which a desk was given up, while this lasts."""
    found: list[str] = []

    def look(context: Any) -> None:
        if "Deadlock" in str(context.original_exception):
            found.append(str(context.statement))

    engine = database.backend.writer
    event.listen(engine, "handle_error", look)
    yield found
    event.remove(engine, "handle_error", look)


@contextmanager
def holding(database: Database, army_no: str) -> Iterator[Connection]:
    """A request of the portal that has locked the candidate as the first foreign key of an answer does."""
    engine = create_engine(servers.of_owner(database.backend.writer.url), poolclass=NullPool)
    with engine.connect() as portal:
        portal.execute(
            text("SELECT name FROM registration_candidateprofile WHERE army_no = :army_no LOCK IN SHARE MODE"),
            {"army_no": army_no},
        )
        yield portal


def meet(database: Database, actor: Actor, change: Change) -> tuple[Changes, list[str]]:
    """Let a desk come to the held candidate, then the portal to the paper; gives back what was done and who gave up."""
    reached, locks = threading.Event(), list[str]()

    def look(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if "registration_candidateprofile" in statement and "FOR UPDATE" in statement:
            locks.append(statement.partition("FOR UPDATE")[2].strip())
            reached.set()

    engine = database.backend.writer
    event.listen(engine, "before_cursor_execute", look)
    with deadlocks_of(database) as deadlocks, ThreadPoolExecutor(1) as desk:
        with holding(database, HELD) as portal:
            work = desk.submit(change, database, actor)
            reached.wait(10)
            # Whoever waits for the candidate does so by now.
            time.sleep(0.3)
            portal.execute(text("SELECT is_active FROM questions_questionpaper LOCK IN SHARE MODE"))
            assert not work.done(), f"the desk did not wait for the candidate: {work.result()}"
            portal.commit()
        done = work.result()
    # Once at once, then patiently, before the papers.
    assert locks[:2] == ["NOWAIT", ""]
    event.remove(engine, "before_cursor_execute", look)
    return done, deadlocks


@pytest.mark.parametrize("engine_name", ["mariadb"], indirect=True)
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_nobody_deadlocks_with_a_submission_that_comes_from_its_candidate_to_its_paper(
    any_database: Database, actor: Actor, change: Change
) -> None:
    done, deadlocks = meet(any_database, actor, change)
    assert deadlocks == []
    assert done.applied


@pytest.mark.parametrize("engine_name", ["mariadb"], indirect=True)
def test_an_undo_waits_for_the_candidate_without_the_papers(any_database: Database, actor: Actor) -> None:
    reset = doing.slot(any_database, actor, REASSIGN, HELD)
    done, deadlocks = meet(any_database, actor, lambda database, who: doing.undo(database, who, reset))
    assert deadlocks == []
    assert done.applied
