"""The photograph on the card: read from the portal's folder and nowhere else, and told where there is none."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from desktop_admin.gui.kit import photograph
from desktop_admin.gui.window.main_window import MainWindow
from tests.gui.driving import find, settle, tell


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A media folder with a photograph, a damaged one, and something beside it that is none of its own."""
    media = tmp_path / "media"
    (media / "photos").mkdir(parents=True)
    image = QImage(300, 400, QImage.Format.Format_RGB32)
    image.fill(QColor("#336699"))
    assert image.save(str(media / "photos/1.jpg"))
    assert image.save(str(tmp_path / "secret.jpg"))
    (media / "photos/2.jpg").write_bytes((media / "photos/1.jpg").read_bytes()[:200])
    (media / "photos/3.jpg").write_text("no picture")
    return media


def test_a_photograph_is_made_as_small_as_it_is_shown(folder: Path) -> None:
    found = photograph.read(folder, "photos/1.jpg", most=100)
    assert isinstance(found, QImage)
    assert (found.width(), found.height()) == (75, 100)


@pytest.mark.qt_log_ignore("Invalid JPEG", extend=True)
@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("photos/9.jpg", "missing"),
        ("photos", "missing"),
        ("../secret.jpg", "missing"),
        ("photos/\0.jpg", "missing"),
        ("x" * 5000, "missing"),
        ("photos/2.jpg", "broken"),
        ("photos/3.jpg", "broken"),
    ],
)
def test_what_is_no_photograph_of_the_folder_is_told_as_such(folder: Path, name: str, why: str) -> None:
    assert photograph.read(folder, name, most=100) == f"desk.photograph.{why}"
    absolute = str(folder.parent / "secret.jpg")
    assert photograph.read(folder, absolute, most=100) == "desk.photograph.missing"


def test_the_card_shows_it_where_the_desk_knows_the_folder(
    qtbot: QtBot, window: MainWindow, portal_file: Path, folder: Path
) -> None:
    set_to = "UPDATE registration_candidateprofile SET photograph = '{}' WHERE army_no = '{}'"
    tell(portal_file, set_to.format("photos/1.jpg", "T-STUCK"))
    tell(portal_file, set_to.format("photos/3.jpg", "T-FINE"))
    part = window.desk.photograph
    find(qtbot, window, "T-STUCK")
    assert part.isHidden()
    window.preferences.change(partial(replace, media_folder=str(folder)))
    for number, shown in (("T-FINE", "damaged"), ("T-STUCK", "Photograph of")):
        find(qtbot, window, number)
        settle(qtbot, window)
        assert shown in part.accessibleName()
        assert part.isVisible()
    assert (part.pixmap().isNull(), part.text()) == (False, "")
    find(qtbot, window, "T-NONE")
    settle(qtbot, window)
    assert (part.pixmap().isNull(), part.isVisible()) == (True, True)


def test_a_photograph_that_comes_too_late_is_shown_beside_nobody(
    qtbot: QtBot, window: MainWindow, folder: Path
) -> None:
    window.preferences.change(partial(replace, media_folder=str(folder)))
    part = window.desk.photograph
    part.show_of("photos/1.jpg", name="Ramesh Kumar")
    part.show_nothing()
    settle(qtbot, window)
    assert (part.pixmap().isNull(), part.accessibleName(), part.isHidden()) == (True, "", True)
