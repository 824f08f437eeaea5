"""Printing, saving and exporting from the window: read in the worker, made into pages here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QStandardPaths, Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from desktop_admin import spreadsheets
from desktop_admin.controllers.handing_out import exports, reports
from desktop_admin.database.session import Session
from desktop_admin.errors import AdminError
from desktop_admin.gui.connection.link import DatabaseLink
from desktop_admin.gui.kit.actions import entry
from desktop_admin.gui.kit.bars import MessageBar
from desktop_admin.gui.kit.narrowing import Narrowing
from desktop_admin.gui.kit.tasks import TaskRunner
from desktop_admin.gui.kit.words import Words
from desktop_admin.gui.paper import pages
from desktop_admin.gui.paper.pages import Printout
from desktop_admin.gui.paper.paper_words import PaperWords
from desktop_admin.gui.paper.shift_dialog import ShiftDialog
from desktop_admin.gui.people.entrance import Entrance
from desktop_admin.messages import phrase
from desktop_admin.spreadsheets import Sheet

UsePrintout = Callable[[Printout], None]
_EXPORTS = ("candidates", "sessions", "findings", "history")


@dataclass(frozen=True, slots=True)
class Selection:
    """What is selected at the moment.

    Attributes:
        in_history, op_id, narrowing: whether the history is shown, which operation is selected there, and what it is
            narrowed to.
        user_id: of the one candidate on the desk.
    """

    in_history: bool
    op_id: str | None
    user_id: int | None
    narrowing: Narrowing


class PaperActions(QObject):
    """The entries for papers and exports. A slip is of the operation or the candidate that is selected.

    Attributes:
        slips, histories, shift, exports: the entries.
        export_listed: the history as it is narrowed at the moment; it stands at the history alone.
    """

    def __init__(
        self,
        *,
        tasks: TaskRunner,
        link: DatabaseLink,
        entrance: Entrance,
        words: Words,
        bar: MessageBar,
        selection: Callable[[], Selection],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._tasks = tasks
        self._link = link
        self._entrance = entrance
        self._words = words
        self._bar = bar
        self._selection = selection
        self._window = window
        self.slips = [
            entry(phrase("paper.print_slip"), self, partial(self._slip, self._print), key="Ctrl+P"),
            entry(phrase("paper.save_slip"), self, partial(self._slip, self._save)),
        ]
        self.histories = [
            entry(phrase("paper.print_history"), self, partial(self._history, self._print)),
            entry(phrase("paper.save_history"), self, partial(self._history, self._save)),
        ]
        self.shift = entry(phrase("paper.ask_shift"), self, self.ask_shift)
        self.exports = []
        for what in _EXPORTS:
            run = partial(self._ask_sheet, what, exports.SHEETS[what])
            action = entry(phrase(f"paper.export_{what}"), self, run)
            action.setData(what)
            self.exports.append(action)
        self.export_listed = entry(phrase("paper.export_listed"), self, self._export_listed)

    @property
    def all(self) -> list[QAction]:
        """Every entry, to be switched off without a database."""
        return [*self.slips, *self.histories, self.shift, *self.exports, self.export_listed]

    def fill(self, menu: QMenu) -> None:
        """Add the entries to the File menu."""
        menu.addActions([*self.slips, *self.histories, self.shift])
        menu.addMenu(phrase("paper.export")).addActions(self.exports)

    def _slip(self, use: UsePrintout) -> None:
        chosen = self._selection()
        make = self._paper_words().slip
        if chosen.in_history and chosen.op_id is not None:
            self._read(partial(reports.slip, op_id=chosen.op_id), make, use)
        elif not chosen.in_history and chosen.user_id is not None:
            self._read(partial(_read_last_slip, user_id=chosen.user_id), make, use)
        else:
            self._bar.show_plain(phrase("paper.select_operation"))

    def _history(self, use: UsePrintout) -> None:
        user_id = self._selection().user_id
        if user_id is not None:
            self._read(partial(reports.candidate_history, user_id=user_id), self._paper_words().candidate, use)
        else:
            self._bar.show_plain(phrase("paper.select_candidate"))

    @Slot()
    def ask_shift(self) -> ShiftDialog:
        """Ask since when, and then print or save the shift's report."""
        dialog = ShiftDialog(zone=self._words.zone, parent=self._window)
        dialog.asked.connect(self._shift)
        dialog.open()
        return dialog

    @Slot(object, bool)
    def _shift(self, since: datetime, printed: bool) -> None:
        use = self._print if printed else self._save
        self._read(partial(reports.shift_report, since=since), self._paper_words().shift, use)

    @Slot()
    def _export_listed(self) -> None:
        """What the filters of the history match, also what is too old to be shown."""
        narrowing, zone = self._selection().narrowing, self._words.zone
        self._ask_sheet(
            "history", lambda session: exports.history_sheet(session, filters=narrowing.filters(session, zone=zone))
        )

    def _ask_sheet(self, name: str, read: Callable[[Session], Sheet]) -> None:
        self._ask_path(f"{name}.xlsx", phrase("paper.spreadsheets"), partial(self._export_to, read=read))

    def _export_to(self, name: str, *, read: Callable[[Session], Sheet]) -> None:
        job = partial(_save_sheet, read=read, path=Path(name), zone=self._words.zone)
        self._tasks.read(job, self._saved, stage=phrase("paper.exporting"))

    def _paper_words(self) -> PaperWords:
        about = self._link.description
        assert about is not None, "the entries are off without a database"
        return PaperWords.of(about, words=self._words, actor=self._entrance.actor)

    def _read(self, job: Callable[[Any], Any], make: Callable[[Any], Printout], use: UsePrintout) -> None:
        self._tasks.read(job, partial(self._use, make=make, use=use), stage=phrase("paper.reading"))

    def _use(self, report: Any, *, make: Callable[[Any], Printout], use: UsePrintout) -> None:
        # No dialog over a window that was locked meanwhile.
        if self._entrance.inside:
            use(make(report))

    def _print(self, paper: Printout) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(paper.title)
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.accepted.connect(partial(self._send, paper, printer))
        dialog.show()

    def _send(self, paper: Printout, printer: QPrinter, _same: QPrinter) -> None:
        """Print; the printer is handed on here, because the dialog alone does not keep it alive."""
        self._attempt(partial(pages.send, paper, printer), phrase("paper.printed", title=paper.title))

    def _save(self, paper: Printout) -> None:
        self._ask_path(f"{paper.file_name}.pdf", phrase("paper.pdf"), partial(self._save_to, paper=paper))

    def _save_to(self, name: str, *, paper: Printout) -> None:
        path = Path(name)
        self._attempt(partial(pages.save_pdf, paper, path), phrase("paper.saved", path=path))

    def _attempt(self, deed: Callable[[], None], done: str) -> None:
        try:
            deed()
        except AdminError as error:
            self._tasks.failed.emit(error)
        else:
            self._bar.show_good(done)

    def _ask_path(self, name: str, kinds: str, use: Callable[[str], None]) -> None:
        """Ask for the name of a new file; one that exists is refused when it is written, never replaced."""
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        dialog = QFileDialog(self._window, phrase("paper.save_as"), folder, kinds)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.setDefaultSuffix(Path(name).suffix[1:])
        dialog.selectFile(name)
        dialog.fileSelected.connect(use)
        dialog.open()

    @Slot(object)
    def _saved(self, path: Path) -> None:
        self._bar.show_good(phrase("paper.saved", path=path))


def _read_last_slip(session: Session, *, user_id: int) -> reports.Slip:
    return reports.slip(session, op_id=reports.last_op_id(session, user_id=user_id))


def _save_sheet(session: Session, *, read: Callable[[Session], Sheet], path: Path, zone: tzinfo) -> Path:
    """Read a table and write it to a new file."""
    spreadsheets.check_name(path)
    spreadsheets.save(read(session), path, zone=zone)
    return path
