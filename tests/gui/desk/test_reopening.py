"""Reopening a paper in the window: from the card of who has submitted it, and as the cure of a late submission."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop_admin.gui.changing.impact_dialog import ImpactDialog
from desktop_admin.gui.kit.tables import Table
from desktop_admin.gui.window.main_window import MainWindow
from desktop_admin.rules import Paper
from tests.controllers.portal.test_findings import answer_foreign_question
from tests.gui.driving import ask, button, click, find, look, open_dialog, settle

SUBMITTED = "SELECT {paper}_slot_consumed_at IS NOT NULL FROM registration_candidateprofile WHERE army_no = 'T-DONE'"


def submitted(path: Path) -> tuple[bool, bool]:
    """Whether T-DONE has submitted PRIMARY and SECONDARY."""
    return bool(ask(path, SUBMITTED.format(paper="primary"))), bool(ask(path, SUBMITTED.format(paper="secondary")))


def test_reopening_stands_only_where_the_paper_is_submitted(qtbot: QtBot, window: MainWindow) -> None:
    actions = dict(window.desk.candidate_actions.paper_actions)
    for army_no, papers in (("T-DONE", set(Paper)), ("T-SECOND", {Paper.PRIMARY}), ("T-FINE", set())):
        find(qtbot, window, army_no)
        assert {paper for paper, action in actions.items() if action.isVisible()} == papers
        assert {paper for paper, action in actions.items() if action.isEnabled()} == papers
    window.desk.paste("T-DONE T-SECOND")
    settle(qtbot, window)
    assert not any(action.isVisible() for action in actions.values()), "one candidate at a time"


def test_a_paper_is_reopened_only_after_the_question_and_comes_back(
    qtbot: QtBot, window: MainWindow, portal_file: Path
) -> None:
    find(qtbot, window, "T-DONE")
    reopen = dict(window.desk.candidate_actions.paper_actions)[Paper.SECONDARY]
    assert reopen.text() == "Reopen SECONDARY…"
    reopen.trigger()
    dialog = open_dialog(qtbot, ImpactDialog)
    assert button(dialog, "Cancel").isDefault()
    told = [one.text() for one in dialog.findChildren(QLabel)]
    assert "1 session of SECONDARY will go into the archive, answers included; 2 portal logins will end." in told
    assert any(text.startswith("On the candidate's screen: the next click leads to the login.") for text in told)
    table = dialog.findChildren(Table)[0]
    outcome = table.rows.index(0, 2).data()
    assert outcome == "Paper will be reopened, 1 session to the archive · With 43 answers."
    assert table.sizeHintForColumn(2) <= table.columnWidth(2), "it is read whole"
    dialog.reject()
    settle(qtbot, window)
    assert submitted(portal_file) == (True, True)
    reopen.trigger()
    click(qtbot, button(open_dialog(qtbot, ImpactDialog), "Reopen SECONDARY"))
    settle(qtbot, window)
    assert submitted(portal_file) == (True, False)
    assert window.messages.text.startswith(
        "✓ Paper reopened: T-DONE P. Das. 1 session archived. On the candidate's screen:"
    )
    assert not reopen.isVisible()
    window.messages.undo.trigger()
    settle(qtbot, window)
    assert submitted(portal_file) == (True, True)
    look(qtbot, window)
    assert reopen.isVisible()


def test_a_late_submission_carries_its_cure_as_the_button(qtbot: QtBot, window: MainWindow, portal_file: Path) -> None:
    database = window.tasks.database
    assert database is not None
    pane = window.sessions
    (action,), (button_,) = pane.papers, pane._paper_buttons
    window.show_pane(2)
    settle(qtbot, window)
    pane.table.selectRow(0)
    assert not button_.isVisible(), "it is stuck, and cleared"
    answer_foreign_question(database)
    window.commands.refresh.trigger()
    settle(qtbot, window)
    late = next(n for n in range(pane.table.rows.rowCount()) if pane.table.rows.source(n).late is not None)
    pane.table.selectRow(late)
    assert (action.text(), button_.isVisible()) == ("Reopen PRIMARY…", True)
    assert not pane._clear_button.isVisible()
    click(qtbot, button_)
    click(qtbot, button(open_dialog(qtbot, ImpactDialog), "Reopen PRIMARY"))
    settle(qtbot, window)
    assert submitted(portal_file) == (False, True)
    assert all(pane.table.rows.source(n).late is None for n in range(pane.table.rows.rowCount()))
