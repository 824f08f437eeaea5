"""Switching sets: which trades are refused, which sessions are cleared, and how the copies are written."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.controllers.values.sessions import FindingKind
from desktop_admin.database.engine import Database
from desktop_admin.errors import NotPermitted
from desktop_admin.rules import Paper, Role
from tests import accounts, planning, portal, raw
from tests.controllers import doing

MORE_ACCOUNTS = accounts.AS_A_SUPERVISOR

DECIDING, COPIES = "questions_activatesets", "questions_questionsetactivation"


def letters(database: Database, trade_id: int) -> tuple[str, str]:
    (row,) = raw.query(
        database, f"SELECT active_primary_set, active_secondary_set FROM {DECIDING} WHERE trade_id = ?", [trade_id]
    )
    return row[0], row[1]


def active_copies(database: Database, trade_id: int, paper: str) -> list[str]:
    sql = f"SELECT question_set FROM {COPIES} WHERE trade_id = ? AND paper_type = ? AND is_active"
    return [letter for (letter,) in raw.query(database, sql, [trade_id, paper])]


def add_copy(database: Database, trade_id: int, paper: str, letter: str, *, active: bool) -> None:
    sql = (
        f"INSERT INTO {COPIES} (paper_type, question_set, is_active, activated_at, activated_by_id, trade_id) "
        "VALUES (?, ?, ?, '2026-01-01 00:00:00', 1, ?)"
    )
    raw.change(database, sql, values=[paper, letter, active, trade_id])


def test_a_set_without_active_questions_is_refused_even_by_override(database: Database, actor: Actor) -> None:
    before = raw.content(database)
    for override in (False, True):
        changes = doing.activate(database, actor, ("TTC", "D"), allow_too_few=override)
        assert doing.refusals(changes.lines) == {"TTC": "refused_no_questions"}
    assert raw.differences(before, raw.content(database), own=True) == {}


def test_inactive_questions_do_not_count(database: Database, actor: Actor) -> None:
    raw.change(database, "UPDATE questions_question SET is_active = FALSE WHERE question_set = 'C'")
    assert doing.refusals(doing.activate(database, actor, ("TTC", "C")).lines) == {"TTC": "refused_no_questions"}


def test_too_few_in_any_part_is_refused_and_the_parts_are_named(database: Database, actor: Actor) -> None:
    before = raw.content(database)
    (line,) = doing.activate(database, actor, ("TTC", "B")).lines
    assert line.reason is not None
    assert line.reason.english() == (
        "Set B of TTC PRIMARY has too few questions: F 2 of 10. Add them in the "
        "portal, or allow too few questions (--allow-too-few, or the box beside the button)."
    )
    assert doing.notes(line) == ["note_still_writing"]
    assert dict(line.notes[0].values) == {"n": 3, "letter": "E"}
    assert raw.differences(before, raw.content(database), own=True) == {}


def test_a_supervisor_may_override_too_few_and_the_line_says_so(database: Database, actor: Actor) -> None:
    changes = doing.activate(database, actor, ("TTC", "B"), allow_too_few=True)
    (line, *_) = changes.lines
    assert (line.outcome, doing.notes(line)) == ("applied", ["note_too_few"])
    assert letters(database, doing.trade(database, "TTC")) == ("B", "A")


@pytest.mark.parametrize("role", [Role.STAFF, Role.INVIGILATOR])
def test_only_a_supervisor_switches_sets(database: Database, role: Role) -> None:
    with pytest.raises(NotPermitted):
        doing.activate(database, Actor(name="x", role=role), ("TTC", "C"))


def test_of_several_trades_the_refused_keep_their_set_and_sessions(database: Database, actor: Actor) -> None:
    ttc, occ = doing.trade(database, "TTC"), doing.trade(database, "OCC")
    before = raw.content(database)
    changes = doing.activate(database, actor, ("TTC", "C"), ("OCC", "C"), ("Musician", "C"))
    assert doing.applied(tuple(line for line in changes.lines if line.is_trade)) == ["TTC"]
    assert doing.refusals(changes.lines) == {"OCC": "refused_no_questions", "Musician": "refused_no_questions"}
    assert (letters(database, ttc), letters(database, occ)) == (("C", "A"), ("A", "A"))
    # T-MOVED is of OCC now, but his session row says TTC.
    assert sorted(line.army_no or "" for line in changes.lines if line.cleared) == ["T-FINE", "T-MOVED"]
    written = raw.differences(before, raw.content(database))
    assert {row["trade_id"] for row in (*written[DECIDING].come, *written[COPIES].come)} == {ttc}


def test_sessions_are_found_by_profile_or_by_session_row(database: Database, actor: Actor) -> None:
    (moved,) = doing.sessions_of(database, "T-MOVED")
    by_row = database.read(doing.activation(database, ("TTC", "C")))
    by_profile = database.read(doing.activation(database, ("OCC", "A")))
    assert moved in by_row.session_ids
    assert by_profile.session_ids == (moved,)


def test_a_session_on_the_new_set_already_is_spared(database: Database, actor: Actor) -> None:
    changes = doing.activate(database, actor, ("TTC", "C"))
    assert "T-STUCK" not in [line.army_no for line in changes.lines]
    assert doing.sessions_of(database, "T-STUCK")


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM questions_examquestion WHERE session_id = {session}",
        "UPDATE questions_examquestion SET question_id = (SELECT min(id) FROM questions_question WHERE question_set"
        " = 'A') WHERE id = (SELECT max(id) FROM questions_examquestion WHERE session_id = {session})",
    ],
    ids=["no question", "one question of another set"],
)
def test_a_session_with_a_foreign_question_or_none_is_cleared(database: Database, actor: Actor, damage: str) -> None:
    (fine,) = doing.sessions_of(database, "T-FINE")
    raw.change(database, damage.format(session=fine))
    assert fine in doing.activate(database, actor, ("TTC", "E")).session_ids


def test_the_other_papers_sessions_and_columns_are_never_touched(database: Database, actor: Actor) -> None:
    second = doing.sessions_of(database, "T-SECOND")
    ttc = doing.trade(database, "TTC")
    raw.change(database, f"UPDATE {DECIDING} SET active_secondary_set = 'b'")
    before = raw.content(database)
    doing.activate(database, actor, ("TTC", "C"))
    found = raw.differences(before, raw.content(database))
    assert letters(database, ttc) == ("C", "b")
    assert all(row["paper_type"] == "PRIMARY" for row in (*found[COPIES].gone, *found[COPIES].come))
    assert doing.sessions_of(database, "T-SECOND") == second


def test_switching_secondary_leaves_primary_alone(database: Database, actor: Actor) -> None:
    (second,) = doing.sessions_of(database, "T-SECOND")
    ttc = doing.trade(database, "TTC")
    changes = doing.activate(database, actor, ("TTC", "B"), paper=Paper.SECONDARY)
    assert changes.session_ids == (second,)
    assert letters(database, ttc) == ("E", "B")
    assert active_copies(database, ttc, "PRIMARY") == ["E"]
    assert active_copies(database, ttc, "SECONDARY") == ["B"]


def test_every_copy_is_written_alike_with_its_time_and_person(database: Database) -> None:
    ttc = doing.trade(database, "TTC")
    add_copy(database, ttc, "PRIMARY", "C", active=False)
    add_copy(database, ttc, "PRIMARY", "A", active=True)
    before = raw.content(database)
    doing.activate(database, Actor(name="chief", user_id=portal.SUPERVISOR_ID, verified=True), ("TTC", "C"))
    after = raw.content(database)
    (deciding,) = raw.differences(before, after)[DECIDING].come
    rows = {
        row["question_set"]: row for row in after[COPIES] if (row["trade_id"], row["paper_type"]) == (ttc, "PRIMARY")
    }
    assert {letter: row["is_active"] for letter, row in rows.items()} == {"A": 0, "C": 1, "E": 0}
    assert deciding["updated_by_id"] == rows["C"]["activated_by_id"] == portal.SUPERVISOR_ID
    times = {deciding["last_updated"], *(row["activated_at"] for row in rows.values())}
    assert len(times) == 1, "one moment in every copy"
    assert max(row["activated_at"] for row in before[COPIES]) < times.pop()


def test_a_letter_without_a_copy_gets_one(database: Database, actor: Actor) -> None:
    ttc = doing.trade(database, "TTC")
    doing.activate(database, actor, ("TTC", "A"))
    assert active_copies(database, ttc, "PRIMARY") == ["A"]


@pytest.mark.parametrize(("paper", "expected"), [(Paper.PRIMARY, ("C", "A")), (Paper.SECONDARY, ("A", "B"))])
def test_a_trade_without_a_deciding_row_had_a_in_both_papers_and_gets_one(
    database: Database, actor: Actor, paper: Paper, expected: tuple[str, str]
) -> None:
    ttc = doing.trade(database, "TTC")
    raw.change(database, f"DELETE FROM {DECIDING} WHERE trade_id = {ttc}")
    doing.activate(database, actor, ("TTC", "C" if paper is Paper.PRIMARY else "B"), paper=paper)
    assert letters(database, ttc) == expected


def test_activating_the_active_letter_again_repairs_disagreeing_copies(database: Database, actor: Actor) -> None:
    ttc = doing.trade(database, "TTC")
    add_copy(database, ttc, "PRIMARY", "C", active=True)
    disagreeing = [f for f in database.read(health.survey).findings if f.kind is FindingKind.SETS_DISAGREE]
    assert len(disagreeing) == 1
    doing.activate(database, actor, ("TTC", "E"))
    assert active_copies(database, ttc, "PRIMARY") == ["E"]
    assert not any(f.kind is FindingKind.SETS_DISAGREE for f in database.read(health.survey).findings)


# The universal wish --------------------------------------------------------------------------------------------


def set_wish(database: Database, letter: str | None, *, active: bool = True, paper: str = "PRIMARY") -> None:
    raw.change(database, "DELETE FROM questions_universalsetactivation WHERE paper_type = ?", values=[paper])
    raw.change(
        database,
        "INSERT INTO questions_universalsetactivation (paper_type, universal_set_label, universal_duration_minutes, "
        "is_universal_set_active, is_universal_duration_active, activated_at, activated_by_id) "
        "VALUES (?, ?, 90, ?, TRUE, '2026-01-01 00:00:00', 1)",
        values=[paper, letter, active],
    )


def wish(database: Database) -> dict[str, Any]:
    (row,) = raw.content(database)["questions_universalsetactivation"]
    return row


def test_one_trade_against_an_active_wish_turns_the_wish_off(database: Database, actor: Actor) -> None:
    set_wish(database, "E")
    old = wish(database)
    doing.activate(database, actor, ("TTC", "C"))
    new = wish(database)
    assert {key for key in new if new[key] != old[key]} == {
        "is_universal_set_active", "activated_at", "activated_by_id"
    }  # fmt: skip
    assert new["is_universal_set_active"] == 0


@pytest.mark.parametrize("label", ["C", "c"])
def test_a_wish_for_the_same_letter_stays_as_it_is(database: Database, actor: Actor, label: str) -> None:
    set_wish(database, label)
    old = wish(database)
    doing.activate(database, actor, ("TTC", "C"))
    assert wish(database) == old


def test_an_inactive_wish_and_the_other_papers_wish_stay_as_they_are(database: Database, actor: Actor) -> None:
    for active, paper in ((False, "PRIMARY"), (True, "SECONDARY")):
        set_wish(database, "E", active=active, paper=paper)
    old = raw.content(database)["questions_universalsetactivation"]
    doing.activate(database, actor, ("TTC", "C"))
    assert raw.content(database)["questions_universalsetactivation"] == old


def test_all_trades_on_one_letter_take_the_wish_with_them(database: Database, actor: Actor) -> None:
    set_wish(database, "A", paper="SECONDARY")
    every = [(name, "B") for name in ("TTC", "OCC", "Musician")]
    changes = doing.activate(database, actor, *every, paper=Paper.SECONDARY)
    row = wish(database)
    assert changes.refused == 0
    assert (row["universal_set_label"], row["is_universal_set_active"]) == ("B", 1)


def test_after_an_undo_that_leaves_a_trade_the_wish_would_put_nothing_back(database: Database, actor: Actor) -> None:
    set_wish(database, "A", paper="SECONDARY")
    every = [(name, "B") for name in ("TTC", "OCC", "Musician")]
    done = doing.activate(database, actor, *every, paper=Paper.SECONDARY)
    # Switched by hand since, of which the wish knows nothing: it still says B for all.
    by_hand = "UPDATE questions_activatesets SET active_secondary_set = 'C', last_updated = ? WHERE trade_id = ?"
    raw.change(database, by_hand, values=[datetime.now(UTC).replace(tzinfo=None), doing.trade(database, "TTC")])
    undone = doing.undo(database, actor, done)
    # T-SECOND was cleared by the switch, and comes back only with the set.
    assert doing.refusals(undone.lines) == dict.fromkeys(("TTC", "T-SECOND"), "refused_sets_changed_since")
    assert letters(database, doing.trade(database, "OCC"))[1] == "A"
    row = wish(database)
    assert (row["universal_set_label"], row["is_universal_set_active"]) == ("B", 0)


def test_a_refused_trade_never_turns_the_wish_off(database: Database, actor: Actor) -> None:
    set_wish(database, "E")
    old = wish(database)
    doing.activate(database, actor, ("OCC", "D"))
    assert wish(database) == old


# Lower-case letters, which MariaDB holds to be the same -----------------------------------------------------------


def test_lower_case_letters_in_the_database_are_the_same_letters(database: Database, actor: Actor) -> None:
    ttc = doing.trade(database, "TTC")
    raw.change(
        database,
        f"UPDATE {DECIDING} SET active_primary_set = lower(active_primary_set)",
        f"UPDATE {COPIES} SET question_set = lower(question_set)",
    )
    assert {row.army_no for row in database.read(health.survey).stuck} == {"T-STUCK", "T-MOVED"}
    assert database.read(doing.activation(database, ("TTC", "E"))).session_ids == tuple(
        doing.sessions_of(database, "T-STUCK")
    )
    doing.activate(database, actor, ("TTC", "C"))
    assert letters(database, ttc)[0] == "C"
    assert [letter.upper() for letter in active_copies(database, ttc, "PRIMARY")] == ["C"]


def test_only_one_copy_is_active_where_a_letter_stands_in_both_cases(database: Database, actor: Actor) -> None:
    if raw.engine(database) == "mysql":
        pytest.skip("MariaDB holds the two letters to be the same, so that only one row can be there")
    ttc = doing.trade(database, "TTC")
    for letter in ("c", "C"):
        add_copy(database, ttc, "PRIMARY", letter, active=False)
    doing.activate(database, actor, ("TTC", "C"))
    assert len(active_copies(database, ttc, "PRIMARY")) == 1


def test_an_undo_removes_the_copy_that_the_switch_had_to_make(database: Database, actor: Actor) -> None:
    trade = doing.trade(database, "TTC")
    raw.change(database, f"DELETE FROM {COPIES} WHERE trade_id = ? AND question_set = 'A'", values=[trade])
    before = raw.query(database, f"SELECT * FROM {COPIES} ORDER BY id")
    done = doing.activate(database, actor, ("TTC", "A"))
    assert active_copies(database, trade, "PRIMARY") == ["A"]
    assert doing.apply_now(database, actor, partial(planning.plan_undo, undoes=done.op_id or "")).applied > 0
    assert raw.query(database, f"SELECT * FROM {COPIES} ORDER BY id") == before


def test_of_several_trades_those_refused_with_most_who_are_writing_are_named_first(
    database: Database, actor: Actor
) -> None:
    wishes = (("Musician", "B"), ("OCC", "B"), ("TTC", "B"))
    raw.change(database, "UPDATE questions_question SET trade_id = 3 WHERE trade_id = 2 AND paper_type = 'PRIMARY'")
    lines = [line for line in database.read(doing.activation(database, *wishes)).lines if line.is_trade]
    assert [(line.trade, line.outcome) for line in lines] == [
        ("TTC", "refused"), ("OCC", "refused"), ("Musician", "refused")
    ]  # fmt: skip
    wishes = (("Musician", "A"), ("OCC", "A"), ("TTC", "B"))
    lines = [line for line in database.read(doing.activation(database, *wishes)).lines if line.is_trade]
    assert [(line.trade, line.outcome) for line in lines] == [
        ("TTC", "refused"), ("OCC", "refused"), ("Musician", "applied")
    ]  # fmt: skip
