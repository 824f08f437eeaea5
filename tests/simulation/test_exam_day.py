"""A whole exam morning at speed, beside the simulated portal: what the hall notices of it, in figures.

Candidates start, write, and hand in late; a desk switches the set three times; an administrator switches and takes
slots away through the portal's own ways; the power fails twice in the middle of an operation; a server ends everybody's
connections. Two desks look, cure what is stuck, and give slots to those who come to them.

The figures are printed (``-s``): stuck-candidate minutes, how long it took until a stuck candidate was shown at a desk
and until the cure, operations, sessions cleared wrongly, answers lost.
"""

from __future__ import annotations

import contextlib
import queue
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import OperationalError

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.log import history
from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.operations.slots import ASSIGN
from desktop_admin.controllers.values.lines import Actor, Chosen
from desktop_admin.controllers.values.sessions import SessionRow
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session, server_now
from desktop_admin.database.tables.portal import CandidateAnswer, CandidateProfile, ExamQuestion, PortalLogin
from desktop_admin.errors import AdminError
from desktop_admin.practice import sample
from tests import planning, raw, servers
from tests.controllers import doing
from tests.simulation import invariants
from tests.simulation.portal_simulator import Refused, SimulatedPortal

AT_ONCE = 20
"""So many a desk cures in one operation."""
MOST_SECONDS_UNSEEN = 10
STUCK = text(
    "SELECT s.id FROM questions_examsession s JOIN questions_activatesets a ON a.trade_id = s.trade_id"
    " WHERE s.completed_at IS NULL AND s.exam_type = 'PRIMARY' AND s.total_questions > 0 AND NOT EXISTS"
    " (SELECT 1 FROM questions_examquestion e JOIN questions_question q ON q.id = e.question_id"
    " WHERE e.session_id = s.id AND q.question_set = a.active_primary_set)"
)
"""Who is stuck on another set, in words of the portal's alone."""


@dataclass
class Hall:
    """What happens in the hall, as it is seen from outside."""

    database: Database
    target: str
    users: list[int]
    waiting: queue.Queue[int] = field(default_factory=queue.Queue)
    ended: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    """The portal's requests come one by one, as on a file: what they do to each other is not looked at here."""
    started: int = 0
    handed_in: dict[int, frozenset[int]] = field(default_factory=dict)
    """The questions of the page that the portal took, by account."""
    without_slot: set[int] = field(default_factory=set)
    """Whose slot the administrator took away: a session from before the next slot is stuck on whatever set."""
    lost: list[str] = field(default_factory=list)
    by_portal: list[tuple[datetime, str]] = field(default_factory=list)
    """The switches that the administrator made through the portal, and when."""
    cut_until: float = 0
    stuck: dict[int, float] = field(default_factory=dict)
    shown: dict[int, float] = field(default_factory=dict)
    cured: dict[int, float] = field(default_factory=dict)
    applied: list[str] = field(default_factory=list)
    """The operations that desks were told of."""
    failures: list[BaseException] = field(default_factory=list)

    def thread(self, work: Callable[[], object]) -> threading.Thread:
        """Begin work beside the rest; a mistake in it ends the day."""

        def run() -> None:
            try:
                work()
            except BaseException as failure:
                self.failures.append(failure)
                self.ended.set()

        made = threading.Thread(target=run)
        made.start()
        return made

    def note(self, changes: Changes) -> None:
        """A desk was told that this was applied."""
        if changes.op_id is not None:
            self.applied.append(changes.op_id)

    def count_stuck(self) -> None:
        """Look who is stuck now, as somebody would who knows only the portal."""
        now = time.monotonic()
        try:
            found = set(self.database.read(lambda session: session.execute(STUCK).scalars().all()))
        except AdminError:
            # Cut off, or busy: it is looked at again in a moment.
            return
        for id_ in found:
            self.stuck.setdefault(id_, now)
        for id_ in self.stuck.keys() - found:
            self.cured.setdefault(id_, now)


class Candidates:
    """The candidates of one web process: each starts, writes, hands in, and begins again where that is refused."""

    def __init__(self, hall: Hall, users: list[int], seed: int) -> None:
        self._hall, self._users, self._pick = hall, users, random.Random(seed)
        self._portal = SimulatedPortal(hall.target)
        self._logins: dict[int, str] = {}
        self._pages: dict[int, list[int]] = {}

    def sit(self) -> None:
        left = list(self._users)
        while left and not self._hall.ended.is_set():
            user = self._pick.choice(left)
            try:
                with self._hall.lock:
                    if self._step(user):
                        left.remove(user)
            except AdminError:
                # What is read beside the portal here was cut as well.
                continue
            except OperationalError as failure:
                # A link that was cut under the portal is asked for again; anything else cost somebody an answer.
                if time.monotonic() > self._hall.cut_until:
                    self._hall.lost.append(str(failure.orig))
            time.sleep(0.002)
        self._portal.close()

    def _step(self, user: int) -> bool:
        hall = self._hall
        if user not in self._pages:
            self._log_in(user)
            try:
                session_id = self._portal.start(user)
            except Refused:
                # Without a slot the candidate raises a hand.
                hall.waiting.put(user)
                return False
            self._pages[user] = self._questions(session_id)
            hall.started += 1
            return False
        page = self._pages.pop(user)
        try:
            self._portal.submit(user, login=self._logins[user], questions=page)
        except Refused:
            return False
        hall.handed_in[user] = frozenset(page)
        return True

    def _log_in(self, user: int) -> None:
        key = f"{user}-{self._pick.randrange(10**12)}"
        until = datetime.now(UTC) + timedelta(hours=3)
        row = {"session_key": key, "session_data": sample.login_data(user), "expire_date": until}
        self._portal.write(insert(PortalLogin).values(row))
        self._logins[user] = key

    def _questions(self, session_id: int) -> list[int]:
        wanted = select(ExamQuestion.question_id).where(ExamQuestion.session_id == session_id)
        return list(self._hall.database.read(lambda session: session.execute(wanted).scalars().all()))


