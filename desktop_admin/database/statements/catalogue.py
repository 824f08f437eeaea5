"""What the database itself says of the portal's tables: their columns, and which other tables refer to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.orm import Session

from desktop_admin.database.tables.portal import ExamQuestion, ExamSession, PortalLogin

KEPT = (ExamSession.__tablename__, ExamQuestion.__tablename__, PortalLogin.__tablename__)
"""The tables of which most operations keep rows."""
_KNOWN = "desktop_admin_tables"
_COLUMN, _REFERRING = "column", "referring"
_LISTED = {
    "sqlite": """
SELECT 'column', m.name, c.name, upper(c.type), c."notnull" AND c.dflt_value IS NULL AND NOT c.pk, c.cid AS place
  FROM sqlite_master m, pragma_table_xinfo(m.name) c
 WHERE m.type = 'table' AND m.name IN :tables AND c.hidden = 0
UNION ALL
SELECT 'referring', lower(f."table"), m.name, NULL, 0, 0
  FROM sqlite_master m, pragma_foreign_key_list(m.name) f
 WHERE m.type = 'table' AND lower(f."table") IN :tables
 ORDER BY place
""",
    "postgresql": """
SELECT 'column', CAST(c.relname AS text), a.attname,
       CASE WHEN a.attidentity = 'a' THEN 'identity always' WHEN b.typtype = 'e' THEN 'enum' ELSE b.typname END,
       a.attnotnull AND NOT a.atthasdef AND a.attidentity = '', a.attnum AS place
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
  JOIN pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype WHEN t.typcategory = 'A' THEN t.typelem
                                 ELSE t.oid END
 WHERE c.relname IN :tables AND pg_table_is_visible(c.oid) AND a.attnum > 0 AND NOT a.attisdropped
   AND a.attgenerated = ''
UNION ALL
SELECT 'referring', CAST(t.relname AS text), r.relname, k.conname, FALSE, 0
  FROM pg_constraint k JOIN pg_class r ON r.oid = k.conrelid JOIN pg_class t ON t.oid = k.confrelid
 WHERE t.relname IN :tables AND t.relnamespace = quote_ident(current_schema())::regnamespace
 ORDER BY place
""",
    # On MySQL these names are of several collations, which a UNION would refuse to put together.
    "mysql": """
SELECT 'column', CONVERT(table_name USING utf8mb4), CONVERT(column_name USING utf8mb4),
       CONVERT(data_type USING utf8mb4),
       is_nullable = 'NO' AND column_default IS NULL AND extra NOT LIKE '%auto_increment%', ordinal_position AS place
  FROM information_schema.columns
 WHERE table_schema = database() AND table_name IN :tables AND coalesce(generation_expression, '') = ''
UNION ALL
SELECT 'referring', CONVERT(referenced_table_name USING utf8mb4), CONVERT(table_name USING utf8mb4),
       CONVERT(constraint_name USING utf8mb4), 0, 0
  FROM information_schema.key_column_usage
 WHERE table_schema NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys')
   AND referenced_table_schema = database() AND referenced_table_name IN :tables
UNION ALL
SELECT 'index', CONVERT(table_name USING utf8mb4), CONVERT(index_name USING utf8mb4),
       CONVERT(column_name USING utf8mb4), 0, 0
  FROM information_schema.statistics
 WHERE table_schema = database() AND table_name IN :tables AND seq_in_index = 1
 ORDER BY place
""",
}
"""Of each table its columns, the tables that refer to it, and on MariaDB its indexes, with their first columns."""


class Column(NamedTuple):
    """A column of a table as it is now; generated ones are left out.

    Attributes:
        kind: its type in the engine's words.
        required: whether a row must give it a value.
    """

    name: str
    kind: str
    required: bool


class Known(NamedTuple):
    """What is known of a table.

    Attributes:
        columns: in the table's order.
        referring: the tables with a foreign key to it, each with the key's name, where the engine tells that.
        indexes: on MariaDB one for each column that any begins with; of several the first by name.
    """

    columns: tuple[Column, ...]
    referring: tuple[tuple[str, str | None], ...]
    indexes: Mapping[str, str]


def of(session: Session, table: str) -> Known:
    """What is known of a table; read once in a write, for all of which rows are kept."""
    known: dict[str, Known] = session.info.setdefault(_KNOWN, {})
    if table not in known:
        known |= read(session.connection(), {table, *KEPT})
    return known[table]


def read(connection: Connection, tables: Collection[str]) -> dict[str, Known]:
    """What is known of these tables now, in one statement."""
    listed = text(_LISTED[connection.dialect.name]).bindparams(bindparam("tables", expanding=True))
    columns: defaultdict[str, list[Column]] = defaultdict(list)
    referring: defaultdict[str, list[tuple[str, str | None]]] = defaultdict(list)
    indexes: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for what, table, name, kind, required, _ in connection.execute(listed, {"tables": sorted(tables)}).all():
        if what == _COLUMN:
            columns[table].append(Column(name, kind, bool(required)))
        elif what == _REFERRING:
            referring[table].append((name, kind))
        else:
            indexes[table][kind] = min(name, indexes[table].get(kind, name))
    return {name: Known(tuple(columns[name]), tuple(referring[name]), indexes[name]) for name in tables}
