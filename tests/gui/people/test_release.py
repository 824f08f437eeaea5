"""A release: another person's password, a supervisor's, typed at the invigilator's desk for one operation."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_admin.controllers.operations import rights
from desktop_admin.controllers.operations.clear import CLEAR
from desktop_admin.controllers.operations.reopen import REOPEN
from desktop_admin.controllers.operations.slots import RESET
from desktop_admin.controllers.values.lines import Actor, PaperChoice
from desktop_admin.gui.changing.consent_dialog import ConsentDialog
from desktop_admin.gui.changing.impact_dialog import ImpactDialog
from desktop_admin.gui.changing.release_dialog import ReleaseDialog
from desktop_admin.gui.changing.second_person_dialog import SecondPersonDialog
from desktop_admin.gui.kit.widgets import ToneLabel
from desktop_admin.gui.people.sign_in_dialog import SignInDialog
from desktop_admin.gui.window.main_window import MainWindow
from desktop_admin.rules import Paper
from tests.gui import keyboard
from tests.gui.driving import WAIT_MS, ask, find, has_slot, look, open_dialog, press, sessions_of, settle, sign_in, tell
from tests.newer_program import newer_program

MANY = 25
NAMES = "SELECT person || '/' || coalesce(released_by, '') FROM desktop_admin_operation ORDER BY seq DESC"
WITH_SLOT = (
    "SELECT group_concat(army_no, ' ') FROM (SELECT army_no FROM registration_candidateprofile"
    " WHERE has_exam_slot AND slot_attempting_at IS NULL ORDER BY army_no LIMIT ?)"
)


@pytest.fixture
def hall(qtbot: QtBot, empty_window: MainWindow, hall_file: Path) -> MainWindow:
    """An invigilator at the window, with 25 candidates selected who have a slot and have not started."""
    empty_window.open_database(str(hall_file))
    sign_in(qtbot, empty_window, "inv", "inv")
    empty_window.link._timer.stop()
    empty_window.desk.paste(ask(hall_file, WITH_SLOT, MANY))
    settle(qtbot, empty_window)
    look(qtbot, empty_window)
    return empty_window


def give(qtbot: QtBot, dialog: ReleaseDialog, username: str, password: str) -> None:
    """Type user name and password, and press the deed's button."""
    assert dialog.supervisor is not None
    dialog.supervisor.user.setText(username)
    dialog.supervisor.password.setText(password)
    dialog.accept()


def refused(qtbot: QtBot, dialog: ReleaseDialog, username: str, password: str) -> str:
    """What the dialog says of a user name and password that are no release."""
    give(qtbot, dialog, username, password)
    assert dialog.supervisor is not None
    fields = dialog.supervisor
    qtbot.waitUntil(lambda: fields.verdict.startswith("▲"), timeout=WAIT_MS)
    return fields.verdict


def cleared(qtbot: QtBot, door: MainWindow, army_no: str) -> None:
    """Sign in as the invigilator, clear the candidate's session, and choose it in the history."""
    sign_in(qtbot, door, "inv", "inv")
    find(qtbot, door, army_no)
    door.desk.candidate_actions.actions_by_operation[CLEAR].trigger()
    settle(qtbot, door)
    door.show_pane(5)
    settle(qtbot, door)
    door.history.cleared.selectRow(0)


def test_many_candidates_are_reset_once_a_supervisor_gave_his_password(
    qtbot: QtBot, hall: MainWindow, hall_file: Path
) -> None:
    reset = hall.desk.candidate_actions.actions_by_operation[RESET]
    assert reset.isEnabled()
    assert "A supervisor's password is needed" in reset.statusTip()
    hall.commands.reason_asked.emit(2)
    press(qtbot, hall, Qt.Key.Key_F9)
    dialog = open_dialog(qtbot, ImpactDialog)
    assert dialog.supervisor is not None
    assert "Reason in the log: Wrong set" in [one.text() for one in dialog.findChildren(ToneLabel)]
    give(qtbot, dialog, "chief", "chief")
    assert dialog.typed is not None
    assert not hall.carrying_out.busy, "the count is not typed"
    qtbot.waitUntil(dialog.typed.hasFocus, timeout=WAIT_MS)
    for line in (dialog.typed, dialog.supervisor.user, dialog.supervisor.password):
        line.clear()
    for line, text in ((dialog.typed, str(MANY)), (dialog.supervisor.user, "chief"), (dialog.supervisor.password, "")):
        assert line.hasFocus(), "Enter goes on to the next line"
        keyboard.write(f"{text}\r", gap=0)
    assert dialog.isVisible()
    assert dialog.supervisor.verdict == "▲ Still to be filled in: Password."
    dialog.typed.clear()
    dialog.typed.setText(str(MANY))
    assert "The user name or the password is wrong" in refused(qtbot, dialog, "chief", "wrong")
    give(qtbot, dialog, "chief", "chief")
    settle(qtbot, hall)
    assert ask(hall_file, NAMES) == "Inv Rao/Chief Rao"
    assert hall.messages.text.startswith(f"✓ Slot reset: {MANY} candidates.")
    assert "Released by Chief Rao." in hall.messages.text
    copy = Path(hall.messages.text.partition("A safety copy was made before: ")[2])
    assert copy.is_file()
    # What one person used last is no other's default.
    hall.entrance.sign_out()
    sign_in(qtbot, hall, "chief", "chief")
    assert hall.desk.candidate_actions.reason_box.reason is None


