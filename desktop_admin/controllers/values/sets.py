"""The read model of the matrix of question sets, frozen when the transaction ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from desktop_admin.controllers.values.lines import PaperSetting
from desktop_admin.controllers.values.people import Trade
from desktop_admin.rules import Paper


@dataclass(frozen=True, slots=True)
class LetterCount:
    """Questions of one letter: how many are active, and the parts that are short as (part, present, required)."""

    letter: str
    present: int
    short: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class SetCell:
    """One trade's paper in the matrix of question sets.

    Attributes:
        has_paper: False where the trade has no PRIMARY paper.
        active: the active letter (ActivateSets decides).
        present, required, short: questions of the active letter, what a session needs, parts with too few.
        letters: every letter that has active questions, in order.
        is_open: whether the paper may be started (TradePaperActivation and QuestionPaper).
        writing: incomplete sessions on the active set.
        elsewhere: incomplete sessions on other sets, as (label, count); ``none`` for those without questions.
        accepted: those on other sets that may be finished there, in the same way.
        disagrees: the letter that the portal's other copy names, or None where they agree.
        switches_agree: whether the portal's paper switches agree, of all trades.
    """

    trade_id: int
    paper: Paper
    has_paper: bool
    active: str
    present: int
    required: int
    short: tuple[tuple[str, int, int], ...]
    letters: tuple[LetterCount, ...]
    is_open: bool
    duration: timedelta | None
    writing: int
    elsewhere: tuple[tuple[str, int], ...]
    accepted: tuple[tuple[str, int], ...]
    disagrees: str | None
    switches_agree: bool = True

    @property
    def setting(self) -> PaperSetting:
        """How the paper stands, for what is drafted from it."""
        return PaperSetting.of(letter=self.active, is_open=self.is_open, lasts=self.duration)


@dataclass(frozen=True, slots=True)
class TradeSets:
    """One row of the matrix of question sets."""

    trade: Trade
    primary: SetCell
    secondary: SetCell

    def cell(self, paper: Paper) -> SetCell:
        """The cell of one paper."""
        return self.primary if paper is Paper.PRIMARY else self.secondary
