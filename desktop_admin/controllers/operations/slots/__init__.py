"""Assigning, resetting and reassigning slots."""

from __future__ import annotations

from desktop_admin.controllers.operations.kind import Operation, Option, Place, Right, Undo
from desktop_admin.controllers.values.written import Whose, Written

SLOT = Written(
    table="registration_candidateprofile",
    key="id",
    columns=("has_exam_slot", "slot_assigned_at", "slot_assigned_by_id", "slot_attempting_at"),
    whose=Whose.CANDIDATE,
)
"""The columns of a candidate's slot; never the completion columns."""


ASSIGN = Operation(
    name="assign-slots",
    home=__name__,
    right=Right.EVERYBODY,
    undo=Undo.ROWS,
    # Whoever may give a slot may not therefore take it back.
    undo_right=Right.INVIGILATOR,
    gives_slots=True,
    writes=(SLOT,),
    options=(Option.CANDIDATES,),
    place=Place.CARD,
    key="F8",
)
RESET = Operation(
    name="reset-slots",
    home=__name__,
    right=Right.INVIGILATOR,
    undo=Undo.ROWS,
    writes=(SLOT,),
    options=(Option.CANDIDATES,),
    place=Place.CARD,
    key="F9",
)
REASSIGN = Operation(
    name="reassign-slots",
    home=__name__,
    right=Right.INVIGILATOR,
    undo=Undo.ROWS,
    restarts=True,
    gives_slots=True,
    writes=(SLOT,),
    options=(Option.CANDIDATES,),
    place=Place.CARD,
    key="Ctrl+F9",
)
