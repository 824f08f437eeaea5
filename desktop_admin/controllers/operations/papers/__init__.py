"""What a supervisor sets for the papers of trades: the active set, open or closed, and how long a session lasts.

Of sets ActivateSets decides; QuestionSetActivation and the universal wish follow, so that all copies say the same. Of
opening TradePaperActivation decides; QuestionPaper and GlobalPaperTypeControl follow (domain specification, *Paper
switches*). A change of one paper never writes the other paper's columns. Several changes that are drafted together are
one operation.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from desktop_admin.controllers.operations.kind import Asked, Counts, Operation, Option, Place, Right, Undo
from desktop_admin.controllers.values.lines import PaperChoice
from desktop_admin.controllers.values.written import Whose, Written

_BY = ("activated_at", "activated_by_id")
SETS = Written(
    table="questions_activatesets",
    key="trade_id",
    columns=("active_primary_set", "active_secondary_set", "last_updated", "updated_by_id"),
    whose=Whose.TRADE,
    deciding=1,
)
COPIES = Written(
    table="questions_questionsetactivation",
    key="id",
    columns=("is_active", *_BY),
    whose=Whose.TRADE_PAPER,
    deciding=1,
)
WISH = Written(
    table="questions_universalsetactivation",
    key="id",
    columns=("universal_set_label", "is_universal_set_active", "is_universal_duration_active", *_BY),
    whose=Whose.EVERY_TRADE,
    deciding=3,
)
SWITCHES = Written(
    table="questions_tradepaperactivation",
    key="id",
    columns=("is_active", "exam_duration"),
    whose=Whose.TRADE_PAPER,
)
PAPERS = Written(
    table="questions_questionpaper",
    key="id",
    columns=("is_active",),
    whose=Whose.EVERY_TRADE,
)
FORCED = Written(
    table="questions_globalpapertypecontrol",
    key="id",
    columns=("is_active", "last_activated", "activated_by_id"),
    whose=Whose.EVERY_TRADE,
    deciding=1,
)


@dataclass(frozen=True)
class PapersAsked(Asked):
    """What which trade's paper shall become; a trade's paper at most once.

    Attributes:
        allow_too_few: let sets through that have too few questions in a part (a supervisor's decision).
        force: close papers that somebody is writing (a supervisor's decision).
        let_finish: the accounts whose sessions on an old set are spared.
        let_finish_under: sessions with fewer minutes left are spared as well.
        spared: the sessions that are spared, whatever the two before say; planning fills it in.
    """

    choices: tuple[PaperChoice, ...]
    allow_too_few: bool = False
    force: bool = False
    let_finish: tuple[int, ...] = ()
    let_finish_under: int | None = None
    spared: tuple[int, ...] | None = None

    @property
    def overrides(self) -> bool:
        """Whether something that would be refused is let through."""
        return self.allow_too_few or self.force

    @property
    def spares(self) -> bool:
        """Whether sessions may be spared at all."""
        return bool(self.let_finish or self.let_finish_under or self.spared)

    @property
    def told(self) -> dict[str, object]:
        """The paper, where all is about one."""
        papers = {choice.paper for choice in self.choices}
        return {"paper": papers.pop() if len(papers) == 1 else ""}


ACTIVATE = Operation(
    name="activate-set",
    home=__name__,
    right=Right.SUPERVISOR,
    counts=Counts.TRADES,
    undo=Undo.ROWS,
    two_persons=True,
    safety_copy=True,
    takes_newcomers=True,
    restarts=True,
    writes=(SETS, COPIES, WISH),
    options=(Option.PAPER, Option.SET, Option.TRADES, Option.TOO_FEW, Option.LET_FINISH),
    place=Place.MATRIX,
)
OPEN = Operation(
    name="open-paper",
    home=__name__,
    right=Right.SUPERVISOR,
    counts=Counts.TRADES,
    undo=Undo.ROWS,
    two_persons=True,
    writes=(SWITCHES, PAPERS, FORCED),
    options=(Option.PAPER, Option.TRADES, Option.TOO_FEW),
    place=Place.MATRIX,
)
CLOSE = Operation(
    name="close-paper",
    home=__name__,
    right=Right.SUPERVISOR,
    counts=Counts.TRADES,
    undo=Undo.ROWS,
    two_persons=True,
    restarts=True,
    writes=(SWITCHES, PAPERS, FORCED, WISH),
    options=(Option.PAPER, Option.TRADES, Option.FORCE),
    place=Place.MATRIX,
)
SET_DURATION = Operation(
    name="set-duration",
    home=__name__,
    right=Right.SUPERVISOR,
    counts=Counts.TRADES,
    undo=Undo.ROWS,
    writes=(SWITCHES, WISH),
    options=(Option.PAPER, Option.MINUTES, Option.TRADES),
    place=Place.MATRIX,
)
ARRANGE = replace(
    ACTIVATE,
    name="arrange-papers",
    writes=(SETS, COPIES, WISH, SWITCHES, PAPERS, FORCED),
    options=None,
)
"""Several of these at once."""


def kind_of(choices: Iterable[PaperChoice]) -> Operation:
    """The operation that carries these out together."""
    kinds = {kind for choice in choices for kind in _kinds_of(choice)}
    return kinds.pop() if len(kinds) == 1 else ARRANGE


def _kinds_of(choice: PaperChoice) -> Iterable[Operation]:
    if choice.letter is not None:
        yield ACTIVATE
    if choice.opens is not None:
        yield OPEN if choice.opens else CLOSE
    if choice.minutes is not None:
        yield SET_DURATION
