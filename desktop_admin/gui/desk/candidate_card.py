"""The card of the desk: who the candidate is, what is wrong, what the portal would give now, what was last done."""

from __future__ import annotations

from itertools import zip_longest

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from desktop_admin.controllers.operations.card import Card
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.operations.slots import RESET
from desktop_admin.controllers.operations.table import OPERATIONS
from desktop_admin.controllers.values.people import Candidate, CandidateReading
from desktop_admin.controllers.values.records import LastAction, told_reason
from desktop_admin.controllers.values.sessions import SessionRow
from desktop_admin.gui.core.sentences import ACCEPTED, FINISHED, NOT_STARTED, NOTHING, OVERDUE, RUNNING, STUCK
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import LONGEST_NAME, Words, candidates, listed, operation_name, sessions
from desktop_admin.gui.kit.labels import LinkLabel
from desktop_admin.gui.kit.parts import dotted, in_column, in_row, tell
from desktop_admin.gui.kit.photograph import Photograph
from desktop_admin.gui.kit.widgets import ToneLabel
from desktop_admin.messages import phrase, shortened
from desktop_admin.rules import Paper, SlotState

MOST_SESSIONS = 4
MOST_NAMES = 4


class CandidateCard(QWidget):
    """Shows one candidate, or what the operations would do to several.

    Attributes:
        shift_names: of every shift, by its id.
        who: whom it shows, in a few words.
        user_ids: their accounts.

    Signals:
        operation_asked: the id of an operation that the card tells of, to be seen in the history, and the army number.
    """

    operation_asked = Signal(str, str)

    def __init__(self, *, words: Words, photograph: Photograph) -> None:
        super().__init__()
        self._words = words
        self._photograph = photograph
        self.shift_names: dict[int, str] = {}
        self.who = ""
        self.user_ids: tuple[int, ...] = ()
        self._name = ToneLabel(bold=True, scale=1.6)
        self._who = ToneLabel(tone=Tone.MUTED)
        self._diagnosis = ToneLabel(bold=True, scale=1.05)
        self._rows: list[tuple[ToneLabel, ToneLabel]] = []
        for label in (self._name, self._who, self._diagnosis):
            # A word that is too long is cut off at the edge; it must not push the buttons out of sight.
            label.setMinimumWidth(1)
        line = QFrame(frameShape=QFrame.Shape.HLine, frameShadow=QFrame.Shadow.Plain)
        line.setForegroundRole(self.palette().ColorRole.Mid)
        self._grid = QGridLayout()
        self._grid.setColumnStretch(1, 1)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(4)
        head = in_row((in_column(self._name, self._who, self._diagnosis, None, spacing=4), 1), photograph, spacing=12)
        self._actions: list[LinkLabel] = []
        self._army_no = ""
        self._past_title = ToneLabel(phrase("desk.row_history"), tone=Tone.MUTED)
        self._past = in_column(self._past_title, spacing=2)
        in_column(head, line, self._grid, self._past, inside=self, spacing=6)
        self.show_nothing()

    @property
    def text(self) -> str:
        """Everything that the card says, for tests and for reading aloud."""
        labels = [self._name, self._who, self._diagnosis, *(value for _title, value in self._rows), *self._actions]
        return "\n".join(label.text() for label in labels if label.text())

    @property
    def headline(self) -> str:
        """Who it is, and what is wrong, to be said aloud."""
        return " ".join(label.text() for label in (self._name, self._who, self._diagnosis) if label.text())

    def show_nothing(self, remark: str = "") -> None:
        """Say how to get a candidate onto the card, and why there is none."""
        self.who, self.user_ids = "", ()
        self._name.show_text(phrase("desk.nobody"))
        self._who.show_text(phrase("desk.how_to_select"))
        tell(self._diagnosis, f"{OVERDUE} {remark}" if remark else "", Tone.OVERDUE)
        self._photograph.show_nothing()
        self._show_rows([])
        self._show_actions(None)

    def show_card(self, card: Card, *, remark: str = "") -> None:
        """Show the selection, with a remark (pasted numbers that were not found)."""
        self.user_ids = card.user_ids
        if card.reading is None:
            self._show_many(card, remark)
        else:
            self._show_one(card.reading, remark)

    def _show_one(self, reading: CandidateReading, remark: str) -> None:
        candidate = reading.candidate
        self.who = _short(candidate.army_no)
        self._name.show_text(_short(candidate.name or candidate.username))
        shift = self.shift_names.get(candidate.shift_id or 0, "")
        parts = (candidate.rank, candidate.army_no, candidate.trade or phrase("desk.no_trade"), shift)
        self._who.show_text(dotted(*(_short(part) for part in parts if part)))
        tell(self._diagnosis, *self._verdict(reading))
        self._photograph.show_of(candidate.photograph, name=candidate.name)
        # The diagnosis says already that a session was accepted.
        accepted = {row.acceptance for row in reading.incomplete}
        told = (self._words.say(note) for note in reading.would_get.notes if note not in accepted)
        notes = "\n".join(filter(None, (remark, *told)))
        reasons = [finding.reason for finding in reading.problems if finding.reason != reading.diagnosis]
        also = "\n".join(f"{OVERDUE} {self._words.say(reason)}" for reason in reasons)
        logins = dotted(str(reading.live_logins), *(self._words.say(one.reason) for one in reading.remarks))
        history = "" if reading.last_actions else phrase("desk.nothing_recorded")
        rows = [
            (phrase("desk.row_slot"), self._slot(reading.candidate), Tone.PLAIN),
            (phrase("desk.row_sessions"), self._sessions(reading), Tone.PLAIN),
            (phrase("desk.row_would_get"), self._words.would_get(reading.would_get), Tone.PLAIN),
            (phrase("desk.row_note"), notes, Tone.OVERDUE),
            (phrase("desk.row_also"), also, Tone.OVERDUE),
            (phrase("desk.row_logins"), logins, Tone.PLAIN),
            (phrase("desk.row_history"), history, Tone.MUTED),
        ]
        self._show_rows([row for row in rows if row[1]])
        self._show_actions(reading)

    def _verdict(self, reading: CandidateReading) -> tuple[str, Tone]:
        """The diagnosis and its tone; where all is well, the sentence itself has the word."""
        diagnosis = self._words.say(reading.diagnosis)
        if reading.stuck:
            return f"{STUCK} {phrase('desk.stuck', diagnosis=diagnosis)}", Tone.STUCK
        if reading.problems:
            return f"{OVERDUE} {phrase('desk.attention', diagnosis=diagnosis)}", Tone.OVERDUE
        if reading.incomplete:
            accepted = any(row.accepted is not None for row in reading.incomplete)
            return f"{ACCEPTED if accepted else RUNNING} {diagnosis}", Tone.RUNNING
        return f"{FINISHED if reading.candidate.next_paper is None else NOT_STARTED} {diagnosis}", Tone.MUTED

    def _slot(self, candidate: Candidate) -> str:
        papers = [paper for paper in Paper if paper in candidate.submitted]
        submitted = phrase("desk.submitted", papers=papers) if papers else ""
        if candidate.slot is SlotState.NONE:
            return dotted(phrase("desk.no_slot"), submitted)
        if candidate.slot is SlotState.ASSIGNED:
            state = phrase("desk.slot_assigned", time=self._words.moment(candidate.slot_assigned_at))
        else:
            state = phrase("desk.slot_attempting", time=self._words.moment(candidate.slot_attempting_at))
        by, paper = candidate.slot_assigned_by, candidate.next_paper
        return dotted(
            state,
            phrase("desk.slot_by", person=by) if by else "",
            phrase("desk.slot_for", paper=paper) if paper else "",
            submitted,
        )

    def _sessions(self, reading: CandidateReading) -> str:
        lines = [self._session(row, reading) for row in reading.sessions[:MOST_SESSIONS]]
        if len(reading.sessions) > MOST_SESSIONS:
            lines.append(phrase("desk.older_sessions", n=len(reading.sessions) - MOST_SESSIONS))
        return "\n".join(lines) or phrase("desk.no_sessions")

    def _session(self, row: SessionRow, reading: CandidateReading) -> str:
        status, _tone = self._words.session_status(row, now=reading.at)
        text = phrase(
            "desk.session",
            status=status,
            paper=row.paper,
            sets="+".join(row.sets) or NOTHING,
            n=row.questions,
            time=self._words.moment(row.started_at),
        )
        left = row.ends_at - reading.at if row.incomplete and row.ends_at is not None else None
        return dotted(text, self._words.time_left(left))

    def _show_actions(self, reading: CandidateReading | None) -> None:
        """The last operations, each of which leads to the history."""
        actions = reading.last_actions if reading else ()
        while len(self._actions) < len(actions):
            self._actions.append(LinkLabel(tone=Tone.MUTED))
            self._actions[-1].pressed.connect(self._ask_for_operation)
            self._past.addWidget(self._actions[-1])
        for link, action in zip_longest(self._actions, actions):
            link.setVisible(action is not None)
            link.show_text(self._action(action) if action else "")
            link.setProperty("op_id", action.op_id if action else "")
        self._past_title.setVisible(bool(actions))
        self._army_no = reading.candidate.army_no if reading else ""

    @Slot()
    def _ask_for_operation(self) -> None:
        self.operation_asked.emit(self.sender().property("op_id"), self._army_no)

    def _action(self, action: LastAction) -> str:
        text = phrase(
            "desk.action",
            time=self._words.moment(action.at),
            operation=operation_name(action.operation),
            person=action.seal.mark(_short(action.person)),
        )
        reason = told_reason(action.reason)
        return f"{text} ({_short(reason)})" if reason else text

    def _show_many(self, card: Card, remark: str) -> None:
        self.who = candidates(len(card.user_ids))
        self._name.show_text(self.who)
        self._who.show_text(listed(list(map(self._words.line_name, card.plans[RESET].lines)), most=MOST_NAMES))
        tell(self._diagnosis, remark, Tone.OVERDUE)
        self._photograph.show_nothing()
        kinds = (kind for kind in OPERATIONS if kind in card.plans)
        self._show_actions(None)
        self._show_rows([(operation_name(kind.name), self._outcome(card.plans[kind]), Tone.PLAIN) for kind in kinds])

    def _outcome(self, plan: Plan) -> str:
        cleared = plan.kind.say("cleared_will", sessions=sessions(plan.cleared_sessions))
        reasons = self._words.reasons(plan.lines)
        return dotted(
            phrase("desk.possible", n=plan.applied) if plan.applied else "",
            self._words.say(cleared) if plan.cleared_sessions else "",
            phrase("desk.refused", n=plan.refused, reasons=reasons) if plan.refused else "",
        )

    def _show_rows(self, rows: list[tuple[str, str, Tone]]) -> None:
        while len(self._rows) < len(rows):
            title, value = ToneLabel(tone=Tone.MUTED), ToneLabel()
            title.setWordWrap(False)
            value.setMinimumWidth(1)
            for place, label in enumerate((title, value)):
                self._grid.addWidget(label, len(self._rows), place, Qt.AlignmentFlag.AlignTop)
            self._rows.append((title, value))
        for (title, value), row in zip_longest(self._rows, rows):
            heading, text, tone = row or ("", "", Tone.PLAIN)
            title.setVisible(row is not None)
            value.setVisible(row is not None)
            title.setText(heading)
            value.show_text(text, tone)
            value.setAccessibleName(f"{heading}: {text}")


def _short(text: str) -> str:
    return shortened(text, most=LONGEST_NAME)
