"""Encrypted connections: only to the server that is meant, on real servers with certificates of every kind."""

from __future__ import annotations

import select
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
import trustme

from desktop_admin.controllers.portal import candidates
from desktop_admin.database.engine import Database
from desktop_admin.errors import DatabaseUnusable
from tests import private_servers
from tests.cli import runs
from tests.private_servers import HOST, PASSWORD, USER, PrivateServer

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Who signs the certificates of the servers."""
    return trustme.CA()


@pytest.fixture(scope="module", params=sorted(private_servers.SERVERS))
def server(request: pytest.FixtureRequest, authority: trustme.CA) -> Iterator[PrivateServer]:
    """A server of each kind, with a certificate for its address."""
    with private_servers.running(request.param, authority.issue_cert(HOST)) as one:
        yield one


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> Path:
    """The certificate of the authority, as the server's administrator gives it out."""
    return _laid(authority, tmp_path / "the centre's CA.pem")


@pytest.fixture
def foreign_file(tmp_path: Path) -> Path:
    """The certificate of somebody else's authority."""
    return _laid(trustme.CA(), tmp_path / "foreign.pem")


def _laid(authority: trustme.CA, file: Path) -> Path:
    authority.cert_pem.write_to_path(file)
    return file


def _refused(target: str, *, password: str = PASSWORD) -> str:
    with pytest.raises(DatabaseUnusable) as told:
        Database.open(target, password=password)
    return told.value.code


def _told(target: str) -> str:
    """What a command says that cannot use the database."""
    return runs.complaint(runs.run(None, "--db", target, "sessions"), code=69)


class Listener:
    """Passes on what a desk and a server say to each other, and keeps what the desk said."""

    def __init__(self, server: PrivateServer) -> None:
        self._server = server
        self._door = socket.create_server((HOST, 0))
        self.port: int = self._door.getsockname()[1]
        self.said = b""
        self._thread = threading.Thread(target=self._pass_on, daemon=True)
        self._thread.start()

    def _pass_on(self) -> None:
        desk, _address = self._door.accept()
        server = socket.create_connection((HOST, self._server.port))
        # Who refuses a certificate may hang up without having read to the end.
        with suppress(ConnectionError), self._door, desk, server:
            other = {desk: server, server: desk}
            while data := (speaker := select.select([desk, server], [], [])[0][0]).recv(65536):
                self.said += data if speaker is desk else b""
                other[speaker].sendall(data)

    def heard(self) -> bytes:
        """What the desk said, until it hung up."""
        self._thread.join(120)
        return self.said


def test_the_server_that_is_meant_is_worked_with_and_said_to_be_checked(server: PrivateServer, ca_file: Path) -> None:
    database = Database.open(server.target(authority=ca_file), password=PASSWORD)
    assert (database.description.tls, database.description.authority) == (True, ca_file)
    assert database.read(candidates.count) == 9
    assert database.write(candidates.count) == 9
    database.close()


def test_a_server_is_checked_by_its_name_as_well(server: PrivateServer, authority: trustme.CA, ca_file: Path) -> None:
    with server.showing(authority.issue_cert("localhost")):
        Database.open(server.target(authority=ca_file, host="localhost"), password=PASSWORD).close()
        assert _refused(server.target(authority=ca_file)) == "certificate_of_another"


def test_a_wrong_password_is_told_over_an_encrypted_connection(server: PrivateServer, ca_file: Path) -> None:
    assert _refused(server.target(authority=ca_file), password="wrong") == "login_refused"


def test_a_server_with_the_certificate_of_another_authority_is_refused(
    server: PrivateServer, foreign_file: Path
) -> None:
    listener = Listener(server)
    assert _refused(server.target(authority=foreign_file, port=listener.port)) == "certificate_untrusted"
    assert USER.encode() not in listener.heard()
    assert "not signed by this CA" in _told(server.target(authority=foreign_file))


def test_a_server_with_the_certificate_of_another_name_is_refused(server: PrivateServer, ca_file: Path) -> None:
    target = server.target(authority=ca_file, host="localhost")
    assert _refused(target) == "certificate_of_another"
    assert "portal on localhost names another host" in _told(target)


