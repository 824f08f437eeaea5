"""The ten cases of a rehearsal: each is cured by what a person at the desk would do, and by nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from desktop_admin.controllers.listings import panes
from desktop_admin.controllers.operations.completed import SET_COMPLETED, SET_NOT_COMPLETED
from desktop_admin.controllers.operations.kind import Operation
from desktop_admin.controllers.operations.reopen import REOPEN
from desktop_admin.controllers.operations.slots import ASSIGN, REASSIGN, RESET
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from desktop_admin.errors import AdminError
from desktop_admin.practice import cases, rehearsal
from desktop_admin.rules import Paper
from tests import planning, raw
from tests.controllers import doing


@pytest.fixture
def copy(database: Database, tmp_path: Path) -> Iterator[Database]:
    with closing(rehearsal.make(database, tmp_path / "rehearsal.sqlite3", with_cases=True)) as made:
        yield made


def cured(database: Database) -> set[int]:
    return {one.number for one in database.read(cases.find) if one.cured}


def of(database: Database, number: int) -> cases.Case:
    return next(one for one in database.read(cases.find) if one.number == number)


def cures(copy: Database) -> dict[int, doing.Planner]:
    """What a person at the desk does about each."""
    older = min(row.id for row in copy.read(partial(panes.read_candidate, user_id=of(copy, 3).user_id)).incomplete)
    chosen = {one.number: doing.chosen(copy, one.army_no) for one in copy.read(cases.find)}

    def paper(kind: Operation, number: int) -> doing.Planner:
        return partial(planning.plan_paper, kind=kind, chosen=chosen[number], paper=Paper.PRIMARY)

    return {
        1: doing.slots_plan(REASSIGN, chosen[1]),
        2: doing.slots_plan(REASSIGN, chosen[2]),
        3: partial(planning.plan_clear, session_ids=[older]),
        4: doing.slots_plan(ASSIGN, chosen[4]),
        5: partial(planning.plan_sign_out, chosen=chosen[5]),
        6: partial(planning.plan_time, chosen=chosen[6], extra=15),
        7: doing.slots_plan(RESET, chosen[7]),
        8: paper(REOPEN, 8),
        9: paper(SET_COMPLETED, 9),
        10: paper(SET_NOT_COMPLETED, 10),
    }


def test_each_case_is_cured_by_its_cure_and_by_no_other(copy: Database, actor: Actor) -> None:
    assert len(copy.read(cases.find)) == 10
    done: set[int] = set()
    for number, planner in cures(copy).items():
        assert cured(copy) == done
        assert doing.apply_now(copy, actor, planner).applied == 1
        done.add(number)
    assert cured(copy) == set(range(1, 11))


def test_a_rehearsal_without_cases_and_any_other_database_have_none(database: Database, tmp_path: Path) -> None:
    assert database.read(cases.find) == ()
    with closing(rehearsal.make(database, tmp_path / "rehearsal.sqlite3")) as made:
        assert made.read(cases.find) == ()


def test_where_nothing_can_happen_it_is_said_and_no_copy_is_left(database: Database, tmp_path: Path) -> None:
    raw.change(raw.path(database), "UPDATE questions_tradepaperactivation SET is_active = 0")
    path = tmp_path / "rehearsal.sqlite3"
    with pytest.raises(AdminError) as refused:
        rehearsal.make(database, path, with_cases=True)
    assert refused.value.code == "no_trade_for_cases"
    assert not path.exists()
