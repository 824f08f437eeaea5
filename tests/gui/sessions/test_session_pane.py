"""Sessions: problems first, each with its cure, and a refresh that moves nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop_admin.controllers.values.sessions import FindingKind
from desktop_admin.gui.changing.impact_dialog import ImpactDialog
from desktop_admin.gui.connection import link
from desktop_admin.gui.kit.widgets import FilterBox, HintedLine, ToneLabel
from desktop_admin.gui.tables.concerns import State
from desktop_admin.gui.window.main_window import MainWindow
from tests.gui.driving import WAIT_MS, ask, button, click, open_dialog, sessions_of, settle, tell


def _rows(window: MainWindow) -> list[str]:
    rows = window.sessions.table.rows
    return [str(rows.index(n, 0).data()) for n in range(rows.rowCount())]


def _button(window: MainWindow, text: str) -> QPushButton:
    return next(one for one in window.sessions.findChildren(QPushButton) if one.text() == text)


def test_stuck_sessions_stand_first_and_in_the_navigation(qtbot: QtBot, window: MainWindow) -> None:
    window.show_pane(2)
    settle(qtbot, window)
    rows = _rows(window)
    assert rows[:2] == ["◆ Stuck", "◆ Stuck"]
    assert "◆ Stuck" not in rows[2:]
    assert window.frame.navigation.badge(1) == "◆ 2"


def test_a_finding_carries_its_cure_as_the_button(qtbot: QtBot, window: MainWindow, portal_file: Path) -> None:
    window.show_pane(2)
    window.sessions.table.selectRow(0)
    cured = window.sessions.table.selected()[0].session
    click(qtbot, _button(window, "Clear this session"))
    settle(qtbot, window)
    assert sessions_of(portal_file, cured.army_no) == 0
    assert window.frame.navigation.badge(1) == "◆ 1"


def test_the_big_button_cures_what_is_selected_and_all_of_them_keep_their_places(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.show_pane(2)
    settle(qtbot, window)
    pane = window.sessions
    buttons = (
        pane.cure,
        pane.other_cure,
        _button(window, "Show on the desk"),
        _button(window, "Clear all 2 stuck sessions"),
    )
    assert [one.objectName() for one in buttons] == ["primary", "secondary", "secondary", "secondary"]

    def places() -> list[QPoint]:
        return [one.mapTo(pane, QPoint()) for one in buttons]

    before = places()
    for row in range(pane.table.rows.rowCount()):
        pane.table.selectRow(row)
        # What is told above them takes its room from the list.
        qtbot.waitUntil(lambda: places() == before, timeout=WAIT_MS)
        assert all(one.isVisible() for one in buttons)
        one = pane.table.selected()[0]
        of_logins = one.finding is not None and one.finding.kind is FindingKind.LOGINS_END
        assert pane.cure.isEnabled() == (one.stuck or one.draft is not None or of_logins)
        assert buttons[3].text() == "Clear all 2 stuck sessions"
    assert pane.other_cure.text() == "No other cure"


def test_all_stuck_sessions_are_cleared_at_once(qtbot: QtBot, window: MainWindow, portal_file: Path) -> None:
    window.show_pane(2)
    click(qtbot, _button(window, "Clear all 2 stuck sessions"))
    dialog = open_dialog(qtbot, ImpactDialog)
    click(qtbot, button(dialog, "Clear 2 sessions of 2 candidates"))
    settle(qtbot, window)
    assert window.frame.navigation.badge(1) == ""
    assert ask(portal_file, "SELECT count(*) FROM questions_examsession WHERE completed_at IS NULL") == 2


def test_the_filters_count_nothing_until_it_is_read_and_after_it_is_forgotten(qtbot: QtBot, window: MainWindow) -> None:
    pane = window.sessions
    window.show_pane(2)
    settle(qtbot, window)
    assert _button(window, f"All {pane.table.rows.rowCount()}") is not None
    pane.empty()
    assert [action.text() for action in pane._chips.values()][:2] == ["All …", "◆ Stuck …"]
    assert pane._summary.text() == ""


def test_the_filters_count_and_narrow(qtbot: QtBot, window: MainWindow) -> None:
    window.show_pane(2)
    click(qtbot, _button(window, "◆ Stuck 2"))
    assert set(_rows(window)) == {"◆ Stuck"}
    click(qtbot, _button(window, "■ Finished 3"))
    assert len(_rows(window)) == 3


def test_what_others_do_appears_without_moving_the_selection(
    qtbot: QtBot, window: MainWindow, portal_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It is seen by itself, and not only with the survey that comes every ten seconds.
    monkeypatch.setattr(link, "AGED_EVERY", 1_000_000)
    window.show_pane(2)
    settle(qtbot, window)
    rows = window.sessions.table.rows
    fine = next(
        n
        for n in range(rows.rowCount())
        if rows.source(n).session is not None and rows.source(n).session.army_no == "T-FINE"
    )
    window.sessions.table.selectRow(fine)
    tell(
        portal_file,
        "UPDATE registration_candidateprofile SET has_exam_slot = 0 WHERE army_no = 'T-SECOND'",
    )
    qtbot.waitUntil(lambda: window.frame.navigation.badge(1) == "◆ 3", timeout=WAIT_MS)
    assert window.sessions.table.selected()[0].session.army_no == "T-FINE"


def test_a_session_leads_to_its_candidate_on_the_desk(qtbot: QtBot, window: MainWindow) -> None:
    window.show_pane(2)
    window.sessions.table.selectRow(0)
    army_no = window.sessions.table.selected()[0].session.army_no
    click(qtbot, _button(window, "Show on the desk"))
    settle(qtbot, window)
    assert army_no in window.desk.card.text
    assert window.search.text() == army_no


def test_what_is_true_of_nearly_everyone_is_one_line_for_all(qtbot: QtBot, window: MainWindow) -> None:
    # Those who write are signed in only until before their paper ends; one of them writes a paper that is closed.
    window.show_pane(2)
    settle(qtbot, window)
    assert _button(window, "▲ Other findings 2") is not None
    rows = window.sessions.table.rows
    told = {str(rows.index(n, 0).data()): str(rows.index(n, 7).data()) for n in range(rows.rowCount())}
    assert told["● Running"] == ""


def test_copies_that_disagree_are_cured_by_a_draft_among_the_question_sets(
    qtbot: QtBot, window: MainWindow, portal_file: Path
) -> None:
    other = (
        "SELECT count(*) FROM questions_questionsetactivation a JOIN reference_trade t ON t.id = a.trade_id"
        " JOIN questions_activatesets s ON s.trade_id = t.id"
        " WHERE a.paper_type = 'PRIMARY' AND a.is_active AND a.question_set <> s.active_primary_set"
    )
    tell(
        portal_file,
        "UPDATE questions_questionsetactivation SET question_set = 'C' WHERE paper_type = 'PRIMARY' AND is_active"
        " AND trade_id = (SELECT id FROM reference_trade WHERE code = 'TTC')",
    )
    assert ask(portal_file, other) == 1
    window.show_pane(2)
    window.commands.refresh.trigger()
    settle(qtbot, window)
    rows = window.sessions.table.rows
    draft = window.sessions.cure
    assert (draft.text(), draft.isEnabled()) == ("Clear this session", False), "nothing is selected"
    drafts = {n: rows.source(n).draft for n in range(rows.rowCount())}
    row = next(n for n, wish in drafts.items() if wish is not None and wish.letter is not None)
    window.sessions.table.selectRow(row)
    assert (draft.isEnabled(), draft.text()) == (True, "Draft set E again")
    click(qtbot, draft)
    settle(qtbot, window)
    panel = window.sets.panel
    assert window.stack.currentWidget() is window.sets
    assert "Preview: TTC PRIMARY → E" in panel.text
    assert "E again   53 questions" in [window.sets.model.index(row, 1).data() for row in range(3)]
    assert ask(portal_file, other) == 1, "a draft changes nothing"
    QTest.keyClicks(panel.typed, panel.expected)
    qtbot.waitUntil(panel.apply.isEnabled, timeout=WAIT_MS)
    click(qtbot, panel.apply)
    settle(qtbot, window)
    assert ask(portal_file, other) == 0


def test_among_several_an_account_without_a_profile_is_told_by_its_user_name(
    qtbot: QtBot, window: MainWindow, portal_file: Path
) -> None:
    username = ask(
        portal_file,
        "SELECT username FROM accounts_user JOIN registration_candidateprofile AS p ON p.user_id = accounts_user.id"
        " WHERE army_no = 'T-STUCK'",
    )
    tell(portal_file, "DELETE FROM registration_candidateprofile WHERE army_no = 'T-STUCK'")
    window.show_pane(2)
    settle(qtbot, window)
    window.commands.refresh.trigger()
    settle(qtbot, window)
    window.sessions.narrow_to(State.STUCK)
    window.sessions.table.selectAll()
    told = window.sessions._cure.text().splitlines()
    assert len(told) > 1
    assert any(line.startswith(f"{username} ") for line in told)
    assert not [line for line in told if line.startswith(":")]


def test_the_list_is_narrowed_by_text_and_trade_and_several_lines_tell_their_causes(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.show_pane(2)
    settle(qtbot, window)
    pane, rows = window.sessions, window.sessions.table.rows
    everybody = rows.rowCount()
    text, trade = pane.findChildren(HintedLine)[0], pane.findChildren(FilterBox)[0]
    text.setText("kumar")
    assert [rows.source(row).army_no for row in range(rows.rowCount())] == ["T-STUCK"]
    text.setText("t-s")
    assert {rows.source(row).army_no[:3] for row in range(rows.rowCount())} == {"T-S"}
    text.clear()
    trade.setCurrentIndex(trade.findData("TTC"))
    assert {rows.source(row).trade for row in range(rows.rowCount())} == {"TTC"}
    trade.setCurrentIndex(0)
    assert rows.rowCount() == everybody
    pane.narrow_to(State.STUCK)
    pane.table.selectAll()
    told = "\n".join(label.text() for label in pane.findChildren(ToneLabel))
    for concern in pane.table.selected()[:2]:
        assert concern.finding is not None
        assert concern.session is not None
        assert f"{concern.army_no} {concern.session.name}: {window.words.say(concern.finding.reason)}" in told
    offered = [action.text() for action in pane.table.actions()]
    assert {pane.show_candidate.text(), pane.clear_selected.text(), "Copy rows"} <= set(offered)
    pane.empty()
    assert not text.text()


def test_a_session_on_another_set_is_accepted_at_its_line_and_counted_apart(
    qtbot: QtBot, window: MainWindow, portal_file: Path
) -> None:
    window.show_pane(2)
    settle(qtbot, window)
    pane = window.sessions
    row = next(n for n, one in enumerate(pane.stuck) if one.army_no == "T-STUCK")
    pane.table.selectRow(row)
    assert pane.other_cure.text() == "Accept 1 session"
    click(qtbot, pane.other_cure)
    settle(qtbot, window)
    assert [one.army_no for one in pane.stuck] == ["T-MOVED"]
    click(qtbot, _button(window, "◐ Accepted 1"))
    assert _rows(window) == ["◐ Accepted"]
    pane.table.selectRow(0)
    assert "May be finished on set C: accepted by" in pane._cure.text()
    assert ask(portal_file, "SELECT session_id FROM desktop_admin_accepted_session") == 1


@pytest.mark.usefixtures("rests")
def test_whoever_reads_again_sees_what_rests_as_well(qtbot: QtBot, window: MainWindow, portal_file: Path) -> None:
    window.show_pane(2)
    settle(qtbot, window)
    numbers = window.sessions.table.rows.rowCount()
    tell(portal_file, "UPDATE registration_candidateprofile SET army_no = 'T-NONE ' WHERE army_no = 'T-NONE'")
    window.link.changed_outside.emit()
    settle(qtbot, window)
    assert window.sessions.table.rows.rowCount() == numbers
    window.commands.refresh.trigger()
    settle(qtbot, window)
    assert window.sessions.table.rows.rowCount() == numbers + 1
