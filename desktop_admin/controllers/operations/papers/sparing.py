"""Which sessions a set switch leaves to be finished on the set that they are on.

They are chosen when the switch is planned, session by session, by candidate, or by the time that is left. Whoever
starts on the old set afterwards is cleared.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.operations.accept import work as accepting
from desktop_admin.controllers.operations.papers import PapersAsked
from desktop_admin.controllers.portal import accepted, candidates
from desktop_admin.controllers.portal.facts import Facts
from desktop_admin.controllers.portal.open_sessions import OpenSession
from desktop_admin.controllers.values.lines import Line, PaperChoice
from desktop_admin.controllers.values.sessions import SessionRow
from desktop_admin.database.statements import sql
from desktop_admin.messages import Message
from desktop_admin.rules import Refusal


def finishing(facts: Facts, sessions: Sequence[OpenSession], choices: Collection[PaperChoice]) -> set[int]:
    """The sessions that stay because they may be finished beside the very letter that is activated once more."""
    again = {one.place: one.letter for one in choices if one.letter and one.before and one.letter == one.before.letter}
    given = accepted.find(facts.session, session_ids=[one.id for one in sessions]) if again else {}
    found = set()
    for one in sessions:
        place = (one.profile_trade_id or one.row_trade_id or 0, one.paper)
        if one.id in given and place in again:
            holds = given[one.id].holds(trade_id=place[0], paper=one.paper, active=again[place])
            found |= {one.id} if holds else set()
    return found


def chosen(facts: Facts, asked: PapersAsked, clearing: Mapping[int, int]) -> tuple[PapersAsked, list[SessionRow]]:
    """What was asked with the sessions that are spared as it says, and these.

    Args:
        clearing: the sessions that the switch would clear, with their accounts.
    """
    if not asked.spares or not clearing:
        return replace(asked, spared=asked.spared or ()), []
    rows = [row for row in health.examine(facts, user_ids=clearing.values()) if row.id in clearing]
    if asked.spared is not None:
        return asked, [row for row in rows if row.id in asked.spared]
    # All of a candidate's, because to clear one would end the login, and with it what is typed in the other.
    users = {*asked.let_finish, *(row.user_id for row in rows if _ends_soon(row, asked, facts))}
    spared = [row for row in rows if row.user_id in users]
    return replace(asked, spared=tuple(sorted(row.id for row in spared))), spared


def _ends_soon(row: SessionRow, asked: PapersAsked, facts: Facts) -> bool:
    """Whether less is left than was asked; whose time is over has to be named, because it may be over for days.

    What cannot be resumed, whatever its set, is nobody's who is writing.
    """
    if asked.let_finish_under is None or row.ends_at is None or row.hindrances:
        return False
    return timedelta() <= row.ends_at - facts.now < timedelta(minutes=asked.let_finish_under)


def lines(facts: Facts, asked: PapersAsked, cleared: Sequence[Line], spared: Sequence[SessionRow]) -> tuple[Line, ...]:
    """The lines of the cleared, and behind them those of the spared, and of whoever was named in vain.

    Whoever has a session that is cleared and one that is spared keeps one line.
    """
    of_user: dict[int, list[SessionRow]] = {}
    for row in spared:
        of_user.setdefault(row.user_id, []).append(row)
    both = tuple(_finishes(line, of_user.get(line.user_id or 0, ())) for line in cleared)
    named = {line.user_id for line in cleared}
    in_vain = Message.of(Refusal.NOTHING_TO_SPARE)
    others = (of_user.keys() | set(asked.let_finish)) - named
    found = candidates.owners(facts.session, user_ids=sql.numbers(others)) if others else {}
    alone = {user_id: owner.line("applied") for user_id, owner in found.items() if user_id in of_user}
    return (
        *both,
        *(_finishes(line, of_user[user_id]) for user_id, line in alone.items()),
        *(owner.line("refused", reason=in_vain) for user_id, owner in found.items() if user_id not in of_user),
    )


def _finishes(line: Line, rows: Sequence[SessionRow]) -> Line:
    if not rows:
        return line
    told = (*line.notes, *accepting.notes(rows))
    return replace(line, accepted=tuple(sorted(row.id for row in rows)), notes=told)
