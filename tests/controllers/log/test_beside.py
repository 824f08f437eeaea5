"""Whatever is added, removed or edited beside the log is found by its verification, and put back by nobody unseen."""

from __future__ import annotations

import hashlib
import json
from functools import partial

import pytest
from sqlalchemy import insert, select, text

from desktop_admin.controllers.archive import sums
from desktop_admin.controllers.archive.sums import SESSIONS
from desktop_admin.controllers.log import chain, history
from desktop_admin.controllers.operations.deeds import log as looking
from desktop_admin.controllers.operations.deeds import roles, rules
from desktop_admin.controllers.operations.slots import ASSIGN, RESET
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from desktop_admin.database.seal import SEALED, seal
from desktop_admin.database.session import Session
from desktop_admin.database.tables.own import ArchivedAnswer, ArchivedSession, OperationRow, RoleRow
from desktop_admin.rules import Paper, Role
from tests import accounts, archived, planning, raw
from tests.controllers import doing
from tests.controllers.log.test_chain import Stop, codes
from tests.controllers.operations.test_reopening import answered, reopen  # noqa: F401
from tests.controllers.operations.test_restore import restore

ACCOUNTS = accounts.AS_A_DESK
on_a_file = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session")
DEFAULTS = {"restore-age": "24"}
OWN = "desktop_admin_"
FIRST = "(SELECT op_id FROM desktop_admin_operation WHERE seq = 1)"


@pytest.fixture
def log(answered: Database, actor: Actor) -> Database:  # noqa: F811
    """Everything beside the log: sessions, answers, candidates, papers, acceptances, time, logins, rules."""
    (fine,) = doing.sessions_of(answered, "T-FINE")
    doing.clear(answered, actor, fine)
    restore(answered, actor, fine)
    doing.give_time(answered, actor, "T-FINE", "T-NONE", extra=5, planned=True)
    doing.slot(answered, actor, RESET, "T-STUCK", "T-SECOND")
    reopen(answered, actor, "T-DONE", paper=Paper.PRIMARY)
    doing.set_papers(answered, actor, "Musician", paper=Paper.SECONDARY, opens=True)
    doing.accept(answered, actor, "T-MOVED")
    doing.check_in(answered, actor, "T-SLOT", seat="7")
    answered.write(partial(roles.set_role, username="admin", role=Role.SUPERVISOR, actor=actor))
    answered.write(partial(rules.change, name="idle-lock", value="7", actor=actor))
    return answered


def found(database: Database, actor: Actor) -> set[str]:
    return codes(database.read(partial(looking.verify, actor=actor)))


def notes(database: Database, actor: Actor) -> list[tuple[object, ...]]:
    told = database.read(partial(looking.verify, actor=actor)).notes
    return [(one.code, *dict(one.values).values()) for one in told]


