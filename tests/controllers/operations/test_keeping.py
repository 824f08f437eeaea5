"""Keeping portal logins alive: whose, to when, how often, and under whose name."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import update

from desktop_admin.controllers.log import chain, history
from desktop_admin.controllers.operations.deeds import keeping, rules
from desktop_admin.controllers.operations.deeds.keeping import Kept
from desktop_admin.controllers.portal import logins
from desktop_admin.controllers.values.lines import Actor, new_op_id
from desktop_admin.database.engine import Database
from desktop_admin.database.session import server_now
from desktop_admin.database.tables.portal import ExamSession
from desktop_admin.errors import AdminError
from desktop_admin.practice import sample
from tests import accounts, planning, raw
from tests.controllers import doing

MORE_ACCOUNTS = [*accounts.AS_A_DESK, *accounts.AS_A_SUPERVISOR]
DURATION = timedelta(minutes=90)
DATA = "SELECT session_key, session_data FROM django_session ORDER BY session_key"


@pytest.fixture
def now(database: Database) -> datetime:
    """The server's time, with every login of the small portal ending in 10 minutes and every paper taking 90."""
    at = database.read(server_now).replace(microsecond=0)
    end(database, at + timedelta(minutes=10))

    start(database, at - timedelta(minutes=50))
    return at


def start(database: Database, at: datetime) -> None:
    """Let whoever writes have started then."""
    running = update(ExamSession).where(ExamSession.completed_at.is_(None))
    values = {"duration": DURATION, "started_at": at}
    accounts.write(database, lambda session: session.execute(running.values(values)))


def end(database: Database, at: datetime, *, key: str = "%") -> None:
    """Let portal logins end then."""
    values = [at.replace(tzinfo=None), key]
    raw.change(database, "UPDATE django_session SET expire_date = ? WHERE session_key LIKE ?", values=values)


def turn_on(database: Database, actor: Actor) -> None:
    accounts.write(database, partial(rules.change, name="keep-logins", value="on", actor=actor))


def ends(database: Database) -> dict[int, list[datetime]]:
    """When the logins of each account end."""
    found: dict[int, list[datetime]] = {}
    for login in sorted(database.read(logins.all_logins).every, key=lambda one: one.key):
        found.setdefault(login.user_id, []).append(login.expires)
    return found


def one_pass(database: Database, *, at: datetime | None = None, if_due: bool = False) -> Kept | None:
    return database.write(partial(keeping.keep, desk="desk-1", op_id=new_op_id(), if_due=if_due, now=at))


def due(database: Database, at: datetime) -> bool:
    return database.read(partial(keeping.is_due, now=at))


WRITING = ("T-STUCK", "T-FINE", "T-SECOND", "T-MOVED")
"""Whoever has an incomplete session, stuck or not."""


def test_a_login_that_ends_before_the_paper_lasts_15_minutes_longer_than_it(
    database: Database, actor: Actor, now: datetime
) -> None:
    turn_on(database, actor)
    before = ends(database)
    kept = one_pass(database, at=now)
    assert kept is not None
    after, writing = ends(database), {doing.user(database, army_no) for army_no in WRITING}
    for user_id in writing:
        assert after[user_id] == [now + timedelta(minutes=40 + 15)] * len(before[user_id])
    assert kept == Kept(logins=sum(len(before[user_id]) for user_id in writing), candidates=4)
    others = before.keys() - writing
    assert others
    assert {user_id: after[user_id] for user_id in others} == {user_id: before[user_id] for user_id in others}
    # Nothing else of the portal's is written, and nothing is left to do.
    assert one_pass(database, at=now) is None


def test_only_the_ends_of_logins_are_written(database: Database, actor: Actor, now: datetime) -> None:
    turn_on(database, actor)
    before, data = raw.content(database), raw.query(database, DATA)
    one_pass(database, at=now)
    assert set(raw.differences(before, raw.content(database))) == {"django_session"}
    assert raw.query(database, DATA) == data


@pytest.mark.parametrize("column", ["is_staff", "is_superuser"])
def test_a_login_of_somebody_who_is_staff_as_well_is_never_moved(
    database: Database, actor: Actor, now: datetime, column: str
) -> None:
    turn_on(database, actor)
    user_id = doing.user(database, "T-FINE")
    raw.change(database, f"UPDATE accounts_user SET {column} = ? WHERE id = ?", values=[True, user_id])
    before = ends(database)[user_id]
    kept = one_pass(database, at=now)
    assert kept is not None
    assert kept.candidates == 3
    assert ends(database)[user_id] == before


def test_a_paper_that_is_over_and_not_handed_in_has_a_login_for_15_minutes_more(
    database: Database, actor: Actor, now: datetime
) -> None:
    turn_on(database, actor)
    for over in (timedelta(minutes=-14), timedelta(minutes=1), timedelta(minutes=16), timedelta(hours=30)):
        start(database, now - DURATION - over)
        end(database, now + timedelta(seconds=5))
        one_pass(database, at=now)
        last = max(now - over, now) + timedelta(minutes=15)
        assert ends(database)[doing.user(database, "T-FINE")] == [last], over


