"""Rows as the driver sends them: values are made of them only where they are not the same rows as before.

To make values of thousands of rows takes longer than to have them sent, and most are as they were a moment ago.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import ColumnElement, Dialect, type_coerce
from sqlalchemy.types import NullType

Sent = tuple[Any, ...]
"""A row as the driver sends it."""


def as_sent(columns: Iterable[ColumnElement[Any]]) -> list[ColumnElement[Any]]:
    """These columns for a statement whose rows hold what the driver sends.

    Columns of tables, and not attributes of mapped classes, spare such a statement what the mapping does for each row.
    """
    return [type_coerce(one, NullType()) for one in columns]


def meaning(dialect: Dialect, columns: Iterable[ColumnElement[Any]]) -> Callable[[Sent], list[Any]]:
    """What makes of a row that was sent the values that the types of its columns mean."""
    readers = [one.type.dialect_impl(dialect).result_processor(dialect, None) for one in columns]
    return lambda sent: [value if read is None else read(value) for read, value in zip(readers, sent, strict=True)]
