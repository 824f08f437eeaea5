"""Signing in at the window: nothing is seen before, roles switch buttons off, and an unused window is locked."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_admin import settings as desk_settings
from desktop_admin.controllers.operations.clear import CLEAR
from desktop_admin.controllers.operations.sign_out import SIGN_OUT
from desktop_admin.controllers.operations.slots import ASSIGN, REASSIGN, RESET
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from desktop_admin.gui.changing.impact_dialog import ImpactDialog
from desktop_admin.gui.kit.widgets import ToneLabel
from desktop_admin.gui.people import sign_in_jobs
from desktop_admin.gui.people.sign_in_dialog import SignInDialog
from desktop_admin.gui.people.sign_in_jobs import Credentials
from desktop_admin.gui.window.main_window import MainWindow
from desktop_admin.rules import Role
from tests import locks, raw
from tests.gui.driving import WAIT_MS, ask, button, click, find, has_slot, open_dialog, press, settle, sign_in

DEED_OF_THE_FIRST = "Create this account and sign in"


@pytest.mark.parametrize("text", ["X" * 10_000, "{x} {0} %1 & “<b>”", "a\0b\u202e\nשלום"])
def test_no_name_breaks_the_dialog(qtbot: QtBot, empty_window: MainWindow, text: str) -> None:
    usual, odd = (
        SignInDialog(database=name, words=empty_window.words, locked=name, parent=empty_window)
        for name in ("portal.sqlite3", text)
    )
    for dialog in (usual, odd):
        dialog.show()
    assert odd.width() == usual.width()
    assert odd.height() <= 2 * usual.height()
    assert text[:20] in odd.findChildren(ToneLabel)[1].text()
    usual.reject()
    odd.reject()


def rows(window: MainWindow) -> tuple[int, int, int, int]:
    """How many rows each pane shows."""
    panes = (window.desk.list.table, window.sessions.table, window.sets.table, window.history.table)
    counts = [table.rows.rowCount() for table in panes]
    return (counts[0], counts[1], counts[2], counts[3])


def test_nothing_is_seen_before_somebody_has_signed_in(qtbot: QtBot, door: MainWindow, real_file: Path) -> None:
    settle(qtbot, door)
    assert rows(door) == (0, 0, 0, 0)
    assert door.frame.cover.isVisible()
    assert not door.desk.isVisible()
    assert door.status.person.text() == "nobody signed in"
    assert not any(action.isEnabled() for action in door.commands.panes)
    sign_in(qtbot, door, "inv", "inv")
    assert rows(door)[0] == 9
    assert door.status.person.text() == "Invigilator: Inv Rao"
    find(qtbot, door, "T-NONE")
    press(qtbot, door, Qt.Key.Key_F8)
    settle(qtbot, door)
    assert ask(real_file, "SELECT person || verified FROM desktop_admin_operation") == "Inv Rao1"


def test_a_wrong_password_is_told_in_the_dialog(qtbot: QtBot, door: MainWindow) -> None:
    dialog = sign_in(qtbot, door, "admin", "wrong")
    assert dialog.verdict == "▲ The user name or the password is wrong. Try again."
    assert door.frame.cover.isVisible()
    sign_in(qtbot, door, "admin", "admin")
    assert not door.frame.cover.isVisible()


def test_whoever_does_not_sign_in_is_back_at_the_first_page(qtbot: QtBot, door: MainWindow) -> None:
    click(qtbot, button(open_dialog(qtbot, SignInDialog), "Cancel"))
    settle(qtbot, door)
    assert door.link.description is None
    assert door.stack.currentIndex() == 0
    assert not door.frame.cover.isVisible()
    assert door.status.database.text() == "no database"


def test_another_database_is_opened_while_the_first_one_asks(qtbot: QtBot, door: MainWindow, demo_file: Path) -> None:
    door.open_database(str(demo_file))
    settle(qtbot, door)
    assert "demo.sqlite3" in door.status.database.text()
    assert door.at_work
    assert QApplication.activeModalWidget() is None


def test_where_nothing_is_real_nobody_signs_in(window: MainWindow) -> None:
    assert QApplication.activeModalWidget() is None
    assert "(not signed in)" in window.status.person.text()
    assert not window.commands.sign_out.isEnabled()
    window.entrance.lock()
    assert window.at_work


def test_the_first_supervisor_of_a_local_database_is_made_at_the_door(
    qtbot: QtBot, empty_window: MainWindow, tmp_path: Path
) -> None:
    empty_window.create_database(str(tmp_path / "mine.sqlite3"))
    dialog = open_dialog(qtbot, SignInDialog)
    assert dialog.again is not None
    for line, text in ((dialog.user, "chief"), (dialog.password, "one"), (dialog.again, "other")):
        line.setText(text)
    dialog.accept()
    assert dialog.verdict == "▲ The two passwords differ. Type them again."
    sign_in(qtbot, empty_window, "chief", "a good one", deed=DEED_OF_THE_FIRST)
    assert empty_window.messages.text == "chief is now the first supervisor of this database."
    assert empty_window.status.person.text() == "Supervisor: chief"


def test_what_the_role_may_not_do_is_switched_off_and_says_why(qtbot: QtBot, door: MainWindow) -> None:
    sign_in(qtbot, door, "staff", "staff")
    find(qtbot, door, "T-STUCK")
    actions = door.desk.candidate_actions.actions_by_operation
    for operation in (RESET, REASSIGN, CLEAR, SIGN_OUT):
        assert not actions[operation].isEnabled()
        assert "The role staff may not do this" in actions[operation].statusTip()
    assert not door.sessions.clear_all.isEnabled()
    assert "Ask a supervisor" in door.sessions.clear_all.statusTip()
    assert "Ask a supervisor" in door.sets.panel.apply.toolTip()
    find(qtbot, door, "T-NONE")
    assert actions[ASSIGN].isEnabled()


def test_another_person_signs_in_over_an_emptied_window(qtbot: QtBot, door: MainWindow) -> None:
    sign_in(qtbot, door, "admin", "admin")
    find(qtbot, door, "T-STUCK")
    door.commands.sign_out.trigger()
    open_dialog(qtbot, SignInDialog)
    settle(qtbot, door)
    assert rows(door) == (0, 0, 0, 0)
    assert (door.search.text(), door.desk.user_ids, door.frame.cover.isVisible()) == ("", (), True)
    sign_in(qtbot, door, "inv", "inv")
    assert door.status.person.text() == "Invigilator: Inv Rao"


def test_the_last_user_is_offered_and_enter_leads_to_the_password(qtbot: QtBot, door: MainWindow) -> None:
    dialog = open_dialog(qtbot, SignInDialog)
    assert (dialog.user.text(), dialog.focusWidget()) == ("", dialog.user)
    QTest.keyClicks(dialog.user, "admin")
    qtbot.waitUntil(lambda: dialog.user.text() == "admin", timeout=WAIT_MS)
    QTest.keyClick(dialog.user, Qt.Key.Key_Return)
    assert dialog.focusWidget() is dialog.password
    assert dialog.isVisible()
    sign_in(qtbot, door, "admin", "admin")
    assert desk_settings.load().last_user == "admin"
    # A key locks the window, and whoever was there is asked for the password alone.
    press(qtbot, door, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert not door.entrance.inside
    dialog = open_dialog(qtbot, SignInDialog)
    assert (dialog.user.text(), dialog.focusWidget()) == ("admin", dialog.password)
    sign_in(qtbot, door, "admin", "admin")
    door.commands.sign_out.trigger()
    dialog = open_dialog(qtbot, SignInDialog)
    assert (dialog.user.text(), dialog.focusWidget()) == ("admin", dialog.password), "who signed in last"


def test_in_the_last_minute_it_is_said_when_an_unused_window_will_be_locked(
    qtbot: QtBot, door: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock_after(monkeypatch, 60_500)
    sign_in(qtbot, door, "admin", "admin")
    told = "▲ Supervisor: admin · locks in "
    qtbot.waitUntil(lambda: door.status.person.text().startswith(told), timeout=WAIT_MS)
    press(qtbot, door, Qt.Key.Key_Shift)
    door.status.count_down(door.entrance.left_ms())
    assert door.status.person.text() == "Supervisor: admin"


SIGN_IN = sign_in_jobs.sign_in


def lock_after(monkeypatch: pytest.MonkeyPatch, milliseconds: int) -> None:
    """Whoever signs in from now on is locked out after so long; the centre can set whole minutes only."""

    def shortened(database: Database, *, typed: Credentials, desk: str) -> tuple[Actor, int]:
        return SIGN_IN(database, typed=typed, desk=desk)[0], milliseconds

    monkeypatch.setattr(sign_in_jobs, "sign_in", shortened)


def test_an_unused_window_is_locked_and_comes_back_as_it_was(
    qtbot: QtBot, door: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock_after(monkeypatch, 1_500)
    sign_in(qtbot, door, "admin", "admin")
    door.desk.paste("T-STUCK T-SLOT")
    settle(qtbot, door)
    door.commands.paste.trigger()
    dialog = open_dialog(qtbot, SignInDialog)
    assert door.frame.cover.isVisible()
    assert not door.commands.sign_out.isEnabled()
    assert dialog.user.text() == "admin"
    lock_after(monkeypatch, 10_000_000)
    sign_in(qtbot, door, "admin", "admin")
    assert not door.frame.cover.isVisible()
    assert len(door.desk.user_ids) == 2, "what was being done is still there"


def test_the_window_is_locked_after_the_time_that_the_centre_has_set(
    qtbot: QtBot, door: MainWindow, real_file: Path
) -> None:
    sign_in(qtbot, door, "admin", "admin")
    assert 4 * 60_000 < door.entrance.left_ms() <= 5 * 60_000
    raw.change(real_file, "INSERT INTO desktop_admin_setting (name, value) VALUES ('idle-lock', '40')")
    door.entrance.sign_out()
    sign_in(qtbot, door, "inv", "inv")
    assert 39 * 60_000 < door.entrance.left_ms() <= 40 * 60_000


def test_a_locked_window_begins_anew_for_another_person(qtbot: QtBot, door: MainWindow) -> None:
    sign_in(qtbot, door, "admin", "admin")
    find(qtbot, door, "T-STUCK")
    door.entrance.lock()
    sign_in(qtbot, door, "inv", "inv")
    assert door.desk.user_ids == ()
    assert door.carrying_out.actor.role is Role.INVIGILATOR


def test_every_key_puts_the_lock_off(qtbot: QtBot, door: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    lock_after(monkeypatch, 10_000_000)
    sign_in(qtbot, door, "admin", "admin")
    left = door.entrance.left_ms

    def click_somewhere() -> None:
        QTest.mouseClick(door.desk, Qt.MouseButton.LeftButton)

    for sign in (partial(press, qtbot, door, Qt.Key.Key_Shift), click_somewhere):
        qtbot.wait(50)
        before = left()
        sign()
        assert left() > before


def test_an_operation_under_way_is_finished_behind_the_lock(qtbot: QtBot, door: MainWindow, real_file: Path) -> None:
    sign_in(qtbot, door, "admin", "admin")
    find(qtbot, door, "T-NONE")
    database = door.tasks.database
    assert database is not None
    with locks.held(database):
        press(qtbot, door, Qt.Key.Key_F8)
        assert door.carrying_out.busy
        door.entrance.lock()
        open_dialog(qtbot, SignInDialog)
    qtbot.waitUntil(lambda: not door.carrying_out.busy, timeout=WAIT_MS)
    assert has_slot(real_file, "T-NONE")
    sign_in(qtbot, door, "admin", "admin")
    assert "Slot assigned: T-NONE" in door.messages.text


def test_an_open_question_does_not_stay_over_a_locked_window(qtbot: QtBot, door: MainWindow) -> None:
    sign_in(qtbot, door, "admin", "admin")
    door.desk.paste("T-STUCK T-SLOT")
    settle(qtbot, door)
    qtbot.wait(350)
    press(qtbot, door, Qt.Key.Key_F9)
    open_dialog(qtbot, ImpactDialog)
    door.entrance.lock()
    assert isinstance(QApplication.activeModalWidget(), SignInDialog)
    assert [one for one in door.findChildren(ImpactDialog) if one.isVisible()] == []
