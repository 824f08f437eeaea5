"""History: what was done, by whom and why, down to the cleared sessions."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QFileDialog
from pytestqt.qtbot import QtBot

from desktop_admin.controllers.operations.clear import CLEAR
from desktop_admin.controllers.operations.kind import Right
from desktop_admin.controllers.values.records import ClearedSession
from desktop_admin.gui.changing.carrying_out import CarryingOut
from desktop_admin.gui.changing.impact_dialog import ImpactDialog
from desktop_admin.gui.history import history_filters
from desktop_admin.gui.kit.labels import LinkLabel
from desktop_admin.gui.kit.widgets import ToneLabel
from desktop_admin.gui.window.main_window import MainWindow
from tests.gui.driving import WAIT_MS, ask, click, find, has_slot, open_dialog, press, sessions_of, settle, tell


def test_an_operation_opens_to_its_candidates_and_cleared_sessions(qtbot: QtBot, window: MainWindow) -> None:
    window.show_pane(5)
    settle(qtbot, window)
    assert window.history.table.rows.rowCount() == 0
    window.show_pane(1)
    find(qtbot, window, "T-STUCK")
    press(qtbot, window, Qt.Key.Key_F9)
    settle(qtbot, window)
    window.show_pane(5)
    settle(qtbot, window)
    cells = [window.history.table.rows.index(0, column).data() for column in range(10)]
    assert cells[4:] == ["Reset slot", "T-STUCK Ramesh Kumar", "–", "1", "–", "1"]
    assert window.history.lines.rows.index(0, 0).data() == "T-STUCK Ramesh Kumar"
    assert window.history.lines.rows.index(0, 2).data() == "Slot reset, 1 session cleared"
    cleared = window.history.cleared.rows
    cells = [cleared.index(0, column).data() for column in range(1, 8)]
    assert (cells[:4], cells[5:]) == (["T-STUCK Ramesh Kumar", "TTC", "PRIMARY", "C"], ["43", "–"])
    assert re.fullmatch(r"(\d{4}-\d\d-\d\d )?\d\d:\d\d", cells[4])


def test_what_the_card_tells_of_the_past_leads_to_the_history(qtbot: QtBot, window: MainWindow) -> None:
    reset(qtbot, window, "T-STUCK")
    window.show_pane(1)
    reset(qtbot, window, "T-SLOT")
    # Not in the list any more, which shows nobody but the other candidate.
    window.history.filters.text.setText("T-SLOT")
    settle(qtbot, window)
    window.show_pane(1)
    find(qtbot, window, "T-STUCK")
    (link,) = (one for one in window.desk.card.findChildren(LinkLabel) if one.isVisible())
    assert "Reset slot" in link.text()
    QTest.mouseClick(link, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert window.stack.currentWidget() is window.history
    (record,) = window.history.table.selected()
    assert [line.army_no for line in record.lines] == ["T-STUCK"]
    window.show_pane(1)
    find(qtbot, window, "T-SLOT")
    window.history.filters.show_everything()
    settle(qtbot, window)
    (link,) = (one for one in window.desk.card.findChildren(LinkLabel) if one.isVisible())
    link.setFocus()
    press(qtbot, window, Qt.Key.Key_Return)
    settle(qtbot, window)
    (record,) = window.history.table.selected()
    assert [line.army_no for line in record.lines] == ["T-SLOT"]


def clear(qtbot: QtBot, window: MainWindow, army_no: str) -> None:
    """Clear the candidate's session, and look at the history."""
    find(qtbot, window, army_no)
    window.desk.candidate_actions.actions_by_operation[CLEAR].trigger()
    settle(qtbot, window)
    window.show_pane(5)
    settle(qtbot, window)


def reset(qtbot: QtBot, window: MainWindow, army_no: str) -> None:
    """Reset the candidate's slot, and look at the history."""
    find(qtbot, window, army_no)
    press(qtbot, window, Qt.Key.Key_F9)
    settle(qtbot, window)
    window.show_pane(5)
    settle(qtbot, window)


