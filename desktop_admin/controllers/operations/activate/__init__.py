"""Switching active question sets, of one, several or all trades at once.

ActivateSets decides; QuestionSetActivation and the universal wish follow, so that all copies say the same. A switch
of one paper never writes the other paper's columns.
"""

from __future__ import annotations

from dataclasses import dataclass

from desktop_admin.controllers.operations.kind import Asked, Counts, Operation, Option, Place, Right, Undo
from desktop_admin.controllers.values.lines import SetChoice
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
    columns=("universal_set_label", "is_universal_set_active", *_BY),
    whose=Whose.EVERY_TRADE,
    deciding=2,
)


@dataclass(frozen=True)
class SetsAsked(Asked):
    """Which trade's paper shall use which letter; a trade's paper at most once.

    Attributes:
        allow_too_few: let sets through that have too few questions in a part (a supervisor's decision).
    """

    choices: tuple[SetChoice, ...]
    allow_too_few: bool = False

    @property
    def overrides(self) -> bool:
        """Whether sets with too few questions are let through."""
        return self.allow_too_few


ACTIVATE = Operation(
    name="activate-set",
    home=__name__,
    right=Right.SUPERVISOR,
    counts=Counts.TRADES,
    undo=Undo.ROWS,
    safety_copy=True,
    takes_newcomers=True,
    restarts=True,
    writes=(SETS, COPIES, WISH),
    options=(Option.PAPER, Option.SET, Option.TRADES, Option.TOO_FEW),
    place=Place.MATRIX,
)
