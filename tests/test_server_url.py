"""What the URL of a database on a server says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import make_url

from desktop_admin.server_url import PORTS, ServerUrl

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=20)


@given(
    kind=st.sampled_from(list(PORTS)),
    host=st.sampled_from(["hall", "10.0.0.7", "::1", "db.centre.example"]),
    port=st.integers(1, 65535),
    database=NAMES,
    user=NAMES,
    authority=st.none() | NAMES,
)
def test_what_was_written_is_read_and_opened_as_it_was_meant(
    kind: str, host: str, port: int, database: str, user: str, authority: str | None
) -> None:
    server = ServerUrl(kind=kind, host=host, port=port, database=database, user=user, authority=authority)
    assert ServerUrl.read(server.url) == server
    opened = make_url(server.url)
    assert (opened.host, opened.port or PORTS[kind], opened.database, opened.username) == (host, port, database, user)
    assert authority in (opened.query.get("sslrootcert"), opened.query.get("ssl_ca"))


@pytest.mark.parametrize(("kind", "port"), [("postgresql", 5432), ("mariadb", 3306)])
def test_the_usual_port_is_left_out(kind: str, port: int) -> None:
    server = ServerUrl(kind=kind, host="hall", port=port, database="portal", user="desk")
    assert server.url == f"{kind}://desk@hall/portal"
    assert ServerUrl.read(server.url) == server


def test_a_url_with_a_driver_or_without_a_host_is_read() -> None:
    here = ServerUrl(kind="postgresql", host="localhost", port=5432, database="portal", user="")
    assert ServerUrl.read("postgresql:///portal") == here
    assert ServerUrl.read("postgresql+psycopg://localhost/portal") == here


@pytest.mark.parametrize(
    ("kind", "url"),
    [
        ("postgresql", "postgresql://desk@hall/portal?sslmode=verify-full&sslrootcert=/srv/the%20CA.pem"),
        ("mariadb", "mariadb://desk@hall/portal?ssl_ca=/srv/the%20CA.pem"),
    ],
)
def test_a_server_that_is_checked_has_a_url_in_the_words_of_its_driver(kind: str, url: str) -> None:
    authority = "/srv/the CA.pem"
    server = ServerUrl(kind=kind, host="hall", port=PORTS[kind], database="portal", user="desk", authority=authority)
    assert server.url == url


def test_a_mysql_server_is_read_as_mariadb() -> None:
    server = ServerUrl.read("mysql://desk@hall/portal")
    assert server is not None
    assert (server.kind, server.port) == ("mariadb", 3306)


@pytest.mark.parametrize(
    "other",
    [
        "/srv/portal/db.sqlite3",
        "sqlite:////srv/portal/db.sqlite3",
        "postgresql:portal",
        "postgresql://desk@hall:many/portal",
        "postgresql://[hall/portal",
        "postgresql://desk:secret@hall/portal",
        "postgresql://desk@hall/portal?Password=secret",
    ],
)
def test_whatever_else_is_no_server(other: str) -> None:
    assert ServerUrl.read(other) is None
