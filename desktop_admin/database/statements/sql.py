"""Small pieces of SQL that the controllers share, in the words of each engine."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    CTE,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    CursorResult,
    Delete,
    Insert,
    Result,
    Select,
    SQLColumnExpression,
    Subquery,
    Text,
    TextClause,
    Update,
    bindparam,
    cast,
    delete,
    func,
    literal,
    select,
    text,
    type_coerce,
    update,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import Function
from sqlalchemy.types import NullType, TypeEngine

from desktop_admin.database.tables.types import UtcDateTime

_NO_LIMIT = 2**63 - 1
_LISTED = "JSON_TABLE({}, '$[*]' COLUMNS (value {} PATH '$'))"
_COLLATED = "CONVERT({} USING utf8mb4) COLLATE utf8mb4_general_ci"
"""MariaDB's own for utf8mb4, so that the portal's indexes can be used wherever the site has not chosen another."""


DELETES = "desktop_admin_deletes"
"""Where a connection to PostgreSQL that writes has, in its ``info``, the tables that its account may delete rows of."""


class _Words(NamedTuple):
    """A piece of SQL on each engine: ``{}`` stands for its arguments in turn, ``{all}`` for all of them.

    So do ``{piped}`` and ``{commas}``, with what puts texts together between them; ``{keys}`` and ``{values}`` are
    every other one.
    """

    sqlite: str
    postgresql: str
    mariadb: str


# A cast would fail where one row is no JSON, which cannot be asked before PostgreSQL 16.
_FOUND = r"""substring({0} FROM '"' || {1} || '" ?: ?"((?:[^"\\]|\\.)*)"')"""
# A JSON null becomes the text null; JSON_VALUE would not make it so, but cuts on MySQL.
_UNQUOTED = "nullif(json_unquote(json_extract({0}, concat('$.', {1}))), 'null')"
_ELEMENTS = "json_array_elements_text(CAST({} AS json))"

_PIECES = {
    "numbers": _Words("json_each({})", _ELEMENTS, _LISTED.format("{}", "BIGINT")),
    "texts": _Words("json_each({})", _ELEMENTS, _LISTED.format("{}", "VARCHAR(255)")),
    "pairs": _Words(
        "(SELECT json_extract(value, '$[0]') AS word, json_extract(value, '$[1]') AS number FROM json_each({}))",
        "(SELECT value->>0 AS word, CAST(value->>1 AS bigint) AS number FROM json_array_elements(CAST({} AS json)))",
        "JSON_TABLE({}, '$[*]' COLUMNS (word VARCHAR(255) PATH '$[0]', number BIGINT PATH '$[1]'))",
    ),
    "spans": _Words(
        "(SELECT json_extract(value, '$[0]') AS first, json_extract(value, '$[1]') AS last FROM json_each({}))",
        "(SELECT CAST(value->>0 AS bigint) AS first, CAST(value->>1 AS bigint) AS last "
        "FROM json_array_elements(CAST({} AS json)))",
        "JSON_TABLE({}, '$[*]' COLUMNS (first BIGINT PATH '$[0]', last BIGINT PATH '$[1]'))",
    ),
    "number": _Words("{}", "CAST({} AS bigint)", "{}"),
    # On MariaDB of a stated collation, because a column's may be any other.
    "text": _Words("{}", "{}", _COLLATED),
    # By two arrays PostgreSQL takes a third of the time, and any number of them; all values are texts there.
    "json_object": _Words(
        "json_object({all})", "CAST(json_object(ARRAY[{keys}], ARRAY[{values}]) AS text)", "json_object({all})"
    ),
    "json_text": _Words(
        "CASE WHEN json_valid({0}) THEN json_extract({0}, '$.' || {1}) END",
        rf"""replace(replace({_FOUND}, '\"', '"'), '\\', '\')""",
        f"CASE WHEN json_valid({{0}}) THEN {_UNQUOTED} END",
    ),
    # What stands in a list of JSON by itself; a number stays as it is.
    "json_value": _Words("{}", "coalesce(CAST(to_json({}) AS text), 'null')", "coalesce(json_quote({}), 'null')"),
    # Put together, because MariaDB puts a JSON column into an object as what it holds, and not as its text.
    "utf8": _Words("{}", "{}", "concat(CONVERT({} USING utf8mb4), '')"),
    "in_lines": _Words(
        "group_concat({}, ',\n')",
        "'[' || string_agg({}, E'],\\n[') || ']'",
        "concat('[', group_concat({} SEPARATOR '],\n['), ']')",
    ),
    "concat": _Words("{piped}", "concat({all})", "concat({all})"),
    # SQLite makes a list of numbers sooner than a text of them; by its operator PostgreSQL takes half the time of the
    # function. The servers' brackets are put around all lines at once.
    "line": _Words("json_array({all})", "{commas}", "concat_ws(',', {all})"),
    # MariaDB cuts a list that is made of a group, in silence where its settings say so.
    "may_be_cut": _Words("0", "FALSE", "length({}) >= @@SESSION.group_concat_max_len"),
    "server_time": _Words("NULL", "clock_timestamp()", "utc_timestamp(6)"),
    # Bytes, which are counted at once; on SQLite letters, which are not NUL.
    "size": _Words("length({})", "octet_length({})", "length({})"),
    # On SQLite as bytes, because a text that is not UTF-8 could not be handed over as one.
    "sha256": _Words("sha256_hex(CAST({} AS BLOB))", "encode(sha256(convert_to({}, 'UTF8')), 'hex')", "SHA2({}, 256)"),
    "in_bytes": _Words("{}", '{} COLLATE "C"', "CAST({} AS BINARY)"),
    # Any character but the printable ones of ASCII that are neither blanks nor small letters.
    "is_odd": _Words(
        "{} GLOB '*[^!-`{{-~]*'",
        """({} COLLATE "C") ~ '[^!-`{{-~]'""",
        "CONVERT({} USING utf8mb4) COLLATE utf8mb4_bin REGEXP '[^!-`{{-~]'",
    ),
    "number_list": _Words("group_concat({})", "string_agg(CAST({} AS text), ',')", "group_concat({})"),
    "distinct_list": _Words("group_concat(DISTINCT {})", "string_agg(DISTINCT {}, ',')", "group_concat(DISTINCT {})"),
}


