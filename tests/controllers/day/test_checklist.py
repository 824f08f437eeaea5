"""The checklist: each line is seen red where its fault is, and green after its cure."""

from __future__ import annotations

import json
import shutil
from collections import namedtuple
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from desktop_admin import __version__
from desktop_admin.controllers.day import checklist
from desktop_admin.controllers.log import chain, entries
from desktop_admin.controllers.operations.completed import SET_COMPLETED
from desktop_admin.controllers.operations.deeds import backups, rules
from desktop_admin.controllers.values.checks import Checklist, Leads, rows
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from desktop_admin.practice import sample
from desktop_admin.rules import Paper, Role
from desktop_admin.settings import data_folder
from tests import guard, planning, raw
from tests.cli.runs import without_own_tables
from tests.controllers import doing

ZONE = ZoneInfo("Asia/Kolkata")
PROFILE = "UPDATE registration_candidateprofile SET"
Act = Callable[[Database, Actor], object]
on_a_file = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session")


@pytest.fixture
def ready(database: Database, actor: Actor) -> Database:
    """The small portal before a shift of today in which T-SLOT sits PRIMARY of TTC, with everything as it must be."""
    make_ready(database, actor)
    return database


def make_ready(database: Database, actor: Actor) -> None:
    """Make the small portal so."""
    today = datetime.now(ZONE)
    shift = database.write(
        lambda session: sample.add_shift(session, centre="Hall", day=today.date(), start=today.time())
    )
    raw.change(database, f"{PROFILE} shift_id = {shift} WHERE army_no = 'T-SLOT'")
    stuck = [*doing.sessions_of(database, "T-STUCK"), *doing.sessions_of(database, "T-MOVED")]
    doing.clear(database, actor, *stuck)
    database.write(partial(rules.change, name="keep-logins", value="on", actor=actor))


def read(database: Database, actor: Actor) -> Checklist:
    shift = raw.query(database, "SELECT max(id) FROM exams_shift")[0][0]
    return database.read(partial(checklist.read, zone=ZONE, actor=actor, shift_id=shift))


def red(database: Database, actor: Actor) -> set[str]:
    return {check.name for check in read(database, actor).checks if check.amiss}


def portal(*statements: str) -> Act:
    return lambda database, _actor: raw.change(database, *statements)


def switch(letter: str) -> Act:
    return lambda database, actor: doing.activate(database, actor, ("TTC", letter))


def papers(**wish: object) -> Act:
    return lambda database, actor: doing.set_papers(database, actor, "TTC", paper=Paper.PRIMARY, **wish)


def completed(database: Database, actor: Actor) -> None:
    chosen = doing.chosen(database, "T-DONE")
    planner = partial(planning.plan_paper, kind=SET_COMPLETED, chosen=chosen, paper=Paper.SECONDARY)
    assert doing.apply_now(database, actor, planner).applied == 1


def keep_logins(value: str) -> Act:
    return lambda database, actor: database.write(partial(rules.change, name="keep-logins", value=value, actor=actor))


def clear_stuck(database: Database, actor: Actor) -> None:
    doing.clear(database, actor, *doing.sessions_of(database, "T-FINE"))


