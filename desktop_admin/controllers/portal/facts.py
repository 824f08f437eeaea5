"""What plans are made from: the portal as it is at one moment, each part read at most once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Select

from desktop_admin.controllers.portal import candidates, given_time, logins, open_sessions, row_locks
from desktop_admin.controllers.portal.logins import Logins
from desktop_admin.controllers.portal.open_sessions import Held, OpenSession
from desktop_admin.controllers.portal.papers import Papers, PaperSettings, read_papers, read_settings
from desktop_admin.controllers.upkeep import policies
from desktop_admin.controllers.upkeep.policies import Policies
from desktop_admin.controllers.values.lines import Chosen
from desktop_admin.controllers.values.people import Candidate, Owner
from desktop_admin.controllers.values.sessions import SessionRow
from desktop_admin.database.session import Noted, Session, server_now
from desktop_admin.database.statements import sql
from desktop_admin.once import once


class Locked(NamedTuple):
    """The trades whose papers are locked, and the accounts of the candidates who are."""

    trade_ids: frozenset[int] = frozenset()
    user_ids: frozenset[int] = frozenset()


class Clock(NamedTuple):
    """What two clocks showed at the same moment, UTC."""

    server: datetime
    desk: datetime


class Facts:
    """The portal as it is now; several operations for the same candidates are planned from the same facts.

    Args:
        noting: for a plan that is made inside the very write that carries it out: rows that it names beforehand are
            locked before they are read (``lock_ahead``), and what is read is noted, for ``still_hold`` to compare it
            where more rows are locked later.
    """

    def __init__(self, session: Session, *, now: datetime | None = None, noting: bool = False) -> None:
        self.session = session
        self._noted = Noted(session) if noting and not sql.is_file(session) else None
        self._now = now
        self._locked = Locked()
        self._people: dict[Chosen, list[Candidate]] = {}
        self._open: dict[Chosen, dict[int, list[OpenSession]]] = {}
        self._open_of_trades: dict[int, list[OpenSession]] = {}
        self._held: dict[int, Held] = {}
        self.examined: dict[tuple[frozenset[int] | None, int | None], list[SessionRow]] = {}
        """What ``health.examine`` found, by the accounts and the number of finished sessions that it was asked for."""

    @once
    def now(self) -> datetime:
        """The database's time, UTC."""
        return self._now or self.clock.server

    @once
    def clock(self) -> Clock:
        """What the database's clock and this desk's showed at the same moment."""
        server = server_now(self.session) if sql.is_file(self.session) else self._of_server[0]
        return Clock(server=server, desk=datetime.now(UTC))

    @once
    def rules(self) -> Policies:
        """The rules of the centre."""
        return policies.read(self.session) if sql.is_file(self.session) else self._of_server[1]

    @once
    def _of_server(self) -> tuple[datetime, Policies]:
        """The server's time and the rules of the centre, in one statement: nearly every plan needs both."""
        return policies.read_with_time(self.session)

    @once
    def paper_settings(self) -> PaperSettings:
        """Active sets, switches and durations."""
        return read_settings(self.session)

    @once
    def papers(self) -> Papers:
        """The same, and the questions."""
        return read_papers(self.session, self.paper_settings)

    @once
    def logins(self) -> Logins:
        """Every portal login, those that have expired as well."""
        return logins.all_logins(self.session)

    def live_logins(self, user_id: int) -> int:
        """How many logins of an account have not expired."""
        theirs = self.logins.of.get(user_id)
        return sum([login.expires > self.now for login in theirs]) if theirs else 0

    @once
    def accommodations(self) -> dict[int, int]:
        """How many more minutes are kept for candidates, by account."""
        return given_time.accommodations(self.session)

    def people(self, chosen: Chosen) -> list[Candidate]:
        """The candidates who are chosen, by army number."""
        if chosen not in self._people:
            self._people[chosen] = candidates.load(self.session, users=candidates.users(chosen))
        return self._people[chosen]

    def owners(self, user_ids: Set[int]) -> Mapping[int, Owner]:
        """Who has these accounts, by army number; whoever was chosen is known already."""
        for people in self._people.values():
            known = {one.user_id: one for one in people if one.user_id in user_ids}
            if len(known) == len(user_ids):
                return known
        return candidates.owners(self.session, user_ids=sql.numbers(user_ids))

    def open_sessions(self, chosen: Chosen) -> dict[int, list[OpenSession]]:
        """The incomplete sessions of each account that is chosen, newest first."""
        if chosen not in self._open:
            found = open_sessions.incomplete(self.session, users=candidates.users(chosen))
            self._open[chosen] = open_sessions.by_user(found)
        return self._open[chosen]

    def open_of_trades(self, trade_ids: Collection[int]) -> list[OpenSession]:
        """All incomplete sessions of the accounts that have one which belongs to these trades, newest first."""
        found = open_sessions.incomplete(self.session, users=open_sessions.whose_of_trades(trade_ids))
        self._open_of_trades = open_sessions.by_user(found)
        return found

    def open_beside(self, session_ids: Set[int], *, whose: Select[int]) -> dict[int, list[OpenSession]]:
        """All incomplete sessions of those who have these, by account; read only where they are not known yet.

        Args:
            whose: a subquery of their accounts.
        """
        read = (*self._open.values(), self._open_of_trades)
        known = {user_id: theirs for found in read for user_id, theirs in found.items()}
        if session_ids <= {one.id for theirs in known.values() for one in theirs}:
            return known
        return open_sessions.by_user(open_sessions.incomplete(self.session, users=whose))

    def held(self, sessions: Sequence[OpenSession]) -> dict[int, Held]:
        """What these incomplete sessions are made of; what is known of them already is not read again."""
        if any(one.id not in self._held for one in sessions):
            found = open_sessions.sets_of(self.session, session_ids={one.id for one in sessions})
            self._held.update({one.id: found.get(one.id, {}) for one in sessions})
        return self._held

    def lock_ahead(self, *, trade_ids: Collection[int] = (), user_ids: Collection[int] = ()) -> bool:
        """Lock rows before they are read, where the plan is carried out in this very write, so that they stay as read.

        Only of those who are concerned for certain: whoever is locked as well could meet the lock in a request.

        Returns:
            Whether anything was locked.
        """
        return self._noted is not None and self.lock(trade_ids=trade_ids, user_ids=user_ids)

    def lock(self, *, trade_ids: Collection[int], user_ids: Collection[int]) -> bool:
        """L2: lock what will be written (active sets, then candidates by id), so that it stays as planned until COMMIT.

        Returns:
            Whether anything was not locked before; never on a file, whose one lock is held already.
        """
        if sql.is_file(self.session):
            return False
        trades, users = set(trade_ids) - self._locked.trade_ids, set(user_ids) - self._locked.user_ids
        if trades:
            row_locks.lock_trades(self.session, trades)
        if users:
            row_locks.lock_candidates(self.session, users)
        self._locked = Locked(self._locked.trade_ids | trades, self._locked.user_ids | users)
        return bool(trades or users)

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
        if "clock" in self.__dict__:
            fresh.clock = self.clock
        return fresh
