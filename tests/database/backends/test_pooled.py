"""PgBouncer between the program and PostgreSQL: by session it works as without, by transaction or statement never."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from datetime import UTC
from threading import Thread

import psycopg
import pytest

from desktop_admin.controllers.operations.slots import RESET
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.backends.postgresql import PostgresqlServer
from desktop_admin.database.engine import Database
from desktop_admin.errors import Cancelled, DatabaseUnusable
from tests import clusters
from tests.cli import runs
from tests.clusters import until
from tests.controllers import doing
from tests.private_servers import PrivateServer


@pytest.fixture(scope="module")
def server() -> Iterator[PrivateServer]:
    """The server behind the pooler."""
    with clusters.plain() as one:
        yield one


def test_a_pooler_by_session_works_as_the_server_itself(server: PrivateServer, actor: Actor) -> None:
    with clusters.pooler(server, "session") as pooler, closing(Database.open(pooler.open_target)) as opened:
        assert opened.description.view_only is None
        done = doing.slot(opened, actor, RESET, "T-STUCK", "T-FINE")
        assert done.applied == 2
        assert doing.undo(opened, actor, done).applied == 2
        assert doing.sessions_of(opened, "T-STUCK")
        # What only reads cannot write, whoever had the server's connection before.
        with pytest.raises(DatabaseUnusable, match="read-only"):
            opened.read(lambda session: session.connection().exec_driver_sql("DELETE FROM django_session"))
        with opened.backend.reader.connect() as connection:
            assert connection.exec_driver_sql("SHOW TimeZone").scalar_one() == UTC.tzname(None)
        running = Thread(target=_sleep, args=[opened])
        running.start()
        until(lambda: opened._running is not None)
        opened.cancel()
        running.join(20)
        assert not running.is_alive()


def _sleep(opened: Database) -> None:
    with suppress(Cancelled):
        opened.read(lambda session: session.connection().exec_driver_sql("SELECT pg_sleep(60)"))


@pytest.mark.parametrize("mode", ["transaction", "statement"])
def test_a_pooler_that_passes_connections_on_is_refused_in_words(server: PrivateServer, mode: str) -> None:
    with clusters.pooler(server, mode) as pooler:
        with pytest.raises(DatabaseUnusable) as refused:
            Database.open(pooler.open_target)
        assert (refused.value.code, refused.value.exit_code) == ("pooled_by_transaction", 69)
        told = runs.complaint(runs.run(pooler.open_target, "sessions"), code=69)
        assert "pool_mode = session" in told


@pytest.mark.parametrize("several", [2, 3, 4])
def test_a_pooler_by_transaction_is_found_whichever_of_its_connections_it_gives(
    server: PrivateServer, several: int
) -> None:
    """By turn, who asks again and again is given the same one, and whoever is asked beside it another."""
    with clusters.pooler(server, "transaction", server_round_robin=1) as pooler, ExitStack() as at_once:
        at = f"host=127.0.0.1 port={pooler.port} user=postgres dbname=portal"
        others = [at_once.enter_context(psycopg.connect(at, prepare_threshold=None)) for _ in range(several)]
        for other in others:
            other.execute("SELECT 1")
        for other in others:
            other.rollback()
        for _ in range(several):
            with pytest.raises(DatabaseUnusable, match="pool_mode = session"):
                Database.open(pooler.open_target)
            others[0].execute("SELECT 1")
            others[0].rollback()


def test_what_tells_a_pooler_is_never_prepared(server: PrivateServer) -> None:
    """Where transactions are pooled, what was prepared by one process is asked of another."""
    with closing(Database.open(server.open_target)) as opened, opened.backend.reader.connect() as connection:
        assert isinstance(opened.backend, PostgresqlServer)
        for _ in range(5):
            opened.backend._refuse_where_transactions_are_pooled(connection)
        prepared = connection.exec_driver_sql("SELECT statement FROM pg_prepared_statements").scalars().all()
        assert not [one for one in prepared if "pg_backend_pid" in one]
