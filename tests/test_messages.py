"""Sentences: every code has one, every placeholder is filled, and every error has its exit code."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_admin import errors, messages
from desktop_admin.controllers.operations.changes import PlanChanged
from desktop_admin.controllers.values.sessions import FindingKind
from desktop_admin.language import LANGUAGES, Language
from desktop_admin.messages import Message, phrase, sentence
from desktop_admin.rules import Refusal
from tests.catalogues import SENTENCES, TEXTS, placeholders, speaking

PACKAGE = Path(errors.__file__).parent
IST = timezone(timedelta(hours=5, minutes=30))


def test_a_text_is_one_sentence_or_more_and_its_placeholders_are_names() -> None:
    for code, text in TEXTS.items():
        assert text == text.strip(), code
        assert "  " not in text, code
        names = re.findall(r"{([^}]*)}", text)
        assert all(name.isidentifier() for name in names), code
        filled = Message(code, tuple((name, "x") for name in names)).english()
        assert "{" not in filled, code


def test_a_code_without_a_sentence_is_a_bug_at_once() -> None:
    with pytest.raises(KeyError, match="no_such_code"):
        Message.of("no_such_code")
    with pytest.raises(KeyError):
        Message.of("")


def test_every_refusal_has_a_sentence() -> None:
    assert {refusal.value for refusal in Refusal} <= TEXTS.keys()


def test_every_finding_of_a_single_reason_has_a_sentence_of_its_name() -> None:
    of_several_reasons = {FindingKind.SWITCHES_DISAGREE, FindingKind.PAPER_CHANGED, FindingKind.DATA_ERASED}
    assert {kind.value for kind in FindingKind if kind not in of_several_reasons} <= TEXTS.keys()


def test_every_code_that_the_program_names_has_a_sentence() -> None:
    named = re.compile(
        r'(?:Message\.of|AdminError|UsageProblem|NothingAsked|NotPermitted|DatabaseUnusable)\(\s*"([a-z_]+)"'
    )
    found = {
        (code, path.name)
        for path in PACKAGE.rglob("*.py")
        for code in named.findall(path.read_text(encoding="utf-8"))
    }  # fmt: skip
    assert len(found) > 30
    assert {(code, name) for code, name in found if code not in TEXTS} == set()


def test_times_are_shown_to_people_in_their_zone_and_to_programs_in_utc() -> None:
    moment = datetime(2026, 3, 4, 20, 5, 6, tzinfo=UTC)
    assert Message.of("overdue", at=moment).english().startswith("The time was over at 2026-03-04T20:05:06Z at")
    assert Message.of("overdue", at=moment).english(zone=IST).startswith("The time was over at 2026-03-05 01:35 at")


def test_a_sentence_inside_a_sentence_is_translated_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    inner = Message.of("refused_no_trade")
    outer = Message.of("start_refused", why=inner)
    words = {"start_refused": "Nein: {why}", "refused_no_trade": "ohne Beruf"}
    monkeypatch.setattr(messages, "template", lambda key, **_: words[key])
    assert sentence(outer, zone=UTC) == "Nein: ohne Beruf"


@pytest.mark.parametrize(
    ("n", "text"), [(0, "0 sessions"), (1, "1 session"), (2, "2 sessions"), (1000, "1\u202f000 sessions")]
)
def test_one_and_many_are_counted_in_their_form(n: int, text: str) -> None:
    assert phrase("count.sessions", n=n) == text


def test_several_values_are_listed() -> None:
    assert Message.of("unknown_army_no", army_nos=("1", "2")).english().count("1, 2") == 1


VALUES = st.text() | st.sampled_from(
    ["{n}", "{}", "{0}", "{text.__class__}", "}{", "“”‘’\"'", "%s %(n)d", "\u202eאבג ابج\u202c", "न{क्षि}", "x" * 10_000]
)
"""Whatever people paste: braces, quotation marks, text that runs from right to left, whole pages."""


@pytest.mark.parametrize("spoken", LANGUAGES)
@given(value=VALUES, n=st.integers(0, 10**15))
def test_a_value_stands_in_every_sentence_as_it_is(spoken: Language, value: str, n: int) -> None:
    marked = str.maketrans({"{": "\ue000", "}": "\ue001"})
    with speaking(spoken):
        for key, texts in SENTENCES[spoken].items():
            names = placeholders(texts[-1])
            text = texts[0 if n == 1 else -1].translate(marked).replace("\ue000n\ue001", _grouped(n))
            for name in names:
                text = text.replace(f"\ue000{name}\ue001", value)
            assert phrase(key, n=n, **dict.fromkeys(names - {"n"}, value)) == text


def _grouped(n: int) -> str:
    return f"{n:,}".replace(",", "\u202f")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.AdminError, 1),
        (errors.UsageProblem, 2),
        (errors.NothingAsked, 3),
        (errors.NotPermitted, 77),
        (errors.Cancelled, 1),
        (errors.DatabaseUnusable, 69),
        (errors.OwnTablesMissing, 69),
        (PlanChanged, 1),
    ],
)
def test_every_error_has_the_exit_code_of_its_kind(error: type[errors.AdminError], code: int) -> None:
    assert error.exit_code == code


def test_an_error_speaks_its_sentence() -> None:
    problem = errors.UsageProblem("not_a_set_letter", text="7")
    assert str(problem) == "“7” is not a question set. Give one letter, A to Z."
    assert problem.code == "not_a_set_letter"