TAMPERINGS = {
    "the ids beside an archived session": (
        f"UPDATE {OWN}archived_session SET user_id = user_id + 1 WHERE session_id = 1",
        {"log_archive_damaged"},
    ),
    "its questions": (
        f"UPDATE {OWN}archived_session SET questions = replace(questions, '1', '2') WHERE session_id = 1",
        {"log_archive_damaged"},
    ),
    "an archived session removed": (f"DELETE FROM {OWN}archived_session WHERE session_id = 1", {"log_archive_changed"}),
    "an answer edited": (
        f"UPDATE {OWN}archived_answer SET body = replace(body, 'quoted', 'x')",
        {"log_answers_changed"},
    ),
    "an answer removed": (
        f"DELETE FROM {OWN}archived_answer WHERE answer_id = (SELECT min(answer_id) FROM {OWN}archived_answer)",
        {"log_answers_changed"},
    ),
    "an answer added": (
        f"INSERT INTO {OWN}archived_answer SELECT op_id, 999, user_id, body, sha256 FROM {OWN}archived_answer LIMIT 1",
        {"log_answers_changed"},
    ),
    "an answer under what archived none": (
        f"INSERT INTO {OWN}archived_answer SELECT {FIRST}, 999, user_id, body, sha256 FROM {OWN}archived_answer "
        "LIMIT 1",
        {"log_answers_changed"},
    ),
    "a candidate added": (f"INSERT INTO {OWN}operation_candidate SELECT {FIRST}, 3", {"log_rows_changed"}),
    "a candidate removed": (f"DELETE FROM {OWN}operation_candidate WHERE op_id = {FIRST}", {"log_rows_changed"}),
    "a paper set otherwise": (f"UPDATE {OWN}operation_paper SET minutes = 7", {"log_rows_changed"}),
    "a paper's row removed": (f"DELETE FROM {OWN}operation_paper", {"log_rows_changed"}),
    "a paper's row added": (
        f"INSERT INTO {OWN}operation_paper (op_id, trade_id, paper, applied) SELECT {FIRST}, 1, 'PRIMARY', 1 = 1",
        {"log_rows_changed"},
    ),
    "a restoration added": (
        f"INSERT INTO {OWN}restored_session SELECT op_id, session_id, {FIRST} FROM {OWN}archived_session "
        "WHERE session_id = 1",
        {"log_rows_changed"},
    ),
    "a restoration removed": (f"DELETE FROM {OWN}restored_session", {"log_rows_changed"}),
    "a restoration by nobody": (
        f"INSERT INTO {OWN}restored_session SELECT op_id, session_id, 'nobody' FROM {OWN}archived_session "
        "WHERE session_id = 1",
        {"log_rows_unknown"},
    ),
    "more minutes than were given": (f"UPDATE {OWN}given_time SET minutes = minutes + 1", {"log_rows_changed"}),
    "time given later": (f"UPDATE {OWN}given_time SET given_at = '2099-01-01'", {"log_rows_changed"}),
    "time given as planned": (f"UPDATE {OWN}given_time SET planned = NOT planned", {"log_rows_changed"}),
    "time that was given removed": (f"DELETE FROM {OWN}given_time", {"log_rows_changed"}),
    "time given by nobody": (
        f"INSERT INTO {OWN}given_time SELECT 'nobody', session_id, user_id, given_at, 99, planned FROM {OWN}given_time",
        {"log_rows_unknown"},
    ),
    "an accommodation added": (
        f"INSERT INTO {OWN}accommodation SELECT op_id, user_id + 1, kept_at, 99 FROM {OWN}accommodation",
        {"log_rows_changed"},
    ),
    "an accommodation of more": (f"UPDATE {OWN}accommodation SET extra = extra + 1", {"log_rows_changed"}),
    "an accommodation by nobody": (
        f"INSERT INTO {OWN}accommodation SELECT 'nobody', user_id, kept_at, 99 FROM {OWN}accommodation",
        {"log_rows_unknown"},
    ),
    "an acceptance added": (
        f"INSERT INTO {OWN}accepted_session VALUES ({FIRST}, 1, 1, 1, 'PRIMARY', 'E')",
        {"log_rows_changed"},
    ),
    "an acceptance by nobody": (
        f"INSERT INTO {OWN}accepted_session VALUES ('nobody', 1, 1, 1, 'PRIMARY', 'E')",
        {"log_rows_unknown"},
    ),
    "an acceptance for another letter": (f"UPDATE {OWN}accepted_session SET letter = 'Z'", {"log_rows_changed"}),
    "an acceptance removed": (f"DELETE FROM {OWN}accepted_session", {"log_rows_changed"}),
    "another seat": (f"UPDATE {OWN}check_in SET seat = '8'", {"log_rows_changed"}),
    "a check-in withdrawn": (f"UPDATE {OWN}check_in SET present = NOT present", {"log_rows_changed"}),
    "a check-in removed": (f"DELETE FROM {OWN}check_in", {"log_rows_changed"}),
    "a check-in by nobody": (
        f"INSERT INTO {OWN}check_in SELECT 'nobody', user_id, day, shift_id, seat, present FROM {OWN}check_in",
        {"log_rows_unknown"},
    ),
    "a login of another account": (
        f"UPDATE {OWN}ended_login SET user_id = user_id + 1 WHERE user_id = 1",
        {"log_rows_changed"},
    ),
    "a login added": (
        f"INSERT INTO {OWN}ended_login SELECT op_id, 'key', user_id, body, sha256, ended_at FROM {OWN}ended_login "
        "LIMIT 1",
        {"log_rows_changed"},
    ),
    "a login that is kept longer": (f"UPDATE {OWN}ended_login SET ended_at = '2099-01-01'", {"log_rows_changed"}),
    "a role given": (f"INSERT INTO {OWN}role VALUES (1, 'supervisor')", {"log_setting_changed"}),
    "a role changed": (f"UPDATE {OWN}role SET role = 'staff'", {"log_setting_changed"}),
    "a role taken": (f"DELETE FROM {OWN}role", {"log_setting_changed"}),
    "a rule changed": (f"UPDATE {OWN}setting SET value = '600' WHERE name = 'idle-lock'", {"log_setting_changed"}),
    "a rule added": (f"INSERT INTO {OWN}setting VALUES ('restore-age', '999')", {"log_setting_changed"}),
    "nothing": ("UPDATE accounts_user SET email = 'x' WHERE id = 1", set()),
    "the default of a rule": (f"INSERT INTO {OWN}setting VALUES ('restore-age', '24')", set()),
    "logins that are a day old": (f"DELETE FROM {OWN}ended_login", set()),
}


