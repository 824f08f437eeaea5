"""What a revision does must be possible again: MariaDB keeps a CREATE whose revision was interrupted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def create_index_once(name: str, table: str, columns: list[str]) -> None:
    """Create an index unless it is there; MySQL has no words of its own for that."""
    present = {index["name"] for index in sa.inspect(op.get_bind()).get_indexes(table)}
    if name not in present:
        op.create_index(name, table, columns)
