"""The portal's tables, mapped with the types that the portal itself stores.

We share these tables with the running portal: no column or index of ours goes into them, and triggers only where a
supervisor installs the guard. No column has a default in the database, so an INSERT supplies every NOT NULL column;
``auto_now`` columns are set on every UPDATE.
Source: the portal's database notes, measured on the portal's own migrations (registration 0010, questions 0015).
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, UniqueConstraint, column
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from desktop_admin.database.tables.types import (
    FIRST,
    BigInteger,
    BigKey,
    Clock,
    Day,
    Duration,
    Integer,
    PortalDecimal,
    PortalJson,
    String,
    Text,
    UtcDateTime,
)

_NUMBERED: Any = {"sqlite_autoincrement": True}


def _parent(column: str) -> ForeignKey:
    """A foreign key as the portal makes it: no action, checked at COMMIT."""
    return ForeignKey(column, deferrable=True, initially="DEFERRED")


class Portal(DeclarativeBase):
    """Base of the portal's tables."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        bool: Boolean(),
        int: BigInteger(),
        str: Text(),
        dt.datetime: UtcDateTime(),
        dt.timedelta: Duration(),
        dt.date: Day(),
        dt.time: Clock(),
    }


class Numbered(Portal):
    """A table whose rows the portal numbers; on SQLite as Django does, so that an id is never given twice."""

    __abstract__ = True
    __table_args__ = _NUMBERED

    id: Mapped[int] = mapped_column(BigKey, primary_key=True, sort_order=-1)


class Center(Numbered):
    """An exam centre."""

    __tablename__ = "centers_center"

    comd: Mapped[str] = mapped_column(String(20))
    exam_center: Mapped[str] = mapped_column("exam_Center", String(150))
    is_active: Mapped[bool]


class User(Numbered):
    """An account: candidate or staff. Candidates are made and removed; of one that is there nothing is written."""

    __tablename__ = "accounts_user"

    password: Mapped[str] = mapped_column(String(128))
    last_login: Mapped[dt.datetime | None]
    is_superuser: Mapped[bool]
    username: Mapped[str] = mapped_column(String(150), unique=True)
    first_name: Mapped[str] = mapped_column(String(150))
    last_name: Mapped[str] = mapped_column(String(150))
    email: Mapped[str] = mapped_column(String(254))
    is_staff: Mapped[bool]
    is_active: Mapped[bool]
    date_joined: Mapped[dt.datetime]
    role: Mapped[str] = mapped_column(String(32), index=True)
    center_id: Mapped[int | None] = mapped_column(BigInteger, _parent("centers_center.id"), index=True)


class Trade(Numbered):
    """A candidate's occupation."""

    __tablename__ = "reference_trade"

    name: Mapped[str] = mapped_column(String(80), unique=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)


class Shift(Numbered):
    """A timetabled group of candidates."""

    __tablename__ = "exams_shift"
    __table_args__ = (UniqueConstraint("exam_center_id", "date", "start_time"), _NUMBERED)

    date: Mapped[dt.date]
    start_time: Mapped[dt.time]
    exam_center_id: Mapped[int] = mapped_column(BigInteger, _parent("centers_center.id"), index=True)


