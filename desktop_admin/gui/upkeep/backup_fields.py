"""What the dialogs of back-ups are made of: the line of a file, and lines for a passphrase."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QFormLayout, QLineEdit

from desktop_admin.database.backends import backup
from desktop_admin.gui.kit.dialogs import Dialog
from desktop_admin.gui.kit.parts import in_row, named, side_button
from desktop_admin.gui.kit.widgets import Form
from desktop_admin.messages import phrase


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
