"""What was worked out of a database holds as long as nobody has committed anything, or as long as it may rest."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from functools import partial

import pytest
from sqlalchemy import text

from desktop_admin.database import unchanged
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.database.unchanged import now_and_then, unless_changed
from desktop_admin.errors import AdminError
from tests import raw

NAME = "SELECT name FROM registration_candidateprofile WHERE army_no = 'T-FINE'"
RENAME = "UPDATE registration_candidateprofile SET name = '{}' WHERE army_no = 'T-FINE'"


class Reading:
    """Reads a name, and counts how often it is worked out."""

    def __init__(self) -> None:
        self.worked = 0

    def __call__(self, session: Session, *, holds: bool = True) -> str:
        return unless_changed(session, Reading, partial(self._work, session), holds=lambda _name: holds)

    def _work(self, session: Session) -> str:
        self.worked += 1
        return str(session.execute(text(NAME)).scalar_one())


@pytest.fixture
def reading() -> Reading:
    return Reading()


def tells(database: Database) -> bool:
    """Whether the engine tells that nothing has changed."""
    return raw.engine(database) != "mysql"


def test_it_is_worked_out_once_where_nobody_commits_anything(any_database: Database, reading: Reading) -> None:
    def again() -> int:
        before = reading.worked
        assert any_database.read(reading) == "Suresh Yadav"
        return reading.worked - before

    assert again() == 1
    if not tells(any_database):
        assert again() == 1
    elif raw.engine(any_database) == "sqlite":
        assert [again() for _ in range(3)] == [0] * 3
    else:
        # On the server others are at work in databases of their own, but not all the time.
        assert 0 in (again() for _ in range(1000))


def test_what_another_program_commits_is_seen_at_once(any_database: Database, reading: Reading) -> None:
    for name in ("A", "B", "A"):
        any_database.read(reading)
        raw.change(any_database, RENAME.format(name))
        assert any_database.read(reading) == name


def test_what_this_desk_commits_is_seen_at_once(any_database: Database, reading: Reading) -> None:
    any_database.read(reading)
    any_database.write(lambda session: session.execute(text(RENAME.format("A"))))
    assert any_database.read(reading) == "A"


def test_what_was_under_way_while_it_was_worked_out_is_seen_once_it_is_committed(
    any_database: Database, reading: Reading
) -> None:
    if raw.engine(any_database) == "sqlite":
        pytest.skip("a file is not read while somebody is about to commit")
    with closing(raw.driver_connection(any_database)) as other, other.cursor() as cursor:
        cursor.execute(RENAME.format("A"))
        assert [any_database.read(reading) for _ in range(2)] == ["Suresh Yadav"] * 2
        other.commit()
        assert any_database.read(reading) == "A"


def test_a_write_works_it_out_and_keeps_nothing_of_it(any_database: Database, reading: Reading) -> None:
    any_database.read(reading)

    def job(session: Session) -> None:
        assert reading(session) == "Suresh Yadav"
        session.execute(text(RENAME.format("A")))
        assert reading(session) == "A", "it alone sees what it has changed"
        session.rollback()

    any_database.write(job)
    assert any_database.read(reading) == "Suresh Yadav"


def test_what_does_not_hold_any_more_is_worked_out_again(any_database: Database, reading: Reading) -> None:
    any_database.read(reading)
    before = reading.worked
    any_database.read(partial(reading, holds=False))
    assert reading.worked == before + 1


def test_what_changes_while_it_is_worked_out_is_not_kept(any_database: Database) -> None:
    """The version is asked for first: it is older than whatever is read."""

    def job(session: Session) -> str:
        def work() -> str:
            name = str(session.execute(text(NAME)).scalar_one())
            raw.change(any_database, RENAME.format("A"))
            return name

        return unless_changed(session, "name", work)

    assert any_database.read(job) == "Suresh Yadav"
    assert any_database.read(job) == "A"


def test_two_connections_are_not_taken_for_one_another(any_database: Database, reading: Reading) -> None:
    """Each of a file counts for itself, so that two may have come to the same number at different changes."""
    reader = any_database.backend.reader
    with reader.connect() as first, reader.connect() as second:
        versions = [any_database.backend.data_version(one) for one in (first, second)]
        assert versions[0] is None or versions[0] != versions[1]
        raw.change(any_database, RENAME.format("A"))
        assert versions[0] is None or any_database.backend.data_version(first) != versions[0]
        # The one that is kept for the next look is neither of them.
        assert any_database.read(reading) == "A"
    assert any_database.read(reading) == "A"


# What rests


class Resting:
    """A name that takes a while to find out, and what follows from it."""

    def __init__(self, *, seconds: float) -> None:
        self.now = 0.0
        self._seconds = seconds

    def name(self, session: Session) -> str:
        return now_and_then(session, "name", partial(self._work, session))

    def around(self, session: Session) -> str:
        return unless_changed(session, "around", partial(self.name, session))

    def _work(self, session: Session) -> str:
        self.now += self._seconds
        return str(session.execute(text(NAME)).scalar_one())


@pytest.fixture(params=["name", "around"])
def look(request: pytest.FixtureRequest, resting: Resting, monkeypatch: pytest.MonkeyPatch) -> Callable[[Session], str]:
    monkeypatch.setattr(unchanged, "monotonic", lambda: resting.now)
    monkeypatch.setattr(unchanged, "RESTS", 20)
    found: Callable[[Session], str] = getattr(resting, request.param)
    return found


@pytest.fixture
def resting(request: pytest.FixtureRequest) -> Resting:
    return Resting(seconds=getattr(request, "param", 2))


def test_what_rests_is_worked_out_again_after_a_while_though_nobody_has_changed_anything_since(
    any_database: Database, resting: Resting, look: Callable[[Session], str]
) -> None:
    assert any_database.read(look) == "Suresh Yadav"
    raw.change(any_database, RENAME.format("A"))
    resting.now = 41.9
    assert any_database.read(look) == "Suresh Yadav", "it rests for twenty times two seconds"
    resting.now = 42
    assert any_database.read(look) == "A"


@pytest.mark.parametrize("resting", [10], indirect=True)
def test_nothing_rests_for_more_than_a_minute(
    any_database: Database, resting: Resting, look: Callable[[Session], str]
) -> None:
    any_database.read(look)
    raw.change(any_database, RENAME.format("A"))
    resting.now = 10 + 60
    assert any_database.read(look) == "A"


def test_what_this_desk_commits_ends_every_rest(any_database: Database, look: Callable[[Session], str]) -> None:
    any_database.read(look)
    any_database.write(lambda session: session.execute(text(RENAME.format("A"))))
    assert any_database.read(look) == "A"


def test_whoever_wants_to_see_everything_ends_every_rest(
    any_database: Database, look: Callable[[Session], str]
) -> None:
    any_database.read(look)
    raw.change(any_database, RENAME.format("A"))
    assert any_database.read(look) == "Suresh Yadav"
    any_database.wake()
    assert any_database.read(look) == "A"


def test_nothing_rests_in_a_write_nor_after_it(any_database: Database, look: Callable[[Session], str]) -> None:
    any_database.read(look)
    raw.change(any_database, RENAME.format("A"))

    def job(session: Session) -> None:
        assert look(session) == "A"
        session.execute(text(RENAME.format("B")))
        assert look(session) == "B"
        raise AdminError("view_only", why="")

    with pytest.raises(AdminError):
        any_database.write(job)
    assert any_database.read(look) == "A"
