"""A checkpoint of the operation log every day, kept at this desk without anybody asking for it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from desktop_admin.controllers.log import checkpoints
from desktop_admin.errors import AdminError
from desktop_admin.gui.changing.carrying_out import CarryingOut
from desktop_admin.gui.kit.bars import MessageBar
from desktop_admin.gui.kit.tasks import TaskRunner
from desktop_admin.gui.kit.words import OVERDUE, Words
from desktop_admin.gui.people.entrance import Entrance


class CheckpointKeeper(QObject):
    """Keeps today's checkpoint when somebody comes in, and after an operation where there is none yet."""

    def __init__(
        self, *, bar: MessageBar, tasks: TaskRunner, entrance: Entrance, carrying_out: CarryingOut, words: Words
    ) -> None:
        super().__init__(bar)
        self._bar = bar
        self._tasks = tasks
        self._words = words
        self._told = False
        entrance.entered.connect(self._begin)
        carrying_out.changed.connect(self._keep)

    @Slot()
    def _begin(self) -> None:
        self._told = False
        self._keep()

    @Slot()
    def _keep(self) -> None:
        # An operation may be finished after whoever began it has left the database.
        if self._tasks.database is not None:
            self._tasks.read(checkpoints.keep_daily, self._kept, self._not_kept, key="checkpoint")

    @Slot(object)
    def _kept(self, _nothing: None) -> None:
        self._told = False

    @Slot(object)
    def _not_kept(self, error: AdminError) -> None:
        """Said once, beside whatever is said already: the same folder would fail after every operation."""
        if not self._told:
            self._told = True
            self._bar.add(f"{OVERDUE} {self._words.say(error.message)}")
