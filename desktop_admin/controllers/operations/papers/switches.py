"""Writing whether papers are open and how long they last, so that all of the portal's switches agree afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update

from desktop_admin.controllers.archive.images import Images
from desktop_admin.controllers.operations.papers import FORCED, PAPERS, SWITCHES, rows
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.session import Session
from desktop_admin.database.statements import sql
from desktop_admin.database.tables.portal import GlobalPaperTypeControl, QuestionPaper, TradePaperActivation
from desktop_admin.rules import Paper, forced_paper

_PAPER_LASTS = timedelta(minutes=180)
"""What the portal gives a paper that it makes."""


def write(session: Session, plan: Plan, actor: Actor, now: datetime) -> list[Images]:
    """Open and close what the plan's applied lines say, then let the paper's own switch and the forced type follow.

    Raises:
        DatabaseUnusable: a row must be inserted, and a newer portal has a column in it that we cannot fill.
    """
    opens = {choice.place: choice.opens for choice in plan.switched if choice.opens is not None}
    if not opens:
        return []
    one = TradePaperActivation
    # Those of all trades and papers are kept, to see at an undo whether any has changed since.
    columns, known = (one.id, one.is_active), one.paper_type.in_(list(Paper))
    before = rows.read(session, columns, known)
    for paper in Paper:
        _write_paper(session, paper, {trade_id: to for (trade_id, of), to in opens.items() if of is paper})
    written = rows.images(SWITCHES, columns, before=before, after=rows.read(session, columns, known))
    return [written, *agree(session, actor, now)]


def others_changed(session: Session, images: Iterable[Images]) -> bool:
    """Whether a switch came to be, of whatever trade or paper, since an operation opened or closed some."""
    kept = {key for image in images if image.of == SWITCHES and "is_active" in image.columns for key in image.keys}
    if not kept:
        return False
    one = TradePaperActivation
    there = session.execute(select(one.id).where(one.paper_type.in_(list(Paper)))).scalars().all()
    return not kept.issuperset(there)


def _write_paper(session: Session, paper: Paper, opens: dict[int, bool]) -> None:
    one = TradePaperActivation
    of_paper = one.paper_type == paper
    there = dict(iter(session.execute(select(one.trade_id, one.is_active).where(of_paper))))
    for wanted in (False, True):
        named = {trade_id for trade_id, is_open in opens.items() if is_open is wanted}
        differ = {trade_id for trade_id in named & there.keys() if there[trade_id] is not wanted}
        if differ:
            chosen = of_paper & one.trade_id.in_(sql.numbers(differ))
            rows.change(session, update(one).where(chosen).values(is_active=wanted), rows=len(differ))
        missing = named - there.keys()
        if missing:
            rows.insert_for(session, one, missing, {"paper_type": paper.value, "is_active": wanted})


def agree(session: Session, actor: Actor, now: datetime) -> list[Images]:
    """Let each paper's own switch, and the type that is forced on new sessions, follow the switches of the trades.

    Source: the domain specification, *Paper switches*.
    """
    one = TradePaperActivation
    found = session.execute(select(one.paper_type).where(one.is_active).distinct()).scalars().all()
    opened = {paper for paper in Paper if paper in found}
    written = (_follow(session, opened), _force(session, forced_paper(opened), actor, now))
    return [images for images in written if images.before]


def _follow(session: Session, opened: set[Paper]) -> Images:
    one = QuestionPaper
    columns = (one.id, one.is_active)
    is_open = one.question_paper.in_(list(opened))
    differs = one.question_paper.in_(list(Paper)) & (one.is_active != is_open)
    before = rows.read(session, columns, differs)
    named = one.id.in_(sql.numbers(row[0] for row in before))
    rows.change(session, update(one).where(named).values(is_active=~one.is_active), rows=len(before))
    there = session.execute(select(one.question_paper)).scalars().all()
    made = sorted(opened - set(there))
    for paper in made:
        values = {"question_paper": paper.value, "is_active": True, "exam_duration": _PAPER_LASTS}
        rows.insert_one(session, one, values)
    # A row that was made stays when this is taken back: sessions may refer to it by then.
    return rows.images(PAPERS, columns, before=before, after=rows.read(session, columns, named))


def _force(session: Session, wanted: Paper | None, actor: Actor, now: datetime) -> Images:
    one = GlobalPaperTypeControl
    columns = (one.id, one.is_active, one.last_activated, one.activated_by_id)
    is_wanted = one.paper_type == (wanted or "")
    before = rows.read(session, columns, one.is_active != is_wanted)
    named: ColumnElement[bool] = one.id.in_(sql.numbers(row[0] for row in before))
    by = {"last_activated": now, "activated_by_id": actor.user_id}
    rows.change(session, update(one).where(named).values(is_active=~one.is_active, **by), rows=len(before))
    if wanted and session.execute(select(one.id).where(is_wanted)).first() is None:
        rows.insert_one(session, one, {"paper_type": wanted.value, "is_active": True, **by})
        named = named | is_wanted
    return rows.images(FORCED, columns, before=before, after=rows.read(session, columns, named))


def write_durations(session: Session, plan: Plan) -> list[Images]:
    """Write how long new sessions of the plan's applied trades last.

    Raises:
        DatabaseUnusable: a row must be inserted, and a newer portal has a column in it that we cannot fill.
    """
    one = TradePaperActivation
    columns = (one.id, one.exam_duration)
    images = []
    for paper, minutes, trade_ids in rows.grouped(plan, lambda choice: choice.minutes):
        chosen = (one.paper_type == paper) & one.trade_id.in_(sql.numbers(trade_ids))
        before = rows.read(session, columns, chosen)
        lasts = timedelta(minutes=minutes)
        rows.change(session, update(one).where(chosen).values(exam_duration=lasts), rows=len(before))
        missing = set(trade_ids) - set(session.execute(select(one.trade_id).where(chosen)).scalars())
        if missing:
            values = {"paper_type": paper.value, "is_active": False, "exam_duration": lasts}
            rows.insert_for(session, one, missing, values)
        images.append(rows.images(SWITCHES, columns, before=before, after=rows.read(session, columns, chosen)))
    return images
