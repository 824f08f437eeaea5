"""Pages: a document with heading and page number on each, as a PDF file or to a printer."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QFontDatabase,
    QFontMetricsF,
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
from desktop_admin.files.new_files import write_new
from desktop_admin.gui.kit.looks import FAMILIES
from desktop_admin.gui.paper.paper_html import printable
from desktop_admin.language import Language, speaking, used
from desktop_admin.messages import phrase

POINTS = 9.0
SMALL_POINTS = 7.5
PAGE = QPageLayout(
    QPageSize(QPageSize.PageSizeId.A4),
    QPageLayout.Orientation.Portrait,
    QMarginsF(16, 12, 16, 12),
    QPageLayout.Unit.Millimeter,
)
_GAP_POINTS = 10.0
"""Between heading or foot and the text."""
_LEAST_POINTS = 60.0
"""Less room below a heading is none: its table's own headings and a first line must fit."""
_DEVANAGARI = re.compile("[\u0900-\u097f]")
_PICTURE = "\N{OBJECT REPLACEMENT CHARACTER}"
"""What stands for a picture in a text."""
_BLACK, _GREY = QColor("#000000"), QColor("#5b6570")


@dataclass(frozen=True, slots=True)
class Printout:
    """A paper in words, ready for pages.

    Attributes:
        title, origin: what it is, and the database with its host; above every page.
        printed: when and by whom, below every page.
        html: what stands on the pages, in Qt's part of HTML.
        file_name: how the name of a file of it may begin.
        language: in which it is worded.
    """

    title: str
    origin: str
    printed: str
    html: str
    file_name: str
    language: Language = field(default_factory=used)

    @property
    def searchable(self) -> bool:
        """Whether a PDF of it can be searched, and its words copied.

        Qt notes for each glyph of a PDF one sign that it stands for, and the glyphs of Devanagari stand for several.
        """
        return _DEVANAGARI.search(f"{self.title}{self.origin}{self.printed}{self.html}") is None


def save_pdf(paper: Printout, path: Path) -> None:
    """Write the paper to a new PDF file.

    Raises:
        UsageProblem: there is such a file already.
        AdminError: it cannot be written, or there are no fonts to write it in.
    """
    write_new(path, as_pdf(paper))


def as_pdf(*papers: Printout) -> bytes:
    """One PDF file of these papers, one behind the other, titled as the first.

    Raises:
        AdminError: there are no fonts to write it in.
    """
    content = QBuffer()
    content.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(content)
    writer.setTitle(papers[0].title)
    writer.setCreator("desktop-admin")
    writer.setPageLayout(PAGE)
    draw(writer, *papers)
    return bytes(content.data().data())


def send(paper: Printout, printer: QPrinter) -> None:
    """Print the paper.

    Raises:
        AdminError: the printer does not take it, or there are no fonts to print it in.
    """
    printer.setDocName(paper.title)
    printer.setPageLayout(PAGE)
    draw(printer, paper)
    if printer.printerState() is QPrinter.PrinterState.Error:
        raise AdminError("not_printed", printer=printer.printerName() or printer.outputFileName())


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where heading and foot stand on a device; lengths are its dots."""

    point: float
    width: float
    height: float
    head: float
    foot: float

    @classmethod
    def of(cls, device: QPrinter | QPdfWriter) -> _Frame:
        point = device.logicalDpiY() / 72.0
        head = QFontMetricsF(_font(POINTS, bold=True), device).height() + _GAP_POINTS * point
        foot = QFontMetricsF(_font(SMALL_POINTS), device).height() + _GAP_POINTS * point
        return cls(point, device.width(), device.height(), head, foot)


def laid_out(paper: Printout, device: QPrinter | QPdfWriter) -> QTextDocument:
    """The paper's text on pages of the device's size, without heading and foot."""
    frame = _Frame.of(device)
    document = QTextDocument()
    document.documentLayout().setPaintDevice(device)
    document.setDocumentMargin(0)
    document.setDefaultFont(_font(POINTS))
    document.setHtml(paper.html)
    _space_lines(document)
    document.setPageSize(QSizeF(frame.width, frame.height - frame.head - frame.foot))
    _keep_together(document, least=_LEAST_POINTS * frame.point)
    return document


def _space_lines(document: QTextDocument) -> None:
    """Give all lines of text one height, whatever their script: else a row's cells are cut apart where a page ends."""
    lines = QTextBlockFormat()
    lines.setLineHeight(QFontMetricsF(_font(POINTS)).height(), QTextBlockFormat.LineHeightTypes.FixedHeight.value)
    # As one change: after each of its own the whole table around it would be laid out again.
    change = QTextCursor(document)
    change.beginEditBlock()
    block = document.begin()
    while block.isValid():
        if _PICTURE not in block.text():
            QTextCursor(block).mergeBlockFormat(lines)
        block = block.next()
    change.endEditBlock()