PHOTOGRAPH = PROFILE + " photograph = '{}' WHERE army_no = 'T-SLOT'"
ACCOUNT = "UPDATE accounts_user SET is_active = {} WHERE username = 'T-SLOT'"
COPY = "UPDATE questions_questionsetactivation SET question_set = 'C' WHERE paper_type = 'PRIMARY' AND trade_id = 1"
PAPER = "UPDATE questions_questionpaper SET is_active = 0 WHERE question_paper = 'PRIMARY'"
FAULTS: dict[str, tuple[Act, Act]] = {
    "sets": (lambda database, actor: doing.activate(database, actor, ("TTC", "B"), allow_too_few=True), switch("E")),
    "copies": (portal(COPY), switch("E")),
    "switches": (portal(PAPER), papers(opens=True)),
    "open": (
        lambda database, actor: doing.apply_now(
            database, actor, doing.papers_plan(database, "TTC", paper=Paper.PRIMARY, opens=False, force=True)
        ),
        papers(opens=True),
    ),
    "slots": (
        portal(f"{PROFILE} has_exam_slot = 0 WHERE army_no = 'T-SLOT'"),
        portal(f"{PROFILE} has_exam_slot = 1 WHERE army_no = 'T-SLOT'"),
    ),
    "durations": (
        portal(
            "UPDATE questions_tradepaperactivation SET exam_duration = 0",
            "UPDATE questions_questionpaper SET exam_duration = 0",
        ),
        papers(minutes=60),
    ),
    "stuck": (portal(f"{PROFILE} has_exam_slot = 0 WHERE army_no = 'T-FINE'"), clear_stuck),
    "completed": (portal(f"{PROFILE} is_secondary_completed = 0 WHERE army_no = 'T-DONE'"), completed),
    "accounts": (portal(ACCOUNT.format(0)), portal(ACCOUNT.format(1))),
    "photographs": (portal(PHOTOGRAPH.format("")), portal(PHOTOGRAPH.format("photos/1.jpg"))),
    "numbers": (
        portal(f"{PROFILE} army_no = 't-slot' WHERE army_no = 'T-NONE'"),
        portal(f"{PROFILE} army_no = 'T-NONE' WHERE army_no = 't-slot'"),
    ),
    "logins": (keep_logins("off"), keep_logins("on")),
    "log": (
        portal("UPDATE desktop_admin_operation SET reason = 'another' WHERE seq = 1"),
        portal("UPDATE desktop_admin_operation SET reason = NULL WHERE seq = 1"),
    ),
}


@on_a_file
@pytest.mark.parametrize("name", FAULTS)
def test_a_line_is_red_where_its_fault_is_and_green_after_its_cure(ready: Database, actor: Actor, name: str) -> None:
    fault, cure = FAULTS[name]
    before = red(ready, actor)
    assert name not in before
    fault(ready, actor)
    assert name in red(ready, actor)
    cure(ready, actor)
    assert name not in red(ready, actor)


