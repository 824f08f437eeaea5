"""Setting a rule of the centre."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import insert, update

from desktop_admin.controllers.log import beside
from desktop_admin.controllers.operations.deeds import SET_POLICY
from desktop_admin.controllers.operations.deeds.doing import do
from desktop_admin.controllers.upkeep import policies
from desktop_admin.controllers.upkeep.policies import TWO_PERSONS, AnyPolicy
from desktop_admin.controllers.values.lines import Actor, new_op_id
from desktop_admin.database.session import Session
from desktop_admin.database.tables.own import Setting
from desktop_admin.errors import NotPermitted, UsageProblem
from desktop_admin.messages import Message, shortened


def change(
    session: Session,
    *,
    name: str,
    value: str,
    actor: Actor,
    released_by: Actor | None = None,
    now: datetime | None = None,
) -> None:
    """Set a policy to a whole number in its unit, on or off, or words, and record what it was; not where it is so.

    Args:
        released_by: a second supervisor, without whom the rule of two persons is not turned off.

    Raises:
        NotPermitted: the actor is no supervisor, or what was given as a release is none, or is missing.
        UsageProblem: there is no such policy, or the value makes no sense.
        OwnTablesMissing: there is no table to keep it in.
    """
    set_to: dict[str, str | None] = {}

    def meant() -> tuple[AnyPolicy, str, Message]:
        policy = policies.POLICIES.get(name)
        if policy is None:
            raise UsageProblem("no_such_policy", name=shortened(name), names=tuple(policies.POLICIES))
        found = policy.meant(value)
        if found is None:
            raise UsageProblem("policy_out_of_range", name=policy.name, value=shortened(value), sense=policy.sense)
        return policy, *found

    def work() -> Message | None:
        policy, after, said = meant()
        before = policies.stored(session).get(name)
        if before == after:
            return None
        if turns_off_two_persons(policies.read(session), {name: value}) and released_by is None:
            raise NotPermitted("two_persons_stay")
        if before is None:
            session.execute(insert(Setting).values(name=name, value=after))
        else:
            session.execute(update(Setting).where(Setting.name == name).values(value=after))
        set_to[beside.rule_key(name)] = after
        told = {"before": policy.told_before(before), "after": said}
        return SET_POLICY.say("told", name=name, **told)

    do(
        session,
        SET_POLICY,
        work,
        actor=actor,
        released_by=released_by,
        op_id=new_op_id(),
        check=meant,
        now=now,
        set_to=set_to,
    )


def turns_off_two_persons(held: policies.Policies, values: Mapping[str, str]) -> bool:
    """Whether setting these rules, as typed, ends the rule of two persons, for which a second supervisor is needed."""
    typed = values.get(TWO_PERSONS.name)
    return held.two_persons and typed is not None and TWO_PERSONS.typed(typed) == 0
