"""The seal of a row of the operation log (write protocol, *Operation log*).

Each row's hash covers the row and the hash of the row before it, so that nothing can be edited, removed or put in
between without every later hash changing. With the log's key it is HMAC-SHA256: only who has the key can make one.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from desktop_admin.secrets import log_key

BEGINNING = "0" * 64
"""What stands in the first row as the hash of the row before."""
SEALED = (
    "seq", "op_id", "at", "desk_at", "person", "person_id", "verified", "released_by", "desk", "operation", "reason",
    "applied", "refused", "ended_logins", "body", "undoes", "key_id", "prev_hash",
)  # fmt: skip
"""The columns that the hash covers, in this order: all but the hash itself."""
_KEY_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class LogKey:
    """The key of a database's operation log; ``id`` may be known to everybody, ``secret`` only to the desks."""

    id: str
    secret: bytes

    @classmethod
    def make(cls) -> LogKey:
        """A new key of 256 bits."""
        return cls.of(secrets.token_bytes(32))

    @classmethod
    def of(cls, secret: bytes) -> LogKey:
        """The key with this secret; its id follows from it and gives nothing away."""
        return cls(hashlib.sha256(b"desktop_admin log key " + secret).hexdigest()[:16], secret)


def is_key_id(text: str | None) -> bool:
    """Whether it can be the id of a key; it comes from the database, and names files and folders of this desk."""
    return text is not None and _KEY_ID.fullmatch(text) is not None


def kept_key(key_id: str | None) -> LogKey | None:
    """The key with this id, where this desk has it; None also for what is no id, and for a damaged key."""
    secret = log_key(key_id) if key_id is not None and is_key_id(key_id) else None
    key = None if secret is None else LogKey.of(secret)
    return key if key is not None and key.id == key_id else None


def seal(row: Mapping[str, Any], *, key: LogKey | None) -> str:
    """The hash of a row, as 64 hexadecimal digits.

    Args:
        row: a value for each of ``SEALED``, as the mapped table gives them.
        key: the key that ``row["key_id"]`` names; None where the row was written without one.
    """
    # A file keeps any value in any column; one of a kind that we do not write fits no seal.
    text = json.dumps([_plain(row[name]) for name in SEALED], ensure_ascii=False, separators=(",", ":"), default=repr)
    if key is None:
        return hashlib.sha256(text.encode()).hexdigest()
    return hmac.digest(key.secret, text.encode(), "sha256").hex()


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value
