"""Servers as big centres run them: a standby behind its primary, a pooler before a server, a cluster of nodes."""

from __future__ import annotations

import shutil
import signal
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pymysql
import pytest
import trustme

from tests.private_servers import (
    HOST,
    Mariadb,
    Postgresql,
    PrivateServer,
    a_folder,
    free_port,
    program_of,
    require,
    started,
)

_PATIENCE_SECONDS = 60
_GALERA = Path("/usr/lib/galera/libgalera_smm.so")


def until(what: Callable[[], object]) -> None:
    """Wait until this holds."""
    last = time.monotonic() + _PATIENCE_SECONDS
    while not what():
        assert time.monotonic() < last, "it never came to that"
        time.sleep(0.05)


class Standby(Postgresql):
    """A server that repeats what its primary does, and takes no changes of its own."""

    programs = (*Postgresql.programs, "pg_basebackup")

    def __init__(self, folder: Path, certificate: trustme.LeafCert, primary: PrivateServer) -> None:
        super().__init__(folder, certificate)
        self._primary = primary

    def make(self) -> None:
        # As initdb leaves it; the server lets nobody else look into it.
        self._data.chmod(0o700)
        where = ("-h", HOST, "-p", str(self._primary.port), "-U", self._administrator)
        copy = program_of("pg_basebackup")
        self._run(copy, *where, "-D", str(self._data), "-R", "-c", "fast", "--no-sync")

    def catch_up(self) -> None:
        """Wait until everything is here that the primary has committed."""
        [(reached,)] = self._primary.ask("SELECT pg_current_wal_lsn()")
        until(lambda: self.ask(f"SELECT pg_last_wal_replay_lsn() >= '{reached}'") == [(True,)])

    def promote(self) -> None:
        """Make it the primary."""
        assert self.ask("SELECT pg_promote()") == [(True,)]


@contextmanager
def plain(*, installed_in: str = "") -> Iterator[PrivateServer]:
    """A server of PostgreSQL with the small portal, of the programs in a folder where one is named."""
    certificate = trustme.CA().issue_cert(HOST)
    with a_folder() as folder, started(Postgresql(folder, certificate, installed_in=installed_in)) as one:
        one.fill()
        yield one


@contextmanager
def standby() -> Iterator[tuple[PrivateServer, Standby]]:
    """A primary with the small portal, and its standby."""
    certificate = trustme.CA().issue_cert(HOST)
    with a_folder() as one, a_folder() as other, started(Postgresql(one, certificate)) as primary:
        primary.fill()
        behind = Standby(other, certificate, primary)
        with started(behind):
            yield primary, behind


class Pooler(Postgresql):
    """PgBouncer before a server."""

    programs = ("pgbouncer",)
    _stopping = signal.SIGTERM

    def __init__(
        self, folder: Path, certificate: trustme.LeafCert, server: PrivateServer, settings: Mapping[str, object]
    ) -> None:
        super().__init__(folder, certificate)
        self._settings = folder / "pgbouncer.ini"
        users = folder / "users.txt"
        users.write_text(f'"{self._administrator}" ""\n')
        values = {
            "listen_addr": HOST,
            "listen_port": self.port,
            "unix_socket_dir": "",
            "auth_type": "trust",
            "auth_file": users,
            **settings,
        }
        lines = [f"{name} = {value}" for name, value in values.items()]
        databases = ["[databases]", f"* = host={HOST} port={server.port}", "[pgbouncer]"]
        self._settings.write_text("\n".join([*databases, *lines]) + "\n")

    def make(self) -> None:
        """Everything that it needs is there."""

    def _command(self) -> list[str]:
        return [program_of("pgbouncer"), "-q", str(self._settings)]

    def _answers(self) -> bool:
        try:
            socket.create_connection((HOST, self.port)).close()
        except OSError:
            return False
        return True


@contextmanager
def pooler(server: PrivateServer, mode: str, **settings: object) -> Iterator[PrivateServer]:
    """PgBouncer before this server, which pools by ``session``, ``transaction`` or ``statement``."""
    settings["pool_mode"] = mode
    with a_folder() as folder, started(Pooler(folder, trustme.CA().issue_cert(HOST), server, settings)) as one:
        yield one


