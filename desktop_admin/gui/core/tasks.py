"""TaskRunner: the only thread code of the window. Jobs run in a worker; their answers arrive on the GUI thread."""

from __future__ import annotations

import gc
import itertools
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, Unpack

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from shiboken6 import isValid

from desktop_admin import journal
from desktop_admin.errors import AdminError, Cancelled
from desktop_admin.journal import Event
from desktop_admin.stop import Stop

if TYPE_CHECKING:
    from desktop_admin.database.engine import Database

T = TypeVar("T")
Report = Callable[[object], None]
Done = Callable[[T], None]
OnError = Callable[[AdminError], None] | None
Rest = Callable[[float], bool]
"""Waits so many seconds, but only until somebody wants something; gives whether somebody does."""

STOP_SECONDS, LOOK_SECONDS = 5.0, 1.0
"""How long closing waits for work that does not answer to being cancelled, and for what only looks."""
COLLECT_MS = 1000
"""How often the GUI thread looks whether there is garbage enough to be collected."""


class Besides(TypedDict, total=False):
    """What may be said of a job besides what it does.

    Attributes:
        on_report: takes what the job reports, on the GUI thread.
        on_broken: called where the job ended by a mistake of the program, before that is told as such.
        key: of several jobs with one key only the newest is answered; the older ones are dropped.
        stage: what is shown while it takes long.
        stop: what the job heeds, where it works on something else than the open database.
        kept: whether it is done whatever is dropped.
    """

    on_report: Callable[[Any], None] | None
    on_broken: Callable[[], None] | None
    key: str | None
    stage: str
    stop: Stop | None
    kept: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    job: Callable[[Report], object]
    on_done: Callable[[Any], None]
    on_error: OnError = None
    on_report: Callable[[Any], None] | None = None
    on_broken: Callable[[], None] | None = None
    key: str | None = None
    stage: str = ""
    stop: Stop | None = None
    kept: bool = False
    watches: bool = False
    number: int = field(default_factory=itertools.count(1).__next__)