def test_an_expired_login_is_revived_but_not_one_from_before_the_session(
    database: Database, actor: Actor, now: datetime
) -> None:
    turn_on(database, actor)
    fine, stuck = doing.user(database, "T-FINE"), doing.user(database, "T-STUCK")
    login_of = {login.user_id: login.key for login in database.read(logins.all_logins).every}
    end(database, now - timedelta(minutes=3), key=login_of[fine])
    end(database, now - timedelta(minutes=51), key=login_of[stuck])
    one_pass(database, at=now)
    assert ends(database)[fine] == [now + timedelta(minutes=55)]
    assert ends(database)[stuck] == [now - timedelta(minutes=51)]


def test_a_login_is_never_shortened(database: Database, actor: Actor, now: datetime) -> None:
    turn_on(database, actor)
    end(database, now + timedelta(days=14))
    assert one_pass(database, at=now) is None


def test_of_two_logins_of_a_candidate_both_last(database: Database, actor: Actor, now: datetime) -> None:
    turn_on(database, actor)
    user_id = doing.user(database, "T-FINE")
    add = partial(sample.add_login, user_id=user_id, key="of another browser", until=now + timedelta(minutes=20))
    accounts.write(database, add)
    one_pass(database, at=now)
    assert ends(database)[user_id] == [now + timedelta(minutes=55)] * 2


def test_the_rule_off_means_that_nothing_is_written(database: Database, now: datetime) -> None:
    before = raw.content(database)
    assert not due(database, now)
    assert one_pass(database, at=now, if_due=True) is None
    with pytest.raises(AdminError) as refused:
        one_pass(database, at=now)
    assert refused.value.code == "keep_logins_off"
    assert raw.differences(before, raw.content(database), own=True) == {}


def test_a_rule_that_another_desk_turned_off_since_holds_under_the_lock(
    database: Database, other_desk: Database, actor: Actor, now: datetime
) -> None:
    turn_on(other_desk, actor)
    assert due(database, now)
    accounts.write(other_desk, partial(rules.change, name="keep-logins", value="off", actor=actor))
    assert one_pass(database, at=now, if_due=True) is None


def test_a_desk_writes_only_where_a_login_ends_within_30_minutes(
    database: Database, actor: Actor, now: datetime
) -> None:
    turn_on(database, actor)
    end(database, now + timedelta(minutes=31))
    assert not due(database, now)
    assert one_pass(database, at=now, if_due=True) is None
    assert due(database, now + timedelta(minutes=2))
    # Whoever asks for a pass gets it at once.
    assert one_pass(database, at=now) is not None


def test_two_desks_do_not_both_write_and_no_desk_more_often_than_every_5_minutes(
    database: Database, other_desk: Database, actor: Actor, now: datetime
) -> None:
    turn_on(database, actor)
    assert due(database, now)
    assert due(other_desk, now)
    assert one_pass(database, at=now, if_due=True) is not None
    assert one_pass(other_desk, at=now, if_due=True) is None
    end(database, now + timedelta(minutes=10))
    four, five = now + timedelta(minutes=4), now + timedelta(minutes=5)
    assert not due(other_desk, four)
    assert one_pass(other_desk, at=four, if_due=True) is None
    assert due(other_desk, five)
    assert one_pass(other_desk, at=five, if_due=True) is not None


def test_it_is_recorded_under_the_rules_name_with_counts_and_with_who_turned_it_on(
    database: Database, actor: Actor, now: datetime
) -> None:
    turn_on(database, actor)
    one_pass(database, at=now)
    record = database.read(history.operations)[0]
    assert (record.operation, record.person, record.desk) == ("keep-logins", "keep-logins", "desk-1")
    assert record.told is not None
    told = record.told.english()
    assert told.startswith("5 portal logins of 4 candidates kept alive, until ")
    assert told.endswith("; the rule was turned on by tester.")
    assert database.read(chain.verify).intact


def test_a_cleared_session_whose_login_was_extended_comes_back_with_it(
    database: Database, actor: Actor, now: datetime
) -> None:
    turn_on(database, actor)
    one_pass(database, at=now)
    user_id, extended = doing.user(database, "T-FINE"), now + timedelta(minutes=55)
    cleared = doing.clear(database, actor, *doing.sessions_of(database, "T-FINE"))
    assert user_id not in ends(database)
    assert one_pass(database, at=now) is None
    undone = doing.apply_now(database, actor, partial(planning.plan_undo, undoes=cleared.op_id or ""))
    assert doing.refusals(undone.lines) == {}
    assert ends(database)[user_id] == [extended]
