"""A simulated portal: it starts, resumes and submits sessions in the portal's own order, with points to pause at.

The order was seen on the running portal: the view checks outside any transaction; making a session is one transaction
at READ COMMITTED (one INSERT of the session, a look at the active set, one INSERT for each question, one UPDATE); the
profile is then saved whole, from the copy that was read first.
"""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Executable, NullPool, create_engine, event, insert, select, update

from desktop_admin.controllers.portal.logins import account_of
from desktop_admin.database.backends.address import backend as backend_of
from desktop_admin.database.tables.portal import (
    ActivateSets,
    CandidateAnswer,
    CandidateProfile,
    ExamQuestion,
    ExamSession,
    PortalLogin,
    Question,
    QuestionPaper,
    Trade,
    TradePaperActivation,
)
from desktop_admin.rules import Paper, required_parts

POINTS = ("checked", "looked", "begun", "inserted", "chosen", "questions", "finishing")
"""Where a start can be paused, in order."""


class Refused(Exception):
    """The portal does not let the candidate do it; the text says why."""


@dataclass
class Pause:
    """Holds a request at one point until it is let go."""

    point: str
    reached: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)

    def at(self, point: str) -> None:
        """Wait here, if this is the point."""
        if point == self.point:
            self.reached.set()
            assert self.go.wait(120), f"nobody let the request go on from {point}"


NOWHERE = Pause("")


class SimulatedPortal:
    """One web process of the portal, on its own connections.

    Args:
        minds_switches: papers that are closed are neither started nor taken; the other tests' papers are always open.
    """

    def __init__(self, target: str | Path, *, minds_switches: bool = False) -> None:
        self._engine = _engine(target)
        self._minds_switches = minds_switches

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def start(self, user_id: int, *, pause: Pause = NOWHERE) -> int:
        """The candidate presses Start: a session is resumed or made; gives back its id."""
        with self._engine.connect() as connection:
            profile = _profile(connection, user_id)
            paper = self._check(connection, profile)
            connection.rollback()
            pause.at("checked")
            existing = _newest_incomplete(connection, user_id, paper)
            connection.rollback()
            pause.at("looked")
            session_id = existing if existing is not None else self._make(connection, profile, paper, pause)
            if profile.slot_attempting_at is None:
                whole = {column: getattr(profile, column) for column in _SAVED} | {"slot_attempting_at": _now()}
                connection.execute(update(CandidateProfile).where(CandidateProfile.user_id == user_id).values(whole))
                connection.commit()
            return session_id

    def submit(
        self, user_id: int, *, login: str, questions: list[int], pause: Pause = NOWHERE, thinking: float = 0
    ) -> int:
        """The candidate presses Submit on a page that shows these questions; gives back the completed session.

        One transaction reads the session and then writes answers, session and profile.

        Args:
            user_id: the candidate's account.
            login: the key of the candidate's portal login.
            questions: of the page.
            pause: where to wait.
            thinking: seconds between the reading and the writing.

        Raises:
            Refused: the login has ended, or there is no slot.
        """
        with self._engine.connect() as connection:
            row = connection.execute(select(PortalLogin.session_data).where(PortalLogin.session_key == login)).first()
            if row is None or account_of(row.session_data) != user_id:
                raise Refused("login")
            profile = _profile(connection, user_id)
            paper = self._check(connection, profile)
            connection.rollback()
            pause.at("checked")
            session_id = _newest_incomplete(connection, user_id, paper)
            connection.rollback()
            pause.at("looked")
            if session_id is None:
                session_id = self._make(connection, profile, paper, NOWHERE)
            answers = _answers(connection, profile, paper, questions)
            time.sleep(thinking)
            connection.execute(insert(CandidateAnswer), answers)
            pause.at("answered")
            connection.execute(update(ExamSession).where(ExamSession.id == session_id).values(completed_at=_now()))
            done = {f"is_{paper.lower()}_completed": True, f"{paper.lower()}_slot_consumed_at": _now()}
            gone = {"has_exam_slot": False, "slot_attempting_at": None}
            connection.execute(update(CandidateProfile).where(CandidateProfile.user_id == user_id).values(done | gone))
            connection.commit()
            return session_id

    def switch(
        self, letter: str, *, trade_id: int | None = None, paper: Paper = Paper.PRIMARY, pause: Pause = NOWHERE
    ) -> None:
        """An administrator switches a trade's set, or all trades', by one UPDATE that clears and locks nothing."""
        column = ActivateSets.active_primary_set if paper is Paper.PRIMARY else ActivateSets.active_secondary_set
        statement = update(ActivateSets).values({column: letter, ActivateSets.last_updated: _now()})
        if trade_id is not None:
            statement = statement.where(ActivateSets.trade_id == trade_id)
        with self._engine.connect() as connection:
            connection.execute(statement)
            pause.at("switched")
            connection.commit()

    def write(self, statement: Executable) -> None:
        """Whatever else is written by the portal's account, in a transaction of its own."""
        with self._engine.connect() as connection:
            connection.execute(statement)
            connection.commit()

    def _check(self, connection: Connection, profile: Any) -> Paper:
        paper = _check(profile)
        if self._minds_switches and not _is_open(connection, profile.trade_id, paper):
            raise Refused("closed")
        return paper

    def _make(self, connection: Connection, profile: Any, paper: Paper, pause: Pause) -> int:
        pause.at("begun")
        session_id = _insert_session(connection, profile, paper)
        pause.at("inserted")
        letter = _active_letter(connection, profile.trade_id, paper)
        pause.at("chosen")
        picked = _pick(connection, profile.trade_id, paper, letter)
        for place, question_id in enumerate(picked, 1):
            if place == len(picked) // 2:
                pause.at("questions")
            connection.execute(
                insert(ExamQuestion).values(session_id=session_id, question_id=question_id, position=place)
            )
        connection.execute(update(ExamSession).where(ExamSession.id == session_id).values(total_questions=len(picked)))
        pause.at("finishing")
        connection.commit()
        return session_id


