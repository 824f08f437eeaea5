"""Papers: active sets, switches, durations and questions present, as one frozen picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CompoundSelect, Select, case, cast, func, literal, null, select, union_all

from desktop_admin.controllers.values.lines import PaperSetting
from desktop_admin.database.session import Session
from desktop_admin.database.tables.portal import (
    ActivateSets,
    GlobalPaperTypeControl,
    Question,
    QuestionPaper,
    QuestionSetActivation,
    Trade,
    TradePaperActivation,
)
from desktop_admin.messages import Message
from desktop_admin.rules import DEFAULT_LETTER, Paper, QuestionSet, belonging_set, forced_paper, required_parts

OWNER = case(
    ((Question.paper_type == Paper.SECONDARY) & Question.is_common, None), else_=func.coalesce(Question.trade_id, 0)
).label("owner")
"""Whose set a question is of: none's for a common one of SECONDARY, else its trade's, or trade 0 where that is gone.

Of PRIMARY the portal counts the trade's questions, common or not.
"""


@dataclass(frozen=True, slots=True)
class PaperSettings:
    """The portal's switches and sets at one moment.

    Attributes:
        trades: (code, name) of each trade by id.
        paper_ids: of all papers, known or not.
        set_at: when the active sets of a trade were written last, where that is known.
        active: the deciding letter by trade and paper, as it is stored; ask ``letter`` or ``stored`` instead, which
            know the default.
        copies: letters of active QuestionSetActivation rows by trade and paper.
        trade_open, trade_duration: TradePaperActivation by trade and paper.
        paper_open, paper_duration: QuestionPaper by paper.
        forced: the types of GlobalPaperTypeControl's active rows.
    """

    trades: Mapping[int, tuple[str, str]]
    paper_ids: frozenset[int]
    set_at: Mapping[int, datetime]
    active: Mapping[tuple[int, Paper], str]
    copies: Mapping[tuple[int, Paper], tuple[str, ...]]
    trade_open: Mapping[tuple[int, Paper], bool]
    trade_duration: Mapping[tuple[int, Paper], timedelta | None]
    paper_open: Mapping[Paper, bool]
    paper_duration: Mapping[Paper, timedelta]
    forced: tuple[str, ...]

    def stored(self, *, trade_id: int | None, paper: Paper) -> str:
        """The active letter of a trade's paper as the portal asks for it; A without a trade or a row."""
        if trade_id is None:
            return DEFAULT_LETTER
        return self.active.get((trade_id, paper), DEFAULT_LETTER)

    def letter(self, *, trade_id: int | None, paper: Paper) -> str:
        """The active letter of a trade's paper as it is told, in capitals."""
        return self.stored(trade_id=trade_id, paper=paper).upper()

    def active_set(self, *, trade_id: int | None, paper: Paper) -> QuestionSet:
        """The set that a session of the trade's paper must be of."""
        return belonging_set(paper=paper, trade_id=trade_id, letter=self.letter(trade_id=trade_id, paper=paper))

    def required(self, *, trade_id: int, paper: Paper) -> dict[str, int]:
        """How many questions of each part a session of the trade's paper needs."""
        code, name = self.trades[trade_id]
        return required_parts(trade_name=name, trade_code=code, paper=paper)

    def disagreeing(self, *, trade_id: int, paper: Paper) -> str | None:
        """The letter that an active copy names instead of the deciding one, or None."""
        active = self.letter(trade_id=trade_id, paper=paper)
        others = [letter for letter in self.copies.get((trade_id, paper), ()) if letter != active]
        return others[0] if others else None

    def duration(self, *, trade_id: int, paper: Paper) -> timedelta | None:
        """The duration of a new session: the trade's, else the paper's."""
        return self.trade_duration.get((trade_id, paper)) or self.paper_duration.get(paper)

    def setting(self, *, trade_id: int, paper: Paper) -> PaperSetting:
        """How the trade's paper stands."""
        return PaperSetting.of(
            letter=self.letter(trade_id=trade_id, paper=paper),
            is_open=self.is_open(trade_id=trade_id, paper=paper),
            lasts=self.duration(trade_id=trade_id, paper=paper),
        )

    def opened(self, paper: Paper) -> set[int]:
        """The trades for which the paper's switch is on."""
        return {trade_id for (trade_id, one), is_open in self.trade_open.items() if one is paper and is_open}

    @property
    def switches_agree(self) -> bool:
        """Whether the papers' own switches and the forced type follow the switches of the trades."""
        opened = {paper for paper in Paper if self.opened(paper)}
        forced = forced_paper(opened)
        follows = all(self.paper_open.get(paper, False) is (paper in opened) for paper in Paper)
        return follows and self.forced == (() if forced is None else (forced,))

    def is_open(self, *, trade_id: int, paper: Paper) -> bool:
        """Whether the paper may be started by the trade: both switches are on."""
        return self.trade_open.get((trade_id, paper), False) and self.paper_open.get(paper, False)


