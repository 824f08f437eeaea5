"""Policies: the rules of a centre that hold for every desk, set by supervisors, recorded, and safe when damaged."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from desktop_admin.controllers.log import chain, history
from desktop_admin.controllers.operations.deeds import rules
from desktop_admin.controllers.upkeep import policies
from desktop_admin.controllers.upkeep.policies import (
    IDLE_LOCK,
    KEEP_LOGINS,
    POLICIES,
    RESTORE_AGE,
    SUPERVISOR_LOCK,
    TWO_PERSONS,
    Policies,
)
from desktop_admin.controllers.values.happened import CATEGORIES
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from desktop_admin.database.session import server_now
from desktop_admin.errors import UsageProblem
from desktop_admin.rules import Role
from tests import accounts, planning, raw
from tests.controllers import doing

ACCOUNTS = accounts.AS_A_SUPERVISOR
NO_SENSE = ("", "0", "-1", "121", "1.5", "1e1", " 5", "five", "٥", "9" * 5000, "NaN", "null")


def read(database: Database) -> Policies:
    return database.read(policies.read)


def change(database: Database, actor: Actor, name: str, value: str) -> None:
    database.write(partial(rules.change, name=name, value=value, actor=actor))


def stored(database: Database) -> list[tuple[str, str]]:
    return raw.query(database, "SELECT name, value FROM desktop_admin_setting WHERE name <> 'log_key' ORDER BY name")


def test_what_nobody_has_set_is_as_the_protocol_has_it(database: Database) -> None:
    assert read(database).numbers == {
        IDLE_LOCK: 15,
        SUPERVISOR_LOCK: 5,
        RESTORE_AGE: 24,
        TWO_PERSONS: 0,
        KEEP_LOGINS: 0,
    }
    locks = {role: read(database).lock_after(role) for role in Role}
    assert locks == {
        Role.STAFF: timedelta(minutes=15),
        Role.INVIGILATOR: timedelta(minutes=15),
        Role.SUPERVISOR: timedelta(minutes=5),
    }


def test_a_change_holds_at_once_and_the_log_tells_both_numbers(database: Database, actor: Actor) -> None:
    for value in ("10", "10", "20"):
        change(database, actor, "idle-lock", value)
    assert read(database).lock_after(Role.INVIGILATOR) == timedelta(minutes=20)
    assert stored(database) == [("idle-lock", "20")]
    told = [record.told.english() for record in database.read(history.operations) if record.told is not None]
    # Where it is so already, nothing is done.
    assert told == ["idle-lock: 10 → 20 minutes.", "idle-lock: 15 → 10 minutes."]
    assert database.read(chain.verify).intact


@pytest.mark.parametrize("value", NO_SENSE)
def test_a_number_that_makes_no_sense_is_neither_taken_nor_used(
    file_database: Database, actor: Actor, value: str
) -> None:
    with pytest.raises(UsageProblem) as refused:
        change(file_database, actor, "idle-lock", value)
    assert refused.value.code == "policy_out_of_range"
    assert "give a whole number from 1 to 120 minutes" in str(refused.value)
    assert stored(file_database) == []
    raw.change(file_database, "INSERT INTO desktop_admin_setting VALUES ('idle-lock', ?)", values=[value])
    found = read(file_database)
    assert found.numbers[IDLE_LOCK] == 15
    assert [problem.code for problem in found.damaged] == ["policy_damaged"]
    assert found.damaged[0].english().endswith("(a whole number from 1 to 120 minutes), it is 15 minutes.")
    change(file_database, actor, "idle-lock", "30")
    assert (read(file_database).numbers[IDLE_LOCK], read(file_database).damaged) == (30, ())


NO_WORDS = ("", " , ", "Fire, fire", "power,POWER", ",".join(map(str, range(31))), "x" * 41)


def test_what_an_incident_may_be_is_a_rule_of_words(database: Database, actor: Actor) -> None:
    assert read(database).categories == CATEGORIES
    change(database, actor, "incident-categories", "Power,  Fire alarm , OTHER,")
    assert read(database).categories == ("power", "Fire alarm", "other")
    assert stored(database) == [("incident-categories", "power, Fire alarm, other")]
    change(database, actor, "incident-categories", "power,Fire alarm,other")
    (record,) = database.read(history.operations)
    assert record.told is not None
    assert record.told.english() == (
        "incident-categories: power, computer, network, paper, conduct, health, identity, other"
        " → power, Fire alarm, other."
    )
    assert database.read(chain.verify).intact


@pytest.mark.parametrize("value", NO_WORDS)
def test_words_that_make_no_sense_are_neither_taken_nor_used(file_database: Database, actor: Actor, value: str) -> None:
    with pytest.raises(UsageProblem, match="up to 30 different words"):
        change(file_database, actor, "incident-categories", value)
    assert stored(file_database) == []
    raw.change(file_database, "INSERT INTO desktop_admin_setting VALUES ('incident-categories', ?)", values=[value])
    found = read(file_database)
    assert found.categories == CATEGORIES
    assert [problem.code for problem in found.damaged] == ["policy_damaged"]


def test_a_rule_that_does_not_exist_is_named_with_those_that_do(file_database: Database, actor: Actor) -> None:
    for name in ("", "log_key", "IDLE-LOCK"):
        with pytest.raises(UsageProblem) as unknown:
            change(file_database, actor, name, "10")
        assert all(one in str(unknown.value) for one in POLICIES)
    assert stored(file_database) == []


def test_the_age_up_to_which_a_session_is_restored_is_the_centres(database: Database, actor: Actor) -> None:
    cleared = doing.clear(database, actor, *doing.sessions_of(database, "T-FINE"))
    raw.change(database, "UPDATE registration_candidateprofile SET slot_assigned_at = ?", values=[raw.LONG_AGO])
    later = database.read(server_now) + timedelta(hours=30)
    planner = partial(planning.plan_restore, session_ids=cleared.session_ids, now=later)
    assert doing.refusals(database.read(planner).lines) == {"T-FINE": "refused_archive_old"}
    change(database, actor, "restore-age", "31")
    assert database.read(planner).applied == 1
    change(database, actor, "restore-age", "29")
    assert doing.refusals(database.read(planner).lines) == {"T-FINE": "refused_archive_old"}
