"""The checklist in a real window: each button leads to the cure, and the line is green after it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop_admin.controllers.operations.completed import SET_COMPLETED
from desktop_admin.controllers.operations.slots import ASSIGN
from desktop_admin.controllers.values.checks import Amiss, Check, Checklist, CheckRow, Leads
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from desktop_admin.gui.day.checks_list import ChecksList
from desktop_admin.gui.history.log_dialog import LogDialog
from desktop_admin.gui.upkeep.backup_dialog import BackupDialog
from desktop_admin.gui.upkeep.policies_dialog import PoliciesDialog
from desktop_admin.gui.window.main_window import MainWindow
from desktop_admin.messages import Message
from desktop_admin.rules import Role
from tests import portal
from tests.controllers.day.test_checklist import FAULTS, make_ready
from tests.gui.driving import WAIT_MS, button, click, look, open_dialog, settle

DAY = 4
SUPERVISOR = Actor(name="tester", role=Role.SUPERVISOR, user_id=portal.SUPERVISOR_ID, verified=True, desk="desk-1")
Cure = Callable[[QtBot, MainWindow], None]


@pytest.fixture
def ready_window(qtbot: QtBot, empty_window: MainWindow, portal_file: Path) -> MainWindow:
    """The window on the small portal before a shift, with everything as it must be but for a back-up."""
    with closing(Database.open(portal_file)) as database:
        make_ready(database, SUPERVISOR)
    empty_window.open_database(str(portal_file))
    settle(qtbot, empty_window)
    return empty_window


def red(qtbot: QtBot, window: MainWindow) -> dict[str, CheckRow]:
    """The lines that are red, by name, as the page shows them once it is looked at again."""
    window.show_pane(DAY)
    # Until the attendance has come, it is not known which shift is looked at.
    settle(qtbot, window)
    next(entry for entry in window.day.pages if entry.text() == "Checklist").trigger()
    window.day.checklist.again.trigger()
    settle(qtbot, window)
    rows = window.day.checklist.checks.table.rows
    return {one.check.name: one for one in map(rows.source, range(rows.rowCount())) if one.amiss is not None}


def follow(qtbot: QtBot, window: MainWindow, row: CheckRow) -> None:
    """Press the button of this line."""
    page = window.day.checklist.checks
    assert page.table.select_key((row.check.name, row.amiss, row.more))
    assert page.go.isEnabled()
    page.go.trigger()
    settle(qtbot, window)


def apply_draft(qtbot: QtBot, window: MainWindow) -> None:
    assert window.stack.currentWidget() is window.sets
    panel = window.sets.panel
    qtbot.waitUntil(panel.isVisible, timeout=WAIT_MS)
    settle(qtbot, window)
    if panel.typed.isVisible():
        panel.typed.setText("1")
    qtbot.waitUntil(panel.apply.isEnabled, timeout=WAIT_MS)
    click(qtbot, panel.apply)


def test_of_a_kind_the_first_few_are_listed_until_all_are_asked_for(qtbot: QtBot, window: MainWindow) -> None:
    told, cure = Message.of("checklist.no_backup"), Message.of("checklist.make_backup")
    amiss = tuple(Amiss(told, cure, Leads.CANDIDATE, ("candidate", f"N{n}"), army_no=f"N{n}") for n in range(9))
    found = Checklist(datetime.now(UTC), None, (Check("numbers"), Check("photographs", amiss)))
    checks = ChecksList(name="lines", words=window.words)
    qtbot.addWidget(checks)

    checks.show_found(found)

    rows = checks.table.rows
    assert [rows.source(n).more for n in range(rows.rowCount())] == [0, 0, 0, 6, 0]
    checks.table.selectRow(3)
    assert checks.go.text() == "List all of them"
    checks.go.trigger()
    assert [rows.source(n).amiss for n in range(rows.rowCount())] == [*amiss, None]
    checks.show_found(found)
    assert rows.rowCount() == 10


def clear_stuck(qtbot: QtBot, window: MainWindow) -> None:
    assert window.stack.currentWidget() is window.sessions
    assert [row.army_no for row in window.sessions.stuck] == ["T-FINE"]
    window.sessions.clear_all.trigger()


def assign(qtbot: QtBot, window: MainWindow) -> None:
    assert window.search.text() == "T-SLOT"
    look(qtbot, window)
    window.desk.candidate_actions.actions_by_operation[ASSIGN].trigger()


def set_completed(qtbot: QtBot, window: MainWindow) -> None:
    assert window.search.text() == "T-DONE"
    window.show_pane(2)
    settle(qtbot, window)
    place = [one.army_no for one in window.sessions.concerns].index("T-DONE")
    window.sessions.table.selectRow(place)
    window.sessions.papers[SET_COMPLETED].trigger()


def keep_logins(qtbot: QtBot, window: MainWindow) -> None:
    dialog = open_dialog(qtbot, PoliciesDialog)
    settle(qtbot, window)
    dialog.switches["keep-logins"].setChecked(True)
    click(qtbot, button(dialog, "Set the rules"))


def back_up(qtbot: QtBot, window: MainWindow) -> None:
    dialog = open_dialog(qtbot, BackupDialog)
    settle(qtbot, window)
    click(qtbot, dialog.deed)


CURES: dict[str, Cure] = {
    "sets": apply_draft,
    "copies": apply_draft,
    "switches": apply_draft,
    "open": apply_draft,
    "stuck": clear_stuck,
    "slots": assign,
    "completed": set_completed,
    "logins": keep_logins,
    "backup": back_up,
}


@pytest.mark.parametrize("name", CURES)
def test_the_button_of_a_line_leads_to_its_cure_and_the_line_is_green_after_it(
    qtbot: QtBot, ready_window: MainWindow, portal_file: Path, name: str
) -> None:
    window = ready_window
    if name in FAULTS:
        with closing(Database.open(portal_file)) as database:
            FAULTS[name][0](database, SUPERVISOR)
    follow(qtbot, window, red(qtbot, window)[name])
    CURES[name](qtbot, window)
    settle(qtbot, window)
    left = red(qtbot, window)
    assert name not in left, f"{window.messages.text!r}; {left[name].amiss!r}"


def test_what_is_cured_elsewhere_leads_to_whom_or_what_it_is_about(
    qtbot: QtBot, ready_window: MainWindow, portal_file: Path
) -> None:
    window, others = ready_window, ("durations", "accounts", "photographs", "log")
    with closing(Database.open(portal_file)) as database:
        for name in others:
            FAULTS[name][0](database, SUPERVISOR)
    found = red(qtbot, window)
    assert found.keys() >= set(others)
    follow(qtbot, window, found["durations"])
    assert window.stack.currentWidget() is window.sets
    for name in ("accounts", "photographs"):
        follow(qtbot, window, red(qtbot, window)[name])
        assert window.stack.currentWidget() is window.desk
        assert window.search.text() == "T-SLOT"
    follow(qtbot, window, red(qtbot, window)["log"])
    open_dialog(qtbot, LogDialog).reject()
    with closing(Database.open(portal_file)) as database:
        for name in others:
            FAULTS[name][1](database, SUPERVISOR)
    assert red(qtbot, window).keys().isdisjoint(others)
