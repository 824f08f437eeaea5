"""Opening and closing papers, and setting durations, as drafts in the matrix beside those of sets."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop_admin.gui.sets.cell_dialogs import CellHistory, MinutesDialog
from desktop_admin.gui.sets.matrix_table import HISTORY, OTHER_MINUTES
from desktop_admin.gui.window.main_window import MainWindow
from tests.gui.driving import ask, click, settle, tell
from tests.gui.sets.matrix import cell, choose

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

OPEN = (
    "SELECT count(*) FROM questions_tradepaperactivation a JOIN reference_trade t ON t.id = a.trade_id "
    "WHERE a.is_active AND t.code = ? AND a.paper_type = ?"
)
MINUTES = (
    "SELECT a.exam_duration / 60000000 FROM questions_tradepaperactivation a JOIN reference_trade t "
    "ON t.id = a.trade_id WHERE t.code = ? AND a.paper_type = ?"
)
PRIMARY, SECONDARY = 2, 4


@pytest.fixture
def sets(qtbot: QtBot, window: MainWindow) -> MainWindow:
    """The window, showing the question sets."""
    window.show_pane(3)
    settle(qtbot, window)
    return window


def test_a_paper_that_is_opened_is_a_draft_with_its_preview_until_it_is_applied(
    qtbot: QtBot, sets: MainWindow, portal_file: Path
) -> None:
    choose(qtbot, sets, "Musician", SECONDARY, {"opens": True})
    panel = sets.sets.panel
    assert cell(sets, "Musician", SECONDARY).data() == "closed → open · 180 min"
    assert "Preview: Musician SECONDARY opens" in panel.text
    assert "Both papers of Musician are open then" in panel.text
    assert ask(portal_file, OPEN, "Musician", "SECONDARY") == 0
    assert (panel.apply.text(), panel.expected) == ("Open SECONDARY for 1 trade", "")
    click(qtbot, panel.apply)
    settle(qtbot, sets)
    assert ask(portal_file, OPEN, "Musician", "SECONDARY") == 1
    assert cell(sets, "Musician", SECONDARY).data() == "open · 180 min"
    assert panel.isHidden()


def test_a_paper_that_is_being_written_stays_open_until_a_supervisor_insists(
    qtbot: QtBot, sets: MainWindow, portal_file: Path
) -> None:
    choose(qtbot, sets, "TTC", PRIMARY, {"opens": False})
    panel = sets.sets.panel
    assert "PRIMARY of TTC stays open: 3 candidates are writing it" in panel.text
    assert "T-FINE Suresh Yadav" in panel.text
    assert not panel.apply.isEnabled()
    panel.force.setChecked(True)
    settle(qtbot, sets)
    rows = panel.table.rows
    fates = {rows.source(n).session.army_no: rows.index(n, 6).data() for n in range(rows.rowCount())}
    assert fates == dict.fromkeys(("T-FINE", "T-MOVED", "T-STUCK"), "paper closes, answers lost")
    assert panel.expected == "TTC 3"
    panel.typed.setText("TTC 3")
    click(qtbot, panel.apply)
    settle(qtbot, sets)
    assert ask(portal_file, OPEN, "TTC", "PRIMARY") == 0
    choose(qtbot, sets, "TTC", SECONDARY, {"opens": True})
    assert not panel.force.isChecked(), "insisting is for one preview"


def test_what_is_refused_of_the_drafts_stays_drafted_with_the_reason_and_without_what_was_insisted_on(
    qtbot: QtBot, sets: MainWindow, portal_file: Path
) -> None:
    panel, model = sets.sets.panel, sets.sets.model
    for trade in ("TTC", "Musician"):
        choose(qtbot, sets, trade, PRIMARY if trade == "TTC" else SECONDARY, {"opens": trade != "TTC"})
    panel.allow_too_few.setChecked(True)
    settle(qtbot, sets)
    assert panel.apply.isEnabled()
    click(qtbot, panel.apply)
    settle(qtbot, sets)
    assert ask(portal_file, OPEN, "Musician", "SECONDARY") == 1
    assert "stays open: 3 candidates are writing it" in sets.messages.text
    assert [(draft.paper, draft.opens) for draft in model.drafts] == [("PRIMARY", False)]
    assert cell(sets, "Musician", SECONDARY).data() == "open · 180 min"
    assert not panel.isHidden()
    assert "stays open: 3 candidates are writing it" in panel.text
    assert not panel.allow_too_few.isChecked()
    assert not panel.apply.isEnabled()
    # Once nobody is in the way, it can be applied.
    tell(portal_file, "UPDATE questions_examsession SET completed_at = started_at WHERE completed_at IS NULL")
    sets.sets.refresh()
    settle(qtbot, sets)
    click(qtbot, panel.apply)
    settle(qtbot, sets)
    assert (ask(portal_file, OPEN, "TTC", "PRIMARY"), model.drafts, panel.isHidden()) == (0, (), True)


def test_drafts_of_one_trade_and_of_several_are_applied_together(
    qtbot: QtBot, sets: MainWindow, portal_file: Path
) -> None:
    choose(qtbot, sets, "OCC", PRIMARY, {"minutes": 90})
    choose(qtbot, sets, "OCC", SECONDARY, {"opens": True})
    choose(qtbot, sets, "OCC", SECONDARY, {"minutes": 60})
    panel = sets.sets.panel
    assert "Preview: OCC PRIMARY 90 minutes, OCC SECONDARY opens, 60 minutes" in panel.text
    assert panel.apply.text() == "Apply 2 changes"
    click(qtbot, panel.apply)
    settle(qtbot, sets)
    assert [ask(portal_file, MINUTES, "OCC", paper) for paper in ("PRIMARY", "SECONDARY")] == [90, 60]
    assert ask(portal_file, OPEN, "OCC", "SECONDARY") == 1
    assert ask(portal_file, "SELECT count(*) FROM desktop_admin_operation WHERE operation = 'arrange-papers'") == 1


def test_choosing_what_is_so_already_takes_that_draft_back_and_keeps_the_others(qtbot: QtBot, sets: MainWindow) -> None:
    choose(qtbot, sets, "OCC", SECONDARY, {"opens": True})
    choose(qtbot, sets, "OCC", SECONDARY, {"minutes": 60})
    (draft,) = sets.sets.model.drafts
    sets.sets.model.draft([type(draft)(*draft.place, opens=False)])
    (draft,) = sets.sets.model.drafts
    assert (draft.opens, draft.minutes) == (None, 60)
    sets.sets.model.draft([type(draft)(*draft.place, minutes=180)])
    assert sets.sets.model.drafts == ()


def test_another_duration_is_typed_in_a_dialog(qtbot: QtBot, sets: MainWindow) -> None:
    choose(qtbot, sets, "OCC", PRIMARY, OTHER_MINUTES)
    dialog = sets.findChild(MinutesDialog)
    assert isinstance(dialog, MinutesDialog)
    assert dialog.minutes.value() == 180
    dialog.minutes.setValue(75)
    dialog.accept()
    settle(qtbot, sets)
    assert cell(sets, "OCC", PRIMARY).data() == "open · 180 → 75 min"


def test_what_was_set_of_a_paper_is_shown_from_its_cell(qtbot: QtBot, sets: MainWindow) -> None:
    choose(qtbot, sets, "OCC", SECONDARY, {"opens": True})
    click(qtbot, sets.sets.panel.apply)
    settle(qtbot, sets)
    choose(qtbot, sets, "OCC", SECONDARY, HISTORY)
    dialog = sets.findChild(CellHistory)
    assert isinstance(dialog, CellHistory)
    rows = dialog.table.rows
    assert [rows.index(0, column).data() for column in (1, 4)] == ["opens", "Open a paper"]
    assert rows.rowCount() == 1


def test_a_paper_is_opened_and_closed_for_all_trades_at_once(qtbot: QtBot, sets: MainWindow) -> None:
    everywhere = sets.sets.everywhere
    everywhere.paper.setCurrentText("SECONDARY")
    everywhere.wish.setCurrentText("Open the paper")
    click(qtbot, everywhere.button)
    settle(qtbot, sets)
    assert sets.sets.panel.apply.text() == "Open SECONDARY for 3 trades"
