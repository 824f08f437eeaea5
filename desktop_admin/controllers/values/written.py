"""Which columns operations write in the portal's tables, and how their rows are found again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

CHECK_INS, CONCERNED = "check_ins", "candidates"
"""The tables beside the log that kinds write which touch nothing of the portal's, as the log's sums call them."""


class Whose(Enum):
    """By what the rows of a table that operations write are found again when one is undone."""

    CANDIDATE = auto()
    """Each row is a candidate's profile."""
    TRADE = auto()
    """Each row is a trade's, and one of its columns a paper's."""
    TRADE_PAPER = auto()
    """Each row names a trade and a paper."""
    SESSION = auto()
    """Each row is an incomplete session."""
    MADE = auto()
    """Each row is of a candidate who was made, and goes with the account; its key is the account's."""
    EVERY_TRADE = auto()
    """A row speaks of all trades, and goes back only together with all of them."""


@dataclass(frozen=True, slots=True)
class Written:
    """The columns that operations write in one table of the portal; an undo believes the log about no other.

    Attributes:
        key: its key column.
        columns: those that may be written, besides it.
        whose: by what its rows are found again.
        deciding: how many columns behind the key decide something; None where all do. Those behind them only say when
            and by whom.
    """

    table: str
    key: str
    columns: tuple[str, ...]
    whose: Whose
    deciding: int | None = None

    def holds(self, columns: Sequence[str]) -> bool:
        """Whether these are its key and columns of it."""
        return columns[0] == self.key and set(self.columns).issuperset(columns[1:])
