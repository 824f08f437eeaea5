"""What the portal would do for a candidate, written from the domain specification alone, on plain SQL.

Nothing of the program's own reading is used, so that each can be held against the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import text

from desktop_admin.database.session import Session

LONG = {"A": 20, "C": 5, "D": 15, "E": 4, "F": 10}
SHORT = {"A": 15, "C": 5, "D": 10, "E": 3, "F": 10}


class Outcome(NamedTuple):
    """What happens when Start is pressed; ``why`` is the code of a refusal."""

    action: str
    why: str | None = None
    paper: str | None = None
    session_id: int | None = None
    questions: int | None = None
    duration: timedelta | None = None


def outcome(session: Session, user_id: int) -> Outcome:
    """The portal's decisions in the portal's order."""

    def ask(sql: str, **values: Any) -> Sequence[Any]:
        return session.execute(text(sql), {"user": user_id} | values).all()

    def one(sql: str, **values: Any) -> Any:
        return next((row[0] for row in ask(sql, **values)), None)

    ((active, trade, name, code, slot, primary, secondary, bypass),) = ask(
        "SELECT u.is_active, p.trade_id, t.name, t.code, p.has_exam_slot, p.is_primary_completed, "
        "p.is_secondary_completed, p.primary_bypass_allowed FROM registration_candidateprofile p "
        "JOIN accounts_user u ON u.id = p.user_id LEFT JOIN reference_trade t ON t.id = p.trade_id "
        "WHERE p.user_id = :user"
    )
    if not active:
        return Outcome("refused", "get_account_inactive")
    if trade is None:
        return Outcome("refused", "refused_no_trade")
    if not slot:
        return Outcome("refused", "get_no_slot")
    paper = _next(name, primary=primary, secondary=secondary, bypass=bypass)
    if paper is None:
        return Outcome("refused", "refused_all_completed")
    known: dict[str, Any] = {"trade": trade, "paper": paper}
    switch = "FROM questions_tradepaperactivation WHERE trade_id = :trade AND paper_type = :paper"
    if not one(f"SELECT is_active {switch}", **known):
        return Outcome("refused", "get_paper_closed_for_trade", paper)
    if not one("SELECT is_active FROM questions_questionpaper WHERE question_paper = :paper", **known):
        return Outcome("refused", "get_paper_closed", paper)
    if not one(f"SELECT count(*) FROM questions_question WHERE {_whose(paper)}", **known):
        return Outcome("refused", "get_no_questions", paper)
    of_paper = _duration(
        one("SELECT exam_duration FROM questions_questionpaper WHERE question_paper = :paper", **known)
    )
    found = ask(
        "SELECT s.id, s.duration FROM questions_examsession s WHERE s.user_id = :user AND s.completed_at IS NULL "
        "AND s.exam_type = :paper AND s.paper_id = (SELECT id FROM questions_questionpaper "
        "WHERE question_paper = :paper) ORDER BY s.started_at DESC LIMIT 1",
        **known,
    )
    for id_, duration in found:
        held = one("SELECT count(*) FROM questions_examquestion WHERE session_id = :id", id=id_)
        return Outcome("resume", None, paper, id_, held, _duration(duration) or of_paper)
    forced = ask("SELECT paper_type FROM questions_globalpapertypecontrol WHERE is_active")
    if len(forced) > 1:
        return Outcome("refused", "two_forced_papers", paper)
    made = forced[0][0] if forced else paper
    column = f"active_{made.lower()}_set"
    letter = f"coalesce((SELECT {column} FROM questions_activatesets WHERE trade_id = :trade), 'A')"
    parts = dict(
        ask(
            f"SELECT part, count(*) FROM questions_question WHERE {_whose(made)} AND question_set = {letter} "
            "GROUP BY part",
            trade=trade,
            paper=made,
        )
    )
    questions = sum(min(parts.get(part, 0), needed) for part, needed in _parts(name, code, made).items())
    if questions == 0:
        return Outcome("refused", "refused_no_questions", made)
    duration = _duration(one(f"SELECT exam_duration {switch}", **known)) or of_paper
    return Outcome("start", None, made, None, questions, duration)


def _next(name: str, *, primary: bool, secondary: bool, bypass: bool) -> str | None:
    words = ("WASHERMAN", "HOUSE KEEPER", "MUSICIAN", "HAIR DRESSER")
    first = next((word for word in words if word in name.strip().upper()), None)
    if not primary and not bypass and first not in ("MUSICIAN", "HAIR DRESSER"):
        return "PRIMARY"
    return None if secondary else "SECONDARY"


def _whose(paper: str) -> str:
    owner = "trade_id = :trade" if paper == "PRIMARY" else "is_common"
    return f"is_active AND paper_type = :paper AND {owner}"


def _parts(name: str, code: str, paper: str) -> dict[str, int]:
    if paper == "SECONDARY":
        return SHORT
    if name.strip().upper() in ("OCC", "DMV") or code.strip().upper() in ("OCC", "DMV"):
        return LONG
    return LONG if name.replace(" ", "").upper() in ("OCC", "DMV") else SHORT


def _duration(stored: Any) -> timedelta | None:
    return timedelta(microseconds=int(stored)) if stored is not None and not isinstance(stored, timedelta) else stored
