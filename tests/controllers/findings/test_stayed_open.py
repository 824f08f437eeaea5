"""A paper that stayed open for those who were writing it is told when they are done, and only then."""

from __future__ import annotations

from functools import partial

from desktop_admin.controllers.operations.papers import PapersAsked
from desktop_admin.controllers.values.lines import Actor, PaperChoice
from desktop_admin.controllers.values.sessions import FindingKind
from desktop_admin.database.engine import Database
from desktop_admin.rules import Paper
from tests import accounts, planning, raw
from tests.controllers import doing
from tests.controllers.findings.test_findings import findings

ACCOUNTS = accounts.AS_A_SUPERVISOR


def told(database: Database) -> set[str | None]:
    """The trades of which it is said."""
    return {one.trade for one in findings(database, FindingKind.STAYED_OPEN)}


def clear(database: Database, actor: Actor, *army_nos: str) -> None:
    doing.clear(database, actor, *(one for army_no in army_nos for one in doing.sessions_of(database, army_no)))


def test_it_is_told_only_while_nobody_writes_it_by_profile_or_by_the_sessions_row(
    database: Database, actor: Actor
) -> None:
    closed = doing.set_papers(database, actor, paper=Paper.PRIMARY, opens=False)
    assert doing.refusals(closed.lines) == dict.fromkeys(("TTC", "OCC"), "refused_still_writing")
    assert told(database) == set()
    clear(database, actor, "T-FINE", "T-STUCK")
    # T-MOVED has the profile of OCC, and a session that names TTC: both stay open for it.
    assert told(database) == set()
    clear(database, actor, "T-MOVED")
    assert told(database) == {"TTC", "OCC"}
    doing.start(database, "T-SLOT", trade_name="TTC", letter="E")
    assert told(database) == {"OCC"}
    doing.set_papers(database, actor, "OCC", paper=Paper.PRIMARY, opens=False)
    assert told(database) == set()


def test_it_is_not_told_of_a_paper_that_was_closed_already_and_opened_since(database: Database, actor: Actor) -> None:
    clear(database, actor, "T-MOVED")
    doing.set_papers(database, actor, "OCC", paper=Paper.PRIMARY, opens=False)
    occ, music = doing.trade(database, "OCC"), doing.trade(database, "Musician")
    choices = (PaperChoice(occ, Paper.PRIMARY, opens=False), PaperChoice(music, Paper.SECONDARY, opens=True))
    done = doing.apply_now(database, actor, partial(planning.plan_papers, asked=PapersAsked(choices)))
    assert (done.applied, doing.refusals(done.lines)) == (1, {"OCC": "refused_closed_already"})
    opened = "UPDATE questions_tradepaperactivation SET is_active = TRUE WHERE trade_id = ? AND paper_type = 'PRIMARY'"
    raw.change(database, opened, values=[occ])
    assert told(database) == set()
    assert [one.trade for one in findings(database, FindingKind.PAPER_CHANGED)] == ["OCC"]
