"""The table of operations: everything that can be done, as the faces of it. Importing it needs no database."""

from __future__ import annotations

from desktop_admin.controllers.operations.accept import ACCEPT
from desktop_admin.controllers.operations.check_in import CHECK_IN, WITHDRAW_CHECK_IN
from desktop_admin.controllers.operations.clear import CLEAR
from desktop_admin.controllers.operations.completed import SET_COMPLETED, SET_NOT_COMPLETED
from desktop_admin.controllers.operations.deeds import DEEDS
from desktop_admin.controllers.operations.kind import Kind, Operation, Right
from desktop_admin.controllers.operations.papers import ACTIVATE, ARRANGE, CLOSE, OPEN, SET_DURATION
from desktop_admin.controllers.operations.register import IMPORT
from desktop_admin.controllers.operations.reopen import REOPEN
from desktop_admin.controllers.operations.restore import RESTORE
from desktop_admin.controllers.operations.sign_out import SIGN_OUT
from desktop_admin.controllers.operations.slots import ASSIGN, REASSIGN, RESET
from desktop_admin.controllers.operations.time import GIVE_TIME
from desktop_admin.controllers.operations.undo import UNDO

OPERATIONS: tuple[Operation, ...] = (
    ASSIGN,
    RESET,
    REASSIGN,
    CLEAR,
    ACCEPT,
    SIGN_OUT,
    GIVE_TIME,
    ACTIVATE,
    OPEN,
    CLOSE,
    SET_DURATION,
    ARRANGE,
    REOPEN,
    SET_COMPLETED,
    SET_NOT_COMPLETED,
    IMPORT,
    RESTORE,
    CHECK_IN,
    WITHDRAW_CHECK_IN,
    UNDO,
)
"""What is done to candidates and sets, in the order in which menus and pages list it."""


KINDS: tuple[Kind, ...] = (*OPERATIONS, *DEEDS)
"""Everything that can be done."""


UNKNOWN = Operation(name="unknown", home=__name__, right=Right.SUPERVISOR)
"""Stands for what the log knows and this version does not; it can be shown, and not done."""


def operation_named(name: str) -> Operation | None:
    """The operation that the log calls so; None for what a newer version wrote, or what is no operation."""
    return next((kind for kind in OPERATIONS if kind.name == name), None)
