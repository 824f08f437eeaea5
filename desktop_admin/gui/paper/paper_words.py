"""What the papers say, in words and tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QCoreApplication

from desktop_admin.controllers.values.columns import CLEARED, FINDINGS, HISTORY, LINES, SESSIONS, Columns, heading
from desktop_admin.controllers.values.lines import Actor, Line
from desktop_admin.controllers.values.records import OperationRecord
from desktop_admin.controllers.values.views import CandidateReading, FindingKind, SessionRow
from desktop_admin.gui.kit.cells import doer, outcome, worded
from desktop_admin.gui.kit.words import NOTHING, Words, candidates, finding_name, listed, operation_name
from desktop_admin.gui.paper import paper_html
from desktop_admin.gui.paper.pages import Printout
from desktop_admin.messages import shortened

if TYPE_CHECKING:
    from desktop_admin.controllers.handing_out.reports import CandidateHistory, Presence, ShiftReport, Slip
    from desktop_admin.database.backends.backend import Description

R = TypeVar("R")

MOST_LINES = 200
"""So many lines of an operation are on its slip, about six pages; the export of the history has them all."""
MOST_REFUSED = 20
"""More than so many who are refused for the same reason are only counted."""
MOST_PROBLEMS = 60


def _(text: str) -> str:
    return QCoreApplication.translate("Paper", text)


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
        database: name of the database, and its host where it is on a server.
        kind: of the database; what is not the exam says so on every page.
        actor: who prints.
    """

    words: Words
    database: str
    kind: str
    actor: Actor

    @classmethod
    def of(cls, about: Description, *, words: Words, actor: Actor) -> PaperWords:
        """Papers of this database."""
        name = about.name if about.host is None else f"{about.name} @ {about.host}"
        return cls(words=words, database=name, kind=about.kind, actor=actor)

    def slip(self, slip: Slip) -> Printout:
        """The slip of one operation."""
        record = slip.record
        said = [
            (_("What"), operation_name(record.operation)),
            (_("When"), self.words.full_moment(record.at)),
            (_("Who"), self._who(record)),
            (_("Desk"), record.desk or NOTHING),
            (_("Reason"), record.reason or NOTHING),
            (_("Applied"), str(record.applied)),
            (_("Refused"), str(record.refused)),
            (_("Sessions cleared"), str(len(record.sessions))),
            (_("Portal logins ended"), str(record.ended_logins)),
            (_("Number in the log"), str(record.seq) if record.seq is not None else NOTHING),
            (_("Operation"), record.op_id),
            (_("Seal"), slip.seal or NOTHING),
        ]
        if slip.undone_by is not None:
            undone = _("{time} by {person}")
            moment = self.words.full_moment(slip.undone_by.at)
            said.insert(3, (_("Undone"), undone.format(time=moment, person=slip.undone_by.person)))
        parts = [paper_html.facts(said), self._lines(record), self._cleared(record)]
        parts.append(paper_html.signatures((_("Person at the desk"), _("Supervisor"))))
        title = _("Incident slip: {operation}").format(operation=operation_name(record.operation))
        return self._printout(title, "".join(parts), at=slip.at, file_name=f"slip-{record.op_id[:8]}")

    def _lines(self, record: OperationRecord) -> str:
        """What was done to whom: what needs looking at first; many refusals for one reason are counted."""
        reasons = Counter(line.reason for line in record.lines if line.reason is not None)
        counted = [(reason, count) for reason, count in reasons.items() if count > MOST_REFUSED]
        many = {reason for reason, _count in counted}
        ordered = sorted((line for line in record.lines if line.reason not in many), key=_weight)
        said = partial(outcome, operation=record.operation, planned=False, words=self.words)
        rows = [self._cells(LINES, line, {"outcome": said}) for line in ordered[:MOST_LINES]]
        told = _("Refused: {reason}")
        rows += [(candidates(count), NOTHING, told.format(reason=self.words.say(why))) for why, count in counted]
        empty = _("It concerns the database, and no candidate.")
        table = paper_html.table(self._headings(LINES), rows, widths=(38, 12, 50), empty=empty)
        left = _("… and {n} more: the export of the history lists them.")
        return paper_html.heading(_("What was done")) + table + _left(len(ordered) - MOST_LINES, left)

    def _cleared(self, record: OperationRecord) -> str:
        if not record.sessions:
            return ""
        table = self._table(CLEARED, record.sessions[:MOST_LINES], widths=(11, 41, 12, 14, 8, 14))
        left = _("… and {n} more, all in the archive.")
        return paper_html.heading(_("Sessions in the archive")) + table + _left(len(record.sessions) - MOST_LINES, left)

    def candidate(self, history: CandidateHistory) -> Printout:
        """The history of one candidate."""
        reading = history.reading
        parts = [
            paper_html.facts(self._about(reading)),
            paper_html.heading(_("Sessions in the portal")),
            self._table(
                SESSIONS,
                reading.sessions,
                widths=(9, 13, 8, 12, 18, 18, 22),
                own={"status": partial(self._status, at=reading.at)},
                empty=_("The candidate has no session."),
            ),
            paper_html.heading(_("What was done with this program")),
            self._operations(history.records, empty=_("Nothing was done with this program.")),
            paper_html.signatures((_("Person at the desk"), _("Supervisor"))),
        ]
        one = reading.candidate
        title = _("Candidate history: {army_no}").format(army_no=shortened(one.army_no, most=40))
        safe = "".join(sign if sign.isalnum() or sign == "-" else "_" for sign in one.army_no[:40])
        return self._printout(title, "".join(parts), at=reading.at, file_name=f"candidate-{safe}")

    def _about(self, reading: CandidateReading) -> list[tuple[str, str]]:
        one = reading.candidate
        slot = self.words.slot(one.slot)
        if one.slot_assigned_at is not None:
            slot += " · " + _("assigned {time}").format(time=self.words.full_moment(one.slot_assigned_at))
        if one.slot_assigned_by:
            slot += " " + _("by {person}").format(person=one.slot_assigned_by)
        return [
            (_("Army number"), one.army_no),
            (_("Name"), " ".join(filter(None, (one.rank, one.name)))),
            (_("Trade"), " · ".join(dict.fromkeys(filter(None, (one.trade, one.trade_name)))) or NOTHING),
            (_("How things stand"), self.words.say(reading.diagnosis)),
            (_("Slot"), slot),
            (_("Next paper"), one.next_paper or NOTHING),
            (_("Submitted"), ", ".join(sorted(one.submitted)) or NOTHING),
            (_("Would get now"), self.words.would_get(reading.would_get)),
            (_("Live portal logins"), str(reading.live_logins)),
        ]

    def _status(self, row: SessionRow, *, at: datetime) -> str:
        status, _tone = self.words.session_status(row, now=at)
        return " ".join([status, *(self.words.say(finding.reason) for finding in row.findings)])

    def shift(self, report: ShiftReport) -> Printout:
        """What one shift hands over to the next."""
        said = [
            (_("From"), self.words.full_moment(report.since)),
            (_("To"), self.words.full_moment(report.until)),
            (_("Operations"), str(len(report.records)) + ("+" if report.more else "")),
            (_("Sessions now"), self._session_counts(report)),
        ]
        older = (
            paper_html.note(_("Only the newest {n} are listed.").format(n=len(report.records))) if report.more else ""
        )
        parts = [
            paper_html.facts(said),
            paper_html.heading(_("People at the desk")),
            self._table(
                PEOPLE, report.people, widths=(40, 32, 14, 14), empty=_("Nobody did anything that is recorded.")
            ),
            paper_html.heading(_("Operations")),
            self._operations(report.records, empty=_("Nothing was done in this span of time.")) + older,
            paper_html.heading(_("Releases")),
            self._table(
                RELEASES,
                [record for record in report.records if record.released_by],
                widths=(8, 22, 22, 24, 24),
                empty=_("No operation was released by another person."),
            ),
            paper_html.heading(_("Open findings")),
            self._findings(report),
            paper_html.heading(_("The log's end (checkpoint)")),
            paper_html.facts([(_("Row"), str(report.end.seq)), (_("Seal"), report.end.hash or NOTHING)]),
            paper_html.note(
                _("Keep this paper: only a checkpoint kept elsewhere shows that the end of the log was cut.")
            ),
            paper_html.signatures((_("Handing over"), _("Taking over"))),
        ]
        local = report.until.astimezone(self.words.zone)
        return self._printout(
            _("Shift report"), "".join(parts), at=report.end.at, file_name=f"shift-{local:%Y-%m-%d-%H%M}"
        )

    def _session_counts(self, report: ShiftReport) -> str:
        text = _("{stuck} stuck, {running} running, {finished} finished; {waiting} candidates wait to restart")
        stuck = len({finding.session_id for finding in report.problems if finding.stuck})
        return text.format(stuck=stuck, running=report.running, finished=report.finished, waiting=report.waiting)

    def _operations(self, records: Sequence[OperationRecord], *, empty: str) -> str:
        own = {"person": self._who, "to whom": self._concerns, "sessions": _cleared_sessions}
        return self._table(HISTORY, records, widths=(5, 18, 13, 15, 20, 20, 9), own=own, empty=empty)

    def _concerns(self, record: OperationRecord) -> str:
        """Whom or what an operation was applied to: by name where they are few."""
        trades = [self.words.switch(line) for line in record.lines if line.is_trade and line.outcome == "applied"]
        people = [line for line in record.lines if not line.is_trade and line.outcome == "applied"]
        who = [self.words.line_name(line) for line in people] if len(people) <= 3 else [candidates(len(people))]
        told = listed([*trades, *who], most=6)
        if record.told is not None:
            told = self.words.say(record.told)
        count = sum(line.outcome != "applied" for line in record.lines)
        refused = _("refused: {n}").format(n=count) if count else ""
        return " · ".join(part for part in (told, refused) if part) or NOTHING

    def _findings(self, report: ShiftReport) -> str:
        text = self._table(COUNTS, report.counts, widths=(80, 20), empty=_("Nothing is open."))
        if not report.problems:
            return text
        text += self._table(FINDINGS, report.problems[:MOST_PROBLEMS], widths=(34, 12, 54))
        left = _("… and {n} more: the export of the findings lists them.")
        return text + _left(len(report.problems) - MOST_PROBLEMS, left)

    def _who(self, record: OperationRecord) -> str:
        who = doer(record.person, verified=record.verified)
        if record.released_by is None:
            return who
        return _("{person}, released by {other}").format(person=who, other=record.released_by)

    def _table(
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

    def _printout(self, title: str, html: str, *, at: datetime, file_name: str) -> Printout:
        printed = _("Printed {time} ({zone}) by {person}").format(
            time=self.words.full_moment(at), zone=self.words.zone, person=shortened(self.actor.name, most=40)
        )
        marks = {"demo": _("DEMO DATA"), "rehearsal": _("REHEARSAL"), "scratch": _("SCRATCH DATABASE")}
        origin = " · ".join(filter(None, (marks.get(self.kind), shortened(self.database, most=50))))
        return Printout(title=title, origin=origin, printed=printed, html=html, file_name=file_name)


def _cleared_sessions(record: OperationRecord) -> str:
    return str(len(record.sessions) or NOTHING)


def _left(count: int, text: str) -> str:
    """What is said of the lines that did not find room."""
    return paper_html.note(text.format(n=count)) if count > 0 else ""


def _weight(line: Line) -> int:
    """Where a line stands on a slip: trades, who lost or got something, who was refused, the others."""
    if line.is_trade:
        return 0
    if line.outcome == "refused":
        return 2
    return 1 if line.cleared or line.restored or line.notes else 3
