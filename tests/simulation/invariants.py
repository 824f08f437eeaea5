"""What must hold in a database at every moment, whatever was killed, cut or raced."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import select

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.portal import given_time
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.database.tables.own import ArchivedSession, GivenTime, OperationRow
from desktop_admin.database.tables.portal import ExamQuestion, ExamSession

Given = tuple[str, int, int]
"""An operation, a session, and the minutes that it was given."""
Sessions = dict[int, frozenset[int]]
"""Sessions with the ids of their questions."""


def sessions_in_portal(database: Database) -> Sessions:
    """Every session of the portal with its questions."""

    def read(session: Session) -> Sessions:
        found: dict[int, set[int]] = {id_: set() for id_ in session.execute(select(ExamSession.id)).scalars()}
        for session_id, question in session.execute(select(ExamQuestion.session_id, ExamQuestion.question_id)):
            # A question without its session would be a key that is missing here.
            found[session_id].add(question)
        return {id_: frozenset(questions) for id_, questions in found.items()}

    return database.read(read)


def sessions_in_archive(database: Database) -> Sessions:
    """Every archived session with its questions; an id that was archived twice fails."""

    def read(session: Session) -> Sessions:
        rows = session.execute(select(ArchivedSession.session_id, ArchivedSession.questions)).all()
        assert len({session_id for session_id, _ in rows}) == len(rows), "a session was archived twice"
        return {
            session_id: frozenset(question for *_, question in json.loads(questions)[1:])
            for session_id, questions in rows
        }

    return database.read(read)


def check_nothing_lost(database: Database, ever: Sessions) -> None:
    """Each session there ever was is either in the portal or in the archive, with all its questions."""
    portal, archive = sessions_in_portal(database), sessions_in_archive(database)
    assert not portal.keys() & archive.keys(), "in the portal and in the archive"
    assert portal | archive == ever


def check_log(database: Database, *, applied: Iterable[str] = (), unknown: Iterable[str] = ()) -> None:
    """The log numbers without gaps, and tells of exactly the archived sessions and the operations known as applied.

    It tells as well of exactly the time that was given, and incomplete sessions have what they were given last.

    Args:
        applied: operation ids that were reported as applied.
        unknown: operation ids of which nobody knows whether they were applied.
    """

    def read(session: Session) -> tuple[list[tuple[int, str]], set[tuple[str, int]], set[tuple[str, int]]]:
        rows = session.execute(select(OperationRow.seq, OperationRow.op_id, OperationRow.body)).all()
        told = {
            (row.op_id, session_id)
            for row in rows
            for line in json.loads(row.body)["lines"]
            for session_id in line.get("cleared", ())
        }
        kept = {(a, b) for a, b in session.execute(select(ArchivedSession.op_id, ArchivedSession.session_id))}
        return sorted((row.seq, row.op_id) for row in rows), told, kept

    rows, told, kept = database.read(read)
    assert [seq for seq, _ in rows] == list(range(1, len(rows) + 1))
    assert told == kept
    check_given(database)
    recorded = [op_id for _, op_id in rows]
    assert len(set(recorded)) == len(recorded)
    assert set(applied) <= set(recorded) <= set(applied) | set(unknown)


def check_given(database: Database) -> None:
    """What was given is what the log tells, and what the incomplete sessions have that nobody wrote since."""

    def read(session: Session) -> tuple[set[Given], set[Given], dict[int, timedelta | None], dict[int, int]]:
        bodies = session.execute(select(OperationRow.op_id, OperationRow.body)).all()
        lines = [(op_id, line.get("given")) for op_id, body in bodies for line in json.loads(body)["lines"]]
        told = {(op_id, given[0], given[1]) for op_id, given in lines if given is not None and given[0] is not None}
        rows = session.execute(select(GivenTime.op_id, GivenTime.session_id, GivenTime.minutes))
        kept = {(a, b, c) for a, b, c in rows}
        open_ones = select(ExamSession.id, ExamSession.duration).where(ExamSession.completed_at.is_(None))
        durations = dict(iter(session.execute(open_ones)))
        given = given_time.latest(session, session_ids=list(durations))
        return told, kept, durations, {id_: one.minutes for id_, one in given.items()}

    told, kept, durations, given = database.read(read)
    assert told == kept
    assert {id_: durations[id_] for id_ in given} == {id_: timedelta(minutes=one) for id_, one in given.items()}


def stuck_on_another_set(database: Database) -> list[int]:
    """Sessions that are stuck because of their set; none may be left by an operation."""
    stuck = database.read(lambda session: health.survey(session, finished=0)).stuck
    return [row.id for row in stuck if any(finding.kind == "other_set" for finding in row.findings)]
