"""The task runner: jobs in a worker, answers on the GUI thread, stale answers dropped, cancelling."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop_admin.database.engine import Database
from desktop_admin.errors import AdminError, Cancelled, UsageProblem
from desktop_admin.gui.core.tasks import Report, Rest, TaskRunner
from desktop_admin.gui.kit.bars import StageStrip
from tests.gui.driving import WAIT_MS


class Taker(QObject):
    """Takes answers, and remembers in which thread they came."""

    taken = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[object] = []
        self.threads: set[int] = set()

    @Slot(object)
    def take(self, answer: object) -> None:
        self.answers.append(answer)
        self.threads.add(threading.get_ident())
        self.taken.emit()


@pytest.fixture
def tasks(database: Database, qapp: object) -> Iterator[TaskRunner]:
    runner = TaskRunner()
    runner.database = database
    yield runner
    runner.close()


@pytest.fixture
def taker(qapp: object) -> Taker:
    return Taker()


def test_a_job_runs_in_a_worker_and_its_answer_comes_on_the_gui_thread(
    qtbot: QtBot, tasks: TaskRunner, taker: Taker
) -> None:
    with qtbot.waitSignal(taker.taken, timeout=WAIT_MS):
        tasks.read(lambda _session: threading.get_ident(), taker.take)
    assert taker.threads == {threading.get_ident()}
    assert taker.answers != [threading.get_ident()]


def test_of_several_reads_with_one_key_only_the_newest_is_answered(
    qtbot: QtBot, tasks: TaskRunner, taker: Taker
) -> None:
    gate = threading.Event()
    ran: list[int] = []

    def job(number: int, _session: object) -> int:
        gate.wait(WAIT_MS / 1000)
        ran.append(number)
        return number

    for number in range(5):
        tasks.read(partial(job, number), taker.take, key="list")
    gate.set()
    qtbot.waitUntil(lambda: tasks.idle, timeout=WAIT_MS)
    assert taker.answers == [4]
    assert ran in ([0, 4], [4]), "what waits behind a newer question is not even run"


def test_a_known_failure_goes_to_its_caller_or_to_everyone(qtbot: QtBot, tasks: TaskRunner, taker: Taker) -> None:
    def fail(_session: object) -> None:
        raise UsageProblem("cancelled")

    with qtbot.waitSignal(tasks.failed, timeout=WAIT_MS):
        tasks.read(fail, taker.take)
    errors: list[AdminError] = []
    tasks.read(fail, taker.take, errors.append)
    qtbot.waitUntil(lambda: len(errors) == 1, timeout=WAIT_MS)
    assert taker.answers == []


def watching(looks: list[int], _database: object, rest: Rest) -> int:
    """Look as often as it may, and tell how often that was."""
    while not rest(0.001):
        looks.append(1)
    return len(looks)


def test_a_job_that_watches_waits_in_the_worker_until_another_is_asked_for(
    qtbot: QtBot, tasks: TaskRunner, taker: Taker
) -> None:
    looks: list[int] = []
    tasks.watch(partial(watching, looks), taker.take, tasks.failed.emit)
    qtbot.waitUntil(lambda: len(looks) > 2 and tasks.idle, timeout=WAIT_MS)
    assert taker.answers == [], "it has nothing to tell, and nobody waits for it"
    tasks.read(lambda _session: "read", taker.take)
    qtbot.waitUntil(lambda: len(taker.answers) == 2, timeout=WAIT_MS)
    assert taker.answers == [len(looks), "read"]


def test_a_job_that_watches_tells_what_it_sees_when_it_is_woken(qtbot: QtBot, tasks: TaskRunner, taker: Taker) -> None:
    looks: list[int] = []
    tasks.watch(partial(watching, looks), taker.take, tasks.failed.emit)
    qtbot.waitUntil(lambda: tasks.idle, timeout=WAIT_MS)
    tasks.wake()
    assert not tasks.idle
    qtbot.waitUntil(lambda: tasks.idle, timeout=WAIT_MS)
    assert taker.answers == [len(looks)]
    # Where nothing watches, nothing comes of it.
    tasks.wake()
    tasks.read(lambda _session: "read", taker.take)
    qtbot.waitUntil(lambda: tasks.idle, timeout=WAIT_MS)
    assert taker.answers[1:] == ["read"]


def test_a_bug_in_a_job_is_raised_on_the_gui_thread(qtbot: QtBot, tasks: TaskRunner, taker: Taker) -> None:
    def bug(_session: object) -> None:
        raise ZeroDivisionError

    with qtbot.captureExceptions() as caught:
        tasks.read(bug, taker.take)
        qtbot.waitUntil(lambda: tasks.idle, timeout=WAIT_MS)
    assert [kind for kind, _error, _trace in caught] == [ZeroDivisionError]


def test_reports_arrive_before_the_answer(qtbot: QtBot, tasks: TaskRunner, taker: Taker) -> None:
    def job(told: Report) -> str:
        told("one")
        told("two")
        return "done"

    tasks.call(job, taker.take, on_report=taker.take)
    qtbot.waitUntil(lambda: tasks.idle, timeout=WAIT_MS)
    assert taker.answers == ["one", "two", "done"]


def test_cancelling_interrupts_the_statement_and_nothing_is_written(
    qtbot: QtBot, tasks: TaskRunner, taker: Taker
) -> None:
    begun = threading.Event()

    def long(session: object) -> None:
        connection = session.connection()  # type: ignore[attr-defined]
        connection.exec_driver_sql("UPDATE registration_candidateprofile SET has_exam_slot = 1")
        begun.set()
        connection.exec_driver_sql(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT sum(i) FROM n"
        )

    errors: list[AdminError] = []
    tasks.write(long, taker.take, errors.append, stage="long work")
    assert begun.wait(WAIT_MS / 1000)

    def cancelled() -> bool:
        # Between two statements there is nothing to interrupt, so the button is pressed until it takes effect.
        tasks.cancel()
        return tasks.idle

    qtbot.waitUntil(cancelled, timeout=WAIT_MS)
    assert [type(error) for error in errors] == [Cancelled]
    counted: list[object] = []

    def slots(session: object) -> int:
        statement = "SELECT count(*) FROM registration_candidateprofile WHERE NOT has_exam_slot"
        return int(session.connection().exec_driver_sql(statement).scalar())  # type: ignore[attr-defined]

    tasks.read(slots, counted.append)
    qtbot.waitUntil(lambda: bool(counted), timeout=WAIT_MS)
    assert counted != [0]


def test_an_answer_for_a_widget_that_is_gone_is_dropped(qtbot: QtBot, tasks: TaskRunner) -> None:
    gate = threading.Event()
    taker = Taker()
    tasks.read(lambda _session: gate.wait(WAIT_MS / 1000), taker.take)
    taker.deleteLater()
    with qtbot.waitSignal(taker.destroyed, timeout=WAIT_MS):
        pass
    gate.set()
    qtbot.waitUntil(lambda: tasks.idle, timeout=WAIT_MS)


def test_a_widget_that_is_garbage_is_taken_apart_by_the_gui_thread_whoever_makes_the_garbage(
    qtbot: QtBot, tasks: TaskRunner
) -> None:
    class Forgotten(QWidget):
        def __init__(self) -> None:
            super().__init__()
            self.itself = self

    forgotten = Forgotten()
    by: list[int] = []
    weakref.finalize(forgotten, lambda: by.append(threading.get_ident()))
    del forgotten

    kept: list[list[object]] = []

    def litter(_session: object) -> None:
        kept.extend([] for _ in range(2 * gc.get_threshold()[0]))

    tasks.read(litter, lambda _nothing: None)

    qtbot.waitUntil(lambda: tasks.idle and bool(by), timeout=WAIT_MS)
    assert by == [threading.get_ident()]


def test_the_stage_is_shown_only_for_work_that_lasts(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    strip = StageStrip()
    strip.setParent(window)
    strip.follow("quick")
    strip.follow("")
    strip.follow("slow")
    assert strip.isHidden()
    qtbot.waitUntil(lambda: not strip.isHidden(), timeout=WAIT_MS)
    strip.follow("")
    assert strip.isHidden()
