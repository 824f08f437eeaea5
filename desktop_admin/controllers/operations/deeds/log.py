"""What supervisors do with the operation log: check it, keep its end elsewhere, carry its key to another desk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from desktop_admin.controllers.log import checkpoints, keys
from desktop_admin.controllers.log.chain import Checkpoint, Told, Verification
from desktop_admin.controllers.operations import gate
from desktop_admin.controllers.operations.deeds import BRING_KEY, EXPORT_KEY, VERIFY_LOG
from desktop_admin.controllers.operations.deeds.doing import record
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session


def verify(session: Session, *, actor: Actor, files: Sequence[Path] = (), told: Told | None = None) -> Verification:
    """Look at the whole log; as ``checkpoints.verify``.

    Raises:
        NotPermitted: the actor is no supervisor.
    """
    gate.check(session, actor=actor, kind=VERIFY_LOG)
    return checkpoints.verify(session, files=files, told=told)


def take(session: Session, *, actor: Actor, file: Path) -> Checkpoint:
    """Write the log's end to a new file; as ``checkpoints.take``.

    Raises:
        NotPermitted: the actor is no supervisor.
    """
    gate.check(session, actor=actor, kind=VERIFY_LOG)
    return checkpoints.take(session, file=file)


def export_key(database: Database, *, actor: Actor, file: Path) -> str:
    """Write the log's key to a new file, record that, and give back the key's id; as ``keys.export``.

    Raises:
        NotPermitted: the actor is no supervisor.
    """

    def job(session: Session) -> str:
        gate.check(session, actor=actor, kind=EXPORT_KEY)
        return keys.export(session, file=file)

    key_id = database.read(job)
    record(database, EXPORT_KEY, EXPORT_KEY.say("told", key=key_id), actor=actor)
    return key_id


def bring_key(database: Database, *, actor: Actor, file: Path) -> tuple[str, Path | None]:
    """Take the log's key from a file of another desk, and record that; as ``keys.bring``.

    Raises:
        NotPermitted: the actor is no supervisor.
    """

    def job(session: Session) -> tuple[str, Path | None]:
        gate.check(session, actor=actor, kind=BRING_KEY)
        return keys.bring(session, file=file)

    key_id, kept = database.read(job)
    database.forget_log_key()
    record(database, BRING_KEY, BRING_KEY.say("told", key=key_id), actor=actor)
    return key_id, kept
