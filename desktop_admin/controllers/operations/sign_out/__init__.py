"""Signing candidates out: their portal logins end, sessions and slots stay.

For a PC failure: the candidate logs in on another PC, gets the same questions, and the old PC can no longer submit.
"""

from __future__ import annotations

from desktop_admin.controllers.operations.kind import Operation, Option, Place, Right, Undo

SIGN_OUT = Operation(
    name="sign-out",
    home=__name__,
    right=Right.INVIGILATOR,
    undo=Undo.ROWS,
    ends_every_login=True,
    options=(Option.CANDIDATES,),
    place=Place.CARD,
)
