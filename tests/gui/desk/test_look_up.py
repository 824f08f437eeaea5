"""Who is meant by what is typed: as the portal has numbers and names now, whatever is kept of them."""

from __future__ import annotations

from functools import partial

import pytest

from desktop_admin.controllers.listings import panes
from desktop_admin.database.engine import Database
from desktop_admin.gui.desk import look_up
from tests import raw

SWAPPED = (
    "UPDATE registration_candidateprofile SET army_no = 'T-ASIDE', name = 'Aside' WHERE army_no = 'T-FINE'",
    "UPDATE registration_candidateprofile SET army_no = 'T-FINE', name = 'Suresh Yadav' WHERE army_no = 'T-SLOT'",
    "UPDATE registration_candidateprofile SET army_no = 'T-SLOT', name = 'A. Thapa' WHERE army_no = 'T-ASIDE'",
)


@pytest.mark.parametrize("text", ["T-FINE", "t-fin", "Suresh"])
def test_the_card_is_of_the_number_or_name_that_was_typed_also_where_two_were_swapped(
    database: Database, text: str
) -> None:
    def look() -> look_up.Answer:
        listing = partial(panes.list_candidates, text=text)
        return database.read(partial(look_up.typed, text=text, listing=listing))

    before = look().card
    raw.change(raw.path(database), *SWAPPED)
    after = look().card
    assert before is not None
    assert after is not None
    assert before.reading is not None
    assert after.reading is not None
    assert after.reading.candidate.army_no == before.reading.candidate.army_no == "T-FINE"
    assert after.user_ids != before.user_ids


def test_a_number_that_somebody_has_been_given_since_is_found(database: Database) -> None:
    def look(text: str) -> look_up.Answer:
        listing = partial(panes.list_candidates, text=text)
        return database.read(partial(look_up.typed, text=text, listing=listing))

    assert look("T-NEW").card is None
    raw.change(
        raw.path(database), "UPDATE registration_candidateprofile SET army_no = 'T-NEW' WHERE army_no = 'T-FINE'"
    )
    assert look("T-NEW").number == "T-NEW"
