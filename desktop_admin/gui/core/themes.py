"""The two looks of the program: quiet surfaces, one accent, statuses in glyph, word and colour.

``QStyleHints.setColorScheme`` does nothing on some platforms, so both palettes are our own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication


class Tone(StrEnum):
    """What a text says by its colour; a glyph and a word always say it too."""

    PLAIN = "plain"
    MUTED = "muted"
    ACCENT = "accent"
    RUNNING = "running"
    OVERDUE = "overdue"
    STUCK = "stuck"


_COLOURS = {
    "window": ("#f3f4f7", "#1a1d21"),
    "surface": ("#ffffff", "#22262b"),
    "stripe": ("#f7f8fa", "#272b31"),
    "border": ("#d3d8de", "#3d444d"),
    "text": ("#1b1f24", "#e8eaed"),
    "muted": ("#5b6570", "#9aa4ad"),
    "accent": ("#0b5cad", "#6fb1f5"),
    "on_accent": ("#ffffff", "#0d1b2a"),
    "selection": ("#d9e8f8", "#27415e"),
    "disabled": ("#939ba5", "#6d7680"),
    "running": ("#00664d", "#5cc8a1"),
    "overdue": ("#8a5300", "#f2b035"),
    "stuck": ("#b3340a", "#ff8a5c"),
    "good_surface": ("#e5f3ee", "#1d3129"),
    "warn_surface": ("#fdf1dc", "#39301b"),
    "bad_surface": ("#fbe9e3", "#3d261d"),
}
"""What each colour is for: light, dark."""


@dataclass(frozen=True, slots=True)
class Theme:
    """One look.

    Attributes:
        colours: as ``#rrggbb``, by what they are for.
    """

    colours: Mapping[str, str]

    @property
    def selection(self) -> str:
        """The colour behind what is selected."""
        return self.colours["selection"]

    def colour(self, tone: Tone) -> str:
        """The colour of a tone."""
        return self.colours["text" if tone is Tone.PLAIN else tone.value]

    def brushes(self) -> dict[Tone, QBrush]:
        """A brush for each tone, for the item models."""
        return {tone: QBrush(QColor(self.colour(tone))) for tone in Tone}


LIGHT, DARK = (Theme({name: pair[look] for name, pair in _COLOURS.items()}) for look in range(2))
_FUSION_DARKER = 140
"""By how many per cent Fusion darkens the window's colour for a frame."""


def current() -> Theme:
    """The look in use, told by the application's palette."""
    return DARK if QGuiApplication.palette().color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


def apply(app: QApplication, *, choice: str) -> None:
    """Give the whole application a look: ``light``, ``dark``, or for ``system`` that which the desktop asks for."""
    system_dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
    theme = DARK if choice == "dark" or (choice != "light" and system_dark) else LIGHT
    palette = _palette(theme)
    app.setPalette(palette)
    # Fusion frames them a shade darker than the window, which nobody sees in the dark; a sheet would take their arrows.
    palette.setColor(QPalette.ColorRole.Window, QColor(theme.colours["border"]).lighter(_FUSION_DARKER))
    app.setPalette(palette, "QAbstractSpinBox")  # type: ignore[arg-type]  # text is what it takes
    app.setStyleSheet(_STYLE.format(**theme.colours))


def _palette(theme: Theme) -> QPalette:
    role = QPalette.ColorRole
    colours = {
        "window": (role.Window,),
        "surface": (role.Base, role.Button, role.ToolTipBase, role.Light),
        "stripe": (role.AlternateBase, role.Midlight),
        "border": (role.Mid, role.Shadow),
        "text": (role.WindowText, role.Text, role.ButtonText, role.HighlightedText, role.ToolTipText),
        "muted": (role.PlaceholderText, role.Dark),
        "accent": (role.Accent, role.Link, role.LinkVisited),
        "selection": (role.Highlight,),
        "stuck": (role.BrightText,),
    }
    palette = QPalette()
    for name, keys in colours.items():
        for key in keys:
            palette.setColor(key, QColor(theme.colours[name]))
    for key in (role.Text, role.WindowText, role.ButtonText, role.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, key, QColor(theme.colours["disabled"]))
    return palette


