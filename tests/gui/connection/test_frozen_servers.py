"""A server that hangs with its link open: nothing comes back, and nothing is refused.

Each rule is tried on one kind of server, and by the marker ``long`` on the other; whole servers are stopped in
``test_stopped_servers``.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from desktop_admin.controllers.operations.slots import RESET
from desktop_admin.database.backends import mariadb, postgresql
from desktop_admin.database.engine import Database
from desktop_admin.gui.connection import link
from desktop_admin.gui.core import tasks
from desktop_admin.gui.window.main_window import MainWindow
from tests import locks, raw
from tests.gui.driving import WAIT_MS, find, press, settle
from tests.proxy import CuttingProxy

POLL_MS, SILENT_MS, GIVE_UP_MS = 50, 300, 800
SLOT = "SELECT has_exam_slot FROM registration_candidateprofile WHERE army_no = 'T-NONE'"
RECORDED = "SELECT count(*) FROM desktop_admin_operation"


def on(first: str, other: str) -> pytest.MarkDecorator:
    """Try it on the one kind of server, and on the other by the marker ``long``."""
    kinds = [first, pytest.param(other, marks=pytest.mark.long)]
    return pytest.mark.parametrize("engine_name", kinds, indirect=True, scope="session")


@pytest.fixture
def nervous(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything goes faster than at a desk; the freeze itself is real."""
    monkeypatch.setattr(link, "SILENT_MS", SILENT_MS)
    monkeypatch.setattr(link, "GIVE_UP_MS", GIVE_UP_MS)
    for backend in (postgresql, mariadb):
        monkeypatch.setitem(backend._CONNECT, "connect_timeout", 2)


@pytest.fixture
def proxy(any_target: str) -> Iterator[CuttingProxy]:
    """A link to the server that can freeze."""
    made = CuttingProxy(any_target)
    yield made
    made.close()


@pytest.fixture
def linked(qtbot: QtBot, nervous: None, empty_window: MainWindow, proxy: CuttingProxy) -> MainWindow:
    """The window on a server behind that link."""
    empty_window.link._timer.setInterval(POLL_MS)
    empty_window.open_database(proxy.target)
    settle(qtbot, empty_window)
    find(qtbot, empty_window, "T-NONE")
    return empty_window


def wait_for_band(qtbot: QtBot, window: MainWindow) -> None:
    told = "The server does not answer."
    qtbot.waitUntil(lambda: told in window.frame.problem_band.text, timeout=WAIT_MS)


def wait_for_return(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.frame.problem_band.text == "", timeout=WAIT_MS)
    settle(qtbot, window)


@pytest.mark.parametrize("engine_name", ["postgresql", "mariadb"], indirect=True, scope="session")
def test_a_frozen_server_is_told_as_a_lost_one_and_comes_back_by_itself(
    qtbot: QtBot, linked: MainWindow, proxy: CuttingProxy
) -> None:
    window = linked
    reset = window.desk.candidate_actions.actions_by_operation[RESET]
    press(qtbot, window, Qt.Key.Key_F8)
    settle(qtbot, window)
    assert reset.isEnabled()
    assert window.messages.undo.isEnabled()
    # It falters: what was asked meanwhile is answered afterwards, and no link is given up.
    proxy.freeze()
    press(qtbot, window, Qt.Key.Key_F5)
    wait_for_band(qtbot, window)
    assert "cannot be reached since" in window.frame.problem_band.text
    assert not any(one.isEnabled() for one in (reset, window.desk, window.messages.undo))
    assert not any(action.isEnabled() for action in window.commands.papers.all)
    assert "not connected" in window.status.age.text()
    proxy.thaw()
    wait_for_return(qtbot, window)
    assert reset.isEnabled()
    assert window.messages.undo.isEnabled()
    assert all(action.isEnabled() for action in window.commands.papers.all)
    # It freezes for good, and is started anew.
    proxy.freeze()
    press(qtbot, window, Qt.Key.Key_F5)
    wait_for_band(qtbot, window)
    since = window.link.lost_since
    qtbot.waitUntil(lambda: "The server does not answer." not in window.frame.problem_band.text, timeout=WAIT_MS)
    assert window.link.lost_since == since, "given up, and still lost since then"
    proxy.go_down()
    proxy.thaw()
    with qtbot.waitSignals([window.link.lost] * 2, timeout=WAIT_MS):
        pass
    proxy.down = False
    wait_for_return(qtbot, window)
    find(qtbot, window, "T-STUCK")
    assert "T-STUCK" in window.desk.card.text
    qtbot.waitUntil(lambda: "live" in window.status.age.text(), timeout=WAIT_MS)


