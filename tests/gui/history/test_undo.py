"""Undo at the desk: what a person did last is taken back by one key, and is shown before where he does not see it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.operations.slots import ASSIGN
from desktop_admin.gui.changing import taking_back
from desktop_admin.gui.changing.impact_dialog import ImpactDialog
from desktop_admin.gui.people.sign_in_dialog import SignInDialog
from desktop_admin.gui.tables.table import Table
from desktop_admin.gui.window.main_window import MainWindow
from tests.gui.driving import (
    WAIT_MS,
    ask,
    button,
    click,
    find,
    has_slot,
    look,
    open_dialog,
    press,
    sessions_of,
    settle,
    sign_in,
)

CTRL = Qt.KeyboardModifier.ControlModifier
LOGINS = "SELECT count(*) FROM django_session"


def test_one_key_takes_back_what_was_just_done(qtbot: QtBot, window: MainWindow, portal_file: Path) -> None:
    logins = ask(portal_file, LOGINS)
    find(qtbot, window, "T-STUCK")
    press(qtbot, window, Qt.Key.Key_F9)
    settle(qtbot, window)
    assert (has_slot(portal_file, "T-STUCK"), sessions_of(portal_file, "T-STUCK")) == (False, 0)
    assert ask(portal_file, LOGINS) == logins - 1
    press(qtbot, window, Qt.Key.Key_Z, CTRL)
    settle(qtbot, window)
    assert (has_slot(portal_file, "T-STUCK"), sessions_of(portal_file, "T-STUCK")) == (True, 1)
    assert ask(portal_file, LOGINS) == logins
    assert window.messages.text.startswith("✓ Undone: T-STUCK Ramesh Kumar. 1 session put back.")
    assert not window.messages.undo.isEnabled(), "an undo is not undone"
    told = [line.split(" · ")[1] for line in window.desk.card.text.splitlines() if ", by " in line]
    assert [line.partition(",")[0] for line in told] == ["Undo", "Reset slot"], "the card has the candidate's history"


def test_what_the_bar_no_longer_says_is_shown_before_it_is_undone(
    qtbot: QtBot, window: MainWindow, portal_file: Path
) -> None:
    assert not window.messages.undo.isEnabled(), "nothing was done yet"
    find(qtbot, window, "T-NONE")
    press(qtbot, window, Qt.Key.Key_F8)
    settle(qtbot, window)
    window.messages.put_away()
    find(qtbot, window, "T-FINE")
    for deed, slot in (("Cancel", True), ("Undo “Assign slot”: T-NONE M. Singh", False)):
        window.messages.undo.trigger()
        dialog = open_dialog(qtbot, ImpactDialog)
        assert button(dialog, "Cancel").isDefault()
        assert dialog.findChildren(Table)[0].rows.index(0, 0).data() == "T-NONE M. Singh"
        click(qtbot, button(dialog, deed))
        settle(qtbot, window)
        assert has_slot(portal_file, "T-NONE") is slot
    assert not window.messages.undo.isEnabled(), "an undo is not undone"


def test_what_was_refused_leaves_the_last_operation_to_be_undone(
    qtbot: QtBot, window: MainWindow, portal_file: Path
) -> None:
    find(qtbot, window, "T-NONE")
    press(qtbot, window, Qt.Key.Key_F8)
    settle(qtbot, window)
    window.carrying_out.changed.emit(Changes(ASSIGN, (), op_id=None))
    assert window.messages.text.startswith("▲ Nothing was changed")
    press(qtbot, window, Qt.Key.Key_Z, CTRL)
    click(qtbot, button(open_dialog(qtbot, ImpactDialog), "Undo “Assign slot”: T-NONE M. Singh"))
    settle(qtbot, window)
    assert not has_slot(portal_file, "T-NONE")


@pytest.mark.parametrize("next_one", ["same after signing out", "another after the lock", "nobody"])
def test_nobody_undoes_what_was_done_before_he_came(qtbot: QtBot, door: MainWindow, next_one: str) -> None:
    sign_in(qtbot, door, "admin", "admin")
    find(qtbot, door, "T-NONE")
    press(qtbot, door, Qt.Key.Key_F8)
    settle(qtbot, door)
    assert door.messages.undo.isEnabled()
    if next_one == "another after the lock":
        door.entrance.lock()
        sign_in(qtbot, door, "inv", "inv")
    else:
        door.entrance.sign_out()
        dialog = open_dialog(qtbot, SignInDialog)
        if next_one == "nobody":
            dialog.reject()
        else:
            sign_in(qtbot, door, "admin", "admin")
    settle(qtbot, door)
    assert not door.messages.undo.isEnabled()


def test_whoever_was_locked_out_still_undoes_what_he_did(qtbot: QtBot, door: MainWindow, real_file: Path) -> None:
    sign_in(qtbot, door, "admin", "admin")
    find(qtbot, door, "T-NONE")
    press(qtbot, door, Qt.Key.Key_F8)
    settle(qtbot, door)
    door.entrance.lock()
    sign_in(qtbot, door, "admin", "admin")
    assert door.messages.undo.isEnabled()
    press(qtbot, door, Qt.Key.Key_Z, CTRL)
    settle(qtbot, door)
    assert not has_slot(real_file, "T-NONE")


def test_whoever_may_only_assign_is_not_offered_to_take_slots_back(qtbot: QtBot, door: MainWindow) -> None:
    sign_in(qtbot, door, "staff", "staff")
    find(qtbot, door, "T-NONE")
    press(qtbot, door, Qt.Key.Key_F8)
    settle(qtbot, door)
    assert door.messages.text.startswith("✓ Slot assigned")
    assert not door.messages.undo.isEnabled()


def test_an_undo_that_would_do_more_than_was_planned_is_shown_and_not_carried_out(
    qtbot: QtBot, window: MainWindow, portal_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find(qtbot, window, "T-STUCK")
    press(qtbot, window, Qt.Key.Key_F9)
    settle(qtbot, window)
    plan_undo = taking_back.plan_undo

    def too_little(session: Any, *, op_id: str) -> Plan:
        plan = plan_undo(session, op_id=op_id)
        return replace(plan, lines=tuple(replace(line, restored=()) for line in plan.lines))

    monkeypatch.setattr(taking_back, "plan_undo", too_little)
    press(qtbot, window, Qt.Key.Key_Z, CTRL)
    dialog = open_dialog(qtbot, ImpactDialog)
    settle(qtbot, window)
    assert "Something changed since the plan was shown" in window.messages.text
    assert sessions_of(portal_file, "T-STUCK") == 0
    dialog.reject()


def test_the_search_field_keeps_the_key_while_it_was_typed_into(
    qtbot: QtBot, window: MainWindow, portal_file: Path
) -> None:
    find(qtbot, window, "T-NONE")
    press(qtbot, window, Qt.Key.Key_F8)
    settle(qtbot, window)
    window.focus_search()
    QTest.keyClicks(window.search, "x")
    qtbot.waitUntil(lambda: window.search.text() == "x", timeout=WAIT_MS)
    press(qtbot, window, Qt.Key.Key_Z, CTRL)
    settle(qtbot, window)
    assert window.search.text() == "T-NONE"
    assert has_slot(portal_file, "T-NONE")
    press(qtbot, window, Qt.Key.Key_Z, CTRL)
    settle(qtbot, window)
    assert not has_slot(portal_file, "T-NONE")


def test_undoing_several_is_confirmed_with_the_list(qtbot: QtBot, window: MainWindow, portal_file: Path) -> None:
    window.desk.paste("T-STUCK T-SLOT")
    settle(qtbot, window)
    look(qtbot, window)
    press(qtbot, window, Qt.Key.Key_F9)
    click(qtbot, button(open_dialog(qtbot, ImpactDialog), "Reset 2 candidates and clear 1 session"))
    settle(qtbot, window)
    window.messages.undo.trigger()
    click(qtbot, button(open_dialog(qtbot, ImpactDialog), "Undo “Reset slot”: T-SLOT A. Thapa, T-STUCK Ramesh Kumar"))
    settle(qtbot, window)
    assert (has_slot(portal_file, "T-STUCK"), has_slot(portal_file, "T-SLOT")) == (True, True)
    assert sessions_of(portal_file, "T-STUCK") == 1
