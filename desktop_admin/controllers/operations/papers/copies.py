"""Writing the active set where it decides, ActivateSets, and where the portal shows it, QuestionSetActivation."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update

from desktop_admin.controllers.archive.images import Images
from desktop_admin.controllers.operations.papers import COPIES, SETS, rows
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.session import Session
from desktop_admin.database.statements import sql
from desktop_admin.database.tables.portal import ActivateSets, QuestionSetActivation
from desktop_admin.rules import DEFAULT_LETTER, Paper

_COLUMN = {Paper.PRIMARY: ActivateSets.active_primary_set, Paper.SECONDARY: ActivateSets.active_secondary_set}


def write(session: Session, plan: Plan, actor: Actor, now: datetime) -> list[Images]:
    """Write the letters of the plan's applied trades, and give back what the changed columns held before.

    Raises:
        DatabaseUnusable: a row must be inserted, and a newer portal has a column in it that we cannot fill.
    """
    images: list[Images] = []
    for paper, letter, trade_ids in rows.grouped(plan, lambda choice: choice.letter):
        images.append(_write_deciding(session, paper, letter, trade_ids, actor, now))
        images.append(_write_copies(session, paper, letter, trade_ids, actor, now))
    return images


def _write_deciding(
    session: Session, paper: Paper, letter: str, trade_ids: Collection[int], actor: Actor, now: datetime
) -> Images:
    column = _COLUMN[paper]
    columns = (ActivateSets.trade_id, column, ActivateSets.last_updated, ActivateSets.updated_by_id)
    chosen = ActivateSets.trade_id.in_(sql.numbers(trade_ids))
    before = rows.read(session, columns, chosen)
    values = {column.key: letter, "last_updated": now, "updated_by_id": actor.user_id}
    rows.change(session, update(ActivateSets).where(chosen).values(values), rows=len(before))
    missing = sorted(set(trade_ids) - {row[0] for row in before})
    if missing:
        letters = {one.key: DEFAULT_LETTER for one in _COLUMN.values()} | values
        rows.insert_for(session, ActivateSets, missing, letters)
    return rows.images(SETS, columns, before=before, after=rows.read(session, columns, chosen))


def _write_copies(
    session: Session, paper: Paper, letter: str, trade_ids: Collection[int], actor: Actor, now: datetime
) -> Images:
    copy = QuestionSetActivation
    columns = (copy.id, copy.is_active, copy.activated_at, copy.activated_by_id)
    of_paper = (copy.paper_type == paper) & copy.trade_id.in_(sql.numbers(trade_ids))
    chosen = _copies_to_activate(session, of_paper, letter)
    named = copy.id.in_(sql.numbers(chosen.values()))
    before = rows.read(session, columns, of_paper & (named | copy.is_active))
    others = sum(is_active and id_ not in chosen.values() for id_, is_active, *_ in before)
    off = update(copy).where(of_paper, copy.is_active, ~named).values(is_active=False, activated_at=now)
    rows.change(session, off, rows=others)
    values = {"is_active": True, "activated_at": now, "activated_by_id": actor.user_id}
    rows.change(session, update(copy).where(named).values(values), rows=len(chosen))
    missing = set(trade_ids) - set(chosen)
    if missing:
        rows.insert_for(session, copy, missing, {"paper_type": paper.value, "question_set": letter, **values})
    inserted = of_paper & (copy.question_set == letter) & copy.trade_id.in_(sql.numbers(missing))
    after = rows.read(session, columns, inserted | copy.id.in_(sql.numbers(row[0] for row in before)))
    return rows.images(COPIES, columns, before=before, after=after)


def _copies_to_activate(session: Session, of_paper: ColumnElement[bool], letter: str) -> dict[int, int]:
    """The copy that names the letter, by trade: one in capitals before one that was written by hand in lower case."""
    copy = QuestionSetActivation
    found = session.execute(
        select(copy.trade_id, copy.question_set, copy.id)
        .where(of_paper, func.upper(copy.question_set) == letter)
        .order_by(copy.id.desc())
    ).all()
    return {row.trade_id: row.id for row in sorted(found, key=lambda row: row.question_set == letter)}
