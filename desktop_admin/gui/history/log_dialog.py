"""Checking the operation log: whether it is whole, what does not fit, and a checkpoint of its end to keep elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPlainTextEdit, QProgressBar, QPushButton, QWidget

from desktop_admin.controllers.log import checkpoints
from desktop_admin.controllers.log.chain import Progress, Verification
from desktop_admin.controllers.operations.deeds import log
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.errors import AdminError, Cancelled, UsageProblem
from desktop_admin.gui.kit import words as messages
from desktop_admin.gui.kit.dialogs import Dialog
from desktop_admin.gui.kit.tasks import TaskRunner
from desktop_admin.gui.kit.themes import Tone
from desktop_admin.gui.kit.widgets import ToneLabel
from desktop_admin.gui.kit.words import OVERDUE, RUNNING, STUCK, Words, by_count


class LogDialog(Dialog):
    """Looks at every row of the log when it is opened.

    Signals:
        checked: what a look at the whole log found.
    """

    checked = Signal(object)

    def __init__(self, *, tasks: TaskRunner, actor: Actor, words: Words, parent: QWidget | None) -> None:
        super().__init__(title=QCoreApplication.translate("LogDialog", "Check the log"), parent=parent)
        self._tasks = tasks
        self._actor = actor
        self._words = words
        self._running = False
        self._files: tuple[Path, ...] = ()
        self._found: Verification | None = None
        self._verdict = ToneLabel(bold=True)
        self._compared = ToneLabel()
        self._remarks = ToneLabel(tone=Tone.OVERDUE)
        self._saved = ToneLabel()
        self._progress = QProgressBar()
        self._progress.setRange(0, 0)
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(self.tr("Checking"))
        self._details = QPlainTextEdit()
        self._details.setReadOnly(True)
        self._details.setAccessibleName(self.tr("What does not fit"))
        self._details.hide()
        self.stop = self._button(self.tr("Cancel"), self._cancel)
        self.compare = self._button(self.tr("Compare with a checkpoint…"), self._choose_checkpoint)
        self.save = self._button(self.tr("Save a checkpoint…"), self._choose_file)
        self._build()

    def _button(self, text: str, run: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName("secondary")
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        button.clicked.connect(run)
        return button

    def _build(self) -> None:
        about = self.tr(
            "The check finds what was edited, removed or added by somebody without the log's key. That the end was cut "
            "off shows only beside a checkpoint. This desk keeps one a day; save another now and then, and keep it off "
            "this computer."
        )
        running = QHBoxLayout()
        running.addWidget(self._progress, 1)
        running.addWidget(self.stop)
        self.column.addWidget(self._verdict)
        self.column.addLayout(running)
        for label in (self._compared, self._remarks, ToneLabel(about, tone=Tone.MUTED)):
            self.column.addWidget(label)
        self.column.addWidget(self._details, 1)
        self.column.addWidget(self._saved)
        self.column.addStretch(0)
        beside = QWidget()
        row = QHBoxLayout(beside)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.compare)
        row.addWidget(self.save)
        self.add_buttons(safe=self.tr("Close"), beside=beside)
        self.fit(characters=84, lines=20)

    @property
    def verdict(self) -> str:
        """What the check found."""
        return self._verdict.text()

    @property
    def compared(self) -> str:
        """With how many checkpoints the log was compared."""
        return self._compared.text()

    @property
    def remarks(self) -> str:
        """What the person should know besides."""
        return self._remarks.text()

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
        self._running = True
        self._show_running()
        stage = self.tr("Looking at every row and every archived session …")
        self._verdict.show_text(stage, Tone.PLAIN)
        job = partial(log.verify, actor=self._actor, files=self._files)
        self._tasks.read(job, self._show, self._failed, on_report=self._show_progress, key="verify log", stage=stage)

    def compare_with(self, file: Path) -> None:
        """Look again, and compare the log with the checkpoint in this file as well."""
        self._files = (*self._files, file)
        self.run()

    def done(self, result: int) -> None:
        if self._running:
            self._cancel()
        super().done(result)

    @Slot()
    def _cancel(self) -> None:
        self._tasks.cancel()

    def _show_running(self) -> None:
        self._progress.setVisible(self._running)
        self.stop.setVisible(self._running)
        self.compare.setEnabled(not self._running and self._found is not None)
        self.save.setEnabled(not self._running and self._found is not None)
        if self._running:
            self._details.hide()
            for label in (self._compared, self._remarks, self._saved):
                _tell(label, "")

    @Slot(object)
    def _show_progress(self, progress: Progress) -> None:
        text = self.tr("Looking: {rows}, {sessions} …")
        self._verdict.show_text(text.format(**_counts(progress.rows, progress.sessions)), Tone.PLAIN)

    @Slot(object)
    def _show(self, found: Verification) -> None:
        self._running, self._found = False, found
        self._show_running()
        values = _counts(found.rows, found.sessions)
        if found.intact:
            text = self.tr("The log is intact: {rows} and {sessions} were checked.").format(**values)
            self._verdict.show_text(f"{RUNNING} {text}", Tone.RUNNING)
        else:
            text = self.tr("The log was tampered with: {rows} and {sessions} were checked.").format(**values)
            self._verdict.show_text(f"{STUCK} {text}", Tone.STUCK)
            self._details.setPlainText("\n".join(self._words.say(one.what) for one in found.problems))
            self._details.show()
        _tell(self._compared, self._told_compared(found))
        remarks = [self._words.say(note) for note in found.notes]
        if found.unsealed:
            text = self.tr("Rows that were written without the key: {n}. Whoever has no key could have made them.")
            remarks.append(text.format(n=found.unsealed))
        _tell(self._remarks, "\n".join(f"{OVERDUE} {remark}" for remark in remarks))
        self.checked.emit(found)

    def _told_compared(self, found: Verification) -> str:
        if not found.compared and not found.replaced:
            return self.tr("There is no checkpoint at this desk yet to compare it with.")
        told = []
        if found.kept:
            told.append(
                by_count(
                    found.kept,
                    one=self.tr("Compared with 1 checkpoint that this desk kept."),
                    many=self.tr("Compared with {n} checkpoints that this desk kept."),
                )
            )
        chosen = found.compared - found.kept
        if chosen and chosen == len(self._files):
            names = messages.listed([file.name for file in self._files])
            told.append(self.tr("Compared with {names}.").format(names=names))
        elif self._files:
            # The remark says what became of the others.
            told.append(self.tr("Compared with {n} of the files.").format(n=chosen))
        return " ".join(told)

    @Slot(object)
    def _failed(self, error: AdminError) -> None:
        self._running = False
        before = self._found
        if before is not None and isinstance(error, UsageProblem):
            # The file that was chosen is no checkpoint; what is known of the log stays.
            self._files = self._files[:-1]
            self._show(before)
            _tell(self._saved, f"{OVERDUE} " + self._words.say(error.message), Tone.STUCK)
            return
        self._found = None
        self._show_running()
        if isinstance(error, Cancelled):
            text = self.tr("Stopped before the end: nothing can be said about the log.")
        else:
            text = self._words.say(error.message)
        self._verdict.show_text(f"{OVERDUE} {text}", Tone.OVERDUE)

    @Slot()
    def _choose_checkpoint(self) -> None:
        kinds = self.tr("Checkpoints (*.json);;All files (*)")
        name, _kind = QFileDialog.getOpenFileName(self, self.tr("Compare with a checkpoint"), "", kinds)
        if name:
            self.compare_with(Path(name))

    @Slot()
    def _choose_file(self) -> None:
        assert self._found is not None
        start = f"checkpoint-{self._found.end.seq}.json"
        name, _kind = QFileDialog.getSaveFileName(self, self.tr("Save a checkpoint"), start)
        if name:
            self.save_to(Path(name))

    def save_to(self, file: Path) -> None:
        """Write the log's end as it was when it was checked."""
        assert self._found is not None
        self._tasks.call(partial(checkpoints.write, file, self._found.end), partial(self._kept, file), self._not_kept)

    def _kept(self, file: Path, _nothing: None) -> None:
        text = self.tr("The checkpoint is in {file}. Keep it off this computer.")
        _tell(self._saved, "✓ " + text.format(file=file), Tone.RUNNING)

    @Slot(object)
    def _not_kept(self, error: AdminError) -> None:
        _tell(self._saved, f"{OVERDUE} " + self._words.say(error.message), Tone.STUCK)


def _tell(label: ToneLabel, text: str, tone: Tone | None = None) -> None:
    """Show the text; where there is none, it takes no room."""
    label.show_text(text, tone)
    label.setVisible(bool(text))


def _counts(rows: int, sessions: int) -> dict[str, str]:
    translate = partial(QCoreApplication.translate, "LogDialog")
    return {
        "rows": by_count(rows, one=translate("1 row"), many=translate("{n} rows")),
        "sessions": by_count(sessions, one=translate("1 archived session"), many=translate("{n} archived sessions")),
    }