def work_at_desk(hall: Hall, actor: Actor) -> None:
    """Look, cure whoever is stuck, and give slots to those who wait; until the day ends."""
    database = Database.open(hall.target)
    while not hall.ended.is_set():
        with contextlib.suppress(AdminError):
            stuck, plan = database.read(_look, as_of_one_moment=raw.engine(database) != "sqlite")
            now = time.monotonic()
            for row in stuck:
                hall.shown.setdefault(row.id, now)
            if plan is not None:
                # Whoever applies what was shown meanwhile finds it as it was, or is refused.
                hall.note(doing.apply_shown(database, actor, plan))
            waiting: set[int] = set()
            with contextlib.suppress(queue.Empty):
                while len(waiting) < AT_ONCE:
                    waiting.add(hall.waiting.get_nowait())
            if waiting:
                planner = partial(planning.plan_slots, kind=ASSIGN, chosen=Chosen(tuple(waiting)))
                hall.note(doing.apply_now(database, actor, planner))
        time.sleep(0.05)
    database.close()


def _look(session: Session) -> tuple[Sequence[SessionRow], Plan | None]:
    """Who is stuck, and what clearing the sessions that are seen would do."""
    stuck = health.survey(session, finished=0).stuck
    ids = [row.id for row in stuck][:AT_ONCE]
    return stuck, planning.plan_clear(session, session_ids=ids) if ids else None


def switch_at_desk(hall: Hall, actor: Actor, letter: str) -> None:
    """The supervisor switches; a busy database is asked again, as a person would."""
    for _ in range(20):
        with contextlib.suppress(AdminError):
            hall.note(doing.activate(hall.database, actor, ("TTC", letter)))
            return
    raise AssertionError("the switch was not taken")


def fail_power(hall: Hall, seconds: float) -> None:
    """A desk's computer loses its power while it switches, somewhere on its way."""
    asked = ["activate-set", "--paper", "PRIMARY", "--set", "A", "--trade", "TTC", "--yes"]
    command = [sys.executable, "-m", "desktop_admin", "--db", hall.target, *asked]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as desk:
        time.sleep(seconds)
        desk.kill()


def cut_links(hall: Hall) -> None:
    """A server that is started again ends everybody's connections; a file has none."""
    if raw.engine(hall.database) != "sqlite":
        hall.cut_until = time.monotonic() + 5
        servers.end_connections(servers.of_owner(hall.database.backend.writer.url))


def take_slots_away(portal: SimulatedPortal, users: set[int]) -> None:
    """An administrator clears slots by the portal's own form, which leaves the sessions where they are."""
    gone = {"has_exam_slot": False, "slot_attempting_at": None}
    portal.write(update(CandidateProfile).where(CandidateProfile.user_id.in_(users)).values(gone))


