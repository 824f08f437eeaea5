"""How long a set switch that clears a thousand sessions keeps the portal's candidates waiting."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta

import pytest

from desktop_admin.controllers.operations import apply
from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.values.lines import Actor, PaperChoice
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.practice import sample
from desktop_admin.practice.sample_sessions import Pool, add_session
from desktop_admin.rules import Paper
from tests import planning

SESSIONS = 1_000
MOST_SECONDS = 2.0
"""The portal's own patience ends after 5 seconds."""


def fill(session: Session) -> None:
    """A thousand candidates of TTC more, each writing a session of set E and signed in."""
    now, pick, pool = datetime.now(UTC), random.Random(1), Pool.read(session)
    trade = sample.trade_id(session, name="TTC")
    started = now - timedelta(minutes=20)
    for number in range(SESSIONS):
        user = sample.add_candidate(session, army_no=f"B{number}", name=f"B {number}", trade_id=trade, now=now)
        sample.give_slot(session, user_id=user, at=started, attempting_at=started)
        add_session(
            session, pool, user_id=user, trade_id=trade, paper=Paper.PRIMARY, letter="E", started_at=started, pick=pick
        )
        sample.add_login(session, user_id=user, key=f"bulk{number}", until=now + timedelta(hours=1))


@pytest.mark.benchmark
def test_a_switch_that_clears_a_thousand_sessions_holds_its_locks_for_under_two_seconds(
    any_database: Database, engine_name: str, actor: Actor, capsys: pytest.CaptureFixture[str]
) -> None:
    any_database.write(fill)
    begun = 0.0

    def switch(session: Session) -> Changes:
        nonlocal begun
        begun = time.perf_counter()
        plan = planning.plan_activate(
            session, choices=[PaperChoice(sample.trade_id(session, name="TTC"), Paper.PRIMARY, "A")]
        )
        return apply.apply(session, plan=plan, actor=actor, shown=False)

    done = any_database.write(switch)
    held = time.perf_counter() - begun
    with capsys.disabled():
        print(f"\n{engine_name}: {done.cleared_sessions} sessions, locks held {held:.2f} s")
    assert done.cleared_sessions >= SESSIONS
    assert held < MOST_SECONDS
