"""Reads the file of a closed day: what it says of itself, its report, and its parts to be saved."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QStandardPaths, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop_admin.controllers.handing_out import closing
from desktop_admin.controllers.handing_out.closing import ReadBack
from desktop_admin.errors import AdminError
from desktop_admin.files.new_files import free_name, write_new
from desktop_admin.gui.core.sentences import OVERDUE, RUNNING
from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.kit.dialogs import Dialog
from desktop_admin.gui.kit.parts import fill, side_button
from desktop_admin.gui.kit.widgets import ToneLabel
from desktop_admin.gui.upkeep.backup_fields import add_file, choose_file, fields_form, path_in, text_line
from desktop_admin.messages import phrase

_LINES = 8
_KEY = "closed day"
_NOTE_LINES = 3


class ClosedDayDialog(Dialog):
    """Its button reads the file; what was read it saves, in a new folder that the person names.

    Signals:
        saved: the folder in which all of the file lies now.

    Attributes:
        file, passphrase: what is typed.
        found: what the file says of itself.
        report: shows the report in the system's own way; the copy that it shows is gone with this dialog.
        note: what is missing, or why it cannot be read.
        deed: the button that reads, and then saves.
    """

    saved = Signal(Path)

    def __init__(self, *, tasks: TaskRunner, words: Words, parent: QWidget | None) -> None:
        super().__init__(title=phrase("closed_day.title"), parent=parent)
        self._tasks = tasks
        self._words = words
        self._read: ReadBack | None = None
        self._shown: TemporaryDirectory[str] | None = None
        self.file = text_line(phrase("upkeep.backup.file"), self._forget)
        self.passphrase = text_line(phrase("upkeep.backup.passphrase"), self._forget, secret=True)
        form = fields_form()
        add_file(form, self.file, self._browse)
        form.add(self.passphrase.accessibleName(), self.passphrase)
        self.found, self.note = ToneLabel(), ToneLabel()
        for label, lines in ((self.found, _LINES), (self.note, _NOTE_LINES)):
            label.setMinimumHeight(lines * label.fontMetrics().lineSpacing())
        self.report = side_button(phrase("closed_day.report"), self._show_report)
        about = ToneLabel(phrase("closed_day.about"), tone=Tone.MUTED)
        fill(self.column, about, form, self.found, self.note, None)
        self.deed = self.add_buttons(phrase("closed_day.read"), beside=(self.report,))
        self.ask_for(self.file, self.passphrase)
        self._forget()
        self.fit(characters=96)

    def accept(self) -> None:
        """The deed's button was pressed: read the file, or ask where its parts are to be saved."""
        file = path_in(self.file)
        if self._read is not None:
            self._ask_where(self._read)
        elif file is None or not self.passphrase.text():
            self.tell_lacking(self.file if file is None else self.passphrase)
        else:
            self.deed.setEnabled(False)
            self.note.show_text(phrase("upkeep.looking"), Tone.MUTED)
            self._tasks.call(partial(closing.opened, file, self.passphrase.text()), self._show, self._failed, key=_KEY)

    def done(self, result: int) -> None:
        """Close, however that comes about; no passphrase stays, and nothing of what was shown."""
        self.passphrase.clear()
        if self._shown is not None:
            self._shown.cleanup()
        super().done(result)

    def tell_lacking(self, line: QWidget) -> None:
        """Say what must be typed there."""
        self._refuse(phrase("upkeep.backup.no_file" if line is self.file else "closed_day.no_passphrase"))

    @Slot()
    def _forget(self) -> None:
        """Another file, or another passphrase: it was not read, and what is read of the other one is not shown."""
        self._read = None
        self._tasks.forget(_KEY)
        self.found.show_text("")
        self.note.show_text("")
        self.report.setEnabled(False)
        self.deed.setEnabled(True)
        self._name("closed_day.read")

    def _name(self, key: str) -> None:
        self.deed.setText(phrase(key))
        self.deed.setAccessibleName(phrase(key))

    @Slot(object)
    def _show(self, found: ReadBack) -> None:
        self._read = found
        lines = map(self._words.say, found.told)
        parts = phrase("closed_day.parts", names=tuple(found.members))
        self.found.show_text("\n".join((*lines, parts)))
        self.note.show_text(f"{RUNNING} {phrase('cli.read-closing.whole', path=found.file)}", Tone.RUNNING)
        self.report.setEnabled(closing.REPORT in found.members)
        self.deed.setEnabled(True)
        self._name("closed_day.save")

    @Slot(object)
    def _failed(self, error: AdminError) -> None:
        self.deed.setEnabled(True)
        self._refuse(self._words.say(error.message))
        self.passphrase.setFocus()
        self.passphrase.selectAll()

    def _refuse(self, why: str) -> None:
        self.note.show_text(f"{OVERDUE} {why}", Tone.STUCK)

    @Slot()
    def _browse(self) -> None:
        choose_file(self, self.file, new=False)

    @Slot()
    def _show_report(self) -> None:
        if self._read is None:
            return
        if self._shown is None:
            # Of this user alone.
            self._shown = TemporaryDirectory(prefix="desktop-admin-", ignore_cleanup_errors=True)
        folder = Path(self._shown.name)
        report = folder / free_name(folder, "report", ".pdf")
        try:
            write_new(report, self._read.members[closing.REPORT])
        except AdminError as error:
            self._refuse(self._words.say(error.message))
            return
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(report))):
            self._refuse(phrase("closed_day.no_viewer"))

    def _ask_where(self, found: ReadBack) -> None:
        start = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        chooser = QFileDialog(self, phrase("closed_day.where"), start)
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.setFileMode(QFileDialog.FileMode.Directory)
        chooser.setOption(QFileDialog.Option.ShowDirsOnly)
        chooser.fileSelected.connect(partial(self._save, found))
        chooser.open()

    def _save(self, found: ReadBack, folder: str) -> None:
        place = Path(folder) / free_name(Path(folder), found.file.name.partition(".")[0], "")
        self.deed.setEnabled(False)
        self._tasks.call(partial(closing.save, found, place), partial(self._saved, place), self._not_saved)

    @Slot(object)
    def _not_saved(self, error: AdminError) -> None:
        self.deed.setEnabled(True)
        self._refuse(self._words.say(error.message))

    def _saved(self, place: Path, _done: None) -> None:
        super().accept()
        self.saved.emit(place)
