"""A window on a real database: a copy of the small portal, or of the demo's exam day where many are needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from sqlalchemy import URL

from desktop_admin import language
from desktop_admin.controllers.values.lines import PaperChoice
from desktop_admin.database.backends.backend import Description
from desktop_admin.database.engine import Database
from desktop_admin.database.tables.own import DatabaseKind
from desktop_admin.practice import demo
from desktop_admin.rules import Paper
from desktop_admin.settings import Settings
from tests import catalogues, servers
from tests.conftest import copied
from tests.qt import NO_QT

# pytest reads this file also where the tests beside it are skipped.
if not NO_QT:
    from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from desktop_admin.gui.app import make_window
    from desktop_admin.gui.core import speech, themes
    from desktop_admin.gui.kit import looks
    from desktop_admin.gui.people.sign_in_dialog import SignInDialog
    from desktop_admin.gui.window.main_window import MainWindow
    from tests.gui.connecting import SECRET
    from tests.gui.dialogs import ODD
    from tests.gui.driving import WAIT_MS, ask, find, open_dialog, settle, tell


@pytest.fixture(scope="session")
def _exam_day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "demo.sqlite3"
    demo.make(path)
    return path


@pytest.fixture
def demo_file(_exam_day: Path, tmp_path: Path) -> Path:
    """A fresh copy of the demo's exam day with 600 candidates."""
    return copied(_exam_day, tmp_path / "demo.sqlite3")


@pytest.fixture
def marked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Instead of Hindi a language in which every sentence stands between ⟦ and ⟧; English is spoken until it is asked.

    Afterwards English is spoken again, and the catalogues are read anew.
    """
    catalogues.mark(tmp_path / "resources")
    language._catalogue.cache_clear()
    monkeypatch.setattr(language, "resources_folder", lambda: tmp_path / "resources")
    yield
    language._catalogue.cache_clear()
    monkeypatch.undo()
    language.use("en")


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What a screen reader is given to say, and how urgent it is; off screen nobody listens.

    That Qt passes it on is not ours to try.
    """
    said: list[tuple[str, str]] = []

    class Listening(QAccessible):
        @staticmethod
        def updateAccessibility(event: QAccessibleEvent) -> None:
            assert isinstance(event, QAccessibleAnnouncementEvent)
            said.append((event.message(), event.politeness().name))

    monkeypatch.setattr(speech, "QAccessible", Listening)
    return said


@pytest.fixture
def light(qapp: QApplication) -> None:
    """The look that every window has at first, whatever the test before this one did to it."""
    looks.prepare(qapp)
    # To give an application a look takes a fifth of the time in which a window is made.
    if themes.current() is not themes.LIGHT or qapp.font().pointSizeF() != looks.BODY_POINTS or not qapp.styleSheet():
        looks.apply(qapp, theme="light", zoom=1.0)


@pytest.fixture
def empty_window(qtbot: QtBot, light: None) -> Iterator[MainWindow]:
    """The window as it is first seen, without a database."""
    window = make_window(Settings())
    qtbot.addWidget(window)
    with qtbot.waitSignal(window.painted, timeout=WAIT_MS):
        window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=WAIT_MS)
    settle(qtbot, window)
    yield window
    window.close()


@pytest.fixture
def window(qtbot: QtBot, empty_window: MainWindow, portal_file: Path) -> MainWindow:
    """The window on the small portal database."""
    empty_window.open_database(str(portal_file))
    settle(qtbot, empty_window)
    return empty_window


@pytest.fixture
def demo_window(qtbot: QtBot, empty_window: MainWindow, demo_file: Path) -> MainWindow:
    """The window on the demo's exam day."""
    empty_window.open_database(str(demo_file))
    settle(qtbot, empty_window)
    return empty_window


@pytest.fixture
def odd_file(portal_file: Path) -> Path:
    """The small portal, in which a trade, its candidates and a staff account have odd names."""
    tell(portal_file, "UPDATE reference_trade SET code = ? WHERE code = 'TTC'", ODD)
    tell(portal_file, "UPDATE registration_candidateprofile SET name = ?, rank = ?", ODD, ODD)
    tell(portal_file, "UPDATE accounts_user SET first_name = ?", ODD)
    return portal_file


