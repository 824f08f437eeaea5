"""What each row of a register means beside what the portal has: pure rules."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from desktop_admin.controllers.operations.register.columns import COLUMNS
from desktop_admin.controllers.operations.register.rows import Row
from desktop_admin.controllers.values.people import Shift, Trade
from desktop_admin.messages import Message, shortened
from desktop_admin.rules import normal_army_no, normal_trade

_LIKE, _MORE_LIKE = 0.75, 0.1
"""How like a trade what is written must be to be offered as nearly it, and how much more than any other; 1 is the same.

A letter in four may be wrong: in a code of three letters none may, because that would be a guess.
"""


class Standing(StrEnum):
    """How a row stands to the portal."""

    NEW = "new"
    SAME = "same"
    DIFFERENT = "different"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Existing:
    """A candidate whom the portal has, as far as a desk may read it."""

    user_id: int
    army_no: str
    name: str
    rank: str
    trade_id: int | None
    shift_id: int | None


@dataclass(frozen=True, slots=True)
class Known:
    """What rows are judged by.

    Attributes:
        candidates: by army number as it is compared.
        usernames: all accounts', as they are compared.
        qualifications: the trades, as they are compared, of which the portal's registration knows the qualification.
        shift_id: the shift of those whose row names none.
    """

    trades: Sequence[Trade]
    shifts: Sequence[Shift]
    candidates: Mapping[str, Sequence[Existing]]
    usernames: frozenset[str]
    qualifications: frozenset[str]
    shift_id: int | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A row of a register beside the portal.

    Attributes:
        there: the candidate who is there already.
        trade, shift_id: those that the row means.
        differs: what is otherwise in the portal.
        problems: why nothing can be made of it.
    """

    row: Row
    standing: Standing
    there: Existing | None = None
    trade: Trade | None = None
    shift_id: int | None = None
    differs: tuple[Message, ...] = ()
    problems: tuple[Message, ...] = ()

    @property
    def moves(self) -> bool:
        """Whether a candidate who is there has another shift than the row says, and one can be given."""
        return (
            self.there is not None
            and self.standing is Standing.DIFFERENT
            and self.shift_id not in (None, self.there.shift_id)
        )


def judge(row: Row, known: Known) -> Judged:
    """One row beside the portal."""
    key = normal_army_no(row.army_no)
    theirs = known.candidates.get(key, ()) if key else ()
    problems = list(row.problems)
    trade = _trade(row, known, problems)
    shift_id = _shift(row, known, problems)
    if len(theirs) > 1:
        listed = ", ".join(one.army_no for one in theirs)
        problems.append(Message.of("register.problem_twice_there", army_nos=listed))
    elif not theirs and key in known.usernames:
        problems.append(Message.of("register.problem_account", username=row.army_no))
    if problems:
        there = theirs[0] if len(theirs) == 1 else None
        return Judged(row, Standing.PROBLEM, there, trade, shift_id, problems=tuple(problems))
    if not theirs:
        return Judged(row, Standing.NEW, None, trade, shift_id)
    differs = _differences(row, theirs[0], trade, shift_id, known)
    standing = Standing.DIFFERENT if differs else Standing.SAME
    return Judged(row, standing, theirs[0], trade, shift_id, differs)


def _trade(row: Row, known: Known, problems: list[Message]) -> Trade | None:
    given = row.values["trade"]
    if not given:
        return None
    wanted = normal_trade(given)
    hits = [one for one in known.trades if wanted in (normal_trade(one.code), normal_trade(one.name))]
    if len(hits) == 1:
        if normal_trade(hits[0].name) not in known.qualifications:
            problems.append(Message.of("register.problem_qualification", trade=hits[0].name))
        return hits[0]
    if hits:
        codes = ", ".join(one.code for one in hits)
        problems.append(Message.of("register.problem_trade_unclear", text=shortened(given), known=codes))
        return None
    near = _near(wanted, known.trades)
    if near is not None:
        problems.append(Message.of("register.problem_trade_near", text=shortened(given), near=near))
    elif not known.trades:
        problems.append(Message.of("register.problem_no_trade", text=shortened(given)))
    else:
        codes = ", ".join(one.code for one in known.trades)
        problems.append(Message.of("register.problem_trade", text=shortened(given), known=codes))
    return None


def _near(wanted: str, trades: Sequence[Trade]) -> str | None:
    """The code of the one trade that is nearly written so; None where none is near, or two are."""

    def likeness(one: Trade) -> float:
        written = {normal_trade(one.code), normal_trade(one.name)}
        return max(difflib.SequenceMatcher(None, wanted, text).ratio() for text in written)

    ranked = sorted(((likeness(one), one.code) for one in trades), reverse=True)
    if not ranked or ranked[0][0] < _LIKE:
        return None
    return ranked[0][1] if len(ranked) == 1 or ranked[0][0] - ranked[1][0] >= _MORE_LIKE else None


def _shift(row: Row, known: Known, problems: list[Message]) -> int | None:
    given = row.values["shift"]
    if not given:
        return known.shift_id
    wanted = normal_trade(given)
    hits = [one for one in known.shifts if normal_trade(one.label).startswith(wanted)]
    if len(hits) == 1:
        return hits[0].id
    listed = ", ".join(f"“{one.label}”" for one in (hits or known.shifts)[:10]) or "–"
    problems.append(Message.of("register.problem_shift", text=shortened(given), known=listed))
    return None


def _differences(
    row: Row, there: Existing, trade: Trade | None, shift_id: int | None, known: Known
) -> tuple[Message, ...]:
    """What a desk may read and finds otherwise; only the shift is ever changed."""
    trades = {one.id: one.code for one in known.trades}
    shifts = {one.id: one.label for one in known.shifts}
    pairs = [
        ("name", there.name, row.values["name"]),
        ("rank", there.rank, row.values["rank"]),
        ("trade", trades.get(there.trade_id or 0, "–"), trade.code if trade else "–"),
    ]
    if shift_id is not None:
        pairs.append(("shift", shifts.get(there.shift_id or 0, "–"), shifts.get(shift_id, "–")))
    return tuple(
        Message.of("register.differs", column=COLUMNS[name].told, there=shortened(was), here=shortened(given))
        for name, was, given in pairs
        if normal_trade(was) != normal_trade(given)
    )
