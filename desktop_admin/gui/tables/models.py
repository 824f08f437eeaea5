"""The lists of the window: one item model for each, which words what differs from the plain values of its columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from desktop_admin.controllers.values.columns import (
    CANDIDATES,
    CLEARED,
    FINDINGS,
    HISTORY,
    LINES,
    SESSIONS,
    whole_minutes,
)
from desktop_admin.controllers.values.lines import Line
from desktop_admin.controllers.values.people import CandidateRow, CandidateStatus
from desktop_admin.controllers.values.records import ClearedSession, OperationRecord, PutBack
from desktop_admin.controllers.values.sessions import SessionRow
from desktop_admin.gui.core.sentences import ACCEPTED, NOTHING, OVERDUE, STUCK
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import operation_name
from desktop_admin.gui.tables.cells import Cell, doer, outcome, worded
from desktop_admin.gui.tables.concerns import Concern
from desktop_admin.gui.tables.paged_model import PagedModel
from desktop_admin.gui.tables.rows_model import RowsModel
from desktop_admin.messages import phrase


class CandidateModel(PagedModel[CandidateRow]):
    """The list of candidates beside the card.

    Attributes:
        shift_names: of every shift, by its id.
    """

    table = CANDIDATES
    identity = attrgetter("user_id")
    shift_names: Mapping[int, str] = MappingProxyType({})

    def looks(self, source: CandidateRow) -> object:
        # Of the time that is left nobody sees the seconds.
        minutes = whole_minutes(source.time_left)
        return replace(source, time_left=None), minutes

    def shown(self, column: str, source: CandidateRow) -> Cell:
        if column == "shift":
            return worded(column, self.shift_names.get(source.shift_id or 0), self.words)
        return super().shown(column, source)


class SessionModel(RowsModel[Concern]):
    """Problems first, then what runs, then what is finished."""

    table = SESSIONS
    identity = attrgetter("key")

    def shown(self, column: str, source: Concern) -> Cell:
        row, finding = source.session, source.finding
        if column == "finding":
            told = finding.reason if finding is not None else row and row.acceptance
            return worded(column, told, self.words) if told else Cell("")
        if row is None:
            return self._without_session(column, source)
        if column == "status":
            text, tone = self.words.session_status(row, now=source.at)
            return Cell(text, tone, bold=True, order=source.urgency)
        if column == "minutes left":
            return worded(column, _left(row, source.at), self.words)
        return self.plain(column, row)

    def order(self, column: str, source: Concern) -> tuple[bool, Any] | None:
        row = source.session
        if column == "candidate" and row is not None:
            # The same without the words, which take their time for thousands.
            return True, f"{row.army_no or row.username} {row.name}".casefold()
        return super().order(column, source)

    def _without_session(self, column: str, source: Concern) -> Cell:
        if column == "status":
            return worded(column, CandidateStatus.FINDING, self.words)._replace(order=source.urgency)
        if source.finding is None or column not in ("candidate", "trade"):
            return Cell("")
        name = "candidate or trade" if column == "candidate" else column
        return worded(name, FINDINGS.read[name](source.finding), self.words)


@dataclass(frozen=True, slots=True)
class Fate:
    """One session in progress in the preview of a change of papers, and what becomes of it.

    Attributes:
        told: the sentence of this key.
        letter: the set that its candidate gets, or keeps.
        loses: the candidate loses what was typed.
        finishes: whether it is finished on its old set, or restarts; None where there is no such choice.
    """

    session: SessionRow
    at: datetime
    told: str
    letter: str = ""
    loses: bool = False
    finishes: bool | None = None

    @property
    def left(self) -> timedelta | None:
        """How much time is left of it."""
        return _left(self.session, self.at)


class PreviewModel(RowsModel[Fate]):
    """Every session in progress that a change of papers meets."""

    table = replace(SESSIONS, window=("candidate", "trade", "paper", "sets", "started", "minutes left", "will"))
    identity = attrgetter("session.id")

    def shown(self, column: str, source: Fate) -> Cell:
        if column == "minutes left":
            return worded(column, source.left, self.words)
        if column != "will":
            return self.plain(column, source.session)
        text = phrase(source.told, letter=source.letter)
        if source.loses or not source.finishes:
            return Cell(text, Tone.STUCK if source.loses else Tone.MUTED)
        return Cell(f"{ACCEPTED} {text}", Tone.RUNNING)


def _left(row: SessionRow, at: datetime) -> timedelta | None:
    return None if row.ends_at is None or not row.incomplete else row.ends_at - at


@dataclass(frozen=True, slots=True)
class Impact:
    """One line of an operation.

    Attributes:
        planned: it is not applied yet.
    """

    line: Line
    operation: str
    planned: bool


class ImpactModel(RowsModel[Impact]):
    """What an operation does to each candidate, for confirmation and for the history."""

    table = LINES
    identity = attrgetter("line.user_id", "line.choice")

    def shown(self, column: str, source: Impact) -> Cell:
        if column != "outcome":
            return self.plain(column, source.line)
        text = outcome(source.line, source.operation, planned=source.planned, words=self.words)
        return Cell(text, Tone.OVERDUE if source.line.outcome == "refused" else Tone.PLAIN, hint=text)


class HistoryModel(RowsModel[OperationRecord]):
    """Recorded operations, newest first."""

    table = HISTORY
    identity = attrgetter("op_id")

    def shown(self, column: str, source: OperationRecord) -> Cell:
        match column:
            case "when":
                return self._when(source)
            case "person":
                who = doer(source.person, verified=source.verified, seal=source.seal)
                if source.seal is None or not source.seal.doubted:
                    return Cell(who, hint=who)
                # In a narrow column the words at the end are cut off.
                return Cell(f"{OVERDUE} {who}", Tone.OVERDUE, hint=who)
            case "to whom":
                whom = self.words.concerned(source) or NOTHING
                return Cell(whom, hint=whom)
        cell = worded(column, HISTORY.read[column](source) or None, self.words)
        match column:
            case "operation" if source.undone_by is not None:
                key = "kit.undone_in_part" if source.undone_in_part else "kit.undone"
                return Cell(phrase(key, operation=cell.text), Tone.MUTED, bold=True)
            case "operation":
                return cell._replace(bold=True)
            case "refused":
                return cell._replace(tone=Tone.OVERDUE if source.refused else Tone.MUTED)
        return cell

    def _when(self, source: OperationRecord) -> Cell:
        at = self.words.full_moment(source.at)
        if not source.warnings:
            return Cell(at, order=source.at)
        return Cell(f"{OVERDUE} {at}", Tone.OVERDUE, hint=self.words.lines(source.warnings), order=source.at)


class ClearedModel(RowsModel[ClearedSession]):
    """The sessions that an operation cleared, as the archive keeps them."""

    table = CLEARED
    identity = attrgetter("id")

    def shown(self, column: str, source: ClearedSession) -> Cell:
        if column == "candidate" and source.damaged:
            text = phrase("kit.damaged", number=source.user_id)
            return Cell(f"{STUCK} {text}", Tone.STUCK)
        if column == "put back":
            return self._put_back(source.put_back)
        return super().shown(column, source)

    def _put_back(self, by: PutBack | None) -> Cell:
        if by is None:
            return Cell(NOTHING, Tone.MUTED)
        values = {"time": self.words.moment(by.at), "person": by.person, "operation": operation_name(by.operation)}
        told = phrase("kit.put_back_by", **values)
        return Cell(told, Tone.RUNNING, hint=told)
