"""Words for the window: messages, statuses, operations, times and counts as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.operations.kind import Counts
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.operations.table import UNKNOWN, operation_named
from desktop_admin.controllers.values import records
from desktop_admin.controllers.values.happened import category_word
from desktop_admin.controllers.values.lines import Line
from desktop_admin.controllers.values.people import CandidateStatus, WouldGet
from desktop_admin.controllers.values.records import OperationRecord
from desktop_admin.controllers.values.sessions import QUIET_KINDS, STUCK_KINDS, FindingKind, SessionRow
from desktop_admin.gui.core.sentences import (
    ACCEPTED,
    FINISHED,
    NOT_STARTED,
    NOTHING,
    OVERDUE,
    RUNNING,
    STUCK,
    Sentences,
    said,
)
from desktop_admin.gui.core.themes import Tone
from desktop_admin.messages import Message, has_sentence, phrase, shortened
from desktop_admin.rules import SlotState

LONGEST_NAME = 60
FEW = 3
"""So many people are told by name; of more, how many they are."""

STATUS_LOOKS = {
    CandidateStatus.STUCK: (STUCK, Tone.STUCK),
    CandidateStatus.OVERDUE: (OVERDUE, Tone.OVERDUE),
    CandidateStatus.FINDING: (OVERDUE, Tone.OVERDUE),
    CandidateStatus.ACCEPTED: (ACCEPTED, Tone.RUNNING),
    CandidateStatus.RUNNING: (RUNNING, Tone.RUNNING),
    CandidateStatus.WAITING: (NOT_STARTED, Tone.MUTED),
    CandidateStatus.NOT_STARTED: (NOT_STARTED, Tone.MUTED),
    CandidateStatus.FINISHED: (FINISHED, Tone.MUTED),
    CandidateStatus.NO_SLOT: (NOT_STARTED, Tone.MUTED),
}
"""The glyph and the tone of each status; the word stands in the catalogue."""


def listed(texts: Sequence[str], *, most: int = 12) -> str:
    """The texts with commas between them, or the first of them and how many more there are."""
    shown = ", ".join(shortened(text, most=40) for text in texts[:most])
    return shown if len(texts) <= most else phrase("kit.and_more", texts=shown, n=len(texts) - most)


def sessions(count: int) -> str:
    """*1 session*, *7 sessions*."""
    return phrase("count.sessions", n=count)


def candidates(count: int) -> str:
    """*1 candidate*, *7 candidates*."""
    return phrase("count.candidates", n=count)


def logins(count: int) -> str:
    """*1 portal login*, *7 portal logins*."""
    return phrase("count.logins", n=count)


@dataclass(frozen=True, slots=True)
class Words(Sentences):
    """Makes words of values as well."""

    def category(self, category: str) -> str:
        """What a category of incidents is called."""
        word = category_word(category)
        return word if isinstance(word, str) else self.say(word)

    def moment(self, at: datetime | None) -> str:
        """A time of today as *09:42*, any other with its date; a dash for none."""
        if at is None:
            return NOTHING
        local, today = at.astimezone(self.zone), datetime.now(UTC).astimezone(self.zone).date()
        return local.strftime("%H:%M") if local.date() == today else local.strftime("%Y-%m-%d %H:%M")

    def time_left(self, left: timedelta | None) -> str:
        """*61 min*, *12 min over*, *5 h over*, or nothing."""
        if left is None:
            return ""
        minutes = int(left.total_seconds() // 60)
        if minutes >= 0:
            return phrase("kit.minutes", n=minutes)
        if minutes > -100:
            return phrase("kit.minutes_over", n=-minutes)
        return phrase("kit.hours_over", n=-minutes // 60)

    def minutes(self, duration: timedelta | None) -> str:
        """A duration in minutes; a dash for none."""
        return NOTHING if duration is None else phrase("kit.minutes", n=round(duration.total_seconds() / 60))

    def questions(self, present: int, *, required: int) -> str:
        """How many questions a set has, beside how many a session needs only where that is more."""
        if not present:
            return phrase("kit.no_questions")
        if present < required:
            return phrase("kit.questions_of", n=required, present=present)
        return phrase("kit.questions", n=present)

    def outcome(self, line: Line, operation: str, *, planned: bool) -> str:
        """What happens to one line of a plan, or what happened to it; the operation as the log names it."""
        if line.outcome == "same":
            return self.reasons([line])
        if line.outcome == "refused":
            return phrase("kit.refused", reason=self.reasons([line]))
        kind, when = operation_named(operation) or UNKNOWN, "will" if planned else "done"
        # What happens to the candidates of a set switch, and where sessions are cleared alone, is the clearing.
        of_candidate = kind.counts is Counts.TRADES and not line.is_trade
        only_cleared = of_candidate or (kind is not UNKNOWN and not kind.has(when))
        parts = [] if only_cleared else [self.say(kind.say(f"kept_{when}" if line.kept else when))]
        if line.cleared:
            parts.append(self.say(kind.say(f"cleared_{when}", sessions=sessions(len(line.cleared)))))
        if line.accepted and of_candidate:
            parts.append(self.say(kind.say(f"accepted_{when}")))
        if line.restored:
            parts.append(self.say(kind.say(f"restored_{when}", sessions=sessions(len(line.restored)))))
        return ", ".join(parts) or self.say(Message.of(f"operation.{when}"))

    def status(self, status: CandidateStatus) -> str:
        """Glyph and word of a candidate's status."""
        return f"{STATUS_LOOKS[status][0]} {phrase(f'status.{status}')}"

    def slot(self, slot: SlotState) -> str:
        """The slot's state in a word."""
        return phrase(f"slot.{slot}")

    def session_status(self, row: SessionRow, *, now: datetime) -> tuple[str, Tone]:
        """Glyph, word and tone of one session."""
        if row.stuck:
            status = CandidateStatus.STUCK
        elif not row.incomplete:
            if row.findings:
                return f"{OVERDUE} {phrase('status.finished')}", Tone.OVERDUE
            status = CandidateStatus.FINISHED
        elif row.ends_at is not None and row.ends_at < now:
            status = CandidateStatus.OVERDUE
        else:
            status = CandidateStatus.RUNNING if row.accepted is None else CandidateStatus.ACCEPTED
        return self.status(status), STATUS_LOOKS[status][1]

    def would_get(self, would_get: WouldGet) -> str:
        """What the candidate would get now, in one sentence."""
        if would_get.action == "refused":
            return phrase("kit.would_get.nothing", reason=self.say(would_get.reason) if would_get.reason else NOTHING)
        values: dict[str, object] = {"paper": would_get.paper, "duration": self.minutes(would_get.duration)}
        if not would_get.questions:
            return phrase("kit.would_get.empty", id=would_get.session_id, **values)
        values |= {"set": would_get.set, "n": would_get.questions}
        if would_get.action == "resume":
            return phrase("kit.would_get.resumed", id=would_get.session_id, **values)
        return phrase("kit.would_get.new", **values)

    def what_happens(self, plan: Plan) -> str:
        """How many sessions and logins a plan ends or brings back, in sentences that leave out what is nought."""
        told, kind = [], plan.kind
        if plan.restored_ids:
            back = {"sessions": sessions(len(plan.restored_ids)), "logins": logins(plan.returned_logins)}
            told.append(kind.say("restores" if plan.returned_logins else "restores_sessions", **back))
        ends = {"sessions": sessions(plan.cleared_sessions), "logins": logins(plan.ended_logins), **plan.asked.told}
        if plan.cleared_sessions:
            told.append(kind.say("clears" if plan.ended_logins else "clears_sessions", **ends))
        elif plan.ended_logins:
            told.append(kind.say("ends_logins", **ends))
        return self.lines(told) or self.say(kind.say("clears_nothing"))

    def effect(self, plan: Plan) -> str:
        """What pressing the button does, as the button says it."""
        deed = self._deed(plan)
        if not plan.cleared_sessions or plan.kind.says_what_it_clears:
            return deed
        return self.say(plan.kind.say("and_clear", deed=deed, sessions=sessions(plan.cleared_sessions)))

    def short_effect(self, plan: Plan) -> str:
        """The same for a narrow button: *Reset, clear 1*; for several candidates *Reset 40, clear 27*."""
        kind = plan.kind
        if kind.says_what_it_clears:
            return self.say(kind.say("one", sessions=sessions(plan.cleared_sessions)))
        if not plan.cleared_sessions or not kind.has("short"):
            return self._deed(plan)
        deed = self.say(kind.say("short"))
        if plan.applied > 1:
            deed = self.say(kind.say("short_many", deed=deed, n=plan.applied))
        return self.say(kind.say("short_and_clear", deed=deed, n=plan.cleared_sessions))

    def _deed(self, plan: Plan) -> str:
        earlier = plan.asked.takes_back
        values = {
            "n": plan.applied,
            "candidates": candidates(len(plan.user_ids)),
            "sessions": sessions(plan.cleared_sessions),
            "operation": earlier.kind.say("name") if earlier else None,
            "whom": self._applied_to(plan.lines),
            **plan.asked.told,
        }
        return self.say(plan.kind.say("one" if plan.applied <= 1 else "many", **values))

    def done(self, changes: Changes) -> str:
        """What was done, in one sentence for the message bar."""
        lines = [line for line in changes.lines if line.outcome == "applied" and not line.is_trade]
        if not changes.applied:
            return phrase("kit.unchanged", reason=self.refusals(changes.lines))
        switched = ", ".join(self.switch(line) for line in changes.lines if line.is_trade and line.outcome == "applied")
        who = self.line_name(lines[0]) if changes.applied == 1 and len(lines) == 1 else candidates(changes.applied)
        if changes.kind.counts is Counts.TRADES:
            who = switched
        elif switched:
            who = ", ".join(filter(None, (switched, candidates(len(lines)) if lines else "")))
        done = "kept_done" if changes.only_kept else "done"
        deed = changes.kind.say("told" if changes.kind.has("told") else done)
        parts = [phrase("kit.done", deed=self.say(deed), who=who)]
        if changes.cleared_sessions:
            parts.append(phrase("kit.archived", n=changes.cleared_sessions))
        if changes.restored_ids:
            parts.append(phrase("kit.put_back", n=len(changes.restored_ids)))
        if changes.refused:
            refused = [line for line in changes.lines if line.outcome == "refused"]
            parts.append(phrase("kit.refused_many", n=changes.refused, reason=self.refusals(refused)))
        if changes.released_by is not None:
            parts.append(phrase("kit.released_by", person=shortened(changes.released_by)))
        return " ".join(parts)

    def concerned(self, record: OperationRecord) -> str:
        """Whom or what an operation was applied to: by name where they are few; a deed's own words for what it did."""
        if record.told is not None:
            return self.say(record.told)
        return self._applied_to(record.lines)

    def _applied_to(self, lines: Sequence[Line]) -> str:
        applied = [line for line in lines if line.outcome == "applied"]
        trades = [self.switch(line) for line in applied if line.is_trade]
        people = [self.line_name(line) for line in applied if not line.is_trade]
        return listed([*trades, *(people if len(people) <= FEW else [candidates(len(people))])], most=6)

    def refusals(self, lines: Sequence[Line]) -> str:
        """Who was refused, by number and name where they are few, and why."""
        named: dict[str, list[str]] = {}
        for line in lines:
            if line.reason is not None:
                # A trade's reason names the trade itself.
                who = "" if line.is_trade else self.line_name(line)
                named.setdefault(self.say(line.reason), []).append(who)
        told = ((listed([one for one in who if one], most=FEW), reason) for reason, who in named.items())
        return " ".join(phrase("kit.refused_for", who=who, reason=reason) if who else reason for who, reason in told)

    def reasons(self, lines: Sequence[Line]) -> str:
        """The different reasons of the refused lines."""
        return " ".join(dict.fromkeys(self.say(line.reason) for line in lines if line.reason is not None))

    def line_name(self, line: Line) -> str:
        """Who a line is about."""
        return person(line.army_no or line.username, line.name)

    def switch(self, line: Line) -> str:
        """*TTC PRIMARY → E, opens*, for a trade's line."""
        if line.choice is None:
            return line.trade or line.name
        wishes = ", ".join(self.say(wish) for wish in line.choice.told)
        return f"{line.trade or line.name} {line.choice.paper} {wishes}"


def person(number: str | None, name: str) -> str:
    """*14550592F Farhan Rana*, each part as far as it is known."""
    return " ".join(shortened(part, most=LONGEST_NAME) for part in (number, name) if part)


def operation_name(operation: str) -> str:
    """The name of a recorded operation."""
    return said(records.operation_name(operation))


def finding_name(kind: FindingKind) -> str:
    """A kind of finding in a few words."""
    return phrase(f"finding.{kind}")


def finding_glyph(kind: FindingKind) -> str:
    """The sign beside a kind of finding, by how much it asks of the person at the desk."""
    if kind in QUIET_KINDS:
        return NOT_STARTED
    return STUCK if kind in STUCK_KINDS else OVERDUE


def finding_meaning(kind: FindingKind) -> str:
    """What a kind of finding means."""
    return phrase(f"meaning_{kind}")


def finding_cure(kind: FindingKind) -> str:
    """What is done about a kind of finding, whoever it is about."""
    if kind in STUCK_KINDS:
        return phrase("cure_clear")
    general = f"general_cure_{kind}"
    return phrase(general if has_sentence(general) else f"cure_{kind}")
