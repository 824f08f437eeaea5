"""Marking a day as closed: a row of the log that names the file. It forbids nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from functools import partial
from pathlib import Path

from desktop_admin.controllers.day import closings
from desktop_admin.controllers.operations.deeds import CLOSE_DAY
from desktop_admin.controllers.operations.deeds.doing import do
from desktop_admin.controllers.operations.gate import check
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.session import Session, require_own_tables, server_now
from desktop_admin.errors import UsageProblem


@dataclass(frozen=True, slots=True)
class Made:
    """The file that was made of a day.

    Attributes:
        digest: its SHA-256.
        row: the last row of the log that it knows.
        as_of: when the day was read for it.
    """

    file: Path
    digest: str
    row: int
    as_of: datetime


def check_may_close(session: Session, *, day: date, zone: tzinfo, actor: Actor, reason: str | None) -> None:
    """Refuse what ``record`` would refuse, before any work is done.

    Raises:
        NotPermitted: the actor is no supervisor.
        UsageProblem: the day has not begun, or was closed already and no reason is given.
        OwnTablesMissing: there is no log to record it in.
    """
    check(session, actor=actor, kind=CLOSE_DAY)
    require_own_tables(session)
    _check_day(session, day, zone, reason)


def record(
    session: Session, made: Made, *, day: date, zone: tzinfo, actor: Actor, reason: str | None, op_id: str
) -> None:
    """Record that a day was closed; raises as ``check_may_close``.

    Args:
        op_id: made before ``Database.write``, since a job that is tried again knows by it what it has done.
    """
    content = {
        "day": day.isoformat(),
        "file": made.file.name,
        "sha256": made.digest,
        "row": made.row,
        "as_of": made.as_of.astimezone(UTC).isoformat(),
    }
    told = CLOSE_DAY.say("told", day=day.isoformat(), file=made.file.name, digest=made.digest)
    refuse = partial(_check_day, session, day, zone, reason)
    do(session, CLOSE_DAY, lambda: told, actor=actor, op_id=op_id, reason=reason, check=refuse, closing=content)


def _check_day(session: Session, day: date, zone: tzinfo, reason: str | None) -> None:
    if day > server_now(session).astimezone(zone).date():
        raise UsageProblem("day_to_come", day=day.isoformat())
    if not (reason or "").strip() and closings.listed(session, zone=zone, day=day):
        raise UsageProblem("closed_already", day=day.isoformat())
