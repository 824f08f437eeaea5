"""Shows a guide to read; from here its pages are looked at, printed and saved."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QTextBrowser, QWidget

from desktop_admin.gui.kit.dialogs import Dialog
from desktop_admin.gui.kit.parts import named, side_button
from desktop_admin.gui.paper import guides
from desktop_admin.gui.paper.pages import Printout
from desktop_admin.messages import phrase

_WIDTH = 660
"""Pixels of a picture, as the dialog has room for it."""


class _Text(QTextBrowser):
    """A text whose pictures are made smaller so that what stands on them can be read."""

    def loadResource(self, kind: int, name: QUrl | str) -> QImage:
        ratio = self.devicePixelRatio()
        image = QImage(QUrl(name).toLocalFile())
        image = image.scaledToWidth(round(_WIDTH * ratio), Qt.TransformationMode.SmoothTransformation)
        image.setDevicePixelRatio(ratio)
        return image


class GuideDialog(Dialog):
    """The guide.

    Args:
        name: one of ``guides.GUIDES``.

    Attributes:
        text: what is read.

    Signals:
        pages_asked: the guide as a paper.
    """

    pages_asked = Signal(Printout)

    def __init__(self, name: str, *, parent: QWidget | None) -> None:
        super().__init__(title=guides.title(name), parent=parent)
        self._name = name
        self.text = named(_Text(), guides.title(name))
        self.text.setTabChangesFocus(True)
        self.text.setHtml(guides.for_qt(name, width=_WIDTH))
        self.column.addWidget(self.text, 1)
        self.add_close(beside=(side_button(phrase("window.guide_pages"), self._ask_pages),))
        self.fit(characters=100, lines=36)

    @Slot()
    def _ask_pages(self) -> None:
        self.accept()
        self.pages_asked.emit(guides.printout(self._name))
