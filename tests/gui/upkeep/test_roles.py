"""The dialog of the roles at the desk."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from desktop_admin.controllers.values.lines import Actor
from desktop_admin.gui.upkeep.roles_dialog import RolesDialog
from desktop_admin.gui.window.main_window import MainWindow
from desktop_admin.rules import Role
from tests.gui.driving import ask, click, open_dialog, settle, sign_in, tell

ROLE = "SELECT r.role FROM desktop_admin_role r JOIN accounts_user u ON u.id = r.user_id WHERE username = ?"


def opened(qtbot: QtBot, window: MainWindow) -> RolesDialog:
    window.commands.upkeep.roles.trigger()
    dialog = open_dialog(qtbot, RolesDialog)
    settle(qtbot, window)
    return dialog


def row(dialog: RolesDialog, username: str) -> list[str]:
    """What the list shows of an account, whose row is selected by that."""
    rows = dialog.table.rows
    number = next(one for one in range(rows.rowCount()) if rows.index(one, 0).data() == username)
    dialog.table.selectRow(number)
    return [rows.index(number, column).data() for column in range(rows.columnCount())]


def give(qtbot: QtBot, window: MainWindow, dialog: RolesDialog, role: Role | None) -> str:
    """Choose a role for the selected account and press the button; gives back what it said."""
    dialog.choice.setCurrentIndex(0 if role is None else 1 + list(Role).index(role))
    text = dialog.deed.text()
    click(qtbot, dialog.deed)
    settle(qtbot, window)
    return text


def test_a_supervisor_gives_and_takes_roles_but_not_the_last_supervisors(
    qtbot: QtBot, door: MainWindow, real_file: Path
) -> None:
    tell(real_file, "UPDATE accounts_user SET username = 'in&v' WHERE username = 'inv'")
    sign_in(qtbot, door, "admin", "admin")
    dialog = opened(qtbot, door)
    assert row(dialog, "in&v")[2:6] == ["invigilator", "invigilator", "–", "–"]
    assert (dialog.choice.currentText(), dialog.deed.isEnabled()) == ("as in the portal: invigilator", False)
    assert give(qtbot, door, dialog, Role.STAFF) == "Give in&&v the role “staff”"
    assert (dialog.note.text(), ask(real_file, ROLE, "in&v")) == ("✓ in&v: invigilator → staff.", "staff")
    assert row(dialog, "in&v")[2:5] == ["staff", "invigilator", "admin"]
    # Past the program nobody has given it.
    tell(real_file, "UPDATE desktop_admin_role SET role = 'supervisor'")
    dialog.look()
    settle(qtbot, door)
    assert row(dialog, "in&v")[2:6] == ["supervisor", "invigilator", "–", "–"]
    assert give(qtbot, door, dialog, None) == "Give in&&v the role of the portal again"
    assert row(dialog, "in&v")[2:6] == ["invigilator", "invigilator", "–", "–"]
    row(dialog, "admin")
    assert "your own account" in dialog.note.text()
    give(qtbot, door, dialog, Role.STAFF)
    assert "admin is the only supervisor" in dialog.note.text()
    assert row(dialog, "admin")[2] == "supervisor"
    assert ask(real_file, "SELECT count(*) FROM desktop_admin_operation WHERE operation = 'set-role'") == 2
    dialog.reject()


def test_who_is_no_supervisor_sees_no_roles_and_is_told_why(qtbot: QtBot, window: MainWindow) -> None:
    window.entrance.actor = Actor(name="inv", role=Role.INVIGILATOR)
    dialog = opened(qtbot, window)
    assert "Ask a supervisor" in dialog.note.text()
    assert (dialog.table.rows.rowCount(), dialog.choice.isEnabled(), dialog.deed.isEnabled()) == (0, False, False)
    dialog.reject()


def test_a_database_without_staff_accounts_says_so(qtbot: QtBot, window: MainWindow, portal_file: Path) -> None:
    tell(portal_file, "UPDATE accounts_user SET is_staff = 0, is_superuser = 0, role = 'CANDIDATE'")
    dialog = opened(qtbot, window)
    assert (dialog.table.rows.rowCount(), dialog.deed.isEnabled()) == (0, False)
    assert dialog.note.text() == "This database has no staff account to which a role could be given."
    dialog.reject()
