"""The card of the desk: who the candidate is, what is wrong, what the portal would give now, what was last done."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from desktop_admin.controllers.operations.card import Card
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.operations.slots import RESET
from desktop_admin.controllers.operations.table import OPERATIONS
from desktop_admin.controllers.values.records import LastAction
from desktop_admin.controllers.values.views import CandidateReading, SessionRow
from desktop_admin.gui.kit import words as messages
from desktop_admin.gui.kit.themes import Tone
from desktop_admin.gui.kit.widgets import ToneLabel
from desktop_admin.gui.kit.words import FINISHED, NOT_STARTED, OVERDUE, RUNNING, STUCK, Words
from desktop_admin.rules import Paper, SlotState

MOST_SESSIONS = 4


class CandidateCard(QWidget):
    """Shows one candidate, or what the operations would do to several."""

    def __init__(self, *, words: Words, shift_names: dict[int, str]) -> None:
        super().__init__()
        self._words = words
        self._shift_names = shift_names
        self._name = ToneLabel(bold=True, scale=1.6)
        self._who = ToneLabel(tone=Tone.MUTED)
        self._diagnosis = ToneLabel(bold=True, scale=1.05)
        self._rows: list[tuple[ToneLabel, ToneLabel]] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for label in (self._name, self._who, self._diagnosis):
            # A word that is too long is cut off at the edge; it must not push the buttons out of sight.
            label.setMinimumWidth(1)
            column.addWidget(label)
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        line.setFrameShadow(QFrame.Shadow.Plain)
        line.setForegroundRole(self.palette().ColorRole.Mid)
        column.addWidget(line)
        self._grid = QGridLayout()
        self._grid.setColumnStretch(1, 1)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(6)
        column.addLayout(self._grid)
        self.show_nothing()

    @property
    def text(self) -> str:
        """Everything that the card says, for tests and for reading aloud."""
        labels = [self._name, self._who, self._diagnosis, *(value for _title, value in self._rows)]
        return "\n".join(label.text() for label in labels if label.text())

    def show_nothing(self) -> None:
        """Say how to get a candidate onto the card."""
        self._name.show_text(self.tr("No candidate selected"))
        self._who.show_text(self.tr("Scan an admit card, type an army number or a name, or choose from the list."))
        self._diagnosis.hide()
        self._show_rows([])

    def show_card(self, card: Card, *, remark: str = "") -> None:
        """Show the selection.

        Args:
            card: the selection as it was read.
            remark: what else to say of it (pasted numbers that were not found).
        """
        if card.reading is None:
            self._show_many(card, remark)
        else:
            self._show_one(card.reading)

    def _show_one(self, reading: CandidateReading) -> None:
        candidate = reading.candidate
        self._name.show_text(messages.shortened(candidate.name or candidate.username, most=messages.LONGEST_NAME))
        shift = self._shift_names.get(candidate.shift_id or 0, "")
        parts = (candidate.rank, candidate.army_no, candidate.trade or self.tr("no trade"), shift)
        self._who.show_text(" · ".join(messages.shortened(part, most=messages.LONGEST_NAME) for part in parts if part))
        verdict, tone = self._verdict(reading)
        self._diagnosis.show_text(f"{verdict}{self._words.say(reading.diagnosis)}", tone)
        self._diagnosis.show()
        rows = [
            (self.tr("Slot"), self._slot(reading), Tone.PLAIN),
            (self.tr("Sessions"), self._sessions(reading), Tone.PLAIN),
            (self.tr("Would get now"), self._words.would_get(reading.would_get), Tone.PLAIN),
        ]
        if reading.would_get.notes:
            rows.append((self.tr("Note"), "\n".join(map(self._words.say, reading.would_get.notes)), Tone.OVERDUE))
        also = [self._words.say(finding.reason) for finding in reading.findings if finding.reason != reading.diagnosis]
        if also:
            rows.append((self.tr("Also"), "\n".join(f"{OVERDUE} {text}" for text in also), Tone.OVERDUE))
        rows.append((self.tr("Portal logins"), str(reading.live_logins), Tone.PLAIN))
        rows.append((self.tr("History"), self._history(reading.last_actions), Tone.MUTED))
        self._show_rows(rows)

    def _verdict(self, reading: CandidateReading) -> tuple[str, Tone]:
        """What stands before the diagnosis, and its tone; where all is well, the sentence itself has the word."""
        if reading.stuck:
            return f"{STUCK} " + self.tr("Stuck: "), Tone.STUCK
        if reading.findings:
            return f"{OVERDUE} " + self.tr("Attention: "), Tone.OVERDUE
        if reading.incomplete:
            return f"{RUNNING} ", Tone.RUNNING
        return f"{FINISHED if reading.candidate.next_paper is None else NOT_STARTED} ", Tone.MUTED

    def _slot(self, reading: CandidateReading) -> str:
        candidate = reading.candidate
        if candidate.slot is SlotState.NONE:
            text = self.tr("none")
        elif candidate.slot is SlotState.ASSIGNED:
            text = self.tr("assigned {time}, not started").format(time=self._words.moment(candidate.slot_assigned_at))
        else:
            text = self.tr("attempting since {time}").format(time=self._words.moment(candidate.slot_attempting_at))
        if candidate.slot is not SlotState.NONE and candidate.slot_assigned_by:
            text += self.tr(" (assigned by {person})").format(person=candidate.slot_assigned_by)
        if candidate.slot is not SlotState.NONE and candidate.next_paper:
            text += self.tr(" · for {paper}").format(paper=candidate.next_paper)
        submitted = [str(paper) for paper in Paper if paper in candidate.submitted]
        if submitted:
            text += self.tr(" · submitted: {papers}").format(papers=", ".join(submitted))
        return text

    def _sessions(self, reading: CandidateReading) -> str:
        if not reading.sessions:
            return self.tr("none")
        lines = [self._session(row, reading) for row in reading.sessions[:MOST_SESSIONS]]
        if len(reading.sessions) > MOST_SESSIONS:
            lines.append(self.tr("… and {n} older").format(n=len(reading.sessions) - MOST_SESSIONS))
        return "\n".join(lines)

    def _session(self, row: SessionRow, reading: CandidateReading) -> str:
        status, _tone = self._words.session_status(row, now=reading.at)
        text = self.tr("{status}: {paper}, set {sets}, {questions} questions, started {time}").format(
            status=status,
            paper=row.paper,
            sets="+".join(row.sets) or messages.NOTHING,
            questions=row.questions,
            time=self._words.moment(row.started_at),
        )
        if row.incomplete and row.ends_at is not None:
            text += f", {self._words.time_left(row.ends_at - reading.at)}"
        return text

    def _history(self, actions: Sequence[LastAction]) -> str:
        return "\n".join(map(self._action, actions)) or self.tr("nothing recorded by this program")

    def _action(self, action: LastAction) -> str:
        text = self.tr("{time}  {operation}, by {person}").format(
            operation=messages.operation_name(action.operation),
            time=self._words.moment(action.at),
            person=messages.shortened(action.person, most=messages.LONGEST_NAME),
        )
        return f"{text} ({messages.shortened(action.reason, most=messages.LONGEST_NAME)})" if action.reason else text

    def _show_many(self, card: Card, remark: str) -> None:
        self._name.show_text(messages.candidates(len(card.user_ids)))
        self._who.show_text(self._named(card))
        self._diagnosis.show_text(remark, Tone.OVERDUE)
        self._diagnosis.setVisible(bool(remark))
        rows = [
            (messages.operation_name(kind.name), self._outcome(card.plans[kind]), Tone.PLAIN)
            for kind in OPERATIONS
            if kind in card.plans
        ]
        self._show_rows(rows)

    def _named(self, card: Card) -> str:
        lines = card.plans[RESET].lines
        return messages.listed([line.army_no or line.username or "" for line in lines])

    def _outcome(self, plan: Plan) -> str:
        if not plan.applied:
            return self.tr("refused: {reasons}").format(reasons=self._words.reasons(plan.lines))
        text = self.tr("possible for {n}").format(n=plan.applied)
        if plan.cleared_sessions:
            text += self.tr(", {sessions} will be cleared").format(sessions=messages.sessions(plan.cleared_sessions))
        if plan.refused:
            text += self.tr("; {n} refused: {reasons}").format(n=plan.refused, reasons=self._words.reasons(plan.lines))
        return text

    def _show_rows(self, rows: list[tuple[str, str, Tone]]) -> None:
        while len(self._rows) < len(rows):
            title, value = ToneLabel(tone=Tone.MUTED), ToneLabel()
            title.setWordWrap(False)
            value.setMinimumWidth(1)
            top = Qt.AlignmentFlag.AlignTop
            self._grid.addWidget(title, len(self._rows), 0, top)
            self._grid.addWidget(value, len(self._rows), 1, top)
            self._rows.append((title, value))
        for number, (heading, value) in enumerate(self._rows):
            shown = number < len(rows)
            heading.setVisible(shown)
            value.setVisible(shown)
            if shown:
                heading.setText(rows[number][0])
                value.show_text(rows[number][1], rows[number][2])
                value.setAccessibleName(f"{rows[number][0]}: {rows[number][1]}")
            else:
                value.show_text("")
