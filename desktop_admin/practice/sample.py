"""Rows of a portal database made up: for the scratch database of the self-check, the demo's exam day, and tests."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select, update

from desktop_admin.database.session import Session
from desktop_admin.database.tables.portal import (
    ActivateSets,
    CandidateProfile,
    Center,
    GlobalPaperTypeControl,
    Numbered,
    PortalLogin,
    Question,
    QuestionPaper,
    QuestionSetActivation,
    Shift,
    Trade,
    TradePaperActivation,
    User,
)
from desktop_admin.rules import Paper, required_parts


def add(session: Session, row: Numbered) -> int:
    """Add a row; gives back the id that the portal's numbering gave it."""
    session.add(row)
    session.flush()
    return row.id


def add_trade(session: Session, *, name: str) -> int:
    """A trade whose code is its name, as the portal seeds them."""
    return add(session, Trade(name=name, code=name))


def trade_id(session: Session, *, name: str) -> int:
    """The id of a trade that was added."""
    return session.execute(select(Trade.id).where(Trade.name == name)).scalar_one()


def add_switches(session: Session, *, trade_ids: Iterable[int], now: datetime, is_open: Paper = Paper.PRIMARY) -> None:
    """Both papers, with one of them open for these trades, and the global control agreeing."""
    trades = list(trade_ids)
    for paper in Paper:
        session.add(QuestionPaper(question_paper=paper, is_active=paper is is_open, exam_duration=timedelta(hours=3)))
        session.add(GlobalPaperTypeControl(paper_type=paper, is_active=paper is is_open, last_activated=now))
        session.add_all(
            TradePaperActivation(trade_id=one, paper_type=paper, is_active=paper is is_open) for one in trades
        )
    session.flush()


def add_questions(
    session: Session,
    *,
    trade_id: int | None,
    trade_name: str,
    paper: Paper,
    letter: str,
    now: datetime,
    spare: int = 2,
    parts: dict[str, int] | None = None,
) -> None:
    """Active questions of one set: as many of each part as a session needs, and some to choose from.

    Args:
        trade_id: the trade that PRIMARY questions belong to; None makes common ones.
        trade_name: decides how many a part needs.
        spare: how many more than needed in each part.
        parts: exact numbers by part, instead of what a session needs.
    """
    required = required_parts(trade_name=trade_name, trade_code=trade_name, paper=paper)
    wanted = parts or {part: needed + spare for part, needed in required.items()}
    session.execute(
        insert(Question),
        [
            {
                "text": f"{trade_name} {paper} {letter}, part {part}, question {number}",
                "part": part,
                "marks": Decimal(1),
                "correct_answer": "a",
                "is_active": True,
                "created_at": now,
                "trade_id": trade_id,
                "is_common": trade_id is None,
                "paper_type": paper.value,
                **{f"option_{one}": one for one in "abcd"},
                "question_set": letter,
            }
            for part, count in wanted.items()
            for number in range(1, count + 1)
        ],
    )


def add_active(session: Session, *, trade_id: int, primary: str, secondary: str, now: datetime) -> None:
    """The active letters of a trade, in all copies."""
    deciding = {"active_primary_set": primary, "active_secondary_set": secondary, "last_updated": now}
    session.add(ActivateSets(trade_id=trade_id, **deciding))
    for paper, letter in ((Paper.PRIMARY, primary), (Paper.SECONDARY, secondary)):
        shown = {"question_set": letter, "is_active": True, "activated_at": now}
        session.add(QuestionSetActivation(trade_id=trade_id, paper_type=paper, **shown))
    session.flush()


def add_shift(session: Session, *, centre: str, day: date, start: time) -> int:
    """A shift in a centre of this name, which is added where it is missing."""
    center_id = session.execute(select(Center.id).where(Center.exam_center == centre)).scalar_one_or_none()
    if center_id is None:
        center_id = add(session, Center(comd="", exam_center=centre, is_active=True))
    return add(session, Shift(date=day, start_time=start, exam_center_id=center_id))


def add_user(session: Session, *, username: str, now: datetime, staff: bool = False, active: bool = True) -> int:
    """An account that nobody can sign in to, because its password is unusable."""
    user = User(
        password="!",
        is_superuser=False,
        username=username,
        first_name="",
        last_name="",
        email="",
        is_staff=staff,
        is_active=active,
        date_joined=now,
        role="OIC_ADMIN" if staff else "CANDIDATE",
    )
    return add(session, user)


def add_candidate(
    session: Session,
    *,
    army_no: str,
    name: str,
    trade_id: int | None,
    now: datetime,
    shift_id: int | None = None,
    **columns: Any,
) -> int:
    """A candidate with an account, without a slot; gives back the account's id.

    Args:
        columns: other columns of the profile that matter to the caller.
    """
    user_id = add_user(session, username=army_no, now=now)
    required = {
        "army_no": army_no,
        "name": name,
        "rank": "Sep",
        "dob": "1995-01-01",
        "doe": date(2015, 1, 1),
        "aadhar_number": "0" * 12,
        "father_name": "-",
        "photograph": f"photos/{user_id}.jpg",
        "nsqf_level": "",
        "state": "-",
        "district": "-",
        "created_at": now,
        "shift_id": shift_id,
        "trade_id": trade_id,
        "user_id": user_id,
        "has_exam_slot": False,
        "is_primary_completed": False,
        "is_secondary_completed": False,
        "primary_bypass_allowed": False,
        "apaar_id": "0" * 12,
    }
    add(session, CandidateProfile(**(required | columns)))
    return user_id


def give_slot(session: Session, *, user_id: int, at: datetime, attempting_at: datetime | None = None) -> None:
    """A slot as the portal assigns it."""
    session.execute(
        update(CandidateProfile)
        .where(CandidateProfile.user_id == user_id)
        .values(has_exam_slot=True, slot_assigned_at=at, slot_attempting_at=attempting_at)
    )


def login_data(user_id: int) -> str:
    """``session_data`` of a signed-in browser in the portal's format, with a signature that nobody has made."""
    content = json.dumps({"_auth_user_id": str(user_id)}).encode()
    payload = base64.urlsafe_b64encode(content).rstrip(b"=").decode()
    return f"{payload}:1vAbCd:signature-of-user-{user_id}"


def add_login(session: Session, *, user_id: int, key: str, until: datetime) -> None:
    """A portal login that ends at a moment."""
    session.add(PortalLogin(session_key=key, session_data=login_data(user_id), expire_date=until.astimezone(UTC)))
    session.flush()