def test_a_release_is_asked_for_again_when_the_plan_has_changed(
    qtbot: QtBot, hall: MainWindow, hall_file: Path
) -> None:
    press(qtbot, hall, Qt.Key.Key_F9)
    dialog = open_dialog(qtbot, ImpactDialog)
    tell(
        hall_file,
        "INSERT INTO questions_examsession"
        " (user_id, trade_id, paper_id, exam_type, started_at, duration, total_questions)"
        " SELECT ?, trade_id, paper_id, exam_type, started_at, duration, total_questions FROM questions_examsession"
        " WHERE completed_at IS NULL LIMIT 1",
        hall.desk.user_ids[0],
    )
    assert dialog.typed is not None
    dialog.typed.setText(str(MANY))
    give(qtbot, dialog, "chief", "chief")
    settle(qtbot, hall)
    assert "Something changed since the plan was shown" in hall.messages.text
    look(qtbot, hall)
    hall.desk.candidate_actions.actions_by_operation[RESET].trigger()
    again = open_dialog(qtbot, ImpactDialog)
    assert again.supervisor is not None
    assert (again.supervisor.user.text(), again.supervisor.password.text()) == ("", "")
    again.reject()
    assert ask(hall_file, "SELECT count(*) FROM desktop_admin_operation") == 0


def test_one_session_is_restored_with_a_release_but_not_with_ones_own_password(
    qtbot: QtBot, door: MainWindow, real_file: Path
) -> None:
    cleared(qtbot, door, "T-FINE")
    assert "A supervisor's password is needed" in door.history.restore.statusTip()
    assert not door.history.override.isEnabled()
    assert "whatever is released" in door.history.override.toolTip()
    door.history.restore.trigger()
    dialog = open_dialog(qtbot, ImpactDialog)
    assert dialog.typed is None
    assert dialog.supervisor is not None
    QTest.keyClick(dialog.supervisor.user, Qt.Key.Key_Return)
    assert dialog.isVisible(), "Enter is no answer before everything is typed"
    assert "a release is the password of another person" in refused(qtbot, dialog, "inv", "inv")
    give(qtbot, dialog, "admin", "admin")
    settle(qtbot, door)
    assert sessions_of(real_file, "T-FINE") == 1
    assert ask(real_file, NAMES) == "Inv Rao/admin"


def test_all_stuck_sessions_are_cleared_with_a_release_where_they_are_of_too_many(
    qtbot: QtBot, door: MainWindow, real_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rights, "FEW_CANDIDATES", 1)
    sign_in(qtbot, door, "inv", "inv")
    door.show_pane(2)
    settle(qtbot, door)
    assert "A supervisor's password is needed" in door.sessions.clear_all.statusTip()
    door.sessions.clear_all.trigger()
    give(qtbot, open_dialog(qtbot, ImpactDialog), "admin", "admin")
    settle(qtbot, door)
    assert ask(real_file, NAMES) == "Inv Rao/admin"
    assert door.frame.navigation.badge(1) == ""


def test_what_no_release_can_do_stays_off_and_says_so(qtbot: QtBot, door: MainWindow) -> None:
    sign_in(qtbot, door, "inv", "inv")
    find(qtbot, door, "T-DONE")
    reopen = door.desk.candidate_actions.paper_actions[REOPEN, Paper.PRIMARY]
    assert (reopen.isVisible(), reopen.isEnabled()) == (True, False)
    assert reopen.statusTip() == "The role invigilator may not do this (Reopen paper). Ask a supervisor."
    assert not door.sets.panel.apply.isEnabled()
    assert "(Change papers). Ask a supervisor" in door.sets.panel.apply.toolTip()


@pytest.mark.parametrize("leave", ["lock", "sign_out", "reject"])
def test_a_release_that_comes_too_late_does_nothing(
    qtbot: QtBot, door: MainWindow, real_file: Path, leave: str
) -> None:
    cleared(qtbot, door, "T-FINE")
    door.history.restore.trigger()
    dialog = open_dialog(qtbot, ImpactDialog)
    give(qtbot, dialog, "admin", "admin")
    # The password is being checked.
    {"lock": door.entrance.lock, "sign_out": door.entrance.sign_out, "reject": dialog.reject}[leave]()
    dialog.release(Actor(name="whoever released it"))
    assert not door.carrying_out.busy
    settle(qtbot, door)
    assert sessions_of(real_file, "T-FINE") == 0
    assert not door.carrying_out.busy
    if leave == "reject":
        return
    assert isinstance(QApplication.activeModalWidget(), SignInDialog)
    sign_in(qtbot, door, "admin", "admin")
    assert QApplication.activeModalWidget() is None
    assert sessions_of(real_file, "T-FINE") == 0


