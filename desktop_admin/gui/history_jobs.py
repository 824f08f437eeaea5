"""What taking back, and looking at the log, ask of the controllers, as jobs for the worker; see ``jobs``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop_admin.controllers.plans import Actor, Plan
from desktop_admin.controllers.records import OperationRecord
from desktop_admin.gui.tasks import Report

if TYPE_CHECKING:
    from desktop_admin.controllers.log_chain import Checkpoint, Verification


def read_history(session: Any) -> tuple[OperationRecord, ...]:
    """The newest recorded operations."""
    from desktop_admin.controllers import history

    return history.operations(session)


def plan_undo(session: Any, *, op_id: str) -> Plan:
    """What undoing this operation would do."""
    from desktop_admin.controllers import undoing

    return undoing.plan_undo(session, undoes=op_id)


def plan_restore(session: Any, *, session_ids: Sequence[int], op_id: str, override: bool) -> Plan:
    """What putting sessions back that this operation cleared would do."""
    from desktop_admin.controllers import restoring

    return restoring.plan_restore(session, session_ids=session_ids, archived_by=op_id, override=override)


def verify_log(session: Any, *, actor: Actor) -> Verification:
    """Look at the whole log.

    Raises:
        NotPermitted: the person is no supervisor.
        DatabaseUnusable: this desk does not have the log's key.
    """
    from desktop_admin.controllers import log_chain

    return log_chain.verify(session, actor=actor)


def save_checkpoint(file: Path, _report: Report, *, point: Checkpoint) -> Path:
    """Write a checkpoint to a new file, and give back which."""
    from desktop_admin.controllers import checkpoints

    checkpoints.write(file, point)
    return file
