"""What was undone, candidate by candidate: an undo may leave some of an operation's candidates as they are."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased

from desktop_admin.database.tables.own import OperationCandidate, OperationRow


def taken_back(one: Any) -> ColumnElement[bool]:
    """Whether the operation was undone for this candidate.

    Args:
        one: a table of ours whose rows name an operation and the account that it was done to (``op_id``, ``user_id``).
    """
    undo, whom = aliased(OperationRow), aliased(OperationCandidate)
    for_them = select(undo.seq).join(whom, whom.op_id == undo.op_id)
    return for_them.where(undo.undoes == one.op_id, whom.user_id == one.user_id).correlate(one).exists()
