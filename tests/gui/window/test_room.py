"""Nothing is cut, covered or out of reach: in every pane and dialog, at every size of screen and text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSize
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop_admin import language
from desktop_admin.controllers.listings import panes
from desktop_admin.controllers.operations import apply
from desktop_admin.controllers.values.lines import Actor, Chosen
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.database.tables.own import Accommodation
from desktop_admin.gui import pictures
from desktop_admin.gui.kit.dialogs import Dialog
from desktop_admin.gui.kit.reason_box import ReasonBox
from desktop_admin.gui.tables.concerns import State
from desktop_admin.gui.window.main_window import MainWindow
from desktop_admin.language import LANGUAGES
from desktop_admin.messages import phrase
from tests.gui.dialogs import DIALOGS
from tests.gui.driving import WAIT_MS, settle, sign_in
from tests.gui.measuring import complaints
from tests.planning import plan_reassign, plan_reset

SHARP = {"1024×768": (1024, 768, 1.0), "1366×768 at 150 %": (911, 485, 1.0)}
SIZES = {
    **SHARP,
    "1366×768": (1366, 768, 1.0),
    "1920×1080": (1920, 1080, 1.0),
    "3840×2160": (3840, 2160, 1.0),
    "1366×768, text 200 %": (1366, 768, 2.0),
    "1920×1080, text 200 %": (1920, 1080, 2.0),
}
"""Width and height of the window in the look's pixels, and the size of the text."""


def _shown(qtbot: QtBot, window: MainWindow) -> None:
    """Everything has arrived, and every part has taken its place."""
    settle(qtbot, window)
    for _ in range(5):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        QApplication.processEvents()


def _stuck_card(qtbot: QtBot, window: MainWindow) -> None:
    window.show_pane(1)
    window.desk.list.clear_filters()
    row = next(row for row in window.sessions.stuck if row.army_no)
    window.desk.select(row.user_id, army_no=row.army_no or "")


def _many(qtbot: QtBot, window: MainWindow) -> None:
    window.show_pane(1)
    window.desk.search("")
    window.desk.list.show_problems()
    qtbot.waitUntil(lambda: window.tasks.idle and window.desk.list.table.rows.rowCount() > 1, timeout=WAIT_MS)
    window.desk.list.table.selectAll()


def _sessions(qtbot: QtBot, window: MainWindow, *, state: State) -> None:
    window.show_pane(2)
    window.sessions.narrow_to(state)
    window.sessions.table.selectRow(0)


def _preview(qtbot: QtBot, window: MainWindow) -> None:
    window.show_pane(3)
    settle(qtbot, window)
    window.sets.model.draft(pictures.example_draft(window.sets.model))


def _history(qtbot: QtBot, window: MainWindow) -> None:
    window.sets.model.discard()
    window.show_pane(5)
    settle(qtbot, window)
    window.history.table.selectRow(1)


def _day(qtbot: QtBot, window: MainWindow, *, page: int) -> None:
    window.show_pane(4)
    settle(qtbot, window)
    window.day.pages[page].trigger()


def _planned_card(qtbot: QtBot, window: MainWindow) -> None:
    concern = next(one for one in window.sessions.concerns if one.extra is not None)
    assert concern.user_id is not None
    window.show_pane(1)
    window.desk.select(concern.user_id, army_no=concern.army_no)


STATES: dict[str, Callable[[QtBot, MainWindow], None]] = {
    "a stuck candidate": _stuck_card,
    "a candidate for whom time was planned": _planned_card,
    "several candidates": _many,
    "a stuck session": partial(_sessions, state=State.STUCK),
    "another finding": partial(_sessions, state=State.OTHER),
    "the preview of a switch": _preview,
    "an operation": _history,
    **{
        f"the exam day, {name}": partial(_day, page=page)
        for page, name in enumerate(("attendance", "board", "checklist", "incidents", "closing"))
    },
}


@pytest.fixture
def busy_window(qtbot: QtBot, demo_file: Path, empty_window: MainWindow) -> MainWindow:
    """The window on the demo, in which two operations stand in the history."""
    database = Database.open(demo_file)
    users = database.read(_some_users)
    actor = Actor(name="Subedar Major Rajendra Singh", desk="desk-of-the-main-hall")
    for plan, some in ((plan_reset, users[:9]), (plan_reassign, users[5:7])):
        planned = database.read(partial(plan, chosen=Chosen(user_ids=some)))
        database.write(partial(apply.apply, plan=planned, actor=actor, reason="They sat down at the wrong computer"))
    kept = Accommodation(op_id="by-hand", user_id=users[-1], kept_at=datetime.now(UTC), extra=30)
    database.write(lambda session: session.add(kept))
    database.close()
    empty_window.open_database(str(demo_file))
    settle(qtbot, empty_window)
    return empty_window


