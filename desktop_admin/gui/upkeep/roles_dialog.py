"""The roles at the desk: which staff account has which, since when by whom; a supervisor gives and takes them."""

from __future__ import annotations

from functools import partial
from operator import attrgetter

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QComboBox, QWidget

from desktop_admin.controllers.operations.deeds import SET_ROLE, roles, tables
from desktop_admin.controllers.values.columns import ROLES, role_word
from desktop_admin.controllers.values.lines import Actor, new_op_id
from desktop_admin.controllers.values.roles import HeldRole
from desktop_admin.database.engine import Database
from desktop_admin.errors import AdminError
from desktop_admin.gui.core.sentences import OVERDUE
from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.kit.dialogs import Dialog
from desktop_admin.gui.kit.parts import fill, in_row, named
from desktop_admin.gui.kit.widgets import PlainLabel, ToneLabel
from desktop_admin.gui.tables.cells import Cell
from desktop_admin.gui.tables.rows_model import RowsModel
from desktop_admin.gui.tables.table import Table
from desktop_admin.gui.upkeep.guard_dialog import why_not
from desktop_admin.messages import phrase
from desktop_admin.rules import Role

_NOTE_LINES = 2
_AS_IN_PORTAL = "portal"


class RolesModel(RowsModel[HeldRole]):
    """Staff accounts with their roles, by user name."""

    table = ROLES
    identity = attrgetter("user_id")

    def shown(self, column: str, source: HeldRole) -> Cell:
        cell = self.plain(column, source)
        if column == "role":
            return cell._replace(bold=source.is_given)
        doubted = source.giving is not None and source.giving.seal.doubted
        return cell._replace(tone=Tone.OVERDUE) if column == "given by" and doubted else cell


