"""What an operation did, and what is told where its plan no longer held."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from desktop_admin import journal
from desktop_admin.controllers.operations.plan import Lines, Plan
from desktop_admin.errors import AdminError
from desktop_admin.journal import Event
from desktop_admin.messages import Message


@dataclass(frozen=True)
class Changes(Lines):
    """What an operation did.

    Attributes:
        op_id: the recorded operation, or None where nothing was applied (then nothing is recorded).
        dry_run: nothing was done; the lines are the plan's.
        released_by: the name of the supervisor who released it, or None where nobody had to.
        notes: what holds for the whole operation.
        safety_copy: the copy of the file that was made before, where one was.
    """

    op_id: str | None = None
    reason: str | None = None
    dry_run: bool = False
    released_by: str | None = None
    screen: Message | None = None
    notes: tuple[Message, ...] = ()
    safety_copy: Path | None = None

    @classmethod
    def of(cls, plan: Plan, *, op_id: str | None, reason: str | None, dry_run: bool = False) -> Changes:
        """The changes that carrying out (or dry-running) the plan means."""
        return cls(plan.kind, plan.lines, op_id, reason, dry_run, screen=plan.screen, notes=plan.notes)

    def note(self) -> None:
        """Note in the journal what was done, and for how many."""
        if not self.dry_run:
            name = self.kind.say("name").code
            journal.note(Event.CHANGED, what=name, applied=self.applied, refused=self.refused)


class PlanChanged(AdminError):
    """The plan that was shown no longer holds; nothing was written.

    Attributes:
        plan: the plan as it stands now, to be shown instead.
    """

    def __init__(self, plan: Plan) -> None:
        super().__init__("plan_changed")
        self.plan = plan
