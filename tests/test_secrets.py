"""Passwords of database users: in the keyring or nowhere."""

from __future__ import annotations

from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null

from desktop_admin import secrets
from desktop_admin.errors import AdminError
from tests.keyrings import LockedKeyring, MemoryKeyring, PlainFileKeyring

URL = "postgresql://desk@hall/portal"


def test_a_password_is_kept_for_its_url_and_for_no_other(ring: MemoryKeyring) -> None:
    assert secrets.available()
    assert secrets.remember(URL, "geheim") is True
    assert ring.kept == {("desktop-admin", URL): "geheim"}
    assert secrets.password_for(URL) == "geheim"
    assert secrets.password_for("postgresql://other@hall/portal") is None


def test_a_forgotten_password_is_gone_and_can_be_forgotten_again(ring: MemoryKeyring) -> None:
    secrets.remember(URL, "geheim")
    for _again in range(2):
        secrets.forget(URL)
        assert ring.kept == {}


@pytest.mark.parametrize("unusable", [fail.Keyring, null.Keyring, PlainFileKeyring])
def test_without_a_real_keyring_nothing_is_kept(unusable: type[KeyringBackend]) -> None:
    keyring.set_keyring(unusable())
    assert not secrets.available()
    assert secrets.remember(URL, "geheim") is False
    assert secrets.password_for(URL) is None
    secrets.forget(URL)
    assert getattr(keyring.get_keyring(), "kept", {}) == {}


def test_a_keyring_that_stays_locked_is_as_good_as_none() -> None:
    keyring.set_keyring(LockedKeyring())
    assert secrets.remember(URL, "geheim") is False
    assert secrets.password_for(URL) is None
    secrets.forget(URL)


def test_of_several_keyrings_the_one_in_a_plain_file_is_never_used() -> None:
    real, plain = MemoryKeyring(), PlainFileKeyring()

    class Chain(MemoryKeyring):
        priority = 10.0
        backends = (plain, real)

    keyring.set_keyring(Chain())
    assert secrets.remember(URL, "geheim")
    assert (len(real.kept), len(plain.kept)) == (1, 0)


def test_no_file_is_written_without_a_keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(variable, str(tmp_path))
    secrets.remember(URL, "geheim")
    assert list(tmp_path.rglob("*")) == []


def test_no_test_touches_the_keyring_of_the_person_who_runs_it() -> None:
    assert isinstance(keyring.get_keyring(), fail.Keyring)
    assert not secrets.available()


def test_a_key_that_cannot_be_written_to_the_end_leaves_the_one_that_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets.keep_log_key("a", b"key")

    def full(_handle: int) -> None:
        raise OSError("no room")

    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", full)
        with pytest.raises(AdminError, match="no room"):
            secrets.keep_log_key("a", b"another")
    assert secrets.log_key("a") == b"key"
    secrets.keep_log_key("a", b"another")
    assert secrets.log_key("a") == b"another"
