"""A list of any length: Qt's rules are kept, and only what is looked at is read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from PySide6.QtCore import QModelIndex
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy
from pytestqt.qtbot import QtBot

from desktop_admin.controllers.values.people import CandidateRow, CandidateStatus
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.tables import paged_model
from desktop_admin.gui.tables.models import CandidateModel
from desktop_admin.gui.tables.paged_model import PAGE
from desktop_admin.gui.tables.paged_table import PagedTable
from desktop_admin.gui.tables.rows_model import ACCESSIBLE
from desktop_admin.rules import Paper, SlotState
from tests.gui.driving import WAIT_MS

MANY = range(1000, 1000 + 10 * PAGE + 7)


def row(user_id: int) -> CandidateRow:
    return CandidateRow(
        user_id, f"B{user_id}", f"Name {user_id}", "TTC", SlotState.ASSIGNED, Paper.PRIMARY,
        CandidateStatus.NOT_STARTED, (), "A", None,
    )  # fmt: skip


@pytest.fixture
def model(qtbot: QtBot) -> CandidateModel:
    made = CandidateModel(Words(zone=UTC))
    QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Warning, made)
    return made


@pytest.fixture
def table(qtbot: QtBot, model: CandidateModel) -> PagedTable:
    made = PagedTable(model, stretch="name", name="Candidates")
    qtbot.addWidget(made)
    made.resize(900, 400)
    return made


def asked(qtbot: QtBot, model: CandidateModel, *rows: int) -> list[int]:
    """Look at these rows; gives back whose rows are asked for."""
    with qtbot.waitSignal(model.asked, timeout=WAIT_MS) as signal:
        for number in rows:
            model.index(number, 1).data()
    keys: list[int] = signal.args[0]
    return keys


def test_a_page_is_read_when_it_is_looked_at_and_told_once(qtbot: QtBot, model: CandidateModel) -> None:
    model.show(MANY, map(row, MANY[:PAGE]))
    assert model.rowCount() == len(MANY)
    assert (model.index(3, 1).data(), model.is_read(3)) == ("B1003", True)
    cell = model.index(3 * PAGE + 5, 1)
    assert (cell.data(), cell.data(ACCESSIBLE)) == ("…", "is being read")
    keys = asked(qtbot, model, 3 * PAGE + 5)
    assert keys == list(MANY[3 * PAGE : 4 * PAGE])
    told = QSignalSpy(model.dataChanged)
    model.take(keys, map(row, keys))
    assert cell.data() == f"B{MANY[3 * PAGE + 5]}"
    assert [(one[0].row(), one[1].row()) for one in (told.at(0),)] == [(3 * PAGE, 4 * PAGE - 1)]
    assert told.count() == 1


def test_a_row_that_looks_as_before_is_neither_told_nor_measured(qtbot: QtBot, model: CandidateModel) -> None:
    left = timedelta(minutes=30, seconds=50)
    before = [replace(row(key), time_left=left) for key in MANY[:PAGE]]
    model.show(MANY, before)
    kept = [model.cells(number) for number in range(PAGE)]
    told, measured = QSignalSpy(model.dataChanged), QSignalSpy(model.reworded)
    # Seconds go by, and for two of them a minute.
    after = [replace(one, time_left=left - timedelta(seconds=50)) for one in before]
    after[7], after[9] = (replace(one, time_left=left - timedelta(minutes=1)) for one in (before[7], before[9]))
    model.show(MANY, after)
    assert [(one[0].row(), one[1].row()) for one in (told.at(0),)] == [(7, 9)]
    assert (told.count(), measured.at(0)) == (1, [[7, 9]])
    assert all((model.cells(number) is kept[number]) == (number not in (7, 9)) for number in range(PAGE))
    assert model.source(8) == after[8]
    model.show(MANY, after)
    assert (told.count(), measured.at(1)) == (1, [[]])


def test_a_shift_by_another_name_is_worded_anew(model: CandidateModel) -> None:
    model.show(MANY, [replace(row(key), shift_id=1) for key in MANY[:PAGE]])
    place = model.columns.index("shift")
    told = []
    for name in ("Early", "Late"):
        model.shift_names = {1: name}
        model.reword()
        told.append(model.index(0, place).data())
    assert told == ["Early", "Late"]


def test_what_was_only_scrolled_past_is_not_read(qtbot: QtBot, model: CandidateModel) -> None:
    model.show(MANY, ())
    keys = asked(qtbot, model, *(number * PAGE for number in (2, 5, 8, 9)))
    assert keys == list(MANY[8 * PAGE : 10 * PAGE])
    # While it is under way nothing else is asked for; what is looked at meanwhile comes next.
    assert model.index(0, 1).data() == "…"
    with qtbot.waitSignal(model.asked, timeout=WAIT_MS) as signal:
        model.take(keys, map(row, keys))
    assert signal.args[0] == list(MANY[:PAGE])


def test_an_answer_for_a_list_that_is_no_longer_shown_is_nothing(qtbot: QtBot, model: CandidateModel) -> None:
    model.show(MANY, ())
    late = asked(qtbot, model, 0)
    model.show(MANY[::-1], ())
    wanted = asked(qtbot, model, 0)
    model.take(late, map(row, late))
    assert not model.is_read(0)
    model.take(wanted, map(row, wanted))
    assert model.source(0).user_id == MANY[-1]


def test_no_more_pages_are_kept_than_so_many(
    qtbot: QtBot, model: CandidateModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paged_model, "MOST_PAGES", 3)
    model.show(MANY, map(row, MANY[:PAGE]))
    for number in (1, 2, 3):
        keys = asked(qtbot, model, number * PAGE)
        model.take(keys, map(row, keys))
        model.index(0, 1).data()
    assert [model.is_read(number * PAGE) for number in range(4)] == [True, False, True, True], "the longest ago"


def test_whoever_has_left_meanwhile_stays_dots_and_is_not_asked_for_again(qtbot: QtBot, model: CandidateModel) -> None:
    model.show(MANY, ())
    keys = asked(qtbot, model, 0)
    model.take(keys, map(row, keys[1:]))
    assert [model.index(number, 1).data() for number in (0, 1)] == ["…", "B1001"]
    qtbot.assertNotEmitted(model.asked, wait=0)


def test_what_is_selected_is_selected_by_whom_it_names(qtbot: QtBot, table: PagedTable) -> None:
    table.show_keys(MANY, (), chosen=(MANY[700], MANY[5], MANY[6]))
    assert table.selected_keys() == (MANY[5], MANY[6], MANY[700])
    # The same people, who stand elsewhere now, and one of whom is gone.
    others = [key for key in reversed(MANY) if key != MANY[6]]
    table.show_keys(others, (), chosen=table.selected_keys())
    assert table.selected_keys() == (MANY[700], MANY[5])
    table.select_everything()
    assert table.selected_keys() == tuple(others)
    table.show_keys(others, map(row, others[:PAGE]), chosen=table.selected_keys())
    assert table.selected_keys() == tuple(others), "rows that are only read anew stay selected"


def test_rows_that_nobody_has_looked_at_are_read_before_they_are_copied(qtbot: QtBot, table: PagedTable) -> None:
    table.show_keys(MANY, map(row, MANY[:PAGE]), chosen=(MANY[0], MANY[2 * PAGE]))
    with qtbot.waitSignal(table.copy_asked, timeout=WAIT_MS) as signal:
        table.copy()
    assert signal.args == [(MANY[0], MANY[2 * PAGE])]
    table.copy_rows([table.paged.worded(row(key)) for key in signal.args[0]])
    lines = QGuiApplication.clipboard().text().splitlines()
    assert [line.split("\t")[1] for line in lines[1:]] == ["B1000", f"B{MANY[2 * PAGE]}"]


def test_sorting_asks_for_the_list_in_another_order(qtbot: QtBot, table: PagedTable) -> None:
    table.show_keys(MANY, (), chosen=())
    with qtbot.waitSignal(table.paged.sorted_anew, timeout=WAIT_MS):
        table.sortByColumn(table.rows.columns.index("name"), table.horizontalHeader().sortIndicatorOrder())
    assert table.paged.sorted_by == ("name", False)
    assert not table.paged.index(0, 0, QModelIndex()).parent().isValid()


def test_a_painted_list_of_a_million_asks_for_no_more_than_is_seen(qtbot: QtBot) -> None:
    # Without a tester, which looks at each cell of them.
    table = PagedTable(CandidateModel(Words(zone=UTC)), stretch="name", name="Candidates")
    qtbot.addWidget(table)
    million = range(1_000_000)
    table.show_keys(million, (), chosen=())
    with qtbot.waitSignal(table.paged.asked, timeout=WAIT_MS) as signal:
        table.show()
    assert signal.args[0] == list(million[:PAGE])
    table.paged.take(signal.args[0], map(row, signal.args[0]))
    with qtbot.waitSignal(table.paged.asked, timeout=WAIT_MS) as signal:
        table.scrollToBottom()
    assert signal.args[0][-1] == million[-1]
    assert len(signal.args[0]) <= 2 * PAGE
