"""Asks for an incident, or for what is added to one; what was typed stays until it is written down."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import partial
from pathlib import Path

from PySide6.QtCore import QDateTime, Signal, Slot
from PySide6.QtWidgets import QComboBox, QDateTimeEdit, QLineEdit, QPlainTextEdit, QWidget

from desktop_admin.controllers.log import history
from desktop_admin.controllers.operations.deeds import AMEND_INCIDENT, INCIDENT, tables
from desktop_admin.controllers.operations.deeds import incidents as book
from desktop_admin.controllers.portal import candidates
from desktop_admin.controllers.upkeep import policies
from desktop_admin.controllers.values.happened import Incident
from desktop_admin.controllers.values.lines import Actor, new_op_id
from desktop_admin.controllers.values.records import OperationRecord
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.errors import AdminError
from desktop_admin.gui.core.sentences import OVERDUE
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import Words, operation_name
from desktop_admin.gui.kit.dialogs import Dialog
from desktop_admin.gui.kit.parts import fill, named, tell
from desktop_admin.gui.kit.widgets import Form, ToneLabel
from desktop_admin.messages import phrase, shortened

OFFERED = 30
"""So many of the newest operations are offered to be tied to an incident."""
LINES_OF_TEXT = 4


@dataclass(frozen=True, slots=True)
class Offered:
    """What an incident can be of, and be tied to.

    Attributes:
        operations: the newest, newest first; among them the one that was asked for.
    """

    categories: tuple[str, ...]
    operations: tuple[OperationRecord, ...]


def look(session: Session, *, op_id: str | None = None) -> Offered:
    """Read it, with this operation in any case."""
    newest = history.operations(session, limit=OFFERED)
    if op_id is not None and all(one.op_id != op_id for one in newest):
        newest = (*history.operations(session, op_id=op_id), *newest)
    # Those of the book itself are amended, and tied to nothing.
    book_rows = (INCIDENT.name, AMEND_INCIDENT.name)
    return Offered(policies.read(session).categories, tuple(one for one in newest if one.operation not in book_rows))


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody typed.

    Attributes:
        category: None for what is added to an incident.
        at: None for now, and for what is added.
        army_nos: of those whom it concerns.
        about: the operation that belongs to it, or None.
        op_id: of its row; what is tried again under the same is written down once.
    """

    category: str | None
    at: datetime | None
    text: str
    done: str
    army_nos: tuple[str, ...]
    about: str | None
    op_id: str

    @property
    def empty(self) -> bool:
        """Whether nothing was typed that anybody would miss."""
        return not (self.text.strip() or self.done.strip() or self.army_nos)


