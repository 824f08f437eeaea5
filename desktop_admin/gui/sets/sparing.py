"""Choosing, in the preview of a set switch, whose session is finished on the old set and whose restarts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QSpinBox

from desktop_admin.gui.kit.parts import named
from desktop_admin.gui.kit.widgets import button, tip
from desktop_admin.gui.tables.models import Fate
from desktop_admin.gui.tables.table import Table
from desktop_admin.messages import phrase
from desktop_admin.rules import MOST_MINUTES

SOON = 10
"""Minutes left, until somebody says another number."""


class Sparing(QObject):
    """The buttons above the list of sessions that a switch meets; Enter in the list chooses, too.

    Signals:
        chosen: the ids of the sessions that shall be finished, after each choice.

    Attributes:
        parts: the buttons and the field, to be laid out.
    """

    chosen = Signal(object)

    def __init__(self, table: Table) -> None:
        super().__init__(table)
        self._table = table
        self._why = ""
        self.selected = button("", self._turn_selected, name=phrase("sets.let_these_finish", n=1))
        self.all = button("", self._turn_all, name=phrase("sets.let_all_finish"))
        self.minutes = named(QSpinBox(minimum=1, maximum=MOST_MINUTES, value=SOON), phrase("sets.minutes_left"))
        self.minutes.setSuffix(f" {phrase('sets.minutes')}")
        self.finish_soon = button(phrase("sets.let_finish_soon"), self._finish_soon)
        self.parts = (self.selected, self.all, self.minutes, self.finish_soon)
        table.chosen.connect(self.follow)
        table.opened.connect(self._turn_selected)
        self.minutes.valueChanged.connect(self.follow)

    def set_available(self, why: str) -> None:
        """Switch everything off for this reason; an empty one switches it on."""
        self._why = why
        for part in self.parts:
            part.setToolTip(tip(why))
        self.follow()

    @Slot()
    def follow(self) -> None:
        """Offer what can be chosen now."""
        all_of, chosen = self._choosable(), self._chosen()
        key = "sets.restart_these" if _all_finish(chosen) else "sets.let_these_finish"
        self.selected.setText(phrase(key, n=len(chosen) or 1))
        self.all.setText(phrase("sets.restart_all" if _all_finish(all_of) else "sets.let_all_finish"))
        for one in (self.selected, self.all):
            one.setAccessibleName(one.text())
        self.selected.setEnabled(bool(chosen) and not self._why)
        self.all.setEnabled(not self._why)
        self.finish_soon.setEnabled(any(not one.finishes for one in self._soon()) and not self._why)
        self.minutes.setEnabled(bool(all_of) and not self._why)
        for part in self.parts:
            part.setVisible(bool(all_of))

    def _choosable(self) -> list[Fate]:
        """The sessions on an old set, of which it is chosen whether they restart."""
        rows = self._table.rows
        fates = (rows.source(row) for row in range(rows.rowCount()))
        return [one for one in fates if one.finishes is not None]

    def _chosen(self) -> list[Fate]:
        return [one for one in self._table.selected() if one.finishes is not None]

    def _soon(self) -> list[Fate]:
        """Those of whom fewer minutes are left; whose time is over may have left long ago, and is chosen alone."""
        most = timedelta(minutes=self.minutes.value())
        return [one for one in self._choosable() if (left := one.left) is not None and timedelta() <= left < most]

    @Slot()
    def _turn_selected(self) -> None:
        chosen = self._chosen()
        if chosen and not self._why:
            self._choose(chosen, finishes=not _all_finish(chosen))

    @Slot()
    def _turn_all(self) -> None:
        everybody = self._choosable()
        self._choose(everybody, finishes=not _all_finish(everybody))

    @Slot()
    def _finish_soon(self) -> None:
        self._choose(self._soon(), finishes=True)

    def _choose(self, fates: Sequence[Fate], *, finishes: bool) -> None:
        named_now = {one.session.id for one in fates}
        before = {one.session.id for one in self._choosable() if one.finishes}
        self.chosen.emit(tuple(sorted(before | named_now if finishes else before - named_now)))


def _all_finish(fates: Sequence[Fate]) -> bool:
    return bool(fates) and all(one.finishes for one in fates)
