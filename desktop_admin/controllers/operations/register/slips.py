"""Login slips: who was imported, and with which password; made once, and kept nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from desktop_admin.controllers.operations.changes import Changes


@dataclass(frozen=True, slots=True)
class LoginSlip:
    """What one candidate needs to sign in to the portal; the user name is the army number."""

    army_no: str
    name: str
    trade: str
    password: str = field(repr=False)


def of_new(changes: Changes, passwords: Mapping[str, str]) -> tuple[LoginSlip, ...]:
    """The slips of those who were made, in the order of the register.

    Args:
        changes: what importing has done.
        passwords: of those who were new when it began, by army number.
    """
    return tuple(
        LoginSlip(line.army_no, line.name, line.trade or "", passwords[line.army_no])
        for line in changes.lines
        if line.outcome == "applied" and line.army_no is not None and line.army_no in passwords
    )