class _Piece(Function[Any]):
    """A piece of ``_PIECES``, by its name there."""

    inherit_cache = True


@compiles(_Piece)
def _in_words(piece: _Piece, compiler: SQLCompiler, **kw: Any) -> str:
    arguments = [compiler.process(clause, **kw) for clause in piece.clauses]
    words = _PIECES[piece.name]
    on_engine = {"sqlite": words.sqlite, "postgresql": words.postgresql}.get(compiler.dialect.name, words.mariadb)
    joined = {"all": ", ", "piped": " || ", "commas": " || ',' || "}
    lists = {name: between.join(arguments) for name, between in joined.items()}
    lists |= {"keys": ", ".join(arguments[::2]), "values": ", ".join(arguments[1::2])}
    return on_engine.format(*arguments, **lists)


def numbers(values: Iterable[int]) -> Select[int]:
    """A subquery of the given numbers, sent as ONE parameter, however many they are; its column is ``value``.

    Thousands of single parameters would exceed what the drivers take, and make SQLite's planner hang.
    """
    return _listed("numbers", values, "number", BigInteger)


def one_of(dialect: str, values: Iterable[int]) -> Callable[[Any], ColumnElement[bool]]:
    """Whether a number is one of those given, which may be many; PostgreSQL sees by itself how many they are."""
    if dialect == "postgresql":
        # The driver would write a list number by number, for each statement anew.
        listed = cast(bindparam(None, f"{{{','.join(map(str, sorted(values)))}}}", NullType()), ARRAY(BigInteger))
        return lambda number: number == func.any(listed)
    return lambda number: number.in_(numbers(values))


def texts(values: Iterable[str]) -> Select[str]:
    """A subquery of the given texts, sent as one parameter; its column is ``value``."""
    return _listed("texts", values, "text", Text)


def pairs(values: Iterable[tuple[str, int]]) -> Subquery:
    """A table of the given texts and their numbers, sent as one parameter; its columns are ``word`` and ``number``."""
    listed = _Piece("pairs", bindparam(None, json.dumps(sorted(values)), Text)).table_valued("word", "number").c
    word, number = _Piece("text", listed.word, type_=Text), type_coerce(listed.number, BigInteger)
    return select(word.label("word"), number.label("number")).subquery()


def spans(values: Iterable[tuple[int, int]]) -> Subquery:
    """A table of spans of numbers, sent as one parameter; its columns are ``first`` and ``last``, both in the span."""
    listed = _Piece("spans", bindparam(None, json.dumps(sorted(values)), Text)).table_valued("first", "last").c
    first, last = (type_coerce(end, BigInteger) for end in (listed.first, listed.last))
    return select(first.label("first"), last.label("last")).subquery()


def _listed(piece: str, values: Iterable[Any], one: str, kind: type[TypeEngine[Any]]) -> Select[Any]:
    listed = _Piece(piece, bindparam(None, json.dumps(sorted(values)), Text)).table_valued("value")
    return select(_Piece(one, listed.c.value, type_=kind).label("value"))


def json_object(*pieces: SQLColumnExpression[Any]) -> ColumnElement[str]:
    """A JSON object as text, of keys and values in turn; on PostgreSQL of texts."""
    return _Piece("json_object", *pieces, type_=Text)


