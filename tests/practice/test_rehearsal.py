"""The rehearsal: the same exam day, and nothing of what a desk may not see."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from desktop_admin import passwords
from desktop_admin.controllers.findings import health
from desktop_admin.controllers.listings import panes
from desktop_admin.controllers.operations.slots import RESET
from desktop_admin.controllers.people import staff
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.controllers.values.sessions import QUIET_KINDS
from desktop_admin.database.create import create
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.database.tables.own import LOG_KEY
from desktop_admin.database.tables.portal import CandidateProfile
from desktop_admin.errors import Cancelled, NotPermitted, UsageProblem
from desktop_admin.messages import Message
from desktop_admin.practice import rehearsal
from tests import accounts, portal, raw
from tests.controllers import doing

ACCOUNTS = accounts.AS_A_DESK
SECRETS = ("271828182845", "314159265358", "9898989898", "11-11-1999", "Kettle", "What is it?", "login4")
"""Aadhaar, APAAR, mobile number, date of birth, father, a question and a portal login."""
_WRITTEN = (
    "UPDATE registration_candidateprofile SET aadhar_number = ?, apaar_id = ?, mobile_no = ?, dob = ?, father_name = ?",
    "UPDATE questions_question SET text = ?",
    "UPDATE django_session SET session_data = ?",
)


@pytest.fixture
def owner(fresh: Callable[[], str], engine_name: str) -> Iterator[Database]:
    """The small portal, open with an account that may write into it what nobody at a desk may see."""
    del engine_name
    with closing(Database.open(fresh())) as database:
        yield database


@pytest.fixture
def copy(any_database: Database, tmp_path: Path) -> Iterator[Database]:
    """A rehearsal of the small portal, made with each account."""
    with closing(rehearsal.make(any_database, tmp_path / "rehearsal.sqlite3")) as made:
        yield made


def seen(session: Session) -> dict[str, Any]:
    """What a desk sees of every candidate, by army number, and every finding."""
    users = session.execute(select(CandidateProfile.army_no, CandidateProfile.user_id)).all()
    survey = health.survey(session, finished=None)
    cards = {army_no: panes.read_candidate(session, user_id=user_id) for army_no, user_id in users}
    told = {
        army_no: (card.diagnosis.code, card.would_get.action, card.would_get.set) for army_no, card in cards.items()
    }
    rows = sorted(
        (row.id, sorted(one.kind for one in row.findings if one.kind not in QUIET_KINDS)) for row in survey.sessions
    )
    return {"cards": told, "rows": rows}


def test_everybody_stands_there_as_in_the_portal(any_database: Database, copy: Database) -> None:
    assert copy.read(seen) == any_database.read(seen)
    assert copy.description.is_rehearsal


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session")
def test_everybody_has_the_one_password_and_can_work(copy: Database, actor: Actor) -> None:
    inside = staff.sign_in(copy, username=portal.SUPERVISOR, password=passwords.REHEARSAL, desk="desk-1")
    assert inside.user_id == portal.SUPERVISOR_ID
    with pytest.raises(NotPermitted):
        staff.sign_in(copy, username=portal.SUPERVISOR, password=portal.SUPERVISOR, desk="desk-1")
    assert doing.apply_now(copy, actor, doing.slots_plan(RESET, doing.chosen(copy, portal.STUCK))).applied == 1


@pytest.mark.parametrize("engine_name", ["sqlite", "postgresql", "mariadb"], indirect=True)
def test_what_no_desk_may_see_stays_behind(owner: Database, tmp_path: Path) -> None:
    place = owner.description.path or owner
    raw.change(place, _WRITTEN[0], values=SECRETS[:5])
    raw.change(place, _WRITTEN[1], values=SECRETS[5:6])
    raw.change(place, _WRITTEN[2], values=SECRETS[6:])
    before = raw.content(place)
    path = tmp_path / "rehearsal.sqlite3"

    rehearsal.make(owner, path).close()

    held = path.read_bytes()
    assert [secret for secret in SECRETS if secret.encode() in held] == []
    assert raw.query(path, "SELECT count(*) FROM django_session") == [(0,)]
    assert raw.query(path, "SELECT DISTINCT answer FROM results_candidateanswer") == [(rehearsal.ANSWERED,)]
    assert raw.differences(before, raw.content(place)) == {}
    assert [one.name for one in tmp_path.iterdir() if one.suffix == ".part"] == []


def test_rules_and_roles_come_along_and_a_log_of_its_own_begins(database: Database, tmp_path: Path) -> None:
    source = raw.path(database)
    for name, value in (("restore-age", "30"), (LOG_KEY, "0123456789abcdef")):
        raw.change(source, "INSERT INTO desktop_admin_setting (name, value) VALUES (?, ?)", values=(name, value))
    raw.change(source, "INSERT INTO desktop_admin_role (user_id, role) VALUES (?, ?)", values=(10, "staff"))
    path = tmp_path / "rehearsal.sqlite3"

    rehearsal.make(database, path).close()

    assert raw.query(path, "SELECT name, value FROM desktop_admin_setting") == [("restore-age", "30")]
    assert raw.query(path, "SELECT user_id, role FROM desktop_admin_role") == [(10, "staff")]


@pytest.mark.parametrize("engine_name", ["sqlite", "postgresql", "mariadb"], indirect=True)
def test_it_shows_one_moment_whatever_is_done_meanwhile(owner: Database, tmp_path: Path) -> None:
    place = owner.description.path or owner
    before = owner.read(seen)

    def others(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if "FROM centers_center" in statement:
            raw.change(place, "UPDATE registration_candidateprofile SET has_exam_slot = NOT has_exam_slot")

    def stage(told: Message) -> None:
        if owner.description.path and told.code == "stage_rehearsal":
            others(None, None, "FROM centers_center")

    event.listen(owner.backend.reader, "after_cursor_execute", others)
    with closing(rehearsal.make(owner, tmp_path / "rehearsal.sqlite3", on_stage=stage)) as made:
        assert made.read(seen) == before
    assert owner.read(seen) != before


def test_nothing_is_left_of_one_that_was_stopped(database: Database, tmp_path: Path) -> None:
    def stop(told: Message) -> None:
        if told.code == "stage_rehearsal":
            raise Cancelled

    with pytest.raises(Cancelled):
        rehearsal.make(database, tmp_path / "made" / "rehearsal.sqlite3", on_stage=stop)
    assert list((tmp_path / "made").iterdir()) == []


def test_a_file_that_is_there_is_left_alone(database: Database, tmp_path: Path) -> None:
    there = tmp_path / "there.sqlite3"
    there.write_bytes(b"mine")
    with pytest.raises(UsageProblem) as refused:
        rehearsal.make(database, there)
    assert refused.value.code == "file_exists"
    assert there.read_bytes() == b"mine"


def test_those_of_earlier_days_are_removed_and_none_is_made_of_one(database: Database) -> None:
    with closing(rehearsal.make_newest(database)) as yesterdays:
        first = raw.path(yesterdays)
        os.utime(first, (0, 0))
        with pytest.raises(UsageProblem) as refused:
            rehearsal.make_newest(yesterdays)
    assert refused.value.code == "is_rehearsal"
    assert first.exists()
    with closing(rehearsal.make_newest(database)) as todays:
        assert list(first.parent.iterdir()) == [raw.path(todays)]
    rehearsal.make_newest(database).close()
    assert raw.path(todays).exists()


@pytest.mark.parametrize("kind", ["demo", "scratch"])
def test_one_of_practice_data_asks_nobody_to_sign_in_and_is_a_rehearsal_all_the_same(kind: str, tmp_path: Path) -> None:
    with closing(create(tmp_path / "practice.sqlite3", kind=kind)) as practice:
        copy = rehearsal.make(practice, tmp_path / "rehearsal.sqlite3")
        with closing(copy), pytest.raises(UsageProblem):
            rehearsal.make(copy, tmp_path / "another.sqlite3")
    assert copy.description.is_rehearsal
    assert not copy.description.needs_sign_in


def test_one_of_what_only_says_that_it_is_practice_asks_everybody_to_sign_in(tmp_path: Path) -> None:
    create(tmp_path / "made.sqlite3", kind="demo").close()
    brought = (tmp_path / "made.sqlite3").rename(tmp_path / "brought.sqlite3")
    with closing(Database.open(brought)) as source, closing(rehearsal.make(source, tmp_path / "copy.sqlite3")) as copy:
        assert (copy.description.kind, copy.description.needs_sign_in) == ("rehearsal", True)
