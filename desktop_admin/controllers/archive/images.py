"""What changed columns held before an operation and after it, and putting them back where nobody touched them since."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from desktop_admin.controllers.values.written import Whose, Written
from desktop_admin.database.session import Session
from desktop_admin.database.statements import sql
from desktop_admin.database.tables.portal import (
    ActivateSets,
    CandidateProfile,
    Portal,
)
from desktop_admin.database.tables.types import UtcDateTime
from desktop_admin.rules import DEFAULT_LETTER, Paper

Row = tuple[Any, ...]

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
        "before": [[_plain(value) for value in row] for row in image.before],
        "after": [_plain(value) for value in image.after],
        "after_rows": [[_plain(value) for value in row] for row in image.after_rows],
    }


def read(kept: dict[str, Any], *, writes: Iterable[Written]) -> Images:
    """The images of one table, as ``body`` gave them; the log is believed about nothing that is not in ``writes``.

    Raises:
        ValueError: it speaks of something else; also TypeError or LookupError, where it is damaged.
    """
    columns = tuple(kept["columns"])
    of = next((one for one in writes if one.table == kept["table"]), None)
    if of is None or columns[0] != of.key or not set(of.columns).issuperset(columns[1:]):
        raise ValueError(f"this operation does not write {columns} of {kept['table']}")
    is_time = [isinstance(_columns(of)[name].type, UtcDateTime) for name in columns]

    def typed(values: Sequence[Any], times: Sequence[bool]) -> Row:
        return tuple(
            datetime.fromisoformat(value) if time and value is not None else value
            for value, time in zip(values, times, strict=False)
        )

    return Images(
        of=of,
        columns=columns,
        before=tuple(typed(row, is_time) for row in kept["before"]),
        after=typed(kept["after"], is_time[1:]),
        after_rows=tuple(typed(row, is_time) for row in kept["after_rows"]),
    )


def _plain(value: Any) -> Any:
    """A value as JSON keeps it; a time as ISO 8601 in UTC with microseconds."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def touched_candidates(session: Session, images: Iterable[Images]) -> set[int]:
    """The accounts whose slot is no longer as the operation left it."""
    touched: set[int] = set()
    for image in images:
        if image.of.whose is Whose.CANDIDATE:
            users = _users(session, image)
            now = _rows(session, image)
            written = image.written()
            touched |= {users[key] for key in users if now.get(key) != written[key]}
    return touched


def profiles(images: Iterable[Images]) -> set[int]:
    """The candidates, by profile, of whom a column was written."""
    return {row[0] for image in images if image.of.whose is Whose.CANDIDATE for row in image.before}


def touched_trades(session: Session, images: Iterable[Images]) -> set[tuple[int, Paper]]:
    """The trades' papers whose active set, or a copy of it, is no longer as the operation left it."""
    touched: set[tuple[int, Paper]] = set()
    papers: dict[int, set[Paper]] = {}
    for image in images:
        deciding, now, written = image.of.deciding, _rows(session, image), image.written()
        changed = {key for key, row in written.items() if now.get(key, ())[:deciding] != row[:deciding]}
        if image.of.whose is Whose.TRADE:
            paper = _PAPERS[image.columns[1]]
            touched |= {(trade_id, paper) for trade_id in changed}
            for trade_id in written:
                papers.setdefault(trade_id, set()).add(paper)
        elif image.of.whose is Whose.TRADE_PAPER:
            places = _places(session, image, changed)
            touched |= set(places.values())
            if changed - set(places):
                # A copy is gone, and with it the trade that it was of: nothing tells any more, so none goes back.
                touched |= {(trade_id, paper) for trade_id, listed in papers.items() for paper in listed}
    return touched


def letters_before(images: Iterable[Images]) -> dict[tuple[int, Paper], str]:
    """The active letter of each switched trade's paper before the operation."""
    return {
        (row[0], _PAPERS[image.columns[1]]): row[1] if len(row) > 1 else DEFAULT_LETTER
        for image in images
        if image.of.whose is Whose.TRADE
        for row in image.before
    }


