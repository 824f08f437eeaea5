"""The key of the operation log, carried from desk to desk."""

from __future__ import annotations

from pathlib import Path

from desktop_admin import secrets
from desktop_admin.controllers.log import chain
from desktop_admin.database.seal import LogKey
from desktop_admin.database.session import Session, log_key_of
from desktop_admin.errors import AdminError, UsageProblem
from desktop_admin.new_files import write_new


def export(session: Session, *, file: Path) -> str:
    """Write the key to a new file that only this user may read, and give back the key's id.

    Raises:
        UsageProblem: there is such a file already.
        AdminError: this desk does not have the key, or the file cannot be written.
    """
    key = log_key_of(session)
    if key is None:
        raise AdminError("no_log_key_here")
    write_new(file, f"{key.secret.hex()}\n".encode(), private=True)
    return key.id


def bring(session: Session, *, file: Path) -> tuple[str, Path | None]:
    """Take the key from a file that was exported at another desk.

    Returns:
        The key's id, and the file that it is kept in, or None where the keyring took it.

    Raises:
        UsageProblem: the file holds no key, or that of another log.
    """
    try:
        key = LogKey.of(bytes.fromhex(file.read_text(encoding="ascii").strip()))
    except (ValueError, OSError) as broken:
        raise UsageProblem("not_a_log_key", path=file) from broken
    wanted = chain.key_id(session)
    if key.id != wanted:
        raise UsageProblem("another_logs_key", path=file, key=wanted or "–")
    return key.id, secrets.keep_log_key(key.id, key.secret)
