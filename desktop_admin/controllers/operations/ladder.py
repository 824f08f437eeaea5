"""The confirmation ladder: how much a plan asks of the person before it is carried out."""

from __future__ import annotations

from enum import Enum, auto

from desktop_admin.controllers.operations.kind import Counts, Ladder
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.rules import FEW_CANDIDATES


class Confirmation(Enum):
    """The rungs."""

    NONE = auto()
    DIALOG = auto()
    TYPED = auto()


def confirmation(plan: Plan, *, seen: bool = True) -> Confirmation:
    """The rung of the confirmation ladder on which a plan stands.

    Nobody is asked for one candidate, because it can be undone; but typed answers come back only with their page, so
    one who has just started, or who loses another paper's as well, is confirmed. A change of papers is previewed
    anyway, and typed where it takes a session from somebody. What the person has not ``seen`` is never carried out at
    once, nor what takes back an operation of which nobody knows who wrote it into the log.
    """
    earlier = plan.asked.takes_back
    unseen = Confirmation.NONE if seen and (earlier is None or earlier.certain) else Confirmation.DIALOG
    if plan.closed_ids:
        return Confirmation.TYPED
    if plan.kind.counts is Counts.TRADES:
        return Confirmation.TYPED if _losing(plan) else unseen
    if _of_candidates(plan) > FEW_CANDIDATES or (plan.asked.overrides and plan.applied):
        return Confirmation.TYPED
    if plan.applied > 1 or any(line.keeps_writing or (line.recent and line.cleared) for line in plan.lines):
        return Confirmation.DIALOG
    ladder = plan.kind.ladder
    more_happens = ladder is Ladder.IF_MORE_HAPPENS and bool(plan.refused or plan.session_ids)
    told = ladder is Ladder.IF_TOLD and any(line.notes for line in plan.people.values())
    return Confirmation.DIALOG if more_happens or told or ladder is Ladder.DIALOG else unseen


def to_type(plan: Plan) -> str:
    """What must be typed where a plan stands on the highest rung.

    It is the number of candidates that its sentence names; of what papers take from their candidates how many sessions
    these are, of one trade with the trade's code.
    """
    if plan.kind.counts is not Counts.TRADES and not plan.closed_ids:
        return str(_of_candidates(plan))
    trades = {line.trade for line in plan.switched.values()}
    return f"{trades.pop()} {_losing(plan)}" if len(trades) == 1 else str(_losing(plan))


def _of_candidates(plan: Plan) -> int:
    """How many lines are carried out that speak of a candidate: an undo speaks of trades as well."""
    return sum(line.outcome == "applied" for line in plan.lines if not line.is_trade)


def _losing(plan: Plan) -> int:
    """How many sessions a change of papers takes from their candidates: cleared, or running on what closes."""
    return len({*plan.session_ids, *plan.closed_ids})