class CandidateProfile(Numbered):
    """A candidate: person, slot and completion columns. Of one who is there, nothing else but the shift is written."""

    __tablename__ = "registration_candidateprofile"

    army_no: Mapped[str] = mapped_column(String(50), unique=True)
    rank: Mapped[str] = mapped_column(String(50))
    unit: Mapped[str | None] = mapped_column(String(50))
    brigade: Mapped[str | None] = mapped_column(String(100))
    corps: Mapped[str | None] = mapped_column(String(100))
    command: Mapped[str | None] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(150))
    dob: Mapped[str] = mapped_column(String(10))
    doe: Mapped[dt.date]
    aadhar_number: Mapped[str] = mapped_column(String(12))
    father_name: Mapped[str] = mapped_column(String(150))
    photograph: Mapped[str | None] = mapped_column(String(100))
    nsqf_level: Mapped[str] = mapped_column(String(50))
    exam_center: Mapped[str | None] = mapped_column(String(150))
    training_center: Mapped[str | None] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(100))
    district: Mapped[str] = mapped_column(String(100))
    primary_qualification: Mapped[str | None] = mapped_column(String(150))
    primary_duration: Mapped[str | None] = mapped_column(String(50))
    primary_credits: Mapped[str | None] = mapped_column(String(50))
    secondary_qualification: Mapped[str | None] = mapped_column(String(150))
    secondary_duration: Mapped[str | None] = mapped_column(String(50))
    secondary_credits: Mapped[str | None] = mapped_column(String(50))
    primary_viva_marks: Mapped[int | None] = mapped_column(Integer())
    primary_practical_marks: Mapped[int | None] = mapped_column(Integer())
    secondary_viva_marks: Mapped[int | None] = mapped_column(Integer())
    secondary_practical_marks: Mapped[int | None] = mapped_column(Integer())
    created_at: Mapped[dt.datetime]
    shift_id: Mapped[int | None] = mapped_column(BigInteger, _parent("exams_shift.id"), index=True)
    trade_id: Mapped[int | None] = mapped_column(BigInteger, _parent("reference_trade.id"), index=True)
    user_id: Mapped[int] = mapped_column(BigInteger, _parent("accounts_user.id"), unique=True)
    mobile_no: Mapped[str | None] = mapped_column(String(10))
    has_exam_slot: Mapped[bool]
    slot_assigned_at: Mapped[dt.datetime | None]
    slot_assigned_by_id: Mapped[int | None] = mapped_column(BigInteger, _parent("accounts_user.id"), index=True)
    slot_attempting_at: Mapped[dt.datetime | None]
    is_primary_completed: Mapped[bool]
    is_secondary_completed: Mapped[bool]
    primary_bypass_allowed: Mapped[bool]
    primary_slot_consumed_at: Mapped[dt.datetime | None]
    secondary_slot_consumed_at: Mapped[dt.datetime | None]
    apaar_id: Mapped[str] = mapped_column(String(12))


class Question(Numbered):
    """A question of a set; common questions belong to no trade."""

    __tablename__ = "questions_question"
    __table_args__ = (
        Index("questions_question_question_part", "question_set", "part"),
        Index(
            "questions_question_trade_id_paper_ty_question_is_activ",
            "trade_id",
            "paper_type",
            "question_set",
            "is_active",
        ),
        _NUMBERED,
    )

    text: Mapped[str]
    part: Mapped[str] = mapped_column(String(1))
    marks: Mapped[Decimal] = mapped_column(PortalDecimal(5, 2))
    options: Mapped[object | None] = mapped_column(PortalJson)
    correct_answer: Mapped[object | None] = mapped_column(PortalJson)
    is_active: Mapped[bool]
    created_at: Mapped[dt.datetime]
    trade_id: Mapped[int | None] = mapped_column(BigInteger, _parent("reference_trade.id"), index=True)
    is_common: Mapped[bool]
    paper_type: Mapped[str] = mapped_column(String(20))
    option_a: Mapped[str | None]
    option_b: Mapped[str | None]
    option_c: Mapped[str | None]
    option_d: Mapped[str | None]
    question_set: Mapped[str] = mapped_column(String(1))


class QuestionPaper(Numbered):
    """One of the two papers, and whether it may be sat."""

    __tablename__ = "questions_questionpaper"

    exam_duration: Mapped[dt.timedelta]
    is_active: Mapped[bool]
    question_paper: Mapped[str] = mapped_column(String(20), unique=True)


class TradePaperActivation(Numbered):
    """Whether one trade may start one paper, and for how long."""

    __tablename__ = "questions_tradepaperactivation"
    __table_args__ = (UniqueConstraint("trade_id", "paper_type"), _NUMBERED)

    paper_type: Mapped[str] = mapped_column(String(20))
    is_active: Mapped[bool]
    exam_duration: Mapped[dt.timedelta | None]
    trade_id: Mapped[int] = mapped_column(BigInteger, _parent("reference_trade.id"), index=True)


class GlobalPaperTypeControl(Numbered):
    """The active row's type is forced on every new session; two active rows make every start fail."""

    __tablename__ = "questions_globalpapertypecontrol"

    paper_type: Mapped[str] = mapped_column(String(20), unique=True)
    is_active: Mapped[bool]
    last_activated: Mapped[dt.datetime]
    activated_by_id: Mapped[int | None] = mapped_column(BigInteger, _parent("accounts_user.id"), index=True)


class ActivateSets(Portal):
    """The active letters of a trade: the copy that decides. A trade without a row has A in both papers."""

    __tablename__ = "questions_activatesets"

    trade_id: Mapped[int] = mapped_column(BigInteger, _parent("reference_trade.id"), primary_key=True)
    active_primary_set: Mapped[str] = mapped_column(String(1))
    active_secondary_set: Mapped[str] = mapped_column(String(1))
    last_updated: Mapped[dt.datetime]
    updated_by_id: Mapped[int | None] = mapped_column(BigInteger, _parent("accounts_user.id"), index=True)


