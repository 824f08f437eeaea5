"""The lists of the window: one item model for each, which words its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop_admin.controllers.values.lines import Line
from desktop_admin.controllers.values.records import ClearedSession, OperationRecord
from desktop_admin.controllers.values.views import CandidateRow, CandidateStatus, SessionRow
from desktop_admin.gui.kit import words as messages
from desktop_admin.gui.kit.concerns import Concern
from desktop_admin.gui.kit.rows_model import Cell, Row, RowsModel
from desktop_admin.gui.kit.themes import Tone
from desktop_admin.gui.kit.words import NOTHING, OVERDUE, STATUS_TONES, STUCK


def held_sets(sets: Sequence[str], active: str | None) -> str:
    """The sets that a session is made of, beside the active one where it is another: *C ≠ E*."""
    held = "+".join(sets)
    if not held:
        return NOTHING
    return held if active is None or held == active else f"{held} ≠ {active}"


class CandidateModel(RowsModel[CandidateRow]):
    """The list of candidates beside the card."""

    def headers(self) -> tuple[str, ...]:
        return (
            self.tr("Status"),
            self.tr("Army no"),
            self.tr("Name"),
            self.tr("Trade"),
            self.tr("Set"),
            self.tr("Time left"),
        )

    def word(self, source: CandidateRow) -> Row[CandidateRow]:
        tone = STATUS_TONES.get(source.status, Tone.MUTED)
        sets = held_sets(source.sets, source.active_set)
        stuck = source.status is CandidateStatus.STUCK
        return Row(
            key=source.user_id,
            cells=(
                Cell(self.words.status(source.status), tone, bold=True),
                Cell(source.army_no),
                Cell(source.name, hint=source.name),
                Cell(source.trade or NOTHING),
                Cell(sets, Tone.STUCK if stuck else Tone.PLAIN),
                Cell(self.words.time_left(source.time_left)),
            ),
            source=source,
        )


class SessionModel(RowsModel[Concern]):
    """Problems first, then what runs, then what is finished."""

    def headers(self) -> tuple[str, ...]:
        return (
            self.tr("Status"),
            self.tr("Candidate"),
            self.tr("Trade"),
            self.tr("Paper"),
            self.tr("Set"),
            self.tr("Started"),
            self.tr("Time left"),
            self.tr("What is wrong"),
        )

    def word(self, source: Concern) -> Row[Concern]:
        reason = self.words.say(source.finding.reason) if source.finding else ""
        if source.session is None:
            finding = source.finding
            who = messages.person(finding.army_no, finding.name) if finding else ""
            trade = (finding.trade if finding else None) or NOTHING
            status = Cell(f"{OVERDUE} " + self.tr("Finding"), Tone.OVERDUE, bold=True)
            blank = Cell("")
            key = ("finding", finding)
            return Row(
                key, (status, Cell(who), Cell(trade), blank, blank, blank, blank, Cell(reason, hint=reason)), source
            )
        row = source.session
        status_text, tone = self.words.session_status(row, now=source.at)
        left = None if row.ends_at is None or not row.incomplete else row.ends_at - source.at
        cells = (
            Cell(status_text, tone, bold=True),
            Cell(messages.person(row.army_no or row.username, row.name), hint=row.name),
            Cell(row.trade or NOTHING),
            Cell(messages.paper_name(row.paper)),
            Cell(
                held_sets(row.sets, row.active_set if row.incomplete else None), Tone.STUCK if row.stuck else Tone.PLAIN
            ),
            Cell(self.words.moment(row.started_at)),
            Cell(self.words.time_left(left)),
            Cell(reason, hint=reason),
        )
        return Row(("session", row.id), cells, source)


@dataclass(frozen=True, slots=True)
class Fate:
    """One session in progress in the preview of a set switch, and what becomes of it."""

    session: SessionRow
    cleared: bool
    new_set: str
    at: datetime


class PreviewModel(RowsModel[Fate]):
    """Every session in progress that a set switch meets."""

    def headers(self) -> tuple[str, ...]:
        return (
            self.tr("Candidate"),
            self.tr("Trade"),
            self.tr("Paper"),
            self.tr("Set"),
            self.tr("Started"),
            self.tr("Time left"),
            self.tr("Will"),
        )

    def word(self, source: Fate) -> Row[Fate]:
        row = source.session
        left = None if row.ends_at is None else row.ends_at - source.at
        will = (
            self.tr("restart on {letter}").format(letter=source.new_set)
            if source.cleared
            else self.tr("go on, untouched")
        )
        cells = (
            Cell(messages.person(row.army_no or row.username, row.name), hint=row.name),
            Cell(row.trade or NOTHING),
            Cell(messages.paper_name(row.paper)),
            Cell("+".join(row.sets) or NOTHING),
            Cell(self.words.moment(row.started_at)),
            Cell(self.words.time_left(left) or NOTHING),
            Cell(will, Tone.STUCK if source.cleared else Tone.MUTED),
        )
        return Row(row.id, cells, source)


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

    def headers(self) -> tuple[str, ...]:
        return (self.tr("Candidate"), self.tr("Trade"), self.tr("Outcome"))

    def word(self, source: Impact) -> Row[Impact]:
        line = source.line
        outcome = self.words.outcome(line, source.operation, planned=source.planned)
        tone = Tone.OVERDUE if line.outcome == "refused" else Tone.PLAIN
        text = " · ".join(part for part in (outcome, self.words.lines(line.notes)) if part)
        who = self.words.switch(line) if line.is_trade else self.words.line_name(line)
        key = (line.user_id, line.choice)
        return Row(key, (Cell(who, hint=who), Cell(line.trade or NOTHING), Cell(text, tone, hint=text)), source)


class HistoryModel(RowsModel[OperationRecord]):
    """Recorded operations, newest first."""

    def headers(self) -> tuple[str, ...]:
        return (
            self.tr("When"),
            self.tr("Who"),
            self.tr("Released by"),
            self.tr("Desk"),
            self.tr("What"),
            self.tr("Reason"),
            self.tr("Applied"),
            self.tr("Refused"),
            self.tr("Cleared"),
        )

    def word(self, source: OperationRecord) -> Row[OperationRecord]:
        who = source.person if source.verified else self.tr("{person} (not signed in)").format(person=source.person)
        cells = (
            self._when(source),
            Cell(who, hint=who),
            Cell(source.released_by or NOTHING, hint=source.released_by or ""),
            Cell(source.desk, hint=source.desk),
            Cell(*self._what(source), bold=True),
            Cell(source.reason or NOTHING, hint=source.reason or ""),
            Cell(str(source.applied) if source.applied else NOTHING),
            Cell(str(source.refused) if source.refused else NOTHING, Tone.OVERDUE if source.refused else Tone.MUTED),
            Cell(str(len(source.sessions)) if source.sessions else NOTHING),
        )
        return Row(source.op_id, cells, source)

    def _when(self, source: OperationRecord) -> Cell:
        at = self.words.full_moment(source.at)
        if not source.warnings:
            return Cell(at)
        return Cell(f"{OVERDUE} {at}", Tone.OVERDUE, hint=self.words.lines(source.warnings))

    def _what(self, source: OperationRecord) -> tuple[str, Tone]:
        name = messages.operation_name(source.operation)
        if source.undone_by is None:
            return name, Tone.PLAIN
        return self.tr("{operation} (undone)").format(operation=name), Tone.MUTED


class ClearedModel(RowsModel[ClearedSession]):
    """The sessions that an operation cleared, as the archive keeps them."""

    def headers(self) -> tuple[str, ...]:
        return (
            self.tr("Session"),
            self.tr("Candidate"),
            self.tr("Trade"),
            self.tr("Paper"),
            self.tr("Set"),
            self.tr("Started"),
            self.tr("Questions"),
            self.tr("Put back"),
        )

    def word(self, source: ClearedSession) -> Row[ClearedSession]:
        cells = (
            Cell(f"#{source.id}"),
            self._whose(source),
            Cell(source.trade or NOTHING),
            Cell(messages.paper_name(source.paper) or NOTHING),
            Cell(source.set or NOTHING),
            Cell(self.words.moment(source.started_at)),
            Cell(str(len(source.questions)) if not source.damaged else NOTHING),
            self._put_back(source),
        )
        return Row(source.id, cells, source)

    def _whose(self, source: ClearedSession) -> Cell:
        if not source.damaged:
            return Cell(messages.person(source.army_no, source.name))
        text = self.tr("damaged; account {number}").format(number=source.user_id)
        return Cell(f"{STUCK} {text}", Tone.STUCK)

    def _put_back(self, source: ClearedSession) -> Cell:
        by = source.put_back
        if by is None:
            return Cell(NOTHING, Tone.MUTED)
        text = self.tr("{time} by {person} ({operation})")
        named = messages.operation_name(by.operation)
        told = text.format(time=self.words.moment(by.at), person=by.person, operation=named)
        return Cell(told, Tone.RUNNING, hint=f"{told} · {by.op_id}")
