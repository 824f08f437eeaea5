"""What was found of the guard, as a value that travels, and what the guard does, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from desktop_admin.messages import Message

DOES = tuple(Message.of(f"guard_{what}") for what in ("clears", "questions", "sessions", "answers"))
"""What the four triggers do, in words."""

COSTS = Message.of("guard_costs")
"""What the guard costs, and what must be known of it."""


class GuardState(StrEnum):
    """What was found of the guard in a database."""

    NOT_HERE = "not-here"
    """The database is a file: there is no guard for it."""
    UNSEEN = "unseen"
    """This database account cannot look at triggers."""
    ABSENT = "absent"
    INCOMPLETE = "incomplete"
    """Parts are missing, or differ from what this version installs."""
    INSTALLED = "installed"


@dataclass(frozen=True, slots=True)
class GuardCheck:
    """The guard as it was found.

    Attributes:
        differing: the parts that are missing or altered, where any part is there.
        installed_at: when it was installed by this program, going by the log; None where it was not, or was removed.
        seen: whether this database account sees what the triggers do, and not only their names.
    """

    state: GuardState
    differing: tuple[str, ...] = ()
    installed_at: datetime | None = None
    person: str = ""
    seen: bool = True

    @property
    def told(self) -> Message:
        """The state in words."""
        if self.state is GuardState.ABSENT and self.installed_at is not None:
            return Message.of("guard_gone", at=self.installed_at, person=self.person)
        if self.installed and not self.seen:
            return Message.of("guard_names_only")
        return Message.of(f"guard_{self.state.replace('-', '_')}", parts=self.differing)

    @property
    def installed(self) -> bool:
        """Whether all of it is there."""
        return self.state is GuardState.INSTALLED

    @property
    def alarming(self) -> bool:
        """Whether the guard should be there as it was installed, and is not."""
        gone = self.state is GuardState.ABSENT and self.installed_at is not None
        return gone or self.state is GuardState.INCOMPLETE
