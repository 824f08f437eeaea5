"""Accounts with the rights of the shipped scripts: what they can do, and what the server itself keeps from them.

What the controllers do is done under these accounts, too: everything once in ``test_desk_accounts.py``, and in every
corner by the marker ``long`` (``MORE_ACCOUNTS`` in tests/controllers).
"""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import event, make_url, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.operations.deeds.rules import change as set_rule
from desktop_admin.controllers.operations.slots import ASSIGN, RESET
from desktop_admin.controllers.upkeep import policies
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.database.statements import candidate_rows
from desktop_admin.database.tables.own import OperationCandidate
from desktop_admin.errors import AdminError, DatabaseBusy, TryAgain
from desktop_admin.messages import Message
from tests import accounts, portal, raw, registers, servers
from tests.catalogues import TEXTS
from tests.cli import runs
from tests.controllers import doing
from tests.controllers.findings.test_findings import answer_foreign_question, late

as_a_desk = pytest.mark.parametrize("engine_name", accounts.AS_A_DESK, indirect=True, scope="session")
on_servers = pytest.mark.parametrize("engine_name", ["postgresql", "mariadb"], indirect=True, scope="session")
as_a_supervisor = pytest.mark.parametrize("engine_name", accounts.AS_A_SUPERVISOR, indirect=True, scope="session")

PROFILE, LOG, ARCHIVE = "registration_candidateprofile", "desktop_admin_operation", "desktop_admin_archived_session"
ANSWERS = "desktop_admin_archived_answer"
INCOMPLETE = "id, started_at, duration, total_questions, paper_id, trade_id, user_id, exam_type"
FOR_NOBODY = [
    *(f"SELECT {column} FROM {PROFILE}" for column in ("aadhar_number", "apaar_id", "mobile_no", "dob", "father_name")),
    f"SELECT id FROM {PROFILE} WHERE aadhar_number LIKE '1%'",
    *(f"SELECT {column} FROM questions_question" for column in ("text", "options", "correct_answer", "option_a")),
    "SELECT email FROM accounts_user",
    "SELECT password FROM accounts_user",
    "INSERT INTO desktop_admin_sign_in_failure SELECT * FROM desktop_admin_sign_in_failure",
    "UPDATE desktop_admin_sign_in_failure SET failures = 0",
    "DELETE FROM desktop_admin_sign_in_failure",
    *(f"UPDATE {table} SET op_id = op_id" for table in (LOG, ARCHIVE, ANSWERS, "desktop_admin_operation_candidate")),
    *(f"DELETE FROM {table}" for table in (LOG, ARCHIVE, ANSWERS, "desktop_admin_operation_candidate")),
    "UPDATE desktop_admin_ended_login SET ended_at = ended_at",
    "DELETE FROM desktop_admin_version",
    f"DROP TABLE {LOG}",
    "CREATE TABLE desktop_admin_more (id int)",
    *(f"UPDATE {PROFILE} SET {column} = {column}" for column in ("name", "army_no", "trade_id", "primary_viva_marks")),
    f"DELETE FROM {PROFILE}",
    "UPDATE accounts_user SET password = 'x'",
    "DELETE FROM accounts_user",
    "INSERT INTO accounts_user SELECT * FROM accounts_user WHERE id < 0",
    "UPDATE accounts_user SET is_superuser = TRUE",
    "UPDATE django_session SET session_data = 'x'",
    "UPDATE questions_examsession SET score = 100",
    "UPDATE results_candidateanswer SET exam_type = 'PRIMARY'",
    "UPDATE questions_question SET is_active = FALSE",
    "DELETE FROM questions_question",
    "DELETE FROM questions_activatesets",
    "DELETE FROM django_migrations",
]
FOR_SUPERVISORS = [
    "INSERT INTO questions_examsession SELECT * FROM questions_examsession WHERE id < 0",
    *(
        f"INSERT INTO questions_examsession ({INCOMPLETE}, {column}) "
        f"SELECT {INCOMPLETE}, {column} FROM questions_examsession WHERE id < 0"
        for column in ("completed_at", "score")
    ),
    "UPDATE questions_activatesets SET active_primary_set = 'C'",
    "UPDATE questions_questionsetactivation SET is_active = FALSE",
    "UPDATE questions_universalsetactivation SET is_universal_set_active = FALSE",
    "UPDATE questions_tradepaperactivation SET is_active = FALSE, exam_duration = exam_duration",
    "UPDATE questions_questionpaper SET is_active = FALSE",
    "UPDATE questions_globalpapertypecontrol SET is_active = FALSE",
    f"UPDATE {PROFILE} SET is_primary_completed = FALSE, primary_slot_consumed_at = NULL",
    "DELETE FROM results_candidateanswer",
    "SELECT answer FROM results_candidateanswer",
    "SELECT id FROM results_candidateanswer WHERE answer = 'a'",
    "SELECT body FROM desktop_admin_archived_answer",
]
FOR_DESKS = [
    "UPDATE django_session SET expire_date = expire_date",
    f"INSERT INTO questions_examsession ({INCOMPLETE}) SELECT {INCOMPLETE} FROM questions_examsession WHERE id < 0",
    "INSERT INTO questions_examquestion SELECT * FROM questions_examquestion WHERE id < 0",
    "SELECT username, role FROM accounts_user",
    "INSERT INTO desktop_admin_my_failure SELECT * FROM desktop_admin_my_failure",
    "DELETE FROM desktop_admin_my_failure",
]
FOR_SUPERVISORS_ON_POSTGRESQL = [
    "DELETE FROM questions_examsession WHERE id < 0",
    "DELETE FROM questions_examquestion WHERE id < 0",
    "LOCK TABLE questions_examsession IN ACCESS EXCLUSIVE MODE",
]
"""MariaDB has nothing by which a desk could delete incomplete sessions alone, found by their keys."""
FOR_NOBODY_ON_POSTGRESQL = [
    "DELETE FROM django_session WHERE expire_date IS NULL",
    *(
        f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"
        for table in (PROFILE, "accounts_user", "django_session", "questions_question", LOG, ARCHIVE)
    ),
]
FOR_NOBODY_ON_MARIADB = [
    f"OPTIMIZE TABLE {PROFILE}",
    "OPTIMIZE TABLE accounts_user",
    "LOCK TABLES questions_examsession WRITE",
]