_STYLE = """
QToolTip {{ color: {text}; background: {surface}; border: 1px solid {border}; padding: 4px; }}
QFrame#card, QFrame#panel {{ background: {surface}; border: 1px solid {border}; border-radius: 6px; }}
QFrame#panel {{ border-left: 4px solid {accent}; }}
QScrollArea, QScrollArea > QWidget > QWidget#cardBody {{ background: transparent; border: none; }}
QListWidget#navigation {{
    background: {surface}; border: none; border-right: 1px solid {border}; padding: 8px 0px; outline: none;
}}
QListWidget#navigation::item {{ padding: 11px 14px; margin: 0px 0px 2px 0px; border-left: 4px solid transparent; }}
QListWidget#navigation::item:hover {{ background: {stripe}; }}
QListWidget#navigation::item:selected {{
    border-left: 4px solid {accent}; background: {selection}; color: {text};
}}
QListWidget#navigation:focus {{ border: 2px solid {accent}; padding: 6px 0px 6px 0px; }}
QLineEdit#search {{
    padding: 8px 12px; border: 1px solid {border}; border-radius: 6px; background: {surface};
}}
QLineEdit#search:focus {{ border: 2px solid {accent}; padding: 7px 11px; }}
QLineEdit#field {{
    padding: 5px 8px; border: 1px solid {border}; border-radius: 4px; background: {surface};
}}
QLineEdit#field:focus {{ border: 1px solid {accent}; }}
QLineEdit#field:disabled {{ background: {window}; }}
QRadioButton::indicator:unchecked {{
    width: 11px; height: 11px; border: 1px solid {muted}; border-radius: 6px; background: {surface};
}}
QCheckBox::indicator:unchecked {{
    width: 13px; height: 13px; border: 1px solid {muted}; border-radius: 3px; background: {surface};
}}
QTableView {{
    background: {surface}; alternate-background-color: {stripe}; border: 1px solid {border}; border-radius: 4px;
    selection-background-color: {selection}; outline: none; padding: 0 5px;
}}
QTableView:focus {{ border: 1px solid {accent}; }}
QHeaderView {{ background: {surface}; border: none; }}
QHeaderView::section {{
    background: {surface}; color: {text}; border: none; border-bottom: 1px solid {border};
    padding: 7px 4px; font-weight: bold;
}}
QPushButton#secondary, QPushButton#chip {{
    padding: 6px 12px; border: 1px solid {border}; border-radius: 4px; background: {surface};
}}
QPushButton#secondary:hover, QPushButton#chip:hover {{ background: {stripe}; border-color: {muted}; }}
QPushButton#secondary:focus, QPushButton#chip:focus {{ border: 1px solid {accent}; }}
QPushButton#secondary:disabled, QPushButton#chip:disabled {{ color: {disabled}; background: {window}; }}
QPushButton#chip:checked {{ background: {selection}; border-color: {accent}; font-weight: bold; }}
QPushButton#primary {{
    padding: 9px 16px; border: 2px solid {accent}; border-radius: 5px; background: {accent}; color: {on_accent};
    font-weight: bold;
}}
QPushButton#primary:focus {{ border: 2px solid {text}; }}
QPushButton#primary:disabled {{ background: {window}; border: 2px solid {border}; color: {disabled}; }}
QFrame#message[tone="good"] {{ background: {good_surface}; border-left: 4px solid {running}; }}
QFrame#message[tone="bad"] {{ background: {bad_surface}; border-left: 4px solid {stuck}; }}
QFrame#message[tone="plain"] {{ background: {surface}; border-left: 4px solid {accent}; }}
QFrame#confirm {{ background: {warn_surface}; border: 1px solid {overdue}; border-radius: 5px; }}
QFrame#band {{ background: {bad_surface}; border: 1px solid {stuck}; border-radius: 4px; }}
QFrame#stage {{ background: {surface}; border: 1px solid {border}; border-radius: 4px; }}
QStatusBar {{ border-top: 1px solid {border}; }}
QStatusBar::item {{ border: none; }}
"""
