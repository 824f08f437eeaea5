"""The guard: triggers that make the database itself refuse a stale session, whoever writes (write protocol, *Guard*).

Each server has its own texts (``postgresql``, ``mariadb``). A file gets none: there, triggers break the portal's own
migrations. What the triggers do, and in which order they lock, is told beside the texts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

NAMES = (
    "desktop_admin_clear_on_switch",
    "desktop_admin_guard_question",
    "desktop_admin_guard_session",
    "desktop_admin_guard_answer",
)
"""The four triggers that the guard consists of; a server may need small helpers beside them."""

REFUSAL = "desktop_admin guard: "
"""How the text of each refusal begins."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that the guard makes in the database.

    Attributes:
        name: kind and name, as ``trigger desktop_admin_guard_answer``.
        definition: what the server keeps of it, to be compared with.
        create: the statement that makes it.
        drop: the statement that removes it, where it is there.
    """

    name: str
    definition: str
    create: str
    drop: str


@dataclass(frozen=True, slots=True)
class Guard:
    """The guard of one kind of server.

    Attributes:
        parts: in the order in which they are made, for the columns that the portal's tables have now. Each by itself
            does no harm, so that an installation may be interrupted anywhere.
        found: reads the definitions of what is there, by the parts' names; None where this database account sees only
            the name. Under other names: what passes the guard, or uses it for something else.
        visible: whether this database account would see a trigger at all.
        first: the statement before the first of an installation.
        bypass: lets the rest of this transaction through.
    """

    parts: Callable[[Connection], tuple[Part, ...]]
    found: Callable[[Connection], Mapping[str, str | None]]
    visible: Callable[[Connection], bool]
    first: str
    bypass: str
