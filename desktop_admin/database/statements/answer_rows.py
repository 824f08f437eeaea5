"""Which answers were given, that is: are not blank.

What a candidate answered is nothing that a desk may read. On a server, the owner of the tables therefore makes
something that tells which answers are given and nothing else: a function on PostgreSQL, where a view would make the
portal's own migrations of that table fail, and a view on MariaDB, which never minds.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Select, cast, column, func, select, table
from sqlalchemy.inspection import inspect
from sqlalchemy.orm import Session

from desktop_admin.database.statements import sql
from desktop_admin.database.tables.own import PREFIX
from desktop_admin.database.tables.portal import CandidateAnswer

GIVEN_ANSWER = f"{PREFIX}given_answer"
"""The function of PostgreSQL (from answer ids to those that are given), or MariaDB's view of their ids."""


def is_given(answer: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether there is more than white space in an answer's text."""
    text: ColumnElement[str] = func.coalesce(answer, "")
    for blank in "\t\n\r":
        text = func.replace(text, blank, " ")
    return func.trim(text) != ""


def given(session: Session, *, ids: Collection[int]) -> frozenset[int]:
    """Which of these answers are given.

    Through what the owner made where it is there: any account may ask that. Else from the portal's own table.
    """
    return frozenset(session.execute(_asked(session, ids)).scalars()) if ids else frozenset()


def _asked(session: Session, ids: Collection[int]) -> Select[int]:
    connection = session.connection()
    if connection.dialect.name == "postgresql" and sql.may_call(connection, f"{GIVEN_ANSWER}(bigint[])"):
        return select(getattr(func, GIVEN_ANSWER)(cast(sorted(ids), ARRAY(BigInteger))))
    if sql.is_mariadb(session) and GIVEN_ANSWER in inspect(connection).get_view_names():
        view = table(GIVEN_ANSWER, column("id", BigInteger))
        return select(view.c.id).where(view.c.id.in_(sql.numbers(ids)))
    wanted = CandidateAnswer.id.in_(sql.numbers(ids))
    return select(CandidateAnswer.id).where(wanted, is_given(CandidateAnswer.__table__.c.answer))
