"""What a revision does must be possible again: MariaDB keeps a CREATE or ALTER whose revision was interrupted."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op


def create_index_once(name: str, table: str, columns: list[str], *, unique: bool = False) -> None:
    """Create an index unless it is there; MySQL has no words of its own for that."""
    present = {index["name"] for index in sa.inspect(op.get_bind()).get_indexes(table)}
    if name not in present:
        op.create_index(name, table, columns, unique=unique)


def add_column_once(table: str, column: sa.Column[Any]) -> None:
    """Add a column unless it is there; MySQL has no words of its own for that."""
    present = {one["name"] for one in sa.inspect(op.get_bind()).get_columns(table)}
    if column.name not in present:
        op.add_column(table, column)
