"""Accepting a session: an incomplete one on another set than the active one may be finished.

It is accepted for one switch; another switch asks again. Whatever clears the session ends it.
"""

from __future__ import annotations

from dataclasses import dataclass

from desktop_admin.controllers.operations.kind import CandidatesAsked, Operation, Option, Place, Right, Undo


@dataclass(frozen=True)
class AcceptAsked(CandidatesAsked):
    """Whose sessions.

    Attributes:
        session_ids: these alone; None: each that is on another set.
    """

    session_ids: tuple[int, ...] | None = None


ACCEPT = Operation(
    name="accept-session",
    home=__name__,
    right=Right.SUPERVISOR,
    undo=Undo.ROWS,
    options=(Option.ARMY_NOS,),
    place=Place.SESSIONS,
)
