"""Words of the window: every operation has a name and deeds of its own there, never its code."""

from __future__ import annotations

from datetime import UTC

import pytest

from desktop_admin.controllers.values.plans import Line, SetChoice
from desktop_admin.gui.kit import words
from desktop_admin.gui.kit.words import Words
from desktop_admin.messages import Message
from desktop_admin.rules import Operation, Paper, Role

WORDS = Words(zone=UTC)
WITHOUT_PLAN = {
    Operation.SET_ROLE,
    Operation.SET_POLICY,
    Operation.VERIFY_LOG,
    Operation.GUARD_INSTALL,
    Operation.GUARD_REMOVE,
    Operation.BACKUP,
    Operation.RESTORE_BACKUP,
}
CLEARS_ONLY = {Operation.CLEAR}
"""What is said of the sessions says it all."""


@pytest.mark.parametrize("operation", Operation)
def test_every_operation_has_a_name_that_is_not_its_code(operation: Operation) -> None:
    name = words.operation_name(operation)
    assert name != operation
    assert name[0].isupper()
    refusal = Message.of("not_permitted", role=Role.STAFF, operation=operation)
    assert WORDS.say(refusal) == f"The role staff may not do this ({name}). Ask a supervisor."


def test_no_two_operations_share_a_name() -> None:
    assert len({words.operation_name(operation) for operation in Operation}) == len(Operation)


@pytest.mark.parametrize("operation", [one for one in Operation if one not in CLEARS_ONLY])
def test_every_operation_says_what_it_did_and_will_do(operation: Operation) -> None:
    choice = SetChoice(1, Paper.PRIMARY, "A") if operation is Operation.ACTIVATE else None
    line = Line("applied", user_id=1, choice=choice)
    assert WORDS.outcome(line, operation, planned=False) != "Applied"
    if operation not in WITHOUT_PLAN:
        assert WORDS.outcome(line, operation, planned=True) not in ("Applied", "Will be applied")
