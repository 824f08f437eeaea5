"""What is not as it should be with sets and switches, whoever it concerns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select

from desktop_admin.controllers.findings import since_set
from desktop_admin.controllers.portal.papers import Papers
from desktop_admin.controllers.values.lines import PaperChoice
from desktop_admin.controllers.values.sessions import Finding, FindingKind, SessionRow
from desktop_admin.database.session import Session
from desktop_admin.database.tables.portal import CandidateProfile
from desktop_admin.messages import Message
from desktop_admin.rules import Paper, QuestionSet, belonging_set, has_primary

_MOST_NAMED = 5


def find(session: Session, *, papers: Papers, rows: Iterable[SessionRow]) -> list[Finding]:
    """Where the portal contradicts itself, a set is short, a paper closed under its writers, or changed since.

    Args:
        rows: the sessions; the incomplete ones count.
    """
    writing: defaultdict[tuple[int | None, Paper], list[SessionRow]] = defaultdict(list)
    for row in rows:
        if row.incomplete:
            writing[row.trade_id, row.paper].append(row)
    return [
        *_copies(papers),
        *_switches(papers),
        *_short(session, papers),
        *_closed_under(papers, writing),
        *since_set.find(session, papers=papers),
    ]


def _copies(papers: Papers) -> list[Finding]:
    found = []
    for trade_id, (code, name) in sorted(papers.trades.items()):
        for paper in Paper:
            copy = papers.disagreeing(trade_id=trade_id, paper=paper)
            if copy is not None:
                active = papers.letter(trade_id=trade_id, paper=paper)
                reason = Message.of("sets_disagree", trade=code, paper=paper, copy=copy, letter=active)
                cure = Message.of("cure_sets_disagree", trade=code, paper=paper, letter=active)
                again = PaperChoice(trade_id, paper, active)
                found.append(Finding(FindingKind.SETS_DISAGREE, reason, cure, name=name, trade=code, draft=again))
    return found


def _switches(papers: Papers) -> list[Finding]:
    found = []
    if len(papers.forced) > 1:
        found.append(_switch(papers, "two_forced_papers"))
    for paper in Paper:
        trades = tuple(sorted(papers.trades[trade_id][0] for trade_id in papers.opened(paper)))
        if trades and not papers.paper_open.get(paper, False):
            found.append(_switch(papers, "paper_closed_trades_open", paper=paper, trades=trades))
        elif trades and len(papers.forced) == 1 and papers.forced[0] != paper:
            (forced,) = papers.forced
            found.append(_switch(papers, "paper_forced_away", paper=paper, trades=trades, forced=forced))
    return found


def _switch(papers: Papers, reason: str, **values: object) -> Finding:
    """Saying again of any trade's paper that it is open, or closed, lets all switches agree."""
    places = sorted(papers.trade_open.items(), key=lambda one: (not one[1], one[0]))
    draft = next((PaperChoice(*place, opens=is_open) for place, is_open in places), None)
    told = Message.of(reason, **values)
    return Finding(FindingKind.SWITCHES_DISAGREE, told, Message.of("cure_switches_disagree"), draft=draft)


def _closed_under(papers: Papers, writing: Mapping[tuple[int | None, Paper], Sequence[SessionRow]]) -> list[Finding]:
    """Papers that are closed while somebody is writing them."""
    found = []
    for (trade_id, paper), rows in sorted(writing.items(), key=lambda one: str(one[0])):
        if trade_id is None or trade_id not in papers.trades or papers.is_open(trade_id=trade_id, paper=paper):
            continue
        code, name = papers.trades[trade_id]
        who = tuple(sorted(f"{row.army_no or row.username} {row.name}" for row in rows))[:_MOST_NAMED]
        named: dict[str, object] = {"trade": code, "paper": paper}
        reason = Message.of("writing_closed", **named, n=len(rows), who=who)
        cure, wish = Message.of("cure_writing_closed", **named), PaperChoice(trade_id, paper, opens=True)
        found.append(Finding(FindingKind.WRITING_CLOSED, reason, cure, name=name, trade=code, draft=wish))
    return found


def _short(session: Session, papers: Papers) -> list[Finding]:
    """Active sets with too few questions or none, of trades that have candidates; one line where trades share a set."""
    peopled = {one or 0 for one in session.execute(select(CandidateProfile.trade_id).distinct()).scalars()}
    of_set: defaultdict[tuple[Paper, QuestionSet, tuple[Message, ...]], list[int]] = defaultdict(list)
    for trade_id in sorted(peopled & papers.trades.keys()):
        for paper in Paper:
            stored = papers.stored(trade_id=trade_id, paper=paper)
            short = papers.short_parts(trade_id=trade_id, paper=paper, letter=stored)
            if short and (paper is Paper.SECONDARY or has_primary(papers.trades[trade_id][1])):
                own = belonging_set(paper=paper, trade_id=trade_id, letter=stored)
                of_set[paper, own, short].append(trade_id)
    return [_of_short(papers, paper, own, parts, ids) for (paper, own, parts), ids in sorted(of_set.items(), key=str)]


def _of_short(
    papers: Papers, paper: Paper, own: QuestionSet, parts: tuple[Message, ...], trade_ids: list[int]
) -> Finding:
    codes = tuple(sorted(papers.trades[one][0] for one in trade_ids))
    letters = papers.letters(trade_id=trade_ids[0], paper=paper)
    whole = tuple(one for one in letters if not papers.short(trade_id=trade_ids[0], paper=paper, letter=one))
    reason = Message.of("set_too_small", letter=own.letter, paper=paper, trades=codes, parts=parts)
    cure = Message.of("cure_set_too_small", letters=whole) if whole else Message.of("cure_no_whole_set")
    return Finding(FindingKind.SET_TOO_SMALL, reason, cure, trade=codes[0] if len(codes) == 1 else None)