def json_text(content: ColumnElement[str] | InstrumentedAttribute[str], key: str) -> ColumnElement[str]:
    """The text under a key of a JSON object that is stored as text; NULL where there is none, or no JSON at all."""
    return _Piece("json_text", content, literal(key), type_=Text)


def json_value(value: ColumnElement[Any]) -> ColumnElement[str]:
    """A value as JSON, to be put between others with ``concat``."""
    return _Piece("json_value", value, type_=Text)


def in_utf8(value: ColumnElement[Any]) -> ColumnElement[str]:
    """MariaDB's text of a value, whatever letters its column is stored in."""
    return _Piece("utf8", value, type_=Text)


def concat(*pieces: SQLColumnExpression[Any]) -> ColumnElement[str]:
    """The texts of values, one behind the other."""
    return _Piece("concat", *pieces, type_=Text)


def line(*values: SQLColumnExpression[Any]) -> ColumnElement[str]:
    """What ``in_lines`` makes a line of: values that are JSON, none of which is NULL."""
    return _Piece("line", *values, type_=Text)


def in_lines(one: SQLColumnExpression[str]) -> ColumnElement[str]:
    """The lines of a group as lists of JSON, in any order, with commas between them, and each in a line of its own.

    NULL where there is none.
    """
    return _Piece("in_lines", one, type_=Text)


def server_time() -> ColumnElement[datetime]:
    """A server's clock, UTC; a file has none."""
    return _Piece("server_time", type_=UtcDateTime)


def size(content: ColumnElement[str] | InstrumentedAttribute[str]) -> ColumnElement[int]:
    """How long a text is, in what the engine counts at once: to be compared with one that was made of it."""
    return _Piece("size", content, type_=BigInteger)


