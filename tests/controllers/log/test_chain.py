"""The operation log shows whatever was edited, removed, added, re-ordered or cut in it, to people without the key."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, text

from desktop_admin import settings
from desktop_admin.controllers.archive import sums
from desktop_admin.controllers.log import beside, chain
from desktop_admin.controllers.log.chain import Checkpoint, Verification
from desktop_admin.controllers.operations.slots import REASSIGN, RESET
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from desktop_admin.database.seal import SEALED, seal
from desktop_admin.database.session import Session
from desktop_admin.database.tables.own import OperationRow
from desktop_admin.errors import DatabaseUnusable
from desktop_admin.messages import Message
from desktop_admin.rules import Role
from tests import planning, raw, servers
from tests.controllers import actors, doing

ROWS = 12


class Stop(Exception):
    """Undoes what a test wrote, once it has seen what it wanted to see."""


@pytest.fixture
def log(database: Database, actor: Actor) -> Database:
    """A log of twelve operations, three of them with two archived sessions each."""
    for _ in range(3):
        for done in (
            doing.slot(database, actor, REASSIGN, "T-FINE", "T-SECOND"),
            doing.sign_out(database, actor, "T-MOVED"),
        ):
            doing.apply_now(database, actor, partial(planning.plan_undo, undoes=done.op_id or ""))
    return database


def verified(database: Database, *points: Checkpoint) -> Verification:
    return database.read(partial(chain.verify, checkpoints=points))


def codes(found: Verification) -> set[str]:
    return {one.what.code for one in found.problems}


def test_an_untouched_log_is_intact_and_sealed(log: Database) -> None:
    found = verified(log, log.read(chain.end))
    assert (found.intact, found.rows, found.unsealed, found.sessions) == (True, ROWS, 0, 6)


@pytest.mark.parametrize("by_guard", [False, True])
def test_what_is_done_while_the_log_is_looked_at_is_no_tampering(
    log: Database, actor: Actor, monkeypatch: pytest.MonkeyPatch, by_guard: bool
) -> None:
    compare = beside.compare
    other = Database.open(raw.path(log) if log.description.path else servers.target(log.backend.writer.url))

    def meanwhile(session: Session, *said: Any, **how: Any) -> beside.Compared:
        done = doing.slot(other, actor, RESET, "T-STUCK")
        if by_guard:
            archived = raw.query(
                log, f"SELECT session_id, sha256 FROM desktop_admin_archived_session WHERE op_id = '{done.op_id}'"
            )
            raw.change(
                log,
                "INSERT INTO desktop_admin_guard_clearing "
                "(op_id, at, database_user, trade_id, paper, letter, sessions, archive) "
                f"SELECT op_id, at, 'portal', 1, 'PRIMARY', 'A', 1, '{sums.over(archived)}' "
                f"FROM desktop_admin_operation WHERE seq = {ROWS + 1}",
                f"DELETE FROM desktop_admin_operation WHERE op_id = '{done.op_id}'",
            )
        return compare(session, *said, **how)

    monkeypatch.setattr(beside, "compare", meanwhile)
    with closing(other):
        found = verified(log)
    assert (codes(found), found.sessions) == (set(), 7)


def _edit(pick: random.Random, _rows: int) -> list[str]:
    seq = pick.randint(1, ROWS)
    change = pick.choice(
        (
            "person = 'nobody'",
            "desk = 'elsewhere'",
            "reason = 'another'",
            "operation = 'assign-slots'",
            "applied = applied + 1",
            "refused = refused + 1",
            "ended_logins = ended_logins + 1",
            "person_id = 7",
            "released_by = 'somebody'",
            "key_id = NULL",
            "undoes = 'none'",
            "body = replace(body, 'T-', 'X-')",
            "body = body || ' '",
            "hash = replace(hash, 'a', 'b')",
            "prev_hash = replace(prev_hash, '0', '1')",
            "op_id = 'another'",
        )
    )
    return [f"UPDATE desktop_admin_operation SET {change} WHERE seq = {seq}"]


def _remove(pick: random.Random, rows: int) -> list[str]:
    return [f"DELETE FROM desktop_admin_operation WHERE seq = {pick.randint(1, rows)}"]


def _remove_and_renumber(pick: random.Random, rows: int) -> list[str]:
    seq = pick.randint(1, rows - 1)
    later = [
        f"UPDATE desktop_admin_operation SET seq = {one - 1} WHERE seq = {one}" for one in range(seq + 1, rows + 1)
    ]
    return [f"DELETE FROM desktop_admin_operation WHERE seq = {seq}", *later]


def _swap(pick: random.Random, rows: int) -> list[str]:
    one, other = pick.sample(range(1, rows + 1), 2)
    moves = ((one, 1000), (other, one), (1000, other))
    return [f"UPDATE desktop_admin_operation SET seq = {to} WHERE seq = {of}" for of, to in moves]


def _cut(pick: random.Random, rows: int) -> list[str]:
    return [f"DELETE FROM desktop_admin_operation WHERE seq > {pick.randint(0, rows - 1)}"]


def _archive(pick: random.Random, _rows: int) -> list[str]:
    one = f"(SELECT op_id FROM desktop_admin_archived_session ORDER BY op_id LIMIT 1 OFFSET {pick.randint(0, 5)})"
    change = pick.choice(
        (
            f"UPDATE desktop_admin_archived_session SET body = replace(body, '4', '5') WHERE op_id = {one}",
            f"UPDATE desktop_admin_archived_session SET sha256 = replace(sha256, 'a', 'b') WHERE op_id = {one}",
            f"UPDATE desktop_admin_archived_session SET session_id = session_id + 100 WHERE op_id = {one}",
            f"DELETE FROM desktop_admin_archived_session WHERE op_id = {one}",
        )
    )
    return [change]


TAMPERINGS: tuple[Callable[[random.Random, int], list[str]], ...] = (
    _edit,
    _remove,
    _remove_and_renumber,
    _swap,
    _cut,
    _archive,
)


def _contents(session: Session) -> list[Sequence[Row[Any]]]:
    """All rows of log and archive: a tampering that changes none of them is none."""
    return [
        session.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2")).all()
        for table in ("desktop_admin_operation", "desktop_admin_archived_session")
    ]


@pytest.mark.parametrize("count", [120, pytest.param(1000, marks=pytest.mark.long)])
def test_every_random_tampering_is_found(
    file_database: Database, actor: Actor, count: int, request: pytest.FixtureRequest
) -> None:
    database = log.__wrapped__(file_database, actor)  # type: ignore[attr-defined]  # of a file alone
    end, seed = database.read(chain.end), random.randrange(10**9)
    pick, missed = random.Random(seed), []

    def tamper(session: Session, statements: list[str]) -> None:
        before = _contents(session)
        for one in statements:
            session.execute(text(one))
        if _contents(session) != before and chain.verify(session, checkpoints=[end]).intact:
            missed.append(statements)
        raise Stop

    for _ in range(count):
        statements = pick.choice(TAMPERINGS)(pick, ROWS)
        with pytest.raises(Stop):
            database.write(partial(tamper, statements=statements))
    assert missed == [], f"seed {seed}"
    assert verified(database, end).intact


def test_a_session_archived_under_what_cleared_none_is_found(log: Database) -> None:
    """Also under what was done to the database itself, whose row speaks of no archive."""
    raw.change(
        log,
        "UPDATE desktop_admin_operation SET body = '{}' WHERE seq = 2",
        "UPDATE desktop_admin_archived_session "
        "SET op_id = (SELECT op_id FROM desktop_admin_operation WHERE seq = 2) "
        "WHERE op_id = (SELECT op_id FROM desktop_admin_operation WHERE seq = 1)",
    )
    found = {(one.seq, one.what.code) for one in verified(log).problems}
    told = {"log_row_changed", "log_archive_changed", "log_archive_damaged", "log_rows_changed"}
    assert found == {(1, "log_archive_gone"), *((2, code) for code in told)}


def test_a_cut_end_shows_only_against_a_checkpoint(log: Database) -> None:
    end = log.read(chain.end)
    raw.change(log, f"DELETE FROM desktop_admin_operation WHERE seq = {ROWS}")
    assert codes(verified(log)) == {"log_rows_unknown"}
    raw.change(
        log,
        "DELETE FROM desktop_admin_operation_candidate WHERE op_id NOT IN (SELECT op_id FROM desktop_admin_operation)",
    )
    assert verified(log).intact
    assert codes(verified(log, end)) == {"log_cut"}


def test_a_log_rewritten_without_the_key_does_not_continue(log: Database) -> None:
    """Whoever has no key can make hashes of his own, but not the ones that the rows behind them carry."""
    columns = [getattr(OperationRow, name) for name in SEALED]

    def forge(session: Session) -> None:
        row = dict(session.query(*columns).where(OperationRow.seq == 4).one()._mapping) | {
            "person": "x",
            "key_id": None,
        }
        session.query(OperationRow).where(OperationRow.seq == 4).update({**row, "hash": seal(row, key=None)})

    log.write(forge)
    assert codes(verified(log)) == {"log_chain_broken"}


def test_a_desk_without_the_key_works_and_cannot_check(log: Database, actor: Actor) -> None:
    shutil.rmtree(settings.data_folder() / "log-keys")
    log.forget_log_key()
    assert doing.slot(log, actor, RESET, "T-FINE").applied == 1
    with pytest.raises(DatabaseUnusable) as unknown:
        verified(log)
    assert unknown.value.code == "log_key_missing"


def test_what_a_desk_without_the_key_wrote_is_counted(log: Database, actor: Actor, tmp_path: Path) -> None:
    keys, away = settings.data_folder() / "log-keys", tmp_path / "away"
    keys.rename(away)
    log.forget_log_key()
    doing.slot(log, actor, RESET, "T-FINE")
    away.rename(keys)
    log.forget_log_key()
    doing.slot(log, actor, RESET, "T-STUCK")
    found = verified(log)
    assert (found.intact, found.rows, found.unsealed) == (True, ROWS + 2, 1)
    assert found.notes == (Message.of("log_not_vouched", n=1, rows=(ROWS + 1,)),)


def test_a_key_that_another_program_of_this_desk_has_made_is_found_by_the_next_write(
    any_database: Database, other_desk: Database, actor: Actor
) -> None:
    assert any_database.log_key() is None
    doing.slot(other_desk, actor, RESET, "T-STUCK")
    doing.slot(any_database, actor, RESET, "T-FINE")
    assert raw.query(any_database, "SELECT count(*) FROM desktop_admin_operation WHERE key_id IS NULL") == [(0,)]
    assert any_database.read(chain.verify).intact


def test_only_a_supervisor_makes_the_key(database: Database) -> None:
    doing.slot(database, actors.person(database, "i", role=Role.INVIGILATOR), RESET, "T-FINE")
    assert database.read(chain.key_id) is None
    assert verified(database).unsealed == 1
    doing.slot(database, actors.person(database, "s"), RESET, "T-STUCK")
    assert database.read(chain.key_id) is not None
    assert verified(database).unsealed == 1


def test_the_key_lies_in_a_file_that_only_its_user_may_read(log: Database) -> None:
    (file,) = (settings.data_folder() / "log-keys").iterdir()
    assert file.name == log.read(chain.key_id)
    assert file.stat().st_mode & 0o777 == 0o600
