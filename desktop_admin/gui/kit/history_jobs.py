"""What taking back, and looking at the log, ask of the controllers, as jobs for the worker; see ``jobs``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop_admin.controllers.operations.kind import Plan
from desktop_admin.controllers.operations.restore import RESTORE
from desktop_admin.controllers.operations.undo import UNDO
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.controllers.values.records import HistoryFilters, HistoryPage
from desktop_admin.gui.kit.tasks import Report

if TYPE_CHECKING:
    from desktop_admin.controllers.log.chain import Checkpoint, Progress, Verification


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What the history pane is narrowed to.

    Attributes:
        text: army number or name of a candidate.
        operation: the kind, as the log names it.
        person: who did or released it.
        days: today and so many days less one before; None for all.
    """

    text: str = ""
    operation: str | None = None
    person: str | None = None
    days: int | None = None


def _filters(session: Any, narrowing: Narrowing, zone: tzinfo) -> HistoryFilters:
    """The filters of the log; the days are counted by the database server's clock."""
    from desktop_admin.database.session import server_now

    since = None
    if narrowing.days is not None:
        today = server_now(session).astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        since = today - timedelta(days=narrowing.days - 1)
    return HistoryFilters(text=narrowing.text, operation=narrowing.operation, person=narrowing.person, since=since)


def read_history(session: Any, *, narrowing: Narrowing, zone: tzinfo, limit: int) -> HistoryPage:
    """The newest recorded operations that match."""
    from desktop_admin.controllers.log import history

    return history.page(session, filters=_filters(session, narrowing, zone), limit=limit)


def export_history(session: Any, *, narrowing: Narrowing, path: Path, zone: tzinfo) -> Path:
    """Write every recorded operation that matches to a new file."""
    from desktop_admin import spreadsheets
    from desktop_admin.controllers.handing_out import exports

    spreadsheets.check_name(path)
    sheet = exports.history_sheet(session, filters=_filters(session, narrowing, zone))
    spreadsheets.save(sheet, path, zone=zone)
    return path


def plan_undo(session: Any, *, op_id: str) -> Plan:
    """What undoing this operation would do."""
    from desktop_admin.controllers.operations.apply import plan
    from desktop_admin.controllers.operations.undo.work import asked

    return plan(session, UNDO, asked(session, op_id=op_id))


def plan_restore(session: Any, *, session_ids: Sequence[int], op_id: str, override: bool) -> Plan:
    """What putting sessions back that this operation cleared would do."""
    from desktop_admin.controllers.operations.apply import plan
    from desktop_admin.controllers.operations.restore.work import asked

    wanted = asked(session, session_ids=session_ids, archived_by=op_id, override=override)
    return plan(session, RESTORE, wanted)


def verify_log(
    session: Any, *, actor: Actor, files: Sequence[Path], told: Callable[[Progress], object]
) -> Verification:
    """Look at the whole log, and compare it with this desk's own checkpoints and with those in files.

    Raises:
        NotPermitted: the person is no supervisor.
        UsageProblem: a file holds no checkpoint.
        DatabaseUnusable: this desk does not have the log's key.
    """
    from desktop_admin.controllers.operations.deeds import log

    return log.verify(session, actor=actor, files=files, told=told)


def keep_checkpoint(session: Any) -> None:
    """Keep the log's end of today at this desk.

    Raises:
        AdminError: it could not be kept.
    """
    from desktop_admin.controllers.log import checkpoints

    checkpoints.keep_daily(session)


def save_checkpoint(file: Path, _report: Report, *, point: Checkpoint) -> Path:
    """Write a checkpoint to a new file, and give back which."""
    from desktop_admin.controllers.log import checkpoints

    checkpoints.write(file, point)
    return file