@pytest.fixture
def odd_window(qtbot: QtBot, empty_window: MainWindow, odd_file: Path) -> MainWindow:
    """The window on it, with something to be seen in every pane."""
    window = empty_window
    window.open_database(str(odd_file))
    settle(qtbot, window)
    find(qtbot, window, "T-STUCK")
    for number in (2, 5, 4, 3):
        window.show_pane(number)
        settle(qtbot, window)
    trade = ask(odd_file, "SELECT id FROM reference_trade WHERE code = ?", ODD)
    window.sets.propose(PaperChoice(trade, Paper.PRIMARY, "C"))
    settle(qtbot, window)
    description = window.link.description
    assert description is not None
    window.status.show_database(replace(description, path=Path(ODD)))
    window.messages.show_bad(ODD)
    return window


def _make_real(path: Path, staff: dict[str, str]) -> None:
    """Let a database be one in which something is real, with these accounts by their roles in the portal.

    Each account's password is its name; the form of hash is the one that takes the least time.
    """
    tell(path, "DELETE FROM desktop_admin_database")
    for username, role in staff.items():
        tell(
            path,
            "INSERT INTO accounts_user (username, password, first_name, last_name, email, is_superuser, is_staff,"
            " is_active, role, date_joined) VALUES (?, ?, ?, 'Rao', '', 0, 1, 1, ?, '2026-01-01')",
            username,
            MD5PasswordHasher().encode(username, "salt"),
            username.title(),
            role,
        )


@pytest.fixture
def real_file(portal_file: Path) -> Path:
    """The small portal as a portal that is no scratch database, with an invigilator and a staff member besides."""
    _make_real(portal_file, {"inv": "CENTER_ADMIN", "staff": "PO_ADMIN"})
    return portal_file


@pytest.fixture
def door(qtbot: QtBot, empty_window: MainWindow, real_file: Path) -> MainWindow:
    """The window on that portal, asking who is there."""
    empty_window.open_database(str(real_file))
    open_dialog(qtbot, SignInDialog)
    return empty_window


@pytest.fixture
def hall_file(demo_file: Path) -> Path:
    """The exam day as a real one, with an invigilator and a supervisor."""
    _make_real(demo_file, {"inv": "CENTER_ADMIN", "chief": "OIC_ADMIN"})
    return demo_file


@pytest.fixture(autouse=True)
def _nobody_signs_in_on_a_test_server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tried there comes after the door, which has tests of its own."""
    asked = set(request.fixturenames)
    if {"server", "mariadb", "postgresql", "engine_name"} & asked and "unprepared" not in asked:
        monkeypatch.setattr(Description, "needs_sign_in", False)


@contextmanager
def _scratch_portal(engine: str) -> Iterator[URL]:
    """The small portal database, in which nobody need sign in."""
    with servers.small_portal(engine) as url:
        made = Database.open(servers.target(url))
        made.write(lambda session: session.add(DatabaseKind(id=1, kind="rehearsal", created_at=datetime.now(UTC))))
        made.close()
        yield url


@pytest.fixture(scope="module", params=["postgresql", "mariadb"])
def server(request: pytest.FixtureRequest) -> Iterator[URL]:
    """The small portal database on each kind of server."""
    with _scratch_portal(request.param) as url:
        yield url


@pytest.fixture(scope="module")
def mariadb() -> Iterator[URL]:
    """The small portal database on a MariaDB server, where users can be given passwords."""
    with _scratch_portal("mariadb") as url:
        yield url


@pytest.fixture(scope="module")
def postgresql() -> Iterator[URL]:
    """The small portal database on a PostgreSQL server."""
    with _scratch_portal("postgresql") as url:
        yield url


@pytest.fixture
def guarded(mariadb: URL) -> Iterator[URL]:
    """The small portal database, as a user whom the server asks for his password."""
    with servers.database_user(mariadb, password=SECRET) as user:
        yield mariadb.set(username=user, password=None)
