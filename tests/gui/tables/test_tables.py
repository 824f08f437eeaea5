"""Every table: sorted by a click, arranged and remembered, copied from, told in full, and steady through a refresh."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from desktop_admin.controllers.operations.slots import RESET
from desktop_admin.controllers.values.lines import Line
from desktop_admin.gui.core import memory
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.kit.parts import in_column
from desktop_admin.gui.tables.models import Impact, ImpactModel
from desktop_admin.gui.tables.table import Table
from tests.gui.measuring import complaints

LONG = "the candidate with the longest of all names in this centre"

AROUND: list[QWidget] = []
"""What the tables stand in, as long as they are looked at."""


def line(number: int, name: str, trade: str | None = "TTC") -> Impact:
    told = Line("applied", number, f"T-{number:03}", None, name, trade)
    return Impact(told, RESET.name, planned=False)


LINES = (line(1, "Rao", "SKT"), line(2, "Das", None), line(3, "Asha", "DMV"), line(4, LONG, "OCC"))


def new_table(qtbot: QtBot, *, many: bool = True, stretch: str = "outcome") -> Table:
    table = Table(ImpactModel(Words(zone=UTC)), stretch=stretch, name="Lines", many=many)
    around = QWidget(minimumWidth=200, minimumHeight=200)
    AROUND.append(around)
    qtbot.addWidget(around)
    in_column(table, inside=around)
    around.resize(500, 400)
    around.show()
    table.refresh(LINES)
    QApplication.processEvents()
    return table


@pytest.fixture
def table(qtbot: QtBot, qapp: QApplication) -> Iterator[Table]:
    """A table of four lines, one of which has no trade."""
    yield new_table(qtbot)
    memory.belongs_to("")
    AROUND.clear()


def trades(table: Table) -> list[str]:
    return [table.rows.index(row, 1).data() for row in range(table.rows.rowCount())]


def click(table: Table, column: int) -> None:
    header = table.horizontalHeader()
    where = QPoint(header.sectionViewportPosition(column) + 20, header.height() // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=where)
    QApplication.processEvents()


def test_a_click_sorts_another_turns_it_round_and_a_third_takes_it_back(table: Table) -> None:
    table.select_key((1, None))
    click(table, 1)
    assert trades(table) == ["DMV", "OCC", "SKT", "–"]
    click(table, 1)
    assert trades(table) == ["SKT", "OCC", "DMV", "–"], "what says nothing comes last"
    assert [one.line.name for one in table.selected()] == ["Rao"]
    table.refresh((*LINES, line(5, "Das", "EFS")))
    assert trades(table) == ["SKT", "OCC", "EFS", "DMV", "–"]
    click(table, 1)
    assert trades(table) == ["SKT", "–", "DMV", "OCC", "EFS"]


def test_what_a_person_arranged_is_remembered_for_that_person(qtbot: QtBot, table: Table) -> None:
    header = table.horizontalHeader()
    header.moveSection(1, 0)
    header.resizeSection(1, 133)
    menu = QMenu()
    table.columns.fill(menu)
    next(action for action in menu.actions() if action.text() == "Outcome").trigger()
    click(table, 1)
    again = new_table(qtbot)
    assert again.columns.seen() == [1, 0]
    assert abs(again.columnWidth(1) - 133) < again.fontMetrics().averageCharWidth()
    assert trades(again) == ["DMV", "OCC", "SKT", "–"]
    memory.belongs_to("another")
    other = new_table(qtbot)
    assert other.columns.seen() == [0, 1, 2]
    again.columns.forget()
    assert (again.columns.seen(), trades(again)) == ([0, 1, 2], ["SKT", "–", "DMV", "OCC"])


@pytest.mark.parametrize("many", [True, False])
def test_where_no_row_is_selected_nothing_is_copied_and_that_is_said(
    qtbot: QtBot, heard: list[tuple[str, str]], many: bool
) -> None:
    table = new_table(qtbot, many=many)
    QGuiApplication.clipboard().setText("what was copied before")
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "what was copied before"
    told = "Nothing is selected, so nothing was copied."
    assert (QToolTip.text(), heard) == (told, [(told, "Polite")])
    QToolTip.hideText()
    AROUND.clear()


def test_rows_are_copied_with_their_headings_and_no_formula(table: Table) -> None:
    table.selectRow(1)
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QGuiApplication.clipboard().text().split("\n")
    assert copied == ["Candidate or trade\tTrade\tOutcome", "T-002 Das\t–\tSlot reset"]
    QTest.keyClick(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    table.columns.fill(menu := QMenu())
    next(action for action in menu.actions() if action.text() == "Trade").trigger()
    table.copy()
    copied = QGuiApplication.clipboard().text().split("\n")
    assert len(copied) == 1 + len(LINES)
    assert copied[1] == "T-001 Rao\tSlot reset", "what is not seen is not copied"
    table.columns.forget()
    table.refresh((line(9, "Das", "=1+1"),))
    table.selectAll()
    table.copy()
    assert QGuiApplication.clipboard().text().split("\n")[1] == "T-009 Das\t'=1+1\tSlot reset"


def test_a_name_is_seen_whole_where_there_is_room_and_told_in_full_where_there_is_none(table: Table) -> None:
    table.window().resize(1400, 400)
    QApplication.processEvents()
    needed = table.sizeHintForIndex(table.rows.index(0, 0)).width()
    assert table.columnWidth(0) >= needed
    table.horizontalHeader().resizeSection(0, 90)
    cell = table.visualRect(table.rows.index(3, 0)).center()
    help_event = QHelpEvent(QEvent.Type.ToolTip, cell, table.viewport().mapToGlobal(cell))
    QApplication.sendEvent(table.viewport(), help_event)
    assert LONG in QToolTip.text()


def test_no_column_is_cut_while_room_stands_empty_in_the_others(qtbot: QtBot, table: Table) -> None:
    """The column that stretches gives way a pixel after the other, until even its text is cut."""
    table = new_table(qtbot, stretch="trade")
    table.refresh((line(1, LONG, "Carpenter and joiner of the engineers"), line(2, "Das")))
    table.window().resize(2000, 400)
    QApplication.processEvents()
    found = []
    whole = 2000 - table.columnWidth(1) + table.sizeHintForColumn(1)
    for width in range(whole + 40, whole - 60, -1):
        table.window().resize(width, 400)
        QApplication.processEvents()
        found += [f"{width} px: {complaint}" for complaint in complaints(table.window())]
    assert not found
    assert table.columnWidth(1) < table.sizeHintForColumn(1), "in the end there was no room"


def test_a_number_with_a_wide_letter_is_whole_though_its_row_was_not_measured(table: Table) -> None:
    # No pixel stands empty beside a text.
    AROUND[-1].resize(250, 400)
    many = [f"1456{number:04}{'W' if number == 503 else 'I'}" for number in range(1000)]
    table.refresh(
        tuple(
            Impact(Line("applied", place, army_no, None, "Rao Bahadur Singh", "TTC"), RESET.name, planned=False)
            for place, army_no in enumerate(many)
        )
    )
    QApplication.processEvents()
    table.columns.measure()
    row = table.rows.row_of((503, None))
    assert row is not None
    assert row % 5, "a row of every fifth is measured"
    cell = table.rows.index(row, 0)
    assert cell.data() == "14560503W Rao Bahadur Singh"
    assert table.sizeHintForIndex(cell).width() <= table.columnWidth(0)


def test_the_selection_outlives_a_refresh_that_changes_rows_everywhere(table: Table) -> None:
    table.refresh(tuple(line(number, f"N{number}") for number in range(300)))
    for number in (0, 2, 200):
        table.selectionModel().select(
            table.rows.index(number, 0),
            table.selectionModel().SelectionFlag.Select | table.selectionModel().SelectionFlag.Rows,
        )
    table.refresh(tuple(line(number, f"N{number}") for number in range(0, 300, 2)))
    assert [one.line.user_id for one in table.selected()] == [0, 2, 200]
    assert table.rows.rowCount() == 150
