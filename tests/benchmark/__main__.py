"""Prints what operations cost beside the same change as plain SQL: ``python -m tests.benchmark --help``."""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path
from typing import NamedTuple

from desktop_admin.controllers.portal.logins import all_logins
from desktop_admin.database.engine import Database
from tests import servers
from tests.benchmark import filled, reads, watch
from tests.benchmark.cases import CASES, ours, plain, prepare, settle
from tests.benchmark.reads import Read
from tests.benchmark.watch import Cost

_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "mariadb": "MariaDB"}
_HEADINGS = ("operation", "engine", "candidates", "ours s", "plain s", "ratio", "statements", "locks s", "CPU s")
_OF_LOOKS = ("look", "engine", "candidates", "first ms", "again ms", "after a change ms")


class Row(NamedTuple):
    """Medians of one operation, or of what takes it back, on one engine."""

    name: str
    engine: str
    number: int
    ours: Cost
    plain: Cost

    @property
    def ratio(self) -> float:
        """How many times as long as plain SQL ours takes."""
        return self.ours.seconds / self.plain.seconds

    @property
    def cells(self) -> tuple[str, ...]:
        """As they are printed."""
        times = (self.ours.seconds, self.plain.seconds, self.ratio)
        counted = len(self.ours.statements)
        return (
            self.name, _NAMES[self.engine], f"{self.number:,}", *(f"{one:.2f}" for one in times),
            str(counted), f"{self.ours.locked:.2f}", f"{self.ours.computed:.2f}",
        )  # fmt: skip


def main() -> None:
    """Measure what was asked for, and print it as it comes."""
    asked = _arguments()
    rows: list[Row] = []
    table = _Table(_OF_LOOKS if asked.looks else _HEADINGS)
    with tempfile.TemporaryDirectory() as folder, watch.as_the_program_runs():
        # Nothing of the person who runs it is read or written; no keyring is asked.
        os.environ |= {"DESKTOP_ADMIN_CONFIG": f"{folder}/desk.toml", "XDG_DATA_HOME": folder}
        os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
        for engine, number in product(asked.engines, asked.sizes):
            with filled.database(engine, number, writing=asked.writing if asked.looks else None) as database:
                if asked.looks:
                    for read in reads.measured(database, number, asked.rounds):
                        table.add(_cells(engine, number, read))
                else:
                    rows += _operations(database, engine, number, asked, table)
    if asked.markdown:
        asked.markdown.write_text("\n".join(table.lines) + "\n", encoding="utf-8")
    if asked.plot:
        _plot(asked.plot, rows)


def _operations(
    database: Database, engine: str, number: int, asked: argparse.Namespace, table: _Table
) -> Iterator[Row]:
    for name in asked.cases:
        for row in _measured(database, engine, number, name, asked.rounds, asked.profile):
            table.add(row.cells)
            yield row


class _Table:
    """A table in Markdown, printed as it comes."""

    def __init__(self, headings: Iterable[str]) -> None:
        self.lines: list[str] = []
        headings = tuple(headings)
        self.add(headings)
        self.add("---" for _ in headings)

    def add(self, cells: Iterable[str]) -> None:
        self.lines.append(f"| {' | '.join(cells)} |")
        print(self.lines[-1], flush=True)


def _cells(engine: str, number: int, read: Read) -> tuple[str, ...]:
    times = (f"{seconds * 1000:.0f}" for seconds in (read.first, read.again, read.changed))
    return read.name, _NAMES[engine], f"{number:,}", *times


def _plot(file: Path, rows: list[Row]) -> None:
    """The largest number alone: the ratios of the others are beside it in the table."""
    # It comes with an extra of its own, and is not needed to measure.
    from tests.benchmark import plot

    most = max(row.number for row in rows)
    ratios: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for row in rows:
        if row.number == most:
            ratios[_NAMES[row.engine]][row.name] = row.ratio
    plot.write(file, ratios, title=f"{most:,} candidates")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark", description=__doc__)
    parser.add_argument("--engines", nargs="+", choices=servers.ENGINES, default=servers.ENGINES)
    parser.add_argument("--sizes", nargs="+", type=int, default=[1_000, 10_000], metavar="CANDIDATES")
    parser.add_argument("--cases", nargs="+", choices=CASES, default=list(CASES))
    parser.add_argument(
        "--looks", action="store_true", help="measure what is read instead, at first, again and after a change"
    )
    parser.add_argument("--writing", type=int, metavar="CANDIDATES", help="with --looks: so many write, not all")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--profile", type=int, default=0, metavar="N", help="print the N longest statements")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="write the ratios there as SVG (extra: benchmark)")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the table there, too")
    asked = parser.parse_args()
    if asked.looks and asked.plot:
        parser.error("--plot draws what operations cost, not looks")
    return asked


def _measured(database: Database, engine: str, number: int, name: str, rounds: int, profile: int) -> Iterator[Row]:
    """Ours and plain SQL in turn, done and taken back, so that noise meets both."""
    case = CASES[name]
    database.write(lambda session: prepare(session, case))
    costs: defaultdict[str, list[Cost]] = defaultdict(list)
    for _ in range(rounds):
        done, cost = watch.write(database, ours(case), first=all_logins)
        assert done.applied >= 1
        assert not case.clears or done.cleared_sessions >= number
        costs["ours"].append(cost)
        filled.analyse(database)
        taken_back, cost = watch.write(database, ours(case, back=done), first=all_logins)
        assert taken_back.applied >= done.applied
        costs["ours back"].append(cost)
        database.write(lambda session: settle(session, case))
        filled.analyse(database)
        for kind, back in (("plain", False), ("plain back", True)):
            _, cost = watch.write(database, plain(case, back=back))
            costs[kind].append(cost)
            filled.analyse(database)
    way = "restore" if case.restores else "undo"
    for what, kind in ((name, ""), (f"{way} of {name}", " back")):
        row = Row(what, engine, number, _median(costs[f"ours{kind}"]), _median(costs[f"plain{kind}"]))
        yield row
        if profile:
            _print_profile(row.ours, profile)


def _median(costs: list[Cost]) -> Cost:
    """Of each figure by itself; the statements are those of the last."""
    figures = {
        name: statistics.median(getattr(one, name) for one in costs) for name in ("seconds", "locked", "computed")
    }
    return Cost(**figures, statements=costs[-1].statements)


def _print_profile(cost: Cost, most: int) -> None:
    in_database = sum(seconds for seconds, _ in cost.statements)
    print(f"    {in_database:.2f} s in statements, the longest:")
    for seconds, statement in sorted(cost.statements, reverse=True)[:most]:
        print(f"    {seconds:.3f} {statement[:150]}")


if __name__ == "__main__":
    main()
