"""Words of the window: every operation has a name and deeds of its own there, never its code."""

from __future__ import annotations

import re
from datetime import UTC

import pytest
from pytestqt.qtbot import QtBot

from desktop_admin.controllers.operations.clear import CLEAR
from desktop_admin.controllers.operations.kind import Counts, Kind, Operation
from desktop_admin.controllers.operations.table import KINDS, OPERATIONS
from desktop_admin.controllers.values.lines import Line, PaperChoice
from desktop_admin.gui.core import words
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.kit.actions import without_access_key
from desktop_admin.gui.window.navigation import Navigation
from desktop_admin.language import LANGUAGES, Language, speaking
from desktop_admin.messages import Message
from desktop_admin.rules import Paper, Role
from tests.catalogues import SENTENCES

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


@pytest.mark.parametrize("tongue", LANGUAGES)
def test_the_key_that_a_sentence_names_leads_to_the_pane_that_it_names(qtbot: QtBot, tongue: Language) -> None:
    with speaking(tongue):
        navigation = Navigation()
        qtbot.addWidget(navigation)
        panes = {pane.shortcut().toString(): without_access_key(pane.text()) for pane in navigation.panes}
    told = [
        (panes[key], text)
        for texts in SENTENCES[tongue].values()
        for text in texts
        for key in re.findall(r"\((Ctrl\+\d)\)", text)
    ]
    assert len(told) >= 2
    assert [text for pane, text in told if pane.casefold() not in text.casefold()] == []
