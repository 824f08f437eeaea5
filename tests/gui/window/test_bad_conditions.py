"""The window while others hold a lock, or the link breaks: it lives, says what it waits for, and loses nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Qt, QTimer, Slot
from pytestqt.qtbot import QtBot

from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from desktop_admin.gui.window.main_window import MainWindow
from desktop_admin.messages import Message
from tests import locks, raw
from tests.gui.driving import WAIT_MS, click, find, press, settle
from tests.proxy import CuttingProxy

TICK_MS = 20
SLOT = "SELECT has_exam_slot FROM registration_candidateprofile WHERE army_no = 'T-NONE'"
servers_only = pytest.mark.parametrize("engine_name", ["postgresql", "mariadb"], indirect=True, scope="session")


class Heart(QObject):
    """Beats as long as the GUI thread lives, and remembers every stage that was shown."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.beats = 0
        self.stages: list[str] = []
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._beat)
        self._timer.start()
        window.tasks.stage_changed.connect(self._note)

    @Slot()
    def _beat(self) -> None:
        self.beats += 1

    @Slot(str)
    def _note(self, stage: str) -> None:
        self.stages.append(stage)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch, any_target: str, qtbot: QtBot, empty_window: MainWindow) -> MainWindow:
    """The window on the small portal, on each engine, waiting for locks as short as the engine can."""
    locks.be_impatient(monkeypatch)
    empty_window.open_database(any_target)
    settle(qtbot, empty_window)
    find(qtbot, empty_window, "T-NONE")
    return empty_window


def has_slot(database: Database) -> bool:
    return bool(raw.query(database, SLOT)[0][0])


def assign(qtbot: QtBot, window: MainWindow) -> None:
    press(qtbot, window, Qt.Key.Key_F8)
    assert window.carrying_out.busy


# A lock that somebody else holds -------------------------------------------------------------------------------------


def test_a_lock_of_another_program_is_waited_for_in_a_window_that_lives(
    qtbot: QtBot, impatient: MainWindow, any_database: Database
) -> None:
    window, heart = impatient, Heart(impatient)
    with locks.held(any_database) as other:
        assign(qtbot, window)
        assert heart.stages[0] == "Assign slot: waiting for the database …"
        told = "Waiting for the database, attempt "
        qtbot.waitUntil(lambda: window.frame.stage.text.startswith(told), timeout=WAIT_MS)
        assert "Waiting for the database, attempt 2 of 8 …" in heart.stages
        beats = heart.beats
        qtbot.waitUntil(lambda: heart.beats >= beats + 5, timeout=WAIT_MS)
        assert window.carrying_out.busy, "it still waits"
        other.rollback()
        settle(qtbot, window)
    assert "Assign slot …" in heart.stages, "once it has the lock, it says what it does"
    assert window.frame.stage.text == ""
    assert window.messages.text.startswith("✓ Slot assigned: T-NONE")
    assert has_slot(any_database)


def test_waiting_for_a_lock_is_cancelled(qtbot: QtBot, impatient: MainWindow, any_database: Database) -> None:
    window = impatient
    with locks.held(any_database):
        assign(qtbot, window)
        qtbot.waitUntil(lambda: not window.frame.stage.isHidden(), timeout=WAIT_MS)
        click(qtbot, window.frame.stage.cancel)
        assert window.frame.stage.text == "Stopping …"
        settle(qtbot, window)
    assert window.messages.text == "Cancelled. Nothing was written."
    assert not window.carrying_out.busy
    assert not has_slot(any_database)


