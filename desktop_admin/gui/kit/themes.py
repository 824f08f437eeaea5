"""The two looks of the program: quiet surfaces, one accent, statuses in glyph, word and colour.

``QStyleHints.setColorScheme`` does nothing on some platforms, so both palettes are our own.
"""

from __future__ import annotations

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


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of one look, as ``#rrggbb``."""

    name: str
    window: str
    surface: str
    stripe: str
    border: str
    text: str
    muted: str
    accent: str
    on_accent: str
    selection: str
    disabled: str
    running: str
    overdue: str
    stuck: str
    good_surface: str
    warn_surface: str
    bad_surface: str

    def colour(self, tone: Tone) -> str:
        """The colour of a tone."""
        colours = {Tone.PLAIN: self.text, Tone.MUTED: self.muted, Tone.ACCENT: self.accent}
        return colours.get(tone) or str(getattr(self, tone.value))

    def brushes(self) -> dict[Tone, QBrush]:
        """A brush for each tone, for the item models."""
        return {tone: QBrush(QColor(self.colour(tone))) for tone in Tone}


LIGHT = Theme(
    name="light",
    window="#f3f4f7",
    surface="#ffffff",
    stripe="#f7f8fa",
    border="#d3d8de",
    text="#1b1f24",
    muted="#5b6570",
    accent="#0b5cad",
    on_accent="#ffffff",
    selection="#d9e8f8",
    disabled="#939ba5",
    running="#00664d",
    overdue="#8a5300",
    stuck="#b3340a",
    good_surface="#e5f3ee",
    warn_surface="#fdf1dc",
    bad_surface="#fbe9e3",
)

DARK = Theme(
    name="dark",
    window="#1a1d21",
    surface="#22262b",
    stripe="#272b31",
    border="#3d444d",
    text="#e8eaed",
    muted="#9aa4ad",
    accent="#6fb1f5",
    on_accent="#0d1b2a",
    selection="#27415e",
    disabled="#6d7680",
    running="#5cc8a1",
    overdue="#f2b035",
    stuck="#ff8a5c",
    good_surface="#1d3129",
    warn_surface="#39301b",
    bad_surface="#3d261d",
)

THEMES = {theme.name: theme for theme in (LIGHT, DARK)}


def current() -> Theme:
    """The look in use, told by the application's palette."""
    return DARK if QGuiApplication.palette().color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


def system_theme() -> Theme:
    """The look that the desktop asks for, light where it does not say."""
    return DARK if QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark else LIGHT


def apply(app: QApplication, *, choice: str) -> None:
    """Give the whole application a look.

    Args:
        app: the application.
        choice: ``light``, ``dark`` or ``system``.
    """
    theme = THEMES.get(choice) or system_theme()
    app.setPalette(_palette(theme))
    app.setStyleSheet(_style(theme))


def _palette(theme: Theme) -> QPalette:
    role = QPalette.ColorRole
    colours = {
        role.Window: theme.window,
        role.WindowText: theme.text,
        role.Base: theme.surface,
        role.AlternateBase: theme.stripe,
        role.Text: theme.text,
        role.PlaceholderText: theme.muted,
        role.Button: theme.surface,
        role.ButtonText: theme.text,
        role.BrightText: theme.stuck,
        role.Highlight: theme.selection,
        role.HighlightedText: theme.text,
        role.Accent: theme.accent,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.ToolTipBase: theme.surface,
        role.ToolTipText: theme.text,
        role.Light: theme.surface,
        role.Midlight: theme.stripe,
        role.Mid: theme.border,
        role.Dark: theme.muted,
        role.Shadow: theme.border,
    }
    palette = QPalette()
    for key, colour in colours.items():
        palette.setColor(key, QColor(colour))
    for key in (role.Text, role.WindowText, role.ButtonText, role.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, key, QColor(theme.disabled))
    return palette


def _style(theme: Theme) -> str:
    return _STYLE.format(**{name: getattr(theme, name) for name in Theme.__slots__})


_STYLE = """
QToolTip {{ color: {text}; background: {surface}; border: 1px solid {border}; padding: 4px; }}
QFrame#card, QFrame#panel {{ background: {surface}; border: 1px solid {border}; border-radius: 6px; }}
QFrame#panel {{ border-left: 4px solid {accent}; }}
QScrollArea, QScrollArea > QWidget > QWidget#cardBody {{ background: transparent; border: none; }}
QFrame#navigation {{ background: {surface}; border: none; border-right: 1px solid {border}; }}
QFrame#navigation QPushButton {{
    text-align: left; padding: 11px 14px; border: none; border-left: 4px solid transparent; background: transparent;
}}
QFrame#navigation QPushButton:hover {{ background: {stripe}; }}
QFrame#navigation QPushButton:checked {{
    border-left: 4px solid {accent}; background: {selection}; color: {text}; font-weight: bold;
}}
QFrame#navigation QPushButton:focus {{
    border: 2px solid {accent}; border-left: 4px solid {accent}; padding: 9px 12px 9px 14px;
}}
QLineEdit#search {{
    padding: 8px 12px; border: 1px solid {border}; border-radius: 6px; background: {surface};
}}
QLineEdit#search:focus {{ border: 2px solid {accent}; padding: 7px 11px; }}
QLineEdit#field {{
    padding: 5px 8px; border: 1px solid {border}; border-radius: 4px; background: {surface};
}}
QLineEdit#field:focus {{ border: 1px solid {accent}; }}
QLineEdit#field:disabled {{ background: {window}; }}
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
    padding: 11px 16px; border: 2px solid {accent}; border-radius: 5px; background: {accent}; color: {on_accent};
    font-weight: bold;
}}
QPushButton#primary:focus {{ border: 2px solid {text}; }}
QPushButton#primary:disabled {{ background: {window}; border: 1px solid {border}; color: {disabled}; }}
QFrame#message[tone="good"] {{ background: {good_surface}; border-left: 4px solid {running}; }}
QFrame#message[tone="bad"] {{ background: {bad_surface}; border-left: 4px solid {stuck}; }}
QFrame#message[tone="plain"] {{ background: {surface}; border-left: 4px solid {accent}; }}
QFrame#confirm {{ background: {warn_surface}; border: 1px solid {overdue}; border-radius: 5px; }}
QFrame#band {{ background: {bad_surface}; border: 1px solid {stuck}; border-radius: 4px; }}
QFrame#stage {{ background: {surface}; border: 1px solid {border}; border-radius: 4px; }}
QStatusBar {{ border-top: 1px solid {border}; }}
QStatusBar::item {{ border: none; }}
"""
