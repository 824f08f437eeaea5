"""Setting a paper completed or not completed: the cure where marks or a saved form have made the portal say otherwise.

The completed column alone is written; a paper that was submitted stays submitted.
"""

from __future__ import annotations

from desktop_admin.controllers.operations.kind import Operation, Option, Place, Right, Undo
from desktop_admin.controllers.values.written import Whose, Written

COMPLETED = Written(
    table="registration_candidateprofile",
    key="id",
    columns=("is_primary_completed", "is_secondary_completed"),
    whose=Whose.CANDIDATE,
)

SET_NOT_COMPLETED = Operation(
    name="set-not-completed",
    home=__name__,
    right=Right.SUPERVISOR,
    undo=Undo.ROWS,
    writes=(COMPLETED,),
    place=Place.COMPLETED_BY_MARKS,
)
SET_COMPLETED = Operation(
    name="set-completed",
    home=__name__,
    right=Right.SUPERVISOR,
    undo=Undo.ROWS,
    writes=(COMPLETED,),
    options=(Option.ARMY_NOS, Option.PAPER, Option.NOT),
    opposite=SET_NOT_COMPLETED,
    place=Place.SUBMITTED_NOT_COMPLETED,
)
