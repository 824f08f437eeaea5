"""What the papers say, in words and tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from desktop_admin.controllers.values.columns import CLEARED, FINDINGS, HISTORY, LINES, SESSIONS, Columns, heading
from desktop_admin.controllers.values.lines import Actor, Line
from desktop_admin.controllers.values.people import CandidateReading
from desktop_admin.controllers.values.records import OperationRecord, told_reason
from desktop_admin.controllers.values.sessions import FindingKind, SessionRow
from desktop_admin.gui.core.sentences import NOTHING
from desktop_admin.gui.core.words import Words, candidates, finding_name, operation_name
from desktop_admin.gui.paper import paper_html
from desktop_admin.gui.paper.pages import Printout
from desktop_admin.gui.tables.cells import doer, outcome, worded
from desktop_admin.messages import phrase, shortened

if TYPE_CHECKING:
    from desktop_admin.controllers.handing_out.reports import CandidateHistory, Presence, ShiftReport, Slip
    from desktop_admin.controllers.operations.register.slips import LoginSlip
    from desktop_admin.database.backends.backend import Description

R = TypeVar("R")

MOST_LINES = 200
"""So many lines of an operation are on its slip, about six pages; the export of the history has them all."""
MOST_REFUSED = 20
"""More than so many who are refused for the same reason are only counted."""
MOST_PROBLEMS = 60
_SIGN = ("paper.person_at_desk", "paper.supervisor")
_MARKS = {
    "demo": "paper.demo_data",
    "rehearsal": "paper.rehearsal",
    "demo_rehearsal": "paper.rehearsal",
    "scratch": "paper.scratch",
}
"""What is said above every page of a database that is not the exam's."""

PEOPLE: Columns[Presence] = Columns(
    {
        "person": lambda one: doer(one.person, verified=one.verified),
        "desk": lambda one: ", ".join(one.desks),
        "releases": lambda one: one.released,
    },
    paper=("person", "desk", "operations", "releases"),
)
RELEASES: Columns[OperationRecord] = Columns(
    {**HISTORY.made, "asked by": lambda record: record.person},
    paper=("row", "when", "operation", "asked by", "released by"),
)
COUNTS: Columns[tuple[FindingKind, int]] = Columns(
    {"kind": lambda counted: finding_name(counted[0]), "open": lambda counted: counted[1]}, paper=("kind", "open")
)