class TaskRunner(QObject):
    """Runs jobs in worker threads, one for the database and one for the rest, each in the order asked.

    The database has one thread, so that cancelling stops the statement that the person means and no other. A third asks
    nothing but whether the database still answers, which no job in the others may hold up.

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
    _answered = Signal(object, object, object)
    _reported = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.database: Database | None = None
        self._newest: dict[str, int] = {}
        self._open: dict[int, _Task] = {}
        self._cancelled: set[int] = set()
        self._for_database = _Worker("database", self._run)
        self._for_others = _Worker("others", self._run)
        self._for_pulse = _Worker("pulse", self._run)
        gc.disable()
        collecting = QTimer(self)
        collecting.timeout.connect(_collect_garbage)
        collecting.start(COLLECT_MS)
        self._answered.connect(self._take_answer)
        self._reported.connect(self._take_report)

    @property
    def idle(self) -> bool:
        """Whether every job asked for has been answered; one that watches has nothing to tell once it rests."""
        resting = self._for_database.rested
        return all(task.watches and resting for task in self._open.values())

    @property
    def stage(self) -> str:
        """The stage of the work under way in words, or an empty text where none is under way that has one."""
        return next((task.stage for task in self._open.values() if task.stage), "")

    def read(
        self, job: Callable[..., T], on_done: Done[T], on_error: OnError = None, **besides: Unpack[Besides]
    ) -> None:
        """Run a reading job on a database session.

        Args:
            job: takes the session; runs in the worker. Where reports are wanted, it takes a function for them, too, as
                ``told``.
            on_done: takes the answer on the GUI thread.
            on_error: takes an ``AdminError``; without it ``failed`` is emitted.
            besides: see there.
        """
        database = self._database()

        def run(report: Report) -> T:
            return database.read(_telling(job, report, besides))

        self._submit(self._for_database, _Task(run, on_done, on_error, **besides))

    def write(
        self, job: Callable[[Any], T], on_done: Done[T], on_error: OnError = None, **besides: Unpack[Besides]
    ) -> None:
        """Run a writing job in a transaction; arguments as for ``read``.

        What is reported is what each further attempt waits for, and None whenever an attempt got its lock.
        """
        database = self._database()

        def run(report: Report) -> T:
            def locked(session: Any) -> T:
                report(None)
                return job(session)

            return database.write(locked, told=report)

        self._submit(self._for_database, _Task(run, on_done, on_error, **besides))

    def use(
        self, job: Callable[..., T], on_done: Done[T], on_error: OnError = None, **besides: Unpack[Besides]
    ) -> None:
        """Run a job on the database itself (prepare it, look for others' changes); arguments as for ``read``."""
        database = self._database()

        def run(report: Report) -> T:
            return _telling(job, report, besides)(database)

        self._submit(self._for_database, _Task(run, on_done, on_error, **besides))

    def watch(
        self, job: Callable[[Database, Rest], T], on_done: Done[T], on_error: OnError, **besides: Unpack[Besides]
    ) -> None:
        """Run a job that looks at the database again and again, until there is something to tell or to do.

        Args:
            job: takes the database, and what it rests by; where that tells that somebody wants something, it ends.
            on_done, on_error, besides: as for ``read``.
        """
        database, worker = self._database(), self._for_database

        def run(_report: Report) -> T:
            try:
                return job(database, worker.rest)
            finally:
                worker.rested = False

        self._submit(worker, _Task(run, on_done, on_error, watches=True, **besides))

    def wake(self) -> None:
        """Have the job that watches tell what it sees now."""
        self._for_database.rested = False
        self._for_database.wake()

    def ping(self, on_done: Done[None], on_error: OnError, **besides: Unpack[Besides]) -> None:
        """Ask whether the database answers, whatever else it is asked; arguments as for ``read``."""
        database = self._database()
        self._submit(self._for_pulse, _Task(lambda _report: database.ping(), on_done, on_error, **besides))

    def call(
        self, job: Callable[..., T], on_done: Done[T], on_error: OnError = None, **besides: Unpack[Besides]
    ) -> None:
        """Run a job that needs no open database (open one, make one, the self-check); arguments as for ``read``."""

        def run(report: Report) -> T:
            return _telling(job, report, besides)()

        self._submit(self._for_others, _Task(run, on_done, on_error, **besides))

    def show_stage(self, stage: str) -> None:
        """Tell what the work under way is doing now."""
        self.stage_changed.emit(stage)

    @Slot()
    def cancel(self) -> None:
        """Stop the work under way; possible until COMMIT begins, and nothing is written then."""
        asked = [task for task in self._open.values() if task.stage]
        self._cancelled.update(task.number for task in asked)
        stops = [task.stop for task in asked if task.stop is not None]
        for stop in stops:
            self.stop(stop)
        if self.database is not None and (len(stops) < len(asked) or not asked):
            _aside(self.database.cancel)

    def stop(self, stop: Stop) -> None:
        """Ask work to stop, whether it has begun or not."""
        _aside(stop.ask)

    def forget(self, key: str) -> None:
        """No answer is wanted any more of what was asked with this key."""
        self._newest.pop(key, None)

    def leave(self) -> None:
        """Work on no database any more."""
        self.database = None
        self.drop()

    def drop(self) -> None:
        """Of what was asked for, only work that has a stage is still begun, and answered; and what is ``kept``."""
        self._open = {number: task for number, task in self._open.items() if task.stage or task.kept}

    def close(self) -> bool:
        """End the workers; answers that are still on their way are dropped.

        Returns:
            Whether all have ended: one that has not still works on the database.
        """
        patience = STOP_SECONDS if self.stage else LOOK_SECONDS
        for task in self._open.values():
            if task.stop is not None:
                self.stop(task.stop)
        self._open.clear()
        if self.database is not None:
            _aside(self.database.cancel)
        workers = (self._for_database, self._for_others, self._for_pulse)
        for worker in workers:
            worker.stop()
        ended = _all_ended(workers, patience)
        if not ended and self.database is not None:
            # They wait for a server that does not answer.
            self.database.hang_up()
            ended = _all_ended(workers, STOP_SECONDS)
        gc.enable()
        return ended

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
        value: object = None
        error: BaseException | None = None
        if task.number in self._cancelled:
            error = Cancelled()
        elif task.number in self._open and not self._stale(task):
            try:
                value = task.job(partial(self._reported.emit, task))
            except BaseException as failure:
                error = failure
        self._answered.emit(task, value, error)

    @Slot(object, object, object)
    def _take_answer(self, task: _Task, value: object, error: BaseException | None) -> None:
        try:
            self._hand_over(task, value, error)
        finally:
            if self.idle:
                self.settled.emit()

    def _hand_over(self, task: _Task, value: object, error: BaseException | None) -> None:
        self._cancelled.discard(task.number)
        if self._open.pop(task.number, None) is None:
            return
        if task.stage:
            self.stage_changed.emit(self.stage)
        if self._stale(task) or not _alive(task.on_done):
            return
        if error is None:
            task.on_done(value)
        elif not isinstance(error, AdminError):
            if task.on_broken is not None:
                task.on_broken()
            raise error
        else:
            journal.note(Event.REFUSED, code=error.code)
            (task.on_error or self.failed.emit)(error)

    @Slot(object, object)
    def _take_report(self, task: _Task, value: object) -> None:
        if task.number in self._open and task.on_report is not None and _alive(task.on_report):
            task.on_report(value)


_NO_JOB = object()


class _Worker:
    """One thread that works through its queue.

    Attributes:
        rested: whether the job under way waits until somebody wants something.
    """

    def __init__(self, name: str, run: Callable[[_Task], None]) -> None:
        self._queue: SimpleQueue[_Task | object | None] = SimpleQueue()
        self._came: list[_Task | object | None] = []
        self._run = run
        self.rested = False
        self._thread = threading.Thread(target=self._work, name=f"desktop-admin {name}", daemon=True)
        self._thread.start()

    def put(self, task: _Task) -> None:
        self._queue.put(task)

    def rest(self, seconds: float) -> bool:
        """Let the job under way, which calls this, wait; see ``Rest``."""
        self.rested = self._queue.empty()
        try:
            self._came.append(self._queue.get(timeout=seconds))
        except Empty:
            return False
        self.rested = False
        return True

    def wake(self) -> None:
        """Let the job under way wait no longer."""
        self._queue.put(_NO_JOB)

    def stop(self) -> None:
        self._queue.put(None)

    def has_ended(self, within: float) -> bool:
        """Whether it ends within so many seconds after it was stopped."""
        self._thread.join(within)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while (task := self._came.pop() if self._came else self._queue.get()) is not None:
            if isinstance(task, _Task):
                self._run(task)


def _all_ended(workers: Iterable[_Worker], seconds: float) -> bool:
    """Whether workers that were stopped end within so many seconds."""
    last = time.monotonic() + seconds
    return all(worker.has_ended(max(0.0, last - time.monotonic())) for worker in workers)


def _aside(interrupt: Callable[[], None]) -> None:
    """Interrupt what runs, from a thread of its own: a server out of reach lets whoever asks wait."""
    threading.Thread(target=interrupt, name="desktop-admin cancel", daemon=True).start()


def _collect_garbage() -> None:
    """Collect what Python would have collected by itself: the oldest generation whose count is over its threshold."""
    full = [
        age for age, (count, most) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)) if count > most
    ]
    if full:
        gc.collect(full[-1])


def _telling(job: Callable[..., T], report: Report, besides: Besides) -> Callable[..., T]:
    """The job, which is told where its reports go, if they are wanted."""
    return partial(job, told=report) if besides.get("on_report") else job


def _alive(callback: Callable[..., object]) -> bool:
    """Whether the widget that waits for the answer still exists."""
    while isinstance(callback, partial):
        callback = callback.func
    owner = getattr(callback, "__self__", None)
    return not isinstance(owner, QObject) or isValid(owner)
