"""The incident book: what happened on a day or in a shift, with what was added, and on paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from functools import partial
from operator import attrgetter

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QFrame, QWidget
from shiboken6 import isValid

from desktop_admin.controllers.day import check_ins, incidents
from desktop_admin.controllers.operations.deeds import AMEND_INCIDENT, INCIDENT
from desktop_admin.controllers.values.attending import DayShift
from desktop_admin.controllers.values.columns import INCIDENTS
from desktop_admin.controllers.values.happened import Incident, Written
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.session import Session
from desktop_admin.errors import AdminError, OwnTablesMissing
from desktop_admin.gui.changing.carrying_out import CarryingOut
from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import Words, person
from desktop_admin.gui.day import incident_dialog
from desktop_admin.gui.day.incident_dialog import IncidentDialog, Offered, Told
from desktop_admin.gui.kit.actions import entry
from desktop_admin.gui.kit.parts import allow, fixed, in_column, offer, tell
from desktop_admin.gui.kit.room import Flow
from desktop_admin.gui.kit.widgets import ActionButton, ToneLabel, filter_box
from desktop_admin.gui.tables.cells import Cell
from desktop_admin.gui.tables.rows_model import RowsModel
from desktop_admin.gui.tables.table import Table
from desktop_admin.messages import phrase

ALL_DAYS = 0
"""In place of a shift's id: everything that was ever written down."""


class IncidentModel(RowsModel[Incident]):
    """A line for each incident, oldest first."""

    table = INCIDENTS
    identity = attrgetter("op_id")

    def shown(self, column: str, source: Incident) -> Cell:
        cell = super().shown(column, source)
        if column != "what happened":
            return cell
        return cell._replace(text=" ".join(source.first.text.split()))


