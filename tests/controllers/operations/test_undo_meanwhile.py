"""What the portal commits between the look of an undo and its writing stays, where no lock keeps it from that."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import pytest

from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.operations.undo import past
from desktop_admin.controllers.operations.undo.past import Past
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from tests import raw
from tests.controllers import doing

_COPY = "questions_questionsetactivation WHERE trade_id = 1 AND paper_type = 'PRIMARY'"
_SESSION = "questions_examsession WHERE id = {session}"
_PORTAL_ID = 10


class Meanwhile(NamedTuple):
    """What was done, what the portal then commits in the middle of the undo, and what must be as it has left it."""

    done: Callable[[Database, Actor], Changes]
    statements: tuple[str, ...]
    left: str


SWITCH = partial(lambda database, actor: doing.activate(database, actor, ("TTC", "A")))
GIVE = partial(lambda database, actor: doing.give_time(database, actor, "T-FINE", minutes_left=90))
ANYWHERE = {
    "a copy is gone": Meanwhile(SWITCH, (f"DELETE FROM {_COPY}",), f"SELECT question_set FROM {_COPY}"),
    "a copy is off": Meanwhile(
        SWITCH,
        (f"UPDATE {_COPY}".replace(" WHERE", " SET is_active = (1 = 0) WHERE"),),
        f"SELECT is_active FROM {_COPY}",
    ),
    "a copy is written by the portal": Meanwhile(
        SWITCH,
        (
            f"UPDATE {_COPY}".replace(
                " WHERE", f" SET activated_by_id = {_PORTAL_ID}, activated_at = '2030-01-01' WHERE"
            ),
        ),
        f"SELECT activated_by_id, activated_at FROM {_COPY} AND question_set = 'E'",
    ),
}
ON_MARIADB = {
    "a session is gone": Meanwhile(
        GIVE,
        ("DELETE FROM questions_examquestion WHERE session_id = {session}", f"DELETE FROM {_SESSION}"),
        f"SELECT id FROM {_SESSION}",
    ),
    "a session lasts longer": Meanwhile(
        GIVE,
        (f"UPDATE {_SESSION}".replace(" WHERE", " SET duration = :minute WHERE"),),
        f"SELECT duration FROM {_SESSION}",
    ),
    "a session is submitted": Meanwhile(
        GIVE,
        (f"UPDATE {_SESSION}".replace(" WHERE", " SET completed_at = '2030-01-01' WHERE"),),
        f"SELECT duration, completed_at FROM {_SESSION}",
    ),
}


@pytest.mark.parametrize(
    ("engine_name", "name"),
    [(engine, name) for engine in ("postgresql", "mariadb") for name in ANYWHERE]
    + [("mariadb", name) for name in ON_MARIADB],
    indirect=["engine_name"],
    scope="session",
)
def test_what_the_portal_commits_in_the_middle_of_an_undo_stays(
    any_database: Database, actor: Actor, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = (ANYWHERE | ON_MARIADB)[name]
    (session_id,) = doing.sessions_of(any_database, "T-FINE")
    done = one.done(any_database, actor)
    really, left = past.still_held, one.left.format(session=session_id)
    times: list[Any] = []

    def meanwhile(session: Session, operation: Past) -> Any:
        if not times:
            raw.change(any_database, *(statement.format(session=session_id) for statement in one.statements))
            times.append(raw.query(any_database, left))
        return really(session, operation)

    monkeypatch.setattr(past, "still_held", meanwhile)
    doing.undo(any_database, actor, done)
    assert times == [raw.query(any_database, left)]
