"""What is found of candidates themselves: slots that nobody gave, and army numbers that look the same."""

from __future__ import annotations

from functools import partial

import pytest

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.listings import panes
from desktop_admin.controllers.portal import candidates
from desktop_admin.controllers.values.people import CandidateStatus
from desktop_admin.controllers.values.sessions import Finding, FindingKind
from desktop_admin.database.engine import Database
from tests import accounts, raw
from tests.cli import runs
from tests.controllers import doing

ACCOUNTS = accounts.AS_A_DESK
PROFILE = "UPDATE registration_candidateprofile SET"


def findings(database: Database, kind: FindingKind) -> list[Finding]:
    return [one for one in database.read(health.survey).findings if one.kind is kind]


def test_a_slot_without_the_time_of_its_assignment_is_told_of_whoever_has_it(database: Database) -> None:
    assert findings(database, FindingKind.SLOT_WITHOUT_TIME) == []
    raw.change(database, f"{PROFILE} slot_assigned_at = NULL WHERE army_no IN ('T-SLOT', 'T-NONE')")
    (finding,) = findings(database, FindingKind.SLOT_WITHOUT_TIME)
    assert finding.army_no == "T-SLOT"
    reading = database.read(partial(panes.read_candidate, user_id=doing.user(database, "T-SLOT")))
    assert (reading.findings, reading.diagnosis) == ((finding,), finding.reason)
    listed = database.read(partial(panes.list_candidates, problems_only=True)).rows
    assert [row.status for row in listed if row.army_no == "T-SLOT"] == [CandidateStatus.FINDING]


def test_numbers_that_differ_in_nothing_that_can_be_seen_are_told_and_found_by_none_alone(database: Database) -> None:
    raw.change(database, f"{PROFILE} army_no = 't\N{ZERO WIDTH SPACE}-fine' WHERE army_no = 'T-SLOT'")
    raw.change(database, f"{PROFILE} army_no = 'T-NONE\t' WHERE army_no = 'T-NONE'")
    told = {one.reason.english() for one in findings(database, FindingKind.NUMBERS_ALIKE)}
    assert told == {
        "Army numbers that differ only in case, blanks or invisible characters: “T-FINE”, “t⟨U+200B⟩-fine”.",
        "Army number “T-NONE⟨U+0009⟩” has a blank or an invisible character in it.",
    }
    found = database.read(partial(candidates.find, army_nos=["ｔ-none", "T-FINE\N{LEFT-TO-RIGHT MARK}"]))
    assert (len(found.user_ids), len(found.ambiguous), found.unknown) == (1, 2, ())


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session")
def test_check_says_which_numbers_are_alike(database: Database, any_target: str) -> None:
    raw.change(database, f"{PROFILE} army_no = 't-fine' WHERE army_no = 'T-SLOT'")
    assert "“T-FINE”, “t-fine”." in " ".join(runs.run(None, "--db", any_target, "check").stdout.split())


def test_a_small_set_is_told_once_where_trades_share_it_with_the_sets_that_are_complete(database: Database) -> None:
    assert findings(database, FindingKind.SET_TOO_SMALL) == []
    raw.change(
        database,
        "UPDATE questions_activatesets SET active_primary_set = 'B'",
        "UPDATE questions_activatesets SET active_secondary_set = 'C'",
    )
    told = [f"{one.reason.english()} {one.cure.english()}" for one in findings(database, FindingKind.SET_TOO_SMALL)]
    assert told == [
        "Set B, which is active for PRIMARY of TTC, has too few questions: F 2 of 10. "
        "Activate a set that is complete (A, C, E), or add questions in the portal.",
        "Set B, which is active for PRIMARY of OCC, has too few questions: A 0 of 20, C 0 of 5, D 0 of 15, E 0 of 4, "
        "F 0 of 10. Activate a set that is complete (A), or add questions in the portal.",
        "Set C, which is active for SECONDARY of Musician, OCC, TTC, has too few questions: A 0 of 15, C 0 of 5, "
        "D 0 of 10, E 0 of 3, F 0 of 10. Activate a set that is complete (A, B), or add questions in the portal.",
    ]


def test_completed_by_marks_is_urgent_where_secondary_is_open(database: Database) -> None:
    def reasons() -> list[str]:
        return [one.reason.code for one in findings(database, FindingKind.COMPLETED_BY_MARKS)]

    raw.change(
        database,
        f"{PROFILE} is_primary_completed = TRUE WHERE army_no = 'T-FINE'",
        "UPDATE questions_tradepaperactivation SET is_active = FALSE WHERE paper_type = 'SECONDARY'",
    )
    assert reasons() == ["completed_by_marks"]
    raw.change(database, "UPDATE questions_tradepaperactivation SET is_active = TRUE")
    assert reasons() == ["completed_by_marks_booked"]
