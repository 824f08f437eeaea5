"""Policies: the rules of a centre that hold for every desk on its database, and that a supervisor sets.

They stand in ``desktop_admin_setting`` by name, as a whole number in the policy's unit; one that nobody has set has its
default. Changes are recorded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import insert, select, update

from desktop_admin.controllers import permissions
from desktop_admin.controllers.log import entries
from desktop_admin.controllers.values.plans import Actor, new_op_id
from desktop_admin.database.own import Setting
from desktop_admin.database.session import Session, has_own_tables, require_own_tables, server_now
from desktop_admin.errors import UsageProblem
from desktop_admin.messages import Message, shortened
from desktop_admin.rules import Operation, Role


@dataclass(frozen=True, slots=True)
class Policy:
    """One rule.

    Attributes:
        name: in the table, in the log and on the command line.
        told: what it says, as a sentence's code.
        default: what holds where nobody has set it, or what was stored makes no sense.
        least: the smallest number that makes sense.
        most: the largest.
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
        return {"name": self.name, "least": self.least, "most": self.most, "unit": self.unit}


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
    stored = _stored(session)
    numbers = {policy: policy.number(stored.get(policy.name)) for policy in POLICIES.values()}
    return Policies(
        numbers={policy: policy.default if number is None else number for policy, number in numbers.items()},
        damaged=tuple(
            Message.of(
                "policy_damaged", value=shortened(stored[policy.name]), default=policy.default, **policy.bounds()
            )
            for policy, number in numbers.items()
            if number is None and policy.name in stored
        ),
    )


def change(session: Session, *, name: str, value: str, actor: Actor, now: datetime | None = None) -> None:
    """Set a policy, and record what it was before; nothing is written where it is so already.

    Args:
        session: a session in a write transaction.
        name: of the policy.
        value: a whole number in the policy's unit.
        actor: who sets it.
        now: the database's time, UTC.

    Raises:
        NotPermitted: the actor is no supervisor.
        UsageProblem: there is no such policy, or the value makes no sense.
        OwnTablesMissing: there is no table to keep it in.
    """
    permissions.check(session, actor=actor, operation=Operation.SET_POLICY)
    policy = POLICIES.get(name)
    if policy is None:
        raise UsageProblem("no_such_policy", name=shortened(name), names=tuple(POLICIES))
    number = policy.number(value)
    if number is None:
        raise UsageProblem("policy_out_of_range", value=shortened(value), **policy.bounds())
    require_own_tables(session)
    before = _stored(session).get(name)
    after = str(number)
    if before == after:
        return
    if before is None:
        session.execute(insert(Setting).values(name=name, value=after))
    else:
        session.execute(update(Setting).where(Setting.name == name).values(value=after))
    told = {"policy": name, "before": before, "after": after, "default": policy.default, "unit": policy.unit}
    entries.record_change(
        session,
        operation=Operation.SET_POLICY,
        op_id=new_op_id(),
        actor=actor,
        now=now or server_now(session),
        told=told,
    )


def _stored(session: Session) -> dict[str, str]:
    if not has_own_tables(session):
        return {}
    rows = session.execute(select(Setting.name, Setting.value).where(Setting.name.in_(list(POLICIES))))
    return dict(iter(rows))