@pytest.mark.parametrize("days", [-1, 2], ids=["expired", "not valid yet"])
def test_a_certificate_is_good_only_on_its_days(
    server: PrivateServer, authority: trustme.CA, ca_file: Path, days: int
) -> None:
    last = NOW + timedelta(days=days)
    certificate = authority.issue_cert(HOST, not_before=last - timedelta(days=1), not_after=last)
    target = server.target(authority=ca_file)
    with server.showing(certificate):
        assert _refused(target) == "certificate_not_valid_today"
        assert "Check the date of this computer" in _told(target)


def test_a_server_without_encryption_is_refused_before_anything_is_said_to_it(
    server: PrivateServer, ca_file: Path
) -> None:
    with server.restarted(*server.without_encryption):
        listener = Listener(server)
        assert _refused(server.target(authority=ca_file, port=listener.port)) == "no_encryption"
        # PostgreSQL speaks only when it is asked, and it was asked for nothing but encryption.
        question = struct.pack("!ii", 8, 80877103) if server.kind == "postgresql" else b""
        assert listener.heard() == question
        assert "does not offer encryption" in _told(server.target(authority=ca_file))

        database = Database.open(server.target(), password=PASSWORD)
        assert (database.description.tls, database.description.authority) == (False, None)
        database.close()


def test_where_the_server_decides_any_certificate_will_do_and_is_not_said_to_be_checked(
    server: PrivateServer,
) -> None:
    with server.showing(trustme.CA().issue_cert("somewhere.else.example")):
        database = Database.open(server.target(), password=PASSWORD)
        assert (database.description.tls, database.description.authority) == (True, None)
        database.close()


def test_encryption_of_old_is_not_told_to_be_a_server_that_does_not_answer(
    server: PrivateServer, ca_file: Path
) -> None:
    with server.restarted(*server.of_old):
        target = server.target(authority=ca_file)
        assert _refused(target) == "encryption_not_agreed"
        assert "TLS 1.2 or newer" in _told(target)


def test_a_certificate_that_changes_under_way_is_told_as_what_it_is(server: PrivateServer, ca_file: Path) -> None:
    database = Database.open(server.target(authority=ca_file), password=PASSWORD)
    database.changed_by_others()
    jobs = (
        database.changed_by_others,
        partial(database.read, candidates.count),
        partial(database.write, candidates.count),
    )
    with server.showing(trustme.CA().issue_cert(HOST)):
        server.end_connections()
        # The first question may still find that its link has ended.
        with pytest.raises(DatabaseUnusable):
            database.changed_by_others()
        for job in jobs:
            with pytest.raises(DatabaseUnusable) as told:
                job()
            assert told.value.code == "certificate_untrusted"
    for job in jobs:
        job()
    database.close()


# The file with the authority's certificate --------------------------------------------------------------------------

_CHECKED = {
    "postgresql": "postgresql://desk@127.0.0.1:1/portal?sslmode=verify-full&sslrootcert={file}",
    "mariadb": "mariadb://desk@127.0.0.1:1/portal?ssl_ca={file}",
}


@pytest.mark.parametrize("kind", _CHECKED)
@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "authority_unreadable"),
        (b"", "authority_no_certificate"),
        (b"The certificate is in the other file.", "authority_no_certificate"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "authority_no_certificate"),
        (bytes(range(256)), "authority_no_certificate"),
    ],
    ids=["missing", "empty", "text", "damaged", "bytes"],
)
def test_a_ca_file_that_is_none_is_told_before_the_server_is_asked(
    tmp_path: Path, kind: str, content: bytes | None, code: str
) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_bytes(content)
    target = _CHECKED[kind].format(file=file)
    assert _refused(target) == code
    assert str(file) in _told(target)


@pytest.mark.parametrize("kind", _CHECKED)
@pytest.mark.parametrize("name", ["/", "/%00"], ids=["folder", "no name of a file"])
def test_what_is_no_file_is_no_ca_file(kind: str, name: str) -> None:
    assert _refused(_CHECKED[kind].format(file=name)) == "authority_unreadable"


def test_a_ca_file_that_is_taken_away_is_told(server: PrivateServer, ca_file: Path) -> None:
    database = Database.open(server.target(authority=ca_file), password=PASSWORD)
    ca_file.unlink()
    if server.kind == "postgresql":
        with pytest.raises(DatabaseUnusable) as told:
            database.write(candidates.count)
        assert told.value.code == "authority_gone"
    else:
        assert database.write(candidates.count) == 9, "it was read once and for all"
    database.close()
