"""What the panes and listings read: the candidate list, one candidate whole, the matrix of sets, a switch's preview."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from desktop_admin.controllers.findings import health, people_findings
from desktop_admin.controllers.findings.health import Examined
from desktop_admin.controllers.listings import directory, listing
from desktop_admin.controllers.log import history
from desktop_admin.controllers.portal import candidates
from desktop_admin.controllers.portal.facts import Facts
from desktop_admin.controllers.portal.papers import Papers
from desktop_admin.controllers.portal.would_get import would_get
from desktop_admin.controllers.values.lines import Chosen, Line
from desktop_admin.controllers.values.people import (
    Candidate,
    CandidateList,
    CandidateReading,
    CandidateRow,
    ListOrder,
    Trade,
)
from desktop_admin.controllers.values.sessions import NO_QUESTIONS, QUIET_KINDS, SessionRow
from desktop_admin.controllers.values.sets import LetterCount, SetCell, TradeSets
from desktop_admin.database.session import Session
from desktop_admin.database.unchanged import unless_changed
from desktop_admin.messages import Message
from desktop_admin.rules import Paper, SlotState, has_primary

MOST_ACTIONS = 4
"""Of one candidate; the history pane has them all."""
_SLOTS = {SlotState.NONE: "has_no_slot", SlotState.ASSIGNED: "may_start", SlotState.ATTEMPTING: "waits_to_restart"}
"""How things stand where nothing is wrong and nobody is writing."""


@dataclass(frozen=True, slots=True)
class SwitchPreview:
    """Who is touched by a change of papers, and who is not.

    Attributes:
        left_behind: the sessions on an old set.
        finishing: which of them would be left to be finished; the others are cleared.
        closing: those whose paper closes under them.
        spared: those of trades that are switched which stay: on the other paper, or on the new set already.
        timed: those of papers that get another duration, which keep their own.
        not_started: candidates of these trades with a slot for the paper who have not started; they get the new set.
    """

    left_behind: tuple[SessionRow, ...]
    finishing: frozenset[int]
    closing: tuple[SessionRow, ...]
    spared: tuple[SessionRow, ...]
    timed: tuple[SessionRow, ...]
    not_started: int

    @property
    def cleared(self) -> tuple[SessionRow, ...]:
        """The sessions that would be cleared."""
        return tuple(row for row in self.left_behind if row.id not in self.finishing)


def read_candidate(
    session: Session, *, user_id: int, now: datetime | None = None, facts: Facts | None = None
) -> CandidateReading:
    """Everything about one candidate.

    Raises:
        UsageProblem: the candidate is no longer in the portal.
    """
    facts = facts or Facts(session, now=now)
    one = candidates.one(facts.people(Chosen(user_ids=(user_id,))))
    rows = tuple(health.examine(facts, user_ids=[user_id], finished=None))
    get = would_get(one, papers=facts.papers, incomplete=[row for row in rows if row.incomplete])
    extra = facts.accommodations.get(user_id)
    if extra is not None and get.session_id is None and one.next_paper is not None:
        get = replace(get, notes=(*get.notes, Message.of("note_accommodation", n=extra)))
    return CandidateReading(
        candidate=one,
        would_get=get,
        sessions=rows,
        findings=(*(finding for row in rows for finding in row.findings), *people_findings.of(one)),
        live_logins=facts.live_logins(user_id),
        last_actions=history.last_actions(session, user_id=user_id, limit=MOST_ACTIONS),
        diagnosis=_diagnosis(one, rows),
        at=facts.now,
    )


def _diagnosis(one: Candidate, rows: Sequence[SessionRow]) -> Message:
    """One sentence that says how things stand."""
    ill = [finding for row in rows for finding in row.findings if finding.kind not in QUIET_KINDS]
    findings = ill or people_findings.of(one)
    if findings:
        # A stuck one first; they are sorted by their sessions.
        return min(findings, key=lambda finding: not finding.stuck).reason
    writing = next((row for row in rows if row.incomplete), None)
    if writing is not None and writing.acceptance is not None:
        return Message.of("is_writing_accepted", paper=writing.paper, accepted=writing.acceptance)
    if writing is not None:
        return Message.of("is_writing", paper=writing.paper, sets=", ".join(writing.sets))
    if one.next_paper is None:
        return Message.of("has_finished")
    return Message.of(_SLOTS[one.slot], paper=one.next_paper)


PAGE = 256
"""So many rows of the candidate list are read at once."""


def list_candidates(
    session: Session,
    *,
    text: str = "",
    trade_id: int | None = None,
    shift_id: int | None = None,
    slot: SlotState | None = None,
    problems_only: bool = False,
    user_ids: Sequence[int] | None = None,
    besides: Collection[int] = (),
    order: ListOrder | None = None,
    limit: int | None = PAGE,
    pages: Collection[int] = (),
    anew: bool = False,
    now: datetime | None = None,
) -> CandidateList:
    """Candidates whose army number begins with the text, or whose name contains it, by army number.

    Args:
        problems_only: those who have a stuck or otherwise wrong session.
        user_ids: these accounts alone, whatever else is asked for.
        besides: accounts that are listed whatever else is asked for.
        order: what they are sorted by instead.
        limit: of how many the rows are read; without one, of all.
        pages: the rows of these pages are read as well.
        anew: somebody's name or number may have changed.
    """
    facts = Facts(session, now=now)
    if user_ids is None:
        narrowed = listing.Narrowing(text, trade_id, shift_id, slot, problems_only)
        listed = listing.matching(facts, narrowed, besides=besides, order=order, anew=anew)
    else:
        listed = listing.by_number(facts, user_ids)
        listed = listed if order is None else listing.in_order(facts, listed, order)
    read = list(listed[:limit])
    for start in sorted(page * PAGE for page in set(pages)):
        read += listed[start : start + PAGE] if limit is not None and start >= limit else ()
    # The same rows are read again and again, because time goes by in them.
    known = unless_changed(session, _Read, partial(_read, facts, read), holds=lambda one: one.holds(read, facts.now))
    found = known.rows(facts)
    if len(found) < len(read):
        # Somebody has left the portal.
        directory.forget(session)
        gone = set(read) - {row.user_id for row in found}
        listed = array("q", (one for one in listed if one not in gone))
    return CandidateList(listed, found)


@dataclass(frozen=True, slots=True)
class _Read:
    """What the rows of some candidates are made of.

    Attributes:
        user_ids: whose rows, in this order; who has left the portal is not among the people.
    """

    user_ids: Sequence[int]
    people: Mapping[int, Candidate]
    sessions: Examined

    def holds(self, user_ids: Sequence[int], now: datetime) -> bool:
        """Whether it is of these, and no time has run out since."""
        return self.user_ids == user_ids and self.sessions.holds(now)

    def rows(self, facts: Facts) -> tuple[CandidateRow, ...]:
        """The rows as they are now."""
        sessions = listing.by_user(self.sessions.rows)
        found = (self.people.get(user_id) for user_id in self.user_ids)
        return tuple(
            _list_row(one, sessions.get(one.user_id, ()), facts.papers, facts.now) for one in found if one is not None
        )


def rows(session: Session, *, user_ids: Sequence[int], now: datetime | None = None) -> tuple[CandidateRow, ...]:
    """The rows of these candidates in the candidate list, in this order; who has left the portal is missing."""
    facts = Facts(session, now=now)
    return _read(facts, user_ids).rows(facts)


def _read(facts: Facts, user_ids: Sequence[int]) -> _Read:
    chosen = candidates.users(Chosen(user_ids=tuple(user_ids)))
    people = {one.user_id: one for one in candidates.load(facts.session, users=chosen)}
    return _Read(user_ids, people, health.examined(facts, health.examine(facts, user_ids=user_ids)))


def _list_row(one: Candidate, rows: Sequence[SessionRow], papers: Papers, now: datetime) -> CandidateRow:
    shown = listing.shown_of(rows)
    time_left = shown.ends_at - now if shown is not None and shown.ends_at is not None else None
    active = None if one.next_paper is None else papers.letter(trade_id=one.trade_id, paper=one.next_paper)
    has_finding = any(row.problem for row in rows) or bool(people_findings.of(one))
    return CandidateRow(
        user_id=one.user_id,
        army_no=one.army_no,
        name=one.name,
        trade=one.trade,
        slot=one.slot,
        next_paper=one.next_paper,
        status=listing.status(one.slot, one.next_paper, shown, time_left, finding=has_finding),
        sets=() if shown is None else shown.sets,
        active_set=active if shown is None else shown.active_set,
        time_left=time_left,
        rank=one.rank,
        shift_id=one.shift_id,
    )


def matrix(session: Session, *, now: datetime | None = None) -> tuple[TradeSets, ...]:
    """The matrix of trades and papers, by trade code."""
    facts = Facts(session, now=now)
    writing: defaultdict[tuple[int | None, Paper], list[SessionRow]] = defaultdict(list)
    for row in health.examine(facts):
        if row.incomplete:
            writing[row.trade_id, row.paper].append(row)
    return tuple(
        TradeSets(trade, *(_cell(trade, paper, facts.papers, writing[trade.id, paper]) for paper in Paper))
        for trade in candidates.trades(session)
    )


def _cell(trade: Trade, paper: Paper, papers: Papers, rows: Sequence[SessionRow]) -> SetCell:
    active = papers.letter(trade_id=trade.id, paper=paper)
    others = [row for row in rows if row.sets != (active,)]
    elsewhere = Counter("+".join(row.sets) or NO_QUESTIONS for row in others if row.accepted is None)
    accepted = Counter("+".join(row.sets) for row in others if row.accepted is not None)

    def counted(letter: str) -> LetterCount:
        present = papers.present(trade_id=trade.id, paper=paper, letter=letter)
        return LetterCount(letter, sum(present.values()), papers.short(trade_id=trade.id, paper=paper, letter=letter))

    now = counted(papers.stored(trade_id=trade.id, paper=paper))
    return SetCell(
        trade_id=trade.id,
        paper=paper,
        has_paper=paper is Paper.SECONDARY or has_primary(trade.name),
        active=active,
        present=now.present,
        required=sum(papers.required(trade_id=trade.id, paper=paper).values()),
        short=now.short,
        letters=tuple(counted(letter) for letter in papers.letters(trade_id=trade.id, paper=paper)),
        is_open=papers.is_open(trade_id=trade.id, paper=paper),
        duration=papers.duration(trade_id=trade.id, paper=paper),
        writing=len(rows) - len(others),
        elsewhere=tuple(sorted(elsewhere.items())),
        accepted=tuple(sorted(accepted.items())),
        disagrees=papers.disagreeing(trade_id=trade.id, paper=paper),
        switches_agree=papers.switches_agree,
    )


def preview(session: Session, *, lines: Sequence[Line], now: datetime | None = None) -> SwitchPreview:
    """The sessions in progress that a change of papers with these lines meets."""
    choices = [line.choice for line in lines if line.choice and line.outcome == "applied"]
    switched = {choice.place for choice in choices if choice.letter is not None}
    timed = {choice.place for choice in choices if choice.minutes is not None}
    trades = {trade_id for trade_id, _ in switched}
    cleared = {session_id for line in lines if not line.is_trade for session_id in line.cleared}
    closing = {session_id for line in lines if line.outcome == "applied" for session_id in line.writing} - cleared
    finishing = frozenset(session_id for line in lines for session_id in line.accepted)
    seen = [row for row in health.examine(Facts(session, now=now)) if row.incomplete]
    writing = {row.user_id for row in seen}
    people = candidates.load(session, users=candidates.users(Chosen(trade_ids=tuple(trades))))
    left = [row for row in seen if row.id not in cleared | closing | finishing]
    return SwitchPreview(
        left_behind=tuple(row for row in seen if row.id in cleared | finishing),
        finishing=finishing,
        closing=tuple(row for row in seen if row.id in closing),
        spared=tuple(row for row in left if row.trade_id in trades),
        timed=tuple(row for row in left if (row.trade_id, row.paper) in timed and row.trade_id not in trades),
        not_started=sum(
            one.slot is not SlotState.NONE and (one.trade_id, one.next_paper) in switched and one.user_id not in writing
            for one in people
        ),
    )
