"""The help: what each kind of finding means and how it is cured, and the keys that the window has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QAction, QKeySequence, QShowEvent
from PySide6.QtWidgets import QFrame, QMenu, QWidget

from desktop_admin.controllers.operations.kind import Kind
from desktop_admin.controllers.values.sessions import FindingKind
from desktop_admin.gui.core.sentences import NOT_STARTED, OVERDUE, STUCK
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import finding_cure, finding_glyph, finding_meaning, finding_name, operation_name
from desktop_admin.gui.kit.actions import without_access_key
from desktop_admin.gui.kit.dialogs import Dialog, KeyGroup
from desktop_admin.gui.kit.parts import fill, in_column
from desktop_admin.gui.kit.widgets import ToneLabel
from desktop_admin.messages import phrase

_TONES = {STUCK: Tone.STUCK, OVERDUE: Tone.OVERDUE, NOT_STARTED: Tone.MUTED}


class FindingsDialog(Dialog):
    """Every kind of finding, one below the other; the one that is asked for stands in a frame, and is seen first.

    Attributes:
        parts: what is said of each kind.
    """

    def __init__(self, chosen: FindingKind | None, *, parent: QWidget | None) -> None:
        super().__init__(title=phrase("help.findings"), parent=parent)
        self._chosen = chosen
        self.parts = {kind: _part(kind, chosen=kind is chosen) for kind in FindingKind}
        about = ToneLabel(phrase("help.about_findings"), tone=Tone.MUTED)
        self.column.setSpacing(4)
        fill(self.column, about, *self.parts.values())
        self.add_close()
        self.fit(characters=96, lines=26)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Only once it is laid out is known where it stands.
        QTimer.singleShot(0, self._show_chosen)

    @Slot()
    def _show_chosen(self) -> None:
        if self._chosen is not None:
            self.contents.ensureWidgetVisible(self.parts[self._chosen], 0, 12)


def _part(kind: FindingKind, *, chosen: bool) -> QFrame:
    glyph = finding_glyph(kind)
    frame = QFrame()
    # The frame of the chosen one is that of what is looked at in every pane.
    frame.setObjectName("panel" if chosen else "")
    name = ToneLabel(f"{glyph} {finding_name(kind)}", tone=_TONES[glyph], bold=True)
    texts = (name, ToneLabel(finding_meaning(kind)), ToneLabel(f"→ {finding_cure(kind)}"))
    in_column(*texts, inside=frame, margins=(12, 6, 12, 8), spacing=2)
    return frame


def key_groups(menus: Sequence[QMenu], *, window: QWidget) -> list[KeyGroup]:
    """The keys of every menu, and below them those that stand in none."""
    groups: list[KeyGroup] = []
    seen: set[QAction] = set()
    for menu in menus:
        actions = list(_with_keys(menu))
        seen.update(actions)
        groups.append((without_access_key(menu.title()), [_line(action) for action in actions]))
    others = [action for action in window.findChildren(QAction) if action.shortcuts() and action not in seen]
    elsewhere = [
        (phrase("kit.keys.scan"), phrase("kit.keys.scan_does")),
        ("Esc", phrase("kit.keys.search")),
        (_native("Ctrl+V"), phrase("kit.keys.paste")),
        *dict.fromkeys(_line(action) for action in others),
    ]
    return [*groups, (phrase("kit.keys.elsewhere"), elsewhere)]


def _with_keys(menu: QMenu) -> Iterator[QAction]:
    for action in menu.actions():
        inner = action.menu()
        if isinstance(inner, QMenu):
            yield from _with_keys(inner)
        elif action.shortcuts():
            yield action


def _line(action: QAction) -> tuple[str, str]:
    """The keys of an action, and what it does; of an operation its name, whatever it would do at the moment."""
    keys = ", ".join(_native(key) for key in action.shortcuts())
    of = action.data()
    return keys, operation_name(of.name) if isinstance(of, Kind) else without_access_key(action.text())


def _native(key: QKeySequence | str) -> str:
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
