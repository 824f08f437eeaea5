"""Checking the operation log: whether it is whole, what does not fit, and a checkpoint of its end to keep elsewhere."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Slot
from PySide6.QtWidgets import QFileDialog, QPlainTextEdit, QProgressBar, QPushButton, QWidget

from desktop_admin.controllers.plans import Actor
from desktop_admin.errors import AdminError
from desktop_admin.gui import history_jobs
from desktop_admin.gui.dialogs import Dialog
from desktop_admin.gui.messages import OVERDUE, RUNNING, STUCK, Words, by_count
from desktop_admin.gui.tasks import TaskRunner
from desktop_admin.gui.themes import Tone
from desktop_admin.gui.widgets import ToneLabel

if TYPE_CHECKING:
    from desktop_admin.controllers.log_chain import Checkpoint, Verification


class LogDialog(Dialog):
    """Looks at every row of the log when it is opened."""

    def __init__(self, *, tasks: TaskRunner, actor: Actor, words: Words, parent: QWidget | None) -> None:
        super().__init__(title=QCoreApplication.translate("LogDialog", "Check the log"), parent=parent)
        self._tasks = tasks
        self._actor = actor
        self._words = words
        self._end: Checkpoint | None = None
        self._verdict = ToneLabel(self.tr("Looking at every row and every archived session …"), bold=True)
        self._progress = QProgressBar()
        self._progress.setRange(0, 0)
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(self.tr("Checking"))
        self._details = QPlainTextEdit()
        self._details.setReadOnly(True)
        self._details.setAccessibleName(self.tr("What does not fit"))
        self._details.hide()
        about = self.tr(
            "The check finds what was edited, removed or added by somebody without the log's key. That the end was cut "
            "off shows only beside a checkpoint that was kept elsewhere: save one now and then, and keep it off this "
            "computer. “desktop-admin verify-log --checkpoint FILE” compares it."
        )
        for widget in (self._verdict, self._progress, ToneLabel(about, tone=Tone.MUTED)):
            self.column.addWidget(widget)
        self.column.addWidget(self._details, 1)
        self._saved = ToneLabel()
        self.column.addWidget(self._saved)
        self.column.addStretch(0)
        self.save = QPushButton(self.tr("Save a checkpoint…"))
        self.save.setObjectName("secondary")
        self.save.setAccessibleName(self.save.text())
        self.save.setAutoDefault(False)
        self.save.setEnabled(False)
        self.save.clicked.connect(self._choose_file)
        self.add_buttons(safe=self.tr("Close"), beside=self.save)
        self.fit(characters=84, lines=18)

    @property
    def verdict(self) -> str:
        """What the check found."""
        return self._verdict.text()

    @property
    def details(self) -> str:
        """What does not fit, a line for each."""
        return self._details.toPlainText()

    @property
    def saved_text(self) -> str:
        """What became of the checkpoint."""
        return self._saved.text()

    def run(self) -> None:
        """Begin to look."""
        job = partial(history_jobs.verify_log, actor=self._actor)
        self._tasks.read(job, self._show, self._failed, key="verify log")

    @Slot(object)
    def _show(self, found: Verification) -> None:
        self._progress.hide()
        self._end = found.end
        self.save.setEnabled(True)
        counts = by_count(found.rows, one=self.tr("1 row"), many=self.tr("{n} rows"))
        sessions = by_count(found.sessions, one=self.tr("1 archived session"), many=self.tr("{n} archived sessions"))
        values = {"rows": counts, "sessions": sessions}
        if found.intact:
            text = self.tr("The log is intact: {rows} and {sessions} were checked.").format(**values)
            self._verdict.show_text(f"{RUNNING} {text}", Tone.RUNNING)
        else:
            text = self.tr("The log was tampered with: {rows} and {sessions} were checked.").format(**values)
            self._verdict.show_text(f"{STUCK} {text}", Tone.STUCK)
            self._details.setPlainText("\n".join(self._words.say(one.what) for one in found.problems))
            self._details.show()
        if found.unsealed:
            text = self.tr("Rows that were written without the key: {n}. Whoever has no key could have made them.")
            self._saved.show_text(f"{OVERDUE} " + text.format(n=found.unsealed), Tone.OVERDUE)

    @Slot(object)
    def _failed(self, error: AdminError) -> None:
        self._progress.hide()
        self._verdict.show_text(f"{OVERDUE} " + self._words.say(error.message), Tone.OVERDUE)

    @Slot()
    def _choose_file(self) -> None:
        assert self._end is not None
        start = f"checkpoint-{self._end.seq}.json"
        name, _kind = QFileDialog.getSaveFileName(self, self.tr("Save a checkpoint"), start)
        if name:
            self.save_to(Path(name))

    def save_to(self, file: Path) -> None:
        """Write the log's end as it was when it was checked."""
        assert self._end is not None
        job = partial(history_jobs.save_checkpoint, file, point=self._end)
        self._tasks.call(job, self._kept, self._not_kept)

    @Slot(object)
    def _kept(self, file: Path) -> None:
        text = self.tr("The checkpoint is in {file}. Keep it off this computer.")
        self._saved.show_text("✓ " + text.format(file=file), Tone.RUNNING)

    @Slot(object)
    def _not_kept(self, error: AdminError) -> None:
        self._saved.show_text(f"{OVERDUE} " + self._words.say(error.message), Tone.STUCK)
