"""A shift at a glance: attendance, session health and who is not back, put together; always by as many statements."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import datetime, tzinfo

from desktop_admin.controllers.day import attendance
from desktop_admin.controllers.findings import health
from desktop_admin.controllers.operations import not_back
from desktop_admin.controllers.values.attending import Attendee
from desktop_admin.controllers.values.board import Board, BoardRow, By, Standing
from desktop_admin.controllers.values.people import NotBack
from desktop_admin.controllers.values.records import operation_name
from desktop_admin.controllers.values.sessions import QUIET_KINDS, Finding, FindingKind, SessionRow, Survey
from desktop_admin.database.session import Session, server_now
from desktop_admin.messages import Message


def read(
    session: Session,
    *,
    zone: tzinfo,
    shift_id: int | None = None,
    by: By = By.TRADE,
    now: datetime | None = None,
) -> Board:
    """How it stands with a shift, or with every shift of today and whatever is wrong besides.

    Args:
        zone: the portal's, in which days begin and end.
    """
    now = now or server_now(session)
    there = attendance.read(session, zone=zone, shift_id=shift_id, now=now)
    seen = _Seen(health.survey(session, now=now, finished=0), not_back.find(session, now=now))
    here = {row.user_id for row in there.rows}
    rows = [seen.row(row.user_id, row) for row in there.rows] + seen.of_nobody()
    others = [seen.row(user_id, None) for user_id in seen.everybody() if user_id not in here]
    if there.shift is None:
        rows += others
        others = []
    elsewhere = sum(one.standing is Standing.PROBLEM for one in others)
    return Board(now, there.day, there.shift, tuple(rows), elsewhere).arranged(by)


class _Seen:
    """What is known of each account besides attendance."""

    def __init__(self, survey: Survey, away: tuple[NotBack, ...]) -> None:
        self._at = survey.at
        self._wrong: defaultdict[int | None, list[Finding]] = defaultdict(list)
        for one in survey.findings:
            if one.kind not in QUIET_KINDS:
                self._wrong[one.user_id].append(one)
        self._away = {one.user_id: one for one in away}
        # Of two sessions the one that ends later.
        running = sorted((row for row in survey.sessions if row.incomplete), key=_end)
        self._writes = {row.user_id: row for row in running}

    def everybody(self) -> list[int]:
        """Everybody of whom something is known."""
        known = (*self._wrong, *self._away, *self._writes)
        return list(dict.fromkeys(user_id for user_id in known if user_id is not None))

    def of_nobody(self) -> list[BoardRow]:
        """What is wrong that concerns no candidate alone, and so every shift."""
        rows, alike = [], Counter[tuple[FindingKind, str]]()
        for one in self._wrong.get(None, []):
            what = (one.kind, one.trade or "")
            alike[what] += 1
            wrong = BoardRow(standing=Standing.PROBLEM, number=alike[what], trade=one.trade or "", kinds=(one.kind,))
            rows.append(replace(wrong, told=(one.reason,)))
        return rows

    def row(self, user_id: int, there: Attendee | None) -> BoardRow:
        """How it stands with somebody; ``there`` is None for who does not belong here."""
        wrong, away, writes = self._wrong.get(user_id, []), self._away.get(user_id), self._writes.get(user_id)
        who = next(one for one in (there, *wrong, away, writes) if one is not None)
        state = Standing.WRITING if there is None else Standing(there.state.value)
        standing = Standing.PROBLEM if wrong else Standing.NOT_BACK if away else state
        told = tuple(one.reason for one in wrong)
        if not wrong and away:
            told = (_since(away),)
        return BoardRow(
            standing=standing,
            user_id=user_id,
            army_no=who.army_no,
            name=who.name,
            trade=who.trade or "",
            shift=there.shift if there else "",
            seat=there.seat if there else "",
            stuck=any(one.stuck for one in wrong),
            kinds=tuple(dict.fromkeys(one.kind for one in wrong)),
            told=told,
            since=away.at if away and not wrong else None,
            left=writes.ends_at - self._at if writes and writes.ends_at else None,
        )


def _end(row: SessionRow) -> float:
    return row.ends_at.timestamp() if row.ends_at else float("-inf")


def _since(away: NotBack) -> Message:
    return Message.of("board.not_back", n=away.minutes, operation=operation_name(away.operation), person=away.person)
