"""What the two looks must show."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QTextLayout
from PySide6.QtWidgets import QApplication, QDateTimeEdit, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from desktop_admin.gui.core import themes
from desktop_admin.gui.kit import looks

LEAST = 25
"""By how much, of 255, a frame is lighter or darker than what is around it, to be seen."""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("kind", [QSpinBox, QDateTimeEdit])
def test_fields_with_arrows_have_a_frame_that_is_seen(
    qtbot: QtBot, qapp: QApplication, kind: type[QWidget], theme: str
) -> None:
    looks.prepare(qapp)
    looks.apply(qapp, theme=theme, zoom=1.0)
    window = QColor(themes.current().colours["window"]).lightness()
    field = kind()
    qtbot.addWidget(field)
    field.resize(160, 30)
    image = field.grab().toImage()
    edge = [image.pixelColor(x, image.height() // 2).lightness() for x in range(3)]
    assert max(abs(one - window) for one in edge) >= LEAST
    looks.apply(qapp, theme="light", zoom=1.0)


def test_hindi_is_written_in_the_font_that_comes_with_the_program(qapp: QApplication) -> None:
    looks.prepare(qapp)
    looks.apply(qapp, theme="light", zoom=1.0)
    text = QTextLayout("Desk हिन्दी", qapp.font())
    text.beginLayout()
    text.createLine()
    text.endLayout()
    assert {run.rawFont().familyName() for run in text.glyphRuns()} == {"Noto Sans", "Noto Sans Devanagari"}
