"""A small portal database with known candidates, built by the tests themselves.

| army number | trade | state |
|---|---|---|
| T-STUCK | TTC | attempting, PRIMARY session on set C while E is active; signed in |
| T-FINE | TTC | attempting, PRIMARY session on set E; signed in |
| T-SLOT | TTC | has a slot, has not started |
| T-NONE | TTC | no slot |
| T-DONE | TTC | both papers completed and submitted |
| T-SECOND | TTC | PRIMARY submitted, writing SECONDARY on set A; signed in |
| T-MOVED | OCC | profile says OCC, session row and questions say TTC set E |
| T-MUSIC | Musician | has a slot for SECONDARY |
| T-LOST | none | no trade, no slot |

TTC has PRIMARY sets A, C and E, and B with too few questions in part F; OCC has PRIMARY set A; SECONDARY has A and B.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.contrib.auth.hashers import MD5PasswordHasher
from sqlalchemy import insert, select

from desktop_admin.database.create import create
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.database.tables.portal import Trade, User
from desktop_admin.practice import sample
from desktop_admin.practice.sample_sessions import Pool, add_session, finish
from desktop_admin.rules import Paper

STUCK = "T-STUCK"
SUPERVISOR = "admin"
"""A staff account; its password is its name, as in the portal's own samples."""
SUPERVISOR_ID = 10
"""It is made behind the nine candidates."""
SHORT = {"A": 15, "C": 5, "D": 10, "E": 3, "F": 2}


def build(path: Path, *, now: datetime | None = None) -> None:
    """Make the database; its moment is now, so that sessions are running."""
    moment = (now or datetime.now(UTC)).replace(microsecond=123456)
    database = create(path, kind="scratch", now=moment)
    try:
        database.write(lambda session: fill(session, moment))
    finally:
        database.close()


def fill(session: Session, now: datetime) -> None:
    """Write the rows that the table above tells of."""
    trades = {name: sample.add_trade(session, name=name) for name in ("TTC", "OCC", "Musician")}
    sample.add_switches(session, trade_ids=trades.values(), now=now)
    for letter in "ACE":
        sample.add_questions(
            session, trade_id=trades["TTC"], trade_name="TTC", paper=Paper.PRIMARY, letter=letter, now=now
        )
    sample.add_questions(
        session, trade_id=trades["TTC"], trade_name="TTC", paper=Paper.PRIMARY, letter="B", now=now, parts=SHORT
    )
    sample.add_questions(session, trade_id=trades["OCC"], trade_name="OCC", paper=Paper.PRIMARY, letter="A", now=now)
    for letter in "AB":
        sample.add_questions(session, trade_id=None, trade_name="Common", paper=Paper.SECONDARY, letter=letter, now=now)
    for name, letter in (("TTC", "E"), ("OCC", "A"), ("Musician", "A")):
        sample.add_active(session, trade_id=trades[name], primary=letter, secondary="A", now=now)
    _candidates(session, trades, now)


def add_writing(path: Path, *army_nos: str) -> None:
    """Add candidates of TTC, signed in and writing on set E, the active one, to a database made by ``build``."""
    now = datetime.now(UTC)

    def add(session: Session) -> None:
        trade_id = session.execute(select(Trade.id).where(Trade.name == "TTC")).scalar_one()
        pool, pick = Pool.read(session), random.Random(11)
        for army_no in army_nos:
            user_id = sample.add_candidate(session, army_no=army_no, name="R. Pal", trade_id=trade_id, now=now)
            sample.give_slot(session, user_id=user_id, at=now, attempting_at=now)
            sample.add_login(session, user_id=user_id, key=f"login of {army_no}", until=now + timedelta(hours=1))
            add_session(
                session,
                pool,
                user_id=user_id,
                trade_id=trade_id,
                paper=Paper.PRIMARY,
                letter="E",
                started_at=now,
                pick=pick,
            )

    database = Database.open(path)
    try:
        database.write(add)
    finally:
        database.close()


def _candidates(session: Session, trades: dict[str, int], now: datetime) -> None:
    pool, pick = Pool.read(session), random.Random(7)
    started = now - timedelta(minutes=20)

    def candidate(army_no: str, trade: str | None, name: str) -> int:
        trade_id = None if trade is None else trades[trade]
        return sample.add_candidate(session, army_no=army_no, name=name, trade_id=trade_id, now=now)

    def start(user_id: int, trade: str, letter: str, paper: Paper = Paper.PRIMARY) -> int:
        sample.give_slot(session, user_id=user_id, at=now - timedelta(hours=1), attempting_at=started)
        session_id = add_session(
            session,
            pool,
            user_id=user_id,
            trade_id=trades[trade],
            paper=paper,
            letter=letter,
            started_at=started,
            pick=pick,
        )
        sample.add_login(session, user_id=user_id, key=f"login{session_id}", until=now + timedelta(hours=1))
        return session_id

    start(candidate("T-STUCK", "TTC", "Ramesh Kumar"), "TTC", "C")
    start(candidate("T-FINE", "TTC", "Suresh Yadav"), "TTC", "E")
    sample.give_slot(session, user_id=candidate("T-SLOT", "TTC", "A. Thapa"), at=now)
    candidate("T-NONE", "TTC", "M. Singh")
    done = candidate("T-DONE", "TTC", "P. Das")
    for paper, letter in ((Paper.PRIMARY, "E"), (Paper.SECONDARY, "A")):
        finish(session, session_id=start(done, "TTC", letter, paper), user_id=done, at=now - timedelta(minutes=1))
    second = candidate("T-SECOND", "TTC", "K. Rao")
    finish(session, session_id=start(second, "TTC", "E"), user_id=second, at=now - timedelta(minutes=2))
    start(second, "TTC", "A", Paper.SECONDARY)
    start(candidate("T-MOVED", "OCC", "V. Nair"), "TTC", "E")
    sample.give_slot(session, user_id=candidate("T-MUSIC", "Musician", "B. Rawat"), at=now)
    candidate("T-LOST", None, "देवेंद्र सिंह")
    session.execute(
        insert(User).values(
            username=SUPERVISOR,
            # The form of hash that takes the least time; every other form has its own test.
            password=MD5PasswordHasher().encode(SUPERVISOR, "salt"),
            first_name="",
            last_name="",
            email="",
            is_superuser=True,
            is_staff=True,
            is_active=True,
            role="OIC_ADMIN",
            date_joined=now,
        )
    )
