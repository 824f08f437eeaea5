"""The question that comes before the first change to a database."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from desktop_admin.gui.changing.release_dialog import ReleaseDialog
from desktop_admin.gui.kit.widgets import ToneLabel
from desktop_admin.gui.kit.words import Words


class ConsentDialog(ReleaseDialog):
    """Asks before our own tables are created in the portal's database.

    Args:
        of_file: the database is a file, of which a back-up is made first.
        release: the person is no supervisor, who has to agree (write protocol, *Crash safety*).
    """

    def __init__(self, *, of_file: bool, release: bool, words: Words, parent: QWidget | None) -> None:
        title = QCoreApplication.translate("ConsentDialog", "Create this program's own tables?")
        super().__init__(title=title, parent=parent)
        text = self.tr(
            "Before anything is changed, the operation log and the archive of cleared sessions need their own tables "
            "in this database (their names begin with desktop_admin_). The portal's tables are not touched."
        )
        self.column.addWidget(ToneLabel(text))
        if of_file:
            copy = self.tr("A back-up of the file is made first, in the folder “backups” of this program's data.")
            deed = self.tr("Make a back-up and create the tables")
        else:
            copy = self.tr("Back-ups of a server are its administrator's task: ask whether there is one of today.")
            deed = self.tr("Create the tables")
        self.column.addWidget(ToneLabel(copy))
        if release:
            self.add_release(self.tr("A supervisor agrees to this with user name and password."), words=words)
        self.column.addStretch(1)
        self.add_deed(deed)
        self.fit(characters=70)