@on_a_file
def test_whatever_is_tampered_with_beside_the_log_is_found(log: Database, actor: Actor) -> None:
    assert found(log, actor) == set()
    missed = {}

    def tamper(session: Session, *, what: str, statement: str, expected: set[str]) -> None:
        session.execute(text(statement))
        if (told := codes(chain.verify(session, defaults=DEFAULTS))) != expected:
            missed[what] = told
        raise Stop

    for what, (statement, expected) in TAMPERINGS.items():
        with pytest.raises(Stop):
            log.write(partial(tamper, what=what, statement=statement, expected=expected))
    assert missed == {}


@pytest.mark.parametrize("engine_name", ["sqlite", *accounts.AS_A_SUPERVISOR], indirect=True, scope="session")
def test_a_row_without_a_seal_vouches_for_no_role_until_it_is_set_again(database: Database, actor: Actor) -> None:
    """Who may set a role by hand may add a row to the log that says so; only a desk with the key can vouch for it."""
    database.write(partial(roles.set_role, username="admin", role=Role.SUPERVISOR, actor=actor))
    newest = select(*(getattr(OperationRow, name) for name in SEALED), OperationRow.hash)
    row = dict(database.read(lambda session: session.execute(newest).mappings().one()))
    row |= {"seq": row["seq"] + 1, "op_id": "by-hand", "prev_hash": row.pop("hash"), "key_id": None}
    row["body"] = f'{{"images":[],"lines":[],"set":{{"{OWN}role.1":"supervisor"}}}}'
    with database.backend.writer.begin() as connection:
        connection.execute(insert(RoleRow).values(user_id=1, role=Role.SUPERVISOR))
        connection.execute(insert(OperationRow).values(**row, hash=seal(row, key=None)))
    assert found(database, actor) == {"log_setting_unsealed"}
    raw.change(database, "UPDATE accounts_user SET is_staff = TRUE WHERE id = 1")
    ((name,),) = raw.query(database, "SELECT username FROM accounts_user WHERE id = 1")
    for role in (Role.STAFF, Role.SUPERVISOR):
        database.write(partial(roles.set_role, username=name, role=role, actor=actor))
    assert found(database, actor) == set()


