"""What changed columns held before an operation and after it, and putting them back where nobody touched them since."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from desktop_admin.controllers.values.written import Whose, Written
from desktop_admin.database.session import Session
from desktop_admin.database.statements import candidate_rows, packed, sql
from desktop_admin.database.tables.portal import ActivateSets, Portal
from desktop_admin.database.tables.types import Duration, UtcDateTime
from desktop_admin.rules import DEFAULT_LETTER, Paper

Row = tuple[Any, ...]

_NOT_IN_JSON = (datetime, timedelta)
_OF_USERS = (Whose.CANDIDATE, Whose.SESSION, Whose.MADE)

_OF_TRADES = (Whose.TRADE, Whose.TRADE_PAPER)
_PAPERS = {"active_primary_set": Paper.PRIMARY, "active_secondary_set": Paper.SECONDARY}


@dataclass(frozen=True, slots=True)
class Images:
    """What changed columns of one table held before, and hold now; enough to undo the change exactly.

    Attributes:
        of: the table, and the columns in it that may be written at all.
        columns: the key column first.
        before: one row for each changed row; a row that did not exist has only its key.
        after: what the columns behind the key were set to, the same for all rows; empty where it differs by row.
        after_rows: the rows as they are now, where they differ.
    """

    of: Written
    columns: tuple[str, ...]
    before: tuple[Row, ...]
    after: Row = ()
    after_rows: tuple[Row, ...] = ()

    @property
    def keys(self) -> list[Any]:
        """Of the rows that were changed or made."""
        return [row[0] for row in self.before]

    def written(self) -> dict[Any, Row]:
        """What each row was set to, by its key, without the key."""
        if self.after_rows:
            return {row[0]: row[1:] for row in self.after_rows}
        return {row[0]: self.after for row in self.before}


def body(image: Images) -> dict[str, Any]:
    """The images of one table as the operation log keeps them."""
    return {
        "table": image.of.table,
        "columns": image.columns,
        "before": list(map(_plain_row, image.before)),
        "after": _plain_row(image.after),
        "after_rows": list(map(_plain_row, image.after_rows)),
    }


def read(kept: dict[str, Any], *, writes: Iterable[Written]) -> Images:
    """The images of one table, as ``body`` gave them; the log is believed about nothing that is not in ``writes``.

    Raises:
        ValueError: it speaks of something else; also TypeError or LookupError, where it is damaged.
    """
    columns = tuple(kept["columns"])
    of = next((one for one in writes if one.table == kept["table"] and one.holds(columns)), None)
    if of is None:
        raise ValueError(f"this operation does not write {columns} of {kept['table']}")
    types = [_columns(of)[name].type for name in columns]

    def typed(values: Sequence[Any], types: Sequence[Any]) -> Row:
        return tuple(_typed(value, type_) for value, type_ in zip(values, types, strict=False))

    return Images(
        of=of,
        columns=columns,
        before=tuple(typed(row, types) for row in kept["before"]),
        after=typed(kept["after"], types[1:]),
        after_rows=tuple(typed(row, types) for row in kept["after_rows"]),
    )


def _plain_row(row: Row) -> list[Any]:
    return [_plain(value) if isinstance(value, _NOT_IN_JSON) else value for value in row]


def _plain(value: datetime | timedelta) -> str | int:
    """A value as JSON keeps it: a time as ISO 8601 in UTC with microseconds, a duration as its microseconds."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value // timedelta(microseconds=1)


def _typed(value: Any, type_: Any) -> Any:
    """A value as ``_plain`` gave it, as its column has it."""
    if value is not None and isinstance(type_, UtcDateTime):
        return datetime.fromisoformat(value)
    return timedelta(microseconds=value) if value is not None and isinstance(type_, Duration) else value