def permitted(database: Database, statements: list[str]) -> list[str]:
    """Which of the statements the server lets the account do; each is undone."""
    return [statement for statement in statements if may(database, statement)]


def may(database: Database, statement: str) -> bool:
    with database.backend.writer.connect() as connection:
        try:
            connection.execute(text(statement))
        except DBAPIError as failure:
            # MariaDB refuses LOCK TABLES as it refuses a whole database.
            if database.backend.sentence(failure) not in ("not_granted", "login_refused"):
                raise
            return False
    return True


@as_a_desk
def test_a_desk_makes_candidates_and_no_staff_and_removes_nobody_else(any_database: Database, actor: Actor) -> None:
    wanted = registers.asked(registers.rows_of([registers.sound(1)]))
    (line,) = registers.imported(any_database, actor, wanted).lines
    staff = "SELECT role, is_staff, is_superuser FROM accounts_user WHERE username = :name"
    values = candidate_rows.GIVEN
    row = dict.fromkeys(values) | registers.sound(2) | {"username": "walk-in", "password": "x", "trade_id": 1}
    row |= {"dob": "x", "nsqf_level": "4.5", "army_no": "walk-in", "doe": "2015-03-05"}
    row |= {"is_staff": True, "is_superuser": True, "role": "OIC_ADMIN", "has_exam_slot": True}
    any_database.write(lambda session: candidate_rows.add(session, [row], now=datetime.now(UTC)) and None)
    found = any_database.read(lambda session: session.execute(text(staff), {"name": "walk-in"}).one())
    assert (found.role, bool(found.is_staff), bool(found.is_superuser)) == ("CANDIDATE", False, False)
    any_database.write(lambda session: candidate_rows.remove(session, [portal.SUPERVISOR_ID]))
    assert any_database.read(lambda session: session.execute(text(staff), {"name": portal.SUPERVISOR}).one())
    doing.slot(any_database, actor, ASSIGN, line.army_no or "")
    with pytest.raises(TryAgain):
        any_database.write(lambda session: candidate_rows.remove(session, [line.user_id or 0]))


