"""Signing in with the portal's staff accounts: every form of hash, every refusal, the roles, and the brake."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from django.contrib.auth import hashers

from desktop_admin import passwords
from desktop_admin.controllers.log import chain, history
from desktop_admin.controllers.operations.deeds import roles
from desktop_admin.controllers.operations.slots import ASSIGN, RESET
from desktop_admin.controllers.people import staff as operators
from desktop_admin.controllers.values.lines import Actor, new_op_id
from desktop_admin.database.engine import Database
from desktop_admin.errors import AdminError, NotPermitted, UsageProblem
from desktop_admin.messages import Message
from desktop_admin.rules import Role, sign_in_wait
from desktop_admin.settings import data_folder
from tests import locks, portal, raw
from tests.controllers import doing
from tests.controllers.actors import account

PASSWORD = "gültig, पासवर्ड"
FAST = {  # Real hashes of every form, made with as little work as the form allows.
    "pbkdf2_sha256": lambda: hashers.PBKDF2PasswordHasher().encode(PASSWORD, "salt", iterations=10),
    "pbkdf2_sha1": lambda: hashers.PBKDF2SHA1PasswordHasher().encode(PASSWORD, "salt", iterations=10),
    "argon2": lambda: hashers.Argon2PasswordHasher().encode(PASSWORD, "saltsalt"),
    "bcrypt_sha256": lambda: hashers.BCryptSHA256PasswordHasher().encode(PASSWORD, b"$2b$04$abcdefghijklmnopqrstuu"),
    "bcrypt": lambda: hashers.BCryptPasswordHasher().encode(PASSWORD, b"$2b$04$abcdefghijklmnopqrstuu"),
    "scrypt": lambda: hashers.ScryptPasswordHasher().encode(PASSWORD, "salt", n=2, r=1, p=1),
    "md5": lambda: hashers.MD5PasswordHasher().encode(PASSWORD, "salt"),
}
MALFORMED = (
    "",
    "!",
    "!unusable",
    "plain",
    PASSWORD,
    "pbkdf2_sha256$many$salt$hash",
    "pbkdf2_sha256$99999999999999999999$salt$hash",
    "pbkdf2_sha256$10",
    "argon2$argon2id$v=19$bad",
    "bcrypt_sha256$$2b$04$short",
    "bcrypt$",
    "scrypt$salt$x$1$1$hash",
    "unknown$1$salt$hash",
    "\x00",
)


@pytest.fixture(scope="module", autouse=True)
def _library() -> None:
    passwords.is_right("x", stored="!")


def sign_in(database: Database, username: str, password: str = PASSWORD) -> Actor:
    return operators.sign_in(database, username=username, password=password, desk="desk-1")


def refusal(database: Database, username: str, password: str = PASSWORD) -> str:
    with pytest.raises(NotPermitted) as refused:
        sign_in(database, username, password)
    return refused.value.code


@pytest.mark.parametrize("form", FAST)
def test_every_form_of_hash_that_a_portal_may_hold_is_checked(form: str) -> None:
    stored = FAST[form]()
    assert stored.startswith(form)
    assert passwords.is_right(PASSWORD, stored=stored)
    assert not passwords.is_right(PASSWORD + " ", stored=stored)


@pytest.mark.parametrize("stored", MALFORMED)
def test_a_malformed_hash_lets_nobody_in(stored: str) -> None:
    assert not passwords.is_right(PASSWORD, stored=stored)


@pytest.mark.parametrize(
    ("columns", "role"),
    [
        ({"role": "OIC_ADMIN"}, Role.SUPERVISOR),
        ({"role": "PO_ADMIN", "is_superuser": True}, Role.SUPERVISOR),
        ({"role": "CENTER_ADMIN"}, Role.INVIGILATOR),
        ({"role": "PO_ADMIN"}, Role.STAFF),
    ],
)
def test_the_portals_role_is_the_role_at_the_desk(database: Database, columns: dict[str, object], role: Role) -> None:
    user_id = account(database, "someone", stored=FAST["md5"](), **columns)  # type: ignore[arg-type]
    signed_in = sign_in(database, "someone")
    assert signed_in == Actor(name="someone", role=role, user_id=user_id, verified=True, desk="desk-1")


@pytest.mark.parametrize("username", ["\x00", "admin\x00", "\udc80", "x" * 5000, "", "ADMIN", "admin "])
@pytest.mark.parametrize("engine_name", ["sqlite", "postgresql", "mariadb"], indirect=True, scope="session")
def test_a_name_that_is_nobodys_exactly_lets_nobody_in(any_database: Database, username: str) -> None:
    assert refusal(any_database, username, portal.SUPERVISOR) == "sign_in_refused"
    assert sign_in(any_database, portal.SUPERVISOR, portal.SUPERVISOR).verified


def test_a_password_that_is_no_text_is_wrong(database: Database) -> None:
    assert refusal(database, portal.SUPERVISOR, "\udc80") == "sign_in_refused"
    assert refusal(database, "nobody", "\udc80") == "sign_in_refused"


def test_who_may_not_sign_in_is_told_why(database: Database) -> None:
    stored = FAST["md5"]()
    account(database, "off", stored=stored, is_active=False)
    account(database, "candidate", stored=stored, role="CANDIDATE", is_staff=False)
    account(database, "roleless", stored=stored, role="OTHER")
    assert refusal(database, "off") == "account_inactive"
    assert refusal(database, "candidate") == "account_no_staff"
    assert refusal(database, "roleless") == "account_no_role"
    # Whoever does not know the password learns nothing about the account.
    for username in ("off", "candidate", "nobody"):
        assert refusal(database, username, "wrong") == "sign_in_refused"


def test_the_wait_grows_with_each_refusal() -> None:
    seconds = [sign_in_wait(failures).total_seconds() for failures in range(1, 10)]
    assert seconds == [0, 0, 1, 2, 4, 8, 8, 900, 900]


def test_a_try_that_comes_too_early_is_not_even_checked(database: Database) -> None:
    account(database, "someone", stored=FAST["md5"]())
    for _ in range(3):
        assert refusal(database, "someone", "wrong") == "sign_in_refused"
    assert refusal(database, "someone") == "sign_in_wait"
    raw.change(database, "UPDATE desktop_admin_sign_in_failure SET failures = 8")
    assert refusal(database, "someone") == "sign_in_wait"
    assert refusal(database, "another", "wrong") == "sign_in_refused"
    past = raw.query(database, "SELECT last_at FROM desktop_admin_sign_in_failure WHERE username = 'someone'")[0][0]
    raw.change(
        database,
        "UPDATE desktop_admin_sign_in_failure SET last_at = ? WHERE username = 'someone'",
        values=[raw.moment(past) - timedelta(minutes=15)],
    )
    assert sign_in(database, "someone").verified
    assert raw.query(database, "SELECT username FROM desktop_admin_sign_in_failure") == [("another",)]


@pytest.mark.parametrize("right", [True, False])
def test_tries_that_are_checked_side_by_side_wait_as_if_one_came_after_the_other(
    database: Database, monkeypatch: pytest.MonkeyPatch, right: bool
) -> None:
    account(database, "someone", stored=FAST["md5"]())
    really = passwords.is_right

    def slowly(password: str, *, stored: str | None) -> bool:
        monkeypatch.setattr(passwords, "is_right", really)
        for _ in range(3):
            assert refusal(database, "someone", "wrong") == "sign_in_refused"
        return really(password, stored=stored)

    monkeypatch.setattr(passwords, "is_right", slowly)
    assert refusal(database, "someone", PASSWORD if right else "wrong") == "sign_in_wait"
    assert raw.query(database, "SELECT failures FROM desktop_admin_sign_in_failure") == [(3,)]


def test_a_right_password_waits_for_nobodys_lock(any_database: Database) -> None:
    with locks.held(any_database):
        assert sign_in(any_database, portal.SUPERVISOR, portal.SUPERVISOR).verified


def test_a_right_password_leaves_a_file_as_it_is_to_the_byte(file_database: Database) -> None:
    before = raw.digest(file_database)
    assert sign_in(file_database, portal.SUPERVISOR, portal.SUPERVISOR).verified
    assert raw.digest(file_database) == before


def at(database: Database, desk: str, password: str = PASSWORD) -> str | None:
    """Why it is refused at a desk that calls itself so."""
    try:
        operators.sign_in(database, username="someone", password=password, desk=desk)
    except NotPermitted as refused:
        return refused.code
    return None


def failure(database: Database, desk: str, *, failures: int = 9, last_at: datetime | None = None) -> None:
    """A row as somebody who may write the table would make it."""
    raw.change(
        database,
        "INSERT INTO desktop_admin_sign_in_failure (username, desk, failures, last_at) VALUES (?, ?, ?, ?)",
        values=["someone", desk, failures, raw.stored(database, last_at or datetime.now(UTC))],
    )


def test_refusals_at_other_desks_slow_a_name_down_and_never_keep_it_out(database: Database) -> None:
    account(database, "someone", stored=FAST["md5"]())
    for desk in ("one", "two", "three"):
        failure(database, desk, last_at=datetime.now(UTC) - timedelta(seconds=20))
    assert at(database, "here", "wrong") == "sign_in_refused"
    # The second one had not to wait before; now each has to.
    assert at(database, "here") == "sign_in_wait"
    long_enough = datetime.now(UTC) - timedelta(seconds=9)
    raw.change(
        database,
        "UPDATE desktop_admin_sign_in_failure SET last_at = ? WHERE failures = 1",
        values=[raw.stored(database, long_enough)],
    )
    assert at(database, "here") is None


@pytest.mark.parametrize("engine_name", ["postgresql", "mariadb"], indirect=True, scope="session")
def test_on_a_server_a_desk_is_its_account_whatever_it_calls_itself(any_database: Database) -> None:
    account(any_database, "someone", stored=FAST["md5"]())
    for desk in ("one", "two", "three"):
        assert at(any_database, desk, "wrong") == "sign_in_refused"
    assert at(any_database, "four") == "sign_in_wait"


def test_a_name_that_is_invented_for_each_try_is_slowed_by_all_of_them_on_a_file(file_database: Database) -> None:
    account(file_database, "someone", stored=FAST["md5"]())
    for number in range(24):
        assert at(file_database, f"name {number // 2}", "wrong") == "sign_in_refused"
    assert at(file_database, "new") == "sign_in_wait"
    assert raw.query(file_database, "SELECT operation FROM desktop_admin_operation") == [("sign-in-blocked",)]


def test_a_wrong_password_waits_for_nobodys_lock_on_a_server(any_database: Database) -> None:
    if raw.engine(any_database) == "sqlite":
        pytest.skip("a file has one lock for all")
    with locks.held(any_database):
        assert refusal(any_database, "someone", "wrong") == "sign_in_refused"
    assert raw.query(any_database, "SELECT failures FROM desktop_admin_sign_in_failure") == [(1,)]


def test_where_nothing_can_be_written_the_desks_own_file_counts(database: Database) -> None:
    account(database, "someone", stored=FAST["md5"]())
    database.description = replace(database.description, view_only=Message.of("own_tables_newer"))
    before = raw.content(database)
    for _ in range(3):
        assert refusal(database, "someone", "wrong") == "sign_in_refused"
    assert refusal(database, "someone") == "sign_in_wait"
    assert refusal(database, "another", "wrong") == "sign_in_refused"
    assert raw.content(database) == before
    own = data_folder() / "refused-sign-ins"
    assert own.stat().st_mode & 0o777 == 0o600
    raw.change(own, "UPDATE desktop_admin_sign_in_failure SET last_at = '2020-01-01 00:00:00'")
    assert sign_in(database, "someone").verified
    own.write_bytes(b"damaged" * 1000)
    with pytest.raises(AdminError) as refused:
        sign_in(database, "someone")
    assert refused.value.code == "sign_in_not_counted"


def test_wrong_passwords_are_counted_before_there_are_tables_of_ours(portal_file: Path) -> None:
    raw.change(portal_file, "DROP TABLE desktop_admin_version")
    with closing(Database.open(portal_file)) as opened:
        assert not opened.has_own_tables
        for _ in range(3):
            assert refusal(opened, portal.SUPERVISOR, "wrong") == "sign_in_refused"
    # Nor does it help to begin again.
    with closing(Database.open(portal_file)) as opened:
        assert refusal(opened, portal.SUPERVISOR, portal.SUPERVISOR) == "sign_in_wait"


def test_a_malformed_hash_is_refused_as_a_wrong_password_is_and_at_its_desk_alone(database: Database) -> None:
    account(database, "broken", stored="pbkdf2_sha256$many$salt$hash")
    for _ in range(3):
        assert refusal(database, "broken") == "sign_in_refused"
    assert refusal(database, "broken") == "sign_in_wait"
    with pytest.raises(NotPermitted) as elsewhere:
        operators.sign_in(database, username="broken", password=PASSWORD, desk="desk-2")
    # On a server both names are those of one account.
    assert elsewhere.value.code == ("sign_in_refused" if raw.engine(database) == "sqlite" else "sign_in_wait")


def test_a_clock_that_was_set_back_keeps_nobody_out(database: Database) -> None:
    account(database, "someone", stored=FAST["md5"]())
    refusal(database, "someone", "wrong")
    tomorrow = [raw.LONG_AGO.replace(year=2090)]
    raw.change(database, "UPDATE desktop_admin_sign_in_failure SET failures = 9, last_at = ?", values=tomorrow)
    assert sign_in(database, "someone").verified


def test_a_supervisor_gives_another_role_and_the_log_knows(database: Database, actor: Actor) -> None:
    account(database, "someone", stored=FAST["md5"](), role="PO_ADMIN")
    given = partial(roles.set_role, username="someone", role=Role.INVIGILATOR, actor=actor, op_id=new_op_id())
    database.write(given)
    # A commit that was not answered is tried again.
    database.write(given)
    assert sign_in(database, "someone").role is Role.INVIGILATOR
    (record,) = database.read(history.operations)
    assert record.operation == "set-role"
    assert record.told is not None
    assert record.told.english() == "someone: as in the portal → invigilator."
    database.write(partial(roles.set_role, username="someone", role=None, actor=actor))
    assert sign_in(database, "someone").role is Role.STAFF
    with pytest.raises(UsageProblem):
        database.write(partial(roles.set_role, username="nobody", role=Role.STAFF, actor=actor))
    for role in (Role.STAFF, Role.INVIGILATOR):
        with pytest.raises(NotPermitted):
            database.write(
                partial(roles.set_role, username="someone", role=Role.SUPERVISOR, actor=Actor(name="x", role=role))
            )


def test_a_word_that_is_no_role_gives_none_and_keeps_nobody_else_out(database: Database, actor: Actor) -> None:
    user_id = account(database, "someone", stored=FAST["md5"]())
    raw.change(database, "INSERT INTO desktop_admin_role (user_id, role) VALUES (?, 'boss')", values=[user_id])
    assert refusal(database, "someone") == "account_no_role"
    assert sign_in(database, portal.SUPERVISOR, portal.SUPERVISOR).verified
    database.write(partial(roles.set_role, username="someone", role=Role.STAFF, actor=actor))
    assert sign_in(database, "someone").role is Role.STAFF
    (record,) = database.read(history.operations)
    assert record.told is not None
    assert record.told.english() == "someone: boss → staff."


def test_an_account_that_was_switched_off_meanwhile_writes_nothing(database: Database) -> None:
    account(database, "someone", stored=FAST["md5"]())
    person = sign_in(database, "someone")
    assert doing.slot(database, person, RESET, "T-FINE").applied == 1
    raw.change(database, "UPDATE accounts_user SET is_active = ? WHERE username = 'someone'", values=[False])
    with pytest.raises(AdminError) as gone:
        doing.slot(database, person, RESET, "T-STUCK")
    assert gone.value.code == "account_changed"


def test_who_signed_in_stands_in_the_log_and_in_the_portals_columns(database: Database) -> None:
    user_id = account(database, "someone", stored=FAST["md5"](), first_name="Asha", last_name="Rao")
    person = sign_in(database, "someone")
    doing.slot(database, person, ASSIGN, "T-NONE")
    assert raw.query(
        database, "SELECT slot_assigned_by_id FROM registration_candidateprofile WHERE army_no = 'T-NONE'"
    ) == [(user_id,)]
    (row,) = raw.query(database, "SELECT person, person_id, verified FROM desktop_admin_operation")
    assert (row[0], row[1], bool(row[2])) == ("Asha Rao", user_id, True)


def test_so_many_wrong_passwords_that_the_desk_waits_stand_in_the_log(database: Database) -> None:
    account(database, "someone", stored=FAST["md5"]())
    for _ in range(8):
        raw.change(database, "UPDATE desktop_admin_sign_in_failure SET last_at = ?", values=[raw.LONG_AGO])
        assert raw.query(database, "SELECT operation FROM desktop_admin_operation") == []
        assert refusal(database, "someone", "wrong") == "sign_in_refused"
    (row,) = raw.query(database, "SELECT operation, person, verified, desk, body FROM desktop_admin_operation")
    assert (row[0], row[1], bool(row[2]), row[3]) == ("sign-in-blocked", "someone", False, "desk-1")
    assert '["told_blocked",{"desks":1,"n":8}]' in row[4]
    assert database.read(chain.verify).intact


def test_the_last_supervisor_stays_one(database: Database, actor: Actor) -> None:
    demote = partial(roles.set_role, username=portal.SUPERVISOR, role=Role.STAFF, actor=actor)
    with pytest.raises(AdminError) as refused:
        database.write(demote)
    assert refused.value.code == "last_supervisor"
    account(database, "someone", stored=FAST["md5"]())
    database.write(demote)
    assert sign_in(database, portal.SUPERVISOR, portal.SUPERVISOR).role is Role.STAFF


def test_a_first_supervisor_is_made_only_in_a_database_of_this_program(portal_file: Path) -> None:
    raw.change(portal_file, "UPDATE accounts_user SET is_active = 0")
    wanted = {"local": True, "portal": False, "scratch": False}
    for kind, is_wanted in wanted.items():
        raw.change(portal_file, "DELETE FROM desktop_admin_database")
        if kind != "portal":
            raw.change(
                portal_file,
                "INSERT INTO desktop_admin_database (id, kind, created_at) VALUES (1, ?, ?)",
                values=[kind, raw.LONG_AGO],
            )
        with closing(Database.open(portal_file)) as opened:
            assert opened.read(operators.first_supervisor_wanted) is is_wanted
            make = partial(operators.create_first_supervisor, username=f"first{kind}", password="p")
            if is_wanted:
                opened.write(make)
                (told,) = opened.read(history.operations)
                assert (told.operation, told.person, told.verified) == ("first-supervisor", "firstlocal", False)
                assert told.told is not None
                assert told.told.english().endswith("Accounts switched off: admin.")
                raw.change(portal_file, "DELETE FROM accounts_user WHERE username = 'firstlocal'")
            else:
                with pytest.raises(NotPermitted):
                    opened.write(make)
