"""Words of the window: every operation has a name and deeds of its own there, never its code."""

from __future__ import annotations

from datetime import UTC

import pytest

from desktop_admin.controllers.operations.clear import CLEAR
from desktop_admin.controllers.operations.kind import Counts, Kind, Operation
from desktop_admin.controllers.operations.table import KINDS, OPERATIONS
from desktop_admin.controllers.values.lines import Line, PaperChoice
from desktop_admin.gui.core import words
from desktop_admin.gui.core.words import Words
from desktop_admin.messages import Message
from desktop_admin.rules import Paper, Role

WORDS = Words(zone=UTC)
CLEARS_ONLY = {CLEAR}
"""What is said of the sessions says it all."""


@pytest.mark.parametrize("operation", KINDS, ids=lambda kind: kind.name)
def test_every_operation_has_a_name_that_is_not_its_code(operation: Kind) -> None:
    name = words.operation_name(operation.name)
    assert name != operation.name
    assert name[0].isupper()
    refusal = Message.of("not_permitted", role=Role.STAFF, operation=operation.say("name"))
    assert WORDS.say(refusal) == f"The role staff may not do this ({name}). Ask a supervisor."


def test_no_two_operations_share_a_name() -> None:
    assert len({words.operation_name(kind.name) for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("operation", [one for one in OPERATIONS if one not in CLEARS_ONLY], ids=lambda one: one.name)
def test_every_operation_says_what_it_did_and_will_do(operation: Operation) -> None:
    choice = PaperChoice(1, Paper.PRIMARY, "A") if operation.counts is Counts.TRADES else None
    line = Line("applied", user_id=1, choice=choice)
    assert WORDS.say(operation.say("done")) != "Applied"
    assert WORDS.outcome(line, operation.name, planned=False) == WORDS.say(operation.say("done"))
    assert WORDS.outcome(line, operation.name, planned=True) not in ("Applied", "Will be applied")
