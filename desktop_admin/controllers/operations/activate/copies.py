"""Writing every copy of the active set alike: ActivateSets, QuestionSetActivation and the universal wish."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Insert, Update, func, insert, literal, select, update
from sqlalchemy.orm import InstrumentedAttribute

from desktop_admin.controllers.archive.images import Images
from desktop_admin.controllers.operations.activate import COPIES, SETS, WISH
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.controllers.values.written import Written
from desktop_admin.database.session import Session, refuse_unknown_columns
from desktop_admin.database.statements import sql
from desktop_admin.database.tables.portal import ActivateSets, QuestionSetActivation, Trade, UniversalSetActivation
from desktop_admin.rules import DEFAULT_LETTER, Paper

_COLUMN = {Paper.PRIMARY: ActivateSets.active_primary_set, Paper.SECONDARY: ActivateSets.active_secondary_set}


def write(session: Session, plan: Plan, actor: Actor, now: datetime) -> list[Images]:
    """Write the letters of the plan's applied trades, and give back what the changed columns held before.

    Raises:
        DatabaseUnusable: a row must be inserted, and a newer portal has a column in it that we cannot fill.
    """
    groups: dict[tuple[Paper, str], list[int]] = {}
    for choice in plan.switched:
        groups.setdefault((choice.paper, choice.letter), []).append(choice.trade_id)
    images: list[Images] = []
    for (paper, letter), trade_ids in sorted(groups.items()):
        images.append(_write_deciding(session, paper, letter, trade_ids, actor, now))
        images.append(_write_copies(session, paper, letter, trade_ids, actor, now))
        images.extend(_write_wish(session, paper, letter, trade_ids, actor, now))
    return images


def _write_deciding(
    session: Session, paper: Paper, letter: str, trade_ids: Collection[int], actor: Actor, now: datetime
) -> Images:
    column = _COLUMN[paper]
    columns = (ActivateSets.trade_id, column, ActivateSets.last_updated, ActivateSets.updated_by_id)
    chosen = ActivateSets.trade_id.in_(sql.numbers(trade_ids))
    before = _rows(session, columns, chosen)
    values = {column.key: letter, "last_updated": now, "updated_by_id": actor.user_id}
    _change(session, update(ActivateSets).where(chosen).values(values), rows=len(before))
    missing = sorted(set(trade_ids) - {row[0] for row in before})
    if missing:
        letters = {one.key: DEFAULT_LETTER for one in _COLUMN.values()} | values
        _insert(session, ActivateSets, missing, letters)
    before = (*before, *((trade_id,) for trade_id in missing))
    return _images(SETS, columns, before=before, after_rows=_rows(session, columns, chosen))


def _write_copies(
    session: Session, paper: Paper, letter: str, trade_ids: Collection[int], actor: Actor, now: datetime
) -> Images:
    copy = QuestionSetActivation
    columns = (copy.id, copy.is_active, copy.activated_at, copy.activated_by_id)
    of_paper = (copy.paper_type == paper) & copy.trade_id.in_(sql.numbers(trade_ids))
    chosen = _copies_to_activate(session, of_paper, letter)
    named = copy.id.in_(sql.numbers(chosen.values()))
    before = _rows(session, columns, of_paper & (named | copy.is_active))
    others = sum(is_active and id_ not in chosen.values() for id_, is_active, *_ in before)
    off = update(copy).where(of_paper, copy.is_active, ~named).values(is_active=False, activated_at=now)
    _change(session, off, rows=others)
    values = {"is_active": True, "activated_at": now, "activated_by_id": actor.user_id}
    _change(session, update(copy).where(named).values(values), rows=len(chosen))
    missing = set(trade_ids) - set(chosen)
    if missing:
        _insert(session, copy, missing, {"paper_type": paper.value, "question_set": letter, **values})
    inserted = of_paper & (copy.question_set == letter) & copy.trade_id.in_(sql.numbers(missing))
    after = _rows(session, columns, inserted | copy.id.in_(sql.numbers(row[0] for row in before)))
    known = {row[0] for row in before}
    before = (*before, *((row[0],) for row in after if row[0] not in known))
    return _images(COPIES, columns, before=before, after_rows=after)


def _copies_to_activate(session: Session, of_paper: ColumnElement[bool], letter: str) -> dict[int, int]:
    """The copy that names the letter, by trade: one in capitals before one that was written by hand in lower case."""
    copy = QuestionSetActivation
    rows = session.execute(
        select(copy.trade_id, copy.question_set, copy.id)
        .where(of_paper, func.upper(copy.question_set) == letter)
        .order_by(copy.id.desc())
    ).all()
    return {row.trade_id: row.id for row in sorted(rows, key=lambda row: row.question_set == letter)}


def _write_wish(
    session: Session, paper: Paper, letter: str, trade_ids: Collection[int], actor: Actor, now: datetime
) -> list[Images]:
    """Let an active universal wish follow, or turn it off where it would put another letter back.

    It follows where every trade got the letter. Otherwise the portal would, at its next change of the universal
    duration, write the wish's letter into all trades: the ones just switched, or the ones just refused.
    """
    wish = UniversalSetActivation
    columns = (wish.id, wish.universal_set_label, wish.is_universal_set_active, wish.activated_at, wish.activated_by_id)
    differs = func.upper(func.coalesce(wish.universal_set_label, "")) != letter
    against = (wish.paper_type == paper) & wish.is_universal_set_active & differs
    before = _rows(session, columns, against)
    if not before:
        return []
    everywhere = session.execute(select(func.count()).select_from(Trade)).scalar_one() == len(set(trade_ids))
    values: dict[str, Any] = {"universal_set_label": letter} if everywhere else {"is_universal_set_active": False}
    named = wish.id.in_(sql.numbers(row[0] for row in before))
    written = update(wish).where(named).values(**values, activated_at=now, activated_by_id=actor.user_id)
    _change(session, written, rows=len(before))
    after = _rows(session, columns, named)
    return [_images(WISH, columns, before=before, after_rows=after)]


_Columns = tuple[InstrumentedAttribute[Any], ...]


def _insert(
    session: Session,
    table: type[ActivateSets] | type[QuestionSetActivation],
    trade_ids: Collection[int],
    values: Mapping[str, Any],
) -> None:
    """Make a row for each of these trades, which have none.

    Raises:
        DatabaseUnusable: a newer portal has a column there that we cannot fill.
    """
    refuse_unknown_columns(session, table.__tablename__)
    columns = table.__table__.c
    made = (literal(value, columns[name].type) for name, value in values.items())
    rows = select(Trade.id, *made).where(Trade.id.in_(sql.numbers(trade_ids)))
    _change(session, insert(table).from_select(["trade_id", *values], rows), rows=len(trade_ids))


def _change(session: Session, statement: Insert | Update, *, rows: int) -> None:
    """Run a statement that must write exactly so many rows.

    Raises:
        RuntimeError: it wrote fewer or more; the caller's transaction is rolled back.
    """
    written = sql.changed(session, statement)
    if written != rows:
        raise RuntimeError(f"{rows} rows of {statement.table.description} to write, {written} written")


def _rows(session: Session, columns: _Columns, where: ColumnElement[bool]) -> tuple[tuple[Any, ...], ...]:
    return tuple(
        tuple(row) for row in session.execute(select(*columns).where(where).order_by(columns[0]).with_for_update())
    )


def _images(
    written: Written, columns: _Columns, *, before: tuple[tuple[Any, ...], ...], after_rows: tuple[tuple[Any, ...], ...]
) -> Images:
    return Images(written, tuple(column.key for column in columns), before=before, after_rows=after_rows)
