"""Undo: an operation taken back exactly, where nothing has touched what it did.

Of a bulk operation or a set switch, whoever has restarted or submitted since is named and left as he is; all the
others get everything back in one transaction: slot columns, sets, sessions and portal logins.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from desktop_admin.controllers.archive import answers, cleared, images
from desktop_admin.controllers.archive.cleared import Archived
from desktop_admin.controllers.archive.images import Images
from desktop_admin.controllers.operations.clear import work as clearing
from desktop_admin.controllers.operations.undo import past, touched
from desktop_admin.controllers.operations.undo.past import Past, last_of
from desktop_admin.controllers.portal import logins
from desktop_admin.controllers.values.plans import Actor, Line, Plan, SetChoice, new_op_id
from desktop_admin.database.own import RestoredSession
from desktop_admin.database.session import Session, bypass_guard, has_own_tables, server_now
from desktop_admin.errors import UsageProblem
from desktop_admin.messages import Message
from desktop_admin.rules import Operation, Refusal

_SCREEN = {Operation.RESTORE: "screen_restart", Operation.REOPEN: "screen_undo_reopen"}
"""What happens on the candidate's screen, where it is not that he writes on."""

__all__ = ["last_of", "plan_again", "plan_undo", "take_back"]


def plan_undo(session: Session, *, undoes: str, op_id: str | None = None, now: datetime | None = None) -> Plan:
    """What undoing an operation would do: a line for each trade that it switched, and for each candidate.

    Args:
        session: the database session.
        undoes: the ``op_id`` of the operation.
        op_id: the undo's own id, where it has one already.
        now: the database's time, UTC.

    Raises:
        UsageProblem: the log has no such operation.
        AdminError: it has been undone already, or is an undo itself.
    """
    if not has_own_tables(session):
        raise UsageProblem("no_such_operation", op_id=undoes)
    moment = now or server_now(session)
    done = past.read(session, op_id=undoes)
    trades = _trade_lines(session, done)
    people = _candidate_lines(session, done, trades, moment)
    return Plan(
        operation=Operation.UNDO,
        lines=(*trades, *people),
        op_id=op_id or new_op_id(),
        choices=tuple(line.choice for line in trades if line.choice is not None),
        archived=tuple(one.key for one in done.archived),
        undoes=undoes,
        undone=done.operation,
        undone_by=(done.row.person, done.row.person_id),
        screen=Message.of(_SCREEN.get(done.operation, "screen_undo")),
        notes=(Message.of("undo_of", operation=done.operation, at=done.row.at, person=done.row.person, op_id=undoes),),
    )


def plan_again(session: Session, plan: Plan, now: datetime) -> Plan:
    """The same plan from the rows as they are now."""
    assert plan.undoes is not None
    return plan_undo(session, undoes=plan.undoes, op_id=plan.op_id, now=now)


def take_back(session: Session, plan: Plan, _actor: Actor, now: datetime) -> list[Images]:
    """Write what the applied lines' columns held before, put their sessions back, then their logins."""
    assert plan.undoes is not None
    done = past.read(session, op_id=plan.undoes)
    users = set(plan.user_ids)
    choices = [line.choice for line in plan.lines if line.choice is not None and line.outcome == "applied"]
    trades = {(choice.trade_id, choice.paper) for choice in choices}
    # Its own switch back must not let the guard clear those who started since: they are left as they are.
    bypass_guard(session)
    coming = set(plan.restored_ids)
    # Before anything else is written, because it sees whether the disk has room for it.
    cleared.put_back(session, archived=[one for one in done.archived if one.session_id in coming], by_op_id=plan.op_id)
    # The universal wish goes back only together with every trade.
    everywhere = len(trades) == len(done.trades)
    written = [images.revert(session, one, users=users, trades=trades, everywhere=everywhere) for one in done.images]
    if done.operation is Operation.REOPEN:
        answers.put_back(session, op_id=plan.undoes, user_ids=users)
    returning = {line.user_id for line in plan.lines if line.user_id is not None and line.returned_logins}
    logins.give_back(session, user_ids=returning, op_id=plan.undoes, now=now)
    return [one for one in written if one.before]


def _trade_lines(session: Session, done: Past) -> tuple[Line, ...]:
    """A line for each trade's paper that was switched: back to the letter before, unless it was switched again."""
    if not done.trades:
        return ()
    changed = images.touched_trades(session, done.images)
    before = images.letters_before(done.images)
    lines = []
    for line in done.trades:
        assert line.choice is not None
        trade_id, paper = line.choice.trade_id, line.choice.paper
        choice = SetChoice(trade_id, paper, before[trade_id, paper])
        fresh = Line("applied", name=line.name, trade=line.trade, choice=choice)
        if (trade_id, paper) in changed:
            reason = Message.of(Refusal.SETS_CHANGED_SINCE, trade=line.trade or line.name)
            fresh = replace(fresh, outcome="refused", reason=reason)
        lines.append(fresh)
    return tuple(lines)


@dataclass(frozen=True, slots=True)
class _Logins:
    """How many logins each account has, and how many of those that the operation ended could come back."""

    live: Mapping[int, int]
    returnable: Mapping[int, int]


def _candidate_lines(session: Session, done: Past, trades: tuple[Line, ...], now: datetime) -> tuple[Line, ...]:
    of_user: dict[int, list[Archived]] = {}
    for one in done.archived:
        of_user.setdefault(one.user_id, []).append(one)
    since = touched.read(session, done, trades)
    signed_in = _Logins(
        live=logins.live_counts(session, now=now),
        returnable=logins.returnable(session, op_id=done.row.op_id, now=now),
    )
    clears = _clears(session, done, now)
    lines = []
    for user_id, line in done.people.items():
        theirs = of_user.get(user_id, [])
        reason = touched.refusal(line, theirs, since)
        if reason is None and done.operation is Operation.RESTORE and user_id not in clears:
            reason = Message.of(Refusal.SESSION_GONE)
        lines.append(_line(line, reason, theirs, clears.get(user_id), signed_in))
    return (*lines, *touched.started(session, done, trades, done.people))


def _clears(session: Session, done: Past, now: datetime) -> dict[int, Line]:
    """For the undo of a restore, what clearing the sessions that it put back means, by account."""
    if done.operation is not Operation.RESTORE:
        return {}
    put_back = select(RestoredSession.session_id).where(RestoredSession.by_op_id == done.row.op_id)
    session_ids = session.execute(put_back).scalars().all()
    lines = clearing.lines_for(session, session_ids=session_ids, now=now)
    return {line.user_id: line for line in lines if line.user_id is not None}


def _line(
    line: Line, reason: Message | None, theirs: Collection[Archived], clears: Line | None, signed_in: _Logins
) -> Line:
    user_id = line.user_id or 0
    fresh = clears or Line(
        outcome="applied",
        user_id=line.user_id,
        army_no=line.army_no,
        username=line.username,
        name=line.name,
        trade=line.trade,
    )
    if reason is not None:
        return fresh.as_refused(reason)
    back = 0 if user_id in signed_in.live else signed_in.returnable.get(user_id, 0)
    notes = list(fresh.notes)
    if line.ended_logins and not back:
        notes.append(Message.of("note_logged_in_since" if user_id in signed_in.live else "note_logins_gone"))
    return replace(
        fresh,
        restored=tuple(sorted(one.session_id for one in theirs)),
        returned_logins=back,
        notes=tuple(notes),
    )
