"""The operation log becomes a chain: each row seals itself and the one before."""

import sqlalchemy as sa
from alembic import op

from desktop_admin.database.migrations.once import add_column_once, create_index_once
from desktop_admin.database.own import OperationRow
from desktop_admin.database.seal import BEGINNING, SEALED, seal

revision = "0008"
down_revision = "0007"

_TABLE = "desktop_admin_operation"
_COLUMNS = {"prev_hash": 64, "hash": 64, "key_id": 16, "undoes": 36}


def upgrade() -> None:
    """Add the columns, each once, and chain the rows that are there already; they were written without a key."""
    for name, length in _COLUMNS.items():
        add_column_once(_TABLE, sa.Column(name, sa.String(length)))
    prev_hash, table = BEGINNING, OperationRow.__table__
    columns = [table.c[name] for name in SEALED]
    for row in op.get_bind().execute(sa.select(*columns).order_by(table.c.seq)).all():
        sealed = {"prev_hash": prev_hash}
        sealed["hash"] = prev_hash = seal({**row._mapping, **sealed}, key=None)
        op.execute(sa.update(OperationRow).where(OperationRow.seq == row.seq).values(sealed))
    for name in ("prev_hash", "undoes"):
        create_index_once(f"{_TABLE}_{name}", _TABLE, [name], unique=True)


def downgrade() -> None:
    """Drop the columns."""
    for name in ("prev_hash", "undoes"):
        op.drop_index(f"{_TABLE}_{name}", _TABLE)
    for name in _COLUMNS:
        op.drop_column(_TABLE, name)
