"""Keeping portal logins alive in the window: an open desk, the status bar, and the button that turns the rule on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from pytestqt.qtbot import QtBot

from desktop_admin.controllers.values.sessions import FindingKind
from desktop_admin.gui.window.keeping_logins import KeepingLogins
from desktop_admin.gui.window.main_window import MainWindow
from tests.gui.driving import ask, click, settle, sign_in, tell

ENDS = (
    "SELECT min(l.expire_date) FROM django_session l JOIN questions_examsession s ON l.session_key = 'login' || s.id"
    " WHERE s.completed_at IS NULL"
)
PASSES = "SELECT count(*) FROM desktop_admin_operation WHERE operation = 'keep-logins'"
RULE = "SELECT value FROM desktop_admin_setting WHERE name = 'keep-logins'"
ON = "INSERT INTO desktop_admin_setting VALUES ('keep-logins', '1')"


def soon(file: Path) -> None:
    """Let every login end in 10 minutes."""
    at = datetime.now(UTC) + timedelta(minutes=10)
    tell(file, "UPDATE django_session SET expire_date = ?", at.strftime("%Y-%m-%d %H:%M:%S.%f"))


def minutes_left(file: Path) -> float:
    return (datetime.fromisoformat(f"{ask(file, ENDS)}+00:00") - datetime.now(UTC)).total_seconds() / 60


def keeper(window: MainWindow) -> KeepingLogins:
    found = window.findChildren(KeepingLogins)
    assert len(found) == 1
    return found[0]


def look(qtbot: QtBot, window: MainWindow) -> None:
    keeper(window).look()
    settle(qtbot, window)


def test_an_open_desk_keeps_them_alive_once_the_rule_is_on(qtbot: QtBot, window: MainWindow, portal_file: Path) -> None:
    soon(portal_file)
    look(qtbot, window)
    assert minutes_left(portal_file) < 11
    tell(portal_file, ON)
    look(qtbot, window)
    assert minutes_left(portal_file) > 30
    soon(portal_file)
    look(qtbot, window)
    assert (ask(portal_file, PASSES), minutes_left(portal_file) < 11) == (1, True), "the next is 5 minutes later"


def test_a_locked_window_keeps_them_alive_and_one_that_nobody_entered_does_not(
    qtbot: QtBot, door: MainWindow, real_file: Path
) -> None:
    tell(real_file, ON)
    soon(real_file)
    look(qtbot, door)
    assert ask(real_file, PASSES) == 0
    # Whoever comes in lets it look; the pass is that of the desk whose window is locked.
    sign_in(qtbot, door, "inv", "inv")
    assert ask(real_file, PASSES) == 1
    tell(real_file, "UPDATE django_session SET expire_date = datetime('now', '+1 minute')")
    tell(real_file, "UPDATE desktop_admin_operation SET at = '2026-01-01 00:00:00'")
    door.entrance.lock()
    look(qtbot, door)
    assert ask(real_file, PASSES) == 2


def test_what_ends_too_early_is_shouted_until_a_supervisor_turns_the_rule_on(
    qtbot: QtBot, window: MainWindow, portal_file: Path
) -> None:
    soon(portal_file)
    window.show_pane(2)
    window.commands.refresh.trigger()
    settle(qtbot, window)
    assert window.status.logins.text() == "▲ 4 logins end before the paper"
    table = window.sessions.table
    (row,) = [
        number
        for number in range(table.rows.rowCount())
        if (finding := table.rows.source(number).finding) is not None and finding.kind is FindingKind.LOGINS_END
    ]
    table.selectRow(row)
    assert window.sessions.cure.text() == "Keep logins alive"
    click(qtbot, window.sessions.cure)
    settle(qtbot, window)
    assert ask(portal_file, RULE) == "1"
    # The first pass is made at once.
    assert minutes_left(portal_file) > 30
    settle(qtbot, window)
    assert window.status.logins.text() == "logins are kept alive"
    found = window.sessions.survey
    assert found is not None
    assert not any(one.kind is FindingKind.LOGINS_END for one in found.findings)


def test_who_is_no_supervisor_is_told_whom_to_ask(qtbot: QtBot, door: MainWindow) -> None:
    sign_in(qtbot, door, "inv", "inv")
    door.show_pane(2)
    settle(qtbot, door)
    table = door.sessions.table
    for number in range(table.rows.rowCount()):
        finding = table.rows.source(number).finding
        if finding is not None and finding.kind is FindingKind.LOGINS_END:
            table.selectRow(number)
    assert door.sessions.cure.text() == "Keep logins alive"
    assert not door.sessions.cure.isEnabled()
    assert "Ask a supervisor" in door.sessions.keep_logins.statusTip()
