"""Columns: what an outlet names can be read, and what they show has a heading."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from desktop_admin.controllers.values import columns
from desktop_admin.controllers.values.attending import Attendee, Figures
from desktop_admin.controllers.values.board import BoardFigures, BoardRow
from desktop_admin.controllers.values.checks import CheckRow
from desktop_admin.controllers.values.closed import Closing
from desktop_admin.controllers.values.columns import Columns, heading, whole_minutes
from desktop_admin.controllers.values.happened import Incident, IncidentPart
from desktop_admin.controllers.values.lines import Line
from desktop_admin.controllers.values.people import CandidateRow, NotBack
from desktop_admin.controllers.values.records import ClearedSession, OperationRecord, PaperChange
from desktop_admin.controllers.values.roles import HeldRole
from desktop_admin.controllers.values.sessions import Finding, SessionRow
from tests.catalogues import TEXTS

TABLES: dict[str, Columns[Any]] = {name: one for name, one in vars(columns).items() if isinstance(one, Columns)}
WORDED_BY_THE_OUTLET = {"SESSIONS": {"status", "minutes left"}, "HISTORY": {"to whom"}}
ROWS = {
    "CANDIDATES": CandidateRow,
    "SESSIONS": SessionRow,
    "FINDINGS": Finding,
    "HISTORY": OperationRecord,
    "LINES": Line,
    "CLEARED": ClearedSession,
    "ROLES": HeldRole,
    "NOT_BACK": NotBack,
    "PAPER_CHANGES": PaperChange,
    "FIGURES": Figures,
    "ATTENDEES": Attendee,
    "ABSENTEES": Attendee,
    "INCIDENT_PARTS": IncidentPart,
    "CLOSINGS": Closing,
    "BOARD": BoardRow,
    "BOARD_FIGURES": BoardFigures,
    "CHECKS": CheckRow,
    "INCIDENTS": Incident,
}
OF_ONE_OUTLET = {"asked by", "open", "operations", "releases", "sets", "will", "standing", "remark"}
"""Headings of tables that stand in one outlet only: previews of a switch and a register, two of the shift report."""


@pytest.mark.parametrize("name", TABLES)
def test_every_column_that_an_outlet_shows_is_made_or_an_attribute_of_the_row(name: str) -> None:
    one = TABLES[name]
    known = {*one.made, *dir(ROWS[name])}
    shown = {*one.window, *one.terminal, *one.sheet, *one.paper}
    unknown = {column for column in shown if not {column, column.replace(" ", "_")} & known}
    assert unknown == WORDED_BY_THE_OUTLET.get(name, set())
    assert not unknown & {*one.terminal, *one.sheet}
    assert one.made.keys() <= shown


def test_people_read_a_heading_for_each_column_and_no_other() -> None:
    shown = {
        column for one in TABLES.values() for column in (*one.window, *one.paper, *one.terminal, *one.sheet)
    } | OF_ONE_OUTLET
    assert {heading(column).code for column in shown} == {key for key in TEXTS if key.startswith("heading_")}


@pytest.mark.parametrize(("seconds", "minutes"), [(0, 0), (59, 0), (60, 1), (-1, -1), (-60, -1)])
def test_a_minute_that_has_begun_is_over_only_at_its_end(seconds: int, minutes: int) -> None:
    assert whole_minutes(timedelta(seconds=seconds)) == minutes


def test_no_duration_has_no_minutes() -> None:
    assert whole_minutes(None) is None
