"""A COMMIT whose answer never arrives: the operation is applied exactly once, whichever way the server decided."""

from __future__ import annotations

import contextlib
import socket
import threading
from functools import partial

import pytest
from sqlalchemy import make_url

from desktop_admin.controllers import operations, slots
from desktop_admin.controllers.plans import Actor, Changes, Chosen, new_op_id
from desktop_admin.database.engine import Database
from tests.simulation import invariants


class CuttingProxy:
    """Passes bytes between a desk and a server, and cuts the link at the next COMMITs.

    Attributes:
        cuts: how many links are still to be cut.
        deliver: whether the COMMIT is passed on before the link is cut, or lost with it.
    """

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.cuts = 0
        self.deliver = True
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no further link."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                desk, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(self._server)
            threading.Thread(target=self._to_server, args=[desk, server], daemon=True).start()
            threading.Thread(target=self._to_desk, args=[server, desk], daemon=True).start()

    def _to_server(self, desk: socket.socket, server: socket.socket) -> None:
        while data := _received(desk):
            if self.cuts and b"COMMIT" in data.upper():
                self.cuts -= 1
                # The answer is never read: the desk's link is down before the server can give it.
                desk.shutdown(socket.SHUT_RDWR)
                if self.deliver:
                    server.sendall(data)
                break
            server.sendall(data)
        # The server reads what it was sent, and then that nobody is there any more. Closing alone would not tell it, as
        # long as the other thread waits for its answer.
        _hang_up(server)
        desk.close()

    def _to_desk(self, server: socket.socket, desk: socket.socket) -> None:
        # Once the desk's side is cut, what the server still says is lost, as it is meant to be.
        while (data := _received(server)) and _sent(desk, data):
            continue
        server.close()


def _received(side: socket.socket) -> bytes:
    try:
        return side.recv(65536)
    except OSError:
        return b""


def _sent(side: socket.socket, data: bytes) -> bool:
    try:
        side.sendall(data)
    except OSError:
        return False
    return True


def _hang_up(side: socket.socket) -> None:
    # The other side may have hung up first.
    with contextlib.suppress(OSError):
        side.shutdown(socket.SHUT_WR)


def cut_commits(database: Database, target: str, actor: Actor, engine: str, *, deliver: bool, cuts: int) -> None:
    """Let an operation's COMMIT be cut, again and again, and check after each that it was applied exactly once."""
    if engine == "sqlite":
        pytest.skip("a file has no link that can be cut")
    url = make_url(target)
    proxy = CuttingProxy(url.host or "127.0.0.1", url.port or {"postgresql": 5432}.get(engine, 3306))
    desk = Database.open(url.set(host="127.0.0.1", port=proxy.port).render_as_string())
    ever = invariants.sessions_in_portal(database)
    applied: list[str] = []
    try:
        for _ in range(cuts):
            proxy.deliver, proxy.cuts = deliver, 1
            plan = desk.read(partial(slots.plan_reassign, chosen=Chosen(everyone=True), op_id=new_op_id()))
            changes: Changes = desk.write(partial(operations.apply, plan=plan, actor=actor))
            assert proxy.cuts == 0
            assert changes.op_id == plan.op_id
            applied.append(plan.op_id)
            invariants.check_log(database, applied=applied)
            invariants.check_nothing_lost(database, ever)
    finally:
        desk.close()
        proxy.close()


@pytest.mark.parametrize("deliver", [True, False], ids=["COMMIT arrived", "COMMIT lost"])
def test_a_cut_commit_is_applied_exactly_once(
    any_target: str, any_database: Database, actor: Actor, engine_name: str, deliver: bool
) -> None:
    cut_commits(any_database, any_target, actor, engine_name, deliver=deliver, cuts=3)


@pytest.mark.long
@pytest.mark.parametrize("deliver", [True, False], ids=["COMMIT arrived", "COMMIT lost"])
def test_five_hundred_cut_commits_are_applied_exactly_once(
    any_target: str, any_database: Database, actor: Actor, engine_name: str, deliver: bool
) -> None:
    cut_commits(any_database, any_target, actor, engine_name, deliver=deliver, cuts=500)
