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
)
def test_what_was_written_is_read_and_opened_as_it_was_meant(
    kind: str, host: str, port: int, database: str, user: str
) -> None:
    server = ServerUrl(kind=kind, host=host, port=port, database=database, user=user)
    assert ServerUrl.read(server.url) == server
    opened = make_url(server.url)
    assert (opened.host, opened.port or PORTS[kind], opened.database, opened.username) == (host, port, database, user)


def test_the_usual_port_is_left_out() -> None:
    server = ServerUrl(kind="mariadb", host="hall", port=3306, database="portal", user="desk")
    assert server.url == "mariadb://desk@hall/portal"


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
