"""Pages: a document with heading and page number on each, as a PDF file or to a printer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QCoreApplication, QIODevice, QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QFontMetricsF,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPalette,
    QPdfWriter,
    QPen,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtPrintSupport import QPrinter

from desktop_admin.errors import AdminError
from desktop_admin.gui.looks import FAMILIES
from desktop_admin.new_files import write_new

POINTS = 9.0
SMALL_POINTS = 7.5
_MARGINS = QMarginsF(16, 12, 16, 12)
_GAP_POINTS = 10.0
"""Between heading or foot and the text."""
_LEAST_POINTS = 60.0
"""Less room below a heading is none: its table's own headings and a first line must fit."""
_BLACK, _GREY = QColor("#000000"), QColor("#5b6570")


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper in words, ready for pages.

    Attributes:
        title: what it is, above every page.
        origin: the database and its host, above every page.
        printed: when and by whom, below every page.
        html: what stands on the pages, in Qt's part of HTML.
        file_name: what a file of it may be called.
    """

    title: str
    origin: str
    printed: str
    html: str
    file_name: str


def save_pdf(paper: Paper, path: Path) -> None:
    """Write the paper to a new PDF file.

    Raises:
        UsageProblem: there is such a file already.
        AdminError: it cannot be written.
    """
    content = QBuffer()
    content.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(content)
    writer.setTitle(paper.title)
    writer.setCreator("desktop-admin")
    _set_page(writer)
    draw(paper, writer)
    write_new(path, bytes(content.data().data()))


def send(paper: Paper, printer: QPrinter) -> None:
    """Print the paper.

    Raises:
        AdminError: the printer does not take it.
    """
    printer.setDocName(paper.title)
    _set_page(printer)
    draw(paper, printer)
    if printer.printerState() is QPrinter.PrinterState.Error:
        raise AdminError("not_printed", printer=printer.printerName() or printer.outputFileName())


def _set_page(device: QPagedPaintDevice) -> None:
    device.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    device.setPageOrientation(QPageLayout.Orientation.Portrait)
    device.setPageMargins(_MARGINS, QPageLayout.Unit.Millimeter)


def draw(paper: Paper, device: QPrinter | QPdfWriter) -> None:
    """Draw all pages.

    Raises:
        AdminError: the device cannot be drawn on.
    """
    painter = QPainter()
    if not painter.begin(device):
        raise AdminError("not_printed", printer=device.printerName() if isinstance(device, QPrinter) else "PDF")
    try:
        _Pages(paper, device, painter).draw()
    finally:
        painter.end()


class _Pages:
    """One paper on one device; lengths are the device's dots."""

    def __init__(self, paper: Paper, device: QPrinter | QPdfWriter, painter: QPainter) -> None:
        self._paper = paper
        self._device = device
        self._painter = painter
        self._point = device.logicalDpiY() / 72.0
        self._gap = _GAP_POINTS * self._point
        self._size = QSizeF(device.width(), device.height())
        self._bold, self._small = _font(POINTS, bold=True), _font(SMALL_POINTS)
        self._head = QFontMetricsF(self._bold, device).height() + self._gap
        self._foot = QFontMetricsF(self._small, device).height() + self._gap
        self._document = QTextDocument()
        self._document.documentLayout().setPaintDevice(device)
        self._document.setDocumentMargin(0)
        self._document.setDefaultFont(_font(POINTS))
        self._document.setHtml(paper.html)
        self._document.setPageSize(QSizeF(self._size.width(), self._size.height() - self._head - self._foot))
        self._keep_together()

    def _keep_together(self) -> None:
        """Begin a page before a heading with nothing below it, and before lines for signatures that it would cut."""
        layout, page = self._document.documentLayout(), self._document.pageSize().height()
        block = self._document.begin()
        while block.isValid():
            room = page - layout.blockBoundingRect(block).top() % page
            if block.blockFormat().headingLevel() and room < _LEAST_POINTS * self._point:
                cursor = QTextCursor(block)
                above = QTextBlockFormat()
                above.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
                cursor.mergeBlockFormat(above)
            block = block.next()
        last = self._document.rootFrame().childFrames()[-1]
        place = layout.frameBoundingRect(last)
        if int(place.top() // page) != int((place.bottom() - 1) // page):
            whole = last.frameFormat()
            whole.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
            last.setFrameFormat(whole)

    def draw(self) -> None:
        count = self._document.pageCount()
        for number in range(1, count + 1):
            if number > 1:
                self._device.newPage()
            self._painter.save()
            self._draw_frame(number, count)
            self._draw_body(number)
            self._painter.restore()

    def _draw_frame(self, number: int, count: int) -> None:
        """Title, origin, when and by whom, and the page's number, between two lines."""
        width, height = self._size.width(), self._size.height()
        painter, flags = self._painter, Qt.AlignmentFlag
        above, below = self._head - self._gap * 0.7, height - self._foot + self._gap * 0.7
        painter.setPen(QPen(_GREY, 0.5 * self._point))
        for line in (above, below):
            painter.drawLine(QPointF(0, line), QPointF(width, line))
        head, foot = QRectF(0, 0, width, above), QRectF(0, below + 2 * self._point, width, height - below)
        painter.setPen(QPen(_BLACK))
        painter.setFont(self._bold)
        painter.drawText(head, flags.AlignLeft | flags.AlignTop, self._paper.title)
        painter.setFont(self._small)
        painter.drawText(head, flags.AlignRight | flags.AlignTop, self._paper.origin)
        painter.drawText(foot, flags.AlignLeft | flags.AlignTop, self._paper.printed)
        page = QCoreApplication.translate("Paper", "Page {number} of {count}").format(number=number, count=count)
        painter.drawText(foot, flags.AlignRight | flags.AlignTop, page)

    def _draw_body(self, number: int) -> None:
        page = self._document.pageSize()
        shown = QRectF(0, (number - 1) * page.height(), page.width(), page.height())
        self._painter.translate(0, self._head - shown.top())
        self._painter.setClipRect(shown)
        context = QAbstractTextDocumentLayout.PaintContext()
        # Paper is white, whatever the window's look is.
        context.palette.setColor(QPalette.ColorRole.Text, _BLACK)
        context.clip = shown
        self._document.documentLayout().draw(self._painter, context)


def _font(points: float, *, bold: bool = False) -> QFont:
    font = QFont(FAMILIES)
    font.setPointSizeF(points)
    font.setBold(bold)
    return font
