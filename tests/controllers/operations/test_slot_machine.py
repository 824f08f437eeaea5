"""Any order of slot operations, switches and starts: nothing is lost, and everyone can start on the active set."""

from __future__ import annotations

import json
import tempfile
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.listings import panes
from desktop_admin.controllers.operations.changes import Changes, PlanChanged
from desktop_admin.controllers.operations.kind import Operation
from desktop_admin.controllers.operations.slots import REASSIGN, RESET
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from desktop_admin.errors import AdminError
from desktop_admin.practice import starting
from desktop_admin.rules import Paper
from tests import planning, portal, raw
from tests.conftest import copied
from tests.controllers import doing

ARMY_NOS = ("T-STUCK", "T-FINE", "T-SLOT", "T-NONE", "T-DONE", "T-SECOND", "T-MOVED", "T-MUSIC", "T-LOST")
SOME = st.lists(st.sampled_from(ARMY_NOS), min_size=1, max_size=4, unique=True)
ACTOR = Actor(name="machine")


class SlotMachine(RuleBasedStateMachine):
    """One small portal, and what must have become of every session and question that it ever had."""

    database: Database

    @initialize()
    def build(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "portal.sqlite3"
        copied(template(), path)
        raw.change(path, "PRAGMA journal_mode=MEMORY")
        self.database = Database.open(path)
        self.ever: dict[int, frozenset[tuple[int, ...]]] = {}
        self.recorded = 0
        self.notice_new_sessions()

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.close()
            self.folder.cleanup()

    # What the desk and the candidates do ---------------------------------------------------------------------------

    @rule(operation=st.sampled_from(doing.SLOT_KINDS), who=SOME)
    def slot(self, operation: Operation, who: list[str]) -> None:
        changes = doing.slot(self.database, ACTOR, operation, *who)
        self.note(changes)
        if operation is REASSIGN:
            for army_no in doing.applied(changes.lines):
                self.starts_afresh_on_the_active_set(army_no)

    @rule(who=SOME)
    def start(self, who: list[str]) -> None:
        for army_no in who:
            start = partial(starting.start_or_resume, user_id=self.user(army_no), now=datetime.now(UTC))
            with suppress(AdminError):
                session_id = self.database.write(start)
                self.notice_new_sessions()
                assert session_id in self.ever

    @rule(letter=st.sampled_from("ABCE"), override=st.booleans())
    def switch_primary(self, letter: str, override: bool) -> None:
        wishes = [("TTC", letter), ("OCC", letter)]
        changes = doing.activate(self.database, ACTOR, *wishes, allow_too_few=override)
        self.note(changes)
        self.nobody_of_a_switched_trade_is_on_another_set(changes)

    @rule(letter=st.sampled_from("AB"))
    def switch_secondary(self, letter: str) -> None:
        wishes = [(name, letter) for name in ("TTC", "OCC", "Musician")]
        changes = doing.activate(self.database, ACTOR, *wishes, paper=Paper.SECONDARY)
        self.note(changes)
        self.nobody_of_a_switched_trade_is_on_another_set(changes)

    @rule()
    def cure_everything_stuck(self) -> None:
        stuck = [row.id for row in self.database.read(health.survey).stuck]
        planner = partial(planning.plan_clear, session_ids=stuck)
        self.note(doing.apply_now(self.database, ACTOR, planner))
        assert self.database.read(health.survey).stuck == ()

    @rule(who=SOME)
    def sign_out(self, who: list[str]) -> None:
        planner = partial(planning.plan_sign_out, chosen=doing.chosen(self.database, *who))
        self.note(doing.apply_now(self.database, ACTOR, planner))

    @rule(who=SOME, between=SOME)
    def reset_while_others_start(self, who: list[str], between: list[str]) -> None:
        plan = self.database.read(doing.slots_plan(RESET, doing.chosen(self.database, *who)))
        self.start(between)
        try:
            self.note(doing.apply_shown(self.database, ACTOR, plan))
            self.note(doing.apply_shown(self.database, ACTOR, plan), again=plan.applied > 0)
        except PlanChanged:
            assert set(who) & set(between), "only somebody who has started since changes the plan"

    @rule(trade=st.sampled_from(("TTC", "OCC", "Musician", None)), army_no=st.sampled_from(ARMY_NOS))
    def move_to_another_trade(self, trade: str | None, army_no: str) -> None:
        raw.change(
            self.database,
            "UPDATE registration_candidateprofile "
            "SET trade_id = (SELECT id FROM reference_trade WHERE name = ?) WHERE army_no = ?",
            values=[trade, army_no],
        )

    # What must hold at every moment --------------------------------------------------------------------------------

    @invariant()
    def portal_and_archive_together_hold_every_session_that_ever_was(self) -> None:
        content = raw.content(self.database)
        archived = content["desktop_admin_archived_session"]
        assert len({row["session_id"] for row in archived}) == len(archived), "cleared once each"
        found = {row["session_id"]: questions_of(row["questions"]) for row in archived}
        for row in content["questions_examsession"]:
            assert row["id"] not in found, "in the portal or in the archive, never in both"
            found[row["id"]] = frozenset(
                (one["id"], one["order"], one["question_id"])
                for one in content["questions_examquestion"]
                if one["session_id"] == row["id"]
            )
        assert found == self.ever
        assert len(content["desktop_admin_operation"]) == self.recorded

    @invariant()
    def the_portals_keys_hold(self) -> None:
        assert raw.query(self.database, "PRAGMA foreign_key_check") == []

    def starts_afresh_on_the_active_set(self, army_no: str) -> None:
        reading = self.database.read(partial(panes.read_candidate, user_id=self.user(army_no)))
        assert reading.incomplete == ()
        assert reading.candidate.slot == "assigned"
        assert reading.would_get.action in ("start", "refused")

    def nobody_of_a_switched_trade_is_on_another_set(self, changes: Changes) -> None:
        switched = {
            (line.choice.trade_id, line.choice.paper)
            for line in changes.lines
            if line.choice and line.outcome == "applied"
        }
        for row in self.database.read(health.survey).sessions:
            if row.incomplete and (row.trade_id, row.paper) in switched:
                assert row.sets == (row.active_set,), row

    # Book-keeping --------------------------------------------------------------------------------------------------

    def note(self, changes: Changes, *, again: bool = False) -> None:
        self.recorded += changes.op_id is not None and not again

    def notice_new_sessions(self) -> None:
        held: dict[int, set[tuple[int, ...]]] = {}
        path = raw.path(self.database)
        for session_id, *rest in raw.query(
            path, 'SELECT session_id, id, "order", question_id FROM questions_examquestion'
        ):
            held.setdefault(session_id, set()).add(tuple(rest))
        for (session_id,) in raw.query(path, "SELECT id FROM questions_examsession"):
            self.ever.setdefault(session_id, frozenset(held.get(session_id, set())))

    def user(self, army_no: str) -> int:
        return doing.user(self.database, army_no)


def questions_of(questions: str) -> frozenset[tuple[int, ...]]:
    return frozenset(tuple(row) for row in json.loads(questions)[1:])


_TEMPLATE: list[tempfile.TemporaryDirectory[str]] = []


def template() -> Path:
    """The small portal, built once for all runs of the machine."""
    if not _TEMPLATE:
        _TEMPLATE.append(tempfile.TemporaryDirectory())
        portal.build(Path(_TEMPLATE[0].name) / "portal.sqlite3")
    return Path(_TEMPLATE[0].name) / "portal.sqlite3"


TestSlotMachine = SlotMachine.TestCase
TestSlotMachine.settings = settings(max_examples=12, stateful_step_count=12, suppress_health_check=list(HealthCheck))
