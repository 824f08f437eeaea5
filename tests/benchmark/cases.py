"""What is compared: operations on everybody, and the same change of the portal's rows as plain SQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import select, text

from desktop_admin.controllers.operations import apply
from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.operations.clear import CLEAR, ClearAsked
from desktop_admin.controllers.operations.kind import Asked, CandidatesAsked, Operation
from desktop_admin.controllers.operations.papers import ACTIVATE, PapersAsked
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.operations.restore import RESTORE
from desktop_admin.controllers.operations.restore import work as restoring
from desktop_admin.controllers.operations.slots import ASSIGN, REASSIGN, RESET
from desktop_admin.controllers.operations.time import GIVE_TIME, TimeAsked
from desktop_admin.controllers.operations.undo import UNDO
from desktop_admin.controllers.operations.undo import work as undoing
from desktop_admin.controllers.portal.facts import Facts
from desktop_admin.controllers.values.lines import Actor, Chosen, PaperChoice
from desktop_admin.database.session import Session
from desktop_admin.database.statements import sql
from desktop_admin.database.tables.portal import ExamSession
from desktop_admin.practice import sample
from desktop_admin.rules import Paper
from tests import portal
from tests.benchmark.filled import FIRST

EVERYONE = Chosen(everyone=True)
ACTOR = Actor(name=portal.SUPERVISOR, user_id=portal.SUPERVISOR_ID, verified=True, desk="benchmark")
_OPEN = "SELECT id FROM questions_examsession WHERE completed_at IS NULL"
_SLOT = ("has_exam_slot", "slot_assigned_at", "slot_assigned_by_id", "slot_attempting_at")
_TABLES = ("questions_examsession", "questions_examquestion", "django_session")

Planner = Callable[[Facts], Plan]


@dataclass(frozen=True)
class Case:
    """One operation on everybody.

    Attributes:
        plan: plans it.
        plain: the same change as plain SQL, by the dialect's name.
        clears: whether sessions go, and so must come back.
        among: which sessions it is about.
        slots: the state that the slots must be in before it, and what it makes of them; None where it leaves them.
        restores: whether it is taken back by a restore instead of an undo.
    """

    plan: Planner
    plain: Callable[[str], Sequence[str]]
    clears: bool = True
    among: str = _OPEN
    slots: tuple[bool, bool] | None = None
    restores: bool = False


def _gone(dialect: str, wanted: str = _OPEN) -> tuple[str, ...]:
    """Remove incomplete sessions, and every login."""
    logins = "DELETE FROM django_session"
    if dialect == "mysql":
        among = f"({wanted}) AS o JOIN questions_examquestion q ON q.session_id = o.id"
        questions = f"DELETE q FROM {among}"
        sessions = f"DELETE s FROM questions_examsession s JOIN ({wanted}) AS o ON o.id = s.id"
        return questions, sessions, logins
    questions = f"DELETE FROM questions_examquestion WHERE session_id IN ({wanted})"
    return questions, f"DELETE FROM questions_examsession WHERE id IN ({wanted})", logins


def _slots(given: bool) -> str:
    moment = "CURRENT_TIMESTAMP" if given else "NULL"
    return (
        f"UPDATE registration_candidateprofile SET has_exam_slot = {given}, slot_assigned_at = {moment}, "
        f"slot_assigned_by_id = NULL, slot_attempting_at = NULL WHERE id >= {FIRST}"
    )


def _plan(facts: Facts, *, kind: Operation, asked: Asked) -> Plan:
    return apply.plan(facts.session, kind, asked, facts=facts)


def _switch(facts: Facts) -> Plan:
    trade_id = sample.trade_id(facts.session, name="TTC")
    return _plan(facts, kind=ACTIVATE, asked=PapersAsked((PaperChoice(trade_id, Paper.PRIMARY, "A"),)))


def _clear(facts: Facts) -> Plan:
    query = select(ExamSession.id).where(ExamSession.completed_at.is_(None)).order_by(ExamSession.id)
    ids = facts.session.execute(query).scalars().all()
    return _plan(facts, kind=CLEAR, asked=ClearAsked(tuple(ids)))


_OF_TTC = f"{_OPEN} AND trade_id = 1 AND exam_type = 'PRIMARY'"


def _plain_switch(dialect: str) -> tuple[str, ...]:
    return (*_gone(dialect, _OF_TTC), "UPDATE questions_activatesets SET active_primary_set = 'A' WHERE trade_id = 1")


def _plain_time(dialect: str) -> tuple[str, ...]:
    minutes = "interval '60 minutes'" if dialect == "postgresql" else 60 * 60_000_000
    longer = f"UPDATE questions_examsession SET duration = {minutes} WHERE completed_at IS NULL"
    return longer, "DELETE FROM django_session"


CASES = {
    "reset": Case(
        partial(_plan, kind=RESET, asked=CandidatesAsked(EVERYONE)),
        lambda dialect: (*_gone(dialect), _slots(False)),
        slots=(True, False),
    ),
    "assign": Case(
        partial(_plan, kind=ASSIGN, asked=CandidatesAsked(EVERYONE)),
        lambda dialect: (*_gone(dialect), _slots(True)),
        slots=(False, True),
    ),
    "reassign": Case(
        partial(_plan, kind=REASSIGN, asked=CandidatesAsked(EVERYONE)),
        lambda dialect: (*_gone(dialect), _slots(True)),
        slots=(True, True),
    ),
    "clear": Case(_clear, _gone, restores=True),
    "switch": Case(_switch, _plain_switch, among=_OF_TTC),
    "give time": Case(
        partial(_plan, kind=GIVE_TIME, asked=TimeAsked(EVERYONE, minutes_left=60)), _plain_time, clears=False
    ),
}


def prepare(session: Session, case: Case) -> None:
    """Bring the slots into the state that the operation needs, and keep what plain SQL puts back."""
    session.execute(text(_slots(case.slots is None or case.slots[0])))
    for table in (*_TABLES, "registration_candidateprofile"):
        session.execute(text(f"DROP TABLE IF EXISTS kept_{table}"))
    kept = {
        _TABLES[0]: f"id IN ({case.among})",
        _TABLES[1]: f"session_id IN ({case.among})",
        _TABLES[2]: "1 = 1",
        "registration_candidateprofile": f"id >= {FIRST}",
    }
    for table, where in kept.items():
        session.execute(text(f"CREATE TABLE kept_{table} AS SELECT * FROM {table} WHERE {where}"))


def _back(dialect: str, case: Case) -> list[str]:
    """The rows as they were, as plain SQL."""
    back = [f"INSERT INTO {table} SELECT * FROM kept_{table}" for table in (_TABLES if case.clears else _TABLES[2:])]
    if case.slots:
        back.append(_update(dialect, "registration_candidateprofile", _SLOT))
    if not case.clears:
        back.append(_update(dialect, _TABLES[0], ("duration",)))
    if case is CASES["switch"]:
        back.append("UPDATE questions_activatesets SET active_primary_set = 'E' WHERE trade_id = 1")
    return back


def _update(dialect: str, table: str, columns: Sequence[str]) -> str:
    if dialect == "mysql":
        written = ", ".join(f"t.{name} = k.{name}" for name in columns)
        return f"UPDATE {table} t JOIN kept_{table} k ON k.id = t.id SET {written}"
    written = ", ".join(f"{name} = k.{name}" for name in columns)
    return f"UPDATE {table} SET {written} FROM kept_{table} k WHERE k.id = {table}.id"


def ours(case: Case, *, back: Changes | None = None) -> Callable[[Session], Changes]:
    """The operation, or what takes it ``back``, planned under the lock as the command does it with ``--yes``."""

    def job(session: Session) -> Changes:
        facts = Facts(session, noting=True)
        plan = case.plan(facts) if back is None else _taking_back(facts, case, back)
        return apply.apply(session, plan=plan, actor=ACTOR, shown=False, facts=facts)

    return job


def _taking_back(facts: Facts, case: Case, done: Changes) -> Plan:
    assert done.op_id is not None
    if not case.restores:
        return _plan(facts, kind=UNDO, asked=undoing.asked(facts.session, op_id=done.op_id))
    wanted = restoring.asked(facts.session, session_ids=done.session_ids, archived_by=done.op_id, override=True)
    return _plan(facts, kind=RESTORE, asked=wanted)


def plain(case: Case, *, back: bool) -> Callable[[Session], None]:
    """The same as plain SQL."""

    def job(session: Session) -> None:
        dialect = sql.dialect(session)
        for statement in _back(dialect, case) if back else case.plain(dialect):
            session.execute(text(statement))

    return job


def settle(session: Session, case: Case) -> None:
    """A restore brings no logins back."""
    if case.restores:
        session.execute(text("DELETE FROM django_session"))
        session.execute(text("INSERT INTO django_session SELECT * FROM kept_django_session"))
