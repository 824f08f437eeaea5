"""The one way in which the window changes data: a plan that was shown, confirmed as the ladder asks, carried out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop_admin.controllers.operations import apply
from desktop_admin.controllers.operations.changes import Changes, PlanChanged
from desktop_admin.controllers.operations.deeds.tables import prepare
from desktop_admin.controllers.operations.kind import Kind, Right, Undo, undo_right
from desktop_admin.controllers.operations.ladder import Confirmation, confirmation
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.operations.rights import May, check_may, check_override, check_own, check_plan, may
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.errors import AdminError, Cancelled, NotPermitted, OwnTablesMissing, ResultUnknown
from desktop_admin.gui.changing.consent_dialog import ConsentDialog
from desktop_admin.gui.changing.impact_dialog import ImpactDialog
from desktop_admin.gui.changing.release_dialog import ReleaseDialog
from desktop_admin.gui.changing.second_person_dialog import SecondPersonDialog
from desktop_admin.gui.connection.link import DatabaseLink
from desktop_admin.gui.core.tasks import Done, TaskRunner
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.people import sign_in_jobs
from desktop_admin.gui.people.entrance import Entrance
from desktop_admin.gui.people.sign_in_jobs import Credentials
from desktop_admin.messages import Message, phrase
from desktop_admin.rules import Role

if TYPE_CHECKING:
    from desktop_admin.database.backends.backend import Description


@dataclass(frozen=True, slots=True)
class _Order:
    """An operation under way; it ends in the name in which it began, whoever is inside by then."""

    plan: Plan
    reason: str | None
    actor: Actor
    released_by: Actor | None
    on_changed_plan: Done[Plan]
    where: Description


class CarryingOut(QObject):
    """Carries out plans, one at a time, and tells everyone once what has changed.

    Attributes:
        tasks, link, entrance, words: what everybody around it works with, too.

    Signals:
        changed: ``Changes``, after each operation that was carried out.
        undoable: ``Changes`` again, where they are of the person who is inside, who may take them back.
        not_known: in words: whether an operation was applied is not known yet.
        not_applied: in words: why an operation was not applied.
        failed: an ``AdminError``: an operation could not be carried out.
        prepared: the back-up's path, after the operation for which our own tables were created.
        busy_changed: whether an operation is under way.
    """

    changed = Signal(object)
    undoable = Signal(object)
    not_known = Signal(str)
    not_applied = Signal(str)
    failed = Signal(object)
    prepared = Signal(object)
    busy_changed = Signal(bool)

    def __init__(
        self, *, tasks: TaskRunner, link: DatabaseLink, entrance: Entrance, words: Words, window: QWidget
    ) -> None:
        super().__init__(window)
        self.tasks = tasks
        self.link = link
        self.entrance = entrance
        self.words = words
        self._window = window
        self._order: _Order | None = None
        self._in_doubt: Description | None = None
        self._backup: Path | None = None

    @property
    def actor(self) -> Actor:
        """Who carries operations out."""
        return self.entrance.actor

    # What the role allows

    def why_not(self, plan: Plan) -> str:
        """Why this person's role may not carry the plan out, in a sentence; empty where it may, alone or released."""
        return self._refusal(check_plan, plan, person=self._person, released=True)

    def why_not_for(self, kind: Kind, *, candidates: int) -> str:
        """Why this person's role may not do this, whatever is released, in a sentence; empty where it may."""
        return self._refusal(check_may, kind=kind, candidates=candidates, released=True)

    def why_not_undo(self, kind: Kind, *, candidates: int) -> str:
        """The same for taking back what was done."""
        return self._refusal(check_may, kind=kind, candidates=candidates, released=True, right=undo_right(kind))

    def why_not_own(self, by: tuple[str, int | None]) -> str:
        """Why this person may not undo what somebody did, given as (name, account's id); empty where it may be."""
        return self._refusal(check_own, by=by, person=self._person)

    def why_not_override(self) -> str:
        """Why this person may not override what a plan refuses, in a sentence; empty where they may."""
        return self._refusal(check_override)

    @property
    def _person(self) -> tuple[str, int | None]:
        return self.actor.name, self.actor.user_id

    def _refusal(self, check: Callable[..., None], *values: object, **asked: object) -> str:
        try:
            check(*values, role=self.actor.role, **asked)
        except NotPermitted as refused:
            return self.words.say(refused.message)
        return ""

    def release_tip(self, plan: Plan) -> str:
        """That a supervisor must release the plan, in a sentence; empty where the person may do it alone."""
        if plan.two_persons:
            return phrase("changing.two_persons_tip")
        return self.release_tip_for(plan.right, candidates=len(plan.user_ids))

    def release_tip_for(self, right: Right, *, candidates: int) -> str:
        """That a supervisor must release this for so many candidates, in a sentence; empty where nobody need."""
        needed = may(role=self.actor.role, right=right, candidates=candidates) is May.RELEASED
        return phrase("changing.release_tip") if needed else ""

    # Confirming, and carrying out

    @property
    def busy(self) -> bool:
        """Whether an operation is under way; one whose result is not known yet still is."""
        return self._order is not None

    def ask_and_apply(self, plan: Plan, *, reason: str | None, on_changed_plan: Done[Plan], seen: bool = True) -> None:
        """Carry the plan out, once confirmed as the ladder asks (``seen``: see there) and released where needed."""
        if self.busy or not self.entrance.inside:
            return
        if not plan.applied:
            self.not_applied.emit(phrase("kit.unchanged", reason=self.words.refusals(plan.lines)))
            return
        if why := self.why_not(plan):
            self.not_applied.emit(why)
            return
        rung, release = confirmation(plan, seen=seen), bool(self.release_tip(plan))
        confirmed = partial(self.apply, reason=reason, on_changed_plan=on_changed_plan)
        if rung is Confirmation.NONE and not release:
            confirmed(plan)
            return
        typed = rung is Confirmation.TYPED
        dialog = ImpactDialog(plan, words=self.words, reason=reason, typed=typed, release=release, parent=self._window)
        dialog.confirmed.connect(confirmed)
        self._ask(dialog)

    def apply_confirmed(self, plan: Plan, *, reason: str | None, on_changed_plan: Done[Plan]) -> None:
        """Carry out what was confirmed where it is shown, once it is released where two persons must agree."""
        apply_it = partial(self.apply, plan, reason=reason, on_changed_plan=on_changed_plan)
        if not plan.two_persons or self.busy or not self.entrance.inside:
            apply_it()
            return
        dialog = SecondPersonDialog(self.words.effect(plan), words=self.words, parent=self._window)
        dialog.released.connect(apply_it)
        self._ask(dialog)

    def _ask(self, dialog: ReleaseDialog) -> None:
        dialog.release_asked.connect(partial(self._check_release, dialog))
        dialog.open()

    def _check_release(self, dialog: ReleaseDialog, typed: Credentials) -> None:
        job = partial(sign_in_jobs.release, typed=typed, actor=self.actor)
        self.tasks.use(job, dialog.release, dialog.show_refused)

    def apply(
        self, plan: Plan, released_by: Actor | None = None, *, reason: str | None, on_changed_plan: Done[Plan]
    ) -> None:
        """Carry out a confirmed plan, if the person is still there.

        Where it no longer holds, nothing is written, and ``on_changed_plan`` takes the new one. A supervisor has
        released this operation alone.
        """
        if self.busy or not self.entrance.inside:
            return
        if self.link.lost_since is not None:
            # A dialog may have been open when the link was lost; what is asked now must not be done at some later time.
            self.not_applied.emit(phrase("changing.link_lost", effect=self.words.effect(plan)))
            return
        assert self.tasks.database is not None
        where = self.tasks.database.description
        self._order = _Order(plan, reason, self.actor, released_by, on_changed_plan, where)
        self.busy_changed.emit(True)
        self._write()

    def _write(self) -> None:
        order = self._order
        assert order is not None
        plan, actor = order.plan, order.actor
        job = partial(apply.apply, plan=plan, actor=actor, reason=order.reason, released_by=order.released_by)
        waiting = phrase("changing.waiting", effect=self.words.effect(plan))
        self.tasks.write(job, self._done, self._failed, on_report=self._staged, on_broken=self._end, stage=waiting)

    @Slot(object)
    def _staged(self, stage: Message | None) -> None:
        if self._order is not None:
            text = self.words.effect(self._order.plan) if stage is None else self.words.say(stage)
            self.tasks.show_stage(phrase("changing.stage", stage=text))

    def _end(self) -> None:
        self._order = None
        self._in_doubt = None
        self.busy_changed.emit(False)

    def _tell_backup(self) -> None:
        """After everything else is told, say where the back-up is."""
        backup, self._backup = self._backup, None
        if backup is not None:
            self.prepared.emit(backup)

    @Slot(object)
    def _done(self, changes: Changes) -> None:
        order = self._order
        assert order is not None
        self._end()
        changes.note()
        self.changed.emit(changes)
        # What has just been taken back is done again by doing it, with what holds then.
        own = order.actor == self.actor and not self.why_not_undo(changes.kind, candidates=len(changes.user_ids))
        if own and changes.op_id is not None and changes.kind.undo is not Undo.NEVER:
            self.undoable.emit(changes)
        self._tell_backup()

    @Slot(object)
    def _failed(self, error: AdminError) -> None:
        order = self._order
        assert order is not None
        # Behind a locked window nobody can be asked.
        if isinstance(error, OwnTablesMissing) and self.entrance.inside:
            self.ask_consent(self._prepare, self._end, where=order.where, before=self._window)
            return
        if isinstance(error, ResultUnknown):
            self._in_doubt = order.where
            self.failed.emit(error)
            self.not_known.emit(phrase("changing.not_known_yet", effect=self.words.effect(order.plan)))
            return
        self._end()
        if isinstance(error, PlanChanged) and self.entrance.inside:
            order.on_changed_plan(error.plan)
        self.failed.emit(error)
        self._tell_backup()

    # An operation whose result is not known

    @Slot()
    def look_up(self) -> None:
        """The database answers: look there whether the operation was applied whose result is not known."""
        doubted, order, database = self._in_doubt, self._order, self.tasks.database
        if doubted is None or order is None or database is None:
            return
        if not _same(database.description, doubted):
            if not self.entrance.inside:
                # Whoever comes in begins with an empty bar, and is told then.
                return
            effect = self.words.effect(order.plan)
            self.not_known.emit(phrase("changing.not_known", effect=effect, name=doubted.name))
            self._end()
            return
        job, stage = partial(apply.recorded, op_id=order.plan.op_id), phrase("changing.checking")
        # Until the answer is there, it is not asked again.
        self._in_doubt = None
        self.tasks.write(job, self._looked_up, partial(self._not_looked_up, doubted), on_broken=self._end, stage=stage)

    @Slot(object)
    def _looked_up(self, changes: Changes | None) -> None:
        if changes is not None:
            self._done(changes)
            return
        assert self._order is not None
        effect = self.words.effect(self._order.plan)
        self._end()
        self.not_applied.emit(phrase("changing.not_applied", effect=effect))
        self._tell_backup()

    def _not_looked_up(self, doubted: Description, _error: AdminError) -> None:
        """The next survey that the database answers leads to another look."""
        self._in_doubt = doubted

    # The first write

    def ask_consent(
        self, agreed: Done[Actor | None], left: Callable[[], None], *, where: Description, before: QWidget
    ) -> None:
        """Ask whether our own tables may be created there, which is a supervisor's to say.

        Args:
            agreed: takes the supervisor who agreed, or None where the person is one.
            left: called where nobody agrees.
            where: the database.
            before: what the dialog stands before.
        """
        of_file, release = where.path is not None, self.actor.role is not Role.SUPERVISOR
        dialog = ConsentDialog(of_file=of_file, release=release, words=self.words, parent=before)
        dialog.agreed.connect(agreed)
        dialog.rejected.connect(left)
        self._ask(dialog)

    @Slot(object)
    def _prepare(self, agreed_by: Actor | None) -> None:
        job, stage = partial(prepare, actor=self.actor, released_by=agreed_by), phrase("changing.preparing")
        self.tasks.use(job, self._prepared, self._prepare_failed, on_broken=self._end, stage=stage)

    @Slot(object)
    def _prepared(self, backup: Path | None) -> None:
        self._backup = backup
        order, database = self._order, self.tasks.database
        if order is None or database is None or not _same(database.description, order.where):
            # Another database was opened meanwhile, and what was planned is not meant for it.
            self._prepare_failed(Cancelled())
            return
        self._write()

    @Slot(object)
    def _prepare_failed(self, error: AdminError) -> None:
        self._end()
        self.failed.emit(error)


def _same(one: Description, other: Description) -> bool:
    """Whether both describe one database."""
    return (one.host, one.name, one.path) == (other.host, other.name, other.path)
