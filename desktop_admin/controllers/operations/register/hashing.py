"""Making the portal's hashes of many passwords, before any lock is taken: on all processors, told and cancelled."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed

from desktop_admin import passwords
from desktop_admin.errors import Cancelled

_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits of which none is taken for another on paper."""
_LENGTH = 8


def generated() -> str:
    """A password by chance, of letters and digits that are read from paper without a doubt; 39 bits."""
    return "".join(secrets.choice(_READABLE) for _ in range(_LENGTH))


def hash_all(
    wanted: Mapping[str, str],
    *,
    told: Callable[[int], object],
    cancelled: Callable[[], bool] = lambda: False,
) -> dict[str, str]:
    """The portal's hash of each password, by user name; one takes 0.3 to 1 second of a processor.

    Args:
        wanted: the passwords, by user name.
        told: is told how many are made, each time.
        cancelled: whether the person has cancelled, asked each time.

    Raises:
        Cancelled: the person has.
    """
    made: dict[str, str] = {}
    # The library that hashes lets other threads run meanwhile.
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as threads:
        running = {threads.submit(passwords.hashed, password): username for username, password in wanted.items()}
        told(0)
        for done in as_completed(running):
            if cancelled():
                threads.shutdown(wait=False, cancel_futures=True)
                raise Cancelled
            made[running[done]] = done.result()
            told(len(made))
    return made
