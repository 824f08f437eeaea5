"""Shows the pages of a paper as they will be printed."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtPrintSupport import QPrinter, QPrintPreviewWidget
from PySide6.QtWidgets import QWidget

from desktop_admin.gui.kit.dialogs import Dialog
from desktop_admin.gui.kit.parts import named, side_button
from desktop_admin.gui.paper import pages
from desktop_admin.gui.paper.pages import Printout
from desktop_admin.messages import phrase


class PreviewDialog(Dialog):
    """The pages, and what can become of them.

    Signals:
        print_asked, save_asked: the paper.
    """

    print_asked = Signal(object)
    save_asked = Signal(object)

    def __init__(self, paper: Printout, *, parent: QWidget | None) -> None:
        super().__init__(title=paper.title, parent=parent)
        self._paper = paper
        self._printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        self._printer.setPageLayout(pages.PAGE)
        self.pages = named(QPrintPreviewWidget(self._printer), phrase("paper.pages"))
        self.pages.paintRequested.connect(self._draw)
        self.pages.fitToWidth()
        self.column.addWidget(self.pages, 1)
        larger = side_button(phrase("window.larger"), self.pages.zoomIn)
        smaller = side_button(phrase("window.smaller"), self.pages.zoomOut)
        save = side_button(phrase("paper.save"), self._save)
        self.add_buttons(phrase("paper.print"), safe=phrase("kit.close"), beside=(larger, smaller, save))
        self.fit(characters=90, lines=36)

    @Slot(QPrinter)
    def _draw(self, printer: QPrinter) -> None:
        pages.draw(printer, self._paper)

    def accept(self) -> None:
        """The button *Print…* was pressed."""
        super().accept()
        self.print_asked.emit(self._paper)

    @Slot()
    def _save(self) -> None:
        super().accept()
        self.save_asked.emit(self._paper)
