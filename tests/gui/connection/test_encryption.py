"""Encrypted connections in the window: demanded in the dialog, told in words, and lost with their reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot
from sqlalchemy import make_url

from desktop_admin import settings
from desktop_admin.gui.connection.connection_dialogs import ConnectionDialog
from desktop_admin.gui.window.main_window import MainWindow
from tests import private_servers
from tests.gui.connecting import ask, connect, fill_in, nobody_listens, type_over
from tests.gui.driving import WAIT_MS, button, click, find, settle
from tests.keyrings import MemoryKeyring
from tests.private_servers import HOST, PASSWORD, PrivateServer


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Who signs the server's certificate."""
    return trustme.CA()


@pytest.fixture(scope="module")
def encrypted(authority: trustme.CA) -> Iterator[PrivateServer]:
    """A server with a certificate for its address; the window asks both kinds in the same way."""
    with private_servers.running("postgresql", authority.issue_cert(HOST)) as one:
        yield one


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> Path:
    """The certificate of the authority, as the server's administrator gives it out."""
    file = tmp_path / "the centre's CA.pem"
    authority.cert_pem.write_to_path(file)
    return file


def _demand(dialog: ConnectionDialog) -> None:
    """Choose an encrypted connection by keyboard."""
    QTest.keyClick(dialog.encryption.choice, Qt.Key.Key_Down)


def _test(qtbot: QtBot, window: MainWindow, dialog: ConnectionDialog) -> str:
    click(qtbot, button(dialog, "Test"))
    settle(qtbot, window)
    return dialog.verdict


def test_a_ca_file_is_asked_for_only_where_encryption_is_demanded(qtbot: QtBot, empty_window: MainWindow) -> None:
    dialog = ask(qtbot, empty_window)
    fill_in(qtbot, dialog, nobody_listens())
    assert not dialog.encryption.file.isEnabled()
    assert not button(dialog, "Choose…").isEnabled()
    assert button(dialog, "Connect").isEnabled()
    _demand(dialog)
    assert dialog.verdict == "The CA file is needed: the server's administrator gives it out."
    assert not button(dialog, "Connect").isEnabled()
    assert not button(dialog, "Test").isEnabled()
    type_over(qtbot, dialog.encryption.file, "/srv/ca.pem")
    assert dialog.verdict == ""
    assert button(dialog, "Connect").isEnabled()

    dialog.encryption.choice.setFocus()
    seen: list[str] = []
    for _stop in range(4):
        focus = QApplication.focusWidget()
        assert focus is not None
        seen.append(focus.accessibleName())
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    assert seen == ["Encryption", "CA file", "Choose the CA file", "Password"]
    dialog.reject()


# The platform without a screen cannot limit the size of a window, which only Qt's own dialog for files asks for.
@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_the_ca_file_is_chosen_among_the_files(qtbot: QtBot, empty_window: MainWindow, ca_file: Path) -> None:
    dialog = ask(qtbot, empty_window)
    _demand(dialog)
    click(qtbot, button(dialog, "Choose…"))
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), QFileDialog), timeout=WAIT_MS)
    files = QApplication.activeModalWidget()
    assert isinstance(files, QFileDialog)
    files.selectFile(str(ca_file))
    files.accept()
    qtbot.waitUntil(lambda: dialog.encryption.file.text() == str(ca_file), timeout=WAIT_MS)
    dialog.reject()


def test_the_outcome_of_a_test_is_told_in_words(
    qtbot: QtBot, empty_window: MainWindow, encrypted: PrivateServer, ca_file: Path, tmp_path: Path
) -> None:
    dialog = ask(qtbot, empty_window)
    fill_in(qtbot, dialog, make_url(encrypted.target()), password=PASSWORD)
    assert _test(qtbot, empty_window, dialog).endswith(", 9 candidates, encrypted, server not checked.")

    _demand(dialog)
    foreign = tmp_path / "foreign.pem"
    trustme.CA().cert_pem.write_to_path(foreign)
    for file, told in (
        (foreign, "is not signed by this CA"),
        (tmp_path / "none.pem", "The CA file /"),
        (settings.__file__, "There is no certificate in the CA file"),
    ):
        type_over(qtbot, dialog.encryption.file, str(file))
        verdict = _test(qtbot, empty_window, dialog)
        assert verdict.startswith("▲ ")
        assert told in verdict

    type_over(qtbot, dialog.encryption.file, str(ca_file))
    verdict = _test(qtbot, empty_window, dialog)
    assert verdict.startswith("✓ Connected: PostgreSQL")
    assert verdict.endswith(", encrypted, server checked against the centre's CA.pem.")
    assert settings.load().connections == {}
    dialog.reject()


def test_a_checked_connection_is_kept_and_opened_again_as_such(
    qtbot: QtBot, empty_window: MainWindow, encrypted: PrivateServer, ca_file: Path, ring: MemoryKeyring
) -> None:
    window = empty_window
    dialog = ask(qtbot, window)
    fill_in(qtbot, dialog, make_url(encrypted.target()), name="Hall 2", password=PASSWORD)
    _demand(dialog)
    type_over(qtbot, dialog.encryption.file, str(ca_file))
    QTest.keyClick(dialog.keep, Qt.Key.Key_Space)
    qtbot.waitUntil(dialog.keep.isChecked, timeout=WAIT_MS)
    connect(qtbot, window, dialog)
    said = f"portal @ {HOST}  (TLS, server checked)"
    assert said in window.status.database.text()
    kept = dict(settings.load().connections)
    assert kept == {"Hall 2": encrypted.target(authority=ca_file)}

    with qtbot.waitSignal(window.link.opened, timeout=WAIT_MS):
        window.open_database(kept["Hall 2"])
    settle(qtbot, window)
    assert said in window.status.database.text()


def test_a_server_that_changes_its_certificate_is_lost_with_the_reason_until_it_has_the_right_one_again(
    qtbot: QtBot, empty_window: MainWindow, encrypted: PrivateServer, ca_file: Path
) -> None:
    window = empty_window
    window.link.open(encrypted.target(authority=ca_file), stage="…", password=PASSWORD)
    settle(qtbot, window)
    with encrypted.showing(trustme.CA().issue_cert(HOST)):
        encrypted.end_connections()
        qtbot.waitUntil(lambda: "is not signed by this CA" in window.frame.problem_band.text, timeout=WAIT_MS)
        assert "cannot be reached since" in window.frame.problem_band.text
        assert not window.desk.isEnabled()
    qtbot.waitUntil(lambda: window.frame.problem_band.text == "", timeout=WAIT_MS)
    settle(qtbot, window)
    find(qtbot, window, "T-STUCK")
