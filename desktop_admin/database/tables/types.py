"""Column types that store exactly what the portal (Django) stores, on SQLite, MariaDB and PostgreSQL.

Source: the portal's database notes, *Types and how Django stores them*. SQLAlchemy's own types store something else
in three places: times keep the wall clock of their zone, intervals become dates, and None becomes the JSON ``null``.

A database may hold what its column cannot mean: SQLite lets anybody store anything, servers know a time that never
comes. One such value must not hide the other rows, so it is read as None, or as text where the column is one;
``statements/unreadable.py`` finds these rows.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy
from sqlalchemy import JSON, Dialect, Interval, Numeric
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType

_MICROSECOND = timedelta(microseconds=1)
FIRST, LAST = datetime(1000, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
"""Outside of these, times cannot be shown in every zone, or have a duration added."""
_SQLITE = sqlite.dialect()
LONGEST = timedelta(days=36_500)


def _number(stored: Any) -> int | None:
    return stored if type(stored) is int else None


def _text(stored: Any) -> str | None:
    if stored is None or type(stored) is str:
        return stored
    return stored.decode(errors="replace") if isinstance(stored, bytes) else str(stored)


class _Suspect(TypeEngine[Any]):
    """A type whose values are what the driver gives, except where SQLite stored something else."""

    read: Any

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        return self.read if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


class BigInteger(_Suspect, sqlalchemy.BigInteger):
    """A whole number of 64 bits."""

    read = staticmethod(_number)


class Integer(_Suspect, sqlalchemy.Integer):
    """A whole number."""

    read = staticmethod(_number)


class String(_Suspect, sqlalchemy.String):
    """A text of limited length."""

    read = staticmethod(_text)


class Text(_Suspect, sqlalchemy.Text):
    """A text of any length."""

    read = staticmethod(_text)


NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
"""What stands for a moment that nobody can have written honestly."""

BigKey = BigInteger().with_variant(Integer(), "sqlite")
"""A primary key as Django's BigAutoField makes it; SQLite only numbers rows by itself in a column called INTEGER."""


LongText = Text().with_variant(mysql.LONGTEXT(), "mysql", "mariadb")
"""Text of any length; MariaDB's own TEXT ends at 64 KiB."""


class _SqliteColumn(UserDefinedType[Any]):
    """A SQLite column declared under the name that Django gives it; values pass as they are."""

    cache_ok = True

    def __init__(self, declared: str) -> None:
        self.declared = declared

    def get_col_spec(self, **_kw: Any) -> str:
        return self.declared


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: UTC-aware in code; UTC without offset in SQLite (as text) and MariaDB, ``timestamptz`` in PostgreSQL.

    Raises ValueError when a naive value is bound: its zone would have to be guessed.

    Args:
        otherwise: stands for what cannot be read, where a row must have a time.
    """

    impl = Text
    cache_ok = True

    def __init__(self, otherwise: datetime | None = None) -> None:
        super().__init__()
        self.otherwise = otherwise

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(_SqliteColumn("datetime"))
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.TIMESTAMP(timezone=True))
        return dialect.type_descriptor(mysql.DATETIME(fsp=6))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value!r}")
        utc = value.astimezone(UTC)
        if dialect.name == "postgresql":
            return utc
        naive = utc.replace(tzinfo=None)
        # Django leaves the fraction out when it is zero, and so does isoformat.
        return naive.isoformat(" ") if dialect.name == "sqlite" else naive

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        try:
            moment = _read(value) if dialect.name == "sqlite" else value
            if moment.tzinfo is not UTC:
                moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
            return moment if FIRST < moment < LAST else self.otherwise
        except (AttributeError, TypeError, ValueError, OverflowError):
            return self.otherwise


def _read(stored: str) -> datetime:
    """A time as text. Read with the offset that it was stored without: to replace the zone takes five times as long."""
    try:
        return datetime.fromisoformat(stored + "+00:00")
    except ValueError:
        # Somebody stored it with an offset.
        return datetime.fromisoformat(stored)


class Duration(TypeDecorator[timedelta]):
    """A ``timedelta``: a bigint of microseconds in SQLite and MariaDB, ``interval`` in PostgreSQL."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(Interval(native=True))
        return dialect.type_descriptor(BigInteger())

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value
        return value // _MICROSECOND

    def process_result_value(self, value: Any, dialect: Dialect) -> timedelta | None:
        try:
            found = value if value is None or dialect.name == "postgresql" else timedelta(microseconds=value)
            return found if found is None or -LONGEST < found < LONGEST else None
        except (TypeError, OverflowError):
            return None


class _Iso(TypeDecorator[Any]):
    """A day or a time of day; in SQLite its text as ISO 8601 has it."""

    cache_ok = True
    declared: str
    kind: Any

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(_SqliteColumn(self.declared) if dialect.name == "sqlite" else self.impl_instance)

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return value.isoformat() if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        if dialect.name == "sqlite":
            try:
                return None if value is None else self.kind.fromisoformat(value)
            except (TypeError, ValueError):
                return None
        return value


class Day(_Iso):
    """A date."""

    impl = sqlalchemy.Date
    cache_ok = True
    declared = "DATE"
    kind = date


class Clock(_Iso):
    """A time of day."""

    impl = sqlalchemy.Time
    cache_ok = True
    declared = "TIME"
    kind = time


_READERS = {"moment": UtcDateTime(), "day": Day(), "clock": Clock()}


def is_readable(kind: str, stored: bytes | None) -> bool:
    """Whether the text that SQLite stores as a ``moment``, ``day`` or ``clock`` is one, or there is none."""
    if stored is None:
        return True
    return _READERS[kind].process_result_value(stored.decode(errors="replace"), _SQLITE) is not None


class _JsonAsText(sqlite.JSON):
    """JSON in a column that is declared as Django declares it."""


@compiles(_JsonAsText)
def _declared(_type: _JsonAsText, _compiler: object, **_kw: Any) -> str:
    return "text"


PortalJson = (
    JSON(none_as_null=True)
    .with_variant(_JsonAsText(none_as_null=True), "sqlite")
    .with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
)
"""A JSON value; None is SQL NULL, never the JSON ``null``. Text in SQLite, ``jsonb`` in PostgreSQL."""


class PortalDecimal(TypeDecorator[Decimal]):
    """A decimal of fixed precision, rounded before it is stored, because SQLite does not enforce precision.

    Args:
        precision: digits in all.
        scale: digits behind the point.
    """

    impl = Numeric
    cache_ok = True

    def __init__(self, precision: int, scale: int) -> None:
        super().__init__(precision, scale)
        self.precision = precision
        self.scale = scale

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(_SqliteColumn("decimal"))
        return dialect.type_descriptor(Numeric(self.precision, self.scale))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        rounded = round(Decimal(value), self.scale)
        return str(rounded) if dialect.name == "sqlite" else rounded

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        if value is None:
            return None
        try:
            return round(Decimal(str(value)), self.scale)
        except ArithmeticError:
            return None
