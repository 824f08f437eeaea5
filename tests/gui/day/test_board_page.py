"""The board in a real window: it follows what others write, and moves nothing where somebody reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_admin.controllers.values.board import Board, BoardRow, By, Standing
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.day import board_view
from desktop_admin.gui.day.board_page import BoardPage
from desktop_admin.gui.day.board_view import BoardView, WallModel
from desktop_admin.gui.day.board_wall import BoardWall
from desktop_admin.gui.day.incident_dialog import IncidentDialog
from desktop_admin.gui.window.main_window import MainWindow
from desktop_admin.messages import Message
from tests import hall
from tests.gui.driving import WAIT_MS, open_dialog, settle, tell

# The wall screen comes to the front, which the offscreen platform complains of.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
DAY = 4
ABSENT = "▲ Absent"


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow) -> BoardPage:
    """The page, with the mouse and the focus elsewhere."""
    window.show_pane(DAY)
    window.day.pages[1].trigger()
    window.focus_search()
    QTest.mouseMove(window.search)
    settle(qtbot, window)
    return window.day.board


def lines(view: BoardView, *columns: str) -> list[tuple[str, ...]]:
    rows = view.table.rows
    places = [rows.columns.index(column) for column in columns or ("state", "army no")]
    return [tuple(rows.index(row, place).data() for place in places) for row in range(rows.rowCount())]


def numbers(view: BoardView) -> list[str]:
    return [army_no for (army_no,) in lines(view, "army no") if army_no != "–"]


def take_slot(file: Path, army_no: str) -> None:
    tell(file, "UPDATE registration_candidateprofile SET has_exam_slot = 0 WHERE army_no = ?", army_no)


def hand_in(file: Path, army_no: str) -> None:
    """The candidate is done with everything."""
    whose = "user_id = (SELECT user_id FROM registration_candidateprofile WHERE army_no = ?)"
    ends = "completed_at = started_at WHERE completed_at IS NULL"
    tell(file, f"UPDATE questions_examsession SET {ends} AND {whose}", army_no)
    done = "has_exam_slot = 0, slot_attempting_at = NULL, is_secondary_completed = 1"
    consumed = "secondary_slot_consumed_at = primary_slot_consumed_at"
    tell(file, f"UPDATE registration_candidateprofile SET {done}, {consumed} WHERE {whose}", army_no)


def shown(qtbot: QtBot, view: BoardView, *told: str) -> None:
    """Wait until this line is shown; nobody has asked for it."""
    qtbot.waitUntil(lambda: told in lines(view), timeout=WAIT_MS)


def test_problems_stand_first_and_what_others_write_is_shown_by_itself(
    qtbot: QtBot, page: BoardPage, portal_file: Path
) -> None:
    found = lines(page.view)
    assert [state for state, army_no in found if army_no in ("T-MOVED", "T-STUCK")] == ["◆ Problem"] * 2
    assert found.index(("◆ Problem", "T-STUCK")) < found.index(("● Writing", "T-FINE"))
    assert "T-DONE" not in numbers(page.view)
    totals = [label.text() for label in page.view.totals.values()]
    assert "◆ Problem: 4" in totals
    assert "● Writing: 2" in totals
    take_slot(portal_file, "T-FINE")
    shown(qtbot, page.view, "◆ Problem", "T-FINE")
    assert numbers(page.view)[:3] == ["T-MOVED", "T-FINE", "T-STUCK"]


def by_mouse(qtbot: QtBot, window: MainWindow, view: BoardView) -> Callable[[], None]:
    QTest.mouseMove(view.table.viewport(), QPoint(20, 20))
    qtbot.waitUntil(view.table.underMouse, timeout=WAIT_MS)
    return lambda: QTest.mouseMove(window.search)


def by_focus(qtbot: QtBot, window: MainWindow, view: BoardView) -> Callable[[], None]:
    view.table.setFocus()
    qtbot.waitUntil(view.table.hasFocus, timeout=WAIT_MS)
    return window.focus_search


def by_scrolling(qtbot: QtBot, _window: MainWindow, view: BoardView) -> Callable[[], None]:
    view.table.setMaximumHeight(view.table.minimumHeight())
    bar = view.table.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0, timeout=WAIT_MS)
    bar.setValue(1)
    return lambda: bar.setValue(0)


@pytest.mark.parametrize("reads", [by_mouse, by_focus, by_scrolling])
def test_no_line_moves_where_somebody_reads_and_what_is_new_is_counted(
    qtbot: QtBot,
    window: MainWindow,
    page: BoardPage,
    portal_file: Path,
    heard: list[tuple[str, str]],
    reads: Callable[[QtBot, MainWindow, BoardView], Callable[[], None]],
) -> None:
    view = page.view
    before = numbers(view)
    assert not view.show_news.isEnabled()
    look_away = reads(qtbot, window, view)
    take_slot(portal_file, "T-FINE")
    shown(qtbot, view, "◆ Problem", "T-FINE")
    assert numbers(view) == before, "it is told where it stands"
    assert (view.show_news.text(), view.show_news.isEnabled()) == ("▲ New: 1, show", True)
    hand_in(portal_file, "T-SECOND")
    shown(qtbot, view, "■ Over", "T-SECOND")
    assert numbers(view) == before, "who is no longer there says so, and stays"
    assert view.totals[Standing.WRITING].text() == "● Writing: 0", "the numbers are those of now"
    assert [text for text, _ in heard if text.startswith("New")] == ["New: 1, show"], "it is read aloud once"
    look_away()
    qtbot.waitUntil(lambda: "T-SECOND" not in numbers(view), timeout=WAIT_MS)
    assert numbers(view).index("T-FINE") == 1
    assert not view.show_news.isEnabled()


def test_a_list_that_somebody_sorted_keeps_its_lines_in_place_as_well(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def board_of(*rows: BoardRow) -> Board:
        return Board(datetime(2026, 11, 28, tzinfo=UTC), date(2026, 11, 28), None, rows)

    view = BoardView(words=Words(UTC))
    qtbot.addWidget(view)
    view.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    one, other = (BoardRow(standing=Standing.WRITING, user_id=n, army_no=f"T-{n}") for n in (1, 2))
    view.show_board(board_of(one, other), by=By.TRADE)
    worse = board_of(replace(other, standing=Standing.PROBLEM), one)
    with monkeypatch.context() as reading:
        reading.setattr(BoardView, "is_read", True)
        view.show_board(worse, by=By.TRADE)
        assert numbers(view) == ["T-1", "T-2"]
    view.show_board(worse, by=By.TRADE)
    assert numbers(view) == ["T-2", "T-1"]


def test_the_button_shows_what_is_new_while_somebody_reads(
    qtbot: QtBot, window: MainWindow, page: BoardPage, portal_file: Path
) -> None:
    by_focus(qtbot, window, page.view)
    take_slot(portal_file, "T-FINE")
    qtbot.waitUntil(page.view.show_news.isEnabled, timeout=WAIT_MS)
    page.view.show_news.trigger()
    assert numbers(page.view).index("T-FINE") == 1
    assert page.view.is_read


def test_enter_on_a_line_opens_the_candidate_at_the_desk(qtbot: QtBot, window: MainWindow, page: BoardPage) -> None:
    page.view.table.setFocus()
    # What concerns no candidate leads nowhere.
    page.view.table.selectRow([number for _, number in lines(page.view)].index("–"))
    assert not page.show_candidate.isEnabled()
    QTest.keyClick(page.view.table, Qt.Key.Key_Return)
    assert window.stack.currentWidget() is window.day
    row = [number for _, number in lines(page.view)].index("T-STUCK")
    page.view.table.selectRow(row)
    assert page.show_candidate.isEnabled()
    QTest.keyClick(page.view.table, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert window.stack.currentWidget() is window.desk
    assert window.search.text() == "T-STUCK"


def test_the_board_of_one_shift_is_arranged_as_the_person_chose_also_the_next_time(
    qtbot: QtBot, empty_window: MainWindow, tmp_path: Path
) -> None:
    file, window = tmp_path / "hall.sqlite3", empty_window
    hall.build(file, number=6)
    window.open_database(str(file))
    settle(qtbot, window)
    window.show_pane(DAY)
    window.day.pages[1].trigger()
    settle(qtbot, window)
    page = window.day.board
    assert page.view.totals[Standing.ABSENT].text() == f"{ABSENT}: 7"
    place = next(i for i in range(1, page.shift.count()) if page.shift.itemText(i).endswith(hall.TWO))
    for box, chosen in ((page.shift, place), (page._by, 2)):
        box.setCurrentIndex(chosen)
        box.activated.emit(chosen)
    settle(qtbot, window)
    assert numbers(page.view) == ["H-901"]
    assert page.view.figures.rows.index(0, 0).data() == "Without"
    window.day.start()
    window.day.pages[1].trigger()
    settle(qtbot, window)
    assert numbers(window.day.board.view) == ["H-901"]
    assert window.day.board.by == "seat"


# On the wall


def wall_of(page: BoardPage) -> BoardWall:
    assert page.wall is not None
    return page.wall


def test_f11_puts_the_board_up_in_large_letters_without_names(
    qtbot: QtBot, window: MainWindow, page: BoardPage, portal_file: Path
) -> None:
    window.commands.full_screen.trigger()
    wall = wall_of(page)
    settle(qtbot, window)
    assert wall.isFullScreen()
    assert not window.isFullScreen()
    table = wall.view.table
    assert table.font().pointSizeF() > 1.5 * page.view.table.font().pointSizeF()
    names = {name for (name,) in lines(page.view, "name") if name != "–"}
    assert names
    seen = [[rows[place].text for place in table.columns.seen()] for rows in table.rows.sample(100)]
    assert "T-STUCK" in {text for row in seen for text in row}
    assert not [text for row in seen for text in row if any(name in text for name in names)]
    page._names.click()
    assert table.rows.columns.index("name") in table.columns.seen()
    # Another page is seen, and the wall follows all the same.
    window.show_pane(3)
    settle(qtbot, window)
    take_slot(portal_file, "T-FINE")
    shown(qtbot, wall.view, "◆ Problem", "T-FINE")
    QTest.keyClick(wall, Qt.Key.Key_Escape)
    assert page.wall is None
    window.show_pane(DAY)
    page.put_up.trigger()
    wall_of(page).view.table.selectRow(numbers(wall_of(page).view).index("T-STUCK"))
    wall_of(page).view.table.opened.emit()
    settle(qtbot, window)
    assert window.search.text() == "T-STUCK"
    assert page.wall is None, "it would cover the window on the only screen"
    window.commands.full_screen.trigger()
    assert window.isFullScreen(), "where no board is seen, the window itself"
    window.commands.full_screen.trigger()


def test_a_wall_that_somebody_touched_and_left_alone_holds_nothing(
    qtbot: QtBot, window: MainWindow, page: BoardPage, portal_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.put_up.trigger()
    view = wall_of(page).view
    settle(qtbot, window)
    wall_of(page).activateWindow()
    by_focus(qtbot, window, view)
    assert view.is_read
    take_slot(portal_file, "T-FINE")
    shown(qtbot, view, "◆ Problem", "T-FINE")
    assert numbers(view).index("T-FINE") > 1
    monkeypatch.setattr(board_view, "REST_MS", 0)
    page.refresh()
    settle(qtbot, window)
    assert numbers(view).index("T-FINE") == 1


def test_the_wall_goes_with_whoever_signs_out(qtbot: QtBot, window: MainWindow, page: BoardPage) -> None:
    page.put_up.trigger()
    wall = wall_of(page)
    window.entrance.sign_out()
    assert not wall.isVisible()
    assert page.wall is None
    assert numbers(page.view) == []


@pytest.mark.parametrize("model", [board_view.BoardModel, WallModel])
def test_what_is_over_is_still_told_in_words(model: type[board_view.BoardModel]) -> None:
    told = (Message.of("cancelled"),)
    row = BoardRow(standing=Standing.PROBLEM, told=told, over=True)
    shown = model(Words(zone=UTC)).shown("remark", row).text
    assert shown == model(Words(zone=UTC)).shown("remark", replace(row, over=False)).text
    assert "(" not in shown


def test_the_wall_stays_up_in_another_language_with_the_page_and_what_was_being_typed(
    qtbot: QtBot, window: MainWindow, page: BoardPage, portal_file: Path
) -> None:
    page._by.setCurrentIndex(2)
    page.put_up.trigger()
    settle(qtbot, window)
    before = wall_of(page)
    place = before.geometry()
    window.day.incidents.write_down()
    draft = open_dialog(qtbot, IncidentDialog)
    draft.text.setPlainText("No light.")
    draft.reject()
    window.preferences.language_asked.emit("hi")
    qtbot.waitUntil(lambda: window.day.board is not page, timeout=WAIT_MS)
    settle(qtbot, window)
    board = window.day.board
    wall = wall_of(board)
    assert (wall.isFullScreen(), wall.geometry(), board.by) == (True, place, "seat")
    assert wall.windowTitle() == "बोर्ड"
    assert board.isVisibleTo(window.day), "the page that was seen"
    take_slot(portal_file, "T-FINE")
    window.show_pane(3)
    qtbot.waitUntil(lambda: "T-FINE" in numbers(wall.view), timeout=WAIT_MS)
    board.put_up.trigger()
    assert board.wall is None
    window.show_pane(DAY)
    window.day.incidents.write_down()
    assert open_dialog(qtbot, IncidentDialog).text.toPlainText() == "No light."
