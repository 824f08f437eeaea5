"""Databases on servers at the command line: the password comes from the keyring, or is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner, Result

from desktop_admin.cli import cli
from desktop_admin.database.engine import Database
from tests import portal, servers
from tests.keyrings import MemoryKeyring

SECRET = "geheim und lang"


@pytest.fixture(scope="module")
def guarded() -> Iterator[str]:
    """The URL of the small portal database, with a user whom the server asks for his password."""
    with servers.empty_portal("mariadb") as url:
        made = Database.open(servers.target(url))
        made.migrate()
        made.write(lambda session: portal.fill(session, datetime.now(UTC).replace(microsecond=123456)))
        made.close()
        with servers.database_user(url, password=SECRET) as user:
            yield servers.target(url.set(username=user, password=None))


def _sessions(url: str, *, typed: str = "") -> Result:
    return CliRunner().invoke(
        cli, ["--as", portal.SUPERVISOR, "--db", url, "sessions", "--stuck"], input=typed, catch_exceptions=False
    )


def test_the_password_comes_from_the_keyring(guarded: str, ring: MemoryKeyring) -> None:
    ring.set_password("desktop-admin", guarded, SECRET)
    ring.set_password("desktop-admin", f"sign-in {portal.SUPERVISOR}", portal.SUPERVISOR)
    result = _sessions(guarded)
    assert (result.exit_code, "T-STUCK" in result.stdout) == (0, True), result.output


def test_without_a_keyring_and_without_a_terminal_the_login_is_refused(guarded: str) -> None:
    result = _sessions(guarded)
    assert result.exit_code == 69
    assert "refused the login" in result.stderr


def test_a_password_in_the_keyring_that_is_refused_is_asked_for(
    guarded: str, ring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_admin.cli.context.has_terminal", lambda: True)
    ring.set_password("desktop-admin", guarded, "of last year")
    result = _sessions(guarded, typed=f"{SECRET}\n{portal.SUPERVISOR}\n")
    assert result.exit_code == 0, result.output
    assert "T-STUCK" in result.stdout
    assert SECRET not in result.output
