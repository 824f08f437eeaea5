"""Who there is, by number and part of a name: found as people mean it, and as the portal has it by now."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from desktop_admin.controllers.listings import directory
from desktop_admin.controllers.portal import candidates
from desktop_admin.database.engine import Database
from desktop_admin.practice import sample
from desktop_admin.rules import normal_army_no
from tests import raw

PEOPLE = st.lists(
    st.tuples(st.text("12aAB\t ٣Ａ\u200b-", max_size=5), st.text("abAß\n İk\u200dé", max_size=6)), max_size=12
)


def change(database: Database, army_no: str, column: str, to: str) -> None:
    raw.change(
        database, f"UPDATE registration_candidateprofile SET {column} = ? WHERE army_no = ?", values=(to, army_no)
    )


def found(database: Database, text: str, *, anew: bool = False) -> list[str]:
    """The numbers of those who are found, as they are stored, in the order of the list."""
    ids = database.read(lambda session: directory.directory(session, anew=anew).matching(text))
    stored = dict(raw.query(database, "SELECT user_id, army_no FROM registration_candidateprofile"))
    return [stored[user_id] for user_id in ids]


@given(people=PEOPLE, text=st.text("12aAbBß Éé", max_size=3))
def test_whoever_fits_is_found_in_the_order_of_the_numbers(people: list[tuple[str, str]], text: str) -> None:
    entries = sorted(
        (directory._number(number), user_id, directory._name(name)) for user_id, (number, name) in enumerate(people)
    )
    half = len(entries) // 2
    known = directory._merged(entries[::2], entries[1::2]) if half else directory._merged(entries, ())
    number, part = normal_army_no(text).encode(), directory._name(text)
    fits = [one for one in entries if not part or (number and one[0].startswith(number)) or part in one[2]]
    assert list(known.matching(text)) == [user_id for _, user_id, _ in fits]
    assert known.numbered(text) == [user_id for key, user_id, _ in entries if key == number]


def test_numbers_and_names_are_found_as_people_mean_them(database: Database) -> None:
    change(database, "T-SLOT", "army_no", "\tt-sl\u200bot")
    change(database, "T-NONE", "name", "Jürgen  STRAßE\nR")
    assert found(database, "T-SLOT") == ["\tt-sl\u200bot"]
    assert found(database, "strasse r") == found(database, "jürgen s") == ["T-NONE"]
    assert found(database, "देवेंद्र") == ["T-LOST"]
    assert found(database, "t-s") == ["T-SECOND", "\tt-sl\u200bot", "T-STUCK"], "it stands where its number belongs"


def test_whoever_comes_is_found_at_once(database: Database) -> None:
    assert found(database, "Lal Kumar") == []
    now = datetime.now(UTC)
    database.write(
        lambda session: sample.add_candidate(session, army_no="T-NEW", name="Lal Kumar", trade_id=None, now=now)
    )
    assert found(database, "Lal Kumar") == ["T-NEW"]


def test_it_is_read_again_no_sooner_than_it_is_worth(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory, "RESTS", 1e9)
    assert found(database, "Kumar") == ["T-STUCK"]
    change(database, "T-NONE", "name", "Kumar")
    assert "T-NONE" not in found(database, "Kumar", anew=True)
    database.read(directory.forget)
    assert "T-NONE" in found(database, "Kumar")


def test_where_nobody_has_written_anything_it_is_not_read_again(
    portal_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory, "RESTS", -1)
    look = partial(directory.directory, anew=True)
    with closing(Database.open(portal_file)) as opened:
        first = opened.read(look)
        assert opened.read(look) is first
        change(opened, "T-NONE", "name", "Lal Kumar")
        assert opened.read(look) is not first
        assert found(opened, "Lal Kumar") == ["T-NONE"]


def test_a_name_and_a_number_that_changed_are_found_once_it_is_read_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory, "RESTS", -1)
    look = partial(directory.directory, anew=True)
    # MariaDB tells nothing of it by itself, and is asked from the second time on.
    first = [database.read(look) for _ in range(2)][-1]
    if raw.engine(database) == "mysql":
        change(database, "T-NONE", "rank", "Naik")
        assert database.read(look) is first
    for column, value in (("name", "Lal Kumar"), ("army_no", "T-OTHER")):
        change(database, "T-NONE", column, value)
        found_anew = database.read(look)
        assert found_anew is not first
        first = found_anew
    assert found(database, "Lal Kumar") == ["T-OTHER"]


def test_a_scan_finds_a_number_without_reading_all_of_them(database: Database) -> None:
    change(database, "T-SLOT", "army_no", "t-slot\t")
    change(database, "T-FINE", "army_no", "t-Stuck\t")
    scanned = database.read(lambda session: candidates.find(session, army_nos=["T-SLOT", "t-stuck", "T-none", "T-?"]))
    assert set(scanned.ambiguous) == {"T-STUCK", "t-Stuck\t"}
    assert len(scanned.user_ids) == 2
    assert scanned.unknown == ("T-?",)


def test_of_a_very_long_name_the_beginning_is_kept(database: Database) -> None:
    if database.backend.name.endswith(".sqlite3"):
        # The servers' columns take no such name.
        change(database, "T-NONE", "name", "x" * 10_000 + " end")
        assert found(database, "xxx") == ["T-NONE"]
        assert found(database, "end") == []


def test_a_scan_is_looked_up_by_the_portals_index(portal_file: Path) -> None:
    with closing(Database.open(portal_file)) as opened, closing(sqlite3.connect(portal_file)) as beside:
        asked: list[tuple[str, Any]] = []
        event.listen(opened.backend.reader, "before_cursor_execute", lambda *given: asked.append((given[2], given[3])))
        opened.read(lambda session: candidates.find(session, army_nos=["T-SLOT"]))
        ((statement, values),) = asked
        plan = [row[-1] for row in beside.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
    of_profiles = [step for step in plan if "registration_candidateprofile" in step]
    assert len(of_profiles) == 3
    assert all(step.startswith("SEARCH") or "COVERING INDEX" in step for step in of_profiles), plan


def test_whoever_wants_to_see_everything_finds_another_name_at_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory, "RESTS", 1e9)
    assert found(database, "Lal Kumar") == []
    change(database, "T-NONE", "name", "Lal Kumar")
    assert found(database, "Lal Kumar") == []
    database.forget()
    assert found(database, "Lal Kumar") == ["T-NONE"]
