"""Question sets: drafts in the matrix, the preview in place, applying all drafts at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from desktop_admin.controllers.values.lines import PaperChoice
from desktop_admin.gui.window.main_window import MainWindow
from desktop_admin.rules import Paper
from tests.gui.driving import WAIT_MS, ask, click, sessions_of, settle, sign_in, tell
from tests.gui.sets.matrix import cell, choose

# The list of letters pops up, which the offscreen platform complains of.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

ACTIVE = (
    "SELECT active_primary_set FROM questions_activatesets a JOIN reference_trade t ON t.id = a.trade_id"
    " WHERE t.code = ?"
)


def _sets(qtbot: QtBot, window: MainWindow) -> MainWindow:
    window.show_pane(3)
    settle(qtbot, window)
    return window


def _choose(qtbot: QtBot, window: MainWindow, trade: str, letter: str, column: int = 1) -> None:
    """Choose a letter in a trade's cell."""
    choose(qtbot, window, trade, column, {"letter": letter})


def test_the_matrix_shows_what_is_active_and_whether_it_suffices(qtbot: QtBot, window: MainWindow) -> None:
    _sets(qtbot, window)
    cells = {trade: cell(window, trade, 1).data() for trade in ("TTC", "OCC", "Musician")}
    assert cells["TTC"] == "E   53 questions"
    assert cells["OCC"] == "A   64 questions"
    assert cells["Musician"] == "no PRIMARY"
    assert cell(window, "TTC", 7).data() == "◆ 1 on another set"


def test_a_session_without_questions_is_counted_as_such(qtbot: QtBot, window: MainWindow, portal_file: Path) -> None:
    tell(
        portal_file,
        "DELETE FROM questions_examquestion WHERE session_id = (SELECT s.id FROM questions_examsession s"
        " JOIN registration_candidateprofile p ON p.user_id = s.user_id WHERE p.army_no = 'T-STUCK')",
    )
    _sets(qtbot, window)
    assert cell(window, "TTC", 6).data() == "1 without questions"
    assert "on another set" not in cell(window, "TTC", 7).data()
    assert "1 without questions" in cell(window, "TTC", 7).data()


def test_each_column_has_its_own_title(window: MainWindow) -> None:
    headers = window.sets.model.headers()
    assert len(set(headers)) == len(headers)


def test_an_arrow_says_where_a_set_can_be_chosen(qtbot: QtBot, window: MainWindow) -> None:
    _sets(qtbot, window)
    table = window.sets.table

    def picture(trade: str, column: int) -> QImage:
        """The right edge of a cell, where no text reaches."""
        rect = table.visualRect(cell(window, trade, column))
        image = table.viewport().grab(rect).toImage()
        arrow = table.extra_room("primary set")
        return image.copy(image.width() - arrow, 0, arrow, image.height())

    def is_plain(image: QImage) -> bool:
        return len({image.pixel(x, y) for x in range(image.width()) for y in range(image.height())}) == 1

    assert not is_plain(picture("TTC", 1))
    assert is_plain(picture("Musician", 1)), "this trade has no PRIMARY paper"
    assert is_plain(picture("TTC", 5))


def test_a_change_is_a_draft_with_its_preview_in_place(qtbot: QtBot, window: MainWindow, portal_file: Path) -> None:
    _sets(qtbot, window)
    _choose(qtbot, window, "TTC", "C")
    assert cell(window, "TTC", 1).data().startswith("E → C")
    assert "Preview: TTC PRIMARY → C" in window.sets.panel.text
    assert ask(portal_file, ACTIVE, "TTC") == "E", "a draft changes nothing"


def test_the_preview_names_who_is_cleared_and_who_is_not_touched(qtbot: QtBot, window: MainWindow) -> None:
    _sets(qtbot, window)
    _choose(qtbot, window, "TTC", "A")
    rows = window.sets.panel.table.rows
    fates = {rows.source(n).session.army_no: rows.index(n, 6).data() for n in range(rows.rowCount())}
    assert fates["T-STUCK"] == "restart on A"
    assert fates["T-FINE"] == "restart on A"
    assert fates["T-SECOND"] == "go on, untouched"
    cleared = list(fates.values()).count("restart on A")
    assert f"{cleared} sessions in progress will be cleared and kept in the archive." in window.sets.panel.text
    assert "1 session on the other paper: not touched." in window.sets.panel.text


def test_a_session_on_the_new_set_already_is_told_apart_from_those_on_the_other_paper(
    qtbot: QtBot, window: MainWindow
) -> None:
    _sets(qtbot, window)
    _choose(qtbot, window, "TTC", "C")
    assert "1 session is on the new set already: not touched." in window.sets.panel.text
    assert "1 session on the other paper: not touched." in window.sets.panel.text