class RolesDialog(Dialog):
    """Lists the accounts, and gives the one that is selected the role that is chosen.

    Signals:
        changed: a role was given or taken back.

    Attributes:
        deed: the button that gives the role.
        choice: the roles; the first entry is what the account has in the portal.
        note: why nothing can be given, or what came of it.
    """

    changed = Signal()

    def __init__(self, *, tasks: TaskRunner, actor: Actor, words: Words, parent: QWidget | None) -> None:
        super().__init__(title=phrase("upkeep.roles"), parent=parent)
        self._tasks = tasks
        self._actor = actor
        self._words = words
        self.table = Table(RolesModel(words), stretch="name", name=phrase("upkeep.roles"))
        self.choice = named(QComboBox(), phrase("upkeep.roles.choice"))
        self.choice.setMinimumContentsLength(34)
        for data in (_AS_IN_PORTAL, *Role):
            self.choice.addItem("", data)
        label = PlainLabel(self.choice.accessibleName())
        label.setBuddy(self.choice)
        self.note = ToneLabel(phrase("upkeep.looking"))
        self.note.setMinimumHeight(_NOTE_LINES * self.note.fontMetrics().lineSpacing())
        about = ToneLabel(phrase("upkeep.about_roles"), tone=Tone.MUTED)
        fill(self.column, about, (self.table, 1), in_row(label, self.choice, None, spacing=8), self.note)
        self.deed = self.add_buttons(phrase("upkeep.roles.give"), safe=phrase("kit.close"))
        self.table.chosen.connect(self._show_account)
        self.choice.currentIndexChanged.connect(self._choose)
        self._show_account()
        self.fit(characters=128, lines=27)

    def look(self) -> None:
        """Ask the database."""
        self._tasks.read(partial(roles.listed, actor=self._actor), self._show, self._failed, key="roles")

    def accept(self) -> None:
        """The deed's button was pressed; the dialog stays, to show what came of it."""
        one = self._account
        if one is None or not self.deed.isEnabled():
            return
        self.deed.setEnabled(False)
        job = partial(_give, username=one.username, role=self._chosen, actor=self._actor)
        self._tasks.use(job, partial(self._given, one), self._failed, stage=phrase("upkeep.roles.giving"))

    @property
    def _account(self) -> HeldRole | None:
        selected = self.table.selected()
        return selected[0] if selected else None

    @property
    def _chosen(self) -> Role | None:
        """The role that is chosen, None for that of the portal."""
        data = self.choice.currentData()
        return None if data == _AS_IN_PORTAL else Role(data)

    @Slot(object)
    def _show(self, held: tuple[HeldRole, ...]) -> None:
        self.table.refresh(held)
        if self._account is None and held:
            self.table.selectRow(0)
        if not held:
            self.note.show_text(phrase("upkeep.roles.nobody"), Tone.MUTED)
        self._show_account()

    @Slot()
    def _show_account(self) -> None:
        """Offer the roles for the selected account, beginning with the one that it has."""
        one = self._account
        with QSignalBlocker(self.choice):
            for number, role in enumerate((one.in_portal if one else None, *Role)):
                key = "upkeep.roles.word" if number else "upkeep.roles.as_in_portal"
                self.choice.setItemText(number, phrase(key, role=self._words.say(role_word(role))))
            current = one.role if one is not None and one.is_given else None
            self.choice.setCurrentIndex(max(self.choice.findData(current or _AS_IN_PORTAL), 0))
        self.choice.setEnabled(one is not None)
        self._choose()

    @Slot()
    def _choose(self) -> None:
        """Say what is to be known of what is chosen."""
        one = self._account
        if one is not None:
            self.note.show_text(self._remark(one), Tone.MUTED)
        self._offer()

    def _remark(self, one: HeldRole) -> str:
        """What is to be known before a role is given."""
        if why := why_not(SET_ROLE, actor=self._actor, database=self._tasks.database):
            return self._words.say(why)
        database = self._tasks.database
        makes_tables = database is not None and not database.has_own_tables
        own = one.user_id == self._actor.user_id
        remarks = {"upkeep.roles.own_account": own, "upkeep.roles.tables_first": makes_tables}
        return " ".join(phrase(key) for key, holds in remarks.items() if holds)

    def _offer(self) -> None:
        """Let the button be pressed only where something would change; it says for whom."""
        one = self._account
        text = phrase("upkeep.roles.give")
        if one is not None:
            role = self._words.say(role_word(self._chosen))
            key = "upkeep.roles.take_from" if self._chosen is None else "upkeep.roles.give_to"
            text = phrase(key, username=one.username, role=role)
        # An ampersand in a user name would underline the next letter.
        self.deed.setText(text.replace("&", "&&"))
        self.deed.setAccessibleName(text)
        allowed = why_not(SET_ROLE, actor=self._actor, database=self._tasks.database) is None
        current = (one.role if one.is_given else None) if one is not None else None
        differs = one is not None and (self._chosen != current or (one.is_given and one.role is None))
        self.deed.setEnabled(allowed and differs)

    def _given(self, before: HeldRole, _nothing: None) -> None:
        self.changed.emit()
        if before.user_id == self._actor.user_id:
            # Who gave themselves another role may look no more before they have signed in with it.
            self.note.show_text(f"✓ {phrase('upkeep.roles.sign_in_again')}", Tone.RUNNING)
            return
        self._tasks.read(
            partial(roles.listed, actor=self._actor), partial(self._show_given, before), self._failed, key="roles"
        )

    def _show_given(self, before: HeldRole, held: tuple[HeldRole, ...]) -> None:
        self._show(held)
        words = [self._words.say(role_word(one.role)) for one in (before, *held) if one.user_id == before.user_id]
        told = SET_ROLE.say("told", username=before.username, before=words[0], after=words[-1])
        self.note.show_text(f"✓ {self._words.say(told)}", Tone.RUNNING)

    @Slot(object)
    def _failed(self, error: AdminError) -> None:
        self._offer()
        self.note.show_text(f"{OVERDUE} {self._words.say(error.message)}", Tone.STUCK)


def _give(database: Database, *, username: str, role: Role | None, actor: Actor) -> None:
    """Give the role, creating our own tables first."""
    tables.prepare(database, actor=actor)
    job = partial(roles.set_role, username=username, role=role, actor=actor, op_id=new_op_id())
    database.write(job)
