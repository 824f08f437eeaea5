"""The portal's password hashes, checked by the portal's own library (write protocol, *Sign-in and secrets*).

A hash that is there is never made anew: that is the portal's business at its own login.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

REHEARSAL = "rehearsal"
"""Everybody's password in a rehearsal, and no secret: the window shows it in the frame."""

_HASHERS = (
    "PBKDF2PasswordHasher",
    "PBKDF2SHA1PasswordHasher",
    "Argon2PasswordHasher",
    "BCryptSHA256PasswordHasher",
    "BCryptPasswordHasher",
    "ScryptPasswordHasher",
    "MD5PasswordHasher",
)
"""Every form that a portal may hold, its own first."""


def is_right(password: str, *, stored: str | None) -> bool:
    """Whether this is the password of an account; takes 0.3 to 1 second, for unknown accounts as well.

    Args:
        password: as it was typed.
        stored: the portal's hash; None for an account that does not exist, so that the answer takes as long.
    """
    hashers = _library()
    try:
        if stored is None:
            hashers.make_password(password)
            return False
        return bool(hashers.check_password(password, stored))
    except (ValueError, TypeError, OverflowError, AssertionError, MemoryError):
        # A hash that was cut or typed by hand, or a password that is no text: nobody can sign in with it.
        return False


def hashed(password: str) -> str:
    """A hash in the portal's own form, for an account that this program makes."""
    made: str = _library().make_password(password)
    return made


@lru_cache(maxsize=1)
def _library() -> Any:
    # Django takes a quarter of a second to import, which only a sign-in needs to spend.
    from django.conf import settings
    from django.contrib.auth import hashers

    if not settings.configured:
        settings.configure(PASSWORD_HASHERS=[f"django.contrib.auth.hashers.{name}" for name in _HASHERS])
    return hashers
