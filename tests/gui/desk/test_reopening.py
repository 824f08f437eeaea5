"""What is done to one paper of a candidate in the window: on the card, and as the cure in the list of sessions."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop_admin import language
from desktop_admin.controllers.operations.completed import SET_COMPLETED, SET_NOT_COMPLETED
from desktop_admin.controllers.operations.kind import Place
from desktop_admin.controllers.operations.reopen import REOPEN
from desktop_admin.gui.changing.impact_dialog import ImpactDialog
from desktop_admin.gui.kit.widgets import ActionButton
from desktop_admin.gui.tables.table import Table
from desktop_admin.gui.window.main_window import MainWindow
from desktop_admin.rules import Paper
from tests import raw
from tests.controllers.findings.test_findings import answer_foreign_question
from tests.gui.driving import ask, button, click, find, look, open_dialog, settle
from tests.gui.measuring import complaints

SUBMITTED = "SELECT {paper}_slot_consumed_at IS NOT NULL FROM registration_candidateprofile WHERE army_no = 'T-DONE'"


def submitted(path: Path) -> tuple[bool, bool]:
    """Whether T-DONE has submitted PRIMARY and SECONDARY."""
    return bool(ask(path, SUBMITTED.format(paper="primary"))), bool(ask(path, SUBMITTED.format(paper="secondary")))


def button_of(window: MainWindow, action: QAction) -> ActionButton:
    return next(one for one in (window.sessions.cure, window.sessions.other_cure) if one.action is action)


def cures(window: MainWindow) -> list[QAction]:
    """What is offered for the line that is selected."""
    return [window.sessions.cure.action, window.sessions.other_cure.action]


def is_late(window: MainWindow, line: int) -> bool:
    return window.sessions.table.rows.source(line).paper_at(Place.SUBMITTED) is not None


def test_reopening_stands_only_where_the_paper_is_submitted(qtbot: QtBot, window: MainWindow) -> None:
    every = window.desk.candidate_actions.paper_actions
    actions = {paper: every[REOPEN, paper] for paper in Paper}
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
    reopen = window.desk.candidate_actions.paper_actions[REOPEN, Paper.SECONDARY]
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
    action = pane.papers[REOPEN]
    window.show_pane(2)
    settle(qtbot, window)
    pane.table.selectRow(0)
    assert cures(window)[0] is pane.clear_selected, "it is stuck, and cleared"
    assert action not in cures(window)
    answer_foreign_question(database)
    window.commands.refresh.trigger()
    settle(qtbot, window)
    late = next(n for n in range(pane.table.rows.rowCount()) if is_late(window, n))
    pane.table.selectRow(late)
    assert (action.text(), cures(window)[0]) == ("Reopen PRIMARY…", action)
    assert pane.clear_selected not in cures(window)
    click(qtbot, button_of(window, action))
    click(qtbot, button(open_dialog(qtbot, ImpactDialog), "Reopen PRIMARY"))
    settle(qtbot, window)
    assert submitted(portal_file) == (False, True)
    assert not any(is_late(window, n) for n in range(pane.table.rows.rowCount()))


def test_a_paper_that_counts_wrongly_is_set_right_on_the_card_and_beside_its_session(
    qtbot: QtBot, window: MainWindow, portal_file: Path
) -> None:
    profile = "UPDATE registration_candidateprofile SET"
    raw.change(
        portal_file,
        f"{profile} is_primary_completed = TRUE WHERE army_no = 'T-FINE'",
        f"{profile} is_secondary_completed = FALSE WHERE army_no = 'T-DONE'",
    )
    find(qtbot, window, "T-FINE")
    on_card = window.desk.candidate_actions.paper_actions[SET_NOT_COMPLETED, Paper.PRIMARY]
    assert (on_card.text(), on_card.isVisible()) == ("Set PRIMARY not completed", True)
    on_card.trigger()
    settle(qtbot, window)
    assert window.messages.text.startswith("✓ Paper set not completed: T-FINE")
    assert not on_card.isVisible()
    window.show_pane(2)
    settle(qtbot, window)
    pane = window.sessions
    lines = [
        pane.table.rows.source(n).paper_at(Place.SUBMITTED_NOT_COMPLETED) for n in range(pane.table.rows.rowCount())
    ]
    pane.table.selectRow(lines.index(Paper.SECONDARY))
    assert cures(window) == [pane.papers[REOPEN], pane.papers[SET_COMPLETED]]
    click(qtbot, button_of(window, pane.papers[SET_COMPLETED]))
    settle(qtbot, window)
    assert ask(portal_file, "SELECT is_secondary_completed FROM registration_candidateprofile WHERE army_no = 'T-DONE'")


@pytest.mark.parametrize("spoken", language.LANGUAGES)
def test_all_that_can_be_done_to_papers_fits_into_the_card(
    qtbot: QtBot, empty_window: MainWindow, portal_file: Path, spoken: str
) -> None:
    completed = "is_primary_completed = FALSE, is_secondary_completed = FALSE"
    raw.change(portal_file, f"UPDATE registration_candidateprofile SET {completed} WHERE army_no = 'T-DONE'")
    window = empty_window
    window.preferences.language_asked.emit(spoken)
    window.open_database(str(portal_file))
    settle(qtbot, window)
    find(qtbot, window, "T-DONE")
    shown = [action for action in window.desk.candidate_actions.paper_actions.values() if action.isVisible()]
    assert len(shown) == 4
    assert not complaints(window)
    window.preferences.language_asked.emit("en")
    settle(qtbot, window)
