"""A link between a desk and a server that can be cut, or freeze."""

from __future__ import annotations

import contextlib
import re
import socket
import threading

from sqlalchemy import make_url

_COMMIT = re.compile(rb"\bCOMMIT\b", re.IGNORECASE)
_RECORD = b"INSERT INTO desktop_admin_operation "


class CuttingProxy:
    """Passes bytes between a desk and a server, and cuts the link at the next COMMITs of an operation, or freezes.

    Links also begin with words like COMMIT (READ COMMITTED, AUTOCOMMIT, and on MariaDB a COMMIT of nothing), so only
    one that comes after the operation was recorded counts.

    Attributes:
        cuts: how many links are still to be cut.
        deliver: whether the COMMIT is passed on before the link is cut, or lost with it.
        goes_down: with the next cut the server goes down.
        freezes: with the next COMMIT of an operation the link freezes, before or after it has passed (``deliver``).
        freezes_at: with these bytes from the desk it freezes as well; empty for none.
        down: the server is out of reach; set by ``go_down``.
        target: what a desk opens to go through the proxy.
    """

    def __init__(self, target: str) -> None:
        url = make_url(target)
        default = 5432 if url.get_backend_name() == "postgresql" else 3306
        self._server = (url.host or "127.0.0.1", url.port or default)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.target = url.set(host="127.0.0.1", port=self._listener.getsockname()[1]).render_as_string()
        self.cuts = 0
        self.deliver = True
        self.goes_down = False
        self.freezes = False
        self.freezes_at = b""
        self.down = False
        self._flows = threading.Event()
        self._flows.set()
        self._desks: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def lead_to(self, target: str) -> None:
        """Lead new links to the server of this URL, as an address does that moves to another server."""
        url = make_url(target)
        self._server = (url.host or "127.0.0.1", url.port or self._server[1])

    def go_down(self) -> None:
        """Cut every link, and each new one, until ``down`` is False again."""
        self.down = True
        for desk in self._desks:
            _hang_up(desk, socket.SHUT_RDWR)

    def freeze(self) -> None:
        """Pass nothing on any more; every link stays open, and new ones are taken, too."""
        self._flows.clear()

    def thaw(self) -> None:
        """Pass on what has come meanwhile, and all that comes."""
        self._flows.set()

    def close(self) -> None:
        """Take no further link."""
        self.thaw()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                desk, _ = self._listener.accept()
            except OSError:
                return
            if self.down:
                desk.close()
                continue
            server = socket.create_connection(self._server)
            self._desks.append(desk)
            threading.Thread(target=self._to_server, args=[desk, server], daemon=True).start()
            threading.Thread(target=self._to_desk, args=[server, desk], daemon=True).start()

    def _to_server(self, desk: socket.socket, server: socket.socket) -> None:
        recorded = False
        while data := _received(desk):
            recorded = recorded or _RECORD in data
            if self.cuts and recorded and _COMMIT.search(data):
                self.cuts -= 1
                if self.goes_down:
                    self.go_down()
                # The answer is never read: the desk's link is down before the server can give it.
                _hang_up(desk, socket.SHUT_RDWR)
                if self.deliver:
                    server.sendall(data)
                break
            if self.freezes and recorded and _COMMIT.search(data):
                self.freezes = False
                self.freeze()
                if self.deliver:
                    server.sendall(data)
                    continue
            if self.freezes_at and self.freezes_at in data:
                self.freeze()
            self._flows.wait()
            # A desk may have given up meanwhile; what it has sent before arrives all the same.
            _sent(server, data)
        # The server reads what it was sent, and then that nobody is there any more. Closing alone would not tell it, as
        # long as the other thread waits for its answer.
        _hang_up(server, socket.SHUT_WR)
        desk.close()

    def _to_desk(self, server: socket.socket, desk: socket.socket) -> None:
        # Once the desk's side is cut, what the server still says is lost, as it is meant to be.
        while data := _received(server):
            self._flows.wait()
            if not _sent(desk, data):
                break
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


def _hang_up(side: socket.socket, how: int) -> None:
    # The other side may have hung up first.
    with contextlib.suppress(OSError):
        side.shutdown(how)
