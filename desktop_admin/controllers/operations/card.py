"""What the desk shows of the candidates who are selected: how things stand, and what each operation would do."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_admin.controllers.listings import panes
from desktop_admin.controllers.operations.accept import ACCEPT, AcceptAsked
from desktop_admin.controllers.operations.apply import plan
from desktop_admin.controllers.operations.clear import CLEAR, ClearAsked
from desktop_admin.controllers.operations.kind import CandidatesAsked, Operation, Place
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.operations.slots import REASSIGN, RESET
from desktop_admin.controllers.operations.table import OPERATIONS
from desktop_admin.controllers.portal.facts import Facts
from desktop_admin.controllers.values.lines import Chosen
from desktop_admin.controllers.values.people import CandidateReading
from desktop_admin.database.session import Session


@dataclass(frozen=True, slots=True)
class Card:
    """What the candidate pane shows of the selection.

    Attributes:
        reading: of the one candidate, None for several.
        plans: what each operation would do, so that each button can say it.
    """

    user_ids: tuple[int, ...]
    reading: CandidateReading | None
    plans: dict[Operation, Plan]


def read_card(session: Session, *, user_ids: tuple[int, ...]) -> Card:
    """The selection with what every operation would do to it, planned from the same facts.

    Raises:
        UsageProblem: the one candidate is no longer in the portal.
    """
    facts, chosen = Facts(session), CandidatesAsked(Chosen(user_ids=user_ids))
    reading = panes.read_candidate(session, user_id=user_ids[0], facts=facts) if len(user_ids) == 1 else None
    plans = {kind: plan(session, kind, chosen, facts=facts) for kind in OPERATIONS if kind.place is Place.CARD}
    session_ids = plans[REASSIGN].session_ids or plans[RESET].session_ids
    if reading is not None:
        # The cure of a stuck session clears that one; a healthy one beside it is left alone.
        session_ids = tuple(row.id for row in reading.incomplete if row.stuck or not reading.stuck)
    if session_ids:
        plans[CLEAR] = plan(session, CLEAR, ClearAsked(session_ids), facts=facts)
    if reading is not None and any(row.acceptable for row in reading.incomplete):
        plans[ACCEPT] = plan(session, ACCEPT, AcceptAsked(chosen.chosen), facts=facts)
    return Card(user_ids=user_ids, reading=reading, plans=plans)
