"""Back-ups of a database file, made and put back from the window."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop_admin.controllers.operations.deeds import BACKUP, RESTORE_BACKUP, backups
from desktop_admin.controllers.operations.kind import Kind
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.backends.address import database_path
from desktop_admin.database.engine import Database
from desktop_admin.errors import AdminError, Cancelled, DatabaseBusy, DatabaseUnusable, UsageProblem
from desktop_admin.gui.changing.carrying_out import CarryingOut
from desktop_admin.gui.kit.actions import entry
from desktop_admin.gui.kit.bars import MessageBar
from desktop_admin.gui.upkeep import restoring
from desktop_admin.gui.upkeep.backup_dialog import BackupDialog, BackupWanted
from desktop_admin.gui.upkeep.guard_dialog import why_not
from desktop_admin.gui.upkeep.restore_dialog import RestoreDialog
from desktop_admin.gui.upkeep.restoring import RestoreWanted
from desktop_admin.messages import Message, phrase
from desktop_admin.secrets import BACKUP_PASSPHRASE, password_for
from desktop_admin.server_url import ServerUrl
from desktop_admin.stop import Stop


class BackupActions(QObject):
    """The entries *Back up* and *Restore a back-up*; those of a server are its administrator's task.

    Signals:
        changed: a back-up was made, and recorded.
        replaced: the path of the database in whose place a back-up was put; it is to be opened anew.
    """

    changed = Signal()
    replaced = Signal(str)

    def __init__(self, *, carrying_out: CarryingOut, bar: MessageBar, window: QWidget) -> None:
        super().__init__(window)
        self._carrying_out = carrying_out
        self._tasks = carrying_out.tasks
        self._words = carrying_out.words
        self._bar = bar
        self._window = window
        self._told = ""
        self._unread = Path()
        self.make = entry(phrase("window.backup"), self, self._ask, hint=phrase("window.backup_tip"))
        self.restore = entry(phrase("window.restore"), self, self._ask_which, hint=phrase("window.restore_tip"))
        self.read_closed = entry(
            phrase("window.read_closed"), self, self._ask_for_closed, hint=phrase("closed_day.about")
        )
        self.instead = entry(phrase("window.restore"), self, self._ask_instead, hint=phrase("window.restore_tip"))
        # Who comes in begins with an empty bar, and is told then.
        carrying_out.entrance.entered.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def _file(self, kind: Kind) -> Path | None:
        """The file that is open; where this cannot be done to it, or not by this person, that is said instead."""
        database = self._tasks.database
        if database is None:
            return None
        why = why_not(kind, actor=self._carrying_out.actor, database=None)
        if why is None and database.description.path is None:
            why = Message.of("backup_on_server", path=database.description.name)
        if why is not None:
            self._bar.show_bad(self._words.say(why))
            return None
        return database.description.path

    @Slot()
    def _ask(self) -> None:
        file = self._file(BACKUP)
        if file is not None:
            dialog = BackupDialog(file, tasks=self._tasks, words=self._words, parent=self._window)
            dialog.wanted.connect(self._make)
            dialog.open()

    @Slot(object)
    def _make(self, wanted: BackupWanted) -> None:
        job = partial(_make, wanted=wanted, actor=self._carrying_out.actor)
        self._tasks.use(job, self._made, self._failed, stage=phrase("upkeep.backup.making", path=wanted.file))

    @Slot(object)
    def _made(self, copy: Path) -> None:
        self._bar.show_good(self._words.say(BACKUP.say("told", path=copy)))
        self.changed.emit()

    @Slot()
    def _ask_which(self) -> None:
        file = self._file(RESTORE_BACKUP)
        if file is not None:
            actor = self._carrying_out.actor
            dialog = RestoreDialog(file, tasks=self._tasks, actor=actor, words=self._words, parent=self._window)
            dialog.wanted.connect(partial(self._restore, file))
            dialog.open()

    @Slot()
    def _ask_for_closed(self) -> None:
        """Read the file of a closed day; it needs no database, and is of whoever knows its passphrase."""
        from desktop_admin.gui.day.closed_day_dialog import ClosedDayDialog

        dialog = ClosedDayDialog(tasks=self._tasks, words=self._words, parent=self._window)
        dialog.saved.connect(self._tell_saved)
        dialog.open()

    @Slot(Path)
    def _tell_saved(self, folder: Path) -> None:
        from desktop_admin.controllers.handing_out.closing import REPORT

        self._bar.show_saved(phrase("closed_day.saved", path=folder), folder / REPORT)

    def _restore(self, path: Path, wanted: RestoreWanted) -> None:
        if self._tasks.database is None or self._tasks.database.description.path != path:
            # Another database was opened meanwhile, and the back-up is not meant for it.
            self._failed(Cancelled())
            return
        stop = Stop()
        job = partial(restoring.put_back_here, wanted=wanted, path=path, stop=stop)
        done, stage = partial(self._restored, path, wanted.file), phrase("upkeep.restore.restoring", file=wanted.file)
        self._tasks.use(job, done, self._failed, stage=stage, stop=stop)

    # Where a database cannot be opened

    @Slot(object)
    def offer_instead(self, error: AdminError) -> None:
        """It was told why a database was not opened: to a file that is past reading a back-up may be put back."""
        asked = self._carrying_out.link.asked
        there = isinstance(error, DatabaseBusy) or error.code == "not_a_file"
        if isinstance(error, DatabaseUnusable) and not there and ServerUrl.read(asked) is None:
            self._unread = database_path(asked)
            self._bar.offer(self.instead)

    @Slot()
    def _ask_instead(self) -> None:
        path, actor = self._unread, self._carrying_out.entrance.actor
        dialog = RestoreDialog(
            path, tasks=self._tasks, actor=actor, words=self._words, unread=True, parent=self._window
        )
        dialog.wanted.connect(partial(self._put_back_unread, path))
        dialog.open()

    def _put_back_unread(self, path: Path, wanted: RestoreWanted) -> None:
        done, stage = partial(self._restored, path, wanted.file), phrase("upkeep.restore.restoring", file=wanted.file)
        database, stop = self._tasks.database, Stop()
        if database is not None and database.description.path == path:
            # It was open when it broke.
            here = partial(restoring.put_back_here, wanted=wanted, path=path, stop=stop)
            self._tasks.use(here, done, self._unread_failed, stage=stage, stop=stop)
        else:
            job = partial(restoring.put_back, wanted, path=path, stop=stop)
            self._tasks.call(job, done, self._unread_failed, stage=stage, stop=stop)

    @Slot(object)
    def _unread_failed(self, error: AdminError) -> None:
        self._failed(error)
        self._bar.offer(self.instead)

    # What became of it

    def _restored(self, path: Path, file: Path, kept: Path) -> None:
        self._told = phrase("replacing.did", path=path, file=file, kept=kept)
        self.replaced.emit(str(path))

    @Slot()
    def _tell(self) -> None:
        told, self._told = self._told, ""
        if told:
            self._bar.show_good(told)

    @Slot(object)
    def _failed(self, error: AdminError) -> None:
        """What went wrong is no sign that the database is lost."""
        show = self._bar.show_plain if isinstance(error, Cancelled) else self._bar.show_bad
        show(self._words.say(error.message))


def _make(database: Database, *, wanted: BackupWanted, actor: Actor) -> Path:
    passphrase = None
    if wanted.encrypted:
        passphrase = wanted.passphrase or password_for(BACKUP_PASSPHRASE)
        if not passphrase:
            raise UsageProblem("passphrase_needed")
    return backups.make(database, actor=actor, to=wanted.file, passphrase=passphrase)
