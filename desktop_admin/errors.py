"""Everything a person can cause and must be told about.

An ``AdminError`` carries a code and values; the sentence is made from them at the edge (``messages.sentence``), so
that the window can translate it and the command line can print it. Any other exception is a bug and looks like one.
"""

from __future__ import annotations

from collections.abc import Iterable

from desktop_admin.messages import Message


class AdminError(Exception):
    """A failure that the user can understand and act on.

    Args:
        code: the key of its sentence in the catalogue.
        values: what the sentence's placeholders stand for.
    """

    exit_code = 1

    def __init__(self, code: str, **values: object) -> None:
        self.message = Message.of(code, **values)
        super().__init__(self.message.english())

    @property
    def code(self) -> str:
        """The key of the sentence, for tests and for callers that treat one failure specially."""
        return self.message.code


class UsageProblem(AdminError):
    """What was asked for does not exist or makes no sense."""

    exit_code = 2


class NothingAsked(AdminError):
    """The question was declined, or there was no terminal to ask it at."""

    exit_code = 3


class NotPermitted(AdminError):
    """The person's role may not do this (the table *Who may do what*)."""

    exit_code = 77


class DoneAllTheSame(AdminError):
    """Something was done, or may have been, and could not be told: on the output, or in the log."""

    exit_code = 74


class Cancelled(AdminError):
    """The person cancelled before COMMIT began; nothing was written."""

    def __init__(self) -> None:
        super().__init__("cancelled")


class TryAgain(AdminError):
    """Somebody was faster by a moment: the same work is tried again in a new transaction."""

    def __init__(self) -> None:
        super().__init__("somebody_faster")


class CandidatesHeld(TryAgain):
    """A request of the portal holds some of these candidates: the next attempt waits for them before it locks papers.

    Attributes:
        ids: the candidates that were to be locked.
    """

    def __init__(self, ids: Iterable[int]) -> None:
        super().__init__()
        self.ids = frozenset(ids)


class DatabaseUnusable(AdminError):
    """The database cannot be worked with, or not written to."""

    exit_code = 69


class DatabaseBusy(DatabaseUnusable):
    """The database is there, but could not take this work now: busy, full, too slow. Nothing was changed."""


class ResultUnknown(DatabaseUnusable):
    """The link was lost at COMMIT and did not come back in time: applied as a whole or not at all.

    Whoever knows the operation's id looks it up once the database is back (``apply.recorded``).
    """

    def __init__(self, *, path: str) -> None:
        super().__init__("result_unknown", path=path)


class OwnTablesMissing(DatabaseUnusable):
    """A write was asked for, and our own tables are not there (or are of an older version).

    Callers ask for consent, call ``Database.prepare`` and run the same write again.
    """

    def __init__(self) -> None:
        super().__init__("own_tables_missing")
