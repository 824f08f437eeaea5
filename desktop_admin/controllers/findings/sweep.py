"""What an operation could not prevent: late arrivals among those whom it names (write protocol, *the sweep*).

A request of the portal that had passed its checks a moment before can make a session once more. It is told; its cure
is an operation of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.portal.facts import Facts
from desktop_admin.controllers.values.lines import Line
from desktop_admin.controllers.values.sessions import Finding, FindingKind
from desktop_admin.database.session import Session


def late_arrivals(session: Session, *, lines: Sequence[Line], now: datetime | None = None) -> tuple[Finding, ...]:
    """Why sessions of those whom these lines name, refused or not, are stuck or submitted late, as it is now."""
    users = {line.user_id for line in lines if line.user_id is not None}
    trades = {line.choice.trade_id for line in lines if line.choice is not None}
    rows = health.examine(Facts(session, now=now), user_ids=None if trades else users)
    return tuple(
        finding
        for row in rows
        if row.user_id in users or row.trade_id in trades
        for finding in row.findings
        if finding.stuck or finding.kind is FindingKind.LATE_SUBMISSION
    )
