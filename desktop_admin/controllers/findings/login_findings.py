"""Portal logins that end before their papers do: what is submitted without one is lost."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from desktop_admin.controllers.values.sessions import QUIET_KINDS, Finding, FindingKind, SessionRow
from desktop_admin.messages import Message


def of_row(row: SessionRow, *, login_ends: datetime | None, now: datetime) -> dict[FindingKind, Message]:
    """Whether the candidate's login ends before a session that is running, or has ended already.

    Args:
        login_ends: when the candidate's last login ends, or has ended; None where there is none.
    """
    end = row.ends_at
    if end is None or login_ends is None or not max(now, login_ends) < end:
        return {}
    if login_ends > now:
        return {FindingKind.LOGIN_ENDS_EARLY: Message.of("login_ends_early", at=login_ends, end=end)}
    if any(at is not None and at > login_ends for at in (row.started_at, row.last_login)):
        # The one that is used was another, and is not there any more: somebody has signed the candidate out.
        return {}
    return {FindingKind.LOGIN_ENDED: Message.of("login_ended", at=login_ends, end=end)}


def together(rows: Collection[SessionRow]) -> list[Finding]:
    """One line for all of them, whose cure is a rule."""
    kinds = [one.kind for row in rows for one in row.findings if one.kind in QUIET_KINDS]
    if not kinds:
        return []
    reason, ended = Message.of("logins_end", n=len(kinds)), kinds.count(FindingKind.LOGIN_ENDED)
    if ended:
        reason = Message.of("logins_end_some_ended", all=reason, ended=Message.of("logins_ended", n=ended))
    return [Finding(FindingKind.LOGINS_END, reason, Message.of("cure_logins_end"))]
