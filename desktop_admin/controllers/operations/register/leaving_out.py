"""The rows of a register that were left out, as a file that can be mended and imported again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from desktop_admin.controllers.operations.register.judging import Judged, Standing
from desktop_admin.controllers.operations.register.reading import Table, Value
from desktop_admin.files.spreadsheets import Sheet
from desktop_admin.messages import Message


def of_problems(table: Table, judged: Sequence[Judged]) -> Sheet:
    """The rows with problems as they stand in the register, each with what is wrong behind it.

    They hold all that the register has of these candidates, so that nothing must be typed again.
    """
    cells = dict(table.rows)
    wrong = [one for one in judged if one.standing is Standing.PROBLEM]
    width = len(table.headings.texts)
    return Sheet(
        name=Message.of("register.left_out"),
        headings=(
            *(Message.of("register.heading", text=text) for text in table.headings.texts),
            Message.of("register.heading_problem"),
        ),
        rows=[
            (
                *(_text(value) for value in (*cells[one.row.number], *[""] * width)[:width]),
                Message.of("register.row", row=one.row.number, what=one.problems),
            )
            for one in wrong
        ],
    )


def _text(value: Value) -> str:
    if isinstance(value, dt.datetime | dt.date):
        return f"{value.day:02}-{value.month:02}-{value.year:04}"
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)
