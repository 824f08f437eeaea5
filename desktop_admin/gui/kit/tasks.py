"""TaskRunner: the only thread code. Jobs run in a worker; their answers arrive on the GUI thread."""

from __future__ import annotations

import gc
import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from shiboken6 import isValid

from desktop_admin.errors import AdminError, Cancelled
from desktop_admin.messages import Message

if TYPE_CHECKING:
    from desktop_admin.database.engine import Database

T = TypeVar("T")
Report = Callable[[object], None]

STOP_SECONDS = 5.0
"""How long closing waits for a job that does not answer to being cancelled."""
COLLECT_MS = 1000
"""How often the GUI thread looks whether there is garbage enough to be collected."""


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    job: Callable[[Report], object]
    on_done: Callable[[Any], None]
    on_error: Callable[[AdminError], None] | None = None
    on_report: Callable[[Any], None] | None = None
    on_broken: Callable[[], None] | None = None
    key: str | None = None
    stage: str = ""
    number: int = field(default_factory=itertools.count(1).__next__)


@dataclass(frozen=True, slots=True)
class _Answer:
    task: _Task
    value: object = None
    error: BaseException | None = None


class TaskRunner(QObject):
    """Runs jobs in two worker threads, one for the database and one for the rest, each in the order asked.

    The database has one thread, so that cancelling stops the statement that the person means and no other.

    Until it is closed, Python's garbage is collected by the GUI thread alone: a worker in whose way the collector
    happened to come would take widgets apart that nothing refers to any more, and Qt crashes where another thread does
    that.

    Attributes:
        database: what ``read`` and ``write`` work on; set when a database is opened.
        failed: an ``AdminError`` that its caller did not handle.
        stage_changed: the stage of the work under way in words, or an empty text when none is.
        settled: every job asked for has been answered, and the answers led to no further one.
    """

    failed = Signal(object)
    stage_changed = Signal(str)
    settled = Signal()
    _answered = Signal(object)
    _reported = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.database: Database | None = None
        self._newest: dict[str, int] = {}
        self._open: dict[int, _Task] = {}
        self._cancelled: set[int] = set()
        self._for_database = _Worker("database", self._run)
        self._for_others = _Worker("others", self._run)
        gc.disable()
        collecting = QTimer(self)
        collecting.timeout.connect(_collect_garbage)
        collecting.start(COLLECT_MS)
        self._answered.connect(self._take_answer)
        self._reported.connect(self._take_report)

    @property
    def idle(self) -> bool:
        """Whether every job asked for has been answered."""
        return not self._open

    @property
    def stage(self) -> str:
        """The stage of the work under way in words, or an empty text where none is under way that has one."""
        return next((task.stage for task in self._open.values() if task.stage), "")

    def read(
        self,
        job: Callable[..., T],
        on_done: Callable[[T], None],
        on_error: Callable[[AdminError], None] | None = None,
        *,
        on_report: Callable[[Any], None] | None = None,
        key: str | None = None,
        stage: str = "",
    ) -> None:
        """Run a reading job on a database session.

        Args:
            job: takes the session; runs in the worker. Where reports are wanted, it takes a function for them, too, as
                ``told``.
            on_done: takes the answer on the GUI thread.
            on_error: takes an ``AdminError``; without it ``failed`` is emitted.
            on_report: takes what the job reports, on the GUI thread.
            key: of several reads with one key only the newest is answered; the older ones are dropped.
            stage: what is shown while it takes long.
        """
        database = self._database()

        def run(report: Report) -> T:
            return database.read(job if on_report is None else partial(job, told=report))

        self._submit(self._for_database, _Task(run, on_done, on_error, on_report, key=key, stage=stage))

    def write(
        self,
        job: Callable[[Any], T],
        on_done: Callable[[T], None],
        on_error: Callable[[AdminError], None] | None = None,
        *,
        on_report: Callable[[Message | None], None] | None = None,
        on_broken: Callable[[], None] | None = None,
        stage: str = "",
    ) -> None:
        """Run a writing job in a transaction.

        Args:
            job, on_done, on_error, stage: as for ``read``.
            on_broken: called where the job ended by a mistake of the program, before that is told as such.
            on_report: takes what each further attempt waits for, and None whenever an attempt got its lock.
        """
        database = self._database()

        def run(report: Report) -> T:
            def locked(session: Any) -> T:
                report(None)
                return job(session)

            return database.write(locked, told=report)

        self._submit(self._for_database, _Task(run, on_done, on_error, on_report, on_broken, stage=stage))

    def use(
        self,
        job: Callable[[Database], T],
        on_done: Callable[[T], None],
        on_error: Callable[[AdminError], None] | None = None,
        *,
        key: str | None = None,
        on_broken: Callable[[], None] | None = None,
        stage: str = "",
    ) -> None:
        """Run a job on the database itself (prepare it, look for others' changes); arguments as for ``write``."""
        database = self._database()

        def run(_report: Report) -> T:
            return job(database)

        self._submit(self._for_database, _Task(run, on_done, on_error, on_broken=on_broken, key=key, stage=stage))

    def call(
        self,
        job: Callable[..., T],
        on_done: Callable[[T], None],
        on_error: Callable[[AdminError], None] | None = None,
        *,
        on_report: Callable[[Any], None] | None = None,
        stage: str = "",
    ) -> None:
        """Run a job that needs no open database (open one, make one, the self-check); arguments as for ``read``."""

        def run(report: Report) -> T:
            return job() if on_report is None else job(told=report)

        self._submit(self._for_others, _Task(run, on_done, on_error, on_report, stage=stage))

    def show_stage(self, stage: str) -> None:
        """Tell what the work under way is doing now."""
        self.stage_changed.emit(stage)

    @Slot()
    def cancel(self) -> None:
        """Stop the work under way; possible until COMMIT begins, and nothing is written then."""
        self._cancelled.update(number for number, task in self._open.items() if task.stage)
        self._interrupt()

    def _interrupt(self) -> None:
        """Stop the statement under way, from a thread of its own: a server out of reach lets the caller wait."""
        if self.database is not None:
            threading.Thread(target=self.database.cancel, name="desktop-admin cancel", daemon=True).start()

    def leave(self) -> None:
        """Work on no database any more; of what was asked for, only work that has a stage is still answered."""
        self.database = None
        self._open = {number: task for number, task in self._open.items() if task.stage}

    def close(self) -> None:
        """End the workers; answers that are still on their way are dropped."""
        self._open.clear()
        self._interrupt()
        self._for_database.stop()
        self._for_others.stop()
        gc.enable()

    def _database(self) -> Database:
        if self.database is None:
            raise RuntimeError("no database is open")
        return self.database

    def _submit(self, worker: _Worker, task: _Task) -> None:
        self._open[task.number] = task
        if task.key is not None:
            self._newest[task.key] = task.number
        if task.stage:
            self.stage_changed.emit(task.stage)
        worker.put(task)

    def _stale(self, task: _Task) -> bool:
        return task.key is not None and self._newest.get(task.key) != task.number

    def _run(self, task: _Task) -> None:
        """Run one job; called in a worker thread."""
        if self._stale(task):
            answer = _Answer(task)
        elif task.number in self._cancelled:
            answer = _Answer(task, error=Cancelled())
        else:
            try:
                answer = _Answer(task, value=task.job(partial(self._reported.emit, task)))
            except BaseException as error:
                answer = _Answer(task, error=error)
        self._answered.emit(answer)

    @Slot(object)
    def _take_answer(self, answer: _Answer) -> None:
        try:
            self._hand_over(answer)
        finally:
            if self.idle:
                self.settled.emit()

    def _hand_over(self, answer: _Answer) -> None:
        task = answer.task
        self._cancelled.discard(task.number)
        if self._open.pop(task.number, None) is None:
            return
        if task.stage:
            self.stage_changed.emit(self.stage)
        if self._stale(task) or not _alive(task.on_done):
            return
        if answer.error is None:
            task.on_done(answer.value)
        elif not isinstance(answer.error, AdminError):
            if task.on_broken is not None:
                task.on_broken()
            raise answer.error
        elif task.on_error is not None:
            task.on_error(answer.error)
        else:
            self.failed.emit(answer.error)

    @Slot(object, object)
    def _take_report(self, task: _Task, value: object) -> None:
        if task.number in self._open and task.on_report is not None and _alive(task.on_report):
            task.on_report(value)


class _Worker:
    """One thread that works through its queue."""

    def __init__(self, name: str, run: Callable[[_Task], None]) -> None:
        self._queue: SimpleQueue[_Task | None] = SimpleQueue()
        self._run = run
        self._thread = threading.Thread(target=self._work, name=f"desktop-admin {name}", daemon=True)
        self._thread.start()

    def put(self, task: _Task) -> None:
        self._queue.put(task)

    def stop(self) -> None:
        self._queue.put(None)
        self._thread.join(STOP_SECONDS)

    def _work(self) -> None:
        while (task := self._queue.get()) is not None:
            self._run(task)


def _collect_garbage() -> None:
    """Collect what Python would have collected by itself: the oldest generation whose count is over its threshold."""
    full = [
        age for age, (count, most) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)) if count > most
    ]
    if full:
        gc.collect(full[-1])


def _alive(callback: Callable[..., object]) -> bool:
    """Whether the widget that waits for the answer still exists."""
    while isinstance(callback, partial):
        callback = callback.func
    owner = getattr(callback, "__self__", None)
    return not isinstance(owner, QObject) or isValid(owner)
