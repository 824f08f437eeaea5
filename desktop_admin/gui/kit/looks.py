"""How the application looks and speaks as a whole: bundled fonts, Qt's own words, zoom and one of the two themes."""

from __future__ import annotations

import re

from PySide6.QtCore import QLoggingCategory, QTranslator
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

from desktop_admin import resources
from desktop_admin.gui.core import themes
from desktop_admin.gui.core.watching import looking_away
from desktop_admin.gui.kit.widgets import restyle_all
from desktop_admin.messages import has_sentence, phrase

BODY_POINTS = 11.0
FAMILIES = ["Noto Sans", "Noto Sans Devanagari"]


def prepare(app: QApplication) -> None:
    """Load fonts and Qt's own words, and take the style that our palettes are made for; before the first window.

    An application is prepared once.
    """
    if app.findChild(OwnWords) is not None:
        return
    app.installTranslator(OwnWords(app))
    app.setStyle("Fusion")
    # Qt remarks that Noto Sans has no Devanagari, and takes the font behind it, as it should.
    QLoggingCategory.setFilterRules("qt.text.font.db.info=false")
    for file in sorted(resources.path("fonts").glob("*.ttf")):
        QFontDatabase.addApplicationFont(str(file))


class OwnWords(QTranslator):
    """Qt's own words, on its buttons, in its menus and dialogs, in the language that is spoken.

    The key of a text is ``qt_`` and its words; what the catalogue does not have Qt says as it is, and the names of keys
    as they stand on the keyboard.
    """

    def isEmpty(self) -> bool:
        return False

    def translate(self, context: str, source: str, _comment: str | None = None, _n: int = -1) -> str | None:
        key = f"qt_{re.sub('[^a-z]+', '_', source.replace('&', '').lower()).strip('_')}"
        return phrase(key) if context != "QShortcut" and has_sentence(key) else None


def apply(app: QApplication, *, theme: str, zoom: float) -> None:
    """Give the whole application a look (``light``, ``dark`` or ``system``) and a size of text, 1.0 being normal."""
    # Without a style sheet Qt changes font and colours at once, and then takes a sheet in a tenth of the time in which
    # it exchanges one for another.
    with looking_away():
        app.setStyleSheet("")
        font = QFont(FAMILIES)
        font.setPointSizeF(BODY_POINTS * zoom)
        app.setFont(font)
        themes.apply(app, choice=theme)
        restyle_all()
