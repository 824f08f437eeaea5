"""Words for what happened to one line of an operation, and for what a candidate would get."""

from __future__ import annotations

import re
from datetime import UTC, timedelta
from itertools import product

import pytest

from desktop_admin import language
from desktop_admin.controllers.operations.kind import PaperAsked
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.operations.reopen import REOPEN
from desktop_admin.controllers.operations.slots import RESET
from desktop_admin.controllers.values.lines import Chosen, Line
from desktop_admin.controllers.values.people import WouldGet
from desktop_admin.gui.core.words import Words
from desktop_admin.language import LANGUAGES, template
from desktop_admin.messages import Message
from desktop_admin.rules import Paper, Refusal


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


@pytest.mark.parametrize(
    ("cleared", "ended", "told"),
    [
        ((7,), 1, "1 session will be cleared and kept in the archive; 1 portal login will end."),
        ((7,), 0, "1 session will be cleared and kept in the archive."),
        ((), 2, "2 portal logins will end."),
        ((), 0, "No session will be cleared, and no portal login will end."),
    ],
)
def test_what_a_plan_ends_is_told_without_what_is_nought(cleared: tuple[int, ...], ended: int, told: str) -> None:
    asked = PaperAsked(Chosen(user_ids=(1,)), Paper.PRIMARY)
    line = Line("applied", user_id=1, cleared=cleared, ended_logins=ended)
    assert Words(UTC).what_happens(Plan(RESET, (line,), asked)) == told


def test_a_paper_of_somebody_who_is_signed_in_nowhere_is_reopened_without_a_word_about_logins() -> None:
    asked = PaperAsked(Chosen(user_ids=(1,)), Paper.PRIMARY)
    told = Words(UTC).what_happens(Plan(REOPEN, (Line("applied", user_id=1, cleared=(7,)),), asked))
    assert told == "1 session of PRIMARY will go into the archive, answers included."


def test_a_session_without_questions_has_no_set_to_name() -> None:
    get = WouldGet("resume", paper=Paper.PRIMARY, questions=0, duration=timedelta(minutes=90), session_id=7)
    assert Words(UTC).would_get(get) == "The open session #7 again: PRIMARY, without questions, 90 min"


def test_a_refusal_names_whom_it_refuses() -> None:
    why, other = Message.of("refused_has_slot"), Message.of("refused_no_trade")
    lines = [Line("refused", army_no=f"T-{n}", name="Kumar", reason=why) for n in range(2)]
    words = Words(zone=UTC)
    has_slot, no_trade = words.say(why), words.say(other)
    assert words.refusals(lines) == f"T-0 Kumar, T-1 Kumar: {has_slot}"
    lines += [Line("applied", army_no="T-9"), Line("refused", army_no="T-5", name="Rao", reason=other)]
    assert words.refusals(lines) == f"T-0 Kumar, T-1 Kumar: {has_slot} T-5 Rao: {no_trade}"
    many = [Line("refused", army_no=f"T-{n}", reason=why) for n in range(30)]
    assert words.refusals(many) == f"T-0, T-1, T-2 and 27 more: {has_slot}"


def test_whose_sessions_are_not_put_back_is_told_by_person_and_not_by_the_sessions_numbers() -> None:
    """Every such refusal, in both languages; a number stands only in brackets, for whoever must look it up."""
    for spoken, refusal in product(LANGUAGES, Refusal):
        language.use(spoken)
        words = Words(zone=UTC)
        values = dict.fromkeys(re.findall(r"\{(\w+)\}", template(refusal, n=None, language=spoken)), "…")
        told = words.refusals(
            [
                Line(
                    "refused",
                    army_no=f"T-{n}",
                    name="Rao",
                    reason=Message.of(refusal, **values | {"session": 4710 + n}),
                )
                for n in range(2)
            ]
        )
        assert "T-0 Rao" in told
        assert "T-1 Rao" in told
        assert not re.search(r"(?<!\()471\d(?!\))", told)
