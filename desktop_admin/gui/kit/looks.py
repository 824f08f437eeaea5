"""How the application looks as a whole: bundled fonts, zoom and one of the two themes."""

from __future__ import annotations

from PySide6.QtCore import QLoggingCategory
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

from desktop_admin import resources
from desktop_admin.gui.kit import themes
from desktop_admin.gui.kit.widgets import restyle_all

BODY_POINTS = 11.0
FAMILIES = ["Noto Sans", "Noto Sans Devanagari"]


def prepare(app: QApplication) -> None:
    """Load the bundled fonts and take the style that our palettes are made for; once, before the first window."""
    app.setStyle("Fusion")
    # Qt remarks that Noto Sans has no Devanagari, and takes the font behind it, as it should.
    QLoggingCategory.setFilterRules("qt.text.font.db.info=false")
    for file in sorted(resources.path("fonts").glob("*.ttf")):
        QFontDatabase.addApplicationFont(str(file))


def apply(app: QApplication, *, theme: str, zoom: float) -> None:
    """Give the whole application a look and a size.

    Args:
        app: the application.
        theme: ``light``, ``dark`` or ``system``.
        zoom: 1.0 is the normal size of text.
    """
    font = QFont(FAMILIES)
    font.setPointSizeF(BODY_POINTS * zoom)
    app.setFont(font)
    themes.apply(app, choice=theme)
    restyle_all()
