"""The preview of a change of papers, in place: whom it meets, what it refuses, and what it takes to apply it."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QFrame, QLineEdit, QScrollArea, QSizePolicy

from desktop_admin.controllers.operations.ladder import Confirmation, confirmation, to_type
from desktop_admin.controllers.operations.papers.preview import Switch
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.values.lines import Line
from desktop_admin.gui.core.sentences import OVERDUE
from desktop_admin.gui.core.speech import announce
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import Words, listed, sessions
from desktop_admin.gui.kit.parts import in_column, named, tell
from desktop_admin.gui.kit.reason_box import ReasonBox
from desktop_admin.gui.kit.room import Flow
from desktop_admin.gui.kit.widgets import PlainLabel, ToneLabel, button, tip
from desktop_admin.gui.sets.sparing import Sparing
from desktop_admin.gui.tables.models import Fate, PreviewModel
from desktop_admin.gui.tables.table import Table
from desktop_admin.messages import Message, phrase
from desktop_admin.rules import Refusal

REFUSED_LINES = 5
MOST_SWITCHES = 4
_LIST_FIRST = 100
_TOO_FEW = ("note_too_few", "note_opened_too_few")


class SwitchPanel(QFrame):
    """Shows the plan of a change of papers and asks for its confirmation.

    Signals:
        confirmed: the plan, when Apply is pressed.

    Attributes:
        discard: the button to give the drafts up.
        allow_too_few: whether sets with too few questions are let through.
        force: whether papers are closed that somebody is writing.
    """

    confirmed = Signal(object)

    def __init__(self, *, words: Words) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._words = words
        self._plan: Plan | None = None
        self._available, self._why = False, ""
        self._barred = ToneLabel(tone=Tone.OVERDUE, bold=True)
        self._barred.hide()
        self._title = ToneLabel(bold=True, scale=1.15)
        self._effect = ToneLabel(bold=True)
        self._screen = ToneLabel()
        self._untouched = ToneLabel(tone=Tone.MUTED)
        self._noted = ToneLabel()
        self._refused = ToneLabel(tone=Tone.OVERDUE)
        self._refused.setObjectName("cardBody")
        self.refused_area = named(QScrollArea(widgetResizable=True), phrase("sets.refused_trades"))
        self.refused_area.setWidget(self._refused)
        # With half a line more, by which it is seen that there is more to scroll to.
        self.refused_area.setMaximumHeight(round(self.fontMetrics().lineSpacing() * (REFUSED_LINES + 0.5)))
        self.table = Table(PreviewModel(words), stretch="will", name=phrase("sets.in_progress"), many=True)
        self.sparing = Sparing(self.table)
        self.allow_too_few = named(QCheckBox(phrase("sets.allow_too_few")), phrase("sets.allow_too_few"))
        self.force = named(QCheckBox(phrase("sets.force")), phrase("sets.force"))
        self.reason_box = ReasonBox()
        # No buddy of the field, which would underline what follows an ampersand: the field has the same text as name.
        self._typed_label = PlainLabel()
        self.typed = named(QLineEdit(), phrase("sets.confirmation"), style="field")
        self.typed.setMaximumWidth(160)
        self._lacking = ToneLabel(tone=Tone.STUCK)
        self.discard = button(phrase("sets.discard"), name=phrase("sets.discard_drafts"))
        self.apply = button("", self._confirm, style="primary", name=phrase("sets.apply_drafts"))
        # It takes no line of its own where the window is wide enough.
        self._untouched.setSizePolicy(QSizePolicy.Policy.MinimumExpanding, QSizePolicy.Policy.Preferred)
        choices = Flow(self._untouched, *self.sparing.parts)
        told = (self._barred, self._title, self._effect, self._screen, choices, self._noted, self.refused_area)
        deeds = Flow(self.reason_box, self._typed_label, self.typed, self.discard, self.apply, spacing=10)
        # Where there is no list, what is told stays together, and the buttons keep their place.
        parts = (*told, Flow(self.allow_too_few, self.force), (self.table, _LIST_FIRST), None, self._lacking, deeds)
        in_column(*parts, inside=self, margins=(16, 6, 14, 6), spacing=4)
        self.typed.textChanged.connect(self._check)
        self.typed.returnPressed.connect(self._confirm)

    @property
    def text(self) -> str:
        """Everything that the preview says, for tests and for reading aloud."""
        labels = (self._barred, self._title, self._effect, self._screen, self._untouched, self._noted, self._refused)
        return "\n".join(label.text() for label in labels if label.text())

    @property
    def expected(self) -> str:
        """What must be typed to confirm; empty where nothing is cleared."""
        plan = self._plan
        return to_type(plan) if plan is not None and confirmation(plan) is Confirmation.TYPED else ""

    def set_available(self, available: bool, *, why: str = "") -> None:
        """Switch Apply on or off; ``why`` says why the person may not."""
        self._available, self._why = available, why
        self.apply.setToolTip(tip(why))
        self.apply.setAccessibleDescription(why)
        for box in (self.allow_too_few, self.force):
            box.setEnabled(not why)
            box.setToolTip(tip(why))
        self.sparing.set_available(why)
        # Said before anything else: what follows is only to be read.
        tell(self._barred, f"{OVERDUE} {why}" if why else "")
        self._tell_screen()
        self._offer_typing()
        self._check()

    def ask(self) -> None:
        """Let what confirms the switch be typed at once."""
        if self.typed.isVisible():
            self.typed.setFocus()

    def show_switch(self, switch: Switch) -> None:
        """Show what the switch would do, and the sessions in progress that it meets."""
        plan = switch.plan
        before, self._plan = self.expected, plan
        applied, refused = _applied(plan), [line for line in plan.lines if line.is_trade and line.reason]
        switches = listed([self._words.switch(line) for line in applied or refused], most=MOST_SWITCHES)
        self._title.show_text(phrase("sets.preview", switches=switches))
        self._effect.show_text(self._what(plan))
        self._tell_screen()
        tell(self._untouched, self._rest(switch))
        tell(self._noted, self._notes(plan, applied))
        self._refused.show_text(self._refusals(refused))
        self.refused_area.setVisible(bool(refused))
        self._show_sessions(switch)
        refusals = {_code(line) for line in refused}
        for box, refusal in ((self.allow_too_few, Refusal.TOO_FEW), (self.force, Refusal.STILL_WRITING)):
            box.setVisible(refusal in refusals or box.isChecked())
        if self.expected != before:
            self.typed.clear()
        self._label_apply(plan, applied)
        self._check()

    def forget(self) -> None:
        """Show nothing any more, and let the next preview begin without allowances."""
        self._plan = None
        self.typed.clear()
        for box in (self.allow_too_few, self.force):
            with QSignalBlocker(box):
                box.setChecked(False)

    def _tell_screen(self) -> None:
        """What happens on the candidates' screens; of no concern to somebody who may not apply it."""
        plan = self._plan
        screen = self._words.say(plan.screen) if plan and plan.screen and plan.touches_screens else ""
        tell(self._screen, "" if self._why else screen)

    def _what(self, plan: Plan) -> str:
        if not plan.applied:
            return phrase("sets.nothing_to_do")
        counts = (("sets.clears", plan.cleared_sessions), ("sets.closes", len(plan.closed_ids)))
        lost = " ".join(phrase(key, n=count) for key, count in counts if count) or phrase("sets.clears_none")
        spared = len(plan.accepted_ids)
        return f"{lost} {phrase('sets.lets_finish', n=spared)}" if spared else lost

    def _notes(self, plan: Plan, applied: list[Line]) -> str:
        """What else is to be known; whom it meets is told by the list."""
        short = (line for line in applied if any(note.code in _TOO_FEW for note in line.notes))
        told = [f"{line.trade}: {self._words.lines(line.notes)}" for line in short]
        return " ".join([*told, *(self._words.say(note) for note in plan.notes)])

    def _refusals(self, refused: list[Line]) -> str:
        """Why trades are refused; those of which there is no more to say than that the set is empty share a line."""
        empty = [line for line in refused if _code(line) == Refusal.NO_QUESTIONS and not line.notes]
        together = empty if len(empty) > 1 else []
        texts = [
            f"{line.trade}: {self._words.reasons([line])} {self._words.lines(line.notes)}".rstrip()
            for line in refused
            if line not in together
        ]
        if together:
            texts.append(phrase("sets.all_empty", trades=", ".join(line.trade or line.name for line in together)))
        return "\n".join(f"{OVERDUE} {text}" for text in texts)

    def _rest(self, switch: Switch) -> str:
        """Who is left alone, and why: of a paper that is switched, only the sessions on its new set stay."""
        choices = (line.choice for line in _applied(switch.plan))
        switched = {choice.place for choice in choices if choice is not None and choice.letter is not None}
        preview = switch.preview
        accepted = sum(row.accepted is not None for row in preview.spared)
        already = sum((row.trade_id, row.paper) in switched for row in preview.spared if row.accepted is None)
        counts = (
            ("sets.on_new_set", already),
            ("sets.accepted_go_on", accepted),
            ("sets.on_other_paper", len(preview.spared) - already - accepted),
            ("sets.not_started", preview.not_started),
        )
        return " ".join(phrase(key, n=count) for key, count in counts if count)

    def _show_sessions(self, switch: Switch) -> None:
        choices = [line.choice for line in _applied(switch.plan) if line.choice]
        letters = {choice.place: choice.letter for choice in choices if choice.letter is not None}
        met, at = switch.preview, switch.at
        closing = {row.id for row in met.closing}
        fates = []
        # Whatever is chosen, each keeps its place.
        for row in met.left_behind:
            letter = letters.get((row.trade_id or 0, row.paper)) or row.active_set
            if row.id not in met.finishing:
                fates.append(Fate(row, at, "kit.fate.restarts", letter, loses=True, finishes=False))
            elif row.id in closing:
                fates.append(Fate(row, at, "kit.fate.closes", loses=True, finishes=True))
            else:
                fates.append(Fate(row, at, "kit.fate.finishes", "+".join(row.sets), finishes=True))
        others = [row for row in met.closing if row.id not in met.finishing]
        fates += [Fate(row, at, "kit.fate.closes", loses=True) for row in others]
        fates += [Fate(row, at, "kit.fate.keeps_time") for row in met.timed]
        fates += [Fate(row, at, "kit.fate.goes_on") for row in met.spared]
        self.table.refresh(tuple(fates))
        self.table.setVisible(bool(fates))
        self.sparing.follow()

    def _label_apply(self, plan: Plan, applied: list[Line]) -> None:
        choices = [line.choice for line in applied if line.choice]
        form = "many" if len(choices) > 1 else "one" if choices else "name"
        deed = plan.kind.say(form, n=len(choices), **plan.asked.told)
        if len(choices) == 1 and len(choices[0].told) == 1 and choices[0].letter is not None:
            deed = Message.of("sets.activate_letter", letter=choices[0].letter)
        if plan.cleared_sessions:
            deed = plan.kind.say("and_clear", deed=deed, sessions=sessions(plan.cleared_sessions))
        text = self._words.say(deed)
        self.apply.setText(text)
        self.apply.setAccessibleName(text)
        self._typed_label.setText(phrase("sets.type_to_confirm", text=self.expected))
        self.typed.setAccessibleName(self._typed_label.text())
        self._offer_typing()

    def _offer_typing(self) -> None:
        for widget in (self._typed_label, self.typed):
            widget.setVisible(bool(self.expected) and not self._why)

    @Slot()
    def _check(self) -> None:
        plan = self._plan
        typed = self.typed.text().strip().casefold() == self.expected.casefold()
        tell(self._lacking, "")
        self.apply.setEnabled(self._available and plan is not None and plan.applied > 0 and typed)

    @Slot()
    def _confirm(self) -> None:
        if self._plan is not None and self.apply.isEnabled():
            self.confirmed.emit(self._plan)
        elif self._plan is not None and self._available and self._plan.applied:
            tell(self._lacking, f"{OVERDUE} {phrase('kit.not_this', typed=self.typed.text(), count=self.expected)}")
            announce(self.typed, self._lacking.text())
            self.typed.selectAll()


def _applied(plan: Plan) -> list[Line]:
    return [line for line in plan.lines if line.is_trade and line.outcome == "applied"]


def _code(line: Line) -> str | None:
    return line.reason.code if line.reason is not None else None
