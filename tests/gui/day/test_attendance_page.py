"""Checking a shift in at the door: scans as real keys in a real window, and what they come to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_admin.controllers.values.attending import Attending
from desktop_admin.gui.changing.impact_dialog import ImpactDialog
from desktop_admin.gui.core.keys import CALM_MS
from desktop_admin.gui.day import attendance_page
from desktop_admin.gui.day.attendance_page import AttendancePage
from desktop_admin.gui.window.main_window import MainWindow
from tests import hall
from tests.gui.driving import WAIT_MS, ask, open_dialog, settle, tell
from tests.gui.keyboard import ENDS, ENTER, scan, strike, write

DAY = 4
CHECKED_IN = "SELECT count(*) FROM desktop_admin_check_in"
LATE = "UPDATE desktop_admin_operation SET at = datetime(at, '+1 hour') WHERE seq > ?"


@pytest.fixture
def calm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys count at once; how long they do not has a test of its own."""
    monkeypatch.setattr(attendance_page, "CALM_MS", 0)


@pytest.fixture
def door(qtbot: QtBot, empty_window: MainWindow, tmp_path: Path) -> Callable[[int], MainWindow]:
    """Opens a shift of so many, at the door of Hall One."""

    def opened(number: int) -> MainWindow:
        file = tmp_path / "hall.sqlite3"
        hall.build(file, number=number)
        window = empty_window
        window.open_database(str(file))
        settle(qtbot, window)
        window.show_pane(DAY)
        settle(qtbot, window)
        box = window.day.attendance.list.shift
        box.setCurrentIndex(next(i for i in range(1, box.count()) if box.itemText(i).endswith(hall.ONE)))
        settle(qtbot, window)
        return window

    return opened


def file_of(window: MainWindow) -> Path:
    description = window.link.description
    assert description is not None
    assert description.path is not None
    return description.path


def at_door(qtbot: QtBot, window: MainWindow, army_no: str, *, end: str = ENTER) -> None:
    """Scan a card, and wait until it is known whose it is."""
    window.focus_search()
    scan(army_no, end=end)
    qtbot.waitUntil(lambda: window.tasks.idle and window.day.attendance.settled, timeout=WAIT_MS)


def check_in(qtbot: QtBot, window: MainWindow, army_no: str) -> None:
    """The two actions: scan, and Enter."""
    at_door(qtbot, window, army_no)
    strike(Qt.Key.Key_Return, ENTER, after=1_000)
    settle(qtbot, window)


@pytest.mark.parametrize("number", [12, pytest.param(hall.NUMBER, marks=pytest.mark.long)])
@pytest.mark.usefixtures("calm")
def test_a_shift_is_checked_in_by_scans_and_the_figures_are_right(
    qtbot: QtBot, door: Callable[[int], MainWindow], number: int
) -> None:
    window = door(number)
    page, file = window.day.attendance, file_of(window)
    everybody = [f"H-{place:03}" for place in range(1, number + 1)]
    # Of the two hundred twelve.
    absent, late = everybody[::17][:12], everybody[5:8]
    page.card.seat.setText("1")
    in_time = [one for one in everybody if one not in (*absent, *late)]
    for army_no in in_time:
        check_in(qtbot, window, army_no)
    before = ask(file, "SELECT max(seq) FROM desktop_admin_operation")
    for army_no in late:
        check_in(qtbot, window, army_no)
    tell(file, LATE, before)
    # Somebody of the other hall is told, and goes there.
    check_in(qtbot, window, "H-901")
    dialog = open_dialog(qtbot, ImpactDialog)
    assert "Hall Two" in page.card.text
    dialog.reject()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=WAIT_MS)
    page.refresh()
    settle(qtbot, window)
    rows = {row.army_no: row for row in page.list.rows}
    assert {row.army_no for row in rows.values() if row.state is Attending.ABSENT} == set(absent)
    assert {row.army_no for row in rows.values() if row.late > 0} == set(late)
    assert "H-901" not in rows
    assert ask(file, CHECKED_IN) == len(in_time) + len(late)
    assert [rows[army_no].seat for army_no in (*in_time, *late)] == [str(n + 1) for n in range(len(in_time) + 3)]
    figures = page.list.figures.rows
    sums = [sum(getattr(figures.source(row), name) for row in range(3)) for name in ("expected", "present", "absent")]
    assert sums == [number, number - len(absent), len(absent)]
    take_back(qtbot, window, absent[0])


def take_back(qtbot: QtBot, window: MainWindow, army_no: str) -> None:
    """A check-in is taken back at once, or withdrawn with a reason; a second one is refused in words."""
    page, refusals = window.day.attendance, list[str]()
    page.refused.connect(refusals.append)
    check_in(qtbot, window, army_no)
    assert "Checked in" in page.card.text
    window.messages.undo.trigger()
    settle(qtbot, window)
    assert "Not checked in" in page.card.text
    strike(Qt.Key.Key_Return, ENTER, after=1_000)
    settle(qtbot, window)
    strike(Qt.Key.Key_Return, ENTER, after=1_000)
    page.withdraw.trigger()
    assert ["already" in refusals[0], "reason" in refusals[1]] == [True, True]
    page.reason_box.choose(3)
    page.withdraw.trigger()
    settle(qtbot, window)
    assert "Not checked in" in page.card.text
    reason = "SELECT reason FROM desktop_admin_operation ORDER BY seq DESC LIMIT 1"
    assert ask(file_of(window), reason) == page.reason_box.reason


def test_a_scan_alone_checks_nobody_in_and_enter_only_whom_the_card_shows(
    qtbot: QtBot, door: Callable[[int], MainWindow]
) -> None:
    window = door(3)
    page, refusals = window.day.attendance, list[str]()
    page.refused.connect(refusals.append)
    for end in (*ENDS, ENTER + ENTER):
        at_door(qtbot, window, "H-002", end=end)
        assert "Candidate 002" in page.card.text
    assert refusals == [], "what ends a scan is no press of a person's"
    at_door(qtbot, window, "H-001")
    # Too soon behind the change of the card; then with something else in the field.
    page.calm.start()
    strike(Qt.Key.Key_Return, ENTER, after=1_000)
    assert len(refusals) == 1
    is_calm(qtbot, page)
    write("H-00")
    assert not page.check_in.isEnabled()
    strike(Qt.Key.Key_Return, ENTER, after=1_000)
    settle(qtbot, window)
    assert page.card.text.startswith("Nobody")
    assert ask(file_of(window), CHECKED_IN) == 0


@pytest.mark.usefixtures("calm")
def test_the_same_card_scanned_again_is_looked_at_first_and_a_number_with_a_blank_behind_it_is_checked_in(
    qtbot: QtBot, door: Callable[[int], MainWindow]
) -> None:
    window = door(3)
    page, file = window.day.attendance, file_of(window)
    for army_no, behind in (("H-002", "\t"), ("H-003", " ")):
        tell(file, "UPDATE registration_candidateprofile SET army_no = ? WHERE army_no = ?", army_no + behind, army_no)
    at_door(qtbot, window, "H-001")
    page.calm.invalidate()
    at_door(qtbot, window, "H-001")
    assert page.calm.isValid()
    check_in(qtbot, window, "H-002")
    page.select("H-003 ")
    settle(qtbot, window)
    assert page.settled
    page.confirm()
    settle(qtbot, window)
    assert ask(file, CHECKED_IN) == 2


def is_calm(qtbot: QtBot, page: AttendancePage) -> None:
    qtbot.waitUntil(lambda: page.calm.elapsed() > CALM_MS, timeout=WAIT_MS)
