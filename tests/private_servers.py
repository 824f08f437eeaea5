"""Database servers of the tests' own; they offer encrypted connections with the certificates that a test chooses.

They listen on this computer alone, and are gone with everything that they wrote when the tests that need them are over.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

import pymysql
import pytest
import trustme
from sqlalchemy import URL, NullPool, create_engine, text
from sqlalchemy.exc import OperationalError

from tests import servers

HOST = "127.0.0.1"
USER = "desk"
PASSWORD = "geheim und lang"
PORTAL = "portal"
_PATIENCE_SECONDS = 120


class PrivateServer(ABC):
    """A server with the small portal in its database ``portal``, and a user ``desk`` who needs ``PASSWORD``.

    Attributes:
        kind: the scheme of its URLs.
        port: where it listens.
        programs: what must be installed.
        without_encryption: options for ``restarted`` with which it offers no encryption.
        of_old: options with which it offers only encryption that is no longer held to be safe.
    """

    kind: str
    programs: tuple[str, ...]
    without_encryption: tuple[str, ...]
    of_old: tuple[str, ...]
    _driver: str
    _account: str
    """The operating system's user that the server runs as, where the tests are run by root."""
    _administrator: str
    """The database user who may do everything, without a password."""
    _system: str
    """The database that is always there."""
    _plain: ClassVar[dict[str, str]]
    """The driver's words for a connection that is not encrypted."""
    _stopping: signal.Signals

    def __init__(self, folder: Path, certificate: trustme.LeafCert, *, installed_in: str = "") -> None:
        self.port = free_port()
        self._installed_in = installed_in
        self._folder = folder
        self._certificate = certificate
        self._data = folder / "data"
        # MariaDB removes what other servers have in the same folder for temporary files, and they crash.
        self._temporary = folder / "temporary"
        for own in (self._data, self._temporary):
            own.mkdir()
            self._own(own)
        self._lay(certificate)
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def make(self) -> None:
        """Make the server's files."""

    @abstractmethod
    def _command(self) -> list[str]:
        """What runs the server."""

    @abstractmethod
    def end_connections(self) -> None:
        """End the connections of the user."""

    @abstractmethod
    def _reload(self) -> None:
        """Let the server read its certificate again."""

    @abstractmethod
    def _add_user(self) -> None:
        """Make the user who needs a password."""

    def target(self, *, authority: Path | None = None, host: str = HOST, port: int | None = None) -> str:
        """The URL of the portal's database; with an authority, the server must prove to be the one that is meant."""
        url = f"{self.kind}://{USER}@{host}:{port or self.port}/portal"
        if authority is None:
            return url
        checked = "sslmode=verify-full&sslrootcert" if self.kind == "postgresql" else "ssl_ca"
        return f"{url}?{checked}={quote(str(authority))}"

    @contextmanager
    def showing(self, certificate: trustme.LeafCert) -> Iterator[None]:
        """Show this certificate to everybody who connects, and afterwards the usual one again."""
        self._lay(certificate)
        self._reload()
        try:
            yield
        finally:
            self._lay(self._certificate)
            self._reload()

    @contextmanager
    def restarted(self, *options: str) -> Iterator[None]:
        """Run the server with further options, and afterwards as usual again."""
        self.stop()
        self.start(*options)
        try:
            yield
        finally:
            self.stop()
            self.start()

    @property
    def open_target(self) -> str:
        """The URL of the portal's database for its administrator, who needs no password."""
        return servers.target(self._url(PORTAL))

    def _program(self, name: str) -> str:
        return shutil.which(name, path=self._installed_in) or "" if self._installed_in else program_of(name)

    def _lay(self, certificate: trustme.LeafCert) -> None:
        key = self._folder / "key.pem"
        key.touch(mode=0o600)
        self._own(key)
        certificate.private_key_pem.write_to_path(key)
        certificate.cert_chain_pems[0].write_to_path(self._folder / "certificate.pem")

    def start(self, *options: str) -> None:
        """Start the server, and wait until it answers."""
        log = self._folder / "log"
        with log.open("ab") as output:
            command = [*self._command(), *options]
            self._process = subprocess.Popen(command, stdout=output, stderr=output, **self._as_account())
        last = time.monotonic() + _PATIENCE_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > last:
                pytest.fail(log.read_text(errors="replace"))
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop the server, whoever is connected."""
        if self._process is not None:
            self._process.send_signal(self._stopping)
            self._process.wait(_PATIENCE_SECONDS)
            self._process = None

    def send(self, what: signal.Signals) -> list[int]:
        """Send a signal to the server and to every process that it has started; gives those."""
        assert self._process is not None
        # Before its children, so that it can start no further one.
        os.kill(self._process.pid, what)
        listed = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text()
        children = [int(child) for child in listed.split()]
        for child in children:
            os.kill(child, what)
        return children

    def kill(self) -> None:
        """End the server as a loss of power would; nothing of it is left."""
        assert self._process is not None
        # A server that has ended does not tell any more who its children were.
        children = self.send(signal.SIGSTOP)
        for child in children:
            os.kill(child, signal.SIGKILL)
        self._process.kill()
        self._process.wait(_PATIENCE_SECONDS)
        self._process = None
        # One that has not ended yet holds memory that a server which is started anew asks for.
        last = time.monotonic() + _PATIENCE_SECONDS
        while any(_lives(child) for child in children) and time.monotonic() < last:
            time.sleep(0.02)

    def fill(self) -> None:
        """Make the portal's database and the user."""
        self.ask("CREATE DATABASE portal")
        url = self._url(PORTAL)
        servers.make_tables(url)
        servers.fill(url)
        self._add_user()

    def ask(self, statement: str) -> list[Any]:
        """Let the administrator run a statement, and give back what it found."""
        url = self._url(self._system).set(query=self._plain)
        engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            result = connection.execute(text(statement))
            return [tuple(row) for row in result] if result.returns_rows else []

    def _url(self, database: str) -> URL:
        return URL.create(self._driver, username=self._administrator, host=HOST, port=self.port, database=database)

    def _answers(self) -> bool:
        try:
            return bool(self.ask("SELECT 1"))
        except (OperationalError, pymysql.err.OperationalError):
            return False

    def _run(self, *command: str) -> None:
        done = subprocess.run(command, capture_output=True, text=True, check=False, **self._as_account())
        if done.returncode:
            pytest.fail(done.stdout + done.stderr)

    def _as_account(self) -> dict[str, Any]:
        # Servers refuse to run as root.
        account = {"user": self._account, "group": self._account, "extra_groups": []} if os.geteuid() == 0 else {}
        environment = {**os.environ, "TMPDIR": str(self._temporary)}
        return {"cwd": self._data, "env": environment, "stdin": subprocess.DEVNULL} | account

    def _own(self, path: Path) -> None:
        if os.geteuid() == 0:
            shutil.chown(path, self._account, self._account)


