"""The two fields of the connection dialog for encryption: whether it is demanded, and the CA file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget

from desktop_admin.gui.kit.widgets import Form

if TYPE_CHECKING:
    from desktop_admin.database.backends.backend import Description


def beside(first: QWidget, *others: QWidget) -> QHBoxLayout:
    """A row of a form with several widgets, of which the first takes the room that the others leave."""
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(first, 1)
    for other in others:
        row.addWidget(other)
    return row


class EncryptionFields(QObject):
    """Lets the server decide about encryption, or demands it and has the server checked.

    Signals:
        changed: something else was chosen or typed.
    """

    changed = Signal()

    def __init__(self, form: Form, *, file: QLineEdit) -> None:
        """Add the fields to a form.

        Args:
            form: of the dialog.
            file: the field for the CA file.
        """
        super().__init__(form)
        self.choice = QComboBox()
        self.choice.setAccessibleName(self.tr("Encryption"))
        self.choice.addItem(self.tr("The server decides"), False)
        self.choice.addItem(self.tr("Only encrypted, and only this server"), True)
        self.choice.setMinimumHeight(file.sizeHint().height())
        self.file = file
        file.setPlaceholderText(self.tr("certificate of the authority (CA) that signed the server's"))
        self.browse = QPushButton(self.tr("Choose…"))
        self.browse.setObjectName("secondary")
        self.browse.setAccessibleName(self.tr("Choose the CA file"))
        self.browse.setAutoDefault(False)
        form.add(self.tr("Encryption"), self.choice)
        form.add(file.accessibleName(), beside(file, self.browse))
        self.choice.currentIndexChanged.connect(self._follow)
        self.browse.clicked.connect(self._choose)
        self._follow()

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
            return self.tr("encrypted, server checked against {file}").format(file=description.authority.name)
        return self.tr("encrypted, server not checked") if description.tls else self.tr("not encrypted")

    @Slot()
    def _follow(self) -> None:
        for widget in (self.file, self.browse):
            widget.setEnabled(self.choice.currentData())
        self.changed.emit()

    @Slot()
    def _choose(self) -> None:
        dialog = QFileDialog(self.file.window(), self.tr("Choose the CA file"), str(Path(self.file.text()).parent))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.file.setText)
        dialog.open()
