"""A register before it is imported: each row beside the portal, and the plan that comes of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import tzinfo

from desktop_admin.controllers.operations import apply
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.operations.register import IMPORT, RegisterAsked, rows
from desktop_admin.controllers.operations.register import work as importing
from desktop_admin.controllers.operations.register.hashing import generated
from desktop_admin.controllers.operations.register.judging import Judged, Standing
from desktop_admin.controllers.operations.register.reading import Table
from desktop_admin.controllers.portal import candidates
from desktop_admin.controllers.portal.facts import Facts
from desktop_admin.controllers.values.people import Shift
from desktop_admin.database.session import Session


@dataclass(frozen=True, slots=True)
class Preview:
    """What importing a register would do.

    Attributes:
        judged: its rows in the order of the file.
        plan: without the hashes of the passwords, which take long.
        shifts: those that there are to choose from.
    """

    table: Table
    judged: tuple[Judged, ...] = field(repr=False)
    plan: Plan = field(repr=False)
    shifts: tuple[Shift, ...] = ()

    def count(self, standing: Standing) -> int:
        """How many rows stand so."""
        return sum(one.standing is standing for one in self.judged)

    def passwords(self, *, generate: bool) -> dict[str, str]:
        """The passwords of who is new, by army number: the register's own, else generated, or the dates of birth."""
        asked = self.plan.asked
        assert isinstance(asked, RegisterAsked)
        new = (row for row in asked.rows if asked.made.get(row.army_no) and not row.problems)
        return {row.army_no: row.values["password"] or (generated() if generate else row.values["dob"]) for row in new}

    def with_hashes(self, hashes: dict[str, str]) -> Plan:
        """The plan as it can be applied."""
        asked = self.plan.asked
        assert isinstance(asked, RegisterAsked)
        return replace(self.plan, asked=replace(asked, hashes=hashes))


def look(
    session: Session,
    *,
    table: Table,
    zone: tzinfo,
    shift_id: int | None = None,
    moves: bool = False,
    facts: Facts | None = None,
) -> Preview:
    """Judge a register.

    Args:
        table: the register as its file has it.
        zone: in which it is today.
        shift_id, moves: as for ``RegisterAsked``.
        facts: of the portal, where they are known.
    """
    facts = facts or Facts(session)
    found = rows.of_table(table, today=facts.now.astimezone(zone).date())
    asked = RegisterAsked(table.path.name, table.sha256, found, shift_id=shift_id, moves=moves)
    plan = apply.plan(session, IMPORT, asked, facts=facts)
    plan = replace(plan, notes=(*table.notes, *plan.notes))
    return Preview(table, importing.judged(facts, asked), plan, candidates.shifts(session))
