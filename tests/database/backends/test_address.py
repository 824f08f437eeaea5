"""What may stand in the URL of a database on a server, and what only looks as if it were safe."""

from __future__ import annotations

from pathlib import Path

import pytest
import trustme

from desktop_admin.database.backends import address
from desktop_admin.errors import UsageProblem
from tests.cli import runs


@pytest.fixture(scope="module")
def ca_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The certificate of an authority."""
    file = tmp_path_factory.mktemp("authority") / "ca.pem"
    trustme.CA().cert_pem.write_to_path(file)
    return file


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("postgresql://desk@hall:99999/portal", "bad_port"),
        ("mariadb://desk@hall:0/portal", "bad_port"),
        ("postgresql://desk@hall:-1/portal", "bad_port"),
        ("postgresql://desk@hall:many/portal", "bad_url"),
        ("postgresql://desk@hall/portal?sslmode=yes", "sslmode_unknown"),
        ("postgresql://desk@hall/portal?sslmode=VERIFY-FULL&sslrootcert={ca}", "sslmode_unknown"),
        ("postgresql://desk@hall/portal?sslmode=require&sslmode=disable", "bad_url"),
        ("postgresql://desk@hall/portal?ssl_ca={ca}", "option_unknown"),
        ("mariadb://desk@hall/portal?sslrootcert={ca}", "option_unknown"),
        ("mariadb://desk@hall/portal?ssl_ca={ca}&ssl_check_hostname=false", "option_unknown"),
        ("sqlite:////srv/portal.sqlite3?ssl_ca={ca}", "option_unknown"),
        ("mariadb://desk@hall/portal?ssl_ca=", "option_empty"),
        ("mysql://desk@hall/portal?ssl_ca", "option_empty"),
        ("postgresql://desk@hall/portal?sslmode=verify-full&sslrootcert=", "option_empty"),
        ("postgresql://desk@hall/portal?sslmode=verify-full", "no_authority_given"),
    ],
)
def test_a_url_that_makes_no_sense_is_a_usage_problem(url: str, code: str, ca_file: Path) -> None:
    target = url.format(ca=ca_file)
    with pytest.raises(UsageProblem) as told:
        address.backend(target)
    assert told.value.code == code
    assert runs.complaint(runs.run(None, "--db", target, "sessions"), code=2) == str(told.value)


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require", "verify-ca", ""])
def test_a_ca_file_is_refused_where_the_server_would_not_be_checked(mode: str, ca_file: Path) -> None:
    """With “prefer” libpq goes on without encryption when the certificate is a foreign one."""
    chosen = f"sslmode={mode}&" if mode else ""
    with pytest.raises(UsageProblem) as told:
        address.backend(f"postgresql://desk@hall/portal?{chosen}sslrootcert={ca_file}")
    assert told.value.code == "server_not_checked"
    assert f"sslmode={mode or 'prefer'} " in str(told.value)


def test_a_socket_of_this_computer_is_never_said_to_be_checked(ca_file: Path) -> None:
    with pytest.raises(UsageProblem) as told:
        address.backend(f"postgresql://desk@/portal?sslmode=verify-full&sslrootcert={ca_file}")
    assert told.value.code == "no_host_to_check"


def test_the_file_is_meant_where_its_name_is_a_word_of_the_driver(
    ca_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """libpq takes “system” for every authority that the system trusts."""
    (tmp_path / "system").write_bytes(ca_file.read_bytes())
    monkeypatch.chdir(tmp_path)
    backend = address.backend("postgresql://desk@hall/portal?sslmode=verify-full&sslrootcert=system")
    assert backend.reader.url.query["sslrootcert"] == str(tmp_path / "system")
    backend.close()


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require"])
def test_the_drivers_own_words_for_what_is_not_checked_are_taken(mode: str) -> None:
    backend = address.backend(f"postgresql://desk@hall/portal?sslmode={mode}")
    assert backend.reader.url.query == {"sslmode": mode}
    backend.close()
