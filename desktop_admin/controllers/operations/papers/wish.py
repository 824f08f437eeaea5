"""The portal's universal wish for all trades at once, which would write itself over what was set here.

At its next change the portal writes an active wish's letter, and its minutes, into all trades, and opens them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from desktop_admin.controllers.archive.images import Images
from desktop_admin.controllers.operations.papers import WISH, rows
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.values.lines import Actor, PaperChoice
from desktop_admin.database.session import Session
from desktop_admin.database.tables.portal import Trade, UniversalSetActivation
from desktop_admin.rules import Paper


def follow(session: Session, plan: Plan, actor: Actor, now: datetime) -> list[Images]:
    """Let an active wish say what was set here, or turn it off where it would put something else back.

    Its letter follows where every trade got the same. Its minutes are turned off by closing a paper, and by setting a
    duration (domain specification, *open / close paper*).
    """
    written = (_follow(session, paper, plan, actor, now) for paper in Paper)
    return [images for images in written if images is not None]


def lasting(session: Session) -> set[Paper]:
    """The papers of which the portal remembers universal minutes."""
    one = UniversalSetActivation
    found = session.execute(select(one.paper_type).where(one.is_universal_duration_active)).scalars().all()
    return {paper for paper in Paper if paper in found}


def _follow(session: Session, paper: Paper, plan: Plan, actor: Actor, now: datetime) -> Images | None:
    choices = [choice for choice in plan.switched if choice.paper is paper]
    if not choices:
        return None
    one = UniversalSetActivation
    deciding = (one.universal_set_label, one.is_universal_set_active, one.is_universal_duration_active)
    columns = (one.id, *deciding, one.activated_at, one.activated_by_id)
    of_paper = one.paper_type == paper
    before = rows.read(session, columns, of_paper & (one.is_universal_set_active | one.is_universal_duration_active))
    values: dict[str, Any] = {}
    for _, label, sets, lasts, *_ in before:
        if sets:
            values |= _letter(session, choices, label)
        if lasts and any(choice.minutes is not None or choice.opens is False for choice in choices):
            values["is_universal_duration_active"] = False
    if not values:
        return None
    named = of_paper & (one.id == before[0][0])
    by = {"activated_at": now, "activated_by_id": actor.user_id}
    rows.change(session, update(one).where(named).values(**values, **by), rows=1)
    return rows.images(WISH, columns, before=before, after=rows.read(session, columns, named))


def _letter(session: Session, choices: list[PaperChoice], label: str | None) -> dict[str, Any]:
    letters = {choice.trade_id: choice.letter for choice in choices if choice.letter is not None}
    if all(letter == (label or "").upper() for letter in letters.values()):
        return {}
    everywhere = session.execute(select(func.count()).select_from(Trade)).scalar_one() == len(letters)
    one_letter = set(letters.values())
    if everywhere and len(one_letter) == 1:
        return {"universal_set_label": one_letter.pop()}
    return {"is_universal_set_active": False}