@on_a_file
def test_a_back_up_of_today_the_disk_and_the_clock_are_looked_at(
    ready: Database, actor: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "backup" in red(ready, actor)
    backups.make(ready, actor=actor, to=tmp_path / "copy.sqlite3")
    assert red(ready, actor) == set()
    assert read(ready, actor).green
    with monkeypatch.context() as full:
        usage = namedtuple("usage", "free")
        full.setattr(shutil, "disk_usage", lambda _folder: usage(1_000_000))
        assert red(ready, actor) == {"disk"}
    ahead = datetime.now(UTC) + timedelta(hours=1)
    raw.change(ready, "UPDATE desktop_admin_operation SET desk_at = ?", values=[ahead])
    assert "clock" in red(ready, actor)


def test_what_other_desks_work_with_is_read_from_what_they_recorded_today(
    database: Database, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def versions() -> tuple[str, list[str]]:
        (check,) = (one for one in read(database, actor).checks if one.name == "versions")
        told = [one.told.english() for one in check.amiss]
        return check.state, told or [check.unknown.code] if check.unknown else told

    other = replace(actor, desk="desk-2")
    keep_logins("on")(database, actor)
    assert versions() == ("unknown", ["checklist.no_other_desk"])
    with monkeypatch.context() as installed:
        installed.setattr(entries, "__version__", "0.0.9")
        keep_logins("off")(database, other)
    assert versions() == ("amiss", [f"Desk desk-2 works with version 0.0.9, this one with {__version__}."])
    # It is installed there as well, and the desk writes once more.
    keep_logins("on")(database, other)
    assert versions() == ("green", [])
    assert database.read(chain.verify).intact
    # Versions before this one did not say which they were.
    newest = "SELECT max(seq) FROM desktop_admin_operation"
    ((seq, body),) = raw.query(database, f"SELECT seq, body FROM desktop_admin_operation WHERE seq = ({newest})")
    without = json.dumps({key: value for key, value in json.loads(body).items() if key != "version"})
    raw.change(database, f"UPDATE desktop_admin_operation SET body = ? WHERE seq = {seq}", values=[without])
    assert versions() == ("amiss", [f"Desk desk-2 works with a version before {__version__}, which this one has."])
    long_ago = datetime.now(UTC) - timedelta(days=2)
    raw.change(database, "UPDATE desktop_admin_operation SET at = ? WHERE desk = 'desk-2'", values=[long_ago])
    assert versions() == ("unknown", ["checklist.no_other_desk"])


@pytest.mark.parametrize("engine_name", ["postgresql", "mariadb"], indirect=True, scope="session")
def test_the_guard_is_red_where_a_part_is_gone_and_green_once_it_is_installed_anew(
    database: Database, actor: Actor
) -> None:
    def state() -> tuple[str, Leads | None]:
        (check,) = (one for one in read(database, actor).checks if one.name == "guard")
        return check.state, check.amiss[0].leads if check.amiss else None

    with guard.installed(database):
        assert state() == ("green", None)
        table = " ON questions_examsession" if raw.engine(database) == "postgresql" else ""
        raw.change(database, f"DROP TRIGGER desktop_admin_guard_session{table}")
        assert state() == ("amiss", Leads.GUARD)
        guard.install(database)
        assert state() == ("green", None)


@on_a_file
def test_the_log_is_a_supervisors_to_check_and_no_line_stands_for_what_was_not_looked_at(
    ready: Database, actor: Actor
) -> None:
    staff = Actor(name="staff", role=Role.STAFF, desk="desk-1")
    (log,) = (check for check in read(ready, staff).checks if check.name == "log")
    assert (log.state, log.unknown and log.unknown.code) == ("unknown", "checklist.log_for_supervisors")


@on_a_file
def test_what_was_not_looked_at_is_not_green_and_says_why(ready: Database, actor: Actor) -> None:
    def unknown() -> dict[str, str]:
        return {check.name: check.unknown.code for check in read(ready, actor).checks if check.unknown}

    here = {"guard": "guard_not_here", "versions": "checklist.no_other_desk"}
    sits = ("sets", "open", "durations", "logins")
    assert unknown() == here
    keep_logins("off")(ready, actor)
    portal(f"{PROFILE} is_primary_completed = 1, is_secondary_completed = 1 WHERE army_no = 'T-SLOT'")(ready, actor)
    assert unknown() == here | dict.fromkeys(sits, "checklist.nobody_sits")
    portal(f"{PROFILE} shift_id = NULL WHERE army_no = 'T-SLOT'")(ready, actor)
    people = (*sits, "slots", "accounts", "photographs")
    assert unknown() == here | dict.fromkeys(people, "checklist.nobody_expected")


def test_a_log_that_is_not_there_or_has_no_seals_is_not_called_intact(portal_file: Path, actor: Actor) -> None:
    def of_log(database: Database) -> tuple[str, str | None]:
        found = database.read(partial(checklist.read, zone=ZONE, actor=actor))
        (log,) = (check for check in found.checks if check.name == "log")
        return log.state, log.unknown.code if log.unknown else None

    without_own_tables(portal_file)
    keys, away = data_folder() / "log-keys", portal_file.parent / "away"
    with closing(Database.open(portal_file)) as database:
        assert of_log(database) == ("unknown", "checklist.no_log")
        database.migrate()
        keep_logins("on")(database, actor)
        assert of_log(database) == ("green", None)
        keys.rename(away)
        database.forget_log_key()
        switch("E")(database, actor)
        away.rename(keys)
        database.forget_log_key()
        assert of_log(database) == ("unknown", "history.unsealed")


@on_a_file
def test_every_problem_says_its_cure_and_where_it_is(ready: Database, actor: Actor) -> None:
    for fault in (fault for name, (fault, _) in FAULTS.items() if name not in ("copies", "slots")):
        fault(ready, actor)
    listed = rows(read(ready, actor))
    states = [row.check.state for row in listed]
    assert states == sorted(states, key="amiss unknown green".find)
    wrong = [row.amiss for row in listed if row.amiss is not None]
    assert all(one.told.english() and one.cure.english() for one in wrong)
    led = {row.check.name for row in listed if row.amiss is not None and row.amiss.leads is not Leads.NOWHERE}
    assert led >= {"open", "completed", "accounts", "photographs", "log", "backup"}


def test_it_is_read_on_every_engine(database: Database, actor: Actor) -> None:
    found = database.read(partial(checklist.read, zone=ZONE, actor=actor))
    assert [check.name for check in found.checks] == list(checklist.CHECKS)
    assert {check.name for check in found.checks if check.amiss} >= {"stuck"}