class IncidentDialog(Dialog):
    """An incident with its time, category, candidates, and what was done; or what is added to ``amended``.

    It stands until it is told what became of what was typed (``done`` or ``show_refused``), unless somebody leaves it.

    Signals:
        wanted: a ``Told``, each time that it is to be written down.
    """

    wanted = Signal(object)

    def __init__(
        self,
        offered: Offered,
        *,
        amended: Incident | None = None,
        about: str | None = None,
        army_nos: Sequence[str] = (),
        draft: Told | None = None,
        words: Words,
        parent: QWidget | None,
    ) -> None:
        super().__init__(title=phrase("incidents.amend" if amended else "incidents.new"), parent=parent)
        self._words = words
        self._amended = amended
        self._op_id = new_op_id() if draft is None else draft.op_id
        self.category = named(QComboBox(), phrase("paper.category"))
        for category in offered.categories:
            self.category.addItem(words.category(category), category)
        self.at = named(_moment(words.zone), phrase("heading_when"))
        self._as_made = self.at.dateTime()
        self.text = _text("paper.what_happened")
        self.done_about_it = _text("paper.what_was_done")
        self.army_nos = named(QLineEdit(" ".join(army_nos)), phrase("paper.concerned"))
        self.army_nos.setPlaceholderText(phrase("incidents.numbers_hint"))
        self.about = named(QComboBox(), phrase("incidents.operation"))
        self.about.addItem(phrase("incidents.no_operation"), None)
        for one in offered.operations:
            self.about.addItem(_operation(one, words), one.op_id)
        self.about.setCurrentIndex(max(self.about.findData(about), 0))
        self.note = ToneLabel(tone=Tone.STUCK)
        self._build()
        if draft is not None:
            self._take_up(draft)

    def _build(self) -> None:
        form = Form()
        if self._amended is None:
            form.add(phrase("paper.category"), self.category)
            form.add(phrase("heading_when"), self.at)
        form.add(phrase("paper.what_happened"), self.text)
        form.add(phrase("paper.what_was_done"), self.done_about_it)
        form.add(phrase("paper.concerned"), self.army_nos)
        form.add(phrase("incidents.operation"), self.about)
        tell(self.note, "")
        about = phrase("incidents.about_amending" if self._amended else "incidents.about_writing")
        fill(self.column, ToneLabel(about, tone=Tone.MUTED), form, self.note, None)
        self._deed = self.add_buttons(phrase("incidents.write"))
        self.fit(characters=84, lines=26)
        self.text.setFocus()

    def _take_up(self, draft: Told) -> None:
        """Go on with what was typed before; an operation that was asked for now stays chosen."""
        self.category.setCurrentIndex(max(self.category.findData(draft.category), 0))
        if draft.at is not None:
            self.at.setDateTime(_wall_time(draft.at.astimezone(self._words.zone)))
        self.text.setPlainText(draft.text)
        self.done_about_it.setPlainText(draft.done)
        if draft.army_nos:
            self.army_nos.setText(" ".join(draft.army_nos))
        if self.about.currentData() is None:
            self.about.setCurrentIndex(max(self.about.findData(draft.about), 0))

    @property
    def told(self) -> Told:
        """What is typed."""
        is_new = self._amended is None
        at = self.at.dateTime().toPython()
        assert isinstance(at, datetime)
        # Nobody looks at the clock for what happens now.
        moved = self.at.dateTime() != self._as_made
        return Told(
            category=self.category.currentData() if is_new else None,
            at=at.replace(tzinfo=self._words.zone) if is_new and moved else None,
            text=self.text.toPlainText(),
            done=self.done_about_it.toPlainText(),
            army_nos=tuple(filter(None, re.split(r"[\s,;]+", self.army_nos.text()))),
            about=self.about.currentData(),
            op_id=self._op_id,
        )

    def begin_anew(self) -> None:
        """What is typed now is another entry than the one before."""
        self._op_id = new_op_id()

    def accept(self) -> None:
        """The deed's button was pressed; the dialog closes once everything is written down."""
        self._deed.setEnabled(False)
        tell(self.note, "")
        self.wanted.emit(self.told)

    @Slot(object)
    def show_refused(self, error: AdminError) -> None:
        """Say why it was not written down; it can be tried again."""
        tell(self.note, f"{OVERDUE} {self._words.say(error.message)}")
        self._deed.setEnabled(True)
        self.text.setFocus()


def write(database: Database, *, entry: Told, amended: str | None, actor: Actor) -> str:
    """Write it down in one transaction, and give back the id of the row.

    Args:
        amended: the id of the incident to which it is added.

    Raises:
        OwnTablesMissing: there is no log to write it into; see ``prepare_and_write``.
        AdminError: something else was written down under its id, which nobody knew; it says so.
    """

    def job(session: Session) -> str:
        user_ids = candidates.require(session, army_nos=entry.army_nos) if entry.army_nos else ()
        about = (entry.about,) if entry.about else ()
        common = partial(book.amend, incident=amended) if amended else partial(book.write, at=entry.at)
        if entry.category is not None:
            common = partial(common, category=entry.category)
        typed = partial(common, text=entry.text, done=entry.done, user_ids=user_ids, about=about)
        return typed(session, actor=actor, op_id=entry.op_id)

    return database.write(job)


def prepare_and_write(
    database: Database,
    *,
    entry: Told,
    amended: str | None,
    actor: Actor,
    agreed_by: Actor | None,
    told: Callable[[Path], None],
) -> str:
    """The same once a supervisor has agreed that our own tables are created; ``told`` takes where the back-up is."""
    backup = tables.prepare(database, actor=actor, released_by=agreed_by)
    if backup is not None:
        told(backup)
    return write(database, entry=entry, amended=amended, actor=actor)


def _moment(zone: tzinfo) -> QDateTimeEdit:
    now = datetime.now(UTC).astimezone(zone)
    return QDateTimeEdit(_wall_time(now), displayFormat="yyyy-MM-dd HH:mm", calendarPopup=True)


def _wall_time(at: datetime) -> QDateTime:
    return QDateTime(at.year, at.month, at.day, at.hour, at.minute, 0)


def _text(key: str) -> QPlainTextEdit:
    text = named(QPlainTextEdit(), phrase(key))
    text.setTabChangesFocus(True)
    text.setFixedHeight(text.fontMetrics().lineSpacing() * LINES_OF_TEXT + 2 * text.frameWidth() + 8)
    return text


def _operation(one: OperationRecord, words: Words) -> str:
    concerned = shortened(words.concerned(one).rstrip(".।"), most=40)
    return phrase(
        "incidents.one_operation",
        time=words.moment(one.at),
        operation=operation_name(one.operation),
        concerned=concerned,
        person=one.who,
    )
