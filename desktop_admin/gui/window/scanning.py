"""The barcode scanner is a keyboard: every key goes where it can only select, whatever has the focus.

Scanners end with Enter, Tab, a blank or nothing, and some are as slow as a person. So nothing here waits to see what
a key was: what is written reaches a text field that has the focus, else the search field, and never a button or a list.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QScrollArea,
    QTabBar,
    QTextEdit,
    QWidget,
)

from desktop_admin.gui.core import watching
from desktop_admin.gui.core.keys import ENTER, GAP_MS, TAIL_MS, character, moment

_TAB = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
_ARROWS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End)
_REASON = Qt.FocusReason
_BY_KEY = (_REASON.TabFocusReason, _REASON.BacktabFocusReason, _REASON.ShortcutFocusReason)
_COMES_BACK = (_REASON.ActiveWindowFocusReason, _REASON.PopupFocusReason, _REASON.MenuBarFocusReason)
_CLICKED_ONLY = (QAbstractButton, QComboBox, QScrollArea, QTabBar)
"""What is clicked without being typed into: the focus stays where it is."""


class _Went(Enum):
    """Where the last character went."""

    TO_TEXT = auto()
    TO_SEARCH = auto()
    NOWHERE = auto()


class KeyRouter(QObject):
    """Watches all keys of the application, and sends those elsewhere that would do something where they arrive.

    - What is written while no text field has the focus goes to the search field; while a dialog is open, nowhere.
    - So does what is written while a menu is open, but for one letter where Alt or an arrow key led there.
    - A blank and Enter press a button only where Tab brought the focus, and never right behind other characters.
    - A scan that was begun in one place does not go on in a dialog that opens meanwhile.

    Args:
        to_search: gives a key to the search field.

    Signals:
        ignored: something was scanned, or typed, that went nowhere.
    """

    ignored = Signal()

    def __init__(self, to_search: Callable[[QKeyEvent], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._to_search = to_search
        self._chosen: QObject | None = None
        self._at: int | None = None
        self._dialog: QWidget | None = None
        self._went = _Went.TO_TEXT
        self._sending = False
        self._in_menu = False
        watching.watch().add(self.heed)

    def heed(self, watched: QObject, event: QEvent) -> bool:
        """Look at an event of the application; gives whether it goes no further."""
        kind = event.type()
        if kind == QEvent.Type.KeyPress and isinstance(watched, QWidget) and isinstance(event, QKeyEvent):
            return not self._sending and self._press(watched, event)
        if kind == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            # What leads into a menu is told as a shortcut, and not as a key.
            self._in_menu = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier) or self._in_menu
        if kind == QEvent.Type.FocusIn and isinstance(watched, QWidget) and isinstance(event, QFocusEvent):
            # A dialog that is shown tells its button of a focus, as if Tab had brought it, before it has any.
            if event.reason() not in _COMES_BACK and watched is QApplication.focusWidget():
                self._chosen = watched if event.reason() in _BY_KEY else None
        elif kind == QEvent.Type.Show and isinstance(watched, _CLICKED_ONLY):
            _leave_to_tab(watched)
        return False

    def _press(self, watched: QWidget, event: QKeyEvent) -> bool:
        """Whether the key goes no further."""
        popup = QApplication.activePopupWidget()
        focus: QWidget | None = QApplication.focusWidget()
        if popup is not None:
            # What offers endings under a text field hands on to it what is typed.
            inside: QWidget | None = popup.focusProxy() or popup.focusWidget()
            focus = popup if inside is None else inside
        if focus is None:
            focus = watched
        elif watched is not focus:
            # Whoever has the focus left it to what stands around.
            return False
        dialog = QApplication.activeModalWidget()
        at, written = moment(event), character(event)
        if not written and event.key() not in (*ENTER, *_TAB):
            if event.key() in _ARROWS and isinstance(focus, QAbstractItemView):
                self._chosen = focus
            self._in_menu = isinstance(popup, QMenu) and event.key() in _ARROWS
            return False
        follows, torn = self._follows(at, TAIL_MS), self._follows(at, GAP_MS) and dialog is not self._dialog
        if written or torn:
            self._at = at
        if torn:
            return True
        if is_text_field(focus) and _lies_in(focus, dialog):
            self._dialog, self._went = dialog, _Went.TO_TEXT
            return False
        led_into_menu, self._in_menu = self._in_menu, False
        if written and led_into_menu and isinstance(popup, QMenu) and not follows:
            # One letter chooses where a key led into the menu; what comes right behind it belongs to a scan.
            return False
        if written == " " and focus is self._chosen and popup is None and not follows:
            self._at = None
            return False
        if not written and event.key() in _TAB and self._went is _Went.TO_TEXT:
            # A person goes from one control to the next.
            return False
        if written or follows:
            self._dialog = dialog
            self._redirect(event, popup, dialog, goes_on=follows)
            return True
        # In a dialog Enter means its default button, wherever the focus is.
        is_stray = dialog is None and focus is not self._chosen
        return event.key() in ENTER and isinstance(focus, _CLICKED_ONLY) and is_stray

    def _redirect(self, event: QKeyEvent, popup: QWidget | None, dialog: QWidget | None, *, goes_on: bool) -> None:
        """Send the key to the search field; of what ends something that went elsewhere, nothing comes."""
        while popup is not None and popup.isVisible():
            popup.hide()
            popup = QApplication.activePopupWidget()
        if dialog is not None:
            self._went = _Went.NOWHERE
            if not goes_on:
                self.ignored.emit()
        elif character(event) or self._went is _Went.TO_SEARCH:
            self._went, self._sending = _Went.TO_SEARCH, True
            try:
                self._to_search(event)
            finally:
                self._sending = False

    def _follows(self, at: int, within: int) -> bool:
        """Whether something was written so many milliseconds before."""
        return self._at is not None and 0 <= at - self._at <= within


def is_text_field(widget: QWidget | None) -> bool:
    """Whether a person can write into it."""
    if isinstance(widget, QComboBox):
        return widget.isEditable()
    if isinstance(widget, QAbstractSpinBox):
        # Its line alone may be closed, so that the arrows and the calendar choose and no scanned digit does.
        return not widget.isReadOnly() and not widget.lineEdit().isReadOnly()
    return isinstance(widget, QLineEdit | QTextEdit | QPlainTextEdit) and not widget.isReadOnly()


def _lies_in(widget: QWidget | None, dialog: QWidget | None) -> bool:
    """Whether it is part of the dialog that is open; the window behind it may have the focus for a moment longer."""
    return dialog is None or (widget is not None and dialog.isAncestorOf(widget))


def _leave_to_tab(widget: QWidget) -> None:
    """Let Tab bring the focus there, and no click."""
    if widget.focusPolicy() & Qt.FocusPolicy.ClickFocus:
        widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)
