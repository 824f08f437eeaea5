"""Short ways to plan and apply, and to name candidates and sessions of the small portal."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from desktop_admin.controllers.operations import apply as operations
from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.operations.kind import Operation
from desktop_admin.controllers.operations.papers import PapersAsked
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.operations.slots import ASSIGN, REASSIGN, RESET
from desktop_admin.controllers.portal import candidates
from desktop_admin.controllers.values.lines import Actor, Chosen, Line, PaperChoice
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session, server_now
from desktop_admin.database.tables.portal import CandidateProfile, ExamSession, Trade
from desktop_admin.practice.sample_sessions import Pool, add_session
from desktop_admin.rules import Paper
from tests import accounts, planning

Planner = Callable[[Session], Plan]
SLOT_KINDS = (ASSIGN, RESET, REASSIGN)


def apply_now(database: Database, actor: Actor, planner: Planner, *, reason: str | None = None) -> Changes:
    """Plan and apply in one transaction, as the command line does."""

    def job(session: Session) -> Changes:
        return operations.apply(session, plan=planner(session), actor=actor, reason=reason, shown=False)

    return database.write(job)


def apply_shown(database: Database, actor: Actor, plan: Plan, *, reason: str | None = None) -> Changes:
    """Apply a plan that a person saw, as the window does."""
    return database.write(partial(operations.apply, plan=plan, actor=actor, reason=reason))


def slots_plan(operation: Operation, chosen: Chosen) -> Planner:
    """How an operation that asks for candidates alone is planned for these."""
    return partial(planning.plan_slots, kind=operation, chosen=chosen)


def slot(database: Database, actor: Actor, operation: Operation, *army_nos: str) -> Changes:
    """Assign, reset or reassign, or whatever else asks for candidates alone."""
    return apply_now(database, actor, slots_plan(operation, chosen(database, *army_nos)))


def sign_out(database: Database, actor: Actor, *army_nos: str) -> Changes:
    """Sign candidates out."""
    return apply_now(database, actor, partial(planning.plan_sign_out, chosen=chosen(database, *army_nos)))


def give_time(database: Database, actor: Actor, *army_nos: str, **asked: Any) -> Changes:
    """Give time; how much, as ``TimeAsked`` has it."""
    return apply_now(database, actor, partial(planning.plan_time, chosen=chosen(database, *army_nos), **asked))


def check_in(database: Database, actor: Actor, *army_nos: str, **asked: Any) -> Changes:
    """Check candidates in; on which day, at which door and seat, as ``CheckInAsked`` has it."""
    return apply_now(database, actor, partial(planning.plan_check_in, chosen=chosen(database, *army_nos), **asked))


def withdraw(database: Database, actor: Actor, *army_nos: str, reason: str | None = "a mistake") -> Changes:
    """Withdraw check-ins."""
    planner = partial(planning.plan_withdrawal, chosen=chosen(database, *army_nos))
    return apply_now(database, actor, planner, reason=reason)


def undo(database: Database, actor: Actor, done: Changes) -> Changes:
    """Take back what was done."""
    return apply_now(database, actor, partial(planning.plan_undo, undoes=done.op_id or ""))


def clear(database: Database, actor: Actor, *session_ids: int) -> Changes:
    """Clear sessions."""
    return apply_now(database, actor, partial(planning.plan_clear, session_ids=session_ids))


def accept(database: Database, actor: Actor, *army_nos: str) -> Changes:
    """Let the candidates' sessions on another set be finished."""
    return apply_now(database, actor, partial(planning.plan_accept, chosen=chosen(database, *army_nos)))


def activation(
    database: Database,
    *wishes: tuple[str, str],
    paper: Paper = Paper.PRIMARY,
    allow_too_few: bool = False,
    **sparing: Any,
) -> Planner:
    """How a set switch is planned for (trade, letter) wishes."""
    choices = [PaperChoice(trade(database, name), paper, letter) for name, letter in wishes]
    return partial(planning.plan_activate, choices=choices, allow_too_few=allow_too_few, **sparing)


def activate(
    database: Database,
    actor: Actor,
    *wishes: tuple[str, str],
    paper: Paper = Paper.PRIMARY,
    allow_too_few: bool = False,
    **sparing: Any,
) -> Changes:
    """Switch sets."""
    planner = activation(database, *wishes, paper=paper, allow_too_few=allow_too_few, **sparing)
    return apply_now(database, actor, planner)


def papers_plan(
    database: Database, *names: str, paper: Paper, allow_too_few: bool = False, force: bool = False, **wish: Any
) -> Planner:
    """How the same is planned for a paper of these trades, or of all: ``letter``, ``opens``, ``minutes``."""
    trade_ids = [trade(database, name) for name in names] or [one.id for one in database.read(candidates.trades)]
    choices = tuple(PaperChoice(trade_id, paper, **wish) for trade_id in trade_ids)
    return partial(planning.plan_papers, asked=PapersAsked(choices, allow_too_few=allow_too_few, force=force))


def set_papers(database: Database, actor: Actor, *names: str, paper: Paper, **wish: Any) -> Changes:
    """Open, close or set the duration of a paper of these trades, or of all."""
    return apply_now(database, actor, papers_plan(database, *names, paper=paper, **wish))


def chosen(database: Database, *army_nos: str) -> Chosen:
    """The candidates of these army numbers."""
    return Chosen(user_ids=database.read(partial(candidates.require, army_nos=army_nos)))


def user(database: Database, army_no: str) -> int:
    """The account of a candidate."""
    return database.read(partial(candidates.require, army_nos=[army_no]))[0]


def trade(database: Database, name: str) -> int:
    """The id of a trade."""
    return database.read(lambda session: session.execute(select(Trade.id).where(Trade.name == name)).scalar_one())


def sessions_of(database: Database, army_no: str) -> list[int]:
    """Ids of a candidate's incomplete sessions, ascending."""
    wanted = (
        select(ExamSession.id)
        .join(CandidateProfile, CandidateProfile.user_id == ExamSession.user_id)
        .where(CandidateProfile.army_no == army_no, ExamSession.completed_at.is_(None))
        .order_by(ExamSession.id)
    )
    return list(database.read(lambda session: session.execute(wanted).scalars().all()))


def start(
    database: Database, army_no: str, *, trade_name: str, letter: str, paper: Paper = Paper.PRIMARY, minutes: int = 1
) -> int:
    """One more incomplete session, as the portal would write it some minutes ago."""

    user_id, trade_id = user(database, army_no), trade(database, trade_name)

    def job(session: Session) -> int:
        started = server_now(session) - timedelta(minutes=minutes)
        return add_session(
            session,
            Pool.read(session),
            user_id=user_id,
            trade_id=trade_id,
            paper=paper,
            letter=letter,
            started_at=started,
            pick=random.Random(3),
        )

    return accounts.write(database, job)


def refusals(lines: tuple[Line, ...]) -> dict[str, str]:
    """Army number (or trade) and code of the reason of each refused line."""
    return {
        line.army_no or line.trade or line.username or "?": line.reason.code
        for line in lines
        if line.outcome == "refused" and line.reason is not None
    }


def applied(lines: tuple[Line, ...]) -> list[str]:
    """Army numbers (or trades) of the applied lines."""
    return [line.army_no or line.trade or line.username or "?" for line in lines if line.outcome == "applied"]


def notes(line: Line) -> list[str]:
    """Codes of a line's notes."""
    return [note.code for note in line.notes]


def line_of(lines: tuple[Line, ...], name: str) -> Line:
    """The line of an army number, or of a trade."""
    return next(line for line in lines if name in (line.army_no, line.trade if line.is_trade else None))
