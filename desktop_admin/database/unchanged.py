"""What was worked out of a database, kept as long as nothing in it has changed, or as long as it may rest.

A file and PostgreSQL tell whether anybody at all has committed anything since (``Backend.data_version``): then nothing
has to be read again to know that it is still so. Where the server cannot tell, everything is read each time.

What looks through everybody may rest besides: others' changes show in it a little later, and this desk's at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, TypeVar

from desktop_admin.database.session import Session

T = TypeVar("T")

RESTS = 20
"""What looks through everybody rests so many times as long as it took: that takes a twentieth of the time at most."""
_LONGEST_REST = 60.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Rest:
    """What was worked out is taken for true for a while.

    Attributes:
        until: in seconds of ``time.monotonic``.
        woken: how often everything was woken before it was worked out, as ``Opened.woken`` counts.
    """

    until: float
    woken: int


NO_REST = Rest(-math.inf, 0)


@dataclass(frozen=True, slots=True)
class _Known:
    """What was worked out since the database has had this version, by what it is of, each with how long it holds.

    Attributes:
        woken: how often everything was woken before (``Opened.woken``).
    """

    version: object
    woken: int
    found: dict[Hashable, tuple[Any, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Resting:
    """What rests, by what it is of."""

    found: dict[Hashable, tuple[Any, Rest]] = field(default_factory=dict)


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
    if not isinstance(known, _Known) or (known.version, known.woken) != (version, behind.woken):
        known = behind.kept[_Known] = _Known(version, behind.woken)
    before: tuple[T, float] | None = known.found.get(of)
    if before is not None and monotonic() < before[1] and (holds is None or holds(before[0])):
        _holds_until(session, before[1])
        return before[0]
    around = session.info.pop(_UNTIL, math.inf)
    found = work()
    known.found[of] = (found, session.info.get(_UNTIL, math.inf))
    _holds_until(session, around)
    return found


def now_and_then(session: Session, of: Hashable, work: Callable[[], T]) -> T:
    """What was worked out a while ago, as measured by how long it takes, though others may have changed it since."""
    resting = session.behind.kept.setdefault(_Resting, _Resting())
    assert isinstance(resting, _Resting)
    before: tuple[T, Rest] | None = resting.found.get(of)
    if before is not None and is_resting(session, before[1]):
        return before[0]
    found, rest = rested(session, work)
    resting.found[of] = (found, rest)
    return found


def rested(session: Session, work: Callable[[], T]) -> tuple[T, Rest]:
    """What is worked out now, and how long it may rest; not at all in a write, which may be rolled back."""
    woken, began = session.behind.woken, monotonic()
    found = work()
    ended = monotonic()
    if not _only_reads(session):
        return found, NO_REST
    return found, Rest(ended + min(RESTS * (ended - began), _LONGEST_REST), woken)


def is_resting(session: Session, rest: Rest) -> bool:
    """Whether something still rests, in a session that only reads; what follows from it holds no longer than that."""
    if not _only_reads(session) or rest.woken != session.behind.woken or monotonic() >= rest.until:
        return False
    _holds_until(session, rest.until)
    return True


def version_of(session: Session) -> object | None:
    """What is equal in two sessions only where nobody has committed anything between them; None where none tells.

    It is older than all that is read after it was asked for first; in a write there is none.
    """
    if _VERSION not in session.info:
        asked = session.behind.backend.data_version(session.connection()) if _only_reads(session) else None
        session.info[_VERSION] = asked
    version: object | None = session.info[_VERSION]
    return version


def _only_reads(session: Session) -> bool:
    return session.connection().engine is session.behind.backend.reader


def _holds_until(session: Session, until: float) -> None:
    session.info[_UNTIL] = min(until, session.info.get(_UNTIL, math.inf))


_VERSION, _UNTIL = "desktop_admin_version", "desktop_admin_until"
