"""What was found of each session when it was looked at last: nothing is judged again that still follows from the same.

It is kept with the open database (``Opened.kept``), and what a session was judged by is compared as a whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from desktop_admin.controllers.values.sessions import SessionRow
from desktop_admin.database.session import Session


@dataclass(slots=True)
class Judged:
    """The sessions that were judged.

    Attributes:
        world: what concerns every session.
        known: by session, what concerned it alone, the stage of its time, and its row with its findings.
        before: the same, as it was found when all were looked at last.
    """

    world: tuple[object, ...]
    before: dict[int, tuple[tuple[object, ...], int, SessionRow]] = field(default_factory=dict)
    known: dict[int, tuple[tuple[object, ...], int, SessionRow]] = field(default_factory=dict)

    def row(self, id_: int, by: tuple[object, ...], now: datetime, judge: Callable[[], SessionRow]) -> SessionRow:
        """The session's row as it was before, if that followed from the same, else as it is to be judged now."""
        one = self.before.pop(id_, None)
        if one is None or one[0] != by or one[1] != _stage(one[2], now):
            row = judge()
            one = (by, _stage(row, now), row)
        self.known[id_] = one
        return one[2]


def judged(session: Session, *, world: tuple[object, ...], whole: bool) -> Judged:
    """What is known of sessions while that which concerns all of them is this.

    Args:
        session: of the database.
        world: what concerns every session.
        whole: all sessions are looked at now, so that others are forgotten.
    """
    last = session.behind.kept.get(Judged)
    before = last.known if isinstance(last, Judged) and last.world == world else {}
    session.behind.kept[Judged] = now = Judged(world, before, {} if whole else before)
    return now


def _stage(row: SessionRow, now: datetime) -> int:
    """Whether the session's time is still to come (-1), comes to an end just now (0), or is over (1)."""
    return 0 if row.ends_at is None or not row.incomplete else (now > row.ends_at) - (now < row.ends_at)