def test_a_set_that_is_drafted_again_leaves_the_sessions_on_it(
    qtbot: QtBot, demo_window: MainWindow, demo_file: Path
) -> None:
    window = _sets(qtbot, demo_window)
    occ = next(
        row for row in map(window.sets.model.source, range(window.sets.model.rowCount())) if row.trade.code == "OCC"
    )
    assert (occ.primary.active, occ.primary.writing > 1, occ.secondary.writing) == ("D", True, 0)
    window.sets.propose(PaperChoice(occ.trade.id, Paper.PRIMARY, "D"))
    settle(qtbot, window)
    assert f"{occ.primary.writing} sessions are on the new set already: not touched." in window.sets.panel.text
    assert "other paper" not in window.sets.panel.text


def test_clearing_needs_the_typed_count_and_then_leaves_no_candidate_behind(
    qtbot: QtBot, window: MainWindow, portal_file: Path
) -> None:
    _sets(qtbot, window)
    _choose(qtbot, window, "TTC", "C")
    panel = window.sets.panel
    assert not panel.apply.isEnabled()
    assert window.focusWidget() is panel.typed, "it can be typed at once"
    panel.typed.setText("25")
    QTest.keyClick(panel.typed, Qt.Key.Key_Return)
    assert panel._lacking.text() == f"▲ To go on, type {panel.expected} (not “25”)."
    assert panel._lacking.isVisible()
    assert panel.typed.selectedText() == "25", "the next number replaces it"
    QTest.keyClicks(panel.typed, panel.expected)
    qtbot.waitUntil(panel.apply.isEnabled, timeout=WAIT_MS)
    assert panel._lacking.isHidden()
    QTest.keyClick(panel.typed, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert ask(portal_file, ACTIVE, "TTC") == "C"
    assert (sessions_of(portal_file, "T-STUCK"), sessions_of(portal_file, "T-FINE")) == (1, 0)
    assert sessions_of(portal_file, "T-SECOND") == 1
    assert panel.isHidden()
    assert not window.sets.model.drafts
    assert "Activated: TTC PRIMARY → C." in window.messages.text


def test_whoever_may_not_apply_it_reads_why_and_nothing_of_the_candidates_screen(
    qtbot: QtBot, door: MainWindow
) -> None:
    sign_in(qtbot, door, "staff", "staff")
    _sets(qtbot, door)
    _choose(qtbot, door, "TTC", "A")
    told = door.sets.panel.text
    assert told.startswith("▲ The role staff may not do this (Activate sets). Ask a supervisor.")
    assert "candidate's screen" not in told
    assert not door.sets.panel.typed.isVisible(), "there is nothing for them to confirm"


def test_a_click_opens_the_list_of_letters_and_keys_do_where_keys_have_led_there(
    qtbot: QtBot, window: MainWindow
) -> None:
    table = _sets(qtbot, window).sets.table

    def opened() -> bool:
        """Whether the list was open; it is closed again."""
        editor = table.viewport().findChild(QComboBox)
        if not isinstance(editor, QComboBox):
            return False
        editor.hidePopup()
        QTest.keyClick(editor, Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: table.viewport().findChild(QComboBox) is None, timeout=WAIT_MS)
        return True

    keys = (Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_F2)

    def opened_by_keys() -> list[bool]:
        found = []
        for key in keys:
            # Not by way of the application, where the scanner's filter would keep the blank for a while.
            table.event(QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier))
            found.append(opened())
        return found

    place = table.visualRect(cell(window, "TTC", 1)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert opened()
    assert opened_by_keys() == [False] * 3, "a scanner's Enter or blank is not meant for it"
    QTest.keyClick(table, Qt.Key.Key_Down)
    assert opened_by_keys() == [True] * 3
    window.search.setFocus()
    table.setFocus(Qt.FocusReason.TabFocusReason)
    assert opened_by_keys() == [True] * 3
    QTest.mouseClick(
        table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(cell(window, "Musician", 1)).center()
    )
    assert not opened(), "there is no set to be chosen"


def test_what_the_button_does_is_read_whole_beside_everything_else_that_is_offered(
    qtbot: QtBot, demo_window: MainWindow
) -> None:
    pane = _sets(qtbot, demo_window).sets
    pane.model.draft(pane.model.everywhere(Paper.PRIMARY, letter="B"))
    settle(qtbot, demo_window)
    assert pane.panel.allow_too_few.isVisible()
    assert pane.panel.apply.width() >= pane.panel.apply.sizeHint().width()


def test_too_few_questions_are_refused_until_a_supervisor_allows_them(qtbot: QtBot, window: MainWindow) -> None:
    _sets(qtbot, window)
    panel = window.sets.panel
    _choose(qtbot, window, "TTC", "C")
    assert panel.allow_too_few.isHidden(), "offered only where it is needed"
    _choose(qtbot, window, "TTC", "B")
    assert "F 2 of 10" in panel.text
    assert not panel.apply.isEnabled()
    panel.allow_too_few.click()
    settle(qtbot, window)
    assert panel.expected
    assert panel.apply.text().startswith("Activate set B and clear ")


def test_set_for_all_trades_names_the_trades_that_lack_the_set(qtbot: QtBot, window: MainWindow) -> None:
    _sets(qtbot, window)
    everywhere = window.sets.everywhere
    everywhere.wish.setCurrentText("C")
    click(qtbot, everywhere.button)
    settle(qtbot, window)
    text = window.sets.panel.text
    assert "▲ OCC: " in text, text
    assert window.sets.panel.apply.text().startswith("Activate set C")


def test_choosing_the_active_set_again_takes_the_draft_back(qtbot: QtBot, window: MainWindow) -> None:
    _sets(qtbot, window)
    _choose(qtbot, window, "TTC", "C")
    _choose(qtbot, window, "TTC", "E")
    assert not window.sets.model.drafts
    assert window.sets.panel.isHidden()


def test_discard_takes_all_drafts_back(qtbot: QtBot, window: MainWindow) -> None:
    _sets(qtbot, window)
    _choose(qtbot, window, "TTC", "C")
    _choose(qtbot, window, "OCC", "A")
    click(qtbot, window.sets.panel.discard)
    assert not window.sets.model.drafts
    assert window.sets.panel.isHidden()


def test_drafts_survive_a_refresh(qtbot: QtBot, window: MainWindow) -> None:
    _sets(qtbot, window)
    _choose(qtbot, window, "TTC", "C")
    window.commands.refresh.trigger()
    settle(qtbot, window)
    assert cell(window, "TTC", 1).data().startswith("E → C")


def test_a_session_started_since_the_preview_is_cleared_too(
    qtbot: QtBot, window: MainWindow, portal_file: Path
) -> None:
    _sets(qtbot, window)
    _choose(qtbot, window, "TTC", "C")
    panel = window.sets.panel
    QTest.keyClicks(panel.typed, panel.expected)
    qtbot.waitUntil(panel.apply.isEnabled, timeout=WAIT_MS)
    tell(
        portal_file,
        "INSERT INTO questions_examsession"
        " (user_id, trade_id, paper_id, exam_type, started_at, duration, total_questions)"
        " SELECT user_id, trade_id, paper_id, exam_type, started_at, duration, 43 FROM questions_examsession WHERE"
        " user_id = (SELECT user_id FROM registration_candidateprofile WHERE army_no = 'T-FINE')",
    )
    click(qtbot, panel.apply)
    settle(qtbot, window)
    assert sessions_of(portal_file, "T-FINE") == 0


SWITCHED = (
    "UPDATE questions_activatesets SET active_primary_set = 'A', last_updated = '2026-03-01 05:12:00', updated_by_id ="
    " (SELECT id FROM accounts_user WHERE username = 'admin')"
)
BY_ADMIN = "switched from E to A since this was chosen (last change: admin, 2026-03-01 10:42)"


def test_a_set_that_somebody_switched_since_the_draft_stays_and_it_is_told_who_did_it(
    qtbot: QtBot, window: MainWindow, portal_file: Path
) -> None:
    _sets(qtbot, window)
    _choose(qtbot, window, "TTC", "C")
    panel = window.sets.panel
    QTest.keyClicks(panel.typed, panel.expected)
    qtbot.waitUntil(panel.apply.isEnabled, timeout=WAIT_MS)
    tell(portal_file, SWITCHED)
    click(qtbot, panel.apply)
    settle(qtbot, window)
    assert ask(portal_file, ACTIVE, "TTC") == "A"
    assert BY_ADMIN in panel.text
    assert not panel.apply.isEnabled()


def test_a_draft_remembers_what_it_started_from_until_the_set_is_chosen_again(
    qtbot: QtBot, window: MainWindow, portal_file: Path
) -> None:
    _sets(qtbot, window)
    _choose(qtbot, window, "TTC", "C")
    tell(portal_file, SWITCHED)
    window.commands.refresh.trigger()
    settle(qtbot, window)
    assert cell(window, "TTC", 1).data().startswith("A → C")
    assert BY_ADMIN in window.sets.panel.text
    _choose(qtbot, window, "TTC", "C")
    assert BY_ADMIN not in window.sets.panel.text
    assert window.sets.panel.expected