def test_an_operation_is_undone_from_the_history_and_only_once(
    qtbot: QtBot, window: MainWindow, portal_file: Path
) -> None:
    reset(qtbot, window, "T-STUCK")
    pane = window.history
    window.commands.reason_asked.emit(3)
    pane.undo.trigger()
    settle(qtbot, window)
    reason = ask(portal_file, "SELECT reason FROM desktop_admin_operation ORDER BY seq DESC LIMIT 1")
    assert reason == "Wrong candidate or trade"
    assert (has_slot(portal_file, "T-STUCK"), sessions_of(portal_file, "T-STUCK")) == (True, 1)
    what = [pane.table.rows.index(row, 4).data() for row in (0, 1)]
    assert what == ["Undo", "Reset slot (undone)"]
    assert pane.undo.statusTip() == "This operation has been undone already."
    pane.table.selectRow(0)
    assert not pane.undo.isEnabled()
    assert "An undo is not undone itself" in pane.undo.statusTip()


def test_a_cleared_session_is_restored_from_the_history(qtbot: QtBot, window: MainWindow, portal_file: Path) -> None:
    clear(qtbot, window, "T-FINE")
    assert window.history.restore.isEnabled(), "the only one is chosen"
    window.history.reason_box.choose(2)
    window.history.restore.trigger()
    settle(qtbot, window)
    assert ask(portal_file, "SELECT reason FROM desktop_admin_operation ORDER BY seq DESC LIMIT 1") == "Wrong set"
    assert sessions_of(portal_file, "T-FINE") == 1
    assert window.messages.text.startswith("✓ Restored: T-FINE Suresh Yadav. 1 session put back.")
    assert ask(portal_file, "SELECT count(*) FROM desktop_admin_restored_session") == 1
    window.history.table.selectRow(1)
    assert "(Restore session)" in window.history.cleared.rows.index(0, 7).data()


def test_a_set_that_is_not_active_needs_the_supervisors_decision_and_the_typed_count(
    qtbot: QtBot, window: MainWindow, portal_file: Path
) -> None:
    clear(qtbot, window, "T-STUCK")
    pane = window.history
    pane.cleared.selectRow(0)
    pane.restore.trigger()
    settle(qtbot, window)
    assert "A supervisor may override that" in window.messages.text
    pane.override.setChecked(True)
    pane.restore.trigger()
    dialog = open_dialog(qtbot, ImpactDialog)
    assert dialog.typed is not None
    QTest.keyClicks(dialog.typed, "1")
    qtbot.waitUntil(lambda: dialog.typed is not None and dialog.typed.text() == "1", timeout=WAIT_MS)
    dialog.accept()
    settle(qtbot, window)
    assert sessions_of(portal_file, "T-STUCK") == 1


def test_what_has_changed_since_is_left_and_named(qtbot: QtBot, window: MainWindow, portal_file: Path) -> None:
    reset(qtbot, window, "T-STUCK")
    tell(portal_file, "UPDATE registration_candidateprofile SET has_exam_slot = 1 WHERE army_no = 'T-STUCK'")
    window.history.undo.trigger()
    settle(qtbot, window)
    assert "Something has happened to the candidate since" in window.messages.text
    assert sessions_of(portal_file, "T-STUCK") == 0


def shown(window: MainWindow) -> list[str]:
    """What the listed operations are called."""
    rows = window.history.table.rows
    return [rows.index(row, 4).data() for row in range(rows.rowCount())]


def choose(box: QComboBox, text: str) -> None:
    assert box.findText(text) > 0, [box.itemText(place) for place in range(box.count())]
    box.setCurrentIndex(box.findText(text))


