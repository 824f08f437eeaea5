"""The parts that papers are made of, in Qt's part of HTML: words come by keys, and every value is escaped here."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from html import escape

from desktop_admin.gui.core.sentences import NOTHING
from desktop_admin.messages import phrase

Facts = Sequence[tuple[str, str | int | None]]
HEADING_POINTS = 9.5
HEADING = f'<h3 style="margin-top:14px; margin-bottom:4px; font-size:{HEADING_POINTS}pt;">'
_MUTED = "color:#5b6570;"
_CARD_ROWS = 8
"""So many cards of four lines below each other find room on a page."""
_SIGNING = 46
"""Percent of the width that each of two lines to sign on takes."""
_INSTEAD = {"Cc": " ", "Zl": " ", "Zp": " ", "Cs": "", "Cn": ""}
"""By category of Unicode: what would break lines becomes a blank, and what is no character nothing."""
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""These would turn the words round that follow; right-to-left letters need none of them."""


def printable(text: str) -> str:
    """The text without what would change a page instead of standing on it."""
    return "".join(_INSTEAD.get(unicodedata.category(sign), sign) for sign in text if sign not in _TURNING)


def heading(key: str) -> str:
    """The heading of a part; its level is what keeps it from being the last line of a page."""
    return f"{HEADING}{_escaped(phrase(key))}</h3>"


def note(text: str) -> str:
    """A remark."""
    return f'<p style="margin-top:3px; margin-bottom:3px; {_MUTED}">{_escaped(text)}</p>'


def facts(listed: Facts) -> str:
    """Values below each other, each behind its name, which comes by its key; a dash for nothing."""
    rows = ""
    for key, value in listed:
        text = _escaped(NOTHING if value in {None, ""} else str(value))
        rows += f'<tr><td width="24%" style="{_MUTED}">{_escaped(phrase(key))}</td><td width="76%">{text}</td></tr>'
    return f'<table width="100%" cellspacing="0" cellpadding="2">{rows}</table>'


def table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], *, widths: Sequence[int], empty: str = NOTHING
) -> str:
    """A table whose headings are repeated on each page that it reaches; ``widths`` of the columns in percent.

    Each row has its own line below it, so that the last one of a page has it as well.
    """
    if not rows:
        return note(empty)
    line = _border("bottom", "#c3cad1")
    head = "".join(
        f'<th width="{width}%" align="left" bgcolor="#eceff2" style="{line}">{_escaped(text)}</th>'
        for text, width in zip(headings, widths, strict=True)
    )
    body = "".join(
        "<tr>" + "".join(f'<td style="{line}">{_escaped(cell)}</td>' for cell in row) + "</tr>" for row in rows
    )
    return (
        '<table width="100%" cellspacing="0" cellpadding="3" border="0" style="margin-bottom:6px;">'
        f"<thead><tr>{head}</tr></thead>{body}</table>"
    )


def cards(listed: Sequence[tuple[str, Facts]]) -> str:
    """Cards to be cut apart, two beside each other and none across the end of a page: a title, and values below it."""
    pages = [listed[first : first + 2 * _CARD_ROWS] for first in range(0, len(listed), 2 * _CARD_ROWS)]
    return "".join(_card_page(page, first=number == 0) for number, page in enumerate(pages))


def _card_page(listed: Sequence[tuple[str, Facts]], *, first: bool) -> str:
    line = "border-width:1px; border-style:dashed; border-color:#8a949d;"
    rows = ""
    for place in range(0, len(listed), 2):
        cells = [f'<td width="50%" style="{line}">{_card(one)}</td>' for one in listed[place : place + 2]]
        rows += f"<tr>{''.join(cells) if len(cells) == 2 else cells[0] + '<td></td>'}</tr>"
    above = "" if first else "page-break-before:always;"
    return f'<table width="100%" cellspacing="0" cellpadding="8" style="{above}">{rows}</table>'


def _card(one: tuple[str, Facts]) -> str:
    title, listed = one
    lines = "".join(
        f'<br/><span style="{_MUTED}">{_escaped(phrase(key))}:</span> <b>{_escaped(str(value or NOTHING))}</b>'
        for key, value in listed
    )
    return f"<b>{_escaped(title)}</b>{lines}"


def signatures(first: str, second: str) -> str:
    """Lines to sign on beside each other, one for each of two roles, which come by their keys."""
    gap = f'<td width="{100 - 2 * _SIGNING}%"></td>'
    room = gap.join(f'<td width="{_SIGNING}%">{_escaped(phrase(role))}<br/><br/><br/></td>' for role in (first, second))
    line = _border("top", "#000000")
    hint = f'<td width="{_SIGNING}%" style="{_MUTED} {line}">{_escaped(phrase("paper.sign_here"))}</td>'
    rows = f"<tr>{room}</tr><tr>{hint + gap + hint}</tr>"
    return f'<table width="100%" style="margin-top:24px;" cellspacing="0" cellpadding="2">{rows}</table>'


def _border(side: str, colour: str) -> str:
    return f"border-{side}-width:1px; border-{side}-style:solid; border-{side}-color:{colour};"


def _escaped(text: str) -> str:
    # To Qt's HTML the narrow blank in a number is one at which a line may end.
    return escape(printable(text)).replace("\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}")
