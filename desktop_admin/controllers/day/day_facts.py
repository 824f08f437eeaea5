"""What the checklist is made of, each part read once."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, tzinfo

from desktop_admin.controllers.day import attendance
from desktop_admin.controllers.findings import health
from desktop_admin.controllers.portal.facts import Facts
from desktop_admin.controllers.values.lines import Actor, Chosen
from desktop_admin.controllers.values.people import Candidate
from desktop_admin.controllers.values.sessions import Finding, FindingKind, Survey
from desktop_admin.database.session import Session
from desktop_admin.messages import Message
from desktop_admin.once import once
from desktop_admin.rules import Paper, SlotState


class NotLookedAt(Exception):
    """A line cannot be looked at here; says why."""

    def __init__(self, why: Message) -> None:
        super().__init__(why.code)
        self.why = why


class DayFacts:
    """What the lines are made of, each part read once."""

    def __init__(
        self,
        session: Session,
        *,
        zone: tzinfo,
        actor: Actor,
        shift_id: int | None = None,
        day: date | None = None,
        now: datetime | None = None,
    ) -> None:
        self.session = session
        self.zone = zone
        self.actor = actor
        self.facts = Facts(session, now=now)
        self.attendance = attendance.read(session, zone=zone, shift_id=shift_id, day=day, now=self.facts.now)

    @once
    def _people(self) -> tuple[Candidate, ...]:
        own = tuple(row.user_id for row in self.attendance.rows if not row.guest)
        return tuple(self.facts.people(Chosen(user_ids=own)))

    @property
    def people(self) -> tuple[Candidate, ...]:
        """The candidates of the shift.

        Raises:
            NotLookedAt: there are none.
        """
        if not self._people:
            raise NotLookedAt(Message.of("checklist.nobody_expected"))
        return self._people

    @once
    def survey(self) -> Survey:
        """Session health."""
        return health.survey(self.session, now=self.facts.now, finished=0)

    @once
    def wanted(self) -> Counter[tuple[int, Paper]]:
        """How many of them sit which paper of which trade next.

        Raises:
            NotLookedAt: nobody does.
        """
        found = Counter(
            (one.trade_id, one.next_paper)
            for one in self.people
            if one.trade_id is not None and one.next_paper is not None and one.slot is not SlotState.NONE
        )
        if not found:
            raise NotLookedAt(Message.of("checklist.nobody_sits"))
        return found

    def findings(self, *kinds: FindingKind) -> tuple[Finding, ...]:
        """What session health found of these kinds."""
        return tuple(one for one in self.survey.findings if one.kind in kinds)

    def paper(self, place: tuple[int, Paper]) -> dict[str, str]:
        """The values that name a trade's paper."""
        return {"trade": self.facts.papers.trades[place[0]][0], "paper": place[1]}