@dataclass(frozen=True, slots=True)
class Papers(PaperSettings):
    """The same, with the questions that sessions can be made of.

    Attributes:
        questions: active questions by paper and set, then by part; the letters as they are stored, where the engine
            tells e from E.
        folds_case: whether the engine finds an E where an e is asked for.
    """

    questions: Mapping[tuple[Paper, QuestionSet], Mapping[str, int]]
    folds_case: bool

    def present(self, *, trade_id: int, paper: Paper, letter: str) -> Mapping[str, int]:
        """Active questions by part that the portal finds for a letter."""
        asked = letter.upper() if self.folds_case else letter
        return self.questions.get((paper, belonging_set(paper=paper, trade_id=trade_id, letter=asked)), {})

    def has_questions(self, *, trade_id: int, paper: Paper) -> bool:
        """Whether the trade's paper has an active question at all, of whatever letter."""
        return bool(self._asked(trade_id, paper))

    def short(self, *, trade_id: int, paper: Paper, letter: str) -> tuple[tuple[str, int, int], ...]:
        """The parts that have too few questions, as (part, present, required)."""
        present = self.present(trade_id=trade_id, paper=paper, letter=letter)
        required = self.required(trade_id=trade_id, paper=paper)
        return tuple(
            (part, present.get(part, 0), needed) for part, needed in required.items() if present.get(part, 0) < needed
        )

    def short_parts(self, *, trade_id: int, paper: Paper, letter: str) -> tuple[Message, ...]:
        """The same in words."""
        return tuple(
            Message.of("short_part", part=part, present=there, required=needed)
            for part, there, needed in self.short(trade_id=trade_id, paper=paper, letter=letter)
        )

    def letters(self, *, trade_id: int, paper: Paper) -> tuple[str, ...]:
        """Every letter, of those that can be activated, that has active questions for the trade's paper."""
        return tuple(sorted(letter for letter in self._asked(trade_id, paper) if letter == letter.upper()))

    def _asked(self, trade_id: int, paper: Paper) -> list[str]:
        """The letters, as they are stored, of the trade's paper's active questions."""
        owner = trade_id if paper is Paper.PRIMARY else None
        return [one.letter for of, one in self.questions if of is paper and one.trade_id == owner]


