"""Reopening a submitted paper, so that the candidate can sit it again: the cure of a late submission.

Its completed session goes into the archive with its questions, and so do the candidate's answers of that paper; its
completion columns are emptied. An undo brings all of it back.
"""

from __future__ import annotations

from desktop_admin.controllers.operations.kind import Clears, Ladder, Operation, Option, Place, Right, Undo
from desktop_admin.controllers.values.written import Whose, Written

COMPLETION = Written(
    table="registration_candidateprofile",
    key="id",
    columns=(
        "is_primary_completed",
        "primary_slot_consumed_at",
        "is_secondary_completed",
        "secondary_slot_consumed_at",
    ),
    whose=Whose.CANDIDATE,
)


REOPEN = Operation(
    name="reopen-paper",
    home=__name__,
    right=Right.SUPERVISOR,
    undo=Undo.ROWS,
    ladder=Ladder.DIALOG,
    clears=Clears.SUBMITTED,
    says_what_it_clears=True,
    writes=(COMPLETION,),
    options=(Option.ARMY_NOS, Option.PAPER),
    place=Place.SUBMITTED,
)
