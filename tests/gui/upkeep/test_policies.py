"""The dialog with the rules of the centre."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_admin.controllers.values.lines import Actor
from desktop_admin.gui.kit.widgets import ToneLabel
from desktop_admin.gui.upkeep.policies_dialog import PoliciesDialog
from desktop_admin.gui.window.main_window import MainWindow
from desktop_admin.rules import Role
from tests.gui.driving import WAIT_MS, ask, button, click, open_dialog, settle, tell

VALUE = "SELECT value FROM desktop_admin_setting WHERE name = ?"


def opened(qtbot: QtBot, window: MainWindow) -> PoliciesDialog:
    window.commands.upkeep.policies.trigger()
    dialog = open_dialog(qtbot, PoliciesDialog)
    settle(qtbot, window)
    return dialog


def test_what_was_changed_is_set_and_stands_in_the_history(qtbot: QtBot, window: MainWindow, portal_file: Path) -> None:
    dialog = opened(qtbot, window)
    assert {name: box.value() for name, box in dialog.boxes.items()} == {
        "idle-lock": 15,
        "supervisor-lock": 5,
        "restore-age": 24,
    }
    deed = button(dialog, "Set the rules")
    assert not deed.isEnabled()
    dialog.boxes["restore-age"].setValue(48)
    click(qtbot, deed)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None, timeout=WAIT_MS)
    assert ask(portal_file, VALUE, "restore-age") == "48"
    assert ask(portal_file, "SELECT count(*) FROM desktop_admin_operation WHERE operation = 'set-policy'") == 1
    window.show_pane(4)
    settle(qtbot, window)
    assert window.history.table.rows.index(0, 4).data() == "Set rule"
    heading = [one.text() for one in window.history.findChildren(ToneLabel) if "row 1 of the log" in one.text()]
    assert [text.split(" · ")[1] for text in heading] == ["restore-age: 24 → 48 hours"]
    dialog = opened(qtbot, window)
    assert dialog.boxes["restore-age"].value() == 48
    dialog.reject()


def test_a_unit_is_counted_as_its_number_is(qtbot: QtBot, window: MainWindow) -> None:
    dialog = opened(qtbot, window)
    box = dialog.boxes["idle-lock"]
    assert (box.value(), box.text()) == (15, "15 minutes")
    box.setValue(1)
    assert box.text() == "1 minute"
    dialog.reject()


def test_a_rule_that_is_damaged_is_told_and_set_again_as_it_is(
    qtbot: QtBot, window: MainWindow, portal_file: Path
) -> None:
    tell(portal_file, "INSERT INTO desktop_admin_setting VALUES ('idle-lock', 'soon')")
    dialog = opened(qtbot, window)
    assert "soon" in dialog.note.text()
    click(qtbot, button(dialog, "Set the rules"))
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None, timeout=WAIT_MS)
    assert ask(portal_file, VALUE, "idle-lock") == "15"


@pytest.mark.parametrize("role", [Role.STAFF, Role.INVIGILATOR])
def test_who_is_no_supervisor_looks_and_is_told_so(qtbot: QtBot, window: MainWindow, role: Role) -> None:
    window.entrance.actor = Actor(name="inv", role=role)
    dialog = opened(qtbot, window)
    assert "Ask a supervisor" in dialog.note.text()
    assert not any(box.isEnabled() for box in dialog.boxes.values())
    dialog.boxes["idle-lock"].setValue(30)
    assert not button(dialog, "Set the rules").isEnabled()
    dialog.reject()