def revert(
    session: Session,
    image: Images,
    *,
    users: Collection[int],
    trades: Collection[tuple[int, Paper]],
    everywhere: bool,
) -> Images:
    """Put back what the columns held before; the caller has seen that the deciding ones are as they were left.

    A column that only says when or by whom, and that somebody wrote since, stays as it is.

    Args:
        users: the candidates whose slots go back.
        trades: the trades' papers whose sets go back.
        everywhere: all trades go back, and so the universal wish does.

    Returns:
        The images of this change.
    """
    chosen = _chosen(session, image, users=users, trades=trades, everywhere=everywhere)
    now, written = _rows(session, image), image.written()
    deciding = image.of.deciding or len(image.columns) - 1
    back: list[Row] = []
    gone: list[Any] = []
    for row in image.before:
        key = row[0]
        if key not in chosen or key not in now:
            continue
        if len(row) == 1:
            gone.append(key)
            continue
        pairs = zip(row[1:], now[key], written[key], strict=True)
        values = [
            old if place < deciding or current == left else current for place, (old, current, left) in enumerate(pairs)
        ]
        back.append((key, *values))
    gone = _remove(session, image, gone, now, back)
    _write(session, image, back)
    before = tuple((key, *now[key]) for key in (*(row[0] for row in back), *gone))
    return Images(image.of, image.columns, before=before, after_rows=tuple(back))


def _chosen(
    session: Session,
    image: Images,
    *,
    users: Collection[int],
    trades: Collection[tuple[int, Paper]],
    everywhere: bool,
) -> set[Any]:
    keys = {row[0] for row in image.before}
    if image.of.whose is Whose.CANDIDATE:
        return {key for key, user_id in _users(session, image).items() if user_id in set(users)}
    if image.of.whose is Whose.TRADE:
        return {key for key in keys if (key, _PAPERS[image.columns[1]]) in set(trades)}
    if image.of.whose is Whose.TRADE_PAPER:
        return {key for key, place in _places(session, image, keys).items() if place in set(trades)}
    now, written = _rows(session, image), image.written()
    deciding = image.of.deciding
    same = {key for key in keys if now.get(key, ())[:deciding] == written[key][:deciding]}
    return same if everywhere else set()


def _remove(session: Session, image: Images, keys: list[Any], now: dict[Any, Row], back: list[Row]) -> list[Any]:
    """Remove the rows that the operation had made; one that has come to hold the other paper's set is emptied."""
    if image.of.whose is Whose.TRADE and keys:
        other = (
            ActivateSets.active_secondary_set
            if image.columns[1] == "active_primary_set"
            else (ActivateSets.active_primary_set)
        )
        used = set(
            session.execute(
                select(ActivateSets.trade_id).where(
                    ActivateSets.trade_id.in_(sql.numbers(keys)), other != DEFAULT_LETTER
                )
            ).scalars()
        )
        back.extend((key, DEFAULT_LETTER, *now[key][1:]) for key in keys if key in used)
        keys = [key for key in keys if key not in used]
    if keys:
        session.execute(delete(Portal.metadata.tables[image.of.table]).where(_key(image).in_(sql.numbers(keys))))
    return keys


def _write(session: Session, image: Images, rows: Sequence[Row]) -> None:
    if not rows:
        return
    columns = _columns(image.of)
    target = Portal.metadata.tables[image.of.table]
    named = {name: bindparam(f"new_{name}", type_=columns[name].type) for name in image.columns[1:]}
    key = image.columns[0]
    statement = update(target).where(columns[key] == bindparam("of_key")).values(named)
    values = [
        {"of_key": row[0], **{f"new_{name}": value for name, value in zip(image.columns[1:], row[1:], strict=True)}}
        for row in rows
    ]
    written = session.connection().execute(statement, values).rowcount
    if written != len(rows):
        raise RuntimeError(f"{len(rows)} rows of {image.of.table} to put back, {written} written")


def _rows(session: Session, image: Images) -> dict[Any, Row]:
    """The rows as they are now, by key, without the key."""
    columns = _columns(image.of)
    wanted = select(*(columns[name] for name in image.columns)).where(_listed(image))
    return {row[0]: tuple(row[1:]) for row in session.execute(wanted)}


def _users(session: Session, image: Images) -> dict[int, int]:
    """The account of each candidate of the image."""
    rows = session.execute(select(CandidateProfile.id, CandidateProfile.user_id).where(_listed(image)))
    return dict(iter(rows))


def _places(session: Session, image: Images, keys: Collection[int]) -> dict[int, tuple[int, Paper]]:
    """Trade and paper of these rows, which name both."""
    columns = _columns(image.of)
    wanted = select(columns[image.of.key], columns.trade_id, columns.paper_type)
    rows = session.execute(wanted.where(_key(image).in_(sql.numbers(keys))))
    return {key: (trade_id, Paper(paper)) for key, trade_id, paper in rows}


def _listed(image: Images) -> Any:
    return _key(image).in_(sql.numbers(row[0] for row in image.before))


def _key(image: Images) -> Any:
    return _columns(image.of)[image.columns[0]]


def _columns(of: Written) -> Any:
    """The columns of a table of the portal, by their names in code."""
    return Portal.metadata.tables[of.table].c
