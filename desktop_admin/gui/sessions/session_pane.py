"""Sessions: problems first, then what runs, then what is finished; each problem with its cure as the button."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QFrame

from desktop_admin.controllers.operations import apply
from desktop_admin.controllers.operations.accept import ACCEPT, AcceptAsked
from desktop_admin.controllers.operations.clear import CLEAR, ClearAsked
from desktop_admin.controllers.operations.deeds import SET_POLICY
from desktop_admin.controllers.operations.kind import Operation
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.operations.table import OPERATIONS
from desktop_admin.controllers.values.lines import Chosen
from desktop_admin.controllers.values.sessions import FindingKind, SessionRow, Survey
from desktop_admin.gui.changing.carrying_out import CarryingOut
from desktop_admin.gui.changing.paper_action import PaperAction
from desktop_admin.gui.changing.time_action import Giving, PlannedTime
from desktop_admin.gui.core.sentences import ACCEPTED, FINISHED, NOTHING, OVERDUE, RUNNING, STUCK
from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import Words, person
from desktop_admin.gui.kit.actions import entry
from desktop_admin.gui.kit.filters import FilterMemory
from desktop_admin.gui.kit.parts import ActingPane, allow, dotted, fixed, heading, in_column, offer, tell
from desktop_admin.gui.kit.reason_box import ReasonBox
from desktop_admin.gui.kit.room import Flow
from desktop_admin.gui.kit.widgets import ActionButton, HintedLine, ToneLabel, filter_box
from desktop_admin.gui.sessions.seen import Seen, look
from desktop_admin.gui.tables.concerns import CURED_AT, Concern, State
from desktop_admin.gui.tables.models import SessionModel
from desktop_admin.gui.tables.table import Table
from desktop_admin.messages import phrase

CHIPS = {
    State.ALL: ("", "sessions.all"),
    State.STUCK: (f"{STUCK} ", "sessions.stuck"),
    State.OTHER: (f"{OVERDUE} ", "sessions.other_findings"),
    State.RUNNING: (f"{RUNNING} ", "sessions.running"),
    State.ACCEPTED: (f"{ACCEPTED} ", "sessions.accepted"),
    State.FINISHED: (f"{FINISHED} ", "sessions.finished"),
}
"""What stands before the word on the button of each state, and its sentence."""
_DRAFTED = ("paper_opens", "paper_closes", "paper_to_minutes")
MOST_CAUSES = 3
"""Of so many selected lines it is said what is wrong; the list says it of all."""


class SessionPane(ActingPane):
    """All sessions that matter now, refreshed in the background.

    Signals:
        candidate_asked: a candidate's account and what to search for, to be shown on the desk.
        draft_asked: the set to activate that cures a finding, to be drafted among the question sets.
        keeping_asked: the rule is to be turned on that lets logins last as long as their candidates write.
        surveyed: session health was read, and is shown.
        not_surveyed: an ``AdminError``: why it could not be read, which nobody asked for and so nobody is told.
    """

    candidate_asked = Signal(int, str)
    draft_asked = Signal(object)
    keeping_asked = Signal()
    surveyed = Signal()
    not_surveyed = Signal(object)

    def __init__(self, *, tasks: TaskRunner, carrying_out: CarryingOut, words: Words) -> None:
        super().__init__()
        self._tasks = tasks
        self._carrying_out = carrying_out
        self._words = words
        self._seen: Seen | None = None
        self._wanted = False
        self._state = State.ALL
        self.table = Table(SessionModel(words), stretch="finding", name=phrase("sessions.title"), many=True)
        self.reason_box = ReasonBox()
        self.clear_selected = entry("", self, self._clear_selected)
        self.clear_all = entry("", self, self._clear_all)
        self.accept = entry("", self, self._accept_selected)
        self.show_candidate = entry(phrase("sessions.show_on_desk"), self, self._show_candidate)
        self.draft = entry(phrase("sessions.draft"), self, self._ask_for_draft)
        self.keep_logins = entry(phrase("sessions.keep_logins"), self, self.keeping_asked.emit)
        self._no_cure = entry(phrase("sessions.no_other_cure"), self)
        self._no_cure.setEnabled(False)
        self.papers = {
            kind: PaperAction(kind, tasks=tasks, carrying_out=carrying_out, reason_box=self.reason_box, parent=self)
            for kind in OPERATIONS
            if kind.place in CURED_AT
        }
        self.give_planned = PlannedTime(Giving(tasks, carrying_out, self.reason_box), parent=self)
        self.cure = ActionButton(self.clear_selected, style="primary")
        self.other_cure = ActionButton(self._no_cure)
        drafts = (phrase("sessions.draft_paper", what=phrase(key, n=100)) for key in _DRAFTED)
        planned = phrase("time.give_planned", n=100)
        self.cure.keep_room_for(phrase("sessions.draft_again", letter="W"), planned, *drafts)
        self.other_cure.keep_room_for(phrase("sessions.no_other_cure"), words.say(ACCEPT.say("one")))
        self._chips = {state: QAction(self, checkable=True) for state in State}
        self._text = HintedLine(phrase("sessions.candidate_hint"), name=phrase("sessions.filter_candidate"))
        self._trade = filter_box(phrase("heading_trade"), phrase("desk.all_trades"))
        self._memory = FilterMemory(
            "sessions",
            boxes={"trade": self._trade},
            marks={state.value: action for state, action in self._chips.items()},
            parent=self,
        )
        self._summary = ToneLabel(tone=Tone.MUTED)
        self._problem = ToneLabel(bold=True)
        self._cure = ToneLabel()
        self._build()
        self.table.chosen.connect(self._update)
        self.table.opened.connect(self._show_candidate)
        carrying_out.busy_changed.connect(self._update)
        self.empty()

    def _build(self) -> None:
        group = QActionGroup(self)
        for state, action in self._chips.items():
            action.setData(state.value)
            group.addAction(action)
        self._chips[State.ALL].setChecked(True)
        group.triggered.connect(self._narrow)
        buttons = [fixed(ActionButton(action, style="chip")) for action in self._chips.values()]
        title = heading(phrase("sessions.title"), self._summary)
        self._text.textChanged.connect(self._show)
        self._trade.currentIndexChanged.connect(self._show)
        cures = (self.clear_selected, self.accept, self.draft, self.give_planned, *self.papers.values())
        self.table.offer([self.show_candidate, *cures])
        in_column(
            title, Flow(*buttons, self._text, self._trade), (self.table, 1), self._detail(), inside=self, spacing=8
        )

    def _detail(self) -> QFrame:
        panel = QFrame()
        panel.setObjectName("panel")
        # Each has its place, whatever is selected; what is done to more than that is never the big one.
        buttons = (self.cure, self.other_cure, ActionButton(self.show_candidate), ActionButton(self.clear_all))
        deeds = Flow(self.reason_box, *buttons)
        in_column(self._problem, self._cure, deeds, inside=panel, margins=(16, 10, 12, 10))
        return panel

    def empty(self) -> None:
        """Show no sessions, nor those that are on their way."""
        self._seen = None
        self._wanted = False
        with QSignalBlocker(self._text), QSignalBlocker(self._trade):
            self._text.clear()
            self._trade.forget_wish()
            self._trade.setCurrentIndex(0)
        self.table.rows.set_rows(())
        self._count({})
        self._summary.show_text("")
        self._update()

    def start(self) -> None:
        """Begin anew, narrowed as the person left it."""
        self.empty()
        self._chips[State.ALL].setChecked(True)
        self._memory.recall()
        self._state = next(state for state, action in self._chips.items() if action.isChecked())

    def refresh(self) -> None:
        """Read session health."""
        self._wanted = True
        self._tasks.read(look, self._show_survey, self.not_surveyed.emit, key="survey")

    @property
    def survey(self) -> Survey | None:
        """Session health as it is shown; None where nothing is."""
        return self._seen.survey if self._seen else None

    @property
    def stuck(self) -> tuple[SessionRow, ...]:
        """The stuck sessions, in the order of the list."""
        return self._seen.stuck if self._seen else ()

    @property
    def concerns(self) -> tuple[Concern, ...]:
        """All lines, seen or not."""
        return self._seen.concerns if self._seen else ()

    def finding_of_selected(self) -> FindingKind | None:
        """What is wrong with the selected session, or with what else is selected; None where nothing is."""
        return next((one.finding.kind for one in self.table.selected() if one.finding is not None), None)

    def finding_of(self, user_ids: Sequence[int]) -> FindingKind | None:
        """What was last found to be wrong with these accounts, the worst first; None where nothing was."""
        return next((one.finding.kind for one in self.concerns if one.finding and one.user_id in user_ids), None)

    @Slot(object)
    def _show_survey(self, seen: Seen) -> None:
        """Show session health; selection and scroll position stay."""
        if not self._wanted:
            return
        self._seen, survey = seen, seen.survey
        self._count(seen.counts)
        offer(self._trade, [(trade, trade) for trade in seen.trades])
        waiting = phrase("sessions.waiting", n=survey.waiting) if survey.waiting else ""
        at = phrase("sessions.seen_at", time=self._words.full_moment(survey.at)[11:])
        ending = phrase("sessions.logins_end", n=survey.ending) if survey.ending else ""
        self._summary.show_text(dotted(waiting, ending, at))
        self._show()
        self.surveyed.emit()

    def _count(self, counts: Mapping[State, int]) -> None:
        for state, (glyph, key) in CHIPS.items():
            self._chips[state].setText(glyph + phrase(key, n=counts.get(state, "…")))

    @Slot()
    def _show(self) -> None:
        found = self.concerns
        text, trade = self._text.text().strip().casefold(), self._trade.currentData()
        if text or trade or self._state is not State.ALL:
            found = tuple(one for one in found if one.is_in(self._state) and one.matches(text, trade=trade))
        self.table.refresh(found)
        self._update()

    def narrow_to(self, state: State) -> None:
        """Show only the lines in this state."""
        self._chips[state].trigger()

    @Slot(QAction)
    def _narrow(self, action: QAction) -> None:
        self._state = State(action.data())
        if self._seen is not None:
            self._show()
            # Other lines, which may need less room in one column and more in another.
            self.table.columns.measure()

    def _selected_stuck(self) -> tuple[SessionRow, ...]:
        return self._stuck_among(self.table.selected())

    def _stuck_among(self, selected: list[Concern]) -> tuple[SessionRow, ...]:
        known = {row.id for row in self.stuck}
        return tuple(one.session for one in selected if one.session is not None and one.session.id in known)

    @Slot()
    def _update(self) -> None:
        ready = self._writable and not self._carrying_out.busy
        selected = self.table.selected()
        chosen = self._stuck_among(selected)
        self.clear_selected.setText(phrase("sessions.clear_selected", n=len(chosen) or 1))
        self._allow(self.clear_selected, ready, chosen)
        self.clear_all.setText(phrase("sessions.clear_all", n=len(self.stuck) or 1))
        self._allow(self.clear_all, ready, self.stuck)
        acceptable = _acceptable(selected)
        people = len({row.user_id for row in acceptable})
        self.accept.setText(self._words.say(ACCEPT.say("many" if people > 1 else "one", n=people)))
        self._allow(self.accept, ready, acceptable, kind=ACCEPT)
        self.show_candidate.setEnabled(len(selected) == 1 and bool(selected[0].army_no))
        cures: list[QAction] = [self.clear_selected] if chosen else []
        cures += [self.accept] if acceptable else []
        cures += self._other_cures(selected[0] if len(selected) == 1 else None, ready)
        first, second = [*(cures or [self.clear_selected]), self._no_cure][:2]
        self.cure.set_action(first)
        self.other_cure.set_action(second)
        self._describe(selected)

    def _other_cures(self, concern: Concern | None, ready: bool) -> list[QAction]:
        """What cures this line, besides clearing."""
        wish = concern.draft if concern else None
        if wish is not None:
            what = ", ".join(map(self._words.say, wish.told))
            again = phrase("sessions.draft_again", letter=wish.letter)
            self.draft.setText(again if wish.letter is not None else phrase("sessions.draft_paper", what=what))
        for kind, action in self.papers.items():
            paper = concern.paper_at(kind.place) if concern else None
            action.offer(concern.user_id if concern else None, paper, ready=ready)
        self.give_planned.offer(concern.user_id if concern else None, concern.extra if concern else None, ready=ready)
        if concern is not None and concern.finding is not None and concern.finding.kind is FindingKind.LOGINS_END:
            allow(self.keep_logins, ready, why=self._carrying_out.why_not_for(SET_POLICY, candidates=0))
            return [self.keep_logins]
        offered = [action for action in (self.give_planned, *self.papers.values()) if action.isVisible()]
        return [self.draft, *offered] if wish is not None else [*offered]

    def _allow(self, action: QAction, ready: bool, rows: Sequence[SessionRow], *, kind: Operation = CLEAR) -> None:
        """Switch a cure on where it has sessions, and the person's role may do it to so many candidates."""
        people = len({row.user_id for row in rows})
        why = self._carrying_out.why_not_for(kind, candidates=people)
        release = self._carrying_out.release_tip_for(kind.right, candidates=people)
        allow(action, ready and bool(rows), why=why, hint=release)

    def _describe(self, selected: list[Concern]) -> None:
        tell(self._cure, "")
        if len(selected) != 1:
            text = phrase("sessions.selected", n=len(selected)) if selected else self._overview()
            self._problem.show_text(text, Tone.PLAIN)
            wrong = [(one, self._words.say(one.finding.reason)) for one in selected if one.finding]
            named = [(person(one.number, one.name) or one.trade, reason) for one, reason in wrong]
            causes = [": ".join(filter(None, told)) for told in named]
            if len(causes) > MOST_CAUSES:
                causes[MOST_CAUSES:] = [phrase("sessions.more_causes", n=len(causes) - MOST_CAUSES)]
            tell(self._cure, "\n".join(causes))
            return
        concern = selected[0]
        cells = [self.table.rows.shown(column, concern) for column in ("status", "candidate", "trade", "paper")]
        told = dict.fromkeys(cell.text for cell in cells if cell.text not in ("", NOTHING))
        self._problem.show_text(dotted(*told), cells[0].tone)
        if concern.finding is not None:
            findings = concern.session.problems if concern.session else (concern.finding,)
            cures = (f"{self._words.say(one.reason)} → {self._words.say(one.cure)}" for one in findings)
            tell(self._cure, "\n".join(cures))
        elif concern.session is not None and concern.session.acceptance is not None:
            tell(self._cure, self._words.say(concern.session.acceptance))

    def _overview(self) -> str:
        if self._seen is None:
            return phrase("sessions.reading")
        if not self.stuck:
            return f"{RUNNING} {phrase('sessions.none_stuck')}"
        return phrase("sessions.how_to_select")

    @Slot()
    def _clear_selected(self) -> None:
        self._plan(self._selected_stuck())

    @Slot()
    def _clear_all(self) -> None:
        self._plan(self.stuck)

    @Slot()
    def _accept_selected(self) -> None:
        rows = _acceptable(self.table.selected())
        if rows:
            people = Chosen(user_ids=tuple(sorted({row.user_id for row in rows})))
            asked = AcceptAsked(people, tuple(row.id for row in rows))
            self._tasks.read(partial(apply.plan, kind=ACCEPT, asked=asked), self._ask, key="accept plan")

    def _plan(self, rows: Sequence[SessionRow]) -> None:
        if rows:
            asked = ClearAsked(tuple(row.id for row in rows))
            self._tasks.read(partial(apply.plan, kind=CLEAR, asked=asked), self._ask, key="clear plan")

    @Slot(object)
    def _ask(self, plan: Plan, *, seen: bool = True) -> None:
        # A plan that no longer held has not been seen as it is now.
        again = partial(self._ask, seen=False)
        self._carrying_out.ask_and_apply(plan, reason=self.reason_box.reason, on_changed_plan=again, seen=seen)

    @Slot()
    def _ask_for_draft(self) -> None:
        for concern in self.table.selected()[:1]:
            self.draft_asked.emit(concern.draft)

    @Slot()
    def _show_candidate(self) -> None:
        selected = self.table.selected()
        # An account without a profile has no army number, and is no candidate for the desk.
        if len(selected) == 1 and selected[0].user_id is not None and selected[0].army_no:
            self.candidate_asked.emit(selected[0].user_id, selected[0].army_no)


def _acceptable(selected: Sequence[Concern]) -> tuple[SessionRow, ...]:
    """The sessions among these of which it could be accepted that they are finished."""
    return tuple(one.session for one in selected if one.session is not None and one.session.acceptable)
