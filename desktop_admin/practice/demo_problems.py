"""The demo's problems: 12 stuck sessions, one in each way at least, and a few other findings."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import update

from desktop_admin.database.session import Session
from desktop_admin.database.tables.portal import CandidateProfile, QuestionSetActivation
from desktop_admin.practice import sample
from desktop_admin.practice.sample_sessions import Pool, add_session, finish
from desktop_admin.rules import Paper

CANDIDATES = 12
"""How many of the day's candidates are made here; the stuck session without a profile has none."""


@dataclass
class Place:
    """Where the day is being made: the database session, and what is drawn from while it grows."""

    session: Session
    trades: dict[str, int]
    pool: Pool
    pick: random.Random
    now: datetime
    names: Callable[[], str]
    shift_id: int

    def __post_init__(self) -> None:
        self._numbers = count(14550000)
        self._keys = count(1)

    def candidate(self, trade: str | None, **columns: Any) -> int:
        """A candidate, of the shift that is writing if nothing else is said; gives back the account."""
        number = next(self._numbers)
        return sample.add_candidate(
            self.session,
            army_no=f"{number}{'AFHKLMNPWXY'[number % 11]}",
            name=self.names(),
            trade_id=None if trade is None else self.trades[trade],
            now=self.now - timedelta(days=9),
            **({"shift_id": self.shift_id} | columns),
        )

    def write(self, user_id: int, trade: str, *, letter: str, minutes_ago: int, **session: Any) -> int:
        """Let a candidate start: slot, portal login for an hour, and session; gives back the session's id."""
        started = self.now - timedelta(minutes=minutes_ago)
        hour = timedelta(hours=1)
        sample.give_slot(self.session, user_id=user_id, at=started - hour, attempting_at=started)
        sample.add_login(self.session, user_id=user_id, key=f"demo{next(self._keys):028d}", until=started + hour)
        return self.start(user_id, trade, letter=letter, at=started, **session)

    def start(
        self, user_id: int, trade: str, *, letter: str, at: datetime, paper: Paper = Paper.PRIMARY, **session: Any
    ) -> int:
        """A session alone; gives back its id."""
        return add_session(
            self.session,
            self.pool,
            user_id=user_id,
            trade_id=self.trades[trade],
            paper=paper,
            letter=letter,
            started_at=at,
            pick=self.pick,
            **session,
        )

    def draw(self, trade: str, letter: str) -> list[int]:
        """Questions of a PRIMARY set."""
        return self.pool.choose(paper=Paper.PRIMARY, trade_id=self.trades[trade], letter=letter, pick=self.pick)


def add(place: Place) -> None:
    """The 12 stuck sessions, then a late submission and copies of the active set that disagree."""
    for _ in range(4):
        place.write(place.candidate("TTC"), "TTC", letter="C", minutes_ago=41)
    moved = place.candidate("CLK SD")
    place.write(moved, "OCC", letter="D", minutes_ago=38)
    mixed = place.draw("OCC", "D")[:30] + place.draw("OCC", "B")[30:]
    place.write(place.candidate("OCC"), "OCC", letter="D", minutes_ago=35, questions=mixed)
    place.write(place.candidate("DMV"), "DMV", letter="B", minutes_ago=33, questions=())
    _without_slot(place)
    twice = place.candidate("SKT")
    place.write(twice, "SKT", letter="C", minutes_ago=44)
    place.write(twice, "SKT", letter="C", minutes_ago=31)
    _submitted_already(place)
    stranger = sample.add_user(place.session, username="no.profile", now=place.now - timedelta(days=9))
    place.start(stranger, "EFS", letter="A", at=place.now - timedelta(minutes=27))
    place.write(place.candidate(None), "LMN", letter="A", minutes_ago=26)
    _late_submission(place)
    place.session.execute(
        update(QuestionSetActivation)
        .where(QuestionSetActivation.trade_id == place.trades["OCC"], QuestionSetActivation.paper_type == Paper.PRIMARY)
        .values(question_set="A")
    )


def _without_slot(place: Place) -> None:
    """A request that had passed its checks when the slot was reset leaves a session without a slot."""
    user_id = place.candidate("EFS")
    place.write(user_id, "EFS", letter="A", minutes_ago=29)
    place.session.execute(
        update(CandidateProfile)
        .where(CandidateProfile.user_id == user_id)
        .values(has_exam_slot=False, slot_attempting_at=None)
    )


def _submitted_already(place: Place) -> None:
    """Two requests at once made two sessions; one was handed in, the other is still open."""
    user_id = place.candidate("LMN")
    submitted = place.write(user_id, "LMN", letter="A", minutes_ago=55)
    place.write(user_id, "LMN", letter="A", minutes_ago=54)
    finish(place.session, session_id=submitted, user_id=user_id, at=place.now - timedelta(minutes=9))
    sample.give_slot(place.session, user_id=user_id, at=place.now - timedelta(minutes=5), attempting_at=place.now)


def _late_submission(place: Place) -> None:
    """A page that stayed open when its session was cleared handed in the new session with old answers."""
    user_id = place.candidate("DTMN")
    session_id = place.write(user_id, "DTMN", letter="A", minutes_ago=50)
    at = place.now - timedelta(minutes=12)
    finish(place.session, session_id=session_id, user_id=user_id, at=at, answered=place.draw("DTMN", "B"))
