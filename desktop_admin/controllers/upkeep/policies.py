"""Policies: the rules of a centre that hold for every desk on its database, and that a supervisor sets.

They stand in ``desktop_admin_setting`` by name, as a whole number in the policy's unit; one that nobody has set has its
default. Changes are recorded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from sqlalchemy import select

from desktop_admin.database.session import Session, has_own_tables
from desktop_admin.database.tables.own import Setting
from desktop_admin.messages import Message, shortened
from desktop_admin.rules import Role


@dataclass(frozen=True, slots=True)
class Policy:
    """One rule.

    Attributes:
        name: in the table, in the log and on the command line.
        told: what it says, as a sentence's code.
        default: what holds where nobody has set it, or what was stored makes no sense.
        least, most: the numbers that make sense.
        unit: of all three numbers, and of the stored one.
    """

    name: str
    told: str
    default: int
    least: int
    most: int
    unit: Literal["minutes", "hours"]

    def number(self, stored: str | None) -> int | None:
        """The number that is stored, or None where there is none, or one that makes no sense."""
        if stored is None or not stored.isascii() or not stored.isdecimal() or len(stored) > len(str(self.most)):
            return None
        return int(stored) if self.least <= int(stored) <= self.most else None

    def bounds(self) -> dict[str, object]:
        """What a sentence says of a number that makes no sense."""
        return {"name": self.name, "least": self.least, "most": self.counted(self.most)}

    def counted(self, number: int) -> Message:
        """So many of its unit, in words."""
        return Message.of("count.hours" if self.unit == "hours" else "count.minutes", n=number)


# Source of the defaults: the write protocol, *Sign-in and secrets* and R11 in *Archive and restore*.
IDLE_LOCK = Policy("idle-lock", "policy_idle_lock", 15, 1, 120, "minutes")
SUPERVISOR_LOCK = Policy("supervisor-lock", "policy_supervisor_lock", 5, 1, 120, "minutes")
RESTORE_AGE = Policy("restore-age", "policy_restore_age", 24, 1, 24 * 30, "hours")
POLICIES = {policy.name: policy for policy in (IDLE_LOCK, SUPERVISOR_LOCK, RESTORE_AGE)}


@dataclass(frozen=True, slots=True)
class Policies:
    """The rules that hold now.

    Attributes:
        numbers: of each policy, in its unit.
        damaged: what is stored and makes no sense, so that the default holds.
    """

    numbers: Mapping[Policy, int]
    damaged: tuple[Message, ...] = ()

    @property
    def restore_age(self) -> timedelta:
        """An older archive is put back only by a supervisor who says so."""
        return timedelta(hours=self.numbers[RESTORE_AGE])

    def lock_after(self, role: Role) -> timedelta:
        """How long the window of somebody in this role may be unused before it is locked."""
        return timedelta(minutes=self.numbers[SUPERVISOR_LOCK if role is Role.SUPERVISOR else IDLE_LOCK])


def read(session: Session) -> Policies:
    """The rules of this database, in one statement."""
    found = stored(session)
    numbers = {policy: policy.number(found.get(policy.name)) for policy in POLICIES.values()}
    return Policies(
        numbers={policy: policy.default if number is None else number for policy, number in numbers.items()},
        damaged=tuple(
            Message.of(
                "policy_damaged",
                value=shortened(found[policy.name]),
                default=policy.counted(policy.default),
                **policy.bounds(),
            )
            for policy, number in numbers.items()
            if number is None and policy.name in found
        ),
    )


def stored(session: Session) -> dict[str, str]:
    """What the table says of each policy that somebody has set, sense or no sense."""
    if not has_own_tables(session):
        return {}
    rows = session.execute(select(Setting.name, Setting.value).where(Setting.name.in_(list(POLICIES))))
    return dict(iter(rows))
