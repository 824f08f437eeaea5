"""A shift of two hundred on the day of the test, built by the tests themselves.

| candidates | what of them |
|---|---|
| H-001 … H-200 | of the shift in Hall One, with a slot; OCC, DMV and TTC by turns |
| H-901 | of the shift in Hall Two at the same hour, with a slot |
| H-902 | of Hall One on the next day |
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from desktop_admin.database.create import create
from desktop_admin.database.session import Session
from desktop_admin.practice import sample

ZONE = ZoneInfo("Asia/Kolkata")
NUMBER = 200
ONE, TWO = "Hall One", "Hall Two"


def build(path: Path, *, number: int = NUMBER, begins: timedelta = timedelta(minutes=30)) -> None:
    """Make the database; the shift begins so long after now."""
    now = datetime.now(UTC).replace(microsecond=0)
    database = create(path, kind="scratch", now=now)
    try:
        database.write(lambda session: fill(session, now, number=number, begins=begins))
    finally:
        database.close()


def fill(session: Session, now: datetime, *, number: int, begins: timedelta) -> None:
    """Write what the table above tells of."""
    start = (now + begins).astimezone(ZONE).replace(tzinfo=None)
    trades = [sample.add_trade(session, name=name) for name in ("OCC", "DMV", "TTC")]
    sample.add_switches(session, trade_ids=trades, now=now)
    days = ((ONE, 0), (TWO, 0), (ONE, 1))
    one, two, later = (
        sample.add_shift(session, centre=hall, day=start.date() + timedelta(days=days), start=start.time())
        for hall, days in days
    )
    wanted = [(f"H-{place:03}", one) for place in range(1, number + 1)] + [("H-901", two), ("H-902", later)]
    for place, (army_no, shift_id) in enumerate(wanted):
        user_id = sample.add_candidate(
            session,
            army_no=army_no,
            name=f"Candidate {army_no[2:]}",
            trade_id=trades[place % 3],
            now=now,
            shift_id=shift_id,
        )
        sample.give_slot(session, user_id=user_id, at=now)
