"""The passwords of database users, in the keyring of the computer and nowhere else.

Where there is no keyring that can be used, nothing is kept: the program asks at each start. No file is ever written.
The key is the database's URL, which has no password in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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
