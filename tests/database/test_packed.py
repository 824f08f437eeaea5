"""Rows that are written in one statement are refused where a column would refuse them one by one."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DataError

from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.database.statements import packed
from desktop_admin.database.tables.portal import CandidateProfile
from tests import raw

TABLE = CandidateProfile.__table__


def write(session: Session, army_no: str, name: str) -> None:
    (key,) = session.execute(select(CandidateProfile.id).where(CandidateProfile.army_no == army_no)).one()
    assert packed.update(session, TABLE, ["id", "name"], [[key, name]]) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["", "देवेंद्र 'सिंह\" \\ 🙂", "x" * 150])
def test_a_text_is_written_as_it_is(any_database: Database, name: str) -> None:
    any_database.write(partial(write, army_no="T-FINE", name=name))
    assert raw.query(any_database, "SELECT name FROM registration_candidateprofile WHERE army_no = 'T-FINE'") == [
        (name,)
    ]


@pytest.mark.parametrize("engine_name", ["postgresql", "mariadb"], indirect=True, scope="session")
def test_a_text_that_is_too_long_is_refused_and_never_cut(any_database: Database) -> None:
    with pytest.raises(DataError):
        any_database.write(partial(write, army_no="T-FINE", name="x" * 151))
