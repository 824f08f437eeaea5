"""Whole servers that are stopped where they are, and go on or are started anew, at the pace of a desk."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
import trustme
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_admin.gui.window.main_window import MainWindow
from tests import private_servers
from tests.gui.driving import WAIT_MS, find, press, settle
from tests.private_servers import HOST, PASSWORD, PrivateServer

pytestmark = pytest.mark.long
TOLD_WITHIN_MS = 5_000


@pytest.fixture(params=["postgresql", "mariadb"])
def server(request: pytest.FixtureRequest) -> Iterator[PrivateServer]:
    with private_servers.running(request.param, trustme.CA().issue_cert(HOST)) as one:
        yield one


def freeze(qtbot: QtBot, window: MainWindow, server: PrivateServer, key: Qt.Key) -> None:
    """Stop the server and press a key that asks it for something; the window tells of it in time."""
    with qtbot.waitSignal(window.link.lost, timeout=TOLD_WITHIN_MS):
        server.send(signal.SIGSTOP)
        press(qtbot, window, key)
    assert "The server does not answer." in window.frame.problem_band.text
    assert not window.desk.isEnabled()


def wait_for_return(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.frame.problem_band.text == "" and window.tasks.idle, timeout=WAIT_MS)
    assert window.desk.isEnabled()


def test_a_stopped_server_is_told_within_five_seconds_and_everything_comes_back_by_itself(
    qtbot: QtBot, empty_window: MainWindow, server: PrivateServer
) -> None:
    window, stages = empty_window, list[str]()
    window.tasks.stage_changed.connect(stages.append)
    window.link.open(server.target(), stage="…", password=PASSWORD)
    settle(qtbot, window)
    find(qtbot, window, "T-NONE")
    freeze(qtbot, window, server, Qt.Key.Key_F5)
    server.send(signal.SIGCONT)
    wait_for_return(qtbot, window)
    # Frozen in the middle of a change, and gone before it goes on: the change is made once it is there again.
    freeze(qtbot, window, server, Qt.Key.Key_F8)
    assert window.carrying_out.busy
    qtbot.waitUntil(lambda: any("The link was lost: connecting again" in one for one in stages), timeout=WAIT_MS)
    server.kill()
    server.start()
    wait_for_return(qtbot, window)
    qtbot.waitUntil(lambda: not window.carrying_out.busy, timeout=WAIT_MS)
    assert window.messages.text.startswith("✓ Slot assigned: T-NONE")
    find(qtbot, window, "T-STUCK")
    assert "T-STUCK" in window.desk.card.text
