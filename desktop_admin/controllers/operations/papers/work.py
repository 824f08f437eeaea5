"""What setting papers would do: switching their sets, opening and closing them, changing how long they last."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Set
from dataclasses import replace
from datetime import datetime
from typing import Any

from desktop_admin.controllers.archive.images import Images
from desktop_admin.controllers.operations import papers as face
from desktop_admin.controllers.operations.clear import work as clearing
from desktop_admin.controllers.operations.kind import Operation
from desktop_admin.controllers.operations.papers import PapersAsked, copies, judging, sparing, switches, wish
from desktop_admin.controllers.operations.plan import Plan, Planned, Work
from desktop_admin.controllers.portal import candidates, open_sessions
from desktop_admin.controllers.portal.facts import Facts
from desktop_admin.controllers.portal.open_sessions import Held, OpenSession
from desktop_admin.controllers.values.lines import Actor, PaperChoice
from desktop_admin.database.session import Session
from desktop_admin.database.statements import sql
from desktop_admin.errors import TryAgain
from desktop_admin.messages import Message
from desktop_admin.rules import Paper, Refusal, belonging_set


def _plan(facts: Facts, asked: PapersAsked) -> Planned:
    """A line for each trade's paper, then one for each candidate whose session is cleared, or spared."""
    trade_ids = {choice.trade_id for choice in asked.choices}
    facts.lock_ahead(trade_ids=trade_ids)
    papers = facts.papers
    theirs = facts.open_of_trades(trade_ids)
    sessions = [one for one in theirs if not trade_ids.isdisjoint((one.profile_trade_id, one.row_trade_id))]
    choices = tuple(
        replace(one, before=one.before or papers.setting(trade_id=one.trade_id, paper=one.paper))
        for one in sorted(asked.choices, key=lambda choice: (choice.paper, papers.trades[choice.trade_id][0]))
    )
    asked = replace(asked, choices=choices)
    judged = judging.Judging(facts, asked, judging.by_place(choices, sessions))
    trades = [judged.line(choice) for choice in choices]
    # Where most are writing it matters most that nothing was done.
    trades.sort(key=lambda line: (line.outcome == "applied", -judged.writing(line.choice)))
    accepted = [line.choice for line in trades if line.outcome == "applied" and line.choice]
    switched = [choice for choice in accepted if choice.letter is not None]
    held = facts.held(sessions) if switched else {}
    ids = {one.id for one in sessions if any(_leaves_behind(choice, one, held.get(one.id, {})) for choice in switched)}
    ids -= sparing.finishing(facts, sessions, switched)
    asked, spared = sparing.chosen(facts, asked, {one.id: one.user_id for one in sessions if one.id in ids})
    ids -= {row.id for row in spared}
    _lock_ahead(facts, theirs, ids, trade_ids)
    people = clearing.lines_for(facts, session_ids=ids) if ids else ()
    notes = (*open_sessions.notes_on_size(len(ids)), *judged.notes(accepted))
    return Planned((*trades, *sparing.lines(facts, asked, people, spared)), notes=notes, asked=asked)


def _lock_ahead(facts: Facts, sessions: list[OpenSession], ids: Set[int], trade_ids: Collection[int]) -> None:
    """Lock whose sessions are cleared, where the plan is carried out in this very write.

    Raises:
        TryAgain: one of the sessions was completed, or its candidate moved, before its candidate was locked.
    """
    locked = facts.lock_ahead(user_ids={one.user_id for one in sessions if one.id in ids})
    if locked and facts.open_of_trades(trade_ids) != sessions:
        raise TryAgain


def _plan_again(facts: Facts, plan: Plan) -> Planned:
    """The same from the rows as they are now.

    A candidate whose session would have been cleared and is not any more, because the trade is refused by now or the
    candidate was moved to another one, is told that it stays.
    """
    assert isinstance(plan.asked, PapersAsked)
    again = _plan(facts, plan.asked)
    met = {session_id for line in again.lines for session_id in (*line.cleared, *line.accepted)}
    named = {line.user_id for line in again.lines if line.outcome == "applied"}
    left = sql.numbers({*plan.session_ids, *plan.accepted_ids} - met)
    staying = {one.user_id for one in open_sessions.incomplete(facts.session, among=left)} - named
    stays = Message.of(Refusal.SESSION_STAYS)
    told = tuple(line.as_refused(stays) for line in plan.lines if line.user_id in staying)
    return replace(again, lines=(*again.lines, *told))


def _leaves_behind(choice: PaperChoice, one: OpenSession, held: Held) -> bool:
    """Whether the switch must clear the session: it holds a question of another set, or none."""
    assert choice.letter is not None
    wanted = belonging_set(paper=choice.paper, trade_id=choice.trade_id, letter=choice.letter)
    return judging.belongs(choice, one) and set(held) != {wanted}


def _asked(session: Session, options: Mapping[str, Any], **wish: Any) -> PapersAsked:
    names = options["trades"]
    named = candidates.require_trades(session, names=names) if names else candidates.trades(session)
    choices = tuple(PaperChoice(trade.id, Paper(options["paper"]), **wish) for trade in named)
    asked = {name: options[name] for name in ("allow_too_few", "force", "let_finish_under") if name in options}
    if spared := options.get("let_finish"):
        asked["let_finish"] = candidates.require(session, army_nos=spared)
    return PapersAsked(choices, **asked)


def _change(session: Session, plan: Plan, actor: Actor, now: datetime) -> list[Images]:
    """Write what the plan's applied lines say, and give back what the changed columns held before."""
    return [
        *copies.write(session, plan, actor, now),
        *switches.write(session, plan, actor, now),
        *switches.write_durations(session, plan),
        *wish.follow(session, plan, actor, now),
    ]


_Ask = Callable[[Session, Mapping[str, Any], Actor], PapersAsked]
_ASKS: dict[Operation, _Ask] = {
    face.ACTIVATE: lambda session, options, _actor: _asked(session, options, letter=options["letter"]),
    face.OPEN: lambda session, options, _actor: _asked(session, options, opens=True),
    face.CLOSE: lambda session, options, _actor: _asked(session, options, opens=False),
    face.SET_DURATION: lambda session, options, _actor: _asked(session, options, minutes=options["minutes"]),
}

WORKS = tuple(
    Work(kind=kind, plan=_plan, again=_plan_again, ask=_ASKS.get(kind), change=_change)
    for kind in (face.ACTIVATE, face.OPEN, face.CLOSE, face.SET_DURATION, face.ARRANGE)
)
