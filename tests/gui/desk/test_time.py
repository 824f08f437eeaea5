"""Giving time in the window: how much is asked, what that would do is shown, and it is done; what was planned waits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QDateTime
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop_admin.gui.changing.impact_dialog import ImpactDialog
from desktop_admin.gui.changing.time_dialog import TimeDialog
from desktop_admin.gui.tables.table import Table
from desktop_admin.gui.window.main_window import MainWindow
from tests.cli.runs import run
from tests.gui.driving import WAIT_MS, ask, button, click, find, look, open_dialog, settle, tell

DURATION = (
    "SELECT s.duration / 60000000 FROM questions_examsession s JOIN registration_candidateprofile p "
    "ON p.user_id = s.user_id WHERE p.army_no = ? AND s.completed_at IS NULL"
)
LOGINS = "SELECT count(*) FROM django_session"


def asking(qtbot: QtBot, window: MainWindow) -> TimeDialog:
    """Press the button of the card."""
    window.desk.candidate_actions.give_time.trigger()
    return open_dialog(qtbot, TimeDialog)


def shown(qtbot: QtBot, dialog: TimeDialog) -> ImpactDialog:
    """What would happen."""
    click(qtbot, button(dialog, "Show what happens…"))
    return open_dialog(qtbot, ImpactDialog)


def outcomes(dialog: ImpactDialog) -> dict[str, str]:
    rows = dialog.findChildren(Table)[0].rows
    return {rows.index(n, 0).data().split()[0]: rows.index(n, 2).data() for n in range(rows.rowCount())}


def test_time_is_given_only_after_it_was_shown_and_comes_back(
    qtbot: QtBot, window: MainWindow, portal_file: Path
) -> None:
    find(qtbot, window, "T-FINE")
    before, logins = ask(portal_file, DURATION, "T-FINE"), ask(portal_file, LOGINS)
    dialog = asking(qtbot, window)
    assert dialog.whom.currentText() == "T-FINE · Suresh Yadav"
    dialog.minutes_left.setChecked(True)
    click(qtbot, button(dialog, "+30"))
    impact = shown(qtbot, dialog)
    assert button(impact, "Cancel").isDefault()
    told = [one.text() for one in impact.findChildren(QLabel)]
    assert any("can no longer hand in: what was typed there is lost" in text for text in told)
    assert f"{before} → 30 min" in outcomes(impact)["T-FINE"]
    assert ask(portal_file, DURATION, "T-FINE") == before
    click(qtbot, button(impact, "Give time"))
    settle(qtbot, window)
    assert (ask(portal_file, DURATION, "T-FINE"), ask(portal_file, LOGINS)) == (30, logins - 1)
    assert window.messages.text.startswith("✓ Was given time: T-FINE Suresh Yadav.")
    window.messages.undo.trigger()
    settle(qtbot, window)
    assert (ask(portal_file, DURATION, "T-FINE"), ask(portal_file, LOGINS)) == (before, logins)


def test_minutes_that_another_desk_gave_meanwhile_are_not_added_unseen(
    qtbot: QtBot, window: MainWindow, portal_file: Path
) -> None:
    find(qtbot, window, "T-FINE")
    dialog = asking(qtbot, window)
    click(qtbot, button(dialog, "+15"))
    impact = shown(qtbot, dialog)
    assert run(portal_file, "give-time", "--army-no", "T-FINE", "--extra", "15", "--yes").exit_code == 0
    given = ask(portal_file, DURATION, "T-FINE")
    click(qtbot, button(impact, "Give time"))
    settle(qtbot, window)
    again = open_dialog(qtbot, ImpactDialog)
    assert again is not impact
    assert f"{given} → {given + 15} min" in outcomes(again)["T-FINE"]
    assert ask(portal_file, DURATION, "T-FINE") == given
    again.reject()


def test_a_usual_number_chooses_minutes_again(qtbot: QtBot, window: MainWindow) -> None:
    find(qtbot, window, "T-FINE")
    dialog = asking(qtbot, window)
    dialog.planned.setChecked(True)
    dialog.as_of.setChecked(True)
    assert (dialog.minutes.isEnabled(), dialog.at.isEnabled()) == (False, True)
    assert (dialog.planned.isChecked(), dialog.planned.isEnabled()) == (False, False)
    click(qtbot, button(dialog, "+15"))
    assert (dialog.extra.isChecked(), dialog.minutes.value()) == (True, 15)
    dialog.reject()


def test_a_whole_shift_gets_back_what_was_left_at_a_moment_with_nobody_selected(
    qtbot: QtBot, window: MainWindow, portal_file: Path
) -> None:
    tell(portal_file, "INSERT INTO centers_center (id, comd, \"exam_Center\", is_active) VALUES (7, 0, 'Pune', 1)")
    tell(
        portal_file,
        "INSERT INTO exams_shift (id, exam_center_id, date, start_time) VALUES (7, 7, '2026-03-01', '08:30')",
    )
    in_shift = "shift_id = 7 WHERE army_no IN ('T-FINE', 'T-STUCK', 'T-NONE')"
    tell(portal_file, f"UPDATE registration_candidateprofile SET {in_shift}")
    began = datetime.now(UTC) - timedelta(minutes=60)
    tell(portal_file, "UPDATE questions_examsession SET started_at = ?", f"{began:%Y-%m-%d %H:%M:%S}")
    stuck = "SELECT user_id FROM registration_candidateprofile WHERE army_no = 'T-STUCK'"
    since = f"{datetime.now(UTC) - timedelta(minutes=5):%Y-%m-%d %H:%M:%S}"
    tell(portal_file, f"UPDATE accounts_user SET last_login = ? WHERE id IN ({stuck})", since)
    action = window.desk.candidate_actions.give_time
    assert not action.isEnabled(), "there is nobody to choose"
    window.desk.start()
    settle(qtbot, window)
    assert action.isEnabled()
    dialog = asking(qtbot, window)
    assert [dialog.whom.itemText(n) for n in range(dialog.whom.count())] == [
        "Everybody of the shift 2026-03-01 08:30 Pune"
    ]
    dialog.as_of.setChecked(True)
    moment = (began + timedelta(minutes=30)).astimezone(window.words.zone)
    dialog.at.setDateTime(QDateTime(moment.year, moment.month, moment.day, moment.hour, moment.minute, 0))
    impact = shown(qtbot, dialog)
    told = outcomes(impact)
    assert told["T-NONE"].startswith("Refused: There is no incomplete session")
    assert told["T-STUCK"].startswith("Refused: The session is stuck")
    before = ask(portal_file, DURATION, "T-FINE")
    click(qtbot, button(impact, "Give time"))
    settle(qtbot, window)
    assert before - 31 <= ask(portal_file, DURATION, "T-FINE") <= before - 29


def test_what_was_planned_is_one_button_as_soon_as_there_is_a_session(
    qtbot: QtBot, window: MainWindow, portal_file: Path
) -> None:
    planned = window.desk.candidate_actions.give_planned
    find(qtbot, window, "T-FINE")
    assert not planned.isVisible()
    whose = "SELECT user_id FROM registration_candidateprofile WHERE army_no = 'T-FINE'"
    tell(
        portal_file,
        f"INSERT INTO desktop_admin_accommodation (op_id, user_id, kept_at, extra) VALUES ('x', ({whose}), ?, 20)",
        "2026-01-01 00:00:00",
    )
    window.desk.refresh()
    settle(qtbot, window)
    look(qtbot, window)
    assert planned.isVisible()
    assert planned.text() == "Give the accommodation of 20 minutes"
    planned.trigger()
    impact = open_dialog(qtbot, ImpactDialog)
    assert outcomes(impact)["T-FINE"].endswith("Accommodation.")
    click(qtbot, button(impact, "Give time"))
    settle(qtbot, window)
    qtbot.waitUntil(lambda: not planned.isVisible(), timeout=WAIT_MS)
    assert QApplication.activeModalWidget() is None


def test_the_cure_of_a_planned_time_stands_among_the_sessions(
    qtbot: QtBot, window: MainWindow, portal_file: Path
) -> None:
    whose = "SELECT user_id FROM registration_candidateprofile WHERE army_no = 'T-FINE'"
    tell(
        portal_file,
        f"INSERT INTO desktop_admin_accommodation (op_id, user_id, kept_at, extra) VALUES ('x', ({whose}), ?, 20)",
        "2026-01-01 00:00:00",
    )
    pane = window.sessions
    window.show_pane(2)
    pane.refresh()
    settle(qtbot, window)
    pane.table.select_key(ask(portal_file, f"SELECT id FROM questions_examsession WHERE user_id = ({whose})"))
    assert pane.cure.action is pane.give_planned
    click(qtbot, pane.cure)
    click(qtbot, button(open_dialog(qtbot, ImpactDialog), "Give time"))
    settle(qtbot, window)
    assert pane.cure.action is not pane.give_planned
