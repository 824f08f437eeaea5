"""The self-check: seven steps on a scratch database, appearing one by one with what was seen."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QScrollArea, QWidget

from desktop_admin.errors import AdminError
from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.kit.dialogs import Dialog
from desktop_admin.gui.kit.widgets import ToneLabel
from desktop_admin.messages import phrase
from desktop_admin.practice import selfcheck
from desktop_admin.practice.selfcheck import Step


class SelfCheckDialog(Dialog):
    """Runs the self-check when it is shown; never touches the open database.

    Signals:
        ended: all steps are done, or one failed.
    """

    ended = Signal()

    def __init__(self, *, tasks: TaskRunner, words: Words, parent: QWidget | None) -> None:
        super().__init__(title=phrase("window.selfcheck.title"), parent=parent)
        self._tasks = tasks
        self._words = words
        self._passed: list[bool] = []
        self.column.addWidget(ToneLabel(phrase("window.selfcheck.told"), tone=Tone.MUTED))
        steps = QWidget()
        steps.setObjectName("cardBody")
        self._grid = QGridLayout(steps)
        self._grid.setContentsMargins(0, 0, 8, 0)
        self._grid.setColumnStretch(2, 1)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(4)
        scroll = QScrollArea()
        scroll.setWidget(steps)
        scroll.setWidgetResizable(True)
        scroll.setAccessibleName(phrase("window.selfcheck.steps"))
        self.column.addWidget(scroll, 1)
        self._verdict = ToneLabel(phrase("window.selfcheck.running"), bold=True)
        self.column.addWidget(self._verdict)
        self.add_close()
        self.resize(820, 620)

    @property
    def verdict(self) -> str:
        """How it went, or how it is going."""
        return self._verdict.text()

    def run(self) -> None:
        """Begin; each step appears when it is done."""
        self._tasks.call(selfcheck.run, self._done, self._failed, on_report=self._show_step)

    @Slot(object)
    def _show_step(self, step: Step) -> None:
        self._passed.append(step.passed)
        row = len(self._passed)
        result = phrase("window.selfcheck.passed") if step.passed else phrase("window.selfcheck.failed")
        tone = Tone.RUNNING if step.passed else Tone.STUCK
        number = ToneLabel(str(step.number), tone=Tone.MUTED)
        outcome = ToneLabel(result, tone=tone, bold=True)
        outcome.setWordWrap(False)
        title = ToneLabel(self._words.say(step.title), bold=True)
        seen = ToneLabel(self._words.say(step.seen), tone=Tone.MUTED)
        top = Qt.AlignmentFlag.AlignTop
        self._grid.addWidget(number, 2 * row, 0, top)
        self._grid.addWidget(outcome, 2 * row, 1, top)
        self._grid.addWidget(title, 2 * row, 2, top)
        self._grid.addWidget(seen, 2 * row + 1, 2, top)

    @Slot(object)
    def _done(self, _result: object) -> None:
        if self._passed and all(self._passed):
            self._verdict.show_text(phrase("window.selfcheck.all_passed", n=len(self._passed)), Tone.RUNNING)
        else:
            self._verdict.show_text(phrase("window.selfcheck.not_all_passed"), Tone.STUCK)
        self.ended.emit()

    @Slot(object)
    def _failed(self, error: AdminError) -> None:
        self._verdict.show_text("✗ " + self._words.say(error.message), Tone.STUCK)
        self.ended.emit()
