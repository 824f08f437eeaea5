"""Shows every row of a register before it is imported, and hashes the passwords of those who are new."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from operator import attrgetter

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QWidget

from desktop_admin.controllers.operations.kind import Operation
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.operations.register import preview
from desktop_admin.controllers.operations.register.hashing import hash_all
from desktop_admin.controllers.operations.register.judging import Judged, Standing
from desktop_admin.controllers.operations.register.preview import Preview
from desktop_admin.controllers.values.columns import Columns
from desktop_admin.errors import AdminError
from desktop_admin.gui.core.sentences import FINISHED, OVERDUE, RUNNING, STUCK
from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.kit.dialogs import Dialog
from desktop_admin.gui.kit.parts import fill, offer, side_button
from desktop_admin.gui.kit.room import Flow
from desktop_admin.gui.kit.widgets import PlainLabel, ToneLabel, filter_box, tip
from desktop_admin.gui.tables.cells import Cell
from desktop_admin.gui.tables.rows_model import RowsModel
from desktop_admin.gui.tables.table import Table
from desktop_admin.messages import phrase

_LOOKS = {
    Standing.PROBLEM: (STUCK, Tone.STUCK),
    Standing.DIFFERENT: (OVERDUE, Tone.OVERDUE),
    Standing.NEW: (RUNNING, Tone.RUNNING),
    Standing.SAME: (FINISHED, Tone.MUTED),
}
"""Glyph and tone of how a row stands to the portal, in the order in which they are looked at."""
_NOTE_LINES = 3

REGISTER: Columns[Judged] = Columns(
    {
        "row": lambda one: one.row.number,
        "army no": lambda one: one.row.army_no,
        "rank": lambda one: one.row.values["rank"],
        "name": lambda one: one.row.values["name"],
        "trade": lambda one: one.trade.code if one.trade is not None else one.row.values["trade"],
        "remark": lambda one: (*one.problems, *one.differs, *one.row.repairs),
    },
    window=("row", "standing", "army no", "rank", "name", "trade", "remark"),
)


class RegisterModel(RowsModel[Judged]):
    """The rows of a register, those with problems first."""

    table = REGISTER
    identity = attrgetter("row.number")

    def shown(self, column: str, source: Judged) -> Cell:
        if column == "standing":
            glyph, tone = _LOOKS[source.standing]
            text = f"{glyph} {phrase(f'register.standing_{source.standing}')}"
            return Cell(text, tone, bold=source.standing is Standing.PROBLEM, order=list(_LOOKS).index(source.standing))
        if column == "remark":
            text = " · ".join(self.words.say(one) for one in (*source.problems, *source.differs, *source.row.repairs))
            return Cell(text, hint=text)
        return self.plain(column, source)


@dataclass(frozen=True, slots=True)
class ImportWanted:
    """What was confirmed.

    Attributes:
        plan: with the hashes of the passwords.
        passwords: of who is new, by army number; kept until the login slips are handed out.
    """

    plan: Plan
    passwords: Mapping[str, str] = field(repr=False)


class RegisterDialog(Dialog):
    """Lists the rows; its button hashes the passwords, and the dialog closes once that is done.

    Signals:
        wanted: an ``ImportWanted``.
        left_out_asked: a ``Preview``: its rows with problems are to be written to a file.

    Attributes:
        table, standing, shift, moves, generate: the list, what narrows it, and what can be chosen.
        note: what holds for the whole register, and how far the hashing is.
        deed: the button that imports.
    """

    wanted = Signal(object)
    left_out_asked = Signal(object)

    def __init__(self, found: Preview, *, tasks: TaskRunner, words: Words, parent: QWidget | None) -> None:
        super().__init__(title=phrase("register.title"), parent=parent)
        self._found = found
        self._tasks = tasks
        self._words = words
        self._cancelled = threading.Event()
        self.table = Table(RegisterModel(words), stretch="remark", name=phrase("register.rows"))
        self.standing = filter_box(phrase("register.standing"), "")
        self.standing.currentIndexChanged.connect(self._narrow)
        self.shift = filter_box(phrase("register.shift"), phrase("register.no_shift"))
        offer(self.shift, [(one.label, one.id) for one in found.shifts])
        label = PlainLabel(phrase("register.shift"))
        label.setBuddy(self.shift)
        self.shift.currentIndexChanged.connect(self._look_again)
        self.moves = QCheckBox(phrase("register.move"))
        self.moves.toggled.connect(self._look_again)
        self.generate = QCheckBox(phrase("register.generate"))
        self.generate.setToolTip(tip(phrase("register.generate_tip")))
        self.note = ToneLabel(tone=Tone.MUTED)
        self.note.setMinimumHeight(_NOTE_LINES * self.note.fontMetrics().lineSpacing())
        about = ToneLabel(phrase("register.about", file=found.table.path.name), tone=Tone.MUTED)
        choices = Flow(self.standing, label, self.shift, self.moves, self.generate, spacing=10)
        fill(self.column, about, choices, (self.table, 1), self.note)
        self.left_out = side_button(phrase("register.save_left_out"), self._ask_left_out)
        self.deed = self.add_buttons(phrase("register.import"), beside=(self.left_out,))
        self._show(found)
        self.fit(characters=150, lines=34)

    def accept(self) -> None:
        """The deed's button was pressed: hash the passwords, and tell how far that is."""
        if not self.deed.isEnabled():
            return
        for part in (self.deed, self.left_out, self.standing, self.shift, self.moves, self.generate):
            part.setEnabled(False)
        passwords = self._found.passwords(generate=self.generate.isChecked())
        job = partial(hash_all, passwords, cancelled=self._cancelled.is_set)
        done = partial(self._hashed, passwords)
        self._tasks.call(job, done, self._not_hashed, on_report=partial(self._tell_hashed, len(passwords)))

    def done(self, result: int) -> None:
        """Close, however that comes about; whatever is being hashed is not waited for."""
        self._cancelled.set()
        super().done(result)

    def _tell_hashed(self, count: int, made: object) -> None:
        self.note.show_text(phrase("register.hashing", made=made, count=count), Tone.MUTED)

    def _hashed(self, passwords: Mapping[str, str], hashes: dict[str, str]) -> None:
        wanted = ImportWanted(self._found.with_hashes(hashes), passwords)
        super().accept()
        self.wanted.emit(wanted)

    @Slot(object)
    def _not_hashed(self, error: AdminError) -> None:
        self.note.show_text(f"{OVERDUE} {self._words.say(error.message)}", Tone.STUCK)

    @Slot()
    def _look_again(self) -> None:
        """Another shift makes others of those who are there different."""
        self.deed.setEnabled(False)
        job = partial(
            preview.look,
            table=self._found.table,
            zone=self._words.zone,
            shift_id=self.shift.currentData(),
            moves=self.moves.isChecked(),
        )
        self._tasks.read(job, self._show, self._not_hashed, key="register")

    @Slot(object)
    def _show(self, found: Preview) -> None:
        self._found = found
        counts = {standing: found.count(standing) for standing in _LOOKS}
        self.standing.setItemText(0, phrase("register.all", count=len(found.judged)))
        listed = [(f"{phrase(f'register.standing_{one}')} ({n})", one) for one, n in counts.items() if n]
        offer(self.standing, listed)
        plan, kind = found.plan, found.plan.kind
        assert isinstance(kind, Operation)
        text = self._words.effect(plan) if plan.applied else phrase("register.nothing")
        self.deed.setText(text)
        self.deed.setAccessibleName(text)
        self.deed.setEnabled(plan.applied > 0)
        self.left_out.setEnabled(counts[Standing.PROBLEM] > 0)
        self.note.show_text(" ".join(self._words.say(note) for note in plan.notes), Tone.MUTED)
        self._narrow()

    @Slot()
    def _narrow(self) -> None:
        wanted = self.standing.currentData()
        order = list(_LOOKS)
        chosen = [one for one in self._found.judged if wanted in (None, one.standing)]
        self.table.refresh(tuple(sorted(chosen, key=lambda one: order.index(one.standing))))

    @Slot()
    def _ask_left_out(self) -> None:
        self.left_out_asked.emit(self._found)
