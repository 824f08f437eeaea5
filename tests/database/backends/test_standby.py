"""A standby of PostgreSQL: it is looked at and never written to, and once it is promoted that is noticed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.operations.slots import RESET
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from desktop_admin.errors import DatabaseUnusable
from tests import clusters
from tests.cli import runs
from tests.clusters import Standby
from tests.controllers import doing
from tests.private_servers import PrivateServer
from tests.proxy import CuttingProxy

Pair = tuple[PrivateServer, Standby]


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    """A primary and its standby; the tests stand in the order in which one thing leads to the next."""
    with clusters.standby() as both:
        yield both


@pytest.fixture(autouse=True)
def _asked_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_admin.database.engine._STANDING_SECONDS", 0.0)


def test_a_standby_shows_what_its_primary_has_and_refuses_every_change_in_words(pair: Pair, actor: Actor) -> None:
    primary, standby = pair
    with closing(Database.open(primary.open_target)) as on_primary:
        doing.slot(on_primary, actor, RESET, "T-FINE")
        standby.catch_up()
        with closing(Database.open(standby.open_target)) as opened:
            assert opened.description.view_only is not None
            assert opened.description.view_only.code == "on_standby"
            assert opened.read(health.survey).stuck == on_primary.read(health.survey).stuck
            assert doing.sessions_of(opened, "T-FINE") == []
            with pytest.raises(DatabaseUnusable, match="a standby that only follows another server"):
                doing.slot(opened, actor, RESET, "T-STUCK")
        assert doing.sessions_of(on_primary, "T-STUCK")
    told = runs.complaint(runs.run(standby.open_target, "reset-slots", "--army-no", "T-STUCK", "--yes"), code=69)
    assert "Connect to the primary server" in told
    assert "Connect to the primary server" in runs.run(standby.open_target, "check").output


def test_an_address_that_moves_to_a_standby_is_told_at_the_first_change(pair: Pair, actor: Actor) -> None:
    primary, standby = pair
    address = CuttingProxy(primary.open_target)
    with closing(Database.open(address.target)) as opened:
        assert opened.description.view_only is None
        address.lead_to(standby.open_target)
        with pytest.raises(DatabaseUnusable, match="takes no changes now: the server is read-only"):
            doing.slot(opened, actor, RESET, "T-STUCK")
    address.close()


def test_a_desk_goes_on_with_the_standby_that_was_promoted(pair: Pair, actor: Actor) -> None:
    primary, standby = pair
    address = CuttingProxy(primary.open_target)
    with closing(Database.open(address.target)) as before, closing(Database.open(standby.open_target)) as behind:
        before.changed_by_others()
        primary.stop()
        address.lead_to(standby.open_target)
        standby.promote()
        assert behind.description.view_only is not None
        behind.changed_by_others()
        assert behind.description.view_only is None
        assert doing.slot(before, actor, RESET, "T-STUCK").applied == 1
        assert doing.sessions_of(behind, "T-STUCK") == []
    address.close()
