"""Who has which role at the desk, and since when by whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desktop_admin.controllers.values.records import Sealed
from desktop_admin.rules import Role


@dataclass(frozen=True, slots=True)
class Giving:
    """By whom and when a role was given, and what is known of the log's row that says so."""

    person: str
    at: datetime
    seal: Sealed


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A staff account with its role.

    Attributes:
        role: at the desk; None where nobody may sign in with this account.
        in_portal: what the account's role in the portal means, and what holds where no supervisor has given another.
        is_given: whether a supervisor has.
        giving: who did, or None where the log does not say.
    """

    user_id: int
    username: str
    name: str
    is_active: bool
    role: Role | None
    in_portal: Role | None
    is_given: bool
    giving: Giving | None
