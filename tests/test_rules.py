"""The pure rules against tables written by hand."""

from __future__ import annotations

import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from desktop_admin import rules
from desktop_admin.errors import UsageProblem
from desktop_admin.rules import Paper, SlotState

P, S = Paper.PRIMARY, Paper.SECONDARY
LONG = {"A": 20, "C": 5, "D": 15, "E": 4, "F": 10}
SHORT = {"A": 15, "C": 5, "D": 10, "E": 3, "F": 10}

# (PRIMARY completed, SECONDARY completed, bypass) → next paper, for a trade with a PRIMARY paper and for one without.
NEXT = {
    (False, False, False): (P, S),
    (True, False, False): (S, S),
    (False, True, False): (P, None),
    (True, True, False): (None, None),
    (False, False, True): (S, S),
    (True, False, True): (S, S),
    (False, True, True): (None, None),
    (True, True, True): (None, None),
}
TRADES = {
    "TTC": True, "OCC": True, "DMV": True, "CLK SD": True, "SP Staff": True, "": True, "HAIRDRESSER": True,
    "Hair  Dresser": True, "Musician": False, "MUSICIAN (BAND)": False, "army musicians": False,
    "Hair Dresser": False, "hair dresser": False,
}  # fmt: skip


@given(st.booleans(), st.booleans(), st.booleans(), st.sampled_from([None, *TRADES]))
def test_the_next_paper_is_the_one_of_the_table(
    primary: bool, secondary: bool, bypass: bool, trade: str | None
) -> None:
    with_primary, without_primary = NEXT[primary, secondary, bypass]
    expected = with_primary if trade is None or TRADES[trade] else without_primary
    found = rules.next_paper(
        trade_name=trade, primary_completed=primary, secondary_completed=secondary, primary_bypass_allowed=bypass
    )
    assert found is expected


@pytest.mark.parametrize(
    ("name", "has_primary"),
    [
        ("TTC", True),
        (" musician ", False),
        ("Hair Dresser", False),
        ("HAIR  DRESSER", True),
        ("WASHERMAN MUSICIAN", True),
        ("Musician, House Keeper", True),
    ],
)
def test_the_first_word_that_the_portal_looks_for_says_whether_a_trade_has_a_primary_paper(
    name: str, has_primary: bool
) -> None:
    assert rules.has_primary(name) is has_primary


@given(st.booleans(), st.none() | st.datetimes(timezones=st.just(UTC)))
def test_the_slots_state_comes_from_two_columns_alone(has_slot: bool, attempting: datetime | None) -> None:
    table = {
        (False, False): SlotState.NONE,
        (False, True): SlotState.NONE,
        (True, False): SlotState.ASSIGNED,
        (True, True): SlotState.ATTEMPTING,
    }
    found = rules.slot_state(has_exam_slot=has_slot, slot_attempting_at=attempting)
    assert found is table[has_slot, attempting is not None]


OCC_AND_DMV = ["OCC", "DMV", "occ", " Dmv ", "O C C"]


@given(st.sampled_from([*TRADES, "OCC 2", "XOCC", *OCC_AND_DMV]), st.sampled_from(["TTC", "OCC ", "dmv"]))
def test_primary_has_54_questions_for_occ_and_dmv_by_name_or_code_else_43(name: str, code: str) -> None:
    parts = rules.required_parts(trade_name=name, trade_code=code, paper=P)
    assert parts == (LONG if name in OCC_AND_DMV or code != "TTC" else SHORT)
    assert rules.required_parts(trade_name=name, trade_code=code, paper=Paper.SECONDARY) == SHORT


def test_the_required_parts_are_the_callers_own() -> None:
    rules.required_parts(trade_name="OCC", trade_code="", paper=P).clear()
    assert rules.required_parts(trade_name="OCC", trade_code="", paper=P) == LONG


@given(st.text(max_size=3) | st.sampled_from(string.ascii_letters))
@example("e")
@example(" E\n")
@example("ı")
@example("ſ")
@example("Ａ")
@example("ß")
@example("अ")
@example("")
@example("AB")
def test_a_set_letter_is_one_letter_a_to_z_in_either_case(text: str) -> None:
    wanted = text.strip()
    if len(wanted) == 1 and wanted in string.ascii_letters:
        assert rules.set_letter(text) == wanted.upper()
    else:
        with pytest.raises(UsageProblem):
            rules.set_letter(text)


@given(st.text(), st.sampled_from(["", " ", "\t", " \n"]))
def test_army_numbers_compare_trimmed_and_without_case(text: str, blank: str) -> None:
    assert rules.normal_army_no(blank + text.upper() + blank) == rules.normal_army_no(text.upper())
    assert rules.normal_army_no(" 14550006N ") == "14550006n"
    assert rules.normal_army_no("14550006N") != rules.normal_army_no("14550007N")


def test_trades_compare_without_case_and_repeated_blanks() -> None:
    assert rules.normal_trade("  clk   sd ") == rules.normal_trade("CLK SD")
    assert rules.normal_trade("CLKSD") != rules.normal_trade("CLK SD")


def test_primary_questions_belong_to_the_trade_and_secondary_ones_to_all() -> None:
    assert rules.belonging_set(paper=P, trade_id=7, letter="E") == rules.QuestionSet(7, "E")
    assert rules.belonging_set(paper=S, trade_id=7, letter="E") == rules.QuestionSet(None, "E")


def test_after_three_refusals_a_sign_in_waits_ever_longer_and_after_eight_for_a_quarter_of_an_hour() -> None:
    waits = [rules.sign_in_wait(failures).total_seconds() for failures in range(8)]
    assert waits == [0, 0, 0, 1, 2, 4, 8, 8]
    assert not rules.is_locked_out(7)
    for failures in (8, 9, 1_000):
        assert rules.is_locked_out(failures)
        assert rules.sign_in_wait(failures) == timedelta(minutes=15)


NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
moments = st.none() | st.integers(-600, 600).map(lambda minutes: NOON + timedelta(minutes=minutes))
durations = st.none() | st.integers(0, 600).map(lambda minutes: timedelta(minutes=minutes))


@given(moments, durations, moments, moments, moments)
@example(None, timedelta(minutes=90), None, NOON, None)
@example(NOON, timedelta(0), NOON, NOON, None)
@example(NOON, timedelta(minutes=90), None, NOON + timedelta(hours=3), NOON + timedelta(hours=1))
def test_a_session_ends_its_duration_after_the_last_time_that_its_clock_began(
    started: datetime | None,
    duration: timedelta | None,
    given_at: datetime | None,
    login: datetime | None,
    completed: datetime | None,
) -> None:
    found = rules.ends_at(
        started_at=started, duration=duration, given_at=given_at, last_login=login, completed_at=completed
    )
    begun = [one for one in (started, given_at, login) if one is not None and (completed is None or one <= completed)]
    if not duration or (started is None and given_at is None) or not begun:
        assert found is None
        return
    assert found is not None
    assert found - duration in begun
    assert all(one + duration <= found for one in begun)


@given(st.integers(-10_000, 40_000), st.integers(1, 600), st.booleans())
def test_minutes_given_are_never_fewer_than_what_is_asked_or_what_was_left(
    seconds: int, minutes: int, extra: bool
) -> None:
    left = timedelta(seconds=seconds)
    if extra:
        found = rules.minutes_given(left=left, extra=minutes) * timedelta(minutes=1)
        assert timedelta() <= found - max(left, timedelta()) - minutes * timedelta(minutes=1) < timedelta(minutes=1)
    else:
        assert rules.minutes_given(left=left, minutes_left=minutes) == minutes
