"""Chooses a back-up, shows what it holds and what it would replace, and asks for the number of its candidates."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop_admin.controllers.values.lines import Actor
from desktop_admin.errors import AdminError, NotPermitted
from desktop_admin.gui.core.sentences import OVERDUE
from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import Words, candidates
from desktop_admin.gui.kit.dialogs import Dialog
from desktop_admin.gui.kit.parts import fill
from desktop_admin.gui.kit.widgets import Form, PlainLabel, ToneLabel
from desktop_admin.gui.people.sign_in_jobs import Credentials
from desktop_admin.gui.upkeep import restoring
from desktop_admin.gui.upkeep.backup_fields import add_file, choose_file, fields_form, path_in, text_line
from desktop_admin.gui.upkeep.restoring import Looked, RestoreWanted
from desktop_admin.messages import phrase
from desktop_admin.stop import Stop

_KEY = "back-up"
_NOTE_LINES = 3


class RestoreDialog(Dialog):
    """Its button looks at the back-up first; what was looked at it puts back, once the number is typed.

    Args:
        actor: who is inside, or at the desk where nobody is.
        unread: the database cannot be opened, so that whoever looks signs in with the accounts of the back-up.

    Signals:
        wanted: a ``RestoreWanted``; the dialog has closed then, and holds no secret any more.

    Attributes:
        file, passphrase, user, password, reason, typed: what is typed.
        found: what the back-up holds and what it would replace.
        note: what is missing, or why it cannot be put back.
        deed: the button that looks, and then puts it back.
    """

    wanted = Signal(object)

    def __init__(
        self,
        database: Path,
        *,
        tasks: TaskRunner,
        actor: Actor,
        words: Words,
        unread: bool = False,
        parent: QWidget | None,
    ) -> None:
        super().__init__(title=phrase("upkeep.restore"), parent=parent)
        self._database = database
        self._tasks = tasks
        self._actor = actor
        self._words = words
        self._unread = unread
        self._seen: Looked | None = None
        self._stop = Stop()
        self.file = text_line(phrase("upkeep.restore.file"), self._forget)
        self.passphrase = text_line(phrase("upkeep.restore.passphrase"), self._forget, secret=True)
        self.passphrase.setPlaceholderText(phrase("upkeep.restore.if_encrypted"))
        self.user = text_line(phrase("people.user"), self._forget)
        self.password = text_line(phrase("connection.password"), self._forget, secret=True)
        self.reason = text_line(phrase("upkeep.restore.reason"), self._say_nothing)
        self.typed = text_line(phrase("upkeep.restore.number"), self._say_nothing)
        form = fields_form()
        add_file(form, self.file, self._browse)
        form.add(self.passphrase.accessibleName(), self.passphrase)
        for line in (self.user, self.password) if unread else ():
            form.add(line.accessibleName(), line)
        self.found = ToneLabel()
        self.found.setMinimumHeight(6 * self.found.fontMetrics().lineSpacing())
        self._question = fields_form()
        self._question.add(self.reason.accessibleName(), self.reason)
        self._question.add(self.typed.accessibleName(), self.typed)
        self.note = ToneLabel()
        self.note.setMinimumHeight(_NOTE_LINES * self.note.fontMetrics().lineSpacing())
        key = "upkeep.about_restore_unread" if unread else "upkeep.about_restore"
        about = ToneLabel(phrase(key, path=database), tone=Tone.MUTED)
        fill(self.column, about, form, self.found, self._question, self.note, None)
        self.deed = self.add_buttons(phrase("upkeep.restore.look"))
        self.deed.setDefault(True)
        self._forget()
        self.file.setFocus()
        self.fit(characters=104)

    def accept(self) -> None:
        """The deed's button was pressed: look at the back-up, or put it back once the number is right."""
        file, seen = path_in(self.file), self._seen
        lacking = next((line for line in (self.user, self.password) if self._unread and self.lacks(line)), None)
        if file is None:
            self._refuse(phrase("upkeep.restore.no_file"))
        elif lacking is not None:
            self._refuse(phrase("kit.lacking", what=lacking.accessibleName()))
            lacking.setFocus()
        elif seen is None:
            self._look(file)
        elif self.typed.text().strip() != str(seen.held.candidates):
            self._refuse(phrase("changing.impact.type", count=seen.held.candidates))
            self.typed.setFocus()
        else:
            passphrase, reason = self.passphrase.text() or None, self.reason.text().strip() or None
            super().accept()
            self.wanted.emit(RestoreWanted(file, passphrase, reason, seen.actor))

    def done(self, result: int) -> None:
        """Close, however that comes about; no secret stays, and nobody looks any further."""
        self._tasks.stop(self._stop)
        for line in (self.passphrase, self.password):
            line.clear()
        super().done(result)

    def _look(self, file: Path) -> None:
        self._forget()
        self.deed.setEnabled(False)
        self.note.show_text(phrase("upkeep.looking"), Tone.MUTED)
        typed = Credentials(self.user.text().strip(), self.password.text()) if self._unread else None
        passphrase = self.passphrase.text() or None
        job = partial(
            restoring.look,
            file,
            path=self._database,
            actor=self._actor,
            typed=typed,
            passphrase=passphrase,
            stop=self._stop,
        )
        self._tasks.call(job, partial(self._show, file), self._failed, key=_KEY, stop=self._stop)

    def _show(self, file: Path, seen: Looked) -> None:
        self._seen = seen
        held, there = seen.held, seen.there
        counted = candidates(held.candidates)
        would = phrase("replacing.would", file=file, candidates=counted, path=self._database)
        in_place = self._words.say(there.told("replacing.in_place")) if there else phrase("replacing.place_unread")
        self.found.show_text("\n".join((would, self._words.say(held.told("replacing.in_backup")), in_place)))
        question = phrase("changing.impact.type", count=held.candidates)
        _rename(self._question, self.typed, question)
        for line in (self.reason, self.typed):
            line.setEnabled(True)
        self.deed.setEnabled(True)
        _name(self, phrase("upkeep.restore.deed"))
        self.note.show_text("")
        self.typed.setFocus()

    @Slot()
    def _forget(self) -> None:
        """Another file, or another passphrase: it has not been looked at, and a look at the other one is in vain."""
        if not self.deed.isEnabled():
            self._tasks.stop(self._stop)
        self._tasks.forget(_KEY)
        self._stop = Stop()
        self._seen = None
        self.found.show_text("")
        self.typed.clear()
        for line in (self.reason, self.typed):
            line.setEnabled(False)
        self.deed.setEnabled(True)
        _name(self, phrase("upkeep.restore.look"))
        self._say_nothing()

    @Slot()
    def _say_nothing(self) -> None:
        self.note.show_text("")

    @Slot(object)
    def _failed(self, error: AdminError) -> None:
        self.deed.setEnabled(True)
        self._refuse(self._words.say(error.message))
        if error.code in {"passphrase_needed", "wrong_passphrase"}:
            self.passphrase.setFocus()
        elif self._unread and isinstance(error, NotPermitted):
            self.password.setFocus()
            self.password.selectAll()

    def _refuse(self, why: str) -> None:
        self.note.show_text(f"{OVERDUE} {why}", Tone.STUCK)

    @Slot()
    def _browse(self) -> None:
        choose_file(self, self.file, new=False)


def _name(dialog: RestoreDialog, text: str) -> None:
    dialog.deed.setText(text)
    dialog.deed.setAccessibleName(text)


def _rename(form: Form, line: QLineEdit, name: str) -> None:
    """Give a field of a form another name."""
    label = form.labelForField(line)
    if isinstance(label, PlainLabel):
        label.setText(name)
    line.setAccessibleName(name)
