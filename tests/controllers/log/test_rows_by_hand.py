"""Rows of the log that somebody wrote past the program: shown as such, picked by nothing, and in nobody's way."""

from __future__ import annotations

from functools import partial

import pytest

from desktop_admin.controllers.log import chain, history
from desktop_admin.controllers.operations.ladder import Confirmation, confirmation
from desktop_admin.controllers.operations.slots import ASSIGN, RESET
from desktop_admin.controllers.operations.undo import past
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.controllers.values.records import Sealed
from desktop_admin.database.engine import Database
from desktop_admin.database.seal import BEGINNING
from desktop_admin.database.tables.own import LARGEST_SEQ, OperationRow
from desktop_admin.errors import UsageProblem
from desktop_admin.rules import Role
from desktop_admin.settings import data_folder
from tests import planning, raw
from tests.controllers import actors, doing

COLUMNS = [column.name for column in OperationRow.__table__.columns]


def insert_row(database: Database, **changed: object) -> str:
    """A copy of the newest row as somebody else would write it, under another id and without a seal."""
    of_newest = "SELECT {} FROM desktop_admin_operation ORDER BY seq DESC LIMIT 1"
    row = dict(zip(COLUMNS, raw.query(database, of_newest.format(", ".join(COLUMNS)))[0], strict=True))
    seq = row["seq"] + 1
    row |= {"seq": seq, "op_id": f"by-hand-{seq}", "prev_hash": f"{seq:064}", "hash": "f" * 64, "key_id": None}
    row |= changed
    marks = ", ".join("?" * len(COLUMNS))
    statement = f"INSERT INTO desktop_admin_operation ({', '.join(COLUMNS)}) VALUES ({marks})"
    raw.change(database, statement, values=[row[name] for name in COLUMNS])
    return str(row["op_id"])


def seals(database: Database) -> list[Sealed | None]:
    return [record.seal for record in database.read(history.operations)]


def test_an_undo_that_names_nothing_never_picks_a_row_that_somebody_else_wrote(
    database: Database, actor: Actor
) -> None:
    done = doing.slot(database, actor, RESET, "T-FINE")
    by_hand = insert_row(database)
    assert seals(database) == [Sealed.UNSEALED, Sealed.SEALED]
    assert database.read(history.operations)[0].who == "tester (no seal)"
    assert database.read(partial(past.last_of, actor=actor)) == done.op_id
    # Whoever names it is told, and asked first.
    plan = database.read(partial(planning.plan_undo, undoes=by_hand))
    assert "note_row_unsealed" in [note.code for note in plan.notes]
    assert confirmation(plan) is not Confirmation.NONE


def test_a_row_with_the_keys_name_and_no_seal_of_it_is_told_and_not_undone(database: Database, actor: Actor) -> None:
    done = doing.slot(database, actor, RESET, "T-FINE")
    ((key_id,),) = raw.query(database, "SELECT key_id FROM desktop_admin_operation")
    insert_row(database, key_id=key_id)
    (record, _) = database.read(history.operations)
    assert (record.seal, record.who) == (Sealed.CHANGED, "tester (does not fit its seal)")
    assert database.read(partial(past.last_of, actor=actor)) == done.op_id


def test_a_desk_without_the_key_undoes_what_it_wrote_itself_as_it_wrote_it_and_nothing_else(database: Database) -> None:
    person = actors.person(database, "Asha", role=Role.INVIGILATOR)
    done = doing.slot(database, person, RESET, "T-FINE")
    insert_row(database)
    assert seals(database) == [Sealed.UNSEALED, Sealed.OWN]
    find = partial(past.last_of, actor=person)
    assert database.read(find) == done.op_id
    raw.change(database, "UPDATE desktop_admin_operation SET applied = 7")
    with pytest.raises(UsageProblem):
        database.read(find)
    raw.change(database, "UPDATE desktop_admin_operation SET applied = 1")
    (data_folder() / "written-without-key").unlink()
    with pytest.raises(UsageProblem):
        database.read(find)


ODD = {
    "the largest number": {"seq": 2**63 - 1},
    "the last number of ours": {"seq": LARGEST_SEQ},
    "a number below one": {"seq": -1},
    "a hash that a row builds on": {"hash": BEGINNING},
    "a hash that it builds on itself": {"hash": "a" * 64, "prev_hash": "a" * 64},
    "a body within bodies": {"body": "[" * 100_000},
    "a session without an end": {"body": '{"lines": [{"outcome": "applied", "cleared": [1e999]}], "images": []}'},
    "the last day": {"at": "9999-12-31 23:59:59", "desk_at": "0001-01-01 00:00:00"},
}
ODD_IN_A_FILE = {
    "a number that is none": {"seq": "many"},
    "times that are none": {"at": "soon", "desk_at": b"\x00", "desk": "desk-1"},
    "values of another kind": {"applied": "all", "refused": "none", "hash": b"\xff", "body": b"\xff"},
    "a person of bytes": {"person": b"\xff"},
}


@pytest.mark.parametrize("odd", [*ODD.values(), *ODD_IN_A_FILE.values()], ids=[*ODD, *ODD_IN_A_FILE])
def test_an_odd_row_is_a_finding_and_stops_no_other_desk(
    file_database: Database, actor: Actor, odd: dict[str, object]
) -> None:
    database = file_database
    doing.slot(database, actor, RESET, "T-FINE")
    insert_row(database, **odd)
    for kind in (ASSIGN, RESET):
        assert doing.slot(database, actor, kind, "T-FINE").applied == 1
    undoes = database.read(partial(past.last_of, actor=actor))
    undone = doing.apply_now(database, actor, partial(planning.plan_undo, undoes=undoes))
    assert doing.applied(undone.lines) == ["T-FINE"]
    records = database.read(history.page).records
    assert len(records) == 5
    assert [record.seal for record in records].count(Sealed.SEALED) == 4
    assert database.read(chain.verify).problems != ()
