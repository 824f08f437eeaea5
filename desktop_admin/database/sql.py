"""Small pieces of SQL that the controllers share."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from sqlalchemy import CursorResult, Delete, Insert, Select, Text, Update, bindparam, func, select
from sqlalchemy.orm import Session


def numbers(values: Iterable[int]) -> Select[int]:
    """A subquery of the given numbers, sent as ONE parameter, however many they are.

    Thousands of single parameters would exceed what the drivers take, and make SQLite's planner hang.
    """
    listed = json.dumps(sorted(values))
    return select(func.json_each(bindparam(None, listed, Text)).table_valued("value").c.value)


def texts(values: Iterable[str]) -> Select[str]:
    """A subquery of the given texts, sent as one parameter."""
    listed = json.dumps(sorted(values))
    return select(func.json_each(bindparam(None, listed, Text)).table_valued("value").c.value)


def pairs(values: Sequence[tuple[str, int]]) -> Select[str, int]:
    """A subquery of (text, number) rows, sent as one parameter; its columns are ``text`` and ``number``."""
    value = func.json_each(bindparam(None, json.dumps(values), Text)).table_valued("value").c.value
    return select(func.json_extract(value, "$[0]").label("text"), func.json_extract(value, "$[1]").label("number"))


def changed(session: Session, statement: Insert | Update | Delete) -> int:
    """Run a statement that changes rows, and say how many it changed."""
    result = session.execute(statement)
    assert isinstance(result, CursorResult)
    return result.rowcount