def may_be_cut(content: ColumnElement[str] | InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Whether a text that was made of a group is as long as the engine lets one be, so that its end may be missing."""
    return _Piece("may_be_cut", content, type_=Boolean)


def sha256(content: ColumnElement[str] | InstrumentedAttribute[str]) -> ColumnElement[str]:
    """The SHA-256 of a text in UTF-8, as 64 hexadecimal digits."""
    return _Piece("sha256", content, type_=Text)


def number_list(values: SQLColumnExpression[int]) -> ColumnElement[str]:
    """The numbers of a group, separated by commas, in any order."""
    return _Piece("number_list", values, type_=Text)


def distinct_list(values: InstrumentedAttribute[str]) -> ColumnElement[str]:
    """The different values of a group, separated by commas."""
    return _Piece("distinct_list", values, type_=Text)


def in_bytes(value: InstrumentedAttribute[str]) -> ColumnElement[str]:
    """A text that is sorted by its bytes, whatever the column's collation says; on SQLite they are as it is."""
    return _Piece("in_bytes", value, type_=Text)


def is_odd(value: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Whether a text has small letters, blanks, or anything that is not printable ASCII.

    One that has none is cleaned already (``rules.clean``), and compared without case only another such one is like it
    that is the same, letter by letter.
    """
    return _Piece("is_odd", value, type_=Boolean)


def made_once(dialect: str, query: Select[*tuple[Any, ...]]) -> CTE | Subquery:
    """The query as a table whose rows are made once, although more than one column of them is used outside.

    SQLite and MariaDB would otherwise compute an expression again for each use. MariaDB knows no CTE before an INSERT,
    but makes a table of its own of what has a LIMIT.
    """
    if dialect == "sqlite":
        return query.cte().prefix_with("MATERIALIZED")
    return (query.offset(0) if dialect == "postgresql" else query.limit(_NO_LIMIT)).subquery()


def lock_where(session: Session, table: type[DeclarativeBase], where: ColumnElement[bool]) -> int:
    """Lock the rows until COMMIT, by id, and say how many there are; a file has one lock for all."""
    if is_mariadb(session):
        return lock_keys(session, table, keys_where(session, table, where))
    key = _key(table)
    return len(session.execute(select(key).where(where).order_by(key).with_for_update()).all())


def lock_keys(session: Session, table: type[DeclarativeBase], keys: Sequence[Any], *, waits: bool = True) -> int:
    """The same on MariaDB, where the rows' keys are known.

    Args:
        waits: for rows that others hold; otherwise the statement fails at once where one is held.
    """
    statement = f"SELECT t.{{key}} FROM {{rows}} FOR UPDATE{'' if waits else ' NOWAIT'}"
    return len(session.execute(_by_key(table, keys, statement)).all())


def keys_where(session: Session, table: type[DeclarativeBase], where: ColumnElement[bool]) -> Sequence[Any]:
    """The keys of rows, in order, read without a lock."""
    key = _key(table)
    return session.execute(select(key).where(where).order_by(key)).scalars().all()


def delete_where(
    session: Session,
    table: type[DeclarativeBase],
    where: ColumnElement[bool],
    *,
    wanted: int,
    keys: Sequence[Any] | None = None,
    parents: Select[int] | None = None,
) -> int:
    """Delete rows, and say how many.

    MariaDB looks up each row by its primary key: with a condition it would scan small tables, and deadlock with the
    portal's candidates.

    Args:
        wanted: how many there should be; what else may be the matter is looked for only where these are not all.
        keys: theirs, where they are known; MariaDB would read them first.
        parents: what the owner's function finds the rows by, where that is not their own key.
    """
    if is_mariadb(session):
        keys = keys_where(session, table, where) if keys is None else keys
        return _rowcount(session.execute(_by_key(table, keys, "DELETE t FROM {rows}")))
    if dialect(session) == "postgresql" and not _may_delete(session, table):
        key = _key(table)
        found = select(key).where(where)
        # They are many, and never leave the server.
        all_keys = cast(func.array((found if parents is None else parents).scalar_subquery()), ARRAY(key.type))
        through_owner = select(getattr(func, deleting(table))(all_keys))
        removed: int = session.execute(through_owner).scalar_one()
        if removed == wanted or session.execute(found.limit(1)).first() is None:
            return removed
        # What the owner does not do for a desk, the desk is refused in its own name.
    return changed(session, delete(table).where(where))


def deleting(table: type[DeclarativeBase]) -> str:
    """The function of PostgreSQL by which the owner deletes rows of this table for the desks."""
    return f"desktop_admin_delete_{table.__tablename__.rpartition('_')[2]}"


def _may_delete(session: Session, table: type[DeclarativeBase]) -> bool:
    """Whether this account of PostgreSQL may delete rows itself; a desk's may not, and could lock the table by it."""
    return table.__tablename__ in session.connection().info[DELETES]


def update_keys(session: Session, table: type[DeclarativeBase], keys: Sequence[int], values: dict[str, Any]) -> int:
    """Write the same values into rows, and say how many were found; on MariaDB by primary key, as ``delete_where``."""
    if not is_mariadb(session):
        return changed(session, update(table).where(_key(table).in_(numbers(keys))).values(values))
    columns = table.__table__.c
    written = ", ".join(f"t.{name} = :{name}" for name in values)
    statement = _by_key(table, keys, f"UPDATE {{rows}} SET {written}")
    typed = (bindparam(name, value, columns[name].type) for name, value in values.items())
    return _rowcount(session.execute(statement.bindparams(*typed)))


def _by_key(table: type[DeclarativeBase], keys: Sequence[Any], statement: str) -> TextClause:
    """MariaDB's statement on rows that are found one by one by their primary key, and on no other row.

    Args:
        statement: with ``{key}`` for the key's name and ``{rows}`` for the table references, ``t`` being the table.
    """
    key = _key(table)
    is_number = isinstance(key.type, BigInteger)
    listed = _PIECES["numbers" if is_number else "texts"].mariadb.format(":keys")
    value = "listed.value" if is_number else _COLLATED.format("listed.value")
    rows = (
        f"{listed} AS listed STRAIGHT_JOIN {table.__tablename__} AS t FORCE INDEX (PRIMARY) ON t.{key.name} = {value}"
    )
    return text(statement.format(key=key.name, rows=rows)).bindparams(keys=json.dumps(list(keys)))


def _key(table: type[DeclarativeBase]) -> Column[Any]:
    (key,) = table.__mapper__.primary_key
    assert isinstance(key, Column)
    return key


def dialect(session: Session) -> str:
    """SQLAlchemy's name of the engine: ``sqlite``, ``postgresql`` or ``mysql``, which is MariaDB's, too."""
    return session.connection().dialect.name


def is_file(session: Session) -> bool:
    """Whether the database is a file, with one lock for all of it."""
    return dialect(session) == "sqlite"


def is_mariadb(session: Session) -> bool:
    """Whether the database is on a MariaDB or MySQL server."""
    return dialect(session) in ("mysql", "mariadb")


def may_call(connection: Connection, function: str) -> bool:
    """Whether PostgreSQL has this function, named with its argument types, and lets this account call it."""
    found = func.to_regprocedure(function)
    return bool(connection.execute(select(func.has_function_privilege(found, "EXECUTE"))).scalar_one())


def changed(session: Session, statement: Insert | Update | Delete | TextClause) -> int:
    """Run a statement that changes rows, and say how many it changed."""
    # Of an INSERT it is kept only where it is asked for.
    return _rowcount(session.execute(statement, execution_options={"preserve_rowcount": True}))


def _rowcount(result: Result[Any]) -> int:
    assert isinstance(result, CursorResult)
    return result.rowcount
