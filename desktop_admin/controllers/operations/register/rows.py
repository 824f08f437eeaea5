"""The rows of a register, each as it is meant: pure rules, of which none knows the portal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from desktop_admin.controllers.operations.register import repairs
from desktop_admin.controllers.operations.register.columns import COLUMNS, Headings
from desktop_admin.controllers.operations.register.reading import Cells, Table, Value
from desktop_admin.controllers.operations.register.repairs import Mended
from desktop_admin.messages import Message
from desktop_admin.rules import normal_army_no

_YOUNGEST = 14
"""Nobody is registered who is younger, in years."""
_LONG_NUMBERS = ("aadhar_number", "apaar_id")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a register.

    Attributes:
        number: in the file, from 1.
        values: by column, as the portal writes them; of a date the text dd-mm-yyyy.
        repairs: what was done to its values.
        problems: why nobody can be made of it.
    """

    number: int
    values: Mapping[str, str] = field(repr=False)
    repairs: tuple[Message, ...] = ()
    problems: tuple[Message, ...] = ()

    @property
    def army_no(self) -> str:
        """The army number, which is the user name as well."""
        return self.values["army_no"]

    @property
    def password(self) -> str:
        """What the portal lets the candidate in with: the date of birth, unless the register has a password."""
        return self.values["password"] or self.values["dob"]

    @property
    def enrolled(self) -> dt.date:
        """The date of enrolment; only of a row without problems."""
        day, month, year = map(int, self.values["doe"].split("-"))
        return dt.date(year, month, day)


def of_table(table: Table, *, today: dt.date) -> tuple[Row, ...]:
    """All rows of a register, those that stand in it twice with the problem."""
    return doubled(
        [
            of_cells(number, cells, table.headings, today=today, number_cells=not table.is_text)
            for number, cells in table.rows
        ]
    )


def of_cells(number: int, cells: Cells, headings: Headings, *, today: dt.date, number_cells: bool) -> Row:
    """One row as it is meant.

    Args:
        number_cells: whether the file tells numbers from texts.
    """
    mended = {name: _mended(name, _cell(cells, headings, name), today, number_cells) for name in COLUMNS}
    problems = [one.problem for one in mended.values() if one.problem is not None]
    for name, column in COLUMNS.items():
        one = mended[name]
        if column.required and not one.text and one.problem is None:
            problems.append(Message.of("register.problem_missing", column=column.told))
        elif len(one.text) > column.most and one.problem is None:
            problems.append(
                Message.of("register.problem_long", column=column.told, most=column.most, given=len(one.text))
            )
    values = {name: one.text for name, one in mended.items()}
    if not problems and _as_number(values["doe"]) <= _as_number(values["dob"]):
        problems.append(Message.of("register.problem_enrolled"))
    return Row(number, values, tuple(told for one in mended.values() for told in one.repairs), tuple(problems))


def _cell(cells: Cells, headings: Headings, name: str) -> Value:
    place = headings.at.get(name)
    return cells[place] if place is not None and place < len(cells) else ""


def _mended(name: str, value: Value, today: dt.date, number_cells: bool) -> Mended:
    column = COLUMNS[name]
    if name == "army_no":
        return repairs.identifier(value, column)
    if name in _LONG_NUMBERS:
        return repairs.long_number(value, column, number_cells=number_cells)
    if name == "mobile_no":
        return repairs.mobile(value, column)
    if name == "dob":
        # The 29th of February has no anniversary in most years.
        latest = today.replace(year=today.year - _YOUNGEST, day=min(today.day, 28))
        return repairs.day(value, column, latest=latest)
    if name == "doe":
        return repairs.day(value, column, latest=today)
    if name == "password":
        return repairs.password(value, column)
    return repairs.plain(value, column)


def _as_number(day: str) -> tuple[int, ...]:
    return tuple(map(int, reversed(day.split("-"))))


def doubled(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The same rows; of those that name one candidate, or one Aadhaar or APAAR number, twice all but equal ones fail.

    Of rows that say the same the first counts, and the others are named; where they differ nobody knows which is meant.
    """
    first: dict[str, list[Row]] = {}
    for row in rows:
        first.setdefault(normal_army_no(row.army_no), []).append(row)
    numbers: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        for name in _LONG_NUMBERS:
            if row.values[name]:
                numbers.setdefault((name, row.values[name]), set()).add(normal_army_no(row.army_no))
    return tuple(_judged(row, first[normal_army_no(row.army_no)], numbers) for row in rows)


def _judged(row: Row, theirs: Sequence[Row], numbers: Mapping[tuple[str, str], set[str]]) -> Row:
    problems = []
    if row.army_no and len(theirs) > 1:
        others = ", ".join(str(other.number) for other in theirs if other is not row)
        same = all(other.values == theirs[0].values for other in theirs)
        if not same:
            problems.append(Message.of("register.problem_doubled", rows=others))
        elif row is not theirs[0]:
            problems.append(Message.of("register.problem_repeated", row=theirs[0].number))
    for name in _LONG_NUMBERS:
        if len(numbers.get((name, row.values[name]), ())) > 1:
            problems.append(Message.of("register.problem_shared", column=COLUMNS[name].told))
    return replace(row, problems=(*row.problems, *problems)) if problems else row
