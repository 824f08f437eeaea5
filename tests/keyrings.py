"""Keyrings of the tests' own; the keyring of the person who runs them is never touched."""

from __future__ import annotations

from collections.abc import Iterator

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail
from keyring.errors import KeyringLocked, PasswordDeleteError


class MemoryKeyring(KeyringBackend):
    """Keeps passwords as long as the test runs."""

    priority = 5.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError


class PlainFileKeyring(MemoryKeyring):
    """One that keyring does not recommend, as those that keep passwords in plain files."""

    priority = 0.5


class LockedKeyring(MemoryKeyring):
    """One that its owner does not unlock."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked

    def delete_password(self, service: str, username: str) -> None:
        raise KeyringLocked


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No keyring can be used, unless a test sets one of its own; the same holds for programs that it starts."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    none = fail.Keyring()  # type: ignore[no-untyped-call]
    keyring.set_keyring(none)
    yield
    keyring.set_keyring(none)


@pytest.fixture
def ring(no_keyring: None) -> MemoryKeyring:
    """A keyring that can be used, and is empty."""
    own = MemoryKeyring()
    keyring.set_keyring(own)
    return own
