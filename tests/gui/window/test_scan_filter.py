"""What is a scan and what is typed: each key has its time, so that no slow machine makes a person of a scanner."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from desktop_admin.gui.window.scanning import ScanFilter

ENTER = Qt.Key.Key_Return
PLAIN = Qt.KeyboardModifier.NoModifier


class Line(QLineEdit):
    """A field that notes the keys which reach it, as ``+A`` and ``-A``."""

    def __init__(self) -> None:
        super().__init__()
        self.reached: list[str] = []

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.reached.append(f"+{_name(event)}")
        super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        self.reached.append(f"-{_name(event)}")
        super().keyReleaseEvent(event)


def _name(event: QKeyEvent) -> str:
    return Qt.Key(event.key()).name.removeprefix("Key_")


class Keyboard:
    """Presses keys at given times, in milliseconds."""

    def __init__(self, qtbot: QtBot, scan_filter: ScanFilter) -> None:
        self.scans: list[str] = []
        self.filter = scan_filter
        self.filter.scanned.connect(self.scans.append)
        self.line = Line()
        qtbot.addWidget(self.line)
        self.now = 1_000

    def send(self, kind: QEvent.Type, key: int, text: str, target: QWidget | None = None) -> None:
        event = QKeyEvent(kind, key, PLAIN, text)
        event.setTimestamp(self.now)
        QCoreApplication.sendEvent(target or self.line, event)

    def strike(self, key: int, text: str, *, held: Qt.KeyboardModifier = PLAIN, repeated: bool = False) -> None:
        """Press a key 5 ms after the one before it, together with others, or as one that is kept down."""
        self.now += 5
        event = QKeyEvent(QEvent.Type.KeyPress, key, held, text, repeated)
        event.setTimestamp(self.now)
        QCoreApplication.sendEvent(self.line, event)

    def press(self, key: int, text: str = "", *, after: int, target: QWidget | None = None) -> None:
        """Press and release a key so long after the one before it."""
        self.now += after
        self.send(QEvent.Type.KeyPress, key, text, target)
        self.send(QEvent.Type.KeyRelease, key, text, target)

    def type(self, text: str, *, gap: int, first: int | None = None) -> None:
        """Type a text, each character so long after the one before it."""
        for number, letter in enumerate(text):
            self.press(ord(letter.upper()), letter, after=first if first is not None and number == 0 else gap)

    def enter(self, *, after: int) -> None:
        self.press(ENTER, "\r", after=after)


@pytest.fixture
def keyboard(qtbot: QtBot, qapp: QApplication) -> Iterator[Keyboard]:
    # Windows of tests before this one go only now, and with them the filters that would hold these keys back as well.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    scan_filter = ScanFilter()
    qapp.installEventFilter(scan_filter)
    yield Keyboard(qtbot, scan_filter)
    qapp.removeEventFilter(scan_filter)


def test_characters_35_ms_apart_are_a_scan_however_long_it_takes_as_a_whole(keyboard: Keyboard) -> None:
    keyboard.type("T-STUCK-14550006", gap=35)
    keyboard.enter(after=35)
    assert keyboard.scans == ["T-STUCK-14550006"]
    assert keyboard.line.reached == [], "neither a character nor the closing Enter"


def test_characters_36_ms_apart_are_typed(keyboard: Keyboard) -> None:
    keyboard.type("abcde", gap=36)
    keyboard.enter(after=36)
    assert keyboard.scans == []
    assert keyboard.line.text() == "abcde"
    assert keyboard.line.reached[-2:] == ["+Return", "-Return"]


def test_an_enter_36_ms_after_a_burst_is_a_persons(keyboard: Keyboard) -> None:
    keyboard.type("abcde", gap=5)
    keyboard.enter(after=36)
    assert (keyboard.scans, keyboard.line.text()) == ([], "abcde")


@pytest.mark.parametrize(("text", "scans"), [("abc", []), ("abcd", ["abcd"])])
def test_a_scan_has_at_least_four_characters(keyboard: Keyboard, text: str, scans: list[str]) -> None:
    keyboard.type(text, gap=5)
    keyboard.enter(after=5)
    assert keyboard.scans == scans
    assert keyboard.line.text() == ("" if scans else text)


def test_scans_are_read_after_each_other_and_after_typing(keyboard: Keyboard) -> None:
    keyboard.type("typed", gap=100)
    keyboard.press(Qt.Key.Key_Tab, "\t", after=100)
    for text in ("FIRST", "SECOND"):
        keyboard.type(text, gap=5, first=100)
        keyboard.enter(after=5)
    assert keyboard.scans == ["FIRST", "SECOND"]
    assert keyboard.line.text() == "typed"


def test_what_was_typed_before_a_scan_is_no_part_of_it(keyboard: Keyboard) -> None:
    keyboard.press(Qt.Key.Key_X, "x", after=100)
    keyboard.type("T-STUCK", gap=5, first=100)
    keyboard.enter(after=5)
    assert (keyboard.scans, keyboard.line.text()) == (["T-STUCK"], "x")


def test_a_character_is_passed_on_when_no_other_follows(qtbot: QtBot, keyboard: Keyboard) -> None:
    keyboard.press(Qt.Key.Key_A, "a", after=100)
    assert keyboard.line.reached == [], "it could be the first of a scan"
    qtbot.waitUntil(lambda: keyboard.line.reached == ["+A", "-A"])
    assert keyboard.line.text() == "a"


def test_a_key_that_is_no_character_comes_after_what_was_typed_before_it(keyboard: Keyboard) -> None:
    keyboard.type("ab", gap=5)
    keyboard.press(Qt.Key.Key_Left, after=5)
    assert keyboard.line.reached == ["+A", "-A", "+B", "-B", "+Left", "-Left"]
    assert keyboard.line.cursorPosition() == 1


def test_after_a_scan_only_its_own_enter_is_kept_from_the_window(keyboard: Keyboard) -> None:
    keyboard.type("T-STUCK", gap=5)
    keyboard.now += 5
    keyboard.send(QEvent.Type.KeyPress, ENTER, "\r")
    keyboard.send(QEvent.Type.KeyRelease, Qt.Key.Key_Shift, "")
    keyboard.send(QEvent.Type.KeyRelease, ENTER, "\r")
    keyboard.enter(after=500)
    assert keyboard.line.reached == ["-Shift", "+Return", "-Return"]


def test_what_was_typed_reaches_the_field_that_had_the_focus_then(qtbot: QtBot, keyboard: Keyboard) -> None:
    other = Line()
    qtbot.addWidget(other)
    keyboard.press(Qt.Key.Key_A, "a", after=100)
    keyboard.press(Qt.Key.Key_B, "b", after=100, target=other)
    keyboard.press(Qt.Key.Key_Tab, "\t", after=100, target=other)
    assert (keyboard.line.text(), other.text()) == ("a", "b")


def test_shift_before_a_capital_is_part_of_the_scan(keyboard: Keyboard) -> None:
    for letter in "ABCD":
        keyboard.press(Qt.Key.Key_Shift, after=15)
        keyboard.press(ord(letter), letter, after=15)
    keyboard.enter(after=15)
    assert keyboard.scans == ["ABCD"]


def test_a_key_counts_once_although_the_window_sees_it_before_the_field(keyboard: Keyboard) -> None:
    key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, PLAIN, "a")
    assert not keyboard.filter.eventFilter(QObject(), key)
    keyboard.type("bcde", gap=5)
    shortcut = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_E, PLAIN, "e")
    assert not keyboard.filter.eventFilter(keyboard.line, shortcut)
    assert not keyboard.filter.eventFilter(keyboard.line, QEvent(QEvent.Type.Enter))
    keyboard.enter(after=5)
    assert keyboard.scans == ["bcde"]


def test_keys_pressed_together_with_alt_are_no_scan(keyboard: Keyboard) -> None:
    for letter in "ABCD":
        keyboard.strike(ord(letter), letter.lower(), held=Qt.KeyboardModifier.AltModifier)
    assert keyboard.line.reached == ["+A", "+B", "+C", "+D"]
    keyboard.enter(after=5)
    assert keyboard.scans == []


@pytest.mark.parametrize("held", [Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.KeypadModifier])
def test_capitals_and_the_keypad_are_characters_of_a_scan(keyboard: Keyboard, held: Qt.KeyboardModifier) -> None:
    for letter in "AB12":
        keyboard.strike(ord(letter), letter, held=held)
    keyboard.enter(after=5)
    assert keyboard.scans == ["AB12"]


def test_a_key_that_is_kept_down_is_no_scan(keyboard: Keyboard) -> None:
    for repeated in (False, True, True, True, True):
        keyboard.strike(Qt.Key.Key_A, "a", repeated=repeated)
    keyboard.enter(after=5)
    assert (keyboard.scans, keyboard.line.text()) == ([], "aaaaa")


def test_what_was_typed_into_a_field_that_is_gone_goes_nowhere(qtbot: QtBot, keyboard: Keyboard) -> None:
    field = Line()
    keyboard.press(Qt.Key.Key_A, "a", after=100, target=field)
    delete(field)
    keyboard.press(Qt.Key.Key_Left, after=5)
    assert keyboard.line.reached == ["+Left", "-Left"]
