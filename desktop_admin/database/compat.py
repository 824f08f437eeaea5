"""What a database is, and what it lacks: the check at opening.

Source: the write protocol, *Crash safety*; the portal's database notes, *Schema versions to recognise*.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, text
from sqlalchemy.inspection import inspect

from desktop_admin.database.tables.own import REVISION, VERSION_TABLE, DatabaseKind, Own
from desktop_admin.database.tables.portal import Portal
from desktop_admin.errors import DatabaseUnusable
from desktop_admin.messages import Message, shortened

KINDS = ("local", "demo", "rehearsal", "demo_rehearsal", "scratch")
"""How a database is marked that this program made."""
_MIGRATIONS = {
    "registration_candidateprofile.has_exam_slot": "0004_add_exam_slot_fields",
    "registration_candidateprofile.slot_attempting_at": "0005_add_slot_attempting_field",
    "registration_candidateprofile.is_primary_completed": "0006_candidateprofile_is_primary_completed",
    "registration_candidateprofile.is_secondary_completed": "0006_candidateprofile_is_primary_completed",
    "registration_candidateprofile.primary_bypass_allowed": "0007_candidateprofile_primary_bypass_allowed",
    "registration_candidateprofile.primary_slot_consumed_at": "0008_remove_candidateprofile_slot_consumed_at",
    "registration_candidateprofile.secondary_slot_consumed_at": "0008_remove_candidateprofile_slot_consumed_at",
    "questions_examsession.exam_type": "0015_examsession_exam_type",
    "questions_activatesets": "0013_add_activate_sets_model",
    "questions_universalsetactivation": "0014_universalsetactivation",
    "results_candidateanswer.exam_type": "0003_candidateanswer_exam_type",
}
"""Which migration of the portal brings a table, or a column of one, for the sentence about an older portal."""


@dataclass(frozen=True, slots=True)
class Compatibility:
    """What was found at opening.

    Attributes:
        own_revision: the revision of our own tables, or None where there are none.
        kind: ``portal``, or the mark of a database that we made (local, demo, rehearsal, scratch).
        marked_at: when it was marked so.
        unknown_required: portal tables with a NOT NULL column that this program does not know; it must not insert
            into them.
    """

    own_revision: str | None
    kind: str
    marked_at: datetime | None
    unknown_required: dict[str, str]

    @property
    def own_tables(self) -> bool:
        """Whether our own tables are there in the version that this program needs."""
        return self.own_revision == REVISION

    @property
    def own_older(self) -> bool:
        """Whether an older version of this program made our own tables."""
        return self.own_revision is not None and self.own_revision < REVISION

    @property
    def own_newer(self) -> bool:
        """Whether our own tables were made by a newer version of this program."""
        return self.own_revision is not None and self.own_revision > REVISION


def mapped_tables() -> list[str]:
    """Names of the portal tables that this program works with."""
    return [mapper.local_table.name for mapper in Portal.registry.mappers]  # type: ignore[attr-defined]


def names_known(words: str) -> bool:
    """Whether the words of a failure name a table that the portal or this program makes, or a column of one."""
    tables = (*Portal.metadata.tables.values(), *Own.metadata.tables.values())
    known = {VERSION_TABLE, *(name for table in tables for name in (table.name, *table.columns.keys()))}
    return not known.isdisjoint(re.findall(r"\w+", words))


def examine(connection: Connection, *, name: str) -> Compatibility:
    """Compare the database with what this program needs.

    Args:
        connection: an open connection; only read from.
        name: how to call the database in messages.

    Raises:
        DatabaseUnusable: another program's database, or an older portal's.
    """
    inspector = inspect(connection)
    present = set(inspector.get_table_names())
    if "django_migrations" not in present or "registration_candidateprofile" not in present:
        raise DatabaseUnusable("not_a_portal", path=name)
    unknown_required: dict[str, str] = {}
    wanted = mapped_tables()
    found = {table: columns for (_, table), columns in inspector.get_multi_columns(filter_names=wanted).items()}
    for table in wanted:
        if table not in found:
            # Or a view, which shows the rows and cannot be locked or written as a table.
            raise _too_old(table)
        columns = {column["name"]: column for column in found[table]}
        names = [column.name for column in Portal.metadata.tables[table].columns]
        for missing in (column for column in names if column not in columns):
            raise _too_old(f"{table}.{missing}")
        for column_name, column in columns.items():
            if column_name not in names and not column["nullable"] and column.get("default") is None:
                unknown_required[table] = column_name
    kind, marked_at = _mark(connection, present)
    return Compatibility(
        own_revision=own_revision(connection, there=VERSION_TABLE in present),
        kind=kind,
        marked_at=marked_at,
        unknown_required=unknown_required,
    )


def _too_old(what: str) -> DatabaseUnusable:
    """The failure that this table or column is missing; the names of an app's tables begin with the app's."""
    app, migration = what.split("_")[0], _MIGRATIONS.get(what)
    wanted = f"{app}.{migration}" if migration else Message.of("newest_migration", app=app)
    return DatabaseUnusable("portal_too_old", what=what, migration=wanted)


def own_revision(connection: Connection, *, there: bool) -> str | None:
    """The revision of our own tables; None where there are none, and while they are being made.

    Args:
        there: they are known to be there; else they are looked for.
    """
    if not there and not inspect(connection).has_table(VERSION_TABLE):
        return None
    # The table holds one row by Alembic's own rule; its name is a constant of ours.
    found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()
    if found is not None and not re.fullmatch(r"\d{4}", str(found)):
        raise DatabaseUnusable("own_version_unknown", version=shortened(str(found)))
    return found


def _mark(connection: Connection, present: set[str]) -> tuple[str, datetime | None]:
    """The kind of database, and when it was marked as such."""
    if DatabaseKind.__tablename__ not in present:
        return "portal", None
    found = connection.execute(select(DatabaseKind.kind, DatabaseKind.created_at)).first()
    # Whatever else stands there is believed to be real.
    return ("portal", None) if found is None or found.kind not in KINDS else (found.kind, found.created_at)
