"""The help: no kind of finding and no key is missing; and the letters that lead through the menus."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel, QMenu
from pytestqt.qtbot import QtBot

from desktop_admin import language
from desktop_admin.controllers.values.sessions import FindingKind
from desktop_admin.gui.core.sentences import STUCK
from desktop_admin.gui.core.words import finding_name
from desktop_admin.gui.kit.actions import without_access_key
from desktop_admin.gui.kit.dialogs import KeySheet
from desktop_admin.gui.menus.help import FindingsDialog
from desktop_admin.gui.window.main_window import MainWindow
from desktop_admin.language import LANGUAGES, Language
from tests.catalogues import speaking
from tests.gui.driving import WAIT_MS, find, open_dialog, press, settle

SHIFT = Qt.KeyboardModifier.ShiftModifier
in_each_language = pytest.mark.parametrize("spoken", LANGUAGES, indirect=True)


@pytest.fixture
def spoken(request: pytest.FixtureRequest) -> Iterator[Language]:
    """The language that is spoken from before the window is made."""
    with speaking(request.param):
        yield request.param


def inner(menu: QMenu) -> Iterator[QMenu]:
    """A menu and those in it."""
    yield menu
    for action in menu.actions():
        sub = action.menu()
        if isinstance(sub, QMenu):
            yield from inner(sub)


def letter(text: str) -> str:
    """The letter that is underlined, or nothing."""
    found = re.search("&([^&])", text.replace("&&", ""))
    return found[1].upper() if found else ""


@in_each_language
def test_every_key_stands_on_the_sheet_and_no_letter_leads_to_two_entries(
    qtbot: QtBot, spoken: Language, empty_window: MainWindow
) -> None:
    menus = empty_window.menuBar().findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly)
    assert [letter(menu.title()) for menu in menus] == ["F", "E", "C", "V", "H"]
    for menu in (one for top in menus for one in inner(top)):
        letters = [letter(action.text()) for action in menu.actions()]
        given = [one for one in letters if one]
        assert sorted(given) == sorted(set(given)), [action.text() for action in menu.actions()]
    file = [action for action in menus[0].actions() if not action.isSeparator()]
    assert [action.text() for action in file if not letter(action.text())] == []
    press(qtbot, empty_window, Qt.Key.Key_F1)
    sheet = open_dialog(qtbot, KeySheet)
    shown = {key for label in sheet.findChildren(QLabel) for key in label.text().split(", ")}
    keys = {key for action in empty_window.findChildren(QAction) for key in action.shortcuts()}
    keys |= {shortcut.key() for shortcut in empty_window.findChildren(QShortcut)}
    texts = {key.toString(QKeySequence.SequenceFormat.NativeText) for key in keys}
    assert len(texts) > 25
    assert texts - shown == set()
    assert not any("&" in label.text() for label in sheet.findChildren(QLabel))
    sheet.reject()


@in_each_language
def test_every_kind_of_finding_is_explained(qtbot: QtBot, spoken: Language) -> None:
    dialog = FindingsDialog(None, parent=None)
    qtbot.addWidget(dialog)
    assert list(dialog.parts) == list(FindingKind)
    said = {kind: [label.text() for label in part.findChildren(QLabel)] for kind, part in dialog.parts.items()}
    for kind, (name, meaning, cure) in said.items():
        assert name.endswith(finding_name(kind))
        assert min(len(meaning), len(cure)) > 10
        assert "{" not in meaning + cure
    assert len({meaning for _name, meaning, _cure in said.values()}) == len(FindingKind)
    assert language.used() == spoken


def test_from_a_finding_the_help_begins_with_its_kind(qtbot: QtBot, window: MainWindow) -> None:
    window.show_pane(2)
    settle(qtbot, window)
    rows = [window.sessions.table.rows.source(row) for row in range(window.sessions.table.rows.rowCount())]
    kinds = {one.finding.kind: one.key for one in rows if one.finding is not None}
    last = max(kinds, key=list(FindingKind).index)
    window.sessions.table.select_key(kinds[last])
    assert window.commands.findings in window.sessions.table.actions()
    press(qtbot, window, Qt.Key.Key_F1, SHIFT)
    dialog = open_dialog(qtbot, FindingsDialog)
    part = dialog.parts[last]
    qtbot.waitUntil(
        lambda: not part.visibleRegion().isEmpty() and part.visibleRegion().boundingRect() == part.rect(),
        timeout=WAIT_MS,
    )
    assert [kind for kind, one in dialog.parts.items() if one.objectName()] == [last]
    dialog.reject()
    find(qtbot, window, "T-STUCK")
    window.commands.findings.trigger()
    dialog = open_dialog(qtbot, FindingsDialog)
    chosen = next(one for one in dialog.parts.values() if one.objectName())
    assert chosen.findChildren(QLabel)[0].text().startswith(STUCK)
    dialog.reject()
    window.show_pane(5)
    settle(qtbot, window)
    window.commands.findings.trigger()
    dialog = open_dialog(qtbot, FindingsDialog)
    assert not any(one.objectName() for one in dialog.parts.values())
    dialog.reject()


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("&File", "File"),
        ("Ge&t…", "Get…"),
        ("फ़ाइल (&F)", "फ़ाइल"),
        ("(&O) फ़ाइल खोलें…", "फ़ाइल खोलें…"),
        ("a && b", "a && b"),
        ("&a && b (c)", "a && b (c)"),
        ("", ""),
    ],
)
def test_outside_of_menus_no_letter_is_underlined(text: str, plain: str) -> None:
    assert without_access_key(text) == plain
