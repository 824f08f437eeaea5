"""Databases for the command line: the small portal as the portal left it, and with candidates that try the rules."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.practice import sample
from desktop_admin.practice.sample_sessions import Pool, add_session
from desktop_admin.rules import Paper
from tests import raw
from tests.cli.runs import STRANGER, without_own_tables


@pytest.fixture
def bare_file(portal_file: Path) -> Path:
    """The small portal database without the program's own tables, as a portal has it."""
    return without_own_tables(portal_file)


@pytest.fixture
def real_file(portal_file: Path) -> Path:
    """The small portal as a centre's own database, in which people sign in."""
    raw.change(portal_file, "UPDATE desktop_admin_database SET kind = 'rehearsal'")
    return portal_file


@pytest.fixture
def stranger_file(portal_file: Path) -> Path:
    """The small portal database with a session, on an old set, of an account that has no candidate profile."""

    def add(session: Session) -> None:
        now = datetime.now(UTC)
        account = sample.add_user(session, username=STRANGER, now=now)
        trade = sample.trade_id(session, name="TTC")
        add_session(
            session,
            Pool.read(session),
            user_id=account,
            trade_id=trade,
            paper=Paper.PRIMARY,
            letter="C",
            started_at=now,
            pick=random.Random(1),
        )

    _write(portal_file, add)
    return portal_file


@pytest.fixture
def twins_file(portal_file: Path) -> Path:
    """The small portal database with a second candidate whose number differs from T-STUCK only in case."""

    def add(session: Session) -> None:
        trade = sample.trade_id(session, name="TTC")
        sample.add_candidate(session, army_no="t-Stuck", name="The other", trade_id=trade, now=datetime.now(UTC))

    _write(portal_file, add)
    return portal_file


@pytest.fixture
def unchanged(portal_file: Path) -> Iterator[Path]:
    """The small portal database; at the end of the test it must be the same to the byte, and alone in its folder."""
    before = (raw.digest(portal_file), raw.folder(portal_file))
    yield portal_file
    assert (raw.digest(portal_file), raw.folder(portal_file)) == before


def _write(file: Path, job: Callable[[Session], None]) -> None:
    database = Database.open(file)
    try:
        database.write(job)
    finally:
        database.close()
