"""The checklist of a shift: each line green, or with what is wrong and its cure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from desktop_admin.controllers.values.attending import DayShift
from desktop_admin.controllers.values.lines import PaperChoice
from desktop_admin.messages import Message


class Leads(StrEnum):
    """Where the window leads for a cure."""

    NOWHERE = "nowhere"
    """It is cured outside of this program."""
    CANDIDATE = "candidate"
    SETS = "sets"
    SESSIONS = "sessions"
    RULES = "rules"
    BACKUP = "backup"
    GUARD = "guard"
    LOG = "log"
    ABSENTEES = "absentees"


@dataclass(frozen=True, slots=True)
class Amiss:
    """What is wrong, and its cure.

    Attributes:
        command: what cures it in the terminal, or empty.
        draft: what to set of a trade's paper, where that is the cure.
        user_id, army_no: the candidate, where it is about one.
    """

    told: Message
    cure: Message
    leads: Leads = Leads.NOWHERE
    command: str = ""
    draft: PaperChoice | None = None
    user_id: int | None = None
    army_no: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the checklist.

    Attributes:
        name: its sentence is ``checklist_`` and this.
        amiss: what is wrong; none where the line is green.
        unknown: why it was not looked at, or None; the line is neither green nor red then.
    """

    name: str
    amiss: tuple[Amiss, ...] = ()
    unknown: Message | None = None

    @property
    def state(self) -> str:
        """``green``, ``amiss`` or ``unknown``."""
        return "amiss" if self.amiss else "unknown" if self.unknown else "green"


@dataclass(frozen=True, slots=True)
class Checklist:
    """What must be so before a shift starts.

    Attributes:
        shift: None for every shift of the day.
    """

    at: datetime
    shift: DayShift | None
    checks: tuple[Check, ...]

    @property
    def green(self) -> bool:
        """Whether nothing is wrong; what was not looked at is not counted."""
        return not any(check.amiss for check in self.checks)


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A line as it is listed: a check, and one thing that is wrong with it, or nothing."""

    check: Check
    amiss: Amiss | None


def rows(found: Checklist) -> tuple[CheckRow, ...]:
    """A row for each thing that is wrong, and one for each check without any; what is wrong first."""
    listed = [CheckRow(check, one) for check in found.checks for one in check.amiss or (None,)]
    return tuple(sorted(listed, key=lambda row: ("amiss", "unknown", "green").index(row.check.state)))
