"""Asks for the file of a day, its passphrase twice, and why the day is closed once more."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop_admin.controllers.handing_out.closing import CloseWanted
from desktop_admin.controllers.values.closed import DayEnd
from desktop_admin.files import age, sealed_file
from desktop_admin.files.new_files import free_name
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import OVERDUE, Words
from desktop_admin.gui.kit.dialogs import Dialog
from desktop_admin.gui.kit.parts import fill
from desktop_admin.gui.kit.widgets import ToneLabel
from desktop_admin.gui.upkeep.backup_fields import add_file, choose_file, fields_form, path_in, text_line
from desktop_admin.messages import phrase

_NOTE_LINES = 2


class ClosingDialog(Dialog):
    """A dated name that is free, lines for a passphrase, and what is left of the day.

    Signals:
        wanted: a ``CloseWanted``; the dialog has closed then, and holds no passphrase any more.

    Attributes:
        file, passphrase, again, reason: what is typed; the reason stands there where the day was closed before.
        note: what is missing.
        deed: the button that closes the day.
    """

    wanted = Signal(object)

    def __init__(self, left: DayEnd, *, makes_tables: bool, words: Words, parent: QWidget | None) -> None:
        super().__init__(title=phrase("day_end.close_title", day=left.day), parent=parent)
        self._day = left.day
        self.note = ToneLabel()
        self.note.setMinimumHeight(_NOTE_LINES * self.note.fontMetrics().lineSpacing())
        folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
        self.file = text_line(phrase("upkeep.backup.file"), self._follow)
        folder = folder if folder.is_dir() else Path.home()
        self.file.setText(str(folder / free_name(folder, f"day-{left.day}", sealed_file.ENDING)))
        self.passphrase = text_line(phrase("upkeep.backup.passphrase"), self._follow, secret=True)
        self.again = text_line(phrase("upkeep.backup.again"), self._follow, secret=True)
        self.reason = text_line(phrase("day_end.why_again"), self._follow)
        form = fields_form()
        add_file(form, self.file, self._browse)
        self._needed = [self.passphrase, self.again]
        if left.closing is not None:
            self._needed.append(self.reason)
        for line in self._needed:
            form.add(line.accessibleName(), line)
        green = left.checklist.green
        told = ToneLabel(phrase("day_end.nothing_left" if green else "day_end.something_left"), bold=True)
        about = ToneLabel(phrase("day_end.about_closing"), tone=Tone.MUTED)
        tables = (ToneLabel(phrase("day_end.makes_tables")),) if makes_tables else ()
        before = (ToneLabel(words.lines(left.told)),) if left.closing is not None else ()
        fill(self.column, told, *before, about, *tables, form, self.note, None)
        self.deed = self.add_buttons(phrase("day_end.close"))
        self.ask_for(*self._needed)
        self._follow()
        self.fit(characters=96)

    def accept(self) -> None:
        """The deed's button was pressed: the work begins once the dialog has closed, or it says what is missing."""
        missing = self._missing
        if missing:
            self._tell_missing(missing)
            return
        file = path_in(self.file)
        assert file is not None
        wanted = CloseWanted(self._day, file, self.passphrase.text(), self.reason.text().strip() or None)
        super().accept()
        self.wanted.emit(wanted)

    def done(self, result: int) -> None:
        """Close, however that comes about; no passphrase stays."""
        self.passphrase.clear()
        self.again.clear()
        super().done(result)

    def tell_lacking(self, line: QWidget) -> None:
        """Say what must be typed there."""
        self._tell_missing("day_end.no_reason" if line is self.reason else "upkeep.backup.no_passphrase")

    def _tell_missing(self, key: str) -> None:
        self.note.show_text(f"{OVERDUE} {phrase(key, least=age.SHORTEST)}", Tone.STUCK)

    @property
    def _missing(self) -> str:
        """What is still to be typed, as a sentence's key; empty where nothing is."""
        if path_in(self.file) is None:
            return "upkeep.backup.no_file"
        if self.passphrase.text() != self.again.text():
            return "upkeep.backup.differ"
        if not self.passphrase.text().strip():
            return "upkeep.backup.no_passphrase"
        if not age.long_enough(self.passphrase.text()):
            return "passphrase_short"
        return "day_end.no_reason" if self.reason in self._needed and not self.reason.text().strip() else ""

    @Slot()
    def _follow(self) -> None:
        """Something was typed: what was missing is said again only when the button is pressed."""
        self.note.show_text(phrase("day_end.keep_passphrase", least=age.SHORTEST), Tone.MUTED)

    @Slot()
    def _browse(self) -> None:
        choose_file(self, self.file, new=True)
