"""The desk: finding a candidate, reading what is wrong, putting it right."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QScrollArea
from pytestqt.qtbot import QtBot

from desktop_admin.controllers.operations.slots import ASSIGN, RESET
from desktop_admin.gui.changing.consent_dialog import ConsentDialog
from desktop_admin.gui.changing.impact_dialog import ImpactDialog
from desktop_admin.gui.desk import candidate_actions
from desktop_admin.gui.kit import looks
from desktop_admin.gui.kit.widgets import ActionButton, ToneLabel
from desktop_admin.gui.tables.table import Table
from desktop_admin.gui.window.main_window import MainWindow
from tests import planning, portal
from tests.gui import keyboard
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
    search,
    sessions_of,
    settle,
    sign_in,
    tell,
)

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier


def _select(window: MainWindow, *army_nos: str) -> None:
    table = window.desk.list.table
    flag = QItemSelectionModel.SelectionFlag
    for row in range(table.rows.rowCount()):
        if table.rows.source(row).army_no in army_nos:
            table.selectionModel().select(table.rows.index(row, 0), flag.Select | flag.Rows)


def test_the_list_follows_what_is_typed(qtbot: QtBot, window: MainWindow) -> None:
    assert window.desk.list.table.rows.rowCount() == 9
    search(qtbot, window, "T-S", hits=3)
    assert not window.desk.user_ids


def test_what_there_is_to_choose_from_is_read_again_where_the_database_was_busy(
    qtbot: QtBot, empty_window: MainWindow, portal_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_admin.database.backends.sqlite._BUSY_SECONDS", 0.02)
    window = empty_window
    window.open_database(str(portal_file))
    settle(qtbot, window)
    trades = window.desk.list._trade
    window.desk.list.offer_trades(())
    with closing(sqlite3.connect(portal_file, isolation_level=None)) as portal_itself:
        portal_itself.execute("BEGIN EXCLUSIVE")
        window.desk.start()
        settle(qtbot, window)
        assert "busy" in window.messages.text
        assert trades.count() == 1
    window.desk.refresh()
    settle(qtbot, window)
    assert [trades.itemText(one) for one in range(1, trades.count())] == ["Musician", "OCC", "TTC"]


def test_a_fully_typed_number_selects_the_candidate(qtbot: QtBot, window: MainWindow) -> None:
    search(qtbot, window, "t-stuck", hits=1)
    settle(qtbot, window)
    assert "Ramesh Kumar" in window.desk.card.text


def test_a_hindi_name_is_found(qtbot: QtBot, window: MainWindow) -> None:
    QGuiApplication.clipboard().setText("देवेंद्र")
    window.focus_search()
    press(qtbot, window, Qt.Key.Key_V, CTRL)
    qtbot.waitUntil(lambda: window.tasks.idle and window.desk.list.table.rows.rowCount() == 1, timeout=WAIT_MS)
    settle(qtbot, window)
    assert "T-LOST" in window.desk.card.text


def test_the_card_says_what_is_wrong_and_what_the_candidate_would_get(qtbot: QtBot, window: MainWindow) -> None:
    find(qtbot, window, "T-STUCK")
    text = window.desk.card.text
    assert "◆ Stuck: The incomplete session is on set C, the active set is E." in text
    assert "again: PRIMARY, set C, 43 questions" in text
    assert window.desk.candidate_actions.primary.text() == "Clear 1 session   Shift+F9"


def test_scan_look_and_one_key_resets_a_candidate(qtbot: QtBot, window: MainWindow, portal_file: Path) -> None:
    find(qtbot, window, "T-STUCK")
    press(qtbot, window, Qt.Key.Key_F9)
    settle(qtbot, window)
    assert not has_slot(portal_file, "T-STUCK")
    assert sessions_of(portal_file, "T-STUCK") == 0
    assert window.messages.text.startswith("✓ Slot reset: T-STUCK Ramesh Kumar. 1 session archived.")


def test_the_primary_button_cures_a_stuck_candidate_and_his_slot_stays(
    qtbot: QtBot, window: MainWindow, portal_file: Path
) -> None:
    find(qtbot, window, "T-STUCK")
    click(qtbot, window.desk.candidate_actions.primary)
    settle(qtbot, window)
    assert sessions_of(portal_file, "T-STUCK") == 0
    assert has_slot(portal_file, "T-STUCK")
    assert "◆" not in window.desk.card.text


def test_a_candidate_who_has_just_started_is_confirmed(qtbot: QtBot, window: MainWindow, portal_file: Path) -> None:
    tell(
        portal_file,
        "UPDATE questions_examsession SET started_at = strftime('%Y-%m-%d %H:%M:%f', 'now') WHERE completed_at IS NULL"
        " AND user_id = (SELECT user_id FROM registration_candidateprofile WHERE army_no = 'T-FINE')",
    )
    find(qtbot, window, "T-FINE")
    press(qtbot, window, Qt.Key.Key_F9)
    dialog = open_dialog(qtbot, ImpactDialog)
    assert button(dialog, "Cancel").isDefault()
    dialog.reject()
    settle(qtbot, window)
    assert sessions_of(portal_file, "T-FINE") == 1


def test_a_candidate_who_keeps_writing_another_paper_is_confirmed(
    qtbot: QtBot, window: MainWindow, portal_file: Path
) -> None:
    tell(
        portal_file,
        "INSERT INTO questions_examsession"
        " (user_id, trade_id, paper_id, exam_type, started_at, duration, total_questions)"
        " SELECT (SELECT user_id FROM registration_candidateprofile WHERE army_no = 'T-STUCK'), trade_id, paper_id,"
        " exam_type, started_at, duration, total_questions FROM questions_examsession WHERE user_id ="
        " (SELECT user_id FROM registration_candidateprofile WHERE army_no = 'T-SECOND') AND completed_at IS NULL",
    )
    ids = "SELECT min(id) FROM questions_examsession WHERE completed_at IS NULL"
    window.desk._tasks.read(
        lambda session: planning.plan_clear(session, session_ids=[ask(portal_file, ids)]),
        lambda plan: window.carrying_out.ask_and_apply(plan, reason=None, on_changed_plan=lambda _plan: None),
    )
    dialog = open_dialog(qtbot, ImpactDialog)
    rows = dialog.findChildren(Table)[0].rows
    assert "writing SECONDARY: signed out" in rows.index(0, 2).data()
    dialog.reject()


def test_assigning_one_candidate_needs_no_confirmation(qtbot: QtBot, window: MainWindow, portal_file: Path) -> None:
    find(qtbot, window, "T-NONE")
    assert window.desk.candidate_actions.primary.text() == "Assign slot   F8"
    press(qtbot, window, Qt.Key.Key_F8)
    settle(qtbot, window)
    assert has_slot(portal_file, "T-NONE")


def test_clear_only_clears_the_stuck_session(qtbot: QtBot, window: MainWindow, portal_file: Path) -> None:
    find(qtbot, window, "T-STUCK")
    press(qtbot, window, Qt.Key.Key_F9, SHIFT)
    settle(qtbot, window)
    assert (sessions_of(portal_file, "T-STUCK"), has_slot(portal_file, "T-STUCK")) == (0, True)


def test_a_running_candidate_is_offered_another_pc_first(qtbot: QtBot, window: MainWindow, portal_file: Path) -> None:
    find(qtbot, window, "T-FINE")
    assert window.desk.candidate_actions.primary.text() == "Sign out, continue on another PC"
    click(qtbot, window.desk.candidate_actions.primary)
    settle(qtbot, window)
    assert sessions_of(portal_file, "T-FINE") == 1
    assert "Portal logins" not in window.messages.text
    assert ask(portal_file, "SELECT count(*) FROM desktop_admin_ended_login") == 1


def test_what_is_refused_is_switched_off_and_says_why(qtbot: QtBot, window: MainWindow) -> None:
    find(qtbot, window, "T-DONE")
    actions = window.desk.candidate_actions.actions_by_operation
    assert not actions[ASSIGN].isEnabled()
    assert actions[ASSIGN].statusTip() == "All papers are completed."


def test_whoever_may_not_do_it_reads_why_and_nothing_of_the_candidates_screen(qtbot: QtBot, door: MainWindow) -> None:
    sign_in(qtbot, door, "staff", "staff")
    find(qtbot, door, "T-STUCK")
    labels = door.desk.candidate_actions.findChildren(ToneLabel)
    told = [label.text() for label in labels if label.isVisible()]
    assert told == ["The role staff may not do this (Clear sessions). Ask a supervisor."]


def test_the_key_is_ignored_right_after_the_candidate_changed(
    qtbot: QtBot, window: MainWindow, portal_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find(qtbot, window, "T-STUCK")
    calm = window.desk.candidate_actions.calm
    since = calm.msecsSinceReference()
    window.scan("T-FINE")
    settle(qtbot, window)
    assert calm.msecsSinceReference() > since, "the change begins the time in which keys do nothing"
    # However long a busy computer takes until the key is pressed, it comes within that time.
    with monkeypatch.context() as calm_for_long:
        calm_for_long.setattr(candidate_actions, "CALM_MS", 600_000)
        press(qtbot, window, Qt.Key.Key_F9)
        settle(qtbot, window)
    assert has_slot(portal_file, "T-FINE")
    look(qtbot, window)
    press(qtbot, window, Qt.Key.Key_F9)
    settle(qtbot, window)
    assert not has_slot(portal_file, "T-FINE")


def test_a_key_pressed_twice_acts_once(
    qtbot: QtBot, window: MainWindow, portal_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find(qtbot, window, "T-NONE")
    calm = window.desk.candidate_actions.calm
    since = calm.msecsSinceReference()
    press(qtbot, window, Qt.Key.Key_F9, CTRL)
    assert calm.msecsSinceReference() > since, "the press begins the time in which keys do nothing"
    # However long a busy computer takes for the operation, the second press comes within that time.
    monkeypatch.setattr(candidate_actions, "CALM_MS", 600_000)
    settle(qtbot, window)
    press(qtbot, window, Qt.Key.Key_F9, CTRL)
    settle(qtbot, window)
    assert ask(portal_file, "SELECT count(*) FROM desktop_admin_operation") == 1


def test_a_held_down_key_does_not_repeat(window: MainWindow) -> None:
    assert not any(action.autoRepeat() for action in window.desk.candidate_actions.actions_by_operation.values())


def test_the_key_does_nothing_while_another_pane_is_shown(qtbot: QtBot, window: MainWindow) -> None:
    find(qtbot, window, "T-STUCK")
    window.show_pane(2)
    press(qtbot, window, Qt.Key.Key_F9)
    assert not window.carrying_out.busy
    assert not window.desk.candidate_actions.actions_by_operation[RESET].isEnabled()


def test_several_candidates_are_confirmed_with_the_list_of_what_happens(
    qtbot: QtBot, window: MainWindow, portal_file: Path
) -> None:
    _select(window, "T-STUCK", "T-SLOT", "T-DONE")
    settle(qtbot, window)
    look(qtbot, window)
    assert "3 candidates" in window.desk.card.text
    assert "T-STUCK Ramesh Kumar" in window.desk.card.text
    assert "possible for 2 · 1 session will be cleared · 1 refused: All papers are completed." in window.desk.card.text
    press(qtbot, window, Qt.Key.Key_F9)
    dialog = open_dialog(qtbot, ImpactDialog)
    cancel = button(dialog, "Cancel")
    assert cancel.isDefault()
    texts = [one.text() for one in dialog.findChildren(QLabel)]
    assert "1 session will be cleared and kept in the archive; 1 portal login will end." in texts
    rows = dialog.findChildren(Table)[0].rows
    outcomes = {rows.index(row, 0).data(): rows.index(row, 2).data() for row in range(rows.rowCount())}
    assert outcomes["T-STUCK Ramesh Kumar"] == "Slot will be reset, 1 session will be cleared"
    assert outcomes["T-SLOT A. Thapa"] == "Slot will be reset"
    assert not any("his screen" in text for text in texts), "there is more than one candidate"
    click(qtbot, button(dialog, "Reset 2 candidates and clear 1 session"))
    settle(qtbot, window)
    assert not has_slot(portal_file, "T-STUCK")
    assert not has_slot(portal_file, "T-SLOT")
    assert "Refused: 1. T-DONE P. Das: All papers are completed." in window.messages.text


def test_more_than_twenty_candidates_need_the_typed_count(qtbot: QtBot, demo_window: MainWindow) -> None:
    window = demo_window
    window.desk.list.table.selectAll()
    settle(qtbot, window)
    look(qtbot, window)
    press(qtbot, window, Qt.Key.Key_F9)
    dialog = open_dialog(qtbot, ImpactDialog)
    deed = window.desk.candidate_actions.actions_by_operation[RESET].text()
    count = deed.split()[1]
    assert not button(dialog, deed).isEnabled()
    assert dialog.typed is not None
    qtbot.waitUntil(dialog.typed.hasFocus, timeout=WAIT_MS)
    keyboard.write("25\r")
    told = [one.text() for one in dialog.findChildren(ToneLabel) if one.isVisible()]
    assert f"▲ To go on, type {count} (not “25”)." in told
    assert dialog.typed.selectedText() == "25", "the next number replaces it"
    keyboard.write(count)
    assert button(dialog, deed).isEnabled()
    assert not any("To go on" in one.text() for one in dialog.findChildren(ToneLabel))
    with qtbot.waitSignal(dialog.confirmed, timeout=WAIT_MS):
        keyboard.write("\r")
    settle(qtbot, window)
    assert f"Slot reset: {count} candidates" in window.messages.text


def test_pasted_numbers_are_selected_and_the_unknown_ones_named(qtbot: QtBot, window: MainWindow) -> None:
    QGuiApplication.clipboard().setText("T-STUCK\nT-NONE\nX-1\nT-NONE\n")
    window.desk.list.table.setFocus()
    press(qtbot, window, Qt.Key.Key_V, CTRL)
    settle(qtbot, window)
    assert len(window.desk.user_ids) == 2
    assert "Not found: X-1. Listed twice: T-NONE." in window.desk.card.text


def test_the_reason_is_chosen_by_number_and_recorded(qtbot: QtBot, window: MainWindow, portal_file: Path) -> None:
    find(qtbot, window, "T-NONE")
    press(qtbot, window, Qt.Key.Key_5, ALT)
    press(qtbot, window, Qt.Key.Key_F8)
    settle(qtbot, window)
    assert ask(portal_file, "SELECT reason FROM desktop_admin_operation") == "Retake ordered"
    assert window.desk.candidate_actions.reason_box.reason == "Retake ordered", "what was last used is the default"


def test_no_reason_is_recorded_that_nobody_chose(qtbot: QtBot, window: MainWindow, portal_file: Path) -> None:
    find(qtbot, window, "T-NONE")
    press(qtbot, window, Qt.Key.Key_F8)
    settle(qtbot, window)
    assert ask(portal_file, "SELECT count(*) FROM desktop_admin_operation WHERE reason IS NULL") == 1


def test_another_reason_is_recorded_in_words(qtbot: QtBot, window: MainWindow) -> None:
    find(qtbot, window, "T-NONE")
    press(qtbot, window, Qt.Key.Key_6, ALT)
    QTest.keyClicks(window.focusWidget(), "fire alarm", delay=1)
    qtbot.waitUntil(lambda: window.desk.candidate_actions.reason_box.reason == "fire alarm", timeout=WAIT_MS)


def test_a_plan_that_no_longer_holds_is_shown_anew_and_not_applied(
    qtbot: QtBot, window: MainWindow, portal_file: Path
) -> None:
    find(qtbot, window, "T-STUCK")
    window.link._timer.stop()
    tell(
        portal_file,
        "INSERT INTO questions_examsession"
        " (user_id, trade_id, paper_id, exam_type, started_at, duration, total_questions)"
        " SELECT user_id, trade_id, paper_id, exam_type, started_at, duration, total_questions"
        " FROM questions_examsession WHERE completed_at IS NULL AND user_id ="
        " (SELECT user_id FROM registration_candidateprofile WHERE army_no = 'T-STUCK')",
    )
    press(qtbot, window, Qt.Key.Key_F9)
    settle(qtbot, window)
    assert "Something changed since the plan was shown" in window.messages.text
    assert sessions_of(portal_file, "T-STUCK") == 2
    assert "clear 2 sessions" in window.desk.candidate_actions.actions_by_operation[RESET].text()


@pytest.mark.parametrize("agreed", [True, False])
def test_the_first_write_asks_before_it_creates_tables(
    qtbot: QtBot, empty_window: MainWindow, portal_file: Path, agreed: bool
) -> None:
    window = empty_window
    names = "SELECT group_concat(name) FROM sqlite_master WHERE type = 'table' AND name LIKE 'desktop_admin_%'"
    for name in ask(portal_file, names).split(","):
        tell(portal_file, f"DROP TABLE {name}")
    window.open_database(str(portal_file))
    # Without our own tables nothing says that this portal is not a real one.
    sign_in(qtbot, window, "admin", "admin")
    find(qtbot, window, "T-NONE")
    press(qtbot, window, Qt.Key.Key_F8)
    dialog = open_dialog(qtbot, ConsentDialog)
    click(qtbot, button(dialog, "Make a back-up and create the tables" if agreed else "Cancel"))
    settle(qtbot, window)
    assert has_slot(portal_file, "T-NONE") is agreed
    assert bool(ask(portal_file, names)) is agreed
    assert not window.carrying_out.busy
    if agreed:
        assert window.messages.text.startswith("✓ Slot assigned: T-NONE"), "what was done is told first"
        assert "A back-up was made: " in window.messages.text
        backup = Path(window.messages.text.partition("A back-up was made: ")[2])
        assert backup.is_file()


def test_a_background_refresh_keeps_selection_and_scroll_position(qtbot: QtBot, demo_window: MainWindow) -> None:
    window = demo_window
    table = window.desk.list.table
    table.selectRow(200)
    settle(qtbot, window)
    table.verticalScrollBar().setValue(190)
    window.commands.refresh.trigger()
    settle(qtbot, window)
    assert [index.row() for index in table.selectionModel().selectedRows()] == [200]
    assert table.rowAt(0) == 190


def test_the_window_stays_the_active_one(qtbot: QtBot, window: MainWindow) -> None:
    """A button that is shown before it has a parent is a window for a moment, and takes the keys away."""
    find(qtbot, window, "T-STUCK")
    assert QApplication.activeWindow() is window
    assert [one for one in QApplication.topLevelWidgets() if one.isVisible()] == [window]


@pytest.mark.parametrize("zoom", [1.0, 1.3])
def test_the_card_is_never_cut(qtbot: QtBot, qapp: QApplication, window: MainWindow, zoom: float) -> None:
    looks.apply(qapp, theme="light", zoom=zoom)
    find(qtbot, window, "T-STUCK")
    area = window.desk.findChildren(QScrollArea)[0]
    body = area.widget()
    assert body is not None
    qtbot.waitUntil(lambda: body.minimumSizeHint().width() <= area.viewport().width(), timeout=WAIT_MS)


def test_a_name_of_ten_thousand_characters_and_with_markup_harms_nothing(
    qtbot: QtBot, window: MainWindow, portal_file: Path
) -> None:
    name = "<b>O'Brien</b>" + "x" * 10_000
    tell(portal_file, "UPDATE registration_candidateprofile SET name = ? WHERE army_no = 'T-STUCK'", name)
    find(qtbot, window, "T-FINE")
    width = window.minimumSizeHint().width()
    find(qtbot, window, "T-STUCK")
    assert "<b>O'Brien</b>xxx" in window.desk.card.text
    assert window.minimumSizeHint().width() == width
    assert window.desk.candidate_actions.primary.width() < window.desk.width() / 2


def test_the_buttons_for_many_candidates_are_read_whole(qtbot: QtBot, window: MainWindow, portal_file: Path) -> None:
    army_nos = [f"M-{number}" for number in range(40)]
    portal.add_writing(portal_file, *army_nos)
    window.resize(1366, 768)
    window.desk.paste("\n".join(army_nos))
    settle(qtbot, window)

    shown = [one for one in window.desk.candidate_actions.findChildren(ActionButton) if one.isVisible()]
    assert {"Reassign 40, clear 40   Ctrl+F9", "Clear 40 sessions   Shift+F9"} <= {one.text() for one in shown}
    for one in shown:
        assert one.sizeHint().width() <= one.width(), one.text()
        assert one.mapTo(window.desk, one.rect().topRight()).x() < window.desk.width() / 2, one.text()
        assert not one.visibleRegion().isEmpty()
        assert one.visibleRegion().boundingRect() == one.rect(), one.text()


def test_many_unknown_numbers_are_counted_not_all_named(qtbot: QtBot, window: MainWindow) -> None:
    window.desk.paste("\n".join(f"X-{number}" for number in range(500)))
    settle(qtbot, window)
    assert "Not found: X-0, X-1," in window.desk.card.text
    assert "and 488 more" in window.desk.card.text


def test_the_desk_is_read_again_when_it_is_shown_again(qtbot: QtBot, window: MainWindow, portal_file: Path) -> None:
    find(qtbot, window, "T-NONE")
    window.show_pane(5)
    settle(qtbot, window)
    tell(portal_file, "UPDATE registration_candidateprofile SET has_exam_slot = 1 WHERE army_no = 'T-NONE'")
    window.show_pane(1)
    settle(qtbot, window)
    assert window.desk.candidate_actions.primary.text() == "Reset slot   F9"


def test_a_search_that_finds_nobody_leaves_nobody_for_the_keys(
    qtbot: QtBot, window: MainWindow, portal_file: Path
) -> None:
    find(qtbot, window, "T-NONE")
    search(qtbot, window, "T-NOBODY", hits=0)
    assert window.desk.user_ids == ()
    press(qtbot, window, Qt.Key.Key_F8)
    assert not has_slot(portal_file, "T-NONE")


def test_what_is_true_of_nearly_everyone_is_one_line_and_no_warning(qtbot: QtBot, window: MainWindow) -> None:
    find(qtbot, window, "T-FINE")
    told = window.desk.card.text
    assert "● Writing PRIMARY" in told
    assert "login ends" in told
    assert "▲" not in told
    find(qtbot, window, "T-STUCK")
    assert "▲" not in window.desk.card.text
    window.show_pane(2)
    settle(qtbot, window)
    summaries = [label.text() for label in window.sessions.findChildren(ToneLabel)]
    assert any("end before the paper" in text for text in summaries), summaries


def test_a_filter_that_is_chosen_during_a_look_up_narrows_what_is_looked_for(qtbot: QtBot, window: MainWindow) -> None:
    find(qtbot, window, "T-FINE")
    window.search.setText("T-")
    window.desk.note_field("T-")
    window.desk.search("T-")
    window.desk.list.show_problems()
    settle(qtbot, window)
    rows = window.desk.list.table.rows
    listed = {rows.source(row).army_no for row in range(rows.rowCount())}
    assert {"T-STUCK", "T-MOVED"} <= listed
    assert "T-FINE" not in listed


def test_rank_and_shift_are_shown_in_the_list_where_a_person_chooses_them(qtbot: QtBot, window: MainWindow) -> None:
    table = window.desk.list.table
    rank, shift = (table.rows.columns.index(name) for name in ("rank", "shift"))
    assert not {rank, shift} & set(table.columns.seen())
    menu = QMenu()
    table.columns.fill(menu)
    for action in menu.actions():
        if action.text() in ("Rank", "Shift"):
            action.trigger()
    assert {rank, shift} <= set(table.columns.seen())
    search(qtbot, window, "T-STUCK", hits=1)
    assert window.desk.list.table.rows.index(0, rank).data() == "Sep"
    operations = window.desk.candidate_actions.actions_by_operation.values()
    assert set(operations) <= set(table.actions()), "a right-click offers what the buttons offer"


def test_ctrl_a_selects_all_who_match_and_not_only_those_who_are_read(qtbot: QtBot, demo_window: MainWindow) -> None:
    table = demo_window.desk.list.table
    assert table.rows.rowCount() == 600
    assert not table.paged.is_read(599)
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, demo_window)
    assert len(demo_window.desk.user_ids) == 600
    assert demo_window.desk.card.text.startswith("600 candidates")
    assert table.selected_keys() == demo_window.desk.user_ids, "what is highlighted is what is acted on"
    # A refresh keeps all of them.
    demo_window.desk.refresh()
    settle(qtbot, demo_window)
    assert len(demo_window.desk.user_ids) == 600
    demo_window.desk.list.show_problems()
    settle(qtbot, demo_window)
    QTest.keyClick(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, demo_window)
    assert len(demo_window.desk.user_ids) == table.rows.rowCount() == 12