def test_of_what_a_row_without_a_seal_alone_speaks_for_it_is_told_that_nobody_vouches(
    database: Database, actor: Actor
) -> None:
    """Whoever adds a session to the archive may add a row to the log that speaks for it, with sums that fit."""
    (fine,) = doing.sessions_of(database, "T-FINE")
    doing.clear(database, actor, fine)
    assert (found(database, actor), notes(database, actor)) == (set(), [])
    newest = select(*(getattr(OperationRow, name) for name in SEALED), OperationRow.hash)
    row = dict(database.read(lambda session: session.execute(newest).mappings().one()))
    (whose,) = raw.query(database, f"SELECT user_id, paper_id, questions, body FROM {OWN}archived_session")
    forged = ("by-hand", fine, *whose)
    digest = hashlib.sha256(" ".join(map(str, forged)).encode()).hexdigest()
    said = json.dumps({"archive": {SESSIONS: sums.over([(fine, digest)])}}, separators=(",", ":"))
    row |= {"seq": row["seq"] + 1, "op_id": "by-hand", "prev_hash": row.pop("hash"), "key_id": None, "body": said}
    columns = (*ArchivedSession.HASHED, "sha256")
    with database.backend.writer.begin() as connection:
        connection.execute(insert(ArchivedSession).values(dict(zip(columns, (*forged, digest), strict=True))))
        connection.execute(insert(OperationRow).values(**row, hash=seal(row, key=None)))
    assert found(database, actor) == set()
    assert notes(database, actor) == [("log_not_vouched", 1, (row["seq"],))]


@on_a_file
def test_of_many_rows_without_a_seal_the_first_ten_are_named(database: Database, actor: Actor) -> None:
    for _ in range(6):
        for kind in (RESET, ASSIGN):
            doing.slot(database, actor, kind, "T-FINE")
    raw.change(database, f"UPDATE {OWN}operation SET key_id = NULL")
    assert notes(database, actor) == [("log_not_vouched", 12, (*range(1, 11), "…"))]


@on_a_file
def test_a_login_is_vouched_for_by_no_row_without_a_seal(database: Database, actor: Actor) -> None:
    doing.slot(database, actor, RESET, "T-FINE")
    for table in ("operation_candidate", "archived_session"):
        raw.change(database, f"DELETE FROM {OWN}{table}")
    raw.change(database, f"UPDATE {OWN}operation SET key_id = NULL")
    assert raw.query(database, f"SELECT count(*) FROM {OWN}ended_login") != [(0,)]
    assert notes(database, actor) == [("log_not_vouched", 1, (1,))]


@on_a_file
def test_hashes_that_were_made_to_fit_do_not_help(log: Database, actor: Actor) -> None:
    raw.change(log, f"UPDATE {OWN}archived_session SET user_id = 3 WHERE session_id = 1")
    raw.change(log, f"UPDATE {OWN}archived_answer SET body = replace(body, 'quoted', 'x')")
    archived.fit_hashes(log)
    archived.fit_hashes(log, ArchivedAnswer)
    assert found(log, actor) == {"log_archive_changed", "log_answers_changed"}


def test_a_session_that_somebody_put_into_the_archive_is_restored_by_nobody(database: Database, actor: Actor) -> None:
    """Every desk's account may insert there."""
    (fine,) = doing.sessions_of(database, "T-FINE")
    done = doing.clear(database, actor, fine)
    ((user_id, paper_id, questions, body),) = raw.query(
        database, f"SELECT user_id, paper_id, questions, body FROM {OWN}archived_session"
    )
    forged = (done.op_id, fine + 1, user_id, paper_id, questions, body.replace(f'{fine}"', f'{fine + 1}"'))
    digest = hashlib.sha256(" ".join(map(str, forged)).encode()).hexdigest()
    columns = "op_id, session_id, user_id, paper_id, questions, body, sha256"
    raw.change(
        database,
        f"INSERT INTO {OWN}archived_session ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?)",
        values=[*forged, digest],
    )
    plan = database.read(partial(planning.plan_restore, session_ids=[fine, fine + 1], override=True))
    told = {line.session_id: line.reason and line.reason.code for line in plan.lines}
    assert told == {fine: None, fine + 1: "refused_archive_damaged"}
    assert found(database, actor) >= {"log_archive_changed"}