def test_a_lock_that_is_kept_ends_in_a_sentence_and_nothing_is_written(
    qtbot: QtBot, impatient: MainWindow, any_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_admin.database.attempts.TRIES", 2)
    window = impatient
    with locks.held(any_database):
        assign(qtbot, window)
        settle(qtbot, window)
        assert "is kept busy by another program, so nothing was changed" in window.messages.text
        assert window.frame.problem_band.text == "", "a busy database is not a lost one"
    assert not has_slot(any_database)
    press(qtbot, window, Qt.Key.Key_F8)
    settle(qtbot, window)
    assert has_slot(any_database), "the way out is to try again"


@pytest.mark.long
def test_a_lock_that_is_held_for_a_minute(
    qtbot: QtBot, empty_window: MainWindow, any_target: str, any_database: Database
) -> None:
    window, heart = empty_window, Heart(empty_window)
    window.open_database(any_target)
    settle(qtbot, window)
    find(qtbot, window, "T-NONE")
    with locks.held(any_database):
        assign(qtbot, window)
        beats = heart.beats
        with qtbot.waitSignal(window.carrying_out.busy_changed, timeout=60_000):
            pass
        assert "is kept busy by another program, so nothing was changed" in window.messages.text
        assert "Waiting for the database, attempt 8 of 8 …" in heart.stages
        assert heart.beats > beats + 500
        rest = 60_000 - (heart.beats - beats) * TICK_MS
        if rest > 0:
            qtbot.wait(rest)
    assert not has_slot(any_database)
    find(qtbot, window, "T-NONE")
    assign(qtbot, window)
    settle(qtbot, window)
    assert has_slot(any_database)


# A link that breaks while a change is written ------------------------------------------------------------------------


@pytest.fixture
def proxy(any_target: str) -> Iterator[CuttingProxy]:
    """A link to the server that can be cut."""
    made = CuttingProxy(any_target)
    yield made
    made.close()


@pytest.fixture
def linked(qtbot: QtBot, empty_window: MainWindow, proxy: CuttingProxy) -> MainWindow:
    """The window on a server behind that link."""
    empty_window.open_database(proxy.target)
    settle(qtbot, empty_window)
    find(qtbot, empty_window, "T-NONE")
    return empty_window


@servers_only
@pytest.mark.parametrize("deliver", [True, False], ids=["COMMIT arrived", "COMMIT lost"])
def test_a_cut_commit_is_looked_up_and_told(
    qtbot: QtBot, linked: MainWindow, proxy: CuttingProxy, any_database: Database, deliver: bool
) -> None:
    window, heart = linked, Heart(linked)
    proxy.deliver, proxy.cuts = deliver, 1
    assign(qtbot, window)
    settle(qtbot, window)
    assert proxy.cuts == 0
    assert "The result is not known yet, checking: attempt 2 of 8 …" in heart.stages
    assert window.messages.text.startswith("✓ Slot assigned: T-NONE")
    assert ("had already been applied" in window.messages.text) is deliver
    assert has_slot(any_database)


@servers_only
@pytest.mark.parametrize("deliver", [True, False], ids=["COMMIT arrived", "COMMIT lost"])
def test_a_result_that_stays_unknown_is_looked_up_once_the_server_is_back(
    qtbot: QtBot,
    linked: MainWindow,
    proxy: CuttingProxy,
    any_database: Database,
    monkeypatch: pytest.MonkeyPatch,
    deliver: bool,
) -> None:
    monkeypatch.setattr("desktop_admin.database.attempts.TRIES", 3)
    window = linked
    proxy.deliver, proxy.cuts, proxy.goes_down = deliver, 1, True
    assign(qtbot, window)
    qtbot.waitUntil(lambda: "the result is not known yet, checking" in window.messages.text, timeout=WAIT_MS)
    assert "failed" not in window.messages.text
    assert "cannot be reached since" in window.frame.problem_band.text
    assert "old" in window.status.age.text()
    assert window.carrying_out.busy, "nothing else is done before this is known"
    proxy.down = False
    qtbot.waitUntil(lambda: not window.carrying_out.busy, timeout=WAIT_MS)
    settle(qtbot, window)
    qtbot.waitUntil(lambda: window.frame.problem_band.text == "", timeout=WAIT_MS)
    told = "✓ Slot assigned: T-NONE" if deliver else "▲ Assign slot: not applied"
    assert window.messages.text.startswith(told)
    assert has_slot(any_database) is deliver


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True, scope="session")
@pytest.mark.parametrize("stays", [True, False], ids=["same person", "another person"])
def test_what_turns_out_to_be_applied_is_undone_by_whoever_did_it(
    qtbot: QtBot, linked: MainWindow, proxy: CuttingProxy, monkeypatch: pytest.MonkeyPatch, stays: bool
) -> None:
    monkeypatch.setattr("desktop_admin.database.attempts.TRIES", 2)
    window = linked
    proxy.deliver, proxy.cuts, proxy.goes_down = True, 1, True
    assign(qtbot, window)
    qtbot.waitUntil(lambda: "the result is not known yet, checking" in window.messages.text, timeout=WAIT_MS)
    if not stays:
        window.entrance.actor = Actor(name="whoever came next")
    proxy.down = False
    qtbot.waitUntil(lambda: not window.carrying_out.busy, timeout=WAIT_MS)
    # Nothing can be undone before the link is back, which is seen a moment later.
    qtbot.waitUntil(lambda: window.frame.problem_band.text == "", timeout=WAIT_MS)
    settle(qtbot, window)
    assert window.messages.undo.isEnabled() is stays


