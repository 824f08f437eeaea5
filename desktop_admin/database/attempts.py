"""Trying a write again (write protocol, *Retry*): how often, after how long, and what the person is told meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

import tenacity
from sqlalchemy.exc import DBAPIError

from desktop_admin.database.backends.backend import Backend, Verdict
from desktop_admin.errors import Cancelled, CandidatesHeld, DatabaseUnusable, ResultUnknown, TryAgain
from desktop_admin.messages import Message

T = TypeVar("T")
Told = Callable[[Message], None]

TRIES = 8


class Attempts:
    """The attempts at one write, with jittered back-off between them.

    Attributes:
        unknown: a COMMIT was sent and its answer never came, so nobody knows yet whether the work was applied.
        held: candidates whom the portal held in an earlier attempt, and for whom this one waits first.
    """

    def __init__(self, backend: Backend, *, stopped: threading.Event, told: Told | None) -> None:
        """Prepare for one write.

        Args:
            backend: says what a failure means.
            stopped: set when the person cancels; no further attempt begins then.
            told: takes, in the thread that writes, what the next attempt waits for.
        """
        self.unknown = False
        self.held: frozenset[int] = frozenset()
        self._backend = backend
        self._stopped = stopped
        self._told = told

    def run(self, once: Callable[[], T]) -> T:
        """Do the work; where the database was busy or the link was lost, do it again.

        Raises:
            ResultUnknown: the attempts ended, by failing or by being cancelled, before anyone could look whether the
                work had been applied.
            DatabaseUnusable: the link was lost before anything was applied.
        """
        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(TRIES),
            wait=tenacity.wait_random_exponential(multiplier=0.05, max=2),
            sleep=tenacity.sleep_using_event(self._stopped),
            retry=tenacity.retry_if_exception(self._may_be_retried),
            before_sleep=self._tell,
            reraise=True,
        )
        try:
            return retrying(once)
        except (DBAPIError, Cancelled) as failure:
            sentence = "cancelled" if isinstance(failure, Cancelled) else self._backend.sentence(failure)
            if self.unknown and sentence is not None:
                raise ResultUnknown(path=self._backend.name) from failure
            if self._backend.verdict(failure) is Verdict.LINK_LOST and sentence != "server_full":
                raise DatabaseUnusable("link_lost", path=self._backend.name) from failure
            raise

    def note_failed_commit(self, failure: BaseException) -> None:
        """Take note that a COMMIT failed: where the link was lost with it, it may have arrived all the same."""
        self.unknown = self.unknown or self._backend.verdict(failure) is Verdict.LINK_LOST

    def _may_be_retried(self, failure: BaseException) -> bool:
        if isinstance(failure, CandidatesHeld):
            self.held |= failure.ids
        again = isinstance(failure, TryAgain) or self._backend.verdict(failure) is not Verdict.FINAL
        return again and not self._stopped.is_set()

    def _tell(self, state: tenacity.RetryCallState) -> None:
        if self._told is None or state.outcome is None:
            return
        failure = state.outcome.exception()
        lost = failure is not None and self._backend.verdict(failure) is Verdict.LINK_LOST
        stage = "stage_checking" if self.unknown else "stage_connecting" if lost else "stage_waiting"
        self._told(Message.of(stage, attempt=state.attempt_number + 1, most=TRIES))
