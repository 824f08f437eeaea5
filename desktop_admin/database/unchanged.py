"""What was worked out of a database, kept as long as nothing in it has changed.

A file and PostgreSQL tell whether anybody at all has committed anything since (``Backend.data_version``): then nothing
has to be read again to know that it is still so. Where the server cannot tell, everything is read each time.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from desktop_admin.database.session import Session

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Known:
    """What was worked out, by what it is of, since the database has had this version."""

    version: object
    found: dict[Hashable, Any] = field(default_factory=dict)


def unless_changed(
    session: Session, of: Hashable, work: Callable[[], T], *, holds: Callable[[T], bool] | None = None
) -> T:
    """What was worked out before, if nothing in the database has changed since, else what is worked out now.

    Nobody changes what comes back. In a write everything is worked out: it alone sees what it has changed itself.

    Args:
        session: of the database.
        of: what is worked out, and of what besides the database.
        work: works it out of the database, and of nothing else.
        holds: whether what was worked out before still does, for what follows from the time as well.
    """
    behind, version = session.behind, version_of(session)
    if version is None:
        return work()
    known = behind.kept.get(_Known)
    if not isinstance(known, _Known) or known.version != version:
        known = behind.kept[_Known] = _Known(version)
    if of not in known.found or not (holds is None or holds(known.found[of])):
        known.found[of] = work()
    found: T = known.found[of]
    return found


def version_of(session: Session) -> object | None:
    """What is equal in two sessions only where nobody has committed anything between them; None where none tells.

    It is older than all that is read after it was asked for first; in a write there is none.
    """
    if _VERSION not in session.info:
        backend, connection = session.behind.backend, session.connection()
        session.info[_VERSION] = backend.data_version(connection) if connection.engine is backend.reader else None
    version: object | None = session.info[_VERSION]
    return version


_VERSION = "desktop_admin_version"