def together(images: Iterable[Images]) -> tuple[Images, ...]:
    """The same with those of one table and the same columns as one, so that all of them are read, and written, at once.

    An operation writes such a column of a row once; where a row is in two of them, they stay apart.
    """
    found: list[Images] = []
    for image in images:
        alike = ((n, one) for n, one in enumerate(found) if (one.of, one.columns) == (image.of, image.columns))
        place, other = next(((n, one) for n, one in alike if not set(one.keys) & set(image.keys)), (None, None))
        if place is None or other is None:
            found.append(image)
            continue
        after = ((key, *values) for one in (other, image) for key, values in one.written().items())
        found[place] = replace(other, before=(*other.before, *image.before), after=(), after_rows=tuple(after))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Held:
    """What the rows of an image hold now.

    Attributes:
        rows: by key, without the key.
        places: whose they are: a candidate's account, or a trade and a paper; of a trade's own row also where it is
            gone by now.
    """

    image: Images
    rows: dict[Any, Row]
    places: dict[Any, Any]


def held(session: Session, images: Iterable[Images]) -> list[Held]:
    """What the rows of these images hold now."""
    return [Held(image, *_rows(session, image)) for image in images]


def touched_candidates(now_held: Iterable[Held]) -> set[int]:
    """The accounts whose slot is no longer as the operation left it."""
    touched: set[int] = set()
    for one in now_held:
        if one.image.of.whose not in (Whose.CANDIDATE, Whose.MADE):
            continue
        changed = _changed(one.image, one.rows)
        touched |= {one.places[key] for key in one.places if key in changed}
    return touched


def touched_sessions(now_held: Iterable[Held]) -> set[int]:
    """The sessions that are no longer as the operation left them, are completed by now, or gone."""
    written = (one for one in now_held if one.image.of.whose is Whose.SESSION)
    return {key for one in written for key in _changed(one.image, one.rows)}


def profiles(images: Iterable[Images]) -> set[int]:
    """The candidates, by profile, of whom a column was written."""
    return {key for image in images if image.of.whose is Whose.CANDIDATE for key in image.keys}


def touched_trades(now_held: Iterable[Held]) -> set[tuple[int, Paper]]:
    """The trades' papers whose active set, or a copy of it, is no longer as the operation left it."""
    touched: set[tuple[int, Paper]] = set()
    switched: set[tuple[int, Paper]] = set()
    for one in now_held:
        places, changed = one.places, _changed(one.image, one.rows)
        if one.image.of.whose not in _OF_TRADES:
            continue
        touched |= {places[key] for key in changed if key in places}
        if one.image.of.whose is Whose.TRADE:
            switched |= set(places.values())
        elif changed - set(places):
            # A copy is gone, and with it the trade that it was of: nothing tells any more, so none goes back.
            touched |= switched
    return touched


def revert(
    session: Session,
    now_held: Held,
    *,
    users: Collection[int],
    trades: Collection[tuple[int, Paper]],
    everywhere: bool,
) -> Images:
    """Put back what the columns held before; the caller has seen that the deciding ones are as they were left.

    A column that only says when or by whom, and that somebody wrote since, stays as it is. The slots and sessions of
    these ``users`` and the sets of these ``trades`` go back; the universal wish only where ``everywhere`` every trade
    does.

    Returns:
        The images of this change.
    """
    image, now, places = now_held.image, now_held.rows, now_held.places
    written = image.written()
    if image.of.whose is Whose.EVERY_TRADE:
        chosen = set(now) - _changed(image, now) if everywhere else set()
    else:
        wanted: set[Any] = set(users if image.of.whose in _OF_USERS else trades)
        chosen = {key for key, place in places.items() if place in wanted}
    deciding = image.of.deciding or len(image.columns) - 1
    back: list[Row] = []
    gone: list[Any] = []
    for key, *values in image.before:
        if key not in chosen or key not in now:
            continue
        if not values:
            gone.append(key)
            continue
        if now[key] != written[key]:
            pairs = enumerate(zip(values, now[key], written[key], strict=True))
            values = [old if n < deciding or current == left else current for n, (old, current, left) in pairs]
        back.append((key, *values))
    gone = _remove(session, image, gone, now, back)
    _write(session, image, back)
    before = tuple((key, *now[key]) for key in (*(row[0] for row in back), *gone))
    return Images(image.of, image.columns, before=before, after_rows=tuple(back))


