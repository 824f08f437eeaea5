"""The panes: their place, and the navigation at the left, with a badge where something needs attention."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QFont, QFontMetrics
from PySide6.QtWidgets import QListWidget, QSizePolicy

from desktop_admin.gui.core.speech import spoken
from desktop_admin.gui.kit.actions import entry, without_access_key
from desktop_admin.gui.kit.page_stack import PageStack
from desktop_admin.gui.kit.pane import Pane
from desktop_admin.messages import phrase

FIRST_PAGE = 0


class Navigation(QListWidget):
    """The list of panes, as such: a screen reader says “page 2 of 4”, and the arrow keys lead through it.

    Attributes:
        panes: their actions, in order; the one of the pane that is shown is checked.

    Signals:
        asked: the number of a pane, from 1.
    """

    asked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        group = QActionGroup(self)
        names = ("window.desk", "window.sessions", "window.question_sets", "window.day", "window.history")
        for number, name in enumerate(names, start=1):
            pane = group.addAction(entry(phrase(name), self, key=f"Ctrl+{number}"))
            pane.setCheckable(True)
            pane.setEnabled(False)
            pane.setData(number)
            pane.changed.connect(self._follow)
            self.addItem(without_access_key(pane.text()))
        group.triggered.connect(self._ask)
        self.panes = group.actions()
        self._badges = [""] * len(self.panes)
        self.setObjectName("navigation")
        self.setAccessibleName(phrase("window.panes"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # A click changes the pane and leaves the cursor where it is, mostly in the search field.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.currentRowChanged.connect(self._choose)
        self._follow()
        self._fit()

    @Slot(QAction)
    def _ask(self, pane: QAction) -> None:
        self.asked.emit(pane.data())

    @Slot(int)
    def _choose(self, row: int) -> None:
        if row >= 0 and not self.panes[row].isChecked():
            self.panes[row].trigger()

    @Slot()
    def _follow(self) -> None:
        """Only what can be shown can be chosen."""
        state = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        for row, pane in enumerate(self.panes):
            self.item(row).setFlags(state if pane.isEnabled() else Qt.ItemFlag.NoItemFlags)

    @Slot(int)
    def show_current(self, number: int) -> None:
        """Mark the pane with this number, from 1, as the one that is shown; 0 is none of them."""
        if number:
            self.panes[number - 1].setChecked(True)
        with QSignalBlocker(self):
            self.setCurrentRow(number - 1)
        for row in range(self.count()):
            font = QFont(self.font())
            font.setBold(row == number - 1)
            self.item(row).setFont(font)

    def set_badge(self, number: int, badge: str, *, told: str = "") -> None:
        """Show this beside the entry, or nothing for an empty text; ``told`` is what a screen reader says instead."""
        name, item = without_access_key(self.panes[number].text()), self.item(number)
        self._badges[number] = badge
        item.setText(f"{name}   {badge}" if badge else name)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{name}, {told}" if told else spoken(item.text()))

    def badge(self, number: int) -> str:
        """What stands beside the entry."""
        return self._badges[number]

    def keyboardSearch(self, _text: str) -> None:
        """Letters choose no pane: they may be a scanner's."""

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.show_current(self.currentRow() + 1)
            self._fit()

    def _fit(self) -> None:
        """Wide enough for the longest entry with a badge, so that nothing moves when a badge comes."""
        bold = QFont(self.font())
        bold.setBold(True)
        longest = max(QFontMetrics(bold).horizontalAdvance(without_access_key(pane.text())) for pane in self.panes)
        self.setFixedWidth(max(self.fontMetrics().averageCharWidth() * 16 + 28, longest + 36))


class PaneStack(PageStack):
    """Shows one pane and has it read; the others are read when they are shown. The first page, 0, is no pane."""

    def __init__(self) -> None:
        super().__init__()
        # Each page has a size of its own that it needs at least.
        self.currentChanged.connect(self.updateGeometry)

    @property
    def panes(self) -> list[Pane]:
        """Those that have been made, in order."""
        return [page for page in self.made if isinstance(page, Pane)]

    def show_pane(self, number: int) -> None:
        """Show the pane with this number, as it is now, or the first page."""
        if number != self.currentIndex() or not self.is_made(number):
            self.setCurrentIndex(number)
            self.read()

    def read(self, *, but: Pane | None = None) -> None:
        """What the panes show may have changed: read the one that is seen, if it is not this one."""
        pane = self.currentWidget()
        if isinstance(pane, Pane) and pane is not but:
            pane.refresh()

    def age(self) -> None:
        """Time has gone by in the pane that is seen."""
        pane = self.currentWidget()
        if isinstance(pane, Pane):
            pane.age()
