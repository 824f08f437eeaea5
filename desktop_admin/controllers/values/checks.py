"""The checklist of a shift: each line green, or with what is wrong and its cure."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Iterator, Sequence
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
        command: the words of what cures it in the terminal, or none; what stands in capitals is for the person to say.
        draft: what to set of a trade's paper, where that is the cure.
        user_id, army_no: the candidate, where it is about one.
    """

    told: Message
    cure: Message
    leads: Leads = Leads.NOWHERE
    command: tuple[str, ...] = ()
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
    """A line as it is listed: a check, and one thing that is wrong with it, or nothing.

    Attributes:
        more: so many others, of the same kind, are not listed; ``amiss`` is None then.
    """

    check: Check
    amiss: Amiss | None
    more: int = 0

    @property
    def told(self) -> Message | None:
        """What is wrong, why it was not looked at, or how many are not listed."""
        if self.more:
            return Message.of("checklist.more", n=self.more)
        return self.amiss.told if self.amiss else self.check.unknown


def rows(found: Checklist, *, most: int | None = None) -> tuple[CheckRow, ...]:
    """A row for each thing that is wrong, and one for each check without any; what is wrong first.

    Args:
        most: so many of a kind are listed, and those beyond in one row.
    """
    return tuple(row for check in in_order(found) for row in _rows(check, most))


def _rows(check: Check, most: int | None) -> Iterator[CheckRow]:
    if not check.amiss:
        yield CheckRow(check, None)
    for alike in kinds(check):
        # Where one is too many, its own line takes no more room than one that says so.
        shown = alike if most is None or len(alike) <= most + 1 else alike[:most]
        yield from (CheckRow(check, one) for one in shown)
        if len(shown) < len(alike):
            yield CheckRow(check, None, more=len(alike) - len(shown))


def in_order(found: Checklist) -> list[Check]:
    """The lines, what is wrong first."""
    return sorted(found.checks, key=lambda check: ("amiss", "unknown", "green").index(check.state))


def kinds(check: Check) -> tuple[tuple[Amiss, ...], ...]:
    """What is wrong with a line, each kind of it together: said in the same words, and cured in the same way."""
    found: dict[object, list[Amiss]] = {}
    for one in check.amiss:
        found.setdefault((one.told.code, one.cure, one.leads, one.command[:1]), []).append(one)
    return tuple(map(tuple, found.values()))


NUMBER = "--army-no"
MOST_NAMED = 20
"""A command that names more candidates is typed by nobody."""


def together(alike: Sequence[Amiss]) -> tuple[str, ...]:
    """One command for several of a kind, the first ``MOST_NAMED`` where each names its candidate; else none."""
    commands = list(dict.fromkeys(one.command for one in alike))
    if len(commands) == 1:
        return commands[0]
    rest = {command[:-2] for command in commands}
    if len(rest) > 1 or any(command[-2:-1] != (NUMBER,) for command in commands):
        return ()
    named = (word for command in commands[:MOST_NAMED] for word in command[-2:])
    return (*rest.pop(), *named)


def typed(words: Sequence[str]) -> str:
    """A command as it is typed in the terminal of this system; no words are no command."""
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)