def _remove(session: Session, image: Images, keys: list[Any], now: dict[Any, Row], back: list[Row]) -> list[Any]:
    """Remove the rows that the operation had made; one that has come to hold the other paper's set is emptied."""
    if image.of.whose is Whose.TRADE and keys:
        (other,) = (getattr(ActivateSets, name) for name in _PAPERS if name != image.columns[1])
        of_keys = ActivateSets.trade_id.in_(sql.numbers(keys))
        used = set(session.execute(select(ActivateSets.trade_id).where(of_keys, other != DEFAULT_LETTER)).scalars())
        back.extend((key, DEFAULT_LETTER, *now[key][1:]) for key in keys if key in used)
        keys = [key for key in keys if key not in used]
    columns = _columns(image.of)
    others = [columns[name] for name in image.of.columns if name not in image.columns]
    if keys and others and image.of.whose is Whose.TRADE_PAPER:
        # What it was made for goes; what another operation has set in it since stays.
        held = session.execute(select(columns[image.of.key], *others).where(_among(image, keys)))
        kept = {row[0] for row in held.all() if any(row[1:])}
        empty = tuple(None if columns[name].nullable else False for name in image.columns[1:])
        back.extend((key, *empty) for key in keys if key in kept)
        keys = [key for key in keys if key not in kept]
    if keys and image.of.whose is Whose.MADE:
        candidate_rows.remove(session, keys)
    elif keys:
        session.execute(delete(Portal.metadata.tables[image.of.table]).where(_among(image, keys)))
    return keys


def _write(session: Session, image: Images, rows: Sequence[Row]) -> None:
    if not rows:
        return
    written = packed.update(session, Portal.metadata.tables[image.of.table], image.columns, rows)
    if written != len(rows):
        raise RuntimeError(f"{len(rows)} rows of {image.of.table} to put back, {written} written")


def _rows(session: Session, image: Images) -> tuple[dict[Any, Row], dict[Any, Any]]:
    """The rows as they are now, and whose they are, as ``Held`` has them."""
    columns, whose = _columns(image.of), image.of.whose
    written = [columns[name] for name in image.columns]
    named = [columns.user_id] if whose in _OF_USERS else []
    named = [columns.trade_id, columns.paper_type] if whose is Whose.TRADE_PAPER else named
    wanted = select(*written, *named).where(_among(image, image.keys))
    if whose is Whose.SESSION:
        wanted = wanted.where(columns.completed_at.is_(None))
    found = [tuple(row) for row in session.execute(wanted)]
    now = {row[0]: row[1 : len(written)] for row in found}
    places: dict[Any, Any] = {}
    if whose in _OF_USERS:
        places = {row[0]: row[-1] for row in found}
    elif whose is Whose.TRADE_PAPER:
        places = {key: (trade_id, Paper(paper)) for key, *_, trade_id, paper in found}
    elif whose is Whose.TRADE:
        places = {key: (key, _PAPERS[image.columns[1]]) for key in image.keys}
    return now, places


def _changed(image: Images, now: dict[Any, Row]) -> set[Any]:
    """The keys of the rows that, in the columns which decide, are no longer as the operation left them."""
    deciding = image.of.deciding
    return {key for key, left in image.written().items() if now.get(key, ())[:deciding] != left[:deciding]}


def _among(image: Images, keys: Collection[Any]) -> Any:
    return _columns(image.of)[image.of.key].in_(sql.numbers(keys))


def _columns(of: Written) -> Any:
    """The columns of a table of the portal, by their names in code."""
    return Portal.metadata.tables[of.table].c