@as_a_desk
def test_a_desk_removes_nobody_whom_no_import_of_the_logs_has_made(any_database: Database, actor: Actor) -> None:
    """Neither the portal's own, whom an import has only moved or nobody ever signed in as, nor who was used since."""
    never = "last_login = NULL, date_joined = '2020-01-01 00:00:00'"
    unused = "has_exam_slot = false, slot_assigned_at = NULL, slot_attempting_at = NULL, photograph = ''"
    raw.change(
        any_database,
        f"UPDATE accounts_user SET {never} WHERE username = 'T-NONE'",
        f"UPDATE {PROFILE} SET {unused} WHERE army_no = 'T-NONE'",
    )
    found = registers.rows_of([registers.sound(1), registers.sound(2)])
    lines = registers.imported(any_database, actor, registers.asked(found)).lines
    (of_portal,) = doing.chosen(any_database, "T-NONE").user_ids or ()
    log = "SELECT op_id FROM desktop_admin_operation ORDER BY seq DESC LIMIT 1"

    def name(session: Session) -> None:
        # As if the import had moved the candidate.
        concerned = OperationCandidate(op_id=session.execute(text(log)).scalar_one(), user_id=of_portal)
        session.add(concerned)

    any_database.write(name)
    marked, fresh = (line.user_id or 0 for line in lines)
    raw.change(any_database, f"UPDATE {PROFILE} SET primary_viva_marks = 7 WHERE user_id = {marked}")
    for kept in (of_portal, marked):
        with pytest.raises(AdminError) as refused:
            any_database.write(partial(candidate_rows.remove, user_ids=[kept]))
        assert refused.value.code == "register_kept"
    any_database.write(partial(candidate_rows.remove, user_ids=[fresh]))
    there = f"SELECT id FROM accounts_user WHERE id IN ({of_portal}, {marked}, {fresh}) ORDER BY id"
    assert raw.query(any_database, there) == [(of_portal,), (marked,)]


@as_a_desk
def test_what_a_desk_can_do_and_what_the_server_keeps_from_it(any_database: Database) -> None:
    assert permitted(any_database, FOR_DESKS) == FOR_DESKS
    assert permitted(any_database, FOR_SUPERVISORS + FOR_NOBODY) == []
    if raw.engine(any_database) == "postgresql":
        assert permitted(any_database, FOR_SUPERVISORS_ON_POSTGRESQL + FOR_NOBODY_ON_POSTGRESQL) == []
    else:
        assert permitted(any_database, FOR_NOBODY_ON_MARIADB) == []


@as_a_supervisor
def test_a_supervisors_desk_can_do_more_but_not_everything(any_database: Database) -> None:
    assert permitted(any_database, FOR_DESKS + FOR_SUPERVISORS) == FOR_DESKS + FOR_SUPERVISORS
    assert permitted(any_database, FOR_NOBODY) == []


@as_a_desk
def test_a_set_switch_at_a_desk_is_refused_in_a_sentence_and_changes_nothing(
    any_database: Database, any_target: str, actor: Actor
) -> None:
    before = raw.content(any_database)
    with pytest.raises(DatabaseBusy):  # The window holds any other DatabaseUnusable for a lost link.
        doing.activate(any_database, actor, ("TTC", "C"))
    switch = ("activate-set", "--paper", "PRIMARY", "--set", "C", "--trade", "TTC")
    assert runs.answer(None, "--db", any_target, *switch, "--dry-run")["applied"] == 1
    told = runs.complaint(runs.run(None, "--db", any_target, *switch, "--yes"), code=69)
    assert "may not do this" in told
    assert "supervisor's desk" in told
    assert raw.differences(before, raw.content(any_database), own=True) == {}


@as_a_desk
def test_every_command_that_looks_works_at_a_desk(any_database: Database, any_target: str, actor: Actor) -> None:
    doing.slot(any_database, actor, RESET, "T-STUCK")
    answer_foreign_question(any_database)
    look = partial(runs.answer, None, "--db", any_target)
    checked = look("check")
    assert (checked["own_tables"], checked["view_only"]) == (True, None)
    assert "late_submission" in {finding["kind"] for finding in look("findings")}
    assert len(look("history")) == 1
    assert look("candidate", "T-STUCK")["army_no"] == "T-STUCK"
    assert [len(look(listed)) > 2 for listed in ("candidates", "sets", "sessions")] == [True] * 3
    assert not look("prepare")["created"]
    assert not any_database.changed_by_others()
    doing.slot(any_database, actor, ASSIGN, "T-STUCK")
    assert any_database.changed_by_others()


@as_a_desk
def test_a_server_that_takes_no_changes_is_told_from_one_that_does(any_database: Database) -> None:
    any_database.probe()
    assert any_database.description.view_only is None
    # As on a standby.
    read_only = "SET TRANSACTION READ ONLY"
    event.listen(any_database.backend.writer, "begin", lambda connection: connection.exec_driver_sql(read_only))
    any_database.probe()
    assert any_database.description.view_only == Message.of("server_read_only", path=any_database.backend.name)


