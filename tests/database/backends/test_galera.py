"""A Galera cluster: only the one node that a supervisor names is written to, and a conflict with another is retried."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlalchemy import event

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.operations.slots import REASSIGN, RESET
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from desktop_admin.errors import DatabaseUnusable
from tests import clusters, raw
from tests.cli import runs
from tests.clusters import Node
from tests.controllers import doing

Pair = tuple[Node, Node]
RULE = "writing-node"


def test_the_last_node_is_written_to_unless_the_rule_names_another(actor: Actor) -> None:
    with clusters.node_alone() as node, closing(Database.open(node.open_target)) as opened:
        assert doing.slot(opened, actor, RESET, "T-FINE").applied == 1
        # Nobody may know whether the other one goes on somewhere else.
        assert runs.run(node.open_target, "policy", RULE, "node2").exit_code == 0
        with pytest.raises(DatabaseUnusable, match="lets only node2 be written to"):
            doing.slot(opened, actor, RESET, "T-STUCK")
        assert runs.run(node.open_target, "policy", RULE, "").exit_code == 0
        assert doing.slot(opened, actor, RESET, "T-STUCK").applied == 1


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    """Two nodes; the tests stand in the order in which one thing leads to the next."""
    with clusters.cluster() as both:
        yield both


@pytest.fixture(autouse=True)
def _asked_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_admin.database.engine._STANDING_SECONDS", 0.0)


@pytest.mark.long
def test_what_works_on_one_node_alone_stops_at_the_next_change_once_another_has_joined(
    pair: Pair, actor: Actor
) -> None:
    first, second = pair
    with closing(Database.open(first.open_target)) as opened:
        assert opened.description.view_only is None
        assert doing.slot(opened, actor, RESET, "T-FINE").applied == 1
        opened.changed_by_others()
        second.join(first)
        with pytest.raises(DatabaseUnusable, match="This server is one of 2 nodes of a cluster"):
            doing.slot(opened, actor, RESET, "T-STUCK")
        assert doing.sessions_of(opened, "T-STUCK")
        assert opened.description.view_only is not None


@pytest.mark.long
def test_a_supervisor_names_the_node_that_is_written_to_and_every_other_is_view_only(pair: Pair, actor: Actor) -> None:
    first, second = pair
    with closing(Database.open(first.open_target)) as opened, closing(Database.open(second.open_target)) as other:
        for one in (opened, other):
            assert one.description.view_only is not None
            assert one.description.view_only.code == "no_node_named"
            assert one.read(health.survey).stuck
        named = runs.run(first.open_target, "policy", RULE, "node1")
        assert named.exit_code == 0, named.output
        for one in (opened, other):
            one.changed_by_others()
        assert opened.description.view_only is None
        assert other.description.view_only is not None
        assert other.description.view_only.code == "other_node"
        with pytest.raises(DatabaseUnusable, match="lets only node1 be written to"):
            doing.slot(other, actor, RESET, "T-STUCK")
        done = doing.slot(opened, actor, RESET, "T-STUCK")
        assert doing.undo(opened, actor, done).applied == 1
    told = runs.complaint(runs.run(second.open_target, "reset-slots", "--army-no", "T-STUCK", "--yes"), code=69)
    assert "Connect to node1" in told


@pytest.mark.long
def test_a_change_that_meets_another_nodes_at_commit_is_made_again_once(pair: Pair, actor: Actor) -> None:
    first, second = pair
    tried: list[str] = []

    def meet(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("INSERT INTO desktop_admin_operation "):
            return
        tried.append(statement)
        if len(tried) == 1:
            # Somebody works past the rule: the other node knows nothing of the locks of this one.
            second.ask("UPDATE portal.registration_candidateprofile SET name = 'MET' WHERE army_no = 'T-STUCK'")

    with closing(Database.open(first.open_target)) as opened:
        event.listen(opened.backend.writer, "before_cursor_execute", meet)
        done = doing.slot(opened, actor, REASSIGN, "T-STUCK")
        assert (len(tried), done.applied) == (2, 1)
        assert raw.query(opened, "SELECT count(*) FROM desktop_admin_operation WHERE op_id = ?", [done.op_id]) == [(1,)]
        name = "SELECT name, has_exam_slot FROM registration_candidateprofile WHERE army_no = 'T-STUCK'"
        assert raw.query(opened, name) == [("MET", 1)]


@pytest.mark.long
def test_the_rule_may_name_another_node_when_that_one_is_written_to(pair: Pair, actor: Actor) -> None:
    first, second = pair
    named = runs.run(second.open_target, "policy", RULE, "node2")
    assert named.exit_code == 0, named.output
    with closing(Database.open(second.open_target)) as opened, closing(Database.open(first.open_target)) as other:
        assert doing.slot(opened, actor, RESET, "T-SLOT").lines
        assert other.description.view_only is not None
        assert other.description.view_only.code == "other_node"


@pytest.mark.long
def test_a_node_that_lost_the_others_is_refused_in_words_until_it_goes_on_alone(pair: Pair, actor: Actor) -> None:
    first, second = pair
    assert runs.run(first.open_target, "policy", RULE, "node1").exit_code == 0
    with closing(Database.open(first.open_target)) as opened:
        second.kill()
        clusters.until(lambda: not first.is_ready())
        with pytest.raises(DatabaseUnusable, match="cut off from its cluster") as refused:
            Database.open(first.open_target)
        assert refused.value.exit_code == 69
        with pytest.raises(DatabaseUnusable, match="cut off from its cluster"):
            doing.slot(opened, actor, REASSIGN, "T-STUCK")
        first.go_on_alone()
        assert doing.slot(opened, actor, REASSIGN, "T-STUCK").applied == 1


def test_a_server_that_was_taken_out_of_a_cluster_works_as_any_other(actor: Actor) -> None:
    with clusters.node_without_cluster() as server, closing(Database.open(server.open_target)) as opened:
        assert opened.description.view_only is None
        assert doing.slot(opened, actor, RESET, "T-FINE").applied == 1
