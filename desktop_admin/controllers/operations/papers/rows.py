"""The rows of the portal in which papers are set, locked, written exactly, and kept as they were."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from operator import itemgetter
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Insert, Update, and_, insert, literal, select
from sqlalchemy.orm import InstrumentedAttribute

from desktop_admin.controllers.archive.images import Images, Row
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.values.lines import PaperChoice
from desktop_admin.controllers.values.written import Written
from desktop_admin.database.session import Session, refuse_unknown_columns
from desktop_admin.database.statements import inserted, packed, sql
from desktop_admin.database.tables.portal import Portal, Trade
from desktop_admin.rules import Paper

Columns = tuple[InstrumentedAttribute[Any], ...]
T = TypeVar("T", str, int)


def grouped(plan: Plan, wish: Callable[[PaperChoice], T | None]) -> list[tuple[Paper, T, list[int]]]:
    """The trades for which the plan sets the same of the same paper, by paper and by what is set."""
    groups: dict[tuple[Paper, T], list[int]] = {}
    for choice in plan.switched:
        value = wish(choice)
        if value is not None:
            groups.setdefault((choice.paper, value), []).append(choice.trade_id)
    return [(paper, value, trade_ids) for (paper, value), trade_ids in sorted(groups.items())]


def read(session: Session, columns: Columns, where: ColumnElement[bool]) -> tuple[Row, ...]:
    """The rows, locked until COMMIT, by the first of the columns."""
    return tuple(
        tuple(row) for row in session.execute(select(*columns).where(where).order_by(columns[0]).with_for_update())
    )


def change(session: Session, statement: Insert | Update, *, rows: int) -> None:
    """Run a statement that must write exactly so many rows.

    Raises:
        RuntimeError: it wrote fewer or more; the caller's transaction is rolled back.
    """
    written = sql.changed(session, statement)
    if written != rows:
        raise RuntimeError(f"{rows} rows of {statement.table.description} to write, {written} written")


def write(session: Session, table: type[Portal], columns: Columns, values: Sequence[Row]) -> None:
    """Give each of these rows its own values, in one statement; the first of the columns is the key.

    Raises:
        RuntimeError: not all of them are there; the caller's transaction is rolled back.
    """
    target = Portal.metadata.tables[table.__tablename__]
    written = packed.update(session, target, [column.key for column in columns], values) if values else 0
    if written != len(values):
        raise RuntimeError(f"{len(values)} rows of {target.name} to write, {written} written")


def insert_for(
    session: Session, table: type[Portal], trade_ids: Collection[int], values: Mapping[str, Any], columns: Columns = ()
) -> tuple[Row, ...]:
    """Make a row for each of these trades, which have none, and give back these columns of them, by the first.

    Raises:
        DatabaseUnusable: a newer portal has a column there that we cannot fill.
        RuntimeError: it made fewer; the caller's transaction is rolled back.
    """
    refuse_unknown_columns(session, table.__tablename__)
    there = table.__table__.c
    made = (literal(value, there[name].type) for name, value in values.items())
    rows = select(Trade.id, *made).where(Trade.id.in_(sql.numbers(trade_ids)))
    statement = insert(table).from_select(["trade_id", *values], rows)
    if not columns:
        change(session, statement, rows=len(trade_ids))
        return ()
    alike = (there[name] == value for name, value in values.items())
    found = inserted.rows(session, statement, *columns, of=and_(there.trade_id.in_(sql.numbers(trade_ids)), *alike))
    if len(found) != len(trade_ids):
        raise RuntimeError(f"{len(trade_ids)} rows of {table.__tablename__} to write, {len(found)} written")
    return tuple(sorted((tuple(row) for row in found), key=itemgetter(0)))


def insert_one(session: Session, table: type[Portal], values: Mapping[str, Any]) -> None:
    """Make one row.

    Raises:
        DatabaseUnusable: a newer portal has a column there that we cannot fill.
    """
    refuse_unknown_columns(session, table.__tablename__)
    change(session, insert(table).values(values), rows=1)


def images(written: Written, columns: Columns, *, before: tuple[Row, ...], after: tuple[Row, ...]) -> Images:
    """What changed; a row that is only there afterwards was made."""
    known = {row[0] for row in before}
    made = tuple((row[0],) for row in after if row[0] not in known)
    return Images(written, tuple(column.key for column in columns), before=(*before, *made), after_rows=after)
