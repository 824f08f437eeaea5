"""What panes and dialogs are put together from: rows and columns, names, buttons, and texts that come and go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.kit.pane import Pane
from desktop_admin.gui.kit.room import Flow
from desktop_admin.gui.kit.widgets import FilterBox, ToneLabel, button

Part = QWidget | QLayout | tuple[QWidget | QLayout, int] | None
"""What stands in a row or column, where it stretches with how much of the room; None for room that stays empty."""
Margins = tuple[int, int, int, int]
NO_MARGINS: Margins = (0, 0, 0, 0)
W = TypeVar("W", bound=QWidget)
B = TypeVar("B", bound=QBoxLayout)


def in_row(*parts: Part, inside: QWidget | None = None, spacing: int = -1) -> QHBoxLayout:
    """Parts beside each other, as the layout of a widget or for another layout; a spacing of -1 is the look's."""
    return _made(QHBoxLayout(), parts, inside, NO_MARGINS, spacing)


def in_column(
    *parts: Part, inside: QWidget | None = None, margins: Margins = NO_MARGINS, spacing: int = -1
) -> QVBoxLayout:
    """Parts below each other; as for ``in_row``."""
    return _made(QVBoxLayout(), parts, inside, margins, spacing)


def _made(box: B, parts: Sequence[Part], inside: QWidget | None, margins: Margins, spacing: int) -> B:
    if inside is not None:
        inside.setLayout(box)
    box.setContentsMargins(*margins)
    box.setSpacing(spacing)
    fill(box, *parts)
    return box


def fill(box: QBoxLayout, *parts: Part) -> None:
    """Add parts to a row or column that is there."""
    for part in parts:
        what, stretch = part if isinstance(part, tuple) else (part, 0)
        if isinstance(what, QWidget):
            box.addWidget(what, stretch)
        elif what is not None:
            box.addLayout(what, stretch)
        else:
            box.addStretch(1)


def heading(title: str, remark: ToneLabel, *others: QWidget) -> Flow:
    """The heading of a pane: its title, what is to be remarked, and the buttons beside it."""
    name = ToneLabel(title, bold=True, scale=1.35)
    name.setWordWrap(False)
    remark.setSizePolicy(QSizePolicy.Policy.MinimumExpanding, QSizePolicy.Policy.Preferred)
    return Flow(name, remark, *others, spacing=10)


def named(widget: W, name: str, *, style: str = "") -> W:
    """The widget with the name that is read aloud, and with that of its style."""
    widget.setAccessibleName(name)
    if style:
        widget.setObjectName(style)
    return widget


def fixed(widget: W) -> W:
    """The widget, no wider than what it shows."""
    widget.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return widget


def side_button(text: str, run: Callable[[], object], *, name: str = "") -> QPushButton:
    """A button of a dialog that Enter never presses; ``name`` as for ``button``."""
    made = button(text, run, name=name)
    made.setAutoDefault(False)
    return made


def tell(label: ToneLabel, text: str, tone: Tone | None = None) -> None:
    """Show the text; where there is none, the label takes no room."""
    label.show_text(text, tone)
    label.setVisible(bool(text))


def dotted(*texts: str | None) -> str:
    """The texts with dots between them, without those that are empty."""
    return " · ".join(text for text in texts if text)


def allow(action: QAction, ready: bool, *, why: str, hint: str = "") -> None:
    """Switch an action on where it is ready and nothing is against it; its tip says what is, or what else to know."""
    action.setEnabled(ready and not why)
    action.setStatusTip(why or hint)


def offer(box: FilterBox, offered: Sequence[tuple[str, object]]) -> None:
    """Offer these texts and keys below a filter's first entry; what is chosen stays while it is among them.

    What is wished for and among them is chosen now.
    """
    if list(offered) == [(box.itemText(place), box.itemData(place)) for place in range(1, box.count())]:
        # What is read again and again is mostly the same; an open list must not close for that.
        return
    chosen = box.currentData()
    with QSignalBlocker(box):
        while box.count() > 1:
            box.removeItem(1)
        for text, key in offered:
            box.addItem(text, key)
        box.setCurrentIndex(max(box.findData(chosen), 0))
    box.grant()


class ActingPane(Pane):
    """A pane from which data are changed."""

    _writable = False

    def set_writable(self, writable: bool) -> None:
        self._writable = writable
        self._update()

    @Slot()
    def _update(self) -> None:
        """Switch on what can be done now."""
        raise NotImplementedError