def pass_morning(hall: Hall, actor: Actor, seed: int) -> None:
    """What befalls the hall, in order, each time when so many more have started."""
    portal, pick = SimulatedPortal(hall.target), random.Random(seed)

    def switch_in_portal(letter: str) -> None:
        with hall.lock:
            portal.switch(letter, trade_id=doing.trade(hall.database, "TTC"))
        hall.by_portal.append((hall.database.read(server_now), letter))

    def take_slots() -> None:
        with hall.lock:
            hall.without_slot.update(pick.sample(hall.users, len(hall.users) // 10))
            take_slots_away(portal, hall.without_slot)

    events: tuple[Callable[[], None], ...] = (
        partial(switch_at_desk, hall, actor, "C"),
        partial(switch_in_portal, "A"),
        partial(fail_power, hall, pick.uniform(0.5, 2)),
        take_slots,
        partial(switch_at_desk, hall, actor, "E"),
        partial(cut_links, hall),
        partial(fail_power, hall, pick.uniform(0.5, 2)),
        partial(switch_in_portal, "C"),
        partial(switch_at_desk, hall, actor, "A"),
    )
    for number, event in enumerate(events, 1):
        while hall.started < number * len(hall.users) // (len(events) + 1) and not hall.ended.is_set():
            hall.count_stuck()
            time.sleep(0.05)
        event()
        hall.count_stuck()
    portal.close()


def wrongly_cleared(hall: Hall) -> list[int]:
    """Sessions that were cleared although they were on the set that was active then.

    What an operation and the administrator's own switch did within the same second is left out: nobody knows which came
    first.
    """
    records = hall.database.read(lambda session: history.operations(session, limit=None))
    active = [(at, letter, True) for at, letter in hall.by_portal]
    for record in records:
        active += [(record.at, line.choice.letter or "", False) for line in record.lines if line.choice is not None]
    active.sort(key=lambda one: one[0])
    wrong = []
    for record in records:
        before = [(at, letter) for at, letter, _ in active if at <= record.at]
        doubtful = any(abs(at - record.at) < timedelta(seconds=1) for at, _, by_portal in active if by_portal)
        if before and not doubtful:
            cleared = [one for one in record.sessions if one.user_id not in hall.without_slot]
            wrong += [one.id for one in cleared if one.set == before[-1][1]]
    return wrong


def answers_lost(hall: Hall) -> list[int]:
    """Accounts of which the portal said that it has their answers, and that lack one or are not marked as done."""

    def read(session: Session) -> list[int]:
        done = select(CandidateProfile.user_id, CandidateProfile.id).where(CandidateProfile.is_primary_completed)
        candidates = dict(iter(session.execute(done)))
        given: dict[int, set[int]] = {}
        for candidate, question in session.execute(select(CandidateAnswer.candidate_id, CandidateAnswer.question_id)):
            given.setdefault(candidate, set()).add(question)
        return [user for user, page in hall.handed_in.items() if not page <= given.get(candidates.get(user, 0), set())]

    return hall.database.read(read)


def play(database: Database, target: str, actor: Actor, *, number: int) -> None:
    """Let the morning pass with so many candidates, print what came of it, and compare it with what was promised."""
    seed = random.randrange(10**6)
    hall = Hall(database, target, _seat(database, number))
    halves = [Candidates(hall, hall.users[half::2], seed + half) for half in (0, 1)]
    sitting = [hall.thread(one.sit) for one in halves]
    desks = [hall.thread(partial(work_at_desk, hall, actor)) for _ in range(2)]
    pass_morning(hall, actor, seed)
    for thread in sitting:
        while thread.is_alive():
            hall.count_stuck()
            thread.join(0.05)
    hall.ended.set()
    for thread in desks:
        thread.join()
    hall.count_stuck()
    assert hall.failures == [], f"seed {seed}"
    assert hall.lost == []
    assert len(hall.handed_in) == number
    tell(hall, seed)
    assert answers_lost(hall) == []
    assert wrongly_cleared(hall) == []
    assert hall.cured.keys() == hall.stuck.keys(), "somebody is stuck at the end"
    unseen = [hall.shown.get(id_, hall.cured[id_]) - since for id_, since in hall.stuck.items()]
    assert max(unseen) <= MOST_SECONDS_UNSEEN
    told = {record.op_id for record in database.read(lambda session: history.operations(session, limit=None))}
    # Nobody knows of the operations in which the power failed whether they were applied.
    invariants.check_log(database, applied=hall.applied, unknown=told)


def _seat(database: Database, number: int) -> list[int]:
    """Candidates of TTC with a slot; gives their accounts."""
    now, trade_id = datetime.now(UTC), doing.trade(database, "TTC")

    def write(session: Session) -> list[int]:
        users = []
        for place in range(number):
            army_no = f"D-{place:04}"
            user = sample.add_candidate(session, army_no=army_no, name="S. Rawat", trade_id=trade_id, now=now)
            sample.give_slot(session, user_id=user, at=now)
            users.append(user)
        return users

    return database.write(write)


def tell(hall: Hall, seed: int) -> None:
    """Print the figures."""
    waits = [hall.cured[id_] - since for id_, since in hall.stuck.items() if id_ in hall.cured]
    unseen = [hall.shown[id_] - since for id_, since in hall.stuck.items() if id_ in hall.shown]
    figures = {
        "seed": seed,
        "candidates": len(hall.users),
        "handed in": len(hall.handed_in),
        "stuck": len(hall.stuck),
        "stuck-candidate minutes": round(sum(waits) / 60, 2),
        "seconds until shown, at most": round(max(unseen, default=0), 1),
        "seconds until cured, at most": round(max(waits, default=0), 1),
        "operations": len(hall.applied),
        "sessions cleared wrongly": len(wrongly_cleared(hall)),
        "answers lost": len(answers_lost(hall)) + len(hall.lost),
    }
    print(*(f"{name}: {value}" for name, value in figures.items()), sep=" · ")


@pytest.mark.early
@pytest.mark.parametrize("number", [40, pytest.param(600, marks=pytest.mark.long)])
def test_nobody_loses_an_exam_in_a_whole_morning(
    any_database: Database, any_target: str, actor: Actor, number: int
) -> None:
    play(any_database, any_target, actor, number=number)
