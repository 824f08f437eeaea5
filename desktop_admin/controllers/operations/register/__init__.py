"""Importing a register: accounts and profiles of candidates, as the portal's own registration makes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from desktop_admin.controllers.operations.kind import Asked, Operation, Right, Undo
from desktop_admin.controllers.values.written import Whose, Written

if TYPE_CHECKING:
    from desktop_admin.controllers.operations.register.rows import Row

MADE = Written(
    table="registration_candidateprofile",
    key="user_id",
    columns=(
        "has_exam_slot",
        "slot_assigned_at",
        "slot_attempting_at",
        "is_primary_completed",
        "is_secondary_completed",
        "photograph",
    ),
    whose=Whose.MADE,
)
"""What is looked at of a candidate who was made, before the candidate is removed again."""
SHIFT = Written(table="registration_candidateprofile", key="id", columns=("shift_id",), whose=Whose.CANDIDATE)
"""All that is ever changed of a candidate who was there already."""


@dataclass(frozen=True)
class RegisterAsked(Asked):
    """The rows of a register.

    Attributes:
        file: its name.
        sha256: of its content.
        rows: each as it is meant.
        shift_id: the shift of those whose row names none.
        moves: candidates who are there already get the shift of their row.
        made: of those to whom it is applied, by army number, whether they are made or only moved; planning says so.
        hashes: of the passwords of those who are new, by user name; empty until they are made.
    """

    file: str
    sha256: str
    rows: tuple[Row, ...] = field(repr=False)
    shift_id: int | None = None
    moves: bool = False
    made: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    hashes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)

    def is_other_than(self, shown: Asked) -> bool:
        """Whether somebody is made who was to be moved, or moved who was to be made."""
        assert isinstance(shown, RegisterAsked)
        return any(shown.made.get(army_no, is_made) != is_made for army_no, is_made in self.made.items())

    def logged(self) -> dict[str, Any]:
        """Which file; nothing of what stands in it, because it holds Aadhaar numbers and passwords."""
        return {
            "file": self.file,
            "sha256": self.sha256,
            "rows": len(self.rows),
            "shift_id": self.shift_id,
            "moves": self.moves,
        }


IMPORT = Operation(
    name="import-register",
    home=__name__,
    right=Right.EVERYBODY,
    undo=Undo.ROWS,
    # Whoever may register candidates may not therefore remove them.
    undo_right=Right.INVIGILATOR,
    safety_copy=True,
    restarts=True,
    writes=(MADE, SHIFT),
)
