"""What an INSERT made is known on every engine, also on MySQL, which gives no rows back."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from desktop_admin.controllers.log import chain
from desktop_admin.controllers.operations.slots import RESET
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from tests import raw
from tests.controllers import doing


@pytest.mark.parametrize("returning", [True, False])
def test_what_was_archived_is_recorded_alike_whether_an_insert_gives_it_back_or_not(
    any_database: Database, actor: Actor, monkeypatch: pytest.MonkeyPatch, returning: bool
) -> None:
    given_back = 0

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        nonlocal given_back
        given_back += "RETURNING" in statement

    before = raw.content(any_database)
    dialect = any_database.backend.writer.dialect
    assert dialect.insert_returning, "every engine of the tests can"
    monkeypatch.setattr(dialect, "insert_returning", returning)
    event.listen(any_database.backend.writer, "before_cursor_execute", count)
    reset = doing.slot(any_database, actor, RESET, "T-STUCK", "T-FINE")
    switched = doing.activate(any_database, actor, ("TTC", "A"), allow_too_few=True)
    assert bool(given_back) is returning
    assert any_database.read(chain.verify).intact
    for done in (switched, reset):
        doing.undo(any_database, actor, done)
    assert raw.differences(before, raw.content(any_database)) == {}
