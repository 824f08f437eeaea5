"""The rule of two persons: where it is on, a second supervisor releases each set switch, its undo, and its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher

from desktop_admin.controllers.log import chain, history
from desktop_admin.controllers.operations import apply
from desktop_admin.controllers.operations.clear import CLEAR
from desktop_admin.controllers.operations.deeds import rules
from desktop_admin.controllers.operations.kind import Place
from desktop_admin.controllers.operations.papers import ACTIVATE, ARRANGE, CLOSE, OPEN, SET_DURATION
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.operations.table import OPERATIONS
from desktop_admin.controllers.people import staff
from desktop_admin.controllers.upkeep import policies
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from desktop_admin.errors import NotPermitted, UsageProblem
from desktop_admin.rules import Paper, Role
from tests import planning, raw
from tests.controllers import doing
from tests.controllers.actors import account, person, signed_in

TTC_TO_C = (("TTC", "C"),)


@pytest.fixture
def second(database: Database) -> Actor:
    """Another supervisor, who typed the password at this desk."""
    account(database, "second", stored=MD5PasswordHasher().encode("second", "salt"))
    return staff.sign_in(database, username="second", password="second", desk="desk-1")


def turn(database: Database, actor: Actor, value: str, *, released_by: Actor | None = None) -> None:
    change = partial(rules.change, name="two-persons", value=value, actor=actor, released_by=released_by)
    database.write(change)


def is_on(database: Database) -> bool:
    return database.read(policies.read).two_persons


def switch(database: Database) -> Plan:
    return database.read(doing.activation(database, *TTC_TO_C))


def carry_out(database: Database, actor: Actor, plan: Plan, released_by: Actor | None = None) -> None:
    database.write(partial(apply.apply, plan=plan, actor=actor, released_by=released_by))


def refusal(job: Callable[[], object]) -> str:
    with pytest.raises(NotPermitted) as refused:
        job()
    return refused.value.code


def names(database: Database) -> tuple[str, str | None]:
    """Who did what was done last, and who released it."""
    record = database.read(history.operations)[0]
    return record.person, record.released_by


def test_it_concerns_what_the_matrix_of_sets_offers_but_for_durations_alone() -> None:
    assert {kind for kind in OPERATIONS if kind.place is Place.MATRIX} - {SET_DURATION} == {
        kind for kind in OPERATIONS if kind.two_persons
    }
    assert all(kind.two_persons for kind in (ACTIVATE, OPEN, CLOSE, ARRANGE))


def test_while_it_is_off_a_supervisor_switches_alone(database: Database, actor: Actor) -> None:
    assert not is_on(database)
    plan = switch(database)
    assert not plan.two_persons
    carry_out(database, actor, plan)
    assert names(database) == ("tester", None)


def test_where_it_is_on_a_switch_and_its_undo_need_a_second_supervisor(
    database: Database, actor: Actor, second: Actor
) -> None:
    turn(database, actor, "on")
    plan = switch(database)
    assert plan.two_persons
    before = raw.content(database)
    assert refusal(partial(carry_out, database, actor, plan)) == "two_persons_needed"
    assert raw.differences(before, raw.content(database), own=True) == {}
    carry_out(database, actor, plan, second)
    assert names(database) == ("tester", "second")
    op_id = database.read(history.operations)[0].op_id
    undo = database.read(partial(planning.plan_undo, undoes=op_id))
    assert undo.two_persons
    assert refusal(partial(carry_out, database, actor, undo)) == "two_persons_needed"
    carry_out(database, actor, undo, second)
    assert names(database) == ("tester", "second")
    assert database.read(chain.verify).intact


@pytest.mark.parametrize(
    ("paper", "wish"),
    [
        (Paper.SECONDARY, {"opens": True}),
        (Paper.PRIMARY, {"opens": False, "force": True}),
        (Paper.PRIMARY, {"letter": "C", "minutes": 100}),
    ],
)
def test_so_do_opening_and_closing_alone_and_with_others_and_their_undo(
    database: Database, actor: Actor, second: Actor, paper: Paper, wish: dict[str, Any]
) -> None:
    turn(database, actor, "on")
    plan = database.read(doing.papers_plan(database, "TTC", paper=paper, **wish))
    assert plan.applied == 1
    assert refusal(partial(carry_out, database, actor, plan)) == "two_persons_needed"
    carry_out(database, actor, plan, second)
    assert names(database) == ("tester", "second")
    undo = database.read(partial(planning.plan_undo, undoes=plan.op_id))
    assert refusal(partial(carry_out, database, actor, undo)) == "two_persons_needed"
    carry_out(database, actor, undo, second)
    assert names(database) == ("tester", "second")


def test_what_it_does_not_concern_is_done_alone_all_the_same(database: Database, actor: Actor) -> None:
    turn(database, actor, "on")
    (mine,) = doing.sessions_of(database, "T-FINE")
    for planner in (
        partial(planning.plan_clear, session_ids=[mine]),
        doing.papers_plan(database, "TTC", paper=Paper.PRIMARY, minutes=100),
    ):
        plan = database.read(planner)
        assert not plan.two_persons
        carry_out(database, actor, plan)
        assert names(database) == ("tester", None)
        undo = database.read(partial(planning.plan_undo, undoes=plan.op_id))
        assert not undo.two_persons


def test_it_is_read_again_under_the_lock(database: Database, other_desk: Database, actor: Actor, second: Actor) -> None:
    shown = switch(database)
    turn(other_desk, actor, "on")
    assert refusal(partial(carry_out, database, actor, shown)) == "two_persons_needed"
    assert refusal(lambda: doing.activate(database, actor, *TTC_TO_C)) == "two_persons_needed"
    shown = switch(database)
    turn(other_desk, actor, "off", released_by=second)
    carry_out(database, actor, shown)
    assert names(database) == ("tester", None)


def test_an_undo_that_says_it_is_of_something_else_needs_one_all_the_same(
    database: Database, actor: Actor, second: Actor
) -> None:
    turn(database, actor, "on")
    plan = switch(database)
    carry_out(database, actor, plan, second)
    undo = database.read(partial(planning.plan_undo, undoes=plan.op_id))
    earlier = undo.asked.takes_back
    assert earlier is not None
    pretended = replace(undo, asked=replace(undo.asked, earlier=replace(earlier, kind=CLEAR)), two_persons=False)  # type: ignore[call-arg]
    assert refusal(partial(carry_out, database, actor, pretended)) == "two_persons_needed"


@pytest.mark.parametrize("on", [False, True])
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("released", [False, True])
def test_who_may_switch_sets(
    database: Database, actor: Actor, second: Actor, role: Role, on: bool, released: bool
) -> None:
    one = signed_in(database, role)
    if on:
        turn(database, actor, "on")
    job = partial(carry_out, database, one, switch(database), second if released else None)
    if role is Role.SUPERVISOR and (released or not on):
        job()
        assert names(database) == (one.name, second.name if released else None)
    else:
        assert refusal(job) == ("two_persons_needed" if role is Role.SUPERVISOR else "not_permitted")


def no_releases(database: Database, actor: Actor, second: Actor) -> dict[str, tuple[Actor, str]]:
    """What is no release, with what is said of it; the second supervisor's account is switched off at the end."""
    invigilator = signed_in(database, Role.INVIGILATOR)
    raw.change(database, "UPDATE accounts_user SET is_active = ? WHERE id = ?", values=[False, second.user_id])
    return {
        "oneself": (actor, "no_release"),
        "an invigilator": (invigilator, "no_release"),
        "an invigilator who says otherwise": (replace(invigilator, role=Role.SUPERVISOR), "account_changed"),
        "a supervisor who typed no password": (replace(person(database, "Third"), verified=False), "no_release"),
        "a supervisor whose account was switched off": (second, "account_changed"),
    }


