"""The versions of PostgreSQL whose programs are here, one after another: what a desk does in a day, and its log."""

from __future__ import annotations

import os
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.log import chain
from desktop_admin.controllers.operations.deeds import GUARD_INSTALL, guarding
from desktop_admin.controllers.operations.slots import ASSIGN, REASSIGN, RESET
from desktop_admin.controllers.upkeep import guard
from desktop_admin.controllers.values.guard_state import GuardState
from desktop_admin.controllers.values.lines import Actor, new_op_id
from desktop_admin.database.engine import Database
from tests import clusters, raw
from tests.controllers import doing

VARIABLE = "DESKTOP_ADMIN_TEST_PROGRAMS"
"""Folders with ``initdb`` and ``postgres`` besides Debian's, with colons between them."""
_INSTALLED = sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")))
FOLDERS = [folder for folder in [*_INSTALLED, *os.environ.get(VARIABLE, "").split(os.pathsep)] if folder]


@pytest.mark.long
@pytest.mark.parametrize("folder", FOLDERS or [pytest.param("", marks=pytest.mark.skip(f"{VARIABLE} names no other"))])
def test_a_day_at_the_desk_on_this_version(folder: str, actor: Actor) -> None:
    with clusters.plain(installed_in=folder) as server, closing(Database.open(server.open_target)) as opened:
        before = raw.content(opened)
        assert opened.write(partial(guarding.change, kind=GUARD_INSTALL, actor=actor, op_id=new_op_id()))
        assert opened.read(guard.check).state is GuardState.INSTALLED
        stuck = opened.read(health.survey).stuck
        for kind in (RESET, REASSIGN):
            done = doing.slot(opened, actor, kind, "T-STUCK", "T-FINE")
            assert done.applied == 2
            assert doing.undo(opened, actor, done).applied == 2
        assert opened.read(health.survey).stuck == stuck
        assert raw.differences(before, raw.content(opened)) == {}
        assert doing.slot(opened, actor, ASSIGN, "T-NONE").applied == 1
        assert opened.read(chain.verify).intact