class Node(Mariadb):
    """A node of a Galera cluster."""

    def __init__(self, folder: Path, certificate: trustme.LeafCert, *, name: str, ports: dict[str, int]) -> None:
        super().__init__(folder, certificate)
        self.name = name
        self._ports = ports

    def _command(self) -> list[str]:
        own = self._ports[self.name]
        provider = {
            "base_port": own,
            "gmcast.listen_addr": f"tcp://{HOST}:{own}",
            "ist.recv_addr": f"{HOST}:{free_port()}",
            "gcache.size": "8M",
            "pc.recovery": "no",
            # A node that is cut off is noticed as soon as can be.
            "evs.keepalive_period": "PT0.3S",
            "evs.suspect_timeout": "PT1S",
            "evs.inactive_timeout": "PT2S",
            "evs.inactive_check_period": "PT0.3S",
        }
        options = {
            "wsrep-on": "ON",
            "wsrep-provider": _GALERA,
            "wsrep-cluster-name": "hall",
            "wsrep-cluster-address": "gcomm://" + ",".join(f"{HOST}:{port}" for port in self._ports.values()),
            "wsrep-node-name": self.name,
            "wsrep-node-address": HOST,
            "wsrep-provider-options": ";".join(f"{name}={value}" for name, value in provider.items()),
            "binlog-format": "ROW",
            "innodb-autoinc-lock-mode": "2",
            "innodb-flush-log-at-trx-commit": "0",
        }
        return [*super()._command(), *(f"--{name}={value}" for name, value in options.items())]

    def join(self, first: Node) -> None:
        """Start as a further node; what it lacks comes from the first one, which must be running."""
        self.start()
        size = "SHOW STATUS LIKE 'wsrep_cluster_size'"
        until(lambda: first.ask(size) == self.ask(size) == [("wsrep_cluster_size", "2")] and self.is_ready())

    def _answers(self) -> bool:
        # It answers before it is a node.
        return super()._answers() and self.is_ready()

    def ask(self, statement: str) -> list[Any]:
        # A node that is cut off takes not even a ROLLBACK, which SQLAlchemy begins with.
        link = pymysql.connect(host=HOST, port=self.port, user=self._administrator, autocommit=True, ssl_disabled=True)
        with link, link.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall())

    def is_ready(self) -> bool:
        """Whether it belongs to the greater part of the cluster, and has all that the others have."""
        return self.ask("SHOW STATUS LIKE 'wsrep_ready'") == [("wsrep_ready", "ON")]

    def go_on_alone(self) -> None:
        """Make it the whole cluster, as the administrator does who knows that no other node goes on."""
        self.ask("SET GLOBAL wsrep_provider_options = 'pc.bootstrap=YES'")
        until(self.is_ready)

    def copy_of(self, other: Node) -> None:
        """Take over the files of a node that does not run, instead of having them sent."""
        shutil.rmtree(self._data)
        shutil.copytree(other._data, self._data)
        for path in (self._data, *self._data.rglob("*")):
            self._own(path)
        for old in ("galera.cache", "gvwstate.dat"):
            (self._data / old).unlink(missing_ok=True)


@contextmanager
def node_alone() -> Iterator[Node]:
    """A cluster of one node, ``node1``, with the small portal."""
    _require_galera()
    with a_folder() as folder:
        node = Node(folder, trustme.CA().issue_cert(HOST), name="node1", ports={"node1": free_port()})
        try:
            node.make()
            node.start("--wsrep-new-cluster")
            node.fill()
            yield node
        finally:
            node.stop()


class TakenOut(Mariadb):
    """A server that was a node once: what switches it on was left in its settings, and the library was not."""

    def _command(self) -> list[str]:
        return [*super()._command(), "--wsrep-on=ON", "--binlog-format=ROW", "--innodb-autoinc-lock-mode=2"]


@contextmanager
def node_without_cluster() -> Iterator[PrivateServer]:
    """Such a server with the small portal."""
    require(*Mariadb.programs)
    with a_folder() as folder, started(TakenOut(folder, trustme.CA().issue_cert(HOST))) as server:
        server.fill()
        yield server


def _require_galera() -> None:
    require(*Mariadb.programs)
    if not _GALERA.exists():
        pytest.skip("galera-4 is not installed")


@contextmanager
def cluster() -> Iterator[tuple[Node, Node]]:
    """Two nodes with the small portal: the first runs, the second may join it."""
    _require_galera()
    certificate = trustme.CA().issue_cert(HOST)
    ports = {"node1": free_port(), "node2": free_port()}
    with a_folder() as one, a_folder() as other:
        first = Node(one, certificate, name="node1", ports=ports)
        second = Node(other, certificate, name="node2", ports=ports)
        try:
            first.make()
            first.start("--wsrep-new-cluster")
            first.fill()
            first.stop()
            second.copy_of(first)
            first.start("--wsrep-new-cluster")
            yield first, second
        finally:
            second.stop()
            first.stop()
