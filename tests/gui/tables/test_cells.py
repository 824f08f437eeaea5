"""The value of a column as window and papers word it, and what the lists of the window add to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from desktop_admin.controllers.operations.restore import RESTORE
from desktop_admin.controllers.operations.slots import RESET
from desktop_admin.controllers.values.columns import HeldSets, Person
from desktop_admin.controllers.values.lines import Line, PaperChoice
from desktop_admin.controllers.values.people import CandidateStatus
from desktop_admin.controllers.values.records import ClearedSession, OperationRecord, PutBack
from desktop_admin.controllers.values.sessions import Finding, FindingKind
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.tables.cells import Cell, worded
from desktop_admin.gui.tables.concerns import Concern
from desktop_admin.gui.tables.models import ClearedModel, HistoryModel, Impact, ImpactModel, SessionModel
from desktop_admin.gui.tables.rows_model import RowsModel
from desktop_admin.messages import Message
from desktop_admin.rules import Paper

WORDS = Words(zone=UTC)
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SAID = Message.of("get_no_slot")
RECORD = OperationRecord(
    seq=7,
    op_id="0f0e",
    operation=RESET.name,
    at=NOON,
    person="Asha",
    verified=True,
    desk="desk-1",
    reason=None,
    applied=0,
    refused=2,
    ended_logins=0,
    lines=(),
    sessions=(),
)

pytestmark = pytest.mark.usefixtures("qapp")


def row(model: RowsModel[Any], source: object) -> dict[str, Cell]:
    return {title: model.shown(name, source) for title, name in zip(model.headers(), model.columns, strict=True)}


@pytest.mark.parametrize(
    ("column", "value", "cell"),
    [
        ("trade", None, Cell("–")),
        ("desk", "", Cell("–")),
        ("minutes left", None, Cell("")),
        ("minutes left", timedelta(minutes=61), Cell("61 min")),
        ("started", NOON, Cell("2026-03-01 12:00")),
        ("session", 5, Cell("#5")),
        ("questions", 0, Cell("0")),
        ("paper", Paper.PRIMARY, Cell("PRIMARY", hint="PRIMARY")),
        ("finding", SAID, Cell("The candidate has no slot.", hint="The candidate has no slot.")),
        ("status", CandidateStatus.STUCK, Cell("◆ Stuck", Tone.STUCK, bold=True)),
        ("status", CandidateStatus.NO_SLOT, Cell("○ No slot", Tone.MUTED, bold=True)),
        ("set", HeldSets(("C",), "E", stuck=True), Cell("C ≠ E", Tone.STUCK)),
        ("set", HeldSets(("E",), "E", stuck=False), Cell("E")),
        ("set", HeldSets(("C", "OCC B"), None, stuck=False), Cell("C+OCC B")),
        ("set", HeldSets((), "E", stuck=False), Cell("–")),
        ("candidate", Person("T-1", "Kumar"), Cell("T-1 Kumar", hint="Kumar")),
        ("candidate", Person(None, ""), Cell("–")),
        ("candidate or trade", Line("applied", army_no="T-1", name="K."), Cell("T-1 K.", hint="T-1 K.")),
        (
            "candidate or trade",
            Line("applied", name="Tailor", trade="TTC", choice=PaperChoice(1, Paper.PRIMARY, "C")),
            Cell("TTC PRIMARY → C", hint="TTC PRIMARY → C"),
        ),
    ],
)
def test_a_value_is_worded_by_what_it_is(column: str, value: object, cell: Cell) -> None:
    assert worded(column, value, WORDS)._replace(order=None) == cell


def test_the_history_marks_what_needs_a_look(qapp: QApplication) -> None:
    quiet = row(HistoryModel(WORDS), RECORD)
    assert list(quiet) == [
        "When", "Who", "Released by", "Desk", "What", "To whom", "Reason", "Applied", "Refused", "Cleared",
    ]  # fmt: skip
    assert [cell.text for cell in quiet.values()] == [
        "2026-03-01 12:00:00", "Asha", "–", "desk-1", "Reset slot", "–", "–", "–", "2", "–",
    ]  # fmt: skip
    assert (quiet["Refused"].tone, quiet["What"].bold) == (Tone.OVERDUE, True)
    loud = row(HistoryModel(WORDS), replace(RECORD, verified=False, warnings=(SAID,), undone_by="x", refused=0))
    when = Cell("▲ 2026-03-01 12:00:00", Tone.OVERDUE, hint="The candidate has no slot.", order=RECORD.at)
    assert loud["When"] == when
    assert (loud["Who"].text, loud["What"].text) == ("Asha (not signed in)", "Reset slot (undone)")
    part = row(HistoryModel(WORDS), replace(RECORD, undone_by="x", undone_in_part=True))
    assert part["What"].text == "Reset slot (undone in part)"
    assert (loud["What"].tone, loud["Refused"].tone) == (Tone.MUTED, Tone.MUTED)


def test_a_finding_without_a_session_names_whom_it_is_about_and_nothing_else() -> None:
    finding = Finding(FindingKind.SETS_DISAGREE, SAID, SAID, army_no="T-1", name="Kumar", trade="TTC")
    told = row(SessionModel(WORDS), Concern(session=None, finding=finding, at=NOON))
    assert {heading: cell.text for heading, cell in told.items()} == {
        "Status": "▲ Finding",
        "Candidate": "T-1 Kumar",
        "Trade": "TTC",
        "Paper": "",
        "Set": "",
        "Started": "",
        "Time left": "",
        "What is wrong": "The candidate has no slot.",
    }


def test_a_refused_line_is_marked() -> None:
    for outcome, tone in (("refused", Tone.OVERDUE), ("applied", Tone.PLAIN)):
        line = Line("refused" if outcome == "refused" else "applied", army_no="T-1", reason=SAID, notes=(SAID,))
        told = row(ImpactModel(WORDS), Impact(line, RESET.name, planned=False))["Outcome"]
        assert (told.tone, told.text.endswith(" · The candidate has no slot.")) == (tone, True)


def test_a_damaged_session_and_one_that_was_put_back_say_so() -> None:
    damaged = row(ClearedModel(WORDS), ClearedSession(5, 12, damaged=True))
    assert damaged["Candidate"] == Cell("◆ damaged; account 12", Tone.STUCK)
    assert [damaged[heading].text for heading in ("Session", "Paper", "Set", "Questions", "Put back")] == [
        "#5", "–", "–", "–", "–",
    ]  # fmt: skip
    back = PutBack("0a0b", RESTORE.name, NOON, "Asha")
    told = row(ClearedModel(WORDS), ClearedSession(5, 12, "T-1", questions=(1, 2), put_back=back))
    assert (told["Questions"].text, told["Put back"].text) == ("2", "2026-03-01 12:00 by Asha (Restore session)")