class QuestionSetActivation(Numbered):
    """The copy of the active set that the portal shows to its administrators."""

    __tablename__ = "questions_questionsetactivation"
    __table_args__ = (
        UniqueConstraint("trade_id", "paper_type", "question_set"),
        Index("questions_questionsetactivation_trade_id_paper_ty_is_activ", "trade_id", "paper_type", "is_active"),
        _NUMBERED,
    )

    paper_type: Mapped[str] = mapped_column(String(20))
    question_set: Mapped[str] = mapped_column(String(1))
    is_active: Mapped[bool]
    activated_at: Mapped[dt.datetime]
    activated_by_id: Mapped[int | None] = mapped_column(BigInteger, _parent("accounts_user.id"), index=True)
    trade_id: Mapped[int] = mapped_column(BigInteger, _parent("reference_trade.id"), index=True)


class UniversalSetActivation(Numbered):
    """A remembered wish to use one letter in all trades."""

    __tablename__ = "questions_universalsetactivation"

    paper_type: Mapped[str] = mapped_column(String(20), unique=True)
    universal_set_label: Mapped[str | None] = mapped_column(String(1))
    universal_duration_minutes: Mapped[int | None] = mapped_column(Integer())
    is_universal_set_active: Mapped[bool]
    is_universal_duration_active: Mapped[bool]
    activated_at: Mapped[dt.datetime]
    activated_by_id: Mapped[int | None] = mapped_column(BigInteger, _parent("accounts_user.id"), index=True)


class ExamSession(Numbered):
    """One candidate's run of one paper; incomplete while ``completed_at`` is NULL."""

    __tablename__ = "questions_examsession"
    __table_args__ = (CheckConstraint(column("total_questions", Integer()) >= 0), _NUMBERED)

    started_at: Mapped[dt.datetime | None]
    completed_at: Mapped[dt.datetime | None]
    duration: Mapped[dt.timedelta | None]
    total_questions: Mapped[int] = mapped_column(Integer())
    score: Mapped[Decimal | None] = mapped_column(PortalDecimal(8, 2))
    paper_id: Mapped[int] = mapped_column(BigInteger, _parent("questions_questionpaper.id"), index=True)
    trade_id: Mapped[int | None] = mapped_column(BigInteger, _parent("reference_trade.id"), index=True)
    user_id: Mapped[int] = mapped_column(BigInteger, _parent("accounts_user.id"), index=True)
    exam_type: Mapped[str] = mapped_column(String(20))


class ExamQuestion(Numbered):
    """One question of a session."""

    __tablename__ = "questions_examquestion"
    __table_args__ = (
        UniqueConstraint("session_id", "question_id"),
        CheckConstraint(column("order", Integer()) >= 0),
        _NUMBERED,
    )

    position: Mapped[int] = mapped_column("order", Integer())
    question_id: Mapped[int] = mapped_column(BigInteger, _parent("questions_question.id"), index=True)
    session_id: Mapped[int] = mapped_column(BigInteger, _parent("questions_examsession.id"), index=True)


class CandidateAnswer(Numbered):
    """One answer, written when the candidate submits."""

    __tablename__ = "results_candidateanswer"
    __table_args__ = (
        Index("results_candidateanswer_paper_id_exam_typ", "paper_id", "exam_type"),
        Index("results_candidateanswer_candidat_exam_typ", "candidate_id", "exam_type"),
        UniqueConstraint("candidate_id", "paper_id", "question_id", "exam_type"),
        _NUMBERED,
    )

    answer: Mapped[str | None]
    submitted_at: Mapped[dt.datetime]
    candidate_id: Mapped[int] = mapped_column(BigInteger, _parent("registration_candidateprofile.id"), index=True)
    paper_id: Mapped[int | None] = mapped_column(BigInteger, _parent("questions_questionpaper.id"), index=True)
    question_id: Mapped[int] = mapped_column(BigInteger, _parent("questions_question.id"), index=True)
    exam_type: Mapped[str] = mapped_column(String(10))


class PortalLogin(Portal):
    """A signed-in browser; ``session_data`` names the account (see ``controllers.logins``)."""

    __tablename__ = "django_session"

    session_key: Mapped[str] = mapped_column(String(40), primary_key=True)
    session_data: Mapped[str]
    expire_date: Mapped[dt.datetime] = mapped_column(UtcDateTime(otherwise=FIRST), index=True)


class AppliedMigration(Numbered):
    """A migration that the portal has applied."""

    __tablename__ = "django_migrations"

    app: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(255))
    applied: Mapped[dt.datetime]