@dataclass(frozen=True, slots=True)
class PaperWords:
    """Makes papers of reports.

    Attributes:
        words: words and times of the window.
        database, kind: the database's name, with its host where it is on a server; what is not the exam says so.
        actor: who prints.
        centre: the exam centre's name, or empty.
    """

    words: Words
    database: str
    kind: str
    actor: Actor
    centre: str = ""

    @classmethod
    def of(cls, about: Description, *, words: Words, actor: Actor, centre: str) -> PaperWords:
        """Papers of this database."""
        name = about.name if about.host is None else f"{about.name} @ {about.host}"
        return cls(words=words, database=name, kind=about.kind, actor=actor, centre=centre)

    def slip(self, slip: Slip) -> Printout:
        """The slip of one operation."""
        record, undone = slip.record, ""
        if slip.undone_by is not None:
            moment = self.words.full_moment(slip.undone_by.at)
            undone = phrase("paper.undone_by", time=moment, person=slip.undone_by.person)
        facts = (
            ("heading_operation", operation_name(record.operation)),
            ("heading_when", self.words.full_moment(record.at)),
            ("heading_person", self._who(record)),
            ("paper.undone", undone),
            ("heading_desk", record.desk),
            ("heading_reason", told_reason(record.reason)),
            ("heading_applied", record.applied),
            ("heading_refused", record.refused),
            ("paper.sessions_cleared", len(record.sessions)),
            ("paper.logins_ended", record.ended_logins),
            ("paper.log_row", record.seq),
            ("paper.op_id", record.op_id),
            ("paper.seal", slip.seal),
        )
        title = phrase("paper.slip_title", operation=operation_name(record.operation))
        parts = (paper_html.facts(facts), self._lines(record), self._cleared(record), paper_html.signatures(*_SIGN))
        return self.printout(title, parts, at=slip.at, file_name=f"slip-{record.op_id[:8]}")

    def _lines(self, record: OperationRecord) -> str:
        """What was done to whom: what needs looking at first; many refusals for one reason are counted."""
        reasons = Counter(self.words.reasons([line]) for line in record.lines if line.reason is not None)
        counted = {reason: count for reason, count in reasons.items() if count > MOST_REFUSED}
        each = (line for line in record.lines if self.words.reasons([line]) not in counted)
        ordered = sorted(each, key=_weight)
        said = partial(outcome, operation=record.operation, planned=False, words=self.words)
        rows = [self._cells(LINES, line, {"outcome": said}) for line in ordered[:MOST_LINES]]
        rows += [
            (candidates(count), NOTHING, phrase("paper.refused_because", reason=why)) for why, count in counted.items()
        ]
        empty = phrase("paper.no_candidate")
        table = paper_html.table(self._headings(LINES), rows, widths=(35, 15, 50), empty=empty)
        return paper_html.heading("paper.what_was_done") + table + _left(len(ordered) - MOST_LINES, "paper.more_lines")

    def _cleared(self, record: OperationRecord) -> str:
        if not record.sessions:
            return ""
        table = self.table(CLEARED, record.sessions[:MOST_LINES], widths=(11, 38, 15, 13, 9, 14))
        more = _left(len(record.sessions) - MOST_LINES, "paper.more_archived")
        return paper_html.heading("paper.archived") + table + more

    def logins(self, slips: Sequence[LoginSlip]) -> Printout:
        """What candidates who were imported need to sign in to the portal, to be cut apart and handed out."""
        cards = [
            (
                shortened(one.name),
                (
                    ("heading_trade", one.trade),
                    ("paper.user_name", one.army_no),
                    ("paper.password", one.password),
                ),
            )
            for one in slips
        ]
        title = phrase("paper.logins_title", n=len(slips))
        return self.printout(title, [paper_html.cards(cards)], at=datetime.now(UTC), file_name="logins")

    def candidate(self, history: CandidateHistory) -> Printout:
        """The history of one candidate."""
        reading = history.reading
        status = partial(self._status, at=reading.at)
        widths, empty = (9, 13, 8, 12, 18, 18, 22), phrase("paper.no_session")
        parts = (
            paper_html.facts(self._about(reading)),
            paper_html.heading("paper.sessions_in_portal"),
            self.table(SESSIONS, reading.sessions, widths=widths, own={"status": status}, empty=empty),
            paper_html.heading("paper.done_with_this_program"),
            self.operations(history.records, empty=phrase("paper.nothing_done")),
            paper_html.signatures(*_SIGN),
        )
        army_no = reading.candidate.army_no[:40]
        title = phrase("paper.candidate_title", army_no=shortened(reading.candidate.army_no, most=40))
        return self.printout(title, parts, at=reading.at, file_name=f"candidate-{army_no}")

    def _about(self, reading: CandidateReading) -> paper_html.Facts:
        one = reading.candidate
        assigned = one.slot_assigned_at
        return (
            ("heading_army_no", one.army_no),
            ("heading_name", " ".join(filter(None, (one.rank, one.name)))),
            ("heading_trade", " · ".join(dict.fromkeys(filter(None, (one.trade, one.trade_name))))),
            ("paper.how_things_stand", self.words.say(reading.diagnosis)),
            ("paper.slot", self.words.slot(one.slot)),
            ("paper.slot_assigned", self.words.full_moment(assigned) if assigned else None),
            ("paper.slot_assigned_by", one.slot_assigned_by),
            ("paper.next_paper", one.next_paper),
            ("paper.submitted", ", ".join(sorted(one.submitted))),
            ("paper.would_get", self.words.would_get(reading.would_get)),
            ("paper.live_logins", reading.live_logins),
        )

    def _status(self, row: SessionRow, *, at: datetime) -> str:
        status, _tone = self.words.session_status(row, now=at)
        return " · ".join([status, *(self.words.say(finding.reason) for finding in row.findings)])

    def shift(self, report: ShiftReport) -> Printout:
        """What one shift hands over to the next."""
        facts = (
            ("paper.from", self.words.full_moment(report.since)),
            ("paper.to", self.words.full_moment(report.until)),
            ("heading_operations", str(len(report.records)) + ("+" if report.more else "")),
            ("paper.sessions_now", self._session_counts(report)),
        )
        released = [record for record in report.records if record.released_by]
        parts = (
            paper_html.facts(facts),
            paper_html.heading("paper.people"),
            self.table(PEOPLE, report.people, widths=(40, 32, 14, 14), empty=phrase("paper.no_people")),
            paper_html.heading("heading_operations"),
            self.operations(report.records, empty=phrase("paper.nothing_in_this_time")),
            paper_html.note(phrase("paper.only_newest", n=len(report.records))) if report.more else "",
            paper_html.heading("heading_releases"),
            self.table(RELEASES, released, widths=(8, 22, 22, 24, 24), empty=phrase("paper.no_releases")),
            paper_html.heading("paper.open_findings"),
            self._findings(report),
            paper_html.heading("paper.checkpoint"),
            paper_html.facts((("paper.log_row", report.end.seq), ("paper.seal", report.end.hash))),
            paper_html.note(phrase("paper.keep_this")),
            paper_html.signatures("paper.handing_over", "paper.taking_over"),
        )
        return self.printout(phrase("paper.shift_report"), parts, at=report.end.at, file_name="shift")

    def _session_counts(self, report: ShiftReport) -> str:
        return phrase(
            "paper.session_counts",
            stuck=len({finding.session_id for finding in report.problems if finding.stuck}),
            running=report.running,
            accepted=report.accepted,
            finished=report.finished,
            waiting=phrase("paper.waiting", n=report.waiting),
        )

    def operations(self, records: Sequence[OperationRecord], *, empty: str) -> str:
        """A table of operations; ``empty`` is said where there are none."""
        own = {"person": self._who, "to whom": self._concerns, "sessions": _cleared_sessions}
        return self.table(HISTORY, records, widths=(5, 18, 13, 15, 20, 20, 9), own=own, empty=empty)

    def _concerns(self, record: OperationRecord) -> str:
        """Whom or what an operation was applied to: by name where they are few."""
        told = self.words.concerned(record)
        refused = sum(line.outcome == "refused" for line in record.lines)
        return " · ".join(filter(None, (told, phrase("paper.refused_count", n=refused) if refused else ""))) or NOTHING

    def _findings(self, report: ShiftReport) -> str:
        text = self.table(COUNTS, report.counts, widths=(80, 20), empty=phrase("paper.nothing_open"))
        if report.ending:
            text += paper_html.note(phrase("kit.logins_end_early", n=report.ending))
        if not report.problems:
            return text
        text += self.table(FINDINGS, report.problems[:MOST_PROBLEMS], widths=(31, 15, 54))
        return text + _left(len(report.problems) - MOST_PROBLEMS, "paper.more_findings")

    def _who(self, record: OperationRecord) -> str:
        who = doer(record.person, verified=record.verified, seal=record.seal)
        if record.released_by is None:
            return who
        return phrase("paper.released_by", person=who, other=record.released_by)

    def table(
        self,
        columns: Columns[R],
        rows: Iterable[R],
        *,
        widths: Sequence[int],
        own: Mapping[str, Callable[[R], str]] | None = None,
        empty: str = NOTHING,
    ) -> str:
        """A table in the columns that it has on paper; ``own`` gives those that only this paper can word."""
        cells = [self._cells(columns, row, own or {}) for row in rows]
        return paper_html.table(self._headings(columns), cells, widths=widths, empty=empty)

    def _headings(self, columns: Columns[R]) -> list[str]:
        return [self.words.say(heading(name)) for name in columns.paper]

    def _cells(self, columns: Columns[R], row: R, own: Mapping[str, Callable[[R], str]]) -> tuple[str, ...]:
        return tuple(
            own[name](row) if name in own else self._cell(name, columns.read[name](row)) for name in columns.paper
        )

    def _cell(self, column: str, value: object) -> str:
        if isinstance(value, datetime):
            # In one line: the end of a page must not cut it.
            return self.words.full_moment(value).replace(" ", "\N{NO-BREAK SPACE}")
        return worded(column, value, self.words).text

    def printout(self, title: str, parts: Iterable[str], *, at: datetime, file_name: str) -> Printout:
        """A paper of these parts, with what stands above and below every page."""
        printed = phrase(
            "paper.printed_by", time=self.words.full_moment(at), zone=self.words.zone, person=shortened(self.actor.name)
        )
        mark = phrase(_MARKS[self.kind]) if self.kind in _MARKS else ""
        origin = " · ".join(filter(None, (mark, shortened(self.centre), shortened(self.database))))
        # Whatever a number is written in, the file can be sent anywhere.
        latin = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in file_name)
        return Printout(title=title, origin=origin, printed=printed, html="".join(parts), file_name=latin)


def _cleared_sessions(record: OperationRecord) -> str:
    return str(len(record.sessions) or NOTHING)


def _left(count: int, key: str) -> str:
    """What is said of the lines that did not find room."""
    return paper_html.note(phrase(key, n=count)) if count > 0 else ""


def _weight(line: Line) -> int:
    """Where a line stands on a slip: trades, who lost or got something, who was refused, the others."""
    if line.is_trade:
        return 0
    if line.outcome == "refused":
        return 2
    return 1 if line.cleared or line.restored or line.notes else 3