@servers_only
def test_a_result_is_not_looked_up_in_another_database(
    qtbot: QtBot,
    linked: MainWindow,
    proxy: CuttingProxy,
    portal_file: object,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("desktop_admin.database.attempts.TRIES", 2)
    window = linked
    monkeypatch.setattr("desktop_admin.gui.connection.link.AGED_EVERY", 2)
    proxy.cuts, proxy.goes_down = 1, True
    assign(qtbot, window)
    qtbot.waitUntil(lambda: "the result is not known yet, checking" in window.messages.text, timeout=WAIT_MS)
    # It answers before anybody has come in: what is told then would be put away when somebody does.
    window.link.opened.connect(window.link.restored)
    window.open_database(str(portal_file))
    qtbot.waitUntil(lambda: not window.carrying_out.busy, timeout=WAIT_MS)
    assert "The history of" in window.messages.text
    assert "not applied" not in window.messages.text


@servers_only
def test_a_link_that_is_lost_before_the_commit_changed_nothing_and_says_so(
    qtbot: QtBot, linked: MainWindow, proxy: CuttingProxy, any_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_admin.database.attempts.TRIES", 2)
    window, heart = linked, Heart(linked)
    proxy.go_down()
    assign(qtbot, window)
    qtbot.waitUntil(lambda: not window.carrying_out.busy, timeout=WAIT_MS)
    assert "The link was lost: connecting again, attempt 2 of 2 …" in heart.stages
    assert window.messages.text.endswith("was lost. Nothing was changed. Try again once the database is back.")
    proxy.down = False
    qtbot.waitUntil(lambda: window.frame.problem_band.text == "", timeout=WAIT_MS)
    assert not has_slot(any_database)


def test_cancelling_does_not_wait_for_a_server_that_is_gone(
    qtbot: QtBot, impatient: MainWindow, any_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopping a statement needs a second connection, which may take long to be refused."""
    window = impatient
    database = window.tasks.database
    assert database is not None
    with locks.held(any_database) as other:
        assign(qtbot, window)
        qtbot.waitUntil(lambda: not window.frame.stage.isHidden(), timeout=WAIT_MS)
        threads: list[int] = []
        cancel = database.cancel

        def note() -> None:
            threads.append(threading.get_ident())
            cancel()

        monkeypatch.setattr(database, "cancel", note)
        click(qtbot, window.frame.stage.cancel)
        settle(qtbot, window)
        other.rollback()
    assert len(threads) == 1
    assert threading.get_ident() not in threads


def test_the_stages_are_sentences_without_the_word_failed() -> None:
    stages = ("stage_waiting", "stage_connecting", "stage_checking")
    assert all("fail" not in Message.of(stage, attempt=2, most=8).english() for stage in stages)
