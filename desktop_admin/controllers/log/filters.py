"""What the history is narrowed to, as conditions of SQL."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, literal, or_, select

from desktop_admin.controllers.values.record_names import GUARD_CLEARING
from desktop_admin.controllers.values.records import HistoryFilters
from desktop_admin.database.statements import sql
from desktop_admin.database.tables.own import ArchivedSession, GuardClearing, OperationCandidate, OperationRow
from desktop_admin.database.tables.portal import CandidateProfile


def logged(filters: HistoryFilters) -> list[ColumnElement[bool]]:
    """The conditions on the rows of the operation log."""
    people = (OperationRow.person, OperationRow.released_by)
    return _conditions(OperationRow, filters, kind=OperationRow.operation, people=people)


def by_guard(filters: HistoryFilters) -> list[ColumnElement[bool]]:
    """The conditions on what the guard cleared."""
    return _conditions(GuardClearing, filters, kind=literal(GUARD_CLEARING), people=(GuardClearing.database_user,))


def _conditions(
    table: type[OperationRow] | type[GuardClearing],
    filters: HistoryFilters,
    *,
    kind: SQLColumnExpression[str],
    people: Iterable[SQLColumnExpression[Any]],
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.operation is not None:
        found.append(kind == filters.operation)
    if filters.person is not None:
        found.append(or_(*(one == filters.person for one in people)))
    if filters.since is not None:
        found.append(table.at >= filters.since)
    if filters.until is not None:
        found.append(table.at <= filters.until)
    touched = select(OperationCandidate.op_id)
    if filters.user_id is not None:
        found.append(table.op_id.in_(touched.where(OperationCandidate.user_id == filters.user_id)))
    if filters.text.strip():
        found.append(table.op_id.in_(touched.where(_is_called(filters.text.strip()))))
    return found


def _is_called(text: str) -> ColumnElement[bool]:
    """Whether the candidate of an operation is called so, in the portal or, where that forgot them, in the archive."""

    def matches(army_no: SQLColumnExpression[str], name: SQLColumnExpression[str]) -> ColumnElement[bool]:
        return or_(army_no.istartswith(text, autoescape=True), name.icontains(text, autoescape=True))

    body = ArchivedSession.body
    known = select(CandidateProfile.user_id).where(matches(CandidateProfile.army_no, CandidateProfile.name))
    kept = select(ArchivedSession.user_id).where(matches(sql.json_text(body, "army_no"), sql.json_text(body, "name")))
    return or_(OperationCandidate.user_id.in_(known), OperationCandidate.user_id.in_(kept))
