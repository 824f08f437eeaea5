"""Ten cases to cure in a rehearsal: invented candidates to whom happens what happens in an exam.

Nothing is kept about them: a case is known by its candidate's army number, and cured when the candidate stands right.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select, update

from desktop_admin import resources
from desktop_admin.controllers.listings import panes
from desktop_admin.controllers.portal.facts import Facts
from desktop_admin.controllers.values.people import CandidateReading
from desktop_admin.database.session import Session
from desktop_admin.database.tables.portal import CandidateProfile
from desktop_admin.errors import AdminError
from desktop_admin.messages import Message
from desktop_admin.practice import sample
from desktop_admin.practice.sample_sessions import Pool, add_session, finish
from desktop_admin.rules import Paper, SlotState, has_primary

PRIMARY = Paper.PRIMARY
_NUMBER = "CASE{:02}"
_LOGIN = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Case:
    """One case.

    Attributes:
        number: from 1.
        told: who it is, and what they say or what has happened; how it is cured is for the person at the desk to know.
        cured: whether the candidate stands right now.
    """

    number: int
    user_id: int
    army_no: str
    told: Message
    cured: bool


@dataclass(frozen=True, slots=True)
class _Place:
    """Where cases happen: a trade that may start PRIMARY, with its active letter and another whole one."""

    session: Session
    pool: Pool
    trade_id: int
    active: str
    other: str
    now: datetime
    pick: random.Random

    def candidate(self, number: int, name: str) -> int:
        return sample.add_candidate(
            self.session, army_no=_NUMBER.format(number), name=name, trade_id=self.trade_id, now=self.now
        )

    def change(self, user_id: int, **columns: Any) -> None:
        self.session.execute(update(CandidateProfile).where(CandidateProfile.user_id == user_id).values(columns))

    def write(self, user_id: int, *, letter: str = "", minutes_ago: int = 20) -> int:
        """Let a candidate write PRIMARY, on the active set if nothing else is said; gives back the session."""
        started = self.now - timedelta(minutes=minutes_ago)
        sample.give_slot(self.session, user_id=user_id, at=started, attempting_at=started)
        key = f"case-{user_id}-{minutes_ago}"
        sample.add_login(self.session, user_id=user_id, key=key, until=self.now + _LOGIN)
        return add_session(
            self.session,
            self.pool,
            user_id=user_id,
            trade_id=self.trade_id,
            paper=PRIMARY,
            letter=letter or self.active,
            started_at=started,
            pick=self.pick,
        )

    def hand_in(self, user_id: int) -> None:
        finish(self.session, session_id=self.write(user_id), user_id=user_id, at=self.now - timedelta(minutes=18))


class _Kind(NamedTuple):
    """What happens to the candidate of a case, in which sentence it is told, and how it is seen that it is cured."""

    told: str
    happens: Callable[[_Place, int], object]
    is_cured: Callable[[CandidateReading], bool]


def _begins_afresh(one: CandidateReading) -> bool:
    return not one.stuck and one.would_get.action != "refused"


def _writes_one(one: CandidateReading) -> bool:
    return not one.stuck and len(one.incomplete) == 1


def _without_slot(place: _Place, user_id: int) -> None:
    place.write(user_id)
    place.change(user_id, has_exam_slot=False, slot_assigned_at=None, slot_attempting_at=None)


def _writes_twice(place: _Place, user_id: int) -> None:
    place.write(user_id, minutes_ago=30)
    place.write(user_id, minutes_ago=25)


def _not_completed(place: _Place, user_id: int) -> None:
    place.hand_in(user_id)
    place.change(user_id, is_primary_completed=False)


def _by_marks(place: _Place, user_id: int) -> None:
    place.write(user_id)
    place.change(user_id, is_primary_completed=True)


_KINDS = (
    _Kind("case.old_set", lambda place, user_id: place.write(user_id, letter=place.other), _begins_afresh),
    _Kind("case.no_slot", _without_slot, _begins_afresh),
    _Kind("case.two_sessions", _writes_twice, _writes_one),
    _Kind("case.at_the_door", lambda _place, _user_id: None, lambda one: one.candidate.slot is not SlotState.NONE),
    _Kind("case.computer", _Place.write, lambda one: one.live_logins == 0 and _writes_one(one)),
    _Kind("case.power_cut", _Place.write, lambda one: _writes_one(one) and one.incomplete[0].given is not None),
    _Kind("case.sent_away", _Place.write, lambda one: one.candidate.slot is SlotState.NONE and not one.incomplete),
    _Kind(
        "case.by_mistake", _Place.hand_in, lambda one: PRIMARY not in one.candidate.submitted | one.candidate.completed
    ),
    _Kind("case.not_completed", _not_completed, lambda one: PRIMARY in one.candidate.completed),
    _Kind("case.by_marks", _by_marks, lambda one: PRIMARY not in one.candidate.completed and _writes_one(one)),
)


def add(session: Session, *, now: datetime) -> None:
    """Let the ten cases happen.

    Args:
        session: of a rehearsal, in a write transaction.
        now: the moment at which they have happened, UTC.

    Raises:
        AdminError: no trade has PRIMARY open and two whole sets, so that nothing can happen.
    """
    place, names = _place(session, now), resources.sections("demo/names.txt")
    for number, kind in enumerate(_KINDS, start=1):
        name = f"{place.pick.choice(names['first names'])} {place.pick.choice(names['surnames'])}"
        kind.happens(place, place.candidate(number, name))


def find(session: Session) -> tuple[Case, ...]:
    """The cases of a rehearsal, as they stand now; none where none were made."""
    numbers = {_NUMBER.format(number): (number, kind) for number, kind in enumerate(_KINDS, start=1)}
    profiles = select(CandidateProfile.army_no, CandidateProfile.user_id, CandidateProfile.name)
    rows = session.execute(profiles.where(CandidateProfile.army_no.in_(numbers)).order_by(CandidateProfile.army_no))
    found, facts = rows.all(), Facts(session)
    cases = []
    for army_no, user_id, name in found:
        number, kind = numbers[army_no]
        reading = panes.read_candidate(session, user_id=user_id, facts=facts)
        told = Message.of(kind.told, who=f"{army_no} {name}")
        cases.append(Case(number, user_id, army_no, told, kind.is_cured(reading)))
    return tuple(cases)


def result(found: Sequence[Case]) -> Message:
    """How far somebody has come with these cases, in one sentence."""
    if not found:
        return Message.of("cases_none")
    left = sum(not one.cured for one in found)
    return Message.of("cases_left", n=left) if left else Message.of("cases_all_solved", n=len(found))


def _place(session: Session, now: datetime) -> _Place:
    pool = Pool.read(session)
    papers = pool.papers
    for trade_id, (_code, name) in sorted(papers.trades.items()):
        active = papers.letter(trade_id=trade_id, paper=PRIMARY)
        letters = papers.letters(trade_id=trade_id, paper=PRIMARY)
        whole = [one for one in letters if not papers.short(trade_id=trade_id, paper=PRIMARY, letter=one)]
        others = [one for one in whole if one != active]
        may_start = has_primary(name) and papers.is_open(trade_id=trade_id, paper=PRIMARY)
        if may_start and active in whole and others:
            return _Place(session, pool, trade_id, active, others[0], now, random.Random(trade_id))
    raise AdminError("no_trade_for_cases")