@as_a_desk
def test_the_scripts_can_be_run_again_with_the_servers_own_client(any_target: str) -> None:
    url = make_url(any_target)
    owners = servers.of_owner(url)
    for role in ("desk", "supervisor"):
        script = accounts.script(url, role, mark=str(url.username).removeprefix("desk_"))
        servers.run_client(owners, script.encode())


# What the owner makes for the desks ----------------------------------------------------------------------------------


def tables_locked(database: Database) -> set[str]:
    """The tables of a PostgreSQL database that are locked while a job writes."""
    locked = (
        "SELECT relation::regclass::text FROM pg_locks WHERE mode = 'ShareRowExclusiveLock' AND granted AND "
        "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    return {name for (name,) in database.write(lambda _session: raw.query(database, locked))}


@pytest.mark.parametrize("engine_name", ["postgresql", "postgresql as a desk"], indirect=True, scope="session")
def test_every_account_locks_both_tables_through_the_owner(any_database: Database) -> None:
    assert tables_locked(any_database) == {"results_candidateanswer", "questions_examsession"}


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True, scope="session")
@pytest.mark.parametrize("column", ["answer", "exam_type"])
def test_what_the_owner_made_does_not_stop_the_portals_migrations(any_database: Database, column: str) -> None:
    with closing(raw.driver_connection(any_database)) as connection, connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE results_candidateanswer ALTER COLUMN {column} TYPE varchar(999)")
        connection.rollback()


@on_servers
def test_a_desk_can_look_at_a_portal_that_nobody_prepared_and_a_change_names_the_administrators_task(
    unprepared: dict[str, str],
) -> None:
    desk = Database.open(unprepared["desk"])
    assert not desk.has_own_tables
    assert [row.army_no for row in desk.read(health.survey).stuck] == ["T-MOVED", "T-STUCK"]
    before = raw.content(desk)
    for change in (["prepare"], ["reset-slots", "--army-no", "T-STUCK", "--yes"]):
        told = runs.complaint(runs.run(None, "--db", unprepared["desk"], *change), code=69)
        assert "administrator runs “desktop-admin --db … prepare”" in told
    assert raw.differences(before, raw.content(desk), own=True) == {}
    desk.close()


@on_servers
def test_without_our_own_tables_the_owner_locks_and_reads_by_himself(unprepared: dict[str, str]) -> None:
    owner = Database.open(unprepared["owner"])
    answer_foreign_question(owner)
    assert late(owner) == ["T-DONE"]
    if raw.engine(owner) == "postgresql":
        assert tables_locked(owner) == {"results_candidateanswer", "questions_examsession"}
    result = runs.run(None, "--db", unprepared["owner"], "prepare")
    assert (result.exit_code, result.stdout) == (0, f"{TEXTS['prepare.told']}\n")
    assert late(owner) == ["T-DONE"]
    owner.close()


# The rules of the centre ---------------------------------------------------------------------------------------------


def run_desks_script(target: str) -> None:
    """Let the administrator run the script for desks once more."""
    url = make_url(target)
    mark = str(url.username).rpartition("_")[2]
    servers.run_client(servers.of_owner(url), accounts.script(url, "desk", mark=mark).encode())


@as_a_desk
def test_no_desk_sets_or_removes_a_rule_of_the_centre(any_database: Database, any_target: str, actor: Actor) -> None:
    run_desks_script(any_target)
    rules = any_database.read(policies.read)
    kept = dict(any_database.read(policies.stored))
    assert kept == {policy.name: policy.stored_default for policy in policies.POLICIES.values()}
    assert rules.damaged == ()
    for policy in policies.POLICIES.values():
        taken = f"INSERT INTO desktop_admin_setting (name, value) VALUES ('{policy.name}', '100')"
        with pytest.raises(IntegrityError):
            may(any_database, taken)
    table = "desktop_admin_setting"
    assert permitted(any_database, [f"UPDATE {table} SET value = '100'", f"DELETE FROM {table}"]) == []
    with pytest.raises(DatabaseBusy):
        any_database.write(partial(set_rule, name="idle-lock", value="100", actor=actor))


@as_a_supervisor
def test_a_supervisors_desk_sets_a_rule_and_the_script_leaves_it(
    any_database: Database, any_target: str, actor: Actor
) -> None:
    run_desks_script(any_target)
    any_database.write(partial(set_rule, name="idle-lock", value="30", actor=actor))
    run_desks_script(any_target)
    assert any_database.read(policies.read).numbers[policies.IDLE_LOCK] == 30
