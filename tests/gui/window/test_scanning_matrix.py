"""Every end, speed and mark of a scanner, with the focus on every widget of every pane and dialog."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, product
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from desktop_admin.gui.kit.dialogs import Dialog
from desktop_admin.gui.settings.scanner_part import CardLine
from desktop_admin.gui.window.main_window import MainWindow
from desktop_admin.gui.window.scanning import is_text_field
from tests.gui.dialogs import DIALOGS
from tests.gui.driving import WAIT_MS, ask, find, looked_up, settle, tell
from tests.gui.keyboard import ENDS, scan

pytestmark = pytest.mark.long

FIRST, SECOND = "15560005M", "15560010A"
GAPS = (5, 20, 45, 80)
MARKS = ("{}", "]C0{}", "*{}*")
BY_TAB = Qt.FocusReason.TabFocusReason
OPERATIONS = "SELECT count(*) FROM desktop_admin_operation"


@pytest.fixture
def cards(window: MainWindow, portal_file: Path) -> MainWindow:
    """The window on a portal in which two candidates have numbers as they stand on admit cards."""
    for number, army_no in ((FIRST, "T-STUCK"), (SECOND, "T-FINE")):
        tell(portal_file, "UPDATE registration_candidateprofile SET army_no = ? WHERE army_no = ?", number, army_no)
    return window


def focusable(parent: QWidget) -> Iterator[QWidget]:
    for one in parent.findChildren(QWidget):
        takes_focus = one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.focusProxy() is None
        if one.isVisible() and one.isEnabled() and takes_focus:
            yield one


def emptied(widget: QWidget) -> QWidget:
    if isinstance(widget, QLineEdit | QPlainTextEdit):
        widget.clear()
    return widget


def text_of(widget: QWidget) -> str:
    if isinstance(widget, QPlainTextEdit):
        return widget.toPlainText()
    return widget.text() if isinstance(widget, QLineEdit) else ""


PLACES = {
    "desk": (1, 0),
    "sessions": (2, 0),
    "sets": (3, 0),
    **{page: (4, number) for number, page in enumerate(("attendance", "board", "checklist", "incidents", "closing"))},
    "history": (5, 0),
}
"""The number of each pane, and which of its pages is seen."""


@pytest.mark.parametrize("place", PLACES)
def test_in_every_pane_the_last_candidate_scanned_is_shown_and_nothing_is_pressed(
    qtbot: QtBot, cards: MainWindow, portal_file: Path, place: str
) -> None:
    reasons = [
        *(cards.desk.candidate_actions.reason_box, cards.sessions.reason_box, cards.sets.panel.reason_box),
        cards.day.attendance.reason_box,
    ]
    pane, page = PLACES[place]

    def come_there() -> None:
        cards.show_pane(pane)
        if pane == 4:
            cards.day.pages[page].trigger()

    def find_again() -> None:
        # Where the door takes what is scanned, the desk is left as it is.
        cards.show_pane(1)
        find(qtbot, cards, FIRST)
        come_there()
        settle(qtbot, cards)

    def at_door() -> bool:
        return not cards.search._pause.isActive() and cards.tasks.idle and cards.day.attendance.settled

    find_again()
    widgets, numbers = list(focusable(cards)), cycle((SECOND, FIRST))
    assert len(widgets) > 5
    for widget, end, gap, marks in product(widgets, ENDS, GAPS, MARKS):
        case = (place, widget, end, gap, marks)
        come_there()
        if not widget.isVisible() or not widget.isEnabled():
            # What a scan selects may switch it off.
            find_again()
        before, army_no = cards.desk.user_ids, next(numbers)
        widget.setFocus(BY_TAB)
        is_text = is_text_field(QApplication.focusWidget()) and widget is not cards.search
        if is_text:
            emptied(widget)
        scan(marks.format(army_no), gap=gap, end=end)
        if place == "attendance":
            qtbot.waitUntil(at_door, timeout=WAIT_MS)
        else:
            looked_up(qtbot, cards)
        if is_text:
            assert text_of(widget).strip() == marks.format(army_no), case
            assert cards.desk.user_ids == before, case
            emptied(widget)
        elif place == "attendance":
            assert army_no in cards.day.attendance.card.text, case
            assert (cards.search.text(), cards.desk.user_ids) == (army_no, before), case
        else:
            highlighted = [row.army_no for row in cards.desk.list.table.selected()]
            assert (cards.search.text(), highlighted, cards.desk.card.who) == (army_no, [army_no], army_no), case
            assert cards.search.hasFocus(), case
        assert QApplication.activeModalWidget() is None, case
        assert QApplication.activePopupWidget() is None, case
        assert {box.reason for box in reasons} == {None}, case
        assert not cards.carrying_out.busy, case
    assert ask(portal_file, OPERATIONS) == 0


@pytest.mark.parametrize("kind", list(DIALOGS), ids=lambda kind: kind.__name__)
def test_in_every_dialog_a_scan_presses_no_button(
    qtbot: QtBot, odd_window: MainWindow, odd_file: Path, kind: type[Dialog]
) -> None:
    before = ask(odd_file, OPERATIONS)
    shown = odd_window.desk.user_ids
    dialog = DIALOGS[kind](odd_window, odd_file)
    dialog.open()
    qtbot.waitUntil(dialog.isActiveWindow, timeout=WAIT_MS)
    settle(qtbot, odd_window)
    for widget, end, gap in product(list(focusable(dialog)), ENDS, GAPS):
        case = (widget, end, gap)
        widget.setFocus(BY_TAB)
        emptied(widget)
        scan(SECOND, gap=gap, end=end)
        settle(qtbot, odd_window)
        assert isValid(dialog), case
        assert dialog.isVisible(), case
        # One line of the settings takes cards in.
        if isinstance(widget, QLineEdit) and is_text_field(widget) and not isinstance(widget, CardLine):
            # The line of the port takes five characters.
            assert text_of(widget), case
            assert SECOND.startswith(text_of(widget).strip()), case
            emptied(widget)
    assert odd_window.desk.user_ids == shown
    assert ask(odd_file, OPERATIONS) == before
    dialog.reject()
