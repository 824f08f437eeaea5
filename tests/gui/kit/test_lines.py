"""Parts in lines: what goes on in the next one, and when."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.kit.parts import heading
from desktop_admin.gui.kit.widgets import ToneLabel

REMARK = "PRIMARY open for 15 of 15 trades · SECONDARY open for 2 of 17 trades"


@pytest.mark.parametrize(("room", "beside"), [(1200, True), (700, False)])
def test_a_remark_keeps_to_one_line_and_what_has_no_room_beside_it_goes_on_in_the_next(
    qtbot: QtBot, room: int, beside: bool
) -> None:
    top, remark, button = QWidget(), ToneLabel(tone=Tone.MUTED), QPushButton("Set for all trades of the paper")
    qtbot.addWidget(top)
    top.setLayout(heading("Question sets", remark, button))
    remark.show_text(REMARK)
    top.resize(room, 200)
    top.show()
    QApplication.processEvents()
    assert remark.heightForWidth(remark.width()) < 2 * remark.fontMetrics().lineSpacing()
    assert (button.y() < remark.geometry().bottom()) is beside