def _keep_together(document: QTextDocument, *, least: float) -> None:
    """Begin a page before a heading with nothing below it, and before lines for signatures that it would cut."""
    layout, page = document.documentLayout(), document.pageSize().height()
    always = QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore
    block = document.begin()
    while block.isValid():
        if block.blockFormat().headingLevel() and page - layout.blockBoundingRect(block).top() % page < least:
            above = QTextBlockFormat()
            above.setPageBreakPolicy(always)
            QTextCursor(block).mergeBlockFormat(above)
        block = block.next()
    frames = document.rootFrame().childFrames()
    if not frames:
        return
    signatures = frames[-1]
    place = layout.frameBoundingRect(signatures)
    if place.top() // page != (place.bottom() - 1) // page:
        whole = signatures.frameFormat()
        whole.setPageBreakPolicy(always)
        signatures.setFrameFormat(whole)


def draw(device: QPrinter | QPdfWriter, *papers: Printout) -> None:
    """Draw all pages of these papers.

    Raises:
        AdminError: the device cannot be drawn on, or there are no fonts to draw with.
    """
    missing = [family for family in FAMILIES if not QFontDatabase.hasFamily(family)]
    if missing:
        # Qt would print boxes instead of letters.
        raise AdminError("paper.no_fonts", fonts=missing)
    painter = QPainter()
    if not painter.begin(device):
        raise AdminError("not_printed", printer=device.printerName() if isinstance(device, QPrinter) else "PDF")
    # Pictures of the window are smaller so, and what stands on them is sharp.
    painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
    try:
        for place, paper in enumerate(papers):
            if place:
                device.newPage()
            with speaking(paper.language):
                _draw_pages(painter, device, paper)
    finally:
        painter.end()


def _draw_pages(painter: QPainter, device: QPrinter | QPdfWriter, paper: Printout) -> None:
    frame, document = _Frame.of(device), laid_out(paper, device)
    count = document.pageCount()
    for number in range(1, count + 1):
        if number > 1:
            device.newPage()
        painter.save()
        _draw_frame(painter, frame, paper, phrase("paper.page", number=number, count=count))
        _draw_body(painter, frame, document, number)
        painter.restore()


def _draw_frame(painter: QPainter, frame: _Frame, paper: Printout, page: str) -> None:
    """Title and origin, when and by whom and the page's number, between two lines."""
    gap = 0.7 * _GAP_POINTS * frame.point
    above, below = frame.head - gap, frame.height - frame.foot + gap
    painter.setPen(QPen(_GREY, 0.5 * frame.point))
    for line in (above, below):
        painter.drawLine(QPointF(0, line), QPointF(frame.width, line))
    head = QRectF(0, 0, frame.width, above)
    foot = QRectF(0, below + 2 * frame.point, frame.width, frame.height - below)
    painter.setPen(QPen(_BLACK))
    _draw_ends(painter, head, (paper.title, _font(POINTS, bold=True)), (paper.origin, _font(SMALL_POINTS)))
    _draw_ends(painter, foot, (paper.printed, _font(SMALL_POINTS)), (page, _font(SMALL_POINTS)))


def _draw_ends(painter: QPainter, place: QRectF, left: tuple[str, QFont], right: tuple[str, QFont]) -> None:
    """Two texts at the ends of a line; the left one gives way where they would meet."""
    room = place.width()
    for side, (text, font) in ((Qt.AlignmentFlag.AlignRight, right), (Qt.AlignmentFlag.AlignLeft, left)):
        metrics = QFontMetricsF(font, painter.device())
        shown = metrics.elidedText(printable(text), Qt.TextElideMode.ElideRight, room)
        painter.setFont(font)
        painter.drawText(place, side | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextSingleLine, shown)
        room -= metrics.horizontalAdvance(shown) + metrics.averageCharWidth()


def _draw_body(painter: QPainter, frame: _Frame, document: QTextDocument, number: int) -> None:
    page = document.pageSize()
    shown = QRectF(0, (number - 1) * page.height(), page.width(), page.height())
    painter.translate(0, frame.head - shown.top())
    painter.setClipRect(shown)
    context = QAbstractTextDocumentLayout.PaintContext()
    # Paper is white, whatever the window's look is.
    context.palette.setColor(QPalette.ColorRole.Text, _BLACK)
    context.clip = shown
    document.documentLayout().draw(painter, context)


def _font(points: float, *, bold: bool = False) -> QFont:
    font = QFont(FAMILIES)
    font.setPointSizeF(points)
    font.setBold(bold)
    # Whoever copies an operation's id out of the file gets its letters.
    font.setFeature(QFont.Tag("liga"), 0)
    return font
