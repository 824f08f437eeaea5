"""A change of papers before it is confirmed: its plan, with the sessions in progress that it meets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desktop_admin.controllers.listings import panes
from desktop_admin.controllers.listings.panes import SwitchPreview
from desktop_admin.controllers.operations import apply
from desktop_admin.controllers.operations.papers import PapersAsked, kind_of
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.database.session import Session, server_now


@dataclass(frozen=True, slots=True)
class Switch:
    """A planned change of papers with the sessions in progress that it meets, at one moment of the database's clock."""

    plan: Plan
    preview: SwitchPreview
    at: datetime


def switch(session: Session, *, asked: PapersAsked) -> Switch:
    """What setting papers so would do, session by session."""
    return switch_of(session, plan=apply.plan(session, kind_of(asked.choices), asked))


def switch_of(session: Session, *, plan: Plan) -> Switch:
    """A change of papers that has been planned, session by session."""
    moment = server_now(session)
    return Switch(plan=plan, preview=panes.preview(session, lines=plan.lines, now=moment), at=moment)
