"""The guard: triggers that make the database itself refuse a stale session, whoever writes (write protocol, *Guard*).

Each server has its own texts (``postgresql``, ``mariadb``). A file gets none: there, triggers break the portal's own
migrations. What the triggers do, and in which order they lock, is told beside the texts.
"""

from __future__ import annotations

from desktop_admin.database.guard.parts import Guard

NAMES = (
    "desktop_admin_clear_on_switch",
    "desktop_admin_guard_question",
    "desktop_admin_guard_session",
    "desktop_admin_guard_answer",
)
"""The four triggers that the guard consists of; a server may need small helpers beside them."""


def guard_for(dialect: str) -> Guard | None:
    """The guard of this kind of server; None for a file."""
    if dialect == "postgresql":
        from desktop_admin.database.guard.postgresql import guard

        return guard()
    if dialect == "mysql":
        from desktop_admin.database.guard.mariadb import guard

        return guard()
    return None
