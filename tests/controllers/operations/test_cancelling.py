"""Whoever cancels an operation, at whatever stage, finds everything as it was."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from sqlalchemy import event

from desktop_admin.controllers.operations.slots import RESET
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from desktop_admin.errors import Cancelled
from tests import raw
from tests.controllers import doing


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session")
def test_cancelled_at_any_statement_everything_is_as_it_was(any_database: Database, actor: Actor) -> None:
    database, before, seen, wanted = any_database, raw.content(any_database), 0, 0

    def cancel(*_statement: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == wanted:
            database.cancel()

    event.listen(database.backend.writer, "after_cursor_execute", cancel)
    for number in count(1):
        seen, wanted = 0, number
        try:
            done = doing.slot(database, actor, RESET, "T-STUCK")
        except Cancelled:
            assert raw.differences(before, raw.content(database), own=True) == {}
        else:
            break
    assert (done.applied, number > 25) == (1, True)
