"""The lines of the sessions pane: what each is about, and in which order they stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from desktop_admin.controllers.operations.kind import Place
from desktop_admin.controllers.values.lines import PaperChoice
from desktop_admin.controllers.values.sessions import QUIET_KINDS, Finding, FindingKind, SessionRow, Survey
from desktop_admin.rules import Paper

CURED_AT = {
    Place.SUBMITTED: {FindingKind.LATE_SUBMISSION, FindingKind.SUBMITTED_NOT_COMPLETED},
    Place.SUBMITTED_NOT_COMPLETED: {FindingKind.SUBMITTED_NOT_COMPLETED},
    Place.COMPLETED_BY_MARKS: {FindingKind.COMPLETED_BY_MARKS},
}
"""The findings about a paper that an operation on it cures, by the operation's place."""


class State(StrEnum):
    """What the list is narrowed to."""

    ALL = "all"
    STUCK = "stuck"
    OTHER = "other"
    RUNNING = "running"
    ACCEPTED = "accepted"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Concern:
    """One line of the sessions pane: a session with what is wrong with it, or a finding about something else."""

    session: SessionRow | None
    finding: Finding | None
    at: datetime

    @property
    def key(self) -> object:
        """What identifies the line."""
        return self.finding if self.session is None else self.session.id

    @property
    def stuck(self) -> bool:
        """Whether it is a stuck session."""
        return self.session is not None and self.session.stuck

    @property
    def other(self) -> bool:
        """Whether it is a finding, but no stuck session."""
        return self.finding is not None and not self.stuck

    @property
    def user_id(self) -> int | None:
        """The account that it is about, or None."""
        about = self.session or self.finding
        return about.user_id if about else None

    @property
    def army_no(self) -> str:
        """The candidate whom it is about; an empty text for an account without a profile, and for a trade."""
        about = self.session or self.finding
        return (about.army_no if about else None) or ""

    @property
    def number(self) -> str:
        """Number, or else user name; an empty text for a trade."""
        return self.army_no or (self.session.username if self.session else "")

    @property
    def name(self) -> str:
        """The candidate's name; an empty text for a trade."""
        about = self.session or self.finding
        return about.name if about else ""

    @property
    def trade(self) -> str:
        """The trade's code; an empty text without one."""
        about = self.session or self.finding
        return (about.trade if about else None) or ""

    def matches(self, text: str, *, trade: str | None) -> bool:
        """Whether the number begins with the text, or the name contains it, in small letters; and the trade is this."""
        about = self.session or self.finding
        if trade is not None and self.trade != trade:
            return False
        return (
            not text
            or self.army_no.casefold().startswith(text)
            or (about is not None and text in about.name.casefold())
        )

    @property
    def draft(self) -> PaperChoice | None:
        """What to set of a trade's paper, where that is the cure."""
        return self.finding.draft if self.finding else None

    @property
    def extra(self) -> int | None:
        """The minutes to give, where that cures something of it."""
        findings = self.session.findings if self.session else ()
        return next((one.extra for one in findings if one.extra is not None), None)

    def paper_at(self, place: Place) -> Paper | None:
        """The paper of which something is wrong that an operation with this place cures, or None."""
        if self.session is None or not any(one.kind in CURED_AT[place] for one in self.session.findings):
            return None
        return self.session.paper

    def is_in(self, state: State) -> bool:
        """Whether the line is shown when the list is narrowed to this."""
        match state:
            case State.STUCK:
                return self.stuck
            case State.OTHER:
                return self.other
            case State.RUNNING:
                return self.session is not None and self.session.incomplete and not self.stuck
            case State.ACCEPTED:
                return self.session is not None and self.session.accepted is not None and not self.stuck
            case State.FINISHED:
                return self.session is not None and not self.session.incomplete
        return True

    @property
    def urgency(self) -> int:
        """Its place among the kinds of lines, the most urgent first."""
        order = (self.stuck, self.other, self.is_in(State.RUNNING))
        return order.index(True) if any(order) else len(order)


def concerns(survey: Survey) -> tuple[Concern, ...]:
    """The lines of the list: stuck sessions, other findings, then what runs, then the rest."""
    lines = [Concern(session=row, finding=_worst(row), at=survey.at) for row in survey.sessions]
    known = {row.id for row in survey.sessions}
    lines += [
        Concern(session=None, finding=finding, at=survey.at)
        for finding in survey.findings
        if finding.session_id is None or finding.session_id not in known
    ]
    return tuple(sorted(lines, key=lambda line: line.urgency))


def _worst(row: SessionRow) -> Finding | None:
    """What the list says of a session; what is true of nearly everyone is told only where it is looked at."""
    return next((finding for finding in row.findings if finding.kind not in QUIET_KINDS), None)
