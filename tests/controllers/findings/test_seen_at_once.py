"""Whatever a finding follows from: when somebody else has changed it, the next look tells so.

A look keeps much of the one before. Here it is compared with one at another desk, which keeps nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.listings import panes
from desktop_admin.controllers.operations.deeds import rules
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.controllers.values.sessions import SessionRow
from desktop_admin.database.engine import Database
from desktop_admin.database.session import server_now
from desktop_admin.practice import sample
from desktop_admin.rules import Paper
from tests import planning, raw
from tests.controllers import doing
from tests.controllers.findings.test_findings import answer_foreign_question

OCC = "(SELECT id FROM reference_trade WHERE name = 'OCC')"
SECONDARY = "(SELECT id FROM questions_questionpaper WHERE question_paper = 'SECONDARY')"
NOBODY = "(SELECT user_id FROM registration_candidateprofile WHERE army_no = 'T-NONE')"
YES, NO, THAT_DAY, ONE_DAY = "(1 = 1)", "(1 = 0)", "'2026-01-02 03:04:05'", "'2100-01-02 03:04:05'"
COLUMNS = {
    ("registration_candidateprofile", "army_no = 'T-FINE'"): {
        "name": ["'Somebody Else'"],
        "army_no": ["'T-FIN '"],
        "rank": ["'Subedar'"],
        "trade_id": [OCC, "NULL"],
        "has_exam_slot": [NO],
        "slot_assigned_at": ["NULL"],
        "slot_attempting_at": ["NULL"],
        "primary_slot_consumed_at": [THAT_DAY],
        "is_primary_completed": [YES],
    },
    ("registration_candidateprofile", "army_no = 'T-SECOND'"): {
        "secondary_slot_consumed_at": [THAT_DAY],
        "is_secondary_completed": [YES],
        "is_primary_completed": [NO],
        "photograph": ["'photograph.jpg'"],
    },
    ("registration_candidateprofile", "army_no = 'T-NONE'"): {"primary_bypass_allowed": [YES]},
    ("accounts_user", "username = 'T-SECOND'"): {
        "last_login": [ONE_DAY],
        "is_active": [NO],
        "username": ["'T-OTHER'"],
    },
    ("questions_examsession", "id = {session}"): {
        "duration": [":minute"],
        "started_at": [THAT_DAY, "NULL"],
        "completed_at": [ONE_DAY],
        "exam_type": ["'SECONDARY'"],
        "paper_id": [SECONDARY],
        "user_id": [NOBODY],
    },
    ("questions_examquestion", "session_id = {session} AND question_id = {question}"): {"question_id": ["{other}"]},
    ("questions_question", "id = {question}"): {
        "question_set": ["'B'"],
        "trade_id": [OCC],
        "is_active": [NO],
        "paper_type": ["'SECONDARY'"],
    },
    ("questions_question", "paper_type = 'SECONDARY' AND question_set = 'A'"): {"is_common": [NO]},
    ("questions_question", "trade_id = 1 AND question_set = 'E' AND part = 'A'"): {"part": ["'Z'"]},
    ("django_session", "session_key = 'login{session}'"): {
        "expire_date": [THAT_DAY],
        "session_data": ["'{login}'"],
    },
    ("reference_trade", "name = 'TTC'"): {"code": ["'X'"], "name": ["'Musician II'"]},
    ("questions_activatesets", "trade_id = 1"): {"active_primary_set": ["'A'"], "active_secondary_set": ["'B'"]},
    ("questions_tradepaperactivation", "trade_id = 1 AND paper_type = 'PRIMARY'"): {
        "is_active": [NO],
        "exam_duration": [":minute"],
    },
    ("questions_questionpaper", "question_paper = 'PRIMARY'"): {"is_active": [NO], "exam_duration": [":minute"]},
    ("questions_globalpapertypecontrol", "paper_type = 'SECONDARY'"): {"is_active": [YES]},
    ("questions_questionsetactivation", "trade_id = 1 AND paper_type = 'PRIMARY'"): {"question_set": ["'A'"]},
}
"""Values that a column is given by somebody else, by the rows that get them."""
ROWS = (
    f"INSERT INTO django_session (session_key, session_data, expire_date) VALUES ('one more', '{{login}}', {ONE_DAY})",
    "UPDATE registration_candidateprofile SET trade_id = NULL WHERE army_no = 'T-FINE'",
    f"UPDATE questions_examsession SET trade_id = {OCC} WHERE id = {{session}}",
    "DELETE FROM questions_examquestion WHERE session_id = {session} AND question_id = {question}",
    "DELETE FROM django_session WHERE session_key = 'login{session}'",
    "DELETE FROM questions_examquestion WHERE session_id = {session}",
    "DELETE FROM questions_tradepaperactivation",
    "DELETE FROM questions_activatesets",
)
"""Rows that come and go, each in turn."""


def portal_starts(database: Database, _actor: Actor) -> None:
    doing.start(database, "T-SLOT", trade_name="TTC", letter="E")


def portal_starts_older(database: Database, _actor: Actor) -> None:
    doing.start(database, "T-SLOT", trade_name="TTC", letter="E", minutes=30)


def portal_submits(database: Database, _actor: Actor) -> None:
    answer_foreign_question(database)


def candidate_comes(database: Database, _actor: Actor) -> None:
    now, trade_id = database.read(server_now), doing.trade(database, "TTC")
    database.write(partial(sample.add_candidate, army_no="T- SLOT", name="N", trade_id=trade_id, now=now))


def last_is_taken_back(database: Database, actor: Actor) -> None:
    ((op_id,),) = raw.query(database, "SELECT op_id FROM desktop_admin_operation ORDER BY seq DESC LIMIT 1")
    assert doing.apply_now(database, actor, partial(planning.plan_undo, undoes=op_id)).applied


DEEDS: tuple[Callable[[Database, Actor], object], ...] = (
    portal_starts,
    portal_starts_older,
    portal_submits,
    candidate_comes,
    lambda desk, actor: doing.accept(desk, actor, "T-STUCK"),
    lambda desk, actor: doing.give_time(desk, actor, "T-FINE", minutes_left=90),
    last_is_taken_back,
    lambda desk, actor: doing.give_time(desk, actor, "T-NONE", extra=15, planned=True),
    lambda desk, actor: desk.write(partial(rules.change, name="keep-logins", value="on", actor=actor)),
    lambda desk, actor: doing.sign_out(desk, actor, "T-SECOND"),
    lambda desk, actor: doing.clear(desk, actor, *doing.sessions_of(desk, "T-MOVED")),
    lambda desk, actor: doing.set_papers(desk, actor, "TTC", paper=Paper.SECONDARY, minutes=77),
    lambda desk, actor: doing.activate(desk, actor, ("TTC", "A")),
)
"""What the portal, another desk and its person do, each in turn."""


class Watched:
    """A database at which somebody looks after each change: they must find what they find who have just come."""

    def __init__(self, target: str) -> None:
        self.database, self.few, self.fresh = (Database.open(target) for _ in range(3))
        self.now = self.database.read(server_now)
        self.names = self._named()
        self.seen = self.look()

    def _named(self) -> dict[str, Any]:
        (session_id,) = doing.sessions_of(self.database, "T-FINE")
        asked = f"SELECT min(question_id) FROM questions_examquestion WHERE session_id = {session_id}"
        other = "SELECT max(id) FROM questions_question WHERE question_set = 'C'"
        ((question,),), ((another,),) = raw.query(self.database, asked), raw.query(self.database, other)
        login = sample.login_data(doing.user(self.database, "T-SECOND"))
        people = {"writing": doing.user(self.database, "T-SECOND"), "not yet": doing.user(self.database, "T-NONE")}
        return {"session": session_id, "question": question, "other": another, "login": login, **people}

    def look(self, database: Database | None = None, few: Database | None = None) -> list[Any]:
        """All that follows from sessions: of everybody now and once the papers are over, and of those who are named.

        What is kept of a look at a ``few`` would hide what is wrong with that at everybody, which so is another's.
        """
        database, few = database or self.database, few or self.few
        once_over = self.now + timedelta(minutes=400)
        return [
            database.read(partial(health.survey, now=self.now, finished=None)),
            database.read(partial(health.survey, now=once_over, finished=0)),
            database.read(partial(panes.matrix, now=self.now)),
            {repr(row) for row in few.read(partial(panes.list_candidates, limit=None, now=self.now)).rows},
            *(
                few.read(partial(panes.read_candidate, user_id=user_id, now=self.now))
                for user_id in (self.names["writing"], self.names["not yet"])
            ),
        ]

    def compare(self, change: object) -> None:
        """That the change is seen."""
        found = self.look()
        self.fresh.kept.clear()
        assert found == self.look(self.fresh, self.fresh), change
        assert found != self.seen, f"there is nothing to be seen of {change}"
        self.seen = found

    def change(self, table: str, which: str, column: str, value: str) -> Callable[[], None]:
        """Give the column of these rows this value; what comes back puts the former ones back."""
        which, value = which.format(**self.names), value.format(**self.names)
        key = {"django_session": "session_key", "questions_activatesets": "trade_id"}.get(table, "id")
        before = raw.query(self.database, f"SELECT {column}, {key} FROM {table} WHERE {which}")
        assert before, "there are no such rows"
        raw.change(self.database, f"UPDATE {table} SET {column} = {value} WHERE {which}")

        def put_back() -> None:
            for old, of in before:
                as_it_was = raw.moment(old) if isinstance(old, datetime) else old
                raw.change(self.database, f"UPDATE {table} SET {column} = ? WHERE {key} = ?", values=[as_it_was, of])

        return put_back


@pytest.fixture
def watched(any_target: str) -> Iterator[Watched]:
    """The small portal, looked at once."""
    opened = Watched(any_target)
    yield opened
    for one in (opened.database, opened.few, opened.fresh):
        one.close()


def test_a_change_of_any_column_that_a_finding_follows_from_is_seen_by_the_next_look(watched: Watched) -> None:
    before = watched.seen
    for (table, which), columns in COLUMNS.items():
        for column, value in ((column, value) for column, values in columns.items() for value in values):
            put_back = watched.change(table, which, column, value)
            watched.seen = before
            watched.compare(f"{table}.{column} = {value}")
            put_back()
    assert watched.look() == before, "everything is as it was"


def test_rows_that_come_and_go_are_seen_by_the_next_look(watched: Watched) -> None:
    for statement in ROWS:
        change = statement.format(**watched.names)
        raw.change(watched.database, change)
        watched.compare(change)


def test_what_the_portal_and_other_desks_do_is_seen_by_the_next_look(
    watched: Watched, other_desk: Database, actor: Actor
) -> None:
    for place, deed in enumerate(DEEDS):
        deed(other_desk, actor)
        watched.compare(f"deed {place}")


def test_a_file_may_hold_anything_in_any_column_and_each_is_told_from_the_others(portal_file: Path) -> None:
    watched = Watched(str(portal_file))
    for value in ("x'ff41'", "x'ff42'", "CAST(x'ff43' AS TEXT)", "4", "4.5", "''", "'NULL'", "'a''b'", "'a,b'", "'a%'"):
        watched.change("registration_candidateprofile", "army_no = 'T-FINE'", "name", value)
        watched.compare(value)


ALIKE = {
    ("registration_candidateprofile", "army_no = 'T-FINE'", "name"): [
        *("'Ram' || char(0) || 'Pal'", "'Ram' || char(0) || 'Lal'", "4.123456789012345", "4.123456789012346"),
    ],
    ("questions_examsession", "id = {session}", "started_at"): [
        *("CAST('2026-01-02 03:04:05' AS BLOB)", "'2026-01-02 03:04:05'", "CAST('2026-01-02 03:04:05' AS BLOB)"),
    ],
    ("questions_examquestion", "session_id = {session} AND question_id = {question}", "question_id"): ["'abc'"],
}
"""Values that only a file can hold, each told from the one before by what is easily overlooked."""


def test_no_value_of_a_file_is_taken_for_another(portal_file: Path) -> None:
    watched = Watched(str(portal_file))
    for (table, which, column), values in ALIKE.items():
        for value in values:
            watched.change(table, which, column, value)
            watched.fresh.kept.clear()
            assert watched.look() == watched.look(watched.fresh, watched.fresh), (column, value)


@pytest.mark.usefixtures("rests")
def test_sessions_that_start_end_go_and_come_back_are_seen_at_once_though_their_questions_rest(
    watched: Watched, other_desk: Database, actor: Actor
) -> None:
    def as_seen(database: Database) -> list[tuple[SessionRow, ...]]:
        return [database.read(partial(health.survey, now=watched.now, finished=some)).sessions for some in (None, 0)]

    for place, deed in enumerate((*DEEDS, last_is_taken_back, portal_starts)):
        deed(other_desk, actor)
        watched.fresh.kept.clear()
        assert as_seen(watched.database) == as_seen(watched.fresh), f"deed {place}"


@pytest.mark.usefixtures("rests")
def test_questions_that_somebody_has_changed_are_seen_once_whoever_looks_wants_to_see_everything(
    watched: Watched,
) -> None:
    watched.change(
        *("questions_examquestion", "session_id = {session} AND question_id = {question}", "question_id", "{other}")
    )
    survey = partial(health.survey, now=watched.now, finished=None)
    assert watched.database.read(survey) == watched.seen[0]
    watched.database.wake()
    assert watched.database.read(survey) == watched.fresh.read(survey) != watched.seen[0]


def test_what_this_desk_does_is_seen_by_its_own_next_look(watched: Watched, actor: Actor) -> None:
    for place, deed in enumerate(DEEDS):
        deed(watched.database, actor)
        watched.compare(f"deed {place}")
