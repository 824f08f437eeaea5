"""What supervisors do with the operation log: check it, keep its end elsewhere, carry its key to another desk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from desktop_admin import secrets
from desktop_admin.controllers.log import chain, checkpoints
from desktop_admin.controllers.log.chain import Checkpoint, Told, Verification
from desktop_admin.controllers.operations import gate
from desktop_admin.controllers.operations.deeds import BRING_KEY, EXPORT_KEY, VERIFY_LOG
from desktop_admin.controllers.operations.deeds.doing import record
from desktop_admin.controllers.upkeep.policies import POLICIES
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from desktop_admin.database.seal import LogKey
from desktop_admin.database.session import Session, log_key_of
from desktop_admin.errors import AdminError, UsageProblem
from desktop_admin.files.new_files import write_new


def verify(session: Session, *, actor: Actor, files: Sequence[Path] = (), told: Told | None = None) -> Verification:
    """Look at the whole log; as ``checkpoints.verify``.

    Raises:
        NotPermitted: the actor is no supervisor.
    """
    gate.check(session, actor=actor, kind=VERIFY_LOG)
    defaults = {name: policy.stored_default for name, policy in POLICIES.items()}
    return checkpoints.verify(session, files=files, told=told, defaults=defaults)


def take(session: Session, *, actor: Actor, file: Path) -> Checkpoint:
    """Write the log's end as it is now to a new file, to be kept elsewhere.

    Raises:
        NotPermitted: the actor is no supervisor.
        UsageProblem: there is such a file already.
        AdminError: it cannot be written.
    """
    gate.check(session, actor=actor, kind=VERIFY_LOG)
    point = chain.end(session)
    checkpoints.write(file, point)
    return point


def export_key(database: Database, *, actor: Actor, file: Path) -> str:
    """Write the log's key to a new file that only this user may read, record that, and give back the key's id.

    Raises:
        NotPermitted: the actor is no supervisor.
        UsageProblem: there is such a file already.
        AdminError: this desk does not have the key, the file cannot be written, or that it was could not be recorded.
    """

    def job(session: Session) -> str:
        gate.check(session, actor=actor, kind=EXPORT_KEY)
        key = log_key_of(session)
        if key is None:
            raise AdminError("no_log_key_here")
        write_new(file, f"{key.secret.hex()}\n".encode())
        return key.id

    key_id = database.read(job)
    record(database, EXPORT_KEY, EXPORT_KEY.say("told", key=key_id), actor=actor)
    return key_id


def bring_key(database: Database, *, actor: Actor, file: Path) -> tuple[str, Path | None]:
    """Take the log's key from a file that was exported at another desk, and record that.

    Returns:
        The key's id, and the file that it is kept in, or None where the keyring took it.

    Raises:
        NotPermitted: the actor is no supervisor.
        UsageProblem: the file holds no key, or that of another log.
        AdminError: that it was taken could not be recorded.
    """

    def job(session: Session) -> LogKey:
        gate.check(session, actor=actor, kind=BRING_KEY)
        try:
            key = LogKey.of(bytes.fromhex(file.read_text(encoding="ascii").strip()))
        except (ValueError, OSError) as broken:
            raise UsageProblem("not_a_log_key", path=file) from broken
        wanted = chain.key_id(session)
        if key.id != wanted:
            raise UsageProblem("another_logs_key", path=file, key=wanted or "–")
        return key

    key = database.read(job)
    kept = secrets.keep_log_key(key.id, key.secret)
    database.forget_log_key()
    record(database, BRING_KEY, BRING_KEY.say("told", key=key.id), actor=actor)
    return key.id, kept
