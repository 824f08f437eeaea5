"""What the dialogs of back-ups are made of: the line of a file, and lines for a passphrase."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFileDialog, QFormLayout, QLineEdit, QWidget

from desktop_admin.database.backends import backup
from desktop_admin.files import age
from desktop_admin.gui.core.sentences import OVERDUE
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.kit.dialogs import Dialog
from desktop_admin.gui.kit.parts import in_row, named, side_button
from desktop_admin.gui.kit.widgets import Form, ToneLabel
from desktop_admin.messages import phrase

_NOTE_LINES = 2


class NewFileDialog(Dialog):
    """Asks where a new file is to be, and for its passphrase twice; once it is closed, it holds none any more.

    Attributes:
        file, passphrase, again: what is typed.
        note: what is missing, else what is to be kept in mind.
    """

    def __init__(self, *, title: str, parent: QWidget | None) -> None:
        super().__init__(title=title, parent=parent)
        self.file = text_line(phrase("upkeep.backup.file"), self._follow)
        self.passphrase = text_line(phrase("upkeep.backup.passphrase"), self._follow, secret=True)
        self.again = text_line(phrase("upkeep.backup.again"), self._follow, secret=True)
        self.note = ToneLabel()
        self.note.setMinimumHeight(_NOTE_LINES * self.note.fontMetrics().lineSpacing())
        self._form = fields_form()
        add_file(self._form, self.file, self._browse)

    def done(self, result: int) -> None:
        """Close, however that comes about; no passphrase stays."""
        self.passphrase.clear()
        self.again.clear()
        super().done(result)

    def _tell_missing(self, key: str) -> None:
        self.note.show_text(f"{OVERDUE} {phrase(key, least=age.SHORTEST)}", Tone.STUCK)

    def _remind(self, key: str) -> None:
        """Something was typed: what was missing is said again only when the button is pressed."""
        self.note.show_text(phrase(key, least=age.SHORTEST), Tone.MUTED)

    @property
    def _passphrase_missing(self) -> str:
        """What is wrong with the passphrase, as a sentence's key; empty where nothing is."""
        if self.passphrase.text() != self.again.text():
            return "upkeep.backup.differ"
        if not self.passphrase.text().strip():
            return "upkeep.backup.no_passphrase"
        return "" if age.long_enough(self.passphrase.text()) else "passphrase_short"

    @Slot()
    def _follow(self) -> None:
        """Something was typed."""
        raise NotImplementedError

    @Slot()
    def _browse(self) -> None:
        choose_file(self, self.file, new=True)


def fields_form() -> Form:
    """Fields below each other, which take the room that there is."""
    form = Form()
    form.setHorizontalSpacing(16)
    form.setVerticalSpacing(8)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    return form


def text_line(name: str, changed: Callable[[], object], *, secret: bool = False) -> QLineEdit:
    """A line to type in; what is secret is not shown."""
    line = named(QLineEdit(), name, style="field")
    if secret:
        line.setEchoMode(QLineEdit.EchoMode.Password)
    line.textChanged.connect(changed)
    return line


def add_file(form: Form, line: QLineEdit, browse: Callable[[], None]) -> None:
    """Add the line of a file, and the button with which it is chosen."""
    form.add(line.accessibleName(), in_row((line, 1), side_button(phrase("upkeep.backup.browse"), browse), spacing=8))


def path_in(line: QLineEdit) -> Path | None:
    """The file that is named there, in the folder of back-ups where none is; None where nothing is."""
    text = line.text().strip()
    return backup.folder() / Path(text).expanduser() if text else None


def choose_file(dialog: Dialog, line: QLineEdit, *, new: bool) -> None:
    """Let the person choose a file for this line; one that exists is refused when it is written, never replaced."""
    start = path_in(line) or backup.folder()
    kinds = f"{phrase('upkeep.backup.files')} (*.sqlite3 *.age);;{phrase('upkeep.backup.all_files')} (*)"
    chooser = QFileDialog(dialog, line.accessibleName(), str(start.parent if line.text() else start), kinds)
    chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if new:
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setOption(QFileDialog.Option.DontConfirmOverwrite)
        chooser.selectFile(start.name)
    else:
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
    chooser.fileSelected.connect(line.setText)
    chooser.open()
