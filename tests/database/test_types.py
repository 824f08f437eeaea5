"""What the column types store is what the portal stores, on each engine; what they read back is what was given."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Boolean, Column, Engine, Integer, MetaData, Table, create_engine, event, insert, select, text
from sqlalchemy.exc import StatementError

from desktop_admin.database.tables.types import BigKey, Duration, LongText, PortalDecimal, PortalJson, UtcDateTime
from tests import servers

IST = timezone(timedelta(hours=5, minutes=30))
WHOLE = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
EXACT = datetime(2026, 3, 4, 5, 6, 7, 89, tzinfo=UTC)


@pytest.fixture(scope="module", params=["sqlite", "postgresql", "mariadb"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    file = f"sqlite:///{tmp_path_factory.mktemp('types')}/types.sqlite3"
    made = create_engine(file if request.param == "sqlite" else servers.server_url(request.param), hide_parameters=True)
    if request.param == "postgresql":
        # The desk's computer stands in India: a value without a zone would be taken in that zone.
        event.listen(made, "connect", lambda connection, _record: _run(connection, "SET TIME ZONE 'Asia/Kolkata'"))
    if request.param == "mariadb":
        event.listen(made, "connect", lambda connection, _record: _run(connection, "SET time_zone = '+05:30'"))
    yield made
    made.dispose()


def _run(connection: Any, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.commit()


@pytest.fixture(scope="module")
def table(engine: Engine) -> Iterator[Table]:
    """A scratch table with one column of each type; dropped afterwards."""
    scratch = Table(
        f"desktop_admin_types_{uuid.uuid4().hex[:12]}",
        MetaData(),
        Column("id", BigKey, primary_key=True),
        Column("moment", UtcDateTime()),
        Column("span", Duration()),
        Column("value", PortalJson),
        Column("marks", PortalDecimal(5, 2)),
        Column("flag", Boolean()),
        Column("body", LongText),
        Column("number", Integer()),
    )
    scratch.create(engine)
    yield scratch
    scratch.drop(engine)


def round_trip(engine: Engine, table: Table, **values: Any) -> dict[str, Any]:
    with engine.begin() as connection:
        key = connection.execute(insert(table).values(values)).inserted_primary_key
        assert key is not None
        row = connection.execute(select(table).where(table.c.id == key[0])).mappings().one()
        return {**row, "id": key[0]}


def stored(engine: Engine, table: Table, column: str, row_id: int) -> Any:
    """The value as another program of the same engine sees it."""
    cast = {"sqlite": "{}", "postgresql": "{}::text", "mysql": "CAST({} AS CHAR)"}[engine.dialect.name].format(column)
    if engine.dialect.name == "postgresql" and column == "moment":
        cast = "(moment AT TIME ZONE 'UTC')::text"
    with engine.connect() as connection:
        return connection.execute(text(f"SELECT {cast} FROM {table.name} WHERE id = :id"), {"id": row_id}).scalar()


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (WHOLE, "2026-03-04 05:06:07"),
        (EXACT, "2026-03-04 05:06:07.000089"),
        (datetime(2026, 3, 4, 3, 0, tzinfo=IST), "2026-03-03 21:30:00"),
    ],
)
def test_a_time_is_stored_in_utc_without_offset(engine: Engine, table: Table, moment: datetime, expected: str) -> None:
    row = round_trip(engine, table, moment=moment)
    assert row["moment"] == moment
    assert row["moment"].utcoffset() == timedelta()
    found = stored(engine, table, "moment", row["id"])
    assert found == (f"{expected}.000000" if engine.dialect.name == "mysql" and "." not in expected else expected)


def test_a_time_without_a_zone_is_refused(engine: Engine, table: Table) -> None:
    with pytest.raises(StatementError, match="without a zone"):
        round_trip(engine, table, moment=datetime(2026, 3, 4))


@pytest.mark.parametrize(
    ("span", "microseconds"),
    [
        (timedelta(minutes=90), 5_400_000_000),
        (timedelta(hours=3, microseconds=1), 10_800_000_001),
        (timedelta(days=2), 172_800_000_000),
        (timedelta(), 0),
        (timedelta(seconds=-1), -1_000_000),
    ],
)
def test_a_duration_is_microseconds_or_an_interval(
    engine: Engine, table: Table, span: timedelta, microseconds: int
) -> None:
    row = round_trip(engine, table, span=span)
    assert row["span"] == span
    found = stored(engine, table, "span", row["id"])
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            seconds = text(f"SELECT extract(epoch FROM span) * 1000000 FROM {table.name} WHERE id = {row['id']}")
            found = connection.execute(seconds).scalar()
    assert int(found) == microseconds


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("b", '"b"'),
        ({"a": [1, None, "é"]}, '{"a": [1, null, "\\u00e9"]}'),
        ([], "[]"),
        (0, "0"),
        (False, "false"),
        ("", '""'),
        ("देव", '"\\u0926\\u0947\\u0935"'),
        (None, None),
    ],
)  # fmt: skip
def test_json_is_stored_as_django_does_and_none_is_null(
    engine: Engine, table: Table, value: object, written: str | None
) -> None:
    row = round_trip(engine, table, value=value)
    assert row["value"] == value
    found = stored(engine, table, "value", row["id"])
    if engine.dialect.name == "postgresql" and found is not None:
        # jsonb keeps the value, not the text.
        written = written and written.encode().decode("unicode_escape")
    assert found == written


@pytest.mark.parametrize(
    ("given", "expected"),
    [("1", "1.00"), ("1.5", "1.50"), ("1.005", "1.00"), ("1.015", "1.02"), ("-999.99", "-999.99"), ("0.1", "0.10")],
)
def test_a_decimal_is_rounded_before_it_is_stored(engine: Engine, table: Table, given: str, expected: str) -> None:
    row = round_trip(engine, table, marks=Decimal(given))
    assert str(row["marks"]) == expected
    found = stored(engine, table, "marks", row["id"])
    assert Decimal(str(found)) == Decimal(expected)
    if engine.dialect.name == "sqlite":
        assert not isinstance(found, str), "Django leaves it a number in SQLite"


def test_booleans_are_0_and_1_or_true(engine: Engine, table: Table) -> None:
    expected = {"sqlite": [1, 0], "mysql": ["1", "0"], "postgresql": ["true", "false"]}[engine.dialect.name]
    rows = [round_trip(engine, table, flag=flag) for flag in (True, False)]
    assert [row["flag"] for row in rows] == [True, False]
    assert [stored(engine, table, "flag", row["id"]) for row in rows] == expected


def test_null_stays_null_in_every_column(engine: Engine, table: Table) -> None:
    row = round_trip(engine, table, number=7)
    names = ("moment", "span", "value", "marks", "flag", "body")
    assert {row[name] for name in names} == {None}
    assert {stored(engine, table, name, row["id"]) for name in names} == {None}


def test_long_text_has_no_end_at_64_kib(engine: Engine, table: Table) -> None:
    long = "हिन्दी" * 20_000
    assert round_trip(engine, table, body=long)["body"] == long


def test_the_columns_are_declared_as_django_declares_them(engine: Engine, table: Table) -> None:
    if engine.dialect.name == "sqlite":
        sql = f"SELECT name, type FROM pragma_table_info('{table.name}')"
        expected = {"id": "INTEGER", "moment": "datetime", "span": "BIGINT", "value": "TEXT", "marks": "decimal"}
    elif engine.dialect.name == "postgresql":
        sql = f"SELECT column_name, udt_name FROM information_schema.columns WHERE table_name = '{table.name}'"
        expected = {"id": "int8", "moment": "timestamptz", "span": "interval", "value": "jsonb", "marks": "numeric"}
    else:
        sql = f"SELECT column_name, column_type FROM information_schema.columns WHERE table_name = '{table.name}'"
        expected = {
            "id": "bigint(20)",
            "moment": "datetime(6)",
            "span": "bigint(20)",
            "value": "longtext",
            "marks": "decimal(5,2)",
        }
    with engine.connect() as connection:
        found = {row[0]: row[1] for row in connection.execute(text(sql))}
    assert {name: found[name] for name in expected} == expected


LATER = datetime(1900, 1, 1), datetime(8999, 12, 31)
ZONES = st.sampled_from([UTC, IST, timezone(timedelta(hours=-9, minutes=-30))])


@settings(max_examples=60)
@given(
    st.datetimes(*LATER, timezones=ZONES),
    st.timedeltas(timedelta(days=-9_000), timedelta(days=9_000)),
    st.decimals(Decimal("-999.99"), Decimal("999.99"), places=2),
)
def test_times_durations_and_decimals_come_back_as_given(
    engine: Engine, table: Table, moment: datetime, span: timedelta, marks: Decimal
) -> None:
    row = round_trip(engine, table, moment=moment, span=span, marks=marks)
    assert (row["moment"], row["span"], row["marks"]) == (moment, span, marks)


@settings(max_examples=60)
@given(st.lists(st.datetimes(*LATER, timezones=ZONES), min_size=2, max_size=5))
def test_the_database_orders_times_as_they_follow_each_other(
    engine: Engine, table: Table, moments: list[datetime]
) -> None:
    """In SQLite they are text, with and without a fraction."""
    mark = uuid.uuid4().int % 2**31
    with engine.begin() as connection:
        connection.execute(insert(table), [{"moment": moment, "number": mark} for moment in moments])
        ordered = connection.execute(select(table.c.moment).where(table.c.number == mark).order_by(table.c.moment))
        assert list(ordered.scalars()) == sorted(moments)
