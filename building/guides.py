"""The guides in the one folder: as pages of the web and as PDF, in every language, the same to the byte each time.

Beside them what one reads first, which is text.
"""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from PySide6.QtWidgets import QApplication

from desktop_admin import __version__, language
from desktop_admin.gui.kit import looks
from desktop_admin.gui.paper import guides, pages
from desktop_admin.installation import INSTALL_LINE

_PAGE = """\
<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ font: 16px/1.5 "Noto Sans", "Noto Sans Devanagari", "Nirmala UI", sans-serif; }}
body {{ max-width: 60em; margin: 2em auto; padding: 0 1em; }}
h2 {{ margin-top: 1.6em; }}
img {{ max-width: 100%; border: 1px solid #c3cad1; }}
table {{ border-collapse: collapse; }}
th, td {{ border: 1px solid #8a949d; padding: 0.3em 0.6em; text-align: left; vertical-align: top; }}
pre {{ background: #eceff2; padding: 0.6em; white-space: pre-wrap; }}
</style>
</head>
<body>
{body}</body>
</html>
"""
_READ_ME = Path(__file__).parent / "read-me"
_DATES = (
    (re.compile(rb"\(D:\d{14}Z\)"), "(D:%Y%m%d%H%M%SZ)"),
    (re.compile(rb'Date="\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00"'), 'Date="%Y-%m-%dT%H:%M:%S+00:00"'),
)
"""Where Qt writes into a PDF when it was made, and how."""


def write(folder: Path, *, at: int) -> None:
    """Write all guides into a new folder, with a folder for each language in it.

    Qt lays out a PDF by chance unless ``QT_HASH_SEED`` is set to 0 before it is loaded.

    Args:
        folder: where.
        at: when the PDFs are said to have been made, in seconds since 1970.
    """
    app = QApplication.instance() or QApplication(["building", "-platform", "offscreen"])
    assert isinstance(app, QApplication)
    looks.prepare(app)
    spoken = language.used()
    try:
        for tongue in language.LANGUAGES:
            language.use(tongue)
            (folder / tongue).mkdir(parents=True)
            for name in guides.GUIDES:
                _write(name, folder / tongue, at=at)
    finally:
        language.use(spoken)


def write_read_me(file: Path) -> None:
    """Write what to start and what to read, in every language, with the words that the window has."""
    texts = []
    for tongue in language.LANGUAGES:
        with language.speaking(tongue):
            text = guides.filled((_READ_ME / f"{tongue}.txt").read_text(encoding="utf-8"))
        texts.append(text.replace("{version}", __version__).replace("{install}", INSTALL_LINE))
    # Old editors of Windows know the language of a text by the mark, and its lines by both signs.
    file.write_text("\n".join(texts), encoding="utf-8-sig", newline="\r\n")


def _write(name: str, folder: Path, *, at: int) -> None:
    def beside(picture: Path) -> str:
        shutil.copyfile(picture, folder / picture.name)
        return picture.name

    body = guides.html(name, picture=beside)
    page = _PAGE.format(language=language.used(), title=escape(guides.title(name)), body=body)
    (folder / f"{name}.html").write_text(page, encoding="utf-8", newline="\n")
    pdf = folder / f"{name}.pdf"
    pages.save_pdf(guides.printout(name), pdf)
    pdf.write_bytes(_settled(pdf.read_bytes(), name, at=at))
    # Qt's own file is for its maker alone; this one is for everybody.
    pdf.chmod(0o644)


def _settled(pdf: bytes, name: str, *, at: int) -> bytes:
    """The PDF with the moment that is given, and a name of its own that follows from what it is."""
    for written, form in _DATES:
        pdf = written.sub(datetime.fromtimestamp(at, UTC).strftime(form).encode(), pdf)
    given = re.search(rb"uuid:([0-9a-f-]{36})", pdf)
    if given is None:
        return pdf
    own = str(uuid5(NAMESPACE_URL, f"{name} {language.used()} {at}"))
    return pdf.replace(given[1], own.encode()).replace(given[1].hex().encode(), own.encode().hex().encode())
