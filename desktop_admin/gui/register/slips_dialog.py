"""Hands out the login slips of those who were imported; when it is closed, nothing knows the passwords any more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QWidget

from desktop_admin.controllers.operations.register.slips import LoginSlip
from desktop_admin.gui.kit.dialogs import Dialog
from desktop_admin.gui.kit.parts import fill, side_button
from desktop_admin.gui.kit.themes import Tone
from desktop_admin.gui.kit.widgets import ToneLabel
from desktop_admin.gui.paper.shift_dialog import Use
from desktop_admin.messages import phrase


class SlipsDialog(Dialog):
    """Prints the slips, or saves them, as often as it is wanted.

    Args:
        slips: of the candidates who are new.
        hand_out: prints, saves or shows them.

    Attributes:
        slips: what is handed out.
        uses: the buttons.
    """

    def __init__(
        self,
        slips: Sequence[LoginSlip],
        *,
        hand_out: Callable[[Sequence[LoginSlip], Use], None],
        parent: QWidget | None,
    ) -> None:
        super().__init__(title=phrase("register.slips"), parent=parent)
        self.slips = slips
        told = ToneLabel(phrase("register.imported", n=len(slips)))
        fill(self.column, told, ToneLabel(phrase("register.about_slips"), tone=Tone.MUTED), None)
        self.uses = {use: side_button(phrase(f"register.slips_{use}"), partial(hand_out, slips, use)) for use in Use}
        self.add_close(beside=tuple(self.uses.values()))
        self.fit(characters=76)