def read_settings(session: Session) -> PaperSettings:
    """Read all switches and sets; two statements, whatever the number of candidates."""
    trades: dict[int, tuple[str, str]] = {}
    active: dict[tuple[int, Paper], str] = {}
    set_at: dict[int, datetime] = {}
    sets = (ActivateSets.active_primary_set, ActivateSets.active_secondary_set, ActivateSets.last_updated)
    listed = select(Trade.id, Trade.code, Trade.name, *sets).outerjoin(ActivateSets, ActivateSets.trade_id == Trade.id)
    for row in session.execute(listed):
        trades[row.id] = (row.code, row.name)
        if row.active_primary_set is not None:
            active[row.id, Paper.PRIMARY] = row.active_primary_set
            active[row.id, Paper.SECONDARY] = row.active_secondary_set
        if row.last_updated is not None:
            set_at[row.id] = row.last_updated
    # Read to the end before the next statement: what is read halfway when that fails would keep a file locked.
    switches = sorted(session.execute(_SWITCHES).all(), key=lambda row: row.id)
    of_trades = [row for row in switches if row.of == _OF_TRADE]
    every_paper = [row for row in switches if row.of == _OF_PAPER]
    papers = [row for row in every_paper if row.paper in _KNOWN]
    copies: dict[tuple[int, Paper], tuple[str, ...]] = {}
    for row in switches:
        if row.of == _COPY:
            place = (row.trade_id, Paper(row.paper))
            copies[place] = (*copies.get(place, ()), row.letter.upper())
    return PaperSettings(
        trades=trades,
        paper_ids=frozenset(row.id for row in every_paper),
        set_at=set_at,
        active=active,
        copies=copies,
        trade_open={(row.trade_id, Paper(row.paper)): row.is_active for row in of_trades},
        trade_duration={(row.trade_id, Paper(row.paper)): row.lasts for row in of_trades},
        paper_open={Paper(row.paper): row.is_active for row in papers},
        paper_duration={Paper(row.paper): row.lasts for row in papers},
        forced=tuple(row.paper for row in switches if row.of == _FORCED),
    )


def read_papers(session: Session, settings: PaperSettings | None = None) -> Papers:
    """Read the same with the questions, one statement more; ``settings`` are what was read already."""
    settings = settings or read_settings(session)
    questions, folds_case = _questions(session)
    known = {field.name: getattr(settings, field.name) for field in fields(PaperSettings)}
    return Papers(**known, questions=questions, folds_case=folds_case)


_KNOWN = frozenset(Paper)
_OF_TRADE, _OF_PAPER, _FORCED, _COPY = "trade", "paper", "forced", "copy"


def _switches() -> CompoundSelect[Any]:
    """Every switch and copy of a set that the portal has, in one statement."""
    trade, paper, forced, copy = TradePaperActivation, QuestionPaper, GlobalPaperTypeControl, QuestionSetActivation
    no_trade, no_time, no_letter = (
        cast(null(), one.type) for one in (trade.trade_id, trade.exam_duration, copy.question_set)
    )

    def rows(of: str, table: Any, kind: Any, trade_id: Any, lasts: Any, letter: Any) -> Select[Any]:
        named = (literal(of).label("of"), table.id.label("id"), trade_id.label("trade_id"), kind.label("paper"))
        return select(*named, table.is_active.label("is_active"), lasts.label("lasts"), letter.label("letter"))

    known = list(Paper)
    return union_all(
        rows(_OF_TRADE, trade, trade.paper_type, trade.trade_id, trade.exam_duration, no_letter).where(
            trade.paper_type.in_(known)
        ),
        rows(_OF_PAPER, paper, paper.question_paper, no_trade, paper.exam_duration, no_letter),
        rows(_FORCED, forced, forced.paper_type, no_trade, no_time, no_letter).where(forced.is_active),
        rows(_COPY, copy, copy.paper_type, copy.trade_id, no_time, copy.question_set).where(
            copy.is_active, copy.paper_type.in_(known)
        ),
    )


_SWITCHES = _switches()


def _questions(session: Session) -> tuple[dict[tuple[Paper, QuestionSet], dict[str, int]], bool]:
    """The active questions, and whether the engine takes small and capital letters of their sets for the same."""
    one = Question
    folds = func.max(case((one.question_set + "a" == one.question_set + "A", 1), else_=0))
    columns = (one.paper_type, OWNER, one.question_set, one.part)
    active = select(*columns, func.count(), folds).where(one.is_active, one.paper_type.in_(list(Paper)))
    rows = session.execute(active.group_by(*columns)).all()
    folds_case = any(row[-1] for row in rows)
    found: dict[tuple[Paper, QuestionSet], dict[str, int]] = {}
    for paper, trade_id, letter, part, count, _ in rows:
        of_set = QuestionSet(trade_id, letter.upper() if folds_case else letter)
        parts = found.setdefault((Paper(paper), of_set), {})
        parts[part] = parts.get(part, 0) + count
    return found, folds_case
