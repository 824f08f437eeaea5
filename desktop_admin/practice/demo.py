"""The demo's exam day: 17 trades, 600 candidates, sets A–E, sessions running, finished, and 12 stuck ones.

Everything is made relative to now, from invented names and a fixed seed, so that the same day comes out every time.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import update

from desktop_admin import resources
from desktop_admin.controllers.log import checkpoints
from desktop_admin.database.create import create
from desktop_admin.database.session import Session
from desktop_admin.database.tables.portal import GlobalPaperTypeControl, QuestionPaper, TradePaperActivation
from desktop_admin.messages import Message
from desktop_admin.practice import demo_problems, sample
from desktop_admin.practice.demo_problems import Place
from desktop_admin.practice.sample_sessions import Pool, finish
from desktop_admin.rules import Paper, has_primary

TRADES = (
    "TTC", "OCC", "DTMN", "EFS", "DMV", "LMN", "CLK SD", "STEWARD", "WASHERMAN", "HOUSE KEEPER", "CHEFCOM",
    "MESS KEEPER", "SKT", "Musician", "ARTSN WW", "Hair Dresser", "SP Staff",
)  # fmt: skip
CANDIDATES = 600
LETTERS = "ABCDE"
_SEED = 20261
_ACTIVE = {"TTC": "E", "OCC": "D", "DMV": "B", "SKT": "C"}
"""The active PRIMARY letter of a trade; A in all others."""


def make(path: Path, *, now: datetime | None = None, on_stage: Callable[[Message], None] = lambda _stage: None) -> None:
    """Make the demo database.

    Args:
        path: where; must not exist yet.
        now: the moment at which the day is looked at, UTC; this machine's time where not given.
        on_stage: told of each stage as it begins.

    Raises:
        UsageProblem: there is a file already.
        Exception: whatever ``on_stage`` raises; no file is left then.
    """
    moment = (now or datetime.now(UTC)).replace(microsecond=0)
    on_stage(Message.of("stage_tables"))
    database = create(path, kind="demo", now=moment)
    whole = False
    try:
        # The demo of another day may have lain here.
        database.read(checkpoints.forget)
        on_stage(Message.of("stage_questions"))
        trades = database.write(lambda session: _papers(session, moment))
        on_stage(Message.of("stage_candidates"))
        database.write(lambda session: _day(session, trades, moment))
        whole = True
    finally:
        database.close()
        if not whole:
            # The next one who asks for the demo would take it for made.
            path.unlink()


def _papers(session: Session, now: datetime) -> dict[str, int]:
    """Trades, switches and sets: PRIMARY open for 15 trades, SECONDARY for the two that have no PRIMARY."""
    early = now - timedelta(days=2)
    trades = {name: sample.add_trade(session, name=name) for name in TRADES}
    sample.add_switches(session, trade_ids=trades.values(), now=early)
    # The papers are mixed by trade, so the global control forces neither.
    session.execute(update(GlobalPaperTypeControl).values(is_active=False))
    session.execute(update(QuestionPaper).values(is_active=True))
    switch, secondary = TradePaperActivation, TradePaperActivation.paper_type == Paper.SECONDARY
    for name, trade_id in trades.items():
        if has_primary(name):
            _questions(session, name, trade_id, Paper.PRIMARY, early)
        else:
            session.execute(update(switch).where(switch.trade_id == trade_id).values(is_active=secondary))
        sample.add_active(session, trade_id=trade_id, primary=_ACTIVE.get(name, "A"), secondary="A", now=early)
    _questions(session, "Common", None, Paper.SECONDARY, early)
    of_ttc = update(switch).where(switch.trade_id == trades["TTC"], ~secondary)
    session.execute(of_ttc.values(exam_duration=timedelta(minutes=90)))
    return trades


def _questions(session: Session, name: str, trade_id: int | None, paper: Paper, now: datetime) -> None:
    for letter in LETTERS:
        # One set that is too small, so that the warning about it can be seen.
        small = {"A": 15, "C": 5, "D": 10, "E": 3, "F": 2} if (name, letter) == ("STEWARD", "B") else None
        sample.add_questions(
            session, trade_id=trade_id, trade_name=name, paper=paper, letter=letter, now=now, parts=small
        )


def _day(session: Session, trades: dict[str, int], now: datetime) -> None:
    """The candidates of three shifts: one that has finished, one that is writing, one to come; then the problems."""
    pick = random.Random(_SEED)
    shifts = [_shift(session, now, hours) for hours in (-5, -1, 3)]
    by_trade = sorted(range(CANDIDATES), key=lambda number: number % len(TRADES))
    seats = Place(session, trades, Pool.read(session), pick, now, _names(pick), shifts[1])
    for number in by_trade[: CANDIDATES - demo_problems.CANDIDATES]:
        name = TRADES[number % len(TRADES)]
        turn = number // len(TRADES) % 6
        user_id = seats.candidate(name, shift_id=shifts[0 if turn < 2 else 1 if turn < 5 else 2])
        _life(seats, user_id, name, turn, number)
    demo_problems.add(seats)


def _life(seats: Place, user_id: int, trade: str, turn: int, number: int) -> None:
    """What a candidate has done so far, by turn: finished, writing, waiting to start, or without a slot."""
    now = seats.now
    paper = Paper.PRIMARY if has_primary(trade) else Paper.SECONDARY
    letter = _ACTIVE.get(trade, "A") if paper is Paper.PRIMARY else "A"
    if turn < 2:
        started = now - timedelta(hours=5) + timedelta(seconds=seats.pick.randrange(600))
        session_id = seats.start(user_id, trade, letter=letter, at=started, paper=paper)
        ended = started + timedelta(minutes=70 + number % 19)
        finish(seats.session, session_id=session_id, user_id=user_id, at=ended)
    elif turn < 4:
        seats.write(user_id, trade, letter=letter, minutes_ago=20 + seats.pick.randrange(30), paper=paper)
    elif turn == 4:
        sample.give_slot(seats.session, user_id=user_id, at=now - timedelta(hours=2))


def _names(pick: random.Random) -> Callable[[], str]:
    """Gives a new invented name at each call."""
    sections = resources.sections("demo/names.txt")
    return lambda: f"{pick.choice(sections['first names'])} {pick.choice(sections['surnames'])}"


def _shift(session: Session, now: datetime, hours: int) -> int:
    # The portal writes shifts in its own local time.
    start = (now + timedelta(hours=hours)).astimezone(ZoneInfo("Asia/Kolkata"))
    return sample.add_shift(session, centre="Demo Centre", day=start.date(), start=time(start.hour, 30))
