"""What follows from a register that is to be imported: its preview, the import, and the slips with new logins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from desktop_admin import settings
from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.operations.register import leaving_out, preview, reading, slips
from desktop_admin.controllers.operations.register.preview import Preview
from desktop_admin.controllers.operations.register.reading import ColumnsMissing, Table
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.errors import AdminError
from desktop_admin.files import spreadsheets
from desktop_admin.gui.changing.carrying_out import CarryingOut
from desktop_admin.gui.kit.bars import MessageBar
from desktop_admin.gui.paper.paper_actions import PaperActions
from desktop_admin.gui.register.headings_dialog import HeadingsDialog
from desktop_admin.gui.register.register_dialog import ImportWanted, RegisterDialog
from desktop_admin.gui.register.slips_dialog import SlipsDialog
from desktop_admin.messages import phrase


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    """The slips of an import until they were printed or saved once: whose they are, and of which database."""

    slips: Sequence[slips.LoginSlip]
    actor: Actor
    database: tuple[object, ...]


class Importing(QObject):
    """Reads registers, shows what they would bring, imports them, and hands the login slips out."""

    def __init__(self, *, carrying_out: CarryingOut, papers: PaperActions, bar: MessageBar, window: QWidget) -> None:
        super().__init__(window)
        self._carrying_out = carrying_out
        self._tasks = carrying_out.tasks
        self._words = carrying_out.words
        self._papers = papers
        self._bar = bar
        self._window = window
        self._wanted: ImportWanted | None = None
        self._actor = carrying_out.actor
        self._kept: list[_Kept] = []
        carrying_out.changed.connect(self._hand_out)
        for back in (carrying_out.entrance.returned, carrying_out.entrance.entered):
            back.connect(self._show_slips)

    def read(self, path: Path) -> None:
        """Read a register, judge its rows, and show them."""
        if self._tasks.database is None or not self._carrying_out.entrance.inside:
            return
        failed = partial(self._not_read, path)
        self._tasks.call(partial(_read, path), self._judge, failed, stage=phrase("register.reading", file=path.name))

    def _not_read(self, path: Path, error: AdminError) -> None:
        if isinstance(error, ColumnsMissing) and len(error.unused) >= len(error.missing):
            dialog = HeadingsDialog(error, words=self._words, parent=self._window)
            dialog.chosen.connect(partial(self._remember, path))
            dialog.open()
            return
        self._bar.show_bad(self._words.say(error.message))

    def _remember(self, path: Path, headings: Mapping[str, str]) -> None:
        try:
            settings.change(lambda known: replace(known, register_headings={**known.register_headings, **headings}))
        except AdminError as error:
            self._bar.show_bad(self._words.say(error.message))
            return
        self.read(path)

    @Slot(object)
    def _judge(self, table: Table) -> None:
        job = partial(preview.look, table=table, zone=self._words.zone)
        self._tasks.read(job, self._show, stage=phrase("register.reading", file=table.path.name))

    @Slot(object)
    def _show(self, found: Preview) -> None:
        if not self._carrying_out.entrance.inside:
            return
        dialog = RegisterDialog(found, tasks=self._tasks, words=self._words, parent=self._window)
        dialog.wanted.connect(self._import)
        dialog.left_out_asked.connect(self._save_left_out)
        dialog.open()

    @Slot(object)
    def _save_left_out(self, found: Preview) -> None:
        sheet = leaving_out.of_problems(found.table, found.judged)
        stem = f"{found.table.path.stem}-problems"
        self._papers.ask_path(stem, ".xlsx", phrase("paper.spreadsheets"), partial(self._write_left_out, sheet))

    def _write_left_out(self, sheet: spreadsheets.Sheet, name: str) -> None:
        path = Path(name)
        job = partial(_write, sheet, path, zone=self._words.zone)
        self._tasks.call(job, self._written, stage=phrase("paper.exporting"))

    @Slot(object)
    def _written(self, path: Path) -> None:
        self._bar.show_saved(phrase("paper.saved", path=path), path)

    @Slot(object)
    def _import(self, wanted: ImportWanted) -> None:
        self._wanted, self._actor = wanted, self._carrying_out.actor
        self._carrying_out.apply_confirmed(wanted.plan, reason=None, on_changed_plan=self._forget)

    @Slot(object)
    def _forget(self, _plan: Plan) -> None:
        """Nothing was imported, because more than was shown would have been; that is told elsewhere."""
        self._wanted = None

    @Slot(object)
    def _hand_out(self, changes: Changes) -> None:
        wanted = self._wanted
        if wanted is None or changes.op_id != wanted.plan.op_id:
            return
        self._wanted = None
        made = slips.of_new(changes, wanted.passwords)
        if made:
            self._kept.append(_Kept(made, self._actor, self._database()))
            self._show_slips()

    def _database(self) -> tuple[object, ...]:
        """Which database is open, as its description tells it from others."""
        database = self._tasks.database
        about = None if database is None else database.description
        return () if about is None else (about.host, about.name, about.path)

    @Slot()
    def _show_slips(self) -> None:
        """Show the slips that nobody has on paper or in a file, to whoever imported; a lock has closed them."""
        entrance = self._carrying_out.entrance
        kept = next(
            (one for one in self._kept if (one.actor, one.database) == (entrance.actor, self._database())), None
        )
        if kept is None or not entrance.inside:
            return
        done = partial(self._handed_out, kept)
        dialog = SlipsDialog(
            kept.slips,
            hand_out=partial(self._papers.hand_out_logins, done=done),
            stays=lambda: kept in self._kept and entrance.inside,
            parent=self._window,
        )
        dialog.discarded.connect(done)
        dialog.open()

    def _handed_out(self, kept: _Kept) -> None:
        if kept in self._kept:
            self._kept.remove(kept)


def _read(path: Path) -> Table:
    return reading.read(path, own=settings.load().register_headings)


def _write(sheet: spreadsheets.Sheet, path: Path, *, zone: tzinfo) -> Path:
    spreadsheets.check_name(path)
    spreadsheets.save(sheet, path, zone=zone)
    return path
