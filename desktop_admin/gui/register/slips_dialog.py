"""Hands out the login slips of those who were imported; once that is done, nothing knows the passwords any more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop_admin.controllers.operations.register.slips import LoginSlip
from desktop_admin.gui.core.sentences import OVERDUE
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.kit.dialogs import Dialog
from desktop_admin.gui.kit.parts import fill, side_button
from desktop_admin.gui.kit.widgets import ToneLabel
from desktop_admin.gui.paper.shift_dialog import Use
from desktop_admin.messages import phrase

_LEFT_LINES = 2


class SlipsDialog(Dialog):
    """Prints the slips, or saves them, as often as it is wanted.

    It is not left before they were printed or saved once, unless the passwords are discarded.

    Args:
        slips: of the candidates who are new.
        hand_out: prints, saves or shows them.
        stays: whether nobody has them on paper or in a file yet, and somebody is there to be told so.

    Signals:
        discarded: the passwords are not wanted.

    Attributes:
        slips: what is handed out.
        uses, discard: the buttons; the last is offered when it is closed too early.
        left: what is told then.
    """

    discarded = Signal()

    def __init__(
        self,
        slips: Sequence[LoginSlip],
        *,
        hand_out: Callable[[Sequence[LoginSlip], Use], None],
        stays: Callable[[], bool],
        parent: QWidget | None,
    ) -> None:
        super().__init__(title=phrase("register.slips"), parent=parent)
        self.slips = slips
        self._stays = stays
        told = ToneLabel(phrase("register.imported", n=len(slips)))
        self.left = ToneLabel(tone=Tone.STUCK)
        self.left.setMinimumHeight(_LEFT_LINES * self.left.fontMetrics().lineSpacing())
        fill(self.column, told, ToneLabel(phrase("register.about_slips"), tone=Tone.MUTED), self.left, None)
        self.uses = {use: side_button(phrase(f"register.slips_{use}"), partial(hand_out, slips, use)) for use in Use}
        self.discard = side_button(phrase("register.slips_discard"), self._discard)
        self.discard.setEnabled(False)
        self.add_close(beside=(*self.uses.values(), self.discard))
        self.fit(characters=96)

    def reject(self) -> None:
        """Close, where nothing is lost by it."""
        if self._stays():
            self.left.show_text(f"{OVERDUE} {phrase('register.slips_left')}", Tone.STUCK)
            self.discard.setEnabled(True)
            return
        super().reject()

    @Slot()
    def _discard(self) -> None:
        self.discarded.emit()
        self.reject()