def test_a_release_is_another_supervisors_whose_account_is_good(
    database: Database, actor: Actor, second: Actor
) -> None:
    turn(database, actor, "on")
    plan = switch(database)
    found = {}
    expected = no_releases(database, actor, second)
    for who, (by, _code) in expected.items():
        found[who] = refusal(partial(carry_out, database, actor, plan, by))
        assert refusal(partial(turn, database, actor, "off", released_by=by)) == found[who], who
    assert found == {who: code for who, (_by, code) in expected.items()}
    assert is_on(database)


def test_it_is_turned_on_by_one_and_off_by_two(database: Database, actor: Actor, second: Actor) -> None:
    for not_one in (signed_in(database, Role.STAFF), signed_in(database, Role.INVIGILATOR)):
        assert refusal(partial(turn, database, not_one, "on")) == "not_permitted"
    turn(database, actor, "on")
    before = raw.content(database)
    assert refusal(partial(turn, database, actor, "off")) == "two_persons_stay"
    assert raw.differences(before, raw.content(database), own=True) == {}
    turn(database, actor, "on")
    turn(database, actor, "off", released_by=second)
    assert not is_on(database)
    assert names(database) == ("tester", "second")
    told = [record.told.english() for record in database.read(history.operations) if record.told is not None]
    assert told == ["two-persons: on → off.", "two-persons: off → on."]
    assert database.read(chain.verify).intact


@pytest.mark.parametrize("value", ["", "1", "0", "yes", "of", "True", "onn"])
def test_it_is_on_or_off_and_nothing_else(file_database: Database, actor: Actor, value: str) -> None:
    with pytest.raises(UsageProblem, match="give on or off"):
        turn(file_database, actor, value)
    assert not is_on(file_database)


def test_a_stored_value_that_makes_no_sense_is_told_and_counts_as_off(file_database: Database, actor: Actor) -> None:
    raw.change(file_database, "INSERT INTO desktop_admin_setting VALUES ('two-persons', '2')")
    found = file_database.read(policies.read)
    assert not found.two_persons
    assert found.damaged[0].english().endswith("(on or off), it is off.")
    turn(file_database, actor, "ON")
    assert is_on(file_database)
