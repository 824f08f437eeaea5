"""Whose a row of the portal's logins is."""

from __future__ import annotations

import base64
import json
import zlib
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from desktop_admin.controllers.portal import logins
from desktop_admin.controllers.portal.facts import Facts
from desktop_admin.database.engine import Database
from desktop_admin.practice import sample
from tests import raw

IDS = st.integers(1, 2**63 - 1)


def encoded(content: object, *, compressed: bool) -> str:
    text = json.dumps(content, separators=(",", ":")).encode()
    return wrapped(zlib.compress(text) if compressed else text, compressed=compressed)


def wrapped(payload: bytes, *, compressed: bool = False) -> str:
    text = base64.urlsafe_b64encode(payload).rstrip(b"=").decode()
    return f"{'.' if compressed else ''}{text}:1vAbCd:Z_4fq1-signature"


@given(IDS, st.booleans(), st.dictionaries(st.text(), st.text() | st.integers()))
def test_the_account_is_read_from_both_encodings(user_id: int, compressed: bool, rest: dict[str, object]) -> None:
    content = {**rest, "_auth_user_id": str(user_id)}
    assert logins.account_of(encoded(content, compressed=compressed)) == user_id


@given(st.text() | st.binary().map(wrapped) | st.binary().map(lambda raw: wrapped(raw, compressed=True)))
@example("")
@example(".")
@example(":")
@example(".:x:y")
@example("é:x")
@example(wrapped(zlib.compress(b"{}")[:-3], compressed=True))
@example(wrapped(b"\xff\xfe"))
def test_any_other_text_is_nobodys_login(text: str) -> None:
    assert logins.account_of(text) is None


def test_deeply_nested_json_is_nobodys_login() -> None:
    nested = wrapped(b"[" * 5_000)
    try:
        found = logins.account_of(nested)
    except RecursionError:
        pytest.fail("a nested value in one row stops everything", pytrace=False)
    assert found is None


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(JSON | st.fixed_dictionaries({"_auth_user_id": st.floats() | st.lists(st.none()) | st.none()}))
@example({"_auth_user_id": float("inf")})
@example({"_auth_user_id": float("nan")})
@example({"_auth_user_id": "abc"})
@example({"_auth_user_id": "9" * 5000})
def test_json_that_names_no_account_never_raises(content: object) -> None:
    found = logins.account_of(encoded(content, compressed=False))
    assert found is None or isinstance(content, dict)


def test_the_rows_that_the_tests_make_are_in_the_portals_format() -> None:
    assert logins.account_of(sample.login_data(42)) == 42


def test_a_login_counts_as_live_until_it_expires(database: Database) -> None:
    now = datetime.now(UTC)
    user_id = 4711
    second = timedelta(seconds=1)
    for key, until in {"past": now - second, "now": now, "later": now + second, "latest": now + 2 * second}.items():
        database.write(partial(sample.add_login, user_id=user_id, key=key, until=until))
    assert database.read(lambda session: Facts(session, now=now).live_logins(user_id)) == 2


@pytest.mark.parametrize("data", ["", "rubbish", "eyJhIjoxfQ:1:x", ".eJw:1:x"])
def test_a_row_that_cannot_be_read_disturbs_nobody(database: Database, data: str) -> None:
    before = database.read(logins.all_logins)
    raw_row = "INSERT INTO django_session VALUES ('odd', ?, '2099-01-01 00:00:00')"
    raw.change(database, raw_row, values=[data])
    assert database.read(logins.all_logins) == before


def test_a_login_is_unpacked_once_and_anew_only_when_its_row_says_something_else(
    any_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpacked: list[str] = []
    unpack = logins.account_of

    def note(data: str) -> int | None:
        unpacked.append(data)
        return unpack(data)

    monkeypatch.setattr(logins, "account_of", note)
    before = any_database.read(logins.all_logins).every
    assert len(unpacked) == len(before) >= 2
    unpacked.clear()
    first, other = before[0], sample.login_data(4711)
    raw.change(any_database, f"UPDATE django_session SET session_data = '{other}' WHERE session_key = '{first.key}'")
    after = any_database.write(logins.all_logins).every
    assert unpacked == [other]
    assert {one.key: one.user_id for one in after} == {one.key: one.user_id for one in before} | {first.key: 4711}
