"""What keeps everything readable and within reach where the window is small or the text is large.

A row of parts goes on in the next line where it does not fit; and what does not fit at all is scrolled to.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QLabel, QLayout, QLayoutItem, QScrollArea, QSizePolicy, QStackedWidget, QWidget

_Line = tuple[list[QLayoutItem], list[int]]
"""What stands in a line, and how wide each part is."""


class Flow(QLayout):
    """Parts beside each other, and in as many lines as they need; a part that may grow takes what a line leaves.

    Args:
        spacing: pixels between parts, and between lines.
        right: lines end at the right edge.
        most: so many parts stand in one line at most.
    """

    def __init__(self, *parts: QWidget, spacing: int = 8, right: bool = False, most: int = 99) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._arranged: dict[int, list[_Line]] = {}
        self._most = most
        self._right = right
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)
        for part in parts:
            self.addWidget(part)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)
        self.invalidate()

    def invalidate(self) -> None:
        # Qt asks dozens of times for the height of one width until a part has changed.
        self._arranged.clear()
        super().invalidate()

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        if not 0 <= index < len(self._items):
            return None
        self.invalidate()
        return self._items.pop(index)

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation.Horizontal

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        around = self.contentsMargins()
        inside = QRect(0, 0, width - around.left() - around.right(), 0)
        return self._lay_out(inside, only_measure=True) + around.top() + around.bottom()

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._lay_out(rect.marginsRemoved(self.contentsMargins()), only_measure=False)

    def sizeHint(self) -> QSize:
        """All in one line."""
        sizes = [item.sizeHint() for item in self._seen()]
        width = sum(size.width() for size in sizes) + self.spacing() * max(0, len(sizes) - 1)
        return QSize(width, max((size.height() for size in sizes), default=0)).grownBy(self.contentsMargins())

    def minimumSize(self) -> QSize:
        """As wide as the widest part."""
        sizes = [_least(item) for item in self._seen()]
        width, height = max((s.width() for s in sizes), default=0), max((s.height() for s in sizes), default=0)
        return QSize(width, height).grownBy(self.contentsMargins())

    def _seen(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _lay_out(self, rect: QRect, *, only_measure: bool) -> int:
        """Put the parts into lines; gives the height that they take."""
        top = rect.top()
        width = rect.width()
        if width not in self._arranged:
            self._arranged[width] = [(line, self._widths(line, width)) for line in self._lines(width)]
        for line, widths in self._arranged[width]:
            height = max(_height(item, width) for item, width in zip(line, widths, strict=True))
            if not only_measure:
                self._place(line, widths, QRect(rect.left(), top, rect.width(), height))
            top += height + self.spacing()
        return max(0, top - rect.top() - self.spacing())

    def _lines(self, width: int) -> list[list[QLayoutItem]]:
        lines: list[list[QLayoutItem]] = []
        left = 0
        for item in self._seen():
            needed = _at_best(item, width)
            if not lines or left < needed or len(lines[-1]) == self._most:
                lines.append([])
                left = width
            lines[-1].append(item)
            left -= needed + self.spacing()
        return lines

    def _widths(self, line: list[QLayoutItem], room: int) -> list[int]:
        widths = [min(_least(item).width(), room) for item in line]
        spare = room - sum(widths) - self.spacing() * (len(line) - 1)
        growing = [place for place, item in enumerate(line) if item.expandingDirections() & Qt.Orientation.Horizontal]
        for place in growing:
            widths[place] += max(0, spare) // len(growing)
        return widths

    def _place(self, line: list[QLayoutItem], widths: list[int], rect: QRect) -> None:
        left = rect.left()
        if self._right:
            left += rect.width() - sum(widths) - self.spacing() * (len(line) - 1)
        for item, width in zip(line, widths, strict=True):
            height = _height(item, width)
            item.setGeometry(QRect(QPoint(left, rect.top() + (rect.height() - height) // 2), QSize(width, height)))
            left += width + self.spacing()


def _least(item: QLayoutItem) -> QSize:
    """What a part needs for its whole text; a line to type in may be as short as it likes, and a text may wrap."""
    if item.hasHeightForWidth():
        return item.sizeHint()
    return item.minimumSize() if item.expandingDirections() & Qt.Orientation.Horizontal else item.sizeHint()


def _at_best(item: QLayoutItem, most: int) -> int:
    """How wide a part is to be in its line: a text that may grow stands in one line of its own, as far as it fits."""
    text, least = item.widget(), min(_least(item).width(), most)
    if isinstance(text, QLabel) and item.expandingDirections() & Qt.Orientation.Horizontal:
        return max(least, min(text.fontMetrics().horizontalAdvance(text.text()), most))
    return least


def _height(item: QLayoutItem, width: int) -> int:
    return item.heightForWidth(width) if item.hasHeightForWidth() else item.sizeHint().height()


class Reachable(QScrollArea):
    """Holds what is as large as the room is, and never smaller than it must be: then it is scrolled.

    It has the focus at no time, so that no key is lost in it; what gets the focus in it is scrolled into sight.
    """

    def __init__(self, inside: QWidget, *, across: bool = True) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._across = across
        self._inside = inside
        if not across:
            self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(inside)
        inside.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        answer = super().eventFilter(watched, event)
        if watched is self._inside and event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return answer

    def minimumSizeHint(self) -> QSize:
        least = QSize(120, 80)
        return least if self._across else QSize(self._inside.minimumSizeHint().width(), least.height())

    def sizeHint(self) -> QSize:
        return self._inside.sizeHint()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def _fit(self) -> None:
        if not self.isVisible():
            # While everything is built, it would be done again for each part.
            return
        inside, room = self._inside, self.maximumViewportSize()
        bar = self.verticalScrollBar().sizeHint().width()
        size = room.expandedTo(_least_size(inside, room.width()))
        if size.height() > room.height():
            size = QSize(room.width() - bar, room.height()).expandedTo(_least_size(inside, room.width() - bar))
        if size.width() > room.width() - (bar if size.height() > room.height() else 0):
            size = size.expandedTo(QSize(0, room.height() - self.horizontalScrollBar().sizeHint().height()))
        inside.resize(size)


def _least_size(inside: QWidget, width: int) -> QSize:
    if isinstance(inside, QStackedWidget) and inside.count():
        # Only the page that is shown has to fit.
        page = inside.currentWidget()
        assert page is not None
        return _least_size(page, width)
    least = inside.minimumSizeHint()
    layout = inside.layout()
    if layout is not None and layout.hasHeightForWidth():
        least.setHeight(layout.totalMinimumHeightForWidth(max(width, least.width())))
    return least


class Tall(QFrame):
    """A part of a splitter, which asks no part how high it must be for its width: this one says so itself."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def _fit(self) -> None:
        if not self.isVisible():
            return
        self.setMinimumHeight(_least_size(self, self.width()).height())


def on_screen(size: QSize) -> QSize:
    """The size, as far as the screen has room for it."""
    return size.boundedTo(QGuiApplication.primaryScreen().availableGeometry().size() * 0.95)