_SAVED = [column.key for column in CandidateProfile.__table__.columns if column.key != "id"]
"""The portal's save() writes every column of the profile from the copy that it read."""


def _engine(target: str | Path) -> Engine:
    """An engine as Django's: READ COMMITTED on servers, deferred transactions with 5 s patience on SQLite."""
    backend = backend_of(target)
    url = backend.writer.url
    backend.close()
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args={"timeout": 5.0, "isolation_level": None}, poolclass=NullPool)
        event.listen(engine, "connect", lambda raw, _record: raw.execute("PRAGMA foreign_keys=ON"))
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
        return engine
    return create_engine(url, isolation_level="READ COMMITTED", poolclass=NullPool)


def _now() -> datetime:
    return datetime.now(UTC)


def _profile(connection: Connection, user_id: int) -> Any:
    profile = CandidateProfile.__table__
    return connection.execute(profile.select().where(profile.c.user_id == user_id)).one()


def _check(profile: Any) -> Paper:
    if not profile.has_exam_slot:
        raise Refused("no exam slot")
    if not profile.is_primary_completed:
        return Paper.PRIMARY
    if not profile.is_secondary_completed:
        return Paper.SECONDARY
    raise Refused("completed")


def _is_open(connection: Connection, trade_id: int, paper: Paper) -> bool:
    one, whole = TradePaperActivation, QuestionPaper
    of_trade = select(one.is_active).where(one.trade_id == trade_id, one.paper_type == paper)
    of_paper = select(whole.is_active).where(whole.question_paper == paper)
    return all(connection.execute(switch).scalar() for switch in (of_trade, of_paper))


def _newest_incomplete(connection: Connection, user_id: int, paper: Paper) -> int | None:
    return connection.execute(
        select(ExamSession.id)
        .join(QuestionPaper, QuestionPaper.id == ExamSession.paper_id)
        .where(
            ExamSession.user_id == user_id,
            QuestionPaper.question_paper == paper,
            ExamSession.exam_type == paper,
            ExamSession.completed_at.is_(None),
        )
        .order_by(ExamSession.started_at.desc())
        .limit(1)
    ).scalar()


def _insert_session(connection: Connection, profile: Any, paper: Paper) -> int:
    paper_id = connection.execute(select(QuestionPaper.id).where(QuestionPaper.question_paper == paper)).scalar_one()
    # Up to here the portal has only read; its transaction begins with the INSERT.
    connection.rollback()
    result = connection.execute(
        insert(ExamSession).values(
            started_at=_now(),
            completed_at=None,
            duration=timedelta(minutes=90),
            total_questions=0,
            score=None,
            paper_id=paper_id,
            trade_id=profile.trade_id if paper is Paper.PRIMARY else None,
            user_id=profile.user_id,
            exam_type=paper.value,
        )
    )
    assert result.inserted_primary_key is not None
    return int(result.inserted_primary_key[0])


def _active_letter(connection: Connection, trade_id: int, paper: Paper) -> str:
    column = ActivateSets.active_primary_set if paper is Paper.PRIMARY else ActivateSets.active_secondary_set
    return connection.execute(select(column).where(ActivateSets.trade_id == trade_id)).scalar() or "A"


def _pick(connection: Connection, trade_id: int, paper: Paper, letter: str) -> list[int]:
    name, code = connection.execute(select(Trade.name, Trade.code).where(Trade.id == trade_id)).one()
    owner = Question.trade_id == trade_id if paper is Paper.PRIMARY else Question.is_common
    rows = connection.execute(
        select(Question.part, Question.id).where(
            owner, Question.paper_type == paper, Question.question_set == letter, Question.is_active
        )
    ).all()
    picked: list[int] = []
    for part, needed in required_parts(trade_name=name, trade_code=code, paper=paper).items():
        of_part = [question_id for question_part, question_id in rows if question_part == part]
        picked.extend(random.sample(of_part, min(needed, len(of_part))))
    return picked


def _answers(connection: Connection, profile: Any, paper: Paper, questions: list[int]) -> list[dict[str, Any]]:
    paper_id = connection.execute(select(QuestionPaper.id).where(QuestionPaper.question_paper == paper)).scalar_one()
    return [
        {
            "answer": "a",
            "submitted_at": _now(),
            "candidate_id": profile.id,
            "paper_id": paper_id,
            "question_id": question,
            "exam_type": paper.value,
        }
        for question in questions
    ]
