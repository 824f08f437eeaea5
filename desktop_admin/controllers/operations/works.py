"""What each operation of the table does."""

from __future__ import annotations

from desktop_admin.controllers.operations.activate.work import ACTIVATE
from desktop_admin.controllers.operations.clear.work import CLEAR
from desktop_admin.controllers.operations.kind import Operation, Work
from desktop_admin.controllers.operations.reopen.work import REOPEN
from desktop_admin.controllers.operations.restore.work import RESTORE
from desktop_admin.controllers.operations.sign_out.work import SIGN_OUT
from desktop_admin.controllers.operations.slots.work import ASSIGN, REASSIGN, RESET
from desktop_admin.controllers.operations.undo.work import UNDO

_WORKS = {work.kind: work for work in (ASSIGN, RESET, REASSIGN, CLEAR, SIGN_OUT, ACTIVATE, REOPEN, RESTORE, UNDO)}


def work_of(kind: Operation) -> Work:
    """Its work."""
    return _WORKS[kind]
