"""Measures what a person could not read or reach: texts that are cut, controls outside, under another, or squeezed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QCheckBox,
    QComboBox,
    QGroupBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStyleOptionComboBox,
    QTabBar,
    QTableView,
    QWidget,
)

from desktop_admin.gui.kit.labels import ShortLabel

SLACK = 1
"""A pixel that rounding takes."""
HEADING_ROOM = 40
"""Pixels around a heading, which no cell of the column can lend to another one."""
CONTROLS = (QAbstractButton, QComboBox, QLineEdit, QTableView, QTabBar, QLabel)


def complaints(top: QWidget) -> list[str]:
    """What is cut, outside, squeezed or overlapped in a window or dialog as it is shown now, one sentence for each."""
    seen = [one for one in top.findChildren(QWidget) if one.isVisibleTo(top) and not _inner(one)]
    found = [f"{_name(one)}: {problem}" for one in seen for problem in _problems(one)]
    found += [f"{_name(one)}: lies outside" for one in seen if isinstance(one, CONTROLS) and _lost(one, top)]
    return found + [f"{_name(a)} overlaps {_name(b)}" for a, b in _overlapping(seen)]


def _inner(one: QWidget) -> bool:
    """Whether it is a part of Qt's own, such as the button in a line, or a combo box's list."""
    parent = one.parentWidget()
    inner = isinstance(parent, QLineEdit | QComboBox | QTabBar | QHeaderView) or one.objectName().startswith("qt_")
    return (
        inner
        or (isinstance(one, QLabel) and not one.text())
        or (one.window() is not one.parentWidget() and (one.isWindow()))
    )


def _name(one: QWidget) -> str:
    text = one.accessibleName() or (one.text() if isinstance(one, QLabel | QAbstractButton) else "")
    return f"{type(one).__name__} {text[:50]!r}"


def _problems(one: QWidget) -> Iterator[str]:
    if isinstance(one, QLabel):
        yield from _label(one)
    elif isinstance(one, QCheckBox | QPushButton):
        yield from _button(one)
    elif isinstance(one, QComboBox):
        yield from _combo(one)
    elif isinstance(one, QLineEdit):
        hint = one.placeholderText() if not one.text() and not one.toolTip() else ""
        yield from _fits(hint, one.fontMetrics(), one.width() - 12, "the hint")
    elif isinstance(one, QTabBar):
        for tab in range(one.count()):
            yield from _fits(one.tabText(tab), one.fontMetrics(), one.tabRect(tab).width(), "a tab")
        if one.count() and one.tabRect(one.count() - 1).right() > one.width() + SLACK:
            yield "not all tabs are seen"
    elif isinstance(one, QTableView):
        yield from _table(one)
    elif isinstance(one, QGroupBox):
        yield from _fits(one.title(), one.fontMetrics(), one.width(), "the title")


def _fits(text: str, metrics: QFontMetrics, room: int, what: str) -> Iterator[str]:
    needed = max((metrics.horizontalAdvance(line) for line in text.split("\n")), default=0)
    if needed > room + SLACK:
        yield f"{what} {text[:40]!r} needs {needed} of {room} px"


def _label(one: QLabel) -> Iterator[str]:
    room = one.contentsRect()
    text = one.text().replace("&&", "&") if one.buddy() is not None else one.text()
    if isinstance(one, ShortLabel) and one.toolTip():
        # What it leaves out stands in its tip.
        return
    if not one.wordWrap():
        yield from _fits(text, one.fontMetrics(), room.width() - 2 * one.margin(), "the text")
    flags = Qt.TextFlag.TextWordWrap if one.wordWrap() else 0
    needed = one.fontMetrics().boundingRect(QRect(0, 0, room.width(), 1 << 20), int(flags), text)
    if needed.width() > room.width() + SLACK and one.wordWrap():
        yield f"a word of {text[:40]!r} needs {needed.width()} of {room.width()} px"
    if needed.height() > room.height() + SLACK:
        yield f"the text {text[:40]!r} needs {needed.height()} of {room.height()} px in height"


def _button(one: QCheckBox | QPushButton) -> Iterator[str]:
    option = QStyleOptionButton()
    one.initStyleOption(option)
    checkbox = isinstance(one, QCheckBox)
    part = QStyle.SubElement.SE_CheckBoxContents if checkbox else QStyle.SubElement.SE_PushButtonContents
    room = one.style().subElementRect(part, option, one)
    font = one.font()
    # The look prints what is chosen in bold.
    font.setBold(font.bold() or (one.isCheckable() and not checkbox))
    yield from _fits(one.text().replace("&", ""), QFontMetrics(font), room.width(), "the text")
    if one.fontMetrics().height() > one.height() + SLACK:
        yield f"it is {one.height()} px high"


def _combo(one: QComboBox) -> Iterator[str]:
    option = QStyleOptionComboBox()
    one.initStyleOption(option)
    parts = QStyle.SubControl.SC_ComboBoxEditField
    room = one.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, parts, one)
    yield from _fits(one.currentText() or one.placeholderText(), one.fontMetrics(), room.width(), "the choice")


def _table(one: QTableView) -> Iterator[str]:
    header, model = one.horizontalHeader(), one.model()
    columns = [column for column in range(model.columnCount()) if not one.isColumnHidden(column)]
    spare = one.viewport().width() - sum(map(one.columnWidth, columns))
    bold = one.font()
    bold.setBold(True)
    for column in columns:
        text = str(model.headerData(column, Qt.Orientation.Horizontal))
        yield from _fits(text, QFontMetrics(bold), header.sectionSize(column) - 8, "a heading")
    for column in columns:
        heading = QFontMetrics(bold).horizontalAdvance(str(model.headerData(column, Qt.Orientation.Horizontal)))
        spare += max(0, one.columnWidth(column) - max(_widest(one, column), heading + HEADING_ROOM))
    for column in columns:
        missing = _widest(one, column) - one.columnWidth(column)
        if missing > SLACK and spare >= missing:
            name = model.headerData(column, Qt.Orientation.Horizontal)
            yield f"column {name!r} is cut by {missing} px while {spare} px stand empty"
    if one.viewport().height() < 3 * one.verticalHeader().defaultSectionSize():
        yield f"only {one.viewport().height()} px of the rows are seen"


def _widest(one: QTableView, column: int) -> int:
    """What the widest of the cells needs."""
    rows = range(one.model().rowCount())
    return max((one.sizeHintForIndex(one.model().index(row, column)).width() for row in rows), default=0)


def _lost(one: QWidget, top: QWidget) -> bool:
    """Whether a part of it can be seen nowhere; what can be scrolled to can be seen."""
    rect, parent = one.rect(), one
    while parent is not top:
        area = parent.parentWidget()
        if area is None:
            return False
        rect = QRect(parent.mapToParent(rect.topLeft()), rect.size())
        parent = area
        if _scrolls(parent):
            # The area itself is looked at on its own.
            return False
        if not parent.rect().adjusted(-SLACK, -SLACK, SLACK, SLACK).contains(rect):
            return True
    return False


def _scrolls(one: QWidget) -> bool:
    area = one.parentWidget()
    if not isinstance(area, QAbstractScrollArea) or one is not area.viewport():
        return False
    inside = area.widget() if isinstance(area, QScrollArea) else None
    if inside is None:
        return True
    off = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
    across = inside.width() > one.width() + SLACK and area.horizontalScrollBarPolicy() == off
    down = inside.height() > one.height() + SLACK and area.verticalScrollBarPolicy() == off
    return not across and not down


def _overlapping(seen: list[QWidget]) -> Iterator[tuple[QWidget, QWidget]]:
    """Pairs that lie side by side in one parent, and on each other."""
    controls = [one for one in seen if isinstance(one, (*CONTROLS, QAbstractScrollArea))]
    for a, b in combinations(controls, 2):
        if a.isAncestorOf(b) or b.isAncestorOf(a):
            continue
        common = _seen_part(a).intersected(_seen_part(b))
        if common.width() > 2 and common.height() > 2:
            yield a, b


def _seen_part(one: QWidget) -> QRect:
    """Where it is seen in its window; an empty rectangle where it is scrolled out of sight."""
    region = one.visibleRegion().boundingRect()
    return QRect(one.mapTo(one.window(), QPoint(0, 0)) + region.topLeft(), region.size())


def squeezed(one: QWidget) -> bool:
    """Whether a widget that does not stretch is lower or narrower than it must be."""
    fixed = one.sizePolicy().verticalPolicy() is QSizePolicy.Policy.Fixed
    return fixed and one.height() < one.minimumSizeHint().height() - SLACK
