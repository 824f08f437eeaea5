"""What nobody at the desk needs is never fetched: Aadhaar, APAAR and mobile numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine, event

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.handing_out import exports, reports
from desktop_admin.controllers.listings import panes
from desktop_admin.controllers.log import history
from desktop_admin.controllers.operations.slots import RESET
from desktop_admin.controllers.people import staff as operators
from desktop_admin.controllers.portal import candidates
from desktop_admin.controllers.values.lines import Actor, Chosen
from desktop_admin.database.engine import Database
from desktop_admin.database.session import server_now
from tests import planning
from tests.controllers import doing

NOT_NEEDED = re.compile(r"aadh?aa?r|apaar|mobile", re.IGNORECASE)
EVERYONE = Chosen(everyone=True)
pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session")


def _readings(database: Database, op_id: str, session_id: int) -> dict[str, Callable[[Any], object]]:
    user_id = doing.user(database, "T-FINE")
    begin = database.read(server_now).replace(year=2000)
    return {
        "candidate list": partial(panes.list_candidates, text="T-"),
        "candidate": partial(panes.read_candidate, user_id=user_id),
        "found": partial(candidates.find, army_nos=["T-FINE"]),
        "shifts": candidates.shifts,
        "trades": candidates.trades,
        "matrix": panes.matrix,
        "survey": partial(health.survey, finished=None, thorough=True),
        "history": history.operations,
        "last action": partial(history.last_action, user_id=user_id),
        "assign": partial(planning.plan_assign, chosen=EVERYONE),
        "reset": partial(planning.plan_reset, chosen=EVERYONE),
        "reassign": partial(planning.plan_reassign, chosen=EVERYONE),
        "sign out": partial(planning.plan_sign_out, chosen=EVERYONE),
        "clear": partial(planning.plan_clear, session_ids=[session_id]),
        "restore": partial(planning.plan_restore, session_ids=[session_id]),
        "undo": partial(planning.plan_undo, undoes=op_id),
        "staff": operators.staff,
        "slip": partial(reports.slip, op_id=op_id),
        "candidate's paper": partial(reports.candidate_history, user_id=user_id),
        "shift": partial(reports.shift_report, since=begin),
        **exports.SHEETS,
    }


def test_numbers_that_nobody_needs_are_never_fetched(database: Database, actor: Actor) -> None:
    cleared = doing.slot(database, actor, RESET, "T-STUCK")
    readings = _readings(database, cleared.op_id or "", cleared.session_ids[0])
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        for name, read in readings.items():
            before = len(seen)
            database.read(read)
            assert len(seen) > before, name
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert any("registration_candidateprofile" in statement for statement in seen)
    # A star counts, or stands in a pattern; it never fetches whatever columns there are.
    whole = {statement: re.sub(r"\(\*\)|GLOB '[^']*'", "", statement) for statement in seen}
    assert [statement for statement, rest in whole.items() if NOT_NEEDED.search(rest) or "*" in rest] == []