def test_no_password_stays_in_a_dialog_that_was_left(qtbot: QtBot, door: MainWindow) -> None:
    cleared(qtbot, door, "T-FINE")
    door.history.restore.trigger()
    dialog = open_dialog(qtbot, ImpactDialog)
    assert dialog.supervisor is not None
    password = dialog.supervisor.password
    password.setText("admin")
    texts: list[str] = []
    dialog.finished.connect(partial(lambda _result: texts.append(password.text())))
    door.entrance.lock()
    assert texts == [""]


def test_the_first_change_by_anyone_else_needs_a_supervisors_consent(
    qtbot: QtBot, empty_window: MainWindow, real_file: Path
) -> None:
    own = "FROM sqlite_master WHERE type = 'table' AND name LIKE 'desktop_admin_%'"
    for name in ask(real_file, f"SELECT group_concat(name) {own}").split(","):
        tell(real_file, f"DROP TABLE {name}")
    empty_window.open_database(str(real_file))
    sign_in(qtbot, empty_window, "inv", "inv")
    find(qtbot, empty_window, "T-NONE")
    press(qtbot, empty_window, Qt.Key.Key_F8)
    dialog = open_dialog(qtbot, ConsentDialog)
    assert "another person" in refused(qtbot, dialog, "inv", "inv")
    assert ask(real_file, f"SELECT count(*) {own}") == 0
    give(qtbot, dialog, "admin", "admin")
    qtbot.waitUntil(lambda: not empty_window.carrying_out.busy, timeout=WAIT_MS)
    assert has_slot(real_file, "T-NONE")
    # The consent was for the tables; the operation is what the person may do alone.
    assert ask(real_file, NAMES) == "Inv Rao/"


def test_tables_of_an_older_version_are_updated_where_a_supervisor_agrees(
    qtbot: QtBot, empty_window: MainWindow, real_file: Path
) -> None:
    with newer_program():
        empty_window.open_database(str(real_file))
        sign_in(qtbot, empty_window, "inv", "inv")
        find(qtbot, empty_window, "T-NONE")
        press(qtbot, empty_window, Qt.Key.Key_F8)
        give(qtbot, open_dialog(qtbot, ConsentDialog), "admin", "admin")
        qtbot.waitUntil(lambda: not empty_window.carrying_out.busy, timeout=WAIT_MS)
        assert has_slot(real_file, "T-NONE")
        by = "SELECT person || '/' || released_by FROM desktop_admin_operation WHERE operation = 'prepare'"
        assert ask(real_file, by) == "Inv Rao/admin"


def test_a_set_is_switched_and_switched_back_by_two(qtbot: QtBot, door: MainWindow, real_file: Path) -> None:
    tell(real_file, "UPDATE accounts_user SET role = 'OIC_ADMIN' WHERE username = 'staff'")
    sign_in(qtbot, door, "staff", "staff")
    tell(real_file, "INSERT INTO desktop_admin_setting VALUES ('two-persons', '1')")
    door.show_pane(3)
    settle(qtbot, door)
    trade = ask(real_file, "SELECT id FROM reference_trade WHERE code = 'TTC'")
    door.sets.propose(PaperChoice(trade, Paper.PRIMARY, "C"))
    settle(qtbot, door)
    # One session is spared, which the second person releases with the rest.
    table = door.sets.panel.table
    table.selectRow(next(n for n in range(3) if table.rows.source(n).session.army_no == "T-FINE"))
    door.sets.panel.sparing.selected.click()
    settle(qtbot, door)
    door.sets.panel.typed.setText(door.sets.panel.expected)
    door.sets.panel.apply.click()
    dialog = open_dialog(qtbot, SecondPersonDialog)
    assert not door.carrying_out.busy
    assert "another person" in refused(qtbot, dialog, "staff", "staff")
    spared = "SELECT count(*) FROM desktop_admin_accepted_session"
    assert ask(real_file, spared) == 0
    give(qtbot, dialog, "admin", "admin")
    settle(qtbot, door)
    assert ask(real_file, NAMES) == "Staff Rao/admin"
    assert (ask(real_file, spared), sessions_of(real_file, "T-FINE")) == (1, 1)
    assert "Released by admin." in door.messages.text
    door.messages.undo.trigger()
    undo = open_dialog(qtbot, ImpactDialog)
    assert any("rule of two persons" in one.text() for one in undo.findChildren(ToneLabel))
    if undo.typed is not None:
        undo.typed.setText(undo._count)
    give(qtbot, undo, "admin", "admin")
    settle(qtbot, door)
    assert ask(real_file, "SELECT operation || ' ' || released_by FROM desktop_admin_operation ORDER BY seq DESC") == (
        "undo admin"
    )