def _some_users(session: Session) -> tuple[int, ...]:
    return tuple(row.user_id for row in panes.list_candidates(session, limit=40).rows if row.time_left)


def _walk(qtbot: QtBot, window: MainWindow, sizes: dict[str, tuple[int, int, float]]) -> list[str]:
    found = []
    for size, (width, height, zoom) in sizes.items():
        window.preferences.set_zoom(zoom)
        window.resize(width, height)
        for state, show in STATES.items():
            show(qtbot, window)
            _shown(qtbot, window)
            if window.size() != QSize(width, height):
                found.append(f"{size}, {state}: the window is {window.size().toTuple()}")
            found += [f"{size}, {state}: {complaint}" for complaint in complaints(window)]
            found += [f"{size}, {state}: {one} is out of sight" for one in _unseen(window)]
    return found


def _unseen(window: MainWindow) -> list[str]:
    """The main button of the desk is seen without scrolling wherever a person sits."""
    primary = window.desk.candidate_actions.primary
    if not primary.isVisible() or primary.visibleRegion().boundingRect().size() == primary.size():
        return []
    return [primary.text()]


def test_nothing_is_cut_or_out_of_reach_on_the_smallest_screens(qtbot: QtBot, busy_window: MainWindow) -> None:
    assert not _walk(qtbot, busy_window, SHARP)


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_the_card_of_a_stuck_candidate_is_read_without_scrolling_on_a_small_screen(
    qtbot: QtBot, empty_window: MainWindow, hall_file: Path, spoken: str
) -> None:
    window = empty_window
    if spoken != language.used():
        window.preferences.language_asked.emit(spoken)
        qtbot.waitUntil(lambda: language.used() == spoken and window.tasks.idle, timeout=WAIT_MS)
    window.resize(1366, 768)
    window.open_database(str(hall_file))
    sign_in(qtbot, window, "chief", "chief", deed=phrase("people.sign_in"))
    window.desk.list.show_problems()
    settle(qtbot, window)
    table = window.desk.list.table
    table.selectRow(0)
    _shown(qtbot, window)
    assert table.selected()[0].army_no in window.desk.card.text
    assert window.desk._read.verticalScrollBar().maximum() == 0


@pytest.mark.long
@pytest.mark.parametrize(("spoken", "theme"), list(product(LANGUAGES, ("light", "dark"))))
def test_nothing_is_cut_or_out_of_reach_anywhere(
    qtbot: QtBot, busy_window: MainWindow, spoken: str, theme: str
) -> None:
    window = busy_window
    if spoken != language.used():
        window.preferences.language_asked.emit(spoken)
        qtbot.waitUntil(lambda: language.used() == spoken and window.tasks.idle, timeout=WAIT_MS)
    next(action for action in window.preferences.themes if action.data() == theme).trigger()
    assert not _walk(qtbot, window, SIZES)


@pytest.mark.long
@pytest.mark.parametrize(("spoken", "zoom"), list(product(LANGUAGES, (1.0, 2.0))))
@pytest.mark.parametrize("kind", DIALOGS, ids=lambda kind: kind.__name__)
def test_nothing_is_cut_or_out_of_reach_in_a_dialog(
    qtbot: QtBot, window: MainWindow, portal_file: Path, kind: type[Dialog], spoken: str, zoom: float
) -> None:
    if spoken != language.used():
        window.preferences.language_asked.emit(spoken)
        qtbot.waitUntil(lambda: language.used() == spoken and window.tasks.idle, timeout=WAIT_MS)
    window.preferences.set_zoom(zoom)
    dialog = DIALOGS[kind](window, portal_file)
    dialog.open()
    found = []
    for size in (dialog.size(), QSize(860, 440)):
        dialog.resize(size)
        _shown(qtbot, window)
        found += [f"{dialog.size().toTuple()}: {complaint}" for complaint in complaints(dialog)]
    dialog.close()
    assert not found


@pytest.mark.parametrize("kind", [ReasonBox])
def test_what_is_cut_or_covered_is_found(qtbot: QtBot, kind: type[QWidget]) -> None:
    """The measure itself: squeezed into too little room, or laid on another, it complains."""
    top = QWidget()
    qtbot.addWidget(top)
    box = kind()
    box.setParent(top)
    top.resize(900, 200)
    box.setGeometry(0, 0, 900, 60)
    top.show()
    QApplication.processEvents()
    assert not complaints(top)
    box.setGeometry(0, 0, 120, 60)
    QApplication.processEvents()
    assert complaints(top)
    other = kind()
    other.setParent(top)
    box.setGeometry(0, 0, 900, 60)
    other.setGeometry(0, 20, 900, 60)
    other.show()
    QApplication.processEvents()
    assert any("overlaps" in complaint for complaint in complaints(top))
