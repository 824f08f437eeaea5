"""The file, or the log beside it, taken away while it is open: what was written is looked for under the name."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from desktop_admin.controllers.operations import apply
from desktop_admin.controllers.values.lines import Actor, Chosen, new_op_id
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.errors import DatabaseUnusable
from tests import planning, raw

LOOK = "import json, sqlite3, sys; print(json.dumps(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchall()))"


def seen_by_others(file: Path, sql: str) -> list[list[object]]:
    """Rows as another process sees them: within one process, SQLite shares what it knows of a file."""
    told = subprocess.run([sys.executable, "-c", LOOK, str(file), sql], capture_output=True, check=True, text=True)
    found: list[list[object]] = json.loads(told.stdout)
    return found


def reset(database: Database, actor: Actor, *, at_commit: object = None) -> str:
    plan = database.read(partial(planning.plan_reset, chosen=Chosen(everyone=True), op_id=new_op_id()))

    def job(session: Session) -> object:
        done = apply.recorded(session, op_id=plan.op_id) or apply.apply(session, plan=plan, actor=actor)
        if callable(at_commit):
            at_commit()
        return done

    database.write(job)
    return plan.op_id


@pytest.mark.parametrize("beside", [("-wal",), ("-wal", "-shm")], ids=["log", "log and index"])
@pytest.mark.parametrize("when", ["before the write", "before COMMIT"])
def test_what_was_written_to_a_removed_log_is_under_the_name_in_the_end(
    portal_file: Path, actor: Actor, beside: tuple[str, ...], when: str
) -> None:
    left = [portal_file.with_name(portal_file.name + more) for more in beside]

    def remove() -> None:
        while left:
            left.pop().unlink()

    with closing(sqlite3.connect(portal_file)) as portal:
        portal.execute("PRAGMA journal_mode=wal")
    with closing(Database.open(portal_file)) as database:
        # So that there is something in the log, and every connection has been used.
        database.write(
            lambda session: session.connection().exec_driver_sql("UPDATE accounts_user SET first_name = 'x'")
        )
        if when == "before the write":
            remove()
        op_id = reset(database, actor, at_commit=remove if when == "before COMMIT" else None)
        seen = seen_by_others(portal_file, "SELECT op_id FROM desktop_admin_operation ORDER BY seq DESC LIMIT 1")
        assert seen == [[op_id]]
        assert seen_by_others(portal_file, "SELECT DISTINCT first_name FROM accounts_user") == [["x"]]
    assert raw.query(portal_file, "PRAGMA integrity_check") == [("ok",)]


def test_beside_a_program_that_keeps_a_removed_log_open_nothing_is_told_as_applied(
    portal_file: Path, actor: Actor
) -> None:
    with closing(sqlite3.connect(portal_file)) as first:
        first.execute("PRAGMA journal_mode=wal")
    hold = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('PRAGMA user_version = 7'); "
        "print(flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(portal_file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as portal:
        assert portal.stdout is not None
        portal.stdout.readline()
        portal_file.with_name(f"{portal_file.name}-wal").unlink()
        # SQLite notices where it needs what was in the log, and the program where it does not.
        with pytest.raises(DatabaseUnusable) as told, closing(Database.open(portal_file)) as database:
            reset(database, actor)
        portal.kill()
    assert told.value.code in ("disk_error", "file_replaced")


@pytest.mark.parametrize("when", ["before", "during"])
def test_a_file_that_was_replaced_is_refused_and_nothing_is_told_as_applied(
    portal_file: Path, actor: Actor, when: str
) -> None:
    other = Path(shutil.copy(portal_file, portal_file.with_name("other.sqlite3")))
    before = raw.content(other)
    with closing(Database.open(portal_file)) as database:
        if when == "before":
            other.replace(portal_file)
            with pytest.raises(DatabaseUnusable) as read:
                reset(database, actor)
            assert read.value.code == "file_replaced"
        with pytest.raises(DatabaseUnusable) as told:
            reset(database, actor, at_commit=partial(other.replace, portal_file))
        assert told.value.code == "file_replaced"
    assert raw.content(portal_file) == before
