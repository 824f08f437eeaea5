"""Clearing chosen incomplete sessions; the slot stays. The cure of every stuck session."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_admin.controllers.operations.kind import Asked, Operation, Place, Right, Undo


@dataclass(frozen=True)
class ClearAsked(Asked):
    """Which sessions, by id."""

    session_ids: tuple[int, ...]


CLEAR = Operation(
    name="clear-sessions",
    home=__name__,
    right=Right.INVIGILATOR,
    undo=Undo.ROWS,
    restarts=True,
    says_what_it_clears=True,
    place=Place.SESSIONS,
    key="Shift+F9",
)
