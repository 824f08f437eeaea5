"""A scan only ever selects, wherever the focus is and however the scanner is set; what is written goes to text."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QCompleter, QDialog, QLineEdit, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from desktop_admin.gui.kit.dialogs import Dialog, KeySheet, PasteDialog
from desktop_admin.gui.paper.shift_dialog import ShiftDialog
from desktop_admin.gui.people.sign_in_dialog import SignInDialog
from desktop_admin.gui.window.main_window import MainWindow
from desktop_admin.gui.window.search_field import SearchField
from tests import locks
from tests.gui import keyboard
from tests.gui.driving import (
    WAIT_MS,
    ask,
    find,
    has_slot,
    look,
    looked_up,
    open_dialog,
    press,
    settle,
    sign_in,
    tell,
)
from tests.gui.keyboard import BLANK, ENDS, ENTER, TAB, scan, strike, write

FIRST, SECOND = "15560005M", "15560010A"
OPERATIONS = "SELECT count(*) FROM desktop_admin_operation"
BY_TAB = Qt.FocusReason.TabFocusReason


@pytest.fixture
def cards(window: MainWindow, portal_file: Path) -> MainWindow:
    """The window on a portal in which two candidates have numbers as they stand on admit cards."""
    for number, army_no in ((FIRST, "T-STUCK"), (SECOND, "T-FINE")):
        tell(portal_file, "UPDATE registration_candidateprofile SET army_no = ? WHERE army_no = ?", number, army_no)
    return window


def shown(window: MainWindow) -> tuple[str, list[str], str]:
    """Whom the field, the list and the card name."""
    highlighted = [row.army_no for row in window.desk.list.table.selected()]
    return window.search.text(), highlighted, window.desk.card.who


def is_shown(window: MainWindow, army_no: str) -> bool:
    return shown(window) == (army_no, [army_no], army_no)


def operations_on(window: MainWindow) -> bool:
    return any(action.isEnabled() for action in window.desk.candidate_actions.actions_by_operation.values())


def test_whatever_ends_a_scan_and_whatever_has_the_focus_the_last_candidate_is_shown(
    qtbot: QtBot, cards: MainWindow, portal_file: Path
) -> None:
    actions = cards.desk.candidate_actions
    (area,) = cards.desk.findChildren(QScrollArea)[:1]
    (box,) = actions.reason_box.findChildren(QComboBox)
    places: tuple[tuple[int, QWidget], ...] = (
        (1, cards.search),
        (1, actions.primary),
        (1, box),
        (1, area),
        (2, cards.sessions.table),
        (3, cards.sets.everywhere.wish),
        (5, cards.history.table),
    )
    cards.commands.reason_asked.emit(5)
    numbers = [FIRST, SECOND]
    for place, (pane, widget) in enumerate(places):
        for end in ENDS:
            army_no = numbers[place % 2]
            numbers.reverse()
            cards.show_pane(pane)
            widget.setFocus(BY_TAB)
            scan(army_no, gap=(5, 45, 80)[place % 3], end=end)
            assert not operations_on(cards) or cards.desk.settled, "while it is looked for, everything is off"
            looked_up(qtbot, cards)
            assert is_shown(cards, army_no), (pane, widget, end, shown(cards))
            assert cards.search.hasFocus()
            assert cards.search.selectedText() == army_no
    assert actions.reason_box.reason == "Retake ordered"
    assert ask(portal_file, OPERATIONS) == 0
    look(qtbot, cards)
    press(qtbot, cards, Qt.Key.Key_F9)
    settle(qtbot, cards)
    left = {army_no for army_no in (FIRST, SECOND) if has_slot(portal_file, army_no)}
    assert left == {FIRST, SECOND} - {cards.desk.card.who}


def test_until_the_scanned_candidate_is_shown_nothing_can_be_done_to_the_one_before(
    qtbot: QtBot, cards: MainWindow, portal_file: Path
) -> None:
    for end in ENDS:
        find(qtbot, cards, FIRST)
        scan(SECOND, end=end)
        assert not cards.desk.settled
        assert not operations_on(cards)
        press(qtbot, cards, Qt.Key.Key_F9)
        # On a slow computer a part of the number may have been looked for first.
        looking = "▲ Nothing can be done while the look-up is under way."
        assert cards.messages.text in (
            f"▲ The card is of {FIRST}, the field says “{SECOND}”: wait until the look-up is finished.",
            looking,
        )
        looked_up(qtbot, cards)
        assert is_shown(cards, SECOND)
        # Two within a second, of which the first has not been answered.
        scan(SECOND, gap=20, end=end)
        scan(FIRST, gap=20, end=end)
        looked_up(qtbot, cards)
        assert is_shown(cards, FIRST), (end, shown(cards))
    assert ask(portal_file, OPERATIONS) == 0


def test_a_pause_of_a_busy_computer_is_none_of_the_scanner_s(qtbot: QtBot, cards: MainWindow) -> None:
    cards.focus_search()
    write(FIRST[:6], gap=20)
    # The rest of the keys waits while the program looks for the first ones.
    qtbot.waitUntil(lambda: cards.desk.settled and cards.search.selectedText() == FIRST[:6], timeout=WAIT_MS)
    write(FIRST[6:] + ENTER, gap=20, rest=20)
    looked_up(qtbot, cards)
    assert is_shown(cards, FIRST)


def test_what_ends_a_scan_confirms_nothing_however_late_it_comes(qtbot: QtBot) -> None:
    field, told = SearchField(), list[str]()
    field.scanned.connect(told.append)
    field.confirmed.connect(lambda: told.append("confirmed"))
    qtbot.addWidget(field)
    field.show()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus, timeout=WAIT_MS)
    for end, key, late in (
        (ENTER, Qt.Key.Key_Return, 200),
        (ENTER, Qt.Key.Key_Return, 450),
        (TAB, Qt.Key.Key_Tab, 450),
    ):
        told.clear()
        scan(FIRST, end="")
        qtbot.waitUntil(lambda: told == [FIRST], timeout=WAIT_MS)
        strike(key, end, after=late)
        assert told == [FIRST]
        strike(Qt.Key.Key_Return, ENTER, after=1_000)
        assert told == [FIRST, "confirmed"]


def test_a_number_with_a_blank_behind_it_is_the_number_in_the_field(
    qtbot: QtBot, cards: MainWindow, portal_file: Path
) -> None:
    for behind in ("\t", " "):
        number = "UPDATE registration_candidateprofile SET army_no = ? WHERE army_no LIKE ?"
        tell(portal_file, number, FIRST + behind, f"{FIRST}%")
        find(qtbot, cards, FIRST)
        assert (cards.desk.card.who, cards.desk.settled, operations_on(cards)) == (FIRST + behind, True, True)
        find(qtbot, cards, SECOND)


def test_a_scan_that_finds_nobody_is_told_on_the_card_until_the_next_one(qtbot: QtBot, cards: MainWindow) -> None:
    find(qtbot, cards, FIRST)
    for end in ENDS:
        scan("99999999X", end=end)
        looked_up(qtbot, cards)
        assert shown(cards) == ("99999999X", [], "")
        assert "▲ No candidate matches “99999999X”. Nobody is selected." in cards.desk.card.text
        assert not operations_on(cards)
        # A part of a number names nobody where it was scanned, though it fits one alone.
        scan("1556000", end=end)
        looked_up(qtbot, cards)
        assert (cards.desk.user_ids, cards.messages.text) == ((), "")
        # What was typed before is no part of the scan.
        write("Ra")
        scan(FIRST, end=end)
        looked_up(qtbot, cards)
        assert is_shown(cards, FIRST)
        assert "▲ No candidate" not in cards.desk.card.text


@pytest.mark.parametrize(
    "scanned", ["]C0{}", "*{}*", "१५५६०००५M", "&(((-à", "१५५६०००५श", "15560005m", " {} "], ids=range(7)
)
def test_marks_of_the_scanner_and_other_layouts_are_understood(scanned: str) -> None:
    from desktop_admin.gui.core.barcodes import readings
    from desktop_admin.rules import normal_army_no

    text = scanned.format(FIRST) if scanned[0] != "&" else "&((-ààà(?"
    assert normal_army_no(FIRST) in map(normal_army_no, readings(text)), readings(text)


def test_a_person_types_and_chooses(qtbot: QtBot, cards: MainWindow, portal_file: Path) -> None:
    for name, army_no in (("Zoram K.", FIRST), ("Zoravar Singh", SECOND)):
        tell(portal_file, "UPDATE registration_candidateprofile SET name = ? WHERE army_no = ?", name, army_no)
    write("Zoram K.")
    looked_up(qtbot, cards)
    assert (cards.search.text(), cards.desk.card.who) == ("Zoram K.", FIRST)
    for _ in range(5):
        strike(Qt.Key.Key_Backspace)
    assert not operations_on(cards)
    for end in (ENTER, TAB):
        write(end)
        looked_up(qtbot, cards)
        assert shown(cards) == ("Zor", [], "")
        assert "2 candidates match “Zor”: choose from the list, or type more." in cards.desk.card.text
    cards.focus_search()
    strike(Qt.Key.Key_Down)
    settle(qtbot, cards)
    assert cards.desk.list.table.hasFocus()
    assert (cards.desk.card.who, operations_on(cards)) == (FIRST, True)
    # A blank moves no list, where a click chose in it.
    click_row(cards, 1)
    settle(qtbot, cards)
    assert cards.desk.card.who == SECOND
    strike(Qt.Key.Key_X, "x")
    assert (cards.search.text(), cards.search.hasFocus()) == ("x", True)
    looked_up(qtbot, cards)
    assert cards.desk.user_ids == ()


def click_row(window: MainWindow, row: int) -> None:
    table = window.desk.list.table
    middle = table.visualRect(table.rows.index(row, 0)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=middle)


def test_a_click_leaves_the_focus_and_only_tab_lets_keys_press(
    qtbot: QtBot, cards: MainWindow, portal_file: Path
) -> None:
    find(qtbot, cards, FIRST)
    primary, reason = cards.desk.candidate_actions.primary, cards.desk.candidate_actions.reason_box
    (box,) = reason.findChildren(QComboBox)
    cards.focus_search()
    pages = cards.frame.navigation
    QTest.mouseClick(pages.viewport(), Qt.MouseButton.LeftButton, pos=pages.visualItemRect(pages.item(1)).center())
    assert cards.search.hasFocus()
    cards.show_pane(1)
    settle(qtbot, cards)
    look(qtbot, cards)
    for key, text in ((Qt.Key.Key_Space, " "), (Qt.Key.Key_Return, "\r"), (Qt.Key.Key_5, "5")):
        primary.setFocus(Qt.FocusReason.OtherFocusReason)
        strike(key, text)
        assert not cards.carrying_out.busy
        box.setFocus(BY_TAB)
        strike(Qt.Key.Key_5, "5")
        looked_up(qtbot, cards)
    assert reason.reason is None
    assert ask(portal_file, OPERATIONS) == 0
    find(qtbot, cards, FIRST)
    look(qtbot, cards)
    primary.setFocus(BY_TAB)
    strike(Qt.Key.Key_Space, " ", after=1_000)
    settle(qtbot, cards)
    assert ask(portal_file, OPERATIONS) == 1, "Tab brought the focus there"


# Lists and menus pop up, which the offscreen platform complains of.
def test_no_scan_chooses_in_a_list_or_menu_that_is_open(qtbot: QtBot, cards: MainWindow) -> None:
    letters = cards.desk.list._slot
    menu = cards.menus[0]
    for end in ENDS:
        letters.showPopup()
        scan(FIRST, end=end)
        looked_up(qtbot, cards)
        assert (letters.currentIndex(), QApplication.activePopupWidget()) == (0, None)
        assert is_shown(cards, FIRST)
        menu.popup(cards.mapToGlobal(cards.rect().center()))
        scan(SECOND, end=end)
        looked_up(qtbot, cards)
        assert QApplication.activePopupWidget() is None
        assert is_shown(cards, SECOND), shown(cards)


def test_a_letter_chooses_in_a_menu_only_where_a_key_led_there(qtbot: QtBot, cards: MainWindow) -> None:
    cards.focus_search()
    strike(Qt.Key.Key_F, "f", held=Qt.KeyboardModifier.AltModifier)
    strike(Qt.Key.Key_T, "t", after=1_000)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, ShiftDialog)
    dialog.reject()
    settle(qtbot, cards)
    cards.menus[0].popup(cards.mapToGlobal(cards.rect().center()))
    strike(Qt.Key.Key_T, "t", after=1_000)
    assert QApplication.activeModalWidget() is None
    assert cards.search.text() == "t"


def test_a_dialog_swallows_a_scan_or_keeps_it_as_text(qtbot: QtBot, cards: MainWindow, portal_file: Path) -> None:
    find(qtbot, cards, FIRST)
    for end in ENDS:
        press(qtbot, cards, Qt.Key.Key_F1)
        sheet = open_dialog(qtbot, KeySheet)
        qtbot.waitUntil(sheet.isActiveWindow, timeout=WAIT_MS)
        scan(BLANK + SECOND, gap=60, end=end)
        assert sheet.isVisible(), end
        assert "The scan was ignored" in cards.messages.text
        leave(qtbot, cards, sheet)
        cards.commands.paste.trigger()
        dialog = open_dialog(qtbot, PasteDialog)
        qtbot.waitUntil(dialog.text.hasFocus, timeout=WAIT_MS)
        scan(SECOND, end=end)
        scan(FIRST, end=end)
        assert dialog.isVisible()
        assert SECOND in dialog.text.toPlainText()
        leave(qtbot, cards, dialog)
        # One that was begun before the dialog came does not go on in it.
        cards.focus_search()
        write(SECOND[:4], gap=20)
        cards.commands.paste.trigger()
        dialog = open_dialog(qtbot, PasteDialog)
        qtbot.waitUntil(dialog.text.hasFocus, timeout=WAIT_MS)
        write(SECOND[4:] + end, gap=20, rest=20)
        assert (dialog.isVisible(), dialog.text.toPlainText()) == (True, "")
        leave(qtbot, cards, dialog)
        find(qtbot, cards, FIRST)
    reason = cards.desk.candidate_actions.reason_box
    reason.choose(6)
    field = cards.focusWidget()
    assert isinstance(field, QLineEdit)
    for end in ENDS:
        field.setFocus()
        field.clear()
        scan(SECOND, end=end)
        strike(Qt.Key.Key_Return, "\r", after=20)
        assert field.text().strip() == SECOND
    settle(qtbot, cards)
    assert cards.desk.card.who == FIRST
    assert ask(portal_file, OPERATIONS) == 0


def test_what_is_typed_while_a_field_offers_endings_reaches_the_field(qtbot: QtBot, cards: MainWindow) -> None:
    """As in the line of a file dialog, whose list of names takes the keys and hands them on."""
    dialog = QDialog(cards)
    line = QLineEdit(dialog)
    offered = QCompleter(["register.csv", "rest.csv"], line)
    line.setCompleter(offered)
    dialog.open()
    qtbot.waitUntil(line.hasFocus, timeout=WAIT_MS)
    names = offered.popup()
    assert names is not None
    for letter in "regi":
        QTest.keyClicks(names if names.isVisible() else line, letter)
    assert (names.isVisible(), line.text()) == (True, "regi")
    dialog.reject()


def leave(qtbot: QtBot, window: MainWindow, dialog: Dialog) -> None:
    """Close the dialog; without a window manager nobody gives the keys back to the window behind it."""
    dialog.reject()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=WAIT_MS)


@pytest.mark.parametrize("gap", [0, 20, 80])
def test_a_password_manager_signs_in_at_any_speed(qtbot: QtBot, door: MainWindow, gap: int) -> None:
    dialog = open_dialog(qtbot, SignInDialog)
    dialog.user.setFocus()
    write("admin" + ENTER, gap=gap)
    assert (dialog.user.text(), dialog.isVisible(), dialog.password.hasFocus()) == ("admin", True, True)
    write("wrong pass" + ENTER, gap=gap)
    settle(qtbot, door)
    assert dialog.verdict == "▲ The user name or the password is wrong. Try again."
    assert (dialog.user.text(), dialog.password.text()) == ("admin", "wrong pass"), "nothing is emptied"
    write("admin" + ENTER, gap=gap)
    settle(qtbot, door)
    assert door.at_work


def test_a_scan_while_the_database_is_lost_leaves_one_candidate_or_none(
    qtbot: QtBot, cards: MainWindow, portal_file: Path
) -> None:
    find(qtbot, cards, FIRST)
    content = portal_file.read_bytes()
    portal_file.write_bytes(b"\x00" * 4096 + content[4096:])
    qtbot.waitUntil(lambda: cards.link.lost_since is not None, timeout=WAIT_MS)
    cards.focus_search()
    scan(SECOND)
    settle(qtbot, cards)
    assert shown(cards) == (SECOND, [], "")
    assert "The look-up failed, so nobody is selected." in cards.desk.card.text
    press(qtbot, cards, Qt.Key.Key_F9)
    assert cards.messages.text == "▲ The database cannot be reached, so this key does nothing until it is back."
    portal_file.write_bytes(content)
    qtbot.waitUntil(lambda: cards.link.lost_since is None and cards.desk.settled, timeout=WAIT_MS)
    assert is_shown(cards, SECOND)


def test_a_key_that_may_not_act_says_why(qtbot: QtBot, door: MainWindow, real_file: Path) -> None:
    sign_in(qtbot, door, "staff", "staff")

    def said(key: Qt.Key, held: Qt.KeyboardModifier = keyboard.PLAIN) -> str:
        door.messages.put_away()
        press(qtbot, door, key, held)
        settle(qtbot, door)
        return door.messages.text

    assert said(Qt.Key.Key_F9) == "▲ Nobody is selected, so the key did nothing."
    find(qtbot, door, "T-STUCK")
    assert said(Qt.Key.Key_F9) == "▲ The role staff may not do this (Reset slot). Ask a supervisor."
    find(qtbot, door, "T-DONE")
    assert said(Qt.Key.Key_F8) == "▲ All papers are completed."
    assert said(Qt.Key.Key_F9, Qt.KeyboardModifier.ShiftModifier) == "▲ There is no incomplete session to clear."
    door.show_pane(5)
    assert said(Qt.Key.Key_F8) == "▲ Assign slot: this key works only in the desk; press Ctrl+1 to go there."
    door.show_pane(1)
    find(qtbot, door, "T-NONE")
    database = door.tasks.database
    assert database is not None
    with locks.held(database):
        press(qtbot, door, Qt.Key.Key_F8)
        press(qtbot, door, Qt.Key.Key_F8)
        assert door.messages.text.startswith("▲ An operation is under way")
    settle(qtbot, door)
    assert has_slot(real_file, "T-NONE")
    door.desk.candidate_actions.calm.start()
    assert said(Qt.Key.Key_F8).startswith("▲ ")
