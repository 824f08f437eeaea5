"""Printing, saving and exporting from the window: read in the worker, made into pages here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QStandardPaths, Qt, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QFileDialog, QMenu

from desktop_admin.errors import AdminError
from desktop_admin.gui.kit import history_jobs
from desktop_admin.gui.kit.history_jobs import Narrowing
from desktop_admin.gui.paper import pages
from desktop_admin.gui.paper.pages import Printout
from desktop_admin.gui.paper.paper_words import PaperWords
from desktop_admin.gui.paper.shift_dialog import ShiftDialog

if TYPE_CHECKING:
    from desktop_admin.controllers.handing_out.reports import CandidateHistory, ShiftReport, Slip
    from desktop_admin.gui.window.main_window import MainWindow

UsePrintout = Callable[[Printout], None]
UsePath = Callable[[Path], None]


class PaperActions(QObject):
    """The entries for papers and exports. A slip is of the operation or the candidate that is selected.

    Attributes:
        slips, histories, shift, exports: the entries.
        export_listed: the history as it is narrowed at the moment; it stands at the history alone.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._printing: tuple[QPrinter, Printout] | None = None
        self._saving: UsePath | None = None
        self.slips = [
            self._action(self.tr("Print slip…"), self._print_slip, key="Ctrl+P"),
            self._action(self.tr("Save slip as PDF…"), self._save_slip),
        ]
        self.histories = [
            self._action(self.tr("Print candidate's history…"), self._print_history),
            self._action(self.tr("Save candidate's history as PDF…"), self._save_history),
        ]
        self.shift = self._action(self.tr("Shift report…"), self.ask_shift)
        self.exports = []
        for what, name in (
            ("candidates", self.tr("Candidates…")),
            ("sessions", self.tr("Sessions…")),
            ("findings", self.tr("Findings…")),
            ("history", self.tr("History…")),
        ):
            action = self._action(name, self._export)
            action.setData(what)
            self.exports.append(action)
        self.export_listed = self._action(self.tr("Export these operations…"), self._export_listed)
        self._offer_at_tables()

    def _action(self, text: str, run: Callable[[], object], *, key: str = "") -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(key))
        action.triggered.connect(run)
        return action

    def _offer_at_tables(self) -> None:
        for table, actions in (
            (self._window.history.table, self.slips),
            (self._window.desk.list.table, [*self.slips, *self.histories]),
        ):
            table.addActions(actions)
            table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self._window.history.offer_papers(self.export_listed, self.slips[0])

    @property
    def all(self) -> list[QAction]:
        """Every entry, to be switched off without a database."""
        return [*self.slips, *self.histories, self.shift, *self.exports, self.export_listed]

    def fill(self, menu: QMenu) -> None:
        """Add the entries to the File menu."""
        menu.addActions([*self.slips, *self.histories, self.shift])
        menu.addMenu(self.tr("Export")).addActions(self.exports)

    # What is asked for

    @Slot()
    def _print_slip(self) -> None:
        self._slip(self._print)

    @Slot()
    def _save_slip(self) -> None:
        self._slip(self._save)

    def _slip(self, use: UsePrintout) -> None:
        window = self._window
        if window.stack.currentWidget() is window.history:
            selected = window.history.table.selected()
            if selected:
                self._read(partial(_read_slip, op_id=selected[0].op_id), self._words().slip, use)
                return
        elif len(window.desk.user_ids) == 1:
            self._read(partial(_read_last_slip, user_id=window.desk.user_ids[0]), self._words().slip, use)
            return
        window.messages.show_plain(self.tr("Select an operation in the history, or one candidate on the desk."))

    @Slot()
    def _print_history(self) -> None:
        self._history(self._print)

    @Slot()
    def _save_history(self) -> None:
        self._history(self._save)

    def _history(self, use: UsePrintout) -> None:
        user_ids = self._window.desk.user_ids
        if len(user_ids) == 1:
            self._read(partial(_read_candidate, user_id=user_ids[0]), self._words().candidate, use)
        else:
            self._window.messages.show_plain(self.tr("Select one candidate on the desk."))

    @Slot()
    def ask_shift(self) -> ShiftDialog:
        """Ask since when, and then print or save the shift's report."""
        dialog = ShiftDialog(zone=self._window.words.zone, parent=self._window)
        dialog.print_asked.connect(self._print_shift)
        dialog.save_asked.connect(self._save_shift)
        dialog.open()
        return dialog

    @Slot(object)
    def _print_shift(self, since: datetime) -> None:
        self._read(partial(_read_shift, since=since), self._words().shift, self._print)

    @Slot(object)
    def _save_shift(self, since: datetime) -> None:
        self._read(partial(_read_shift, since=since), self._words().shift, self._save)

    @Slot()
    def _export(self) -> None:
        action = self.sender()
        assert isinstance(action, QAction)
        kinds = self.tr("Spreadsheets (*.xlsx *.csv)")
        self._ask_path(f"{action.data()}.xlsx", kinds, partial(self._export_to, what=action.data()))

    @Slot()
    def _export_listed(self) -> None:
        """What the filters of the history match, also what is too old to be shown."""
        narrowing = self._window.history.filters.narrowing
        kinds = self.tr("Spreadsheets (*.xlsx *.csv)")
        self._ask_path("history.xlsx", kinds, partial(self._export_history_to, narrowing=narrowing))

    def _export_history_to(self, path: Path, *, narrowing: Narrowing) -> None:
        job = partial(history_jobs.export_history, narrowing=narrowing, path=path, zone=self._window.words.zone)
        self._window.tasks.read(job, self._saved, stage=self.tr("Exporting …"))

    def _export_to(self, path: Path, *, what: str) -> None:
        job = partial(_export_sheet, what=what, path=path, zone=self._window.words.zone)
        self._window.tasks.read(job, self._saved, stage=self.tr("Exporting …"))

    # How it is done

    def _words(self) -> PaperWords:
        about = self._window.link.description
        assert about is not None, "the entries are off without a database"
        return PaperWords.of(about, words=self._window.words, actor=self._window.entrance.actor)

    def _read(self, job: Callable[[Any], Any], make: Callable[[Any], Printout], use: UsePrintout) -> None:
        self._window.tasks.read(job, partial(self._use, make=make, use=use), stage=self.tr("Reading for the paper …"))

    def _use(self, report: Any, *, make: Callable[[Any], Printout], use: UsePrintout) -> None:
        # No dialog over a window that was locked meanwhile.
        if self._window.at_work:
            use(make(report))

    def _print(self, paper: Printout) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        self._printing = (printer, paper)
        dialog = QPrintDialog(printer, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(paper.title)
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.accepted.connect(self._send)
        dialog.show()

    @Slot()
    def _send(self) -> None:
        assert self._printing is not None
        printer, paper = self._printing
        self._attempt(partial(pages.send, paper, printer), self.tr("Printed: {title}.").format(title=paper.title))

    def _save(self, paper: Printout) -> None:
        self._ask_path(f"{paper.file_name}.pdf", self.tr("PDF (*.pdf)"), partial(self._save_to, paper=paper))

    def _save_to(self, path: Path, *, paper: Printout) -> None:
        self._attempt(partial(pages.save_pdf, paper, path), self.tr("Saved: {path}").format(path=path))

    def _attempt(self, deed: Callable[[], None], done: str) -> None:
        try:
            deed()
        except AdminError as error:
            self._window.tasks.failed.emit(error)
        else:
            self._window.messages.show_good(done)

    def _ask_path(self, name: str, kinds: str, use: UsePath) -> None:
        """Ask for the name of a new file; one that exists is refused when it is written, never replaced."""
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        self._saving = use
        dialog = QFileDialog(self._window, self.tr("Save as"), folder, kinds)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.setDefaultSuffix(Path(name).suffix[1:])
        dialog.selectFile(name)
        dialog.fileSelected.connect(self._chosen)
        dialog.open()

    @Slot(str)
    def _chosen(self, name: str) -> None:
        assert self._saving is not None
        self._saving(Path(name))

    @Slot(object)
    def _saved(self, path: Path) -> None:
        self._window.messages.show_good(self.tr("Saved: {path}").format(path=path))


def _read_slip(session: Any, *, op_id: str) -> Slip:
    from desktop_admin.controllers.handing_out import reports

    return reports.slip(session, op_id=op_id)


def _read_last_slip(session: Any, *, user_id: int) -> Slip:
    from desktop_admin.controllers.handing_out import reports

    return reports.slip(session, op_id=reports.last_op_id(session, user_id=user_id))


def _read_candidate(session: Any, *, user_id: int) -> CandidateHistory:
    from desktop_admin.controllers.handing_out import reports

    return reports.candidate_history(session, user_id=user_id)


def _read_shift(session: Any, *, since: datetime) -> ShiftReport:
    from desktop_admin.controllers.handing_out import reports

    return reports.shift_report(session, since=since)


def _export_sheet(session: Any, *, what: str, path: Path, zone: tzinfo) -> Path:
    """Read a table and write it to a new file."""
    from desktop_admin import spreadsheets
    from desktop_admin.controllers.handing_out import exports

    spreadsheets.check_name(path)
    spreadsheets.save(exports.SHEETS[what](session), path, zone=zone)
    return path
