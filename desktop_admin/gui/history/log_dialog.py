"""Checking the operation log: whether it is whole, what does not fit, and a checkpoint of its end to keep elsewhere."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFileDialog, QPlainTextEdit, QProgressBar, QWidget

from desktop_admin.controllers.log import checkpoints
from desktop_admin.controllers.log.chain import Progress, Verification
from desktop_admin.controllers.operations.deeds import log
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.errors import AdminError, Cancelled, UsageProblem
from desktop_admin.gui.core.sentences import DONE, OVERDUE, RUNNING, STUCK
from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import Words, listed
from desktop_admin.gui.kit.dialogs import Dialog
from desktop_admin.gui.kit.parts import fill, in_row, named, side_button, tell
from desktop_admin.gui.kit.widgets import ToneLabel
from desktop_admin.messages import Message, phrase


class LogDialog(Dialog):
    """Looks at every row of the log when it is opened.

    Signals:
        checked: what a look at the whole log found.
    """

    checked = Signal(object)

    def __init__(self, *, tasks: TaskRunner, actor: Actor, words: Words, parent: QWidget | None) -> None:
        super().__init__(title=phrase("history.check_title"), parent=parent)
        self._tasks = tasks
        self._actor = actor
        self._words = words
        self._running = False
        self._files: tuple[Path, ...] = ()
        self._found: Verification | None = None
        self.verdict = ToneLabel(bold=True)
        self.compared = ToneLabel()
        self.remarks = ToneLabel(tone=Tone.OVERDUE)
        self.saved = ToneLabel()
        self._progress = named(QProgressBar(maximum=0, textVisible=False), phrase("history.checking"))
        self.details = named(QPlainTextEdit(readOnly=True), phrase("history.problems"))
        self.details.hide()
        self.stop = side_button(phrase("history.stop"), tasks.cancel)
        self.compare = side_button(phrase("history.compare"), self._choose_checkpoint)
        self.save = side_button(phrase("history.save_checkpoint"), self._choose_file)
        running = in_row((self._progress, 1), self.stop)
        about = ToneLabel(phrase("history.about_check"), tone=Tone.MUTED)
        told = (self.verdict, running, self.compared, self.remarks, about, (self.details, 1), self.saved)
        fill(self.column, *told)
        self.column.addStretch(0)
        self.add_close(beside=(self.compare, self.save))
        self.fit(characters=84, lines=20)

    def run(self) -> None:
        """Begin to look."""
        self._running = True
        self._show_running()
        stage = phrase("history.looking")
        self.verdict.show_text(stage, Tone.PLAIN)
        job = partial(log.verify, actor=self._actor, files=self._files)
        self._tasks.read(job, self._show, self._failed, on_report=self._show_progress, key="verify log", stage=stage)

    def compare_with(self, file: Path) -> None:
        """Look again, and compare the log with the checkpoint in this file as well."""
        self._files = (*self._files, file)
        self.run()

    def done(self, result: int) -> None:
        if self._running:
            self._tasks.cancel()
        super().done(result)

    def _show_running(self) -> None:
        self._progress.setVisible(self._running)
        self.stop.setVisible(self._running)
        self.compare.setEnabled(not self._running and self._found is not None)
        self.save.setEnabled(not self._running and self._found is not None)
        if self._running:
            self.details.hide()
            for label in (self.compared, self.remarks, self.saved):
                tell(label, "")

    @Slot(object)
    def _show_progress(self, progress: Progress) -> None:
        counts = _counts(progress.rows, progress.sessions)
        self.verdict.show_text(phrase("history.looking_so_far", **counts), Tone.PLAIN)

    @Slot(object)
    def _show(self, found: Verification) -> None:
        self._running, self._found = False, found
        self._show_running()
        counts = _counts(found.rows, found.sessions)
        if found.intact:
            self.verdict.show_text(f"{RUNNING} {phrase('history.intact', **counts)}", Tone.RUNNING)
        else:
            self.verdict.show_text(f"{STUCK} {phrase('history.tampered', **counts)}", Tone.STUCK)
            self.details.setPlainText("\n".join(self._words.say(one.what) for one in found.problems))
            self.details.show()
        tell(self.compared, self._told_compared(found))
        remarks = [self._words.say(note) for note in found.notes]
        if found.unsealed:
            remarks.append(phrase("history.unsealed", n=found.unsealed))
        tell(self.remarks, "\n".join(f"{OVERDUE} {remark}" for remark in remarks))
        self.checked.emit(found)

    def _told_compared(self, found: Verification) -> str:
        if not found.compared and not found.replaced:
            return phrase("history.no_checkpoint")
        told = []
        if found.kept:
            told.append(phrase("history.compared_kept", n=found.kept))
        chosen = found.compared - found.kept
        if chosen and chosen == len(self._files):
            told.append(phrase("history.compared_files", names=listed([file.name for file in self._files])))
        elif self._files:
            # The remark says what became of the others.
            told.append(phrase("history.compared_some", n=chosen))
        return " ".join(told)

    @Slot(object)
    def _failed(self, error: AdminError) -> None:
        self._running = False
        before = self._found
        if before is not None and isinstance(error, UsageProblem):
            # The file that was chosen is no checkpoint; what is known of the log stays.
            self._files = self._files[:-1]
            self._show(before)
            self._not_kept(error)
            return
        self._found = None
        self._show_running()
        text = phrase("history.stopped") if isinstance(error, Cancelled) else self._words.say(error.message)
        self.verdict.show_text(f"{OVERDUE} {text}", Tone.OVERDUE)

    @Slot()
    def _choose_checkpoint(self) -> None:
        kinds = f"{phrase('history.checkpoints')} (*.json);;{phrase('history.all_files')} (*)"
        name, _kind = QFileDialog.getOpenFileName(self, phrase("history.compare"), "", kinds)
        if name:
            self.compare_with(Path(name))

    @Slot()
    def _choose_file(self) -> None:
        assert self._found is not None
        start = f"checkpoint-{self._found.end.seq}.json"
        name, _kind = QFileDialog.getSaveFileName(self, phrase("history.save_checkpoint"), start)
        if name:
            self.save_to(Path(name))

    def save_to(self, file: Path) -> None:
        """Write the log's end as it was when it was checked."""
        assert self._found is not None
        self._tasks.call(partial(checkpoints.write, file, self._found.end), partial(self._kept, file), self._not_kept)

    def _kept(self, file: Path, _nothing: None) -> None:
        tell(self.saved, f"{DONE} {phrase('history.checkpoint_saved', file=file)}", Tone.RUNNING)

    @Slot(object)
    def _not_kept(self, error: AdminError) -> None:
        tell(self.saved, f"{OVERDUE} " + self._words.say(error.message), Tone.STUCK)


def _counts(rows: int, sessions: int) -> dict[str, Message]:
    return {"rows": Message.of("history.rows", n=rows), "sessions": Message.of("history.archived_sessions", n=sessions)}
