"""Putting cleared sessions back, row for row."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_admin.controllers.operations.kind import Asked, Operation, Option, Place, Right, Undo


@dataclass(frozen=True)
class RestoreAsked(Asked):
    """Which archived sessions, each as (op_id of the clearing, session id).

    Attributes:
        override: let an old archive, a newer slot, or a set that is not active through.
    """

    archived: tuple[tuple[str, int], ...]
    override: bool = False

    @property
    def overrides(self) -> bool:
        """Whether an old archive is let through, a newer slot, or a set that is not active."""
        return self.override


RESTORE = Operation(
    name="restore",
    home=__name__,
    right=Right.RELEASED,
    undo=Undo.CLEARING,
    options=(Option.SESSION_ID, Option.OVERRIDE),
    place=Place.HISTORY,
)