@on_a_file
def test_what_a_row_without_a_seal_cleared_is_put_back_by_who_insists_and_sees_it(
    database: Database, actor: Actor
) -> None:
    (fine,) = doing.sessions_of(database, "T-FINE")
    doing.clear(database, actor, fine)
    raw.change(database, f"UPDATE {OWN}operation SET key_id = NULL")
    assert doing.refusals(restore(database, actor, fine).lines) == {"T-FINE": "refused_not_sealed"}
    (line,) = restore(database, actor, fine, override=True).lines
    assert line.outcome == "applied"
    (note,) = line.notes
    assert note.code == "note_not_sealed"
    assert "duration 3:00:00" in note.english()


@on_a_file
def test_a_mark_does_not_switch_signing_in_off(database: Database, actor: Actor) -> None:
    path = raw.path(database)
    assert not database.description.needs_sign_in
    elsewhere = path.with_name("portal of somebody.sqlite3")
    elsewhere.write_bytes(path.read_bytes())
    raw.change(elsewhere, f"UPDATE {OWN}database SET kind = 'demo'")
    opened = Database.open(elsewhere)
    assert opened.description.needs_sign_in
    assert found(opened, actor) == {"log_kind_not_made_here"}
    opened.close()


def test_a_restoration_that_leads_back_to_itself_stops_no_undo(file_database: Database, actor: Actor) -> None:
    database = file_database
    first = doing.clear(database, actor, *doing.sessions_of(database, "T-FINE"))
    (session_id,) = first.session_ids
    back = doing.apply_now(database, actor, partial(planning.plan_restore, session_ids=[session_id]))
    again = doing.apply_now(database, actor, partial(planning.plan_undo, undoes=back.op_id or ""))
    forged = f"INSERT INTO {OWN}restored_session (op_id, session_id, by_op_id) VALUES (?, ?, ?)"
    raw.change(database, forged, values=[again.op_id, session_id, back.op_id])
    assert len(database.read(partial(planning.plan_undo, undoes=first.op_id or "")).lines) == 1


def test_a_login_that_no_operation_ended_is_not_given_back(file_database: Database, actor: Actor) -> None:
    database = file_database
    done = doing.clear(database, actor, *doing.sessions_of(database, "T-FINE"))
    ((user_id,),) = raw.query(database, "SELECT DISTINCT user_id FROM desktop_admin_ended_login")
    hashed = " ".join(map(str, (done.op_id, "forged", user_id, "{}")))
    values = [done.op_id, "forged", user_id, "{}", hashlib.sha256(hashed.encode()).hexdigest(), raw.LONG_AGO]
    columns = "op_id, session_key, user_id, body, sha256, ended_at"
    raw.change(database, f"INSERT INTO {OWN}ended_login ({columns}) VALUES (?, ?, ?, ?, ?, ?)", values=values)
    undone = doing.apply_now(database, actor, partial(planning.plan_undo, undoes=done.op_id or ""))
    assert (doing.applied(undone.lines), undone.returned_logins) == (["T-FINE"], 1)


def test_a_session_whose_start_cannot_be_read_is_shown_and_put_back(file_database: Database, actor: Actor) -> None:
    database = file_database
    (mine,) = doing.sessions_of(database, "T-FINE")
    raw.change(database, f"UPDATE questions_examsession SET started_at = '0000-00-00 00:00:00' WHERE id = {mine}")
    before = raw.content(database)
    done = doing.clear(database, actor, mine)
    (shown,) = database.read(history.page).records[0].sessions
    assert (shown.id, shown.started_at) == (mine, None)
    doing.apply_now(database, actor, partial(planning.plan_undo, undoes=done.op_id or ""))
    assert raw.differences(before, raw.content(database)) == {}
