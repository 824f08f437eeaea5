"""Importing a register, on every engine and with the accounts of desks: what is written, and what is taken back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from desktop_admin import passwords
from desktop_admin.controllers.findings import health
from desktop_admin.controllers.operations.changes import PlanChanged
from desktop_admin.controllers.operations.deeds.incidents import write as write_incident
from desktop_admin.controllers.operations.slots import ASSIGN, RESET
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from desktop_admin.database.statements import candidate_rows
from desktop_admin.errors import AdminError, DatabaseUnusable, TryAgain
from tests import accounts, raw, registers
from tests.controllers import doing
from tests.database.test_portal_versions import add_required_column
from tests.simulation.portal_simulator import SimulatedPortal

TABLES = {"accounts_user", "registration_candidateprofile"}
as_the_owner_and_as_a_desk = pytest.mark.parametrize(
    "engine_name", ["sqlite", "postgresql", "mariadb", *accounts.AS_A_DESK], indirect=True, scope="session"
)


@as_the_owner_and_as_a_desk
def test_who_is_imported_can_do_all_that_others_can_and_is_removed_whole(
    database: Database, actor: Actor, engine_name: str
) -> None:
    found = registers.rows_of([registers.sound(1), registers.sound(2, trade="occ")])
    done = registers.imported(database, actor, registers.asked(found))
    assert doing.applied(done.lines) == ["15560001K", "15560002K"]
    assert None not in {line.user_id for line in done.lines}
    given = doing.slot(database, actor, ASSIGN, "15560001K")
    assert doing.applied(given.lines) == ["15560001K"]
    reset = doing.slot(database, actor, RESET, "15560001K")
    assert doing.applied(reset.lines) == ["15560001K"]
    doing.undo(database, actor, reset)
    refused = doing.undo(database, actor, done)
    assert doing.refusals(refused.lines) == {"15560001K": "refused_changed_since"}
    assert doing.applied(refused.lines) == ["15560002K"]
    with pytest.raises(AdminError, match="15560002K"):
        doing.chosen(database, "15560002K")
    del engine_name


def test_accounts_and_profiles_are_as_the_portals_own_registration_makes_them(
    database: Database, any_target: str, actor: Actor
) -> None:
    before = raw.content(database)
    found = registers.rows_of([registers.sound(1, unit="1 Sig"), registers.sound(2, password="Pa55 w")])
    done = registers.imported(database, actor, registers.asked(found))
    changed = raw.differences(before, raw.content(database))
    assert set(changed) == TABLES
    assert all(not change.gone for change in changed.values())
    (account, other), (profile, _) = (sorted(changed[name].come, key=lambda row: row["id"]) for name in sorted(TABLES))
    assert (account["username"], account["role"], account["first_name"]) == ("15560001K", "CANDIDATE", "")
    assert (account["last_login"], account["center_id"], account["email"]) == (None, None, "")
    assert [bool(account[name]) for name in ("is_superuser", "is_staff", "is_active")] == [False, False, True]
    assert passwords.is_right("07-02-1995", stored=account["password"])
    assert passwords.is_right("Pa55 w", stored=other["password"])
    assert (profile["unit"], profile["brigade"], profile["dob"]) == ("1 Sig", None, "07-02-1995")
    assert (str(profile["doe"]), profile["photograph"], profile["nsqf_level"]) == ("2015-03-05", "", "4.5")
    assert (profile["aadhar_number"], profile["apaar_id"]) == ("900000000001", "100000000001")
    assert (profile["primary_qualification"], profile["secondary_credits"]) == ("Technician Data Network", "45")
    assert not profile["has_exam_slot"]
    assert profile["shift_id"] is None
    # The portal itself, which reads through types of its own, starts a paper for such a candidate.
    doing.slot(database, actor, ASSIGN, "15560001K")
    portal = SimulatedPortal(any_target)
    portal.start(doing.user(database, "15560001K"))
    portal.close()
    assert doing.sessions_of(database, "15560001K")
    assert database.read(health.survey).sessions
    assert doing.applied(doing.undo(database, actor, done).lines) == ["15560002K"]


def test_an_undo_leaves_nothing_of_those_who_never_signed_in_and_names_the_others(
    database: Database, actor: Actor
) -> None:
    before = raw.content(database)
    done = registers.imported(database, actor, registers.asked(registers.rows_of([registers.sound(1)])))
    doing.undo(database, actor, done)
    assert raw.differences(before, raw.content(database)) == {}
    again = registers.rows_of([registers.sound(1), registers.sound(2)])
    done = registers.imported(database, actor, registers.asked(again))
    raw.change(database, "UPDATE accounts_user SET last_login = date_joined WHERE username = '15560001K'")
    raw.change(database, "UPDATE accounts_user SET last_login = '2031-01-01' WHERE username = '15560001K'")
    undone = doing.undo(database, actor, done)
    assert doing.refusals(undone.lines) == {"15560001K": "refused_registered_signed_in"}
    assert doing.applied(undone.lines) == ["15560002K"]


def test_a_register_twice_imports_nobody_twice_and_moves_who_is_there_only_where_asked(
    database: Database, actor: Actor
) -> None:
    raw.change(
        database,
        "INSERT INTO centers_center (id, comd, exam_center, is_active) VALUES (1, 'WC', 'Delhi', true)".replace(
            "exam_center", '"exam_Center"' if raw.engine(database) == "postgresql" else "exam_Center"
        ),
        "INSERT INTO exams_shift (id, date, start_time, exam_center_id) VALUES (4, '2026-12-01', '09:00:00', 1)",
    )
    found = registers.rows_of([registers.sound(1), registers.sound(2)])
    registers.imported(database, actor, registers.asked(found))
    again = registers.plan(database, registers.asked(found))
    assert (again.applied, again.refused, again.same) == (0, 0, 2)
    differs = registers.plan(database, registers.asked(found, shift_id=4))
    assert differs.applied == 0
    moved = registers.imported(database, actor, registers.asked(found, shift_id=4, moves=True))
    assert moved.applied == 2
    shifts = "SELECT count(*) FROM registration_candidateprofile WHERE shift_id = 4"
    assert raw.query(database, shifts) == [(2,)]
    doing.undo(database, actor, moved)
    assert raw.query(database, shifts) == [(0,)]


def test_somebody_registered_meanwhile_is_left_alone(database: Database, actor: Actor, other_desk: Database) -> None:
    wanted = registers.asked(registers.rows_of([registers.sound(1), registers.sound(2)]))
    shown = registers.plan(database, wanted)
    registers.imported(other_desk, actor, registers.asked(wanted.rows[:1]))
    done = doing.apply_shown(database, actor, shown)
    assert doing.applied(done.lines) == ["15560002K"]
    assert (done.refused, done.same) == (0, 1)
    with pytest.raises(PlanChanged):
        # More than was shown is not done.
        registers.apply_with(
            database, actor, shown, registers.asked([*wanted.rows, *registers.rows_of([registers.sound(3)])])
        )


def test_the_log_holds_no_number_and_no_password(database: Database, actor: Actor) -> None:
    rows = [registers.sound(1, mobile_no="9800000001"), registers.sound(2, aadhar_number="12", dob="31-31-1995")]
    found = registers.rows_of(rows)
    registers.imported(database, actor, registers.asked(found))
    ((body,),) = raw.query(database, "SELECT body FROM desktop_admin_operation WHERE operation = 'import-register'")
    assert "15560001K" in body
    for secret in ("900000000001", "100000000001", "9800000001", "07-02-1995", "31-31-1995", "07-02", "md5"):
        assert secret not in body
    assert "900000000001" not in repr(registers.asked(found))


def test_the_statements_for_many_rows_are_those_for_one(fresh: Callable[[], str], actor: Actor) -> None:
    def statements(number: int) -> int:
        database = Database.open(fresh())
        wanted = registers.asked(registers.rows_of([registers.sound(one) for one in range(number)]))
        shown = registers.plan(database, wanted)
        seen: list[str] = []

        def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        event.listen(Engine, "before_cursor_execute", count)
        try:
            assert doing.apply_shown(database, actor, shown).applied == number
        finally:
            event.remove(Engine, "before_cursor_execute", count)
            database.close()
        return len(seen)

    assert statements(1) == statements(60) < 50


SHIFT = (
    "INSERT INTO centers_center (id, comd, exam_center, is_active) VALUES (1, 'WC', 'Delhi', true)",
    "INSERT INTO exams_shift (id, date, start_time, exam_center_id) VALUES (4, '2026-12-01', '09:00:00', 1)",
)
SIGNED_IN = "UPDATE accounts_user SET last_login = '2020-01-01 00:00:00' WHERE username = '15560002K'"
on_a_file = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session")


@on_a_file
def test_an_undo_of_an_import_that_moved_and_made_takes_back_both_and_spares_who_was_there(
    database: Database, actor: Actor
) -> None:
    raw.change(database, *SHIFT)
    registers.imported(database, actor, registers.asked(registers.rows_of([registers.sound(1)])))
    both = registers.rows_of([registers.sound(number) for number in range(1, 5)])
    done = registers.imported(database, actor, registers.asked(both, shift_id=4, moves=True))
    # The portal's clock may be behind the server's.
    raw.change(database, SIGNED_IN)
    there = doing.check_in(database, actor, "15560003K", day="2026-12-01")
    (user,) = doing.chosen(database, "15560003K").user_ids or ()
    told = partial(write_incident, category="other", text="Came late.", actor=actor, user_ids=[user])
    database.write(told)
    undone = doing.undo(database, actor, done)
    assert doing.applied(undone.lines) == ["15560001K", "15560004K"]
    assert doing.refusals(undone.lines) == {
        "15560002K": "refused_registered_signed_in",
        "15560003K": "refused_registered_checked_in",
    }
    assert doing.applied(doing.undo(database, actor, there).lines) == ["15560003K"]


@on_a_file
def test_who_signs_in_while_an_import_is_taken_back_is_looked_at_again(database: Database, actor: Actor) -> None:
    (line,) = registers.imported(database, actor, registers.asked(registers.rows_of([registers.sound(2)]))).lines
    raw.change(database, SIGNED_IN)
    with pytest.raises(TryAgain):
        database.write(lambda session: candidate_rows.remove(session, [line.user_id or 0]))


@on_a_file
def test_who_was_registered_or_removed_since_the_preview_is_shown_again(
    database: Database, actor: Actor, other_desk: Database
) -> None:
    raw.change(database, *SHIFT)
    found = registers.rows_of([registers.sound(1)])
    moving = registers.asked(found, shift_id=4, moves=True)
    shown = registers.plan(database, moving)
    done = registers.imported(other_desk, actor, registers.asked(found))
    with pytest.raises(PlanChanged) as new_to_moved:
        doing.apply_shown(database, actor, shown)
    again = new_to_moved.value.plan
    doing.undo(other_desk, actor, done)
    with pytest.raises(PlanChanged):
        doing.apply_shown(database, actor, again)
    assert doing.applied(doing.apply_shown(database, actor, shown).lines) == ["15560001K"]


def test_a_newer_portals_column_is_told_as_such(portal_file: Path, actor: Actor) -> None:
    add_required_column(portal_file, "registration_candidateprofile")
    database = Database.open(portal_file)
    with pytest.raises(DatabaseUnusable, match=r"registration_candidateprofile\.colour"):
        registers.imported(database, actor, registers.asked(registers.rows_of([registers.sound(1)])))
    database.close()
