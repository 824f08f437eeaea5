"""An open desk keeps portal logins alive by itself, while a supervisor's rule says so."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QTimer, Slot

from desktop_admin.controllers.operations.deeds import keeping
from desktop_admin.controllers.operations.deeds.keeping import Kept
from desktop_admin.controllers.values.lines import new_op_id
from desktop_admin.errors import AdminError
from desktop_admin.gui.changing.carrying_out import CarryingOut
from desktop_admin.gui.core.sentences import OVERDUE
from desktop_admin.gui.kit.bars import About, MessageBar
from desktop_admin.messages import phrase

EVERY_MS = 60_000
"""So often it is looked whether a login ends soon; what is written, and how often, the pass itself decides."""


class KeepingLogins(QObject):
    """Looks once a minute, in the worker, and lets logins last longer where one ends soon.

    Also behind a locked window: the candidates write on, and the rule asks nobody.
    """

    def __init__(self, *, bar: MessageBar, carrying_out: CarryingOut) -> None:
        super().__init__(bar)
        self._bar = bar
        self._tasks = carrying_out.tasks
        self._link = carrying_out.link
        self._entrance = carrying_out.entrance
        self._words = carrying_out.words
        self._told = False
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    @Slot()
    def look(self) -> None:
        """See whether a pass is due; nothing is locked for it."""
        at_work = self._entrance.inside or self._entrance.actor.verified
        if at_work and self._link.writable:
            self._tasks.read(keeping.is_due, self._keep, self._failed, key="keeping logins")

    @Slot(object)
    def _keep(self, due: bool) -> None:
        if not due or not self._link.writable:
            return
        desk = self._entrance.actor.desk
        job = partial(keeping.keep, desk=desk, op_id=new_op_id(), if_due=True)
        self._tasks.write(job, self._kept, self._failed, stage=phrase("window.keeping"))

    @Slot(object)
    def _kept(self, _kept: Kept | None) -> None:
        self._told = False

    @Slot(object)
    def _failed(self, error: AdminError) -> None:
        """Said once, beside whatever is said already, until it succeeds again."""
        if not self._told:
            self._told = True
            self._bar.add(f"{OVERDUE} {phrase('window.keeping')}: {self._words.say(error.message)}", About.MORE)
