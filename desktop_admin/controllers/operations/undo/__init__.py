"""Taking an operation back exactly; whoever may do it, may undo it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from desktop_admin.controllers.operations.kind import Asked, Earlier, Ladder, Operation, Option, Place, Right


@dataclass(frozen=True)
class UndoAsked(Asked):
    """Which operation."""

    earlier: Earlier

    @property
    def takes_back(self) -> Earlier:
        """That operation."""
        return self.earlier

    def logged(self) -> dict[str, Any]:
        """Its id."""
        return {"undoes": self.earlier.op_id}


UNDO = Operation(
    name="undo",
    home=__name__,
    right=Right.INVIGILATOR,
    # Whoever is left as they are must be seen before the others are put back; so must a session that goes again.
    ladder=Ladder.IF_MORE_HAPPENS,
    options=(Option.OP_ID,),
    place=Place.HISTORY,
)
