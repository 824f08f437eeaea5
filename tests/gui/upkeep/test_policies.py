"""The dialog with the rules of the centre."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_admin.controllers.values.lines import Actor
from desktop_admin.gui.changing.second_person_dialog import SecondPersonDialog
from desktop_admin.gui.kit.widgets import ToneLabel
from desktop_admin.gui.upkeep.policies_dialog import PoliciesDialog
from desktop_admin.gui.window.main_window import MainWindow
from desktop_admin.rules import Role
from tests.gui.driving import WAIT_MS, ask, button, click, open_dialog, settle, sign_in, tell
from tests.gui.people.test_release import NAMES, give, refused

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
    window.show_pane(5)
    settle(qtbot, window)
    assert window.history.table.rows.index(0, 4).data() == "Set rule"
    heading = [one.text() for one in window.history.findChildren(ToneLabel) if "row 1 of the log" in one.text()]
    assert [text.split(" · ")[1] for text in heading] == ["restore-age: 24 → 48 hours"]
    dialog = opened(qtbot, window)
    assert dialog.boxes["restore-age"].value() == 48
    dialog.reject()


def test_two_persons_turn_their_rule_on_and_off(qtbot: QtBot, door: MainWindow, real_file: Path) -> None:
    tell(real_file, "UPDATE accounts_user SET role = 'OIC_ADMIN' WHERE username = 'staff'")
    sign_in(qtbot, door, "staff", "staff")
    dialog = opened(qtbot, door)
    switch = dialog.switches["two-persons"]
    assert not switch.isChecked()
    switch.setChecked(True)
    click(qtbot, button(dialog, "Set the rules"))
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None, timeout=WAIT_MS)
    assert ask(real_file, VALUE, "two-persons") == "1"
    dialog = opened(qtbot, door)
    dialog.switches["two-persons"].setChecked(False)
    click(qtbot, button(dialog, "Set the rules"))
    asked = open_dialog(qtbot, SecondPersonDialog)
    assert "another person" in refused(qtbot, asked, "staff", "staff")
    assert "another person" in refused(qtbot, asked, "inv", "inv")
    assert ask(real_file, VALUE, "two-persons") == "1"
    give(qtbot, asked, "admin", "admin")
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None, timeout=WAIT_MS)
    assert ask(real_file, VALUE, "two-persons") == "0"
    assert ask(real_file, NAMES).startswith("Staff Rao/admin")


def test_what_an_incident_may_be_is_typed_in_the_language_spoken(
    qtbot: QtBot, window: MainWindow, portal_file: Path
) -> None:
    dialog = opened(qtbot, window)
    assert dialog.categories is not None
    assert dialog.categories.text().startswith("Power, Computer, Network")
    deed = button(dialog, "Set the rules")
    dialog.categories.setText("power ,Fire alarm")
    assert deed.isEnabled()
    dialog.categories.setText("Power, Computer, Network, Paper, Conduct, Health, Identity, Other")
    assert not deed.isEnabled(), "as before"
    dialog.categories.setText("Fire, fire")
    click(qtbot, deed)
    qtbot.waitUntil(lambda: "different words" in dialog.note.text(), timeout=WAIT_MS)
    dialog.categories.setText("Power, Fire alarm")
    click(qtbot, deed)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None, timeout=WAIT_MS)
    assert ask(portal_file, VALUE, "incident-categories") == "power, Fire alarm"


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