def test_the_filters_narrow_the_history(qtbot: QtBot, window: MainWindow, portal_file: Path) -> None:
    reset(qtbot, window, "T-STUCK")
    clear(qtbot, window, "T-FINE")
    pane, filters = window.history, window.history.filters
    tell(portal_file, "UPDATE desktop_admin_operation SET at = '2020-01-01', person = 'Om' WHERE seq = 1")
    pane.refresh()
    settle(qtbot, window)
    assert shown(window) == ["Clear sessions", "Reset slot"]
    assert not filters.everything.isEnabled()
    for narrow, wanted in (
        (partial(filters.text.setText, "suresh"), ["Clear sessions"]),
        (partial(choose, filters.operation, "Reset slot"), ["Reset slot"]),
        (partial(choose, filters.person, "Om"), ["Reset slot"]),
        (partial(choose, filters.period, "Today"), ["Clear sessions"]),
        (partial(choose, filters.period, "Last 7 days"), ["Clear sessions"]),
    ):
        narrow()
        settle(qtbot, window)
        assert shown(window) == wanted
        click(qtbot, filters.everything)
        settle(qtbot, window)
        assert len(shown(window)) == 2


def test_filters_that_nothing_matches_say_so(qtbot: QtBot, window: MainWindow) -> None:
    reset(qtbot, window, "T-STUCK")
    window.history.filters.text.setText("nobody")
    settle(qtbot, window)
    texts = [label.text() for label in window.history.findChildren(ToneLabel) if label.isVisible()]
    assert any(text.startswith("No operation matches the filters.") for text in texts)
    assert not window.history.undo.isEnabled()


def test_older_operations_are_within_reach(qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_filters, "STEP", 1)
    reset(qtbot, window, "T-STUCK")
    clear(qtbot, window, "T-FINE")
    window.history.start()
    window.history.refresh()
    settle(qtbot, window)
    filters = window.history.filters
    assert (shown(window), filters.count.text()) == (["Clear sessions"], "1 operation, the newest of 2")
    click(qtbot, filters.older)
    settle(qtbot, window)
    assert (len(shown(window)), filters.count.text()) == (2, "2 operations")
    assert filters.older.isHidden()


def test_a_wrong_desk_clock_is_marked_and_told(qtbot: QtBot, window: MainWindow, portal_file: Path) -> None:
    reset(qtbot, window, "T-STUCK")
    change = "UPDATE desktop_admin_operation SET released_by = 'Major Rao', desk_at = '2020-01-01'"
    tell(portal_file, change)
    window.history.start()
    window.history.refresh()
    settle(qtbot, window)
    row = [window.history.table.rows.index(0, column).data() for column in (0, 2)]
    assert (row[0][0], row[1]) == ("▲", "Major Rao")
    texts = [label.text() for label in window.history.findChildren(ToneLabel) if label.isVisible()]
    assert any(text.startswith("▲ The desk's clock differed") for text in texts)
    assert any("released by Major Rao" in text for text in texts)


# Qt's own dialogs ask for sizes that the offscreen platform cannot give.
@pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
def test_the_export_at_the_history_is_what_the_filters_match(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    reset(qtbot, window, "T-STUCK")
    clear(qtbot, window, "T-FINE")
    window.history.filters.text.setText("T-FINE")
    settle(qtbot, window)
    window.commands.papers.export_listed.trigger()
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(tmp_path / "some.csv"))
    dialog.close()
    settle(qtbot, window)
    lines = (tmp_path / "some.csv").read_text(encoding="utf-8-sig").splitlines()
    assert (len(lines), "T-FINE" in lines[1]) == (2, True)


def test_restoring_is_asked_for_as_many_candidates_as_have_sessions_chosen(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def release_tip_for(_self: CarryingOut, _right: Right, *, candidates: int) -> str:
        asked.append(candidates)
        return f"for {candidates}"

    monkeypatch.setattr(CarryingOut, "release_tip_for", release_tip_for)
    window.history.cleared.rows.set_rows([ClearedSession(1, user_id=5), ClearedSession(2, user_id=5)])
    window.history.cleared.selectAll()
    assert asked[-1] == 1, "both sessions are of one candidate"
