"""What the history is narrowed to, as it is chosen in the window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta, tzinfo

from desktop_admin.controllers.values.records import HistoryFilters
from desktop_admin.database.session import Session, server_now


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What the history pane is narrowed to.

    Attributes:
        text: army number or name of a candidate.
        operation: the kind, as the log names it.
        person: who did or released it.
        days: today and so many days less one before; None for all.
    """

    text: str = ""
    operation: str | None = None
    person: str | None = None
    days: int | None = None

    def filters(self, session: Session, *, zone: tzinfo) -> HistoryFilters:
        """The filters of the log; the days are counted by the database server's clock."""
        since = None
        if self.days is not None:
            today = server_now(session).astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
            since = today - timedelta(days=self.days - 1)
        return HistoryFilters(text=self.text, operation=self.operation, person=self.person, since=since)
