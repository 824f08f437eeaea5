"""What taking back asks of the controllers, as jobs for the worker; see ``jobs``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from desktop_admin.controllers.values.plans import Plan


def plan_undo(session: Any, *, op_id: str) -> Plan:
    """What undoing this operation would do."""
    from desktop_admin.controllers.operations.undo import work as undoing

    return undoing.plan_undo(session, undoes=op_id)


def plan_restore(session: Any, *, session_ids: Sequence[int], op_id: str, override: bool) -> Plan:
    """What putting sessions back that this operation cleared would do."""
    from desktop_admin.controllers.operations.restore import work as restoring

    return restoring.plan_restore(session, session_ids=session_ids, archived_by=op_id, override=override)