@on("postgresql", "mariadb")
def test_a_frozen_link_that_is_never_used_again_keeps_nobody_waiting_on_another(
    qtbot: QtBot, linked: MainWindow, proxy: CuttingProxy, any_target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = linked
    monkeypatch.setattr(link, "GIVE_UP_MS", 10_000_000)
    proxy.freeze()
    press(qtbot, window, Qt.Key.Key_F5)
    wait_for_band(qtbot, window)
    window.open_database(any_target)
    qtbot.waitUntil(lambda: window.frame.problem_band.text == "", timeout=WAIT_MS)
    settle(qtbot, window)
    find(qtbot, window, "T-STUCK")
    assert "T-STUCK" in window.desk.card.text


@pytest.mark.parametrize(
    ("engine_name", "deliver"),
    [
        pytest.param("mariadb", True, id="COMMIT arrived"),
        pytest.param("postgresql", False, id="COMMIT late"),
        pytest.param("postgresql", True, id="COMMIT arrived on the other", marks=pytest.mark.long),
        pytest.param("mariadb", False, id="COMMIT late on the other", marks=pytest.mark.long),
    ],
    indirect=["engine_name"],
    scope="session",
)
def test_an_operation_whose_commit_froze_is_told_as_what_became_of_it(
    qtbot: QtBot, linked: MainWindow, proxy: CuttingProxy, any_database: Database, deliver: bool
) -> None:
    window, stages = linked, list[str]()
    window.tasks.stage_changed.connect(stages.append)
    proxy.deliver, proxy.freezes = deliver, True
    press(qtbot, window, Qt.Key.Key_F8)
    wait_for_band(qtbot, window)
    qtbot.waitUntil(lambda: any("not known yet, checking" in stage for stage in stages), timeout=WAIT_MS)
    assert window.carrying_out.busy, "nothing else is done before this is known"
    assert "✓" not in window.messages.text
    proxy.thaw()
    qtbot.waitUntil(lambda: not window.carrying_out.busy, timeout=WAIT_MS)
    wait_for_return(qtbot, window)
    assert window.messages.text.startswith("✓ Slot assigned: T-NONE")
    assert "had already been applied" in window.messages.text
    assert raw.query(any_database, RECORDED) == [(1,)]
    assert raw.query(any_database, SLOT)[0][0]


@on("mariadb", "postgresql")
def test_an_operation_that_froze_before_its_commit_changed_nothing_and_says_so(
    qtbot: QtBot, linked: MainWindow, proxy: CuttingProxy, any_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_admin.database.attempts.TRIES", 2)
    window = linked
    proxy.freeze()
    press(qtbot, window, Qt.Key.Key_F8)
    assert window.carrying_out.busy
    qtbot.waitUntil(lambda: not window.carrying_out.busy, timeout=WAIT_MS)
    assert window.messages.text.endswith("was lost. Nothing was changed. Try again once the database is back.")
    assert window.frame.problem_band.text
    # A dialog that was open may still ask for something: that is not done at some later time.
    plan = window.desk.candidate_actions._card.plans[RESET]  # type: ignore[union-attr]
    window.carrying_out.apply(plan, reason=None, on_changed_plan=print)
    assert "not begun, because the database cannot be reached" in window.messages.text
    proxy.thaw()
    wait_for_return(qtbot, window)
    assert not raw.query(any_database, SLOT)[0][0]


@on("postgresql", "mariadb")
def test_a_lock_that_is_waited_for_is_no_freeze(
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    nervous: None,
    empty_window: MainWindow,
    any_target: str,
    any_database: Database,
) -> None:
    window, lost = empty_window, list[int]()
    locks.be_impatient(monkeypatch)
    window.link._timer.setInterval(POLL_MS)
    window.open_database(any_target)
    settle(qtbot, window)
    find(qtbot, window, "T-NONE")
    window.link.lost.connect(lambda: lost.append(1))
    with locks.held(any_database) as other:
        press(qtbot, window, Qt.Key.Key_F8)
        # What is shown gets older than two polls, and is not called live.
        qtbot.waitUntil(lambda: "▲ 3 s old" in window.status.age.text(), timeout=WAIT_MS)
        other.rollback()
        settle(qtbot, window)
    assert window.messages.text.startswith("✓ Slot assigned: T-NONE")
    assert lost == []


@on("postgresql", "mariadb")
def test_a_window_on_a_server_that_has_just_frozen_closes_all_the_same(
    qtbot: QtBot, linked: MainWindow, proxy: CuttingProxy
) -> None:
    proxy.freeze()
    began = time.monotonic()
    linked.close()
    assert time.monotonic() - began < tasks.STOP_SECONDS, "nothing but looks was under way"


@on("mariadb", "postgresql")
def test_a_server_that_has_just_frozen_keeps_nobody_from_another_database(
    qtbot: QtBot, linked: MainWindow, proxy: CuttingProxy, portal_file: Path
) -> None:
    proxy.freeze()
    description = linked.link.description
    linked.open_database(str(portal_file))
    qtbot.waitUntil(lambda: linked.link.description is not description, timeout=WAIT_MS)
    told = QSignalSpy(linked.link.lost)
    settle(qtbot, linked)
    find(qtbot, linked, "T-NONE")
    assert told.count() == 0, "what was left is nothing that the new one is told of"
