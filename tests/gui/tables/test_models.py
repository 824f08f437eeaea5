"""The item models keep Qt's rules and their rows' identity."""

from __future__ import annotations

from datetime import UTC, timedelta
from functools import partial
from typing import Any

import pytest
from PySide6.QtCore import QPersistentModelIndex
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.listings import panes
from desktop_admin.controllers.log import history
from desktop_admin.controllers.operations import apply, card
from desktop_admin.controllers.operations.slots import REASSIGN, RESET
from desktop_admin.controllers.values.lines import Actor, PaperChoice
from desktop_admin.database.engine import Database
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.sets.matrix_model import MatrixModel
from desktop_admin.gui.tables.concerns import concerns
from desktop_admin.gui.tables.models import (
    ClearedModel,
    Fate,
    HistoryModel,
    Impact,
    ImpactModel,
    PreviewModel,
    SessionModel,
)
from desktop_admin.gui.tables.rows_model import RowsModel
from desktop_admin.rules import Paper

WORDS = Words(zone=UTC)


def _candidates(database: Database) -> tuple[Any, ...]:
    return database.read(panes.list_candidates).rows


def _sessions(database: Database) -> tuple[Any, ...]:
    return concerns(database.read(health.survey))


def _matrix(database: Database) -> tuple[Any, ...]:
    return database.read(panes.matrix)


def _fates(database: Database) -> tuple[Any, ...]:
    survey = database.read(health.survey)
    return tuple(Fate(row, survey.at, "kit.fate.restarts", "A", loses=row.stuck) for row in survey.sessions)


def _lines(database: Database) -> tuple[Any, ...]:
    users = tuple(row.user_id for row in _candidates(database))
    plan = database.read(partial(card.read_card, user_ids=users)).plans[RESET]
    return tuple(Impact(line, plan.kind.name, planned=True) for line in plan.lines)


def _history(database: Database) -> tuple[Any, ...]:
    for row in _candidates(database):
        plan = database.read(partial(card.read_card, user_ids=(row.user_id,))).plans[REASSIGN]
        database.write(partial(apply.apply, plan=plan, actor=Actor(name="tester"), reason="test"))
    return database.read(history.operations)


def _cleared(database: Database) -> tuple[Any, ...]:
    users = tuple(row.user_id for row in _candidates(database))
    plan = database.read(partial(card.read_card, user_ids=users)).plans[RESET]
    database.write(partial(apply.apply, plan=plan, actor=Actor(name="tester"), reason="test"))
    return database.read(history.operations)[0].sessions


@pytest.mark.parametrize(
    ("kind", "read"),
    [
        (SessionModel, _sessions),
        (MatrixModel, _matrix),
        (PreviewModel, _fates),
        (ImpactModel, _lines),
        (HistoryModel, _history),
        (ClearedModel, _cleared),
    ],
)
def test_a_model_keeps_qts_rules_and_its_rows(
    qtbot: QtBot, database: Database, kind: type[RowsModel[Any]], read: Any
) -> None:
    model = kind(WORDS)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    rows = read(database)
    assert len(rows) >= 3
    model.set_rows(rows)
    kept = QPersistentModelIndex(model.index(2, 0))
    key = model.key(2)
    model.set_rows(rows[1:])
    model.set_rows(tuple(reversed(rows)))
    assert model.key(kept.row()) == key
    model.set_rows(rows[:1])
    assert not kept.isValid()
    model.set_rows(rows)
    model.restyle()
    assert [model.source(number) for number in range(model.rowCount())] == list(rows)
    assert all(model.index(0, column).data() is not None for column in range(model.columnCount()))
    model.set_rows(())
    assert model.rowCount() == 0
    tester.deleteLater()


def test_a_draft_keeps_qts_rules(qtbot: QtBot, database: Database) -> None:
    model = MatrixModel(WORDS)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    rows = _matrix(database)
    model.set_rows(rows)
    ttc = next(row.trade.id for row in rows if row.trade.code == "TTC")
    model.draft([PaperChoice(trade_id=ttc, paper=Paper.PRIMARY, letter="C")])
    assert model.drafts == (PaperChoice(trade_id=ttc, paper=Paper.PRIMARY, letter="C"),)
    model.discard()
    assert not model.drafts
    tester.deleteLater()


def test_long_overdue_is_told_in_hours() -> None:
    told = [WORDS.time_left(timedelta(minutes=minutes)) for minutes in (61, 0, -12, -99, -100, -351)]
    assert told == ["61 min", "0 min", "12 min over", "99 min over", "1 hour over", "5 hours over"]
    assert WORDS.time_left(None) == ""
