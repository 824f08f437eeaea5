"""What this desk keeps secret, in the keyring of the computer: passwords of database users, keys of operation logs.

Where there is no keyring that can be used, no password is kept: the program asks at each start. The key of an operation
log must not be lost, so it goes into a file that only this user may read. A password is found by its database's URL,
which has no password in it; a key by its id.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_admin.settings import data_folder

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "desktop-admin"
_RECOMMENDED = 1
"""From this priority on a keyring is a real one; below are those that keep passwords in plain files, or nowhere."""


def available() -> bool:
    """Whether this computer has a keyring that can be used."""
    return _ring() is not None


def password_for(url: str) -> str | None:
    """The password that is kept for this database, or None."""
    ring = _ring()
    if ring is None:
        return None
    try:
        return ring.get_password(SERVICE, url)
    except Exception:  # Each system's keyring fails in its own way: locked, declined, gone.
        return None


def remember(url: str, password: str) -> bool:
    """Keep the password; gives back whether the keyring took it."""
    ring = _ring()
    if ring is None:
        return False
    try:
        ring.set_password(SERVICE, url, password)
    except Exception:  # as above
        return False
    return True


def forget(url: str) -> None:
    """Keep no password for this database any more."""
    ring = _ring()
    if ring is None:
        return
    try:
        ring.delete_password(SERVICE, url)
    except Exception:  # as above; also where none was kept
        return


def log_key(key_id: str) -> bytes | None:
    """The secret of the operation log's key with this id, or None where this desk has none that it can read."""
    try:
        kept = password_for(_log_key_name(key_id)) or _log_key_file(key_id).read_text(encoding="ascii")
        return bytes.fromhex(kept)
    except (OSError, ValueError):
        return None


def keep_log_key(key_id: str, secret: bytes) -> Path | None:
    """Keep the key of an operation log; gives back the file that it is in, or None where the keyring took it."""
    if remember(_log_key_name(key_id), secret.hex()):
        return None
    path = _log_key_file(key_id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    # Made with its final rights: nobody else may read it even for a moment. It takes its place as a whole.
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as stream:
        stream.write(secret.hex())
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)
    return path


def _log_key_name(key_id: str) -> str:
    return f"log key {key_id}"


def _log_key_file(key_id: str) -> Path:
    return data_folder() / "log-keys" / key_id


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
