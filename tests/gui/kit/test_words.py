"""Words for what happened to one line of an operation, and for what a candidate would get."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from desktop_admin.controllers.values.lines import Line
from desktop_admin.controllers.values.views import WouldGet
from desktop_admin.gui.kit.words import Words
from desktop_admin.rules import Paper


@pytest.mark.parametrize(
    ("operation", "planned", "told"),
    [
        ("reset-slots", True, "Slot will be reset, 1 session will be cleared"),
        ("reset-slots", False, "Slot reset, 1 session cleared"),
        ("clear-sessions", True, "1 session will be cleared"),
        ("clear-sessions", False, "1 session cleared"),
        # As the candidates of a set switch keep their slots, and an operation of a newer version is unknown here.
        ("activate-set", False, "1 session cleared"),
        ("of-a-newer-version", False, "Applied, 1 session cleared"),
    ],
)
def test_what_happened_to_a_candidate_is_told_with_the_sessions_that_were_cleared(
    operation: str, planned: bool, told: str
) -> None:
    assert Words(UTC).outcome(Line("applied", user_id=1, cleared=(7,)), operation, planned=planned) == told


@pytest.mark.parametrize("operation", ["clear-sessions", "of-a-newer-version"])
def test_a_line_of_which_there_is_nothing_else_to_tell_was_applied(operation: str) -> None:
    assert Words(UTC).outcome(Line("applied", user_id=1), operation, planned=False) == "Applied"


def test_a_session_without_questions_has_no_set_to_name() -> None:
    get = WouldGet("resume", paper=Paper.PRIMARY, questions=0, duration=timedelta(minutes=90), session_id=7)
    assert Words(UTC).would_get(get) == "The open session #7 again: PRIMARY, without questions, 90 min"
