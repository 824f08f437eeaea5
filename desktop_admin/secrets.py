"""What this desk keeps secret, in the keyring of the computer: passwords of database users, keys of operation logs.

Where there is no keyring that can be used, no password is kept: the program asks at each start. The key of an operation
log must not be lost, so it goes into a file that only this user may read. A password is found by its database's URL,
which has no password in it; a key by its id.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from desktop_admin.errors import AdminError
from desktop_admin.settings import data_folder, write_whole

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

SERVICE = "desktop-admin"
BACKUP_PASSPHRASE = "backup passphrase"
"""What the passphrase of back-ups is found by."""
_RECOMMENDED = 1
"""From this priority on a keyring is a real one; below are those that keep passwords in plain files, or nowhere."""


def available() -> bool:
    """Whether this computer has a keyring that can be used."""
    return _ring() is not None


def password_for(url: str) -> str | None:
    """The password that is kept for this database, or None."""
    return _asked(lambda ring: ring.get_password(SERVICE, url))


def remember(url: str, password: str) -> bool:
    """Keep the password; gives back whether the keyring took it."""

    def keep(ring: KeyringBackend) -> bool:
        ring.set_password(SERVICE, url, password)
        return True

    return _asked(keep) or False


def forget(url: str) -> None:
    """Keep no password for this database any more."""
    # Where none was kept the keyring fails, too.
    _asked(lambda ring: ring.delete_password(SERVICE, url))


def log_key(key_id: str) -> bytes | None:
    """The secret of the operation log's key with this id, or None where this desk has none that it can read."""
    try:
        kept = password_for(_log_key_name(key_id)) or _log_key_file(key_id).read_text(encoding="ascii")
        return bytes.fromhex(kept)
    except (OSError, ValueError):
        return None


def keep_log_key(key_id: str, secret: bytes) -> Path | None:
    """Keep the key of an operation log; gives back the file that it is in, or None where the keyring took it.

    Raises:
        AdminError: neither the keyring nor the user's data folder takes it.
    """
    if remember(_log_key_name(key_id), secret.hex()):
        return None
    path = _log_key_file(key_id)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(path, secret.hex().encode())
    except OSError as failure:
        raise AdminError("log_key_not_kept", path=path.parent, why=failure.strerror or failure) from failure
    return path


def _log_key_name(key_id: str) -> str:
    return f"log key {key_id}"


def _log_key_file(key_id: str) -> Path:
    return data_folder() / "log-keys" / key_id


def _asked(what: Callable[[KeyringBackend], T]) -> T | None:
    """What the keyring answers; None where there is none, or where it refuses."""
    ring = _ring()
    try:
        return None if ring is None else what(ring)
    except Exception:  # Each system's keyring fails in its own way: locked, declined, gone.
        return None


def _ring() -> KeyringBackend | None:
    # Looking for keyrings takes a moment, which most starts of the program need not spend.
    import keyring

    try:
        chosen = keyring.get_keyring()
        # Where there are several, keyring chains them; among them may be one that writes a plain file.
        several: list[KeyringBackend] = getattr(chosen, "backends", [chosen])
        return next((one for one in several if one.priority >= _RECOMMENDED), None)
    except Exception:  # as above
        return None
