"""What no paper breaks on: other scripts, other directions, missing fonts, and whatever a portal holds."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QPdfWriter, QTextLayout, QTextTable
from PySide6.QtWidgets import QApplication

from desktop_admin import messages
from desktop_admin.controllers.handing_out.reports import Slip
from desktop_admin.controllers.values.lines import Line
from desktop_admin.errors import AdminError
from desktop_admin.gui.kit import looks
from desktop_admin.gui.paper import pages
from desktop_admin.gui.paper.pages import Printout
from desktop_admin.gui.paper.paper_html import printable
from tests.gui.paper.test_papers import NOON, RECORD, WORDS, slip, text_of

HINDI = "अभ्यर्थी का पेपर जारी है"
BAD = (
    "{x} {} {0} %s",
    "\"'<b>&amp;</b>",
    "שלום עולם \u202e gnorw",
    "a\0b\tc\nd\u2028e\ufdd0\ufdd1\ufffc",
    "X" * 10_000,
    "क्ष" * 3_000,
    "\N{GRINNING FACE} \N{NARROW NO-BREAK SPACE}",
)


@pytest.fixture(scope="module", autouse=True)
def fonts(qapp: QApplication) -> None:
    """What the papers are written in."""
    looks.prepare(qapp)


def about(text: str) -> Printout:
    """A slip on which the portal and the log say this text wherever they may say something."""
    (line,) = RECORD.lines
    (cleared,) = RECORD.sessions
    refused = Line("refused", 2, text, name=text, reason=messages.Message.of("not_a_set_letter", text=text))
    record = replace(
        RECORD,
        op_id=text,
        person=text,
        released_by=text,
        desk=text,
        reason=text,
        lines=(replace(line, army_no=text, name=text, trade=text), refused),
        sessions=(replace(cleared, army_no=text, name=text, trade=text),),
    )
    words = replace(WORDS, database=text, actor=replace(WORDS.actor, name=text))
    return words.slip(Slip(record, None, None, NOON))


def drawn(paper: Printout) -> tuple[bytes, list[tuple[int, int]], float]:
    """The paper as PDF, rows and columns of its tables, and how far its text reaches beyond the page, in dots."""
    content = QBuffer()
    content.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(content)
    pages.draw(writer, paper)
    document = pages.laid_out(paper, writer)
    tables = [one for one in document.rootFrame().childFrames() if isinstance(one, QTextTable)]
    shapes = [(one.rows(), one.columns()) for one in tables]
    return bytes(content.data().data()), shapes, document.size().width() - document.pageSize().width()


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=300))
@example(BAD[0])
@example(BAD[1])
@example(BAD[2])
@example(BAD[3])
@example(BAD[4])
@example(BAD[5])
@example(BAD[6])
def test_no_text_breaks_a_paper(text: str) -> None:
    paper = about(text)
    pdf, shapes, beyond = drawn(paper)
    assert pdf.startswith(b"%PDF")
    assert (shapes, beyond) == ([(13, 2), (3, 3), (2, 6), (2, 3)], 0)
    assert " ".join(printable(text).split()) in " ".join(text_of(paper).split())
    assert paper.file_name.isascii()


def test_what_would_turn_the_words_behind_it_round_is_left_out() -> None:
    assert printable("a\u202eb\u2066c שלום\n\0d") == "abc שלום  d"


def test_hindi_is_printed_in_the_font_that_has_its_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "template", lambda _key, **_: HINDI)
    paper = slip(RECORD)
    assert (paper.title, paper.printed) == (HINDI, HINDI)
    assert text_of(paper).count(HINDI) > 20
    pdf, _shapes, _beyond = drawn(paper)
    # Its headings are bold, and nothing is left to a font of the computer.
    used = set(re.findall(rb"/FontName /\w+\+([\w-]+)", pdf))
    assert used == {b"NotoSans-Regular", b"NotoSansDevanagari-Regular", b"NotoSansDevanagari-Bold"}
    layout = QTextLayout(HINDI, pages._font(pages.POINTS))
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    glyphs = [glyph for run in layout.glyphRuns() for glyph in run.glyphIndexes()]
    # Letters are joined to others, so there are fewer glyphs.
    assert 10 < len(glyphs) < len(HINDI)
    # Number 0 is the box that stands for a letter which a font does not have.
    assert 0 not in glyphs


def test_without_its_fonts_no_paper_is_made_and_it_is_said_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pages, "FAMILIES", ["Noto Sans", "Nosuch Sans"])
    with pytest.raises(AdminError, match=r"this program's fonts are missing or damaged \(Nosuch Sans\)"):
        pages.save_pdf(slip(RECORD), tmp_path / "slip.pdf")
    assert list(tmp_path.iterdir()) == []