@dataclass(frozen=True, slots=True)
class Book:
    """The incidents, and the shifts that there are."""

    incidents: tuple[Incident, ...]
    shifts: tuple[DayShift, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Order:
    """An entry to be written down; it ends in the name in which it began, whether its dialog still stands or not.

    Attributes:
        amended: the id of the incident to which it is added, or None.
    """

    dialog: IncidentDialog
    amended: str | None
    told: Told
    actor: Actor

    @property
    def asked_for(self) -> bool:
        """Whether the person still waits before the dialog."""
        return isValid(self.dialog) and self.dialog.isVisible()


def look(session: Session, *, zone: tzinfo, shift_id: int | None) -> Book:
    """Read the incidents of a shift, of today for None, or all of them for ``ALL_DAYS``."""
    everything = shift_id == ALL_DAYS
    found = incidents.listed(session) if everything else incidents.of_shift(session, zone=zone, shift_id=shift_id)
    return Book(found, tuple(check_ins.shifts(session).values()))


class IncidentPage(QWidget):
    """The incident book.

    Signals:
        changed: something was written down.
        paper_asked: a tuple of ``Incident``, to be looked at as pages.
    """

    changed = Signal()
    paper_asked = Signal(object)

    def __init__(self, *, tasks: TaskRunner, carrying_out: CarryingOut, words: Words) -> None:
        super().__init__()
        self._tasks = tasks
        self._carrying_out = carrying_out
        self._words = words
        self._writable = self._wanted = False
        self._written = ""
        self._drafts: dict[str | None, Told] = {}
        self.period = filter_box(phrase("history.period"), phrase("history.today"))
        self.table = Table(IncidentModel(words), stretch="what happened", name=phrase("paper.incidents"))
        self.write = entry(phrase("incidents.new_entry"), self, self.write_down)
        self.amend = entry(phrase("incidents.amend_entry"), self, self._amend)
        self.on_paper = entry(phrase("incidents.on_paper"), self, self._show_selected)
        self.all_on_paper = entry(phrase("incidents.all_on_paper"), self, self._show_listed)
        self.nothing = ToneLabel(tone=Tone.MUTED)
        self._told = ToneLabel()
        panel = QFrame()
        panel.setObjectName("panel")
        write = fixed(ActionButton(self.write, style="primary"))
        others = (fixed(ActionButton(one)) for one in (self.amend, self.on_paper, self.all_on_paper))
        in_column(self._told, Flow(write, *others), inside=panel, margins=(16, 10, 12, 10))
        in_column(Flow(self.period), self.nothing, (self.table, 1), panel, inside=self, spacing=8)
        self.table.offer([self.amend, self.on_paper])
        self.table.chosen.connect(self._update)
        self.table.opened.connect(self._amend)
        self.period.currentIndexChanged.connect(self.refresh)
        carrying_out.busy_changed.connect(self._update)
        self.empty()

    def empty(self) -> None:
        """Show nothing of what was read, and forget what was typed."""
        self._wanted = False
        self._drafts.clear()
        with QSignalBlocker(self.period):
            self.period.setCurrentIndex(0)
        self.table.rows.set_rows(())
        tell(self.nothing, "")
        self._update()

    def set_writable(self, writable: bool) -> None:
        """Switch writing down on or off with the database."""
        self._writable = writable
        self._update()

    @Slot()
    def refresh(self) -> None:
        """Read the book again."""
        self._wanted = True
        job = partial(look, zone=self._words.zone, shift_id=self.period.currentData())
        self._tasks.read(job, self._show, key="incidents")

    @Slot(object)
    def _show(self, found: Book) -> None:
        if not self._wanted:
            return
        shifts = [(one.label, one.id) for one in found.shifts]
        with QSignalBlocker(self.period):
            offer(self.period, [(phrase("history.all_days"), ALL_DAYS), *shifts])
        self.table.refresh(found.incidents)
        tell(self.nothing, "" if found.incidents else phrase("incidents.none"))
        written, self._written = self._written, ""
        if written:
            self.table.select_key(written)
        self._update()

    @property
    def _selected(self) -> Incident | None:
        return next(iter(self.table.selected()), None)

    @Slot()
    def _update(self) -> None:
        """Tell the selected incident whole, and say on each button why it is off."""
        one = self._selected
        tell(self._told, self._whole(one) if one else phrase("incidents.select"))
        ready = self._writable and not self._carrying_out.busy
        why = "" if self._writable else phrase("desk.not_writable")
        for action, kind in ((self.write, INCIDENT), (self.amend, AMEND_INCIDENT)):
            refused = why or self._carrying_out.why_not_for(kind, candidates=0)
            allow(action, ready and (action is not self.amend or one is not None), why=refused)
        self.on_paper.setEnabled(one is not None)
        self.all_on_paper.setEnabled(self.table.rows.rowCount() > 0)

    def _whole(self, one: Incident) -> str:
        people = ", ".join(person(who.army_no, who.name) for who in one.people)
        about = phrase("incidents.belongs", operations=", ".join(op_id[:8] for op_id in one.about)) if one.about else ""
        parts = [self._part(part) for part in (one.first, *one.additions)]
        return "\n".join(filter(None, (*parts, people, about)))

    def _part(self, part: Written) -> str:
        who = part.seal.mark(part.person)
        told = phrase("incidents.part", time=self._words.moment(part.at), person=who, text=part.text)
        return f"{told} {phrase('incidents.done', done=part.done)}" if part.done else told

    # Writing down

    @Slot()
    def write_down(self) -> None:
        """Ask what happened."""
        self._ask(None, about=None)

    def write_down_about(self, op_id: str) -> None:
        """Ask what happened with this operation."""
        self._ask(None, about=op_id)

    @Slot()
    def _amend(self) -> None:
        one = self._selected
        if one is not None and self.amend.isEnabled():
            self._ask(one, about=None)

    def _ask(self, amended: Incident | None, *, about: str | None) -> None:
        draft = self._drafts.get(amended.op_id if amended else None)
        # What an entry that was not finished is tied to may have grown old meanwhile.
        job = partial(incident_dialog.look, op_id=about or (draft.about if draft else None))
        self._tasks.read(job, partial(self._open, amended, about), key="incident")

    def _open(self, amended: Incident | None, about: str | None, offered: Offered) -> None:
        if not self._carrying_out.entrance.inside:
            return
        key = amended.op_id if amended else None
        dialog = IncidentDialog(
            offered, amended=amended, about=about, draft=self._drafts.get(key), words=self._words, parent=self
        )
        dialog.wanted.connect(partial(self._write, dialog, key))
        dialog.rejected.connect(partial(self._keep, dialog, key))
        dialog.open()

    def _keep(self, dialog: IncidentDialog, key: str | None) -> None:
        """The dialog was left, or the window was locked: the same person goes on with what was typed."""
        told = dialog.told
        if told.empty:
            self._drafts.pop(key, None)
        else:
            self._drafts[key] = told

    def _write(self, dialog: IncidentDialog, amended: str | None, told: Told) -> None:
        order = _Order(dialog, amended, told, self._carrying_out.actor)
        job = partial(incident_dialog.write, entry=told, amended=amended, actor=order.actor)
        done, failed = partial(self._note, order), partial(self._failed, order)
        self._tasks.use(job, done, failed, stage=phrase("incidents.writing"))

    def _prepare_and_write(self, order: _Order, agreed_by: Actor | None) -> None:
        job = partial(
            incident_dialog.prepare_and_write,
            entry=order.told,
            amended=order.amended,
            actor=order.actor,
            agreed_by=agreed_by,
        )
        told = self._carrying_out.prepared.emit
        done, failed = partial(self._note, order), partial(self._refused, order)
        self._tasks.use(job, done, failed, on_report=told, stage=phrase("changing.preparing"))

    def _note(self, order: _Order, op_id: str) -> None:
        """What was written down is selected once it is read, and is no draft any more."""
        if self._drafts.get(order.amended) == order.told:
            del self._drafts[order.amended]
        if order.asked_for:
            order.dialog.done(IncidentDialog.DialogCode.Accepted)
        self._written = order.amended or op_id
        self.changed.emit()

    def _failed(self, order: _Order, error: AdminError) -> None:
        database = self._tasks.database
        if not isinstance(error, OwnTablesMissing) or not order.asked_for or database is None:
            self._refused(order, error)
            return
        agreed, left = partial(self._prepare_and_write, order), partial(self._refused, order, error)
        self._carrying_out.ask_consent(agreed, left, where=database.description, before=order.dialog)

    def _refused(self, order: _Order, error: AdminError) -> None:
        """Say it where the person looks: in the dialog, or where that was left, in the window."""
        if order.asked_for:
            if error.code == "incident_written_before":
                order.dialog.begin_anew()
            order.dialog.show_refused(error)
        else:
            self._tasks.failed.emit(error)

    @property
    def unfinished(self) -> bool:
        """Whether something was typed, and not written down."""
        return bool(self._drafts)

    def go_on_from(self, before: IncidentPage) -> None:
        """What was being typed before everything was built anew is gone on with."""
        self._drafts |= before._drafts

    # On paper

    @Slot()
    def _show_selected(self) -> None:
        one = self._selected
        if one is not None:
            self.paper_asked.emit((one,))

    @Slot()
    def _show_listed(self) -> None:
        rows = self.table.rows
        self.paper_asked.emit(tuple(rows.source(row) for row in range(rows.rowCount())))
