"""The first change of a portal's database: own tables after a verified back-up, and only with consent."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from desktop_admin.controllers.operations.deeds.tables import prepare
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from tests import raw
from tests.cli.runs import answer, backups, complaint, own_tables, process, run
from tests.newer_program import newer_program

RESET = ("reset-slots", "--army-no", "T-STUCK")


def test_yes_makes_a_back_up_then_the_tables_then_the_change(bare_file: Path) -> None:
    before = raw.content(bare_file)

    done = answer(bare_file, *RESET, "--yes")

    assert done["applied"] == 1
    [copy] = backups()
    assert raw.content(copy) == before
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert "desktop_admin_operation" in own_tables(bare_file)


def test_the_portals_tables_and_their_version_table_stay_as_they_are(bare_file: Path) -> None:
    def schema() -> list[tuple[object, ...]]:
        return raw.query(
            bare_file, "SELECT name, sql FROM sqlite_master WHERE tbl_name NOT LIKE 'desktop_admin_%' ORDER BY name"
        )

    before = (schema(), raw.query(bare_file, "SELECT * FROM django_migrations"))

    answer(bare_file, *RESET, "--yes")

    assert (schema(), raw.query(bare_file, "SELECT * FROM django_migrations")) == before
    assert not raw.query(bare_file, "SELECT name FROM sqlite_master WHERE name = 'alembic_version'")


def test_the_person_is_told_where_the_back_up_is(bare_file: Path) -> None:
    result = run(bare_file, *RESET, "--yes", "--json")

    assert str(backups()[0]) in result.stderr


@pytest.mark.parametrize("rule", [("no-such-rule", "5"), ("restore-age", "99999")])
def test_a_rule_that_makes_no_sense_makes_no_tables(bare_file: Path, rule: tuple[str, str]) -> None:
    before = raw.content(bare_file)

    assert run(bare_file, "policy", *rule).exit_code == 2

    assert (raw.content(bare_file), backups()) == (before, [])


def test_what_another_desk_has_made_meanwhile_is_not_made_or_recorded_again(bare_file: Path, actor: Actor) -> None:
    with closing(Database.open(bare_file)) as here, closing(Database.open(bare_file)) as there:
        made = [prepare(database, actor=actor) for database in (here, there)]

    assert made == [*backups(), None]
    assert [one["operation"] for one in answer(bare_file, "history")] == ["prepare"]


def test_the_second_write_makes_no_further_back_up(bare_file: Path) -> None:
    answer(bare_file, *RESET, "--yes")
    answer(bare_file, "reset-slots", "--army-no", "T-FINE", "--yes")

    assert len(backups()) == 1
    assert [one["operation"] for one in answer(bare_file, "history")] == ["reset-slots", "reset-slots", "prepare"]


def test_yes_updates_tables_of_an_older_version_after_a_back_up_and_keeps_their_rows(bare_file: Path) -> None:
    answer(bare_file, *RESET, "--yes")
    [first] = backups()
    before = raw.content(bare_file)

    with newer_program():
        assert answer(bare_file, "reset-slots", "--army-no", "T-FINE", "--yes")["applied"] == 1
        done = [one["operation"] for one in answer(bare_file, "history")]
    assert done == ["reset-slots", "prepare", "reset-slots", "prepare"]

    [copy] = set(backups()) - {first}
    assert raw.content(copy) == before
    assert "desktop_admin_note" in own_tables(bare_file)


def test_tables_of_an_older_version_are_updated_by_a_supervisor_alone(real_file: Path) -> None:
    raw.change(real_file, "UPDATE accounts_user SET is_superuser = 0, role = 'CENTER_ADMIN' WHERE is_staff")
    before = raw.content(real_file)

    with newer_program():
        for command in ((*RESET, "--yes"), ("prepare",)):
            assert "only a supervisor" in complaint(run(real_file, *command), code=77)
    assert raw.content(real_file) == before
    assert backups() == []


def test_without_yes_and_without_a_terminal_nothing_is_made(bare_file: Path) -> None:
    before = (raw.digest(bare_file), raw.folder(bare_file))

    told = process("--db", str(bare_file), *RESET, "--json")

    assert told.returncode == 3
    assert "Traceback" not in told.stderr
    assert (raw.digest(bare_file), raw.folder(bare_file), backups()) == (before[0], before[1], [])


def test_a_dry_run_makes_nothing(bare_file: Path) -> None:
    before = (raw.digest(bare_file), raw.folder(bare_file))

    dry = answer(bare_file, *RESET, "--dry-run")

    assert (dry["applied"], dry["op_id"]) == (1, None)
    assert (raw.digest(bare_file), raw.folder(bare_file), backups()) == (before[0], before[1], [])


def test_an_unknown_number_makes_nothing(bare_file: Path) -> None:
    before = raw.digest(bare_file)

    assert run(bare_file, *RESET, "--army-no", "NOBODY", "--yes").exit_code == 2
    assert (raw.digest(bare_file), backups()) == (before, [])


def test_on_the_portals_own_database_a_refusal_leaves_every_byte(sample_file: Path) -> None:
    before = raw.digest(sample_file)

    switch = answer(sample_file, "activate-set", "--paper", "PRIMARY", "--set", "Z", "--all-trades", "--yes", code=3)
    signed_out = answer(sample_file, "sign-out", "--all", "--yes", code=3)

    assert (switch["op_id"], signed_out["op_id"]) == (None, None)
    assert switch["refused"] == 17
    assert raw.digest(sample_file) == before
    assert (own_tables(sample_file), backups()) == ([], [])
