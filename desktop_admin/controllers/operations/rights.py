"""Who may do what, as a table: the domain specification's, asked by every entry point and by every button."""

from __future__ import annotations

from enum import Enum, auto

from desktop_admin.controllers.operations.kind import Kind, Right
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.errors import NotPermitted
from desktop_admin.messages import Message
from desktop_admin.rules import FEW_CANDIDATES, Role


class May(Enum):
    """Whether a role may do something."""

    ALONE = auto()
    RELEASED = auto()
    """With a supervisor's release."""
    NEVER = auto()
    """Whatever is released."""


_FEW_AND_MANY = {
    **{(Right.EVERYBODY, role): (May.ALONE, May.ALONE) for role in Role},
    (Right.INVIGILATOR, Role.INVIGILATOR): (May.ALONE, May.RELEASED),
    (Right.INVIGILATOR, Role.SUPERVISOR): (May.ALONE, May.ALONE),
    (Right.RELEASED, Role.INVIGILATOR): (May.RELEASED, May.RELEASED),
    (Right.RELEASED, Role.SUPERVISOR): (May.ALONE, May.ALONE),
    (Right.SUPERVISOR, Role.SUPERVISOR): (May.ALONE, May.ALONE),
}
"""What a role may do to few candidates, and to more; what does not stand here, nobody may."""


def may(*, role: Role, right: Right, candidates: int) -> May:
    """Whether the role may do what is this right's, for so many candidates (table *Who may do what*)."""
    few, many = _FEW_AND_MANY.get((right, role), (May.NEVER, May.NEVER))
    return few if candidates <= FEW_CANDIDATES else many


def check_may(*, role: Role, kind: Kind, candidates: int, released: bool = False, right: Right | None = None) -> None:
    """Refuse what the role may not do.

    Args:
        candidates: how many of them it names.
        released: whether a supervisor has released it.
        right: whose it is, where that is not the kind's own right.

    Raises:
        NotPermitted: the role may not, or not without a release.
    """
    needed = right or kind.right
    permission = may(role=role, right=needed, candidates=candidates)
    if permission is May.ALONE or (released and permission is May.RELEASED):
        return
    if permission is May.NEVER:
        raise NotPermitted("not_permitted", role=_worded(role), operation=kind.say("name"))
    if needed is Right.RELEASED:
        raise NotPermitted("not_permitted_alone", role=_worded(role), operation=kind.say("name"))
    counted = Message.of("count.candidates", n=candidates)
    raise NotPermitted("not_permitted_many", role=_worded(role), candidates=counted, most=FEW_CANDIDATES)


def check_plan(plan: Plan, *, role: Role, person: tuple[str, int | None], released: bool) -> None:
    """Refuse a plan that the person (name, account's id) may not carry out in this role.

    Raises:
        NotPermitted: it may not, or not without a release; it is somebody else's to undo; it overrides something; the
            rule of two persons holds, and there is one.
    """
    check_may(role=role, kind=plan.named, candidates=len(plan.user_ids), released=released, right=plan.right)
    if plan.asked.overrides:
        check_override(role=role)
    if plan.asked.takes_back is not None:
        check_own(role=role, by=plan.asked.takes_back.by, person=person)
    if plan.two_persons and not released:
        raise NotPermitted("two_persons_needed", operation=plan.named.say("name"))


def check_override(*, role: Role) -> None:
    """Refuse to let anyone but a supervisor override what a plan refuses; no release stands in for that.

    Raises:
        NotPermitted: the person is no supervisor.
    """
    if role is not Role.SUPERVISOR:
        raise NotPermitted("not_permitted_override", role=_worded(role))


def check_own(*, role: Role, by: tuple[str, int | None], person: tuple[str, int | None]) -> None:
    """Refuse to let anyone but a supervisor undo what somebody else did; by account's id, else by name.

    Raises:
        NotPermitted: it is somebody else's.
    """
    same = by[1] == person[1] if person[1] is not None else by == person
    if role is not Role.SUPERVISOR and not same:
        raise NotPermitted("not_ones_own", role=_worded(role), person=by[0])


def _worded(role: Role) -> Message:
    return Message.of(f"role_{role}")
