"""Printing, saving and exporting from the window: read in the worker, made into pages here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QMenu, QWidget

from desktop_admin.controllers.day import attendance, checklist
from desktop_admin.controllers.handing_out import exports, reports
from desktop_admin.controllers.operations.register.slips import LoginSlip
from desktop_admin.controllers.values.happened import Incident
from desktop_admin.database.session import Session
from desktop_admin.errors import AdminError
from desktop_admin.files import spreadsheets
from desktop_admin.files.spreadsheets import Sheet
from desktop_admin.gui.connection.link import DatabaseLink
from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.kit.actions import entry
from desktop_admin.gui.kit.bars import MessageBar
from desktop_admin.gui.kit.narrowing import Narrowing
from desktop_admin.gui.kit.new_file import ask_new_file
from desktop_admin.gui.paper import day_words, pages
from desktop_admin.gui.paper.day_words import PAPERS
from desktop_admin.gui.paper.pages import Printout
from desktop_admin.gui.paper.paper_words import PaperWords
from desktop_admin.gui.paper.preview_dialog import PreviewDialog
from desktop_admin.gui.paper.shift_dialog import ShiftDialog, Use
from desktop_admin.gui.people.entrance import Entrance
from desktop_admin.messages import phrase

Done = Callable[[], None]


class UsePrintout(Protocol):
    """Prints, saves or shows a paper, and tells when it was printed or saved."""

    def __call__(self, paper: Printout, *, done: Done = ...) -> None: ...


def _nothing() -> None:
    """Nobody waits for it."""


_EXPORTS = ("candidates", "sessions", "findings", "history")


@dataclass(frozen=True, slots=True)
class Selection:
    """What is selected at the moment.

    Attributes:
        in_history, op_id, narrowing: whether the history is shown, which operation is selected there, and what it is
            narrowed to.
        user_id: of the one candidate on the desk.
        shift_id: at whose door this desk stands; None for every shift of the day.
    """

    in_history: bool
    op_id: str | None
    user_id: int | None
    narrowing: Narrowing
    shift_id: int | None


class PaperActions(QObject):
    """The entries for papers and exports. A slip is of the operation or the candidate that is selected.

    Attributes:
        slips, histories, shift, of_day, checklist, exports: the entries.
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
        centre: Callable[[], str],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._tasks = tasks
        self._link = link
        self._entrance = entrance
        self._words = words
        self._bar = bar
        self._selection = selection
        self._centre = centre
        self._window = window
        self._uses: dict[Use, UsePrintout] = {
            Use.PRINT: self._print,
            Use.SAVE: self._save,
            Use.PREVIEW: self.preview,
        }
        self.slips = [self._entry(f"paper.slip_{use}", self._slip, use) for use in Use]
        self.slips[0].setShortcut("Ctrl+P")
        self.histories = [self._entry(f"paper.history_{use}", self._history, use) for use in Use]
        self.shift = entry(phrase("paper.ask_shift"), self, self.ask_shift)
        self.of_day = [entry(phrase(f"paper.ask_{name}"), self, partial(self._of_day, name)) for name in PAPERS]
        self.checklist = entry(phrase("paper.ask_checklist"), self, self._checklist)
        self.exports = []
        for what in _EXPORTS:
            run = partial(self._ask_sheet, what, exports.SHEETS[what])
            action = entry(phrase(f"paper.export_{what}"), self, run)
            action.setData(what)
            self.exports.append(action)
        self.export_listed = entry(phrase("paper.export_listed"), self, self._export_listed)

    def _entry(self, key: str, make: Callable[[UsePrintout], None], use: Use) -> QAction:
        return entry(phrase(key), self, partial(make, self._uses[use]))

    @property
    def all(self) -> list[QAction]:
        """Every entry, to be switched off without a database."""
        return [
            *self.slips,
            *self.histories,
            self.shift,
            *self.of_day,
            self.checklist,
            *self.exports,
            self.export_listed,
        ]

    def fill(self, menu: QMenu) -> None:
        """Add the entries to the File menu."""
        menu.addActions([*self.slips, *self.histories, self.shift])
        menu.addMenu(phrase("paper.of_day")).addActions([*self.of_day, self.checklist])
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

    @Slot(object, object)
    def _shift(self, since: datetime, use: Use) -> None:
        self._read(partial(reports.shift_report, since=since), self._paper_words().shift, self._uses[use])

    def hand_out_logins(self, slips: Sequence[LoginSlip], use: Use, *, done: Done) -> None:
        """Print, save or show the login slips of candidates who were imported; done is printed or saved."""
        self._uses[use](self._paper_words().logins(slips), done=done)

    def _of_day(self, name: str) -> None:
        """A paper of who is there, of the shift at whose door this desk stands."""
        job = partial(attendance.read, zone=self._words.zone, shift_id=self._selection().shift_id)
        self._read(job, partial(PAPERS[name], self._paper_words()), self.preview)

    @Slot()
    def _checklist(self) -> None:
        shift_id, actor = self._selection().shift_id, self._entrance.actor
        job = partial(checklist.read, zone=self._words.zone, actor=actor, shift_id=shift_id)
        self._read(job, partial(day_words.checklist, self._paper_words()), self.preview)

    @Slot(object)
    def show_incidents(self, found: Sequence[Incident]) -> None:
        """Show incidents as pages, from where they are printed or saved."""
        self.preview(day_words.incidents(self._paper_words(), found))

    @Slot()
    def _export_listed(self) -> None:
        """What the filters of the history match, also what is too old to be shown."""
        narrowing, zone = self._selection().narrowing, self._words.zone
        self._ask_sheet(
            "history", lambda session: exports.history_sheet(session, filters=narrowing.filters(session, zone=zone))
        )

    def _ask_sheet(self, name: str, read: Callable[[Session], Sheet]) -> None:
        self.ask_path(name, ".xlsx", phrase("paper.spreadsheets"), partial(self._export_to, read=read))

    def _export_to(self, name: str, *, read: Callable[[Session], Sheet]) -> None:
        job = partial(_save_sheet, read=read, path=Path(name), zone=self._words.zone)
        self._tasks.read(job, self._saved, stage=phrase("paper.exporting"))

    def _paper_words(self) -> PaperWords:
        about = self._link.description
        assert about is not None, "the entries are off without a database"
        return PaperWords.of(about, words=self._words, actor=self._entrance.actor, centre=self._centre())

    def _read(self, job: Callable[[Any], Any], make: Callable[[Any], Printout], use: UsePrintout) -> None:
        self._tasks.read(job, partial(self._use, make=make, use=use), stage=phrase("paper.reading"))

    def _use(self, report: Any, *, make: Callable[[Any], Printout], use: UsePrintout) -> None:
        # No dialog over a window that was locked meanwhile.
        if self._entrance.inside:
            use(make(report))

    def _print(self, paper: Printout, *, done: Done = _nothing) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(paper.title)
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.accepted.connect(partial(self._send, paper, printer, done))
        dialog.show()

    def preview(self, paper: Printout, *, done: Done = _nothing) -> None:
        """Show the pages as they will be printed; from there they can be."""
        dialog = PreviewDialog(paper, parent=self._window)
        dialog.print_asked.connect(partial(self._print, done=done))
        dialog.save_asked.connect(partial(self._save, done=done))
        dialog.open()

    def _send(self, paper: Printout, printer: QPrinter, done: Done, _same: QPrinter) -> None:
        """Print; the printer is handed on here, because the dialog alone does not keep it alive."""
        told = partial(self._bar.show_good, phrase("paper.printed", title=paper.title))
        self._attempt(partial(pages.send, paper, printer), told, done)

    def _save(self, paper: Printout, *, done: Done = _nothing) -> None:
        self.ask_path(paper.file_name, ".pdf", phrase("paper.pdf"), partial(self._save_to, paper=paper, done=done))

    def _save_to(self, name: str, *, paper: Printout, done: Done) -> None:
        path = Path(name)
        saved = phrase("paper.saved", path=path)
        if not paper.searchable:
            saved = f"{saved} {phrase('paper.not_searchable')}"
        self._attempt(partial(pages.save_pdf, paper, path), partial(self._bar.show_saved, saved, path), done)

    def _attempt(self, deed: Callable[[], None], tell: Callable[[], None], done: Done) -> None:
        try:
            deed()
        except AdminError as error:
            self._tasks.failed.emit(error)
        else:
            tell()
            done()

    def ask_path(self, stem: str, suffix: str, kinds: str, use: Callable[[str], None]) -> None:
        """Ask for the name of a new file; one that exists is refused when it is written, never replaced."""
        ask_new_file(stem, suffix, kinds, use, zone=self._words.zone, window=self._window)

    @Slot(object)
    def _saved(self, path: Path) -> None:
        self._bar.show_saved(phrase("paper.saved", path=path), path)


def _read_last_slip(session: Session, *, user_id: int) -> reports.Slip:
    return reports.slip(session, op_id=reports.last_op_id(session, user_id=user_id))


def _save_sheet(session: Session, *, read: Callable[[Session], Sheet], path: Path, zone: tzinfo) -> Path:
    """Read a table and write it to a new file."""
    spreadsheets.check_name(path)
    spreadsheets.save(read(session), path, zone=zone)
    return path
