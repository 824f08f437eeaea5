"""What the sessions pane reads: session health, with the lines that show it, made in the worker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.values.sessions import SessionRow, Survey
from desktop_admin.database.session import Session
from desktop_admin.gui.tables.concerns import Concern, State, concerns


@dataclass(frozen=True, slots=True)
class Seen:
    """Session health with the lines that show it.

    Attributes:
        counts: how many lines there are in each state.
        trades: of all lines, in alphabetical order.
    """

    survey: Survey
    concerns: tuple[Concern, ...]
    stuck: tuple[SessionRow, ...]
    counts: Mapping[State, int]
    trades: tuple[str, ...]


def look(session: Session) -> Seen:
    """Read session health; the lines are made in the worker as well, because there may be thousands."""
    survey = health.survey(session)
    found, stuck = concerns(survey), survey.stuck
    counts = {
        State.ALL: len(found),
        State.STUCK: len(stuck),
        State.OTHER: sum(concern.other for concern in found),
        State.RUNNING: survey.running,
        State.ACCEPTED: survey.accepted,
        State.FINISHED: survey.finished,
    }
    return Seen(survey, found, stuck, counts, tuple(sorted({one.trade for one in found if one.trade})))
