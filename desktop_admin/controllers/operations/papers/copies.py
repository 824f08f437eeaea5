"""Writing the active set where it decides, ActivateSets, and where the portal shows it, QuestionSetActivation."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from desktop_admin.controllers.archive.images import Images, Row
from desktop_admin.controllers.operations.papers import COPIES, SETS, rows
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.session import Session
from desktop_admin.database.statements import sql
from desktop_admin.database.tables.portal import ActivateSets, QuestionSetActivation
from desktop_admin.rules import DEFAULT_LETTER, Paper

_COLUMN = {Paper.PRIMARY: ActivateSets.active_primary_set, Paper.SECONDARY: ActivateSets.active_secondary_set}


def write(session: Session, plan: Plan, actor: Actor, now: datetime) -> list[Images]:
    """Write the letters of the plan's applied trades, and give back what the changed columns held before.

    Raises:
        DatabaseUnusable: a row must be inserted, and a newer portal has a column in it that we cannot fill.
    """
    letters: dict[Paper, dict[int, str]] = {}
    for paper, letter, trade_ids in rows.grouped(plan, lambda choice: choice.letter):
        letters.setdefault(paper, {}).update(dict.fromkeys(trade_ids, letter))
    images: list[Images] = []
    for paper, of_trade in letters.items():
        images.append(_write_deciding(session, paper, of_trade, actor, now))
        images.append(_write_copies(session, paper, of_trade, actor, now))
    return images


def _write_deciding(session: Session, paper: Paper, letters: Mapping[int, str], actor: Actor, now: datetime) -> Images:
    column = _COLUMN[paper]
    columns = (ActivateSets.trade_id, column, ActivateSets.last_updated, ActivateSets.updated_by_id)
    chosen = ActivateSets.trade_id.in_(sql.numbers(letters))
    before = rows.read(session, columns, chosen)
    there = [row[0] for row in before]
    after = [(trade_id, letters[trade_id], now, actor.user_id) for trade_id in there]
    rows.write(session, ActivateSets, columns, after)
    default = {one.key: DEFAULT_LETTER for one in _COLUMN.values()}
    for letter, missing in _by_letter(letters, without=there):
        values = default | {column.key: letter, "last_updated": now, "updated_by_id": actor.user_id}
        after += rows.insert_for(session, ActivateSets, missing, values, columns)
    return rows.images(SETS, columns, before=before, after=tuple(after))


def _write_copies(session: Session, paper: Paper, letters: Mapping[int, str], actor: Actor, now: datetime) -> Images:
    copy = QuestionSetActivation
    columns = (copy.id, copy.is_active, copy.activated_at, copy.activated_by_id)
    of_paper = (copy.paper_type == paper) & copy.trade_id.in_(sql.numbers(letters))
    found = rows.read(session, (*columns, copy.trade_id, copy.question_set), of_paper)
    chosen = _copies_to_activate(found, letters)
    before = tuple(row for row in found if row[0] in chosen.values() or row[1])
    after = [
        (id_, True, now, actor.user_id) if id_ in chosen.values() else (id_, False, now, by)
        for id_, _, _, by, *_ in before
    ]
    rows.write(session, copy, columns, after)
    values = {"is_active": True, "activated_at": now, "activated_by_id": actor.user_id}
    for letter, trade_ids in _by_letter(letters, without=chosen):
        of_letter = {"paper_type": paper.value, "question_set": letter, **values}
        after += rows.insert_for(session, copy, trade_ids, of_letter, columns)
    return rows.images(COPIES, columns, before=tuple(row[: len(columns)] for row in before), after=tuple(after))


def _by_letter(letters: Mapping[int, str], *, without: Collection[int]) -> list[tuple[str, list[int]]]:
    """The trades that have no row yet, by the letter that they get."""
    found: dict[str, list[int]] = {}
    for trade_id, letter in letters.items():
        if trade_id not in without:
            found.setdefault(letter, []).append(trade_id)
    return list(found.items())


def _copies_to_activate(found: Iterable[Row], letters: Mapping[int, str]) -> dict[int, int]:
    """The copy that names the letter, by trade: the oldest in capitals before one written by hand in lower case."""
    named = [
        (letter == letters[trade_id], -id_, trade_id)
        for id_, *_, trade_id, letter in found
        if letter.upper() == letters[trade_id]
    ]
    return {trade_id: -minus_id for _, minus_id, trade_id in sorted(named)}
