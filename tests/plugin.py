"""The pytest plugin of a whole run: on which engines, with which server, in what time, and what was skipped and why."""

from __future__ import annotations

import gc
import os
from collections import Counter
from collections.abc import Generator
from functools import cache
from zlib import crc32

import pytest
from hypothesis import HealthCheck, settings
from pymysql.connections import Connection
from sqlalchemy import Dialect, Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

from tests import embedded, servers

# How long an example takes says nothing on a machine that has other work to do.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)


SERVERS = [engine for engine in servers.ENGINES if engine != "sqlite"]
BY_TURN = {
    f"tests.controllers.{name}"
    for name in (
        "findings.test_cures",
        "findings.test_findings",
        "findings.test_health",
        "findings.test_people_findings",
        "findings.test_seen_at_once",
        "findings.test_stayed_open",
        "listings.test_panes",
        "operations.test_accepting",
        "operations.test_completed",
        "operations.test_keeping",
        "operations.test_not_back",
        "operations.test_papers",
        "operations.test_sets",
        "operations.test_slots",
        "operations.test_sparing",
        "operations.test_switched_since",
        "operations.test_time",
        "operations.test_two_persons",
        "people.test_staff",
        "portal.test_would_get",
        "portal.test_would_get_states",
    )
}
"""Modules about rules and looks that are the same on each engine: each of their tests runs on a file and on one of the
two servers, and on the other with ``-m long``. What the engines differ in, and what may be lost or break, runs on all.
"""
_COMPILED: dict[type[Dialect], LRUCache[object, object]] = {}


def _compile_once() -> None:
    """Let all databases that a run opens share the statements that were compiled for one like it.

    Each test opens a database of its own, and would spend a third of its time on compiling the same statements again.
    """

    def like(dialect: Dialect) -> tuple[object, ...]:
        told = ("server_version_info", "server_side_cursors", "_backslash_escapes", "_sql_mode")
        return (type(dialect), *(getattr(dialect, name, None) for name in told))

    shared = property(lambda engine: _COMPILED.setdefault(type(engine.dialect), LRUCache(3_000)), lambda *_: None)
    # A statement is found by the dialect, too, that it was compiled for.
    for name, value in (
        ("__hash__", lambda dialect: hash(type(dialect))),
        ("__eq__", lambda one, other: one is other or (isinstance(other, Dialect) and like(one) == like(other))),
    ):
        setattr(DefaultDialect, name, value)
    Engine._compiled_cache = shared  # type: ignore[assignment]


def _read_certificates_once() -> None:
    """Let all connections that demand no encryption share what PyMySQL reads of the system's certificates for each."""
    made = Connection._create_ssl_ctx
    shared = cache(lambda: made(None, {}))
    Connection._create_ssl_ctx = lambda one, asked: made(one, asked) if asked else shared()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run be of some engines only: pytest --engine sqlite."""
    help_text = "only the tests of this engine, and those of none (can be given again)"
    parser.addoption("--engine", action="append", choices=servers.ENGINES, help=help_text)


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than there are cores: tests wait for locks, servers and windows about as long as they work."""
    return (os.cpu_count() or 1) + 1


def pytest_configure(config: pytest.Config) -> None:
    """Begin a run; its workers share one server."""
    settings.load_profile("patient")
    _compile_once()
    _read_certificates_once()
    if not hasattr(config, "workerinput"):
        config.add_cleanup(embedded.begin())


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage among all that is imported and collected, now or later: it stays to the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Generator[None, object, object]:
    """Begin with what takes longest, and leave out the tests of engines that are not asked for, or have their turn."""
    wanted = config.getoption("--engine")
    if not wanted:
        for item in items:
            if _is_of_the_other_server(item):
                item.add_marker(pytest.mark.long)
    # Between the two it is seen which markers are asked for.
    done = yield
    items.sort(key=lambda item: item.get_closest_marker("early") is None)
    if wanted:
        others = set(servers.ENGINES) - set(wanted)
        left_out = [item for item in items if _engines(item) & others]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]
    return done


def _is_of_the_other_server(item: pytest.Item) -> bool:
    """Whether it is a test ``BY_TURN`` on the server that does not have its turn.

    Which has follows from the test's name and its other parameters, and so stays the same from run to run.
    """
    if not isinstance(item, pytest.Function) or item.module.__name__ not in BY_TURN or not hasattr(item, "callspec"):
        return False
    engine = item.callspec.params.get("engine_name")
    if engine not in SERVERS:
        return False
    name = item.nodeid.replace(str(engine), "")
    return SERVERS[crc32(name.encode()) % len(SERVERS)] != engine


def _engines(item: pytest.Item) -> set[str]:
    """The engines, perhaps with an account, that a test's parameters name."""
    values = item.callspec.params.values() if hasattr(item, "callspec") else ()
    return {value.partition(" as a ")[0] for value in values if isinstance(value, str)}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what was skipped, and why, in one line per reason."""
    tests, modules = Counter[str](), set[str]()
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2].removeprefix("Skipped: ")
        if report.when == "collect":
            # How many there are is not known: side by side, workers tell the same reason once.
            modules.add(f"whole modules: {reason}")
        else:
            tests[reason] += 1
    lines = [*sorted(modules), *(f"{count} test{'s' * (count > 1)}: {reason}" for reason, count in tests.most_common())]
    if lines:
        terminalreporter.section("skipped")
        terminalreporter.write_line("\n".join(lines))
