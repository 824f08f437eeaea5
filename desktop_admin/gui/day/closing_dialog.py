"""Asks for the file of a day, its passphrase twice, and why the day is closed once more."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop_admin.controllers.handing_out.closing import CloseWanted
from desktop_admin.controllers.values.closed import DayEnd
from desktop_admin.files import sealed_file
from desktop_admin.files.new_files import free_name
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.kit.parts import fill
from desktop_admin.gui.kit.widgets import ToneLabel
from desktop_admin.gui.upkeep.backup_fields import NewFileDialog, path_in, text_line
from desktop_admin.messages import phrase


class ClosingDialog(NewFileDialog):
    """A dated name that is free, lines for a passphrase, and what is left of the day.

    Signals:
        wanted: a ``CloseWanted``; the dialog has closed then, and holds no passphrase any more.

    Attributes:
        reason: what is typed where the day was closed before.
        deed: the button that closes the day.
    """

    wanted = Signal(object)

    def __init__(self, left: DayEnd, *, makes_tables: bool, words: Words, parent: QWidget | None) -> None:
        super().__init__(title=phrase("day_end.close_title", day=left.day), parent=parent)
        self._day = left.day
        folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
        folder = folder if folder.is_dir() else Path.home()
        self.file.setText(str(folder / free_name(folder, f"day-{left.day}", sealed_file.ENDING)))
        self.reason = text_line(phrase("day_end.why_again"), self._follow)
        self._needed = [self.passphrase, self.again]
        if left.closing is not None:
            self._needed.append(self.reason)
        for line in self._needed:
            self._form.add(line.accessibleName(), line)
        green = left.checklist.green
        told = ToneLabel(phrase("day_end.nothing_left" if green else "day_end.something_left"), bold=True)
        about = ToneLabel(phrase("day_end.about_closing"), tone=Tone.MUTED)
        tables = (ToneLabel(phrase("day_end.makes_tables")),) if makes_tables else ()
        before = (ToneLabel(words.lines(left.told)),) if left.closing is not None else ()
        fill(self.column, told, *before, about, *tables, self._form, self.note, None)
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

    def tell_lacking(self, line: QWidget) -> None:
        """Say what must be typed there."""
        self._tell_missing("day_end.no_reason" if line is self.reason else "upkeep.backup.no_passphrase")

    @property
    def _missing(self) -> str:
        """What is still to be typed, as a sentence's key; empty where nothing is."""
        if path_in(self.file) is None:
            return "upkeep.backup.no_file"
        if self._passphrase_missing:
            return self._passphrase_missing
        return "day_end.no_reason" if self.reason in self._needed and not self.reason.text().strip() else ""

    @Slot()
    def _follow(self) -> None:
        self._remind("day_end.keep_passphrase")