class Postgresql(PrivateServer):
    """A PostgreSQL server; passwords are checked by SCRAM."""

    kind = "postgresql"
    programs: tuple[str, ...] = ("initdb", "postgres")
    _driver = "postgresql+psycopg"
    _account = _administrator = _system = "postgres"
    _plain: ClassVar = {"sslmode": "disable"}
    _stopping = signal.SIGINT
    without_encryption = ("-c", "ssl=off")
    of_old = ("-c", "ssl_min_protocol_version=TLSv1", "-c", "ssl_max_protocol_version=TLSv1.1")

    def make(self) -> None:
        initdb = self._program("initdb")
        self._run(initdb, "-D", str(self._data), "-U", self._administrator, "-A", "trust", "-E", "UTF8", "--no-sync")
        rules = [
            f"host all {self._administrator} {HOST}/32 trust",
            f"host replication {self._administrator} {HOST}/32 trust",
            f"host all {USER} {HOST}/32 scram-sha-256",
        ]
        (self._data / "pg_hba.conf").write_text("\n".join(rules) + "\n")

    def _command(self) -> list[str]:
        values = {
            "listen_addresses": HOST,
            "unix_socket_directories": "",
            "fsync": "off",
            "ssl": "on",
            "ssl_cert_file": str(self._folder / "certificate.pem"),
            "ssl_key_file": str(self._folder / "key.pem"),
        }
        options = [part for name, value in values.items() for part in ("-c", f"{name}={value}")]
        return [self._program("postgres"), "-D", str(self._data), "-p", str(self.port), *options]

    def _reload(self) -> None:
        # It is done some time later; a connection that is made afterwards knows when.
        [before] = self.ask("SELECT pg_conf_load_time()")
        self.ask("SELECT pg_reload_conf()")
        last = time.monotonic() + _PATIENCE_SECONDS
        while self.ask("SELECT pg_conf_load_time()") == [before] and time.monotonic() < last:
            time.sleep(0.02)

    def end_connections(self) -> None:
        self.ask(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = '{USER}'")

    def _add_user(self) -> None:
        self.ask(f"CREATE ROLE {USER} LOGIN SUPERUSER PASSWORD '{PASSWORD}'")


class Mariadb(PrivateServer):
    """A MariaDB server; passwords are checked by its own older method, which MySQL knows too."""

    kind = "mariadb"
    programs = ("mariadb-install-db", "mariadbd")
    _driver = "mysql+pymysql"
    _account = _system = "mysql"
    _administrator = "root"
    _plain: ClassVar = {"ssl_disabled": "yes"}
    _stopping = signal.SIGTERM
    without_encryption = ("--skip-ssl",)
    of_old = ("--tls-version=TLSv1.1",)

    def make(self) -> None:
        login = "--auth-root-authentication-method=normal"
        self._run(program_of("mariadb-install-db"), "--no-defaults", f"--datadir={self._data}", login, "--skip-test-db")

    def _command(self) -> list[str]:
        options = [
            f"--datadir={self._data}",
            f"--port={self.port}",
            f"--bind-address={HOST}",
            f"--socket={self._data / 'socket'}",
            "--skip-name-resolve",
            "--character-set-server=utf8mb4",
            f"--ssl-cert={self._folder / 'certificate.pem'}",
            f"--ssl-key={self._folder / 'key.pem'}",
        ]
        return [program_of("mariadbd"), "--no-defaults", *options]

    def end_connections(self) -> None:
        self.ask(f"KILL HARD CONNECTION USER {USER}")

    def _reload(self) -> None:
        self.ask("FLUSH SSL")

    def _add_user(self) -> None:
        self.ask(f"CREATE USER {USER} IDENTIFIED VIA mysql_native_password USING PASSWORD('{PASSWORD}')")
        self.ask(f"GRANT ALL ON portal.* TO {USER}")


SERVERS = {"postgresql": Postgresql, "mariadb": Mariadb}


@contextmanager
def running(kind: str, certificate: trustme.LeafCert) -> Iterator[PrivateServer]:
    """A server of this kind that shows this certificate; skips by name where it is not installed."""
    with a_folder() as folder, started(SERVERS[kind](folder, certificate)) as server:
        server.fill()
        yield server


@contextmanager
def started(server: PrivateServer) -> Iterator[PrivateServer]:
    """The server, made and started, and stopped at the end; skips by name where a program is missing."""
    require(*server.programs)
    try:
        server.make()
        server.start()
        yield server
    finally:
        server.stop()


@contextmanager
def a_folder() -> Iterator[Path]:
    """A folder for servers, removed at the end: not pytest's own, into which only who runs the tests is let."""
    folder = Path(tempfile.mkdtemp(prefix="desktop_admin_"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def require(*programs: str) -> None:
    """Skip by name, or fail where every engine must be tested, where one of these is not installed."""
    missing = [program for program in programs if not program_of(program)]
    if missing:
        message = f"{', '.join(missing)} is not installed"
        if os.environ.get("DESKTOP_ADMIN_REQUIRE_ENGINES"):
            pytest.fail(message)
        pytest.skip(message)


def _lives(process: int) -> bool:
    """Whether there is a process with this number that has not ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def program_of(name: str) -> str:
    """Where a program is, or an empty text: Debian has PostgreSQL's outside the usual folders."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda one: int(one.parent.name), reverse=True)
    places = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", *map(str, folders)])
    return shutil.which(name, path=places) or ""


def free_port() -> int:
    """A port at which nothing listens."""
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        port: int = taken.getsockname()[1]
        return port
