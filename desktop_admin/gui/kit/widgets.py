"""Small widgets that several panes share."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Slot
from PySide6.QtGui import (
    QAction,
    QColor,
    QFontMetrics,
    QKeySequence,
    QPalette,
    Qt,
)
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFormLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QWidget,
)

from desktop_admin.gui.core import themes
from desktop_admin.gui.core.speech import spoken
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.kit.actions import without_access_key
from desktop_admin.messages import phrase


class ActionButton(QPushButton):
    """A button for an action that also stands in a menu; it shows the action's text and key.

    Attributes:
        action: what the button does.
    """

    def __init__(self, action: QAction, *, style: str = "secondary", short: bool = False) -> None:
        super().__init__()
        self._short = short
        self._others: tuple[str, ...] = ()
        self.setObjectName(style)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.action = action
        self._follow()
        action.changed.connect(self._follow)
        self.clicked.connect(self._press)

    def set_action(self, action: QAction) -> None:
        """Stand for another action from now on."""
        self.action.changed.disconnect(self._follow)
        self.action = action
        action.changed.connect(self._follow)
        self._follow()

    def sizeHint(self) -> QSize:
        size, metrics = super().sizeHint(), self.fontMetrics()
        # As the style measures it, to the pixel.
        own, *others = (
            metrics.size(Qt.TextFlag.TextShowMnemonic, text).width() for text in (self.text(), *self._others)
        )
        size += QSize(max(0, max(others, default=0) - own), 0)
        if not self.isCheckable():
            return size
        # It is printed bold while it is checked, and must not move its neighbours then.
        bold = self.font()
        bold.setBold(True)
        wider = QFontMetrics(bold).horizontalAdvance(self.text()) - metrics.horizontalAdvance(self.text())
        return size + QSize(max(0, wider), 0)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keep_room_for(self, *texts: str) -> None:
        """Be as wide as these texts need, whichever of them it says, so that its neighbours keep their places."""
        self._others = texts
        self.updateGeometry()

    @Slot()
    def _follow(self) -> None:
        action = self.action
        key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        name = without_access_key(action.text())
        text = action.iconText() if self._short else name
        self.setText(f"{text}   {key}" if key else text)
        self.setEnabled(action.isEnabled())
        self.setCheckable(action.isCheckable())
        self.setChecked(action.isChecked())
        self.setToolTip(tip(action.statusTip()))
        self.setAccessibleName(name)
        self.setAccessibleDescription(action.statusTip())

    @Slot()
    def _press(self) -> None:
        self.action.trigger()
        self.setChecked(self.action.isChecked())


def button(
    text: str, run: Callable[[], object] | None = None, *, style: str = "secondary", name: str = ""
) -> QPushButton:
    """A button; to who cannot see what stands around it, it says its name instead of its text."""
    made = QPushButton(text)
    made.setObjectName(style)
    made.setAccessibleName(name or text)
    if run is not None:
        made.clicked.connect(run)
    return made


class PlainLabel(QLabel):
    """A text that is shown as it is; to Qt's own label a name such as ``<b>X</b>`` would be a command to print bold."""

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)


def tip(text: str) -> str:
    """The text as a tool tip, which has no format of its own: what Qt would take for HTML is escaped."""
    return Qt.convertFromPlainText(text) if Qt.mightBeRichText(text) else text


class Form(QFormLayout):
    """Fields below each other, with their names before them."""

    def add(self, name: str, field: QWidget | QLayout) -> None:
        """Add a field, or a row of several."""
        label = PlainLabel(name)
        if isinstance(field, QWidget):
            label.setBuddy(field)
        self.addRow(label, field)


class ToneLabel(PlainLabel):
    """A text in one of the tones, which follows the look in use; it wraps and can be copied from."""

    def __init__(self, text: str = "", *, tone: Tone = Tone.PLAIN, bold: bool = False, scale: float = 1.0) -> None:
        super().__init__(text)
        self._tone = tone
        self._bold = bold
        self._scale = scale
        self.setWordWrap(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.restyle()

    def show_text(self, text: str, tone: Tone | None = None) -> None:
        """Show this text, in another tone if one is given."""
        self.setText(text)
        self.setAccessibleName(spoken(text))
        if tone is not None and tone is not self._tone:
            self._tone = tone
            self.restyle()

    def restyle(self) -> None:
        """Take colour and size from the look in use."""
        palette = QPalette(QApplication.palette())
        palette.setColor(QPalette.ColorRole.WindowText, QColor(themes.current().colour(self._tone)))
        self.setPalette(palette)
        font = QApplication.font()
        font.setBold(self._bold)
        font.setPointSizeF(font.pointSizeF() * self._scale)
        self.setFont(font)


def restyle_all() -> None:
    """Let every text that has a tone take the look in use, after the look or the zoom changed."""
    for widget in QApplication.allWidgets():
        if isinstance(widget, ToneLabel):
            widget.restyle()


class HintedLine(QLineEdit):
    """A line to type in that is never too short for the hint that stands in it at first."""

    def __init__(self, hint: str, *, name: str) -> None:
        super().__init__(placeholderText=hint, clearButtonEnabled=True)
        self.setAccessibleName(name)
        self.setObjectName("field")

    def minimumSizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance(self.placeholderText()) + 2 * metrics.height()
        return QSize(width, super().minimumSizeHint().height())


class FilterBox(QComboBox):
    """A choice as wide as what is chosen, whatever else there is to choose from."""

    def __init__(self) -> None:
        super().__init__()
        self._wished = ""
        self.activated.connect(self.forget_wish)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.currentTextChanged.connect(self.updateGeometry)

    def wish(self, text: str) -> None:
        """Choose the entry with this text, now or once it is offered."""
        self._wished = text
        self.grant()

    def grant(self) -> None:
        """Choose what is wished for, if it is offered now."""
        place = self.findText(self._wished) if self._wished else -1
        if place > 0:
            self._wished = ""
            self.setCurrentIndex(place)

    @Slot()
    def forget_wish(self) -> None:
        """Something else was chosen meanwhile, or everything is to be seen."""
        self._wished = ""

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        metrics = self.fontMetrics()
        text = QSize(metrics.horizontalAdvance(f"{self.currentText()}  "), max(metrics.height(), 14))
        return self.style().sizeFromContents(QStyle.ContentsType.CT_ComboBox, option, text, self)

    def showPopup(self) -> None:
        # The list is as wide as the longest entry, also where the box is not.
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + self.fontMetrics().height())
        super().showPopup()


def filter_box(name: str, everything: str) -> FilterBox:
    """A choice that narrows a list; its first entry, without data, leaves the list as it is."""
    box = FilterBox()
    box.setAccessibleName(phrase("kit.filter", name=name))
    box.addItem(everything, None)
    return box
