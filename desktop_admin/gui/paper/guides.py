"""The guides: one page for the desk, and more for supervisors and administrators, with the words that the window has.

Each is one text in Markdown for each language, in ``resources/guides``. What stands in braces there (``{window.file}``)
comes out of the catalogue, so that no guide names a button otherwise than the window, and ``{findings}`` is a row for
each kind of finding, with what it means and its cure.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from desktop_admin import __version__, language, resources
from desktop_admin.controllers.values.sessions import FindingKind
from desktop_admin.gui.core.words import finding_cure, finding_glyph, finding_meaning, finding_name
from desktop_admin.gui.kit.actions import without_access_key
from desktop_admin.gui.paper.pages import Printout
from desktop_admin.gui.paper.paper_html import HEADING
from desktop_admin.messages import phrase

GUIDES = ("desk", "supervisor", "administrator")
_KEY = re.compile(r"{([a-z][\w-]*[._][\w.-]*)}")
_IMAGE = re.compile(r'<img src="([^"]+)"')
_TITLE = re.compile(r"<h1>.*?</h1>\n")
_COMMANDS = re.compile(r"<pre><code[^>]*>(.*?)</code></pre>", re.DOTALL)
_TABLE = (
    '<table border="1" cellspacing="0" cellpadding="3" width="100%" '
    'style="border-collapse:collapse; margin-top:3px; margin-bottom:5px;">'
)
_WIDTHS = {"desk": 420}
_WIDTH = 520
"""Pixels of a picture on a page that is about 670 wide; the desk's guide is one page with all that is in it."""


def title(name: str) -> str:
    """What the guide is called, in the menu and above its pages."""
    return without_access_key(phrase(f"window.guide_{name}"))


def html(name: str, *, picture: Callable[[Path], str]) -> str:
    """The text of a guide, in the language that is spoken.

    Args:
        name: one of ``GUIDES``.
        picture: how the text calls a picture that lies beside it.

    Raises:
        AdminError: it is not there, so the installation is incomplete.
    """
    # To import it takes a tenth of the time until the panes are there.
    from markdown_it import MarkdownIt

    source = resources.path(f"guides/{language.used()}/{name}.md")
    text = source.read_text(encoding="utf-8").replace("{findings}\n", _findings())
    made = MarkdownIt("commonmark").enable("table").render(filled(text))
    return _IMAGE.sub(lambda found: f'<img src="{picture(source.with_name(found[1]))}"', made)


def filled(text: str) -> str:
    """The text with words of the window for the keys in braces, in the language that is spoken."""
    return _KEY.sub(lambda found: without_access_key(phrase(found[1])), text)


def printout(name: str) -> Printout:
    """The guide for pages, above each of which stands its title."""
    return Printout(
        title=title(name),
        origin=f"desktop-admin {__version__}",
        printed="",
        html=for_qt(name, width=_WIDTHS.get(name, _WIDTH)).replace("<h2>", HEADING).replace("</h2>", "</h3>"),
        file_name=f"guide-{name}",
    )


def for_qt(name: str, *, width: int) -> str:
    """The guide in Qt's part of HTML, without its title: lines around cells, and commands in cells, too.

    Qt breaks no line of a command where there is no room for it, and the program brings no font for it.

    Args:
        name: one of ``GUIDES``.
        width: of its pictures, in pixels.
    """
    made = _TITLE.sub("", html(name, picture=lambda path: f'{path.as_uri()}" width="{width}'))
    made = _COMMANDS.sub(_cells, made.replace("<table>", _TABLE).replace("<th>", '<th align="left">'))
    return made.replace("<code>", "<b>").replace("</code>", "</b>")


def _cells(commands: re.Match[str]) -> str:
    return f"{_TABLE}{''.join(f'<tr><td>{line}</td></tr>' for line in commands[1].splitlines())}</table>"


def _findings() -> str:
    rows = (
        (f"{finding_glyph(kind)} {finding_name(kind)}", finding_meaning(kind), finding_cure(kind))
        for kind in FindingKind
    )
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)
