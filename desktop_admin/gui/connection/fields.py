"""What is typed into a dialog to be let in somewhere, and the dialogs that stay open until that was taken."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QFileDialog, QFormLayout, QLineEdit, QWidget

from desktop_admin.errors import AdminError
from desktop_admin.gui.core.sentences import OVERDUE, Sentences
from desktop_admin.gui.core.speech import announce
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.kit.dialogs import Dialog
from desktop_admin.gui.kit.parts import fill, in_column, in_row, named, side_button
from desktop_admin.gui.kit.widgets import Form, ToneLabel, tip
from desktop_admin.messages import phrase, shortened

if TYPE_CHECKING:
    from desktop_admin.database.backends.backend import Description


class Fields(QWidget):
    """Lines to type in below each other, and under them what is said of what was typed.

    Args:
        lines: of text that what is said may take.

    Signals:
        changed: something was typed, or what was typed was answered.

    Attributes:
        busy: whether what was typed is being tried out.
        needed: the lines that must be filled in.
        password: a line that has no place yet.
    """

    changed = Signal()

    def __init__(self, *, words: Sentences, lines: int) -> None:
        super().__init__()
        self._words = words
        self.busy = False
        self.needed: tuple[QLineEdit, ...] = ()
        self.form = Form()
        self.form.setHorizontalSpacing(16)
        self.form.setVerticalSpacing(8)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._verdict = with_room(ToneLabel(), lines=lines)
        in_column(self.form, (self._verdict, 1), inside=self, spacing=8)
        self.password = self.line(phrase("connection.password"), secret=True)

    def line(self, name: str, *, secret: bool = False) -> QLineEdit:
        """A line to type in, which the caller puts in its place."""
        line = named(QLineEdit(), name, style="field")
        line.textChanged.connect(self.changed)
        if secret:
            line.setEchoMode(QLineEdit.EchoMode.Password)
        return line

    def add(self, line: QLineEdit) -> QLineEdit:
        """Put a line below the others."""
        self.form.add(line.accessibleName(), line)
        return line

    @property
    def verdict(self) -> str:
        """What is said of what was typed."""
        return self._verdict.text()

    def say(self, text: str, tone: Tone = Tone.STUCK) -> None:
        """Say something of what was typed: in the tone of problems, what is wrong with it."""
        glyph = f"{OVERDUE} " if tone in {Tone.STUCK, Tone.OVERDUE} else ""
        self._verdict.show_text(glyph + text, tone)

    def tell_lacking(self, line: QLineEdit) -> None:
        """Say that the line is not filled in."""
        self.say(phrase("kit.lacking", what=line.accessibleName()))
        announce(line, self.verdict)

    def wait(self, text: str) -> None:
        """What was typed is being tried out."""
        self.busy = True
        self.changed.emit()
        self.say(text, Tone.MUTED)

    def answer(self) -> None:
        """It has been tried out."""
        self.busy = False
        self.changed.emit()

    @Slot(object)
    def show_refused(self, error: AdminError) -> None:
        """Say why it was refused; the person may try again."""
        self.answer()
        self.say(self._words.say(error.message))
        self.password.setFocus()
        self.password.selectAll()


def hint(line: QLineEdit, text: str) -> None:
    """Say in the line what is typed there, and in its tip as well, which has room for all of it."""
    line.setPlaceholderText(text)
    line.setToolTip(tip(text))


def with_room(label: ToneLabel, *, lines: int) -> ToneLabel:
    """The label with room for so many lines, so that nothing moves when they are told."""
    label.setAlignment(Qt.AlignmentFlag.AlignTop)
    label.setMinimumHeight(lines * label.fontMetrics().lineSpacing())
    return label


class EncryptionFields(QObject):
    """Lets the server decide about encryption, or demands it and has the server checked by a CA file."""

    def __init__(self, fields: Fields) -> None:
        super().__init__(fields)
        self.choice = named(QComboBox(), phrase("connection.encryption"))
        self.choice.addItem(phrase("connection.server_decides"), False)
        self.choice.addItem(phrase("connection.only_encrypted"), True)
        self.file = fields.line(phrase("connection.ca_file"))
        self.choice.setMinimumHeight(self.file.sizeHint().height())
        hint(self.file, phrase("connection.ca_file_hint"))
        self.browse = side_button(phrase("connection.choose"), self._choose, name=phrase("connection.choose_ca_file"))
        fields.form.add(self.choice.accessibleName(), self.choice)
        fields.form.add(self.file.accessibleName(), in_row((self.file, 1), self.browse, spacing=8))
        self._follow()
        self.choice.currentIndexChanged.connect(self._follow)
        self.choice.currentIndexChanged.connect(fields.changed)

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.choice.currentData() or bool(self.file.text().strip())

    @property
    def authority(self) -> str | None:
        """The whole path of the CA file, or None where the server decides."""
        return str(Path(self.file.text().strip()).absolute()) if self.choice.currentData() else None

    def found(self, description: Description) -> str:
        """What is to be said of the encryption of a connection that was tried out."""
        if description.authority is not None:
            return phrase("connection.checked", file=shortened(description.authority.name))
        return phrase("connection.not_checked" if description.tls else "connection.not_encrypted")

    @Slot()
    def _follow(self) -> None:
        for widget in (self.file, self.browse):
            widget.setEnabled(self.choice.currentData())

    @Slot()
    def _choose(self) -> None:
        folder = str(Path(self.file.text()).parent)
        dialog = QFileDialog(self.file.window(), phrase("connection.choose_ca_file"), folder)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.file.setText)
        dialog.open()


class FieldsDialog(Dialog):
    """Asks for what is typed; whoever takes it closes the dialog.

    Signals:
        asked: what was typed, each time that the deed's button is pressed.
    """

    asked = Signal(object)
    characters = 66
    """How wide it is."""
    lines = 0
    """How many lines it is high at least: there is room for what it is told later."""

    def __init__(self, *, title: str, fields: Fields, parent: QWidget | None) -> None:
        super().__init__(title=title, parent=parent)
        self.fields = fields
        self.password = fields.password

    def finish(self, *, about: str, deed: str, beside: Sequence[QWidget] = ()) -> None:
        """Put everything in its place, once the fields are there."""
        fill(self.column, ToneLabel(about, tone=Tone.MUTED), (self.fields, 1))
        button = self.add_buttons(deed, beside=beside)
        self._deed = button
        # What was typed is only tried out, so Enter may do it.
        self._deed.setDefault(True)
        if self.fields.needed:
            self.ask_for(*self.fields.needed)
        self.fields.changed.connect(self.follow)
        self.follow()

    @property
    def complete(self) -> bool:
        """Whether there is something to ask, and nobody is asked yet."""
        raise NotImplementedError

    @property
    def verdict(self) -> str:
        """What the dialog says of what was typed."""
        return self.fields.verdict

    def tell_lacking(self, line: QLineEdit) -> None:
        self.fields.tell_lacking(line)

    @Slot()
    def follow(self) -> None:
        """Something was typed or answered."""
        self._deed.setEnabled(self.complete)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Only now have all parts the size that the look gives them.
        for part in self.findChildren(QWidget):
            part.ensurePolished()
            part.updateGeometry()
        self.fit(characters=self.characters, lines=self.lines)
