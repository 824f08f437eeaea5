"""What accepting sessions would do; ``rows`` writes it down, and no column of the portal's changes.

Refusals are checked in this order: no such session any more, no trade, not on another set, accepted already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.operations import accept as face
from desktop_admin.controllers.operations.accept import AcceptAsked
from desktop_admin.controllers.operations.plan import Planned, Work
from desktop_admin.controllers.portal import candidates
from desktop_admin.controllers.portal.facts import Facts
from desktop_admin.controllers.values.lines import Actor, Chosen
from desktop_admin.controllers.values.sessions import SessionRow
from desktop_admin.database.session import Session
from desktop_admin.messages import Message
from desktop_admin.rules import Refusal


def _plan(facts: Facts, asked: AcceptAsked) -> Planned:
    """A line for each candidate, with their incomplete sessions on another set."""
    people = facts.people(asked.chosen)
    of_user: dict[int, list[SessionRow]] = {}
    for row in health.examine(facts, user_ids=[one.user_id for one in people], finished=None):
        if row.incomplete and (asked.session_ids is None or row.id in asked.session_ids):
            of_user.setdefault(row.user_id, []).append(row)
    lines = []
    for one in people:
        theirs = of_user.get(one.user_id, [])
        acceptable = [row for row in theirs if row.acceptable]
        if acceptable:
            ids = tuple(sorted(row.id for row in acceptable))
            lines.append(one.line("applied", accepted=ids, notes=notes(acceptable)))
        else:
            refusal = _refuses(theirs, asked, has_trade=one.trade_id is not None)
            lines.append(one.line("refused", reason=Message.of(refusal)))
    return Planned(tuple(lines))


def _refuses(theirs: Sequence[SessionRow], asked: AcceptAsked, *, has_trade: bool) -> Refusal:
    if not theirs:
        return Refusal.NOT_WRITING if asked.session_ids is None else Refusal.SESSION_GONE
    if not has_trade:
        return Refusal.NO_TRADE
    accepted = any(row.accepted is not None for row in theirs)
    return Refusal.ACCEPTED_ALREADY if accepted else Refusal.NOT_ON_ANOTHER_SET


def notes(rows: Sequence[SessionRow]) -> tuple[Message, ...]:
    """On which set each of a candidate's sessions is finished, and what makes it stuck all the same."""
    told = [Message.of("note_finishes", paper=row.paper, sets="+".join(row.sets)) for row in rows]
    told += [Message.of("note_still_stuck", reason=one.reason) for row in rows for one in row.hindrances]
    return tuple(dict.fromkeys(told))


def _ask(session: Session, options: Mapping[str, Any], _actor: Actor) -> AcceptAsked:
    return AcceptAsked(Chosen(user_ids=candidates.require(session, army_nos=options["army_nos"])))


WORKS = (Work(kind=face.ACCEPT, plan=_plan, ask=_ask),)
