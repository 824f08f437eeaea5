"""What a row means beside the portal: a trade that is written wrongly is not guessed."""

from __future__ import annotations

import pytest

from desktop_admin.controllers.operations.register.judging import Known, judge
from desktop_admin.controllers.values.people import Trade
from tests import registers

TRADES = tuple(
    Trade(number, code, name)
    for number, (code, name) in enumerate(
        (
            ("TTC", "Technical Clerk"),
            ("OCC", "Operator Communication"),
            ("CGD", "Clerk General Duty"),
            ("CSD", "Clerk Staff Duty"),
            ("HK", "House Keeper"),
        )
    )
)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("House Keepr", "problem_trade_near"),
        ("Tecnical Clerk", "problem_trade_near"),
        # As near to another, or near to none.
        ("TCC", "problem_trade"),
        ("TTX", "problem_trade"),
        ("Clerk Duty", "problem_trade"),
        ("Clerk", "problem_trade"),
        ("Plumber", "problem_trade"),
    ],
)
def test_a_trade_is_offered_only_where_one_alone_is_nearly_written_so(written: str, told: str) -> None:
    (row,) = registers.rows_of([registers.sound(1, trade=written)])
    found = judge(row, Known(TRADES, (), {}, frozenset(), frozenset()))
    assert [one.code for one in found.problems] == [f"register.{told}"]
