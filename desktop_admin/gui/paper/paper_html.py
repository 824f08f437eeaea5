"""The parts that papers are made of, in Qt's part of HTML; every text is escaped here."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QCoreApplication

from desktop_admin.gui.kit.words import NOTHING

HEADING_POINTS = 9.5
_MUTED = "color:#5b6570;"


def heading(text: str) -> str:
    """The heading of a part; its level is what keeps it from being the last line of a page."""
    return f'<h3 style="margin-top:14px; margin-bottom:4px; font-size:{HEADING_POINTS}pt;">{escape(text)}</h3>'


def note(text: str) -> str:
    """A remark."""
    return f'<p style="margin-top:3px; margin-bottom:3px; {_MUTED}">{escape(text)}</p>'


def facts(listed: Sequence[tuple[str, str]]) -> str:
    """Names with their values, one below the other."""
    rows = "".join(
        f'<tr><td width="24%" style="{_MUTED}">{escape(name)}</td><td width="76%">{escape(value)}</td></tr>'
        for name, value in listed
    )
    return f'<table width="100%" cellspacing="0" cellpadding="2">{rows}</table>'


def table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], *, widths: Sequence[int], empty: str = NOTHING
) -> str:
    """A table whose headings are repeated on each page that it reaches.

    Args:
        headings: of the columns.
        rows: a text for each column.
        widths: of the columns, in percent.
        empty: what is said where there are no rows.
    """
    if not rows:
        return note(empty)
    head = "".join(
        f'<th width="{width}%" align="left" bgcolor="#eceff2">{escape(text)}</th>'
        for text, width in zip(headings, widths, strict=True)
    )
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return (
        '<table width="100%" cellspacing="0" cellpadding="3" border="1" '
        'style="border-collapse:collapse; border-style:solid; border-color:#c3cad1; margin-bottom:6px;">'
        f"<thead><tr>{head}</tr></thead>{body}</table>"
    )


def signatures(roles: Sequence[str]) -> str:
    """Lines to sign on, beside each other."""
    hint = QCoreApplication.translate("Paper", "Name, signature, date and time")
    cells = "".join(
        f'<td width="{100 // len(roles)}%">{escape(role)}<br/><br/><br/>______________________________<br/>'
        f'<span style="{_MUTED}">{escape(hint)}</span></td>'
        for role in roles
    )
    return f'<table width="100%" style="margin-top:24px;" cellspacing="0" cellpadding="2"><tr>{cells}</tr></table>'
