"""Who may do what, as the rule itself says it: the domain's table by role, kind and number of candidates."""

from __future__ import annotations

import pytest

from desktop_admin.controllers.operations import rights
from desktop_admin.controllers.operations.kind import Asked, Earlier, Kind, Operation, Right
from desktop_admin.controllers.operations.papers import ACTIVATE
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.operations.restore import RESTORE
from desktop_admin.controllers.operations.rights import May
from desktop_admin.controllers.operations.slots import ASSIGN, RESET
from desktop_admin.controllers.operations.undo import UNDO, UndoAsked
from desktop_admin.errors import NotPermitted
from desktop_admin.rules import Role

ALWAYS, NEVER = (10_000, 10_000), (-1, -1)
# Whose a right is: the most candidates at once alone, and with a supervisor's release; who is missing never may.
MAY = {
    Right.EVERYBODY: dict.fromkeys(Role, ALWAYS),
    Right.INVIGILATOR: {Role.INVIGILATOR: (20, 10_000), Role.SUPERVISOR: ALWAYS},
    Right.RELEASED: {Role.INVIGILATOR: (-1, 10_000), Role.SUPERVISOR: ALWAYS},
    Right.SUPERVISOR: {Role.SUPERVISOR: ALWAYS},
}


@pytest.mark.parametrize("number", [0, 1, 20, 21])
@pytest.mark.parametrize("right", Right)
@pytest.mark.parametrize("role", Role)
def test_a_role_may_do_what_the_table_says(role: Role, right: Right, number: int) -> None:
    alone, released = MAY[right].get(role, NEVER)
    expected = May.ALONE if number <= alone else May.RELEASED if number <= released else May.NEVER
    assert rights.may(role=role, right=right, candidates=number) is expected
    for release in (False, True):
        kind = Kind(name="undo", right=right)
        if expected is May.ALONE or (release and expected is May.RELEASED):
            rights.check_may(role=role, kind=kind, candidates=number, released=release)
        else:
            with pytest.raises(NotPermitted) as refused:
                rights.check_may(role=role, kind=kind, candidates=number, released=release)
            assert refused.value.exit_code == 77


def taking_back(kind: Operation) -> Plan:
    return Plan(UNDO, (), UndoAsked(Earlier("op", kind, ("somebody", None))))


def test_an_undo_takes_the_right_to_what_is_undone_but_whoever_assigns_may_not_take_slots_back() -> None:
    assert Plan(RESET, (), Asked()).right is RESET.right
    assert (taking_back(ACTIVATE).right, taking_back(ACTIVATE).named) == (ACTIVATE.right, ACTIVATE)
    assert (taking_back(ASSIGN).right, taking_back(ASSIGN).named) == (UNDO.right, UNDO)


@pytest.mark.parametrize("role", Role)
def test_only_a_supervisor_overrides(role: Role) -> None:
    if role is Role.SUPERVISOR:
        rights.check_override(role=role)
    else:
        with pytest.raises(NotPermitted):
            rights.check_override(role=role)


@pytest.mark.parametrize(
    ("role", "kind", "number", "code"),
    [
        (Role.STAFF, RESET, 1, "not_permitted"),
        (Role.INVIGILATOR, ACTIVATE, 1, "not_permitted"),
        (Role.INVIGILATOR, RESTORE, 1, "not_permitted_alone"),
        (Role.INVIGILATOR, RESET, 21, "not_permitted_many"),
    ],
)
def test_a_refusal_says_whether_a_release_would_help_and_why(
    role: Role, kind: Operation, number: int, code: str
) -> None:
    with pytest.raises(NotPermitted) as refused:
        rights.check_may(role=role, kind=kind, candidates=number)
    assert refused.value.code == code
    assert str(refused.value).startswith(f"The role {role} may ")


@pytest.mark.parametrize(
    ("by", "person", "own"),
    [
        (("rao", 7), ("rao", 7), True),
        (("rao", 7), ("K. Rao", 7), True),
        (("rao", 7), ("rao", 8), False),
        (("rao", None), ("rao", 7), False),
        (("rao", 7), ("rao", None), False),
        (("rao", None), ("rao", None), True),
        (("rao", None), ("singh", None), False),
    ],
    ids=["same", "renamed", "other account", "nobody signed in then", "nobody signed in now", "by name", "other name"],
)
@pytest.mark.parametrize("role", Role)
def test_only_a_supervisor_undoes_what_somebody_else_did(
    role: Role, by: tuple[str, int | None], person: tuple[str, int | None], own: bool
) -> None:
    if own or role is Role.SUPERVISOR:
        rights.check_own(role=role, by=by, person=person)
    else:
        with pytest.raises(NotPermitted) as refused:
            rights.check_own(role=role, by=by, person=person)
        assert refused.value.code == "not_ones_own"
