"""The row above the history: what it is narrowed to, how much of it is shown, and the way to what is older."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPushButton, QSizePolicy, QWidget

from desktop_admin.controllers.values.records import HistoryPage
from desktop_admin.gui.kit import words
from desktop_admin.gui.kit.narrowing import Narrowing
from desktop_admin.gui.kit.themes import Tone
from desktop_admin.gui.kit.widgets import ToneLabel, filter_box
from desktop_admin.gui.kit.words import by_count

STEP = 200
"""So many operations are shown at first, and so many more each time that older ones are asked for."""


class HistoryFilterRow(QWidget):
    """The filters of the history.

    Signals:
        narrowed: a filter was changed, or older operations were asked for.
    """

    narrowed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._quiet = False
        self.limit = STEP
        self.text = QLineEdit()
        self.text.setObjectName("field")
        self.text.setPlaceholderText(self.tr("Candidate: army number or name"))
        self.text.setAccessibleName(self.tr("Filter: candidate"))
        self.text.setClearButtonEnabled(True)
        self.text.setMaxLength(100)
        self.operation = filter_box(self.tr("Operation"), self.tr("All operations"))
        self.person = filter_box(self.tr("Person"), self.tr("Everybody"))
        self.period = filter_box(self.tr("Period"), self.tr("All days"))
        self.period.addItem(self.tr("Today"), 1)
        self.period.addItem(self.tr("Last 7 days"), 7)
        self.everything = self._button(self.tr("Show all"))
        self.older = self._button(self.tr("Older…"))
        self._count = ToneLabel(tone=Tone.MUTED)
        self._count.setWordWrap(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.text, 3)
        for box in (self.operation, self.person, self.period):
            row.addWidget(box, 2)
        for widget in (self.everything, self._count, self.older):
            row.addWidget(widget)
        self.text.textChanged.connect(self._narrow)
        for box in (self.operation, self.person, self.period):
            box.currentIndexChanged.connect(self._narrow)
        self.everything.clicked.connect(self.show_everything)
        self.older.clicked.connect(self._show_older)
        self._follow()

    def _button(self, text: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName("secondary")
        button.setAccessibleName(text)
        button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        return button

    @property
    def narrowing(self) -> Narrowing:
        """What the history is narrowed to."""
        return Narrowing(
            text=self.text.text().strip(),
            operation=self.operation.currentData(),
            person=self.person.currentData(),
            days=self.period.currentData(),
        )

    @property
    def count_text(self) -> str:
        """How much is shown."""
        return self._count.text()

    def start(self) -> None:
        """Begin anew: no filter, and the newest operations."""
        self._quiet = True
        self.limit = STEP
        self.text.clear()
        for box in (self.operation, self.person, self.period):
            box.setCurrentIndex(0)
        self._quiet = False
        self._follow()

    def show_page(self, page: HistoryPage) -> None:
        """Say how much is shown, and offer the kinds of operations and the people that the log knows."""
        self._quiet = True
        self._offer(self.operation, [(words.operation_name(kind), kind) for kind in page.operations])
        self._offer(self.person, [(words.shortened(name, most=40), name) for name in page.people])
        self._quiet = False
        shown = len(page.records)
        if shown < page.count:
            text = self.tr("The newest {shown} of {count}")
            self._count.show_text(text.format(shown=_number(shown), count=_number(page.count)))
        else:
            self._count.show_text(by_count(shown, one=self.tr("1 operation"), many=self.tr("{n} operations")))
        self.older.setVisible(shown < page.count)

    def _offer(self, box: QComboBox, offered: list[tuple[str, str]]) -> None:
        chosen, label = box.currentData(), box.currentText()
        # What was chosen stays, although nobody did it in what is left of the log.
        if chosen is not None and chosen not in [key for _, key in offered]:
            offered = [*offered, (label, chosen)]
        if offered == [(box.itemText(place), box.itemData(place)) for place in range(1, box.count())]:
            # The history is read again whenever somebody writes; an open list must not close for that.
            return
        while box.count() > 1:
            box.removeItem(1)
        for name, key in offered:
            box.addItem(name, key)
        box.setCurrentIndex(max(box.findData(chosen), 0))

    @Slot()
    def show_everything(self) -> None:
        """Take every filter away."""
        self.start()
        self.narrowed.emit()

    @Slot()
    def _show_older(self) -> None:
        self.limit += STEP
        self.narrowed.emit()

    @Slot()
    def _narrow(self) -> None:
        if not self._quiet:
            self.limit = STEP
            self._follow()
            self.narrowed.emit()

    def _follow(self) -> None:
        self.everything.setEnabled(self.narrowing != Narrowing())


def _number(count: int) -> str:
    return by_count(count, one="{n}", many="{n}")
