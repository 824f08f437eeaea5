"""What plans are made from: the portal as it is at one moment, each part read at most once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from datetime import datetime

from sqlalchemy import Select

from desktop_admin.controllers.portal import candidates, given_time, logins, open_sessions
from desktop_admin.controllers.portal.logins import Login
from desktop_admin.controllers.portal.open_sessions import Held, OpenSession
from desktop_admin.controllers.portal.papers import Papers, read_papers
from desktop_admin.controllers.upkeep import policies
from desktop_admin.controllers.upkeep.policies import Policies
from desktop_admin.controllers.values.lines import Chosen
from desktop_admin.controllers.values.views import Candidate, SessionRow
from desktop_admin.database.session import Noted, Session, server_now
from desktop_admin.database.statements import sql
from desktop_admin.once import once


class Facts:
    """The portal as it is now; several operations for the same candidates are planned from the same facts.

    Args:
        noting: whether what is read from now on is noted, so that ``still_hold`` can compare it.
    """

    def __init__(self, session: Session, *, now: datetime | None = None, noting: bool = False) -> None:
        self.session = session
        self._noted = Noted(session) if noting and not sql.is_file(session) else None
        self._now = now
        self._people: dict[Chosen, list[Candidate]] = {}
        self._open: dict[Chosen, dict[int, list[OpenSession]]] = {}
        self._held: dict[int, Held] = {}
        self.examined: dict[tuple[frozenset[int] | None, int | None], list[SessionRow]] = {}
        """What ``health.examine`` found, by the accounts and the number of finished sessions that it was asked for."""

    @once
    def now(self) -> datetime:
        """The database's time, UTC."""
        return self._now or server_now(self.session)

    @once
    def rules(self) -> Policies:
        """The rules of the centre."""
        return policies.read(self.session)

    @once
    def papers(self) -> Papers:
        """Active sets, switches, durations and questions."""
        return read_papers(self.session)

    @once
    def logins(self) -> tuple[Login, ...]:
        """Every portal login, those that have expired as well."""
        return tuple(logins.all_logins(self.session))

    @once
    def live_logins(self) -> Counter[int]:
        """How many of them each account has that have not expired."""
        return Counter(login.user_id for login in self.logins if login.expires > self.now)

    @once
    def accommodations(self) -> dict[int, int]:
        """How many more minutes are kept for candidates, by account."""
        return given_time.accommodations(self.session)

    def people(self, chosen: Chosen) -> list[Candidate]:
        """The candidates who are chosen, by army number."""
        if chosen not in self._people:
            self._people[chosen] = candidates.load(self.session, users=candidates.users(chosen))
        return self._people[chosen]

    def open_sessions(self, chosen: Chosen) -> dict[int, list[OpenSession]]:
        """The incomplete sessions of each account that is chosen, newest first."""
        if chosen not in self._open:
            found = open_sessions.incomplete(self.session, users=candidates.users(chosen))
            self._open[chosen] = open_sessions.by_user(found)
        return self._open[chosen]

    def open_beside(self, session_ids: Set[int], *, whose: Select[int]) -> dict[int, list[OpenSession]]:
        """All incomplete sessions of those who have these, by account; read only where they are not known yet.

        Args:
            whose: a subquery of their accounts.
        """
        known = {user_id: theirs for found in self._open.values() for user_id, theirs in found.items()}
        if session_ids <= {one.id for theirs in known.values() for one in theirs}:
            return known
        return open_sessions.by_user(open_sessions.incomplete(self.session, users=whose))

    def held(self, sessions: Sequence[OpenSession]) -> dict[int, Held]:
        """What these incomplete sessions are made of; what is known of them already is not read again."""
        if any(one.id not in self._held for one in sessions):
            found = open_sessions.sets_of(self.session, session_ids={one.id for one in sessions})
            self._held.update({one.id: found.get(one.id, {}) for one in sessions})
        return self._held

    def stop_noting(self) -> None:
        """What is read from now on is no part of the plan."""
        if self._noted is not None:
            self._noted.stop()

    def still_hold(self) -> bool:
        """Whether everything that was noted, in every row and column, is the same by now; False where nothing was."""
        return self._noted is not None and self._noted.still_hold()

    def again(self) -> Facts:
        """The facts as they are by now, in the same write transaction."""
        fresh = Facts(self.session, now=self.now)
        # A rule is set under the same lock.
        if "rules" in self.__dict__:
            fresh.rules = self.rules
        return fresh
